"""Where articles differ because the news went on: the newest statement answers, and no account of an error.

A correction counts as the newest statement about its figure. Who has left a post does not hold it now. It
reorders evidence and reads corrections beside it; it judges nothing that is not said in so many words.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answer import Evidence
from bot.composition.agreement import COMPARABLE, differing
from bot.composition.choose import answer_words, is_sentence, support_words
from bot.english.answer_kind import AnswerKind
from bot.english.names import NAME
from bot.english.numbers import ABOUT_COUNT, COUNT
from bot.english.question import Question
from bot.english.words import terms
from index.text.article import Span

_NOW = re.compile(
    r"\b(?:according to the (?:latest|newest|most recent) \w+|now|currently|current|at present|at the moment"
    r"|nowadays|these days|latest|most recent(?:ly)?|newest|to date|so far)\b",
    re.IGNORECASE,
)
# Another time is asked for: "when the fire broke out", "had been killed as of July 4".
_THEN = re.compile(
    r"\b(?:before|after|(?<!^)when|as of|by then|former|until|had|ago|according to)\b",
    re.IGNORECASE,
)
# The error itself is asked for: "What did it report at first?"
_ABOUT_ERROR = re.compile(
    r"\b(?:first|initially|originally|earlier|previous(?:ly)?|wrong(?:ly)?|mistakes?|mistakenly|errors?"
    r"|correct(?:ed|ion)?)\b",
    re.IGNORECASE,
)
_REPORT = r"(?:version|report|article|edition|story|account|figure|count|number|toll|statement)s?"
_ERROR_BEFORE = re.compile(
    rf"\b(?:(?:earlier|previous|original|initial) {_REPORT}|incorrectly|wrongly|mistakenly|erroneously)\b"
    r"(?:(?!\bcorrected\b|\brevised\b|\bbut\b)[^.;])*\Z",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|rather than|instead of|corrected from|revised from)(?: the| about)? \Z",
    re.IGNORECASE,
)
_REPORTED = r"\bas (?:\w+ )?(?:reported|stated|said|announced|printed)\b"
_AS_REPORTED = re.compile(rf"{_REPORTED}|\bcorrect|\brevis")
_VALUE = rf"(?P<value>{ABOUT_COUNT}(?: (?:million|billion))?)"
_FIGURE = re.compile(rf"{COUNT}(?: (?:million|billion))?")
_CORRECTED = re.compile(
    rf"\b(?:corrected|revised|amended|lowered|raised|cut)\b[^.;:]{{0,60}}? to {_VALUE}"
)
_INSTEAD = re.compile(rf"\b{_VALUE}[^.;:]{{0,30}}?,? (?:and )?not\b[^.;:]*{_REPORTED}")
_LEFT = (
    r"(?:has |have |had |was |been )*(?:resigned|stepped down|quit|stood down|sacked|fired|dismissed"
    r"|removed|ousted|voted out|left office|left the post|retired|died"
    r"|lost (?:the|his|her) (?:election|seat|post))\b"
)
_TAKEN_OVER = (
    r"(?:taken over|took over|takes over|succeeded|succeeds|replaced|replaces"
    r"|(?:was|been) (?:sworn in|elected|appointed|named))\b"
)
_SUCCESSOR = (
    re.compile(rf"(?P<value>{NAME}),? (?:has |have |had |then )?{_TAKEN_OVER}"),
    re.compile(rf"\b(?:succeeded|replaced|followed) by (?:\w+ ){{0,3}}?(?P<value>{NAME})"),
)
_WHO_HOLDS = re.compile(
    r"\bwho(?:['’]s| is| are) (?:now )?(?:the|its|their|currently)\b", re.IGNORECASE
)


def newest_first(
    question: Question, evidence: Sequence[Evidence], min_confidence: float
) -> tuple[Evidence, ...]:
    """The evidence in its order, but the newest statement first where an older one says otherwise.

    Without the accounts of an error that somebody corrects. Unchanged if the question names another time.
    """
    asked = _NOW.sub(" ", question.text)
    if not evidence or question.is_list or _ABOUT_ERROR.search(asked):
        return tuple(evidence)
    kept = [one for one in evidence if not recalls_error(one)]
    if _THEN.search(asked):
        return tuple(kept)
    corrections = [one for each in evidence if (one := _correction(question, each))]
    kept = _in_office(question, kept)
    best = max([*kept, *corrections], key=lambda one: one.score, default=None)
    if best is None:
        return ()
    if not kept:
        return (best,)
    least = 0.0 if asked != question.text else min_confidence
    newest = (
        _corrects(corrections, best)
        or next((one for one in kept if _denies(one, kept[0])), None)
        or _newer(question, kept, least)
    )
    if newest is None:
        return tuple(kept)
    # As sure as what it replaces.
    first = replace(newest, score=max(newest.score, best.score))
    return (first, *(one for one in kept if one is not newest))


def _corrects(corrections: Sequence[Evidence], best: Evidence) -> Evidence | None:
    """The first correction that is about as sure as the best evidence and not older."""
    return next(
        (
            one
            for one in corrections
            if one.score >= COMPARABLE * best.score and not _older(one, best)
        ),
        None,
    )


def _denies(one: Evidence, best: Evidence) -> bool:
    """True if the sentence says "34 million and not 30 million", and 30 million is the best answer."""
    figure = _FIGURE.search(answer_words(best))
    if figure is None or one is best or _older(one, best) or is_sentence(one):
        return False
    denied = rf"\bnot (?:the |about )?{re.escape(figure.group())}\b"
    return re.search(denied, " ".join(support_words(one).split())) is not None


def recalls_error(evidence: Evidence) -> bool:
    """True if the sentence gives its answer only as somebody's mistake: "An earlier report said six"."""
    if is_sentence(evidence):
        return False
    sentence = support_words(evidence)
    before = sentence[: evidence.answer.start - evidence.support.start]
    behind = sentence[evidence.answer.end - evidence.support.start :]
    if _NOT.search(before) and _AS_REPORTED.search(sentence):
        return True
    return _ERROR_BEFORE.search(before) is not None and "corrected" not in behind[:20]


