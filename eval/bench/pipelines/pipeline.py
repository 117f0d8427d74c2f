"""What every pipeline does, which ones there are, and what each needs to take part.

A pipeline is opened by name, so that a process loads the libraries of one only.
"""

import importlib.util
import pkgutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

BYLINE = "Byline"
LLAMAINDEX = "LlamaIndex, stock"
CHROMA = "Chroma's default"
BM25S = "bm25s"
CLASSES = {
    BYLINE: "eval.bench.pipelines.byline:Byline",
    LLAMAINDEX: "eval.bench.pipelines.llamaindex:LlamaIndex",
    CHROMA: "eval.bench.pipelines.chroma:Chroma",
    BM25S: "eval.bench.pipelines.words:Words",
}
OTHERS = tuple(name for name in CLASSES if name != BYLINE)
PASSAGES = 12  # per question, from which its files are taken, the same for all


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every pipeline gets: the articles, and the files of the models."""

    corpus: Path
    embedder: Path
    fp32: Path


@dataclass(frozen=True, slots=True)
class IndexSize:
    """What an index contains after a sync, in the pipeline's own passages."""

    articles: int
    passages: int


class Pipeline(Protocol):
    """One way from a folder to ranked files. Its methods raise what its libraries raise.

    Byline's also has `answer`: the others only retrieve, or need a language model for more.
    """

    def sync(self, storage: Path) -> IndexSize:
        """Bring the index in `storage`, a folder, in line with the articles; its model is loaded anew."""

    def search(self, question: str) -> list[str]:
        """The distinct files of the best PASSAGES passages, best first."""

    def close(self) -> None:
        """Release the index."""


def open_pipeline(name: str, inputs: Inputs) -> Pipeline:
    """The pipeline of that name, nothing synced yet. Raises ImportError when a library is missing."""
    return cast(Pipeline, pkgutil.resolve_name(CLASSES[name])(inputs))


def missing_part(name: str, inputs: Inputs) -> str:
    """Why a pipeline cannot take part, with the remedy; "" when it can."""
    if name == CHROMA and not inputs.fp32.is_file():
        return (
            f"no {inputs.fp32}; make the model with: "
            f"python -m training.export_embedder --data FOLDER --fp32 {inputs.fp32}"
        )
    if name == BM25S and importlib.util.find_spec("bm25s") is None:
        return "the package is not installed: pip install -r requirements-dev.txt"
    return ""
