"""What the chat's components send to its events, and take from them."""

from collections.abc import Mapping
from typing import Any

from bot.page.chat.session import Frame
from bot.page.chat.storing import turn_of
from bot.page.gradio_import import gr
from bot.page.view.escaping import escape

Shown = tuple[Any, ...]  # in the order of `bot.page.chat.layout`'s components


def warn(line: str) -> None:
    """Show a warning on the page."""
    gr.Warning(escape(line))  # Gradio renders it as HTML


def owner_of(request: gr.Request) -> str:
    """The owner of a request."""
    return str(request.request.state.owner) if request.request else ""


def written(frame: Frame) -> Shown:
    """The frame, with the votes unchanged."""
    state = frame.state
    stop = gr.update(visible=bool(state.pending))
    # Always an update: after a plain value, Gradio keeps the earlier component in its session for ever.
    chat = gr.update(value=frame.shown)
    return frame.draft, chat, state, stop, state.key, turn_of(state)


def text_of(value: Any) -> str:
    """The text of a message in an event."""
    if isinstance(value, list):
        return "".join(text_of(part) for part in value)
    if isinstance(value, Mapping):
        return str(value.get("text") or "")
    return str(value)


def turn_at(index: Any) -> int:
    """The turn, from 0, of the message at `index`."""
    return (index[0] if isinstance(index, list | tuple) else int(index)) // 2
