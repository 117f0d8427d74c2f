"""Fits the reader's confidence: models/reader/confidence.json.

    python -m training.confidence --data FOLDER [--reader FOLDER]

The questions are those no run of `training.reader` sees. Each is asked of its own passage, and of an index
of all their passages, through the retriever and the reader as the product uses them. Half of the questions
fit the weights; the other half measures them. Needs requirements.txt, not PyTorch.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.build import sync_corpus
from bot.confidence import (
    FILE,
    STRICTNESS,
    AnswerSignals,
    Calibration,
    SpanSignals,
    load_calibration,
)
from bot.extractive import ContextReader, ExtractiveReader, standing
from bot.retrieval import HybridRetriever
from bot.spans import SpanModel
from eval.metrics import answer_is_right, squad_normalise, token_f1
from eval.reader import RIGHT_F1
from index.encoder import Encoder
from index.errors import BylineError, SettingsError
from index.library import Library
from index.settings import Settings, load_settings
from training.pairs import KEPT_BACK
from training.records import records

Array = NDArray[np.float64]
# The probability an answer must reach, by strictness, when its articles are many.
POINTS = {"lenient": 0.3, "balanced": 0.5, "strict": 0.7}
PENALTY = 0.01  # L2, on standardised signals


@dataclass(frozen=True)
class Asked:
    """One question, what came of it, and whether that was right; `title` groups passages."""

    title: str
    question: str
    context: str
    answers: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """True for the half that fits the weights: split by article, so that none is in both."""
        return hashlib.sha256(self.title.encode()).digest()[0] % 2 == 0


def validation(data: Path) -> list[Asked]:
    """The questions of both validation sets; a context without a title is its own article."""
    return [
        Asked(
            row.get("title") or row["context"][:60],
            row["question"],
            row["context"],
            tuple(row["answers"]),
        )
        for name in ("reader/squad2_dev_part", "reader/valid_wiki")
        for row in records(data, name)
        if row.get("title") is None or row["title"] in KEPT_BACK
    ]


def fit(signals: Sequence[Mapping[str, float]], right: Sequence[bool]) -> dict[str, float]:
    """Weights of a logistic model by signal's name, by Newton's method with a little L2."""
    names = list(signals[0])
    values = np.array([[row[name] for name in names] for row in signals])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    rows = np.column_stack([np.ones(len(values)), (values - mean) / scale])
    target, weights = np.array(right, float), np.zeros(len(names) + 1)
    ridge = PENALTY * np.eye(len(weights)) * (np.arange(len(weights)) > 0)
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (target - p) / len(rows) - ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows / len(rows) + ridge
        weights = weights + np.linalg.solve(curve, slope)
    plain = weights[1:] / scale
    fitted = {"bias": weights[0] - float(plain @ mean), **dict(zip(names, plain, strict=True))}
    return {name: round(float(value), 4) for name, value in fitted.items()}


def blank(names: Sequence[str]) -> dict[str, float]:
    """Weights that are all 0, to run the reader before it is calibrated."""
    return dict.fromkeys(["bias", *names], 0.0)


def contexts(asked: Sequence[Asked], model: SpanModel) -> list[tuple[SpanSignals, bool]]:
    """What each question's own passage shows, and whether its best span is right."""
    none = Calibration({}, {}, {}, {})
    reader, found = ContextReader(model, none, 0.0), []
    for one in asked:
        if told := reader.signals(one.question, one.context):
            text, signals = told
            f1 = token_f1(text, one.answers, squad_normalise)
            found.append((signals, bool(one.answers and f1 and f1 >= RIGHT_F1)))
    return found


def index(asked: Sequence[Asked], folder: Path) -> Settings:
    """An index with one file for every article of the questions."""
    passages: dict[str, dict[str, None]] = defaultdict(dict)
    for one in asked:
        passages[one.title][one.context] = None
    (folder / "corpus").mkdir()
    for number, (title, texts) in enumerate(passages.items()):
        head = f"# {title.replace('_', ' ')}\n\n" if title in KEPT_BACK else ""
        (folder / "corpus" / f"{number}.md").write_text(head + "\n\n".join(texts), encoding="utf-8")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    return settings


def searched(
    asked: Sequence[Asked], settings: Settings, reader: ExtractiveReader
) -> list[tuple[AnswerSignals, bool]]:
    """What the best answer to each question shows when it is asked of all the articles."""
    found = []
    encoder = Encoder(settings.embedder)
    library = Library(settings.corpus, settings.storage, encoder)
    retriever = HybridRetriever(library)
    for one in asked:
        places = reader.places(one.question, retriever.search(one.question, settings.candidates))
        if places:
            best = places[0]
            told = best.answer.of(best.candidate.article.text)
            right = bool(one.answers and answer_is_right(told, one.answers))
            found.append((standing(best, places), right))
    library.close()
    return found


def calibrate(data: Path, folder: Path) -> dict[str, Any]:
    """Fits both models; returns what confidence.json holds."""
    everything = validation(data)
    half = [one for one in everything if one.fits]
    model = SpanModel(folder)
    found = contexts(half, model)
    span = fit([asdict(signals) for signals, _ in found], [right for _, right in found])
    calibration = Calibration(span, blank(AnswerSignals.__slots__), {}, {})
    reader = ExtractiveReader(model, calibration)
    with TemporaryDirectory() as temporary:
        settings = index(everything, Path(temporary))
        standings = searched(half, settings, reader)
    reader.close()
    answer = fit([asdict(signals) for signals, _ in standings], [right for _, right in standings])
    return {
        "span": span,
        "answer": answer,
        "points": POINTS,
        "context_points": dict.fromkeys(STRICTNESS, 0.5) | {"lenient": 0.3, "strict": 0.7},
        "fitted": {
            "on": date.today().isoformat(),
            "questions": len(half),
            "data": "half, by article, of SQuAD 2.0 (dev, kept-back articles) and SQuADShifts (new wiki)",
        },
    }


def main(argv: Sequence[str] | None = None) -> int:
    """0 when written, 2 when something is missing."""
    parser = argparse.ArgumentParser(prog="training.confidence", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds reader/*.jsonl.xz"
    )
    parser.add_argument("--reader", type=Path, default=load_settings().reader)
    options = parser.parse_args(argv)
    try:
        if not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds reader/")
        found = calibrate(options.data, options.reader)
        path = options.reader / FILE
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        load_calibration(options.reader)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
