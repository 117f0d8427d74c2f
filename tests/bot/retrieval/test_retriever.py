import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llama_index.core import Settings as GlobalSettings
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.callbacks import CallbackManager
from llama_index.core.chat_engine import CondensePlusContextChatEngine
from llama_index.core.llms import MockLLM
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer

from bot.english.question import Question
from bot.retrieval.retriever import DEPTH, HybridRetriever, Retrieved
from index.catalog.selection import Selection
from index.library import Library
from index.models.encoder import Encoder
from index.settings import load_settings
from index.sync.corpus import sync_corpus
from tests.bot.checks import QUESTIONS, any_text

WHERE = QUESTIONS[0]


def test_passages_come_best_first_with_their_scores(library: Library) -> None:
    found = HybridRetriever(library).search(WHERE, 10)
    assert 0 < len(found) <= 10
    assert list(found) == sorted(found, key=lambda c: -c.score)
    assert all(c.dense is not None and -1.001 <= c.dense <= 1.001 for c in found)
    assert all(c.lexical is None or c.lexical > 0 for c in found)
    assert found[0].article.path == "obama-says-assad-must-go.md"


def test_fewer_are_a_prefix_of_more(library: Library) -> None:
    retriever = HybridRetriever(library)
    many = retriever.search(WHERE, 20)
    assert retriever.search(WHERE, 3) == many[:3]
    assert len(retriever.search(WHERE, 10 * DEPTH)) == library.catalog.articles.counts()[1]


@given(any_text)
def test_any_text_retrieves(library: Library, text: str) -> None:
    assert len(HybridRetriever(library).search(text, 3)) == 3


def test_llamaindex_gets_nodes_that_point_into_the_file(library: Library) -> None:
    nodes = HybridRetriever(library, k=4).retrieve(WHERE)
    assert len(nodes) == 4
    for found in nodes:
        article = library.catalog.articles.at(found.node.metadata["file"])
        assert article is not None and found.node.metadata["title"] == article.title
        start, end = found.node.start_char_idx, found.node.end_char_idx  # type: ignore[attr-defined]
        assert found.node.get_content() == article.text[start:end] != ""
    scores = [found.score for found in nodes if found.score is not None]
    assert len(scores) == 4 and scores == sorted(scores, reverse=True)


def test_the_asynchronous_interface_gives_the_same(library: Library) -> None:
    retriever = HybridRetriever(library, k=4)
    ids = [found.node.node_id for found in asyncio.run(retriever.aretrieve(WHERE))]
    assert ids == [found.node.node_id for found in retriever.retrieve(WHERE)]


def test_a_stock_query_engine_takes_the_retriever(library: Library) -> None:
    synthesizer = get_response_synthesizer(
        llm=MockLLM(), callback_manager=CallbackManager(), response_mode=ResponseMode.COMPACT
    )
    engine = RetrieverQueryEngine(HybridRetriever(library, k=3), response_synthesizer=synthesizer)
    response = engine.query(WHERE)
    assert response.source_nodes[0].node.metadata["file"] == "obama-says-assad-must-go.md"
    assert "Bashar al-Assad must go" in str(response)  # MockLLM repeats what it was given
    assert GlobalSettings._llm is None and GlobalSettings._embed_model is None


def test_a_stock_chat_engine_takes_the_retriever(library: Library) -> None:
    llm = MockLLM()
    engine = CondensePlusContextChatEngine.from_defaults(
        retriever=HybridRetriever(library, k=3),
        llm=llm,
        memory=ChatMemoryBuffer.from_defaults(token_limit=3000, tokenizer_fn=str.split),
    )
    history = [
        ChatMessage(role="user", content="Hello"),
        ChatMessage(role="assistant", content="Yes"),
    ]
    response = engine.chat(WHERE, chat_history=history)
    assert len(response.source_nodes) == 3
    assert GlobalSettings._llm is None and GlobalSettings._embed_model is None


