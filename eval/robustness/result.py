"""The result of a check of changing files: how many questions passed, and which failed or were skipped.

Also chooses the cases that are asked. It knows nothing of what is done to the files.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.answer import Answer
from eval.cases.case import Case
from eval.robustness.corpus import ChangingCorpus
from index.text.article import Article, file_of

T = TypeVar("T")
Judge = Callable[[Case, Answer], str]  # what is wrong with an answer; "" for nothing


@dataclass(frozen=True, slots=True)
class Remark:
    """A case, and a remark about it."""

    id: str
    question: str
    why: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check by name, what was done to the files, and how many questions were asked, failed and skipped."""

    name: str
    done: str
    asked: int
    failed: tuple[Remark, ...]
    skipped: tuple[Remark, ...] = ()

    @property
    def passed(self) -> int:
        """How many of the questions passed."""
        return self.asked - len(self.failed)


@dataclass(frozen=True, slots=True)
class Known:
    """The cases that are asked, by id their answers from the files as they were, and those articles."""

    cases: tuple[Case, ...]
    answers: Mapping[str, Answer]
    articles: tuple[Article, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that hold the answers, each once."""
        return tuple(dict.fromkeys(file_of(path) for case in self.cases for path in case.files))


def ask_known(corpus: ChangingCorpus, cases: Sequence[Case]) -> Known:
    """Ask every case of the files as they are now. Raises BylineError."""
    answers = {case.id: corpus.ask(case) for case in cases}
    return Known(tuple(cases), answers, corpus.articles())


def choose_cases(cases: Sequence[Case], most: int) -> tuple[Case, ...]:
    """`most` answerable cases and half as many others, evenly from the whole set, in its order."""
    answerable = [case for case in cases if case.answerable]
    others = [case for case in cases if not case.answerable]
    chosen = {case.id for case in (*evenly(answerable, most), *evenly(others, most // 2))}
    return tuple(case for case in cases if case.id in chosen)


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most `most` of the items, at equal distances, the same on every run."""
    count = min(most, len(items))
    return [items[n * len(items) // count] for n in range(count)]


def failures(corpus: ChangingCorpus, cases: Iterable[Case], judge: Judge) -> tuple[Remark, ...]:
    """Ask `cases` now; those that `judge` rejects, or that misquote a file."""
    return tuple(
        remark(case, why)
        for case in cases
        if (why := judge(case, answer := corpus.ask(case)) or corpus.misquoted(answer))
    )


def remark(case: Case, why: str) -> Remark:
    """`why`, said of `case`."""
    return Remark(case.id, case.question, why)
