"""Measures a reader's file on the written news questions, each on its own passage.

    python -m training.figures --data FOLDER [--reader FOLDER] [--share 1.0]

Prints F1 when always answering, F1 at the best threshold, AUROC of answered questions against near misses,
the same for follow-ups in standalone form and with their history, and the balanced accuracy of yes and no.
The script needs requirements.txt, not PyTorch.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from bot.reading.model import MAX_QUESTION_TOKENS, WINDOW, SpanModel
from eval.metrics.calibration import auroc, best_threshold
from eval.metrics.metrics import exact_match, mean, squad_normalise, token_f1
from index.errors import BylineError, ModelError
from index.models.encoder import EMBEDDER
from index.models.session import open_tokenizer, special_tokens
from index.settings import ROOT
from training.data.pairs import Pair
from training.data.records import records
from training.data.written import row_pairs

NOTHING = -20.0  # the margin of a passage without a word to answer with
LABELS = "yes", "no", "neither"


@dataclass(frozen=True)
class Read:
    """The model's best span of a pair, its margin and text, and the logits of the verdict."""

    pair: Pair
    margin: float
    text: str
    verdict: tuple[float, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """The accepted answers; empty when the passage holds none."""
        pair = self.pair
        spans = [(pair.start, pair.end), *pair.others] if pair.start >= 0 else []
        return tuple(pair.passage[first:last] for first, last in spans)


class Model:
    """A reader's ONNX file, asked with history and verdicts."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "model.onnx").is_file():
            raise ModelError(f"--reader {folder}: expected a folder that holds model.onnx")
        self._spans = SpanModel(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self._tokenizer = open_tokenizer(folder, EMBEDDER)
        self._first, self._between = special_tokens(self._tokenizer)
        self._names = [output.name for output in self._session.get_outputs()]

    def read(self, pair: Pair) -> Read:
        """The best span of the pair's passage, read in windows, and the verdict of its first window."""
        found = self._spans.read(pair.question, [pair.passage], 1, [pair.head], pair.history)[0]
        text = found[0].span.of(pair.passage) if found else ""
        margin = found[0].margin if found else NOTHING
        return Read(pair, margin, text, self._verdict(pair) if pair.verdict else ())

    def _verdict(self, pair: Pair) -> tuple[float, ...]:
        if "verdict" not in self._names:
            return ()
        asked = [*self._ids(pair.question)[:MAX_QUESTION_TOKENS], self._between]
        room = WINDOW - len(asked) - 2
        ids = [self._first, *asked, *self._ids(pair.passage)[:room], self._between]
        segments = np.zeros((1, len(ids)), np.int64)
        segments[0, len(asked) + 1 :] = 1
        feed = {"input_ids": np.array([ids], np.int64), "token_type_ids": segments}
        return tuple(self._session.run(["verdict"], feed)[0][0].tolist())

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def span_rows(read: Sequence[Read]) -> Iterator[str]:
    """One line for single questions, and one for each form of the follow-ups."""
    forms = {
        "single questions": ("answer", "near miss"),
        "follow-ups, standalone": ("standalone",),
        "follow-ups with history": ("follow-up",),
        "the same, with its terms": ("named follow-up",),
    }
    for name, kinds in forms.items():
        some = [one for one in read if one.pair.kind in kinds]
        f1 = [_f1(one, one.text) for one in some]
        refused = [float(not one.answers) for one in some]
        best = best_threshold([one.margin for one in some], f1, refused)
        answered = [one for one in some if one.answers]
        exact = mean(exact_match(o.text, o.answers, squad_normalise) for o in answered) or 0.0
        always = mean(_f1(one, one.text) for one in answered) or 0.0
        separation = auroc([one.margin for one in some], [bool(one.answers) for one in some]) or 0.0
        yield (
            f"{name:26} n {len(some):5}  EM {exact:.3f}  F1 {always:.3f}  best "
            f"{best.score if best else 0:.3f} at {best.value if best else 0:.2f}  AUROC {separation:.3f}"
        )


def verdict_row(read: Sequence[Read]) -> str:
    """Balanced accuracy of yes and no, the third class left out."""
    asked = [one for one in read if one.pair.verdict and one.verdict]
    if not asked:
        return "yes and no: this file has no verdict"
    hits = {
        label: [
            LABELS[int(np.argmax(one.verdict[:2]))] == label
            for one in asked
            if one.pair.verdict == label
        ]
        for label in LABELS[:2]
    }
    shares = {label: sum(some) / len(some) for label, some in hits.items() if some}
    by_label = ", ".join(
        f"{label} {share:.3f} of {len(hits[label])}" for label, share in shares.items()
    )
    return f"yes and no: balanced accuracy {sum(shares.values()) / len(shares):.3f} ({by_label})"


def _f1(one: Read, text: str) -> float:
    if not one.answers:
        return 0.0
    return token_f1(text, one.answers, squad_normalise) or 0.0


def main(argv: Sequence[str] | None = None) -> int:
    """0 when measured, 2 when something is missing."""
    parser = argparse.ArgumentParser(prog="training.figures", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds written/")
    parser.add_argument("--reader", type=Path, default=ROOT / "models" / "reader")
    parser.add_argument("--share", type=float, default=1.0, help="of the passages, the first ones")
    options = parser.parse_args(argv)
    try:
        model = Model(options.reader)
        rows = list(records(options.data, "written/valid"))
    except BylineError as error:
        print(f"training.figures: {error}", file=sys.stderr)
        return 2
    pairs = [pair for row in rows[: round(options.share * len(rows))] for pair in row_pairs(row)]
    with ThreadPoolExecutor(2) as pool:
        read = list(pool.map(model.read, pairs))
    for line in [*span_rows(read), verdict_row(read)]:
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
