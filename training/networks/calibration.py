"""Runs a MiniLM encoder in PyTorch: what enters its linear layers, and the original model's own vectors.

The texts are drawn from public news sets. It knows nothing of ONNX.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel
from transformers.utils import logging

from index.models.encoder import EMBEDDER, MAX_TOKENS
from index.models.session import open_tokenizer
from training.data.records import records
from training.networks.quantise import Inputs

WORDS = 150  # about the size of the index's passages
SENTENCE_END = re.compile(r"(?<=[.?!])\s+")

Array = NDArray[Any]


def passages(data: Path, name: str, count: int) -> list[str]:
    """`count` runs of 150 words, drawn at random with a fixed seed."""
    found = []
    for row in records(data, f"news/{name}"):
        words = row["text"].split()
        found += [words[i : i + WORDS] for i in range(0, len(words) - WORDS // 2, WORDS)]
    return [" ".join(words) for words in random.Random(0).sample(found, count)]


def sentences(data: Path, name: str, count: int) -> list[str]:
    """`count` titles and opening sentences: as short as a question."""
    found = []
    for row in records(data, f"news/{name}"):
        found += [row["title"], SENTENCE_END.split(row["text"], maxsplit=1)[0]]
    return random.Random(0).sample([text for text in found if text], count)


class Original:
    """The float32 model to be exported, one unpadded text at a time."""

    def __init__(
        self, folder: Path, trained: Mapping[str, Any] | None = None, share: float = 1.0
    ) -> None:
        """Loads the checkpoint and tokenizer in `folder`.

        With `trained` weights each weight is the mean of both, the trained one with the weight `share`:
        between the two, a model keeps most of what the old one can and gains most of what the new one can
        (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
        """
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        torch.set_num_threads(1)  # sums in one order: the same bytes every time
        self._model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
        with torch.no_grad():
            for name, value in (trained or {}).items():
                self._model.state_dict()[name].lerp_(value, share)
        self._tokenizer = open_tokenizer(folder, EMBEDDER)
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def weights(self) -> dict[str, Array]:
        """Every tensor by its name in the checkpoint, float32."""
        return {name: value.numpy() for name, value in self._model.state_dict().items()}

    def vectors(self, texts: Sequence[str]) -> Array:
        """Mean-pooled vectors of length 1: (n, 384)."""
        pooled = np.array([self._states(text).mean(axis=0) for text in texts])
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))

    def inputs(self, texts: Sequence[str]) -> dict[str, Inputs]:
        """What enters the linear layers over `texts`, by the names `training.networks.minilm` gives them."""
        return linear_inputs(self._model, [{"input_ids": self._ids(text)} for text in texts])

    def _ids(self, text: str) -> Any:
        return torch.tensor([self._tokenizer.encode(text).ids])

    def _states(self, text: str) -> Array:
        with torch.no_grad():
            return np.asarray(self._model(input_ids=self._ids(text)).last_hidden_state[0].numpy())


def linear_inputs(encoder: Any, feeds: Sequence[dict[str, Any]]) -> dict[str, Inputs]:
    """What enters the linear layers of a MiniLM encoder in float32, by the names that `minilm` gives them.

    `feeds` are its arguments, one unpadded text or pair each, with equal weight.
    """
    peaks: dict[str, Array] = {}
    moments: dict[str, Array] = {}

    def record(name: str, values: Array) -> None:
        peaks[name] = np.maximum(peaks.get(name, 0), np.abs(values).max(axis=0))
        moments[name] = moments.get(name, 0) + values.T @ values / len(values) / len(feeds)

    hooks = [
        module.register_forward_pre_hook(
            lambda _, args, name=name: record(name, args[0][0].numpy().astype(np.float64))
        )
        for name, module in _linears(encoder)
    ]
    with torch.no_grad():
        for feed in feeds:
            encoder(**feed)
    for hook in hooks:
        hook.remove()
    return {name: Inputs(peaks[name], moments[name]) for name in peaks}


def _linears(encoder: Any) -> Iterator[tuple[str, Any]]:
    for number, layer in enumerate(encoder.encoder.layer):
        name = f"encoder.layer.{number}."
        yield name + "attention.self", layer.attention.self.query  # key and value get the same
        yield name + "attention.output.dense", layer.attention.output.dense
        yield name + "intermediate.dense", layer.intermediate.dense
        yield name + "output.dense", layer.output.dense
