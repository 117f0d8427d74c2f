"""A selection of the corpus' articles: by outlet, by days, by words of their titles, or one by one.

It says which are meant; `index.catalog.condition` finds them in the catalog.
"""

from dataclasses import dataclass, replace
from datetime import date

Days = tuple[date, date]  # the first and the last


@dataclass(frozen=True, slots=True)
class Selection:
    """Articles that meet every condition given; an empty condition is none. Immutable and hashable.

    `publishers` are outlets as the articles name them, `since` and `until` days of publication (both
    included), `words` are looked for in titles, outlets and paths, all of them and within longer words
    too, `ids` are articles picked one by one.
    """

    publishers: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    words: str = ""
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """False when every article is meant."""
        return bool(self.publishers or self.since or self.until or self.words or self.ids)

    def during(self, days: Days | None) -> "Selection":
        """Those of its articles that were published within `days`; None leaves it as it is."""
        if days is None:
            return self
        since, until = days
        return replace(
            self, since=max(since, self.since or since), until=min(until, self.until or until)
        )


EVERYTHING = Selection()
