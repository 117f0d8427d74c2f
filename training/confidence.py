"""Fits the reader's confidence: models/reader/confidence.json.

    python -m training.confidence --data FOLDER [--reader FOLDER]
    python -m training.confidence --follow-ups REPORT [--reader FOLDER]

It uses only questions that `training.reader` never trains on: news, with near misses, and Wikipedia. Each
is asked of its own passage, and of an index of all passages, with Byline's retriever and reader. A fifth of
the passages of one set is left out of the index, so that their questions have no answer there. Half of the
articles (or of the passages, if the article is unknown) fit the weights; the other half measures them.

The second command, needed again after each run of the first, fits how much less sure an answer to a
follow-up is. REPORT is of the whole product: `python -m eval run --set written-conversations --json REPORT`.
Needs requirements.txt, not PyTorch.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
from index.errors import BylineError, SettingsError
from index.library import Library
from index.models.encoder import Encoder
from index.settings import Settings, load_settings
from index.state.replacing import replacing
from index.sync.corpus import sync_corpus
from training.data.asked import Question, news, strangers, validation
from training.data.pairs import KEPT_BACK
from training.logistic import fit, offset

# The probability an answer must reach, by strictness. At one half a wrong answer costs as much as a right
# one gains; a little below, because articles that give other figures of the same thing lower each other's.
# 0.45 instead of 0.4 avoids 20 wrong answers in 715 questions and gives up 10 right ones.
POINTS = {"lenient": 0.3, "balanced": 0.45, "strict": 0.6}
CONTEXT_POINTS = {"lenient": 0.35, "balanced": 0.5, "strict": 0.65}  # the same in a single text
DATA = (
    "half of the written news questions (valid; by article), of SQuAD 2.0 (dev, kept-back articles; by "
    "article) and of SQuADShifts (new wiki; by passage), a fifth of whose passages is not in the index"
)


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


def fit_follow_ups(report: Path, before: float) -> float:
    """The weight of `follows`, `before` when the report was made, that fits the answers to follow-ups.

    Only answers above an operating point are in it. As they are chosen by their probability alone, that
    does not bias the fit. Raises SettingsError for another file.
    """
    try:
        rows = [
            (math.log(one["confidence"] / (1 - one["confidence"])), bool(one["correct"]))
            for set_ in json.loads(report.read_text(encoding="utf-8"))["reports"]
            for one in set_["results"]
            if one["standalone"] != one["case"]["question"] and 0 < one["confidence"] < 1
            if not one["refused"]
        ]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SettingsError(
            f"--follow-ups {report}: expected a report of `python -m eval run --json` ({error!r})"
        ) from error
    return min(0.0, round(before + offset(*zip(*rows, strict=True)), 4)) if rows else before


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
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help="folder that holds reader/*.jsonl.xz")
    what.add_argument("--follow-ups", type=Path, help="report of the written conversations")
    parser.add_argument("--reader", type=Path, default=load_settings().reader)
    options = parser.parse_args(argv)
    path = options.reader / FILE
    held: dict[str, Any] = {}
    try:
        if options.follow_ups:
            before = load_calibration(options.reader).answer["follows"]
            found = json.loads(path.read_text(encoding="utf-8"))
            found["answer"]["follows"] = fit_follow_ups(options.follow_ups, before)
        elif not options.data.is_dir():
            raise SettingsError(f"--data {options.data}: expected a folder that holds reader/")
        else:
            found, held = calibrate(options.data, options.reader)
        with replacing(path) as fresh:
            fresh.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        load_calibration(options.reader)
    except BylineError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found | ({"measured on the other half": held} if held else {}), indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
