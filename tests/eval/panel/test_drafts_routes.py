"""The drafts' routes over a real index: proposed, edited, accepted into a set, or rejected for good."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.engine import Engine
from eval.cases.case import load_cases
from eval.panel.drafts_desk import AT_ONCE, SET, DraftsDesk
from eval.panel.drafts_routes import drafts_routes
from eval.runs.sets import offered_sets
from index.errors import EvaluatingError
from index.settings import Settings

API = "/api/evaluation/drafts"


@pytest.fixture
def desk(engine: Engine, people: Path) -> DraftsDesk:
    """The desk over the sample and a hostile article."""
    return DraftsDesk(people, engine.catalog)


@pytest.fixture
def client(desk: DraftsDesk) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(drafts_routes(desk))
    with TestClient(app) as client:
        yield client


def told(reply: Any, status: int = 200) -> Any:
    assert reply.status_code == status, reply.text
    return reply.json()


def test_drafts_are_proposed_until_there_are_no_more(client: TestClient) -> None:
    assert told(client.get(API)) == {"drafts": [], "line": ""}
    first = told(client.post(API))
    assert len(first["drafts"]) == AT_ONCE
    assert first["line"] == f"{AT_ONCE} proposed from 9 articles."
    assert told(client.get(API))["drafts"] == first["drafts"]
    second = told(client.post(API))["drafts"]
    ids = [draft["id"] for draft in second]
    assert len(ids) == len(set(ids)) > AT_ONCE and second[:AT_ONCE] == first["drafts"]
    assert "Nothing more" in told(client.post(API))["line"]


def test_an_accepted_draft_is_in_a_set_that_is_on_offer(
    client: TestClient, people: Path, served: Settings
) -> None:
    drafts = told(client.post(API))["drafts"]
    one = next(draft for draft in drafts if draft["answers"])
    body = {"question": f" {one['question']} ", "answers": [*one["answers"], "", "another"]}
    left = told(client.post(f"{API}/{one['id']}/accept", json=body))["drafts"]
    assert one["id"] not in [draft["id"] for draft in left]
    (case,) = offered_sets(people / "sets", served.corpus)[SET].cases()
    assert case.question == one["question"]
    assert case.answers == (*one["answers"], "another")
    assert case.spans and "drafted" in case.tags
    twin = next(draft for draft in left if not draft["answers"])
    told(
        client.post(
            f"{API}/{twin['id']}/accept", json={"question": twin["question"], "answers": []}
        )
    )
    cases = load_cases(people / "sets" / f"{SET}.jsonl")
    assert [each.answerable for each in cases] == [True, False]


def test_what_was_decided_on_is_not_proposed_again(client: TestClient) -> None:
    first, second, *_ = told(client.post(API))["drafts"]
    told(client.post(f"{API}/{first['id']}/reject"))
    body = {"question": second["question"], "answers": second["answers"]}
    told(client.post(f"{API}/{second['id']}/accept", json=body))
    told(client.post(API))
    ids = [draft["id"] for draft in told(client.post(API))["drafts"]]
    assert not {first["id"], second["id"]} & set(ids)
    assert told(client.post(f"{API}/{first['id']}/reject"), 404)["error"].startswith("no draft")


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "expected {"),
        (b"[]", "expected {"),
        (b'{"question": "Who?"}', "expected {"),
        (b'{"question": 1, "answers": []}', "expected {"),
        (b'{"question": "Who?", "answers": [1]}', "expected {"),
        (b'{"question": " ", "answers": []}', "the question is empty"),
        (b'{"question": "' + b"x" * 5000 + b'", "answers": []}', "shorten it"),
        (b"{", "the body is not JSON"),
    ],
)
def test_a_request_of_another_form_accepts_nothing(
    client: TestClient, people: Path, body: bytes, line: str
) -> None:
    one = told(client.post(API))["drafts"][0]
    headers = {"content-type": "application/json"}
    reply = client.post(f"{API}/{one['id']}/accept", content=body, headers=headers)
    error = told(reply, 400)["error"]
    assert line in error and "\n" not in error
    assert not (people / "sets" / f"{SET}.jsonl").exists()
    assert one in told(client.get(API))["drafts"]


@pytest.mark.parametrize("id_", ["x", "..%2f..%2fpeople", "drafted-0", "%00"])
def test_an_unknown_draft_is_told(client: TestClient, id_: str) -> None:
    body = {"question": "Who?", "answers": []}
    for reply in (
        client.post(f"{API}/{id_}/accept", json=body),
        client.post(f"{API}/{id_}/reject"),
    ):
        assert reply.status_code == 404


def test_hostile_words_are_given_as_they_are_and_only_as_json(
    client: TestClient, people: Path
) -> None:
    told(client.post(API))
    file = people / "drafts" / "waiting.drafts.jsonl"
    row = json.loads(file.read_text("utf-8").splitlines()[0])
    row["question"] = row["draft"] = '<img src=x onerror="alert(1)">'
    file.write_text(json.dumps(row), "utf-8")
    reply = client.get(API)
    assert reply.headers["content-type"] == "application/json"
    assert told(reply)["drafts"][0]["question"] == row["question"]


def test_a_damaged_file_is_told_without_the_way_to_it(client: TestClient, people: Path) -> None:
    told(client.post(API))
    (people / "drafts" / "waiting.drafts.jsonl").write_text("{", "utf-8")
    error = told(client.get(API), 400)["error"]
    assert "waiting.drafts.jsonl, line 1" in error and str(people) not in error


def test_one_proposal_is_made_at_a_time(
    desk: DraftsDesk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    second: list[str] = []

    def meanwhile(*_: object, **__: object) -> list[object]:
        with pytest.raises(EvaluatingError) as error:
            desk.propose()
        second.append(str(error.value))
        return []

    monkeypatch.setattr("eval.panel.drafts_desk.propose", meanwhile)
    told(client.post(API))
    assert second == ["drafts are being proposed; wait a moment, then look again"]
