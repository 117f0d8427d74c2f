"""The files of a plan, read in batches; the next batch is read while one is embedded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from index.errors import UnreadableError
from index.reading.articles import Contents, parse_file
from index.reading.folder import read_bytes
from index.sync.index_config import IndexConfig
from index.sync.plan import Plan
from index.sync.writer import Passages
from index.text.article import Article
from index.text.passages import split_passages

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was just read: `fresh` articles to add, and ids of `stale` ones to remove."""

    contents: Contents
    fresh: tuple[tuple[Article, Passages], ...]
    stale: tuple[str, ...]


def batches(
    corpus: Path, config: IndexConfig, plan: Plan, held: dict[str, list[str]], most: int
) -> Iterator[list[ReadFile]]:
    """Read the files of `plan` in batches of whole files, of about `most` new passages each.

    `held` maps each file to the article ids in the index.
    """
    batch: list[ReadFile] = []
    size = 0
    for path in plan.read:
        file = _read(corpus, config, path, frozenset(held.get(path, ())), path in plan.again)
        batch.append(file)
        size += sum(len(passages) for _, passages in file.fresh)
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items; a thread computes the next one while the caller works on one."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as thread:
        following = thread.submit(next, items, end)
        while (item := following.result()) is not end:
            following = thread.submit(next, items, end)
            yield cast(T, item)


def _read(
    corpus: Path, config: IndexConfig, path: str, held: frozenset[str], again: bool
) -> ReadFile:
    try:
        data = read_bytes(corpus, path, config.limits.max_bytes)
    except UnreadableError as error:  # deleted or unreadable since the survey: no hash
        return ReadFile(Contents(path, "", (), ((path, str(error)),)), (), ())
    contents = parse_file(path, data, config.limits)
    fresh = tuple(
        (article, split_passages(article, config.passage_words, config.overlap_words))
        for article in contents.articles
        if again or article.id not in held
    )
    now = frozenset() if again else {article.id for article in contents.articles}
    return ReadFile(contents, fresh, tuple(held - now))
