"""The page as Gradio components: header, chat on the left, source viewer on the right.

It wires components to `bot.page.talk` and holds no state of its own; what an answer looks like is
decided in `bot.page.rendering`.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from starlette.middleware import Middleware

from bot.page.escaping import escape_line
from bot.page.guard import Guard
from bot.page.talk import Answers, Frame, Talk, ask, open_source
from bot.page.viewer import EMPTY
from index.errors import BylineError

ASSETS = Path(__file__).parent
AT_ONCE = 4  # questions answered at the same time; more wait their turn
WAITING = 64  # questions that may wait
_SYSTEM = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]


def build_page(
    engine: Answers, corpus: str, articles: int, examples: Sequence[str] = ()
) -> gr.Blocks:
    """The page over `engine`; `corpus` and `articles` are the folder's name and size, for the header."""
    page = gr.Blocks(title="Byline", fill_width=True, analytics_enabled=False)
    with page:
        talk = gr.State(Talk())
        with gr.Row(elem_id="by-top", equal_height=True):
            gr.HTML(_header(corpus, articles), apply_default_css=False, scale=1)
            new = gr.Button("New chat", size="sm", scale=0, min_width=96, elem_id="by-new")
        with gr.Row(equal_height=False, elem_id="by-main"):
            with gr.Column(scale=6, min_width=320, elem_id="by-left"):
                chatbot = _chatbot(examples)
                with gr.Row(elem_id="by-ask", equal_height=True):
                    box = _question_box()
                    send = gr.Button("Ask", variant="primary", scale=0, min_width=72)
            with gr.Column(scale=5, min_width=320, elem_id="by-right"):
                viewer = _viewer()

        desk, shown = _Desk(engine), [box, chatbot, viewer, talk]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking = [
            gr.on([box.submit, send.click], desk.ask, [box, talk], shown, **quiet),
            chatbot.example_select(desk.ask_example, [talk], shown, **quiet),
        ]
        # An answer that is still being written must not come back into the new chat.
        started = [new.click, chatbot.clear]
        gr.on(started, desk.clear, None, shown, queue=False, cancels=asking, **quiet)
        viewer.select(desk.open, [talk], viewer, queue=False, **quiet)
        api(desk.chat, api_name="chat")
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


class _Desk:
    """What happens on each event: plain values in, new values for the page's components out."""

    def __init__(self, engine: Answers) -> None:
        self._engine = engine

    def ask(self, question: str, talk: Talk) -> Iterator[tuple[Any, ...]]:
        for frame in ask(self._engine, question or "", talk):
            yield _shown(frame)

    def ask_example(self, talk: Talk, event: gr.SelectData) -> Iterator[tuple[Any, ...]]:
        yield from self.ask(str(event.value.get("text", "")), talk)

    def open(self, talk: Talk, event: gr.EventData) -> str:
        return open_source(self._engine, getattr(event, "cite", None), talk)

    def clear(self) -> tuple[Any, ...]:
        return "", [], EMPTY, Talk()

    def chat(self, question: str) -> dict[str, Any]:
        """Answer one question, without a conversation, as `python -m bot ask --json` does."""
        if not isinstance(question, str):  # Gradio passes on whatever JSON was sent
            raise gr.Error("expected the question as text", print_exception=False)
        try:
            return self._engine.answer(question).to_json()
        except BylineError as error:
            raise gr.Error(str(error), print_exception=False) from None


def launch(page: gr.Blocks, host: str, port: int) -> None:
    """Serve the page until interrupted; nothing is fetched from, or sent to, another machine.

    Requests that other sites send, and uploads, are refused: see `bot.page.guard`.
    """
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        theme=gr.themes.Default(
            primary_hue="teal", neutral_hue="slate", font=_SYSTEM, font_mono=_MONO
        ),
        css=(ASSETS / "page.css").read_text("utf-8"),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size="1mb",
        app_kwargs={"middleware": [Middleware(Guard, host=host)]},
    )
    try:
        print(f"Byline is at {address}", flush=True)
        threading.Event().wait()
    finally:
        page.close(verbose=False)


def _shown(frame: Frame) -> tuple[Any, ...]:
    viewer = gr.skip() if frame.viewer is None else frame.viewer
    return frame.draft, frame.shown, viewer, frame.talk


def _chatbot(examples: Sequence[str]) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="by-chat",
        show_label=False,
        label="Conversation",
        container=False,
        height=None,
        layout="bubble",
        buttons=[],
        sanitize_html=True,
        latex_delimiters=[],
        allow_tags=False,
        feedback_options=None,
        placeholder=(ASSETS / "welcome.md").read_text("utf-8"),
        examples=[{"text": example} for example in examples],
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


def _viewer() -> gr.HTML:
    return gr.HTML(
        EMPTY,
        elem_id="by-viewer",
        apply_default_css=False,
        html_template=(ASSETS / "viewer.html").read_text("utf-8"),
        js_on_load=(ASSETS / "page.js").read_text("utf-8"),
    )


def _header(corpus: str, articles: int) -> str:
    count = "1 article" if articles == 1 else f"{articles:,} articles"
    return (
        '<header class="by-header"><h1>Byline</h1>'
        "<p>Answers from a folder of articles, each with the exact words it rests on.</p>"
        f'<p class="by-corpus"><span class="by-file">{escape_line(corpus, 60)}</span>'
        f"<span>{count}</span></p></header>"
    )
