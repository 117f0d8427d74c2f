"""A check finds every disagreement, and the next sync repairs it."""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

from index.catalog.catalog import Catalog
from index.catalog.sqlite.schema import FILE_NAME
from index.chroma.store import VectorStore
from index.errors import CorpusError, StorageBusyError, StorageError
from index.library import Library
from index.state.writer_lock import writer_lock
from index.sync.check import check
from index.sync.sync import sync
from tests.index.workshop import CONFIG, story


@pytest.fixture
def synced(workshop):
    workshop.sync()
    return workshop


@pytest.fixture(scope="module")
def contents():
    """What a new index of the four articles contains, once a test has built one."""
    return {}


def checked(workshop, recipe=CONFIG):
    """Kind → lines, of what a check finds."""
    found = {}
    report = check(workshop.corpus, workshop.storage, workshop.encoder.fingerprint, recipe)
    for finding in report.findings:
        assert "\n" not in finding.line
        found.setdefault(finding.kind, []).append(finding.line)
    return found


def in_catalog(statement, *values):
    def change(workshop):
        with sqlite3.connect(workshop.storage / FILE_NAME) as db:
            assert db.execute(statement, values).rowcount != 0
        db.close()

    return change


def in_chroma(change):
    def go(workshop):
        with closing(Catalog(workshop.storage)) as catalog:
            name, (ids, rows) = catalog.meta("collection"), next(catalog.vectors.all())
        store = VectorStore(workshop.storage, name)
        change(store, ids, rows)
        store.close()

    return go


def flip(name):
    """Flip the bits of a tenth of a file's bytes, here and there, without a trace in its size and time."""

    def go(workshop):
        file = next(workshop.storage.rglob(name))
        state, data = file.stat(), np.frombuffer(file.read_bytes(), np.uint8).copy()
        data[np.random.default_rng(1).integers(0, len(data), len(data) // 10)] ^= 0xFF
        file.write_bytes(data.tobytes())
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))

    return go


FIRST = "WHERE number = (SELECT MIN(number) FROM passages)"
DAMAGE = {
    "words lost": ("words", in_catalog("DELETE FROM words WHERE rowid = 2")),
    "other words": ("words", in_catalog("UPDATE words SET body = 'x' WHERE rowid = 2")),
    "title lost": ("words", in_catalog("UPDATE words SET title = '' WHERE rowid = 2")),
    "words too many": ("words", in_catalog("INSERT INTO words VALUES ('a', 'b')")),
    "words' index": ("words", in_catalog("DELETE FROM words_data WHERE id > 10")),
    "a whole article's words lost": ("words", in_catalog("DELETE FROM stories WHERE rowid = 1")),
    "a whole article's other words": ("words", in_catalog("UPDATE stories SET body = 'x'")),
    "a whole article too many": ("words", in_catalog("INSERT INTO stories VALUES ('a', 'b')")),
    "whole articles' index": ("words", in_catalog("DELETE FROM stories_data WHERE id > 10")),
    "an article lost": ("article", in_catalog("DELETE FROM articles WHERE path = '1.txt'")),
    "an article's text": ("article", in_catalog("UPDATE articles SET text = substr(text, 2)")),
    "an article's date": ("article", in_catalog("UPDATE articles SET published = 'soon'")),
    "an article's marks": ("article", in_catalog("UPDATE articles SET boilerplate = '[[1'")),
    "a passage lost": ("article", in_catalog(f"DELETE FROM passages {FIRST}")),
    "a passage's place": ("article", in_catalog(f"UPDATE passages SET sentences = '[]' {FIRST}")),
    "a passage's name": ("article", in_catalog(f"UPDATE passages SET ordinal = 7 {FIRST}")),
    "a vector of nothing": ("article", in_catalog(f"UPDATE passages SET vector = '' {FIRST}")),
    "an empty vector": ("article", in_catalog(f"UPDATE passages SET vector = x'' {FIRST}")),
    "a vector cut": ("article", in_catalog(f"UPDATE passages SET vector = x'0102' {FIRST}")),
    "a vector of zeros": ("article", in_catalog("UPDATE passages SET vector = zeroblob(1536)")),
    "a vector exchanged": (
        "article",
        in_catalog(f"UPDATE passages SET vector = (SELECT vector FROM passages LIMIT 1 OFFSET 4) {FIRST}"),
    ),
    "vectors lost": ("chroma", in_chroma(lambda store, ids, rows: store.delete(ids[3:5]))),
    "vectors too many": ("chroma", in_chroma(lambda store, ids, rows: store.upsert(["x"], rows[:1]))),
    "a copy exchanged": ("article", in_chroma(lambda s, ids, rows: s.upsert(ids[:1], rows[1:2]))),
    "chroma gone": ("chroma", lambda workshop: shutil.rmtree(workshop.storage / "chroma")),
    "chroma's bytes": ("chroma", flip("chroma.sqlite3")),
    "the catalog's bytes": ("catalog", flip(FILE_NAME)),
    "another collection": ("chroma", in_catalog("UPDATE meta SET value = 'news_7' WHERE key = 'collection'")),
    "an unfinished sync": ("unfinished", in_catalog("UPDATE meta SET value = 'no' WHERE key = 'complete'")),
    "another recipe": ("settings", in_catalog("UPDATE meta SET value = 'x' WHERE key = 'recipe'")),
    "a new file": ("new", lambda workshop: workshop.write("7.txt", story(7))),
    "a changed file": ("changed", lambda workshop: workshop.write("1.txt", story(8))),
    "a removed file": ("stale", lambda workshop: (workshop.corpus / "1.txt").unlink()),
}  # fmt: skip


