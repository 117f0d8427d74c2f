"""The reader that needs no LLM: finds the words of a passage that answer, with a small trained model.

Read every shortlisted passage, judge what was found there, let answers of different passages
compete, and show the best as a whole phrase or a whole sentence. It knows nothing of files.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Candidate, Evidence
from bot.english.answer_kind import AnswerKind
from bot.english.names import has_rival_nation
from bot.english.question import Question
from bot.english.speakers import find_speakers
from bot.english.words import terms
from bot.reading.by_words import sentences_by_words
from bot.reading.calibration import CLIPPED, Calibration
from bot.reading.dimension import asked_dimensions, has_other_dimension
from bot.reading.feeding import feed, is_headline, nearby, row_at, support_of
from bot.reading.identity import describe
from bot.reading.model import Found, SpanModel
from bot.reading.reader import Embed
from bot.reading.shortlist import shortlist
from bot.reading.shown_words import shown_cell, shown_words
from bot.reading.span_candidates import SpanCandidate, distinct, span_signals, standing
from bot.reading.tables import is_chosen
from index.models.encoder import Vectors
from index.text.article import Span
from index.text.languages import text_language

SPANS = 2  # read from each passage
# Each costs the embedding of its sentence, a few milliseconds, and maybe a second reading.
MOST_PLACES = 8
AT_A_TIME = 2  # second readings; a fixed number, so that what is read does not depend on the cores
# An answer much less sure than the best is neither shown beside it nor compared with it.
HOPELESS = 0.35
# Log-odds, by judgement: the sets the calibration is fitted on know neither speakers nor headings,
# and hardly a sentence about another country's.
OTHER_SPEAKER = -2.5
OTHER_NATION = -4.0
OTHER_NAME = -1.5
EXCHANGED_NAME = -4.0
FURNITURE = -2.0
SHORT_LINE = 8  # words; a shorter line that ends without a full stop is a heading
# Of a second reading over the first: of 14,472 places 1 in 350 gained more.
MOST_GAINED = 12.0
NOTHING = -20.0  # the margin of a text without a word to answer with


class ExtractiveReader:
    """Answers with words of the passages themselves."""

    def __init__(
        self,
        model: SpanModel,
        calibration: Calibration,
        embed: Embed,
        *,
        thorough: bool = False,
    ) -> None:
        """`embed` turns texts into unit vectors of shape (n, dimension).

        With `thorough` every passage is read and every place looked at closely, as training wants it.
        """
        self._model = model
        self._calibration = calibration
        self._embed = embed
        self._thorough = thorough
        # Below every operating point nothing is an answer; how far below makes no difference.
        self._floor = min(calibration.points.values(), default=0.0)

    def read(self, question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """See Reader: answers by falling probability that they are right.

        The model reads English alone; other languages are searched by their words.
        """
        languages = [text_language(one.article.text) for one in candidates]
        # where no article is in the question's language, it may be English after all
        language = question.language if question.language in languages else None
        candidates = [
            one for one, its in zip(candidates, languages, strict=True) if its == language
        ]
        if language:
            return sentences_by_words(question, language, candidates)
        if question.described:
            return describe(question, candidates)
        places = self.span_candidates(question, candidates)
        evidence = [
            Evidence(
                place.candidate,
                place.answer,
                place.support,
                self._sureness(place, places),
                place.missing,
            )
            for place in places
        ]
        return tuple(
            sorted(evidence, key=lambda e: (-e.score, e.candidate.article.path, e.support))
        )

    def span_candidates(
        self, question: Question, candidates: Sequence[Candidate]
    ) -> list[SpanCandidate]:
        """Every place that may answer, each sentence once, the surest first."""
        if not question.terms:
            return []
        read = range(len(candidates)) if self._thorough else shortlist(question, candidates)
        fed = [feed(candidates[n], question) for n in read]
        texts, heads = [one.text for one in fed], [len(one.head) for one in fed]
        found = self._model.read(question.text, texts, SPANS, heads, question.history)
        places = []
        for n, text, spans in zip(read, fed, found, strict=True):
            read_there = (
                self._place(question, candidates[n], text.original(one.span), one.margin)
                for one in spans
            )
            places += [place for place in read_there if place is not None]
        best = distinct(_without_names(question, places))[:MOST_PLACES]
        all_read, follows = len(read) == len(candidates), question.text != question.asked
        return self._closely(
            question, [replace(place, all_read=all_read, follows=follows) for place in best]
        )

    def close(self) -> None:
        """Releases the model."""
        self._model.close()

    def _closely(self, question: Question, places: Sequence[SpanCandidate]) -> list[SpanCandidate]:
        """The places as their sentences look by themselves: a passage lends an answer what is not its own.

        Those with the best prospects are read first. Candidates that cannot affect the result are skipped.
        """
        if not places:
            return []
        supports = [place.support.of(place.candidate.article.text) for place in places]
        vector, vectors = self._embedded(question, supports)
        close = [
            replace(place, similarity=float(similarity))
            for place, similarity in zip(places, vectors @ vector, strict=True)
        ]
        hopes = [self._sureness(_hopeful(place), close) for place in close]
        order = sorted(range(len(close)), key=lambda n: (-hopes[n], n))
        best = 0.0
        for at in range(0, len(order), AT_A_TIME):
            least = max(HOPELESS * best, self._floor) if at and not self._thorough else 0.0
            some = [n for n in order[at : at + AT_A_TIME] if hopes[n] >= least]
            if not some:
                break  # nor has any that comes after
            texts, heads = zip(
                *(nearby(close[n].candidate, close[n].support) for n in some), strict=True
            )
            found = self._model.read(question.text, texts, 1, heads, question.history)
            for n, text, spans in zip(some, texts, found, strict=True):
                close[n] = _read_again(close[n], text, spans)
                best = max(best, self._sureness(close[n], close))
        return close

    def _embedded(self, question: Question, sentences: Sequence[str]) -> tuple[Vectors, Vectors]:
        """The vectors of the question and of the sentences; the question's is usually known."""
        if question.vector is not None:
            return question.vector, self._embed(sentences)
        vectors = self._embed([question.text, *sentences])
        return vectors[0], vectors[1:]

    def _sureness(self, place: SpanCandidate, places: Sequence[SpanCandidate]) -> float:
        """The probability that the answer of one place is right, among `places`."""
        return self._calibration.answer_probability(standing(place, places))

    def _place(
        self, question: Question, candidate: Candidate, span: Span, margin: float
    ) -> SpanCandidate | None:
        """What was found at `span`; None if that is no answer, however sure the model is."""
        text = candidate.article.text
        support, around = support_of(candidate, span)
        sentence = support.of(text)
        inside = Span(max(span.start, support.start), min(span.end, support.end))
        row = row_at(candidate, support)
        if row is None or question.kind is AnswerKind.SENTENCE:
            shown = shown_words(question, sentence, inside.shifted(-support.start))
            shown = shown.shifted(support.start)
        else:
            shown = shown_cell(question, text, row, inside)
        if _is_ruled_out(question, sentence, shown.shifted(-support.start)):
            return None
        # A date in front of the passage is the article's: "on Monday" there is a day of that week.
        context = candidate.titled_text
        near = f"{candidate.article.title} {around}"
        signals = span_signals(question, margin, context, near)
        logit = self._calibration.span_logit(signals)
        by = find_speakers(sentence) if question.speakers else frozenset()
        logit += OTHER_SPEAKER * bool(by and by.isdisjoint(question.speakers))
        logit += OTHER_NATION * has_rival_nation(question.text, sentence)
        logit += EXCHANGED_NAME * question.is_about_exchanged(sentence)
        is_fact = row is not None and (is_chosen(question, text, row) or row.is_fact)
        logit += FURNITURE * (not is_fact and _is_furniture(candidate, sentence))
        words = terms(shown.of(text))
        return SpanCandidate(
            candidate, shown, support, signals, logit, question.missing(context), words
        )


