"""Uploads in PostgreSQL pass the tests of those in a folder, and several processes share them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from bot.page.people import upload_index as own_index
from bot.page.people.database import PeopleDatabase
from bot.page.people.upload_index import BEING_READ
from bot.page.people.upload_table import AWAY, own_copies
from bot.page.people.uploads import Quota, Uploads
from index.catalog.postgres.address import Address
from index.errors import StorageBusyError, StorageError, UploadError
from tests.bot.page.people.test_uploads import (
    ANNA,
    BERT,
    encoder,
    names,
    slow,
    test_a_file_is_listed_with_its_article_and_can_be_read,
    test_nobody_sees_anothers_files,
    test_the_first_file_is_told_to_be_on_its_way,
    test_the_index_is_read_as_it_stands_while_a_file_is_added,
    test_the_same_file_is_kept_once_and_another_of_its_name_gets_a_number,
    test_two_tabs_that_add_at_once_lose_nothing,
)
from tests.bot.page.people.user_files import BREAD, FERRY, Slow, make_uploads, words_of
from tests.index.catalog.postgres.cluster import Cluster
from tests.index.fake_encoder import FakeEncoder

__all__ = [
    "encoder",
    "slow",
    "test_a_file_is_listed_with_its_article_and_can_be_read",
    "test_nobody_sees_anothers_files",
    "test_the_first_file_is_told_to_be_on_its_way",
    "test_the_index_is_read_as_it_stands_while_a_file_is_added",
    "test_the_same_file_is_kept_once_and_another_of_its_name_gets_a_number",
    "test_two_tabs_that_add_at_once_lose_nothing",
]


class Machines:
    """Processes that share one database."""

    def __init__(self, folder: Path, database: Address, encoder: FakeEncoder) -> None:
        self._folder, self._database, self._encoder = folder, database, encoder
        self.opened = ExitStack()

    def another(self, quota: Quota | None = None, slow: Slow | None = None) -> Uploads:
        """One more process."""
        people = PeopleDatabase(self._folder / "people", self._database)
        self.opened.callback(people.close)
        copies = self.opened.enter_context(own_copies(people, self._folder / "people"))
        uploads = make_uploads(copies, self._encoder, quota, slow)
        self.opened.callback(uploads.close)
        return uploads


@pytest.fixture
def machines(tmp_path: Path, database: Address, encoder: FakeEncoder) -> Iterator[Machines]:
    machines = Machines(tmp_path, database, encoder)
    with machines.opened:
        yield machines


@pytest.fixture
def uploads(machines: Machines, slow: Slow) -> Uploads:
    """The first process."""
    return machines.another(slow=slow)


@pytest.fixture
def other(machines: Machines, uploads: Uploads) -> Uploads:
    """The second one."""
    return machines.another()


def eventually(uploads: Uploads) -> list[str]:
    """The texts of Anna's files, once they can be read."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(StorageError):
            return words_of(uploads, ANNA)
        time.sleep(0.1)
    return words_of(uploads, ANNA)


def test_what_one_process_adds_another_answers_and_removes(
    uploads: Uploads, other: Uploads
) -> None:
    added = uploads.add(ANNA, "a.txt", BREAD.encode())
    assert other.list(ANNA) == (added,) and words_of(other, ANNA) == [BREAD]
    assert other.add(ANNA, "copy.txt", BREAD.encode()).known
    other.add(ANNA, "b.txt", FERRY.encode())
    assert words_of(uploads, ANNA) == [BREAD, FERRY]
    assert other.remove(ANNA, "a.txt") and not uploads.remove(ANNA, "a.txt")
    assert words_of(uploads, ANNA) == [FERRY] and names(uploads) == ["b.txt"]
    assert uploads.remove(ANNA, "b.txt")
    assert words_of(other, ANNA) == [] and other.list(ANNA) == ()


def test_a_file_that_was_replaced_elsewhere_is_read_anew(uploads: Uploads, other: Uploads) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    assert words_of(other, ANNA) == [BREAD]
    uploads.remove(ANNA, "a.txt")
    uploads.add(ANNA, "a.txt", FERRY.encode())
    assert words_of(other, ANNA) == [FERRY]


def test_two_processes_that_add_at_once_lose_nothing(uploads: Uploads, other: Uploads) -> None:
    def add(n: int) -> str:
        data = f"{BREAD} Loaf {n % 10}.".encode()
        return (uploads, other)[n % 2].add(ANNA, "a.txt", data).name

    with ThreadPoolExecutor(4) as tabs:
        added = set(tabs.map(add, range(12)))
    assert len(added) == 10
    for one in (uploads, other):
        assert set(names(one)) == added and len(words_of(one, ANNA)) == 10


