"""What people leave behind in PostgreSQL: shared, and never lost or replaced by itself."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest

from bot.page.people.conversations import ConversationStore
from bot.page.people.database import PeopleDatabase
from bot.page.people.votes import VoteStore
from index.catalog.postgres.address import schema_name
from index.errors import StorageError
from tests.bot.page.answers import ANSWER


@pytest.fixture
def people(tmp_path, database):
    people = PeopleDatabase(tmp_path / "people", database)
    yield people
    people.close()


def test_nothing_is_made_before_the_first_use(tmp_path, people):
    assert not people.exists()
    assert ConversationStore(people).list("anna") == ()
    assert people.exists()
    assert not (tmp_path / "people").exists()


def test_two_machines_share_conversations_and_votes(tmp_path, people, database):
    with closing(PeopleDatabase(tmp_path / "people", database)) as other:
        id = ConversationStore(people).new("anna")
        assert ConversationStore(other).append("anna", id, ANSWER)
        VoteStore(other).vote("anna", id, 0, ANSWER, up=True)
        assert ConversationStore(people).load("anna", id).turns
        assert len(VoteStore(people).all()) == 1


def test_turns_that_are_added_at_once_are_all_kept(tmp_path, people, database):
    with closing(PeopleDatabase(tmp_path / "people", database)) as other:
        stores = [ConversationStore(people), ConversationStore(other)]
        id = stores[0].new("anna")
        with ThreadPoolExecutor(6) as threads:
            added = threads.map(lambda n: stores[n % 2].append("anna", id, ANSWER), range(30))
            assert all(added)
        assert len(stores[0].load("anna", id).turns) == 30


def test_a_server_that_is_away_is_named_in_one_line_and_nothing_is_lost(people, cluster):
    conversations = ConversationStore(people)
    id = conversations.new("anna")
    cluster.stop("immediate")
    for use in (
        lambda: conversations.list("anna"),
        lambda: conversations.append("anna", id, ANSWER),
    ):
        with pytest.raises(
            StorageError, match="conversations and feedback cannot be used"
        ) as caught:
            use()
        assert "\n" not in str(caught.value)
    cluster.start()
    assert conversations.append("anna", id, ANSWER)
    assert len(conversations.load("anna", id).turns) == 1


def test_a_server_that_was_away_for_long_is_used_as_soon_as_it_is_back(people, cluster):
    conversations = ConversationStore(people)
    id = conversations.new("anna")
    cluster.stop("immediate")
    until = time.monotonic() + 35
    while time.monotonic() < until:
        with pytest.raises(StorageError):
            conversations.list("anna")
    cluster.start()
    with suppress(StorageError):  # of an attempt that had begun before
        conversations.list("anna")
    assert [entry.id for entry in conversations.list("anna")] == [id]


def test_tables_of_a_newer_byline_are_left_as_they_are(tmp_path, people, database, cluster):
    ConversationStore(people).new("anna")
    people.close()
    cluster.run(f'UPDATE "{schema_name(tmp_path.name, "people")}".migrated SET version = 9')
    with pytest.raises(StorageError, match="version 9, this Byline knows 2"):
        ConversationStore(people).list("anna")
