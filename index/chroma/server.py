"""The address of a Chroma server, and a client for it with time-outs."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
EXPECTED = "expected http://host:port or https://host:port, without a path"


@dataclass(frozen=True, slots=True)
class Server:
    """The address of a Chroma server."""

    host: str
    port: int
    secure: bool = False

    def __str__(self) -> str:
        """The address as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


def parse_server(text: str) -> Server | None:
    """The server at an address such as `http://127.0.0.1:8000`; None for "". Raises ValueError."""
    if not text.strip():
        return None
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not port or any(rest):
        raise ValueError(EXPECTED)
    return Server(parts.hostname, port, parts.scheme == "https")


def open_server(server: Server, patience: float) -> Any:
    """A client whose requests time out after `patience` seconds of silence."""
    import httpx
    from chromadb.api.client import Client
    from chromadb.config import Settings

    class BoundedClient(Client):
        """Sets a time-out, which Chroma's client lacks, in the two methods that make its first requests."""

        def get_user_identity(self) -> Any:
            _connections(self).timeout = httpx.Timeout(patience)
            return super().get_user_identity()

        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            _connections(self._admin_client).timeout = httpx.Timeout(patience)
            super()._validate_tenant_database(tenant, database)

        def close(self) -> None:
            super().close()  # does not close the connections
            _connections(self).close()
            _connections(self._admin_client).close()

    def _connections(client: Any) -> httpx.Client:
        connections: httpx.Client = client._server._session
        return connections

    settings = Settings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=server.host,
        chroma_server_http_port=server.port,
        chroma_server_ssl_enabled=server.secure,
    )
    return BoundedClient(settings=settings)


def within(seconds: float, call: Callable[[], T]) -> T:
    """The result of `call`. Raises TimeoutError after `seconds`, even while a server still sends bytes.

    The call continues in a daemon thread.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(call())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="chroma", daemon=True).start()
    try:
        return done.result(seconds)
    except TimeoutError:
        if done.done():
            raise  # raised by the call itself
        raise TimeoutError(f"timed out after {seconds:g} s") from None
