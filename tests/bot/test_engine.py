import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from bot.answer import Answer
from bot.build import build_engine
from bot.conversation import Conversation
from bot.engine import Engine
from bot.reading.calibration import Calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.retrieval.sources import Scope
from index.catalog.selection import Selection
from index.errors import QuestionError
from index.library import Library
from index.settings import Settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import QUESTIONS, any_text, check_citations, one_in, untimed, wordy_text

WHERE = QUESTIONS[0]
ANSWER_KEYS = {
    "question": str,
    "standalone_question": str,
    "answer": str,
    "text": str,
    "refused": bool,
    "reason": str | None,
    "confidence": float,
    "kind": str,
    "citations": list,
    "closest": list,
    "timings_ms": dict,
}
NOTICE_KEYS = {"statements": list, "notice": str}
CITATION_KEYS = {
    "number": int,
    "file": str,
    "sha256": str | None,
    "title": str,
    "published": str | None,
    "publisher": str | None,
    "author": str | None,
    "updated": str | None,
    "start": int,
    "end": int,
    "answer_start": int | None,
    "answer_end": int | None,
    "line_start": int,
    "line_end": int,
    "page": int | None,
    "quote": str,
}


def check_keys(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert list(found) == list(expected)
    assert all(isinstance(found[key], kind) for key, kind in expected.items())


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_what_the_json_contract_says(sample: Engine, question: str) -> None:
    answer = json.loads(json.dumps(sample.answer(question).to_json()))
    noticed = NOTICE_KEYS if "notice" in answer else {}
    check_keys(answer, {**ANSWER_KEYS, **noticed})
    for citation in answer["citations"]:
        check_keys(citation, CITATION_KEYS)
    assert 0 <= answer["confidence"] <= 1
    assert (answer["reason"] is not None) is answer["refused"]
    assert (answer["answer"] == "") is answer["refused"] is (answer["citations"] == [])
    assert all(isinstance(ms, float) and ms >= 0 for ms in answer["timings_ms"].values())


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_file_s_own_words(
    sample: Engine, sample_settings: Settings, question: str
) -> None:
    check_citations(sample.answer(question), sample_settings.corpus)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_least_sure_answer_is_cited_like_any_other(
    eager: Engine, sample_settings: Settings, question: str
) -> None:
    answer = eager.answer(question)
    check_citations(answer, sample_settings.corpus)
    if not answer.refused:
        files = {c.article.path for c in answer.candidates}
        assert {citation.file for citation in answer.citations} <= files
        assert answer.answer and answer.reason is None


def test_a_plain_question_of_the_sample_is_answered_when_any_confidence_will_do(
    eager: Engine,
) -> None:
    assert not eager.answer(WHERE).refused


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_given_just_when_it_is_sure_enough(
    eager: Engine, sample_engine: Callable[[float], Engine], question: str
) -> None:
    answer = eager.answer(question)
    confidence = max(answer.confidence, math.ulp(0.0))
    assert untimed(sample_engine(confidence).answer(question)) == untimed(answer)
    refused = sample_engine(confidence + 1e-9).answer(question)
    assert refused.refused and refused.confidence == answer.confidence


@one_in(2)
@given(any_text | wordy_text)
def test_any_text_gets_a_valid_answer_or_a_question_error(
    eager: Engine, sample_settings: Settings, text: str
) -> None:
    try:
        answer = eager.answer(text)
    except QuestionError as error:
        assert "\n" not in str(error)
        return
    check_citations(answer, sample_settings.corpus)
    json.dumps(answer.to_json(), ensure_ascii=False).encode()


@one_in(4)
@given(any_text | wordy_text, any_text | wordy_text)
def test_any_conversation_goes_on(
    eager: Engine, sample_settings: Settings, first: str, second: str
) -> None:
    conversation = Conversation().with_turn(eager.answer(f"a {first}"))
    answer = eager.answer(f"a {second}", conversation)
    check_citations(answer, sample_settings.corpus)


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!… —", "\0\0", "\ud800", "👍", "\u200f"])
def test_an_empty_question_is_refused_in_one_line(sample: Engine, question: str) -> None:
    for ask in (sample.answer, sample.search):
        with pytest.raises(QuestionError, match=r"^the question is empty; .+$"):
            ask(question)


@pytest.mark.parametrize("question", ["x" * 100_000, "Who is Putin? " * 7200])
def test_a_question_of_100_000_characters_is_refused_in_one_line(
    sample: Engine, question: str
) -> None:
    for ask in (sample.answer, sample.search):
        with pytest.raises(QuestionError, match=r"^.*characters; expected at most 2,000: .+$"):
            ask(question)


def test_a_question_of_just_the_most_characters_is_answered(sample: Engine) -> None:
    distinct = " ".join(f"w{n}" for n in range(1000))
    assert sample.answer(distinct[:1999] + "?").question == distinct[:1999] + "?"
    assert sample.answer(f"{WHERE}{' ' * 100_000}").answer == sample.answer(WHERE).answer


def test_control_characters_and_line_ends_count_as_spaces(sample: Engine) -> None:
    assert untimed(sample.answer("Where did\r\nObama say\0Assad\tmust go?")) == untimed(
        sample.answer(WHERE)
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_refusal_gives_its_reason_and_the_nearest_articles(
    sample_engine: Callable[[float], Engine], question: str
) -> None:
    engine = sample_engine(1.1)
    answer = engine.answer(question)
    assert answer.refused and answer.reason and answer.answer == "" and not answer.citations
    assert answer.reason in answer.text and 1 <= len(answer.nearest) <= 3
    known = {(article.path, article.title) for article in engine.library.catalog.articles.all()}
    assert set(answer.nearest) <= known and len(set(answer.nearest)) == len(answer.nearest)
    assert all(path in answer.text and title in answer.text for path, title in answer.nearest)


def test_names_that_no_article_holds_are_the_reason_of_a_refusal(
    sample_engine: Callable[[float], Engine],
) -> None:
    answer = sample_engine(1.1).answer("What did Napoleon say about Elba?")
    assert answer.reason and "Napoleon, Elba" in answer.reason


def test_two_engines_over_two_new_indexes_give_the_same_bytes(
    sample: Engine, sample_settings: Settings, tmp_path: Path
) -> None:
    settings = sample_settings.model_copy(update={"storage": tmp_path / "storage"})
    sync_corpus(settings)
    other = build_engine(settings)
    try:
        for question in QUESTIONS[::2]:
            assert json.dumps(untimed(other.answer(question))) == json.dumps(
                untimed(sample.answer(question))
            )
            assert other.search(question) == sample.search(question)
    finally:
        other.close()
    # One engine's end is not the other's.
    assert sample.answer(WHERE).candidates


def test_the_engine_remembers_nothing(eager: Engine) -> None:
    conversation = Conversation().with_turn(eager.answer(WHERE))
    follow_up = "When did he say it?"
    alone, within = eager.answer(follow_up), eager.answer(follow_up, conversation)
    assert "Obama" in within.standalone_question and alone.standalone_question == follow_up
    for other in QUESTIONS:
        eager.answer(other)
        assert untimed(eager.answer(follow_up)) == untimed(alone)
        assert untimed(eager.answer(follow_up, conversation)) == untimed(within)
    assert len(conversation.turns) == 1


def test_answers_of_eight_threads_equal_those_of_one(
    eager: Engine,
    sample_engine: Callable[..., Engine],
    library: Library,
    span_model: SpanModel,
    calibration: Calibration,
) -> None:
    conversation = Conversation().with_turn(eager.answer(WHERE))
    work = [(q, c) for q in QUESTIONS[:4] for c in (Conversation(), conversation)]
    alone = [untimed(eager.answer(*item)) for item in work]
    reader = ExtractiveReader(span_model, calibration, library.encoder.encode)
    uncached = sample_engine(math.ulp(0.0), reader)

    def answer(item: tuple[str, Conversation]) -> dict[str, Any]:
        return untimed(uncached.answer(*item))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, work * 2)) == alone * 2


