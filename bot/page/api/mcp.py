"""Byline as an MCP server: two tools, `ask` and `search_articles`, over streamable HTTP, without state.

An ASGI application for one path. It knows the engine's questions and answers, and whose uploads are searched
too: the `owner` in a request's state. Host, Origin and login are the guard's business. The `mcp` package is
imported only here, and only when a server is made.
"""

import importlib
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from bot.answer import Answer, Candidate
from bot.composition.citations import passage_json
from bot.conversation import Conversation
from bot.retrieval.sources import Scope
from index.errors import BylineError, QuestionError, SettingsError

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

MOST_BEFORE = 8  # earlier questions: each is asked again
MOST_PASSAGES = 50
LARGEST_REQUEST = 100_000  # bytes
AT_ONCE = 4  # calls that the engine works on
INSTRUCTIONS = (
    "Answers questions about one collection of news articles in the articles' own words. Every answer is "
    "cited with the exact words of the file, or refused when the articles do not answer."
)
_QUESTION = {"type": "string", "minLength": 1, "description": "A question in plain English."}
_ASK = {
    "type": "object",
    "properties": {
        "question": _QUESTION,
        "conversation": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "maxItems": MOST_BEFORE,
            "description": (
                "The questions asked before in this conversation, oldest first, so that a follow-up such "
                'as "And Putin?" is understood. Left out: the question stands on its own.'
            ),
        },
    },
    "required": ["question"],
    "additionalProperties": False,
}
_SEARCH = {
    "type": "object",
    "properties": {
        "question": _QUESTION | {"description": "What to look for: a question or a few words."},
        "k": {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST_PASSAGES,
            "default": 10,
            "description": "How many passages, best first.",
        },
    },
    "required": ["question"],
    "additionalProperties": False,
}
_log = logging.getLogger(__name__)


