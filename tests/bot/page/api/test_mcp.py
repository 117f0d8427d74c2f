"""The MCP server as a client meets it: a real client, over HTTP, with the sample corpus behind it."""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from mcp import Client, MCPError
from mcp.types import CallToolResult
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Send

from bot.answer import Answer
from bot.conversation import Conversation
from bot.engine import Engine
from bot.page.api.mcp import LARGEST_REQUEST, mcp_app
from bot.page.api.mcp_tools import MOST_BEFORE, ToolEngine
from bot.retrieval.sources import CORPUS, Scope
from index.errors import SettingsError
from index.settings import Settings

Found = TypeVar("Found")
WHERE = "Where did Obama say Assad must go?"


@pytest.fixture(scope="module")
def url(sample: Engine) -> Iterator[str]:
    """Where the sample is served, among other routes as on the page."""
    with served_at(sample) as url:
        yield url


@contextmanager
def served_at(engine: ToolEngine, *before: Middleware) -> Iterator[str]:
    """The address of `engine`, with what stands `before` it on the page."""
    served = mcp_app(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with served.running():
            yield

    app = FastAPI(lifespan=lifespan, middleware=list(before))
    app.router.routes.append(Route("/mcp", served))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/mcp"
    server.should_exit = True
    thread.join(10)


class Named:
    """Stands where the login does: whoever is asked for is the owner."""

    def __init__(self, app: ASGIApp, owner: str) -> None:
        self._app, self._owner = app, owner

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["owner"] = self._owner
        await self._app(scope, receive, send)


def with_client(url: str, work: Callable[[Client], Awaitable[Found]]) -> Found:
    async def run() -> Found:
        async with Client(url) as client:
            return await work(client)

    return asyncio.run(run())


def call(url: str, tool: str, **arguments: Any) -> CallToolResult:
    return with_client(url, lambda client: client.call_tool(tool, arguments))


def text_of(result: CallToolResult) -> str:
    (only,) = result.content
    return only.text


def test_both_tools_are_listed_with_what_they_take(url: str) -> None:
    listed = with_client(url, lambda client: client.list_tools()).tools
    found = {tool.name: tool for tool in listed}
    assert set(found) == {"ask", "search_articles"}
    for tool in found.values():
        assert tool.description and tool.annotations.read_only_hint
        assert tool.input_schema["required"] == ["question"]
        assert all(p["description"] for p in tool.input_schema["properties"].values())


def test_a_question_gets_the_cited_answer_of_the_engine(
    url: str, sample: Engine, sample_settings: Settings
) -> None:
    result = call(url, "ask", question=WHERE)
    found = result.structured_content
    assert not result.is_error and json.loads(text_of(result)) == found
    expected = sample.answer(WHERE).to_json()
    assert {**found, "timings_ms": 0} == {**expected, "timings_ms": 0}
    (citation,) = found["citations"]
    words = (sample_settings.corpus / citation["file"]).read_text("utf-8")
    assert words[citation["start"] : citation["end"]] == citation["quote"]


def test_a_question_that_no_article_answers_is_refused_and_is_no_error(url: str) -> None:
    result = call(url, "ask", question="Who won the World Cup in Brazil?")
    found = result.structured_content
    assert not result.is_error and found["refused"] and found["reason"] and not found["citations"]


def test_a_follow_up_is_resolved_by_the_questions_before(url: str, sample: Engine) -> None:
    first = sample.answer("Who asked the United Nations for a coalition?")
    conversation = Conversation().with_turn(first)
    follow_up = "What did Obama say about Assad?", "And Putin?"
    second = sample.answer(follow_up[0], conversation)
    expected = sample.answer(follow_up[1], conversation.with_turn(second))
    before = [first.question, follow_up[0]]
    found = call(url, "ask", question=follow_up[1], conversation=before).structured_content
    assert found["standalone_question"] == expected.standalone_question != follow_up[1]
    assert found["answer"] == expected.answer


def test_a_search_gives_the_passages_with_their_places(
    url: str, sample: Engine, sample_settings: Settings
) -> None:
    found = call(url, "search_articles", question="peace talks", k=3).structured_content
    expected = sample.search("peace talks", 3)
    assert [p["file"] for p in found["passages"]] == [c.article.path for c in expected]
    for passage, candidate in zip(found["passages"], expected, strict=True):
        article = sample.sources.article(passage["file"])
        assert article is not None
        assert article.text[passage["start"] : passage["end"]] == passage["text"]
        lines = article.text.splitlines()[passage["line_start"] - 1 : passage["line_end"]]
        assert " ".join(passage["text"].split()) in " ".join(" ".join(lines).split())
        assert passage["score"] == pytest.approx(candidate.score, abs=1e-6)
        assert passage["title"] and {"outlet", "date", "page"} <= set(passage)
    assert len(call(url, "search_articles", question="Syria").structured_content["passages"]) <= 10


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("ask", {}, "question: expected a string"),
        ("ask", {"question": 7}, "question: expected a string"),
        ("ask", {"question": "  "}, "the question is empty"),
        ("ask", {"question": "x" * 2001}, "expected at most 2,000"),
        ("ask", {"question": WHERE, "conversation": "Who?"}, "conversation: expected a list"),
        ("ask", {"question": WHERE, "conversation": [1]}, "conversation: expected a list"),
        ("ask", {"question": WHERE, "conversation": [""]}, "the question is empty"),
        (
            "ask",
            {"question": WHERE, "conversation": ["Who?"] * (MOST_BEFORE + 1)},
            f"expected at most {MOST_BEFORE}",
        ),
        ("ask", {"question": WHERE, "scope": "all"}, "'scope': unknown argument"),
        ("search_articles", {"question": "Syria", "k": 0}, "k: '0'; expected a whole number"),
        ("search_articles", {"question": "Syria", "k": 51}, "1 to 50"),
        ("search_articles", {"question": "Syria", "k": True}, "k: 'True'; expected"),
        ("search_articles", {"question": "Syria", "k": "9"}, "k: '9'; expected"),
        ("search_articles", {"k": 3}, "question: expected a string"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(
    url: str, tool: str, arguments: dict[str, Any], expected: str
) -> None:
    result = call(url, tool, **arguments)
    said = text_of(result)
    assert result.is_error and expected in said and "\n" not in said


def test_an_unknown_tool_is_an_error_that_names_the_known_ones(url: str) -> None:
    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as told:
            await client.call_tool("delete", {})
        return str(told.value)

    said = with_client(url, refused)
    assert said == "'delete': unknown tool; expected ask or search_articles"


def test_a_client_of_the_older_protocol_is_served_as_well(url: str, sample: Engine) -> None:
    async def run() -> tuple[list[str], CallToolResult]:
        async with Client(url, mode="legacy") as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", {"question": WHERE})

    names, result = asyncio.run(run())
    assert names == ["ask", "search_articles"]
    assert result.structured_content["answer"] == sample.answer(WHERE).answer


class Noting:
    """An engine that notes where it is asked."""

    def __init__(self) -> None:
        self.scopes: list[Scope] = []

    def answer(self, question: str, conversation: Conversation, scope: Scope) -> Answer:
        self.scopes.append(scope)
        return Answer(question, question, "", "", True, "nothing", 0.0)

    def find(self, question: str, k: int, scope: Scope) -> tuple[tuple[Any, ...], str]:
        self.scopes.append(scope)
        return (), ""


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_uploads_of_whoever_calls_are_searched_too_by_both_tools(mode: str) -> None:
    engine = Noting()

    async def run(url: str) -> None:
        async with Client(url, mode=mode) as client:
            await client.call_tool("ask", {"question": "And now?", "conversation": ["Who?"]})
            await client.call_tool("search_articles", {"question": "Who?"})

    with served_at(engine, Middleware(Named, owner="anna-01")) as url:
        asyncio.run(run(url))
    assert engine.scopes == [Scope(owner="anna-01")] * 3


def test_calls_at_the_same_time_get_their_own_answers(url: str, sample: Engine) -> None:
    questions = [WHERE, "How many lives has the Syrian war cost?", "Who is Sergei Lavrov?"] * 2

    async def all_at_once(client: Client) -> list[CallToolResult]:
        calls = (client.call_tool("ask", {"question": question}) for question in questions)
        return list(await asyncio.gather(*calls))

    for question, result in zip(questions, with_client(url, all_at_once), strict=True):
        assert result.structured_content["answer"] == sample.answer(question).answer


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"{", b"\xff", b'{"jsonrpc": "2.0", "id": 1, "method": "nothing"}']
)
def test_what_is_no_mcp_is_refused_and_the_server_goes_on(url: str, body: bytes) -> None:
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    reply = httpx.post(url, content=body, headers=headers)
    assert 400 <= reply.status_code < 500 or "error" in reply.json()
    assert not call(url, "ask", question=WHERE).is_error


