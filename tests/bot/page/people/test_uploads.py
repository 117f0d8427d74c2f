import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.page.people import upload_index as own_index
from bot.page.people import uploads as all_uploads
from bot.page.people.upload_index import BEING_READ, UNREADABLE
from bot.page.people.uploads import Quota, Uploads
from index.errors import ModelError, StorageBusyError, StorageError, UploadError
from index.settings import ROOT
from index.state.writer_lock import writer_lock
from tests.bot.page.people.user_files import BREAD, FERRY, Slow, make_uploads, words_of
from tests.index.fake_encoder import FakeEncoder
from tests.index.formats.hostile import CASES, ROWS, SOUND, sound
from tests.index.formats.makers import make_json_lines, make_zip

ANNA, BERT = "anna-01", "bert-02"
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


@pytest.fixture(scope="module")
def encoder() -> FakeEncoder:
    """An encoder without a model: what files say is tested with the engine."""
    return FakeEncoder()


@pytest.fixture
def slow() -> Iterator[Slow]:
    """Holds up syncs; let go at the end, whatever the test has left."""
    slow = Slow()
    yield slow
    slow.let_go.set()


@pytest.fixture
def uploads(tmp_path: Path, encoder: FakeEncoder, slow: Slow) -> Iterator[Uploads]:
    """An empty place for everybody's files."""
    uploads = make_uploads(tmp_path / "uploads", encoder, slow=slow)
    yield uploads
    uploads.close()


def names(uploads: Uploads, owner: str = ANNA) -> list[str]:
    return [one.name for one in uploads.list(owner)]


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 30
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    return holds()


def test_a_file_is_listed_with_its_article_and_can_be_read(uploads: Uploads) -> None:
    added = uploads.add(ANNA, "C:\\bread.txt", BREAD.encode())
    assert (added.name, added.articles, added.size) == ("bread.txt", 1, len(BREAD))
    assert uploads.list(ANNA) == (added,)
    with uploads.opened(ANNA) as library:
        assert library is not None
        article = library.catalog.articles.at("uploads/bread.txt")
    assert article is not None and article.text == BREAD
    assert (article.id, article.title) == (added.id, added.title)


def test_nobody_else_on_the_machine_can_read_them(uploads: Uploads, tmp_path: Path) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    assert (tmp_path / "uploads" / ANNA).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("suffix", SOUND)
def test_every_format_is_taken(uploads: Uploads, suffix: str) -> None:
    added = uploads.add(ANNA, f"file{suffix}", sound(suffix))
    assert added.articles >= 1 and not added.refused
    assert len(words_of(uploads, ANNA)) == added.articles
    assert bool(added.id) == (added.articles == 1)


def test_what_of_a_file_is_no_article_is_told(uploads: Uploads) -> None:
    data = make_zip({"a.txt": BREAD, "b.exe": "MZ", "c.json": "{"})
    added = uploads.add(ANNA, "week.zip", data)
    assert added.articles == 1
    assert {path for path, _ in added.refused} == {
        "uploads/week.zip//b.exe",
        "uploads/week.zip//c.json",
    }
    assert uploads.list(ANNA)[0].refused == added.refused


@pytest.mark.parametrize("case", sorted(CASES)[::160])
def test_a_hostile_file_is_read_or_refused_in_one_line_and_not_kept(
    uploads: Uploads, tmp_path: Path, case: str
) -> None:
    try:
        added = uploads.add(ANNA, case, CASES[case]())
    except UploadError as error:
        assert "\n" not in str(error) and str(tmp_path) not in str(error) and len(str(error)) < 600
        assert not list((tmp_path / "uploads").rglob("*.*"))
        assert uploads.list(ANNA) == ()
    else:
        assert added.articles == len(words_of(uploads, ANNA)) >= 1


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\0" * 100, b"...!?"])
def test_a_file_without_words_is_refused(uploads: Uploads, data: bytes) -> None:
    with pytest.raises(UploadError, match=r"a\.txt: "):
        uploads.add(ANNA, "a.txt", data)
    assert uploads.list(ANNA) == ()


