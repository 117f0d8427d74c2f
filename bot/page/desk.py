"""What happens on each event of the chat: plain values in, new values for the page's components out.

It knows Gradio's events and who sent them; answering is `bot.page.talk`'s business.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from bot.feedback import Feedback
from bot.page.rendering import question_text
from bot.page.talk import Answers, Frame, Talk, ask, reopened
from bot.scope import Scope
from bot.selecting import read_selection
from bot.talks import Talks
from index.errors import BylineError

Shown = tuple[Any, ...]  # in the order of `bot.page.layout`'s components
GONE = "That conversation is not there any more."
THANKS = "Thank you. It is kept with the question and the answer."
_log = logging.getLogger(__name__)


class Desk:
    """The chat's events, for everybody who has the page open; who that is tells each request."""

    def __init__(
        self,
        engine: Answers,
        talks: Talks,
        feedback: Feedback,
        about: Callable[[], Mapping[str, str]],
    ) -> None:
        """`about` tells the settings that a vote is kept with."""
        self._engine = engine
        self._talks = talks
        self._feedback = feedback
        self._about = about

    def ask(self, question: str, within: str, talk: Talk, request: gr.Request) -> Iterator[Shown]:
        """The question in the box was sent off."""
        yield from self._answered(question or "", within, talk, request)

    def retry(
        self, within: str, talk: Talk, request: gr.Request, event: gr.RetryData
    ) -> Iterator[Shown]:
        """An answer shall be given anew."""
        yield from self._again(event.index, _text(event.value), within, talk, request)

    def edit(
        self, within: str, talk: Talk, request: gr.Request, event: gr.EditData
    ) -> Iterator[Shown]:
        """A question was put in other words: the conversation goes on from there."""
        yield from self._again(event.index, _text(event.value), within, talk, request)

    def stop(self, talk: Talk) -> Shown:
        """The answer that is being written is not wanted."""
        kept = replace(talk, pending="", growing=())
        return _shown(Frame(talk.pending, talk.stopped(), kept))

    def open(self, key: str, request: gr.Request) -> Shown:
        """Another conversation was chosen, or a new one (`new-…`)."""
        talk, owner = Talk(), owner_of(request)
        if key and not key.startswith("new"):
            try:
                kept = self._talks.load(owner, key)
                talk = reopened(self._engine, key, kept, owner) if kept else talk
                if kept is None:
                    gr.Warning(GONE)
            except BylineError as error:
                gr.Warning(str(error))
        return _shown(Frame("", talk.messages, talk))

    def chat(self, question: str, request: gr.Request) -> dict[str, Any]:
        """Answer one question, without a conversation, as `python -m bot ask --json` does."""
        if not isinstance(question, str):  # Gradio passes on whatever JSON was sent
            raise gr.Error("expected the question as text", print_exception=False)
        try:
            return self._engine.answer(question, scope=Scope(owner=owner_of(request))).to_json()
        except BylineError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def vote(self, talk: Talk, request: gr.Request, event: gr.LikeData) -> Shown:
        """A thumb up is kept at once; of a thumb down the form asks for the reason."""
        turn = _turn(event.index)
        if not 0 <= turn < len(talk.conversation.turns):
            return self.close_vote()
        up = event.liked is True
        if self._voted(talk, turn, request, up=up) and up:
            gr.Info(THANKS)
        if up:
            return self.close_vote()
        return gr.update(visible=True), turn, None, ""

    def explain(
        self, talk: Talk, turn: int, reason: str | None, note: str, request: gr.Request
    ) -> Shown:
        """The form was sent: the vote gets its reason and note."""
        if not 0 <= turn < len(talk.conversation.turns):
            return self.close_vote()
        if self._voted(talk, turn, request, up=False, reason=reason or "", note=note or ""):
            gr.Info(THANKS)
            return self.close_vote()
        return gr.skip(), turn, reason, note

    def close_vote(self) -> Shown:
        """The form goes, and nothing of it is kept."""
        return gr.update(visible=False), -1, None, ""

    def _voted(
        self,
        talk: Talk,
        turn: int,
        request: gr.Request,
        *,
        up: bool,
        reason: str = "",
        note: str = "",
    ) -> bool:
        turns = talk.conversation.turns
        try:
            self._feedback.vote(
                owner_of(request),
                talk.key,
                turn,
                turns[turn].answer,
                up=up,
                reason=reason,
                note=note,
                before=tuple(one.question for one in turns[:turn]),
                settings=self._about(),
            )
        except BylineError as error:
            gr.Warning(str(error))
            return False
        return True

    def _again(
        self, index: Any, question: str, within: str, talk: Talk, request: gr.Request
    ) -> Iterator[Shown]:
        before = talk.before(_turn(index))
        yield from self._answered(question_text(question), within, before, request)

    def _answered(
        self, question: str, within: str, talk: Talk, request: gr.Request
    ) -> Iterator[Shown]:
        owner = owner_of(request)
        try:
            scope = Scope(read_selection(within or ""), owner)
        except BylineError as error:
            gr.Warning(str(error))
            return
        for frame in ask(self._engine, question, talk, scope):
            yield _shown(self._kept(frame, owner) if frame.answer else frame)

    def _kept(self, frame: Frame, owner: str) -> Frame:
        """The frame once its answer is among the owner's conversations."""
        assert frame.answer is not None
        talk, turns = frame.talk, len(frame.talk.conversation.turns)
        try:
            key = talk.key or self._talks.new(owner)
            if talk.rewritten:
                self._talks.cut(owner, key, turns - 1)
            if not self._talks.append(owner, key, frame.answer):  # it was deleted meanwhile
                key = self._talks.new(owner)
                for turn in talk.conversation.turns:
                    self._talks.append(owner, key, turn.answer)
        except BylineError as error:
            gr.Warning(f"The conversation is not kept: {error}")
            return frame
        return replace(frame, talk=replace(talk, key=key, rewritten=False))


def owner_of(request: gr.Request) -> str:
    """The person behind a request of the page."""
    return str(request.request.state.owner) if request.request else ""


def _shown(frame: Frame) -> Shown:
    talk, turns = frame.talk, len(frame.talk.conversation.turns)
    stop = gr.update(visible=bool(talk.pending))
    turn = f"{talk.key} {turns}" if turns and not talk.pending else ("" if not turns else "…")
    return frame.draft, frame.shown, talk, stop, talk.key, turn


def _text(value: Any) -> str:
    """The text of a message as an event brings it."""
    if isinstance(value, list):
        return "".join(_text(part) for part in value)
    if isinstance(value, Mapping):
        return str(value.get("text") or "")
    return str(value)


def _turn(index: Any) -> int:
    """The turn, from 0, of the message at `index`."""
    return (index[0] if isinstance(index, list | tuple) else int(index)) // 2
