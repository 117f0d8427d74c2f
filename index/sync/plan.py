"""The plan of a sync, by file: added, changed, removed, kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.catalog.catalog import Catalog
from index.catalog.records import OUTDATED, KnownFile
from index.reading.articles import Contents
from index.sync.survey import Survey
from index.text.noticed import DAY_FIRST, MONTH_FIRST, TWO_DAYS


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a sync, by file. Each file is read again when it is indexed.

    The config has changed for the files in `again`, so all of their articles are indexed again. Those in
    `copied` have the content of a file that the catalog knows by another name. `states` are those that the
    catalog does not know yet.
    """

    add: tuple[str, ...]
    change: tuple[str, ...]
    remove: tuple[str, ...]
    keep: tuple[str, ...]
    again: frozenset[str] = frozenset()
    copied: frozenset[str] = frozenset()
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def read(self) -> tuple[str, ...]:
        """The files to read, in order."""
        return self.add + self.change

    @property
    def is_idle(self) -> bool:
        """True when the folder has not changed."""
        return not (self.add or self.change or self.remove)

    def known(self, contents: Contents, limits: str) -> KnownFile:
        """What the catalog remembers of a file that was read; `limits` as for `make_plan`."""
        # the state before the file was read, so that a later change is noticed
        path, state = contents.path, self.states.get(contents.path, "")
        refused, noticed = contents.refused, contents.noticed
        return KnownFile(path, contents.sha256, limits, refused, state, noticed)


def make_plan(found: Survey, catalog: Catalog, limits: str) -> Plan:
    """Compare the files found with the catalog; `limits` is the fingerprint of the reading limits.

    The catalog also knows files without an article, so that they are not read again.
    """
    files, known, held = found.files, catalog.files(), catalog.articles.ids_by_file()
    keep = {
        path
        for path, sha256 in files.items()
        if path in known and (known[path].sha256, known[path].limits) == (sha256, limits)
    }
    hashes = {file.sha256 for file in known.values() if file.limits == limits}
    return Plan(
        add=tuple(path for path in files if path not in held and path not in keep),
        change=tuple(path for path in files if path in held and path not in keep),
        remove=tuple(sorted((known.keys() | held.keys()) - files.keys())),
        keep=tuple(path for path in files if path in keep),
        again=frozenset(path for path, file in known.items() if file.limits == OUTDATED),
        copied=frozenset(path for path in files.keys() - keep if files[path] in hashes),
        states={
            path: state
            for path, state in found.states.items()
            if path not in keep or state != known[path].state
        },
    )


def folder_order(files: Iterable[KnownFile], stated: str) -> str:
    """The one order that dates such as 20/05/2020 show; `stated` when they show none or both."""
    noticed = {remark for file in files for remark in file.noticed}
    shown = [
        order for remark, order in ((DAY_FIRST, "dmy"), (MONTH_FIRST, "mdy")) if remark in noticed
    ]
    return shown[0] if len(shown) == 1 else stated


def plan_again(files: Iterable[KnownFile], found: Survey) -> Plan:
    """The plan to read again what has dates that can be two days."""
    again = tuple(
        file.path for file in files if TWO_DAYS in file.noticed and file.path in found.files
    )
    keep = tuple(path for path in found.files if path not in frozenset(again))
    states = {path: found.states[path] for path in again if path in found.states}
    return Plan((), again, (), keep, frozenset(again), states=states)
