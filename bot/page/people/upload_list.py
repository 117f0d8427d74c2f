"""What a user sees of an uploaded file: its size, its articles and what of it could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.page.people.upload_files import FOLDER
from bot.page.people.upload_index import BEING_READ
from index.catalog.catalog import Catalog
from index.catalog.selection import Selection
from index.reading.articles import Refused


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name, size, number of articles, and the parts that could not be read.

    `id` and `title` are its article's if it has exactly one; `known`: the same file was already there.
    """

    name: str
    size: int
    articles: int
    refused: tuple[Refused, ...] = ()
    id: str = ""
    title: str = ""
    known: bool = False


def listed(
    sizes: Mapping[str, int], catalog: Catalog | None, reason: str = BEING_READ
) -> tuple[Upload, ...]:
    """Files, by their sizes, with their articles; `reason` is shown for those not in the catalog."""
    files = catalog.files() if catalog else {}
    ids = catalog.articles.ids_by_file() if catalog else {}
    own = {name: ids.get(f"{FOLDER}/{name}", []) for name in sizes}
    single = frozenset(found[0] for found in own.values() if len(found) == 1)
    only = Selection(ids=single)
    rows = catalog.listing.browse(only, "path", 0, len(single))[0] if catalog and single else ()
    titles = {row.id: row.title for row in rows}
    found_all = []
    for name, found in own.items():
        known = files.get(f"{FOLDER}/{name}")
        refused = known.refused if known else ((name, reason),)
        key = found[0] if len(found) == 1 else ""
        found_all.append(Upload(name, sizes[name], len(found), refused, key, titles.get(key, "")))
    return tuple(found_all)
