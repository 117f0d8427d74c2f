"""JSON-LD of a page: the nodes that are articles, at the top or in a graph.

Articles inside others, such as the entries of a live blog or a list of related stories, are left out.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

Node = dict[str, Any]

_SCRIPT = re.compile(r"<script\b[^>]{0,300}\bld\+json\b[^>]{0,300}>", re.IGNORECASE)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)"
    r"|(?:-->|(?:/\*\s*|//\s*)?\]\]>(?:\s*\*/)?|//\s*-->)\s*$"
)
_COMMA = re.compile(r",(?=\s{0,99}[}\]])")  # too many, as some sites write
_LINKED = ("author", "publisher")  # what may only be a link to another node
_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|OpinionPiece)\Z")
# Longer than any real one.
_LONGEST, _MOST = 2_000_000, 50


def article_nodes(markup: str) -> list[Node]:
    """The nodes whose type is an article, in order; without any, those of web pages."""
    nodes = [node for value in _values(markup) for node in _top(value, 0)]
    articles = [node for node in nodes if any(map(_ARTICLE.match, _types(node)))]
    found = articles or [node for node in nodes if "WebPage" in _types(node)]
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    return [
        {**node, **{key: _named(node[key], known) for key in _LINKED if key in node}}
        for node in found
    ]


def _named(value: Any, known: dict[str, Node]) -> Any:
    """`value` with the nodes that it only links to."""
    if isinstance(value, list):
        return [_named(one, known) for one in value[:_MOST] if not isinstance(one, list)]
    link = value.get("@id") if isinstance(value, dict) and "name" not in value else None
    return known.get(link, value) if isinstance(link, str) else value


def names(value: Any) -> list[str]:
    """The names in a value of JSON-LD: a text, an object with a name, or a list of these."""
    return _texts(value, ("name",))


def addresses_in(value: Any) -> list[str]:
    """The addresses in a value of JSON-LD: a text, an object with one, or a list of these."""
    return _texts(value, ("@id", "url"))


def _texts(value: Any, keys: tuple[str, ...]) -> list[str]:
    if isinstance(value, list):
        return [
            text for one in value[:_MOST] if not isinstance(one, list) for text in _texts(one, keys)
        ]
    if isinstance(value, dict):
        value = next((value[key] for key in keys if value.get(key)), None)
        return [] if isinstance(value, dict) else _texts(value, keys)
    return [" ".join(value.split())] if isinstance(value, str) and value.strip() else []


def _values(markup: str) -> Iterator[Any]:
    at = 0
    while found := _SCRIPT.search(markup, at):
        at = markup.find("</script", found.end())
        if at < 0:
            return
        if at - found.end() > _LONGEST:
            continue
        script = _WRAPPING.sub("", markup[found.end() : at])
        for source in (script, _COMMA.sub("", script)):
            with suppress(ValueError, RecursionError):
                yield json.loads(source, strict=False)
                break


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
