"""The items of an answer that is more than a fact: paragraphs, quotations by speaker, columns, a timeline.

Pure functions that return HTML on one line each; text of articles is escaped, all markup comes from here.
"""

import re
from collections.abc import Iterator

from bot.answer import Answer, Citation, Item
from bot.composition.kinds.parts import written
from bot.page.view.article import written_date
from bot.page.view.escaping import escape_line
from bot.page.view.sources import Articles, anchor_of

LONGEST = 2_000  # code points of an item
_CITED = re.compile(r"\[\d+\]\s*\Z")


def items_html(answer: Answer, articles: Articles) -> str:
    """The items in the form of their kind."""
    card = _Card(answer, articles)
    if answer.kind == "comparison":
        return f'<div class="by-sides">{"".join(card.groups("by-side"))}</div>'
    if answer.kind == "quotations":
        return f'<div class="by-items">{"".join(card.groups("by-speaker"))}</div>'
    if answer.kind == "timeline":
        rows = "".join(card.event(item) for item in answer.items)
        return f'<div class="by-timeline">{rows}</div>'
    named = answer.kind in ("articles", "count")
    rows = "".join(card.row(item, "by-item", named=named) for item in answer.items)
    return f'<div class="by-items">{rows}</div>'


def own_words(answer: Answer) -> tuple[str, list[str]]:
    """Byline's own sentences in the text: the one before the items, or "", and those behind them."""
    paragraphs = [" ".join(part.split()) for part in answer.text.split("\n\n")]
    cited = [n for n, part in enumerate(paragraphs) if _CITED.search(part)]
    first = cited[0] if cited else 0
    own = [(n, part) for n, part in enumerate(paragraphs) if part and n not in cited]
    return (
        " ".join(part for n, part in own if n < first),
        [part for n, part in own if n > first],
    )


class _Card:
    """The items of one answer with the citations that they refer to."""

    def __init__(self, answer: Answer, articles: Articles) -> None:
        self._items = answer.items
        self._citations = {citation.number: citation for citation in answer.citations}
        self._articles = articles

    def groups(self, style: str) -> Iterator[str]:
        """The items under the name of each speaker, in the order of the first of each."""
        for speaker in dict.fromkeys(item.speaker for item in self._items):
            rows = (self.row(item, "by-item") for item in self._items if item.speaker == speaker)
            name = f'<div class="by-name">{escape_line(speaker, 120)}</div>' if speaker else ""
            yield f'<div class="{style}">{name}{"".join(rows)}</div>'

    def event(self, item: Item) -> str:
        """An item of a timeline, under its day."""
        day = escape_line(written(item.date), 40)
        return f'<div class="by-event"><span class="by-day">{day}</span> {self._said(item)}</div>'

    def row(self, item: Item, style: str, *, named: bool = False) -> str:
        """An item with its numbers, and where it was printed; `named` shows the article's title first."""
        citation = self._citations.get(item.numbers[0]) if item.numbers else None
        title = ""
        if named and citation:
            title = f'<span class="by-title">{escape_line(citation.title, 160)}</span> '
        where = f' <span class="by-outlet">{_printed(citation)}</span>' if citation else ""
        return f'<div class="{style}">{title}{self._said(item)}{where}</div>'

    def _said(self, item: Item) -> str:
        numbers = " ".join(self._link(number) for number in item.numbers)
        return f'<span class="by-said">{escape_line(item.text, LONGEST)}</span> {numbers}'

    def _link(self, number: int) -> str:
        """The number, as a link if the words are still there."""
        citation = self._citations.get(number)
        anchor = anchor_of(citation, self._articles) if citation else None
        shown = f"&#91;{number}&#93;"
        return f'<a href="{anchor.href}">{shown}</a>' if anchor else shown


def _printed(citation: Citation) -> str:
    day = written_date(citation.published) if citation.published else None
    return " · ".join(escape_line(fact, 120) for fact in (citation.publisher, day) if fact)
