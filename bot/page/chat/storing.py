"""Stores the turns of a chat among its owner's conversations, and finds them again in another process.

It does not know Gradio, nor how the turns were answered.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.conversation import Turn
from bot.page.chat.session import AnsweringEngine, ChatState, reopened
from bot.page.people.conversations import ConversationStore
from index.catalog.selection_json import selection_text
from index.errors import BylineError

RUNNING: Final = "…"


def store(conversations: ConversationStore, state: ChatState, owner: str) -> ChatState:
    """The state once all its turns are stored, in a new conversation if needed. Raises BylineError."""
    key = _continued(conversations, state, owner) or _created(conversations, state, owner)
    return replace(state, key=key, kept=len(state.conversation.turns), rewritten=False)


def turn_of(state: ChatState) -> str:
    """What the page shows, and sends with its next event: "" without turns, then `<id> <turns>-<hash>`.

    The hash is of all turns: another process may have answered the last one again, or an earlier one. It ends
    in RUNNING while a question is being answered, and has no id while the conversation is not stored.
    """
    turns = state.conversation.turns
    shown = f"{state.key} {len(turns)}-{_hash_of(turns)}" if turns else ""
    return shown.strip() + (RUNNING if state.pending else "")  # Gradio strips it too


def caught_up(
    conversations: ConversationStore,
    engine: AnsweringEngine,
    state: ChatState,
    page: Sequence[str | None],
    owner: str,
) -> ChatState:
    """The state, or that of the conversation that the page shows if it is another than this process knows.

    Another process may have answered the person since, or have been killed. `page` is what it shows:
    the id of a conversation, and its `turn_of`; nothing if the event does not say.
    """
    key, turn = (shown or "" for shown in page or (state.key, turn_of(state)))
    # An answer may be running here that the page does not show yet.
    if state.key == key and turn in (turn_of(state), turn_of(state.idle())):
        return state
    known = state if state.key == key and key else ChatState()
    try:
        kept = conversations.load(owner, key) if key else None
    except BylineError:  # whoever stores the next turn says so
        return known
    return reopened(engine, key, kept, owner) if kept else known


def _hash_of(turns: Sequence[Turn]) -> str:
    said = hashlib.sha256()
    for turn in turns:
        answer, within = turn.answer, selection_text(turn.within)
        parts = turn.question, answer.standalone_question, answer.answer, answer.text, within, ""
        said.update("\0".join(parts).encode("utf-8", "surrogatepass"))
    return said.hexdigest()[:12]


def _continued(conversations: ConversationStore, state: ChatState, owner: str) -> str:
    """Store the new turns and return the conversation's id; "" if it does not exist (any more)."""
    key, new = state.key, state.conversation.turns[state.kept :]
    if not key:
        return ""
    # More than one: an earlier attempt failed and may have stored some of them.
    if state.rewritten or len(new) > 1:
        conversations.cut(owner, key, state.kept)
    stored = (conversations.append(owner, key, turn.answer, turn.within) for turn in new)
    return key if all(stored) else ""


def _created(conversations: ConversationStore, state: ChatState, owner: str) -> str:
    """Store all turns in a new conversation and return its id."""
    key = conversations.new(owner)
    for turn in state.conversation.turns:
        conversations.append(owner, key, turn.answer, turn.within)
    return key
