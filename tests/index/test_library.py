"""An open index follows other writers, and rejects the index of another corpus or model."""

import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from index.catalog.catalog import Catalog
from index.catalog.selection import Selection
from index.catalog.sqlite.schema import FILE_NAME
from index.chroma.lock import ChromaLock
from index.chroma.store import VectorStore
from index.errors import CorpusError, StorageError, UnreachableError
from index.library import Library
from index.state.index_state import IndexState, Trust
from index.sync.sync import sync
from tests.index.workshop import CONFIG, CountingEncoder, story


@pytest.fixture
def library(workshop):
    workshop.sync()
    library = workshop.library()
    yield library
    library.close()


def found(library, words, k=50):
    ids = [key for key, _ in library.dense(library.embed(words), k)]
    return [library.catalog.articles.passages([key])[key][1].path for key in ids]


def test_it_finds_by_meaning_and_by_words(library, workshop):
    assert found(library, "What does town 2 pay for its crossing?", 3)
    ((key, score), *_) = library.catalog.full_text.passages(["town", "2"], 5).every
    assert library.catalog.articles.passages([key])[key][1].path == "2.txt"
    assert score > 0


def test_the_same_question_gives_the_same_order(library):
    vector = library.embed("the bridge")
    assert library.dense(vector, 20) == library.dense(vector, 20)


def test_the_order_is_that_of_the_catalogs_vectors_however_roughly_the_copy_searches(
    library, monkeypatch
):
    vector = library.embed("the bridge of town 2")
    exact = library.dense(vector, 5)
    search = VectorStore.query

    def rough(store, asked, k):
        found = search(store, asked, k)
        return [(key, near + 0.1 * (n % 3)) for n, (key, near) in enumerate(reversed(found))]

    monkeypatch.setattr(VectorStore, "query", rough)
    assert library.dense(vector, 5) == exact
    assert library.dense(vector, 5, within=Selection(words="txt")) == exact


def test_a_passage_that_was_removed_since_is_not_passed_over_in_silence(library, monkeypatch):
    search = VectorStore.query
    monkeypatch.setattr(
        VectorStore, "query", lambda store, asked, k: [("gone", 0.99), *search(store, asked, k)]
    )
    assert library.dense(library.embed("the bridge"), 3)[0] == ("gone", 0.99)


def test_a_reader_follows_a_sync_of_another_process(library, workshop):
    assert not library.refresh()
    workshop.write(
        "new.txt", "Otters return\n\nA family of otters was seen in the harbour of Oban on Sunday."
    )
    (workshop.corpus / "1.txt").unlink()
    workshop.sync_elsewhere()
    assert library.refresh()
    assert not library.refresh()
    assert found(library, "otters in the harbour")[0] == "new.txt"
    assert "1.txt" not in found(library, "the bridge of town 1")
    assert {article.path for article in library.catalog.articles.all()} == {
        "0.txt",
        "2.txt",
        "3.txt",
        "new.txt",
    }


def test_a_reader_follows_a_repair_of_another_process(library, workshop):
    before = library.dense(library.embed("the bridge"), 50)
    with sqlite3.connect(workshop.storage / FILE_NAME) as db:
        db.execute("UPDATE meta SET value = 0 WHERE key = 'chroma_generation'")
    db.close()
    workshop.sync_elsewhere()
    assert library.catalog.meta("collection") == "news_2"
    # no refresh: the collection goes in the middle of a question
    assert library.dense(library.embed("the bridge"), 50) == before


def test_a_reader_follows_a_catalog_that_was_begun_again(library, workshop):
    before = library.dense(library.embed("the bridge"), 50)
    (workshop.storage / FILE_NAME).write_bytes(b"garbage" * 999)
    workshop.write("9.txt", story(9))
    assert workshop.sync().repairs
    assert library.refresh()
    after = library.dense(library.embed("the bridge"), 50)
    assert set(before) < set(after)
    assert len(library.catalog.articles.all()) == 5


def test_a_reader_goes_on_when_the_folder_was_made_anew(library, workshop):
    shutil.rmtree(workshop.storage)
    (workshop.corpus / "1.txt").unlink()
    workshop.sync()
    assert library.refresh()
    assert "1.txt" not in found(library, "the bridge of town 1")


def test_a_reader_follows_many_syncs_in_the_same_process(library, workshop):
    for number in range(10, 14):
        workshop.write(f"{number}.txt", story(number))
        workshop.sync()
        assert library.refresh()
        assert f"{number}.txt" in found(library, f"town {number}", 100)


def test_an_index_of_another_folder_is_refused(workshop, make_corpus):
    workshop.sync()
    other = make_corpus({"a.txt": "words"}, "other")
    with pytest.raises(StorageError, match=r"asked for .*other; name another --storage") as caught:
        Library(other, workshop.storage, workshop.encoder)
    assert str(workshop.corpus) in str(caught.value)


