"""Trains the reader: MiniLM-L6 with a start and an end score for every token, on question–passage pairs.

`python -m training.reader --data DIR --work DIR` goes on from the last checkpoint in --work. A pair
without an answer is trained to point at the first token, so that the margin of the best span over it
compares passages. `--start models/reader` goes on from a shipped model instead of the plain encoder, and
`--seed N` makes other negatives. It does not know how the weights are stored for use.
"""

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModel

from index.errors import BylineError
from training.examples import SOMEWHERE, Example, Tokens, batches
from training.export_embedder import check_weights, find_checkpoint
from training.restore import restore
from training.work import claim, kept_pairs, make_pairs

WARM_UP = 0.05  # of all pairs
RATE = 2e-4
RATE_ON = 1.2e-4  # when a trained reader is the start
DROPOUT = (
    0.1  # of the hidden states when a trained reader is the start: it has seen most of the data
)
LAYER_DECAY = 0.9  # the learning rate of a layer is this times that of the one above
AVERAGED = 0.998  # of the moving average of the weights, which is what is kept in the end
CHECKPOINT_STEPS = 250
LOG_STEPS = 50
_log = logging.getLogger("training.reader")


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

    def start_from(self, model: Path) -> None:
        """Takes over the weights of a reader's ONNX file."""
        weights, (head, bias) = restore(model)
        self.encoder.load_state_dict({name: _tensor(value) for name, value in weights.items()})
        self.head.load_state_dict({"weight": _tensor(head.T), "bias": _tensor(bias)})

    def forward(self, batch: dict[str, Any]) -> Any:
        """Logits of shape (pairs, tokens, 2); where no answer may stand they are very low."""
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(
                input_ids=batch["ids"],
                token_type_ids=batch["segments"],
                attention_mask=batch["mask"],
            ).last_hidden_state
            logits = self.head(states.float())
        return logits.float().masked_fill(~batch["allowed"][:, :, None], -1e4)


def _tensor(values: Any) -> Any:
    return torch.from_numpy(np.array(values, np.float32))


def token_batch(examples: Sequence[Any]) -> dict[str, Any]:
    """Padded tensors of what has `ids`, a `base` where its second part begins, and a `width`."""
    shape = len(examples), max(example.width for example in examples)
    batch = {key: torch.zeros(shape, dtype=torch.long) for key in ("ids", "segments", "mask")}
    for n, example in enumerate(examples):
        length = len(example.ids)
        batch["ids"][n, :length] = torch.tensor(example.ids)
        batch["segments"][n, example.base : length] = 1
        batch["mask"][n, :length] = 1
    return batch


def collate(examples: Sequence[Example]) -> dict[str, Any]:
    """Padded tensors of the examples; `allowed` marks the passage and the first token."""
    batch = token_batch(examples)
    batch["allowed"] = torch.zeros_like(batch["ids"], dtype=torch.bool)
    for n, example in enumerate(examples):
        batch["allowed"][n, example.base : len(example.ids) - 1] = True
        batch["allowed"][n, 0] = True
    batch["start"] = torch.tensor([example.start for example in examples])
    batch["end"] = torch.tensor([example.end for example in examples])
    return batch


