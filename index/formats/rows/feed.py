"""Feeds: each item of an RSS file and each entry of an Atom file is an article.

Its text is as much of the story as the feed has.
"""

import re
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableError
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.rows.row import Row, articles, key_of

_ITEMS = ("item", "entry")
_FEEDS = ("rss", "feed", "rdf", "channel")


def read_feed(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The items of a feed. Raises UnreadableError for other XML."""
    from lxml import etree  # slow, so only folders with feeds load it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) not in _FEEDS:
        raise UnreadableError("no feed: expected RSS or Atom")
    channel = next((one for one in root if _name(one) == "channel"), root)
    title = next((_text(one) for one in channel if _name(one) == "title"), None)
    items = [one for one in root.iter() if _name(one) in _ITEMS]
    yield from articles((_row(item) for item in items), title, limits.day_order)


def _row(item: Any) -> Row:
    """The columns of an item; the longest of its texts is its text."""
    row: dict[str, Any] = {}
    texts = [
        _text(part)
        for part in item
        if _name(part) in ("encoded", "content", "description", "summary")
        and part.get("url") is None  # a picture, which some feeds call content too
    ]
    for part in item:
        name = _name(part)
        if name == "author" and len(part):
            row.setdefault(name, next((_text(one) for one in part if _name(one) == "name"), None))
        elif name == "source":  # the feed that the item comes from
            titles = (_text(one) for one in part if _name(one) == "title")
            row.setdefault(name, next(titles, None) or _text(part))
        elif name not in ("encoded", "content", "description", "summary"):
            row.setdefault(name, _text(part))
    if "published" not in row and "updated" in row:
        row["published"] = row.pop("updated")  # an Atom entry that never changed
    # an author of RSS is an address, with the name in brackets
    if found := re.fullmatch(r"\S+@\S+\s+\((.+)\)", row.get("author") or ""):
        row["author"] = found[1]
    return {**row, "text": max(texts, key=len, default="")}


def _name(element: Any) -> str:
    """The name of an element without its namespace; "" for comments."""
    return key_of(element.tag.rpartition("}")[2]) if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    """The text of an element; markup inside it, as in XHTML, is kept."""
    if not len(element):
        return (element.text or "").strip()
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", with_tail=False))
