"""The page as a web application: what stands before it, its own routes, and Gradio's chat behind them.

Nothing is fetched from, or sent to, another machine.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, JSONResponse
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from bot.page.api.mcp import McpApp
from bot.page.web.errors import NOTHING, Told, error_line
from bot.page.web.guard import Guard
from bot.page.web.headers import SafeHeaders
from bot.page.web.limits import Measure
from bot.page.web.rate import RateLimit
from bot.page.web.visitors import Visitors

ASSETS = Path(__file__).parents[1] / "assets"
_SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]
# Questions: how many a second on average, and how many at once.
PERSON, ADDRESS = (1.0, 30), (20.0, 600)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
# What none of our routes takes here, or not by that method, is nothing of Gradio's either.
OURS = ("/api/{path:path}", "/login", "/logout", "/mcp", "/healthz", "/readyz")
ENDING = 2  # seconds that open connections get when the program ends


@dataclass(frozen=True, slots=True)
class Site:
    """Where the page is served and what an upload may weigh, in bytes."""

    host: str
    port: int
    largest: int = 20_000_000


def build_app(
    page: gr.Blocks,
    routers: Sequence[APIRouter],
    site: Site,
    door: Middleware = Middleware(Visitors),  # noqa: B008 - immutable
    assets: Mapping[str, Path] = {},
    mcp: McpApp | None = None,
) -> FastAPI:
    """The application. `door` tells who is asking; `assets` are scripts by name beside those in `assets/`."""
    app = FastAPI(
        title="Byline",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_running(mcp),
        middleware=[
            Middleware(SafeHeaders),
            Middleware(Told),
            Middleware(Guard, host=site.host),
            door,
            Middleware(
                Measure,
                person=RateLimit(*PERSON),
                address=RateLimit(*ADDRESS),
                upload=site.largest,
            ),
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
        path="/",
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
        css=(ASSETS / "page.css").read_text("utf-8"),
        head='<script type="module" src="/byline/app.js"></script>',
    )
    return mounted


def serve(app: FastAPI, site: Site) -> None:
    """Serve until interrupted; says where, once the page can be had."""
    config = uvicorn.Config(
        app,
        host=site.host,
        port=site.port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=ENDING,
    )
    _Announced(config).run()


class _Announced(uvicorn.Server):
    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started:
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            print(f"Byline is at http://{host}:{self.config.port}/", flush=True)


def _running(mcp: McpApp | None) -> Any:
    """The application's lifespan: the MCP server's, where there is one."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with mcp.running() if mcp else nullcontext():
            yield

    return lifespan


def _nothing() -> JSONResponse:
    return error_line(404, NOTHING)


def _file(file: Path) -> Any:
    return lambda: FileResponse(file)
