"""Fits the reader's confidence: models/reader/confidence.json.

    python -m training.confidence --data FOLDER [--reader FOLDER]

It uses only questions that `training.reader` never trains on: news, with near misses, and Wikipedia. Each
is asked of its own passage, and of an index of all passages, with Byline's retriever and reader. A fifth of
the passages of one set is left out of the index, so that their questions have no answer there. Half of the
articles (or of the passages, if the article is unknown) fit the weights; the other half measures them.
Needs requirements.txt, not PyTorch.
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

from bot.english.question import Question as AnalysedQuestion
from bot.reading.calibration import (
    FILE,
    AnswerSignals,
    Calibration,
    SpanSignals,
    load_calibration,
    sigmoid,
)
from bot.reading.extractive import ExtractiveReader
from bot.reading.model import SpanModel
from bot.reading.span_candidates import standing
from bot.retrieval.retriever import HybridRetriever
from eval.metrics.calibration import area_under_risk_coverage, expected_calibration_error
from eval.metrics.metrics import answer_is_right, answer_overlaps, squad_normalise, token_f1
from eval.parts.reader import RIGHT_F1, ContextReader
from index.errors import BylineError, EvaluationError, SettingsError
from index.library import Library
from index.models.encoder import Encoder
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus
from training.data.pairs import KEPT_BACK
from training.data.records import records
from training.data.written import head_of

Array = NDArray[np.float64]
# The probability an answer must reach, by strictness. At one half a wrong answer costs as much as a right
# one gains; a little below, because articles that give other figures of the same thing lower each other's.
# 0.45 instead of 0.4 avoids 20 wrong answers in 715 questions and gives up 10 right ones.
POINTS = {"lenient": 0.3, "balanced": 0.45, "strict": 0.6}
CONTEXT_POINTS = {"lenient": 0.35, "balanced": 0.5, "strict": 0.65}  # the same in a single text
WRITTEN_EVERY = 4  # one in n of the articles of written news, by hash: all of them take hours
LEFT_OUT = 5  # one in n passages without a known article, by hash, is left out of the index
DATA = (
    "half of the written news questions (valid; by article), of SQuAD 2.0 (dev, kept-back articles; by "
    "article) and of SQuADShifts (new wiki; by passage), a fifth of whose passages is not in the index"
)
# The other signals are evidence for an answer. How high the search ranks a passage is none of them: its
# weight depends on how many articles a folder holds and how alike they are, which the fit cannot know.
AGAINST = frozenset({"missing", "wrong_figure", "lacks_kind"})
PENALTY = 0.001  # L2, on standardised signals


@dataclass(frozen=True)
class Question:
    """A question with its own passage, "" if the index does not hold that, and the accepted answers.

    `title` is its article's, or the article's id where `head`, title and day, stands in front of the context.
    """

    title: str
    question: str
    context: str
    answers: tuple[str, ...]
    head: str = ""

    @property
    def fits(self) -> bool:
        """True for the half that fits the weights; the split is by article."""
        return hashlib.sha256(self.title.encode()).digest()[0] % 2 == 0


def validation(data: Path) -> list[Question]:
    """The questions of both validation sets whose passage is in the index.

    A context without a title is its own article. Only some of the questions are used, for time.
    """
    kept_back = [r for r in records(data, "reader/squad2_dev_part") if r["title"] in KEPT_BACK]
    wiki = [r for r in records(data, "reader/valid_wiki") if not _is_left_out(r["context"])]
    return [
        Question(
            row.get("title") or row["context"][:60],
            row["question"],
            row["context"],
            tuple(row["answers"]),
        )
        for row in [*kept_back[::8], *wiki[::16]]
    ]


def strangers(data: Path) -> list[Question]:
    """Questions whose passage is not in the index; an accepted answer from another passage is right."""
    found = [
        Question(row["context"][:60], row["question"], "", tuple(row["answers"]))
        for row in records(data, "reader/valid_wiki")
        if _is_left_out(row["context"])
    ]
    return found[::4]


def news(data: Path) -> list[Question]:
    """The written questions of the validation part: answered, near misses and standalone follow-ups."""
    asked = []
    for row in records(data, "written/valid"):
        if _is_skipped(row["article"]):
            continue
        turns = [(one["question"], one["answers"]) for one in row["questions"]]
        turns += [(one["question"], []) for one in row["unanswerable"]]
        turns += [(one["rewrite"], one["answers"]) for one in row["follow_ups"]]
        for question, answers in dict(turns).items():
            accepted = "; ".join(answer["text"].strip() for answer in answers)
            held = (accepted,) if accepted else ()
            asked.append(Question(row["article"], question, row["text"], held, head_of(row)))
    return asked


def _is_skipped(article: str) -> bool:
    return hashlib.sha256(article.encode()).digest()[2] % WRITTEN_EVERY != 0


def _is_left_out(context: str) -> bool:
    return hashlib.sha256(context.encode()).digest()[1] % LEFT_OUT == 0


def fit(signals: Sequence[Mapping[str, float]], right: Sequence[bool]) -> dict[str, float]:
    """Weights of a logistic model by signal name; a weight with the wrong sign becomes 0.

    Evidence against an answer must never raise its confidence, even if signals correlate in one set.
    """
    if len(set(right)) < 2:
        raise EvaluationError(
            "all answers were right, or all wrong: expected both; give more questions"
        )
    counted = list(signals[0])
    while True:
        found = _logistic(signals, right, counted)
        wrong = {
            name: found[name] for name in counted if (found[name] < 0) is not (name in AGAINST)
        }
        wrong = {name: weight for name, weight in wrong.items() if weight}
        if not wrong:
            return {name: found.get(name, 0.0) for name in ("bias", *signals[0])}
        counted.remove(max(wrong, key=lambda name: abs(wrong[name])))


def _logistic(
    signals: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str]
) -> dict[str, float]:
    """Weights of the signals `names` and a bias, by Newton's method with a little L2."""
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


