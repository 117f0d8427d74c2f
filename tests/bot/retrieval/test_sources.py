"""The engine over the sample with what people added beside it."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer
from bot.build import build_engine
from bot.engine import Engine
from bot.english.question import Question
from bot.page.build import build_uploads
from bot.retrieval.merging import NEAR, merge
from bot.retrieval.sources import CORPUS, LEFT_OUT, NONE_CHOSEN, OWN, Scope
from index.catalog.selection import Selection
from index.models.encoder import Encoder
from index.settings import ROOT, load_settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import candidate_of, check_citations
from tests.bot.page.people.user_files import BREAD, FERRY

ANNA, BERT = Scope(owner="anna-01"), Scope(owner="bert-02")
UNRELATED = {
    "bread.txt": BREAD,
    "ferry.txt": FERRY,
    "minutes.txt": "The treasurer of the allotment society reported a balance of 1,204 pounds. Mrs Hale "
    "asked who would mow the path in June. The water is turned off on 3 November.",
    "nurse.txt": "I worked as a nurse at St Mary's Hospital for six years and speak French and Polish.",
}
STARTERS = "At how many degrees do bakers in Lyon keep their sourdough starters?"
WHERE = "Where did Obama say Assad must go?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine over the sample with uploads."""
    settings = load_settings(corpus=ROOT / "corpus", storage=tmp_path_factory.mktemp("own") / "st")
    sync_corpus(settings)
    encoder = Encoder(settings.embedder)
    engine = build_engine(settings, encoder, build_uploads(settings, encoder))
    yield engine
    engine.close()


@pytest.fixture
def shelf(engine: Engine) -> Iterator[Engine]:
    """The same; what Anna and Bert have added goes at the end."""
    yield engine
    for scope in (ANNA, BERT):
        for upload in engine.sources.own.list(scope.owner):
            engine.sources.own.remove(scope.owner, upload.name)


def add(engine: Engine, name: str, text: str, scope: Scope = ANNA) -> str:
    """Adds a file; the path that its citations name."""
    return f"uploads/{engine.sources.own.add(scope.owner, name, text.encode()).name}"


def said(answer: Answer) -> tuple[object, ...]:
    return answer.answer, answer.text, answer.refused, answer.citations, answer.confidence


def files(answer: Answer) -> list[str]:
    return [citation.file for citation in answer.citations]


