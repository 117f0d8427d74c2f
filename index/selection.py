"""A selection of the corpus' articles: by outlet, by days, by words of their titles, or one by one.

It says which are meant; `index.catalog` finds them.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet every condition given; an empty condition is none. Immutable and hashable.

    `publishers` are outlets as the articles name them, `since` and `until` days of publication (both
    included), `words` is looked for in titles, outlets and paths, `ids` are articles picked one by one.
    """

    publishers: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    words: str = ""
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """False when every article is meant."""
        return bool(self.publishers or self.since or self.until or self.words or self.ids)


EVERYTHING = Selection()
