"""Trains the embedder: all-MiniLM-L6-v2 learns which passage of the news answers a question.

`python -m training.embedder --data DIR --work DIR` continues from the last checkpoint in --work. It does not
know how the weights are mixed with the published ones and exported.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch

from index.errors import BylineError
from index.models.encoder import EMBEDDER, Encoder
from index.models.session import open_tokenizer
from training.data.searches import Search, batches, searches
from training.export_embedder import check_weights, find_checkpoint
from training.networks.network import VectorNetwork
from training.networks.run import Run
from training.networks.work import ROOT, claim, log_to

RATE = 8e-5
FROZEN = 2  # layers that stay as published, with the word table: rare words keep their meaning
SCALE = 20.0  # of cosines before the softmax, as the published model was trained
TOKENS = 160  # of a passage; more cost time and hardly teach more
QUESTION_TOKENS = 48


class Feeder:
    """Turns texts into padded tensors."""

    def __init__(self, folder: Path) -> None:
        """Loads `folder`/tokenizer.json."""
        self._tokenizer = open_tokenizer(folder, EMBEDDER)

    def batch(self, texts: Sequence[str], limit: int) -> tuple[Any, Any]:
        """Ids and mask of the texts, int64 (texts, tokens), each cut to `limit` tokens."""
        rows = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        rows = [row if len(row) <= limit else [*row[: limit - 1], row[-1]] for row in rows]
        ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = torch.tensor(row)
            mask[n, : len(row)] = 1
        return ids, mask


def contrast(questions: Any, passages: Any, pairs: Sequence[Search]) -> Any:
    """Cross entropy of finding each question's passage in the batch, and each passage's question.

    The vectors have the shape (pairs, 384) and length 1. A passage that may answer another question too is
    left out of that question's negatives.
    """
    apart = ~torch.eye(len(pairs), dtype=torch.bool)
    answers = torch.tensor([[one.is_answered_by(other) for other in pairs] for one in pairs])
    scores = SCALE * questions @ passages.T
    scores = scores.masked_fill(answers & apart, -1e4)
    wanted = torch.arange(len(pairs))
    entropy = torch.nn.functional.cross_entropy
    return 0.75 * entropy(scores, wanted) + 0.25 * entropy(scores.T, wanted)


def train(data: Path, work: Path, epochs: float, seed: int = 0) -> None:
    """Trains for `epochs`; work/state.pt then also has the averaged weights."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    claim(work, None, seed)
    torch.manual_seed(seed)
    torch.set_flush_denormal(True)  # denormal numbers are slow and mean nothing here
    pairs = searches(data, seed)
    vectors = _passage_vectors(pairs, work)
    network, feeder = VectorNetwork(checkpoint, FROZEN), Feeder(checkpoint)

    def every_epoch() -> Iterator[list[Search]]:
        for epoch in count(1000 * seed):
            yield from batches(pairs, vectors, epoch)

    def loss(network: VectorNetwork, batch: Sequence[Search]) -> Any:
        questions = network(*feeder.batch([one.question for one in batch], QUESTION_TOKENS))
        passages = network(*feeder.batch([one.passage for one in batch], TOKENS))
        return contrast(questions, passages, batch)

    Run(network, loss, work, int(len(pairs) * epochs), RATE).go(every_epoch())


def _passage_vectors(pairs: Sequence[Search], work: Path) -> Any:
    """The published model's vectors of the passages, kept in work/vectors.npy."""
    kept = work / "vectors.npy"
    if not kept.is_file():
        encoder = Encoder(ROOT / "models" / "embedder")
        np.save(kept, encoder.encode([one.passage for one in pairs]))
        encoder.close()
    return np.load(kept)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained to the end, 2 for a known error, reported in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.embedder", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--epochs", type=float, default=1.0, help="how often every pair is seen")
    parser.add_argument("--seed", type=int, default=0, help="random seed (default 0)")
    options = parser.parse_args(argv)
    log_to(options.work)
    try:
        train(options.data, options.work, options.epochs, options.seed)
    except BylineError as error:
        print(f"training.embedder: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
