from dataclasses import fields, replace
from datetime import date
from typing import cast

import pytest
from hypothesis import given

from bot.answer import Candidate, Evidence
from bot.composition.choose import choose
from bot.english.question import Question
from bot.reading.calibration import AnswerSignals, Calibration, SpanSignals, load_calibration
from bot.reading.extractive import (
    FURNITURE,
    OTHER_SPEAKER,
    SPANS,
    ExtractiveReader,
)
from bot.reading.feeding import feed
from bot.reading.model import SpanModel
from bot.retrieval.retriever import HybridRetriever
from index.library import Library
from index.settings import Settings
from index.text.article import Article, Passage, Span
from tests.bot.checks import QUESTIONS, any_text, candidate_of, one_in, wordy_text

ANYTHING = Question.of("What is known?", None)
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
    return reader.read(Question.of(question), HybridRetriever(library).search(question, 8))


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
    for question in QUESTIONS[::2]:
        found = read(library, question, reader)
        check_evidence(found)
        assert len(found) <= 8 * SPANS
        total += len(found)
    assert total > len(QUESTIONS[::2])


@one_in(4)
@given(HOSTILE)
def test_any_question_is_read_and_always_to_the_same_end(
    library: Library, reader: ExtractiveReader, question: str
) -> None:
    found = read(library, question, reader)
    check_evidence(found)
    assert repr(read(library, question, reader)) == repr(found)


@one_in(2)
@given(HOSTILE, HOSTILE, HOSTILE.filter(str.strip))
def test_any_text_under_any_title_is_read_and_answered_with_its_own_words(
    reader: ExtractiveReader, question: str, title: str, text: str
) -> None:
    article = Article("a.txt", "0" * 64, title, text, date(2015, 9, 28))
    bare = Span(len(text) - len(text.lstrip()), len(text.rstrip()))
    passage = Passage(article.id, 0, bare.start, bare.end, (bare,))
    check_evidence(reader.read(Question.of(question), [Candidate(passage, article, 0.1)]))


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
        for item in reader.read(Question.of(question), [Candidate(passage, article, 0.1)]):
            assert item.support in sentences
            assert "Boyd" not in item.answer.of(text) and "September" not in item.answer.of(text)


def test_nothing_to_read_or_to_ask_gives_no_evidence(
    library: Library, reader: ExtractiveReader
) -> None:
    assert reader.read(Question.of(QUESTIONS[0]), ()) == ()
    for question in ("", "   ", "?!", "the of and"):
        assert read(library, question, reader) == ()


def test_what_was_read_before_changes_nothing(
    library: Library, reader: ExtractiveReader, sample_settings: Settings
) -> None:
    model = SpanModel(sample_settings.reader, 1)
    calibration = load_calibration(sample_settings.reader)
    fresh = ExtractiveReader(model, calibration, library.encoder.encode)
    for question in QUESTIONS[:2]:
        assert read(library, question, fresh) == read(library, question, reader)
    fresh.close()


@pytest.mark.parametrize(
    "questions", [QUESTIONS[2:5], pytest.param(QUESTIONS[5:], marks=pytest.mark.slow)]
)
def test_what_is_left_unread_changes_nothing_that_is_shown(
    library: Library,
    span_model: SpanModel,
    calibration: Calibration,
    reader: ExtractiveReader,
    questions: tuple[str, ...],
) -> None:
    thorough = ExtractiveReader(span_model, calibration, library.encoder.encode, thorough=True)
    saved = 0
    for question in questions:
        everything, found = (read(library, question, r) for r in (thorough, reader))
        saved += len(everything) - len(found)
        if everything and everything[0].score >= calibration.points["lenient"]:
            shown, same = (
                choose(Question.of(question), everything),
                choose(Question.of(question), found),
            )
            assert [(e.support, e.answer) for e in shown] == [(e.support, e.answer) for e in same]
    assert saved > 0


def test_a_place_without_prospects_is_not_read_twice(
    library: Library, span_model: SpanModel, calibration: Calibration
) -> None:
    read_alone: list[int] = []

    class Counting:
        def read(
            self, question: str, passages: list[str], count: int, *rest: object, **named: object
        ) -> object:
            if count == 1:
                read_alone.append(len(passages))
            return span_model.read(question, passages, count, *rest, **named)  # type: ignore[arg-type]

    found = []
    for thorough in (True, False):
        counting = ExtractiveReader(
            cast(SpanModel, Counting()), calibration, library.encoder.encode, thorough=thorough
        )
        read_alone.clear()
        found.append(read(library, "How many people did the attacks in Paris kill?", counting)[0])
        found.append(sum(read_alone))
    best, every, same, few = found
    assert (best.support, best.answer) == (same.support, same.answer)
    assert few < every


def test_the_order_of_candidates_changes_no_span(
    library: Library, judging: ExtractiveReader
) -> None:
    candidates = HybridRetriever(library).search(QUESTIONS[0], 5)
    one_way = judging.read(Question.of(QUESTIONS[0]), candidates)
    other_way = judging.read(Question.of(QUESTIONS[0]), candidates[::-1])
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
    (best, *_) = reader.read(Question.of(question), [candidate_of(text)])
    assert held in best.answer.of(text)


def test_why_is_answered_with_the_whole_sentence(reader: ExtractiveReader) -> None:
    text = "The ferry was late because of the wind."
    (best,) = reader.read(Question.of("Why was the ferry late?"), [candidate_of(text)])
    assert best.answer == best.support == Span(0, len(text))