class Run:
    """A training run; a stop loses at most CHECKPOINT_STEPS updates of it."""

    def __init__(self, network: SpanNetwork, work: Path, total: int, rate: float = RATE) -> None:
        self._network, self._file, self._total = network, work / "state.pt", total
        self._optimizer = torch.optim.AdamW(groups(network, rate), fused=True, betas=(0.9, 0.98))
        self._average = {k: v.detach().clone() for k, v in network.state_dict().items()}
        self.seen = self.steps = 0
        if self._file.is_file():
            state = torch.load(self._file)
            network.load_state_dict(state["network"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._average, self.seen, self.steps = state["average"], state["seen"], state["steps"]
            _log.info("going on from %d pairs", self.seen)

    def step(self, examples: Sequence[Example]) -> float:
        """One update of the weights; returns the loss before it."""
        done = self.seen / self._total
        rate = min(1.0, done / WARM_UP) * max(0.02, 1.0 - done)
        for group in self._optimizer.param_groups:
            group["lr"] = group["top"] * rate
        batch = collate(examples)
        logits = self._network(batch)
        loss = (_loss(logits[:, :, 0], batch["start"]) + _loss(logits[:, :, 1], batch["end"])) / 2
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimizer.step()
        self.steps += 1
        self.seen += len(examples)
        self._keep_average()
        if self.steps % CHECKPOINT_STEPS == 0:
            self.save()
        return float(loss.item())

    def _keep_average(self) -> None:
        weight = 1 - min(AVERAGED, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self._network.state_dict().items():
                if value.dtype.is_floating_point:
                    self._average[name].lerp_(value, weight)

    def save(self) -> None:
        """Writes the checkpoint in one move, so that a stop never leaves half of one."""
        state = {
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average,
            "seen": self.seen,
            "steps": self.steps,
        }
        fresh = self._file.with_suffix(".new")
        torch.save(state, fresh)
        os.replace(fresh, self._file)


def _loss(logits: Any, at: Any) -> Any:
    """Mean of -log p(at); where `at` is SOMEWHERE, p is that of any token but the first."""
    every = torch.logsumexp(logits, dim=1)
    named = logits.gather(1, at.clamp(min=0)[:, None])[:, 0]
    target = torch.where(at == SOMEWHERE, torch.logsumexp(logits[:, 1:], dim=1), named)
    return (every - target).mean()


def groups(network: SpanNetwork, top: float) -> list[dict[str, Any]]:
    """Parameter groups for AdamW: the rate `top` falls layer by layer; biases and norms do not decay."""
    found = []
    for name, parameter in network.named_parameters():
        below = 0
        if name.startswith("encoder."):
            below = 5 - int(name.split("layer.")[1].split(".")[0]) if "layer." in name else 6
        rate = top * LAYER_DECAY**below
        decay = 0.01 if parameter.ndim > 1 else 0.0
        found.append({"params": [parameter], "lr": rate, "top": rate, "weight_decay": decay})
    return found


def train(data: Path, work: Path, epochs: float, start: Path | None = None, seed: int = 0) -> None:
    """Trains until `epochs` are done; work/state.pt then holds the averaged weights too."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    claim(work, start, seed)
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # denormal numbers are slow and mean nothing here
    make_pairs(data, work, seed)
    pairs, tokens = kept_pairs(work), Tokens(checkpoint)
    total = int(len(pairs) * epochs)
    network = SpanNetwork(checkpoint, DROPOUT if start else 0.0)
    if start:
        network.start_from(start / "model.onnx")
    network.train()  # loading leaves the encoder as for use, without dropout
    run = Run(network, work, total, RATE_ON if start else RATE)
    first, began, loss, passed, epoch = run.seen, time.monotonic(), 0.0, 0, 0
    while run.seen < total:
        for examples in batches(pairs, tokens, 1000 * seed + epoch):
            passed += len(examples)
            if passed <= first:
                continue  # done before the stop
            loss = 0.98 * loss + 0.02 * run.step(examples)
            if run.steps % LOG_STEPS == 0:
                speed = (run.seen - first) / (time.monotonic() - began)
                _log.info("%d of %d pairs, loss %.3f, %.1f a second", run.seen, total, loss, speed)
            if run.seen >= total:
                break
        epoch += 1
    run.save()


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained to the end, 2 for a known error, told in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--epochs", type=float, default=1.0, help="how often every pair is seen")
    parser.add_argument("--start", type=Path, help="folder of a reader's model to go on from")
    parser.add_argument("--seed", type=int, default=0, help="of negatives and order (default 0)")
    arguments = parser.parse_args(argv)
    arguments.work.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers.append(logging.FileHandler(arguments.work / "log.txt"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=handlers)
    try:
        train(arguments.data, arguments.work, arguments.epochs, arguments.start, arguments.seed)
    except BylineError as error:
        print(f"training.reader: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
