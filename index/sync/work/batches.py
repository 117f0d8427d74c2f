"""The files of a plan, read in batches; the next batch is read while one is embedded or written.

Bytes are read here, in the order of the plan. What becomes of them is a pure function of them and the config,
so that any process may compute it.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

from index.errors import UnreadableError
from index.models.encoder import Vectors
from index.reading.articles import Contents, parse_file
from index.reading.folder import read_bytes
from index.sync.index_config import IndexConfig
from index.sync.plan import Plan
from index.sync.writer import Passages
from index.text.article import Article
from index.text.passages import embedded_text, split_passages

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unread:
    """A file to be read: its bytes, or why it is `refused`. `held` are the articles that need no reading.

    `copied` is true when the index holds its content under another name.
    """

    path: str
    data: bytes = b""
    refused: str = ""
    held: frozenset[str] = frozenset()
    again: bool = False
    copied: bool = False


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was just read: `fresh` articles to add, and ids of `stale` ones to remove.

    `vectors` are those of the fresh passages, unless they are still to be embedded.
    """

    contents: Contents
    fresh: tuple[tuple[Article, Passages], ...]
    stale: tuple[str, ...]
    vectors: Vectors | None = None

    @property
    def texts(self) -> list[str]:
        """What is embedded of the fresh articles."""
        return [embedded_text(article, p) for article, passages in self.fresh for p in passages]


class Reading(Protocol):
    """Reads the files of a sync."""

    def read(self, files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        """The same files in their order, read and perhaps embedded."""

    def stop(self) -> None:
        """Let a thread that waits in `read` end at once: the sync has failed, or was interrupted."""


class Here:
    """Reads the files in this process."""

    def read(self, files: Iterator[Unread], config: IndexConfig) -> Iterator[ReadFile]:
        """The same files; their passages are embedded when they are written."""
        return (read_file(file, config) for file in files)

    def stop(self) -> None:
        """It waits for nobody."""


HERE = Here()


def unread(
    corpus: Path, config: IndexConfig, plan: Plan, held: dict[str, list[str]]
) -> Iterator[Unread]:
    """The files of `plan` with their bytes. `held` maps each file to the article ids in the index."""
    for path in plan.read:
        known, again = frozenset(held.get(path, ())), path in plan.again
        try:
            data = read_bytes(corpus, path, config.limits.max_bytes)
        except UnreadableError as error:  # deleted or unreadable since the survey
            yield Unread(path, refused=str(error))
        else:
            yield Unread(path, data, "", known, again, path in plan.copied)


def read_file(file: Unread, config: IndexConfig) -> ReadFile:
    """The articles and passages of one file: a pure function of its arguments."""
    if file.refused:  # no hash
        return ReadFile(Contents(file.path, "", (), ((file.path, file.refused),)), (), ())
    contents = parse_file(file.path, file.data, config.limits)
    fresh = tuple(
        (article, split_passages(article, config.passage_words, config.overlap_words))
        for article in contents.articles
        if file.again or article.id not in file.held
    )
    now = frozenset() if file.again else {article.id for article in contents.articles}
    return ReadFile(contents, fresh, tuple(file.held - now))


def batches(files: Iterator[ReadFile], most: int) -> Iterator[list[ReadFile]]:
    """The files in batches of whole files, of about `most` new passages each."""
    batch: list[ReadFile] = []
    size = 0
    for file in files:
        batch.append(file)
        size += sum(len(passages) for _, passages in file.fresh)
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def vectors_of(batch: list[ReadFile]) -> dict[str, Vectors]:
    """Text → vector of the passages of the batch that are embedded already."""
    return {
        text: vector
        for file in batch
        if file.vectors is not None
        for text, vector in zip(file.texts, file.vectors, strict=True)
    }


def ahead(items: Iterator[T], stop: Callable[[], None]) -> Iterator[T]:
    """The same items; a thread computes the next one while the caller works on one.

    When the caller fails or is interrupted, `stop` is called before the thread is waited for.
    """
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as thread:
        try:
            following = thread.submit(next, items, end)
            while (item := following.result()) is not end:
                following = thread.submit(next, items, end)
                yield cast(T, item)
        except BaseException:
            stop()
            raise