def test_a_request_that_is_too_large_is_refused(url: str) -> None:
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    reply = httpx.post(url, content=b" " * (LARGEST_REQUEST + 1), headers=headers)
    assert reply.status_code == 413


class Failing:
    """An engine that fails unexpectedly, and one whose file's name is no UTF-8."""

    def answer(self, question: str, conversation: Conversation, scope: Scope) -> Answer:
        if question == "surrogate":
            return Answer(question, question, "\udcff.txt", "", False, None, 1.0)
        raise RuntimeError("secret")

    def find(self, question: str, k: int, scope: Scope) -> tuple[tuple[Any, ...], str]:
        raise RuntimeError("secret")


def test_what_goes_wrong_inside_is_not_told_and_odd_names_are_sent() -> None:
    from bot.page.api.mcp import _called
    from bot.page.api.mcp_tools import tools

    ask, search = tools(Failing())
    for tool in (ask, search):
        said, result = _called(tool, {"question": "x"}, CORPUS)
        assert result is None and "secret" not in said and "\n" not in said
    said, result = _called(ask, {"question": "surrogate"}, CORPUS)
    assert result is not None and result["answer"] == "?.txt" and said.encode()


def test_without_the_package_the_remedy_is_told(
    sample: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name == "mcp" or name.startswith("mcp.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    with pytest.raises(SettingsError, match=r"^[^\n]+pip install -r requirements-mcp\.txt`$"):
        mcp_app(sample)
