"""The chat's events: what is answered is kept under its owner, and nothing is lost when keeping fails."""

import html
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from bot.answer import Answer
from bot.conversation import Conversation
from bot.page.chat.events import GONE, NOT_KEPT, ChatEvents
from bot.page.chat.session import STOPPED, ChatState
from bot.page.chat.storing import turn_of
from bot.page.people.conversations import ConversationStore
from bot.page.people.database import FILE_NAME, PeopleDatabase
from bot.page.people.votes import SELECTION, Vote, VoteStore
from eval.cases.votes import gather
from index.catalog.selection import EVERYTHING, Selection
from tests.bot.page.doubles import SmallEngine, request_of

ANNA, BERT = "v-anna", "v-bert"
WITHIN = '{"outlets": ["The Daily"], "since": "2015-09-01"}'


class Page:
    """What one person has before them: the box, the chat's messages, the state, the form under it."""

    def __init__(self, events: ChatEvents, owner: str = ANNA) -> None:
        self.events, self.request = events, request_of(owner)
        self.state, self.within, self.box, self.stop, self.turn = ChatState(), "", "", False, ""
        self.key = ""
        self.messages: list[dict[str, str]] = []
        self.thumbs: list[str | None] = []
        self.offered: list[str] = []
        self.form: tuple[Any, ...] = events.close_vote()

    def show(self, shown: tuple[Any, ...]) -> None:
        self.box, chat, self.state, stop, self.key, self.turn = shown
        assert self.key == self.state.key
        self.stop = stop["visible"]
        # A plain value would leave one more component, with all its messages, in Gradio's session.
        assert gr.utils.is_prop_update(chat)
        self.thumbs = chat.get("feedback_value", self.thumbs)
        self.offered = chat.get("feedback_options", self.offered)
        self.messages = chat["value"]

    def follow(self, steps: Iterator[tuple[Any, ...]]) -> None:
        for shown in steps:
            self.show(shown)

    def ask(self, question: str) -> None:
        self.follow(self.events.ask(question, self.within, self.state, self.request, *self.now))

    def retry(self, index: int, question: str) -> None:
        said = [{"type": "text", "text": question}]
        event = gr.RetryData(None, {"index": index, "value": said})
        self.follow(self.events.retry(self.within, self.state, self.request, event, *self.now))

    def edit(self, index: int, question: str) -> None:
        said = {"index": index, "previous_value": "", "value": question}
        event = gr.EditData(None, said)
        self.follow(self.events.edit(self.within, self.state, self.request, event, *self.now))

    def open(self, key: str) -> None:
        self.show(self.events.open(key, self.request))

    def press(self, index: int | list[int], liked: object) -> None:
        event = gr.LikeData(None, {"index": index, "value": "", "liked": liked})
        chat, *form = self.events.vote(self.state, self.request, event, *self.now)
        self.thumbs = chat.get("feedback_value", self.thumbs)
        self.form = tuple(form)

    def explain(self, reason: str | None, note: str | None) -> None:
        given = self.form[1], reason, note
        self.form = self.events.explain(self.state, *given, self.request, *self.now)

    @property
    def now(self) -> tuple[str, str]:
        """What the page sends with every event: the conversation, and its newest turn."""
        return self.key, self.turn

    @property
    def asks_why(self) -> bool:
        return bool(self.form[0].get("visible"))

    @property
    def questions(self) -> list[str]:
        return [turn.question for turn in self.state.conversation.turns]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleDatabase]:
    people = PeopleDatabase(tmp_path / "people")
    yield people
    people.close()


@pytest.fixture
def conversations(people: PeopleDatabase) -> ConversationStore:
    return ConversationStore(people)


@pytest.fixture
def feedback(people: PeopleDatabase) -> VoteStore:
    return VoteStore(people)


@pytest.fixture
def events(
    engine: SmallEngine, conversations: ConversationStore, feedback: VoteStore
) -> ChatEvents:
    return ChatEvents(engine, conversations, feedback, lambda: {"strictness": "balanced"})


@pytest.fixture
def page(events: ChatEvents) -> Page:
    return Page(events)


def kept(conversations: ConversationStore, page: Page, owner: str = ANNA) -> list[str]:
    """The questions of the page's conversation as they are kept."""
    conversation = conversations.load(owner, page.state.key)
    return [turn.question for turn in conversation.turns] if conversation else []


