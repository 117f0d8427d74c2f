"""The reader that needs no LLM: finds the words of a passage that answer, with a small trained model.

Read every passage, judge what was found there, let answers of different passages support each other or
compete, and show the best as a whole phrase or a whole sentence. It knows nothing of files.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.asked import Asked
from bot.attribution import speakers
from bot.confidence import AnswerSignals, Calibration, SpanSignals, sigmoid
from bot.phrases import completed
from bot.spans import SpanModel
from bot.terms import numbers, terms
from bot.wanted import Wanted, find_wanted, pick
from index.article import Span
from index.passages import passage_title

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
SPANS = 2  # read from each passage
MOST_PLACES = 8  # each costs the embedding of its sentence, about two milliseconds
# Log-odds, by judgement: the sets the calibration is fitted on know neither speakers nor headings.
OTHER_SPEAKER = -2.5
FURNITURE = -1.5
NEAR = 200  # characters around a span of a single text, about a sentence either way
SHORT_LINE = 8  # words; a shorter line that ends without a full stop is a heading
WIDEST_LEAD = 8.0
CLOSE = 3.0  # in log-odds: an answer much less sure supports no other


@dataclass(frozen=True, slots=True)
class Place:
    """One span in one candidate: what would be shown, where it stands, how sure the span alone is.

    `answer` and `support` are in the article's text; `logit` is the log-odds that it is right, its
    passage alone considered; `rank` is the passage's, from 0 to 1; `similarity` is the cosine of the
    question's and the supporting sentence's vectors; `told` are the words that carry the answer.
    """

    candidate: Candidate
    answer: Span
    support: Span
    signals: SpanSignals
    logit: float
    rank: float
    similarity: float
    missing: tuple[str, ...]
    told: frozenset[str]

    def same_place(self, other: "Place") -> bool:
        """True for the same words of the same article, met in two passages that overlap."""
        mine, theirs = self.candidate.article.id, other.candidate.article.id
        return mine == theirs and self.support.overlaps(other.support)

    def agrees(self, other: "Place") -> bool:
        """True when both say the same: "12 per cent" and "12%", "Mr Smith" and "Smith"."""
        return self.same_place(other) or bool(
            self.told and other.told and (self.told <= other.told or other.told <= self.told)
        )


class ExtractiveReader:
    """Answers with words of the passages themselves."""

    def __init__(self, model: SpanModel, calibration: Calibration, embed: Embed) -> None:
        """`embed` turns texts into unit vectors of shape (n, dimension)."""
        self._model = model
        self._calibration = calibration
        self._embed = embed

    def read(self, question: str, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """See Reader: answers by falling probability that they are right."""
        places = self.places(question, candidates)
        evidence = [
            Evidence(
                place.candidate,
                place.answer,
                place.support,
                self._calibration.answer_probability(standing(place, places)),
                place.missing,
            )
            for place in places
        ]
        return tuple(
            sorted(evidence, key=lambda e: (-e.score, e.candidate.article.path, e.support))
        )

    def places(self, question: str, candidates: Sequence[Candidate]) -> list[Place]:
        """Every place that may answer, each sentence once, the surest first."""
        asked = Asked.of(question)
        if not asked.terms:
            return []
        fed = [feed(candidate) for candidate in candidates]
        texts, heads = [head + body for head, body in fed], [len(head) for head, _ in fed]
        found = self._model.read(question, texts, SPANS, heads)
        places = []
        for n, (candidate, head, spans) in enumerate(zip(candidates, heads, found, strict=True)):
            moved = candidate.passage.start - head
            places += [
                self._place(
                    asked, candidate, one.span.shifted(moved), one.margin, n / len(candidates)
                )
                for one in spans
            ]
        places = _distinct(places)[:MOST_PLACES]
        if not places:
            return []
        supports = [place.support.of(place.candidate.article.text) for place in places]
        vectors = self._embed([question, *supports])
        return [
            replace(place, similarity=float(similarity))
            for place, similarity in zip(places, vectors[1:] @ vectors[0], strict=True)
        ]

    def close(self) -> None:
        """Releases the model."""
        self._model.close()

    def _place(
        self, asked: Asked, candidate: Candidate, span: Span, margin: float, rank: float
    ) -> Place:
        text = candidate.article.text
        support, around = _support(candidate, span)
        sentence = support.of(text)
        inside = Span(
            max(span.start, support.start) - support.start,
            min(span.end, support.end) - support.start,
        )
        shown, has_kind = _shown(asked, sentence, inside)
        # A date in front of the passage is the article's: "on Monday" there is a day of that week.
        context = f"{candidate.article.title}\n{candidate.passage.span.of(text)}"
        missing = asked.missing(context)
        near = f"{candidate.article.title} {around}"
        signals = span_signals(asked, margin, context, near, missing, has_kind)
        logit = self._calibration.span_logit(signals)
        if asked.speaker:
            told_by = speakers(sentence)
            logit += OTHER_SPEAKER * bool(told_by and asked.speaker not in told_by)
        logit += FURNITURE * _is_furniture(candidate, sentence)
        answer, told = shown.shifted(support.start), terms(shown.of(sentence))
        return Place(candidate, answer, support, signals, logit, rank, 0.0, missing, told)


def standing(place: Place, places: Sequence[Place]) -> AnswerSignals:
    """How the answer of one place stands among `places`, itself among them."""
    others = [other.logit for other in places if not place.agrees(other)]
    lead = place.logit - max(others) if others else WIDEST_LEAD
    agreeing = sum(
        other.logit > place.logit - CLOSE and place.agrees(other) and not place.same_place(other)
        for other in places
    )
    return AnswerSignals(
        span=place.logit,
        lead=max(-WIDEST_LEAD, min(WIDEST_LEAD, lead)),
        agreement=math.log1p(agreeing),
        similarity=place.similarity,
        rank=place.rank,
        coverage=place.signals.coverage,
        missing=place.signals.missing,
        wrong_figure=place.signals.wrong_figure,
        lacks_kind=place.signals.lacks_kind,
    )


class ContextReader:
    """Reads one given text at a time, without retrieval: what `python -m eval reader` measures."""

    def __init__(self, model: SpanModel, calibration: Calibration, threshold: float) -> None:
        """`threshold` is the probability below which its user should take it that there is no answer."""
        self._model, self._calibration, self.threshold = model, calibration, threshold

    def signals(self, question: str, context: str) -> tuple[str, SpanSignals] | None:
        """The words of `context` that answer best, with what they show; None when it has no words."""
        spans = self._model.read(question, [context], 1)[0]
        if not spans:
            return None
        asked, found = Asked.of(question), spans[0]
        near = context[max(0, found.span.start - NEAR) : found.span.end + NEAR]
        told = found.span.of(context)
        kinds = find_wanted(asked.kind, question, told)
        missing = asked.missing(context)
        return told, span_signals(asked, found.margin, context, near, missing, bool(kinds))

    def read(self, question: str, context: str) -> tuple[str, float]:
        """The words of `context` that answer best ("" when it has none), and how probably they do."""
        found = self.signals(question, context)
        if found is None:
            return "", 0.0
        told, signals = found
        return told, sigmoid(self._calibration.span_logit(signals))

    def close(self) -> None:
        """Releases the model."""
        self._model.close()


def span_signals(
    asked: Asked,
    margin: float,
    context: str,
    around: str,
    missing: Sequence[str],
    has_kind: bool,
) -> SpanSignals:
    """The signals of a span found with `margin` in `context`, which lacks the names and figures `missing`.

    `around` is what stands near the span.
    """
    return SpanSignals(
        margin=margin,
        coverage=len(asked.terms & terms(around)) / max(1, len(asked.terms)),
        missing=len(missing) / max(1, len(asked.required)),
        wrong_figure=float(bool(asked.figures) and not set(asked.figures) <= set(numbers(context))),
        lacks_kind=float(asked.kind.is_figure and not has_kind),
    )


def feed(candidate: Candidate) -> tuple[str, str]:
    """What the model reads: title and date in front, and the passage, character for character.

    What lies between its sentences (a menu, a credit) is blanked, so that offsets stay as they are.
    """
    article, passage = candidate.article, candidate.passage
    title, day = passage_title(article, passage), article.published
    head = f"{title}\n" if title else ""
    head += f"{day:%B} {day.day}, {day.year}\n" if day else ""
    body, at = [], passage.start
    for sentence in passage.sentences:
        body.append(" " * (sentence.start - at) + sentence.of(article.text))
        at = sentence.end
    return head, "".join(body)


def _support(candidate: Candidate, span: Span) -> tuple[Span, str]:
    """The sentence in which the span begins, and that sentence with its neighbours."""
    text, sentences = candidate.article.text, candidate.passage.sentences
    at = next((n for n, s in enumerate(sentences) if s.end > span.start), len(sentences) - 1)
    near = sentences[max(0, at - 1) : at + 2]
    return sentences[at], " ".join(sentence.of(text) for sentence in near)


def _shown(asked: Asked, sentence: str, inside: Span) -> tuple[Span, bool]:
    """What of the sentence is shown as the answer, and whether it is of the kind asked for."""
    whole = Span(0, len(sentence))
    if asked.kind is Wanted.SENTENCE:
        return whole, True
    answer = completed(sentence, inside)
    fitting = find_wanted(asked.kind, asked.question, sentence)
    if asked.kind is Wanted.PLACE and asked.speaker and fitting:
        # Where somebody said something is an occasion before it is a town.
        return pick(asked.kind, fitting[:1], asked.question, sentence) or answer, True
    if not asked.kind.is_figure or any(answer.overlaps(span) for span in fitting):
        return answer, True
    only = pick(asked.kind, fitting, asked.question, sentence)
    return only or answer, only is not None


def _is_furniture(candidate: Candidate, sentence: str) -> bool:
    """Boilerplate and headings may answer ("Who wrote it?"), but the story goes first."""
    heading = len(sentence.split()) < SHORT_LINE and sentence[-1] not in ".!?”\"'’)"
    headline = sentence.lstrip("# ") == candidate.article.title
    return heading or headline or candidate.passage.boilerplate


def _distinct(places: Sequence[Place]) -> list[Place]:
    """Each sentence once, by its surest answer, although passages overlap."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda p: (-p.logit, p.rank, p.support)):
        if not any(place.same_place(other) for other in kept):
            kept.append(place)
    return kept
