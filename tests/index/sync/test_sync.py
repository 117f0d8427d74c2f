"""A folder becomes an index, incrementally, whatever happens during a sync."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

import index.sync.survey
import index.sync.sync
import index.sync.work.batches
from index.catalog.sqlite.schema import FILE_NAME, VERSION
from index.chroma.store import VectorStore
from index.errors import CorpusError, StorageBusyError, StorageError
from index.formats.limits import Limits
from index.reading.folder import read_bytes
from index.state.writer_lock import writer_lock
from index.sync.sync import sync
from tests.index.workshop import CONFIG, ROOT, SYNC_ELSEWHERE, story


def rebuilt(workshop, tmp_path):
    """What a fresh index of the same folder holds."""
    fresh = tmp_path / "fresh"
    sync(workshop.corpus, fresh, workshop.encoder, CONFIG)
    return workshop.contents(fresh)


def test_the_first_sync_takes_in_everything(workshop):
    report = workshop.sync()
    assert report.added == ("0.txt", "1.txt", "2.txt", "3.txt")
    assert (report.changed, report.removed, report.kept, report.skipped) == ((), (), (), ())
    assert report.passages == report.embedded == len(workshop.encoder.texts) > 4
    assert not report.repaired
    contents = workshop.contents()
    assert contents["chroma"] == sorted(contents["vectors"])
    assert contents["in step"]


def test_a_second_sync_embeds_nothing(workshop):
    workshop.sync()
    before = workshop.contents()
    report = workshop.sync()
    assert report.kept == ("0.txt", "1.txt", "2.txt", "3.txt")
    assert (report.added, report.changed, report.removed, report.embedded) == ((), (), (), 0)
    assert workshop.encoder.texts == []
    assert not report.repaired
    assert workshop.contents() == before


def test_a_touched_file_is_kept(workshop):
    workshop.sync()
    os.utime(workshop.corpus / "1.txt", (0, 0))
    assert len(workshop.sync().kept) == 4
    assert workshop.encoder.texts == []


def test_add_change_remove_and_keep_in_one_run(workshop, tmp_path):
    workshop.sync()
    workshop.write("new/7.md", story(7))
    workshop.write("1.txt", story(1) + "\n\nA late word.")
    (workshop.corpus / "2.txt").unlink()
    report = workshop.sync()
    assert report.added == ("new/7.md",)
    assert report.changed == ("1.txt",)
    assert report.removed == ("2.txt",)
    assert report.kept == ("0.txt", "3.txt")
    assert report.embedded == len(workshop.encoder.texts)
    assert not any("town 0 " in text or "town 3 " in text for text in workshop.encoder.texts)
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_a_renamed_file_is_found_under_its_new_name_only(workshop, tmp_path):
    workshop.sync()
    (workshop.corpus / "1.txt").rename(workshop.corpus / "renamed.txt")
    report = workshop.sync()
    assert (report.added, report.removed) == (("renamed.txt",), ("1.txt",))
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_two_files_of_the_same_words_are_two_articles(workshop, tmp_path):
    workshop.write("copy.txt", story(1))
    report = workshop.sync()
    assert len(report.added) == 5
    assert workshop.contents()["count"] == report.passages
    (workshop.corpus / "1.txt").unlink()
    workshop.sync()
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_any_history_ends_in_the_index_of_a_fresh_build(workshop, tmp_path, monkeypatch):
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 5)
    dice = random.Random(7)
    for _ in range(6):
        for _ in range(3):
            number = dice.randrange(8)
            file = workshop.corpus / f"{number}.txt"
            if file.exists() and dice.random() < 0.5 and len(list(workshop.corpus.iterdir())) > 1:
                file.unlink()
            else:
                workshop.write(f"{number}.txt", story(number, dice.randrange(1, 20)))
        workshop.sync()
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_another_recipe_does_everything_again(workshop):
    workshop.sync()
    report = workshop.sync(replace(CONFIG, passage_words=90))
    assert report.changed == ("0.txt", "1.txt", "2.txt", "3.txt")
    assert report.embedded == report.passages == len(workshop.encoder.texts)
    contents = workshop.contents()
    assert contents["chroma"] == sorted(contents["vectors"])
    assert not report.repaired
    assert workshop.sync(replace(CONFIG, passage_words=90)).embedded == 0


def test_another_model_even_of_another_size_does_everything_again(workshop):
    workshop.sync()
    real = workshop.encoder.encode
    workshop.encoder.encode = lambda texts: real(texts)[:, :4]
    workshop.encoder.fingerprint = "another"
    report = workshop.sync()
    assert report.embedded == report.passages
    contents = workshop.contents()
    assert {len(vector) for vector in contents["vectors"].values()} == {16}
    assert contents["count"] == report.passages


def test_the_old_passages_answer_until_the_new_ones_stand(workshop, tmp_path, monkeypatch):
    # Nothing is damaged here, and each probe of an unfinished index starts a process.
    monkeypatch.setattr("index.state.index_state.can_be_opened", lambda *_: True)
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 1)
    workshop.sync()
    other = replace(CONFIG, passage_words=90)
    seen = []

    def look(done, of):
        library = workshop.library()
        seen.append(len(library.catalog.articles.all()))
        assert library.dense(library.embed("the bridge"), 50)
        assert not library.is_complete
        library.close()
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(workshop.corpus, workshop.storage, workshop.encoder, other, look)
    assert seen == [4, 4]
    report = workshop.sync(other)
    assert (len(report.changed), len(report.kept), report.repaired) == (2, 2, False)
    fresh = tmp_path / "fresh"
    sync(workshop.corpus, fresh, workshop.encoder, other)
    assert workshop.contents() == workshop.contents(fresh)


def test_chroma_that_fails_in_the_middle_is_filled_again_at_the_end(
    workshop, tmp_path, monkeypatch
):
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 1)
    upsert, calls = VectorStore.upsert, []

    def fail_once(store, ids, vectors):
        calls.append(ids)
        if len(calls) == 2:
            raise StorageError("Failed to apply logs to the metadata segment")
        upsert(store, ids, vectors)

    monkeypatch.setattr(VectorStore, "upsert", fail_once)
    report = workshop.sync()
    assert (len(report.added), report.repaired) == (4, True)
    assert report.embedded == report.passages
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_with_nothing_to_do_neither_files_nor_chroma_are_opened(workshop, monkeypatch):
    monkeypatch.setattr(index.sync.survey, "REST", 0.0)
    workshop.sync()
    workshop.sync()

    def unwanted(*_, **__):
        raise AssertionError("not to be opened")

    monkeypatch.setattr(index.sync.survey, "read_bytes", unwanted)
    monkeypatch.setattr("index.sync.sync.open_replica", unwanted)
    assert len(workshop.sync().kept) == 4


def test_a_limit_on_size_is_no_part_of_the_recipe(workshop):
    workshop.write("large.txt", story(9) * 20)
    workshop.sync()
    report = workshop.sync(replace(CONFIG, limits=Limits(max_bytes=5000)))
    assert (report.removed, report.embedded, len(report.kept)) == (("large.txt",), 0, 4)


# -- folders and files that cannot be read --


def test_a_missing_folder_leaves_the_index_untouched(workshop):
    workshop.sync()
    before = workshop.contents()
    shutil.move(workshop.corpus, workshop.corpus.with_name("gone"))
    with pytest.raises(CorpusError, match="no such folder; expected a folder of articles"):
        workshop.sync()
    assert workshop.contents() == before


def test_a_file_in_place_of_the_folder_is_no_corpus(workshop, tmp_path):
    file = workshop.write("../file.txt", "words")
    with pytest.raises(CorpusError, match="no such folder"):
        sync(file, workshop.storage, workshop.encoder, CONFIG)
    assert not workshop.storage.exists()


@pytest.mark.parametrize(
    "leftover",
    [{}, {"a.png": b"x"}, {"README.md": b"x"}, {"a.txt": b"\0\1\2"}, {"a.txt": b""}, {".a.txt": b"x"}],
    ids=["empty", "picture", "readme", "binary", "no words", "hidden"],
)  # fmt: skip
def test_a_folder_without_articles_leaves_the_index_untouched(workshop, leftover):
    workshop.sync()
    before = workshop.contents()
    for file in workshop.corpus.iterdir():
        file.unlink()
    for path, content in leftover.items():
        workshop.write(path, content)
    with pytest.raises(CorpusError, match=r"no articles; expected files of \.txt, \.md") as caught:
        workshop.sync()
    assert "\n" not in str(caught.value)
    assert workshop.contents() == before


def test_every_file_turned_to_garbage_leaves_the_index_untouched(workshop):
    workshop.sync()
    before = workshop.contents()
    for number in range(4):
        workshop.write(f"{number}.txt", b"\0\1\2\3" * 100)
    with pytest.raises(CorpusError, match=r"skipped '0\.txt': binary data"):
        workshop.sync()
    assert workshop.contents() == before


def test_what_cannot_be_read_is_skipped_and_named(workshop, tmp_path):
    (tmp_path / "outside.txt").write_text("secret words")
    corpus = workshop.corpus
    workshop.write("binary.txt", bytes(range(256)) * 10)
    workshop.write("empty.md", "")
    workshop.write("large.txt", "x" * 100_001)
    workshop.write("picture.jpg", b"\xff\xd8\xff")
    workshop.write("folder.txt/inner.txt", story(8))
    (corpus / "dangling.txt").symlink_to("nowhere.txt")
    (corpus / "outside.txt").symlink_to(tmp_path / "outside.txt")
    (corpus / "linked").symlink_to(tmp_path)
    os.mkfifo(corpus / "pipe.txt")
    (corpus / os.fsdecode(b"caf\xe9.txt")).write_text("words")
    report = workshop.sync()
    reasons = dict(report.skipped)
    assert set(report.added) == {"0.txt", "1.txt", "2.txt", "3.txt", "folder.txt/inner.txt"}
    assert reasons.keys() == {
        "binary.txt", "empty.md", "large.txt", "picture.jpg", "dangling.txt", "outside.txt", "linked",
        "pipe.txt", "caf\udce9.txt",
    }  # fmt: skip
    assert reasons["binary.txt"] == "binary data: expected text"
    assert reasons["large.txt"].startswith("0.1 MB: expected at most 0.1 MB")
    assert reasons["pipe.txt"] == "not a regular file"
    assert reasons["outside.txt"].startswith("a link out of the corpus")
    assert len(workshop.contents()["articles"]) == 5
    again = workshop.sync()
    assert (again.skipped, again.embedded) == (report.skipped, 0)


def test_an_article_that_turns_to_garbage_leaves_the_index(workshop):
    workshop.sync()
    workshop.write("1.txt", b"\0\1\2\3" * 100)
    report = workshop.sync()
    assert report.removed == ("1.txt",)
    assert report.changed == ()
    assert [path for path, _ in report.skipped] == ["1.txt"]
    assert {article.path for article in workshop.contents()["articles"]} == {
        "0.txt",
        "2.txt",
        "3.txt",
    }


@pytest.mark.parametrize("known", [False, True], ids=["new", "changed"])
def test_a_file_that_vanishes_while_syncing_is_skipped(workshop, monkeypatch, known):
    if known:
        workshop.sync()
    workshop.write("1.txt", story(11))
    seen = []

    def read_then_lose(root, path, max_bytes):
        if path == "1.txt" and path in seen:
            (root / path).unlink()
        seen.append(path)
        return read_bytes(root, path, max_bytes)

    for module in (index.sync.survey, index.sync.work.batches):
        monkeypatch.setattr(module, "read_bytes", read_then_lose)
    report = workshop.sync()
    assert report.skipped == (("1.txt", "No such file or directory"),)
    assert "1.txt" not in (*report.added, *report.changed, *report.kept)
    assert report.removed == (("1.txt",) if known else ())
    assert "1.txt" not in {article.path for article in workshop.contents()["articles"]}


def test_a_file_that_changes_while_syncing_is_done_again_next_time(workshop, monkeypatch, tmp_path):
    seen = []

    def read_then_change(root, path, max_bytes):
        if path == "1.txt" and path in seen:
            (root / path).write_text(story(99))
        seen.append(path)
        return read_bytes(root, path, max_bytes)

    with monkeypatch.context() as patch:
        for module in (index.sync.survey, index.sync.work.batches):
            patch.setattr(module, "read_bytes", read_then_change)
        workshop.sync()
    assert workshop.sync().embedded == 0
    assert workshop.contents() == rebuilt(workshop, tmp_path)


# -- storage that is damaged --


def damage_files(folder, change):
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        change(file)


DAMAGE = {
    "folder gone": lambda chroma: shutil.rmtree(chroma),
    "files gone": lambda chroma: damage_files(chroma, Path.unlink),
    "files cut short": lambda c: damage_files(c, lambda f: os.truncate(f, f.stat().st_size // 2)),
    "files emptied": lambda chroma: damage_files(chroma, lambda f: os.truncate(f, 0)),
    "garbage": lambda c: damage_files(c, lambda f: f.write_bytes(b"\xa5" * f.stat().st_size)),
    "a file in its place": lambda chroma: (shutil.rmtree(chroma), chroma.touch()),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damaged_chroma_is_filled_again_without_embedding(workshop, damage):
    workshop.sync()
    before = workshop.contents()
    damage(workshop.storage / "chroma")
    report = workshop.sync()
    assert report.repaired
    assert workshop.encoder.texts == []
    assert workshop.contents() == before
    assert not workshop.sync().repaired


def test_a_vector_lost_from_chroma_is_noticed(workshop):
    workshop.sync()
    before = workshop.contents()
    store = VectorStore(workshop.storage, "news_1")
    store.delete(before["chroma"][:1])
    store.close()
    assert workshop.sync().repaired
    assert workshop.contents() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"garbage " * 4000),
        lambda file: os.truncate(file, file.stat().st_size // 2),
        lambda file: os.truncate(file, 100),
        lambda file: file.write_bytes(b"\xff" * 100 + file.read_bytes()[100:]),
        lambda file: change(file, "DROP TABLE passages"),
        lambda file: change(file, "DELETE FROM words_data WHERE id = 10"),
        lambda file: change(file, "PRAGMA user_version = 0"),
    ],
    ids=["garbage", "half", "stub", "header", "a table lost", "full-text index", "no version"],
)
def test_a_damaged_catalog_is_set_aside_and_begun_again(workshop, tmp_path, damage):
    workshop.sync()
    file = workshop.storage / FILE_NAME
    damage(file)
    spoilt = file.read_bytes()
    report = workshop.sync()
    assert (len(report.added), len(report.repairs)) == (4, 1)
    assert "rebuilt, the old file is catalog.sqlite3.damaged" in report.repairs[0]
    assert "\n" not in report.repairs[0]
    assert file.with_name(f"{FILE_NAME}.damaged").read_bytes() == spoilt
    assert workshop.contents() == rebuilt(workshop, tmp_path)
    assert workshop.sync().embedded == 0


def change(file, statement):
    with sqlite3.connect(file) as db:
        db.execute(statement)
    db.close()


def test_a_catalog_of_a_newer_version_is_refused_and_left_alone(workshop):
    workshop.sync()
    with sqlite3.connect(workshop.storage / FILE_NAME) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(StorageError, match="index of version 9"):
        workshop.sync()
    with sqlite3.connect(workshop.storage / FILE_NAME) as db:
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.close()
    assert workshop.sync().embedded == 0


def test_a_lost_catalog_starts_over_beside_an_old_chroma(workshop, tmp_path):
    workshop.sync()
    for file in workshop.storage.glob(f"{FILE_NAME}*"):
        file.unlink()
    (workshop.corpus / "3.txt").unlink()
    assert len(workshop.sync().added) == 3
    assert workshop.contents() == rebuilt(workshop, tmp_path)


# -- runs that are stopped --


def test_a_second_writer_is_refused(workshop):
    workshop.sync()
    with writer_lock(workshop.storage), pytest.raises(StorageBusyError, match="another process"):
        workshop.sync()
    assert workshop.sync().embedded == 0


def test_a_second_writer_is_refused_while_another_process_syncs(workshop):
    for number in range(60):
        workshop.write(f"{number}.txt", story(number))
    process = begin_elsewhere(workshop)
    process.stdout.readline()
    with pytest.raises(StorageBusyError):
        workshop.sync()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert workshop.sync().embedded == 0


def test_a_run_stopped_between_batches_leaves_a_usable_index(workshop, monkeypatch, tmp_path):
    monkeypatch.setattr("index.sync.sync.BATCH_PASSAGES", 1)

    def stop(done, of):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(workshop.corpus, workshop.storage, workshop.encoder, CONFIG, stop)
    library = workshop.library()
    assert len(library.catalog.articles.all()) == 2
    assert (
        len(library.dense(library.embed("the bridge"), 50)) == library.catalog.articles.counts()[1]
    )
    library.close()
    report = workshop.sync()
    assert (len(report.kept), len(report.added), report.repaired) == (2, 2, False)
    assert workshop.contents() == rebuilt(workshop, tmp_path)


@pytest.mark.parametrize("step", ["delete", "upsert"])
def test_a_run_that_dies_between_catalog_and_chroma_is_repaired(
    workshop, monkeypatch, tmp_path, step
):
    workshop.sync()
    workshop.write("1.txt", story(21))

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, step, die)
        with pytest.raises(KeyboardInterrupt):
            workshop.sync()
    report = workshop.sync()
    assert (report.repaired, report.embedded) == (True, 0)
    assert workshop.contents() == rebuilt(workshop, tmp_path)


def test_a_repair_that_dies_half_way_is_begun_again(workshop, monkeypatch):
    workshop.sync()
    before = workshop.contents()
    shutil.rmtree(workshop.storage / "chroma")
    upsert = VectorStore.upsert

    def store_half_and_die(store, ids, vectors):
        upsert(store, [f"stale-{key}" for key in ids[:2]], vectors[:2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(VectorStore, "upsert", store_half_and_die)
        with pytest.raises(KeyboardInterrupt):
            workshop.sync()
    assert workshop.sync().repaired
    assert workshop.contents() == before


def begin_elsewhere(workshop):
    return subprocess.Popen(
        [sys.executable, "-c", SYNC_ELSEWHERE, str(workshop.corpus), str(workshop.storage), "4"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_a_killed_run_is_finished_by_the_next(workshop, tmp_path, seed):
    dice = random.Random(seed)
    for number in range(60):
        workshop.write(f"{number}.txt", story(number, 5))
    process = begin_elsewhere(workshop)
    for _ in range(dice.randrange(1, 8)):
        process.stdout.readline()
    time.sleep(dice.random() / 20)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    report = workshop.sync()
    assert 0 < len(report.kept) < 60
    assert len(report.added) == 60 - len(report.kept)
    assert workshop.contents() == rebuilt(workshop, tmp_path)


# -- size --


def test_nothing_to_do_in_two_thousand_files_takes_a_moment(workshop, monkeypatch):
    for number in range(2000):
        workshop.write(f"{number % 20}/{number}.txt", f"Town {number}\n\nThe minister came to it.")
    blank = workshop.encoder.real.encode(["x"])
    monkeypatch.setattr(workshop.encoder, "encode", lambda texts: blank.repeat(len(texts), 0))
    assert len(workshop.sync().added) == 2004
    began = time.monotonic()
    assert len(workshop.sync().kept) == 2004
    assert time.monotonic() - began < 5


def test_the_real_articles_are_taken_in_whole(workshop, real_corpus):
    report = sync(real_corpus, workshop.storage, workshop.encoder, CONFIG)
    assert (len(report.added), report.skipped) == (5, ())
    assert sync(real_corpus, workshop.storage, workshop.encoder, CONFIG).embedded == 0


def test_an_index_inside_the_corpus_is_no_article_of_it(workshop, encoder):
    inside = workshop.corpus / "index of ours"
    for _ in range(2):
        report = sync(workshop.corpus, inside, encoder, CONFIG)
        assert not any("index of ours" in path for path, _ in report.skipped)
    assert not report.added
