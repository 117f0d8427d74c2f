"""`python -m index check`: folder, catalog, full-text index and Chroma held against each other.

It changes nothing but the seal, which it breaks where it finds damage, so that the next sync looks there too.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.catalog.catalog import FILE_NAME, Catalog
from index.chroma.lock import writer_lock
from index.chroma.seal import doubt, is_known
from index.chroma.server import Server
from index.errors import CorpusError, DamagedError
from index.sync.compare import compare
from index.sync.recipe import Recipe
from index.sync.survey import survey
from index.sync.sync import no_progress

REMEDY = "python -m index sync"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree: what kind of thing, and a line about it."""

    kind: str
    line: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check saw: how much it looked at, and what does not agree."""

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
    recipe: Recipe,
    server: Server | None = None,
    progress: Callable[[int, int], None] = no_progress,
) -> CheckReport:
    """Looks at every file, passage and vector. `encoder` is the fingerprint of the embedding model.

    Raises CorpusError without a folder of articles, StorageBusyError while a sync is running, and
    StorageError when the index belongs to a newer Byline or the Chroma server is out of reach.
    `progress(done, of)` counts articles.
    """
    if not corpus.is_dir():
        raise CorpusError(f"{corpus}: no such folder; expected a folder of articles, see --corpus")
    if not (storage / FILE_NAME).is_file():
        return CheckReport(0, 0, (Finding("catalog", f"{storage}: no index here"),))
    with writer_lock(storage):
        try:
            catalog = Catalog(storage)
        except DamagedError as error:
            doubt(storage)
            return CheckReport(0, 0, (Finding("catalog", _without_remedy(str(error))),))
        with closing(catalog):
            findings = tuple(_look(corpus, storage, catalog, encoder, recipe, server, progress))
            try:
                articles, passages = catalog.counts()
            except DamagedError:
                articles, passages = 0, 0
            return CheckReport(articles, passages, findings)


def _look(
    corpus: Path,
    storage: Path,
    catalog: Catalog,
    encoder: str,
    recipe: Recipe,
    server: Server | None,
    progress: Callable[[int, int], None],
) -> Iterator[Finding]:
    try:
        known, held = catalog.files(), catalog.article_ids()
        same = catalog.meta("recipe") == recipe.fingerprint(encoder)
        if catalog.meta("complete") != "yes":
            yield Finding("unfinished", "the last sync did not come to its end")
        if not same:
            yield Finding("settings", "made with other settings, or by another version")
        if catalog.meta("corpus") != str(corpus.resolve()):
            yield Finding("settings", f"made of another folder: {catalog.meta('corpus')}")
    except DamagedError as error:
        doubt(storage)
        yield Finding("catalog", _without_remedy(str(error)))
        return
    files = survey(corpus, storage, recipe.limits.max_bytes).files
    limits = recipe.limits.fingerprint
    for path in sorted(files.keys() | known.keys() | held.keys()):
        if path not in files:
            yield Finding(
                "stale", f"{path!a}: in the index, and no longer an article of the folder"
            )
        elif path not in known:
            yield Finding("new", f"{path!a}: not in the index")
        elif files[path] != known[path].sha256:
            yield Finding("changed", f"{path!a}: the file has changed since it was indexed")
        elif limits != known[path].limits:
            yield Finding("settings", f"{path!a}: to be read again with other settings")
    safe = is_known(storage)
    by = recipe if same else None
    for damage in compare(corpus, catalog, by, files, server, progress, known_files=safe):
        doubt(storage)
        yield Finding(damage.part, _without_remedy(damage.line))


def _without_remedy(line: str) -> str:
    """What is wrong alone: the report names the remedy once."""
    return line.partition("; run ")[0]
