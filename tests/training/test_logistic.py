"""Fitting a logistic model: known weights come back, and none has the wrong sign."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.logistic import fit, offset


@pytest.mark.parametrize(
    "known",
    [
        {"bias": -1.0, "margin": 0.7, "wrong_figure": -2.0},
        {"bias": 0.5, "margin": 0.0, "wrong_figure": -1.5},
        {"bias": 2.0, "margin": 0.3, "wrong_figure": -0.4},
    ],
)
def test_the_weights_of_a_known_model_come_back(known):
    random = np.random.default_rng(7)
    margin, missing = random.normal(3, 4, 20_000), random.uniform(0, 1, 20_000)
    logit = known["bias"] + known["margin"] * margin + known["wrong_figure"] * missing
    right = random.uniform(size=20_000) < 1 / (1 + np.exp(-logit))
    signals = [
        {"margin": float(a), "wrong_figure": float(b)} for a, b in zip(margin, missing, strict=True)
    ]
    found = fit(signals, right.tolist())
    assert list(found) == ["bias", "margin", "wrong_figure"]
    for name, value in known.items():
        assert found[name] == pytest.approx(value, abs=0.2), name


def test_a_signal_that_counts_the_wrong_way_counts_nothing():
    random = np.random.default_rng(2)
    signals = [
        {"margin": float(m), "wrong_figure": float(n)} for m, n in random.normal(size=(2000, 2))
    ]
    found = fit(signals, [s["margin"] + s["wrong_figure"] + random.normal() > 0 for s in signals])
    assert found["margin"] > 0.5 and found["wrong_figure"] == 0.0


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


@given(st.lists(st.floats(-6, 6), min_size=2, max_size=40))
def test_an_offset_makes_probabilities_as_high_as_their_outcomes(log_odds):
    right = [n % 2 == 0 for n in range(len(log_odds))]
    moved = np.array(log_odds) + offset(log_odds, right)
    assert np.mean(1 / (1 + np.exp(-moved))) == pytest.approx(np.mean(right), abs=0.01)
