"""The evaluation's routes over the real engine: what a person sees of sets, runs, plots and comparisons."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.engine import Engine
from bot.page.view.link import Anchor
from eval.panel.routes import PLOTS, evaluation_routes
from eval.runs.asking import engine_opener, measured_with
from eval.runs.kept import Runs
from eval.runs.runner import Runner
from eval.runs.sets import AvailableSet
from index.settings import Settings
from tests.eval.conftest import ARTICLE, CASES, HOSTILE

API = "/api/evaluation"
HOSTILE_NAME = '"><script>alert(1)</script>'


@pytest.fixture
def client(runner: Runner, runs: Runs, served: Settings) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(evaluation_routes(runner, runs, served.corpus))
    with TestClient(app) as client:
        yield client


def get(client: TestClient, path: str, status: int = 200) -> Any:
    reply = client.get(f"{API}{path}")
    assert reply.status_code == status, reply.text
    return reply.json()


def ran(client: TestClient, name: str = "few") -> str:
    """Run a set to its end; the id of the run."""
    assert client.post(f"{API}/runs", json={"set": name}).status_code == 202
    until = time.monotonic() + 120
    while (state := get(client, "/state"))["state"] == "running":
        assert time.monotonic() < until, state
        time.sleep(0.02)
    assert state["state"] == "done", state
    return str(state["run"])


def test_a_set_is_picked_run_and_seen(client: TestClient) -> None:
    sets = {each["name"]: each for each in get(client, "/sets")["sets"]}
    assert sets["few"] == {"name": "few", "cases": len(CASES), "error": "", "own": True}
    assert sets["sample"]["cases"] > 100 and not sets["sample"]["own"]
    assert get(client, "/state")["state"] == "idle"

    run = get(client, f"/runs/{ran(client)}")
    assert run["set"] == "few"
    assert run["settings"]["strictness"] == "balanced"
    figures = {each["name"]: each for each in run["figures"]}
    assert figures["accuracy"]["value"] == 0.5
    low, high = figures["accuracy"]["interval"]
    assert 0 <= low < 0.5 < high <= 1
    assert figures["p50_ms"]["value"] > 0 and figures["p50_ms"]["interval"] is None
    (miss,) = run["misses"]
    assert miss["id"] == "hostile"
    assert miss["expected"] == ["nobody at all"]
    assert miss["cause"] in ("wrong span", "read, but refused")
    assert [passage["read"] for passage in miss["passages"]].count(True) == 8
    assert [summary["id"] for summary in get(client, "/runs")["runs"]] == [run["id"]]


def linked(client: TestClient, engine: Engine, link: str) -> str:
    """The words of the page's articles that `link` opens."""
    anchor = Anchor.parse(link.removeprefix("#cite-"))
    assert anchor is not None, link
    article = engine.library.catalog.articles.find(anchor.article_id)
    assert article is not None, link
    return anchor.span.of(article.text)


def test_a_miss_has_links_to_the_words(client: TestClient, engine: Engine, people: Path) -> None:
    words = "The bread of Ostwick was baked by Ada Pell"
    wrong = {
        "id": "wrong",
        "question": "Who baked the bread of Ostwick?",
        "answers": ["nobody at all"],
        "files": ["hostile.txt"],
        "spans": [{"file": "hostile.txt", "text": words}, {"file": "hostile.txt", "text": "gone"}],
    }
    (people / "sets" / "wrong.jsonl").write_text(json.dumps(wrong), encoding="utf-8")
    (miss,) = get(client, f"/runs/{ran(client, 'wrong')}")["misses"]
    assert miss["given"] == "Ada Pell" and miss["cause"] == "wrong span"
    assert "other words" in miss["why"]
    first, gone = miss["supporting"]
    assert linked(client, engine, first["link"]) == first["text"] == words
    assert gone == {"text": "gone", "link": ""}
    (cited,) = miss["cited"]
    assert cited["file"] == "hostile.txt"
    assert words in linked(client, engine, cited["link"])
    for passage in miss["passages"]:
        assert linked(client, engine, passage["link"]) == passage["text"]


def test_words_of_articles_that_the_page_does_not_serve_have_no_link(
    runner: Runner, runs: Runs, tmp_path: Path
) -> None:
    app = FastAPI()
    app.include_router(evaluation_routes(runner, runs, tmp_path / "others"))
    with TestClient(app) as client:
        (miss,) = get(client, f"/runs/{ran(client)}")["misses"]
    assert miss["passages"]
    assert not any(one["link"] for one in (*miss["passages"], *miss["cited"]))


