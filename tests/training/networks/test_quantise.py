"""Rounding weights to int8: bounded, near, and nearer where the inputs are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.networks.quantise import (
    Inputs,
    fit_columns,
    quantise_columns,
    quantise_rows,
    smoothing,
)


def layer(seed, tokens=400, channels=48, outputs=20):
    """Correlated inputs with a few outlier channels, and a weight."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(tokens, 12)) @ random.normal(size=(12, channels))
    x += 0.1 * random.normal(size=x.shape)
    x[:, :3] *= 30
    return x, random.normal(size=(channels, outputs)).astype(np.float32)


@given(seed=st.integers(0, 10_000))
def test_weights_stay_within_63_and_half_a_step(seed):
    _, weight = layer(seed)
    stored, scale = quantise_columns(weight)
    assert stored.dtype == np.int8
    assert np.abs(stored.astype(int)).max() == 63
    assert (np.abs(weight - stored * scale) <= scale * 0.5001).all()


@given(seed=st.integers(0, 10_000))
def test_fitting_to_the_inputs_brings_the_outputs_nearer(seed):
    x, weight = layer(seed)
    plain, scale = quantise_columns(weight)
    fitted, same = fit_columns(weight, x.T @ x / len(x), block=7)
    assert (scale == same).all()
    assert np.abs(fitted.astype(int)).max() <= 63
    exact = x @ weight
    assert np.linalg.norm(x @ (fitted * scale) - exact) < np.linalg.norm(
        x @ (plain * scale) - exact
    )


def test_the_size_of_a_block_does_not_change_the_result():
    x, weight = layer(1)
    whole, _ = fit_columns(weight, x.T @ x, block=1000)
    pieces, _ = fit_columns(weight, x.T @ x, block=5)
    assert (whole == pieces).all()


def test_a_channel_that_is_never_used_does_no_harm():
    x, weight = layer(2)
    x[:, 5] = 0
    stored, scale = fit_columns(weight, x.T @ x)
    assert np.isfinite(scale).all()
    assert np.abs(stored.astype(int)).max() <= 63


def test_smoothing_leaves_the_product_as_it_was_and_levels_the_inputs():
    x, weight = layer(3)
    peak = np.abs(x).max(axis=0)
    divisor = smoothing(peak, weight, 0.75)
    assert np.allclose(
        (x / divisor) @ (weight * divisor[:, None]), x @ weight, rtol=1e-4, atol=1e-3
    )
    assert np.exp(np.log(divisor).mean()) == pytest.approx(1, abs=1e-4)
    after = Inputs(peak, x.T @ x).divided(divisor)
    assert after.peak.max() / np.median(after.peak) < peak.max() / np.median(peak)
    assert np.allclose(after.moments, (x / divisor).T @ (x / divisor))


def test_a_row_of_zeros_in_a_table_stays_zero():
    table = np.array([[0, 0], [1.27, -0.5]], np.float32)
    stored, scale = quantise_rows(table)
    assert (stored * scale)[0].tolist() == [0, 0]
    assert np.allclose(stored * scale, table, atol=0.005)
