"""A corpus on an S3 server: synced, asked, changed; wrong names and keys are told in one line."""

import json
import os
from pathlib import Path

import pytest

from index.__main__ import main
from index.catalog.sqlite.schema import FILE_NAME
from tests.index.reading.objects.server import BUCKET, serving
from tests.index.sync.work.tables import tables
from tests.index.workshop import story


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


@pytest.fixture
def bucket(server, monkeypatch):
    """The server's empty bucket, with its keys in the environment."""
    server.reset()
    for name in [name for name in os.environ if name.startswith(("AWS_", "BYLINE_"))]:
        monkeypatch.delenv(name)
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    return server


def run(storage: Path, *words: str, corpus: str = f"s3://{BUCKET}/news") -> int:
    return main([words[0], "--corpus", corpus, "--storage", str(storage), *words[1:]])


def synced(storage, capsys, corpus=f"s3://{BUCKET}/news"):
    code = run(storage, "sync", corpus=corpus)
    told = capsys.readouterr()
    assert code == 0, told.err
    return told.out


def test_the_index_is_that_of_the_same_files(bucket, tmp_path, capsys):
    files = {f"{n % 3}/{n}.txt": story(n) for n in range(12)} | {"a b ä.html": "<p>Some words.</p>"}
    for path, text in files.items():
        bucket.put(f"news/{path}", text)
    bucket.put("newspaper/other.txt", story(50))
    out = synced(tmp_path / "there", capsys)
    assert out.startswith("13 added")
    folder = tmp_path / "news"
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    assert main(["sync", "--corpus", str(folder), "--storage", str(tmp_path / "here")]) == 0
    there, here = (tables(tmp_path / name / FILE_NAME) for name in ("there", "here"))
    for found in (there, here):  # where the files are
        found["meta"] = [row for row in found["meta"] if row[0] != "corpus"]
    assert there == here
    assert run(tmp_path / "there", "check") == 0


def test_only_what_has_changed_is_fetched_and_indexed(bucket, tmp_path, capsys):
    for n in range(6):
        bucket.put(f"news/{n}.txt", story(n))
    synced(tmp_path, capsys)
    copies = {file: file.stat().st_ino for file in (tmp_path / "objects" / "news").iterdir()}
    assert synced(tmp_path, capsys).startswith("0 added, 0 changed, 0 removed, 6 kept")
    bucket.put("news/1.txt", story(30))
    bucket.put("news/7.txt", story(7))
    bucket.remove("news/2.txt")
    assert synced(tmp_path, capsys).startswith("1 added, 1 changed, 1 removed, 4 kept")
    fetched = {
        file.name for file, inode in copies.items() if file.exists() and file.stat().st_ino != inode
    }
    assert fetched == {"1.txt"}
    assert run(tmp_path, "check") == 0


def test_a_copy_that_was_changed_or_removed_is_fetched_again(bucket, tmp_path, capsys):
    for n in range(3):
        bucket.put(f"news/{n}.txt", story(n))
    synced(tmp_path, capsys)
    (tmp_path / "objects" / "news" / "0.txt").write_text("Something else")
    (tmp_path / "objects" / "news" / "1.txt").unlink()
    assert synced(tmp_path, capsys).startswith("0 added, 0 changed, 0 removed, 3 kept")
    assert (tmp_path / "objects" / "news" / "0.txt").read_text("utf-8") == story(0)


def test_a_quote_is_verified_without_the_server(bucket, tmp_path, capsys, monkeypatch):
    from bot.build import build_engine
    from index.settings import load_settings

    bucket.put("news/bridge.txt", story(4))
    synced(tmp_path, capsys)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings = load_settings(corpus=f"s3://{BUCKET}/news", storage=tmp_path, strictness="lenient")
    engine = build_engine(settings)
    try:
        answer = engine.answer("What would part 3 of the bridge of town 4 cost?")
    finally:
        engine.close()
    assert [citation.file for citation in answer.citations] == ["bridge.txt"]


def test_what_cannot_be_read_is_listed_as_for_a_folder(bucket, tmp_path, capsys, monkeypatch):
    bucket.put("news/a.txt", story(1))
    bucket.put("news/a.exe", b"MZ" * 100)
    bucket.put("news/.hidden/b.txt", story(2))
    bucket.put("news/large.txt", b"x" * 300_000)
    bucket.put(f"news/{'n' * 250}.txt", story(3))
    monkeypatch.setenv("BYLINE_MAX_FILE_MB", "0.2")
    out = synced(tmp_path, capsys)
    assert out.startswith("1 added")
    skipped = [line for line in out.splitlines() if line.startswith("skipped")]
    assert len(skipped) == 3
    assert "'a.exe'" in skipped[0] and "0.3 MB: expected at most 0.2 MB" in skipped[1]
    assert "rename the object" in skipped[2]
    assert (tmp_path / "objects" / "news" / "large.txt").stat().st_blocks == 0


@pytest.mark.parametrize(
    "corpus, variables, told",
    [
        ("s3://missing/news", {}, "s3://missing/news: no such bucket; check its name"),
        (f"s3://{BUCKET}/olds", {}, f"s3://{BUCKET}/olds: no such bucket or folder; check its name"),
        (f"s3://{BUCKET}/ne", {}, f"s3://{BUCKET}/ne: no such bucket or folder; check its name"),
        (f"s3://{BUCKET}/news", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "no answer from http://127.0.0.1:9"),
        (f"s3:///{BUCKET}?/news", {}, "expected the name of a bucket"),
        ("ftp://host/news", {}, "expected a folder, or an address with s3://"),
    ],
)  # fmt: skip
def test_a_wrong_place_is_told_in_one_line_and_nothing_is_lost(
    bucket, tmp_path, capsys, monkeypatch, corpus, variables, told
):
    bucket.put("news/a.txt", story(1))
    synced(tmp_path, capsys)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(tmp_path, "sync", corpus=corpus) == 2
    line = capsys.readouterr().err
    assert told in line and line.count("\n") == 1 and "secret-word" not in line
    for name, value in bucket.variables.items():
        monkeypatch.setenv(name, value)
    assert "1 kept" in synced(tmp_path, capsys)


def test_wrong_keys_are_told_in_one_line(bucket, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        "obstore.fsspec.FsspecStore.ls",
        lambda *_, **__: (_ for _ in ()).throw(
            PermissionError("403 Forbidden: InvalidAccessKeyId")
        ),
    )
    assert run(tmp_path, "sync") == 2
    assert capsys.readouterr().err == (
        f"index sync: s3://{BUCKET}/news: access denied; check the keys in the environment\n"
    )


def test_a_listing_that_fails_in_the_middle_removes_nothing(bucket, tmp_path, capsys, monkeypatch):
    from obstore.fsspec import FsspecStore

    for n in range(4):
        bucket.put(f"news/{n % 2}/{n}.txt", story(n))
    synced(tmp_path, capsys)
    real = FsspecStore.ls

    def ls(self, path, **options):
        if path.endswith("/1"):
            raise OSError("the connection was reset")
        return real(self, path, **options)

    monkeypatch.setattr(FsspecStore, "ls", ls)
    assert run(tmp_path, "sync") == 2
    capsys.readouterr()
    monkeypatch.undo()
    held = json.loads((tmp_path / "objects" / "news.json").read_text("utf-8"))
    assert len(held["objects"]) == 4
    assert run(tmp_path, "check", corpus=str(tmp_path / "objects" / "news")) == 0
