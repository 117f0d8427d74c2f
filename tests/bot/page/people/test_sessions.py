"""Tokens: whose they are, when they end, and what is kept of them."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.page.people.accounts import Accounts, hash_password, load_accounts
from bot.page.people.sessions import LIFETIME, MOST_OPEN, Sessions
from index.errors import StorageError

CHEAP = (2, 1, 1)
DAY = 24 * 3600


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    file = tmp_path / "accounts"
    file.write_text(f"anne:{hash_password('a', CHEAP)}\nbob:{hash_password('b', CHEAP)}\n")
    return load_accounts(file)


@pytest.fixture
def sessions(tmp_path: Path, accounts: Accounts, clock: Clock) -> Iterator[Sessions]:
    sessions = Sessions(tmp_path / "people" / "sessions.sqlite3", accounts, clock)
    yield sessions
    sessions.shut()


def test_a_token_is_its_account_s_until_it_is_closed(sessions: Sessions) -> None:
    anne, again, bob = sessions.open("Anne"), sessions.open("anne"), sessions.open("bob")
    assert len({anne, again, bob}) == 3
    assert [sessions.name_of(t) for t in (anne, again, bob)] == ["anne", "anne", "bob"]
    sessions.close(anne)
    sessions.close(anne)
    assert [sessions.name_of(t) for t in (anne, again, bob)] == [None, "anne", "bob"]


@pytest.mark.parametrize("token", ["", "x", "\ud800", "' OR 1=1 --", "a" * 100_000])
def test_another_token_is_nobody_s(sessions: Sessions, token: str) -> None:
    sessions.open("anne")
    assert sessions.name_of(token) is None
    sessions.close(token)


def test_an_account_that_does_not_exist_gets_no_token(sessions: Sessions) -> None:
    with pytest.raises(KeyError):
        sessions.open("carl")


def test_a_session_lasts_while_it_is_used(sessions: Sessions, clock: Clock) -> None:
    token = sessions.open("anne")
    for _ in range(10):
        clock.now += LIFETIME - DAY
        assert sessions.name_of(token) == "anne"
    clock.now += LIFETIME + 1
    assert sessions.name_of(token) is None


def test_ended_sessions_are_forgotten(sessions: Sessions, clock: Clock, tmp_path: Path) -> None:
    for _ in range(3):
        sessions.open("anne")
    clock.now += LIFETIME + 1
    sessions.open("bob")
    with sqlite3.connect(tmp_path / "people" / "sessions.sqlite3") as db:
        assert db.execute("SELECT COUNT(*) FROM sessions").fetchone() == (1,)
    db.close()


def test_an_account_has_so_many_sessions_and_the_oldest_end(
    sessions: Sessions, clock: Clock
) -> None:
    bob, tokens = sessions.open("bob"), []
    for _ in range(MOST_OPEN + 1):
        clock.now += 1
        tokens.append(sessions.open("anne"))
    assert sessions.name_of(tokens[0]) is None
    assert all(sessions.name_of(token) == "anne" for token in tokens[1:])
    assert sessions.name_of(bob) == "bob"


def test_a_removed_account_and_a_changed_password_end_sessions_at_once(
    sessions: Sessions, tmp_path: Path
) -> None:
    anne, bob = sessions.open("anne"), sessions.open("bob")
    file = tmp_path / "accounts"
    file.write_text(f"{file.read_text().splitlines()[0]}\nbob:{hash_password('c', CHEAP)}\n")
    assert (sessions.name_of(anne), sessions.name_of(bob)) == ("anne", None)
    file.write_text(f"bob:{hash_password('c', CHEAP)}\n")
    assert sessions.name_of(anne) is None


def test_sessions_survive_a_restart(
    sessions: Sessions, accounts: Accounts, clock: Clock, tmp_path: Path
) -> None:
    token = sessions.open("anne")
    sessions.shut()
    again = Sessions(tmp_path / "people" / "sessions.sqlite3", accounts, clock)
    assert again.name_of(token) == "anne"
    again.shut()


def test_the_file_holds_no_token_and_is_its_owner_s_alone(
    sessions: Sessions, tmp_path: Path
) -> None:
    token = sessions.open("anne")
    file = tmp_path / "people" / "sessions.sqlite3"
    assert token.encode() not in file.read_bytes()
    assert os.stat(file).st_mode & 0o077 == 0


def test_a_file_that_is_none_is_told_in_one_line(accounts: Accounts, tmp_path: Path) -> None:
    file = tmp_path / "sessions.sqlite3"
    file.write_bytes(b"no database, and long enough to be looked at " * 50)
    with pytest.raises(StorageError, match=r"^\S+sessions\.sqlite3: sessions cannot [^\n]+$"):
        Sessions(file, accounts)
    with pytest.raises(StorageError, match=r"^[^\n]+$"):
        Sessions(tmp_path, accounts)


def test_threads_may_share_them(sessions: Sessions) -> None:
    def visit(_: int) -> bool:
        token = sessions.open("anne")
        seen = sessions.name_of(token)
        sessions.close(token)
        return (seen, sessions.name_of(token)) == ("anne", None)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(40)))
