"""The conversation store: users list, search, rename and delete their conversations.

It does not know how a user was identified. A conversation of another owner is treated as if it did not exist.
"""

import json
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.answer import Answer
from bot.conversation import Conversation
from bot.page.people.database import PeopleDatabase
from bot.page.people.record import from_record, to_record
from index.catalog.database import Database
from index.catalog.selection import EVERYTHING, Selection
from index.catalog.selection_json import load_selection, selection_text
from index.errors import ConversationError, QuestionError

MOST_CONVERSATIONS = 500  # of an owner
MOST_TURNS = 500  # of a conversation
LONGEST_TITLE = 120  # characters
SHORT_TITLE = 60  # characters, if the title is taken from a question
UNTITLED = "New conversation"
_ID = re.compile(r"[0-9a-f]{32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_ENTRIES = """
SELECT id, title, created, updated, (SELECT COUNT(*) FROM turns WHERE conversation = id)
FROM conversations WHERE owner = ?
"""
_FOUND = """
SELECT DISTINCT conversation FROM turns JOIN conversations ON id = conversation
WHERE owner = ? AND instr(words, ?) > 0
"""


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in a user's list; times are in UTC, `turns` is the number of turns."""

    id: str
    title: str
    created: datetime
    updated: datetime
    turns: int

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON; times as ISO 8601."""
        return {
            "id": self.id,
            "title": self.title,
            "created": self.created.isoformat(),
            "updated": self.updated.isoformat(),
            "turns": self.turns,
        }


class ConversationStore:
    """Conversations in the file of `people`. Safe to use from several threads and processes.

    Every method raises StorageError if the file is damaged or cannot be written; answers do not depend on it.
    """

    def __init__(self, people: PeopleDatabase, now: Callable[[], datetime] = utc_now) -> None:
        self._people, self._now = people, now

    def list(self, owner: str, words: str = "") -> tuple[Entry, ...]:
        """The owner's conversations, the one updated last first.

        With `words`, only those that contain them in the title, a question or an answer; case is ignored.
        """
        rows = self._people.rows(f"{_ENTRIES} ORDER BY updated DESC, rowid DESC", (owner,))
        entries = tuple(map(_entry, rows))
        wanted = folded(words)
        if not wanted:
            return entries
        found = {row[0] for row in self._people.rows(_FOUND, (owner, wanted))}
        return tuple(e for e in entries if e.id in found or wanted in folded(e.title))

    def find(self, owner: str, id: str) -> Entry | None:
        """The entry of a conversation; None if the owner has none with this id."""
        rows = self._people.rows(f"{_ENTRIES} AND id = ?", (owner, id)) if _is_id(id) else []
        return _entry(rows[0]) if rows else None

    def new(self, owner: str, title: str = "") -> str:
        """Start a conversation and return its id; the first question becomes its title.

        Until then its title is `title`, shortened. Raises ConversationError at MOST_CONVERSATIONS.
        """
        id, now = secrets.token_hex(16), self._now().isoformat()
        with self._people.writing() as db:
            (count,) = db.execute(
                "SELECT COUNT(*) FROM conversations WHERE owner = ?", (owner,)
            ).fetchone()
            if count >= MOST_CONVERSATIONS:
                raise ConversationError(
                    f"you have {count} conversations, expected at most {MOST_CONVERSATIONS}; "
                    "delete some that you no longer need"
                )
            db.execute(
                "INSERT INTO conversations (id, owner, title, created, updated) VALUES (?, ?, ?, ?, ?)",
                (id, owner, _shortened(title), now, now),
            )
        return id

    def load(self, owner: str, id: str) -> Conversation | None:
        """The turns of a conversation, without candidates; None if the owner has none with this id.

        Raises ConversationError if a turn cannot be read.
        """
        if self.find(owner, id) is None:
            return None
        conversation = Conversation()
        rows = "SELECT record, within FROM turns WHERE conversation = ? ORDER BY ordinal"
        for record, within in self._people.rows(rows, (id,)):
            conversation = conversation.with_turn(read_answer(record), _selection(within))
        return conversation

    def append(self, owner: str, id: str, answer: Answer, within: Selection = EVERYTHING) -> bool:
        """Store `answer` as the next turn; False if the owner has no conversation with this id.

        `within` is the selection that was searched. Raises ConversationError at MOST_TURNS.
        """
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            (turns,) = db.execute(
                "SELECT COALESCE(MAX(ordinal) + 1, 0) FROM turns WHERE conversation = ?", (id,)
            ).fetchone()
            if turns >= MOST_TURNS:
                raise ConversationError(
                    f"this conversation has {turns} questions, expected at most {MOST_TURNS}; "
                    "start a new one"
                )
            words = "\n".join(map(folded, (answer.question, answer.text, answer.answer)))
            record = json.dumps(to_record(answer))
            db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, ?)",
                (id, turns, record, words, selection_text(within)),
            )
            db.execute(
                "UPDATE conversations SET updated = ? WHERE id = ?", (self._now().isoformat(), id)
            )
            if turns == 0:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND named = 0",
                    (_shortened(answer.question), id),
                )
        return True

    def cut(self, owner: str, id: str, turns: int) -> bool:
        """Keep only the first `turns` turns; False if the owner has no conversation with this id."""
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            db.execute("DELETE FROM turns WHERE conversation = ? AND ordinal >= ?", (id, turns))
        return True

    def rename(self, owner: str, id: str, title: str) -> bool:
        """Set the title; False if the owner has no conversation with this id.

        Raises ConversationError if `title` is empty or too long.
        """
        line = _line(title)
        if not 1 <= len(line) <= LONGEST_TITLE:
            raise ConversationError(
                f"the title {line[:20] + '…' if line else ''!r} has {len(line)} characters, expected 1 to "
                f"{LONGEST_TITLE}; type {'a shorter one' if line else 'a few words'}"
            )
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            db.execute("UPDATE conversations SET title = ?, named = 1 WHERE id = ?", (line, id))
        return True

    def delete(self, owner: str, id: str) -> bool:
        """Delete a conversation with its turns and votes; False if the owner has none with this id."""
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            db.execute("DELETE FROM conversations WHERE id = ?", (id,))
            db.execute("DELETE FROM turns WHERE conversation = ?", (id,))
            db.execute("DELETE FROM feedback WHERE owner = ? AND conversation = ?", (owner, id))
        return True


def read_answer(record: str) -> Answer:
    """Read an answer from the stored JSON. Raises ConversationError."""
    try:
        return from_record(json.loads(record))
    except (ValueError, RecursionError) as error:
        raise ConversationError(
            f"a stored answer is not valid JSON ({error}); delete the conversation"
        ) from None


def _selection(within: str) -> Selection:
    try:
        return load_selection(within)
    except QuestionError as error:
        raise ConversationError(
            f"a stored selection cannot be read ({error}); delete the conversation"
        ) from None


def folded(text: str) -> str:
    """`text` for comparing: case folded, on one line, with single spaces."""
    return _line(unicodedata.normalize("NFKC", text).casefold())


def _owned(db: Database, owner: str, id: str) -> bool:
    asked = "SELECT 1 FROM conversations WHERE owner = ? AND id = ?"
    return _is_id(id) and db.execute(asked, (owner, id)).fetchone() is not None


def _is_id(id: str) -> bool:
    return _ID.fullmatch(id) is not None


def _entry(row: tuple[Any, ...]) -> Entry:
    id, title, created, updated, turns = row
    return Entry(id, title, datetime.fromisoformat(created), datetime.fromisoformat(updated), turns)


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _shortened(title: str) -> str:
    """A title of at most SHORT_TITLE characters, cut between words if possible."""
    line = _line(title) or UNTITLED
    if len(line) <= SHORT_TITLE:
        return line
    cut = line[: SHORT_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.–-") + "…"
