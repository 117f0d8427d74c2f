"""The networks that are trained: MiniLM-L6 with two scores for every token, or with one vector a text.

They know neither what these mean nor how they are trained.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

from training.networks.restore import restore, restore_verdict

VERDICTS = "yes", "no", "neither"
# A processor without these instructions emulates them, many times slower than float32.
HAS_BF16 = torch.cpu._is_avx512_bf16_supported()


class SpanNetwork(torch.nn.Module):
    """The encoder with a linear layer of two outputs a token."""

    def __init__(self, folder: Path, dropout: float = 0.0) -> None:
        super().__init__()
        # Eager attention without dropout is several times faster on CPUs.
        self.encoder = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
        )
        self.head = torch.nn.Linear(384, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)
        self.verdict = torch.nn.Linear(384, len(VERDICTS))

    def start_from(self, model: Path) -> None:
        """Loads the averaged weights of a run's checkpoint (.pt), or those of a reader's ONNX file."""
        if model.suffix == ".pt":
            self.load_state_dict(torch.load(model)["average"])
            return
        weights, (head, bias) = restore(model)
        self.encoder.load_state_dict({name: _tensor(value) for name, value in weights.items()})
        self.head.load_state_dict({"weight": _tensor(head.T), "bias": _tensor(bias)})
        if verdict := restore_verdict(model):
            weight, bias = verdict
            self.verdict.load_state_dict({"weight": _tensor(weight.T), "bias": _tensor(bias)})

    def forward(self, batch: dict[str, Any]) -> Any:
        """Logits of shape (pairs, tokens, 2), very low at tokens that cannot be an answer."""
        return self.read(batch)[0]

    def read(self, batch: dict[str, Any]) -> tuple[Any, Any]:
        """The logits of `forward`, and those of the verdicts, (pairs, 3), from the first token."""
        with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16):
            states = self.encoder(
                input_ids=batch["ids"],
                token_type_ids=batch["segments"],
                attention_mask=batch["mask"],
            ).last_hidden_state
            logits, verdicts = self.head(states.float()), self.verdict(states[:, 0].float())
        return logits.float().masked_fill(~batch["allowed"][:, :, None], -1e4), verdicts.float()


class VectorNetwork(torch.nn.Module):
    """The encoder with the mean of its tokens' states, scaled to length 1, as its output."""

    def __init__(self, folder: Path, frozen: int) -> None:
        """The published weights; the word table and the first `frozen` layers are not trained."""
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="eager"
        )
        self.encoder.eval()  # no dropout: it is slow, and one pass over the data does not overfit
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:frozen]):
            part.requires_grad_(False)

    def forward(self, ids: Any, mask: Any) -> Any:
        """Vectors of shape (texts, 384), for ids and mask of shape (texts, tokens)."""
        with torch.autocast("cpu", torch.bfloat16, enabled=HAS_BF16):
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        summed = (states * mask[:, :, None]).sum(1)
        return torch.nn.functional.normalize(summed, dim=1)


def _tensor(values: Any) -> Any:
    return torch.from_numpy(np.array(values, np.float32))


def token_batch(examples: Sequence[Any]) -> dict[str, Any]:
    """Padded tensors of examples with `ids`, a `base` (start of the second part) and a `width`."""
    shape = len(examples), max(example.width for example in examples)
    batch = {key: torch.zeros(shape, dtype=torch.long) for key in ("ids", "segments", "mask")}
    for n, example in enumerate(examples):
        length = len(example.ids)
        batch["ids"][n, :length] = torch.tensor(example.ids)
        batch["segments"][n, example.base : length] = 1
        batch["mask"][n, :length] = 1
    return batch
