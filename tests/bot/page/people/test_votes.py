from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from bot.answer import Answer
from bot.page.people.database import PeopleDatabase
from bot.page.people.votes import LONGEST_NOTE, REASONS, Vote, VoteStore
from index.errors import ConversationError, FeedbackError
from tests.bot.page.answers import ANSWER, ANSWERS, REFUSAL, TEXTS, answered

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)


@pytest.fixture
def people(tmp_path: Path) -> PeopleDatabase:
    return PeopleDatabase(tmp_path)


@pytest.fixture
def feedback(people: PeopleDatabase) -> VoteStore:
    """A store with a clock that stands."""
    return VoteStore(people, lambda: NOW)


def test_a_vote_keeps_all_that_is_needed_to_ask_again(feedback: VoteStore) -> None:
    settings = {"strictness": "balanced", "reader": "ab12"}
    given = {"reason": "wrong source", "note": "It is in “bakery.txt”.", "before": ("Who?", "Why?")}
    feedback.vote("anna", "c", 2, ANSWER, up=False, settings=settings, **given)
    (vote,) = feedback.all()
    assert vote == Vote("anna", "c", 2, False, ANSWER, NOW, **given, settings=settings)


@given(ANSWERS, TEXTS)
def test_any_answer_and_note_can_be_kept(tmp_path_factory, answer: Answer, note: str) -> None:
    feedback = VoteStore(PeopleDatabase(tmp_path_factory.getbasetemp() / "votes"))
    feedback.vote("anna", note, 0, answer, up=False, note=note, before=(note,))
    vote = feedback.given("anna", note)[0]
    assert (vote.answer, vote.before) == (answer, (note,))
    assert vote.note == note.encode("utf-8", "replace").decode()
    assert feedback.take_back("anna", note, 0)


def test_a_later_vote_takes_the_place_of_the_earlier_one(feedback: VoteStore) -> None:
    feedback.vote("anna", "c", 0, ANSWER, up=False, reason="wrong answer", note="no")
    feedback.vote("anna", "c", 0, ANSWER, up=True)
    feedback.vote("anna", "c", 1, REFUSAL, up=True)
    feedback.vote("bert", "c", 0, ANSWER, up=False)
    assert [(v.owner, v.turn, v.up, v.reason, v.note) for v in feedback.all()] == [
        ("anna", 0, True, "", ""),
        ("anna", 1, True, "", ""),
        ("bert", 0, False, "", ""),
    ]


def test_a_vote_taken_back_is_gone_and_anothers_stays(feedback: VoteStore) -> None:
    feedback.vote("anna", "c", 0, ANSWER, up=True)
    assert not feedback.take_back("bert", "c", 0)
    assert not feedback.take_back("anna", "c", 1)
    assert feedback.given("bert", "c") == {}
    assert feedback.take_back("anna", "c", 0)
    assert not feedback.take_back("anna", "c", 0)
    assert feedback.all() == ()


def test_a_vote_is_of_the_answer_it_was_given_on(feedback: VoteStore) -> None:
    feedback.vote("anna", "c", 0, ANSWER, up=True)
    vote = feedback.given("anna", "c")[0]
    assert vote.is_of(ANSWER)
    assert not vote.is_of(answered("Who cut the ribbon?", "Bert"))  # asked again
    assert not vote.is_of(answered("Who opened it?"))  # edited


@pytest.mark.parametrize("up, reason", [(False, "ugly"), (True, "wrong answer"), (False, "\ud800")])
def test_a_reason_that_there_is_none_of_is_refused(
    feedback: VoteStore, up: bool, reason: str
) -> None:
    with pytest.raises(FeedbackError, match="expected"):
        feedback.vote("anna", "c", 0, ANSWER, up=up, reason=reason)
    assert feedback.all() == ()


@pytest.mark.parametrize("reason", ["", *REASONS])
def test_every_reason_and_none_may_be_given(feedback: VoteStore, reason: str) -> None:
    feedback.vote("anna", "c", 0, ANSWER, up=False, reason=reason, note="x" * LONGEST_NOTE)
    assert feedback.all()[0].reason == reason


def test_too_long_a_note_is_refused(feedback: VoteStore) -> None:
    with pytest.raises(FeedbackError, match="expected at most 2000"):
        feedback.vote("anna", "c", 0, ANSWER, up=True, note="x" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize("column, value", [("record", "{"), ("settings", "{"), ("at", "noon")])
def test_a_damaged_vote_is_told(
    feedback: VoteStore, people: PeopleDatabase, column: str, value: str
) -> None:
    feedback.vote("anna", "c", 0, ANSWER, up=True)
    with people.writing() as db:
        db.execute(f"UPDATE feedback SET {column} = ?", (value,))
    with pytest.raises(ConversationError):
        feedback.all()
