import math
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Candidate, Evidence
from bot.confidence import AnswerSignals, Calibration, SpanSignals, load_calibration
from bot.extractive import (
    CLOSE,
    FURNITURE,
    OTHER_SPEAKER,
    SPANS,
    WIDEST_LEAD,
    ContextReader,
    ExtractiveReader,
    Place,
    feed,
    standing,
)
from bot.retrieval import HybridRetriever
from bot.spans import SpanModel
from bot.terms import terms
from index.article import Article, Passage, Span
from index.library import Library
from index.settings import Settings
from tests.bot.checks import QUESTIONS, any_text, make_article, make_evidence, wordy_text

HOSTILE = any_text | wordy_text
NOTHING = Calibration(
    {"bias": 0.0, **dict.fromkeys((f.name for f in fields(SpanSignals)), 0.0)},
    {"bias": 0.0, **dict.fromkeys((f.name for f in fields(AnswerSignals)), 0.0)},
    {},
    {},
)


@pytest.fixture(scope="module")
def reader(span_model: SpanModel, calibration: Calibration, library: Library) -> ExtractiveReader:
    return ExtractiveReader(span_model, calibration, library.encoder.encode)


@pytest.fixture(scope="module")
def judging(span_model: SpanModel, library: Library) -> ExtractiveReader:
    """A reader whose weights are all 0: what is left in its logits is its own judgement."""
    return ExtractiveReader(span_model, NOTHING, library.encoder.encode)


def read(library: Library, question: str, reader: ExtractiveReader) -> tuple[Evidence, ...]:
    return reader.read(question, HybridRetriever(library).search(question, 8))


def candidate_of(text: str, path: str = "story.txt", boilerplate: bool = False) -> Candidate:
    """A candidate whose passage is the whole text, one sentence, with no title in front."""
    candidate = make_evidence(make_article(text, path), text).candidate
    article = replace(candidate.article, title="")
    return replace(
        candidate,
        article=article,
        passage=replace(candidate.passage, article_id=article.id, boilerplate=boilerplate),
    )


def place_of(text: str, answer: str, logit: float, path: str) -> Place:
    candidate = candidate_of(text, path)
    start = text.index(answer)
    signals = SpanSignals(margin=0, coverage=0, missing=0, wrong_figure=0, lacks_kind=0)
    return Place(
        candidate=candidate,
        answer=Span(start, start + len(answer)),
        support=Span(0, len(text)),
        signals=signals,
        logit=logit,
        rank=0.0,
        similarity=0.0,
        missing=(),
        told=terms(answer),
    )


def check_evidence(found: tuple[Evidence, ...]) -> None:
    for item in found:
        assert item.support in item.candidate.passage.sentences
        assert item.support.start <= item.answer.start < item.answer.end <= item.support.end
        assert 0 <= item.score <= 1
    assert [item.score for item in found] == sorted((i.score for i in found), reverse=True)
    supports = [(item.candidate.article.path, item.support) for item in found]
    assert len(set(supports)) == len(supports)


def test_evidence_is_a_retrieved_sentence_best_first(
    library: Library, reader: ExtractiveReader
) -> None:
    total = 0
    for question in QUESTIONS:
        found = read(library, question, reader)
        check_evidence(found)
        assert len(found) <= 8 * SPANS
        total += len(found)
    assert total > len(QUESTIONS)


@settings(max_examples=20)
@given(HOSTILE)
def test_any_question_is_read_and_always_to_the_same_end(
    library: Library, reader: ExtractiveReader, question: str
) -> None:
    found = read(library, question, reader)
    check_evidence(found)
    assert repr(read(library, question, reader)) == repr(found)


@settings(max_examples=30)
@given(HOSTILE, HOSTILE, HOSTILE.filter(str.strip))
def test_any_text_under_any_title_is_read_and_answered_with_its_own_words(
    reader: ExtractiveReader, question: str, title: str, text: str
) -> None:
    article = Article("a.txt", "0" * 64, title, text, date(2015, 9, 28))
    bare = Span(len(text) - len(text.lstrip()), len(text.rstrip()))
    passage = Passage(article.id, 0, bare.start, bare.end, (bare,))
    check_evidence(reader.read(question, [Candidate(passage, article, 0.1)]))


