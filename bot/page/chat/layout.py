"""The page as Gradio components: the chat, and empty places where the scripts of `assets/` build panels.

It connects components to `bot.page.chat.events` and has no state. `bot.page.view` renders answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.page.chat.events import ChatEvents
from bot.page.chat.session import ChatState
from bot.page.gradio_import import gr
from bot.page.people.votes import LONGEST_NOTE, REASONS
from bot.page.view.escaping import escape_line
from index.errors import StorageError

ASSETS = Path(__file__).parents[1] / "assets"
AT_ONCE = 4  # questions answered at the same time; others wait
WAITING = 128  # questions that may wait
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Gradio shows warnings only for events in its queue; without a limit they do not wait for each other.
_QUEUED: dict[str, Any] = {"queue": True, "concurrency_limit": None}


@dataclass(frozen=True, slots=True)
class _Chat:
    """The components that the chat's events read and write."""

    state: gr.State
    chatbot: gr.Chatbot
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    open: gr.Textbox
    within: gr.Textbox
    current: gr.Markdown
    turn: gr.Markdown

    @property
    def now(self) -> list[Any]:
        """What the page shows, as `ChatEvents` takes it after the state."""
        return [self.current, self.turn]

    @property
    def shown(self) -> list[Any]:
        """The outputs of answering, in the order in which `ChatEvents` returns them."""
        return [self.box, self.chatbot, self.state, self.stop, self.current, self.turn]


def build_page(
    events: ChatEvents, corpus: str, articles: Callable[[], int], tabs: Sequence[str] = ()
) -> gr.Blocks:
    """The page; `corpus` is the folder's name and `articles` gives its size now, for the header.

    Each name in `tabs` adds a tab with a place for a panel, `by-<name in lower case>`.
    """
    _cache_schema()
    page = gr.Blocks(title="Byline", fill_width=True, analytics_enabled=False)
    with page:
        top = gr.Markdown(_header(corpus, articles()), elem_id="by-top")
        with gr.Tabs(elem_id="by-tabs"):
            with gr.Tab("Chat"), gr.Row(equal_height=False, elem_id="by-main"):
                _place("by-talks")
                with gr.Column(scale=6, min_width=320, elem_id="by-left"):
                    chat = _chat()
                    vote = _vote()
                with gr.Column(scale=5, min_width=320, elem_id="by-right"):
                    _place("by-viewer")
            for name in tabs:
                with gr.Tab(name):
                    _place(f"by-{name.casefold()}")

        def loaded(request: gr.Request) -> tuple[Any, ...]:
            try:
                header: Any = _header(corpus, articles())
            except StorageError:  # the conversation is opened all the same
                header = gr.skip()
            return *events.load(request), header

        page.load(loaded, None, [*chat.shown, top], **_QUEUED, **_QUIET)
        _wire(events, chat)
        _wire_vote(events, chat, vote)
        gr.events.api(events.chat, api_name="chat")
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


def _chat() -> _Chat:
    state = gr.State(ChatState())
    _place("by-scope")
    chatbot = _chatbot()
    _place("by-next")
    with gr.Row(elem_id="by-ask", equal_height=True):
        box = _question_box()
        send = gr.Button("Ask", variant="primary", scale=0, min_width=72, elem_id="by-send")
        stop = gr.Button("Stop", scale=0, min_width=72, elem_id="by-stop", visible=False)
    # Hidden: values that the panels send to the chat, and the chat to the panels.
    with gr.Row(elem_classes="by-hidden"):
        opened = gr.Textbox(elem_id="by-open", label="Conversation to open")
        within = gr.Textbox(elem_id="by-within", label="Articles to ask within")
        current, turn = gr.Markdown(elem_id="by-current"), gr.Markdown(elem_id="by-turn")
    return _Chat(state, chatbot, box, send, stop, opened, within, current, turn)


def _wire(events: ChatEvents, chat: _Chat) -> None:
    asking = [
        gr.on(
            [chat.box.submit, chat.send.click],
            events.ask,
            [chat.box, chat.within, chat.state, *chat.now],
            chat.shown,
            **_QUIET,
        ),
        *(
            event(does, [chat.within, chat.state, *chat.now], chat.shown, **_QUIET)
            for event, does in (
                (chat.chatbot.retry, events.retry),
                (chat.chatbot.edit, events.edit),
            )
        ),
    ]
    # A running answer must not appear in another conversation.
    still: dict[str, Any] = {"cancels": asking, **_QUIET}
    chat.stop.click(events.stop, [chat.state, *chat.now], chat.shown, queue=False, **still)
    chat.open.submit(events.open, [chat.open], chat.shown, **_QUEUED, **still)


@dataclass(frozen=True, slots=True)
class _Vote:
    """The form under the chat that asks for the reason of a thumb down."""

    form: gr.Column
    turn: gr.State
    reason: gr.Radio
    note: gr.Textbox
    send: gr.Button
    close: gr.Button


def _vote() -> _Vote:
    with gr.Column(visible=False, elem_id="by-vote") as form:
        turn = gr.State(-1)
        reason = gr.Radio(list(REASONS), label="What was wrong with it?")
        note = gr.Textbox(
            label="Note (optional)",
            placeholder="What is the right answer? Lines such as `answer: …` and `file: …` help most.",
            lines=1,
            max_lines=4,
            max_length=LONGEST_NOTE,
        )
        with gr.Row():
            send = gr.Button("Send", size="sm", variant="primary")
            close = gr.Button("Close", size="sm")
    return _Vote(form, turn, reason, note, send, close)


def _wire_vote(events: ChatEvents, chat: _Chat, vote: _Vote) -> None:
    form = [vote.form, vote.turn, vote.reason, vote.note]
    chat.chatbot.like(
        events.vote, [chat.state, *chat.now], [chat.chatbot, *form], **_QUEUED, **_QUIET
    )
    inputs = [chat.state, vote.turn, vote.reason, vote.note, *chat.now]
    vote.send.click(events.explain, inputs, form, **_QUEUED, **_QUIET)
    vote.close.click(events.close_vote, None, form, queue=False, **_QUIET)


def _place(name: str) -> None:
    """An empty place where `assets/app.js` builds a panel."""
    gr.Markdown("", elem_id=name, elem_classes="by-place", container=False)


def _cache_schema() -> None:
    """Compute the schema of Gradio's chat once.

    Gradio creates the component again for every update and recomputes its schema; with many users that took
    half as long as the answers. A subclass would make Gradio write a file next to this one.
    """
    schema = gr.Chatbot(render=False).api_info()
    gr.Chatbot.api_info = lambda _: schema  # type: ignore[assignment]


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="by-chat",
        show_label=False,
        label="Conversation",
        container=False,
        height=None,
        layout="bubble",
        buttons=[],
        editable="user",
        sanitize_html=True,
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=[],  # until an answer is stored
        placeholder=(ASSETS / "welcome.md").read_text("utf-8"),
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        placeholder="Ask about the articles …",
        label="Question",
        show_label=False,
        container=False,
        autofocus=True,
        lines=1,
        max_lines=5,
        scale=8,
        elem_id="by-question",
    )


def _header(corpus: str, articles: int) -> str:
    count = "1 article" if articles == 1 else f"{articles:,} articles"
    return (
        '<header class="by-header"><h1>Byline</h1>'
        f'<p class="by-corpus"><span class="by-file">{escape_line(corpus, 60)}</span>'
        f"<span>{count}</span></p></header>"
    )
