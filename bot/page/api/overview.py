"""What is in the folder, for the first screen: how many articles, from when, by whom, and about what.

The names come from titles and first sentences, which is where news says what it is about.
"""

import threading
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

from bot.composition.kinds.text.speaker_names import is_person, plain_name
from bot.english.names import find_names, is_named
from bot.page.api.suggestions import proper_name
from index.catalog.selection import EVERYTHING
from index.library import Library
from index.text.article import Article
from index.text.passages import body_sentences

NAMES = 8  # shown
OUTLETS = 5  # shown
LOOKED_AT = 200  # articles that names are looked for in: half of them the newest, half the longest
LEAD = 3  # sentences of an article that say what it is about
MOST_WORDS = 4  # of a name


class Overviews:
    """The overview of an index, made once for each state of it. Safe to call from several threads."""

    def __init__(self) -> None:
        self._made: tuple[Hashable, dict[str, Any]] | None = None
        self._lock = threading.Lock()

    def of(self, library: Library) -> dict[str, Any]:
        """Number of articles, first and last day in ISO form or None, outlets, and names with a question."""
        version = library.catalog.generation
        with self._lock:
            if self._made is None or self._made[0] != version:
                self._made = version, _overview(library)
            return self._made[1]


def _overview(library: Library) -> dict[str, Any]:
    listing, articles = library.catalog.listing, library.catalog.articles
    publishers = [name for name, _ in listing.publishers()]
    days = listing.span()
    return {
        "articles": articles.counts()[0],
        "first": days[0].isoformat() if days else None,
        "last": days[1].isoformat() if days else None,
        "outlets": publishers[:OUTLETS],
        "names": [
            {"name": name, "question": _question(name)}
            for name in frequent_names(standing_out(library, LOOKED_AT // 2), publishers)
        ],
    }


def standing_out(library: Library, count: int) -> list[Article]:
    """The `count` newest and the `count` longest articles, each once."""
    listing, articles = library.catalog.listing, library.catalog.articles
    rows = [
        row
        for order in ("newest", "longest")
        for row in listing.browse(EVERYTHING, order, 0, count)[0]
    ]
    found = [articles.load(key) for key in dict.fromkeys(row.id for row in rows)]
    return [article for article in found if article is not None]


def _question(name: str) -> str:
    return f"Who is {name}?" if is_person(name) and " " in name else f"Brief me on {name}"


def frequent_names(articles: Iterable[Article], outlets: Iterable[str] = ()) -> list[str]:
    """The names that most of `articles` begin with, in their fullest form; each is in two or more."""
    known = {outlet.lower() for outlet in outlets}
    holding: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        for name in _names(article):
            if name.lower() not in known:
                holding[name].add(article.id)
    kept: list[str] = []
    # the longest form first, so that "Putin" joins "Vladimir Putin"
    for name in sorted(holding, key=lambda one: (-len(one.split()), -len(holding[one]), one)):
        fuller = next((one for one in kept if is_named(name, [one])), None)
        if fuller is None:
            kept.append(name)
        else:
            holding[fuller] |= holding[name]
    kept = [name for name in kept if len(holding[name]) > 1]
    return sorted(kept, key=lambda one: (-len(holding[one]), one))[:NAMES]


def _names(article: Article) -> Iterator[str]:
    lead = body_sentences(article)[:LEAD]
    for text in (article.title, *(sentence.of(article.text) for sentence in lead)):
        for name in find_names(text):
            proper = plain_name(proper_name(name, article))
            if 0 < len(proper.split()) <= MOST_WORDS:
                yield proper
