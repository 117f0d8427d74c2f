"""The report of a sync as a table for a spreadsheet: a line for each article and each part left out.

It reads the catalog, so that files that have not changed are in it too.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from index.catalog.catalog import Catalog
from index.catalog.postgres.address import Address
from index.catalog.records import KnownFile
from index.console import plain_cell
from index.errors import SettingsError
from index.reading.articles import Refused
from index.state.replacing import replacing
from index.text.article import Article
from index.text.language import language_of
from index.text.noticed import ENCODING, GUESSED, TWO_DAYS

COLUMNS = tuple("path title date updated outlet author encoding language passages warnings".split())


def check_place(file: Path, corpus: Path, flag: str = "--report") -> None:
    """Raises SettingsError when the table cannot be written to `file`, before any work is done."""
    place = file.resolve()
    if not place.parent.is_dir() or place.is_dir():
        raise SettingsError(f"{flag} {file}: expected a file in an existing folder")
    if place.is_relative_to(corpus.resolve()):
        raise SettingsError(f"{flag} {file}: in the folder of articles; name a place outside it")


def write_table(
    file: Path, storage: Path, skipped: Sequence[Refused], database: Address | None = None
) -> None:
    """Replace `file` atomically with the table of the index in `storage`; `skipped` are the parts left out.

    Raises StorageError when the index cannot be read, SettingsError when the file cannot be written.
    """
    try:
        with (
            replacing(file.resolve()) as fresh,
            # with a mark, by which spreadsheets know UTF-8; file names need not be valid text
            fresh.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as out,
        ):
            table = csv.writer(out)
            table.writerow(COLUMNS)
            with closing(Catalog(storage, database=database)) as catalog:
                table.writerows(
                    [plain_cell(value) for value in row] for row in _rows(catalog, skipped)
                )
    except OSError as error:
        raise SettingsError(f"--report {file}: {error.strerror or error}") from None


def guesses(files: Sequence[KnownFile]) -> tuple[Refused, ...]:
    """(path, encoding) of the files whose encoding is a guess, by path."""
    return tuple(
        (file.path, guess)
        for file in sorted(files, key=lambda one: one.path)
        if (guess := _encoding(file, GUESSED))
    )


def _rows(catalog: Catalog, skipped: Sequence[Refused]) -> Iterator[Sequence[str]]:
    """A row for each article in the order of paths, then one for each part that was left out."""
    files, held = catalog.files(), catalog.articles.ids_by_file()
    for path in sorted(held):
        found = [catalog.articles.load(article_id) for article_id in held[path]]
        for article in sorted(filter(None, found), key=lambda one: one.path):
            passages = len(catalog.articles.passage_ids([article.id]))
            yield _row(article, files.get(path), passages)
    for path, reason in skipped:
        yield (path, *[""] * (len(COLUMNS) - 2), reason)


def _row(article: Article, file: KnownFile | None, passages: int) -> Sequence[str]:
    warnings = []
    guess = _encoding(file, GUESSED)
    if guess:
        warnings.append(f"encoding guessed: {guess}")
    if article.published is None:
        two_days = file is not None and TWO_DAYS in file.noticed
        warnings.append("a date that can be two days" if two_days else "no date")
    day, updated = (one.isoformat() if one else "" for one in (article.published, article.updated))
    return (
        article.path,
        article.title,
        day,
        updated,
        article.publisher or "",
        article.author or "",
        guess or _encoding(file, ENCODING),
        language_of(article.text),
        str(passages),
        "; ".join(warnings),
    )


def _encoding(file: KnownFile | None, kind: str) -> str:
    noticed = file.noticed if file else ()
    return ", ".join(one.removeprefix(kind) for one in noticed if one.startswith(kind))
