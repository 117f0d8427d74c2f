"""No route hands out a file outside the corpus and one's own uploads, however its path is written."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from app import SAMPLE
from tests.browser.serving import ROOT, served

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
    folder = tmp_path_factory.mktemp("traversal")
    (folder / "secret.txt").write_text(SECRET)
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(SAMPLE, folder / "storage") as page:
        yield page


def get(address: str, path: str) -> tuple[int, bytes]:
    """Status and body for exactly this path: no client may tidy it up first."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.putrequest("GET", path)
        connection.endheaders()
        reply = connection.getresponse()
        return reply.status, reply.read(200_000)
    except http.client.HTTPException:  # the server hung up on what is no path
        return 400, b""
    finally:
        connection.close()


@pytest.mark.parametrize("route", ROUTES)
def test_no_spelling_of_a_path_reads_another_file(address: str, folder: Path, route: str) -> None:
    targets = ("/etc/passwd", str(folder / "secret.txt"), str(ROOT / "app.py"))
    storage = str(folder / "storage" / "catalog.sqlite3")
    for spelled in (path for target in (*targets, storage) for path in spellings(target)):
        status, body = get(address, route + spelled)
        assert not any(mark in body for mark in MARKS), route + spelled
        assert status < 500 or status == 503, route + spelled


def test_the_suite_would_notice(address: str) -> None:
    status, body = get(address, "/byline/app.js")
    assert status == 200 and b"import" in body
    assert len(ROUTES) * len(spellings("/x")) * 4 >= 100


def test_a_link_out_of_the_corpus_is_no_article(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text(SECRET)
    (corpus / "a.txt").write_text("The harbour opened in May.\n")
    (corpus / "b.txt").symlink_to(tmp_path / "secret.txt")
    with served(corpus, tmp_path / "storage") as page:
        status, body = get(page, "/api/articles")
        assert status == 200 and b"a.txt" in body and b"b.txt" not in body
