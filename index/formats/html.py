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
from index.text.author import clean_author
from index.text.dates import first_date

_META = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_DATE_NAMES = frozenset(
    """article:published_time og:published_time datepublished date pubdate publishdate publish-date
    publication_date dc.date dc.date.issued dcterms.created dcterms.date sailthru.date parsely-pub-date
    citation_publication_date""".split()
)
_AUTHOR_NAMES = frozenset(
    "author article:author dc.creator dcterms.creator parsely-author sailthru.author byl".split()
)
_JSON_LD = re.compile(r"\"datePublished\"\s{0,9}:\s{0,9}\"([^\"]{8,40})\"")
# A <time> above the story is the current time.
_STORY = re.compile(r"<(?:article|main|h1)\b", re.IGNORECASE)
_TIME = re.compile(r"<time\b([^>]{0,500})>([^<]{0,80})", re.IGNORECASE)
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


def read_page(markup: str) -> Page:
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
    return Page(
        text,
        found.title or None,
        found.sitename or None,
        stated_date(markup),
        stated_author(markup),
    )


def stated_date(markup: str) -> date | None:
    """The date of publication in the metadata or in a <time> of the story, or None."""
    for name, content in _metas(markup):
        if name in _DATE_NAMES and (day := first_date(content)):
            return day
    if found := _JSON_LD.search(markup):
        return first_date(found.group(1))
    story = _STORY.search(markup)
    found = _TIME.search(markup, story.start()) if story else None
    if found is None:
        return None
    facts = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(found.group(1))}
    return first_date(facts.get("datetime") or found.group(2))


def stated_author(markup: str) -> str | None:
    """The author in the metadata, or None; the address of an author's page is no name."""
    named = (clean_author(content) for name, content in _metas(markup) if name in _AUTHOR_NAMES)
    return next(filter(None, named), None)


def _metas(markup: str) -> Iterator[tuple[str, str]]:
    """Name, in lower case, and content of every <meta>."""
    for tag in _META.findall(markup):
        facts = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(tag)}
        name = facts.get("property") or facts.get("name") or facts.get("itemprop") or ""
        yield name.lower(), unescape(facts.get("content", ""))


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
