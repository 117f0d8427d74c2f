"""Uploads over a given encoder, and the words that are put into them."""

import threading
from pathlib import Path

from bot.page.people.upload_files import AllFiles, FolderFiles
from bot.page.people.uploads import Quota, Uploads
from index.formats.limits import Limits
from index.library import Library
from index.models.encoder import Encoder
from index.sync.index_config import IndexConfig
from index.sync.report import Progress
from index.sync.sync import sync
from tests.index.fake_encoder import FakeEncoder

LIMITS = Limits(unpacked_bytes=5_000_000, seconds=5, memory_bytes=1_000_000_000)
BREAD = (
    "Bakers in Lyon keep their sourdough starters at 24 degrees, said Marie Dupont. She feeds the "
    "starter twice a day with rye flour."
)
FERRY = (
    "The ferry to Marken sails at nine in the morning, the harbour master said. About 300 people take "
    "it on a summer day."
)


class Slow:
    """A sync that waits until it is let go, to look at what others can do meanwhile."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.let_go.set()
        self.begun = threading.Event()

    def wait(self) -> None:
        self.begun.set()
        assert self.let_go.wait(60)


def make_uploads(
    folder: Path | AllFiles,
    encoder: Encoder | FakeEncoder,
    quota: Quota | None = None,
    slow: Slow | None = None,
) -> Uploads:
    """Uploads in `folder`, or those files; the encoder stays its owner's to close."""

    def sync_uploads(corpus: Path, storage: Path, embedding: Progress) -> object:
        if slow:
            slow.wait()
        return sync(corpus, storage, encoder, IndexConfig(160, 40, LIMITS), embedding=embedding)

    def opened(corpus: Path, storage: Path) -> Library:
        return Library(corpus, storage, encoder, borrowed=True)

    files = FolderFiles(folder) if isinstance(folder, Path) else folder
    return Uploads(files, sync_uploads, opened, LIMITS, quota or Quota())


def words_of(uploads: Uploads, owner: str) -> list[str]:
    """The texts that the owner's index holds, by path."""
    with uploads.opened(owner) as library:
        return [article.text for article in library.catalog.articles.all()] if library else []
