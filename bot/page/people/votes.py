"""What people think of answers: a thumb up or down, why, and all that is needed to ask the question again.

It knows answers as they were given; what becomes of the votes is for `eval`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

from bot.answer import Answer
from bot.page.people.conversations import read_answer, utc_now
from bot.page.people.database import PeopleDatabase
from bot.page.people.record import to_record
from index.errors import ConversationError, FeedbackError

Reason = Literal["", "wrong answer", "wrong source", "should have refused", "should have answered"]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)[1:]
LONGEST_NOTE = 2_000  # characters
# Of `Vote.settings`: which articles were asked, where it was not all of them.
SELECTION = "selection"
_COLUMNS = "owner, conversation, turn, at, up, reason, note, before, record, settings"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's thumb, up or down, on turn `turn` (from 0) of a conversation.

    `before` are the conversation's questions before that one, oldest first; `settings` is what the answer
    depended on, by name, as words; under SELECTION stands which articles were asked, if not all.
    """

    owner: str
    conversation: str
    turn: int
    up: bool
    answer: Answer
    at: datetime
    reason: Reason = ""
    note: str = ""
    before: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, answer: Answer) -> bool:
        """False when the turn has another answer now, because it was asked again or edited."""
        return (self.answer.question, self.answer.text) == (answer.question, answer.text)


class VoteStore:
    """Votes in the file of `people`: of each owner one on a turn. Safe from several threads and processes.

    Every method raises StorageError while that file is damaged or cannot be written.
    """

    def __init__(self, people: PeopleDatabase, now: Callable[[], datetime] = utc_now) -> None:
        self._people, self._now = people, now

    def vote(
        self,
        owner: str,
        conversation: str,
        turn: int,
        answer: Answer,
        *,
        up: bool,
        reason: str = "",
        note: str = "",
        before: tuple[str, ...] = (),
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Keeps a vote in place of the owner's earlier one on that turn; see `Vote` for the values.

        Raises FeedbackError for a reason that is none of REASONS, one given with a thumb up, or too long
        a note.
        """
        if reason and (up or reason not in REASONS):
            raise FeedbackError(
                f"the reason {reason[:40]!r} for a thumb {'up' if up else 'down'}: expected "
                + ("none" if up else "one of " + ", ".join(REASONS) + ", or none")
            )
        if len(note) > LONGEST_NOTE:
            raise FeedbackError(
                f"the note has {len(note)} characters, expected at most {LONGEST_NOTE}; shorten it"
            )
        asked = (
            json.dumps(before),
            json.dumps(to_record(answer)),
            json.dumps({**(settings or {})}),
        )
        given = (int(up), reason, _storable(note), *asked)
        with self._people.writing() as db:
            db.execute(
                f"REPLACE INTO feedback ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (owner, _storable(conversation), turn, self._now().isoformat(), *given),
            )

    def take_back(self, owner: str, conversation: str, turn: int) -> bool:
        """Deletes the owner's vote on a turn; False where there is none."""
        where = "owner = ? AND conversation = ? AND turn = ?"
        with self._people.writing() as db:
            gone = db.execute(
                f"DELETE FROM feedback WHERE {where}", (owner, _storable(conversation), turn)
            )
            return gone.rowcount > 0

    def given(self, owner: str, conversation: str) -> dict[int, Vote]:
        """The owner's votes in a conversation, by turn. Raises ConversationError where one is damaged."""
        where = "WHERE owner = ? AND conversation = ? ORDER BY turn"
        rows = self._people.rows(
            f"SELECT {_COLUMNS} FROM feedback {where}", (owner, _storable(conversation))
        )
        return {vote.turn: vote for vote in map(_vote, rows)}

    def all(self) -> tuple[Vote, ...]:
        """Everybody's votes, oldest first. Raises ConversationError where one is damaged."""
        order = "ORDER BY at, rowid"
        return tuple(map(_vote, self._people.rows(f"SELECT {_COLUMNS} FROM feedback {order}")))


def _vote(row: tuple[Any, ...]) -> Vote:
    owner, conversation, turn, at, up, reason, note, before, record, settings = row
    answer = read_answer(record)
    try:
        when, asked = datetime.fromisoformat(at), (tuple(json.loads(before)), json.loads(settings))
    except (ValueError, TypeError) as error:
        raise ConversationError(
            f"a kept vote on {answer.question[:40]!r} cannot be read ({error}); vote again"
        ) from None
    return Vote(owner, conversation, turn, bool(up), answer, when, reason, note, *asked)


def _storable(text: str) -> str:
    """`text` without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()
