"""HTML: the text of a page's story, its title, its site, and the date it states.

Nothing is guessed: a date in the text, the URL or the footer is not the date of publication.
"""

import logging
import re
from datetime import date
from html import unescape
from typing import NamedTuple

from index.errors import UnreadableError
from index.formats.web.page_facts import page_facts

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*>")
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


def read_page(markup: str, order: str = "") -> Page:
    """The story of a page, or all its words if no story is found. Raises UnreadableError."""
    # Imported here because it takes half a second: only folders with HTML load it.
    import trafilatura
    from trafilatura.settings import Document

    logging.getLogger("trafilatura").setLevel(
        logging.CRITICAL
    )  # pages without a story are read below
    try:
        page = trafilatura.bare_extraction(markup, with_metadata=True, include_comments=False)
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