def contexts(asked: Sequence[Question], model: SpanModel) -> list[tuple[SpanSignals, bool]]:
    """The signals from each question's own passage, and whether its best span is right."""
    none = Calibration({}, {}, {}, {})
    reader, found = ContextReader(model, none, 0.0), []
    for one in asked:
        if read := reader.signals(one.question, one.head + one.context):
            text, signals = read
            f1 = token_f1(text, one.answers, squad_normalise)
            found.append((signals, bool(one.answers and f1 and f1 >= RIGHT_F1)))
    return found


def index(asked: Sequence[Question], folder: Path) -> Settings:
    """An index with one file for every article of the questions, or for every passage with a head."""
    passages: dict[str, dict[str, None]] = defaultdict(dict)
    heads = {}
    for one in asked:
        key = f"{one.title} {one.context[:60]}" if one.head else one.title
        passages[key][one.context] = None
        heads[key] = one.head.replace("\n", "\n\n")
    (folder / "corpus").mkdir()
    for number, (title, texts) in enumerate(passages.items()):
        head = f"# {title.replace('_', ' ')}\n\n" if title in KEPT_BACK else heads[title]
        (folder / "corpus" / f"{number}.md").write_text(head + "\n\n".join(texts), encoding="utf-8")
    settings = load_settings(corpus=folder / "corpus", storage=folder / "storage")
    sync_corpus(settings)
    return settings


