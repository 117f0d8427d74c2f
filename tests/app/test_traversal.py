"""No route hands out a file outside the corpus and one's own uploads, however its path is written."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from fastapi import FastAPI

from app import _application
from bot.page.web.application import Site
from index.settings import ROOT, load_settings
from index.sync.corpus import sync_corpus

SECRET = "the-words-of-a-file-that-nobody-may-read"
MARKS = (SECRET.encode(), b"root:x:0", b"Byline's chat page.", b"PRAGMA", b"SQLite format 3")
ROUTES = (
    "/",
    "/byline/",
    "/assets/",
    "/static/",
    "/svelte/",
    "/file=",
    "/file/",
    "/gradio_api/file=",
    "/gradio_api/file/",
    "/gradio_api/proxy=",
    "/gradio_api/stream/",
    "/gradio_api/upload_progress?upload_id=",
    "/gradio_api/deep_link?deep_link=",
    "/gradio_api/custom_component/x/client/component/",
    "/api/source?cite=",
    "/api/uploads/",
    "/api/conversations/",
    "/api/evaluation/runs/",
    "/login?next=",
    "/pwa_icon/",
)


def spellings(target: str) -> tuple[str, ...]:
    """A path out of a folder to `target`, an absolute path, in the ways that have fooled servers."""
    climb = "../" * 9 + target.lstrip("/")
    return (
        target,
        climb,
        quote(climb, safe=""),
        climb.replace("../", "%2e%2e/"),
        quote(quote(climb, safe=""), safe=""),
        climb.replace("../", "....//"),
        climb.replace("/", "\\"),
        climb.replace("../", "..;/"),
        climb.replace("../", "..%c0%af"),
        climb + "%00.js",
        "file://" + target,
        "./" + climb,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with a link out of it to the secret."""
    folder = tmp_path_factory.mktemp("traversal")
    (folder / "secret.txt").write_text(SECRET)
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("The harbour opened in May.\n")
    (folder / "corpus" / "b.txt").symlink_to(folder / "secret.txt")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where the program's own application is served, over a real socket."""
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    with ExitStack() as opened:
        report = sync_corpus(settings)

        async def inside() -> FastAPI:  # elsewhere Gradio makes event loops and leaves them open
            return _application(settings, Site("127.0.0.1", 1), opened, report)

        with ThreadPoolExecutor(1) as thread:
            app = thread.submit(lambda: asyncio.run(inside())).result()
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                thread.join(0.01)
            yield "127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def connection(address: str) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(address, timeout=30)
    yield connection
    connection.close()


def get(connection: HTTPConnection, path: str) -> tuple[int, bytes]:
    """Status and body for exactly this path: no client may tidy it up first."""
    try:
        connection.putrequest("GET", path)
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, reply.read()
    except HTTPException:  # the server hung up on an invalid path
        connection.close()
        return 400, b""


@pytest.mark.parametrize("route", ROUTES)
def test_no_spelling_of_a_path_reads_another_file(
    connection: HTTPConnection, folder: Path, route: str
) -> None:
    targets = ("/etc/passwd", str(folder / "secret.txt"), str(ROOT / "app.py"))
    storage = str(folder / "storage" / "catalog.sqlite3")
    for spelled in (path for target in (*targets, storage) for path in spellings(target)):
        status, body = get(connection, route + spelled)
        assert not any(mark in body for mark in MARKS), route + spelled
        assert status < 500 or status == 503, route + spelled


def test_the_suite_would_notice(connection: HTTPConnection) -> None:
    status, body = get(connection, "/byline/app.js")
    assert status == 200 and b"import" in body
    assert len(ROUTES) * len(spellings("/x")) * 4 >= 100


def test_a_link_out_of_the_corpus_is_no_article(connection: HTTPConnection) -> None:
    status, body = get(connection, "/api/articles")
    assert status == 200 and b"a.txt" in body and b"b.txt" not in body
