"""The routes of the Articles panel, over a real index."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.build import build_engine
from bot.page.api.articles import PAGE, articles_routes
from bot.page.api.jobs import IndexJobs
from index.catalog.catalog import Catalog
from index.settings import load_settings
from index.sync.check import CheckReport
from index.sync.corpus import check_corpus, sync_corpus
from index.sync.report import SyncReport

HEADS = (
    ("The ferry was late", "The Oban Times", "2015-09-01"),
    ("<img src=x onerror=alert(1)>", "BBC", "2015-09-02"),
    ("Ünder the bridge", "BBC", ""),
)


def client_of(catalog: Callable[[], Catalog], jobs: IndexJobs) -> TestClient:
    app = FastAPI()
    app.include_router(articles_routes(catalog, jobs))
    return TestClient(app)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("articles")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, (title, outlet, day) in enumerate(HEADS):
        head = f"---\ntitle: {title}\npublisher: {outlet}\n" + (f"date: {day}\n" if day else "")
        head += "author: Ann Roe and Bo Lee\n" if number == 1 else ""
        (corpus / f"{number}.txt").write_text(f"{head}---\n\nThe town met at {number}.\n", "utf-8")
    rows = "".join(f"Row {n},The mayor met guest {n} at the town hall.\n" for n in range(60))
    (corpus / "rows.csv").write_text(f"title,text\n{rows}", "utf-8")
    (corpus / "picture\x1b[2J.xyz").write_bytes(b"\0")
    settings = load_settings(corpus=corpus, storage=folder / "storage")
    report = sync_corpus(settings)
    engine = build_engine(settings)
    clock = iter(range(0, 10**6, 100)).__next__  # nobody waits in a test
    jobs = IndexJobs(
        lambda progress: sync_corpus(settings, progress),
        lambda progress: check_corpus(settings, progress),
        report,
        clock,
    )
    with client_of(lambda: engine.library.catalog, jobs) as client:
        yield client
    jobs.close()
    engine.close()


@pytest.fixture
def get(client: TestClient) -> Callable[[str], dict[str, Any]]:
    def get(path: str) -> dict[str, Any]:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    return get


Get = Callable[[str], dict[str, Any]]


def test_the_list_comes_in_pages_with_outlets_and_days(get: Get) -> None:
    first, second = get("/api/articles?order=path"), get("/api/articles?order=path&page=2")
    assert (first["total"], first["page"], first["pages"]) == (63, 1, 2)
    assert len(first["articles"]) == PAGE and len(second["articles"]) == 13
    assert first["outlets"] == [{"name": "BBC", "count": 2}, {"name": "The Oban Times", "count": 1}]
    assert first["authors"] == [{"name": "Ann Roe", "count": 1}, {"name": "Bo Lee", "count": 1}]
    assert (first["first_day"], first["last_day"]) == ("2015-09-01", "2015-09-02")
    assert first["articles"][0] | {"id": ""} == {
        "id": "",
        "path": "0.txt",
        "title": "The ferry was late",
        "outlet": "The Oban Times",
        "author": None,
        "published": "2015-09-01",
        "characters": first["articles"][0]["characters"],
        "passages": 1,
        "pages": 0,
    }


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("outlet=BBC&order=path", ["1.txt", "2.txt"]),
        ("outlet=BBC&outlet=The+Oban+Times&order=newest", ["1.txt", "0.txt", "2.txt"]),
        ("since=2015-09-02", ["1.txt"]),
        ("until=2015-09-01&since=", ["0.txt"]),
        ("words=%C3%BCNDER", ["2.txt"]),
        ("words=rows.csv%2F%2F60", ["rows.csv//60"]),
        ("words=%25", []),
        ("outlet=BBC&page=9", []),
        ("author=Bo+Lee", ["1.txt"]),
        ("author=Bo+Lee&author=Nobody&outlet=The+Oban+Times", []),
    ],
)
def test_the_list_is_narrowed(get: Get, query: str, paths: list[str]) -> None:
    assert [one["path"] for one in get(f"/api/articles?{query}")["articles"]] == paths


def test_ids_narrow_the_list_to_what_was_picked(get: Get) -> None:
    key = get("/api/articles?words=ferry")["articles"][0]["id"]
    assert [one["id"] for one in get(f"/api/articles?id={key}")["articles"]] == [key]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("order=best", "order: 'best': expected one of title, outlet"),
        ("order=" + "x" * 3000, "order: 'xxx"),
        *((f"page={page}", "page: ") for page in ("0", "-1", "two", "9" * 400, "%C2%B2")),
        ("since=1+May", "since: '1 May': expected a day such as"),
        ("words=" + "x" * 2000, "words: 'xxx"),
        (
            "&".join(f"outlet=x{n}" for n in range(101)),
            "outlets: '101 of them': expected at most 100",
        ),
        ("id=..%2F..", "ids: '../..': expected 16 of"),
    ],
)
def test_a_bad_value_is_400_and_one_line(client: TestClient, query: str, line: str) -> None:
    answer = client.get(f"/api/articles?{query}")
    assert answer.status_code == 400
    told = answer.json()
    assert list(told) == ["error"] and told["error"].startswith(line) and len(told["error"]) < 250


def test_the_status_tells_what_was_passed_over(get: Get) -> None:
    status = get("/api/status")
    assert (status["articles"], status["complete"]) == (63, True)
    assert status["passages"] >= 63 and status["synced"].startswith("20")
    assert status["skipped_count"] == 1
    (skipped,) = status["skipped"]
    assert skipped["path"] == "picture\\x1b[2J.xyz" and ".txt" in skipped["reason"]


def test_a_check_and_a_sync_run_on_demand(client: TestClient, get: Get) -> None:
    for kind, line in (
        ("check", "No problems: folder, catalog, full text and Chroma agree"),
        ("sync", "Nothing has changed"),
    ):
        assert client.post(f"/api/{kind}").status_code == 202
        again = client.post(f"/api/{kind}")
        assert again.status_code in (202, 429)
        end = time.monotonic() + 60
        while (now := get(f"/api/{kind}"))["state"] == "running":
            assert time.monotonic() < end
            time.sleep(0.05)
        assert (now["state"], now["line"]) == ("done", line)


def test_who_asks_again_at_once_is_told_to_wait() -> None:
    jobs = IndexJobs(lambda progress: SyncReport(), lambda progress: CheckReport(0, 0, ()))
    with client_of(lambda: Catalog(Path("nowhere")), jobs) as client:
        assert client.post("/api/check").status_code == 202
        answer = client.post("/api/sync")
        assert answer.status_code == 429 and list(answer.json()) == ["error"]
