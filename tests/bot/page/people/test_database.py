import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.page.people.conversations import ConversationStore
from bot.page.people.database import FILE_NAME, VERSION, PeopleDatabase
from bot.page.people.votes import VoteStore
from index.errors import DamagedError, StorageError
from tests.bot.page.answers import ANSWER


def test_nothing_is_made_before_the_first_use(tmp_path: Path) -> None:
    people = PeopleDatabase(tmp_path / "people")
    ConversationStore(people), VoteStore(people)
    assert not (tmp_path / "people").exists()
    assert people.rows("SELECT * FROM turns") == []
    assert people.file.is_file()
    assert (tmp_path / "people").stat().st_mode & 0o077 == 0
    assert people.rows("PRAGMA journal_mode") == [("wal",)]


@pytest.mark.parametrize("content", [b"no database, " * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_told_in_one_line_until_it_is_moved_away(
    tmp_path: Path, content: bytes
) -> None:
    people = PeopleDatabase(tmp_path)
    people.file.write_bytes(content)
    conversations, feedback = ConversationStore(people), VoteStore(people)
    uses = [
        lambda: conversations.list("anna"),
        lambda: conversations.new("anna"),
        lambda: conversations.load("anna", "0" * 32),
        lambda: conversations.append("anna", "0" * 32, ANSWER),
        lambda: conversations.delete("anna", "0" * 32),
        lambda: feedback.vote("anna", "c", 0, ANSWER, up=True),
        lambda: feedback.all(),
    ]
    for use in uses:
        with pytest.raises(DamagedError) as caught:
            use()
        assert str(caught.value).count("\n") == 0
        assert "move the file away" in str(caught.value)
    people.file.rename(tmp_path / "damaged")
    assert conversations.append("anna", conversations.new("anna"), ANSWER)
    assert len(conversations.list("anna")) == 1


def test_damage_found_while_open_is_told_and_ends_with_another_file(tmp_path: Path) -> None:
    people = PeopleDatabase(tmp_path)
    conversations = ConversationStore(people)
    conversations.append("anna", conversations.new("anna"), ANSWER)
    people.close()
    whole = people.file.read_bytes()
    people.file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(DamagedError):
        conversations.list("anna", "ribbon")
    copy = tmp_path / "copy"
    copy.write_bytes(whole)
    copy.replace(people.file)
    assert len(conversations.list("anna", "ribbon")) == 1


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "people").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        ConversationStore(PeopleDatabase(tmp_path / "people")).list("anna")


def test_a_folder_where_the_file_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(StorageError, match="cannot be used"):
        ConversationStore(PeopleDatabase(tmp_path)).new("anna")


def test_a_file_that_another_program_holds_is_told(tmp_path: Path) -> None:
    people = PeopleDatabase(tmp_path)
    conversations = ConversationStore(people)
    conversations.list("anna")
    people._opened()._db.execute("PRAGMA busy_timeout = 50")
    with sqlite3.connect(people.file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="close the program that holds it"):
            conversations.new("anna")
        assert conversations.list("anna") == ()  # reading goes on


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    people = PeopleDatabase(tmp_path)
    ConversationStore(people).new("anna")
    people.close()
    with sqlite3.connect(people.file) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StorageError, match="use the newer Byline"):
        ConversationStore(people).list("anna")


def test_an_older_file_is_brought_up_to_date_and_keeps_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = PeopleDatabase(tmp_path)
    id = ConversationStore(people).new("anna", "Kept")
    people.close()
    monkeypatch.setattr("bot.page.people.database.VERSION", VERSION + 1)
    monkeypatch.setattr(
        "bot.page.people.database.UPGRADES", {VERSION: "ALTER TABLE turns ADD COLUMN mood TEXT"}
    )
    assert people.rows("SELECT mood FROM turns") == []
    assert people.rows("PRAGMA user_version") == [(VERSION + 1,)]
    entry = ConversationStore(people).find("anna", id)
    assert entry is not None and entry.title == "Kept"


def test_many_open_a_new_file_together_and_every_turn_is_kept(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def work(number: int) -> None:
        conversations = ConversationStore(
            PeopleDatabase(tmp_path)
        )  # a connection of its own, as another process has
        together.wait()
        id = conversations.new(f"owner-{number % 2}")
        for _ in range(5):
            conversations.append(f"owner-{number % 2}", id, ANSWER)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    conversations = ConversationStore(PeopleDatabase(tmp_path))
    for owner in ("owner-0", "owner-1"):
        assert [entry.turns for entry in conversations.list(owner)] == [5] * 4