@pytest.mark.parametrize(("each", "least"), [(32, 4), pytest.param(4, 30, marks=pytest.mark.slow)])
def test_unrelated_uploads_change_no_answer_of_the_corpus(
    shelf: Engine, each: int, least: int
) -> None:
    for name, text in UNRELATED.items():
        add(shelf, name, text)
    lines = (ROOT / "eval" / "sets" / "sample.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[::each]]
    assert len(questions) > least
    for question in questions:
        before, after = shelf.answer(question), shelf.answer(question, scope=ANNA)
        # of a refusal the nearest articles may be one's own
        held = after.answer, after.refused, after.citations
        assert held == (before.answer, before.refused, before.citations), question


@pytest.mark.parametrize(
    ("question", "answer", "file"),
    [
        (STARTERS, "24 degrees", "bread.txt"),
        ("When does the ferry to Marken sail?", "nine in the morning", "ferry.txt"),
        ("When is the water turned off?", "3 November", "minutes.txt"),
        ("Which languages do I speak?", "French and Polish", "nurse.txt"),
    ],
)
def test_what_only_an_upload_says_is_found_and_cited_for_its_owner_alone(
    shelf: Engine, question: str, answer: str, file: str
) -> None:
    for name, text in UNRELATED.items():
        add(shelf, name, text)
    found = shelf.answer(question, scope=ANNA)
    assert found.answer == answer and files(found) == [f"uploads/{file}"]
    check_citations(found, shelf.sources.own.corpus(ANNA.owner))
    before = said(shelf.answer(question))
    for scope in (CORPUS, BERT):
        other = shelf.answer(question, scope=scope)
        assert said(other) == before
        assert not any("uploads/" in path for path, _ in other.nearest)
        found_by_search, _ = shelf.find(question, 50, scope)
        assert not any(c.article.path.startswith("uploads/") for c in found_by_search)


def test_a_newer_upload_that_says_otherwise_is_found_when_it_is_named(shelf: Engine) -> None:
    report = (
        "Harbour Gazette, 3 October 2015\n\nObama says in Chicago that Assad must go\n\n"
        "CHICAGO (Harbour Gazette) – Obama said Assad must go in a speech at the Navy Pier in Chicago, "
        "the Harbour Gazette has learned."
    )
    path = add(shelf, "gazette.txt", report)
    named = shelf.answer(
        "Where, according to the Harbour Gazette, did Obama say Assad must go?", scope=ANNA
    )
    assert path in files(named) and "Chicago" in named.text
    everywhere = shelf.find(WHERE, 8, ANNA)[0]
    assert {path, "obama-says-assad-must-go.md"} <= {one.article.path for one in everywhere}


def test_a_copy_of_an_article_of_the_corpus_adds_nothing(shelf: Engine) -> None:
    before = said(shelf.answer(WHERE))
    source = ROOT / "corpus" / "obama-says-assad-must-go.md"
    add(shelf, source.name, source.read_text("utf-8"))
    assert said(shelf.answer(WHERE, scope=ANNA)) == before


def test_what_is_removed_is_never_cited_again(shelf: Engine) -> None:
    path = add(shelf, "bread.txt", BREAD)
    before = shelf.answer(STARTERS, scope=ANNA)
    article = shelf.sources.article(path, ANNA.owner)
    assert files(before) == [path] and article is not None
    assert shelf.sources.own.remove(ANNA.owner, "bread.txt")
    after = shelf.answer(STARTERS, scope=ANNA)
    assert said(after) == said(shelf.answer(STARTERS)) and not after.notice
    assert shelf.sources.article(path, ANNA.owner) is None
    assert shelf.sources.article_by_id(article.id, ANNA.owner) is None


def test_what_has_gone_from_the_folder_since_it_was_found_is_not_cited(shelf: Engine) -> None:
    path = add(shelf, "bread.txt", BREAD)
    assert files(shelf.answer(STARTERS, scope=ANNA)) == [path]
    (shelf.sources.own.corpus(ANNA.owner) / path).unlink()
    assert shelf.answer(STARTERS, scope=ANNA).refused


def test_an_article_is_had_by_path_and_id_by_its_owner_alone(shelf: Engine) -> None:
    path = add(shelf, "bread.txt", BREAD)
    article = shelf.sources.article(path, ANNA.owner)
    assert article is not None and shelf.sources.article_by_id(article.id, ANNA.owner) == article
    for owner in ("", BERT.owner):
        assert (
            shelf.sources.article(path, owner)
            is shelf.sources.article_by_id(article.id, owner)
            is None
        )
    corpus = shelf.library.catalog.articles.all()[0]
    assert (
        shelf.sources.article_by_id(corpus.id, ANNA.owner)
        == shelf.sources.article_by_id(corpus.id)
        == corpus
    )
    assert path not in {one.path for one in shelf.library.catalog.articles.all()}


def test_two_owners_of_one_name_each_get_their_own_words(shelf: Engine) -> None:
    add(shelf, "a.txt", BREAD)
    add(shelf, "a.txt", BREAD.replace("24", "31"), BERT)
    assert shelf.answer(STARTERS, scope=ANNA).answer == "24 degrees"
    assert shelf.answer(STARTERS, scope=BERT).answer == "31 degrees"


def test_an_upload_that_is_chosen_is_asked_alone_or_beside_chosen_articles(shelf: Engine) -> None:
    path = add(shelf, "bread.txt", BREAD)
    add(shelf, "ferry.txt", FERRY)
    mine, theirs = (
        shelf.sources.article(path, ANNA.owner),
        shelf.sources.article("obama-says-assad-must-go.md"),
    )
    assert mine is not None and theirs is not None
    alone = Scope(Selection(ids=frozenset((mine.id,))), ANNA.owner)
    assert files(shelf.answer(STARTERS, scope=alone)) == [path]
    refused = shelf.answer(WHERE, scope=alone)
    assert refused.refused and [file for file, _ in refused.nearest] == [path]
    both = Scope(Selection(ids=frozenset((mine.id, theirs.id))), ANNA.owner)
    assert files(shelf.answer(WHERE, scope=both)) == [theirs.path]
    assert files(shelf.answer(STARTERS, scope=both)) == [path]
    assert [shelf.sources.count(scope) for scope in (alone, both, ANNA, CORPUS)] == [1, 2, 10, 8]
    stranger = Scope(alone.selection, BERT.owner)
    assert (
        shelf.answer(STARTERS, scope=stranger).nearest == () and shelf.sources.count(stranger) == 0
    )


def test_within_a_selection_without_ids_uploads_are_left_out(shelf: Engine) -> None:
    add(shelf, "bread.txt", BREAD)
    within = Scope(Selection(words="obama"), ANNA.owner)
    assert said(shelf.answer(STARTERS, scope=within)) == said(
        shelf.answer(STARTERS, scope=Scope(within.selection))
    )


def test_a_filter_that_no_article_fits_is_reported(shelf: Engine) -> None:
    answer = shelf.answer(WHERE, scope=Scope(Selection(words="zeppelin")))
    assert answer.refused and answer.notice == NONE_CHOSEN
    fitting = shelf.answer("Who baked the zeppelin?", scope=Scope(Selection(words="obama")))
    assert NONE_CHOSEN not in fitting.notice


def test_a_search_gives_no_more_than_asked_for(shelf: Engine) -> None:
    add(shelf, "bread.txt", BREAD)
    assert [one.article.path for one in shelf.search(STARTERS, 1, ANNA)] == ["uploads/bread.txt"]
    assert len(shelf.search(STARTERS, 5, ANNA)) == 5


def harmed(catalog: Path) -> None:
    with sqlite3.connect(catalog) as db:
        for table in ("articles", "passages"):
            db.execute(f"DROP TABLE {table}")
    db.close()


def test_a_damaged_index_is_told_while_the_corpus_answers_and_is_mended(shelf: Engine) -> None:
    path = add(shelf, "bread.txt", BREAD)
    assert files(shelf.answer(STARTERS, scope=ANNA)) == [path]
    harmed(shelf.sources.own.corpus(ANNA.owner).with_name("index") / "catalog.sqlite3")
    answer = shelf.answer(WHERE, scope=ANNA)
    assert answer.notice == LEFT_OUT
    assert answer.citations == shelf.answer(WHERE).citations != ()
    assert shelf.answer(WHERE, scope=BERT).notice == shelf.answer(WHERE).notice == ""
    assert files(shelf.answer(STARTERS, scope=ANNA)) == [path]  # made again of the files


def test_what_is_no_owner_gets_the_corpus_alone(shelf: Engine) -> None:
    answer = shelf.answer(WHERE, scope=Scope(owner="../anna-01"))
    assert answer.notice == LEFT_OUT and answer.citations == shelf.answer(WHERE).citations


def test_asking_while_files_come_and_go_never_fails(shelf: Engine) -> None:
    stop, answers = threading.Event(), list[Answer]()
    failed = list[BaseException]()

    def ask() -> None:
        try:
            while not stop.is_set():
                answers.append(shelf.answer(STARTERS, scope=ANNA))
        except BaseException as error:
            failed.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    for n in range(4):
        add(shelf, "bread.txt", BREAD)
        add(shelf, "ferry.txt", f"{FERRY} Pier {n}.")
        assert shelf.sources.own.remove(ANNA.owner, "bread.txt")
        assert shelf.sources.own.remove(ANNA.owner, "ferry.txt")
    stop.set()
    for thread in asking:
        thread.join()
    assert not failed
    assert {answer.answer for answer in answers} <= {"", "24 degrees"}
    assert "24 degrees" in {answer.answer for answer in answers}


near = st.floats(-1, 1)


@given(st.lists(near, max_size=8), st.lists(near, max_size=OWN))
def test_merging_keeps_both_orders_and_all_of_the_corpus(
    corpus: list[float], own: list[float]
) -> None:
    theirs = made(corpus, "corpus")
    mine = made(own, "uploads")
    merged = merge(Question.of("what is it"), theirs, mine)
    assert [one for one in merged if one in theirs] == list(theirs)
    kept = [one for one in merged if one not in theirs]
    assert kept == [one for one in mine if one in kept]
    least = max(NEAR, min(corpus, default=NEAR))
    assert [one.dense for one in kept] == [dense for dense in own if dense > least]


def test_what_names_what_the_corpus_does_not_is_taken_however_far() -> None:
    (theirs,), (mine,) = made([0.9], "corpus"), made([-0.5], "uploads")
    question = "What does memo X-17 of Brixworth say?"
    named = candidate_of("In Brixworth nothing is said.", "uploads/b.txt")
    named = type(named)(named.passage, named.article, 0.1, -0.5)
    assert merge(Question.of(question), (theirs,), (mine, named)) == (theirs, named)


def made(nearness: list[float], folder: str) -> tuple:
    """Candidates of words that no other says, with these cosines."""
    made = [
        candidate_of(" ".join(f"{folder}{n}word{i}" for i in range(9)), f"{folder}/{n}.txt")
        for n in range(len(nearness))
    ]
    return tuple(
        type(one)(one.passage, one.article, 0.1, dense)
        for one, dense in zip(made, nearness, strict=True)
    )
