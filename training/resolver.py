"""Trains the resolver: MiniLM-L6 with two scores for every token, on turns with a person's rewrite.

`python -m training.resolver --data DIR --work DIR [--start FOLDER]` writes work/resolver.pt. The first score
of a word of the history says that the question needs it, the second of a word of the question that it stands
for such words.
"""

import argparse
import logging
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from bot.tagging import RESOLVER, Feeder
from index.errors import BylineError
from index.runtime import open_tokenizer
from training.examples import pack
from training.export_embedder import check_weights, find_checkpoint
from training.reader import SpanNetwork, groups, token_batch
from training.turns import UNJUDGED, TurnExample, example, held_out, turns

EPOCHS = 5
RATE = 1.5e-4
WARM_UP = 0.1
DROPOUT = 0.1
NEEDED_WEIGHT = 2.0  # needed words are few
_log = logging.getLogger("training.resolver")


def collate(examples: Sequence[TurnExample]) -> dict[str, Any]:
    """Padded tensors; UNJUDGED marks tokens that no loss is taken of."""
    batch = token_batch(examples)
    batch["allowed"] = torch.ones_like(batch["ids"], dtype=torch.bool)
    judged = torch.full((*batch["ids"].shape, 2), UNJUDGED)
    for n, one in enumerate(examples):
        length = len(one.ids)
        judged[n, :length, 0] = torch.tensor(one.needed)
        judged[n, :length, 1] = torch.tensor(one.stands)
    return batch | {"judged": judged}


def loss_of(logits: Any, judged: Any) -> Any:
    """Binary cross entropy of the words that were judged."""
    known = judged != UNJUDGED
    weight = torch.where(judged == 1, NEEDED_WEIGHT, 1.0)[known]
    return torch.nn.functional.binary_cross_entropy_with_logits(
        logits[known], judged[known], weight
    )


def train(data: Path, work: Path, start: Path | None, epochs: float, everything: bool) -> None:
    """Trains and writes work/resolver.pt, the averaged weights of the last half."""
    checkpoint = find_checkpoint()
    check_weights(checkpoint)
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    feeder = Feeder(open_tokenizer(checkpoint, RESOLVER))
    rows = [row for row in turns(data) if row["history"] and (everything or not held_out(row))]
    made = [example(row, feeder) for row in rows]
    network = SpanNetwork(checkpoint, DROPOUT)
    if start:
        network.start_from(start / "model.onnx")
        torch.nn.init.normal_(network.head.weight, std=0.02)
    torch.nn.init.constant_(network.head.bias, -2.0)  # most words are not needed
    network.train()
    optimizer = torch.optim.AdamW(groups(network, RATE), fused=True)
    total, seen, loss = len(made) * epochs, 0, 0.5
    average = {k: v.detach().clone() for k, v in network.state_dict().items()}
    rng, steps = random.Random(0), 0
    while seen < total:
        order = rng.sample(made, len(made))
        packed = pack(sorted(order, key=lambda one: len(one.ids)))
        rng.shuffle(packed)
        for some in packed:
            done = seen / total
            for group in optimizer.param_groups:
                group["lr"] = group["top"] * min(1.0, done / WARM_UP) * max(0.02, 1 - done)
            batch = collate(some)
            value = loss_of(network(batch), batch["judged"])
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            seen, steps, loss = (
                seen + len(some),
                steps + 1,
                0.95 * loss + 0.05 * float(value.item()),
            )
            with torch.no_grad():
                for name, weight in network.state_dict().items():
                    if weight.dtype.is_floating_point:
                        average[name].lerp_(weight, 1 - min(0.98, (1 + steps) / (10 + steps)))
            if steps % 20 == 0:
                _log.info("%d of %d turns, loss %.4f", seen, total, loss)
    work.mkdir(parents=True, exist_ok=True)
    torch.save(average, work / "resolver.pt")


def main(argv: Sequence[str] | None = None) -> int:
    """0 when trained, 2 for a known error, told in one line."""
    parser = argparse.ArgumentParser(prog="python -m training.resolver", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--start", type=Path, help="folder of a reader's model to begin with")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    parser.add_argument("--everything", action="store_true", help="train on what measures, too")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        train(options.data, options.work, options.start, options.epochs, options.everything)
    except BylineError as error:
        print(f"training.resolver: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