def _is_ruled_out(question: Question, sentence: str, shown: Span) -> bool:
    """True for a height where an age is asked for, and for a sentence with the question in it.

    Such a sentence asks as well, or was put there to be found.
    """
    asked = asked_dimensions(question.form)
    return has_other_dimension(asked, sentence, shown) or question.is_repeated_in(sentence)


def _hopeful(place: SpanCandidate) -> SpanCandidate:
    """The place as it would be if its second reading went as well as it may."""
    return replace(place, alone=min(CLIPPED, place.signals.margin + MOST_GAINED), same=True)


def _read_again(place: SpanCandidate, text: str, spans: Sequence[Found]) -> SpanCandidate:
    """The place with what was found in `text`, its sentence with the neighbours alone."""
    if not spans:
        return replace(place, alone=NOTHING)
    shown, again = place.answer.of(place.candidate.article.text), spans[0].span.of(text)
    return replace(place, alone=spans[0].margin, same=shown in again or again in shown)


def _without_names(question: Question, places: Sequence[SpanCandidate]) -> list[SpanCandidate]:
    """The places; those that miss a name of the question which another passage has are less likely.

    Only names that the user typed: those taken from earlier turns may be wrong.
    """
    typed = [name for name in question.names if name in question.asked]
    named = {name for name in typed if any(name not in one.missing for one in places)}
    return [
        replace(place, logit=place.logit + OTHER_NAME) if named & set(place.missing) else place
        for place in places
    ]


def _is_furniture(candidate: Candidate, sentence: str) -> bool:
    """Boilerplate and headings may answer ("Who wrote it?"), but the story goes first.

    The only sentence of a note is its story, though it was taken for its title.
    """
    heading = len(sentence.split()) < SHORT_LINE and sentence[-1] not in ".!?”\"'’)"
    headline = is_headline(candidate, sentence)
    return heading or headline or candidate.passage.boilerplate