def _correction(question: Question, evidence: Evidence) -> Evidence | None:
    """The figure that replaces the error in the same sentence, or in the next one of the passage."""
    if not question.kind.is_figure and question.kind is not AnswerKind.THING:
        return None
    if not recalls_error(evidence):
        return None
    text = evidence.candidate.article.text
    passage = evidence.candidate.passage
    for span in [one for one in passage.sentences if one.start >= evidence.support.start][:2]:
        for form in (_CORRECTED, _INSTEAD):
            found = form.search(span.of(text))
            if found:
                value = Span(*found.span("value")).shifted(span.start)
                return replace(evidence, answer=value, support=span)
    return None


def _newer(
    question: Question, evidence: Sequence[Evidence], min_confidence: float
) -> Evidence | None:
    """The newest evidence that gives another figure for the same thing than the best, if it is newer."""
    best = evidence[0]
    sure = [one for one in evidence if one.score >= min_confidence]
    others = differing(question, [best], sure)
    dated = [one for one in others if one.candidate.article.published]
    last = max(dated, key=lambda one: one.candidate.article.published or date.min, default=None)
    return last if last is not None and _older(best, last) else None


def _in_office(question: Question, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without those who left the post; who took over comes first."""
    if not _WHO_HOLDS.search(question.text):
        return list(evidence)
    gone: dict[frozenset[str], Evidence] = {}
    for one in evidence:
        name = answer_words(one)
        text = one.candidate.article.text
        last = re.escape(name.split()[-1]) if name else ""
        sentences = [span.of(text) for span in one.candidate.passage.sentences]
        if last and any(re.search(rf"\b{last} {_LEFT}", sentence) for sentence in sentences):
            gone[terms(name.split()[-1])] = one
    if not gone:
        return list(evidence)
    stays = [one for one in evidence if not any(words & terms(answer_words(one)) for words in gone)]
    successors = [found for each in gone.values() if (found := _successor(each))]
    return [*successors, *stays]


def _successor(evidence: Evidence) -> Evidence | None:
    """The one who took over, in a sentence of the passage that says who left."""
    text = evidence.candidate.article.text
    last = answer_words(evidence).split()[-1]
    for span in evidence.candidate.passage.sentences:
        for form in _SUCCESSOR:
            found = form.search(span.of(text))
            if found and last not in found["value"]:
                return replace(
                    evidence, answer=Span(*found.span("value")).shifted(span.start), support=span
                )
    return None


def _older(one: Evidence, other: Evidence) -> bool:
    """True if both articles have a date and the first is the earlier."""
    mine, theirs = one.candidate.article.published, other.candidate.article.published
    return mine is not None and theirs is not None and mine < theirs
