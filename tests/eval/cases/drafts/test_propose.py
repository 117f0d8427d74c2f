"""Cases proposed from articles: what is asked, what is not, and that every twin is left without an answer."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.english.words import terms
from eval.cases.case import CORPORA, complete
from eval.cases.drafts.draft import Draft
from eval.cases.drafts.propose import propose
from index.reading.articles import read_article
from index.reading.folder import list_files
from index.text.article import Article
from index.text.boilerplate import mark_boilerplate
from index.text.passages import split_passages

# Names that the sentences use stand here within sentences, as in a longer article they would.
CONTEXT = (
    "\n\nIt rained. It was cold. It was said that Ana Silva, Oban, Leith and Marlow were there, with "
    "President Ana Silva, Ann Poole, Minister Tom Reed and Mayor Ian Dole. People in Oban, in Leith and "
    "in Marlow, in Oban, in Leith and in Marlow, saw it."
)
SENTENCES = (
    "The storm killed 14 people in Oban.",
    "On Sunday night twelve French boats left the harbour of Leith.",
    "On May 3 a Russian ferry crashed near Oban, and 12 people died.",
    "President Ana Silva said that the harbour of Leith needs a new bridge.",
    "“Nobody in this town has ever repaired the old harbour wall,” Silva said.",
    "Silva called Marlow “a place of wonders”.",
    "Minister Tom Reed promised to rebuild the pier of Marlow.",
    "The Harbour Union wants to stop the sale.",
    "British Prime Minister Ian Dole left the meeting on Monday.",
    "Ann Poole, director of the Harbour Museum, asked for money.",
    "He said that she had seen it there.",
    "Das Schiff verließ den Hafen am 3. Mai 2019.",
)


def article(text: str, path: str = "a.txt") -> Article:
    return Article(path, "0" * 64, "A title", text, boilerplate=mark_boilerplate(text))


def drafts(*sentences: str) -> list[Draft]:
    return propose([article(" ".join(sentences) + CONTEXT)])


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    """The sample's articles."""
    return [read_article(CORPORA["sample"], path) for path in list_files(CORPORA["sample"])]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (SENTENCES[0], "How many people did the storm kill in Oban?", "14"),
        (
            "On May 3 a ferry crashed near Oban, and 12 people died.",
            "How many people died when a ferry crashed near Oban on May 3?",
            "12",
        ),
        (SENTENCES[3], "Who said that the harbour of Leith needs a new bridge?", "Ana Silva"),
        (
            SENTENCES[4],
            "Who said “Nobody in this town has ever repaired the old harbour wall”?",
            "Silva",
        ),
        (SENTENCES[5], "What did Silva call Marlow?", "a place of wonders"),
        (SENTENCES[6], "What did Tom Reed promise to do?", "rebuild the pier of Marlow"),
        ("British Prime Minister Ian Dole left.", "Who is the British Prime Minister?", "Ian Dole"),
        (
            "The key, said Ann Poole, director of the Harbour Museum, is lost.",
            "Who is Ann Poole?",
            "director of the Harbour Museum",
        ),
        (
            "The bridge of Leith cost $90 million.",
            "How much did the bridge of Leith cost?",
            "$90 million",
        ),
        ("Silva spoke in Oban for 35 minutes.", "How long did Silva speak in Oban?", "35 minutes"),
        ("The mayor of Oban, Jo Lund, left.", "Who is the mayor of Oban?", "Jo Lund"),
        (
            "The bridge of Leith opened on 3 March 2021.",
            "When did the bridge of Leith open?",
            "3 March 2021",
        ),
        (
            "The blast at the harbour of Oban killed 86 people on Saturday.",
            "How many people did the blast at the harbour of Oban kill?",
            "86",
        ),
        ("Marlow was visited by Ana Silva.", "Who was Marlow visited by?", "Ana Silva"),
    ],
)
def test_a_sentence_gives_its_question_with_the_answer(
    sentence: str, question: str, answer: str
) -> None:
    found = {draft.case.question: draft.case for draft in drafts(sentence)}
    assert question in found
    assert answer in found[question].answers
    assert [span.text for span in found[question].spans] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "He killed 14 people in Oban.",  # who?
        "The summit lasted two days.",  # which one?
        "“We could do better,” Silva said.",  # said by anybody
        "“Nobody in this town has ever repaired the harbour wall,” he said.",
        "“Nobody in this town has ever repaired the harbour wall,” Silva said, and Reed replied.",
        "Silva said that it was over.",
        "Silva announced a plan.",
    ],
)
def test_what_does_not_stand_by_itself_is_not_asked(sentence: str) -> None:
    assert [draft.case.question for draft in drafts(sentence)] == []


def test_the_time_of_something_else_is_no_answer() -> None:
    made = drafts("Silva left the pier of Leith before she was freed by Tom Reed in 2020.")
    assert not [draft for draft in made if draft.case.question.startswith("When")]


