"""Votes on answers: thumb up or down, a reason, and all that is needed to ask the question again.

It does not know what the votes are used for; `eval` makes cases of them.
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
# Key in `Vote.settings`: the selection that was searched, if it was not everything.
SELECTION = "selection"
_COLUMNS = "owner, conversation, turn, at, up, reason, note, before, record, settings"
_SET = (
    f"INSERT INTO feedback ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (owner, conversation, turn) DO UPDATE SET at = excluded.at, up = excluded.up, "
    "reason = excluded.reason, note = excluded.note, before = excluded.before, "
    "record = excluded.record, settings = excluded.settings"
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A user's thumb, up or down, on turn `turn` (from 0) of a conversation.

    `before` are the earlier questions of the conversation, oldest first; `settings` are the settings that
    the answer depended on, and under SELECTION the selection that was searched.
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
        """False if the turn has another answer now, because it was retried or edited."""
        return (self.answer.question, self.answer.text) == (answer.question, answer.text)


class VoteStore:
    """Votes in the file of `people`, one for each owner and turn. Safe for threads and processes.

    Every method raises StorageError if the file is damaged or cannot be written.
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
        """Store a vote in place of the owner's earlier one on this turn; see `Vote` for the values.

        Raises FeedbackError for an unknown reason, a reason with a thumb up, or a note that is too long.
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
                _SET,
                (owner, _storable(conversation), turn, self._now().isoformat(), *given),
            )

    def take_back(self, owner: str, conversation: str, turn: int) -> bool:
        """Delete the owner's vote on a turn; False if there is none."""
        where = "owner = ? AND conversation = ? AND turn = ?"
        with self._people.writing() as db:
            gone = db.execute(
                f"DELETE FROM feedback WHERE {where}", (owner, _storable(conversation), turn)
            )
            return gone.rowcount > 0

    def given(self, owner: str, conversation: str) -> dict[int, Vote]:
        """The owner's votes in a conversation, by turn. Raises ConversationError if one is damaged."""
        where = "WHERE owner = ? AND conversation = ? ORDER BY turn"
        rows = self._people.rows(
            f"SELECT {_COLUMNS} FROM feedback {where}", (owner, _storable(conversation))
        )
        return {vote.turn: vote for vote in map(_vote, rows)}

    def all(self) -> tuple[Vote, ...]:
        """All votes, oldest first. Raises ConversationError if one is damaged."""
        order = "ORDER BY at, rowid"
        return tuple(map(_vote, self._people.rows(f"SELECT {_COLUMNS} FROM feedback {order}")))


def _vote(row: tuple[Any, ...]) -> Vote:
    owner, conversation, turn, at, up, reason, note, before, record, settings = row
    answer = read_answer(record)
    try:
        when, asked = datetime.fromisoformat(at), (tuple(json.loads(before)), json.loads(settings))
    except (ValueError, TypeError) as error:
        raise ConversationError(
            f"a stored vote on {answer.question[:40]!r} cannot be read ({error}); vote again"
        ) from None
    return Vote(owner, conversation, turn, bool(up), answer, when, reason, note, *asked)


def _storable(text: str) -> str:
    """`text` without lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()
