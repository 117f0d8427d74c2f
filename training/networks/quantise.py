"""Turns float32 weights into int8, and finds how far to shift outliers from activations to weights.

Plain arrays in and out: it knows nothing of graphs, files or models.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# CPUs without VNNI add pairs of products in 16 bits: 2 * 255 * 63 fits, 2 * 255 * 127 does not.
WEIGHT_LIMIT = 63
TABLE_LIMIT = 127


@dataclass(frozen=True)
class Inputs:
    """Statistics of a linear layer's inputs, per channel.

    `peak` (in,) is the largest |value|, `moments` (in, in) the mean of x x^T, where every text
    has equal weight, whatever its length.
    """

    peak: Array
    moments: Array

    def divided(self, divisor: Array) -> "Inputs":
        """The statistics after dividing each channel."""
        return Inputs(self.peak / divisor, self.moments / np.outer(divisor, divisor))


def quantise_columns(weight: Array, limit: int = WEIGHT_LIMIT) -> tuple[Array, Array]:
    """Symmetric int8 with a scale a column: (in, out) -> int8 (in, out), float32 (out,)."""
    scale = np.maximum(np.abs(weight).max(axis=0) / limit, 1e-9).astype(np.float32)
    return np.clip(np.round(weight / scale), -limit, limit).astype(np.int8), scale


def fit_columns(
    weight: Array, moments: Array, limit: int = WEIGHT_LIMIT, damping: float = 0.01, block: int = 64
) -> tuple[Array, Array]:
    """Like `quantise_columns`, but minimising the change of the layer's outputs, not of its weights.

    Rows are rounded one by one, the most used channel first, and the remaining rows compensate each
    rounding error (GPTQ, Frantar et al. 2023, algorithm 1).
    """
    _, scale = quantise_columns(weight, limit)
    order = np.argsort(-np.diag(moments), kind="stable")
    rest = weight[order].astype(np.float64)
    damped = moments[np.ix_(order, order)].astype(np.float64)
    damped += damping * np.diag(damped).mean() * np.eye(len(order))
    spread = np.linalg.cholesky(np.linalg.inv(damped)).T  # upper triangular
    stored = np.empty(weight.shape, np.int8)
    for start in range(0, len(order), block):
        end = min(start + block, len(order))
        errors = np.empty((end - start, weight.shape[1]))
        for row in range(start, end):
            rounded = np.clip(np.round(rest[row] / scale), -limit, limit)
            errors[row - start] = (rest[row] - rounded * scale) / spread[row, row]
            rest[row + 1 : end] -= np.outer(spread[row, row + 1 : end], errors[row - start])
            stored[order[row]] = rounded
        rest[end:] -= spread[start:end, end:].T @ errors  # the distant rows in one product
    return stored, scale


def quantise_rows(table: Array) -> tuple[Array, Array]:
    """Symmetric int8 with a scale a row: (rows, width) -> int8 (rows, width), float32 (rows, 1)."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / TABLE_LIMIT, 1e-9)
    return np.round(table / scale).astype(np.int8), scale.astype(np.float32)


def smoothing(activations: Array, weight: Array, strength: float) -> Array:
    """The vector to divide a linear layer's input by, and to multiply its weight's rows by.

    `activations` (in,) is the largest |input| seen per channel, `weight` is (in, out). It is
    SmoothQuant's migration, activations**s / max|weight row|**(1 - s) (Xiao et al. 2023, eq. 4),
    divided by its geometric mean, which keeps the product and the range of values.
    """
    rows = np.abs(weight).max(axis=1)
    divisor = np.maximum(activations, 1e-5) ** strength / np.maximum(rows, 1e-5) ** (1 - strength)
    return np.asarray(divisor / np.exp(np.log(divisor).mean()), np.float32)
