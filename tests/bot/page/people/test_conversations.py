import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Conversation
from bot.page.people import conversations as module
from bot.page.people.conversations import LONGEST_TITLE, SHORT_TITLE, ConversationStore, folded
from bot.page.people.database import PeopleDatabase
from bot.page.people.votes import VoteStore
from index.catalog.selection import EVERYTHING, Selection
from index.errors import ConversationError
from tests.bot.page.answers import ANSWER, REFUSAL, TEXTS, answered

NOBODYS = "0" * 32


@pytest.fixture
def people(tmp_path: Path) -> PeopleDatabase:
    return PeopleDatabase(tmp_path)


@pytest.fixture
def conversations(people: PeopleDatabase) -> ConversationStore:
    """A store whose clock goes on by a minute at each look."""
    minutes = itertools.count()
    start = datetime(2025, 11, 3, tzinfo=UTC)
    return ConversationStore(people, lambda: start + timedelta(minutes=next(minutes)))


def begun(conversations: ConversationStore, owner: str, *questions: str) -> str:
    id = conversations.new(owner)
    for question in questions:
        assert conversations.append(owner, id, answered(question))
    return id


def titles(conversations: ConversationStore, owner: str, words: str = "") -> list[str]:
    return [entry.title for entry in conversations.list(owner, words)]


def test_a_conversation_comes_back_turn_for_turn(conversations: ConversationStore) -> None:
    id = conversations.new("anna")
    asked = [ANSWER, REFUSAL, replace(ANSWER, timings_ms={"read": 1.5})]
    for answer in asked:
        conversations.append("anna", id, answer)
    loaded = conversations.load("anna", id)
    assert loaded == Conversation().with_turn(asked[0]).with_turn(asked[1]).with_turn(asked[2])
    assert loaded.turns[2].answer.timings_ms == {"read": 1.5}


def test_what_was_asked_within_comes_back_with_its_turn(conversations: ConversationStore) -> None:
    id = conversations.new("anna")
    narrow = Selection(
        frozenset(("\ud800", "é" * 500)), since=date(2015, 9, 1), ids=frozenset(("ab" * 8,))
    )
    conversations.append("anna", id, ANSWER, narrow)
    conversations.append("anna", id, REFUSAL)
    loaded = conversations.load("anna", id)
    assert loaded is not None
    assert [turn.within for turn in loaded.turns] == [narrow, EVERYTHING]


@pytest.mark.parametrize("within", ["{", "[]", '{"colour": "red"}', '{"since": 5}'])
def test_a_damaged_selection_is_told(
    conversations: ConversationStore, people: PeopleDatabase, within: str
) -> None:
    id = conversations.new("anna")
    conversations.append("anna", id, ANSWER)
    with people.writing() as db:
        db.execute("UPDATE turns SET within = ?", (within,))
    with pytest.raises(ConversationError, match="selection cannot be read"):
        conversations.load("anna", id)


def test_a_conversation_kept_before_selections_were_is_opened_and_carried_on(
    tmp_path: Path,
) -> None:
    people = PeopleDatabase(tmp_path)  # a file
    conversations = ConversationStore(people)
    id = conversations.new("anna")
    conversations.append("anna", id, ANSWER)
    with people.writing() as db:
        db.execute("ALTER TABLE turns DROP COLUMN within")
        db.execute("PRAGMA user_version = 1")
    people.close()
    assert conversations.append("anna", id, REFUSAL)
    loaded = conversations.load("anna", id)
    assert loaded == Conversation().with_turn(ANSWER).with_turn(REFUSAL)


def test_the_one_carried_on_last_stands_first(conversations: ConversationStore) -> None:
    first, second = begun(conversations, "anna", "One?"), begun(conversations, "anna", "Two?")
    assert [entry.id for entry in conversations.list("anna")] == [second, first]
    conversations.append("anna", first, ANSWER)
    assert [(e.id, e.turns) for e in conversations.list("anna")] == [(first, 2), (second, 1)]