def searched(
    asked: Sequence[Question], settings: Settings, reader: ExtractiveReader
) -> list[list[tuple[AnswerSignals, bool]]]:
    """The signals of every answer found among all articles, and whether it is right."""
    found = []
    encoder = Encoder(settings.embedder)
    library = Library(settings.corpus, settings.storage, encoder)
    retriever = HybridRetriever(library)
    for one in asked:
        places = reader.span_candidates(
            AnalysedQuestion.of(one.question),
            retriever.search(one.question, settings.candidates),
        )
        texts = [place.answer.of(place.candidate.article.text) for place in places]
        matches = answer_overlaps if one.head else answer_is_right
        right = [bool(matches(text, one.answers)) for text in texts]
        found.append([(standing(place, places), r) for place, r in zip(places, right, strict=True)])
    library.close()
    return [places for places in found if places]


def fit_answers(found: Sequence[Sequence[tuple[AnswerSignals, bool]]]) -> dict[str, float]:
    """Weights over the best answer of each question, best by weights over all answers."""
    weights = fit_pairs([pair for places in found for pair in places])
    first = Calibration({}, weights, {}, {})
    return fit_pairs(
        [max(places, key=lambda p: first.answer_probability(p[0])) for places in found]
    )


def fit_pairs(pairs: Sequence[tuple[SpanSignals | AnswerSignals, bool]]) -> dict[str, float]:
    """`fit` over signals with their outcomes."""
    return fit([asdict(signals) for signals, _ in pairs], [right for _, right in pairs])


def calibrate(data: Path, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fits both models; returns the content of confidence.json, and its figures on the other half."""
    everything, absent = [*validation(data), *news(data)], strangers(data)
    fitting = [one for one in [*everything, *absent] if one.fits]
    measuring = [one for one in [*everything, *absent] if not one.fits]
    model = SpanModel(folder)
    span = fit_pairs(contexts([one for one in fitting if one.context], model))
    uncalibrated = Calibration(span, blank(AnswerSignals.__slots__), {}, {})
    encoder = Encoder(load_settings().embedder)
    reader = ExtractiveReader(model, uncalibrated, encoder.encode, thorough=True)
    with TemporaryDirectory() as temporary:
        settings = index(everything, Path(temporary))
        answer = fit_answers(searched(fitting, settings, reader))
        others = searched(measuring, settings, reader)
    calibration = Calibration(span, answer, POINTS, CONTEXT_POINTS)
    alone = contexts([one for one in measuring if one.context], model)
    reader.close()
    encoder.close()
    probabilities = [sigmoid(calibration.span_logit(signals)) for signals, _ in alone]
    best = [max((calibration.answer_probability(s), r) for s, r in places) for places in others]
    held = {
        "questions": len(measuring),
        "context": figures(probabilities, [right for _, right in alone], CONTEXT_POINTS),
        "answer": figures([p for p, _ in best], [right for _, right in best], POINTS),
    }
    return {
        "span": span,
        "answer": answer,
        "points": POINTS,
        "context_points": CONTEXT_POINTS,
        "model": model.fingerprint,
        "fitted": {"on": date.today().isoformat(), "questions": len(fitting), "data": DATA},
    }, held


def figures(
    probabilities: Sequence[float], right: Sequence[bool], points: Mapping[str, float]
) -> dict[str, Any]:
    """ECE and AURC, and by strictness the coverage (share answered) and the risk (share wrong)."""
    found: dict[str, Any] = {
        "ece": expected_calibration_error(probabilities, right),
        "aurc": area_under_risk_coverage(probabilities, right),
    }
    for name, point in points.items():
        given = [r for p, r in zip(probabilities, right, strict=True) if p >= point]
        risk = 1 - sum(given) / len(given) if given else 0.0
        found[name] = {"coverage": len(given) / len(right), "risk": risk}
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """0 when written, 2 for a missing file."""
    parser = argparse.ArgumentParser(prog="training.confidence", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that holds reader/*.jsonl.xz"
    )
    parser.add_argument("--reader", type=Path, default=load_settings().reader)
    options = parser.parse_args(argv)
    try:
        if not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds reader/")
        found, held = calibrate(options.data, options.reader)
        path = options.reader / FILE
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        load_calibration(options.reader)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found | {"measured on the other half": held}, indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