def test_a_question_that_another_sentence_answers_otherwise_is_left_out() -> None:
    once = "The storm killed 14 people in Oban."
    again = "The storm, which killed people in Oban, killed 20."
    asked = "How many people did the storm kill in Oban?"
    assert asked in {draft.case.question for draft in drafts(once)}
    assert asked not in {draft.case.question for draft in drafts(once, again)}


def test_a_question_of_two_articles_names_both() -> None:
    sentence = "The storm killed 14 people in Oban."
    both = propose([article(sentence + CONTEXT, path) for path in ("b.txt", "a.txt")])
    case = next(draft.case for draft in both if draft.case.answerable)
    assert case.files == ("a.txt", "b.txt")
    assert [span.file for span in case.spans] == ["a.txt", "b.txt"]


def test_a_twin_that_an_article_answers_is_not_made() -> None:
    asked = "The storm killed 14 people in Oban."
    twins = {draft.case.question for draft in drafts(asked) if not draft.case.answerable}
    assert twins & {
        f"How many people did the storm kill in {place}?" for place in ("Leith", "Marlow")
    }
    other = "In Leith the storm killed people. In Marlow people were killed by the storm."
    assert {
        draft.case.question for draft in drafts(asked, other) if not draft.case.answerable
    } == set()


def test_boilerplate_is_not_asked_about() -> None:
    assert drafts("Photo: The storm killed 14 people in Oban.\n\nNothing happened.") == []


def test_the_sample_gives_complete_cases_of_several_kinds(sample: list[Article]) -> None:
    made = propose(sample)
    cases = [complete(draft.case) for draft in made]
    assert len(cases) > 25
    assert len({case.id for case in cases}) == len({case.question for case in cases}) == len(cases)
    tags = {tag for case in cases for tag in case.tags}
    assert {"how-many", "when", "where", "who", "what-said", "attribution", "near-miss"} <= tags
    assert all(case.tags[-1] == "drafted" for case in cases)
    assert len({case.files for case in cases[:7]}) == 7  # spread over the articles from the start


def test_an_index_of_too_many_articles_gets_no_twins(sample: list[Article]) -> None:
    assert all(draft.case.answerable for draft in propose(sample, twins=False))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8), st.booleans())
def test_each_answer_and_each_span_stand_in_the_file(sentences: list[str], wrapped: bool) -> None:
    text = " ".join(sentences) + CONTEXT
    one = article(text.replace(" ", "\n") if wrapped and len(sentences) < 3 else text)
    for draft in propose([one]):
        for span in draft.case.spans:
            assert span.text in one.text and span.file == one.path
            words = plain(span.text)
            assert any(answer in words for answer in draft.case.answers)
        held = plain(" ".join(span.text for span in draft.case.spans))
        assert all(answer in held for answer in draft.case.answers)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=10), st.randoms(use_true_random=False)
)
def test_the_order_of_the_articles_changes_nothing(
    sentences: list[str], order: random.Random
) -> None:
    articles = [article(one + CONTEXT, f"{n}.txt") for n, one in enumerate(sentences)]
    shuffled = list(articles)
    order.shuffle(shuffled)
    assert propose(shuffled) == propose(articles)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=10, unique=True))
def test_no_twin_names_what_its_sentence_has_nor_what_another_tells_of_it(
    sentences: list[str],
) -> None:
    one = article(" ".join(sentences) + CONTEXT)
    made = propose([one])
    asked = {draft.case.question: draft.case for draft in made}
    whole = [span.of(one.text) for part in split_passages(one, 400, 0) for span in part.sentences]
    for draft in made:
        told = re.fullmatch(r"“(?P<asked>.*)” with (?P<new>.*) for (?P<old>.*)", draft.why)
        if draft.case.answerable:
            assert told is None
            continue
        assert told is not None
        original, new = asked[told["asked"]], terms(told["new"].split()[-1])
        assert not new & terms(plain(original.spans[0].text))
        assert draft.case.question != told["asked"] and not draft.case.files
        others = terms(original.question) - terms(told["old"])
        assert not any(new <= terms(words) and others <= terms(words) for words in whole)


MARKUP = "<div onclick='x'>“</div> <script>alert(1)</script> **a** [b](c) & &amp; \\ {{}} | # - > "


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        '…!?.”“"',
        MARKUP * 200,
        "The storm killed 14 people in Oban and " * 5000 + ".",
        "“" * 3000,
        "Ana Silva, " * 3000,
        "words without an end " * 2000,
        "戦争は2011年に始まった。彼は言った。" * 200,
        "Das Schiff verließ den Hafen am 3. Mai. „Nein“, sagte Herr Müller.",
        "\ud800 said that \udfff the storm killed 14 people in Oban.",
    ],
)
def test_hostile_text_gives_nothing_and_no_error(text: str) -> None:
    assert propose([article(text)]) == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for draft in propose([article(text)]):
        complete(draft.case)


def test_no_article_gives_nothing() -> None:
    assert propose([]) == []
