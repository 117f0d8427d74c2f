"""What the catalog needs of a full-text index, and the rules that both homes share.

Passages and whole articles are ranked by the words of a question, with the BM25 of SQLite's FTS5
(k1 = 1.2, b = 0.75) over stems without accents. An article's row has the number of its first passage.
"""

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from index.catalog.selection import EVERYTHING, Days, Selection
from index.text.article import Article, Passage

# How FTS5 makes tokens of a text; the other home gets its tokens from FTS5 as well.
TOKENS: Final = "tokenize = 'porter unicode61 remove_diacritics 2'"
# A word that FTS5 accepts between quotation marks: it ends a query at NUL, and takes only UTF-8.
_WORD = re.compile(r"\A(?=.*\w)[^\"\0\ud800-\udfff]+\Z", re.DOTALL)
# A word in the title says more about the topic than a word in the body; an article has a longer body, so
# its title weighs more.
TITLE_WEIGHTS: Final = {"words": 1.5, "stories": 3.0}
# At most so many articles with one of the rarest words of a question are scored, or their passages. Over
# 15,000 articles and 150 questions 3,000 give 0.99 and 1,500 give 0.96 of the true ten best passages, in a
# fifth and a seventh of the time.
_MOST_SCORED = 2_000
# In a large archive, words in more than this share of the articles cost most and tell nothing: without them
# the two rankings took 25 instead of 44 ms over 15,000 articles, and ranked as well.
_COMMON = 0.35
TIES = 50  # extra rows with the last score that are read, so that ids can break the tie

# A passage with its number in the catalog.
Numbered = tuple[int, Passage]


class Matches(NamedTuple):
    """The best matches of the selection, and those published in the period of the question.

    Ids with BM25 scores, best first.
    """

    every: list[tuple[str, float]]
    timely: list[tuple[str, float]]


class FullText(Protocol):
    """The full-text index of an open catalog. Writes run in the caller's transaction."""

    def add(self, items: Sequence[tuple[Article, Sequence[Numbered]]]) -> None:
        """Index passages under their numbers, and each whole article with its first passage."""

    def drop(self, article_ids: Sequence[str]) -> None:
        """Remove the words of articles; call it before their passages are deleted."""

    def empty(self) -> None:
        """Create the tables again, empty, even when the old ones are damaged."""

    def touch(self) -> None:
        """Raises StorageError when a table cannot be read at all."""

    def agrees(self) -> bool:
        """True when it is intact and has one row for each passage and one for each article."""

    def indexed(self, article_id: str) -> dict[int, tuple[str, str]]:
        """Number → title and body as they are indexed, for those of an article's passages that are."""

    def story(self, article_id: str) -> tuple[str, str] | None:
        """The indexed title and text of a whole article, or None."""

    def containing(self, phrase: str, within: Selection = EVERYTHING) -> list[tuple[str, str, str]]:
        """Id, title and text of every article in `within` that has the words of `phrase` in a row.

        Words are compared by their stems and without accents.
        """

    def passages(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` passages in `within` that match any of `words` best, best first.

        A word that ends with "*" stands for all words that begin so.

        With `days` also the `k` best published on those days. The score is the negated bm25() of SQLite's
        FTS5, so higher is better.
        """
        return self._ranked("words", "id", words, k, days, within)

    def articles(
        self,
        words: Sequence[str],
        k: int,
        days: Days | None = None,
        within: Selection = EVERYTHING,
    ) -> Matches:
        """The `k` articles whose whole text matches any of `words` best, by id; otherwise as `passages`."""
        return self._ranked("stories", "article_id", words, k, days, within)

    @abstractmethod
    def _ranked(
        self,
        table: str,
        name: str,
        words: Sequence[str],
        k: int,
        days: Days | None,
        within: Selection,
    ) -> Matches:
        """The best rows of `table`, "words" or "stories", by the column `name` of their passages."""


def usable(words: Sequence[str]) -> list[str]:
    """The words that can be searched, once each, in FTS5's query language."""
    return [_term(word) for word in dict.fromkeys(words) if _WORD.search(word)]


def words_in_a_row(phrase: str) -> str:
    """The words of `phrase` with single spaces; "" when it has none that can be searched."""
    words = " ".join(re.findall(r"\w+", phrase.replace("_", " ")))
    return words if _WORD.search(words) else ""


def rare_and_frequent(
    counts: Sequence[tuple[int, str]], articles: int
) -> tuple[list[str], list[str]]:
    """The terms that decide what is scored, and those that only add to scores, both rarest first.

    Scoring takes the time, so only rows with one of the rarest terms are scored; the others would rank low.
    `counts` has each term after the number of selected articles with it, because it may be rare elsewhere
    and frequent here; `articles` are all that are selected.
    """
    rare, total = list[str](), 0
    ordered = sorted((count, term) for count, term in counts if count)
    for count, term in ordered:
        if rare and total + count > _MOST_SCORED:
            break
        rare.append(term)
        total += count
    common = max(_MOST_SCORED, _COMMON * articles)
    return rare, [term for count, term in ordered[len(rare) :] if count <= common]


def _term(word: str) -> str:
    """A word, or the beginning of one, in FTS5's query language."""
    return f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"'