DAYS = ("2014-09-20", "2015-08-03", "2015-09-28", "2015-11-12", "2015-11-18", "")


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Six articles that say the same in other words, of five days and of none."""
    folder = tmp_path_factory.mktemp("dated")
    corpus = folder / "corpus"
    corpus.mkdir()
    weather = ("calm", "rainy", "foggy", "stormy", "sunny", "icy")
    for number, (day, kind) in enumerate(zip(DAYS, weather, strict=True)):
        head = f"---\ntitle: A {kind} ferry\n" + (f"date: {day}\n" if day else "") + "---\n\n"
        story = (
            f"The ferry to Oban was late in {kind} weather, and {number + 20} people had to wait."
        )
        (corpus / f"{number}.txt").write_text(head + story, "utf-8")
    settings = load_settings(corpus=corpus, storage=folder / "storage")
    sync_corpus(settings)
    library = Library(corpus, settings.storage, Encoder(settings.embedder))
    yield library
    library.close()


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many waited for the ferry in September 2015?", "2.txt"),
        ("How many waited for the ferry in September 2014?", "0.txt"),
        ("How many waited for the ferry in August?", "1.txt"),
        ("What is the latest on the ferry to Oban?", "4.txt"),
    ],
)
def test_what_was_printed_in_the_days_asked_about_comes_first(
    dated: Library, question: str, first: str
) -> None:
    found = HybridRetriever(dated).search(question, 6)
    assert found[0].article.path == first
    assert len(found) == len(DAYS)  # nothing is left out, an article without a date neither


def test_this_week_is_counted_from_the_day_given_else_from_the_archive_s_last(
    dated: Library,
) -> None:
    retriever, question = HybridRetriever(dated), "How many waited for the ferry this week?"
    last = {c.article.path for c in retriever.search(question, 2)}
    assert last == {"3.txt", "4.txt"}
    assert retriever.search(question, 1, date(2015, 8, 4))[0].article.path == "1.txt"


def test_the_year_that_is_asked_about_goes_before_the_news_of_the_day(dated: Library) -> None:
    question = "How many waited for the ferry to Oban in 2014?"
    found = HybridRetriever(dated).search(question, 6, date(2015, 11, 19))
    assert found[0].article.path == "0.txt"


def test_a_story_of_the_week_that_hardly_matches_does_not_go_before_the_one_asked_for(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    ferry = "The ferry to Oban ran aground off Lismore, and 21 people were taken off by lifeboat."
    for name, day, story in (
        ("ferry", "2015-03-02", ferry),
        ("cheese", "2015-01-12", "A cheese fair in Leith drew more people than ever."),
        ("choir", "2015-11-13", "The choir of Perth sang carols, and 40 people came to listen."),
        ("bridge", "2015-02-14", "A bridge over the Tay was closed to lorries."),
    ):
        head = f"---\ntitle: The {name}\ndate: {day}\n---\n\n"
        (corpus / f"{name}.txt").write_text(head + story, "utf-8")
    settings = load_settings(corpus=corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    with closing(Library(corpus, settings.storage, Encoder(settings.embedder))) as library:
        question = "How many people were taken off the ferry to Oban by lifeboat this week?"
        assert HybridRetriever(library).search(question, 1)[0].article.path == "ferry.txt"


def test_a_question_that_names_no_day_gets_the_same_on_every_day(dated: Library) -> None:
    retriever, question = HybridRetriever(dated), "How many waited for the ferry to Oban?"
    days = [date.fromisoformat(day) for day in filter(None, DAYS)]
    found = {tuple(c.article.path for c in retriever.search(question, 6, day)) for day in days}
    assert len(found) == 1


def test_an_old_article_that_matches_better_goes_before_newer_ones(dated: Library) -> None:
    question = "How many waited for the ferry to Oban in stormy weather?"
    assert HybridRetriever(dated).search(question, 1, date(2014, 9, 21))[0].article.path == "3.txt"


def test_days_in_which_nothing_was_printed_change_nothing_but_the_words(dated: Library) -> None:
    found = HybridRetriever(dated).search("How many waited for the ferry in March 1999?", 6)
    assert len(found) == len(DAYS)


@pytest.mark.parametrize("most", [0, 6_000])
def test_of_a_long_period_the_nearest_of_all_are_looked_through(
    dated: Library, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("index.library.MOST_COMPARED", most)
    days = date(2015, 9, 1), date(2015, 12, 1)
    found = dated.dense(dated.embed("the ferry"), 10, days)
    paths = [dated.catalog.articles.passages([key])[key][1].path for key, _ in found]
    assert {*paths} == {"2.txt", "3.txt", "4.txt"}
    assert [c for _, c in found] == sorted((c for _, c in found), reverse=True)


OUTLETS = ("The Oban Times", "BBC")
REPRINT = (
    "The ferry to Oban was late in snowy weather, and the harbour master blamed the ice on deck."
)


@pytest.fixture(scope="module")
def outlets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Nine articles of two outlets and of none; two of them print the same story."""
    folder = tmp_path_factory.mktemp("outlets")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, name in enumerate((*OUTLETS, "") * 3):
        head = f"---\ntitle: Ferry {number}\n" + (f"publisher: {name}\n" if name else "")
        day = f"date: 2015-09-{number + 1:02}\n" if number % 4 else ""
        story = REPRINT if number in (3, 4) else f"Ferry {number} to Mull left at {number} o'clock."
        (corpus / f"{number}.txt").write_text(f"{head}{day}---\n\n{story}\n", "utf-8")
    settings = load_settings(corpus=corpus, storage=folder / "storage")
    sync_corpus(settings)
    library = Library(corpus, settings.storage, Encoder(settings.embedder))
    yield library
    library.close()


