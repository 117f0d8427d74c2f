"""The rankings of articles that are compared: by words, by meaning, both fused, and with the reader.

They stand on one index. A ranking of passages ranks an article by its best passage.
"""

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

import numpy as np

from bot.english.question import Question
from bot.english.words import search_words
from bot.reading.reader import Reader
from bot.retrieval.fusion import by_reader, fuse
from bot.retrieval.retriever import HybridRetriever
from eval.bench.contenders import Encode
from eval.bench.retrieval import Ranker
from eval.cases.collection import Collection, Topic
from index.catalog.full_text import TOKENS
from index.library import Library
from index.text.passages import embedded_text

PASSAGES = 200  # of each ranking, from which articles are taken
ARTICLES = 100
FUSED = 60  # candidates of the retriever, and how many of them the reader reads
READ = 8
_TITLE_WEIGHT = (
    3.0  # over the whole news quiz 1, 1.5, 3 and 5 lie within 0.02 of each other in Hits@4
)


def systems(
    library: Library, reader: Reader, collection: Collection, exact: Encode | None = None
) -> Mapping[str, Ranker]:
    """The rankings by name, the plainest first and Byline's own last.

    `exact` embeds for one more, which compares every passage.
    """
    retriever, whole = HybridRetriever(library), WholeArticles(collection)

    def words(topic: Topic) -> Sequence[str]:
        full_text = library.catalog.full_text
        return [key for key, _ in full_text.passages(search_words(topic.question), PASSAGES).every]

    def meaning(topic: Topic) -> Sequence[str]:
        return [key for key, _ in library.dense(library.embed(topic.question), PASSAGES)]

    def articles(passages: Iterable[str]) -> Sequence[str]:
        keys = list(passages)
        known = library.catalog.articles.passages(keys)
        return _names(known[key][1].path for key in keys if key in known)

    def fused(topic: Topic) -> Sequence[str]:
        return articles(key for key, _ in fuse([words(topic), meaning(topic)]))

    def found(topic: Topic, asked: date | None) -> Sequence[str]:
        candidates = retriever.search(topic.question, FUSED, asked)
        return _names(candidate.article.path for candidate in candidates)

    def read(topic: Topic) -> Sequence[str]:
        candidates = retriever.search(topic.question, FUSED, topic.asked)
        ordered = by_reader(candidates, reader.read(Question.of(topic.question), candidates[:READ]))
        return _names(candidate.article.path for candidate in ordered)

    dense: dict[str, Ranker] = {"dense, passages": lambda topic: articles(meaning(topic))}
    if exact:
        dense = {"dense, passages, fp32": ExactPassages(library, exact), **dense}
    return {
        "BM25, whole articles": whole,
        "BM25, passages": lambda topic: articles(words(topic)),
        **dense,
        "both, by reciprocal rank": fused,
        "Byline, asked on the archive's last day": lambda topic: found(topic, None),
        "Byline, fused": lambda topic: found(topic, topic.asked),
        "Byline, fused + reader": read,
    }


class ExactPassages:
    """Passages by cosine, every one compared, with vectors of another encoder."""

    def __init__(self, library: Library, encode: Encode) -> None:
        """Embeds every passage of the library, in the words that its own encoder gets."""
        self._encode = encode
        pairs = [
            (article, row.passage)
            for article in library.catalog.articles.all()
            for row in library.catalog.health.stored(article.id)
            if row.passage
        ]
        self._paths = [article.path for article, _ in pairs]
        self._vectors = encode([embedded_text(*pair) for pair in pairs])

    def __call__(self, topic: Topic) -> Sequence[str]:
        """The ids of the best documents, best first."""
        scores = self._vectors @ self._encode([topic.question])[0]
        return _names(self._paths[n] for n in np.argsort(-scores, kind="stable")[:PASSAGES])


class WholeArticles:
    """BM25 over whole articles, every one scored: SQLite's FTS5, in memory."""

    def __init__(self, collection: Collection) -> None:
        """Indexes every document, with the tokeniser that Byline's passages have."""
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            f"CREATE VIRTUAL TABLE articles USING fts5(id UNINDEXED, title, body, {TOKENS})"
        )
        rows = ((d.id, d.title, d.text) for d in collection.documents)
        self._db.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)

    def __call__(self, topic: Topic) -> Sequence[str]:
        """The ids of the best documents, best first."""
        words = (f'"{word}"' for word in dict.fromkeys(search_words(topic.question)))
        query = " OR ".join(word for word in words if re.search(r"\w", word))
        found = self._db.execute(
            "SELECT id FROM articles WHERE articles MATCH ? "
            f"ORDER BY bm25(articles, 0, {_TITLE_WEIGHT}, 1), id LIMIT {ARTICLES}",
            (query,),
        )
        return [row[0] for row in found] if query else []


def _names(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(PurePosixPath(path).stem for path in paths))
