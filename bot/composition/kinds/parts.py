"""Parts become an answer: each is verified, cited and put into the text in its order.

It only arranges; every item is the words of an article at a span.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import Answer, Candidate, Citation, Evidence, Item
from bot.composition.agreement import by_publication
from bot.composition.citations import cite, in_marks
from bot.composition.compose import NEAREST_SHOWN, Verify, nearest_articles
from bot.composition.kinds.text.sentences import without_marks
from bot.composition.refusal import missing_words, refusal
from bot.english.lexicon import MONTHS
from bot.english.question import Question
from index.library import Library
from index.text.article import Article, Passage, Span

# Prints what stands before a quote: whose words they are, or the day.
Label = Callable[["Part"], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence to be shown, with whose words it is and its day, as `Item` has them.

    `others` are sentences of other articles that report the same; they are cited beside it.
    """

    evidence: Evidence
    speaker: str = ""
    date: str | None = None
    others: tuple[Evidence, ...] = ()

    @property
    def article(self) -> Article:
        """The article that it is from."""
        return self.evidence.candidate.article

    @property
    def words(self) -> str:
        """The sentence on one line."""
        return " ".join(self.evidence.support.of(self.article.text).split())


def make_evidence(library: Library, article: Article, span: Span, score: float) -> Evidence:
    """A sentence of an article of `library` as evidence, without the mark of a list in front."""
    span = without_marks(article.text, span)
    passage = Passage(article.id, 0, span.start, span.end, (span,))
    candidate = Candidate(passage, article, score, corpus=library.corpus)
    return Evidence(candidate, span, span, score)


def verified(parts: Sequence[Part], verify: Verify) -> tuple[Part, ...]:
    """The parts whose words are still in their files."""
    return tuple(
        replace(part, others=tuple(filter(verify, part.others)))
        for part in parts
        if verify(part.evidence)
    )


def compose_parts(
    answer: Answer,
    parts: Sequence[Part],
    label: Label,
    *,
    short: str = "",
    lead: str = "",
    remarks: Sequence[str] = (),
) -> Answer:
    """`answer` made of verified `parts`. The short answer is `short`, or all items.

    `lead` stands before the items; `remarks` are sentences of Byline's own behind them.
    """
    citations = cite([one for part in parts for one in (part.evidence, *part.others)])
    numbers = {_place(citation): citation.number for citation in citations}
    items = tuple(
        Item(part.words, tuple(_numbers(part, numbers)), part.speaker, part.date) for part in parts
    )
    lines = [
        f"{_led(label(part))}{in_marks(item.text)} {' '.join(f'[{number}]' for number in item.numbers)}"
        for part, item in zip(parts, items, strict=True)
    ]
    return replace(
        answer,
        answer=short or " ".join(item.text for item in items),
        text="\n\n".join([*([lead] if lead else []), *lines, *remarks]),
        refused=False,
        reason=None,
        citations=citations,
        items=items,
        missing=(),
        nearest=tuple(dict.fromkeys((c.file, c.title) for c in citations))[:NEAREST_SHOWN],
    )


def refused(
    answer: Answer, question: Question, candidates: Sequence[Candidate], reason: str
) -> Answer:
    """`answer` as a refusal with the nearest articles."""
    nearest = nearest_articles(candidates)
    return replace(
        answer,
        refused=True,
        reason=reason,
        confidence=0.0,
        text=refusal(reason, nearest),
        nearest=nearest,
        missing=missing_words(question, candidates),
    )


def written(day: str | None) -> str:
    """An ISO date, or its beginning, as it is written: "18 November 2015", "November 2015", "2015"."""
    if not day:
        return ""
    year, *rest = day.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    number = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*number, *month, year])


def day_of(article: Article) -> str | None:
    """The day of publication as an ISO date."""
    return article.published.isoformat() if article.published else None


def from_whom(part: Part) -> str:
    """The outlet and the day of an article, if they are known."""
    facts = [part.article.publisher, written(day_of(part.article))]
    return ", ".join(filter(None, facts))


def by_day(part: Part) -> tuple[date, str, Span]:
    """As `by_publication`, for parts."""
    return by_publication(part.evidence)


def _led(label: str) -> str:
    return f"{label}: " if label else ""


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.file, citation.start, citation.end


def _numbers(part: Part, numbers: dict[tuple[str, int, int], int]) -> Iterator[int]:
    for one in (part.evidence, *part.others):
        yield numbers[one.candidate.article.path, one.support.start, one.support.end]
