"""The reader alone: its data files, the figures of what it read, and what is shown and written."""

import io
import json
import lzma
import math
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from eval.__main__ import main
from eval.cases.files import check_predictions, write_predictions
from eval.metrics.metrics import exact_match, token_f1
from eval.parts.reader import (
    LABELS,
    ReaderReport,
    Reading,
    evaluate,
)
from eval.parts.reader_cases import ReaderCase, load_reader_cases
from eval.reports.terminal import print_figures
from index.errors import EvaluationError

GOOD: dict[str, Any] = {
    "id": "mayor",
    "question": "Who cut the ribbon?",
    "context": "The mayor, Ada Pell, cut the ribbon.",
    "answers": ["Ada Pell", "the mayor, Ada Pell"],
}
MAYOR = ReaderCase("mayor", GOOD["question"], GOOD["context"], ("Ada Pell", "the mayor, Ada Pell"))
BREAD = ReaderCase("bread", "Who won?", "A baker, Nora Quill of Ostwick, won.", ("Quill",))
CROWD = ReaderCase("crowd", "How many came?", "The square was full, said Jon Ames.", ())
EMPTY = ReaderCase("empty", "Who spoke?", "nobody knows", ())
CASES = (MAYOR, BREAD, CROWD, EMPTY)


def read(question: str, context: str) -> tuple[str, float]:
    """A reader: the first two or more capitalised words in a row, the surer the earlier."""
    name = re.search(r"[A-Z]\w+(?: [A-Z]\w+)+", context)
    return (name[0], 1 - name.start() / len(context)) if name else ("", 0.0)


def write(folder: Path, *lines: str, name: str = "data.jsonl") -> Path:
    path = folder / name
    content = "\n".join(lines).encode()
    path.write_bytes(lzma.compress(content) if name.endswith(".xz") else content)
    return path


def test_lines_become_cases_and_other_keys_are_passed_over(tmp_path: Path) -> None:
    second = {"id": "b", "question": "Who?", "context": "", "answers": [], "title": 7}
    path = write(tmp_path, "", json.dumps(GOOD), "  ", json.dumps(second), "")
    assert load_reader_cases(path) == (MAYOR, ReaderCase("b", "Who?", "", ()))
    assert [case.answerable for case in load_reader_cases(path)] == [True, False]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["data.jsonl", "data.jsonl.xz"])
@pytest.mark.parametrize("first", ["", "\n"])
def test_a_file_is_read_packed_or_plain_and_with_or_without_a_byte_order_mark(
    tmp_path: Path, mark: str, name: str, first: str
) -> None:
    line = json.dumps({**GOOD, "context": "a\u2028b \u00e9"}, ensure_ascii=False)
    (case,) = load_reader_cases(write(tmp_path, mark + first + line + "\r", name=name))
    assert case.context == "a\u2028b \u00e9"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("9" * 5000, "not JSON"),
        ("[]", "a list, expected a JSON object"),
        *(
            (json.dumps({k: v for k, v in GOOD.items() if k != key}), f"key {key!r} is missing")
            for key in GOOD
        ),
        (json.dumps({**GOOD, "id": 7}), "'id' is 7, expected a string"),
        (json.dumps({**GOOD, "id": ""}), "'id' is ''"),
        (json.dumps({**GOOD, "question": " "}), "'question' is ' '"),
        (json.dumps({**GOOD, "context": None}), "'context' is None"),
        (json.dumps({**GOOD, "answers": "UN"}), "'answers' is 'UN', expected a list"),
        (json.dumps({**GOOD, "answers": {"text": []}}), "'answers' is {'text': []}"),
        (json.dumps({**GOOD, "answers": [1]}), "'answers' is [1], expected a list of strings"),
        (json.dumps({**GOOD, "answers": ["UN", ""]}), "'answers' is ['UN', '']"),
        (json.dumps({**GOOD, "id": "first"}), "id 'first' is used twice"),
        ('{"id": "\udcff"}', "not UTF-8"),
    ],
)
def test_a_damaged_line_is_told_with_file_and_number(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "data.jsonl"
    lines = "\n".join([json.dumps({**GOOD, "id": "first"}), "", line])
    path.write_bytes(lines.encode(errors="surrogateescape"))
    with pytest.raises(EvaluationError) as error:
        load_reader_cases(path)
    assert str(error.value).startswith(f"{path}, line 3: ")
    assert said in str(error.value)
    assert len(str(error.value)) < len(str(path)) + 300


def test_a_file_that_is_missing_or_holds_nothing_is_told(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "none.jsonl", "No such file"),
        (tmp_path / "none.jsonl.xz", "No such file"),
        (tmp_path, "Is a directory"),
        (write(tmp_path, "", " "), "holds no case"),
        (write(tmp_path, name="void.jsonl"), "holds no case"),
        (write(tmp_path, name="void.jsonl.xz"), "holds no case"),
    ):
        with pytest.raises(EvaluationError, match=said) as error:
            load_reader_cases(path)
        assert str(path) in str(error.value)


