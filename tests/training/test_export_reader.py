"""Making the reader: what is refused before work begins, how it is measured, what the card says."""

import pytest

from bot.reading.model import SpanModel
from index.errors import SettingsError
from index.settings import ROOT
from tests.training.material import FERRY, write
from training.data.pairs import KEPT_BACK
from training.export_embedder import sha256
from training.export_reader import LARGEST_FILE, Measured, card, main, measure, validation_sets

FOLDER = ROOT / "models" / "reader"


def row(question, context, *answers):
    return {"question": question, "context": context, "answers": list(answers)}


def test_a_missing_data_folder_is_refused_before_anything_is_written(tmp_path, capsys):
    out = tmp_path / "out"
    flags = ["--data", str(tmp_path / "none"), "--work", str(tmp_path), "--out", str(out)]
    assert main(flags) == 2
    told = capsys.readouterr().err.strip()
    assert "expected a folder that holds reader/" in told and "\n" not in told
    assert not out.exists()


@pytest.mark.parametrize("given", [[], ["--data", "."], ["--work", "."]])
def test_data_and_work_are_required(given, capsys):
    with pytest.raises(SystemExit) as caught:
        main(given)
    assert caught.value.code == 2
    missing = {"--data", "--work"} - set(given)
    assert all(flag in capsys.readouterr().err for flag in [missing.pop()])


def test_only_articles_kept_back_validate(tmp_path):
    titles = [*sorted(KEPT_BACK), "Rhine", "Rhine"]
    write(
        tmp_path,
        "squad2_dev_part",
        [{**row(f"Who {n}?", FERRY), "title": title} for n, title in enumerate(titles)],
    )
    write(tmp_path, "valid_wiki", [row("When?", FERRY, "1931")])
    wiki, kept = validation_sets(tmp_path).values()
    assert {one["title"] for one in kept} == KEPT_BACK and len(kept) == len(KEPT_BACK)
    assert wiki == [row("When?", FERRY, "1931")]


def test_a_missing_set_is_named(tmp_path):
    with pytest.raises(SettingsError, match="squad2_dev_part"):
        validation_sets(tmp_path)


def test_what_has_one_word_is_measured_as_read_right():
    rows = [row("When?", "1931", "1931"), row("Where?", "Oban", "Oban"), row("Who?", "", "Reid")]
    found = measure(FOLDER, "words", rows)
    assert (found.exact, found.f1) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert found.best == pytest.approx(2 / 3)


def test_refusing_all_is_best_where_nothing_can_be_answered_but_one():
    # Nothing is ever said of a text without words, and that is right of the unanswerable ones.
    rows = [row("Who?", "")] * 3 + [row("When?", "1931", "1931")]
    found = measure(FOLDER, "mostly empty", rows)
    assert (found.exact, found.f1, found.best) == (1.0, 1.0, 1.0)
    wrong = [row("Who?", FERRY)] * 3 + [row("Who?", "Leith", "Reid")]
    found = measure(FOLDER, "wrong", wrong)
    assert (found.exact, found.f1, found.best) == (0.0, 0.0, 0.75)
    model = SpanModel(FOLDER)
    surest = max(model.read(r["question"], [r["context"]], 1)[0][0].margin for r in wrong)
    model.close()
    assert found.threshold > surest


def test_the_best_threshold_is_never_worse_than_always_or_never_answering():
    rows = [
        row("When did the Marlin sink?", FERRY, "1931"),
        row("How many were aboard?", FERRY, "45", "45 people"),
        row("Who built the Marlin?", FERRY),
        row("When was the Marlin sold?", FERRY),
    ]
    found = measure(FOLDER, "ferry", rows)
    assert 0 <= found.exact <= found.f1 <= 1
    assert max(0.5, found.f1 / 2) <= found.best + 1e-9 <= 1 + 2e-9


def test_a_row_of_the_table_holds_every_figure():
    measured = Measured("old news", 0.51234, 0.6, 0.7, 1.25)
    assert measured.row == "| old news | 0.512 | 0.600 | 0.700 at 1.25 |"


def test_the_model_is_as_small_as_required():
    assert (FOLDER / "model.onnx").stat().st_size <= LARGEST_FILE


def test_the_card_has_no_gap_left():
    measured = Measured("a set", 0.5, 0.6, 0.7, 1.25)
    text = card(FOLDER / "model.onnx", [measured])
    assert text.count(measured.row) == 1 and "{" not in text
    assert all(name.replace("_", " ") in text for name in KEPT_BACK)


def test_the_card_beside_the_model_is_of_that_model():
    assert sha256(FOLDER / "model.onnx") in (FOLDER / "README.md").read_text(encoding="utf-8")


def run_folder(path):
    path.mkdir()
    (path / "state.pt").write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("flags", "named"),
    [(["--with", "nowhere"], "nowhere/state.pt"), (["--share", "1.2"], "--share 1.2")],
)
def test_runs_that_cannot_be_mixed_are_named_before_work_begins(tmp_path, capsys, flags, named):
    (tmp_path / "data").mkdir()
    work = run_folder(tmp_path / "one")
    given = ["--data", str(tmp_path / "data"), "--work", str(work), "--out", str(tmp_path / "out")]
    assert main([*given, *flags]) == 2
    assert named in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
