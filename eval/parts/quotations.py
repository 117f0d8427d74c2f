"""Measures the quotations that are found in articles against those that a person marked."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.composition.kinds.text.quotes import Quote
from bot.composition.kinds.text.speaker_names import plain_name
from eval.metrics.metrics import mean
from eval.parts.quotation_cases import Marked, MarkedArticle
from eval.runs.report import Figure
from index.text.article import Article, Span

Find = Callable[[Article], Iterable[Quote]]
LABELS = {
    "marked": "quotations marked",
    "found": "quotations found",
    "precision": "precision",
    "recall": "recall",
    "recall_direct": "recall of direct ones",
    "recall_reported": "recall of reported ones",
    "named_right": "speaker right, of those named",
    "speaker_right": "speaker right or rightly none, of all found",
    "named": "speaker named and right, of all with a speaker",
}
SAME = 0.5  # of the shorter of two spans: what they must share to be one quotation


@dataclass(frozen=True, slots=True)
class Judged:
    """A quotation that was marked, found, or both."""

    article: Article
    marked: Marked | None
    found: Quote | None

    @property
    def right(self) -> bool:
        """True if it names the speaker that is marked, or none as there is none."""
        if self.marked is None or self.found is None:
            return False
        names = [span.of(self.article.text) for span in self.marked.speakers]
        if not names or not self.found.speaker:
            return not names and not self.found.speaker
        return any(is_same_name(name, self.found.speaker) for name in names)


@dataclass(frozen=True)
class QuotationReport:
    """All quotations of some articles; those marked as optional are left out."""

    judged: tuple[Judged, ...]

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, and shares in [0, 1]; None where nothing is to measure."""
        marked = [one for one in self.judged if one.marked]
        found = [one for one in self.judged if one.found]
        both = [one for one in marked if one.found]
        return {
            "marked": len(marked),
            "found": len(found),
            "precision": mean(one.marked is not None for one in found),
            "recall": mean(one.found is not None for one in marked),
            "recall_direct": _recall(marked, direct=True),
            "recall_reported": _recall(marked, direct=False),
            "named_right": mean(one.right for one in both if one.found and one.found.speaker),
            "speaker_right": mean(one.right for one in both),
            "named": mean(one.right for one in marked if one.marked and one.marked.speakers),
        }

    @property
    def errors(self) -> Iterator[str]:
        """A line for each quotation that is missed, invented, or of another speaker."""
        for one in self.judged:
            if one.right:
                continue
            span = one.marked.span if one.marked else one.found.span if one.found else Span(0, 0)
            names = (
                [name.of(one.article.text) for name in one.marked.speakers] if one.marked else []
            )
            kind = "missed" if not one.found else "speaker" if one.marked else "invented"
            given = one.found.speaker if one.found else ""
            words = " ".join(span.of(one.article.text).split())
            yield f"{kind}: {one.article.path} {' | '.join(names)!r} found {given!r}: {words}"


def measure_quotations(articles: Iterable[MarkedArticle], find: Find) -> QuotationReport:
    """Finds the quotations of every article and pairs them with the marked ones."""
    return QuotationReport(tuple(one for marked in articles for one in _judged(marked, find)))


def _judged(marked: MarkedArticle, find: Find) -> Iterator[Judged]:
    article, rest = marked.article, list(find(marked.article))
    for one in marked.quotations:
        same = next((quote for quote in rest if _is_same(one.span, quote.span)), None)
        if same:
            rest.remove(same)
        if not one.optional:
            yield Judged(article, one, same)
    yield from (Judged(article, None, quote) for quote in rest)


def _is_same(one: Span, other: Span) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared > 0 and shared >= SAME * min(len(one), len(other))


def is_same_name(one: str, other: str) -> bool:
    """True if one of the names has the last word of the other: "Pell" and "Ada Pell"."""
    ours, theirs = plain_name(one).lower().split(), plain_name(other).lower().split()
    return bool(ours) and bool(theirs) and (ours[-1] in theirs or theirs[-1] in ours)


def _recall(marked: Iterable[Judged], *, direct: bool) -> Figure:
    return mean(
        one.found is not None for one in marked if one.marked and one.marked.direct is direct
    )
