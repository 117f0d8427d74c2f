import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import talks as module
from bot.conversation import Conversation
from bot.page.people.conversations import LONGEST_TITLE, SHORT_TITLE, Talks, folded
from bot.page.people.database import People
from bot.page.people.votes import Feedback
from index.catalog.selection import EVERYTHING, Selection
from index.errors import ConversationError
from tests.bot.kept import ANSWER, REFUSAL, TEXTS, answered

NOBODYS = "0" * 32


@pytest.fixture
def talks(tmp_path: Path) -> Talks:
    """A store whose clock goes on by a minute at each look."""
    minutes = itertools.count()
    start = datetime(2025, 11, 3, tzinfo=UTC)
    return Talks(People(tmp_path), lambda: start + timedelta(minutes=next(minutes)))


def begun(talks: Talks, owner: str, *questions: str) -> str:
    id = talks.new(owner)
    for question in questions:
        assert talks.append(owner, id, answered(question))
    return id


def titles(talks: Talks, owner: str, words: str = "") -> list[str]:
    return [entry.title for entry in talks.list(owner, words)]


def test_a_conversation_comes_back_turn_for_turn(talks: Talks) -> None:
    id = talks.new("anna")
    asked = [ANSWER, REFUSAL, replace(ANSWER, timings_ms={"read": 1.5})]
    for answer in asked:
        talks.append("anna", id, answer)
    loaded = talks.load("anna", id)
    assert loaded == Conversation().with_turn(asked[0]).with_turn(asked[1]).with_turn(asked[2])
    assert loaded.turns[2].answer.timings_ms == {"read": 1.5}


def test_what_was_asked_within_comes_back_with_its_turn(talks: Talks) -> None:
    id = talks.new("anna")
    narrow = Selection(
        frozenset(("\ud800", "é" * 500)), since=date(2015, 9, 1), ids=frozenset(("ab" * 8,))
    )
    talks.append("anna", id, ANSWER, narrow)
    talks.append("anna", id, REFUSAL)
    loaded = talks.load("anna", id)
    assert loaded is not None
    assert [turn.within for turn in loaded.turns] == [narrow, EVERYTHING]


@pytest.mark.parametrize("within", ["{", "[]", '{"colour": "red"}', '{"since": 5}'])
def test_a_damaged_selection_is_told(talks: Talks, tmp_path: Path, within: str) -> None:
    id = talks.new("anna")
    talks.append("anna", id, ANSWER)
    with People(tmp_path).writing() as db:
        db.execute("UPDATE turns SET within = ?", (within,))
    with pytest.raises(ConversationError, match="selection cannot be read"):
        talks.load("anna", id)


def test_a_conversation_kept_before_selections_were_is_opened_and_carried_on(
    tmp_path: Path,
) -> None:
    people = People(tmp_path)
    talks = Talks(people)
    id = talks.new("anna")
    talks.append("anna", id, ANSWER)
    with people.writing() as db:
        db.execute("ALTER TABLE turns DROP COLUMN within")
        db.execute("PRAGMA user_version = 1")
    people.close()
    assert talks.append("anna", id, REFUSAL)
    loaded = talks.load("anna", id)
    assert loaded == Conversation().with_turn(ANSWER).with_turn(REFUSAL)


def test_the_one_carried_on_last_stands_first(talks: Talks) -> None:
    first, second = begun(talks, "anna", "One?"), begun(talks, "anna", "Two?")
    assert [entry.id for entry in talks.list("anna")] == [second, first]
    talks.append("anna", first, ANSWER)
    assert [(e.id, e.turns) for e in talks.list("anna")] == [(first, 2), (second, 1)]


def test_the_first_question_is_the_title_until_a_person_gives_one(talks: Talks) -> None:
    id = begun(talks, "anna", "Who cut the ribbon?", "Why?")
    assert titles(talks, "anna") == ["Who cut the ribbon?"]
    talks.cut("anna", id, 0)
    talks.append("anna", id, answered("Who opened the bridge?"))  # the first question, edited
    assert titles(talks, "anna") == ["Who opened the bridge?"]
    assert talks.rename("anna", id, "  The \n bridge ")
    talks.cut("anna", id, 0)
    talks.append("anna", id, answered("Who was there?"))
    assert titles(talks, "anna") == ["The bridge"]


def test_a_long_question_is_cut_between_words(talks: Talks) -> None:
    begun(talks, "anna", "What did the mayor say to the crowd of thousands before she cut it?")
    (title,) = titles(talks, "anna")
    assert title == "What did the mayor say to the crowd of thousands before…"
    assert len(title) <= SHORT_TITLE


@given(TEXTS)
def test_any_question_and_answer_can_be_kept_and_found(tmp_path_factory, text: str) -> None:
    talks = Talks(People(tmp_path_factory.getbasetemp() / "any"))
    id = talks.new("anna", text)
    answer = replace(ANSWER, question=text, text=text)
    talks.append("anna", id, answer)
    loaded, entry = talks.load("anna", id), talks.find("anna", id)
    assert loaded is not None and loaded.turns[0].answer == answer
    assert entry is not None and 1 <= len(entry.title) <= SHORT_TITLE
    assert id in {found.id for found in talks.list("anna", text)}
    talks.delete("anna", id)