def test_the_first_question_is_the_title_until_a_person_gives_one(
    conversations: ConversationStore,
) -> None:
    id = begun(conversations, "anna", "Who cut the ribbon?", "Why?")
    assert titles(conversations, "anna") == ["Who cut the ribbon?"]
    conversations.cut("anna", id, 0)
    conversations.append(
        "anna", id, answered("Who opened the bridge?")
    )  # the first question, edited
    assert titles(conversations, "anna") == ["Who opened the bridge?"]
    assert conversations.rename("anna", id, "  The \n bridge ")
    conversations.cut("anna", id, 0)
    conversations.append("anna", id, answered("Who was there?"))
    assert titles(conversations, "anna") == ["The bridge"]


def test_a_long_question_is_cut_between_words(conversations: ConversationStore) -> None:
    begun(
        conversations, "anna", "What did the mayor say to the crowd of thousands before she cut it?"
    )
    (title,) = titles(conversations, "anna")
    assert title == "What did the mayor say to the crowd of thousands before…"
    assert len(title) <= SHORT_TITLE


@given(TEXTS)
def test_any_question_and_answer_can_be_kept_and_found(tmp_path_factory, text: str) -> None:
    conversations = ConversationStore(PeopleDatabase(tmp_path_factory.getbasetemp() / "any"))
    id = conversations.new("anna", text)
    answer = replace(ANSWER, question=text, text=text)
    conversations.append("anna", id, answer)
    loaded, entry = conversations.load("anna", id), conversations.find("anna", id)
    assert loaded is not None and loaded.turns[0].answer == answer
    assert entry is not None and 1 <= len(entry.title) <= SHORT_TITLE
    assert id in {found.id for found in conversations.list("anna", text)}
    conversations.delete("anna", id)


def test_search_looks_into_titles_questions_and_answers_without_case(
    conversations: ConversationStore,
) -> None:
    begun(conversations, "anna", "Who cut the ribbon?", "Where is Straße 5?")
    renamed = begun(conversations, "anna", "Who?")
    conversations.rename("anna", renamed, "Élysée")
    assert titles(conversations, "anna", "RIBBON") == ["Who cut the ribbon?"]
    assert titles(conversations, "anna", "strasse   5") == ["Who cut the ribbon?"]
    assert titles(conversations, "anna", "élysée") == ["Élysée"]
    assert len(titles(conversations, "anna", "ada pell cut it")) == 2  # an answer's words
    assert titles(conversations, "anna", "nowhere") == []
    assert len(titles(conversations, "anna", "  ")) == 2


@pytest.mark.parametrize("words", ["100 %", "a_b", "it's", '"', "\\", "[x]", "* OR 1=1 --"])
def test_words_are_looked_for_as_they_stand(conversations: ConversationStore, words: str) -> None:
    begun(conversations, "anna", "100 of 200, aXb, its, x?")
    begun(conversations, "anna", f"Is {words} there?")
    assert titles(conversations, "anna", words) == [f"Is {words} there?"]


@given(TEXTS)
def test_what_is_compared_is_the_same_when_compared_again(text: str) -> None:
    assert folded(folded(text)) == folded(text)


