"""An article for the source viewer: its text in parts, with the cited words and the boilerplate marked.

Pure functions that do not know the engine. The page shows every part as plain text.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.composition.citations import line_of
from bot.page.view.escaping import plain
from bot.page.view.link import WHOLE
from index.text.article import Article, Span

# A browser lays out at most this many characters; of a longer file, the part around the quote is shown.
WINDOW = 400_000


def written_date(day: date) -> str:
    """`day` the way a newspaper writes it: 3 May 2015."""
    return f"{day.day} {day:%B %Y}"


def source_view(article: Article, cited: Span = WHOLE) -> dict[str, Any]:
    """The article for the page, with `cited` as its only part of kind "cited" (no part if empty).

    `parts` are {"kind": "plain" | "dim" | "cited", "text"}; together they are the article's text, or the
    part around the quote if the article is very long.
    """
    shown = _window(len(article.text), cited)
    parts = list(_parts(article, shown, cited))
    return {
        "title": plain(article.title),
        "path": plain(article.path),
        "outlet": plain(article.publisher or ""),
        "author": plain(article.author or ""),
        "day": written_date(article.published) if article.published else "",
        "updated": written_date(article.updated) if article.updated else "",
        "page": article.page_of(cited.start) if cited else None,
        "lines": lines_of(article, cited) if cited and not article.pages else "",
        "parts": [{"kind": kind, "text": plain(text)} for kind, text in parts if text],
        "begins_earlier": shown.start > 0,
        "goes_on": shown.end < len(article.text),
    }


def lines_of(article: Article, cited: Span) -> str:
    """Where the words are, such as "lines 5–7"."""
    first = line_of(article.text, cited.start)
    last = line_of(article.text, max(cited.start, cited.end - 1))
    return f"line {first}" if first == last else f"lines {first}–{last}"


def _parts(article: Article, shown: Span, cited: Span) -> Iterator[tuple[str, str]]:
    yield from _dimmed(article, Span(shown.start, max(shown.start, cited.start)))
    yield "cited", cited.of(article.text)
    yield from _dimmed(article, Span(min(shown.end, max(shown.start, cited.end)), shown.end))


def _window(length: int, cited: Span) -> Span:
    if length <= WINDOW:
        return Span(0, length)
    start = max(0, min(cited.start - WINDOW // 2, length - WINDOW))
    return Span(start, min(length, max(start + WINDOW, cited.end)))


def _dimmed(article: Article, part: Span) -> Iterator[tuple[str, str]]:
    """The text of `part`; its boilerplate has the kind "dim"."""
    at = part.start
    for span in article.boilerplate:
        if not span.overlaps(part):
            continue
        start, end = max(span.start, at), min(span.end, part.end)
        yield "plain", article.text[at:start]
        yield "dim", article.text[start:end]
        at = end
    yield "plain", article.text[at : part.end]
