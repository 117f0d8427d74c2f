"""Fits the weights of the sentence check: the two tables of constants in bot/llm/checking/support.py.

    python -m training.checking --data FOLDER

Logistic models by Newton's method with a little L2, on the fitting parts of public sets only. All sets
have equal weight, and so have the supported and the unsupported cases of a set, which makes 0.5 the right
threshold. Large sets are sampled. The same files always give the same weights. The script prints them, with
the balanced accuracy of five-fold cross-validation for each set; copy them by hand. The reading model was
trained on some of these cases, so its margin would get too much weight: see `CLEAN`.
The script needs requirements.txt, not PyTorch.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.llm.checking.checker import Checker
from bot.llm.checking.support import Models
from bot.reading.model import SpanModel
from eval.metrics.calibration import auroc
from eval.parts.check_cases import load_check_cases
from eval.parts.checking import FITTING, MOST, balanced_accuracy
from index.errors import BylineError, SettingsError
from index.models.encoder import Encoder
from index.settings import load_settings

Array = NDArray[np.float64]
# Sets whose cases the reading model has not seen: the model with margins is fitted on these alone. (Of
# WiCE's only a few texts were short enough for its training.)
CLEAN = ("wice_claim_dev", "wice_oracle_chunks_dev", "msrp_train")
FOLDS = 5
PENALTY = 0.01  # L2, on standardised signals
STEPS = 50


@dataclass(frozen=True)
class Rows:
    """Signals as rows, (n, signals) float64, with people's labels, each row's weight and its fold."""

    values: Array
    right: Array
    weights: Array
    folds: NDArray[np.int64]


def read_sets(
    data: Path, names: Sequence[str], checker: Checker
) -> tuple[list[Rows], tuple[str, ...]]:
    """The rows of each set, with a total weight of 1, and the signals' names in the order of the columns.

    A case without a word to compare is skipped.
    """
    found, signals = [], tuple[str, ...]()
    for name in names:
        cases = load_check_cases(data, name)
        seen = [
            (c, checker.signals(c.claim, [c.candidate])) for c in cases[:: -(-len(cases) // MOST)]
        ]
        kept = [(case, signs) for case, signs in seen if signs]
        signals = tuple(kept[0][1])
        right = np.array([case.supported for case, _ in kept], float)
        share = np.where(right == 1, right.sum(), len(right) - right.sum())
        folds = [hashlib.sha256(case.group.encode()).digest()[0] % FOLDS for case, _ in kept]
        values = np.array([[signs[signal] for signal in signals] for _, signs in kept])
        found.append(Rows(values, right, 0.5 / share, np.array(folds)))
    return found, signals


def fit(sets: Sequence[Rows]) -> tuple[float, Array]:
    """The bias and the weights of the logistic model over all the rows."""
    values = np.vstack([one.values for one in sets])
    right = np.concatenate([one.right for one in sets])
    weight = np.concatenate([one.weights for one in sets])
    weight = weight / weight.sum()
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    design = np.column_stack([np.ones(len(values)), (values - mean) / scale])
    found = np.zeros(design.shape[1])
    ridge = PENALTY * np.eye(len(found)) * (np.arange(len(found)) > 0)
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (weight * (right - p)) - ridge @ found
        curve = (design * (weight * p * (1 - p))[:, None]).T @ design + ridge
        found = found + np.linalg.solve(curve, slope)
    plain = found[1:] / scale
    return float(found[0] - plain @ mean), plain


def held_out(sets: Sequence[Rows], name: int) -> tuple[float | None, float | None]:
    """Balanced accuracy at 0.5 and AUROC of one set's cases, each scored by a fit without its fold."""
    one = sets[name]
    scores = np.zeros(len(one.right))
    for fold in range(FOLDS):
        others = [_part(rest, rest.folds != fold) for rest in sets]
        bias, weights = fit(others)
        scores[one.folds == fold] = bias + one.values[one.folds == fold] @ weights
    right = [bool(value) for value in one.right]
    return balanced_accuracy([bool(s >= 0) for s in scores], right), auroc(list(scores), right)


def _part(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    return Rows(rows.values[kept], rows.right[kept], rows.weights[kept], rows.folds[kept])


def table(data: Path, names: Sequence[str], checker: Checker) -> str:
    """Fits a table of weights on the sets `names`; returns it and its held-out accuracy as text."""
    sets, signals = read_sets(data, names, checker)
    lines = []
    for n, name in enumerate(names):
        accuracy, area = held_out(sets, n)
        lines.append(f"# {name}: {len(sets[n].right)} cases, {accuracy:.3f}, AUROC {area:.3f}")
    bias, weights = fit(sets)
    found = {"bias": bias} | dict(zip(signals, weights, strict=True))
    return "\n".join([*lines, str({name: round(float(value), 3) for name, value in found.items()})])


def main(argv: Sequence[str] | None = None) -> int:
    """0 when printed, 2 for a missing file."""
    parser = argparse.ArgumentParser(prog="training.checking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds pairs/")
    options = parser.parse_args(argv)
    settings = load_settings()
    try:
        if not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds pairs/")
        print("WORDING\n" + table(options.data, FITTING, Checker()))
        with (
            closing(Encoder(settings.embedder)) as encoder,
            closing(SpanModel(settings.reader)) as reader,
        ):
            checker = Checker(Models(encoder.encode, reader.read))
            print("WITH_MODELS\n" + table(options.data, CLEAN, checker))
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
