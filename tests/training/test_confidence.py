"""Fitting the confidence: known weights come back, and nothing that fits is measured."""

import json
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.calibration import AnswerSignals, Calibration, SpanSignals, load_calibration
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.reading.span_candidates import WIDEST_LEAD
from index.models.encoder import Encoder
from tests.training.material import CASTLE, FERRY, write, written_row
from training.confidence import (
    CONTEXT_POINTS,
    POINTS,
    Question,
    blank,
    contexts,
    figures,
    fit,
    fit_answers,
    index,
    main,
    news,
    searched,
    strangers,
    validation,
)
from training.data.pairs import KEPT_BACK

KEPT = sorted(KEPT_BACK)


def row(question, context, answers=(), **more):
    return {"question": question, "context": context, "answers": list(answers), **more}


@pytest.fixture
def data(tmp_path):
    """Both validation sets, with questions that runs are trained on between the others."""
    folder = tmp_path / "data"
    folder.mkdir()
    adversarial = [
        row(f"Who is {n}?", f"{FERRY} {n}", title=title) for n, title in enumerate(sorted(KEPT * 8))
    ]
    trained = [row(f"Why {n}?", CASTLE, title=f"Rhine {n % 7}") for n in range(50)]
    write(folder, "squad2_dev_part", [*trained[:5], *adversarial, *trained[5:]])
    write(folder, "valid_wiki", [row(f"When {n}?", f"{n} {CASTLE}") for n in range(128)])
    news = [written_row(n) | {"article": f"news {n}"} for n in range(12)]
    write(folder, "valid", news, part="written")
    return folder


@pytest.fixture(scope="module")
def model():
    from index.settings import load_settings

    model = SpanModel(load_settings().reader, 2)
    yield model
    model.close()


@pytest.mark.parametrize(
    "known",
    [
        {"bias": -1.0, "margin": 0.7, "missing": -2.0},
        {"bias": 0.5, "margin": 0.0, "missing": -1.5},
        {"bias": 2.0, "margin": 0.3, "missing": -0.4},
    ],
)
def test_the_weights_of_a_known_model_come_back(known):
    random = np.random.default_rng(7)
    margin, missing = random.normal(3, 4, 20_000), random.uniform(0, 1, 20_000)
    logit = known["bias"] + known["margin"] * margin + known["missing"] * missing
    right = random.uniform(size=20_000) < 1 / (1 + np.exp(-logit))
    signals = [
        {"margin": float(a), "missing": float(b)} for a, b in zip(margin, missing, strict=True)
    ]
    found = fit(signals, right.tolist())
    assert list(found) == ["bias", "margin", "missing"]
    for name, value in known.items():
        assert found[name] == pytest.approx(value, abs=0.2), name


def test_a_signal_that_counts_the_wrong_way_counts_nothing():
    random = np.random.default_rng(2)
    signals = [
        {"margin": float(m), "missing": float(n), "lacks_kind": float(r)}
        for m, n, r in random.normal(size=(2000, 3))
    ]
    found = fit(signals, [s["margin"] + s["missing"] + random.normal() > 0 for s in signals])
    assert found["margin"] > 0.5 and found["missing"] == 0.0 and found["lacks_kind"] <= 0.0


def test_a_signal_that_never_changes_gets_no_weight():
    random = np.random.default_rng(1)
    signals = [{"margin": float(m), "coverage": 0.1} for m in random.normal(size=500)]
    found = fit(signals, [s["margin"] + random.normal() > 0 for s in signals])
    assert found["coverage"] == 0.0 and found["margin"] > 0.5


def test_signals_that_tell_everything_still_get_a_finite_weight():
    signals = [{"margin": n / 10} for n in range(-20, 20)]
    found = fit(signals, [s["margin"] > 0 for s in signals])
    assert np.isfinite(list(found.values())).all() and found["margin"] > 1


@given(st.integers(0, 1000))
def test_a_fitted_model_is_as_sure_on_average_as_it_is_right(seed):
    # The maximum likelihood of a logistic model with a bias, which no penalty touches.
    random = np.random.default_rng(seed)
    signals = [{"a": float(a), "b": float(b)} for a, b in random.normal(size=(200, 2))]
    right = [bool(random.uniform() < 0.3 + 0.4 * (s["a"] > 0)) for s in signals]
    found = fit(signals, right)
    logits = [found["bias"] + found["a"] * s["a"] + found["b"] * s["b"] for s in signals]
    assert np.mean(1 / (1 + np.exp(-np.array(logits)))) == pytest.approx(np.mean(right), abs=0.001)


def test_only_the_articles_kept_back_and_the_other_set_are_asked(data):
    asked = validation(data)
    assert {one.title for one in asked if not one.title[0].isdigit()} == KEPT_BACK
    assert len(KEPT_BACK) + 4 <= len(asked) <= len(KEPT_BACK) + 8  # one in eight of most of 60
    assert all(one.question and one.context for one in asked)


def test_strangers_are_of_passages_that_are_not_in_the_index_and_never_trained_on(data):
    found = strangers(data)
    assert 3 <= len(found) <= 25
    asked = {one.context for one in validation(data)}
    assert all(not context.startswith(one.title) for one in found for context in asked)
    assert all(one.question.startswith("When") and one.context == "" for one in found)


def test_news_is_asked_with_its_head_and_near_misses_have_no_answer(data):
    asked = news(data)
    assert len({one.title for one in asked}) < 12  # one in four of its articles
    by_question = {one.question: one for one in asked}
    assert by_question["When did the Marlin sink?"].answers == ("1931",)
    assert by_question["Who swam ashore?"].answers == ("Mary Boyd; Ian Gray",)
    assert by_question["Who built the Marlin?"].answers == ()
    assert by_question["Where did the Marlin sink?"].head.startswith(
        "Marlin lost in the west\nMay 3"
    )


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text())))
def test_the_two_halves_share_no_article(drawn):
    asked = [Question(title, question, "", ()) for title, question in drawn]
    fitting = {one.title for one in asked if one.fits}
    assert not fitting & {one.title for one in asked if not one.fits}


def test_both_halves_hold_some_articles_kept_back_and_some_others(data):
    asked = [*validation(data), *strangers(data)]
    for half in (True, False):
        titles = {one.title for one in asked if one.fits is half}
        assert titles & KEPT_BACK and titles - KEPT_BACK


def test_a_text_without_a_title_is_an_article_of_its_own(tmp_path):
    write(tmp_path, "squad2_dev_part", [])
    rows = [row("Who?", f"{n} {CASTLE}") for n in range(60) for _ in range(4)]
    write(tmp_path, "valid_wiki", rows)
    titles = Counter(one.title for one in validation(tmp_path))
    assert len(titles) > 10 and set(titles.values()) == {1}  # one in sixteen rows is asked


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
    assert loaded.span_logit(SpanSignals(5.0, 1.0, 0.0, 0.0, 0.0)) == 0.0


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
