"""Fitting the confidence: what is asked, of which index, and what is refused."""

import json
from dataclasses import fields

import numpy as np
import pytest

from bot.reading.calibration import AnswerSignals, Calibration, SpanSignals, load_calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.reading.span_candidates import WIDEST_LEAD
from index.models.encoder import Encoder
from tests.training.material import CASTLE, FERRY, validation_files
from training.confidence import (
    CONTEXT_POINTS,
    POINTS,
    blank,
    contexts,
    figures,
    fit_answers,
    fit_follow_ups,
    index,
    main,
    searched,
)
from training.data.asked import Question


@pytest.fixture
def data(tmp_path):
    """The validation files."""
    return validation_files(tmp_path / "data")


@pytest.fixture(scope="module")
def model():
    from index.settings import load_settings

    model = SpanModel(load_settings().reader, 2)
    yield model
    model.close()


def asked_of_two():
    return [
        Question("Normans", "When did the Marlin sink?", FERRY, ("1931",)),
        Question("Normans", "Who was born on the Marlin?", FERRY, ()),
        Question("Dunmore", "Who built the castle of Dunmore?", CASTLE, ("Angus Reid",)),
        Question("Elsewhere", "How old is the oldest tortoise?", "", ()),
    ]


def test_every_text_shows_its_signals_and_what_is_unanswerable_is_never_right(model):
    asked = asked_of_two()
    found = contexts(asked, model)
    assert len(found) == 3  # a text without words shows nothing
    assert all(isinstance(signals, SpanSignals) for signals, _ in found)
    assert found[1][1] is False
    anything = contexts([Question("t", "When?", "1931", ("1931",))], model)
    assert anything[0][1] is True  # the one word there is


def test_the_index_holds_every_text_once_and_the_reader_is_asked_of_all(model, tmp_path):
    asked = asked_of_two()
    settings = index([one for one in asked if one.context] * 2, tmp_path)
    texts = sorted(file.read_text() for file in settings.corpus.iterdir())
    assert texts == sorted([f"# Normans\n\n{FERRY}", CASTLE])
    weights = blank([f.name for f in fields(SpanSignals)])
    answer = blank([f.name for f in fields(AnswerSignals)])
    encoder = Encoder(settings.embedder)
    reader = ExtractiveReader(model, Calibration(weights, answer, {}, {}), encoder.encode)
    found = searched(asked, settings, reader)
    assert 1 <= len(found) <= len(asked) and all(found)
    for signals, right in (pair for places in found for pair in places):
        assert abs(signals.lead) <= WIDEST_LEAD
        assert isinstance(right, bool)
    assert not any(right for _, right in found[-1])


def test_answers_are_fitted_so_that_the_surer_are_more_often_right():
    random = np.random.default_rng(3)
    found = []
    for _ in range(400):
        places = []
        for span in random.normal(0, 2, 3):
            signals = {f.name: 0.0 for f in fields(AnswerSignals)} | {"span": float(span)}
            places.append(
                (AnswerSignals(**signals), bool(random.uniform() < 1 / (1 + np.exp(-span))))
            )
        found.append(places)
    weights = fit_answers(found)
    assert set(weights) == {"bias", *(f.name for f in fields(AnswerSignals))}
    assert weights["span"] == pytest.approx(1.0, abs=0.4)


def test_figures_tell_what_is_answered_and_what_of_it_is_wrong():
    found = figures([0.2, 0.4, 0.6, 0.9], [False, True, False, True], {"low": 0.4, "high": 0.95})
    assert found["low"] == {"coverage": 0.75, "risk": pytest.approx(1 / 3)}
    assert found["high"] == {"coverage": 0.0, "risk": 0.0}
    assert 0 <= found["ece"] <= 1 and 0 <= found["aurc"] <= 1


@pytest.mark.parametrize("points", [POINTS, CONTEXT_POINTS])
def test_the_stricter_the_surer(points):
    assert 0 < points["lenient"] < points["balanced"] < points["strict"] < 1


def test_blank_weights_are_a_calibration_that_says_nothing(tmp_path):
    stored = {
        "span": blank([f.name for f in fields(SpanSignals)]),
        "answer": blank([f.name for f in fields(AnswerSignals)]),
        "points": POINTS,
        "context_points": CONTEXT_POINTS,
        "model": "",
    }
    (tmp_path / "confidence.json").write_text(json.dumps(stored))
    loaded = load_calibration(tmp_path)
    assert loaded.span_logit(SpanSignals(5.0, 1.0, 0.0)) == 0.0


def report(path, results):
    """A report with (standalone, confidence, right, refused) of each answer to “Why?”."""
    rows = [
        {
            "standalone": standalone,
            "confidence": confidence,
            "correct": right,
            "refused": refused,
            "case": {"question": "Why?"},
        }
        for standalone, confidence, right, refused in results
    ]
    path.write_text(json.dumps({"reports": [{"results": rows}]}))
    return path


def test_answers_to_follow_ups_become_as_sure_as_they_are_right(tmp_path):
    half_right = [("Why? (Reid)", 0.8, n % 2 == 0, False) for n in range(10)]
    others = [("Why?", 0.8, False, False), ("Why? (Reid)", 0.3, False, True)]
    made = report(tmp_path / "report.json", [*half_right, *others])
    assert fit_follow_ups(made, 0.0) == pytest.approx(-np.log(4), abs=0.01)
    assert fit_follow_ups(made, -0.5) == pytest.approx(-0.5 - np.log(4), abs=0.01)


def test_a_follow_up_never_makes_surer(tmp_path):
    made = report(tmp_path / "report.json", [("Why? (Reid)", 0.5, n > 0, False) for n in range(5)])
    assert fit_follow_ups(made, 0.0) == 0.0
    assert fit_follow_ups(report(tmp_path / "none.json", []), -0.5) == -0.5


def test_a_file_that_is_no_report_is_refused(tmp_path, capsys):
    (tmp_path / "report.json").write_text("[]")
    told = refused(capsys, "--follow-ups", str(tmp_path / "report.json"))
    assert "expected a report of `python -m eval run --json`" in told


def refused(capsys, *flags):
    assert main(list(flags)) == 2
    told = capsys.readouterr().err.strip()
    assert told and "\n" not in told
    return told


def test_a_missing_data_folder_is_refused(tmp_path, capsys):
    told = refused(capsys, "--data", str(tmp_path / "none"), "--reader", str(tmp_path))
    assert "expected a folder that holds reader/" in told


def test_a_missing_data_file_is_refused_and_nothing_is_written(tmp_path, capsys):
    told = refused(capsys, "--data", str(tmp_path), "--reader", str(tmp_path))
    assert "squad2_dev_part" in told
    assert list(tmp_path.iterdir()) == []


def test_a_missing_reader_is_refused_and_nothing_is_written(data, tmp_path, capsys):
    reader = tmp_path / "reader"
    reader.mkdir()
    assert "model.onnx" in refused(capsys, "--data", str(data), "--reader", str(reader))
    assert list(reader.iterdir()) == []


def test_data_is_required(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "--data" in capsys.readouterr().err