def test_search_looks_into_titles_questions_and_answers_without_case(talks: Talks) -> None:
    begun(talks, "anna", "Who cut the ribbon?", "Where is Straße 5?")
    renamed = begun(talks, "anna", "Who?")
    talks.rename("anna", renamed, "Élysée")
    assert titles(talks, "anna", "RIBBON") == ["Who cut the ribbon?"]
    assert titles(talks, "anna", "strasse   5") == ["Who cut the ribbon?"]
    assert titles(talks, "anna", "élysée") == ["Élysée"]
    assert len(titles(talks, "anna", "ada pell cut it")) == 2  # an answer's words
    assert titles(talks, "anna", "nowhere") == []
    assert len(titles(talks, "anna", "  ")) == 2


@pytest.mark.parametrize("words", ["100 %", "a_b", "it's", '"', "\\", "[x]", "* OR 1=1 --"])
def test_words_are_looked_for_as_they_stand(talks: Talks, words: str) -> None:
    begun(talks, "anna", "100 of 200, aXb, its, x?")
    begun(talks, "anna", f"Is {words} there?")
    assert titles(talks, "anna", words) == [f"Is {words} there?"]


@given(TEXTS)
def test_what_is_compared_is_the_same_when_compared_again(text: str) -> None:
    assert folded(folded(text)) == folded(text)


USES: dict[str, Callable[[Talks, str, str], object]] = {
    "find": lambda talks, owner, id: talks.find(owner, id),
    "load": lambda talks, owner, id: talks.load(owner, id),
    "append": lambda talks, owner, id: talks.append(owner, id, ANSWER),
    "cut": lambda talks, owner, id: talks.cut(owner, id, 0),
    "rename": lambda talks, owner, id: talks.rename(owner, id, "Mine now"),
    "delete": lambda talks, owner, id: talks.delete(owner, id),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("other", ["", "x", "' OR 1=1 --", "\ud800", NOBODYS])
def test_anothers_conversation_is_as_one_that_does_not_exist(
    talks: Talks, use: Callable[[Talks, str, str], object], other: str
) -> None:
    id = begun(talks, "anna", "Who cut the ribbon?")
    before = talks.load("anna", id), talks.list("anna")
    assert use(talks, "bert", id) == use(talks, "bert", other)
    assert not use(talks, "bert", id)
    assert (talks.load("anna", id), talks.list("anna")) == before
    assert talks.list("bert") == talks.list("bert", "ribbon") == ()


def test_cutting_keeps_the_first_turns_and_the_next_follows_them(talks: Talks) -> None:
    id = begun(talks, "anna", "One?", "Two?", "Three?")
    assert talks.cut("anna", id, 1)
    talks.append("anna", id, answered("Other?"))
    loaded = talks.load("anna", id)
    assert loaded is not None
    assert [turn.question for turn in loaded.turns] == ["One?", "Other?"]
    assert talks.list("anna", "three") == ()


def test_deleting_takes_the_turns_and_the_votes_along(talks: Talks, tmp_path: Path) -> None:
    feedback = Feedback(People(tmp_path))
    id, other = begun(talks, "anna", "One?"), begun(talks, "anna", "Two?")
    for conversation in (id, other):
        feedback.vote("anna", conversation, 0, ANSWER, up=True)
    assert talks.delete("anna", id)
    assert not talks.delete("anna", id)
    assert titles(talks, "anna") == ["Two?"]
    assert talks.list("anna", "one?") == ()
    assert [vote.conversation for vote in feedback.all()] == [other]


@pytest.mark.parametrize("title", ["", " \n ", "\x00", "x" * (LONGEST_TITLE + 1)])
def test_a_title_that_is_empty_or_too_long_is_refused(talks: Talks, title: str) -> None:
    id = begun(talks, "anna", "One?")
    with pytest.raises(ConversationError, match=f"expected 1 to {LONGEST_TITLE}"):
        talks.rename("anna", id, title)
    assert titles(talks, "anna") == ["One?"]


def test_more_conversations_or_turns_than_may_be_are_refused_with_the_remedy(
    talks: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(module, "MOST_TURNS", 2)
    id = begun(talks, "anna", "One?", "Two?")
    with pytest.raises(ConversationError, match="begin a new one"):
        talks.append("anna", id, ANSWER)
    begun(talks, "anna")
    with pytest.raises(ConversationError, match="delete some"):
        talks.new("anna")
    begun(talks, "bert")  # others have their own
    talks.delete("anna", id)
    begun(talks, "anna")


def test_ids_are_long_and_random(talks: Talks) -> None:
    ids = {talks.new("anna") for _ in range(20)}
    assert len(ids) == 20
    assert {len(id) for id in ids} == {32}


def test_a_damaged_turn_is_told(talks: Talks, tmp_path: Path) -> None:
    id = begun(talks, "anna", "One?")
    for record in ("{", '{"question": 5}', "[" * 100_000):
        with People(tmp_path).writing() as db:
            db.execute("UPDATE turns SET record = ?", (record,))
        with pytest.raises(ConversationError, match="a kept answer"):
            talks.load("anna", id)
    assert titles(talks, "anna") == ["One?"]


@given(st.text(max_size=40))
def test_a_title_can_be_given_again_as_it_is(tmp_path_factory, title: str) -> None:
    talks = Talks(People(tmp_path_factory.getbasetemp() / "titles"))
    id = talks.new("anna", title)
    entry = talks.find("anna", id)
    assert entry is not None
    talks.rename("anna", id, entry.title)
    again = talks.find("anna", id)
    assert again is not None and again.title == entry.title
    talks.delete("anna", id)