class ToolEngine(Protocol):
    """The part of the engine that is served."""

    def answer(self, question: str, conversation: Conversation = ..., scope: Scope = ...) -> Answer:
        """The answer to a question in its conversation; raises BylineError."""
        ...

    def find(
        self, question: str, k: int = ..., scope: Scope = ...
    ) -> tuple[tuple[Candidate, ...], str]:
        """The passages that bear on a question, and a notice or ""; raises BylineError."""
        ...


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: how it is told to a model, the arguments it takes, and what it does with them where."""

    name: str
    description: str
    schema: dict[str, Any]
    run: Callable[[Mapping[str, Any], Scope], dict[str, Any]]


def tools(engine: ToolEngine) -> tuple[Tool, ...]:
    """What is served of `engine`. A tool raises BylineError for arguments that it does not take."""
    return (
        Tool(
            "ask",
            "Ask the articles a question. Gives the short answer, the text with [1] markers, a "
            "confidence between 0 and 1, and for each marker the file, title, date, lines and exact "
            "quoted words. `refused` is true, with a reason, when the articles do not answer it: then "
            "nothing is known, so do not answer from elsewhere as if they said so.",
            _ASK,
            partial(_ask, engine),
        ),
        Tool(
            "search_articles",
            "Find the passages of the articles that bear most on a question, best first: the words "
            "themselves with file, title, outlet, date, lines and score. Use it to read more than "
            "`ask` quotes.",
            _SEARCH,
            partial(_search, engine),
        ),
    )


class McpApp:
    """An ASGI application that speaks MCP at whatever path it stands. Serves while `running`."""

    def __init__(self, manager: "StreamableHTTPSessionManager") -> None:
        self._manager = manager

    def running(self) -> AbstractAsyncContextManager[None]:
        """To be entered once, in the lifespan of the application that this one is part of."""
        return self._manager.run()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        await self._manager.handle_request(scope, receive, send)


def require_package() -> None:
    """Raises SettingsError when the package that speaks the protocol is not installed."""
    try:
        importlib.import_module("mcp.server.streamable_http_manager")
    except ImportError as error:
        raise SettingsError(
            f"the MCP server needs a package that is not installed ({error.name}); "
            "run `pip install -r requirements-mcp.txt`"
        ) from None


def mcp_app(engine: ToolEngine) -> McpApp:
    """The MCP server over `engine`. Raises SettingsError when its package is not installed."""
    require_package()
    from mcp.server.context import ServerRequestContext
    from mcp.server.lowlevel.server import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.shared.exceptions import MCPError
    from mcp.types import (
        INVALID_PARAMS,
        CallToolRequestParams,
        CallToolResult,
        ListToolsResult,
        PaginatedRequestParams,
        TextContent,
        ToolAnnotations,
    )
    from mcp.types import Tool as Listed

    served = {tool.name: tool for tool in tools(engine)}
    turns = CapacityLimiter(AT_ONCE)
    harmless = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    async def list_tools(context: object, _: PaginatedRequestParams | None) -> ListToolsResult:
        listed = [
            Listed(
                name=tool.name,
                description=tool.description,
                input_schema=tool.schema,
                annotations=harmless,
            )
            for tool in served.values()
        ]
        return ListToolsResult(tools=listed)

    async def call_tool(
        context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult:
        tool = served.get(params.name)
        if tool is None:
            known = " and ".join(served)
            raise MCPError(INVALID_PARAMS, f"{params.name[:80]!a}: no such tool; there are {known}")
        scope = Scope(owner=_owner_of(context.request))
        work = partial(_called, tool, params.arguments or {}, scope)
        said, result = await anyio.to_thread.run_sync(work, limiter=turns)
        return CallToolResult(
            content=[TextContent(type="text", text=said)],
            structured_content=result,
            is_error=result is None,
        )

    server: Server[dict[str, Any]] = Server(
        "byline",
        title="Byline",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    return McpApp(
        StreamableHTTPSessionManager(
            server, json_response=True, stateless=True, max_request_body_size=LARGEST_REQUEST
        )
    )


def _owner_of(request: object) -> str:
    """The person behind a call; "" where nothing before this application told who that is."""
    return str(getattr(request.state, "owner", "")) if isinstance(request, Request) else ""


def _called(
    tool: Tool, arguments: Mapping[str, Any], scope: Scope
) -> tuple[str, dict[str, Any] | None]:
    """What the tool gives, as text and as JSON; of a failure one line, and None."""
    try:
        said = json.dumps(tool.run(arguments, scope), ensure_ascii=False)
    except BylineError as error:
        return _sendable(str(error)), None
    except Exception:
        _log.exception("%s failed", tool.name)
        return "Something went wrong here and nothing was answered; try again.", None
    said = _sendable(said)
    return said, json.loads(said)


def _sendable(text: str) -> str:
    """`text` without lone surrogates: a file's name need not be valid UTF-8, what is sent has to be."""
    return text.encode("utf-8", "replace").decode()


def _ask(engine: ToolEngine, arguments: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    _check(arguments, _ASK)
    before = arguments.get("conversation") or []
    if not isinstance(before, list) or not all(isinstance(one, str) for one in before):
        raise QuestionError("conversation: expected a list of the earlier questions, each a string")
    if len(before) > MOST_BEFORE:
        raise QuestionError(
            f"conversation: has {len(before)} questions, expected at most {MOST_BEFORE}; "
            "send the newest"
        )
    conversation = Conversation()
    for question in before:
        conversation = conversation.with_turn(engine.answer(question, conversation, scope))
    return engine.answer(_question(arguments), conversation, scope).to_json()


def _search(engine: ToolEngine, arguments: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    _check(arguments, _SEARCH)
    k = arguments.get("k", 10)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= MOST_PASSAGES:
        raise QuestionError(f"k: {str(k)[:80]!a}; expected a whole number, 1 to {MOST_PASSAGES}")
    question = _question(arguments)
    candidates, notice = engine.find(question, k, scope)
    return {
        "question": question,
        "passages": [passage_json(candidate) for candidate in candidates],
        "notice": notice,
    }


def _check(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    for name in arguments:
        if name not in schema["properties"]:
            known = ", ".join(schema["properties"])
            raise QuestionError(f"{name[:80]!a}: no such argument; expected {known}")


def _question(arguments: Mapping[str, Any]) -> str:
    question = arguments.get("question")
    if not isinstance(question, str):
        raise QuestionError("question: expected a string with a question about the articles")
    return question
