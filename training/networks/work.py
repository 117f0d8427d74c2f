"""The folder of a training run: its starting point, its log, its file names and the pairs of its epochs.

It knows no PyTorch.
"""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import SettingsError
from index.models.encoder import Encoder
from index.state.replacing import replacing
from training.data.mixture import STORIES, training_pairs
from training.data.pairs import Pair

ROOT = Path(__file__).resolve().parents[2]
PAIRS = "pairs.jsonl"
STATE, EARLY = "state.pt", "early.pt"  # the checkpoint, and the early averaged weights


def log_to(work: Path) -> None:
    """Logs to the terminal and to work/log.txt; makes the folder."""
    work.mkdir(parents=True, exist_ok=True)
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers.append(logging.FileHandler(work / "log.txt"))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=handlers)


def claim(work: Path, start: Path | None, seed: int) -> None:
    """Records in `work` what its run starts from; raises SettingsError if another run uses the folder."""
    asked = {"start": str(start.resolve()) if start else None, "seed": seed}
    note = work / "run.json"
    if not note.is_file():
        note.write_text(json.dumps(asked) + "\n", encoding="utf-8")
    found = json.loads(note.read_text(encoding="utf-8"))
    if found != asked:
        raise SettingsError(
            f"--work {work}: holds a run with {found}, expected {asked}; give another folder, or the "
            "same --start and --seed"
        )


def make_pairs(
    data: Path, work: Path, seed: int = 0, public: float = 1.0, stories: int = STORIES
) -> None:
    """Writes the pairs of an epoch to work/pairs.jsonl, once, because finding near passages takes minutes."""
    if (work / PAIRS).is_file():
        return
    encoder = Encoder(ROOT / "models" / "embedder")
    lines = [
        json.dumps(asdict(pair)) + "\n"
        for pair in training_pairs(data, encoder, seed, public, stories)
    ]
    encoder.close()
    with replacing(work / PAIRS) as fresh:
        fresh.write_text("".join(lines), encoding="utf-8")


def kept_pairs(work: Path) -> list[Pair]:
    """The pairs that `make_pairs` wrote."""
    with (work / PAIRS).open(encoding="utf-8") as file:
        return [_pair(json.loads(line)) for line in file]


def _pair(fields: dict[str, Any]) -> Pair:
    others = tuple((first, last) for first, last in fields.pop("others"))
    return Pair(**fields | {"history": tuple(fields["history"]), "others": others})
