"""What a page states about its story, in its <meta>s, JSON-LD and <time>s: headline, outlet, authors, dates.

A page is full of other stories: of JSON-LD only the node of this page's article counts, and of several dates
without labels none. Nothing is read from the text of the story.
"""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import NamedTuple

from index.formats.web.linked_data import Node, addresses_in, article_nodes, names
from index.formats.web.page_marks import attributes, marked_author, marked_days, words_of
from index.text.author import clean_author
from index.text.metadata import key_words
from index.text.stated_dates import read_day

_META = re.compile(r"<meta\b[^>]{0,2000}>", re.IGNORECASE)
# Names of days, without the signs in them.
_PUBLISHED = frozenset(
    """articlepublishedtime articlepublished ogpublishedtime publishedtime datepublished pubdate publishdate
    published publishedat publicationdate articledate dcdateissued dctermscreated dctermsissued sailthrudate
    parselypubdate citationpublicationdate articlepublicationdate""".split()
)
# Names that some sites give to the day of the last change.
_DATED = frozenset("date dcdate dctermsdate".split())
_UPDATED = frozenset(
    """articlemodifiedtime articlemodified articleupdated ogupdatedtime modifiedtime datemodified dateupdated
    lastmod lastmodified lastupdated dctermsmodified dcdatemodified""".split()
)
_AUTHOR = frozenset(
    "author article:author dc.creator dcterms.creator parsely-author sailthru.author byl".split()
)
_TITLES = frozenset("og:title twitter:title dc.title dcterms.title parsely-title".split())
_HEADINGS = re.compile(r"<h([12])\b[^>]{0,500}>(.{0,1500}?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
_CANONICAL = re.compile(r"<link\b[^>]{0,500}\brel=[\"']?canonical\b[^>]{0,1000}>", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•«»:-]+\s+|\s*[|»｜]\s*|::")


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
    stated = dict.fromkeys(name for name, _ in metas if name in _AUTHOR)
    authors = (
        names(node.get("author")),
        *([said for n, said in metas if n == name] for name in stated),
    )
    author = next(filter(None, map(clean_author, authors)), None) or marked_author(markup)
    return PageFacts(_headline(markup, metas, node, site), site, author, published, updated)


def _days(
    markup: str, metas: list[tuple[str, str]], node: Node, order: str
) -> tuple[date | None, date | None]:
    """When the story was published and updated: as one of the metadata says, else a <time>."""
    times = list(marked_days(markup, order))
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
    days = (
        read_day(content, order) for name, content in metas if re.sub(r"[\W_]+", "", name) in known
    )
    return next(filter(None, days), None)


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
        if not addresses.isdisjoint(
            addresses_in(node.get("mainEntityOfPage")) + addresses_in(node.get("url"))
        ):
            return node
    return nodes[0] if len(nodes) == 1 else {}


def _headline(
    markup: str, metas: list[tuple[str, str]], node: Node, site: str | None
) -> str | None:
    """The heading that says most of what the metadata call the page, or else what they call it."""
    stated = [content for name, content in metas if name in _TITLES]
    headline = node.get("headline")
    if isinstance(headline, str) and headline.strip():
        stated.append(words_of(headline))
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
    best = best or next((kept for one in stated if (kept := _without_site(one, site))), None)
    is_paper = best is None and _flat(title) == _flat(site or "") != ""
    return (
        _story_in(title, best, site, markup)
        or best
        or (_by_story(site, markup) if is_paper else None)
    )


def _story_in(title: str, found: str | None, site: str | None, markup: str) -> str | None:
    """What `title` says besides the name of the paper, where `found` may be that name; else None.

    Of the two the headline is what shares more words with the story.
    """
    rest = _without_site(title, found or site)
    if rest is None or rest == title:
        return None
    text = _story_words(markup)
    story, name = (_words(one) | key_words(one) for one in (rest, found or ""))
    is_more = len(text & story) > len(text & name) and len(story) > len(name)
    return rest if found is None or is_more else None


def _by_story(site: str | None, markup: str) -> str | None:
    """The heading that shares most words with the story, two at least; for a page called after its site."""
    text = _story_words(markup)
    headings = [one for _, one in _levels(markup) if _flat(one) != _flat(site or "")]
    best = max(headings, key=lambda one: len(text & key_words(one)), default="")
    return best if len(text & key_words(best)) > 1 else None


def _story_words(markup: str) -> set[str]:
    begin = max(0, markup.find("<p"))
    return key_words(words_of(markup[begin : begin + 20_000]))


def _without_site(title: str, site: str | None) -> str | None:
    """`title` without the name of the site at an end; None when nothing is left."""
    pieces = [piece for piece in _SEPARATOR.split(title) if piece.strip()]
    if site and len(pieces) > 1:
        for end in (-1, 0):
            if _flat(pieces[end]) == _flat(site):
                rest = title[: title.rindex(pieces[end])] if end else title[len(pieces[0]) :]
                return rest.strip(" \t|｜–—·•«»:-") or None
    if site and title.casefold().startswith(f"{site}: ".casefold()):
        return title[len(site) + 1 :].strip() or None
    return None if site and _flat(title) == _flat(site) else title


def _levels(markup: str) -> list[tuple[str, str]]:
    """The first headings: ("1" or "2", words)."""
    found = (
        match.groups() for _, match in zip(range(100), _HEADINGS.finditer(markup), strict=False)
    )
    return [(level, words_of(words)) for level, words in found]


def _headings(markup: str) -> list[str]:
    return [heading for level, heading in _levels(markup) if level == "1"]


def _page_title(markup: str) -> str:
    found = _TITLE.search(markup)
    return words_of(found[1]) if found else ""


def _addresses(markup: str, metas: list[tuple[str, str]]) -> set[str]:
    link = _CANONICAL.search(markup)
    return {
        one for one in (_first(metas, ("og:url",)), link and attributes(link[0]).get("href")) if one
    }


def _first(metas: list[tuple[str, str]], known: tuple[str, ...]) -> str | None:
    return next((content for name, content in metas if name in known and content), None)


def _metas(markup: str) -> Iterator[tuple[str, str]]:
    """Name, in lower case, and content of every <meta>."""
    for tag in _META.findall(markup):
        facts = attributes(tag)
        name = facts.get("property") or facts.get("name") or facts.get("itemprop") or ""
        yield name.lower(), " ".join(facts.get("content", "").split())


def _flat(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))