def test_the_same_file_is_kept_once_and_another_of_its_name_gets_a_number(uploads: Uploads) -> None:
    first = uploads.add(ANNA, "a.txt", BREAD.encode())
    again = uploads.add(ANNA, "copy.txt", BREAD.encode())
    assert (again.name, again.id, first.known, again.known) == ("a.txt", first.id, False, True)
    assert uploads.add(ANNA, "A.txt", FERRY.encode()).name == "A (2).txt"
    assert words_of(uploads, ANNA) == [FERRY, BREAD]


def test_nobody_sees_anothers_files(uploads: Uploads) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    uploads.add(BERT, "a.txt", FERRY.encode())
    assert words_of(uploads, ANNA) == [BREAD]
    assert words_of(uploads, BERT) == [FERRY]
    assert uploads.remove(BERT, "a.txt")
    assert names(uploads) == ["a.txt"] and not uploads.list(BERT)


@pytest.mark.parametrize("owner", ["", "..", "../anna-01", "Anna", "an", "a/b", "a" * 65, "anna\n"])
def test_what_is_no_owner_reaches_no_folder(uploads: Uploads, tmp_path: Path, owner: str) -> None:
    for act in (
        lambda: uploads.add(owner, "a.txt", BREAD.encode()),
        lambda: uploads.list(owner),
        lambda: uploads.remove(owner, "a.txt"),
        lambda: uploads.corpus(owner),
    ):
        with pytest.raises(UploadError, match="not an owner"):
            act()
    assert not list(tmp_path.iterdir())


def test_whoever_has_added_nothing_costs_nothing(uploads: Uploads, tmp_path: Path) -> None:
    assert uploads.list(ANNA) == () and not uploads.remove(ANNA, "a.txt")
    with uploads.opened(ANNA) as library, uploads.opened("") as nobody:
        assert library is None and nobody is None
    assert not list(tmp_path.iterdir())


def test_what_is_removed_is_gone_from_index_and_disk(uploads: Uploads, tmp_path: Path) -> None:
    for _ in range(2):  # a folder that has gone can be made again
        uploads.add(ANNA, "a.txt", BREAD.encode())
        uploads.add(ANNA, "b.txt", FERRY.encode())
        assert uploads.remove(ANNA, "a.txt") and not uploads.remove(ANNA, "a.txt")
        assert words_of(uploads, ANNA) == [FERRY]
        assert uploads.remove(ANNA, "b.txt")
        assert uploads.list(ANNA) == () and not words_of(uploads, ANNA)
        assert not list((tmp_path / "uploads").iterdir())


def test_a_list_of_questions_stays_when_the_last_file_is_removed(uploads: Uploads) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    kept = uploads.corpus(ANNA).with_name("lists") / "answers.csv"
    kept.parent.mkdir()
    kept.write_text("question,answer")
    assert uploads.remove(ANNA, "a.txt")
    assert kept.read_text() == "question,answer"
    assert not uploads.corpus(ANNA).exists()


@pytest.mark.parametrize(
    ("quota", "line"),
    [
        (Quota(files=1), "at most 1;"),
        (Quota(own_bytes=len(BREAD) + 20), "in all your files"),
        (Quota(characters=len(BREAD) + 20), "characters in all your files"),
        (Quota(all_bytes=len(BREAD) + 20), "no space left"),
    ],
)
def test_more_than_the_quota_is_refused_and_leaves_all_as_it_was(
    tmp_path: Path, encoder: FakeEncoder, quota: Quota, line: str
) -> None:
    uploads = make_uploads(tmp_path, encoder, quota)
    uploads.add(ANNA, "a.txt", BREAD.encode())
    with pytest.raises(UploadError, match=line):
        uploads.add(ANNA, "b.txt", FERRY.encode())
    assert names(uploads) == ["a.txt"] and words_of(uploads, ANNA) == [BREAD]
    if quota.all_bytes == Quota().all_bytes:
        assert uploads.add(BERT, "b.txt", FERRY.encode()).articles == 1
    assert uploads.remove(ANNA, "a.txt")
    assert uploads.add(ANNA, "b.txt", FERRY.encode()).articles == 1
    uploads.close()