def test_hostile_words_are_given_as_they_are_and_only_as_json(client: TestClient) -> None:
    reply = client.get(f"{API}/runs/{ran(client)}")
    assert reply.headers["content-type"] == "application/json"
    (miss,) = reply.json()["misses"]
    assert miss["question"] == CASES[2]["question"]
    held = {passage["file"]: passage for passage in miss["passages"]}["hostile.txt"]
    assert HOSTILE in held["title"]
    assert held["text"] in ARTICLE and HOSTILE in held["text"]


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_of_a_run_is_an_image(client: TestClient, name: str) -> None:
    id_ = ran(client)
    reply = client.get(f"{API}/runs/{id_}/plots/{name}.svg")
    assert reply.headers["content-type"] == "image/svg+xml"
    image = ElementTree.fromstring(reply.content)
    assert "few" in (image.get("aria-label") or "")
    assert client.get(f"{API}/runs/{id_}/plots/{name}.svg").content == reply.content


def test_a_sets_hostile_name_is_text_in_the_plots(
    engine: Engine, served: Settings, people: Path, runs: Runs
) -> None:
    few = AvailableSet(HOSTILE_NAME, people / "sets" / "few.jsonl", served.corpus)
    opener = engine_opener(engine, served, people / "evaluation")
    runner = Runner(runs, lambda: {HOSTILE_NAME: few}, opener, lambda: measured_with(served))
    app = FastAPI()
    app.include_router(evaluation_routes(runner, runs, served.corpus))
    with TestClient(app) as client:
        id_ = ran(client, HOSTILE_NAME)
        for name in PLOTS:
            image = client.get(f"{API}/runs/{id_}/plots/{name}.svg").text
            assert "<script" not in image
            title = ElementTree.fromstring(image).findtext("{http://www.w3.org/2000/svg}title")
            assert title is not None and title.endswith(HOSTILE_NAME)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/20240101-000000000-0123abcd", 404),
        ("/runs/..%2f..%2fpeople", 404),
        ("/runs/20240101-000000000-0123abcd/plots/calibration.svg", 404),
        ("/runs/20240101-000000000-0123abcd/plots/x.svg", 404),
    ],
)
def test_what_is_not_there_is_told_in_one_line(client: TestClient, path: str, status: int) -> None:
    told = client.get(f"{API}{path}")
    assert told.status_code == status
    if not path.startswith("/runs/.."):  # no route of ours takes it
        assert "\n" not in told.json()["error"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b'{"set": "nothing"}', 404, "no set is called 'nothing'"),
        (b'{"set": 5}', 400, "expected the name of a set"),
        (b'["sample"]', 400, "expected the name of a set"),
        (b"", 400, "expected the name of a set"),
        (b"{", 400, "the body is not JSON"),
        (b'{"set": "\\ud800"}', 404, "no set is called"),
    ],
)
def test_a_request_for_no_set_starts_nothing(
    client: TestClient, body: bytes, status: int, told: str
) -> None:
    headers = {"content-type": "application/json"}
    reply = client.post(f"{API}/runs", content=body, headers=headers)
    assert reply.status_code == status
    assert told in reply.json()["error"] and "\n" not in reply.json()["error"]
    assert get(client, "/state")["state"] == "idle"


def test_a_damaged_set_is_listed_with_its_line_and_does_not_start(
    client: TestClient, people: Path
) -> None:
    (people / "sets" / "bad.jsonl").write_text('{"id": 1}', encoding="utf-8")
    sets = {each["name"]: each for each in get(client, "/sets")["sets"]}
    assert sets["bad"]["error"].startswith("bad.jsonl, line 1: ")
    reply = client.post(f"{API}/runs", json={"set": "bad"})
    assert (reply.status_code, reply.json()["error"]) == (400, sets["bad"]["error"])
    assert sets["few"]["error"] == ""


def test_a_damaged_run_is_listed_and_told(client: TestClient, people: Path) -> None:
    id_ = ran(client)
    (people / "runs" / f"{id_}.json").write_text(json.dumps({"id": id_}), encoding="utf-8")
    assert "damaged" in get(client, f"/runs/{id_}", 400)["error"]
    assert "damaged" in get(client, f"/runs/{id_}/plots/calibration.svg", 400)["error"]
    (summary,) = get(client, "/runs")["runs"]
    assert "damaged" in summary["error"]


def test_a_second_run_has_to_wait_and_the_first_can_be_stopped(client: TestClient) -> None:
    assert client.post(f"{API}/runs", json={"set": "sample"}).status_code == 202
    refused = client.post(f"{API}/runs", json={"set": "few"})
    assert refused.status_code == 409
    assert "'sample' is being run" in refused.json()["error"]
    assert client.post(f"{API}/stop").json()["line"] == "Stopping …"
    until = time.monotonic() + 60
    while (state := get(client, "/state"))["state"] == "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    assert state["state"] == "idle" and "nothing was kept" in state["line"]
    assert get(client, "/runs")["runs"] == []
