"""Whether several articles agree on an answer, and where another article gives a different figure.

It changes neither the answer nor its confidence. Figures are compared only if both sentences are clearly
about the same thing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.answer import Answer, Citation, Evidence
from bot.composition.choose import support_words
from bot.english.answer_kind import AnswerKind, find_places
from bot.english.lexicon import MONTH, WEEKDAY, YEAR
from bot.english.names import find_names
from bot.english.quantity import Quantity, find_quantity, sense_of, topic
from bot.english.question import Question
from bot.english.words import terms
from bot.retrieval.reprints import repeats
from index.text.article import Span

# A share of the best score. The best answer lowers the probability of every other, so a third may be as sure.
COMPARABLE = 0.35
MOST_DIFFERING = 3
# The day something was said is not the day it happened.
_SAID_ON = re.compile(
    rf"\b(?:said|says|told \w+|reported|announced)\s+(?:late |early )?(?:on )?{WEEKDAY}"
)
_DAYS = re.compile(WEEKDAY), re.compile(rf"\b{MONTH}\b")
_YEAR = re.compile(rf"\b{YEAR}\b")
_TOLL = re.compile(r"\btoll\b", re.IGNORECASE)


def agreeing(answer: Answer) -> tuple[Citation, ...]:
    """The citations that give the short answer, one for each article; none if they cannot be compared.

    One that repeats another's sentence counts as that one, wherever it was printed.
    """
    cited = _cited(answer)
    if not cited:
        return ()
    first, *others = cited
    question = Question.of(answer.standalone_question)
    kept = [first]
    for other in others:
        new = all(o.file != other.file and not repeats(o.quote, other.quote) for o in kept)
        if new and _same_answer(question, first, other):
            kept.append(other)
    return tuple(kept)


def agreement(answer: Answer) -> str:
    """Such as "2 sources agree", with the outlets where each states its own; else an empty line."""
    held = agreeing(answer)
    if len(held) < 2:
        return ""
    outlets = dict.fromkeys(citation.publisher for citation in held)
    named = f": {', '.join(filter(None, outlets))}" if None not in outlets else ""
    return f"{len(held)} sources agree{named}"


def differing(
    question: Question, chosen: Sequence[Evidence], evidence: Sequence[Evidence]
) -> tuple[Evidence, ...]:
    """Of `evidence`, what gives another figure than `chosen`, from other articles, in order of publication.

    `chosen` is the answer's evidence, the best first.
    """
    best = chosen[0]
    quantity = _asked_quantity(question, best)
    if quantity is None:
        return ()
    known = {one.candidate.article.id for one in chosen}
    found: list[Evidence] = []
    for other in evidence:
        theirs = _quantity(question, other)
        if theirs is None or other.candidate.article.id in known or not _comparable(best, other):
            continue
        different = quantity.differs(theirs) and _same_matter(question, best, other)
        if different or quantity.same(theirs):
            known.add(other.candidate.article.id)
        if different and not any(
            repeats(support_words(other), support_words(one)) for one in found
        ):
            found.append(other)
    return tuple(sorted(found[:MOST_DIFFERING], key=by_publication))


def beside(
    citations: Sequence[Citation], found: Answer
) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
    """The citations of a language model's text, with the answering words, and those of other figures.

    `found` is the answer in the articles' own words. A figure that differs keeps its number where the text
    cites it; the one that it differs from is added where the text does not.
    """
    known = {_place(one): one for one in (*found.citations, *found.differing)}
    cited = tuple(
        replace(one, answer=known[_place(one)].answer) if _place(one) in known else one
        for one in citations
    )
    numbers = {_place(one): one.number for one in cited}
    other_figures = list(found.differing)
    if other_figures and not any(_place(one) in numbers for one in found.citations):
        other_figures = sorted(
            [found.citations[0], *other_figures], key=lambda one: one.published or date.max
        )
    for one in other_figures:
        numbers.setdefault(_place(one), len(numbers) + 1)
    return cited, tuple(replace(one, number=numbers[_place(one)]) for one in other_figures)


def newest(citations: Sequence[Citation]) -> Citation | None:
    """The most recent one; None if two share the day or one has no date."""
    days = [citation.published for citation in citations if citation.published]
    last = [citation for citation in citations if days and citation.published == max(days)]
    return last[0] if len(days) == len(citations) > 1 and len(last) == 1 else None


def _cited(answer: Answer) -> list[Citation]:
    """The citations that can be compared. In a language model's text: those of supported sentences."""
    if not answer.statements:
        return list(answer.citations)
    other_figures = {citation.number for citation in answer.differing}
    sound = {n for one in answer.statements if one.verdict == "supported" for n in one.numbers}
    return [c for c in answer.citations if c.answer and c.number in sound - other_figures]


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.file, citation.start, citation.end


