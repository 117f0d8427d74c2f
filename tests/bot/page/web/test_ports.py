"""Where the page may be served is told before any work begins, in a line with the remedy."""

import socket

import pytest

from bot.page.web.ports import free_ports
from index.errors import SettingsError


def refused(host: str, port: int = 0, count: int = 1) -> str:
    with pytest.raises(SettingsError) as told:
        free_ports(host, port, count)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_free_port_is_given_and_can_be_listened_on() -> None:
    (port,) = free_ports("127.0.0.1", 0)
    assert port > 0 and free_ports("127.0.0.1", port) == [port]
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_several_ports_follow_one_another_or_are_free_ones() -> None:
    found = free_ports("127.0.0.1", 0, 20)
    assert len(set(found)) == 20
    first = next(port for port in found if port < 65_000)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        last = taken.getsockname()[1]
        assert refused("127.0.0.1", last - 1, 2).startswith(f"127.0.0.1:{last}: Address already")
    assert free_ports("127.0.0.1", first, 1) == [first]
    assert refused("127.0.0.1", 65_535, 2).startswith("127.0.0.1:65536: no such port; ")


def test_a_port_in_use_is_told_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("127.0.0.1", port)
    assert said.startswith(f"127.0.0.1:{port}: Address already in use; ") and "--port" in said


@pytest.mark.parametrize("host", ["", "  "])
def test_no_address_is_told_with_an_example(host: str) -> None:
    assert refused(host).startswith(f"BYLINE_HOST={host!r}: expected an address")


@pytest.mark.parametrize(
    "host", ["no.such.host.invalid", "..", "192.0.2.1", "a" * 300, "h\u00e9.invalid"]
)
def test_an_address_that_is_not_this_machines_is_told_with_the_remedy(host: str) -> None:
    assert "give another --host (BYLINE_HOST)" in refused(host)