def test_the_same_folder_by_another_way_is_accepted(workshop, tmp_path):
    workshop.sync()
    (tmp_path / "link").symlink_to(workshop.corpus)
    Library(tmp_path / "link", workshop.storage, workshop.encoder).close()
    Library(workshop.corpus / ".." / "corpus", workshop.storage, workshop.encoder).close()


def test_another_model_is_refused(workshop):
    workshop.sync()
    other = CountingEncoder(workshop.encoder.real, fingerprint="another")
    with pytest.raises(StorageError, match="another embedding model; run `python -m index sync`"):
        Library(workshop.corpus, workshop.storage, other)


def test_an_index_that_becomes_another_models_is_refused_from_then_on(library, workshop):
    with sqlite3.connect(workshop.storage / FILE_NAME) as db:
        db.execute("UPDATE meta SET value = 'another' WHERE key = 'encoder'")
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
    db.close()
    with pytest.raises(StorageError, match="another embedding model"):
        library.refresh()


@pytest.mark.parametrize("spoil", ["gone", "emptied", "nothing searchable"])
def test_lost_vectors_are_told_with_the_remedy(workshop, spoil):
    workshop.sync()
    chroma = workshop.storage / "chroma"
    if spoil == "gone":
        shutil.rmtree(chroma)
    elif spoil == "emptied":
        (chroma / "chroma.sqlite3").write_bytes(b"")
    else:
        with sqlite3.connect(chroma / "chroma.sqlite3") as db:
            db.execute("DELETE FROM embeddings_queue")
        db.close()
    with pytest.raises(StorageError, match=r"run `python -m index sync` to rebuild it") as caught:
        workshop.library()
    assert "\n" not in str(caught.value)
    assert workshop.sync().repaired
    workshop.library().close()


def test_no_index_at_all_is_told_with_the_remedy(workshop):
    with pytest.raises(StorageError, match="no index here; run `python -m index sync` first"):
        workshop.library()
    assert not workshop.storage.exists()


def test_an_index_of_files_read_in_another_way_is_refused(workshop):
    workshop.sync()
    with closing(Catalog(workshop.storage)) as catalog:
        catalog.set_meta("recipe", "0/160/40/x")
    with pytest.raises(StorageError, match=r"another version.*index sync"):
        workshop.library()


def test_hundreds_of_copies_of_one_article_are_no_damage(workshop):
    for number in range(300):
        workshop.write(f"copies/{number}.txt", story(1))
    workshop.sync()
    workshop.library().close()
    assert not workshop.sync().repaired


def test_an_index_without_an_article_is_refused(workshop):
    for path in workshop.corpus.iterdir():
        path.unlink()
    workshop.write("only.txt", b"\0\1\2" * 100)
    with pytest.raises(CorpusError):
        workshop.sync()
    with pytest.raises(StorageError, match="index sync"):
        workshop.library()


def test_a_sync_that_was_stopped_is_told(workshop, monkeypatch):
    workshop.sync()
    assert workshop.library().is_complete
    workshop.write("new.txt", story(77))
    monkeypatch.setattr(workshop.encoder, "encode", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG)
    with closing(workshop.library()) as library:
        assert not library.is_complete
    monkeypatch.undo()
    workshop.sync()
    with closing(workshop.library()) as library:
        assert library.is_complete


def interrupted(texts):
    raise KeyboardInterrupt


def test_while_another_is_at_chroma_s_files_words_are_searched_and_then_all_is_seen(
    library, workshop, monkeypatch
):
    monkeypatch.setattr("index.library.RETRY", 0.0)
    vector = library.embed("What does town 9 pay?")
    workshop.write("9.txt", story(9))
    workshop.sync_elsewhere()
    with ChromaLock(workshop.storage / "chroma.lock", 1.0):
        assert library.refresh()  # sees that the index has moved on, and cannot follow in Chroma
        with pytest.raises(UnreachableError, match="another process has used Chroma's files"):
            library.dense(vector, 5)
        assert library.catalog.full_text.passages(["bridge"], 3).every
    assert "9.txt" in found(library, "What does town 9 pay?", 50)


def test_threads_that_wait_together_lose_and_find_it_together(library, workshop, monkeypatch):
    monkeypatch.setattr("index.library.RETRY", 0.0)
    vector, raised = library.embed("the bridge"), []

    def ask():
        try:
            library.dense(vector, 5)
        except StorageError as error:
            raised.append(error)

    with ChromaLock(workshop.storage / "chroma.lock", 1.0):
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [type(error) for error in raised] == [UnreachableError] * 3
    assert IndexState(workshop.storage).trust() >= Trust.CLEAN  # nobody reported damage
    assert library.dense(vector, 5)


def test_it_closes_also_while_another_is_at_chroma_s_files(workshop):
    workshop.sync()
    library = workshop.library()
    with ChromaLock(workshop.storage / "chroma.lock", 1.0):
        library.close()
    with closing(workshop.library()) as again:
        assert found(again, "the bridge", 3)
