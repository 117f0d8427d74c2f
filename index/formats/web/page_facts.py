"""What a page states about its story, in its <meta>s, JSON-LD and <time>s: headline, outlet, authors, dates.

A page is full of other stories: of JSON-LD only the node of this page's article counts, and of several dates
without labels none. Nothing is read from the text of the story.
"""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import NamedTuple

from index.formats.web.linked_data import Node, article_nodes, names
from index.text.author import clean_author
from index.text.stated_dates import read_day, stated_days

_META = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_PUBLISHED = frozenset(
    """article:published_time og:published_time datepublished pubdate publishdate publish-date
    publication_date dc.date.issued dcterms.created dcterms.issued sailthru.date parsely-pub-date
    citation_publication_date""".split()
)
# Names that some sites give to the day of the last change.
_DATED = frozenset("date dc.date dcterms.date".split())
_UPDATED = frozenset(
    """article:modified_time og:updated_time datemodified lastmod last-modified dcterms.modified
    dc.date.modified""".split()
)
_AUTHOR = frozenset(
    "author article:author dc.creator dcterms.creator parsely-author sailthru.author byl".split()
)
_TITLES = frozenset("og:title twitter:title dc.title dcterms.title parsely-title".split())
_HEADINGS = re.compile(r"<h([12])\b[^>]{0,500}>(.{0,1500}?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_CANONICAL = re.compile(r"<link\b[^>]{0,500}\brel=[\"']?canonical\b[^>]{0,1000}>", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|»]\s*|::")
# A <time> above the story is the current time.
_STORY = re.compile(r"<(?:article|main|h1)\b", re.IGNORECASE)
_TIME = re.compile(r"<time\b([^>]{0,500})>([^<]{0,80})", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b[^>]{0,500}>([^<]{150})", re.IGNORECASE)
_UPDATE = re.compile(
    r"updat|modif|edited|revised|aktualis|actuali|aggiorn|bijgewerkt", re.IGNORECASE
)
_TAGS = re.compile(r"<[^<>]*>")


class PageFacts(NamedTuple):
    """The facts that a page states; None where it states nothing."""

    title: str | None = None
    site: str | None = None
    author: str | None = None
    published: date | None = None
    updated: date | None = None


def page_facts(markup: str, order: str = "") -> PageFacts:
    """The facts that `markup` states about its story; `order` is that of day and month, see `read_day`."""
    metas = list(_metas(markup))
    nodes = article_nodes(markup)
    page = _page_title(markup), *(content for name, content in metas if name in _TITLES)
    node = _of_this_page(nodes, [*page, *_headings(markup)], _addresses(markup, metas))
    site = _first(metas, ("og:site_name",)) or next(iter(names(node.get("publisher"))), None)
    published, updated = _days(markup, metas, node, order)
    author = clean_author(names(node.get("author"))) or next(
        filter(None, (clean_author(content) for name, content in metas if name in _AUTHOR)), None
    )
    return PageFacts(_headline(markup, metas, node, site), site, author, published, updated)


def _days(
    markup: str, metas: list[tuple[str, str]], node: Node, order: str
) -> tuple[date | None, date | None]:
    """When the story was published and updated: as one of the metadata says, else a <time>."""
    times = list(_times(markup, order))
    published = (
        _day(metas, _PUBLISHED, order)
        or read_day(str(node.get("datePublished") or ""), order)
        or _day(metas, _DATED, order)
        or next((day for is_update, day in times if not is_update), None)
    )
    updated = (
        _day(metas, _UPDATED, order)
        or read_day(str(node.get("dateModified") or ""), order)
        or next((day for is_update, day in times if is_update), None)
    )
    return published, updated


def _day(metas: list[tuple[str, str]], known: frozenset[str], order: str) -> date | None:
    days = (read_day(content, order) for name, content in metas if name in known)
    return next(filter(None, days), None)


def _times(markup: str, order: str) -> Iterator[tuple[bool, date]]:
    """The <time>s above the first paragraph of the story: (whether of an update, day).

    Below it only one day counts: a page with several has other stories, or is written day by day.
    """
    story = _STORY.search(markup)
    if story is None:
        return
    body = _PARAGRAPH.search(markup, story.start())
    end = body.start() if body else len(markup)
    below: set[tuple[bool, date]] = set()
    at, is_above = story.start(), False
    for found in _TIME.finditer(markup, story.start()):
        attributes = _attributes(found[1])
        label = f"{found[1]} {_TAGS.sub(' ', markup[max(at, found.start() - 80) : found.start()])}"
        at = found.end()
        day = (
            read_day(attributes.get("datetime", ""), order)
            or stated_days(found[2], order).published
        )
        if day is None:
            continue
        is_update = _UPDATE.search(label) is not None
        if found.start() < end:
            is_above = is_above or not is_update
            yield is_update, day
        else:
            below.add((is_update, day))
        if len(below) > 1:
            return
    if not is_above and len(below) == 1:
        yield below.pop()


def _of_this_page(nodes: list[Node], titles: list[str], addresses: set[str]) -> Node:
    """The node of the page's own article: of its headline or address, or the only one; else an empty one."""
    known = {
        _flat(piece) for title in titles for piece in (title, *_SEPARATOR.split(title)) if piece
    }
    for node in nodes:
        headlines = (node.get("headline"), node.get("name"))
        if any(isinstance(one, str) and _flat(unescape(one)) in known for one in headlines):
            return node
    for node in nodes:
        if not addresses.isdisjoint(names(node.get("mainEntityOfPage")) + names(node.get("url"))):
            return node
    return nodes[0] if len(nodes) == 1 else {}


def _headline(
    markup: str, metas: list[tuple[str, str]], node: Node, site: str | None
) -> str | None:
    """The heading that says most of what the metadata call the page, or else what they call it."""
    stated = [content for name, content in metas if name in _TITLES]
    headline = node.get("headline")
    if isinstance(headline, str) and headline.strip():
        stated.append(" ".join(unescape(_TAGS.sub("", headline)).split()))
    outlet = _words(site or "")
    title = _page_title(markup)
    said = _words(" ".join([*stated, title])) - outlet
    pieces = {_flat(piece) for one in (title, *stated) for piece in (one, *_SEPARATOR.split(one))}
    best, most = None, 0
    for level, heading in _levels(markup):
        words = _words(heading)
        shared = len(words & said)
        is_it = _flat(heading) in pieces if level == "2" else 2 * shared >= len(words)
        if is_it and shared > most and _flat(heading) != _flat(site or ""):
            best, most = heading, shared
    return best or next((kept for one in stated if (kept := _without_site(one, site))), None)


def _without_site(title: str, site: str | None) -> str | None:
    """`title` without the name of the site at an end; None when nothing is left."""
    pieces = [piece for piece in _SEPARATOR.split(title) if piece.strip()]
    if site and len(pieces) > 1:
        for end in (-1, 0):
            if _flat(pieces[end]) == _flat(site):
                rest = title[: title.rindex(pieces[end])] if end else title[len(pieces[0]) :]
                return rest.strip(" \t|–—·•»:-") or None
    return None if site and _flat(title) == _flat(site) else title


def _levels(markup: str) -> list[tuple[str, str]]:
    """The first headings: ("1" or "2", words)."""
    found = (
        match.groups() for _, match in zip(range(100), _HEADINGS.finditer(markup), strict=False)
    )
    return [(level, _plain(words)) for level, words in found]


def _headings(markup: str) -> list[str]:
    return [heading for level, heading in _levels(markup) if level == "1"]


def _page_title(markup: str) -> str:
    found = _TITLE.search(markup)
    return _plain(found[1]) if found else ""


def _addresses(markup: str, metas: list[tuple[str, str]]) -> set[str]:
    link = _CANONICAL.search(markup)
    return {
        one
        for one in (_first(metas, ("og:url",)), link and _attributes(link[0]).get("href"))
        if one
    }


def _first(metas: list[tuple[str, str]], known: tuple[str, ...]) -> str | None:
    return next((content for name, content in metas if name in known and content), None)


def _metas(markup: str) -> Iterator[tuple[str, str]]:
    """Name, in lower case, and content of every <meta>."""
    for tag in _META.findall(markup):
        facts = _attributes(tag)
        name = facts.get("property") or facts.get("name") or facts.get("itemprop") or ""
        yield name.lower(), " ".join(facts.get("content", "").split())


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag)}


def _plain(markup: str) -> str:
    return " ".join(unescape(_TAGS.sub(" ", markup)).split())


def _flat(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
