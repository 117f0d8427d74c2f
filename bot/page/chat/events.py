"""Handlers of the chat's events: they take values of the page's components and return new ones.

They know Gradio; `bot.page.chat.session` answers questions without it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.page.chat.session import AnsweringEngine, ChatState, Frame, ask, reopened
from bot.page.chat.storing import caught_up, store
from bot.page.chat.values import Shown, owner_of, text_of, turn_at, warn, written
from bot.page.gradio_import import gr
from bot.page.people.conversations import ConversationStore
from bot.page.people.votes import SELECTION, VoteStore
from bot.page.view.message import question_text
from bot.retrieval.sources import Scope
from index.catalog.selection_json import read_selection, selection_text
from index.errors import BylineError

GONE = "That conversation no longer exists."
THANKS = "Thank you. Your vote is stored with the question and the answer."
NOT_KEPT = "This conversation is not stored, so you cannot vote on its answers."
THUMBS = ("Like", "Dislike")


class ChatEvents:
    """The handlers, shared by all users; each request says who its user is.

    `page` is what the page shows: the id of the conversation, and its `bot.page.chat.storing.turn_of`.
    """

    def __init__(
        self,
        engine: AnsweringEngine,
        conversations: ConversationStore,
        feedback: VoteStore,
        about: Callable[[], Mapping[str, str]],
    ) -> None:
        """`about` returns the settings that are stored with a vote."""
        self._engine = engine
        self._conversations = conversations
        self._feedback = feedback
        self._about = about

    def ask(
        self, question: str, within: str, state: ChatState, request: gr.Request, *page: str
    ) -> Iterator[Shown]:
        """The question in the box was sent."""
        state = self._current(state, page, request)
        yield from self._answered(question or "", within, state, request)

    def retry(
        self, within: str, state: ChatState, request: gr.Request, event: gr.RetryData, *page: str
    ) -> Iterator[Shown]:
        """An answer was retried."""
        state = self._current(state, page, request)
        yield from self._again(event.index, text_of(event.value), within, state, request)

    def edit(
        self, within: str, state: ChatState, request: gr.Request, event: gr.EditData, *page: str
    ) -> Iterator[Shown]:
        """A question was edited: the conversation continues from there."""
        state = self._current(state, page, request)
        yield from self._again(event.index, text_of(event.value), within, state, request)

    def stop(self, state: ChatState, request: gr.Request | None = None, *page: str) -> Shown:
        """A running answer was stopped."""
        state = self._current(state, page, request)
        return written(Frame(state.pending, state.stopped(), state.idle()))

    def open(self, key: str, request: gr.Request) -> Shown:
        """Another conversation was chosen, or a new one (`new-…`)."""
        state, owner = ChatState(), owner_of(request)
        if key and not key.startswith("new"):
            try:
                kept = self._conversations.load(owner, key)
                state = reopened(self._engine, key, kept, owner) if kept else state
                if kept is None:
                    warn(GONE)
            except BylineError as error:
                warn(str(error))
        return self._shown(Frame("", state.messages, state), owner)

    def load(self, request: gr.Request) -> Shown:
        """The page was opened; its address may name a conversation, as `?c=…`."""
        key = request.query_params.get("c", "")
        return self.open(key, request) if key else (gr.skip(),) * 6

    def chat(self, question: str, request: gr.Request) -> dict[str, Any]:
        """Answer one question, without a conversation, as `python -m bot ask --json` does."""
        if not isinstance(question, str):  # Gradio passes on whatever JSON was sent
            raise gr.Error("expected the question as text", print_exception=False)
        try:
            return self._engine.answer(question, scope=Scope(owner=owner_of(request))).to_json()
        except BylineError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def vote(self, state: ChatState, request: gr.Request, event: gr.LikeData, *page: str) -> Shown:
        """A thumb was pressed: store or delete the vote; for a thumb down, show the form."""
        number, owner = turn_at(event.index), owner_of(request)
        state, form = self._current(state, page, request), self.close_vote()
        if not self._may_vote(state, number):
            return gr.skip(), *form
        if event.liked not in (True, False):  # pressed again: take it back
            self._taken_back(state, number, owner)
        elif self._voted(state, number, request, up=event.liked):
            if event.liked:
                gr.Info(THANKS)
            else:
                form = (gr.update(visible=True), number, None, "")
        return gr.update(feedback_value=self._thumbs(state, owner)), *form

    def explain(
        self,
        state: ChatState,
        number: int,
        reason: str | None,
        note: str,
        request: gr.Request,
        *page: str,
    ) -> Shown:
        """The form was sent: add reason and note to the vote."""
        state = self._current(state, page, request)
        if not self._may_vote(state, number):
            return self.close_vote()
        if self._voted(state, number, request, up=False, reason=reason or "", note=note or ""):
            gr.Info(THANKS)
            return self.close_vote()
        return gr.skip(), number, reason, note

    def close_vote(self) -> Shown:
        """Hide and clear the form."""
        return gr.update(visible=False), -1, None, ""

    def _current(
        self, state: ChatState, page: Sequence[str], request: gr.Request | None
    ) -> ChatState:
        owner = owner_of(request) if request else ""
        return caught_up(self._conversations, self._engine, state, page, owner)

    def _may_vote(self, state: ChatState, turn: int) -> bool:
        """True for a stored answer; warn if the conversation is not stored."""
        if not 0 <= turn < len(state.conversation.turns):
            return False
        if not state.key:
            warn(NOT_KEPT)
        return bool(state.key)

    def _taken_back(self, state: ChatState, turn: int, owner: str) -> None:
        try:
            self._feedback.take_back(owner, state.key, turn)
        except BylineError as error:
            warn(str(error))

    def _thumbs(self, state: ChatState, owner: str) -> list[str | None]:
        """The vote on each answer, as Gradio's chat expects it."""
        turns = state.conversation.turns
        try:
            given = self._feedback.given(owner, state.key) if state.key else {}
        except BylineError:  # show the answers without votes
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
            warn(str(error))
            return False
        return True

    def _again(
        self, index: Any, question: str, within: str, state: ChatState, request: gr.Request
    ) -> Iterator[Shown]:
        before = state.before(turn_at(index))
        yield from self._answered(question_text(question), within, before, request)

    def _answered(
        self, question: str, within: str, state: ChatState, request: gr.Request
    ) -> Iterator[Shown]:
        owner = owner_of(request)
        try:
            scope = Scope(read_selection(within or ""), owner)
        except BylineError as error:
            warn(str(error))
            yield written(Frame(question, state.messages, state.idle()))
            return
        for frame in ask(self._engine, question, state, scope):
            if frame.state.pending:
                yield written(frame)
            else:
                yield self._shown(self._stored(frame, owner) if frame.answer else frame, owner)

    def _shown(self, frame: Frame, owner: str) -> Shown:
        """The frame with the votes; thumbs are offered if votes can be stored."""
        draft, _, state, *rest = written(frame)
        thumbs = self._thumbs(state, owner)
        offered = list(THUMBS) if state.key else []
        chat = gr.update(value=frame.shown, feedback_options=offered, feedback_value=thumbs)
        return draft, chat, state, *rest

    def _stored(self, frame: Frame, owner: str) -> Frame:
        """Store the answer; return the frame with the conversation's id."""
        try:
            return replace(frame, state=store(self._conversations, frame.state, owner))
        except BylineError as error:
            warn(f"The conversation is not stored: {error}")
            return frame
