"""Yes-or-no questions made of answered ones: their form, and half of them with a wrong answer."""

import random

import pytest

from tests.training.material import FERRY, answered
from training.data.verdicts import made_verdicts, yes_no_question

TEXT = (
    "Tom Carper was born in Leith in 1947. Ann Reid won the race to Oban on Friday, and 12 people were hurt. "
    "Carl Boyd lost it by 40 seconds. He is 61 and lives in Perth."
)


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Where was Tom Carper born?", "Leith", "Was Tom Carper born in Leith?"),
        ("When was Tom Carper born?", "1947", "Was Tom Carper born in 1947?"),
        ("When was the race to Oban?", "Friday", "Was the race to Oban on Friday?"),
        ("Who won the race to Oban?", "Ann Reid", "Was it Ann Reid who won the race to Oban?"),
        ("How many people were hurt?", "12", "Were 12 people hurt?"),
        ("How many people were hurt?", "12 people", "Were 12 people hurt?"),
        ("How old is Carl Boyd?", "61", "Is Carl Boyd 61?"),
        ("Which race did Ann Reid win?", "the race to Oban", "Did Ann Reid win the race to Oban?"),
        ("What was won on Friday?", "the race", "Was the race won on Friday?"),
        ("What is the name of the winner?", "Ann Reid", "Is the name of the winner Ann Reid?"),
        ("Who is the winner?", "Ann Reid", "Is Ann Reid the winner?"),
    ],
)
def test_a_question_takes_its_answer_in(question, answer, expected):
    assert yes_no_question(answered(question, TEXT, answer), answer) == expected


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why was the race run?", "Friday"),
        ("What did Boyd say?", "Leith"),
        ("Name the winner.", "Ann Reid"),
        ("Who won the race to Oban?", "Ann Reid won the race to Oban on Friday, and 12"),
    ],
)
def test_a_question_without_such_a_form_is_left(question, answer):
    assert yes_no_question(answered(question, TEXT, answer), answer) == ""


def test_yes_and_no_are_about_as_frequent_and_no_names_another_thing_of_the_passage():
    pairs = [
        answered("Where was Tom Carper born?", TEXT, "Leith"),
        answered("Where does Boyd live?", TEXT, "Perth"),
        answered("Who won the race to Oban?", TEXT, "Ann Reid"),
    ] * 100
    made = made_verdicts(pairs, random.Random(1))
    denied = {pair.question for pair in made if pair.verdict == "no"}
    assert "Was Tom Carper born in Perth?" in denied
    assert "Was Tom Carper born in Leith?" not in denied
    affirmed = [pair for pair in made if pair.verdict == "yes"]
    assert len(affirmed) == sum(pair.verdict == "no" for pair in made)
    assert all(pair.passage[pair.start : pair.end] in pair.question for pair in affirmed)


def test_a_passage_without_another_answer_of_the_kind_gives_no_wrong_one():
    assert made_verdicts([answered("When did it sink?", FERRY, "1931")], random.Random(0)) == []
