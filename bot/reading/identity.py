"""Answers "Who is Ada Pell?" with the words beside her name, where articles introduce people.

The trained reader has seen next to no such questions, and answers with the nearest other name.
"""

import re
from collections.abc import Iterator, Sequence

from bot.answer import Candidate, Evidence
from bot.english.descriptions import find_description
from bot.english.question import Question
from bot.english.words import terms
from index.text.article import Span

# By judgement of 60 descriptions of people in written/valid: 53 tell who somebody is.
SCORE = 0.85
LESS_SURE = 0.05  # for a sentence with the last name only
SHORT = 0.03  # less for one word beside the name: "suspect Ada Pell"
# For a sentence that names somebody whom none describes: it answers nothing, but may be shown as the closest.
UNDESCRIBED = 0.4


def describe(question: Question, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
    """A description for each sentence that has one, those with the whole name first.

    Where none has, the sentences with the whole name, too unsure to answer.
    """
    found = [one for candidate in candidates for one in _described(question, candidate)]
    if not found:
        found = [one for candidate in candidates for one in _named(question, candidate)]
    found.sort(key=lambda one: -one.score)  # equals stay in the order of retrieval
    kept: dict[tuple[str, Span], Evidence] = {}
    for one in found:
        kept.setdefault((one.candidate.article.id, one.support), one)
    return tuple(kept.values())


def _described(question: Question, candidate: Candidate) -> Iterator[Evidence]:
    name = question.described
    for sentence in candidate.passage.sentences:
        text = sentence.of(candidate.article.text)
        span = find_description(text, name)
        shown = terms(span.of(text)) - terms(name) if span else frozenset[str]()
        if not span or not shown:
            continue
        less = LESS_SURE * (name not in " ".join(text.split())) + SHORT * (len(shown) == 1)
        yield Evidence(candidate, span.shifted(sentence.start), sentence, SCORE - less)


def _named(question: Question, candidate: Candidate) -> Iterator[Evidence]:
    for sentence in candidate.passage.sentences:
        text = " ".join(sentence.of(candidate.article.text).split())
        if re.search(rf"(?<!\w){re.escape(question.described)}(?!\w)", text):
            yield Evidence(candidate, sentence, sentence, UNDESCRIBED)
