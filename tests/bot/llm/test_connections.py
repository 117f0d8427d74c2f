"""An attempt lets go of what it holds, at once and of nothing else."""

import threading

import httpx
import pytest

from bot.llm.connections import HOOKS, Connections
from tests.bot.llm.llm_server import STALL, Say, answer, serve

QUESTION = {"stream": True, "messages": []}
CUT = ("RemoteProtocolError", "ReadError")  # as the other side is slower or faster to notice


@pytest.fixture
def client():
    with httpx.Client(event_hooks=HOOKS, timeout=30) as client:
        yield client


def read(client, server, connections, began=None):
    """All of an answer, however it ends, or the name of the error."""
    try:
        with (
            connections,
            client.stream("POST", f"{server.url}/api/chat", json=QUESTION) as response,
        ):
            if began is not None:
                began.set()
            return response.read()
    except httpx.HTTPError as error:
        return type(error).__name__


def test_a_read_that_waits_is_woken_from_outside(client):
    with serve((Say("In "), STALL)) as server:
        connections, began, results = Connections(), threading.Event(), []
        thread = threading.Thread(
            target=lambda: results.append(read(client, server, connections, began))
        )
        thread.start()
        assert began.wait(5)
        connections.wake()
        thread.join(5)
        assert not thread.is_alive()
        assert results[0] in CUT
        assert server.left.wait(2)


def test_what_arrives_when_it_is_no_longer_wanted_is_let_go(client):
    with serve((Say("In "), STALL)) as server:
        connections = Connections()
        connections.wake()
        assert read(client, server, connections) in CUT


def test_a_response_left_open_is_closed_at_the_end(client):
    with serve((Say("In "), STALL)) as server:
        with Connections():
            request = client.build_request("POST", f"{server.url}/api/chat", json=QUESTION)
            response = client.send(request, stream=True)
            assert not response.is_closed
        assert response.is_closed
        assert server.left.wait(2)


def test_a_connection_whose_answer_was_read_is_used_again(client):
    with serve(answer("Yes.")) as server:
        for _ in range(3):
            connections = Connections()
            assert b"Yes." in read(client, server, connections)
            connections.wake()  # too late to do harm
        assert len(server.requests) == 3
        assert server.accepted == 1


def test_without_an_attempt_nothing_is_held(client):
    with serve(answer("Yes.")) as server:
        assert client.post(f"{server.url}/api/chat", json=QUESTION).status_code == 200
