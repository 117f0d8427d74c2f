"""Named sets: found by name or path, with the articles that belong to them."""

import shutil
from pathlib import Path

import pytest

from eval.cases import named
from eval.cases.named import CORPORA, SETS, corpus_of, set_name, set_path
from index.errors import EvaluationError

MAKE = """import pathlib, sys
folder = pathlib.Path(sys.argv[2])
folder.mkdir()
(folder / "a.txt").write_text(pathlib.Path(sys.argv[1]).read_text())
"""


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of shared cases: one set with articles, and one whose articles have to be made."""
    folder = tmp_path / "shared" / "cases"
    (folder / "roles" / "corpus").mkdir(parents=True)
    (folder / "journalist-a").mkdir()
    for name in ("roles", "journalist-a"):
        (folder / name / "cases.jsonl").write_text("{}", encoding="utf-8")
    (folder / "journalist-a" / "articles.json").write_text("Words.", encoding="utf-8")
    (folder / "make_corpus.py").write_text(MAKE, encoding="utf-8")
    monkeypatch.setattr(named, "SHARED", tmp_path / "shared")
    monkeypatch.setattr(named, "MADE", tmp_path / "made")
    return folder


def test_a_set_is_found_by_name_and_by_path_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert set_path("sample") == SETS / "sample.jsonl"
    assert set_path("set.jsonl").read_bytes() == path.read_bytes()
    with pytest.raises(EvaluationError, match=r"set 'none': no such set.*sample"):
        set_path("none")


def test_a_set_of_the_project_has_its_articles_and_a_file_has_those_that_are_given() -> None:
    assert corpus_of(set_path("sample")) == CORPORA["sample"]
    assert corpus_of(set_path("sample"), Path("mine")) == Path("mine")
    assert corpus_of(Path("somewhere.jsonl")) is None
    assert corpus_of(Path("somewhere.jsonl"), Path("mine")) == Path("mine")


def test_a_shared_set_has_its_own_name_and_articles(shared: Path) -> None:
    path = set_path("roles")
    assert path == shared / "roles" / "cases.jsonl" and set_name(path) == "roles"
    assert corpus_of(path) == shared / "roles" / "corpus"


def test_the_articles_of_a_shared_set_are_made_once(shared: Path, tmp_path: Path) -> None:
    path = set_path("journalist-a")
    corpus = corpus_of(path)
    assert corpus == tmp_path / "made" / "journalist-a"
    assert (corpus / "a.txt").read_text(encoding="utf-8") == "Words."
    (shared / "make_corpus.py").unlink()
    assert corpus_of(path) == corpus
    assert [found.name for found in (tmp_path / "made").iterdir()] == ["journalist-a"]


def test_articles_that_cannot_be_made_are_an_error_of_one_line(
    shared: Path, tmp_path: Path
) -> None:
    (shared / "make_corpus.py").write_text("import sys\nsys.exit('no news data')")
    with pytest.raises(EvaluationError, match=r"its articles \(no news data\)") as told:
        corpus_of(set_path("journalist-a"))
    assert "\n" not in str(told.value)
    assert not list((tmp_path / "made").iterdir())


def test_without_the_shared_folder_its_sets_have_no_name(shared: Path) -> None:
    shutil.rmtree(shared)
    with pytest.raises(EvaluationError, match="set 'roles': no such set"):
        set_path("roles")
