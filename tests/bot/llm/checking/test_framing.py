"""The frame around what a model says, talk of its task, and answers that say nothing new."""

import pytest

from bot.english.question import Question
from bot.llm.checking.checker import OF_THE_TASK, REPEATS, Checker
from bot.llm.checking.framing import answering, is_of_the_task, repeats, unframed
from tests.bot.llm.checking.test_checker import candidate_of

CLOSED = "The bridge of Ostwick was closed on Monday. Ada Pell, the mayor, said it is not safe."


@pytest.mark.parametrize(
    ("sentence", "bare"),
    [
        ("The passage states that the bridge is closed.", "the bridge is closed."),
        ("The second article also says that the bridge is closed.", "the bridge is closed."),
        ("According to the passages, the bridge is closed.", "the bridge is closed."),
        ("Based on the text you provided, the bridge is closed.", "the bridge is closed."),
        ("In the given passage, the bridge is closed.", "the bridge is closed."),
        (
            "The report says that the bridge is closed.",
            "The report says that the bridge is closed.",
        ),
        (
            "According to Ada Pell, the bridge is closed.",
            "According to Ada Pell, the bridge is closed.",
        ),
        ("In the passage of the law, it is closed.", "In the passage of the law, it is closed."),
    ],
)
def test_the_frame_is_taken_off(sentence: str, bare: str) -> None:
    assert unframed(sentence) == bare


def test_what_the_answer_is_stands_behind_the_question() -> None:
    question = Question.of("When was the bridge of Ostwick closed?")
    framed = "The answer is: on Monday."
    assert unframed(framed) == "on Monday."
    assert answering(framed, question) == "When was the bridge of Ostwick closed: on Monday."
    assert answering("It was on Monday.", question) == ""


@pytest.mark.parametrize(
    ("question", "sentence", "passage"),
    [
        (
            "Did the minister resign?",
            "The answer is no.",
            "The minister resigned on Monday.",
        ),
        (
            "Was the bridge of Ostwick closed on Monday?",
            "So the answer is: no, it was not.",
            CLOSED,
        ),
        (
            "Why did the mayor of Ostwick close the old iron bridge on Monday?",
            "The answer is: floods.",
            "The mayor of Ostwick closed the old iron bridge on Monday because of rust.",
        ),
        (
            "How did the gang enter the bank in Vale on Sunday night?",
            "The answer is through a tunnel.",
            "The gang entered the bank in Vale through the roof on Sunday night.",
        ),
    ],
)
def test_the_words_of_the_question_support_no_answer(
    question: str, sentence: str, passage: str
) -> None:
    checked = Checker().check(sentence, [candidate_of(passage)], Question.of(question))
    assert checked.verdict == "unsupported"


@pytest.mark.parametrize(
    "sentence",
    [
        "The question is about who closed the bridge.",
        "The passage asks if the bridge is closed.",
        "This answer is not from the passage you requested.",
        "The passage that answers the question is.",
        "The passage also mentions that the answer to the question can only come from the mayor.",
    ],
)
def test_talk_of_the_task_is_supported_by_nothing(sentence: str) -> None:
    assert is_of_the_task(sentence)
    checked = Checker().check(sentence, [candidate_of(f"{CLOSED} {sentence}")])
    assert (checked.verdict, checked.reason, checked.evidence) == ("unsupported", OF_THE_TASK, ())


@pytest.mark.parametrize(
    "sentence",
    [
        "The passage of the law took two years.",
        "The question is whether the bridge is safe.",
        "The answer from the mayor was swift.",
        "The answer given by the court was a clear refusal.",
        "The answer is not war, the mayor said.",
        "The passages of the palace were closed on Monday.",
        "The passage through the Alps was blocked by snow.",
    ],
)
def test_news_is_no_talk_of_the_task(sentence: str) -> None:
    assert not is_of_the_task(sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Why was the bridge of Ostwick closed?", "The bridge of Ostwick was closed."),
        ("Why was the bridge closed?", "The passage states that the bridge was closed."),
        ("What did Ada Pell say about the bridge?", "Ada Pell said it about the bridge."),
        ("Who is Ada Pell's brother?", "The answer is Ada Pell's brother."),
    ],
)
def test_an_answer_that_only_repeats_the_question_is_none(question: str, sentence: str) -> None:
    asked = Question.of(question)
    assert repeats(sentence, asked)
    assert Checker().check(sentence, [candidate_of(CLOSED)], asked).reason == REPEATS


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was the bridge of Ostwick closed?", "The bridge of Ostwick was closed."),
        ("Why was the bridge closed?", "The bridge was not closed."),
        ("When was the bridge closed?", "The bridge was closed on Monday."),
        ("How many bridges were closed?", "Two bridges were closed."),
        ("Which bridge was closed?", "The bridge of Ostwick was closed."),
        ("Who closed the bridge, the mayor or the minister?", "The mayor closed the bridge."),
        ("Where did they meet: Paris or Antalya?", "In Antalya."),
    ],
)
def test_an_answer_says_something_beside_the_question(question: str, sentence: str) -> None:
    assert not repeats(sentence, Question.of(question))
