"""An article as HTML for the source viewer: the cited words marked, the page's boilerplate dimmed.

Pure functions; they know articles and spans, not the engine. Every word shown is escaped.
"""

import itertools
from datetime import date

from bot.page.anchor import WHOLE, Anchor
from bot.page.escaping import escape, escape_line
from index.article import Article, Span

EMPTY = (
    '<div class="by-note"><p>The source opens here.</p>'
    "<p>Ask a question, or click a number such as <b>[1]</b>: "
    "the article appears with the exact words marked.</p></div>"
)
UNAVAILABLE = (
    '<div class="by-note"><p>That source is not available.</p>'
    "<p>The file may have changed or gone since it was cited. Ask again to get a fresh citation.</p>"
    "</div>"
)
# A browser lays out this many characters at once; of a longer file the part around the quote is shown.
WINDOW = 400_000

_serial = itertools.count(1)


def written_date(day: date) -> str:
    """`day` the way a newspaper writes it: 3 May 2015."""
    return f"{day.day} {day:%B %Y}"


def article_html(article: Article, cited: Span = WHOLE) -> str:
    """The whole article, with `cited` as its one `<mark>` (none when the span is empty).

    Each call gives another `data-serial`: the page only notices a value that differs from the last.
    """
    facts = [f'<span class="by-file">{escape_line(article.path)}</span>']
    page = article.page_of(cited.start) if cited else None
    if page is not None:
        facts.append(f"<span>page {page}</span>")
    if article.published:
        facts.append(f"<span>{escape(written_date(article.published))}</span>")
    if article.publisher:
        facts.append(f"<span>{escape_line(article.publisher)}</span>")
    return (
        f'<article data-href="{Anchor(article.id, cited).href}" data-serial="{next(_serial)}">'
        f'<h2 dir="auto">{escape_line(article.title, 300)}</h2><p class="by-facts">{"".join(facts)}</p>'
        f'<div class="by-body" dir="auto">{_body(article, cited)}</div></article>'
    )


def _body(article: Article, cited: Span) -> str:
    shown = _window(len(article.text), cited)
    before = _dimmed(article, Span(shown.start, max(shown.start, cited.start)))
    after = _dimmed(article, Span(min(shown.end, max(shown.start, cited.end)), shown.end))
    mark = (
        f'<mark id="cited" tabindex="-1">{escape(cited.of(article.text))}</mark>' if cited else ""
    )
    head = '<p class="by-cut">The file begins earlier.</p>' if shown.start else ""
    tail = '<p class="by-cut">The file goes on.</p>' if shown.end < len(article.text) else ""
    return head + before + mark + after + tail


def _window(length: int, cited: Span) -> Span:
    if length <= WINDOW:
        return Span(0, length)
    start = max(0, min(cited.start - WINDOW // 2, length - WINDOW))
    return Span(start, min(length, max(start + WINDOW, cited.end)))


def _dimmed(article: Article, part: Span) -> str:
    """The words of `part`, escaped, with what is boilerplate in them set back."""
    pieces, at = [], part.start
    for span in article.boilerplate:
        if not span.overlaps(part):
            continue
        start, end = max(span.start, at), min(span.end, part.end)
        pieces.append(escape(article.text[at:start]))
        pieces.append(f'<span class="by-dim">{escape(article.text[start:end])}</span>')
        at = end
    return "".join(pieces) + escape(article.text[at : part.end])