def test_a_damaged_xz_is_told_with_the_line_it_broke_off_at(tmp_path: Path) -> None:
    path = write(tmp_path, *(json.dumps({**GOOD, "id": str(n)}) for n in range(500)), name="a.xz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 20])
    with pytest.raises(EvaluationError, match=r"a\.xz, line \d+: damaged xz"):
        load_reader_cases(path)
    for content in (b"", b"{}\n", whole[:100] + b"?" * 40 + whole[140:]):
        path.write_bytes(content)
        with pytest.raises(EvaluationError, match=r"a\.xz, line 1: damaged xz"):
            load_reader_cases(path)


def test_the_figures_by_hand() -> None:
    # Nora Quill, F1 2/3, at 1 - 9/36; Ada Pell, right, at 1 - 11/36; Jon Ames at 1 - 26/35
    figures = evaluate(CASES, read, 0.7).figures
    assert (figures["cases"], figures["answerable"], figures["unanswerable"]) == (4, 2, 2)
    assert figures["threshold"] == 0.7
    # Nora Quill alone is answered: F1 0 + 2/3 + 1 + 1, EM 0 + 0 + 1 + 1
    assert figures["exact_match"] == 0.5
    assert figures["token_f1"] == pytest.approx((2 / 3 + 2) / 4)
    assert figures["exact_match_answerable"] == 0.0
    assert figures["token_f1_answerable"] == pytest.approx(1 / 3)
    assert figures["exact_match_unanswerable"] == figures["token_f1_unanswerable"] == 1.0
    # with Ada Pell answered too
    assert figures["token_f1_always"] == pytest.approx((1 + 2 / 3) / 2)
    assert figures["best_token_f1"] == pytest.approx((1 + 2 / 3 + 2) / 4)
    assert figures["best_threshold"] == 1 - 11 / 36
    assert figures["auroc"] == 1.0
    gaps = 11 / 36 + 9 / 36 + (1 - 26 / 35) + 0
    assert figures["ece"] == pytest.approx(gaps / 4)
    assert figures["aurc"] == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_a_case_at_the_threshold_is_answered_and_one_below_it_refused() -> None:
    report = evaluate(CASES, read, 1 - 11 / 36)
    assert report.predictions == {
        "mayor": "Ada Pell",
        "bread": "Nora Quill",
        "crowd": "",
        "empty": "",
    }
    above = evaluate(CASES, read, math.nextafter(1 - 11 / 36, 1))
    assert above.predictions["mayor"] == ""


def test_an_answer_to_a_question_without_one_scores_nothing() -> None:
    figures = evaluate(CASES, read, 0.0).figures
    assert figures["exact_match_unanswerable"] == 0.5  # "empty" is refused at any threshold
    assert CROWD.score(exact_match, "") == CROWD.score(token_f1, "") == 1.0
    assert CROWD.score(exact_match, "the") == CROWD.score(token_f1, "the") == 0.0


def test_scores_are_those_of_squads_script() -> None:
    case = ReaderCase("x", "q", "c", ("the", "Obama's", "1.5"))
    assert case.score(exact_match, "obamas!") == 1.0
    assert case.score(exact_match, "Obama") == 0.0
    assert case.score(exact_match, "15") == 1.0
    assert case.score(exact_match, "") == case.score(token_f1, "") == 0.0  # "the" is left out
    assert ReaderCase("x", "q", "c", ("the",)).score(exact_match, "") == 1.0  # nothing else there


def test_a_span_is_right_from_half_an_f1_on_an_answerable_case_alone() -> None:
    def certain(question: str, context: str) -> tuple[str, float]:
        return context, 1.0

    half = ReaderCase("half", "q", "Quill of Ostwick", ("Quill",))  # F1 = 2/4
    less = ReaderCase("less", "q", "Quill of old Ostwick", ("Quill",))  # F1 = 2/5
    none = ReaderCase("none", "q", "Quill", ())
    eces = [evaluate([case], certain, 0.5).figures["ece"] for case in (half, less, none)]
    assert eces == [0.0, 1.0, 1.0]


READINGS = st.lists(
    st.tuples(
        st.sampled_from(["Ada Pell", "Ada", "the mayor", ""]),
        st.sampled_from([(), ("Ada Pell",), ("mayor", "Ada")]),
        st.floats(0, 1),
    ),
    max_size=12,
).map(
    lambda rows: tuple(
        Reading(ReaderCase(str(n), "q", "c", answers), text, probability, 1.0)
        for n, (text, answers, probability) in enumerate(rows)
    )
)


@given(READINGS, st.floats(0, 1))
def test_the_best_threshold_gives_what_it_promises(
    readings: tuple[Reading, ...], threshold: float
) -> None:
    figures = ReaderReport(threshold, readings).figures
    best, promised = figures["best_threshold"], figures["best_token_f1"]
    if not readings:
        assert best is promised is None
        return
    assert best is not None and promised is not None and figures["token_f1"] is not None
    assert ReaderReport(best, readings).figures["token_f1"] == pytest.approx(promised)
    assert promised >= figures["token_f1"] - 1e-12


@given(READINGS, st.floats(0, 1))
def test_figures_over_all_are_the_mean_of_those_of_both_kinds(
    readings: tuple[Reading, ...], threshold: float
) -> None:
    figures = ReaderReport(threshold, readings).figures
    for name in ("exact_match", "token_f1"):
        parts = sum(
            (figures[f"{name}_{kind}"] or 0) * (figures[kind] or 0)
            for kind in ("answerable", "unanswerable")
        )
        assert parts == pytest.approx((figures[name] or 0) * len(readings))


def test_what_there_is_none_of_has_no_figure() -> None:
    figures = evaluate([CROWD], read, 0.5).figures
    for name in ("exact_match_answerable", "token_f1_answerable", "token_f1_always", "auroc"):
        assert figures[name] is None
    report = evaluate([], read, 0.5)
    assert report.figures["token_f1"] is report.timings["p50_ms"] is None
    assert report.to_json()["ece"] is None


@pytest.mark.parametrize("probability", [math.nan, -0.1, 1.1, math.inf])
def test_what_is_no_probability_is_told_with_the_case(probability: float) -> None:
    with pytest.raises(EvaluationError, match="case 'mayor': the reader gave"):
        evaluate([MAYOR], lambda question, context: ("Ada Pell", probability), 0.5)


def test_the_reader_is_asked_question_and_context_and_timed() -> None:
    asked: list[tuple[str, str]] = []

    def remember(question: str, context: str) -> tuple[str, float]:
        asked.append((question, context))
        return "", 0.0

    report = evaluate(iter(CASES), remember, 0.5)
    assert asked == [(case.question, case.context) for case in CASES]
    times = [reading.ms for reading in report.readings]
    assert min(times) >= 0
    assert report.timings["p95_ms"] == max(times)


def test_json_has_every_figure_to_four_digits() -> None:
    readings = tuple(Reading(case, *read("", case.context), ms=1.23456) for case in CASES)
    figures = ReaderReport(0.7, readings).to_json()
    assert set(figures) == set(LABELS)
    assert figures["token_f1"] == 0.6667
    assert figures["cases"] == 4
    assert figures["p50_ms"] == figures["p95_ms"] == 1.2346
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_the_table_has_every_figure() -> None:
    out = io.StringIO()
    found = evaluate(CASES, read, 0.7)
    print_figures(
        {**found.figures, **found.timings}, LABELS, "token_f1", Console(file=out, width=120)
    )
    rows = dict(re.split(r"\s{2,}", line.strip()) for line in out.getvalue().splitlines())
    assert set(rows) == set(LABELS.values())
    assert rows["token F1"] == "0.667"
    assert rows["cases"] == "4"
    assert "\x1b" not in out.getvalue()


def test_predictions_take_the_place_of_the_file_before(tmp_path: Path) -> None:
    data, out = write(tmp_path, json.dumps(GOOD)), tmp_path / "out.json"
    out.write_text("old", encoding="utf-8")
    check_predictions(out, data)
    assert out.read_text(encoding="utf-8") == "old"
    odd = ReaderCase("\u00e9\ud800", "q", "c", ())
    report = ReaderReport(0.5, (Reading(MAYOR, "Ada\nPell", 0.5, 1.0), Reading(odd, "x", 0.4, 1.0)))
    write_predictions(report.predictions, out)
    assert json.loads(out.read_text(encoding="utf-8")) == {"mayor": "Ada\nPell", odd.id: ""}
    assert sorted(tmp_path.iterdir()) == [data, out]


def test_predictions_that_cannot_be_written_are_told_before_and_after_reading(
    tmp_path: Path,
) -> None:
    data = write(tmp_path, json.dumps(GOOD))
    report = evaluate([MAYOR], read, 0.5)
    for path in (tmp_path / "none" / "out.json", data / "out.json", tmp_path / ("x" * 300)):
        with pytest.raises(EvaluationError, match="cannot be written"):
            check_predictions(path, data)
        with pytest.raises(EvaluationError, match="cannot be written"):
            write_predictions(report.predictions, path)
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_predictions(report.predictions, tmp_path)
    for path in (tmp_path, Path("/dev/null"), data):
        with pytest.raises(EvaluationError, match="a folder, a device or the data"):
            check_predictions(path, data)
    assert load_reader_cases(data) == (MAYOR,)
    assert list(tmp_path.iterdir()) == [data]


class Names:
    """Stands where the trained reader does, so that the command is tested without a model."""

    threshold = 0.7
    closed = False

    def read(self, question: str, context: str) -> tuple[str, float]:
        return read(question, context)

    def close(self) -> None:
        self.closed = True


def test_the_command_prints_a_table_or_json_and_writes_predictions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"id": c.id, "question": c.question, "context": c.context, "answers": list(c.answers)}
        for c in CASES
    ]
    data = str(write(tmp_path, *map(json.dumps, rows), name="data.jsonl.xz"))
    reader, out = Names(), tmp_path / "out.json"
    monkeypatch.setattr("eval.commands.parts.open_context_reader", lambda settings: reader)
    assert main(["reader", "--data", data]) == 0
    told = capsys.readouterr()
    assert re.search(r"^ *token F1 +0\.667 *$", told.out, re.MULTILINE)
    assert told.err == ""
    assert reader.closed
    assert main(["reader", "--data", data, "--json", "--predictions", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["token_f1"] == 0.6667
    assert json.loads(out.read_text(encoding="utf-8"))["bread"] == "Nora Quill"


def test_a_missing_model_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_MODELS", str(tmp_path))
    assert main(["reader", "--data", str(write(tmp_path, json.dumps(GOOD)))]) == 2
    error = capsys.readouterr().err
    assert error.startswith("eval: ") and error.count("\n") == 1, error


def test_known_errors_of_the_command_are_one_line_and_give_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(write(tmp_path, json.dumps(GOOD)))
    bad = str(write(tmp_path, json.dumps(GOOD), "{", name="bad.jsonl"))
    for arguments in (
        ["--data", str(tmp_path / "none.jsonl")],
        ["--data", bad],
        ["--data", good, "--predictions", str(tmp_path / "none" / "out.json")],
    ):
        assert main(["reader", *arguments]) == 2, arguments
        told = capsys.readouterr()
        assert told.err.startswith("eval: ") and told.err.count("\n") == 1, told.err
        assert told.out == ""


def test_a_command_without_data_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reader"]) == 2
    assert "--data" in capsys.readouterr().err
