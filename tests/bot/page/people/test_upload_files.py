import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.page.people.upload_files import LONGEST_NAME, UploadFiles, safe_name
from bot.page.web.guard import is_served
from index.errors import UploadError
from index.formats.registry import SUFFIXES, suffix_of
from index.reading.folder import list_files

hostile_text = st.text(st.characters(), max_size=150) | st.text(
    st.sampled_from('ab .:/\\*?"<>|_-\0\n\r\t\u202e\u200d\u0301\ud800😀éİ中'), max_size=150
)


@given(hostile_text, st.sampled_from(SUFFIXES))
@example("../../etc/passwd", ".txt")
@example("CON", ".txt")
@example("nul.tar", ".zip")
@example("." * 100, ".md")
@example("😀" * 100, ".jsonl")
@example("a" * 300, ".html")
def test_any_name_becomes_one_that_a_folder_can_hold(text: str, suffix: str) -> None:
    try:
        name = safe_name(text + suffix)
    except UploadError as error:
        assert "\n" not in str(error)
        return
    assert name == safe_name(name) == unicodedata.normalize("NFC", name)
    assert len(name.encode()) <= LONGEST_NAME
    assert Path(name).name == name and not name.startswith(".")
    assert suffix_of(name) == suffix
    assert not {unicodedata.category(c) for c in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert is_served(f"/api/uploads/{name}")  # or it could never be removed again


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("story.txt", "story.txt"),
        ("C:\\Users\\me\\story.TXT", "story.TXT"),
        ("../../etc/passwd.md", "passwd.md"),
        ("..hidden.txt", "hidden.txt"),
        ("a..b.txt", "a.b.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1.old.txt", "_LPT1.old.txt"),
        ("Re: what?.eml", "Re_ what_.eml"),
        ("cafe\u0301.txt", "café.txt"),
        ("gnp\u202etxt.txt", "gnp_txt.txt"),
        ("two\nlines.txt", "two lines.txt"),
        ("نامه\u200cها.txt", "نامه\u200cها.txt"),
    ],
)
def test_a_name_stays_as_like_itself_as_it_can(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.mark.parametrize("name", ["", ".", "..", "/", "story", ".txt", "run.exe", "a.txt/", "\0"])
def test_a_name_of_no_format_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UploadError, match=r"expected one of \.txt, \.md"):
        safe_name(name)


@given(st.lists(st.tuples(hostile_text, st.binary(max_size=4)), max_size=8))
def test_every_file_is_kept_under_a_name_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, added: list[tuple[str, bytes]]
) -> None:
    files = UploadFiles(tmp_path_factory.mktemp("own") / "corpus" / "uploads")
    kept = dict[str, bytes]()
    for text, data in added:
        try:
            name = files.free(safe_name(f"{text}.txt"))
        except UploadError:
            continue
        files.keep(name, data)
        kept[name] = data
    assert {path.name: path.read_bytes() for path in files.paths()} == kept
    assert len({name.casefold() for name in kept}) == len(kept)
    assert all(len(name.encode()) <= LONGEST_NAME for name in kept)
    # a sync sees the same
    seen = list(list_files(files.folder.parent)) if kept else []
    assert sorted(seen) == sorted(f"uploads/{name}" for name in kept)


def test_the_same_bytes_are_found_by_format(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path)
    files.keep("a.txt", b"[1]")
    assert files.same("b.TXT", b"[1]") == "a.txt"
    assert files.same("b.json", b"[1]") == files.same("a.txt", b"[2]") == ""


def test_what_a_killed_program_began_to_write_is_no_file_and_goes(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path)
    (tmp_path / ".0123456789abcdef.part").write_bytes(b"half")
    files.keep("a.txt", b"whole")
    assert [path.name for path in files.paths()] == ["a.txt"]
    files.tidy()
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    files = UploadFiles(tmp_path)
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(UploadError, match=r"a\.txt: cannot be stored"):
        files.keep("a.txt", b"words")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", ".hidden.txt", "", "b.txt"])
def test_only_a_file_of_ones_own_is_removed(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    files = UploadFiles(tmp_path / "own")
    files.keep("a.txt", b"words")
    assert not files.remove(name)
    assert files.remove("a.txt") and not files.paths()
    assert (tmp_path / "secret.txt").exists()
