"""The verdict on a sentence, its reason, and the exact sentences that bear it out."""

import hashlib
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Candidate
from bot.llm.checking.checker import Checker
from bot.llm.checking.overlap import clauses, match
from bot.llm.checking.support import Models
from bot.reading.model import SpanModel
from index.models.encoder import Encoder
from index.text.article import Article, Passage, Span
from index.text.sentences import blocks, sentences

TEXT = (
    "President Vladimir Putin spoke at the United Nations on September 28, 2015. "
    "He called for a broad coalition against the Islamic State group. "
    "Obama said that Assad must go. "
    "The war has killed 220,000 people, the United Nations says. "
    "“We support the legitimate government of Syria,” said Putin."
)
hostile = st.text(st.characters(), max_size=200) | st.text(
    st.sampled_from("aT 1,.'’-“”\"()[]\n\r\0\u202e\ud800😀İ Putin said not 35 Syria. "),
    max_size=200,
)


def candidate_of(text: str, lead: str = "") -> Candidate:
    """A passage of an article, all of it but `lead`, in sentences."""
    sha256 = hashlib.sha256((lead + text).encode("utf-8", "replace")).hexdigest()
    article = Article("story.txt", sha256, "", lead + text)
    whole = Span(len(lead), len(article.text))
    spans = tuple(
        span
        for block in blocks(whole.of(article.text))
        for span in sentences(whole.of(article.text), block)
    )
    shifted = tuple(span.shifted(len(lead)) for span in spans)
    return Candidate(Passage(article.id, 0, whole.start, whole.end, shifted), article, 1.0)


def check(sentence: str, text: str = TEXT):
    return Checker().check(sentence, [candidate_of(text)])


@pytest.fixture(scope="session")
def models(encoder: Encoder, span_model: SpanModel) -> Models:
    return Models(encoder.encode, span_model.read)


@pytest.mark.parametrize(
    "sentence",
    [
        "Putin called for a broad coalition against the Islamic State group.",
        "The war has killed 220,000 people.",
        "Putin spoke at the United Nations on Sept. 28.",
        "Obama said that Assad must go.",
        "Putin said “we support the legitimate government of Syria”.",
    ],
)
def test_what_the_passage_says_is_supported_without_a_reason(sentence, models):
    candidate = candidate_of(TEXT)
    for checker in (Checker(), Checker(models)):
        checked = checker.check(sentence, [candidate])
        assert (checked.verdict, checked.reason) == ("supported", "")
        assert 1 <= len(checked.evidence) <= 2


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The war has killed 240,000 people.", "the number 240,000 is not in the passage"),
        ("Putin spoke at the UN on September 29.", "the date September 29 is not in the passage"),
        ("Obama did not say that Assad must go.", "the passage does not deny"),
        ("Putin said that Assad must go.", "the passage does not give these as the words of Putin"),
        ("Putin said “we support the new government of Syria”.", "the quotation “we support"),
    ],
)
def test_a_wrong_value_is_unsupported_however_alike_the_rest_is(sentence, reason, models):
    for checker in (Checker(), Checker(models)):
        checked = checker.check(sentence, [candidate_of(TEXT)])
        assert checked.verdict == "unsupported" and checked.reason.startswith(reason)
        assert checked.evidence == ()


def test_a_name_that_is_missing_leaves_it_partly_supported_at_most():
    checked = check("President Vladimir Putin spoke at the United Nations with Angela Merkel.")
    assert checked.verdict == "partly"
    assert checked.reason == "the name Angela Merkel is not in the passage"
    assert checked.evidence


def test_another_subject_is_unsupported_and_the_reason_names_what_is_missing(models):
    for checker in (Checker(), Checker(models)):
        checked = checker.check("The cheapest bread needs yeast and flour.", [candidate_of(TEXT)])
        assert checked.verdict == "unsupported" and "cheapest" in checked.reason


def test_the_evidence_is_the_exact_sentence_in_the_articles_text():
    candidate = candidate_of(TEXT, lead="A headline\n\n")
    ((found, span),) = Checker().check("The war has killed 220,000 people.", [candidate]).evidence
    assert found is candidate
    assert span.of(candidate.article.text) == (
        "The war has killed 220,000 people, the United Nations says."
    )


