"""The files of a plan, read in their turn, the next batch while one is embedded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from index.errors import UnreadableError
from index.reading.articles import Contents, parse_file
from index.reading.folder import read_bytes
from index.sync.plan import Plan
from index.sync.recipe import Recipe
from index.sync.writer import Passages
from index.text.article import Article
from index.text.passages import split_passages

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Turn:
    """A file as it was just read: the articles that the index lacks, and the ids that it holds too many."""

    contents: Contents
    fresh: tuple[tuple[Article, Passages], ...]
    stale: tuple[str, ...]


def batches(
    corpus: Path, recipe: Recipe, plan: Plan, held: dict[str, list[str]], most: int
) -> Iterator[list[Turn]]:
    """The files to be read in batches of whole files, of about `most` passages that are new.

    `held` are the ids that the index has of each.
    """
    batch: list[Turn] = []
    size = 0
    for path in plan.read:
        turn = _turn(corpus, recipe, path, frozenset(held.get(path, ())), path in plan.again)
        batch.append(turn)
        size += sum(len(passages) for _, passages in turn.fresh)
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, the next one made in a thread of its own while one is worked on."""
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as thread:
        coming = thread.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = thread.submit(next, items, end)
            yield cast(T, item)


def _turn(corpus: Path, recipe: Recipe, path: str, held: frozenset[str], again: bool) -> Turn:
    try:
        data = read_bytes(corpus, path, recipe.limits.max_bytes)
    except UnreadableError as error:  # gone or closed since the survey: without a hash
        return Turn(Contents(path, "", (), ((path, str(error)),)), (), ())
    contents = parse_file(path, data, recipe.limits)
    fresh = tuple(
        (article, split_passages(article, recipe.passage_words, recipe.overlap_words))
        for article in contents.articles
        if again or article.id not in held
    )
    now = frozenset() if again else {article.id for article in contents.articles}
    return Turn(contents, fresh, tuple(held - now))
