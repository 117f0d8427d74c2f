"""Conversations in PostgreSQL pass the tests of those in a file."""

import pytest

from bot.page.people.database import PeopleDatabase
from tests.bot.page.people.test_conversations import *  # noqa: F403


@pytest.fixture
def people(tmp_path, database):
    people = PeopleDatabase(tmp_path / "people", database)
    yield people
    people.close()
