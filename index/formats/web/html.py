"""HTML: the text of a page's story, its title, its site, and the date it states.

Nothing is guessed: a date in the text, the URL or the footer is not the date of publication.
"""

import logging
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import NamedTuple

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.page_facts import page_facts

# The encoding that a page declares, anywhere in its head.
_HEAD_BYTES = 64 * 1024
_BODY = re.compile(rb"<body\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([\w-]{2,40})", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*>")
# Lists of labels and values: "Height" and "41 metres" are one line.
_LABEL_END = re.compile(r"(?:\s|:){0,9}</dt\s*>\s{0,99}<dd\b[^<>]{0,300}>", re.IGNORECASE)
_LABEL = re.compile(r"<dt\b[^<>]{0,300}>", re.IGNORECASE)
_VALUE_END = re.compile(r"</dd\s*>", re.IGNORECASE)
_LABELS = re.compile(r"<(/?)dl\b[^<>]{0,300}>", re.IGNORECASE)
_SILENT = frozenset(("script", "style", "noscript", "template", "svg"))
_INLINE = frozenset("a abbr b cite code em i mark q s small span strong sub sup time u".split())


class Page(NamedTuple):
    """The text of a page, one line per block, and its metadata; None where it states nothing."""

    text: str
    title: str | None
    site: str | None
    published: date | None
    author: str | None = None
    updated: date | None = None


def read_html(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The story of the page in `data`. Raises UnreadableError."""
    yield page_article(data, limits)


def page_article(data: bytes, limits: Limits, declared: str | None = None) -> Extracted:
    """The story of the page in `data`; `declared` is the encoding that its sender states."""
    head = _BODY.search(data, 0, _HEAD_BYTES)
    charset = _CHARSET.search(data, 0, head.start() if head else _HEAD_BYTES)
    stated = charset.group(1).decode("ascii") if charset else None
    page = read_page(decode(data, declared or stated), limits.day_order)
    # Each line is a block: an empty line keeps a heading apart from the next paragraph.
    text = "\n\n".join(line for line in page.text.splitlines() if line.strip())
    return Extracted(
        text, page.title, page.site, page.published, author=page.author, updated=page.updated
    )


def read_page(markup: str, order: str = "") -> Page:
    """The story of a page, or all its words if no story is found. Raises UnreadableError."""
    # Imported here because it takes half a second: only folders with HTML load it.
    import trafilatura
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(
        logging.CRITICAL
    )  # pages without a story are read below
    try:
        page = trafilatura.bare_extraction(
            _with_labels(markup), with_metadata=True, include_comments=False
        )
        found = page if isinstance(page, Document) else Document()
        text = found.text or all_words(markup)
    except Exception as error:  # hostile markup can cause any exception
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnreadableError(f"HTML that cannot be parsed: {reason}") from None
    facts = page_facts(markup, order)
    return Page(
        text,
        facts.title or found.title or None,
        facts.site or found.sitename or None,
        facts.published,
        facts.author,
        facts.updated,
    )


def _with_labels(markup: str) -> str:
    """`markup` with lists of labels and values as lists of "Height: 41 metres"."""
    joined, count = _LABEL_END.subn(": ", markup)
    if not count:
        return markup
    joined = _VALUE_END.sub("</li>", _LABEL.sub("<li>", joined))
    return _LABELS.sub(r"<\1ul>", joined)


def all_words(markup: str) -> str:
    """Every word outside scripts and styles, one line per block, however deep or broken the markup."""
    markup = _without_comments(markup)
    pieces: list[str] = []
    silent, at = "", 0
    for tag in _TAG.finditer(markup):
        pieces.append("" if silent else _one_line(markup[at : tag.start()]))
        at = tag.end()
        closing, name = bool(tag.group(1)), tag.group(2).lower()
        if closing and name == silent:
            silent = ""
        elif not silent and not closing and name in _SILENT:
            silent = name
        pieces.append("" if name in _INLINE else "\n")
    pieces.append("" if silent else _one_line(markup[at:]))
    lines = (" ".join(unescape(line).split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _one_line(words: str) -> str:
    return words.replace("\r", " ").replace("\n", " ")


def _without_comments(markup: str) -> str:
    first, *others = markup.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)
