"""Trains the reader: MiniLM-L6 with a start and an end score for every token, on question–passage pairs.

`python -m training.reader --data DIR --work DIR` continues from the last checkpoint in --work. A pair
without an answer is trained to point at the first token, so that the best span's margin over that token
is comparable between passages. `--start models/reader` starts from a shipped model instead of the plain
encoder, `--start DIR` from the averaged weights of the run in DIR, and `--seed N` makes other negatives.
It does not know how the weights are exported.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import torch

from index.errors import BylineError
from training.data.examples import Example, Tokens, batches
from training.data.mixture import STORIES
from training.export_embedder import check_weights, find_checkpoint
from training.networks.network import VERDICTS, SpanNetwork, token_batch
from training.networks.run import Run
from training.networks.work import STATE, claim, kept_pairs, log_to, make_pairs

RATE = 2e-4
RATE_ON = 1.2e-4  # when starting from a trained reader
CONTRAST_WEIGHT = 0.5
VERDICT_WEIGHT = 1.0
DROPOUT = (
    0.1  # of the hidden states when starting from a trained reader, which has seen most of the data
)


def collate(examples: Sequence[Example]) -> dict[str, Any]:
    """Padded tensors of the examples; `allowed` marks the passage and the first token."""
    batch = token_batch(examples)
    shape = batch["ids"].shape
    batch["allowed"] = torch.zeros(shape, dtype=torch.bool)
    batch["starts"], batch["ends"] = torch.zeros(shape), torch.zeros(shape)
    for n, example in enumerate(examples):
        batch["allowed"][n, example.base : len(example.ids) - 1] = True
        batch["allowed"][n, 0] = True
        for name, tokens in (("starts", example.starts), ("ends", example.ends)):
            if tokens:
                batch[name][n, list(tokens)] = 1 / len(set(tokens))
    return batch


def loss(network: SpanNetwork, examples: Sequence[Example]) -> Any:
    """Cross entropy of both ends and of the verdicts, and the contrast of answered and unanswered pairs."""
    batch = collate(examples)
    logits, verdicts = network.read(batch)
    ends = (
        _end_loss(logits[:, :, 0], batch["starts"]) + _end_loss(logits[:, :, 1], batch["ends"])
    ) / 2
    return (
        ends
        + CONTRAST_WEIGHT * _contrast_loss(logits, batch, examples)
        + VERDICT_WEIGHT * _verdict_loss(verdicts, examples)
    )


def _end_loss(logits: Any, wanted: Any) -> Any:
    """Mean of -log p at the target tokens; without a target, p is that of any token except the first."""
    every = torch.logsumexp(logits, dim=1)
    known = wanted.sum(1) > 0
    named = (logits * wanted).sum(1)
    target = torch.where(known, named, torch.logsumexp(logits[:, 1:], dim=1))
    return (every - target).mean()


def _contrast_loss(logits: Any, batch: dict[str, Any], examples: Sequence[Example]) -> Any:
    """Softplus of how far an unanswered question's margin is above an answered one's.

    Half of it is the mean over the pairs of one passage, half over all pairs of the batch; the
    second is a smooth form of 1 - AUROC.
    """
    answered = torch.tensor([example.is_answered for example in examples])
    unanswered = torch.tensor([example.is_unanswered for example in examples])
    if not answered.any() or not unanswered.any():
        return logits.new_zeros(())
    none = logits[:, 0].sum(1)
    reached = (logits[:, :, 0] * batch["starts"] + logits[:, :, 1] * batch["ends"]).sum(1) - none
    best = logits[:, 1:].amax(1).sum(1) - none  # of start and end independently: an upper bound
    losses = torch.nn.functional.softplus(best[unanswered][:, None] - reached[answered][None, :])
    left = [e.group for e in examples if e.is_unanswered]
    right = [e.group for e in examples if e.is_answered]
    same = torch.tensor([[bool(a) and a == b for b in right] for a in left])
    near = losses[same].mean() if same.any() else logits.new_zeros(())
    return (near + losses.mean()) / 2


def _verdict_loss(verdicts: Any, examples: Sequence[Example]) -> Any:
    """Cross entropy of the yes-or-no questions and the judged claims."""
    known = [n for n, example in enumerate(examples) if example.verdict]
    if not known:
        return verdicts.new_zeros(())
    labels = torch.tensor([VERDICTS.index(examples[n].verdict) for n in known])
    losses = torch.nn.functional.cross_entropy(verdicts[known], labels, reduction="sum")
    return losses / len(examples)


def train(
    data: Path,
    work: Path,
    epochs: float,
    start: Path | None = None,
    seed: int = 0,
    public: float = 1.0,
    stories: int = STORIES,
) -> None:
    """Trains for `epochs`; work/state.pt then also has the averaged weights."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    claim(work, start, seed)
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # denormal numbers are slow and mean nothing here
    make_pairs(data, work, seed, public, stories)
    pairs, tokens = kept_pairs(work), Tokens(checkpoint)
    network = SpanNetwork(checkpoint, DROPOUT if start else 0.0)
    if start:
        state = start / STATE
        network.start_from(state if state.is_file() else start / "model.onnx")
    network.train()  # loading puts the encoder into evaluation mode, without dropout
    total = int(len(pairs) * epochs)

    def every_epoch() -> Iterator[list[Example]]:
        for epoch in count(1000 * seed):
            yield from batches(pairs, tokens, epoch)

    Run(network, loss, work, total, RATE_ON if start else RATE).go(every_epoch())


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained to the end, 2 for a known error, reported in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--epochs", type=float, default=1.0, help="how often every pair is seen")
    parser.add_argument(
        "--start", type=Path, help="folder of a reader's model, or of a run, to start from"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="random seed of negatives and order (default 0)"
    )
    parser.add_argument(
        "--public",
        type=float,
        default=1.0,
        help="share of the public pairs to use; written pairs are always used",
    )
    parser.add_argument(
        "--stories", type=int, default=STORIES, help="made-up stories, about six questions each"
    )
    options = parser.parse_args(argv)
    log_to(options.work)
    try:
        train(
            options.data,
            options.work,
            options.epochs,
            options.start,
            options.seed,
            options.public,
            options.stories,
        )
    except BylineError as error:
        print(f"training.reader: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