USES: dict[str, Callable[[ConversationStore, str, str], object]] = {
    "find": lambda conversations, owner, id: conversations.find(owner, id),
    "load": lambda conversations, owner, id: conversations.load(owner, id),
    "append": lambda conversations, owner, id: conversations.append(owner, id, ANSWER),
    "cut": lambda conversations, owner, id: conversations.cut(owner, id, 0),
    "rename": lambda conversations, owner, id: conversations.rename(owner, id, "Mine now"),
    "delete": lambda conversations, owner, id: conversations.delete(owner, id),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("other", ["", "x", "' OR 1=1 --", "\ud800", NOBODYS])
def test_anothers_conversation_is_as_one_that_does_not_exist(
    conversations: ConversationStore,
    use: Callable[[ConversationStore, str, str], object],
    other: str,
) -> None:
    id = begun(conversations, "anna", "Who cut the ribbon?")
    before = conversations.load("anna", id), conversations.list("anna")
    assert use(conversations, "bert", id) == use(conversations, "bert", other)
    assert not use(conversations, "bert", id)
    assert (conversations.load("anna", id), conversations.list("anna")) == before
    assert conversations.list("bert") == conversations.list("bert", "ribbon") == ()


def test_cutting_keeps_the_first_turns_and_the_next_follows_them(
    conversations: ConversationStore,
) -> None:
    id = begun(conversations, "anna", "One?", "Two?", "Three?")
    assert conversations.cut("anna", id, 1)
    conversations.append("anna", id, answered("Other?"))
    loaded = conversations.load("anna", id)
    assert loaded is not None
    assert [turn.question for turn in loaded.turns] == ["One?", "Other?"]
    assert conversations.list("anna", "three") == ()


def test_deleting_takes_the_turns_and_the_votes_along(
    conversations: ConversationStore, people: PeopleDatabase
) -> None:
    feedback = VoteStore(people)
    id, other = begun(conversations, "anna", "One?"), begun(conversations, "anna", "Two?")
    for conversation in (id, other):
        feedback.vote("anna", conversation, 0, ANSWER, up=True)
    assert conversations.delete("anna", id)
    assert not conversations.delete("anna", id)
    assert titles(conversations, "anna") == ["Two?"]
    assert conversations.list("anna", "one?") == ()
    assert [vote.conversation for vote in feedback.all()] == [other]


@pytest.mark.parametrize("title", ["", " \n ", "\x00", "x" * (LONGEST_TITLE + 1)])
def test_a_title_that_is_empty_or_too_long_is_refused(
    conversations: ConversationStore, title: str
) -> None:
    id = begun(conversations, "anna", "One?")
    with pytest.raises(ConversationError, match=f"expected 1 to {LONGEST_TITLE}"):
        conversations.rename("anna", id, title)
    assert titles(conversations, "anna") == ["One?"]


def test_more_conversations_or_turns_than_may_be_are_refused_with_the_remedy(
    conversations: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(module, "MOST_TURNS", 2)
    id = begun(conversations, "anna", "One?", "Two?")
    with pytest.raises(ConversationError, match="start a new one"):
        conversations.append("anna", id, ANSWER)
    begun(conversations, "anna")
    with pytest.raises(ConversationError, match="delete some"):
        conversations.new("anna")
    begun(conversations, "bert")  # others have their own
    conversations.delete("anna", id)
    begun(conversations, "anna")


def test_ids_are_long_and_random(conversations: ConversationStore) -> None:
    ids = {conversations.new("anna") for _ in range(20)}
    assert len(ids) == 20
    assert {len(id) for id in ids} == {32}


def test_a_damaged_turn_is_told(conversations: ConversationStore, people: PeopleDatabase) -> None:
    id = begun(conversations, "anna", "One?")
    for record in ("{", '{"question": 5}', "[" * 100_000):
        with people.writing() as db:
            db.execute("UPDATE turns SET record = ?", (record,))
        with pytest.raises(ConversationError, match="a stored answer"):
            conversations.load("anna", id)
    assert titles(conversations, "anna") == ["One?"]


@given(st.text(max_size=40))
def test_a_title_can_be_given_again_as_it_is(tmp_path_factory, title: str) -> None:
    conversations = ConversationStore(PeopleDatabase(tmp_path_factory.getbasetemp() / "titles"))
    id = conversations.new("anna", title)
    entry = conversations.find("anna", id)
    assert entry is not None
    conversations.rename("anna", id, entry.title)
    again = conversations.find("anna", id)
    assert again is not None and again.title == entry.title
    conversations.delete("anna", id)
