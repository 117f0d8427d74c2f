"""What a sync is going to do, by file: what is new, what has changed, what is gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.catalog.catalog import OUTDATED, Catalog
from index.sync.survey import Survey


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync is going to do, by file: bytes are read once more when a file's turn comes.

    Of the files `again` even the articles that have not changed are done again, by another recipe.
    `states` are those that the catalog does not know yet.
    """

    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    again: frozenset[str] = frozenset()
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> tuple[str, ...]:
        """The files whose turn comes, in order."""
        return self.add + self.change

    @property
    def is_idle(self) -> bool:
        """True when the folder is as it was."""
        return not (self.add or self.change or self.remove)


def make_plan(found: Survey, catalog: Catalog, limits: str) -> Plan:
    """What is to be done for the files found, within `limits` (their fingerprint).

    A file that no article came of is remembered as well: its bytes are not read in vain again.
    """
    files, known, held = found.files, catalog.files(), catalog.article_ids()
    keep = {
        path
        for path, sha256 in files.items()
        if path in known and (known[path].sha256, known[path].limits) == (sha256, limits)
    }
    return Plan(
        add=tuple(path for path in files if path not in held and path not in keep),
        change=tuple(path for path in files if path in held and path not in keep),
        remove=tuple(sorted((known.keys() | held.keys()) - files.keys())),
        keep=tuple(path for path in files if path in keep),
        again=frozenset(path for path, file in known.items() if file.limits == OUTDATED),
        states={
            path: state
            for path, state in found.states.items()
            if path not in keep or state != known[path].state
        },
    )
