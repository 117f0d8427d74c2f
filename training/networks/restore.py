"""Reads the weights of a reader's ONNX file, so that training can continue from a shipped model.

The counterpart of `minilm.MiniLM.reader`: it follows that graph node by node and knows no PyTorch.
The precision lost by rounding to int8 is not restored.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import numpy_helper

from index.errors import ModelError
from training.networks.minilm import LAYERS, WIDTH

Array = NDArray[Any]


def restore(path: Path) -> tuple[dict[str, Array], tuple[Array, Array]]:
    """The encoder's weights by checkpoint name, and the head's weight (384, 2) and bias (2,).

    Float32. Raises ModelError if the file is not an int8 reader from this builder.
    """
    try:
        graph = onnx.load(path).graph
        constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        return _encoder(graph, constants), _head(graph, constants)
    except (OSError, StopIteration, KeyError, ValueError, DecodeError) as error:
        raise ModelError(
            f"{path}: expected a reader written by `python -m training.export_reader` ({error!r})"
        ) from error


def _encoder(graph: Any, constants: Mapping[str, Array]) -> dict[str, Array]:
    linear, norms = _linears(graph, constants), _norms(graph, constants)
    weights = dict(zip(_LAYER_NORM, next(norms), strict=True))
    weights = {f"embeddings.{name}": value for name, value in weights.items()}
    weights |= _embeddings(graph, constants)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        fused, offset = next(linear)
        for part, name in enumerate(("query", "key", "value")):
            columns = slice(part * WIDTH, (part + 1) * WIDTH)
            weights[f"{layer}attention.self.{name}.weight"] = fused[:, columns].T.copy()
            weights[f"{layer}attention.self.{name}.bias"] = offset[columns].copy()
        for name in ("attention.output.dense", "intermediate.dense", "output.dense"):
            weight, bias = next(linear)
            weights[f"{layer}{name}.weight"], weights[f"{layer}{name}.bias"] = weight.T, bias
        for name in ("attention.output", "output"):
            for norm, value in zip(_LAYER_NORM, next(norms), strict=True):
                weights[f"{layer}{name}.{norm}"] = value
    return weights


_LAYER_NORM = ("LayerNorm.weight", "LayerNorm.bias")


def _linears(graph: Any, constants: Mapping[str, Array]) -> Iterator[tuple[Array, Array]]:
    """Weight (in, out) and bias of every linear layer in order, smoothing undone."""
    products = {n.output[0]: n for n in graph.node if n.op_type == "Mul"}
    for node in graph.node:
        if node.op_type == "DynamicQuantizeMatMul":
            x, stored, scale, _, bias = node.input
            weight = constants[stored].astype(np.float32) * constants[scale]
            if x in products and products[x].input[1] in constants:
                weight = weight * constants[products[x].input[1]][:, None]
            yield weight, constants[bias]


def _norms(graph: Any, constants: Mapping[str, Array]) -> Iterator[tuple[Array, Array]]:
    for node in graph.node:
        if node.op_type == "LayerNormalization":
            yield constants[node.input[1]], constants[node.input[2]]


def _embeddings(graph: Any, constants: Mapping[str, Array]) -> dict[str, Array]:
    """Word, position and segment tables; segment 0 stays folded into the positions, so it is zero."""
    tables = [n.input[0] for n in graph.node if n.op_type == "Gather" and n.input[0] in constants]
    rows, scale = (constants[name] for name in tables)
    positions = next(constants[n.input[0]] for n in graph.node if n.op_type == "Slice")
    # the product of the segment ids, widened to (batch, length, 1), and the difference of segments
    wide = {n.output[0] for n in graph.node if n.op_type == "Unsqueeze"}
    second = next(
        constants[n.input[1]] for n in graph.node if n.op_type == "Mul" and n.input[0] in wide
    )
    return {
        "embeddings.word_embeddings.weight": rows.astype(np.float32) * scale,
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.stack([np.zeros_like(second), second]),
    }


def restore_verdict(path: Path) -> tuple[Array, Array] | None:
    """The verdict head's weight (384, n) and bias (n,), or None when the file has none."""
    graph = onnx.load(path).graph
    constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    products = [n for n in graph.node if n.op_type == "MatMul"]
    return _linear(graph, constants, products[1]) if len(products) > 1 else None


def _head(graph: Any, constants: Mapping[str, Array]) -> tuple[Array, Array]:
    return _linear(graph, constants, next(n for n in graph.node if n.op_type == "MatMul"))


def _linear(graph: Any, constants: Mapping[str, Array], product: Any) -> tuple[Array, Array]:
    total = next(n for n in graph.node if n.op_type == "Add" and n.input[0] == product.output[0])
    return constants[product.input[1]], constants[total.input[1]]
