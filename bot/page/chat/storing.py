"""Stores the turns of a chat among its owner's conversations, and finds them again in another process.

It does not know Gradio, nor how the turns were answered.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.page.chat.session import AnsweringEngine, ChatState, reopened
from bot.page.people.conversations import ConversationStore
from index.errors import BylineError


def store(conversations: ConversationStore, state: ChatState, owner: str) -> ChatState:
    """The state once all its turns are stored, in a new conversation if needed. Raises BylineError."""
    key = _continued(conversations, state, owner) or _created(conversations, state, owner)
    return replace(state, key=key, kept=len(state.conversation.turns), rewritten=False)


def turn_of(state: ChatState) -> str:
    """The conversation and the number of its turns, "" without any: the page sends it with its next event."""
    turns = len(state.conversation.turns)
    return f"{state.key} {turns}" if turns else ""


def caught_up(
    conversations: ConversationStore,
    engine: AnsweringEngine,
    state: ChatState,
    page: Sequence[str],
    owner: str,
) -> ChatState:
    """The state, or the stored conversation if the page shows another one than this process knows.

    Another process may have answered the person since, or have been killed. `page` is what it shows:
    the id of a conversation, and its `turn_of`.
    """
    key, turn = page or ("", "")
    known = state.key == key and (turn == turn_of(state) or bool(state.pending))
    if not key or known:
        return state
    try:
        kept = conversations.load(owner, key)
    except BylineError:  # whoever stores the next turn says so
        return state
    return reopened(engine, key, kept, owner) if kept else state


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
