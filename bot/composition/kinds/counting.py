"""Which articles mention a subject, or are about it: counted exactly, by the catalog.

It knows nothing of what is asked or shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.composition.kinds.text.wording import Wording, stands_alone
from index.catalog.listing import Listed
from index.catalog.selection import Selection
from index.library import Library
from index.text.article import Article
from index.text.passages import body_sentences

# An article is about what its title or opening names, or what it names so often.
OPENING, OFTEN = 2, 3


@dataclass(frozen=True, slots=True)
class Counted:
    """The articles of one library that count: `count` in `selection`; `short` give only the last name."""

    library: Library
    selection: Selection
    count: int
    short: frozenset[str] = frozenset()


def count_articles(
    libraries: Sequence[Library], within: Selection, wording: Wording | None, mentions: bool
) -> list[Counted]:
    """The libraries with articles that count, and which these are."""
    if wording is None:
        found = [Counted(one, within, one.catalog.selected.articles(within)) for one in libraries]
    else:
        found = [_mentioning(one, within, wording, mentions) for one in libraries]
    return [one for one in found if one.count]


def _mentioning(library: Library, within: Selection, wording: Wording, mentions: bool) -> Counted:
    """The articles with all parts, or any; those that give only a person's last name behind the others.

    Without `mentions` only those that are about it.
    """
    texts: dict[str, str] = {}
    for part in wording.parts:
        for key, title, text in library.catalog.full_text.containing(part, within):
            texts[key] = f"{title}\n{text}"
    full = {key for key, text in texts.items() if wording.holds(text)}
    last = wording.last_name
    short = set[str]()
    if last and any(stands_alone(wording.text, last, texts[key]) for key in full):
        rows = library.catalog.full_text.containing(last, within)
        named = ((key, f"{title}\n{text}") for key, title, text in rows if key not in full)
        short = {key for key, text in named if stands_alone(wording.text, last, text)}
    every = full | short
    if not mentions:
        every = {key for key in every if _is_about(library, key, wording)}
    chosen = replace(within, ids=frozenset(every))
    return Counted(library, chosen, len(every), frozenset(short & every))


def _is_about(library: Library, key: str, wording: Wording) -> bool:
    article = library.catalog.articles.load(key)
    if article is None:
        return False
    parts = (wording.last_name,) if wording.last_name else wording.parts
    body = body_sentences(article)
    opening = " ".join(span.of(article.text) for span in body[:OPENING])
    story = " ".join(span.of(article.text) for span in body)

    def about(part: str) -> bool:
        heads = (article.title, opening)
        return any(wording.found(part, text) for text in heads) or (
            len(wording.found(part, story)) >= OFTEN
        )

    return all(map(about, parts)) if wording.every else any(map(about, parts))


def listed_articles(
    found: Sequence[Counted], most: int, oldest: bool
) -> list[tuple[Library, Article]]:
    """The newest articles, or the oldest, at most so many; those without a date come last."""
    order = "oldest" if oldest else "newest"
    rows = [
        (one.library, row)
        for one in found
        for row in one.library.catalog.listing.browse(one.selection, order, 0, most)[0]
    ]

    def place(pair: tuple[Library, Listed]) -> tuple[bool, int, str]:
        day = pair[1].published
        return day is None, (day.toordinal() if day else 0) * (1 if oldest else -1), pair[1].path

    articles = (
        (library, library.catalog.articles.load(row.id))
        for library, row in sorted(rows, key=place)[:most]
    )
    return [(library, article) for library, article in articles if article]
