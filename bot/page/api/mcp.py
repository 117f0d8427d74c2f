"""Byline as a stateless MCP server over streamable HTTP: an ASGI application for one path.

The middleware checks Host, Origin and login and sets the `owner` in the request's state. The `mcp` package is
imported only here, when a server is built.
"""

import importlib
import json
import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from bot.page.api.mcp_tools import Tool, ToolEngine, tools
from bot.retrieval.sources import Scope
from index.errors import BylineError, SettingsError

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

LARGEST_REQUEST = 100_000  # bytes
AT_ONCE = 4  # calls at the same time
INSTRUCTIONS = (
    "Answers questions about one collection of news articles in the articles' own words. Every answer is "
    "cited with the exact words of the file, or refused when the articles do not answer."
)
_log = logging.getLogger(__name__)


class McpApp:
    """An ASGI application that speaks MCP at any path, while `running`."""

    def __init__(self, manager: "StreamableHTTPSessionManager") -> None:
        self._manager = manager

    def running(self) -> AbstractAsyncContextManager[None]:
        """Entered once, in the lifespan of the application that this one is part of."""
        return self._manager.run()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._manager.handle_request(scope, receive, send)


def require_package() -> None:
    """Raises SettingsError if the `mcp` package is not installed."""
    try:
        importlib.import_module("mcp.server.streamable_http_manager")
    except ImportError as error:
        raise SettingsError(
            f"the MCP server needs a package that is not installed ({error.name}); "
            "run `pip install -r requirements-mcp.txt`"
        ) from None


def mcp_app(engine: ToolEngine) -> McpApp:
    """The MCP server for `engine`. Raises SettingsError if the `mcp` package is not installed."""
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
    limiter = CapacityLimiter(AT_ONCE)
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    async def list_tools(context: object, _: PaginatedRequestParams | None) -> ListToolsResult:
        listed = [
            Listed(
                name=tool.name,
                description=tool.description,
                input_schema=tool.schema,
                annotations=read_only,
            )
            for tool in served.values()
        ]
        return ListToolsResult(tools=listed)

    async def call_tool(
        context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult:
        tool = served.get(params.name)
        if tool is None:
            known = " or ".join(served)
            raise MCPError(INVALID_PARAMS, f"{params.name[:80]!a}: unknown tool; expected {known}")
        scope = Scope(owner=_owner_of(context.request))
        work = partial(_called, tool, params.arguments or {}, scope)
        said, result = await anyio.to_thread.run_sync(work, limiter=limiter)
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
    """The owner of a request; "" if no middleware has set it."""
    return str(getattr(request.state, "owner", "")) if isinstance(request, Request) else ""


def _called(
    tool: Tool, arguments: Mapping[str, Any], scope: Scope
) -> tuple[str, dict[str, Any] | None]:
    """The tool's result as text and as JSON; for an error, its message and None."""
    try:
        said = json.dumps(tool.run(arguments, scope), ensure_ascii=False)
    except BylineError as error:
        return _sendable(str(error)), None
    except Exception:
        _log.exception("%s failed", tool.name)
        return "Something went wrong and the call was not answered; try again.", None
    said = _sendable(said)
    return said, json.loads(said)


def _sendable(text: str) -> str:
    """`text` without lone surrogates: file names need not be valid UTF-8, but responses must be."""
    return text.encode("utf-8", "replace").decode()
