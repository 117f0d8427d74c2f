"""The conversations that people have had: kept, listed, searched, renamed and deleted, each by its owner.

It knows owners as names and nothing of how a person came by one. Whoever is not a conversation's owner is
told what he would be told if it did not exist.
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

MOST_CONVERSATIONS = 500  # of one owner
MOST_TURNS = 500  # of one conversation
LONGEST_TITLE = 120  # characters
SHORT_TITLE = 60  # characters, of a title taken from a question
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
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in a person's list; `created` and `updated` are in UTC, `turns` is how many it has."""

    id: str
    title: str
    created: datetime
    updated: datetime
    turns: int

    def to_json(self) -> dict[str, Any]:
        """The entry as the page's list takes it; times as ISO 8601."""
        return {
            "id": self.id,
            "title": self.title,
            "created": self.created.isoformat(),
            "updated": self.updated.isoformat(),
            "turns": self.turns,
        }


class ConversationStore:
    """Conversations in the file of `people`. Safe to use from several threads and processes.

    Every method raises StorageError while that file is damaged or cannot be written: answering needs none
    of them, so whoever answers catches it and goes on.
    """

    def __init__(self, people: PeopleDatabase, now: Callable[[], datetime] = utc_now) -> None:
        self._people, self._now = people, now

    def list(self, owner: str, words: str = "") -> tuple[Entry, ...]:
        """The owner's conversations, the one carried on last first.

        With `words` only those whose title, or a question or answer of which, holds them as they stand,
        in upper or lower case.
        """
        rows = self._people.rows(f"{_ENTRIES} ORDER BY updated DESC, rowid DESC", (owner,))
        entries = tuple(map(_entry, rows))
        wanted = folded(words)
        if not wanted:
            return entries
        found = {row[0] for row in self._people.rows(_FOUND, (owner, wanted))}
        return tuple(e for e in entries if e.id in found or wanted in folded(e.title))

    def find(self, owner: str, id: str) -> Entry | None:
        """The entry of one conversation; None where the owner has none of that id."""
        rows = self._people.rows(f"{_ENTRIES} AND id = ?", (owner, id)) if _is_id(id) else []
        return _entry(rows[0]) if rows else None

    def new(self, owner: str, title: str = "") -> str:
        """Begins a conversation and returns its id; the first question becomes its title.

        Until then it has `title`, shortened. Raises ConversationError when the owner has as many as may be.
        """
        id, now = secrets.token_hex(16), self._now().isoformat()
        with self._people.writing() as db:
            (count,) = db.execute(
                "SELECT COUNT(*) FROM conversations WHERE owner = ?", (owner,)
            ).fetchone()
            if count >= MOST_CONVERSATIONS:
                raise ConversationError(
                    f"{count} conversations are kept, expected at most {MOST_CONVERSATIONS}; "
                    "delete some that you no longer need"
                )
            db.execute(
                "INSERT INTO conversations (id, owner, title, created, updated) VALUES (?, ?, ?, ?, ?)",
                (id, owner, _shortened(title), now, now),
            )
        return id

    def load(self, owner: str, id: str) -> Conversation | None:
        """The turns of a conversation, without candidates; None where the owner has none of that id.

        Raises ConversationError when one of them cannot be read.
        """
        if self.find(owner, id) is None:
            return None
        conversation = Conversation()
        rows = "SELECT record, within FROM turns WHERE conversation = ? ORDER BY ordinal"
        for record, within in self._people.rows(rows, (id,)):
            conversation = conversation.with_turn(read_answer(record), _selection(within))
        return conversation

    def append(self, owner: str, id: str, answer: Answer, within: Selection = EVERYTHING) -> bool:
        """Keeps `answer` as the conversation's next turn; False where the owner has none of that id.

        `within` is what was asked. Raises ConversationError when it has as many turns as may be.
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
                    "begin a new one"
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
                    "UPDATE conversations SET title = ? WHERE id = ? AND NOT named",
                    (_shortened(answer.question), id),
                )
        return True

    def cut(self, owner: str, id: str, turns: int) -> bool:
        """Keeps the first `turns` turns, from 0; False where the owner has no conversation of that id."""
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            db.execute("DELETE FROM turns WHERE conversation = ? AND ordinal >= ?", (id, turns))
        return True

    def rename(self, owner: str, id: str, title: str) -> bool:
        """Gives a title that stays; False where the owner has no conversation of that id.

        Raises ConversationError when `title` is empty or too long.
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
        """Deletes a conversation with its turns and the votes on them; False where the owner has none."""
        with self._people.writing() as db:
            if not _owned(db, owner, id):
                return False
            db.execute("DELETE FROM conversations WHERE id = ?", (id,))
            db.execute("DELETE FROM turns WHERE conversation = ?", (id,))
            db.execute("DELETE FROM feedback WHERE owner = ? AND conversation = ?", (owner, id))
        return True


def read_answer(record: str) -> Answer:
    """The answer in the JSON that was kept of it. Raises ConversationError."""
    try:
        return from_record(json.loads(record))
    except (ValueError, RecursionError) as error:
        raise ConversationError(f"a kept answer is no JSON ({error}); delete it") from None


def _selection(within: str) -> Selection:
    try:
        return load_selection(within)
    except QuestionError as error:
        raise ConversationError(f"a kept selection cannot be read ({error}); delete it") from None


def folded(text: str) -> str:
    """`text` as it is compared: without case, on one line, with single spaces."""
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
    """A title of at most SHORT_TITLE characters, cut between words where there are any."""
    line = _line(title) or UNTITLED
    if len(line) <= SHORT_TITLE:
        return line
    cut = line[: SHORT_TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.–-") + "…"
