"""Addresses of object storage, and the copy of a folder there, with objects kept in memory."""

import threading
from pathlib import Path

import pytest

from index.errors import CorpusError, ObjectsError
from index.reading.address import ObjectFolder, parse_objects, without_file

MemoryFileSystem = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem
PLACE = ObjectFolder("s3", "archive", "news")


@pytest.fixture
def objects():
    system = MemoryFileSystem()
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


def put(objects, path, data=b"text"):
    objects.pipe_file(f"archive/news/{path}", data)


def mirrored(objects, folder, max_bytes=1_000):
    from index.reading.objects import mirror

    refused = mirror(objects, PLACE, folder, max_bytes)
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    return files, dict(refused)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("s3://archive/news/2024", "s3://archive/news/2024"),
        ("s3:/archive/news/", "s3://archive/news"),  # as a Path has it
        ("S3A://archive", None),
        ("s3a://archive", "s3://archive"),
        ("gcs://archive/x", "gs://archive/x"),
        ("az://archive/x", "az://archive/x"),
        ("/home/news", ""),
        ("news:/x", None),
        ("C:/news", ""),
        ("./s3:/x", ""),
        ("file:///srv/news", ""),
        ("s3://", None),
        ("s3://key:word@archive/x", None),
        ("s3://archive/a//b", None),
        ("s3://archive/../b", None),
    ],
)
def test_an_address_is_understood_or_refused(text, expected):
    if expected is None:
        with pytest.raises(ValueError, match="expected") as caught:
            parse_objects(text)
        assert "word" not in str(caught.value)
    else:
        assert str(parse_objects(text) or "") == expected


def test_a_file_address_is_its_folder():
    assert without_file("file:///srv/news") == "/srv/news"
    assert without_file("srv/file:/x") == "srv/file:/x"


def test_the_copy_follows_the_objects(objects, tmp_path):
    folder = tmp_path / "news"
    for path in ("a.txt", "b/c.txt", "b/d/e.html"):
        put(objects, path)
    assert mirrored(objects, folder) == ({"a.txt", "b/c.txt", "b/d/e.html"}, {})
    objects.rm("archive/news/b", recursive=True)
    put(objects, "a.txt", b"other")
    put(objects, "b", b"no suffix: no article, and a folder before")
    assert mirrored(objects, folder) == ({"a.txt", "b"}, {})
    assert (folder / "a.txt").read_bytes() == b"other"


def test_only_what_may_be_an_article_is_fetched(objects, tmp_path, monkeypatch):
    fetched = set()
    real = objects.cat_file
    monkeypatch.setattr(
        objects, "cat_file", lambda path: fetched.add(path.rpartition("/")[2]) or real(path)
    )
    for path in ("a.txt", "a.exe", ".hidden/b.txt", "~$c.docx"):
        put(objects, path)
    put(objects, "large.txt", b"x" * 1_001)
    files, refused = mirrored(objects, tmp_path / "news")
    assert files == {"a.txt", "a.exe", "large.txt", "~$c.docx"} and not refused
    assert fetched == {"a.txt", "~$c.docx"}
    assert (tmp_path / "news" / "large.txt").stat().st_size == 1_001


def test_names_that_no_file_can_have_are_reported(objects, tmp_path):
    put(objects, "a.txt")
    put(objects, f"{'ä' * 120}.txt")
    put(objects, "a\0b.txt")
    files, refused = mirrored(objects, tmp_path / "news")
    assert files == {"a.txt"}
    assert len(refused) == 2 and all("rename the object" in why for why in refused.values())


def test_nothing_is_removed_when_the_folder_is_empty_or_cannot_be_listed(
    objects, tmp_path, monkeypatch
):
    folder = tmp_path / "news"
    put(objects, "a.txt")
    put(objects, "b/c.txt")
    mirrored(objects, folder)

    def ls(path, **options):
        raise PermissionError("403 Forbidden")

    with monkeypatch.context() as patch:
        patch.setattr(objects, "ls", ls)
        with pytest.raises(CorpusError, match="access denied") as caught:
            mirrored(objects, folder)
        assert "\n" not in str(caught.value)
    objects.rm("archive/news", recursive=True)
    with pytest.raises(CorpusError, match="s3://archive/news: no such bucket or folder"):
        mirrored(objects, folder)
    objects.mkdirs("archive/news")
    with pytest.raises(CorpusError, match="s3://archive/news: no objects"):
        mirrored(objects, folder)
    assert (folder / "b/c.txt").read_bytes() == b"text"


