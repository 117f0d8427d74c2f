"""Texts as SQLite's FTS5 reads them: folded, without accents, by stems.

FTS5 itself does it, in memory, so that both homes of the catalog find the same.
"""

import sqlite3
import threading
from collections.abc import Sequence

from index.catalog.full_text import TOKENS

# Of a longer term, such as an encoded picture, only the beginning counts: an index takes no longer entry.
LONGEST = 200
# Titles and bodies as their terms in order.
Tokens = tuple[list[str], list[str]]


class Tokenizer:
    """Safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute(
            f"CREATE VIRTUAL TABLE texts USING fts5 (title, body, content='', {TOKENS})"
        )
        self._db.execute("CREATE VIRTUAL TABLE tokens USING fts5vocab (texts, 'instance')")

    def tokens(self, texts: Sequence[tuple[str, str]]) -> list[Tokens]:
        """The terms of each (title, body)."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                self._db.executemany(
                    "INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)",
                    [(number, *text) for number, text in enumerate(texts)],
                )
                rows = self._db.execute(
                    "SELECT doc, col = 'body', term FROM tokens ORDER BY doc, col = 'body', offset"
                ).fetchall()
            finally:
                self._db.execute("ROLLBACK")
        found: list[Tokens] = [([], []) for _ in texts]
        for doc, column, term in rows:
            found[doc][column].append(term[:LONGEST])
        return found

    def close(self) -> None:
        """Free the memory."""
        with self._lock:
            self._db.close()
