"""Where the page is served: whether an address and port can be listened on, told before any work begins."""

import errno
import os
import socket

from index.errors import SettingsError


def free_port(host: str, port: int) -> int:
    """`port`, or a free one for 0; raises SettingsError when it cannot be listened on."""
    if not host.strip():
        raise SettingsError(
            f"BYLINE_HOST={host!r}: expected an address; give one such as 127.0.0.1"
        )
    try:
        with socket.create_server((host, port)) as listener:
            return int(listener.getsockname()[1])
    except (OSError, UnicodeError) as error:  # the latter: no name of a machine looks like this
        raise SettingsError(f"{host}:{port}: {_unusable(error)}") from None


def _unusable(error: OSError | UnicodeError) -> str:
    """Why an address and port cannot be listened on, and the remedy."""
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