def test_a_copy_that_broke_off_is_completed(objects, tmp_path, monkeypatch):
    folder, real, lock = tmp_path / "news", objects.cat_file, threading.Lock()
    for number in range(40):
        put(objects, f"{number}.txt", b"%d" % number)
    fetched = []

    def cat_file(path):
        with lock:
            fetched.append(path)
            if len(fetched) == 20:
                raise OSError("the connection was reset by http://10.0.0.1:9000/archive?x")
        return real(path)

    monkeypatch.setattr(objects, "cat_file", cat_file)
    with pytest.raises(CorpusError, match=r"no answer from http://10\.0\.0\.1:9000; check"):
        mirrored(objects, folder)
    files, _ = mirrored(objects, folder)
    assert len(files) == 40
    assert all((folder / name).read_bytes() == Path(name).stem.encode() for name in files)


def test_a_full_disk_is_told(objects, tmp_path, monkeypatch):
    put(objects, "a.txt")
    (tmp_path / "news").write_bytes(b"in the way")
    with pytest.raises(CorpusError, match="expected room for a copy of s3://archive/news"):
        mirrored(objects, tmp_path / "news")


def answered(status, path="archive/news/page-403.html", body="<x/>"):
    """The words of obstore."""
    return Exception(
        f"Generic S3 error: Error performing GET http://ann:secret@10.0.0.1:9000/{path} in 57ms, after 3 "
        f"retries, max_retries: 3, retry_timeout: 180s  - {status}{body}\n\nDebug source:\nGeneric {{ "
        f'uri: Some(http://ann:secret@10.0.0.1:9000/{path}), status: 500, body: Some("{body}") }}'
    )


@pytest.mark.parametrize(
    "error, told",
    [
        (
            answered("HTTP error: error sending request"),
            "no answer from http://10.0.0.1:9000; check",
        ),
        (
            answered(
                "HTTP error: error sending request", "archive/news/AccessDenied-Forbidden.txt"
            ),
            "no answer from http://10.0.0.1:9000; check",
        ),
        (
            answered("Server returned non-2xx status code: 500 Internal Server Error: "),
            "http://10.0.0.1:9000 answers 500 Internal Server Error; try again later",
        ),
        (
            answered("Server returned non-2xx status code: 429 Too Many Requests: "),
            "http://10.0.0.1:9000 answers 429 Too Many Requests; try again later",
        ),
        (
            answered("Server returned non-2xx status code: 400 Bad Request: "),
            "http://10.0.0.1:9000 answers 400 Bad Request; check the address and the keys",
        ),
        (
            answered(
                "Server returned non-2xx status code: 400 Bad Request: ",
                body="<Code>ExpiredToken</Code>",
            ),
            "access denied; check the keys",
        ),
        (
            answered("Server returned non-2xx status code: 403 Forbidden: ", "a.html"),
            "access denied",
        ),
        (answered("Server returned non-2xx status code: 401 Unauthorized: "), "access denied"),
        (PermissionError("no"), "access denied; check the keys"),
        (
            ValueError("bad endpoint ftp://ann:sec ret@host"),
            "bad endpoint ftp://host; check the address",
        ),
        (TimeoutError(), "TimeoutError; check the address"),
    ],
)
def test_what_the_storage_answers_is_told_in_one_line_without_what_logs_in(
    objects, tmp_path, monkeypatch, error, told
):
    def cat_file(path):
        raise error

    put(objects, "page-403.html")
    monkeypatch.setattr(objects, "cat_file", cat_file)
    with pytest.raises(ObjectsError) as caught:
        mirrored(objects, tmp_path / "news")
    message = str(caught.value)
    assert message.startswith(f"{PLACE}: {told}")
    assert "\n" not in message and "ann" not in message and "ret@" not in message


def test_a_name_that_is_wrong_is_no_fault_of_the_storage(objects, tmp_path):
    objects.mkdirs("archive/news")
    with pytest.raises(CorpusError, match="no objects") as caught:
        mirrored(objects, tmp_path / "news")
    assert not isinstance(caught.value, ObjectsError)