def test_a_small_archive_of_much_text_is_refused(tmp_path: Path, encoder: FakeEncoder) -> None:
    uploads = make_uploads(tmp_path, encoder, Quota(characters=100_000))
    with pytest.raises(UploadError, match="too much text"):
        uploads.add(ANNA, "bomb.zip", make_zip({"a.txt": f"{BREAD} " * 2_000}))
    assert uploads.list(ANNA) == ()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    uploads = make_uploads(tmp_path, encoder, Quota(own_bytes=50))
    assert uploads.largest == 50
    with pytest.raises(UploadError, match=r"a\.txt: expected at most"):
        uploads.add(ANNA, "a.txt", BREAD.encode())


def test_two_tabs_that_add_at_once_lose_nothing(uploads: Uploads) -> None:
    with ThreadPoolExecutor(6) as tabs:
        added = list(
            tabs.map(
                lambda n: uploads.add(ANNA, "a.txt", f"{BREAD} Loaf {n % 5}.".encode()), range(6)
            )
        )
    assert sorted(names(uploads)) == sorted({one.name for one in added})
    assert len(words_of(uploads, ANNA)) == 5 and sum(one.known for one in added) == 1


def test_the_index_is_read_as_it_stands_while_a_file_is_added(uploads: Uploads, slow: Slow) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    slow.let_go.clear()
    slow.begun.clear()
    with ThreadPoolExecutor(1) as tab:
        adding = tab.submit(uploads.add, ANNA, "b.txt", FERRY.encode())
        assert slow.begun.wait(30)
        began = time.monotonic()
        assert words_of(uploads, ANNA) == [BREAD]
        assert time.monotonic() - began < 1.5
        slow.let_go.set()
        adding.result()
    assert words_of(uploads, ANNA) == [BREAD, FERRY]


def test_the_first_file_is_told_to_be_on_its_way(
    uploads: Uploads, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_index, "BRIEFLY", 0.1)
    monkeypatch.setattr(own_index, "PATIENCE", 0.1)
    slow.let_go.clear()
    with ThreadPoolExecutor(1) as tab:
        adding = tab.submit(uploads.add, ANNA, "a.txt", BREAD.encode())
        assert slow.begun.wait(30)
        with pytest.raises(StorageBusyError, match=BEING_READ), uploads.opened(ANNA):
            pass
        assert uploads.list(ANNA)[0].refused == (("a.txt", BEING_READ),)
        with pytest.raises(StorageBusyError, match=BEING_READ):
            uploads.remove(ANNA, "a.txt")
        slow.let_go.set()
        assert adding.result().name == "a.txt"
    assert eventually(lambda: words_of(uploads, ANNA) == [BREAD])


def test_an_index_that_another_program_writes_tells_so_and_keeps_nothing(
    uploads: Uploads, tmp_path: Path
) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    with (
        writer_lock(tmp_path / "uploads" / ANNA / "index"),
        pytest.raises(StorageBusyError, match=BEING_READ),
    ):
        uploads.add(ANNA, "b.txt", FERRY.encode())
    assert names(uploads) == ["a.txt"] and words_of(uploads, ANNA) == [BREAD]


