import json
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.calibration import (
    FILE,
    STRICTNESS,
    AnswerSignals,
    Calibration,
    SpanSignals,
    load_calibration,
    sigmoid,
)
from index.errors import ModelError

unit = st.floats(0, 1)
logits = st.floats(-100, 100)
span_signals = st.builds(
    SpanSignals, **{f.name: unit for f in fields(SpanSignals)} | {"margin": logits}
)
answer_signals = st.builds(
    AnswerSignals,
    **{f.name: unit for f in fields(AnswerSignals)}
    | {
        "span": logits,
        "lead": st.floats(-8, 8),
        "similarity": st.floats(-1, 1),
    },
)
weight = st.floats(-20, 20)


def weights(kind: type) -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries({"bias": weight} | {f.name: weight for f in fields(kind)})


calibrations = st.builds(
    Calibration, weights(SpanSignals), weights(AnswerSignals), st.just({}), st.just({})
)


@given(calibrations, answer_signals)
def test_confidence_is_a_probability(fitted: Calibration, shown: AnswerSignals) -> None:
    assert 0.0 <= fitted.answer_probability(shown) <= 1.0


@given(calibrations, span_signals, st.floats(allow_nan=False))
def test_a_higher_margin_never_makes_a_span_less_sure(
    fitted: Calibration, shown: SpanSignals, margin: float
) -> None:
    fitted = replace(fitted, span={**fitted.span, "margin": abs(fitted.span["margin"])})
    more = replace(shown, margin=max(shown.margin, margin))
    assert -math.inf < fitted.span_logit(shown) <= fitted.span_logit(more) < math.inf


@given(calibrations, answer_signals, st.sampled_from([f.name for f in fields(AnswerSignals)]), unit)
def test_a_signal_moves_confidence_the_way_of_its_weight(
    fitted: Calibration, shown: AnswerSignals, name: str, by: float
) -> None:
    more = replace(shown, **{name: getattr(shown, name) + by})
    before, after = fitted.answer_probability(shown), fitted.answer_probability(more)
    assert after >= before if fitted.answer[name] >= 0 else after <= before


def test_a_margin_beyond_all_measure_says_no_more_than_a_wide_one() -> None:
    fitted = Calibration({**dict.fromkeys(SpanSignals.__slots__, 1.0), "bias": 0.0}, {}, {}, {})
    wide, beyond, none = (
        fitted.span_logit(SpanSignals(margin, 0.0, 0.0)) for margin in (30.0, math.inf, -math.inf)
    )
    assert 5 < wide == beyond == -none < math.inf


def test_the_logit_is_the_weighted_sum_of_the_signals() -> None:
    names = [f.name for f in fields(SpanSignals)]
    fitted = Calibration(
        {"bias": 0.5, **{name: n + 1.0 for n, name in enumerate(names)}}, {}, {}, {}
    )
    shown = SpanSignals(margin=2.0, coverage=0.5, wrong_figure=1.0)
    assert fitted.span_logit(shown) == pytest.approx(0.5 + 2 + 2 * 0.5 + 3)


@given(st.floats(allow_nan=False))
def test_sigmoid_is_a_probability_of_any_logit_and_its_halves_mirror(logit: float) -> None:
    assert 0.0 <= sigmoid(logit) <= 1.0
    assert sigmoid(logit) + sigmoid(-logit) == pytest.approx(1.0)


def test_sigmoid_at_known_places() -> None:
    assert sigmoid(0) == 0.5 and sigmoid(math.log(3)) == pytest.approx(0.75)
    assert (sigmoid(-math.inf), sigmoid(math.inf)) == (0.0, 1.0)


def test_the_stored_calibration_is_whole_and_its_points_rise(calibration: Calibration) -> None:
    assert set(calibration.span) == {"bias", *SpanSignals.__slots__}
    assert set(calibration.answer) == {"bias", *AnswerSignals.__slots__}
    assert calibration.span["margin"] > 0 and calibration.answer["span"] > 0
    for points in (calibration.points, calibration.context_points):
        assert list(points) == list(STRICTNESS)
        assert 0 < points["lenient"] <= points["balanced"] <= points["strict"] < 1


def good() -> dict[str, Any]:
    return {
        "span": dict.fromkeys(["bias", *SpanSignals.__slots__], 1),
        "answer": dict.fromkeys(["bias", *AnswerSignals.__slots__], -0.5),
        "points": dict.fromkeys(STRICTNESS, 0.5),
        "context_points": dict.fromkeys(STRICTNESS, 0.25),
        "model": "0" * 64,
    }


def test_what_is_stored_is_what_is_loaded_and_notes_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps(good() | {"fitted": {"on": "a day"}}))
    loaded = load_calibration(tmp_path)
    assert loaded == Calibration(**good())


def lacking(key: str, name: str | None = None) -> bytes:
    found = good()
    if name is None:
        del found[key]
    else:
        del found[key][name]
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"7",
        b"{}\n{}",
        lacking("span"),
        lacking("answer", "bias"),
        lacking("span", "margin"),
        lacking("points", "strict"),
        lacking("context_points"),
        lacking("model"),
        json.dumps(good() | {"span": [1, 2]}).encode(),
        json.dumps(good() | {"answer": None}).encode(),
        json.dumps(good() | {"points": dict.fromkeys(STRICTNESS, "much\n")}).encode(),
        json.dumps(good() | {"points": dict.fromkeys(STRICTNESS)}).encode(),
    ],
)
def test_a_damaged_calibration_is_named_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged file .* `git checkout models`") as caught:
        load_calibration(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / FILE}: ")
    assert "\n" not in str(caught.value)


def test_a_calibration_of_another_model_is_refused() -> None:
    fitted = Calibration({}, {}, {}, {}, "a" * 64)
    fitted.check("a" * 64)
    with pytest.raises(ModelError, match=r"sha256 bbbbbbbbbbbb….*training\.confidence") as caught:
        fitted.check("b" * 64)
    assert "\n" not in str(caught.value)


def test_a_missing_calibration_is_named_with_the_remedy(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelError, match="BYLINE_MODELS") as caught:
            load_calibration(folder)
        assert str(caught.value).startswith(f"{folder / FILE}: ") and "\n" not in str(caught.value)
    (tmp_path / FILE).mkdir()
    with pytest.raises(ModelError, match="expected the reader's calibration"):
        load_calibration(tmp_path)
