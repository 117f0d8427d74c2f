"""The address of a Chroma server, or of Chroma Cloud, and a client for it with time-outs."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit

from index.errors import UnreachableError

T = TypeVar("T")
_CLOUD = ".trychroma.com"
EXPECTED = "expected http://host:port or https://token@host:port/tenant/database"


@dataclass(frozen=True, slots=True)
class Server:
    """The address of a Chroma server."""

    host: str
    port: int
    secure: bool = False
    token: str = field(default="", repr=False)
    tenant: str = ""
    database: str = ""

    def __str__(self) -> str:
        """The address as a URL, without the token."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        path = f"/{quote(self.tenant, '')}/{quote(self.database, '')}" if self.tenant else ""
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{path}"

    @property
    def is_cloud(self) -> bool:
        """True for Chroma Cloud, which has a header of its own for tokens, and quotas."""
        return self.host.endswith(_CLOUD)

    @property
    def most(self) -> int:
        """The most vectors that it takes or returns in one request."""
        return 300 if self.is_cloud else 5000


def valid_server(text: str) -> str:
    """`text` without blanks around it, if it is an address or empty. Raises ValueError."""
    parse_server(text)
    return text.strip()


def parse_server(text: str) -> Server | None:
    """The server at an address such as `http://127.0.0.1:8000`; None for "". Raises ValueError.

    `https://token@host:port/tenant/database` names more; the parts are percent-encoded.
    """
    if not text.strip():
        return None
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError(EXPECTED) from None
    token = unquote(parts.username or "")
    path = [unquote(part) for part in parts.path.strip("/").split("/")]
    tenant, database = path if len(path) == 2 else ("", "")
    if (
        parts.scheme not in ("http", "https")
        or not (parts.hostname and port and all("!" <= each <= "~" for each in token))
        or (path != [""] and not (tenant and database))
        or any((parts.query, parts.fragment, parts.password))
    ):
        raise ValueError(EXPECTED)
    return Server(parts.hostname, port, parts.scheme == "https", token, tenant, database)


def open_server(server: Server, patience: float) -> Any:
    """A client whose requests time out after `patience` seconds of silence."""
    import httpx
    from chromadb.api.client import Client
    from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings
    from chromadb.errors import NotFoundError

    class BoundedClient(Client):
        """Sets a time-out, which Chroma's client lacks, in the two methods that make its first requests.

        It says why a server refuses, and leaves no connection behind when one does.
        """

        def __init__(self, *arguments: Any) -> None:
            try:
                super().__init__(*arguments)
            except BaseException:
                for client in (self, getattr(self, "_admin_client", None)):
                    if hasattr(client, "_server"):  # after the first of its requests
                        _connections(client).close()
                raise

        def get_user_identity(self) -> Any:
            _bound(_connections(self))
            return self._server.get_user_identity()  # the client's own method hides the reason

        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            _bound(_connections(self._admin_client))
            try:
                super()._validate_tenant_database(tenant, database)
            except NotFoundError:
                raise UnreachableError(
                    f"{server}: has no database {database!r} of a tenant {tenant!r}; create it there, "
                    "or correct BYLINE_CHROMA"
                ) from None

        def close(self) -> None:
            super().close()  # does not close the connections
            _connections(self).close()
            _connections(self._admin_client).close()

    def _connections(client: Any) -> httpx.Client:
        connections: httpx.Client = client._server._session
        return connections

    def _bound(connections: httpx.Client) -> None:
        connections.timeout = httpx.Timeout(patience)
        connections.event_hooks = {"response": [refusal]}

    def refusal(response: httpx.Response) -> None:
        if response.status_code in (401, 403):
            raise UnreachableError(
                f"{server}: the Chroma server refused access ({response.status_code}); "
                "give BYLINE_CHROMA a token that it accepts, as in https://token@host:port"
            )

    settings = Settings(
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.fastapi.FastAPI",
        chroma_server_host=server.host,
        chroma_server_http_port=server.port,
        chroma_server_ssl_enabled=server.secure,
        chroma_server_headers=_headers(server),
        # the server knows which tenant and database the token is for
        chroma_overwrite_singleton_tenant_database_access_from_auth=bool(
            server.token and not server.tenant
        ),
    )
    return BoundedClient(
        server.tenant or DEFAULT_TENANT, server.database or DEFAULT_DATABASE, settings
    )


def _headers(server: Server) -> dict[str, str]:
    """The token as Chroma Cloud expects it, or also as the proxies before other servers do."""
    if not server.token:
        return {}
    bearer = {} if server.is_cloud else {"Authorization": f"Bearer {server.token}"}
    return {"X-Chroma-Token": server.token, **bearer}


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
