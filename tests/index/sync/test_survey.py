"""A file is read again exactly when it may have changed."""

import os

import pytest

import index.sync.survey
from index.catalog.records import KnownFile
from index.errors import CorpusError
from index.sync.survey import survey

LIMIT = 1000


@pytest.fixture
def corpus(make_corpus, monkeypatch):
    monkeypatch.setattr(index.sync.survey, "REST", -10.0)  # whatever lies there counts as at rest
    return make_corpus({"a.txt": "one", "b/c.md": "two", "d.jpg": b"x"})


@pytest.fixture
def reads(monkeypatch):
    """The files that were read."""
    paths, real = [], index.sync.survey.read_bytes

    def read(root, path, max_bytes):
        paths.append(path)
        return real(root, path, max_bytes)

    monkeypatch.setattr(index.sync.survey, "read_bytes", read)
    return paths


def known(found):
    return {
        path: KnownFile(path, sha256, "", (), found.states[path])
        for path, sha256 in found.files.items()
    }


def test_what_has_not_changed_is_not_read_again(corpus, tmp_path, reads):
    first = survey(corpus, tmp_path / "s", LIMIT)
    assert reads == ["a.txt", "b/c.md"]
    assert [path for path, _ in first.skipped] == ["d.jpg"]
    again = survey(corpus, tmp_path / "s", LIMIT, known(first))
    assert reads == ["a.txt", "b/c.md"]
    assert again == first


@pytest.mark.parametrize(
    "change",
    [
        lambda file: file.write_text("longer"),
        lambda file: (file.write_text("eno"), os.utime(file, ns=(7, 7))),
        lambda file: file.chmod(0o600),
        lambda file: (file.with_name("new").write_text("eno"), file.with_name("new").replace(file)),
    ],
    ids=["size", "time set back", "rights", "another in its place"],
)
def test_what_may_have_changed_is_read(corpus, tmp_path, reads, change):
    os.utime(corpus / "a.txt", ns=(7, 7))
    first = survey(corpus, tmp_path / "s", LIMIT)
    reads.clear()
    change(corpus / "a.txt")
    again = survey(corpus, tmp_path / "s", LIMIT, known(first))
    assert reads == ["a.txt"]
    assert again.states["a.txt"] != first.states["a.txt"]


def test_a_file_that_was_not_at_rest_is_read_again(corpus, tmp_path, reads, monkeypatch):
    monkeypatch.setattr(index.sync.survey, "REST", 2.0)
    first = survey(corpus, tmp_path / "s", LIMIT)
    assert set(first.states.values()) == {""}
    survey(corpus, tmp_path / "s", LIMIT, known(first))
    assert reads == ["a.txt", "b/c.md"] * 2


def test_a_link_and_a_file_grown_too_large_are_never_believed(corpus, tmp_path, reads):
    (corpus / "l.txt").symlink_to("a.txt")
    first = survey(corpus, tmp_path / "s", LIMIT)
    assert first.states["l.txt"] == ""
    reads.clear()
    (corpus / "z.txt").write_text("z")
    smaller = survey(corpus, tmp_path / "s", 1, known(first))
    assert {path for path, _ in smaller.skipped} >= {"a.txt", "l.txt"}
    assert list(smaller.files) == ["z.txt"]


def test_a_folder_of_nothing_is_refused(make_corpus, tmp_path):
    with pytest.raises(CorpusError, match="no articles"):
        survey(make_corpus({"a.png": b"x"}), tmp_path, LIMIT)
    with pytest.raises(CorpusError, match="no such folder"):
        survey(tmp_path / "no", tmp_path, LIMIT)
