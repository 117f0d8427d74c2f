"""Chroma as a copy of the catalog's vectors: searched, reopened, discarded."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.chroma.store import VectorStore
from index.errors import StorageError

ROOT = Path(__file__).resolve().parents[3]
WRITE = """
import sys
from pathlib import Path
import numpy as np
from index.chroma.store import VectorStore
store = VectorStore(Path(sys.argv[1]), "news_1", create=True)
store.upsert(["late"], np.eye(16, dtype=np.float32)[15:])
store.close()
"""


def unit_vectors(count, dimension=16):
    rows = np.random.default_rng(5).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def store(tmp_path):
    store = VectorStore(tmp_path, "news_1", create=True)
    yield store
    store.close()


def test_a_search_gives_cosine_similarities_best_first(store):
    vectors = unit_vectors(50)
    store.upsert([f"p{n}" for n in range(50)], vectors)
    expected = sorted(
        ((float(row @ vectors[7]), f"p{n}") for n, row in enumerate(vectors)), reverse=True
    )
    found = store.query(vectors[7], 10)
    assert [key for key, _ in found] == [key for _, key in expected[:10]]
    assert [score for _, score in found] == pytest.approx([s for s, _ in expected[:10]], abs=1e-5)


def test_ties_come_in_the_order_of_their_ids(store):
    vectors = np.repeat(unit_vectors(1), 20, axis=0)
    store.upsert([f"p{n:02}" for n in reversed(range(20))], vectors)
    assert [key for key, _ in store.query(vectors[0], 20)] == [f"p{n:02}" for n in range(20)]


def test_an_empty_store_finds_nothing(store):
    assert store.count() == 0
    assert store.query(unit_vectors(1)[0], 5) == []
    assert store.is_sound(0, np.empty((0, 0), np.float32))
    store.upsert([], unit_vectors(0))
    store.delete([])


def test_more_than_it_holds_may_be_asked_for(store):
    store.upsert(["a", "b"], unit_vectors(2))
    assert len(store.query(unit_vectors(1)[0], 100)) == 2


def test_writing_twice_replaces_and_deleting_twice_is_no_error(store):
    one, other = unit_vectors(2)
    store.upsert(["a"], one[None])
    store.upsert(["a"], other[None])
    assert store.query(other, 1) == [("a", pytest.approx(1, abs=1e-5))]
    store.delete(["a", "never"])
    store.delete(["a"])
    assert store.count() == 0


def test_what_was_written_is_there_when_opened_again(store, tmp_path):
    store.upsert(["a", "b"], unit_vectors(2))
    store.close()
    again = VectorStore(tmp_path, "news_1")
    assert again.is_sound(2, unit_vectors(2))
    again.close()


def test_more_than_chroma_takes_at_once_can_be_written_and_deleted(store):
    keys = [f"p{n}" for n in range(6000)]
    store.upsert(keys, unit_vectors(6000))
    assert store.is_sound(6000, unit_vectors(6000)[::1000])
    store.delete(keys)
    assert store.count() == 0


def test_index_files_that_were_lost_are_noticed(store, tmp_path):
    vectors = unit_vectors(2500)
    store.upsert([f"p{n}" for n in range(2500)], vectors)
    assert store.is_sound(2500, vectors[::400])
    store.close()
    lost = list((tmp_path / "chroma").rglob("*.bin"))
    assert lost
    for file in lost:
        file.unlink()
    again = VectorStore(tmp_path, "news_1")
    assert not again.is_sound(2500, vectors[::400])
    again.close()


def test_filling_forgets_what_was_there(store):
    store.upsert(["old"], unit_vectors(1))
    store.fill([(["a"], unit_vectors(1)), (["b"], unit_vectors(1))])
    assert [key for key, _ in store.query(unit_vectors(1)[0], 9)] == ["a", "b"]


def test_other_collections_can_be_dropped(store, tmp_path):
    store.upsert(["a"], unit_vectors(1))
    other = VectorStore(tmp_path, "news_2", create=True)
    other.drop_others()
    other.close()
    with pytest.raises(StorageError, match="the collection was replaced by another process"):
        store.count()


def test_a_reader_sees_another_process_after_reopening(store, tmp_path):
    store.upsert(["early"], np.eye(16, dtype=np.float32)[:1])
    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], cwd=ROOT, check=True, timeout=60)
    store.reopen("news_1")
    assert {key for key, _ in store.query(np.eye(16, dtype=np.float32)[15], 5)} == {"early", "late"}


def test_reopening_leaves_no_files_open(store):
    store.upsert(["a"], unit_vectors(1))
    store.query(unit_vectors(1)[0], 1)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        store.reopen("news_1")
        store.query(unit_vectors(1)[0], 1)
    assert len(os.listdir("/proc/self/fd")) < before + 20


def test_closing_one_store_leaves_others_open(store, tmp_path):
    store.upsert(["a"], unit_vectors(1))
    VectorStore(tmp_path / "elsewhere", "news_1", create=True).close()
    VectorStore(tmp_path, "news_1").close()
    assert store.query(unit_vectors(1)[0], 1)


@pytest.mark.parametrize(
    "spoil, reason",
    [
        (lambda chroma: shutil.rmtree(chroma), "missing"),
        (
            lambda chroma: (chroma / "chroma.sqlite3").write_bytes(b"garbage " * 999),
            "Chroma failed",
        ),
        (lambda chroma: None, "the collection was replaced"),
    ],
    ids=["gone", "garbage", "other collection"],
)
def test_what_cannot_be_opened_is_told_in_one_line(store, tmp_path, spoil, reason):
    store.close()
    spoil(tmp_path / "chroma")
    with pytest.raises(StorageError, match=reason) as caught:
        VectorStore(tmp_path, "news_9")
    assert "\n" not in str(caught.value)
    assert "run `python -m index sync`" in str(caught.value)


def test_a_vector_of_another_size_is_told_in_one_line(store):
    store.upsert(["a"], unit_vectors(1))
    with pytest.raises(StorageError, match="dimension") as caught:
        store.query(unit_vectors(1, 8)[0], 1)
    assert "\n" not in str(caught.value)
