"""The page as a web application: middleware, Byline's routes and Gradio's chat.

It does not know what the routes answer. It sends nothing to other machines.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, JSONResponse
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.page.gradio_import import gr
from bot.page.web.errors import NOTHING, ErrorMiddleware, error_line
from bot.page.web.guard import Guard
from bot.page.web.headers import SafeHeaders
from bot.page.web.limits import MakeLimit, RequestLimits, own_limit
from bot.page.web.root import AT_ROOT, Prefixed, Root, Unprefixed
from bot.page.web.visitors import Visitors

ASSETS = Path(__file__).parents[1] / "assets"
STYLES = ("page", "chat", "panels", "evaluation", "controls")  # in this order: a later rule wins
_SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]
# Questions: how many a second on average, and how many at once.
PERSON, ADDRESS = (1.0, 30), (20.0, 600)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# Under these paths Gradio answers nothing: a request that no route takes gets 404.
OURS = ("/api/{path:path}", "/login", "/logout", "/mcp", "/healthz", "/readyz")
SHUTDOWN = 2  # seconds that open connections get when the program ends


class Mounted(Protocol):
    """An ASGI application that runs as long as the page does."""

    def running(self) -> AbstractAsyncContextManager[None]:
        """Entered when the page starts, left when it stops."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page is served, the largest upload in bytes, and where a proxy serves it."""

    host: str
    port: int
    largest: int = 20_000_000
    root: Root = AT_ROOT


def build_app(
    page: gr.Blocks,
    routers: Sequence[APIRouter],
    site: Site,
    authentication: Middleware = Middleware(Visitors),  # noqa: B008 - immutable
    assets: Mapping[str, Path] = {},
    mcp: Mounted | None = None,
    limit: MakeLimit = own_limit,
) -> FastAPI:
    """The application. `authentication` identifies the user; `assets` are more scripts, by name."""
    app = FastAPI(
        title="Byline",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_running(mcp),
        middleware=[
            Middleware(Unprefixed, root=site.root),
            Middleware(SafeHeaders),
            Middleware(ErrorMiddleware),
            Middleware(Guard, host=site.host, public=site.root.host),
            authentication,
            Middleware(
                RequestLimits,
                person=limit("person", *PERSON),
                address=limit("address", *ADDRESS),
                upload=site.largest,
            ),
            Middleware(Prefixed),
        ],
    )
    for router in routers:
        app.include_router(router)
    for name, file in assets.items():
        app.add_api_route(f"/byline/{name}", _file(file), include_in_schema=False)
    if mcp is not None:
        app.router.routes.append(Route("/mcp", mcp))
    for path in OURS:
        app.add_api_route(path, _nothing, methods=METHODS, include_in_schema=False)
    app.mount("/byline", StaticFiles(directory=ASSETS))
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="",  # with "/", Gradio takes it for a part of its address
        show_error=False,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=0,
        theme=gr.themes.Default(
            primary_hue="teal", neutral_hue="slate", font=_SYSTEM, font_mono=_MONO
        ),
        css=styles(),
        head=f'<script type="module" src="{site.root.path}/byline/app.js"></script>',
    )
    return mounted


def styles() -> str:
    """The page's style sheets, which Gradio writes into the page."""
    return "".join((ASSETS / "css" / f"{name}.css").read_text("utf-8") for name in STYLES)


def serve(app: FastAPI, site: Site, served: Callable[[], None] = lambda: None) -> None:
    """Serve until interrupted; print the address and call `served` once the page answers."""
    config = uvicorn.Config(
        app,
        host=site.host,
        port=site.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN,
    )
    _Announced(config, site.root.path, served).run()


class _Announced(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, path: str, served: Callable[[], None]) -> None:
        super().__init__(config)
        self._path, self._served = path, served

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            print(f"Byline is at http://{host}:{self.config.port}{self._path}/", flush=True)
            self._served()


def _running(mcp: Mounted | None) -> Any:
    """The application's lifespan, which is that of the MCP server if there is one."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with mcp.running() if mcp else nullcontext():
            yield

    return lifespan


def _nothing() -> JSONResponse:
    return error_line(404, NOTHING)


def _file(file: Path) -> Any:
    return lambda: FileResponse(file)
