"""JSON-LD of a page: the nodes that are articles, at the top or in a graph.

Articles inside others, such as the entries of a live blog or a list of related stories, are left out.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

_SCRIPT = re.compile(r"<script\b[^>]{0,300}\bld\+json\b[^>]{0,300}>", re.IGNORECASE)
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|OpinionPiece)\Z")
# Longer than any real one.
_LONGEST, _MOST = 2_000_000, 50


def article_nodes(markup: str) -> list[Node]:
    """The nodes whose type is an article, in order; without any, those of web pages."""
    nodes = [node for value in _values(markup) for node in _top(value, 0)]
    articles = [node for node in nodes if any(map(_ARTICLE.match, _types(node)))]
    return articles or [node for node in nodes if "WebPage" in _types(node)]


def names(value: Any) -> list[str]:
    """The names in a value of JSON-LD: a text, an object with a name, or a list of these."""
    if isinstance(value, list):
        return [name for one in value[:_MOST] if not isinstance(one, list) for name in names(one)]
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id") or value.get("url")
        return [name for name in names(value)] if not isinstance(value, dict) else []
    return [" ".join(value.split())] if isinstance(value, str) and value.strip() else []


def _values(markup: str) -> Iterator[Any]:
    at = 0
    while found := _SCRIPT.search(markup, at):
        at = markup.find("</script", found.end())
        if at < 0:
            return
        if at - found.end() > _LONGEST:
            continue
        try:
            yield json.loads(_WRAPPING.sub("", markup[found.end() : at]), strict=False)
        except (ValueError, RecursionError):
            continue


def _top(value: Any, depth: int) -> Iterator[Node]:
    if isinstance(value, list) and depth < 5:
        for one in value:
            yield from _top(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity"):
            if depth < 5:
                yield from _top(value.get(name), depth + 1)


def _types(node: Node) -> list[str]:
    kinds = node.get("@type")
    return [
        kind.rpartition("/")[2]
        for kind in (kinds if isinstance(kinds, list) else [kinds])
        if isinstance(kind, str)
    ]