def test_after_a_sync_nothing_is_found(synced):
    assert checked(synced) == {}


@pytest.mark.parametrize("kind, damage", DAMAGE.values(), ids=DAMAGE)
def test_it_is_found_and_repaired(synced, tmp_path, contents, kind, damage):
    damage(synced)
    assert kind in checked(synced)
    synced.sync()
    assert checked(synced) == {}
    articles = kind if kind in ("new", "changed", "stale") else "as they were"
    if articles not in contents:
        sync(synced.corpus, tmp_path / "fresh", synced.encoder, CONFIG)
        contents[articles] = synced.contents(tmp_path / "fresh")
    assert synced.contents() == contents[articles]


@pytest.mark.parametrize(
    "damage",
    ["words lost", "an article's text", "a vector of zeros", "vectors lost", "chroma gone"],
)
def test_a_sync_mends_it_also_without_a_check(synced, damage):
    DAMAGE[damage][1](synced)
    synced.sync()
    assert checked(synced) == {}


def test_a_full_sync_mends_what_left_no_trace(synced):
    flip(FILE_NAME)(synced)
    sync(synced.corpus, synced.storage, synced.encoder, CONFIG, full=True)
    assert checked(synced) == {}


def test_only_what_is_damaged_is_embedded_again(synced):
    DAMAGE["a vector of nothing"][1](synced)
    report = synced.sync()
    assert report.added == ("0.txt",)
    assert 0 < report.embedded < report.passages / 2
    assert report.repairs == ("files with damaged parts that have been read again: 1",)


@dataclass
class Hashing:
    """Vectors that depend on the words alone, and cost nothing."""

    fingerprint: str = "hashing"
    dimension: int = 16

    def close(self):
        pass

    def encode(self, texts):
        rows = [np.random.default_rng(list(text.encode())[-60:]).normal(size=16) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), 16)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An index large enough that Chroma keeps its graph in files of its own."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "corpus").mkdir()
    for number in range(150):
        (folder / "corpus" / f"{number}.txt").write_text(story(number, 30))
    sync(folder / "corpus", folder / "storage", Hashing(), CONFIG)
    return folder


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("index_metadata.pickle", "flipped"),
        ("header.bin", "deleted"),
        pytest.param("data_level0.bin", "cut", marks=pytest.mark.slow),
        pytest.param("header.bin", "flipped", marks=pytest.mark.slow),
        pytest.param("index_metadata.pickle", "cut", marks=pytest.mark.slow),
        pytest.param("length.bin", "deleted", marks=pytest.mark.slow),
        pytest.param("link_lists.bin", "flipped", marks=pytest.mark.slow),
    ],
)
def test_a_damaged_file_of_chroma_is_repaired_without_embedding(large, tmp_path, name, how):
    corpus, storage = large / "corpus", tmp_path / "storage"
    shutil.copytree(large / "storage", storage)
    sync(corpus, storage, Hashing(), CONFIG)  # its files are new: this seals them
    (file,) = storage.rglob(name)
    if how == "deleted":
        file.unlink()
    elif how == "cut":
        os.truncate(file, file.stat().st_size // 3)
    else:
        file.write_bytes(bytes(byte ^ 0x55 for byte in file.read_bytes()))
    try:
        Library(corpus, storage, Hashing()).close()
    except StorageError as error:
        assert "run `python -m index sync`" in str(error)
    report = sync(corpus, storage, Hashing(), CONFIG)
    assert len(report.kept) + len(report.added) + len(report.changed) == 150
    assert check(corpus, storage, "hashing", CONFIG).findings == ()


def test_a_file_that_cannot_become_an_article_is_no_disagreement(synced):
    synced.write("binary.txt", b"\0\1\2" * 100)
    synced.write("picture.jpg", b"x")
    assert checked(synced) == {"new": ["'binary.txt': not in the index"]}
    synced.sync()
    assert checked(synced) == {}


def test_while_a_sync_runs_there_is_no_telling(synced):
    with writer_lock(synced.storage), pytest.raises(StorageBusyError, match="wait for it"):
        checked(synced)


def test_without_a_folder_there_is_no_telling(synced):
    shutil.rmtree(synced.corpus)
    with pytest.raises(CorpusError, match="no such folder"):
        checked(synced)


def test_a_folder_that_was_never_synced_is_left_alone(workshop):
    assert list(checked(workshop)) == ["catalog"]
    assert not workshop.storage.exists()
