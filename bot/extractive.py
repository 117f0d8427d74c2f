"""The reader that needs no LLM: finds the words of a passage that answer, with a small trained model.

Read every passage, judge what was found there, let answers of different passages support each other or
compete, and show the best as a whole phrase or a whole sentence. It knows nothing of files.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.answer import Candidate, Evidence
from bot.asked import Asked
from bot.attribution import speakers
from bot.confidence import Calibration
from bot.phrases import completed, with_noun
from bot.places import Place, distinct, span_signals, standing
from bot.spans import SpanModel
from bot.terms import terms
from bot.wanted import Wanted, counted, find_occasion, find_wanted, pick
from index.article import Span
from index.passages import passage_title

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
SPANS = 2  # read from each passage
MOST_PLACES = 8  # each costs the embedding of its sentence and a second reading, a few milliseconds
# Log-odds, by judgement: the sets the calibration is fitted on know neither speakers nor headings.
OTHER_SPEAKER = -2.5
FURNITURE = -1.5
REPEATED = -15.0  # a sentence with the question in it asks, or was put there to be found
SHORT_LINE = 8  # words; a shorter line that ends without a full stop is a heading
NOTHING = -20.0  # the margin of a text without a word to answer with


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
        return self._closely(question, distinct(places)[:MOST_PLACES])

    def close(self) -> None:
        """Releases the model."""
        self._model.close()

    def _closely(self, question: str, places: Sequence[Place]) -> list[Place]:
        """The places as their sentences look by themselves: a passage lends an answer what is not its own."""
        if not places:
            return []
        texts = [place.candidate.article.text for place in places]
        supports = [place.support.of(text) for place, text in zip(places, texts, strict=True)]
        vectors = self._embed([question, *supports])
        near = [_support(place.candidate, place.support)[1] for place in places]
        found = self._model.read(question, near, 1)
        return [
            replace(
                place, similarity=float(similarity), alone=spans[0].margin if spans else NOTHING
            )
            for place, similarity, spans in zip(
                places, vectors[1:] @ vectors[0], found, strict=True
            )
        ]

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
        told_by = speakers(sentence) if asked.speakers else frozenset()
        logit += OTHER_SPEAKER * bool(told_by and told_by.isdisjoint(asked.speakers))
        logit += FURNITURE * _is_furniture(candidate, sentence)
        logit += REPEATED * asked.is_repeated_in(sentence)
        answer, told = shown.shifted(support.start), terms(shown.of(sentence))
        return Place(candidate, answer, support, signals, logit, rank, missing, told)


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
    # Two towns in a row are both where it was; of two people in a row only one may have done it.
    answer = completed(sentence, inside, whole_row=asked.kind is Wanted.PLACE)
    if asked.kind is Wanted.NUMBER:
        answer = with_noun(sentence, answer, counted(asked.question))
    if asked.kind is Wanted.PLACE and asked.speakers:
        # Where somebody said something is an occasion before it is a town.
        return find_occasion(sentence) or answer, True
    fitting = find_wanted(asked.kind, asked.question, sentence)
    if not asked.kind.is_figure or any(answer.overlaps(span) for span in fitting):
        return answer, True
    if asked.kind is Wanted.TIME and any(map(str.isdigit, answer.of(sentence))):
        return answer, False  # a date in a form not known here
    only = pick(asked.kind, fitting, asked.question, sentence)
    return only or answer, only is not None


def _is_furniture(candidate: Candidate, sentence: str) -> bool:
    """Boilerplate and headings may answer ("Who wrote it?"), but the story goes first."""
    heading = len(sentence.split()) < SHORT_LINE and sentence[-1] not in ".!?”\"'’)"
    headline = sentence.lstrip("# ") == candidate.article.title
    return heading or headline or candidate.passage.boilerplate
