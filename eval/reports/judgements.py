"""Judgements kept by content: a JSON file each, named by the sha256 of all that it depends on.

Knows nothing of models or evaluators.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from index.state.replacing import replacing

# The prompts are LlamaIndex's, how a reply is read is ours.
PROMPTS = f"llama-index-core {version('llama-index-core')}, 1"


@dataclass(frozen=True, slots=True)
class Matter:
    """What is judged, by whom and how."""

    judge: str
    evaluator: str
    question: str
    answer: str
    contexts: tuple[str, ...]
    reference: str
    prompts: str = PROMPTS

    @property
    def key(self) -> str:
        """The sha256 of all of it, in hexadecimal."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A score, or None where the reply held none or `failure` says why there is no reply."""

    score: float | None
    reply: str
    failure: str = ""


class Judgements:
    """A folder of judgements, made when the first is kept. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, matter: Matter) -> Judgement | None:
        """What was judged before; None when nothing was, or its file is damaged."""
        try:
            row = json.loads(self._path(matter).read_text(encoding="utf-8"))
            score = row["score"]
            return Judgement(None if score is None else float(score), str(row["reply"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, matter: Matter, made: Judgement) -> None:
        """Keep a judgement, in one move; where the folder cannot be written nothing is kept."""
        row = {
            "judge": matter.judge,
            "evaluator": matter.evaluator,
            "score": made.score,
            "reply": made.reply,
        }
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._path(matter)) as fresh:
                fresh.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")

    def _path(self, matter: Matter) -> Path:
        return self._folder / f"{matter.key}.json"
