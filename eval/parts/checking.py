"""Measures the check of a sentence against its evidence, beside two simple ways to do the same.

Asks, derives the figures, shows them. Knows nothing of how a sentence is checked.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rich.console import Console

from bot.answer import Candidate
from bot.english.words import stems
from bot.llm.checking.checker import Checked
from eval.metrics.calibration import auroc
from eval.metrics.metrics import mean, percentile
from eval.parts.check_cases import CheckCase, load_check_cases
from eval.reports.terminal import make_table, shown
from eval.runs.report import Figure
from index.models.encoder import Vectors

Check = Callable[[str, Sequence[Candidate]], Checked]
Score = Callable[[CheckCase], float]
Encode = Callable[[Sequence[str]], Vectors]
# What is measured: the sets of each row, and those on which its baselines' thresholds are chosen: the
# fitting part of the same collection, and where there is none, all that a checker may be fitted on.
FITTING = (
    "wice_claim_dev",
    "wice_oracle_chunks_dev",
    "foolmetwice_dev",
    "rte_train",
    "sick_train",
    "msrp_train",
)
ROWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "WiCE claims": (("wice_claim_test",), ("wice_claim_dev",)),
    "WiCE chunks": (("wice_oracle_chunks_test",), ("wice_oracle_chunks_dev",)),
    "QAGS CNN/DM": (("qags_cnndm",), FITTING),
    "QAGS XSum": (("qags_xsum",), FITTING),
    "QAGS both": (("qags_cnndm", "qags_xsum"), FITTING),
    "BEGIN": (("begin",), FITTING),
    "FoolMeTwice": (("foolmetwice_test",), ("foolmetwice_dev",)),
}
MOST = 1000  # cases of one set from which thresholds are chosen, every n-th of a larger one
COLUMNS = {
    "cases": "cases",
    "supported": "supported",
    "ours": "bal. acc.",
    "lexical": "lexical",
    "cosine": "cosine",
    "gain": "gain",
    "auroc": "AUROC",
    "auroc_lexical": "lexical",
    "auroc_cosine": "cosine",
    "p50_ms": "p50 ms",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One case, what the checker and both baselines made of it, and the checker's milliseconds."""

    case: CheckCase
    checked: Checked
    lexical: float
    cosine: float
    ms: float


