import asyncio
import itertools

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

from bot.retrieval import DEPTH, RRF_K, HybridRetriever, fuse
from index.library import Library
from tests.bot.checks import QUESTIONS, any_text

WHERE = QUESTIONS[0]
rankings = st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), unique=True), max_size=5)


@given(rankings)
def test_fused_scores_are_positive_ordered_and_ties_go_by_id(lists: list[list[str]]) -> None:
    fused = fuse(lists)
    assert {key for key, _ in fused} == set(itertools.chain.from_iterable(lists))
    assert all(score > 0 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
    assert len(dict(fused)) == len(fused)


@given(rankings, st.randoms())
def test_the_order_of_the_rankings_does_not_matter(lists: list[list[str]], random: object) -> None:
    shuffled = list(lists)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fuse(shuffled) == fuse(lists)


@given(rankings.filter(bool))
def test_what_every_ranking_puts_first_comes_first(lists: list[list[str]]) -> None:
    fused = fuse([["first", *ranking] for ranking in lists])
    assert fused[0][0] == "first"
    assert fused[0][1] == pytest.approx(len(lists) / (RRF_K + 1))


@given(rankings, st.integers(0, 15))
def test_a_better_rank_never_lowers_a_score(lists: list[list[str]], place: int) -> None:
    worst, better = [*"xyz", "it"], ["x", "it", *"yz"]
    assert dict(fuse([*lists, better]))["it"] > dict(fuse([*lists, worst]))["it"]


def test_nothing_fused_is_nothing() -> None:
    assert fuse([]) == [] and fuse([[], []]) == []


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
    assert len(retriever.search(WHERE, 10 * DEPTH)) == library.catalog.counts()[1]


@given(any_text)
def test_any_text_retrieves(library: Library, text: str) -> None:
    assert len(HybridRetriever(library).search(text, 3)) == 3


def test_llamaindex_gets_nodes_that_point_into_the_file(library: Library) -> None:
    nodes = HybridRetriever(library, k=4).retrieve(WHERE)
    assert len(nodes) == 4
    for found in nodes:
        article = library.catalog.article(found.node.metadata["file"])
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
