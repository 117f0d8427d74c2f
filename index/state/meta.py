"""What an index records about itself: the keys of the catalog's `meta` table by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.catalog.catalog import Catalog
from index.errors import StorageError
from index.text.version import READING_VERSION

CORPUS = "corpus"  # the folder it was made from
ENCODER = "encoder"  # the fingerprint of the embedding model
CONFIG = "recipe"  # the fingerprint of the index config
COLLECTION = "collection"  # the current collection in Chroma
CHROMA_GENERATION = "chroma_generation"  # the catalog's generation that Chroma holds
DAY_ORDER = "day_order"  # the order of day and month that dates such as 03/04/2021 were read in
COMPLETE = "complete"  # "yes" after a sync that reached its end
OWNER, HOME = "owner", "home"  # whose collections on a server, and in which folder that index was
LOCAL = "news"  # the prefix of collections in a folder


def describe_index(corpus: Path, encoder: str, config: str) -> dict[str, str]:
    """The facts of an index made from `corpus`; the others are fingerprints."""
    return {CONFIG: config, ENCODER: encoder, CORPUS: str(corpus.resolve())}


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """The recorded facts, read from the catalog at each access."""

    catalog: Catalog

    @property
    def corpus(self) -> str | None:
        """The folder that the index was made from."""
        return self.catalog.meta(CORPUS)

    @property
    def encoder(self) -> str | None:
        """The fingerprint of the embedding model."""
        return self.catalog.meta(ENCODER)

    @property
    def config(self) -> str:
        """The fingerprint of the index config; "" for a new index."""
        return self.catalog.meta(CONFIG) or ""

    @property
    def collection(self) -> str | None:
        """The name of the current collection; None until Chroma was first filled."""
        return self.catalog.meta(COLLECTION)

    @property
    def day_order(self) -> str:
        """The order in which dates that can be two days were read; "" not at all."""
        return self.catalog.meta(DAY_ORDER) or ""

    @property
    def is_complete(self) -> bool:
        """False during a sync, and when the last one was stopped before its end."""
        return self.catalog.meta(COMPLETE) == "yes"

    @property
    def is_local(self) -> bool:
        """True when the copy of the vectors is in the folder beside the catalog."""
        return (self.collection or "").startswith(f"{LOCAL}_")

    @property
    def is_in_step(self) -> bool:
        """True when Chroma was given everything that the catalog holds."""
        return self.catalog.meta(CHROMA_GENERATION) == str(self.catalog.generation)

    @property
    def generations(self) -> tuple[str | None, str | None]:
        """The generations of the catalog and of Chroma: both change with every write."""
        return self.catalog.meta("generation"), self.catalog.meta(CHROMA_GENERATION)

    def verify(self, corpus: Path, encoder: str) -> None:
        """Raises StorageError unless the index was made from `corpus` with this model and version."""
        storage = self.catalog.folder
        if self.corpus != str(corpus.resolve()):
            raise StorageError(
                f"{storage}: index of {self.corpus}, asked for {corpus}; name another --storage, "
                "or run `python -m index sync` with this --corpus and --storage"
            )
        if self.encoder != encoder:
            raise StorageError(
                f"{storage}: made with another embedding model; run `python -m index sync` again"
            )
        if not self.has_current_reading:  # its offsets would point at other words
            raise StorageError(
                f"{storage}: files were read by another version; run `python -m index sync` again"
            )

    @property
    def has_current_reading(self) -> bool:
        """True when the offsets of the index point into texts as they are read now."""
        return self.config.startswith(f"{READING_VERSION}/")

    def matches(self, facts: Mapping[str, str]) -> bool:
        """True when all `facts` are recorded just so."""
        return all(self.catalog.meta(key) == value for key, value in facts.items())

    def set_complete(self, complete: bool) -> None:
        """Record whether a sync has reached its end."""
        self.catalog.set_meta(COMPLETE, "yes" if complete else "no")

    def set_day_order(self, order: str) -> None:
        """Record the order in which dates that can be two days are read."""
        self.catalog.set_meta(DAY_ORDER, order)

    def set_in_step(self) -> None:
        """Record that Chroma was just given everything that the catalog holds."""
        self.catalog.set_meta(CHROMA_GENERATION, str(self.catalog.generation))

    def set_out_of_step(self) -> None:
        """Record that Chroma must be filled again."""
        self.catalog.set_meta(CHROMA_GENERATION, "damaged")
