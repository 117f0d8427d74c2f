"""Builds the ONNX graph of a six-layer MiniLM encoder node by node, with a pooled or a start/end head.

Its tensors have the names of the Hugging Face checkpoint. It does not know the source of the weights or
PyTorch; `quantise` decides how a linear layer is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.networks.quantise import (
    Inputs,
    fit_columns,
    quantise_columns,
    quantise_rows,
    smoothing,
)

LAYERS = 6
HEADS = 12
WIDTH = 384
MICROSOFT = "com.microsoft"  # the operator set of onnxruntime's own kernels

Array = NDArray[Any]


@dataclass
class Graph:
    """A graph under construction: its nodes and constants; every value has a name."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, value: Array) -> str:
        """Store an array in the file and name it."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def numbers(self, *values: int) -> str:
        """A small int64 vector: axes, sizes, positions."""
        return self.constant(np.array(values, np.int64))

    def op(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output."""
        return self.split(kind, *inputs, parts=1, domain=domain, **attributes)[0]

    def split(
        self, kind: str, *inputs: str, parts: int, domain: str = "", **attributes: Any
    ) -> list[str]:
        """Add a node with several outputs."""
        names = [f"n{len(self.nodes)}_{part}" for part in range(parts)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names

    def model(self, inputs: list[str], outputs: Mapping[str, tuple[str, list[Any]]]) -> Any:
        """Close the graph: int64 inputs of shape (batch, length), float32 outputs by name."""
        for name, (value, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [value], [name]))
        graph = helper.make_graph(
            self.nodes,
            "minilm",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
                for name in inputs
            ],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, (_, shape) in outputs.items()
            ],
            self.constants,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        onnx.checker.check_model(model)
        return model


class Precision(Protocol):
    """How the two kinds of weights are stored and applied."""

    def linear(self, graph: Graph, name: str, x: str, weight: Array, bias: Array) -> str:
        """Add `x @ weight + bias`, weight (in, out); `name` identifies the layer."""
        ...

    def table(self, graph: Graph, rows: Array, ids: str) -> str:
        """Add the lookup of `ids` in a (vocabulary, width) table."""
        ...


class Float32:
    """Weights as trained."""

    def linear(self, graph: Graph, name: str, x: str, weight: Array, bias: Array) -> str:
        """A float32 product."""
        return graph.op("Add", graph.op("MatMul", x, graph.constant(weight)), graph.constant(bias))

    def table(self, graph: Graph, rows: Array, ids: str) -> str:
        """A plain lookup."""
        return graph.op("Gather", graph.constant(rows), ids)


@dataclass(frozen=True)
class Int8:
    """Weights as int8, activations quantised at run time with one scale per run.

    `inputs` has the calibration statistics of each linear layer, by name. A layer with statistics is
    smoothed and rounded to fit; other layers are simply rounded. Smoothing costs a product at run time.
    """

    inputs: Mapping[str, Inputs] = field(default_factory=dict)
    strength: float = 0.75

    def linear(self, graph: Graph, name: str, x: str, weight: Array, bias: Array) -> str:
        """One fused node: quantise the input, multiply as integers, rescale, add the bias."""
        inputs = self.inputs.get(name)
        if inputs is None:
            stored, scale = quantise_columns(weight)
        else:
            divisor = smoothing(inputs.peak, weight, self.strength)
            x = graph.op("Mul", x, graph.constant(1 / divisor))
            stored, scale = fit_columns(weight * divisor[:, None], inputs.divided(divisor).moments)
        return graph.op(
            "DynamicQuantizeMatMul",
            x,
            graph.constant(stored),
            graph.constant(scale),
            "",  # int8 weights are symmetric: no zero point
            graph.constant(bias),
            domain=MICROSOFT,
        )

    def table(self, graph: Graph, rows: Array, ids: str) -> str:
        """One scale per row, so that a rare word keeps its precision."""
        stored, scale = quantise_rows(rows)
        found = graph.op("Gather", graph.constant(stored), ids)
        scales = graph.op("Gather", graph.constant(scale), ids)
        return graph.op("Mul", graph.op("Cast", found, to=TensorProto.FLOAT), scales)


