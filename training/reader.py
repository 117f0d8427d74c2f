"""Trains the reader: MiniLM-L6 with a start and an end score for every token, on question–passage pairs.

`python -m training.reader --data DIR --work DIR` goes on from the last checkpoint in --work. A pair
without an answer is trained to point at the first token, so that the margin of the best span over it
compares passages. `--start models/reader` goes on from a shipped model instead of the plain encoder, and
`--seed N` makes other negatives. It does not know how the weights are stored for use.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import torch

from index.errors import BylineError
from training.examples import SOMEWHERE, Example, Tokens, batches
from training.export_embedder import check_weights, find_checkpoint
from training.network import SpanNetwork, token_batch
from training.run import Run
from training.work import claim, kept_pairs, log_to, make_pairs

RATE = 2e-4
RATE_ON = 1.2e-4  # when a trained reader is the start
DROPOUT = (
    0.1  # of the hidden states when a trained reader is the start: it has seen most of the data
)


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


def loss(network: SpanNetwork, examples: Sequence[Example]) -> Any:
    """Mean cross entropy of both ends."""
    batch = collate(examples)
    logits = network(batch)
    return (
        _end_loss(logits[:, :, 0], batch["start"]) + _end_loss(logits[:, :, 1], batch["end"])
    ) / 2


def _end_loss(logits: Any, at: Any) -> Any:
    """Mean of -log p(at); where `at` is SOMEWHERE, p is that of any token but the first."""
    every = torch.logsumexp(logits, dim=1)
    named = logits.gather(1, at.clamp(min=0)[:, None])[:, 0]
    target = torch.where(at == SOMEWHERE, torch.logsumexp(logits[:, 1:], dim=1), named)
    return (every - target).mean()


def train(data: Path, work: Path, epochs: float, start: Path | None = None, seed: int = 0) -> None:
    """Trains until `epochs` are done; work/state.pt then holds the averaged weights too."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    claim(work, start, seed)
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # denormal numbers are slow and mean nothing here
    make_pairs(data, work, seed)
    pairs, tokens = kept_pairs(work), Tokens(checkpoint)
    network = SpanNetwork(checkpoint, DROPOUT if start else 0.0)
    if start:
        network.start_from(start / "model.onnx")
    network.train()  # loading leaves the encoder as for use, without dropout
    total = int(len(pairs) * epochs)

    def every_epoch() -> Iterator[list[Example]]:
        for epoch in count(1000 * seed):
            yield from batches(pairs, tokens, epoch)

    Run(network, loss, work, total, RATE_ON if start else RATE).go(every_epoch())


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained to the end, 2 for a known error, told in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--epochs", type=float, default=1.0, help="how often every pair is seen")
    parser.add_argument("--start", type=Path, help="folder of a reader's model to go on from")
    parser.add_argument("--seed", type=int, default=0, help="of negatives and order (default 0)")
    arguments = parser.parse_args(argv)
    log_to(arguments.work)
    try:
        train(arguments.data, arguments.work, arguments.epochs, arguments.start, arguments.seed)
    except BylineError as error:
        print(f"training.reader: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
