"""A sync of any folder finishes: each file is read or reported with a reason."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.formats.limits import Limits
from index.models.encoder import Encoder
from index.reading.articles import Contents, parse_file
from index.sync.sync import sync
from tests.index.formats.hostile import CASES, SECRET, STORY
from tests.index.workshop import CONFIG

# Small, so that what is to be refused is refused soon.
LIMITS = Limits(unpacked_bytes=5_000_000, pages=2000, seconds=2, memory_bytes=1_000_000_000)
SLOW = ("bomb.pdf", "forms-28.pdf")
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")


def check(contents: Contents) -> None:
    """Something is told of every file, in one line; what is read can be stored, shown and read again."""
    assert contents.articles or contents.refused
    for path, reason in contents.refused:
        assert path.partition("//")[0] == contents.path
        assert reason and "\n" not in reason and len(reason) < 500
        assert "Traceback" not in reason
    for article in contents.articles:
        assert article.file == contents.path
        assert article.text.encode("utf-8").strip() and article.title.encode("utf-8").strip()
        assert SECRET not in article.text and "root:" not in article.text
        assert not article.pages or article.pages[0] == 0
        assert list(article.pages) == sorted(article.pages)
        assert all(span.end <= len(article.text) for span in article.boilerplate)


def test_there_are_more_than_five_hundred_of_them():
    assert len(CASES) > 500


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_read_or_named(name):
    began = time.monotonic()
    data = CASES[name]()
    contents = parse_file(name, data, LIMITS)
    check(contents)
    took = time.monotonic() - began
    assert took < 60
    if took < 1:
        assert parse_file(name, data, LIMITS) == contents


class NoEncoder(Encoder):
    """Vectors for nothing: what is tested is not the model."""

    dimension = 8

    def __init__(self) -> None:
        self.fingerprint = "none"

    def encode(self, texts):
        vectors = (
            np.random.default_rng(0).normal(size=(len(texts), self.dimension)).astype(np.float32)
        )
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def close(self):
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Every hostile file in one folder, with what the file system itself can do, and one good article."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "more.txt").write_text(SECRET)
    for name, make in CASES.items():
        data = make()
        if len(data) < 200_000 and name not in SLOW:  # the others are tested above, one by one
            (corpus / name).write_bytes(data)
    (corpus / "good.txt").write_text(STORY)
    (corpus / "line\nbreak.txt").write_text(STORY)
    (corpus / "\x1b[2J.txt").write_text(STORY)
    (corpus / "..txt").write_text(STORY)
    (corpus / "...txt").write_text(STORY)
    (corpus / "a b\t'\"$;&.txt").write_text(STORY)
    (corpus / ("n" * 250 + ".txt")).write_text(STORY)
    (corpus / os.fsdecode(b"\xff\xfe.txt")).write_text(STORY)
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "up.txt").symlink_to("../secret.txt")
    (corpus / "passwd.txt").symlink_to("/etc/passwd")
    (corpus / "memory.txt").symlink_to("/proc/self/mem")
    (corpus / "zero.txt").symlink_to("/dev/zero")
    (corpus / "linked").symlink_to(tmp_path / "outside")
    (corpus / "loop.txt").symlink_to("loop.txt")
    (corpus / "around").symlink_to(corpus)
    (corpus / "nowhere.txt").symlink_to("nothing.txt")
    (corpus / "a.txt.d").mkdir()
    (corpus / "folder.txt").mkdir()
    os.mkfifo(corpus / "pipe.txt")
    os.mkfifo(corpus / "pipe.pdf")
    with socket.socket(socket.AF_UNIX) as listener:
        before = os.getcwd()
        os.chdir(corpus)  # the path of a socket must be short
        try:
            listener.bind("socket.txt")
        finally:
            os.chdir(before)
        yield corpus


@pytest.mark.filterwarnings("ignore:unclosed")
def test_a_folder_of_all_of_them_is_synced(folder, tmp_path, monkeypatch):
    opened: list[str] = []
    real = os.open

    def watched(path, *rest):
        opened.append(str(path))
        return real(path, *rest)

    monkeypatch.setattr("index.reading.folder.os.open", watched)
    recipe = type(CONFIG)(60, 15, LIMITS)
    report = sync(folder, tmp_path / "storage", NoEncoder(), recipe)
    reasons = dict(report.skipped)
    told = {path.partition("//")[0] for path in (*report.added, *reasons)}
    expected = {
        Path(base, name).relative_to(folder).as_posix()
        for base, names, files in os.walk(folder)
        for name in (*files, *(n for n in names if os.path.islink(os.path.join(base, n))))
        if not name.startswith(".")
    }
    assert told == expected
    assert "good.txt" in report.added and "line\nbreak.txt" in report.added
    for name in ("link.txt", "up.txt", "passwd.txt", "memory.txt", "zero.txt", "linked"):
        assert reasons[name] == "a link out of the corpus: expected a file within it"
    for name in ("pipe.txt", "pipe.pdf", "around"):
        assert reasons[name] == "not a regular file"
    assert reasons["socket.txt"]
    assert not any("secret" in path or "passwd" in path or "outside" in path for path in opened)
    again = sync(folder, tmp_path / "storage", NoEncoder(), recipe)
    assert (again.embedded, again.added, again.changed, again.removed) == (0, (), (), ())
    assert again.skipped == report.skipped


def test_a_file_that_may_not_be_read_is_named():
    import tempfile

    from index.errors import UnreadableError
    from index.reading.folder import list_files, read_bytes

    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        corpus = Path(name)
        corpus.chmod(0o755)
        (corpus / "mine.txt").write_text(STORY)
        (corpus / "mine.txt").chmod(0o000)
        (corpus / "closed").mkdir(mode=0o000)
        root = os.geteuid() == 0
        try:
            if root:
                os.seteuid(65534)  # root may read everything
            assert list(list_files(corpus)) == ["mine.txt", "closed"]
            for path in ("mine.txt", "closed"):
                with pytest.raises(UnreadableError, match="Permission denied"):
                    read_bytes(corpus, path, 1000)
        finally:
            if root:
                os.seteuid(0)


# -- one line of 200 MB --


def test_a_line_of_two_hundred_megabytes_is_refused_at_once(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "good.txt").write_text(STORY)
    with (corpus / "line.txt").open("wb") as file:
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    began = time.monotonic()
    report = sync(corpus, tmp_path / "storage", NoEncoder(), type(CONFIG)(60, 15, Limits()))
    assert time.monotonic() - began < 20
    assert report.skipped == (
        ("line.txt", "200.0 MB: expected at most 20 MB; raise BYLINE_MAX_FILE_MB"),
    )
    assert report.added == ("good.txt",)


@pytest.mark.parametrize("pattern", [b"x", b"word ", b"A word. ", b"a-b, ", b"1 ", b"(\"' "])
def test_time_stays_linear_in_the_length_of_a_line(pattern):
    from index.text.passages import split_passages

    def seconds(size):
        data = pattern * (size // len(pattern)) + b" end"
        began = time.process_time()
        for article in parse_file("a.txt", data).articles:
            split_passages(article, 60, 15)
        return time.process_time() - began

    small = seconds(250_000)
    assert seconds(2_000_000) < 8 * 4 * small + 1
