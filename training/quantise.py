"""Turns float32 weights into int8, and finds how far to shift outliers from activations to weights.

Plain arrays in and out: it knows nothing of graphs, files or models.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# CPUs without VNNI add pairs of products in 16 bits: 2 * 255 * 63 fits, 2 * 255 * 127 does not.
WEIGHT_LIMIT = 63
TABLE_LIMIT = 127


def quantise_columns(weight: Array, limit: int = WEIGHT_LIMIT) -> tuple[Array, Array]:
    """Symmetric int8 with a scale a column: (in, out) -> int8 (in, out), float32 (out,)."""
    scale = np.maximum(np.abs(weight).max(axis=0) / limit, 1e-9).astype(np.float32)
    return np.clip(np.round(weight / scale), -limit, limit).astype(np.int8), scale


def quantise_rows(table: Array) -> tuple[Array, Array]:
    """Symmetric int8 with a scale a row: (rows, width) -> int8 (rows, width), float32 (rows, 1)."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / TABLE_LIMIT, 1e-9)
    return np.round(table / scale).astype(np.int8), scale.astype(np.float32)


def smoothing(activations: Array, weight: Array, strength: float) -> Array:
    """The vector to divide a linear layer's input by, and to multiply its weight's rows by.

    `activations` (in,) is the largest |input| seen per channel, `weight` is (in, out). It is
    SmoothQuant's migration, activations**s / max|weight row|**(1 - s) (Xiao et al. 2023, eq. 4),
    divided by its geometric mean, which leaves the product as it was and the sizes in range.
    """
    rows = np.abs(weight).max(axis=1)
    divisor = np.maximum(activations, 1e-5) ** strength / np.maximum(rows, 1e-5) ** (1 - strength)
    return np.asarray(divisor / np.exp(np.log(divisor).mean()), np.float32)
