"""What happens on each event of the chat: plain values in, new values for the page's components out.

It knows Gradio's events and who sent them; answering is `bot.page.chat.session`'s business.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from bot.page.chat.session import AnsweringEngine, ChatState, Frame, ask, reopened
from bot.page.people.conversations import ConversationStore
from bot.page.people.votes import SELECTION, VoteStore
from bot.page.view.escaping import escape
from bot.page.view.message import question_text
from bot.retrieval.sources import Scope
from index.catalog.selection_json import read_selection, selection_text
from index.errors import BylineError

Shown = tuple[Any, ...]  # in the order of `bot.page.chat.layout`'s components
GONE = "That conversation is not there any more."
THANKS = "Thank you. It is kept with the question and the answer."
NOT_KEPT = "This conversation is not kept, and neither is what you think of its answers."
THUMBS = ("Like", "Dislike")  # Gradio's names for them


class ChatEvents:
    """The chat's events, for everybody who has the page open; who that is tells each request."""

    def __init__(
        self,
        engine: AnsweringEngine,
        conversations: ConversationStore,
        feedback: VoteStore,
        about: Callable[[], Mapping[str, str]],
    ) -> None:
        """`about` tells the settings that a vote is kept with."""
        self._engine = engine
        self._conversations = conversations
        self._feedback = feedback
        self._about = about

    def ask(
        self, question: str, within: str, state: ChatState, request: gr.Request
    ) -> Iterator[Shown]:
        """The question in the box was sent off."""
        yield from self._answered(question or "", within, state, request)

    def retry(
        self, within: str, state: ChatState, request: gr.Request, event: gr.RetryData
    ) -> Iterator[Shown]:
        """An answer shall be given anew."""
        yield from self._again(event.index, _text(event.value), within, state, request)

    def edit(
        self, within: str, state: ChatState, request: gr.Request, event: gr.EditData
    ) -> Iterator[Shown]:
        """A question was put in other words: the conversation goes on from there."""
        yield from self._again(event.index, _text(event.value), within, state, request)

    def stop(self, state: ChatState) -> Shown:
        """The answer that is being written is not wanted."""
        kept = replace(state, pending="", growing=())
        return _written(Frame(state.pending, state.stopped(), kept))

    def open(self, key: str, request: gr.Request) -> Shown:
        """Another conversation was chosen, or a new one (`new-…`)."""
        state, owner = ChatState(), owner_of(request)
        if key and not key.startswith("new"):
            try:
                kept = self._conversations.load(owner, key)
                state = reopened(self._engine, key, kept, owner) if kept else state
                if kept is None:
                    _warn(GONE)
            except BylineError as error:
                _warn(str(error))
        return self._shown(Frame("", state.messages, state), owner)

    def load(self, request: gr.Request) -> Shown | dict[str, Any]:
        """The page was opened; its address may name a conversation, as `?c=…`."""
        key = request.query_params.get("c", "")
        return self.open(key, request) if key else gr.skip()

    def chat(self, question: str, request: gr.Request) -> dict[str, Any]:
        """Answer one question, without a conversation, as `python -m bot ask --json` does."""
        if not isinstance(question, str):  # Gradio passes on whatever JSON was sent
            raise gr.Error("expected the question as text", print_exception=False)
        try:
            return self._engine.answer(question, scope=Scope(owner=owner_of(request))).to_json()
        except BylineError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def vote(self, state: ChatState, request: gr.Request, event: gr.LikeData) -> Shown:
        """A thumb is kept, or taken back, at once; of a thumb down the form asks for the reason."""
        turn, owner = _turn(event.index), owner_of(request)
        form = self.close_vote()
        if not self._may_vote(state, turn):
            return gr.skip(), *form
        if event.liked not in (True, False):  # the same thumb was pressed again
            self._taken_back(state, turn, owner)
        elif self._voted(state, turn, request, up=event.liked):
            if event.liked:
                gr.Info(THANKS)
            else:
                form = (gr.update(visible=True), turn, None, "")
        return gr.update(feedback_value=self._thumbs(state, owner)), *form

    def explain(
        self, state: ChatState, turn: int, reason: str | None, note: str, request: gr.Request
    ) -> Shown:
        """The form was sent: the vote gets its reason and note."""
        if not self._may_vote(state, turn):
            return self.close_vote()
        if self._voted(state, turn, request, up=False, reason=reason or "", note=note or ""):
            gr.Info(THANKS)
            return self.close_vote()
        return gr.skip(), turn, reason, note

    def close_vote(self) -> Shown:
        """The form goes, and nothing of it is kept."""
        return gr.update(visible=False), -1, None, ""

    def _may_vote(self, state: ChatState, turn: int) -> bool:
        """True for an answer that is kept; a vote on another could not be found again."""
        if not 0 <= turn < len(state.conversation.turns):
            return False
        if not state.key:
            _warn(NOT_KEPT)
        return bool(state.key)

    def _taken_back(self, state: ChatState, turn: int, owner: str) -> None:
        try:
            self._feedback.take_back(owner, state.key, turn)
        except BylineError as error:
            _warn(str(error))

    def _thumbs(self, state: ChatState, owner: str) -> list[str | None]:
        """The thumb that was given on each answer, as the chat takes it."""
        turns = state.conversation.turns
        try:
            given = self._feedback.given(owner, state.key) if state.key else {}
        except BylineError:  # the answers are shown without
            given = {}
        votes = (given.get(number) for number in range(len(turns)))
        return [
            THUMBS[not vote.up] if vote and vote.is_of(turn.answer) else None
            for vote, turn in zip(votes, turns, strict=True)
        ]

    def _voted(
        self,
        state: ChatState,
        turn: int,
        request: gr.Request,
        *,
        up: bool,
        reason: str = "",
        note: str = "",
    ) -> bool:
        turns = state.conversation.turns
        within = selection_text(turns[turn].within)
        try:
            self._feedback.vote(
                owner_of(request),
                state.key,
                turn,
                turns[turn].answer,
                up=up,
                reason=reason,
                note=note,
                before=tuple(one.question for one in turns[:turn]),
                settings={**self._about(), **({SELECTION: within} if within else {})},
            )
        except BylineError as error:
            _warn(str(error))
            return False
        return True

    def _again(
        self, index: Any, question: str, within: str, state: ChatState, request: gr.Request
    ) -> Iterator[Shown]:
        before = state.before(_turn(index))
        yield from self._answered(question_text(question), within, before, request)

    def _answered(
        self, question: str, within: str, state: ChatState, request: gr.Request
    ) -> Iterator[Shown]:
        owner = owner_of(request)
        try:
            scope = Scope(read_selection(within or ""), owner)
        except BylineError as error:
            _warn(str(error))
            yield _written(Frame(question, state.messages, state))
            return
        for frame in ask(self._engine, question, state, scope):
            if frame.state.pending:
                yield _written(frame)
            else:
                yield self._shown(self._kept(frame, owner) if frame.answer else frame, owner)

    def _shown(self, frame: Frame, owner: str) -> Shown:
        """The frame with the thumbs that were given; they are offered where they can be kept."""
        draft, _, state, *rest = _written(frame)
        thumbs = self._thumbs(state, owner)
        offered = list(THUMBS) if state.key else []
        chat = gr.update(value=frame.shown, feedback_options=offered, feedback_value=thumbs)
        return draft, chat, state, *rest

    def _kept(self, frame: Frame, owner: str) -> Frame:
        """The frame once its answer is among the owner's conversations."""
        state = frame.state
        try:
            key = self._carried_on(state, owner) or self._begun(state, owner)
        except BylineError as error:
            _warn(f"The conversation is not kept: {error}")
            return frame
        kept = len(state.conversation.turns)
        return replace(frame, state=replace(state, key=key, kept=kept, rewritten=False))

    def _carried_on(self, state: ChatState, owner: str) -> str:
        """The conversation's name once it holds all turns; "" where there is none (any more)."""
        key, new = state.key, state.conversation.turns[state.kept :]
        if not key:
            return ""
        # More than one: something went wrong before, and may have happened in part.
        if state.rewritten or len(new) > 1:
            self._conversations.cut(owner, key, state.kept)
        kept = (self._conversations.append(owner, key, turn.answer, turn.within) for turn in new)
        return key if all(kept) else ""

    def _begun(self, state: ChatState, owner: str) -> str:
        """The name of a new conversation that holds all turns."""
        key = self._conversations.new(owner)
        for turn in state.conversation.turns:
            self._conversations.append(owner, key, turn.answer, turn.within)
        return key


def _warn(line: str) -> None:
    """Shows a line for some seconds; Gradio takes it for HTML."""
    gr.Warning(escape(line))


def owner_of(request: gr.Request) -> str:
    """The person behind a request of the page."""
    return str(request.request.state.owner) if request.request else ""


def _written(frame: Frame) -> Shown:
    """The frame, with the thumbs left as they are."""
    state, turns = frame.state, len(frame.state.conversation.turns)
    stop = gr.update(visible=bool(state.pending))
    turn = "…" if state.pending else (f"{state.key} {turns}" if turns else "")
    # Always an update: a plain value after one leaves the component before it in Gradio's session for ever.
    chat = gr.update(value=frame.shown)
    return frame.draft, chat, state, stop, state.key, turn


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