def by_publication(evidence: Evidence) -> tuple[date, str, Span]:
    """Sorts from the oldest article to the newest, those without a date last, then by place."""
    article = evidence.candidate.article
    return article.published or date.max, article.path, evidence.support


def _kind(question: Question) -> AnswerKind | None:
    """The kind of figure that is asked for; None if the question asks for something else, or several."""
    if question.is_list:
        return None
    if question.kind is AnswerKind.THING and _TOLL.search(question.form):
        return AnswerKind.NUMBER
    return question.kind if question.kind.is_figure else None


def _same_answer(question: Question, one: Citation, other: Citation) -> bool:
    if one.answer is None or other.answer is None:
        return False
    kind = _kind(question)
    if kind is not None:
        mine = find_quantity(kind, question.form, one.quote, one.answering)
        theirs = find_quantity(kind, question.form, other.quote, other.answering)
        return mine is not None and theirs is not None and mine.same(theirs)
    one_says, other_says = (terms(each.answering.of(each.quote)) for each in (one, other))
    return bool(one_says and other_says) and (one_says <= other_says or other_says <= one_says)


def _asked_quantity(question: Question, best: Evidence) -> Quantity | None:
    """The figure of the answer, if it counts what the question asks for."""
    found, sense = _quantity(question, best), sense_of(question.form)
    # "95 people" killed are no answer to how many were wounded, though it may be the best there is.
    return found if found is None or found.unit or found.sense == sense else None


def _quantity(question: Question, evidence: Evidence) -> Quantity | None:
    kind, support = _kind(question), evidence.support
    if kind is None or evidence.answer == support:
        return None
    return find_quantity(
        kind, question.form, support_words(evidence), evidence.answer.shifted(-support.start)
    )


def _comparable(best: Evidence, other: Evidence) -> bool:
    """True if `other` is about as sure and misses no name of the question that `best` mentions."""
    return other.score >= COMPARABLE * best.score and set(other.missing) <= set(best.missing)


def _same_matter(question: Question, one: Evidence, other: Evidence) -> bool:
    """True if both sentences, with their titles, are about the question, one place and one time."""
    asked = topic(question.text)
    mine, theirs = asked & topic(_headed(one)), asked & topic(_headed(other))
    if not mine <= theirs or 2 * len(theirs) < len(asked):
        return False
    pairs = (one, other), (other, one)
    if any(_elsewhere(question, *pair) for pair in pairs):
        return False
    if question.kind is AnswerKind.TIME:
        return True
    return not any(_other_year(question, *pair) for pair in pairs) and not _other_day(one, other)


def _elsewhere(question: Question, one: Evidence, other: Evidence) -> bool:
    """True if `one` names a place that neither the question nor `other` mentions."""
    sentence = support_words(one)
    places = [span.of(sentence) for span in find_places(sentence)]
    named = frozenset[str]().union(*(terms(name) for place in places for name in find_names(place)))
    return bool(named) and named.isdisjoint(question.terms | terms(_headed(other)))


def _other_year(question: Question, one: Evidence, other: Evidence) -> bool:
    """True if `one` names a year that is neither in the question or `other` nor a year of publication."""
    own = {str(day.year) for day in _days((one, other))}
    known = own | {*_YEAR.findall(question.text), *_YEAR.findall(_headed(other))}
    return not set(_YEAR.findall(support_words(one))) <= known


def _other_day(one: Evidence, other: Evidence) -> bool:
    """True if both name days of the week, or months, and none is the same."""
    mine, theirs = (_SAID_ON.sub(" ", support_words(each)) for each in (one, other))
    found = [(set(form.findall(mine)), set(form.findall(theirs))) for form in _DAYS]
    return any(left and right and left.isdisjoint(right) for left, right in found)


def _days(evidence: Sequence[Evidence]) -> Iterator[date]:
    return (day for one in evidence if (day := one.candidate.article.published))


def _headed(evidence: Evidence) -> str:
    return f"{evidence.candidate.article.title}\n{support_words(evidence)}"
