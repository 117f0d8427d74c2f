"""Which sets can be run: those whose articles are here, and one's own."""

from pathlib import Path

import pytest

from eval.cases.named import ROOT
from eval.runs.sets import available_sets, find_set
from index.errors import NoSuchError


def test_the_sample_is_offered_with_its_articles(tmp_path: Path) -> None:
    sample = available_sets(tmp_path / "none", tmp_path)["sample"]
    assert sample.corpus == ROOT / "corpus"
    assert len(sample.cases()) > 100


def test_a_set_without_its_articles_is_not_offered_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.runs.sets.CORPORA", {"real": tmp_path / "shared" / "corpus"})
    chosen = available_sets(tmp_path, tmp_path)
    assert chosen == {}
    with pytest.raises(NoSuchError, match="'real': its articles are not here") as error:
        find_set("real", chosen)
    assert str(tmp_path) not in str(error.value)


def test_sets_of_ones_own_ask_the_served_articles_and_displace_none(tmp_path: Path) -> None:
    own = tmp_path / "sets"
    own.mkdir()
    for name in (
        "mine.jsonl",
        "mine.drafts.jsonl",
        "sample.jsonl",
        "notes.txt",
        "two\nlines.jsonl",
    ):
        (own / name).write_text("{}", encoding="utf-8")
    (own / "folder.jsonl").mkdir()
    chosen = available_sets(own, tmp_path)
    assert {name for name, each in chosen.items() if each.path.parent == own} == {
        "mine",
        "sample (own)",
    }
    assert chosen["mine"].corpus == tmp_path
    assert chosen["sample"].path.parent != own


@pytest.mark.parametrize("name", ["", "../sample", "/etc/passwd", "sample.jsonl", "x" * 500])
def test_only_a_name_on_offer_is_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoSuchError, match="expected sample"):
        find_set(name, available_sets(tmp_path, tmp_path))