def test_the_quota_holds_for_all_processes_together(machines: Machines, uploads: Uploads) -> None:
    few = Quota(files=3, characters=3 * len(BREAD), all_bytes=5 * len(BREAD))
    both = machines.another(few), machines.another(few)

    def add(n: int) -> bool:
        try:
            both[n % 2].add(ANNA, f"{n}.txt", f"{BREAD[:-9]}{n}.".encode())
        except UploadError as error:
            assert "at most" in str(error)
            return False
        return True

    with ThreadPoolExecutor(4) as tabs:
        assert sum(tabs.map(add, range(8))) == 3
    assert len(words_of(uploads, ANNA)) == 3
    with pytest.raises(UploadError, match="no space left"):
        for n in range(3):
            both[n % 2].add(BERT, f"{n}.txt", f"{FERRY} {n}".encode())


def test_a_removed_file_is_not_read_while_another_is_still_added(
    uploads: Uploads, other: Uploads, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_index, "BRIEFLY", 0.1)
    uploads.add(ANNA, "a.txt", BREAD.encode())
    slow.let_go.clear()
    slow.begun.clear()
    with ThreadPoolExecutor(1) as tab:
        adding = tab.submit(uploads.add, ANNA, "b.txt", FERRY.encode())
        assert slow.begun.wait(30)
        assert other.remove(ANNA, "a.txt")
        with pytest.raises(StorageBusyError, match=BEING_READ):
            words_of(uploads, ANNA)
        slow.let_go.set()
        adding.result()
    assert eventually(uploads) == [FERRY]


def test_each_process_has_copies_of_its_own_and_finds_them_again(
    tmp_path: Path, database: Address, encoder: FakeEncoder
) -> None:
    folder = tmp_path / "people" / "copies"
    for _ in range(2):
        machines = Machines(tmp_path, database, encoder)
        with machines.opened:
            both = machines.another(), machines.another()
            both[0].add(ANNA, "a.txt", BREAD.encode())
            assert [words_of(one, ANNA) for one in both] == [[BREAD], [BREAD]]
            assert sorted(path.name for path in folder.iterdir()) == ["1", "2"]


def test_a_copy_that_was_damaged_or_lost_is_made_again(
    machines: Machines, uploads: Uploads, tmp_path: Path
) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    copy = tmp_path / "people" / "copies" / "1" / ANNA / "corpus" / "uploads" / "a.txt"
    copy.write_text("something else")
    assert words_of(uploads, ANNA) == [BREAD] and copy.read_text() == BREAD
    copy.unlink()
    copy.with_name("stray.txt").write_text(FERRY)
    assert words_of(uploads, ANNA) == [BREAD]
    assert [path.name for path in copy.parent.iterdir()] == ["a.txt"]


def test_what_was_uploaded_without_a_database_is_moved_into_it(
    machines: Machines, tmp_path: Path, encoder: FakeEncoder
) -> None:
    before = tmp_path / "people" / "uploads"
    files = make_uploads(before, encoder)
    files.add(ANNA, "a.txt", BREAD.encode())
    files.add(BERT, "a.txt", FERRY.encode())
    files.close()
    lists = before / ANNA / "lists"
    lists.mkdir()
    (lists / "questions.csv").write_text("question\n")
    for _ in range(2):
        uploads = machines.another()
        assert words_of(uploads, ANNA) == [BREAD] and words_of(uploads, BERT) == [FERRY]
        assert [path.name for path in before.rglob("*") if path.is_file()] == ["questions.csv"]


def test_a_server_that_is_away_is_told_in_one_line_and_nothing_is_lost(
    uploads: Uploads, cluster: Cluster
) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    cluster.stop("immediate")
    for use in (
        lambda: uploads.list(ANNA),
        lambda: words_of(uploads, ANNA),
        lambda: uploads.add(ANNA, "b.txt", FERRY.encode()),
        lambda: uploads.remove(ANNA, "a.txt"),
    ):
        with pytest.raises(StorageError, match=AWAY):
            use()
    cluster.start()
    assert eventually(uploads) == [BREAD] and names(uploads) == ["a.txt"]


def test_who_has_added_nothing_costs_no_folder(uploads: Uploads, tmp_path: Path) -> None:
    assert words_of(uploads, ANNA) == [] and uploads.list(ANNA) == ()
    assert not (tmp_path / "people" / "copies" / "1" / ANNA).exists()