def test_the_title_and_the_date_in_front_are_never_the_answer(reader: ExtractiveReader) -> None:
    text = "It was closed for years. Then it opened at noon."
    article = Article("a.txt", "0" * 64, "Mary Boyd opens Oban pier", text, date(2015, 9, 28))
    sentences = (Span(0, 24), Span(25, len(text)))
    passage = Passage(article.id, 0, 0, len(text), sentences)
    for question in (
        "Who opens Oban pier?",
        "When did Oban pier open?",
        "What does Mary Boyd open?",
    ):
        for item in reader.read(question, [Candidate(passage, article, 0.1)]):
            assert item.support in sentences
            assert "Boyd" not in item.answer.of(text) and "September" not in item.answer.of(text)


def test_nothing_to_read_or_to_ask_gives_no_evidence(
    library: Library, reader: ExtractiveReader
) -> None:
    assert reader.read(QUESTIONS[0], ()) == ()
    for question in ("", "   ", "?!", "the of and"):
        assert read(library, question, reader) == ()


def test_what_was_read_before_changes_nothing(
    library: Library, reader: ExtractiveReader, sample_settings: Settings
) -> None:
    model = SpanModel(sample_settings.reader, 1)
    calibration = load_calibration(sample_settings.reader)
    fresh = ExtractiveReader(model, calibration, library.encoder.encode)
    for question in QUESTIONS[:4]:
        assert read(library, question, fresh) == read(library, question, reader)
    fresh.close()


def test_the_order_of_candidates_changes_no_span(
    library: Library, judging: ExtractiveReader
) -> None:
    candidates = HybridRetriever(library).search(QUESTIONS[0], 5)
    one_way = judging.read(QUESTIONS[0], candidates)
    other_way = judging.read(QUESTIONS[0], candidates[::-1])
    first = {(e.candidate.article.path, e.support) for e in one_way}
    assert first and first == {(e.candidate.article.path, e.support) for e in other_way}


def test_names_that_are_not_there_are_told(library: Library, reader: ExtractiveReader) -> None:
    best = read(library, "What did Napoleon say about Elba?", reader)[0]
    assert {"Napoleon", "Elba"} <= set(best.missing)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("When did the ferry sail?", "After a row the ferry sailed on Monday from Oban.", "Monday"),
        ("How many sailed?", "The ferry took 450 people and a dog to Leith.", "450"),
        ("How long was it shut?", "The pier was shut for three years by Mary Boyd.", "three years"),
    ],
)
def test_an_answer_to_a_question_for_a_figure_holds_the_figure(
    reader: ExtractiveReader, question: str, text: str, held: str
) -> None:
    (best, *_) = reader.read(question, [candidate_of(text)])
    assert held in best.answer.of(text)


def test_why_is_answered_with_the_whole_sentence(reader: ExtractiveReader) -> None:
    text = "The ferry was late because of the wind."
    (best,) = reader.read("Why was the ferry late?", [candidate_of(text)])
    assert best.answer == best.support == Span(0, len(text))


def logit_of(reader: ExtractiveReader, question: str, candidate: Candidate) -> float:
    (place,) = reader.places(question, [candidate])
    return place.logit


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Angus Reid said the ferry was late on Monday again.", 0.0),
        ("Mary Boyd said the ferry was late on Monday again.", OTHER_SPEAKER),
        ("Nobody knew why the ferry was late on Monday.", 0.0),
    ],
)
def test_somebody_else_s_words_count_less_when_one_s_words_are_asked_for(
    judging: ExtractiveReader, sentence: str, expected: float
) -> None:
    question = "What did Reid say about the ferry?"
    assert logit_of(judging, question, candidate_of(sentence)) == expected
    assert logit_of(judging, "What about the ferry?", candidate_of(sentence)) == 0.0


def test_headings_and_the_page_s_own_words_count_less_than_the_story(
    judging: ExtractiveReader,
) -> None:
    question, story = (
        "Why was the ferry late?",
        "The ferry was late because of the wind and the tide.",
    )
    assert logit_of(judging, question, candidate_of(story)) == 0.0
    assert logit_of(judging, question, candidate_of("Ferry late")) == FURNITURE
    assert logit_of(judging, question, candidate_of(story, boilerplate=True)) == FURNITURE


def test_a_calibration_that_says_nothing_is_half_sure_of_everything(
    judging: ExtractiveReader, library: Library
) -> None:
    assert {item.score for item in read(library, QUESTIONS[0], judging)} == {0.5}


def test_what_the_model_reads_is_the_text_itself_with_title_and_date_in_front(
    library: Library,
) -> None:
    candidates = {
        candidate.passage.id: candidate
        for question in QUESTIONS
        for candidate in HybridRetriever(library).search(question, 50)
    }
    assert len(candidates) > 10
    for candidate in candidates.values():
        head, body = feed(candidate)
        text, passage = candidate.article.text, candidate.passage
        assert len(body) == passage.end - passage.start
        for sentence in passage.sentences:
            assert sentence.shifted(-passage.start).of(body) == sentence.of(text)
        title = "" if passage.boilerplate else candidate.article.title
        assert head.startswith(f"{title}\n" if title else "")
        published = candidate.article.published
        assert (str(published.year) in head.removeprefix(title)) if published else True


