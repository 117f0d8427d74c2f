"""What every pipeline is asked for, which ones there are, and what each needs to take part.

A pipeline is opened by the name of its module, so that a process holds the libraries of one only.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from index.errors import EvaluationError

BYLINE = "Byline"
LLAMAINDEX = "LlamaIndex, stock"
CHROMA = "Chroma's default"
BM25S = "bm25s"
MODULES = {
    BYLINE: "eval.bench.pipelines.byline",
    LLAMAINDEX: "eval.bench.pipelines.llamaindex",
    CHROMA: "eval.bench.pipelines.chroma",
    BM25S: "eval.bench.pipelines.words",
}
OTHERS = tuple(name for name in MODULES if name != BYLINE)
PASSAGES = 12  # of a question, from which its files are taken, the same for all


@dataclass(frozen=True, slots=True)
class Given:
    """What every pipeline is given: the articles, and the files of the models."""

    corpus: Path
    embedder: Path
    fp32: Path

    def to_json(self) -> dict[str, str]:
        """The paths as strings."""
        return {
            "corpus": str(self.corpus),
            "embedder": str(self.embedder),
            "fp32": str(self.fp32),
        }

    @classmethod
    def from_json(cls, row: dict[str, str]) -> "Given":
        """The same from strings."""
        return cls(Path(row["corpus"]), Path(row["embedder"]), Path(row["fp32"]))


@dataclass(frozen=True, slots=True)
class Held:
    """What an index holds after a sync, in the pipeline's own passages."""

    articles: int
    passages: int


class Pipeline(Protocol):
    """One way from a folder to ranked files. Its methods raise what its libraries raise.

    Byline's also has `answer`: the others only retrieve, or need a language model for more.
    """

    def sync(self, storage: Path) -> Held:
        """Bring the index in `storage`, a folder, in line with the articles; its model is loaded anew."""

    def search(self, question: str) -> list[str]:
        """The distinct files of the best PASSAGES passages, best first."""

    def close(self) -> None:
        """Let go of the index."""


def open_pipeline(name: str, given: Given) -> Pipeline:
    """The pipeline of that name, nothing synced yet. Raises ImportError when a library is missing."""
    return cast(Pipeline, importlib.import_module(MODULES[name]).open_pipeline(given))


def lacking(name: str, given: Given) -> str:
    """Why a pipeline cannot take part, with the remedy; "" when it can.

    Raises EvaluationError for a name that there is none of.
    """
    if name not in MODULES:
        raise EvaluationError(f"pipeline {name!r}: expected one of {', '.join(MODULES)}")
    if name == CHROMA and not given.fp32.is_file():
        return (
            f"no {given.fp32}; make the model with: "
            f"python -m training.export_embedder --data FOLDER --fp32 {given.fp32}"
        )
    if name == BM25S and importlib.util.find_spec("bm25s") is None:
        return "the package is not installed: pip install -r requirements-dev.txt"
    return ""