def test_what_fails_within_leaves_all_as_it_was(
    uploads: Uploads, slow: Slow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken() -> None:
        raise ModelError("the model is gone")

    monkeypatch.setattr(slow, "wait", broken)
    with pytest.raises(ModelError):
        uploads.add(ANNA, "a.txt", BREAD.encode())
    assert not list((tmp_path / "uploads").iterdir())
    monkeypatch.undo()
    assert uploads.add(ANNA, "a.txt", BREAD.encode()).articles == 1


def test_a_file_that_a_killed_program_left_unindexed_is_found_when_opened(
    uploads: Uploads, tmp_path: Path, encoder: FakeEncoder
) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    uploads.close()
    folder = tmp_path / "uploads" / ANNA / "corpus" / "uploads"
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text(FERRY)
    (folder / ".0123.part").write_text("half")
    after = make_uploads(tmp_path / "uploads", encoder)
    assert words_of(after, ANNA) == [FERRY]
    assert names(after) == ["b.txt"] and not list(folder.glob(".*"))
    (folder / "b.txt").unlink()
    after.close()
    last = make_uploads(tmp_path / "uploads", encoder)
    assert not words_of(last, ANNA)
    assert not (tmp_path / "uploads" / ANNA / "index").exists()


_KILLED = """
import sys
from pathlib import Path
from tests.bot.page.people.user_files import make_uploads
from tests.index.fake_encoder import FakeEncoder
uploads = make_uploads(Path(sys.argv[1]), FakeEncoder())
print("begun", flush=True)
for n in range(100):
    uploads.add("anna-01", f"{n}.txt", f"The loaf number {n} weighs {500 + n} grams.".encode())
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_a_program_killed_while_it_adds_leaves_whole_files_and_an_index_of_them(
    tmp_path: Path, encoder: FakeEncoder, after: int
) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "uploads")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        told = [program.stdout.readline() for _ in range(after + 1)]
        assert told[0] == "begun\n"
        time.sleep(0.05)  # into the next one
        program.send_signal(signal.SIGKILL)
        program.wait()
        done = after + len(program.stdout.read().splitlines())
    uploads = make_uploads(tmp_path / "uploads", encoder)
    assert eventually(lambda: all(one.articles == 1 for one in uploads.list(ANNA)))
    kept = {one.name for one in uploads.list(ANNA)}
    assert {f"{n}.txt" for n in range(done)} <= kept <= {f"{n}.txt" for n in range(done + 1)}
    assert len(words_of(uploads, ANNA)) == len(kept)
    assert uploads.add(ANNA, "last.txt", BREAD.encode()).articles == 1
    uploads.close()


def damaged_catalog(index: Path) -> None:
    (index / "catalog.sqlite3").write_bytes(b"no database at all" * 100)


def emptied_catalog(index: Path) -> None:
    with sqlite3.connect(index / "catalog.sqlite3") as db:
        db.execute("DROP TABLE articles")
    db.close()


def lost_chroma(index: Path) -> None:
    shutil.rmtree(index / "chroma")


@pytest.mark.parametrize("harm", [damaged_catalog, emptied_catalog, lost_chroma, shutil.rmtree])
def test_a_damaged_index_is_made_again_of_the_files(
    uploads: Uploads, tmp_path: Path, encoder: FakeEncoder, harm: Callable[[Path], None]
) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    uploads.close()
    harm(tmp_path / "uploads" / ANNA / "index")
    after = make_uploads(tmp_path / "uploads", encoder)
    assert eventually(lambda: after.list(ANNA)[0].articles == 1)
    assert words_of(after, ANNA) == [BREAD]
    after.close()


def test_an_index_damaged_while_it_is_open_is_made_again(uploads: Uploads, tmp_path: Path) -> None:
    uploads.add(ANNA, "a.txt", BREAD.encode())
    with pytest.raises(StorageError, match=UNREADABLE), uploads.opened(ANNA):
        raise StorageError("/some/where: Chroma failed")
    left = tmp_path / "uploads" / ANNA / "index" / "left"
    left.touch()
    assert words_of(uploads, ANNA) == [BREAD] and not left.exists()


def test_few_are_held_open(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_uploads, "OPEN_AT_ONCE", 2)
    for n in range(5):
        uploads.add(f"person-{n}", "a.txt", BREAD.encode())
    assert sum(index.is_open for index in uploads._indexes.values()) == 2
    before = threading.active_count()
    assert words_of(uploads, "person-0") == [BREAD]
    assert threading.active_count() <= before


def test_rows_are_counted_as_articles(uploads: Uploads) -> None:
    assert uploads.add(ANNA, "rows.jsonl", make_json_lines(ROWS)).articles == len(ROWS)