def test_what_lies_between_sentences_is_blank_to_the_model() -> None:
    text = "It sank. [MENU] Nobody was hurt."
    article = Article("a.txt", "0" * 64, "", text)
    passage = Passage(article.id, 0, 0, len(text), (Span(0, 8), Span(16, len(text))))
    assert feed(Candidate(passage, article, 0.1)) == ("", "It sank.        Nobody was hurt.")


def test_the_date_in_front_is_the_article_s() -> None:
    article = Article("a.txt", "0" * 64, "The ferry", "It sank.", date(1931, 5, 4))
    passage = Passage(article.id, 0, 0, 8, (Span(0, 8),))
    assert feed(Candidate(passage, article, 0.1)) == ("The ferry\nMay 4, 1931\n", "It sank.")
    menu = replace(passage, boilerplate=True)
    assert feed(Candidate(menu, article, 0.1)) == ("May 4, 1931\n", "It sank.")


def test_articles_that_say_the_same_agree_and_another_answer_takes_the_lead_away() -> None:
    first = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    same = place_of("Boyd was at the helm.", "Boyd", 1.5, "b.txt")
    other = place_of("Angus Reid steered it.", "Angus Reid", 0.5, "c.txt")
    unsure = place_of("Boyd, perhaps.", "Boyd", 2.0 - CLOSE, "d.txt")
    alone = standing(first, [first])
    assert (alone.agreement, alone.lead, alone.span) == (0.0, WIDEST_LEAD, 2.0)
    both = standing(first, [first, same, unsure])
    assert (both.agreement, both.lead) == (pytest.approx(math.log(2)), WIDEST_LEAD)
    against = standing(first, [first, same, other])
    assert against.lead == pytest.approx(1.5)
    assert standing(other, [first, same, other]).lead == pytest.approx(-1.5)


def test_the_same_sentence_met_twice_is_one_place_and_no_agreement() -> None:
    once = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    again = replace(once, answer=Span(0, 4), logit=1.0)
    assert once.same_place(again) and once.agrees(again)
    assert standing(once, [once, again]).agreement == 0.0


@given(
    st.lists(st.tuples(st.sampled_from("Boyd Reid Hay".split()), st.floats(-50, 50)), min_size=1)
)
def test_a_lead_has_its_limits_and_agreement_counts_others(drawn: list[tuple[str, float]]) -> None:
    places = [
        place_of(f"{name} steered it.", name, logit, f"{n}.txt")
        for n, (name, logit) in enumerate(drawn)
    ]
    for place in places:
        shown = standing(place, places)
        assert -WIDEST_LEAD <= shown.lead <= WIDEST_LEAD
        assert 0 <= shown.agreement <= math.log(len(places)) + 1e-9
        assert shown == standing(place, places[::-1])


@settings(max_examples=30)
@given(HOSTILE, HOSTILE)
def test_a_single_text_is_answered_with_its_own_words_and_a_probability(
    span_model: SpanModel, calibration: Calibration, question: str, context: str
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    told, probability = reader.read(question, context)
    assert told in context and 0 <= probability <= 1
    assert (told, probability) == reader.read(question, context)
    signals = reader.signals(question, context)
    assert bool(told) is (signals is not None)
    if signals is not None:
        shares = [getattr(signals[1], f.name) for f in fields(SpanSignals) if f.name != "margin"]
        assert all(0 <= share <= 1 for share in shares)


def test_a_text_without_words_answers_nothing(
    span_model: SpanModel, calibration: Calibration
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    for context in ("", " \n\t", "\0\u200f"):
        assert reader.read("Who steered?", context) == ("", 0.0)
        assert reader.signals("Who steered?", context) is None


def test_a_text_shows_what_of_the_question_it_lacks(
    span_model: SpanModel, calibration: Calibration
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    found = reader.signals("Did Mary Boyd steer the ferry in 1931?", "Angus Reid sold the ferry.")
    assert found is not None
    assert (found[1].missing, found[1].wrong_figure) == (1.0, 1.0)
    found = reader.signals("Did Angus Reid sell the ferry?", "Angus Reid sold the ferry.")
    assert found is not None
    assert (found[1].missing, found[1].wrong_figure) == (0.0, 0.0)
    assert found[1].coverage > 0.5
