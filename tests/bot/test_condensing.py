"""Follow-ups that a language model puts, over real HTTP: taken when faithful, else left to the rules."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from bot.answer import Answer
from bot.condensing import CondensingResolver
from bot.conversation import Conversation
from bot.llm import close_llm, open_llm
from bot.stream import StreamLimits
from tests.bot.checks import any_text
from tests.bot.llm_server import STALL, LlmServer, Status, answer, serve

FIRST = "Where did Obama say Assad must go?"
TOLD = Conversation().with_turn(
    Answer(FIRST, FIRST, "at the United Nations in New York", "At the UN.", False, None, 0.9)
)
FOLLOW_UP = "When was the speech he gave?"
OWN = "the rules' own question"


class Rules:
    def resolve(self, question: str, conversation: Conversation) -> str:
        return OWN


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(answer("x")) as running:
        yield running


def put(server: LlmServer, said: str, question: str = FOLLOW_UP) -> str:
    server.scripts[:] = [answer(*said)]
    return resolved(server, question)


def resolved(server: LlmServer, question: str, conversation: Conversation = TOLD) -> str:
    llm = open_llm(f"openai-like:scripted@{server.url}/v1", 5)
    try:
        limits = StreamLimits(0.8, 0.8, 1_000, 0)
        return CondensingResolver(Rules(), llm, limits).resolve(question, conversation)
    finally:
        close_llm(llm)


@pytest.mark.parametrize(
    "faithful",
    [
        "When was the speech Obama gave at the United Nations?",
        "When did Obama give the speech in which he said Assad must go?",
    ],
)
def test_a_faithful_question_is_taken(server: LlmServer, faithful: str) -> None:
    assert put(server, f' "{faithful}"\n') == faithful
    sent = server.requests[-1].body["messages"][0]["content"]
    assert FIRST in sent and "at the United Nations in New York" in sent and FOLLOW_UP in sent


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (FOLLOW_UP, "When was the speech Angela Merkel gave?"),
        (FOLLOW_UP, "When was the speech Obama gave in 2013?"),
        (FOLLOW_UP, "When was the 47 minute speech Obama gave?"),
        (FOLLOW_UP, "Obama gave the speech on Monday."),
        (FOLLOW_UP, "When was the speech? Where did Obama give it?"),
        (FOLLOW_UP, "When was the speech Obama never gave?"),
        (FOLLOW_UP, "How do I bake bread with honey and walnuts?"),
        (FOLLOW_UP, "When was the speech Obama gave, " + "Obama gave, " * 40 + "in New York?"),
        ("And what did Hollande say?", "What did Obama say?"),
        ("What happened in 2014?", "What happened to Assad?"),
        (FOLLOW_UP, "?"),
    ],
)
def test_what_is_invented_left_out_or_no_question_is_not_taken(
    server: LlmServer, question: str, said: str
) -> None:
    assert put(server, said, question) == OWN


@pytest.mark.parametrize("script", [(Status(401),), (STALL,), answer("")])
def test_when_the_model_fails_the_rules_decide(
    server: LlmServer, script: tuple[Status, ...]
) -> None:
    server.scripts[:] = [script]
    assert resolved(server, FOLLOW_UP) == OWN


def test_a_first_question_is_not_sent(server: LlmServer) -> None:
    assert resolved(server, FIRST, Conversation()) == OWN
    assert not server.requests


@given(any_text)
def test_whatever_the_model_says_a_question_comes_out(said: str) -> None:
    with serve(answer(said)) as server:
        assert resolved(server, FOLLOW_UP) in (OWN, " ".join(said.split()).strip("\"“”'* "))
