"""A selection of articles: by outlet, author, date of publication, words of the title, or id.

`index.catalog.condition` turns it into SQL; `index.catalog.selection_json` reads it from JSON.
"""

from dataclasses import dataclass, replace
from datetime import date

Days = tuple[date, date]  # the first and the last


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet all conditions; an empty condition is ignored. Immutable and hashable.

    `publishers` are outlets as the articles name them. `since` and `until` are dates of publication, both
    included. All of `words` must occur in the title, outlet, author or path, also inside longer words.
    `ids` are article ids. `authors` are names as the list of authors has them; of several who wrote an
    article together, one is enough.
    """

    publishers: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    words: str = ""
    ids: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """False when every article is selected."""
        names = self.publishers or self.authors or self.ids
        return bool(names or self.since or self.until or self.words)

    def during(self, days: Days | None) -> "Selection":
        """The same selection, limited to `days`; None changes nothing."""
        if days is None:
            return self
        since, until = days
        return replace(
            self, since=max(since, self.since or since), until=min(until, self.until or until)
        )


EVERYTHING = Selection()