def test_two_sentences_bear_out_what_joins_them_even_of_two_passages():
    first = candidate_of("The pier of Oban was built by Angus Reid, a mason.")
    second = candidate_of("It was wrecked by the great storm of 1953.")
    checked = Checker().check(
        "The pier of Oban, built by the mason Angus Reid, was wrecked by the storm of 1953.",
        [first, second],
    )
    assert checked.verdict == "supported"
    assert {candidate.article.id for candidate, _ in checked.evidence} == {
        first.article.id,
        second.article.id,
    }


def test_a_sentence_that_two_passages_share_is_shown_once():
    candidate = candidate_of(TEXT)
    checked = Checker().check("The war has killed 220,000 people.", [candidate, candidate])
    assert len(checked.evidence) == 1


@pytest.mark.parametrize("sentence", ["", " \n", "...", "It is so."])
def test_a_sentence_that_says_nothing_is_unsupported(sentence):
    assert check(sentence).reason == "the sentence says nothing that can be checked"


def test_without_passages_nothing_is_supported():
    assert Checker().check("Putin spoke.", []).reason == "no passage is cited"
    assert check("Putin spoke.", " ").reason == "no passage is cited"


def test_the_words_of_the_title_count_as_said():
    candidate = candidate_of("It was wrecked by the storm of 1953.")
    titled = replace(candidate, article=replace(candidate.article, title="The pier of Oban"))
    sentence = "The pier of Oban was wrecked by the storm of 1953."
    plain, known = (Checker().check(sentence, [one]) for one in (candidate, titled))
    assert known.verdict == "supported" and known.score > plain.score


def test_a_sentence_of_ten_thousand_characters_is_checked_in_a_moment(models):
    started = time.process_time()
    for checker in (Checker(), Checker(models)):
        checker.check(
            "Putin said that 35 of them, not Assad, must go. " * 220, [candidate_of(TEXT)]
        )
    assert time.process_time() - started < 20  # seconds; a fraction of one on a quiet machine


def test_clauses_hold_every_word_in_order():
    sentence = "Putin spoke in New York, where Obama met leaders of Europe, and left on Monday."
    assert len(clauses(sentence)) > 1
    assert " ".join(clauses(sentence)).split()[0] == "Putin"
    assert clauses("He left.") == ("He left.",)


def test_the_nearest_sentences_are_those_that_add_most():
    evidence = ["Obama met Putin.", "Obama met Putin again.", "They spoke of Syria."]
    assert match("Obama and Putin spoke of Syria.", evidence, 2).nearest == (2, 0)


@given(hostile, hostile)
def test_every_span_lies_in_its_passage_and_nothing_crashes(sentence, text):
    candidate = candidate_of(text, lead="Obama. ")
    for one in (sentence, text, f"{text} {sentence}"):
        checked = Checker().check(one, [candidate, candidate])
        assert 0 <= checked.score <= 1 and len(checked.evidence) <= 2
        assert bool(checked.reason) is (checked.verdict != "supported")
        for found, span in checked.evidence:
            assert candidate.passage.start <= span.start < span.end <= candidate.passage.end
            assert span in found.passage.sentences
            assert span.of(found.article.text).strip()


@pytest.mark.parametrize(
    "sentence",
    ["Putin ordered the murder of Assad.", "Putin invaded and burnt Syria."],
)
def test_names_alone_bear_nothing_out(sentence):
    assert check(sentence).verdict == "unsupported"


@pytest.mark.parametrize(
    "rider", [", and Putin poisoned his ministers", "; the generals were shot at dawn"]
)
def test_a_clause_that_rides_on_a_true_one_is_named(rider):
    checked = check(f"Obama said that Assad must go{rider}.")
    assert checked.verdict != "supported" and rider.strip(",; ").split()[-1] in checked.reason


def test_a_sentence_that_cites_nothing_is_not_pieced_together_from_several_articles() -> None:
    closed = candidate_of(
        "The bridge of Ostwick was closed on Monday, the mayor said.", "bridge.txt"
    )
    baked = candidate_of("Ada Pell baked 400 loaves of bread in Vale for the fair.")
    checker, mixed = Checker(), "Ada Pell closed the bridge of Ostwick."
    assert checker.check(mixed, [closed, baked]).verdict == "supported"
    assert checker.check_uncited(mixed, [closed, baked]).verdict != "supported"
    for plain in (
        "The bridge of Ostwick was closed on Monday.",
        "Ada Pell baked 400 loaves in Vale.",
    ):
        found = checker.check_uncited(plain, [closed, baked])
        assert found.verdict == "supported" and found.evidence
    assert checker.check_uncited(mixed, []).verdict == "unsupported"
