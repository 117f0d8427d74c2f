"""Stores the turns of a chat among its owner's conversations.

It does not know Gradio, nor how the turns were answered.
"""

from dataclasses import replace

from bot.page.chat.session import ChatState
from bot.page.people.conversations import ConversationStore


def store(conversations: ConversationStore, state: ChatState, owner: str) -> ChatState:
    """The state once all its turns are stored, in a new conversation if needed. Raises BylineError."""
    key = _continued(conversations, state, owner) or _created(conversations, state, owner)
    return replace(state, key=key, kept=len(state.conversation.turns), rewritten=False)


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
