"""`python -m index check`: compare the folder, the catalog, the full-text index and Chroma.

It writes nothing except that damage marks the index as suspect, so that the next sync verifies everything.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.catalog.catalog import Catalog, is_there
from index.catalog.postgres.address import Address
from index.errors import CorpusError, DamagedError
from index.state.index_state import IndexState, Trust
from index.state.meta import IndexMeta
from index.state.vector_copy import Place
from index.state.writer_lock import writer_lock
from index.sync.compare import compare
from index.sync.index_config import IndexConfig
from index.sync.report import Progress, no_progress
from index.sync.survey import survey

REMEDY = "python -m index sync"


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement: its kind, and a line about it."""

    kind: str
    line: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of a check: how much was compared, and what disagrees."""

    articles: int
    passages: int
    findings: tuple[Finding, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as one JSON object."""
        return {
            "agrees": not self.findings,
            "articles": self.articles,
            "passages": self.passages,
            "findings": [{"kind": one.kind, "line": one.line} for one in self.findings],
            "remedy": REMEDY if self.findings else None,
        }


def check(
    corpus: Path,
    storage: Path,
    encoder: str,
    config: IndexConfig,
    server: Place = None,
    progress: Progress = no_progress,
    *,
    database: Address | None = None,
) -> CheckReport:
    """Compare every file, passage and vector. `encoder` is the fingerprint of the embedding model.

    Raises CorpusError without a folder of articles, StorageBusyError during a sync, and StorageError
    when the index belongs to a newer Byline or the Chroma server does not answer. `progress(done, of)`
    counts files.
    """
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: no such folder; expected a folder of articles, see --corpus")
    if not is_there(storage, database):
        return CheckReport(0, 0, (Finding("catalog", f"{storage}: no index here"),))
    state = IndexState(storage)
    with writer_lock(storage):
        try:
            catalog = Catalog(storage, database=database, alone=True, on_damage=state.suspect)
        except DamagedError as error:
            state.suspect()
            return CheckReport(0, 0, (Finding("catalog", _without_remedy(str(error))),))
        with closing(catalog):
            findings = tuple(_findings(corpus, catalog, encoder, config, server, progress, state))
            try:
                articles, passages = catalog.articles.counts()
            except DamagedError:
                articles, passages = 0, 0
            return CheckReport(articles, passages, findings)


def _findings(
    corpus: Path,
    catalog: Catalog,
    encoder: str,
    config: IndexConfig,
    server: Place,
    progress: Progress,
    state: IndexState,
) -> Iterator[Finding]:
    meta, current = IndexMeta(catalog), config.fingerprint(encoder)
    try:
        same = meta.config == current
        yield from _of_the_whole(corpus, meta, same)
        files = survey(corpus, state.folder, config.limits.max_bytes).files
        yield from _of_the_files(files, catalog, config.limits.fingerprint)
    except DamagedError as error:
        state.suspect()
        yield Finding("catalog", _without_remedy(str(error)))
        return
    made_with = config if same else None
    open_chroma = state.trust() > Trust.UNKNOWN
    for damage in compare(
        corpus, catalog, made_with, files, server, progress, open_chroma=open_chroma
    ):
        state.suspect()
        yield Finding(damage.part, _without_remedy(damage.line))


def _of_the_whole(corpus: Path, meta: IndexMeta, same: bool) -> Iterator[Finding]:
    """What the index records about itself."""
    if not meta.is_complete:
        yield Finding("unfinished", "the last sync did not complete")
    if not same:
        yield Finding("settings", "made with other settings, or by another version")
    if meta.corpus != str(corpus.resolve()):
        yield Finding("settings", f"made from another folder: {meta.corpus}")


def _of_the_files(files: dict[str, str], catalog: Catalog, limits: str) -> Iterator[Finding]:
    """The files of the folder, path → hash, compared with those in the index."""
    known, held = catalog.files(), catalog.articles.ids_by_file()
    for path in sorted(files.keys() | known.keys() | held.keys()):
        if path not in files:
            yield Finding(
                "stale", f"{path!a}: in the index, but no longer an article of the folder"
            )
        elif path not in known:
            yield Finding("new", f"{path!a}: not in the index")
        elif files[path] != known[path].sha256:
            yield Finding("changed", f"{path!a}: the file has changed since it was indexed")
        elif limits != known[path].limits:
            yield Finding("settings", f"{path!a}: to be read again with other settings")


def _without_remedy(line: str) -> str:
    """The damage without the remedy, which the report names once."""
    return line.partition("; run ")[0]