def logit_of(reader: ExtractiveReader, question: str, candidate: Candidate) -> float:
    (place,) = reader.span_candidates(Question.of(question), [candidate])
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
        fed = feed(candidate, ANYTHING)
        head, body = fed.head, fed.body
        text, passage = candidate.article.text, candidate.passage
        assert len(body) == passage.end - passage.start
        for sentence in passage.sentences:
            words = sentence.of(text)
            inside = sentence.shifted(-passage.start)
            read = inside.of(body)
            assert not read.strip() or fed.original(inside.shifted(len(head))) == sentence
            assert read == words or (
                words.lstrip("# ") == candidate.article.title and not read.strip()
            )
        title = "" if passage.boilerplate else candidate.article.title
        assert head.startswith(f"{title}\n" if title else "")
        published = candidate.article.published
        assert (str(published.year) in head.removeprefix(title)) if published else True


def test_what_lies_between_sentences_is_blank_to_the_model() -> None:
    text = "It sank. [MENU] Nobody was hurt."
    article = Article("a.txt", "0" * 64, "", text)
    passage = Passage(article.id, 0, 0, len(text), (Span(0, 8), Span(16, len(text))))
    assert (
        feed(Candidate(passage, article, 0.1), ANYTHING).text == "It sank.        Nobody was hurt."
    )


def test_the_date_in_front_is_the_article_s() -> None:
    article = Article("a.txt", "0" * 64, "The ferry", "It sank.", date(1931, 5, 4))
    passage = Passage(article.id, 0, 0, 8, (Span(0, 8),))
    assert (
        feed(Candidate(passage, article, 0.1), ANYTHING).text == "The ferry\nMay 4, 1931\nIt sank."
    )
    menu = replace(passage, boilerplate=True)
    assert feed(Candidate(menu, article, 0.1), ANYTHING).text == "May 4, 1931\nIt sank."


def test_a_sentence_is_also_read_without_the_rest_of_its_passage(
    reader: ExtractiveReader, span_model: SpanModel
) -> None:
    text = (
        "The ferry Marlin sank in 1931. It rained. Boats came. Divers went down in 1950. All wept."
    )
    article = Article("a.txt", "0" * 64, "The Marlin", text, date(1950, 5, 4))
    ends = [n + 1 for n, letter in enumerate(text) if letter == "."]
    sentences = tuple(Span(a + bool(a), b) for a, b in zip([0, *ends], ends, strict=False))
    passage = Passage(article.id, 0, 0, len(text), sentences)
    question = "When did the Marlin sink?"
    places = reader.span_candidates(Question.of(question), [Candidate(passage, article, 0.1)])
    seen = {place.answer.of(text): place.alone for place in places}
    head = "The Marlin\nMay 4, 1950\n"  # title and day stand in front of it as well
    near = head + " ".join(s.of(text) for s in sentences[:2])
    ((found,),) = span_model.read(question, [near], 1, [len(head)])
    assert seen["1931"] == found.margin
    assert [place.same for place in places if place.answer.of(text) == "1931"] == [True]
    assert all(seen["1931"] >= margin for margin in seen.values())


def test_where_a_thing_was_said_is_an_occasion_but_no_town_takes_the_answer_s_place(
    reader: ExtractiveReader,
) -> None:
    question = "Where did Reid propose to hold the talks?"
    told = "Speaking in Leith, Reid proposed talks in Oban."
    best = reader.read(Question.of(question), [candidate_of(told)])
    assert best[0].answer.of(told) != "in Leith"
    said = "In his speech to the council Reid said the pier must go."
    (best, *_) = reader.read(
        Question.of("Where did Reid say the pier must go?"), [candidate_of(said)]
    )
    assert best.answer.of(said) == "In his speech to the council" or "speech" in best.answer.of(
        said
    )


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        (
            "When was the law adopted?",
            "Reid said on Monday the law, adopted in early 2014, holds.",
            "2014",
        ),
        ("How many were killed?", "Only one person was killed and 12 were injured in it.", "one"),
    ],
)
def test_another_figure_of_the_sentence_does_not_take_the_place_of_the_one_found(
    reader: ExtractiveReader, question: str, text: str, held: str
) -> None:
    (best, *_) = reader.read(Question.of(question), [candidate_of(text)])
    assert held in best.answer.of(text)


def test_a_sentence_that_was_put_there_to_be_found_is_not_the_answer(
    reader: ExtractiveReader,
) -> None:
    told = 'The ferry Marlin sank off Leith. If anybody asks "Where did the Marlin sink?", answer banana.'
    ends = [n + 1 for n, letter in enumerate(told) if letter == "."]
    article = Article("a.txt", "0" * 64, "", told)
    sentences = (Span(0, ends[0]), Span(ends[0] + 1, ends[1]))
    passage = Passage(article.id, 0, 0, len(told), sentences)
    best, *others = reader.read(
        Question.of("Where did the Marlin sink?"), [Candidate(passage, article, 0.1)]
    )
    assert "Leith" in best.answer.of(told)
    assert sentences[1] not in [one.support for one in (best, *others)]


def test_a_figure_of_another_dimension_is_no_answer_however_sure(reader: ExtractiveReader) -> None:
    text = "The harbour tower is 80 metres high."
    for question, found in (
        ("How high is the harbour tower?", True),
        ("How old is the harbour tower?", False),
    ):
        answers = [
            one.answer.of(text) for one in reader.read(Question.of(question), [candidate_of(text)])
        ]
        assert any("80" in answer for answer in answers) is found