def answers(conversation: Conversation | None) -> list[Answer]:
    return [turn.answer for turn in conversation.turns] if conversation else []


def test_an_answer_is_kept_under_its_owner_alone(
    events: ChatEvents, conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    (entry,) = conversations.list(ANNA)
    assert (entry.id, entry.title) == (page.state.key, "Where?") and conversations.list(BERT) == ()
    assert answers(conversations.load(ANNA, entry.id)) == answers(page.state.conversation)
    assert (page.box, page.stop, page.turn) == ("", False, turn_of(page.state))
    assert page.turn.startswith(f"{entry.id} 1-")


def test_who_asks_is_told_to_the_engine(page: Page, engine: SmallEngine) -> None:
    page.ask("Where?")
    assert engine.scopes[-1].owner == ANNA
    assert page.events.chat("Where?", page.request)["answer"] == "at the United Nations"
    assert engine.scopes[-1].owner == ANNA


def test_follow_ups_go_into_the_same_conversation(
    conversations: ConversationStore, page: Page
) -> None:
    for question in ("Where?", "Who?", "Where then?"):
        page.ask(question)
    assert len(conversations.list(ANNA)) == 1 and kept(conversations, page) == page.questions
    assert page.questions == ["Where?", "Who?", "Where then?"] and len(page.messages) == 6


def test_two_people_at_one_desk_share_nothing(
    events: ChatEvents, conversations: ConversationStore, page: Page
) -> None:
    other = Page(events, BERT)
    page.ask("Where?")
    other.ask("Who?")
    page.ask("Where then?")
    assert (kept(conversations, page), kept(conversations, other, BERT)) == (
        ["Where?", "Where then?"],
        ["Who?"],
    )


def test_a_question_asked_again_takes_the_place_of_what_followed(
    conversations: ConversationStore, page: Page
) -> None:
    for question in ("Where?", "Who?", "Where then?"):
        page.ask(question)
    key = page.state.key
    page.retry(2, "Who?")
    assert (
        page.questions == kept(conversations, page) == ["Where?", "Who?"] and page.state.key == key
    )
    page.ask("Where now?")
    assert kept(conversations, page) == ["Where?", "Who?", "Where now?"]


def test_an_edited_question_goes_on_from_there(
    conversations: ConversationStore, page: Page
) -> None:
    for question in ("Where?", "Who?"):
        page.ask(question)
    page.edit(0, "Where exactly?")
    assert page.questions == kept(conversations, page) == ["Where exactly?"]
    assert len(page.messages) == 2 and len(conversations.list(ANNA)) == 1


def test_a_conversation_that_was_deleted_meanwhile_is_begun_anew_with_all_of_it(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    page.ask("Who?")
    gone = page.state.key
    conversations.delete(ANNA, gone)
    page.ask("Where then?")
    assert page.state.key != gone and kept(conversations, page) == ["Where?", "Who?", "Where then?"]
    conversations.delete(ANNA, page.state.key)
    page.edit(2, "Who then?")
    assert kept(conversations, page) == page.questions == ["Where?", "Who then?"]


def test_stop_gives_the_question_back(conversations: ConversationStore, page: Page) -> None:
    page.ask("Where?")
    other = Page(page.events, BERT)
    other.show(next(other.events.ask("Who?", "", other.state, other.request)))
    assert (other.turn, other.stop) == ("…", True)  # the first one of a conversation too
    before = page.turn
    page.show(next(page.events.ask("Who?", "", page.state, page.request)))
    assert (page.state.pending, page.stop, page.box) == ("Who?", True, "")
    assert page.turn == f"{before}…"
    page.show(page.events.stop(page.state))
    assert (page.state.pending, page.stop, page.box) == ("", False, "Who?")
    assert STOPPED in html.unescape(page.messages[-1]["content"])
    assert page.questions == kept(conversations, page) == ["Where?"]
    page.ask(page.box)
    assert kept(conversations, page) == ["Where?", "Who?"]


def test_what_follows_an_answer_that_broke_off_is_kept(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    page.show(next(page.events.ask("Who?", "", page.state, page.request, *page.now)))
    for question in ("When?", "Where then?"):
        page.ask(question)
        assert not page.stop and page.turn.startswith(page.key)
    assert kept(conversations, page) == page.questions == ["Where?", "When?", "Where then?"]
    page.show(next(page.events.ask("Who?", "", page.state, page.request, *page.now)))
    page.within = "{"
    with pytest.warns(UserWarning):
        page.ask("Why?")
    assert not page.stop and page.box == "Why?"


def test_a_retry_that_is_stopped_leaves_what_is_kept_until_the_next_answer(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    page.ask("Who?")
    event = gr.RetryData(None, {"index": 0, "value": "Where?"})
    page.show(next(page.events.retry("", page.state, page.request, event)))
    page.show(page.events.stop(page.state))
    assert page.questions == [] and kept(conversations, page) == ["Where?", "Who?"]
    page.ask("Who now?")
    assert kept(conversations, page) == ["Who now?"]


def test_a_page_goes_on_in_a_process_that_knows_nothing_of_it(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    page.ask("Who?")
    before, page.state = page.state, ChatState()
    page.ask("When?")
    assert page.questions == kept(conversations, page) == ["Where?", "Who?", "When?"]
    assert len(page.messages) == 6 and len(conversations.list(ANNA)) == 1
    page.state = before  # of the first process, which has missed a turn
    page.ask("Why?")
    assert kept(conversations, page) == page.questions == ["Where?", "Who?", "When?", "Why?"]
    page.state = ChatState()
    page.edit(2, "Who else?")
    assert kept(conversations, page) == page.questions == ["Where?", "Who else?"]
    page.state = ChatState()
    page.press(1, True)
    assert page.thumbs == ["Like", None]
    page.state = ChatState()
    page.show(page.events.stop(page.state, page.request, *page.now))
    assert page.questions == ["Where?", "Who else?"] and len(page.messages) == 4


def test_a_page_whose_process_ended_within_an_answer_goes_on_with_the_conversation(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    before = page.turn
    page.show(next(page.events.ask("Who?", "", page.state, page.request)))
    assert page.turn == f"{before}…"
    page.state = ChatState()
    page.ask("Who now?")
    assert kept(conversations, page) == page.questions == ["Where?", "Who now?"]


def test_a_page_goes_on_with_no_conversation_of_others(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    other = Page(page.events, BERT)
    other.key, other.turn = page.now
    other.ask("Who?")
    assert other.questions == ["Who?"] and other.state.key != page.state.key
    assert kept(conversations, page) == ["Where?"]


def test_a_failed_question_leaves_the_conversation_as_it_was(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    for question in ("", "break"):
        page.ask(question)
        assert page.box == question and kept(conversations, page) == page.questions == ["Where?"]
    assert page.offered == ["Like", "Dislike"]


def test_a_kept_conversation_is_opened_and_carried_on(
    conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    key, shown, turn = page.state.key, page.messages, page.turn
    page.open("new-0.1")
    assert page.messages == [] and page.state == ChatState() and page.offered == []
    page.open(key)
    assert page.messages == shown and page.turn == turn
    page.ask("Who?")
    assert page.state.key == key and kept(conversations, page) == ["Where?", "Who?"]


def test_the_address_of_a_conversation_opens_it_and_another_leaves_the_page_as_it_is(
    page: Page,
) -> None:
    page.ask("Where?")
    key, shown = page.state.key, page.messages
    again = Page(page.events)
    again.show(page.events.load(request_of(ANNA, f"c={key}")))
    assert again.state.key == key and again.messages == shown
    for query in ("", "c=", "other=x"):
        assert page.events.load(request_of(ANNA, query)) == (gr.skip(),) * 6
    with pytest.warns(UserWarning, match=GONE[:20]):
        again.show(page.events.load(request_of(BERT, f"c={key}")))
    assert again.state == ChatState()


@pytest.mark.parametrize("key", ["0" * 32, "../x", "\ud800", "NEW"])
def test_what_is_no_conversation_opens_an_empty_one_with_a_warning(page: Page, key: str) -> None:
    with pytest.warns(UserWarning, match=GONE[:20]):
        page.open(key)
    assert page.state == ChatState() and page.messages == []


def test_anothers_conversation_does_not_open(events: ChatEvents, page: Page) -> None:
    page.ask("Where?")
    other = Page(events, BERT)
    with pytest.warns(UserWarning, match=GONE[:20]):
        other.open(page.state.key)
    assert other.state == ChatState() and other.messages == []


def test_a_thumb_up_is_kept_at_once(
    page: Page, feedback: VoteStore, capsys: pytest.CaptureFixture[str]
) -> None:
    page.ask("Where?")
    page.press(1, True)
    (vote,) = feedback.all()
    assert (vote.owner, vote.conversation, vote.turn, vote.up) == (ANNA, page.state.key, 0, True)
    assert vote.is_of(page.state.conversation.turns[0].answer) and not page.asks_why
    assert vote.settings == {"strictness": "balanced"} and page.thumbs == ["Like"]
    assert "Thank you" in capsys.readouterr().out


def test_a_thumb_down_is_kept_with_its_reason_note_and_the_questions_before(
    page: Page, feedback: VoteStore
) -> None:
    page.ask("Where?")
    page.within = WITHIN
    page.ask("Where then?")
    page.press([3, 0], False)
    assert page.asks_why and [vote.reason for vote in feedback.all()] == [""]
    assert page.thumbs == [None, "Dislike"]
    page.explain("wrong answer", "answer: in Geneva\nfile: syria.txt")
    (vote,) = feedback.all()
    assert (vote.turn, vote.up, vote.reason, vote.before) == (1, False, "wrong answer", ("Where?",))
    assert vote.note.startswith("answer: in Geneva") and not page.asks_why
    assert vote.settings["strictness"] == "balanced"
    assert json.loads(vote.settings[SELECTION]) == json.loads(WITHIN)


def test_a_form_sent_empty_keeps_the_thumb_down(page: Page, feedback: VoteStore) -> None:
    page.ask("Where?")
    page.press(1, False)
    page.explain(None, None)
    assert [(vote.up, vote.reason, vote.note) for vote in feedback.all()] == [(False, "", "")]


def test_a_note_that_cannot_be_kept_stays_in_the_form(page: Page, feedback: VoteStore) -> None:
    page.ask("Where?")
    page.press(1, False)
    with pytest.warns(UserWarning, match="expected at most 2000"):
        page.explain("wrong answer", "x" * 2001)
    assert page.form[1:] == (0, "wrong answer", "x" * 2001)
    assert [vote.note for vote in feedback.all()] == [""]


def test_the_same_thumb_pressed_again_is_taken_back(page: Page, feedback: VoteStore) -> None:
    page.ask("Where?")
    for thumb in (True, False):
        page.press(1, thumb)
        assert len(feedback.all()) == 1
        page.press(1, "")
        assert feedback.all() == () and page.thumbs == [None] and not page.asks_why


def test_what_is_no_answer_takes_no_vote(page: Page, feedback: VoteStore) -> None:
    page.press(1, True)
    page.ask("Where?")
    for index in (3, 99, -2):
        page.press(index, False)
        assert not page.asks_why
    assert feedback.all() == ()


def test_a_narrowed_question_is_remembered_with_its_selection(
    page: Page, conversations: ConversationStore, feedback: VoteStore, engine: SmallEngine
) -> None:
    page.within = WITHIN
    page.ask("Where?")
    page.within = ""
    page.ask("Who?")
    narrow = engine.scopes[0].selection
    assert [scope.selection for scope in engine.scopes] == [narrow, EVERYTHING]
    assert narrow.publishers == {"The Daily"}
    page.open(page.state.key)  # as kept, not as remembered by the page
    assert [turn.within for turn in page.state.conversation.turns] == [narrow, EVERYTHING]
    page.press(1, True)
    page.press(3, True)
    first, second = feedback.all()
    assert SELECTION in first.settings and SELECTION not in second.settings
    drafts = gather([first], lambda _: True).drafts
    assert len(drafts) == 1 and "selection" in drafts[0].why


@pytest.mark.parametrize(
    "within", ["{", "[]", '"x"', "7", '{"colour": "red"}', '{"since": "<img src=x>"}', "x" * 60_000]
)
def test_a_selection_that_is_none_is_told_and_the_question_stays(
    page: Page, conversations: ConversationStore, engine: SmallEngine, within: str
) -> None:
    page.within = within
    with pytest.warns(UserWarning) as told:
        page.ask("Where?")
    assert "<" not in str(told[0].message) and "\n" not in str(told[0].message)
    assert page.box == "Where?" and engine.heard == [] and conversations.list(ANNA) == ()


def test_thumbs_are_shown_again_on_the_answers_they_were_given_on(page: Page) -> None:
    for question in ("Where?", "Who?", "Where then?"):
        page.ask(question)
    page.press(1, True)
    page.press(3, False)
    page.open("new-1")
    assert page.thumbs == []
    page.open(page.events._conversations.list(ANNA)[0].id)
    assert page.thumbs == ["Like", "Dislike", None]
    page.edit(2, "Where else?")
    assert page.thumbs == ["Like", None]  # that was of another answer


def break_with_a_file(folder: Path) -> None:
    folder.write_text("in the way")


def break_with_damage(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(b"no database, " * 200)


@pytest.mark.parametrize("spoil", [break_with_a_file, break_with_damage])
def test_a_store_that_fails_leaves_the_question_answered_with_a_warning(
    page: Page,
    people: PeopleDatabase,
    conversations: ConversationStore,
    spoil: Callable[[Path], None],
) -> None:
    folder = people.file.parent
    spoil(folder)
    for question in ("Where?", "Who?"):
        with pytest.warns(UserWarning, match="The conversation is not stored"):
            page.ask(question)
    assert page.questions == ["Where?", "Who?"] and len(page.messages) == 4
    assert page.state.key == "" and page.offered == [] and page.box == ""
    with pytest.warns(UserWarning, match=NOT_KEPT[:20]):
        page.press(1, False)
    assert not page.asks_why
    folder.rename(folder.with_name("set aside"))
    page.ask("Where then?")
    assert kept(conversations, page) == ["Where?", "Who?", "Where then?"] and page.offered
    page.retry(2, "Who?")
    assert kept(conversations, page) == ["Where?", "Who?"]


@pytest.fixture
def nobody() -> Iterator[None]:
    """To root nothing is read-only, so that for a test it is somebody else."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65_534)
    yield
    os.seteuid(was)


def test_a_folder_that_cannot_be_written_leaves_the_question_answered(
    page: Page, people: PeopleDatabase, tmp_path: Path, nobody: None
) -> None:
    if os.geteuid() != 65_534:
        tmp_path.chmod(0o500)
    with pytest.warns(UserWarning, match="make its folder writable"):
        page.ask("Where?")
    assert page.questions == ["Where?"]
    if os.geteuid() != 65_534:
        tmp_path.chmod(0o700)


def test_what_was_not_kept_in_between_is_kept_with_the_next_answer(
    page: Page, conversations: ConversationStore, people: PeopleDatabase
) -> None:
    page.ask("Where?")
    key = page.state.key
    away = people.file.with_name("away")
    people.close()
    people.file.rename(away)
    people.file.write_bytes(b"no database, " * 200)
    with pytest.warns(UserWarning, match="is not stored"):
        page.ask("Who?")
    with pytest.warns(UserWarning, match="damaged"):
        page.press(1, True)
    away.replace(people.file)
    page.ask("Where then?")
    assert page.state.key == key and kept(conversations, page) == ["Where?", "Who?", "Where then?"]


def test_another_tabs_answer_is_not_cut_by_ones_own(
    events: ChatEvents, conversations: ConversationStore, page: Page
) -> None:
    page.ask("Where?")
    other = Page(events)
    other.open(page.state.key)
    other.ask("Who?")
    page.ask("Where then?")
    assert kept(conversations, page) == ["Where?", "Who?", "Where then?"]


def test_what_the_note_states_is_what_evaluation_reads(page: Page, feedback: VoteStore) -> None:
    page.ask("Where?")
    page.press(1, False)
    page.explain("wrong answer", "answer: the right words\nfile: harbour.txt")
    (vote,) = feedback.all()
    (case,) = gather([vote], lambda file: file == "harbour.txt").cases
    assert (case.answers, case.files) == (("the right words",), ("harbour.txt",))


def test_a_vote_holds_all_that_asking_again_takes(page: Page, feedback: VoteStore) -> None:
    page.within = '{"words": "syria"}'
    page.ask("Where?")
    page.press(1, True)
    vote = feedback.given(ANNA, page.state.key)[0]
    assert isinstance(vote, Vote) and vote.answer == page.state.conversation.turns[0].answer
    assert page.state.conversation.turns[0].within == Selection(words="syria")