selections = st.builds(
    Selection,
    publishers=st.frozensets(st.sampled_from(OUTLETS), max_size=2),
    since=st.none() | st.dates(date(2015, 8, 30), date(2015, 9, 12)),
    until=st.none() | st.dates(date(2015, 8, 30), date(2015, 9, 12)),
    words=st.sampled_from(("", "", "ferry", "oban times", "7", "zeppelin")),
)


@given(
    selection=selections,
    question=st.sampled_from(
        (
            "When did the ferry leave?",
            "Which ferry was late in September 2015?",
            "What is the latest?",
        )
    ),
    compared=st.sampled_from((0, 2_000)),
)
def test_within_a_selection_all_of_it_and_nothing_else_is_found(
    outlets: Library, selection: Selection, question: str, compared: int
) -> None:
    meant = {one.path for one in outlets.catalog.listing.browse(selection, "path", 0, 99)[0]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.library.MOST_COMPARED", compared)
        found = HybridRetriever(outlets).search(question, 50, selection=selection)
    both = {"3.txt", "4.txt"}  # of a story printed twice one stands for both
    paths = {candidate.article.path for candidate in found}
    assert paths <= meant
    assert meant - paths <= both and (not meant & both or paths & both)
    assert all(c.dense is not None for c in found)


@pytest.mark.parametrize(("outlet", "path"), [(OUTLETS[0], "3.txt"), (OUTLETS[1], "4.txt")])
def test_a_reprint_is_found_within_its_outlet_wherever_the_original_lies(
    outlets: Library, outlet: str, path: str
) -> None:
    retriever, question = HybridRetriever(outlets), "What did the harbour master blame?"
    found = retriever.search(question, 1, selection=Selection(publishers=frozenset([outlet])))
    assert found[0].article.path == path


def test_a_large_selection_far_from_the_question_is_found_all_the_same(
    outlets: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.library.MOST_COMPARED", 0)
    monkeypatch.setattr("index.library.WIDER", 1)
    monkeypatch.setattr("index.library.WIDEST", 1)
    vector = outlets.embed("The harbour master blamed the ice on deck.")
    far = Selection(words="7.txt")
    found = {key for key, _ in outlets.dense(vector, 5, None, far)}
    article = outlets.catalog.articles.at("7.txt")
    assert article is not None and found == set(outlets.catalog.articles.passage_ids([article.id]))
    assert outlets.dense(vector, 1)[0][0] not in found


def test_this_week_is_counted_from_the_selection_s_last_day(outlets: Library) -> None:
    early = Selection(until=date(2015, 9, 3))
    found = HybridRetriever(outlets).search("What happened today?", 1, selection=early)
    assert found[0].article.published in (date(2015, 9, 2), date(2015, 9, 3))


def test_where_nothing_is_selected_nothing_is_found(outlets: Library) -> None:
    nobody = Selection(publishers=frozenset(["Nobody"]))
    assert HybridRetriever(outlets).find(
        Question.of("When did the ferry leave?"), 5, selection=nobody
    ) == (Retrieved(()))