@dataclass(frozen=True)
class MiniLM:
    """The encoder: checkpoint weights by name, float32, and the precision to store them in.

    Without a mask every run must be free of padding: one text, or texts of equal length.
    """

    weights: Mapping[str, Array]
    precision: Precision

    def embedder(self, *, masked: bool = False) -> Any:
        """Model `input_ids` [, `attention_mask`] -> `vector` (batch, 384), mean-pooled, L2 norm 1."""
        graph = Graph()
        x = self._encode(graph, mask="attention_mask" if masked else None)
        if masked:  # the sum over real tokens is enough, because the length is normalised
            weights = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
            summed = graph.op("MatMul", graph.op("Unsqueeze", weights, graph.numbers(1)), x)
            pooled = graph.op("Squeeze", summed, graph.numbers(1))
        else:
            pooled = graph.op("ReduceMean", x, axes=[1], keepdims=0)
        vector = graph.op("LpNormalization", pooled, axis=-1, p=2)
        inputs = ["input_ids", "attention_mask"] if masked else ["input_ids"]
        return graph.model(inputs, {"vector": (vector, ["batch", WIDTH])})

    def reader(
        self,
        head: Array,
        bias: Array,
        names: tuple[str, str] = ("start", "end"),
        verdict: tuple[Array, Array] | None = None,
    ) -> Any:
        """Model `input_ids`, `token_type_ids` -> two logits a token, `names`, each (batch, length).

        `head` is (384, 2) and stays float32: two columns cost nothing. With `verdict`, a weight (384, n)
        and a bias (n,), a third output `verdict` (batch, n) is computed from the first token.
        """
        graph = Graph()
        x = self._encode(graph, segments="token_type_ids")
        logits = graph.op("Add", graph.op("MatMul", x, graph.constant(head)), graph.constant(bias))
        sides = graph.split("Split", logits, graph.numbers(1, 1), parts=2, axis=-1)
        outputs: dict[str, tuple[str, list[Any]]] = {
            name: (graph.op("Squeeze", side, graph.numbers(2)), ["batch", "length"])
            for name, side in zip(names, sides, strict=True)
        }
        if verdict:
            weight, offset = verdict
            first = graph.op("Gather", x, graph.constant(np.array(0, np.int64)), axis=1)
            scores = graph.op("MatMul", first, graph.constant(weight))
            total = graph.op("Add", scores, graph.constant(offset))
            outputs["verdict"] = (
                graph.op("Squeeze", total, graph.numbers(1)),
                ["batch", len(offset)],
            )
        return graph.model(["input_ids", "token_type_ids"], outputs)

    def _encode(self, graph: Graph, mask: str | None = None, segments: str | None = None) -> str:
        x = self._norm(graph, "embeddings", self._embeddings(graph, segments))
        keys = graph.op("Cast", mask, to=TensorProto.INT32) if mask else None
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}."
            attended = self._attention(graph, layer, x, keys)
            x = self._norm(graph, layer + "attention.output", graph.op("Add", attended, x))
            inner = self._linear(graph, layer + "intermediate.dense", x)
            inner = graph.op("Gelu", inner, domain=MICROSOFT)
            outer = self._linear(graph, layer + "output.dense", inner)
            x = self._norm(graph, layer + "output", graph.op("Add", outer, x))
        return x

    def _embeddings(self, graph: Graph, segments: str | None) -> str:
        words = self.precision.table(
            graph, self.weights["embeddings.word_embeddings.weight"], "input_ids"
        )
        first, second = self.weights["embeddings.token_type_embeddings.weight"]
        # every token has segment 0, so it is folded into the positions and costs nothing
        positions = self.weights["embeddings.position_embeddings.weight"] + first
        length = graph.op("Shape", "input_ids", start=1, end=2)
        zero = graph.numbers(0)
        x = graph.op("Add", words, graph.op("Slice", graph.constant(positions), zero, length, zero))
        if segments is None:
            return x
        in_second = graph.op("Cast", segments, to=TensorProto.FLOAT)
        in_second = graph.op("Unsqueeze", in_second, graph.numbers(2))
        return graph.op("Add", x, graph.op("Mul", in_second, graph.constant(second - first)))

    def _attention(self, graph: Graph, layer: str, x: str, keys: str | None) -> str:
        weight, offset = self.fused(layer)
        together = self.precision.linear(graph, layer + "attention.self", x, weight, offset)
        parts = graph.split("Split", together, graph.numbers(*[WIDTH] * 3), parts=3, axis=-1)
        extra = ["", keys] if keys else []
        mixed = graph.op("MultiHeadAttention", *parts, *extra, domain=MICROSOFT, num_heads=HEADS)
        return self._linear(graph, layer + "attention.output.dense", mixed)

    def fused(self, layer: str) -> tuple[Array, Array]:
        """Query, key and value of a layer side by side: weight (384, 1152) and bias (1152,)."""
        names = [f"{layer}attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self.weights[f"{name}.weight"].T for name in names], axis=1)
        return weight, np.concatenate([self.weights[f"{name}.bias"] for name in names])

    def _linear(self, graph: Graph, name: str, x: str) -> str:
        weight, bias = self.weights[f"{name}.weight"].T, self.weights[f"{name}.bias"]
        return self.precision.linear(graph, name, x, weight, bias)

    def _norm(self, graph: Graph, name: str, x: str) -> str:
        # the fused skip-and-normalise kernel is slower on CPUs than an Add and this
        scale, shift = (self.weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return graph.op(
            "LayerNormalization",
            x,
            graph.constant(scale),
            graph.constant(shift),
            axis=-1,
            epsilon=1e-12,
        )
