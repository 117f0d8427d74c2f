"""Trains the resolver: MiniLM-L6 with two scores for every token, on turns with a standalone rewrite.

`python -m training.resolver --data DIR --work DIR [--start FOLDER]` continues from the last checkpoint
in --work. A history word's first score says that the question needs it. A question word's second score says
that it replaces such words, and the first token's second score that the question needs any.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import onnx
import torch

from bot.resolution.tagger import RESOLVER, Feeder
from index.errors import BylineError
from index.models.session import open_tokenizer
from training.data.dialogues import SOURCES, Row, dialogues, with_long_answers
from training.data.examples import pack
from training.data.records import records
from training.data.turns import (
    OUTPUTS,
    UNJUDGED,
    TurnExample,
    example,
    held_out,
    turns,
    written_turns,
)
from training.export_embedder import check_weights, find_checkpoint
from training.networks.network import SpanNetwork, token_batch
from training.networks.run import Run
from training.networks.work import claim, log_to

EPOCHS = 8
ALONE = 3  # the last epochs have no generated conversations
MADE = 3_500  # generated turns in each earlier epoch
WRITTEN = 6_000  # turns on news in each epoch
RATE = 1.5e-4
DROPOUT = 0.1
NEEDED_WEIGHT = 2.0  # needed words are few
OPEN_WEIGHT = 15.0  # only one token in a hundred says whether the question needs any word
LONG_ITEM = 200  # characters; a longer item is an answer


def collate(examples: Sequence[TurnExample]) -> dict[str, Any]:
    """Padded tensors; UNJUDGED marks tokens without a loss."""
    batch = token_batch(examples)
    batch["allowed"] = torch.ones_like(batch["ids"], dtype=torch.bool)
    judged = torch.full((*batch["ids"].shape, 2), UNJUDGED)
    for n, one in enumerate(examples):
        length = len(one.ids)
        judged[n, :length, 0] = torch.tensor(one.needed)
        judged[n, :length, 1] = torch.tensor(one.stands)
    return batch | {"judged": judged}


def loss(network: SpanNetwork, examples: Sequence[TurnExample]) -> Any:
    """Binary cross entropy of the labelled words."""
    batch = collate(examples)
    logits, judged = network(batch), batch["judged"]
    known = judged != UNJUDGED
    weight = torch.where(judged == 1, NEEDED_WEIGHT, 1.0)
    weight[:, 0, 1] = OPEN_WEIGHT
    return torch.nn.functional.binary_cross_entropy_with_logits(
        logits[known], judged[known], weight[known]
    )


class Lessons:
    """The turns of each epoch: people's rewrites, and generated turns until the last epochs."""

    def __init__(self, data: Path, feeder: Feeder, epochs: int) -> None:
        self._feeder, self._epochs = feeder, epochs
        self._rows = [r for r in turns(data) if r["history"] and not held_out(r)]
        self._unanswered = [row for row in self._rows if _is_unanswered(row)]
        self._made = dialogues(data, seed=0)
        self._written = written_turns(data)
        texts = (r for r in records(data, "reader/train") if r["source"].startswith(SOURCES))
        self._passages = list(dict.fromkeys(row["context"] for row in texts))

    @property
    def total(self) -> int:
        """Turns of all epochs."""
        people = len(self._rows) + len(self._unanswered)
        news = min(WRITTEN, len(self._written))
        return (people + news) * self._epochs + MADE * max(0, self._epochs - ALONE)

    def batches(self) -> Iterator[list[TurnExample]]:
        """Endless batches of turns of similar lengths, shuffled with a fixed seed."""
        for epoch in count():
            rng = random.Random(epoch)
            longer = [with_long_answers(row, self._passages, rng) for row in self._unanswered]
            news = rng.sample(self._written, min(WRITTEN, len(self._written)))
            rows = self._rows + longer + news
            if epoch < self._epochs - ALONE:
                first = epoch * MADE % len(self._made)
                rows += (self._made * 2)[first : first + MADE]
            made = [example(row, self._feeder) for row in rows]
            packed = pack(sorted(made, key=lambda one: (one.width, rng.random())))
            rng.shuffle(packed)
            yield from packed


def _is_unanswered(row: Row) -> bool:
    """True for a conversation without answers, like most of CAsT 2019 and 2020."""
    return row["source"].startswith("cast") and max(map(len, row["history"])) < LONG_ITEM


def train(data: Path, work: Path, start: Path | None, epochs: int) -> None:
    """Trains for `epochs`; work/state.pt then also has the averaged weights."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    claim(work, start, 0)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)  # denormal numbers are slow and mean nothing here
    feeder = Feeder(open_tokenizer(checkpoint, RESOLVER))
    lessons = Lessons(data, feeder, epochs)
    network = SpanNetwork(checkpoint, DROPOUT)
    if start:
        network.start_from(start / "model.onnx")
    if not start or not _is_resolver(start):
        torch.nn.init.normal_(network.head.weight, std=0.02)
        torch.nn.init.constant_(network.head.bias, -2.0)  # most words are not needed
    network.train()  # loading puts the encoder into evaluation mode, without dropout
    Run(network, loss, work, lessons.total, RATE).go(lessons.batches())


def _is_resolver(folder: Path) -> bool:
    """True for a resolver's model, whose two scores mean what they are trained to mean here."""
    outputs = onnx.load(folder / "model.onnx").graph.output
    return [output.name for output in outputs] == list(OUTPUTS)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained, 2 for a known error, reported in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.resolver", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument(
        "--start", type=Path, help="folder of a reader's or resolver's model to start from"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    options = parser.parse_args(argv)
    log_to(options.work)
    try:
        train(options.data, options.work, options.start, options.epochs)
    except BylineError as error:
        print(f"training.resolver: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
