"""Files are written atomically, and an impossible target is reported before the work begins."""

from pathlib import Path

import pytest

from eval.__main__ import main
from eval.cases.files import check_target, write_whole
from index.errors import EvaluationError


def test_a_place_that_can_hold_a_file_passes_and_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    check_target(path, "--json FILE")
    assert not path.exists()
    write_whole(path, b"{}", "--json FILE")
    check_target(path, "--json FILE")
    assert path.read_bytes() == b"{}"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "is a folder, expected a file"),
        ("none/report.json", "none is no folder"),
        ("x" * 300, "File name too long"),
    ],
)
def test_a_place_that_cannot_is_told_with_its_flag(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(EvaluationError, match=told) as caught:
        check_target(tmp_path / name, "--json FILE")
    assert str(caught.value).endswith("give another --json FILE")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--json"],
        ["run", "--html"],
        ["run", "--write-baseline"],
        ["corrupt", "--json"],
    ],
)
def test_a_set_is_not_asked_when_its_report_could_not_be_written(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *rest = arguments
    # the corpus is not there either, which would be told next
    folder = ["--corpus", str(tmp_path / "nowhere")]
    assert main([command, *folder, *rest, str(tmp_path / "none" / "file")]) == 2
    error = capsys.readouterr().err
    assert "none is no folder" in error and error.count("\n") == 1


def test_a_damaged_baseline_is_told_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "baseline.json"
    damaged.write_text("[]", encoding="utf-8")
    folder = ["--corpus", str(tmp_path / "nowhere")]
    assert main(["run", *folder, "--write-baseline", str(damaged)]) == 2
    error = capsys.readouterr().err
    assert "damaged one" in error and "delete it" in error
    assert damaged.read_text(encoding="utf-8") == "[]"
