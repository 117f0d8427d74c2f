"""A corpus, its index and a counting encoder, for the tests of sync and library."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog.catalog import Catalog
from index.chroma.store import VectorStore
from index.formats.limits import Limits
from index.library import Library
from index.models.encoder import Encoder
from index.sync.index_config import IndexConfig
from index.sync.report import SyncReport
from index.sync.sync import sync
from tests.index.fake_encoder import FakeEncoder

ROOT = Path(__file__).resolve().parents[2]
CONFIG = IndexConfig(passage_words=60, overlap_words=15, limits=Limits(max_bytes=100_000))


@dataclass
class CountingEncoder:
    """An encoder with a record of its texts; closing it leaves the real one open."""

    real: Encoder | FakeEncoder
    texts: list[str] = field(default_factory=list)
    fingerprint: str = ""
    dimension: int = 0

    def __post_init__(self) -> None:
        self.fingerprint = self.fingerprint or self.real.fingerprint
        self.dimension = self.real.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return self.real.encode(texts)

    def close(self) -> None:
        pass


@dataclass
class Workshop:
    """One corpus with its index."""

    corpus: Path
    storage: Path
    encoder: CountingEncoder

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.corpus / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def sync(self, config: IndexConfig = CONFIG) -> SyncReport:
        self.encoder.texts.clear()
        return sync(self.corpus, self.storage, self.encoder, config)

    def sync_elsewhere(self) -> None:
        """Syncs in another process, with the same config."""
        subprocess.run(
            [sys.executable, "-c", SYNC_ELSEWHERE, str(self.corpus), str(self.storage)],
            cwd=ROOT,
            check=True,
            timeout=60,
        )

    def library(self) -> Library:
        return Library(self.corpus, self.storage, self.encoder)

    def contents(self, storage: Path | None = None) -> dict[str, object]:
        """The content of an index, from the catalog and Chroma, in an order independent of its history."""
        catalog = Catalog(storage or self.storage)
        store = VectorStore(storage or self.storage, catalog.meta("collection"))
        try:
            rows = {
                key: row
                for ids, rows in catalog.vectors.all()
                for key, row in zip(ids, rows, strict=True)
            }
            found = catalog.articles.passages(sorted(rows))
            probe = rows[min(rows)]
            nearest = store.query(probe, len(rows) + 10)
            return {
                "articles": catalog.articles.all(),
                "passages": {
                    key: (passage, article) for key, (passage, article, _) in found.items()
                },
                "vectors": {key: rows[key].tobytes() for key in sorted(rows)},
                "words": sorted(
                    catalog.full_text.passages(["minister", "town", "bridge"], 1000).every
                ),
                "stories": sorted(catalog.full_text.articles(["minister", "bridge"], 1000).every),
                "recipe": catalog.meta("recipe"),
                "chroma": sorted(key for key, _ in nearest),
                "count": store.count(),
                "in step": catalog.meta("chroma_generation") == str(catalog.generation),
            }
        finally:
            store.close()
            catalog.close()


SYNC_ELSEWHERE = """
import sys
from pathlib import Path
import index.sync.sync
from tests.index.fake_encoder import FakeEncoder
from index.formats.limits import Limits
from index.sync.index_config import IndexConfig
from index.sync.sync import sync
index.sync.sync.BATCH_PASSAGES = int(sys.argv[3]) if len(sys.argv) > 3 else 256
corpus, storage = map(Path, sys.argv[1:3])
tell = lambda done, of: print(done, flush=True)
sync(corpus, storage, FakeEncoder(), IndexConfig(60, 15, Limits(100_000)), tell)
"""


def story(number: int, sentences: int = 6) -> str:
    """A small, unique article."""
    lines = [f"Town {number} gets a bridge"]
    for n in range(sentences):
        lines.append(
            f"The minister of works told town {number} that part {n} of the bridge would cost "
            f"{number * 7 + n} million and open in {1900 + number + n}."
        )
    return "\n\n".join([lines[0], " ".join(lines[1:])])
