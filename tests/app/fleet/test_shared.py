"""What one web process knows all know: uploads, rate limits, log-ins, and what another has synced."""

import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.page.people.accounts import account_line
from tests.app.fleet.fleet import Fleet, eventually, fleet
from tests.index.catalog.postgres.cluster import Cluster

FERRY = b"The ferry Carrow left Oban at noon on May 3, 2019.\n"
FERRY_LEFT = "When did the ferry Carrow leave Oban?"
LIGHTHOUSE = "The lighthouse of Carrow was built on Gull Island in 1840.\n"


def answer(client: httpx.Client, question: str) -> str:
    """The short answer, "" if it is refused."""
    reply = client.post("api/ask", json={"question": question})
    assert reply.status_code == 200, reply.text
    return str(reply.json()["answer"])


def person() -> dict[str, str]:
    """The cookie of somebody new."""
    return {"byline_visitor": secrets.token_urlsafe(32)}


def test_what_is_uploaded_at_one_is_answered_and_removed_at_the_other(pair: Fleet) -> None:
    who = person()
    with pair.client(0, **who) as one, pair.client(1, **who) as other, pair.client(1) as stranger:
        added = one.post("api/uploads", params={"name": "ferry.txt"}, content=FERRY)
        assert added.status_code == 201, added.text
        assert "May 3" in answer(one, FERRY_LEFT) and "May 3" in answer(other, FERRY_LEFT)
        assert other.get("api/uploads").json()["uploads"] == [added.json()]
        assert "May 3" not in answer(stranger, FERRY_LEFT)
        assert other.delete("api/uploads/ferry.txt").status_code == 204
        assert "May 3" not in answer(one, FERRY_LEFT)
        assert one.get("api/uploads").json()["uploads"] == []


def test_questions_are_counted_together(pair: Fleet) -> None:
    who = person()
    with pair.client(0, **who) as one, pair.client(1, **who) as other:
        began = time.monotonic()
        replies = [(one, other)[n % 2].post("api/ask", json={}) for n in range(44)]
        passed = time.monotonic() - began
        allowed = sum(reply.status_code != 429 for reply in replies)
        assert 30 <= allowed <= 30 + passed + 1
        for client in (one, other):
            refused = client.post("api/ask", json={})
            if allowed < 44 and refused.status_code == 429:
                assert int(refused.headers["retry-after"]) >= 1
        with pair.client(1, **person()) as stranger:
            assert stranger.post("api/ask", json={}).status_code != 429


def test_each_person_stays_with_one_process_and_persons_are_spread(pair: Fleet) -> None:
    seen = set()
    for _ in range(12):
        with pair.client() as client:
            client.get("").raise_for_status()  # without a cookie, which the page then gives
            ids = {client.get("gradio_api/app_id").json()["app_id"] for _ in range(5)}
        assert len(ids) == 1
        seen |= ids
    assert len(seen) == 2


@pytest.fixture(scope="module")
def members(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two processes with a login."""
    folder = tmp_path_factory.mktemp("members")
    lines = [account_line(name, f"pass of {name}") for name in ("ann", "bob")]
    (folder / "accounts").write_text("\n".join(lines) + "\n")
    with fleet(folder, cluster.url, environment={"BYLINE_AUTH": f"{folder}/accounts"}) as members:
        yield members


def log_in(client: httpx.Client, name: str, password: str) -> int:
    return client.post("login", data={"username": name, "password": password}).status_code


def test_a_login_at_one_is_known_to_the_other_and_so_is_its_end(members: Fleet) -> None:
    with members.client(0) as one, members.client(1) as other, members.client() as proxied:
        assert other.get("api/articles").status_code == 401
        assert log_in(one, "ann", "pass of ann") == 200
        other.cookies.update(one.cookies)
        assert other.get("api/person").json()["account"] == "ann"
        assert other.post("logout").status_code == 200
        assert one.get("api/articles").status_code == 401
        assert log_in(proxied, "ann", "pass of ann") == 200
        assert proxied.get("api/person").json()["account"] == "ann"


def test_wrong_passwords_are_counted_together(members: Fleet) -> None:
    with members.client(0) as one, members.client(1) as other:
        tried = [log_in((one, other)[n % 2], "bob", "guess") for n in range(7)]
        assert tried == [401] * 5 + [429] * 2
        assert [log_in(client, "bob", "pass of bob") for client in (one, other)] == [429, 429]


def test_what_is_synced_through_one_is_answered_by_the_other_at_once(
    cluster: Cluster, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.txt").write_bytes(FERRY)
    question = "Where was the lighthouse of Carrow built?"
    with (
        fleet(tmp_path, cluster.url, corpus=corpus) as two,
        two.client(0) as one,
        two.client(1) as other,
    ):

        def sync() -> None:
            # soon after another sync it is refused
            assert eventually(lambda: one.post("api/sync").status_code == 202)
            assert eventually(lambda: one.get("api/sync").json()["state"] != "running")
            assert one.get("api/sync").json()["state"] == "done", one.get("api/sync").text

        assert "Gull Island" not in answer(other, question)
        assert other.get("api/articles").json()["total"] == 1
        (corpus / "lighthouse.txt").write_text(LIGHTHOUSE)
        sync()
        assert other.get("api/articles").json()["total"] == 2
        assert "Gull Island" in answer(other, question)
        assert "2 articles" in header(two, 1)
        (corpus / "lighthouse.txt").unlink()
        sync()
        assert "Gull Island" not in answer(other, question) and "1 article<" in header(two, 1)


def header(fleet: Fleet, number: int) -> str:
    """The page's header, as its first event brings it."""
    with fleet.client(number) as client:
        config = client.get("config").json()
        load = next(one["id"] for one in config["dependencies"] if one["targets"][0][1] == "load")
        body = {"data": [], "fn_index": load, "session_hash": "aa11"}
        client.post("gradio_api/queue/join", json=body).raise_for_status()
        told = client.get("gradio_api/queue/data", params={"session_hash": "aa11"}).text
    found = re.search(r"<span>[^<]*articles?<", told)
    assert found, told
    return found[0]
