"""The sources under an answer: a line for each, quotes with the answer highlighted, differing figures.

Pure functions that return HTML and Markdown; they do not know the engine. Text of articles is escaped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.answer import Answer, Citation
from bot.composition.agreement import agreeing, newest
from bot.page.view.article import written_date
from bot.page.view.escaping import escape, escape_line
from bot.page.view.link import Anchor
from index.text.article import Article, Span

Articles = Mapping[str, Article]  # by path; those that a message refers to and that still exist
LONGEST_QUOTE = 600  # code points of a quote beside another
_MARKER = re.compile(r"\[([0-9]{1,3})\]")


def articles_of(answer: Answer, find: Callable[[str, str], Article | None]) -> dict[str, Article]:
    """The articles that an answer cites or calls near, by the path in the answer, if they still exist.

    `find` takes that path and the hash of the content, "" if it is not known.
    """
    files = {file: "" for file, _ in answer.nearest}
    files |= {
        one.file: one.sha256 for one in (*answer.citations, *answer.differing, *answer.closest)
    }
    found = {file: find(file, sha256) for file, sha256 in files.items()}
    return {file: article for file, article in found.items() if article is not None}


def anchor_of(citation: Citation, articles: Articles) -> Anchor | None:
    """The link to the cited words; None if the article is gone or its text has changed there."""
    article, span = articles.get(citation.file), Span(citation.start, citation.end)
    if article is None or span.of(article.text) != citation.quote:
        return None
    return Anchor(article.id, span)


def linked(text: str, citations: Sequence[Citation], articles: Articles) -> str:
    """`text` escaped; `[n]` outside quotes is a link, the answer within quotes is emphasised."""
    by_number = {citation.number: citation for citation in citations}
    quoted = [span for citation in citations for span in _quoted(text, citation)]
    pieces = [(span, _emphasis(span.of(text))) for span in _answering(text, citations)]
    for marker in _MARKER.finditer(text):
        citation, place = by_number.get(int(marker[1])), Span(*marker.span())
        anchor = anchor_of(citation, articles) if citation else None
        if anchor is None or any(place.overlaps(span) for span in quoted):
            continue
        # a no-break space keeps the number on the line of the word before it
        space = text[: place.start].endswith(" ")
        link = "\N{NO-BREAK SPACE}" * space + f"[&#91;{marker[1]}&#93;]({anchor.href})"
        pieces.append((Span(place.start - space, place.end), link))
    return _put(text, pieces)


def source_line(citation: Citation, articles: Articles) -> str:
    """A numbered source: title, outlet, date, place and file; a link if the words are still there."""
    anchor = anchor_of(citation, articles)
    rest = [escape_line(fact, 120) for fact in (citation.place, citation.file)]
    what = (
        f'<span class="by-number">{citation.number}</span>'
        f'<span class="by-title">{escape_line(citation.title, 160)}</span> '
        f"{_where(citation, rest)}"
    )
    return (
        f'<a class="by-source" href="{anchor.href}">{what}</a>' if anchor else f"<div>{what}</div>"
    )


def near_line(article: Article, title: str) -> str:
    """A near article, as a link to it."""
    return (
        f'<a class="by-source" href="{Anchor(article.id).href}">'
        f'<span class="by-title">{escape_line(title, 160)}</span> '
        f"{_where(article, [escape_line(article.path, 120)])}</a>"
    )


def side_by_side(answer: Answer, articles: Articles) -> str:
    """The answer's figure and those that differ from it, by date of publication; "" if none differs.

    Nothing is shown while a language model is still writing.
    """
    if not answer.differing or answer.growing:
        return ""
    held = (*agreeing(answer), *answer.differing)
    last = newest(held)
    ordered = sorted(held, key=lambda c: (c.published or date.max, c.number))
    columns = "".join(_column(one, articles, one is last) for one in ordered)
    return (
        '<div class="by-differing"><div class="by-quiet">The articles give different figures</div>'
        f'<div class="by-figures">{columns}</div></div>'
    )


def _column(citation: Citation, articles: Articles, is_newest: bool) -> str:
    anchor = anchor_of(citation, articles)
    quote, inside = _one_line(citation)
    said = _put(quote, [(inside, _emphasis(inside.of(quote)))] if inside else [])
    if len(quote) > LONGEST_QUOTE:
        said = escape_line(quote, LONGEST_QUOTE)
    facts = [citation.publisher or citation.file]
    facts.append(written_date(citation.published) if citation.published else "no date")
    what = (
        f'<strong class="by-figure-value">{escape_line(inside.of(quote), 160)}</strong> '
        f'<span class="by-outlet">{" · ".join(escape_line(fact, 120) for fact in facts)}</span> '
        + '<span class="by-newest">newest</span> ' * is_newest
        + f'<span class="by-said">“{said}” &#91;{citation.number}&#93;</span>'
    )
    return (
        f'<a class="by-figure" href="{anchor.href}">{what}</a>'
        if anchor
        else f'<div class="by-figure">{what}</div>'
    )


def _where(source: Citation | Article, rest: Sequence[str]) -> str:
    """Outlet, author and dates, if they are known, and the `rest`, which is escaped already."""
    facts: list[str | None] = [source.publisher]
    facts.append(source.author if source.author != source.publisher else None)
    facts.append(written_date(source.published) if source.published else None)
    facts.append(f"updated {written_date(source.updated)}" if source.updated else None)
    first = " · ".join(escape_line(fact, 120) for fact in facts if fact)
    outlet = [f'<span class="by-outlet">{first}</span>'] if first else []
    return f'<span class="by-where">{" · ".join([*outlet, *rest])}</span>'


def _put(text: str, pieces: Sequence[tuple[Span, str]]) -> str:
    """`text` escaped, with markup in place of some spans, which must not overlap."""
    out, at = [], 0
    for span, markup in sorted(pieces):
        out += [escape(text[at : span.start]), markup]
        at = span.end
    return "".join([*out, escape(text[at:])])


def _emphasis(words: str) -> str:
    # a tag, because asterisks work only next to certain characters
    return f'<strong class="by-words">{escape(words)}</strong>'


def _one_line(citation: Citation) -> tuple[str, Span]:
    """The quote with single spaces, and the span of the answer in it."""
    quote, inside = citation.quote, citation.answering
    before, words = " ".join(quote[: inside.start].split()), " ".join(inside.of(quote).split())
    start = len(before) + (bool(before) and quote[inside.start - 1].isspace())
    line, span = " ".join(quote.split()), Span(start, start + len(words))
    return line, span if span.of(line) == words else Span(0, len(line))


def _quoted(text: str, citation: Citation) -> list[Span]:
    """Where `text` contains the citation's quote."""
    quote, _ = _one_line(citation)
    start = text.find(quote)
    return [Span(start, start + len(quote))] if quote and start >= 0 else []


def _answering(text: str, citations: Sequence[Citation]) -> list[Span]:
    """The answer in each quote in `text` that is followed by its number, if it is shorter than the quote."""
    spans: list[Span] = []
    for citation in citations:
        quote, inside = _one_line(citation)
        start = text.find(f"{quote}” [{citation.number}]")
        if start >= 0 and 0 < len(inside) < len(quote):
            spans.append(inside.shifted(start))
    return [s for n, s in enumerate(spans) if not any(s.overlaps(other) for other in spans[:n])]