@dataclass(frozen=True)
class CheckReport:
    """What was judged in one row, and the figures derived from it.

    `lexical` and `cosine` are the baselines' thresholds, chosen on other cases than these.
    """

    judged: tuple[Judged, ...]
    lexical: float
    cosine: float

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Balanced accuracies, AUROCs in [0, 1] and `gain`, ours over the better baseline's.

        The checker calls a case supported by its verdict, so by its own thresholds and rules; its
        AUROC is by its score. None where one of the two kinds is missing.
        """
        right = [one.case.supported for one in self.judged]
        ours = balanced_accuracy([one.checked.verdict == "supported" for one in self.judged], right)
        lexical = balanced_accuracy([one.lexical >= self.lexical for one in self.judged], right)
        cosine = balanced_accuracy([one.cosine >= self.cosine for one in self.judged], right)
        known = None not in (ours, lexical, cosine)
        return {
            "cases": len(right),
            "supported": sum(right),
            "ours": ours,
            "lexical": lexical,
            "cosine": cosine,
            "gain": (ours or 0) - max(lexical or 0, cosine or 0) if known else None,
            "auroc": auroc([one.checked.score for one in self.judged], right),
            "auroc_lexical": auroc([one.lexical for one in self.judged], right),
            "auroc_cosine": auroc([one.cosine for one in self.judged], right),
        }

    @cached_property
    def timings(self) -> dict[str, Figure]:
        """Milliseconds to check one sentence."""
        return {"p50_ms": percentile([one.ms for one in self.judged], 50)}


def measure(data: Path, rows: Iterable[str], check: Check, cosine: Score) -> dict[str, CheckReport]:
    """A report for each of ROWS that is named, in order. Raises EvaluationError for a missing file."""
    judged: dict[str, tuple[Judged, ...]] = {}
    cuts: dict[tuple[str, ...], tuple[float, float]] = {}
    reports = {}
    for row in rows:
        tested, fitted = ROWS[row]
        for name in tested:
            if name not in judged:
                judged[name] = judge(load_check_cases(data, name), check, cosine)
        if fitted not in cuts:
            cuts[fitted] = _cuts([load_check_cases(data, name) for name in fitted], cosine)
        together = tuple(one for name in tested for one in judged[name])
        reports[row] = CheckReport(together, *cuts[fitted])
    return reports


def _cuts(sets: Sequence[Sequence[CheckCase]], cosine: Score) -> tuple[float, float]:
    """The baselines' best thresholds over all cases of `sets` together, of each set at most MOST."""
    cases = [case for one in sets for case in one[:: -(-len(one) // MOST)]]
    right = [case.supported for case in cases]
    return best_cut([*map(lexical, cases)], right), best_cut([*map(cosine, cases)], right)


def judge(cases: Iterable[CheckCase], check: Check, cosine: Score) -> tuple[Judged, ...]:
    """Checks every case in order, each by itself."""
    return tuple(_judged(case, check, cosine) for case in cases)


def _judged(case: CheckCase, check: Check, cosine: Score) -> Judged:
    passages = [case.candidate]  # made before the clock runs
    started = time.perf_counter()
    checked = check(case.claim, passages)
    ms = (time.perf_counter() - started) * 1000
    return Judged(case, checked, lexical(case), cosine(case), ms)


def lexical(case: CheckCase) -> float:
    """The share in [0, 1] of the sentence's stems that the evidence, or its title, holds; 1 without any."""
    evidence_stems = {stem for text in (case.title, *case.evidence) for stem in stems(text)}
    wanted = set(stems(case.claim))
    return len(wanted & evidence_stems) / len(wanted) if wanted else 1.0


class Cosine:
    """The best cosine in [-1, 1] of the sentence's vector and that of a sentence of its evidence."""

    def __init__(self, encode: Encode) -> None:
        """`encode` gives rows of length 1; each text is encoded once, for sets repeat their evidence."""
        self._encode = encode
        self._known: dict[str, Vectors] = {}

    def __call__(self, case: CheckCase) -> float:
        """-1 for a case without evidence."""
        texts = list(dict.fromkeys((case.claim, *case.evidence)))
        new = [text for text in texts if text not in self._known]
        if new:
            self._known.update(zip(new, self._encode(new), strict=True))
        claim = self._known[case.claim]
        return max((float(self._known[text] @ claim) for text in case.evidence), default=-1.0)


def balanced_accuracy(called: Sequence[bool], right: Sequence[bool]) -> float | None:
    """The mean of the shares of supported and of other cases that are called so; None without both."""
    pairs = list(zip(called, right, strict=True))
    shares = [
        mean(call is kind for call, truth in pairs if truth is kind) for kind in (True, False)
    ]
    return mean(shares) if None not in shares else None


def best_cut(scores: Sequence[float], right: Sequence[bool]) -> float:
    """The score from which on calling a case supported gives the best balanced accuracy; 0 without both.

    Every score is tried; of equally good ones the lowest is taken.
    """
    total = sum(right), len(right) - sum(right)
    if not all(total):
        return 0.0
    best, cut, kept = -1.0, 0.0, [0, 0]
    ordered = sorted(zip(scores, right, strict=True), reverse=True)
    for n, (score, truth) in enumerate(ordered):
        kept[0 if truth else 1] += 1
        if n + 1 < len(ordered) and ordered[n + 1][0] == score:
            continue  # equal scores cannot be parted
        gain = kept[0] / total[0] - kept[1] / total[1]
        if gain >= best:
            best, cut = gain, score
    return cut


def print_checks(reports: Mapping[str, CheckReport], console: Console) -> None:
    """A row for each set; under "lexical" and "cosine" stand the two baselines' figures."""
    table = make_table(["", *COLUMNS.values()])
    for name, report in reports.items():
        figures = {**report.figures, **report.timings}
        table.add_row(name, *(shown(figures[column]) for column in COLUMNS))
    console.print(table)
