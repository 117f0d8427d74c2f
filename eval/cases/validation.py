"""Checks known-answer cases against their articles and reports every mismatch.

A function of cases and articles: it reads no file and knows nothing of engines.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from eval.cases.case import Case, Support
from eval.metrics.metrics import normalise, token_f1
from index.text.article import Article
from index.text.dates import month_first
from index.text.sentences import all_sentences

UNANSWERABLE = "unanswerable"
WHY_UNANSWERABLE = ("near-miss", "absent", "off-topic")
BEHIND_OTHERS = ("follow-up", "topic-switch")
CONFLICT = "conflict"
NEAR = 0.5  # minimum token F1 of a sentence that the error suggests
SHOWN = 200  # as many characters of it


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a case, and what to do about it."""

    case: str
    what: str


@dataclass
class Validation:
    """Cases against `articles`, by path; `unread` holds why a path that a case names is not among them."""

    articles: Mapping[str, Article]
    unread: Mapping[str, str]
    _normalised: dict[str, str] = field(default_factory=dict)

    def problems(self, cases: Iterable[Case]) -> Iterator[Problem]:
        """Everything that is wrong with the cases of one set, in their order."""
        asked: dict[tuple[str, ...], str] = {}
        for case in cases:
            first = asked.setdefault(_asked(case), case.id)
            found = [*self._sources(case), *_kinds(case)]
            if first != case.id:
                found.append(f"asks the same as case {first!r}, after the same; take one out")
            yield from (Problem(case.id, what) for what in found)

    def _sources(self, case: Case) -> Iterator[str]:
        """What is wrong with the files of a case, and with its answers and spans in them."""
        for file in case.files:
            if file in self.unread:
                yield f"file {file!r} {self.unread[file]}; correct the case, or give the right articles"
        articles = [self.articles[file] for file in case.files if file in self.articles]
        if len(articles) < len(case.files):
            return  # what is missing may stand in the file that could not be read
        texts = [text for article in articles for text in _texts(article)]
        for answer in case.answers:
            if not any(self._stands(answer, text) for text in texts):
                yield (
                    f"answer {answer!r} stands in none of its files; give the words of one, "
                    "make it a pattern, or take it out"
                )
        for pattern in case.patterns:
            if not any(re.search(pattern, text, re.IGNORECASE) for text in texts):
                yield f"pattern {pattern!r} is found in none of its files; correct it, or take it out"
        for span in case.spans:
            if span.text not in self.articles[span.file].text:
                yield _not_there(span, self.articles[span.file])
        if case.spans and not any(self._answers(case, span.text) for span in case.spans):
            yield "no accepted answer stands in its spans; mark the words that hold one"

    def _answers(self, case: Case, text: str) -> bool:
        """True when an accepted answer stands in `text`."""
        return case.matches(text) or any(self._stands(answer, text) for answer in case.answers)

    def _stands(self, answer: str, text: str) -> bool:
        """True when `answer` stands in `text` as whole words.

        The second look is for sentences glued together ("in September.Image:"), which `normalise`
        makes one word of.
        """
        if text not in self._normalised:
            self._normalised[text] = f" {normalise(text)} "
        words = normalise(answer)
        if words and f" {words} " in self._normalised[text]:
            return True
        glued = rf"(?<!\w){re.escape(answer.casefold())}(?!\w)"
        return bool(re.search(glued, text.casefold()))


def _texts(article: Article) -> Iterator[str]:
    """Where an answer may stand: the text, the title, and the date in three ways of writing it."""
    yield article.text
    yield article.title
    if day := article.published:
        yield month_first(day)
        yield f"{day.day} {day:%B} {day.year}"
        yield day.isoformat()


def _asked(case: Case) -> tuple[str, ...]:
    return tuple(normalise(question) for question in (*case.history, case.question))


def _kinds(case: Case) -> Iterator[str]:
    """Where tags, history, rewrite and answers of a case contradict each other."""
    unanswerable = UNANSWERABLE in case.tags
    if case.answerable and unanswerable:
        yield f"has answers and the tag {UNANSWERABLE!r}; take the one or the other out"
    if not case.answerable and not unanswerable:
        yield f"has no answers and not the tag {UNANSWERABLE!r}; add the tag, or answers"
    for tag in WHY_UNANSWERABLE:
        if tag in case.tags and not unanswerable:
            yield f"has the tag {tag!r} without {UNANSWERABLE!r}; take it out, or add that one"
    behind = [tag for tag in BEHIND_OTHERS if tag in case.tags]
    either = " or ".join(map(repr, BEHIND_OTHERS))
    if case.history and len(behind) != 1:
        have = " and ".join(map(repr, behind)) or "neither"
        yield f"has a history; expected the tag {either}, one of them, and not {have}"
    if behind and not case.history:
        yield f"has the tag {behind[0]!r} but no history; take it out, or add the earlier questions"
    if CONFLICT in case.tags and len(case.files) < 2:
        yield f"has the tag {CONFLICT!r} but not two files; name one of each account, or take it out"
    if case.rewrite and not case.history:
        yield "has a rewrite but no history; take it out, or add the earlier questions"


def _not_there(span: Support, article: Article) -> str:
    """What to say of a span that the file does not have, with the place in it that is most like it."""
    said = f"span {span.text[:SHOWN]!r} is not in {span.file!r}"
    text = article.text
    found = all_sentences(text)
    nearest = max(found, key=lambda each: token_f1(each.of(text), [span.text]) or 0, default=None)
    if nearest is None or (token_f1(nearest.of(text), [span.text]) or 0) < NEAR:
        return f"{said}; give words exactly as its text has them"
    line = len(re.findall(r"\r\n|\n|\r", text[: nearest.start])) + 1
    return f"{said}; line {line} of its text has {nearest.of(text)[:SHOWN]!r}: give its exact words"
