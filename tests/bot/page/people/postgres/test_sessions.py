"""Sessions in PostgreSQL pass the tests of those in a file, and several processes share them."""

import pytest

from bot.page.people.database import PeopleDatabase
from bot.page.people.sessions import Sessions
from tests.bot.page.people.test_sessions import (
    accounts,
    clock,
    test_a_token_is_its_account_s_until_it_is_closed,
    test_another_token_is_nobody_s,
)

__all__ = [
    "accounts",
    "clock",
    "test_a_token_is_its_account_s_until_it_is_closed",
    "test_another_token_is_nobody_s",
]


@pytest.fixture
def people(tmp_path, database):
    people = PeopleDatabase(tmp_path / "people", database)
    yield people
    people.close()


@pytest.fixture
def sessions(tmp_path, accounts, clock, people):
    return Sessions(tmp_path / "people" / "sessions.sqlite3", accounts, clock, people)


def test_a_login_at_one_machine_counts_at_the_others(tmp_path, sessions, accounts, clock, people):
    other = Sessions(tmp_path / "elsewhere.sqlite3", accounts, clock, people)
    token = sessions.open("anne")
    assert other.name_of(token) == "anne"
    other.close(token)
    assert sessions.name_of(token) is None
    assert not (tmp_path / "elsewhere.sqlite3").exists()