def test_a_standalone_question_never_outgrows_the_limit(sample: Engine) -> None:
    # Each turn would double the name that "he" and "his" stand for.
    conversation = Conversation()
    for question in ["Did " + "Al " * 100 + "go?"] + ["Did he his?"] * 10:
        answer: Answer = sample.answer(question, conversation)
        conversation = conversation.with_turn(answer)
        assert len(answer.standalone_question) <= 2000


def test_articles_are_found_by_path_and_listed_in_order(sample: Engine) -> None:
    articles = sample.library.catalog.articles.all()
    paths = [article.path for article in articles]
    assert paths == sorted(paths) and len(paths) >= 6
    assert all(sample.sources.article(path) == a for path, a in zip(paths, articles, strict=True))
    for hostile in ("", "none.txt", "../README.md", "/etc/passwd", "a\0b", "%"):
        assert sample.sources.article(hostile) is None


def test_passages_are_searched_best_first(sample: Engine) -> None:
    found = sample.search(WHERE, 5)
    assert len(found) == 5 and found == sample.search(WHERE, 10)[:5]
    assert all(c.text == c.article.text[c.passage.start : c.passage.end] for c in found)


def test_within_a_selection_only_its_articles_answer(sample: Engine) -> None:
    whole = sample.answer(WHERE)
    (cited,) = {citation.file for citation in whole.citations}
    article = sample.sources.article(cited)
    assert article is not None
    own = Scope(Selection(ids=frozenset([article.id])))
    assert sample.answer(WHERE, scope=own).answer == whole.answer
    others = {one.id for one in sample.library.catalog.articles.all()} - {article.id}
    elsewhere = sample.answer(WHERE, scope=Scope(Selection(ids=frozenset(others))))
    assert elsewhere.candidates and cited not in {c.article.path for c in elsewhere.candidates}
    assert cited not in {file for file, _ in elsewhere.nearest}


def test_where_nothing_is_selected_the_answer_is_a_plain_refusal(sample: Engine) -> None:
    answer = sample.answer(WHERE, scope=Scope(Selection(ids=frozenset(["0" * 16]))))
    assert answer.refused and answer.reason and answer.text
    assert answer.candidates == answer.nearest == answer.citations == ()
