"""The ports that the page is served at, and why one cannot be."""

import errno
import os
import socket
from contextlib import ExitStack

from index.errors import SettingsError

_LAST = 65_535


def free_ports(host: str, port: int, count: int = 1) -> list[int]:
    """`count` ports from `port` on, or free ones for 0. Raises SettingsError if nothing can listen there."""
    if not host.strip():
        raise SettingsError(
            f"BYLINE_HOST={host!r}: expected an address; give one such as 127.0.0.1"
        )
    with ExitStack() as opened:  # all at once, so that no free one is found twice
        return [_port(opened, host, port and port + number) for number in range(count)]


def _port(opened: ExitStack, host: str, port: int) -> int:
    if port > _LAST:
        raise SettingsError(f"{host}:{port}: no such port; give a smaller --port (BYLINE_PORT)")
    try:
        listener = opened.enter_context(socket.create_server((host, port)))
        return int(listener.getsockname()[1])
    except (OSError, UnicodeError) as error:  # UnicodeError: not a valid host name
        raise SettingsError(f"{host}:{port}: {_unusable(error)}") from None


def _unusable(error: OSError | UnicodeError) -> str:
    """Why nothing can listen at an address and port, and the remedy."""
    if isinstance(error, UnicodeError):
        return "not an address; give another --host (BYLINE_HOST)"
    if isinstance(error, socket.gaierror):  # its numbers are not those of `os.strerror`
        return f"{error.strerror}; give another --host (BYLINE_HOST)"
    said = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.EADDRINUSE:
        return f"{said}; stop the program that uses it, or give another --port (BYLINE_PORT)"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{said}; give another --host (BYLINE_HOST)"
    return f"{said}; give another --host (BYLINE_HOST) or --port (BYLINE_PORT)"
