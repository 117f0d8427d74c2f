import pytest
from hypothesis import given

from bot.resolution.ellipsis import complete_ellipsis
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("Where did Obama speak?", "And Putin?", "Where did Putin speak?"),
        ("Where did Obama speak?", "what about Putin", "Where did Putin speak?"),
        ("How many bombs did the French drop?", "And the Russians?", "How many bombs did the Russians drop?"),
        ("When did France and Reid sign?", "And Turkey?", "When did Turkey and Reid sign?"),
        ("When did Reid leave France?", "And Turkey?", "When did Reid leave Turkey?"),
        ("Whom will Reid see in Oban?", "And in Leith?", "Whom will Reid see in Leith?"),
        ("How many people died?", "And in Leith?", "How many people died in Leith?"),
        ("How many militants died in Raqqa?", "and civilians?", "How many civilians died in Raqqa?"),
        ("What is Obama's plan for Oban?", "And Putin?", "What is Putin's plan for Oban?"),
        ("What happened in Oban on Friday?", "And Leith?", "What happened in Leith on Friday?"),
        ("Who paid for the Oban attacks?", "And for Leith?", "Who paid for the Leith attacks?"),
    ],
)  # fmt: skip
def test_the_same_is_asked_of_another(before: str, question: str, whole: str) -> None:
    assert complete_ellipsis(question, before, before, "") == whole


@pytest.mark.parametrize(
    ("before", "question", "answer", "whole"),
    [
        ("When did the plane go down?", "Where was that?", "", "Where did the plane go down?"),
        ("What did Reid say about Oban?", "when?", "", "When did Reid say that about Oban?"),
        ("How many soldiers did Reid send?", "Why?", "", "Why did Reid send (soldiers)?"),
        ("Who walked out?", "Why?", "Angus Reid", "Why was it that Angus Reid walked out?"),
        ("Who walked out?", "And why?", "", "Why was it that someone walked out?"),
        ("How many people died in Oban?", "How?", "33", "How was it that people died in Oban?"),
        ("Tell me of Oban", "How?", "", "How: Tell me of Oban"),
        ("Did Reid sail?", "Why?", "", "Why did Reid sail?"),
        ("In which city did Reid speak?", "When?", "", "When did Reid speak (city)?"),
        ("What happened in Oban?", "Why?", "", "Why did that happen in Oban?"),
        ("Who is the mayor of Oban?", "Why?", "Muir", "Why: Who is the mayor of Oban?"),
        (
            "Who walked out?",
            "When?",
            "Reid.\n\n“Reid left” [1]",
            "When was it that someone walked out?",
        ),
    ],
)
def test_the_same_is_asked_in_another_way(
    before: str, question: str, answer: str, whole: str
) -> None:
    assert complete_ellipsis(question, before, before, answer) == whole


@pytest.mark.parametrize(
    ("before", "typed", "question", "whole"),
    [
        ("When did Reid sail?", "When did he sail?", "No, I meant Muir", "When did Muir sail?"),
        ("How long was that meeting?", "", "I meant the G20 one", "How long was the G20 meeting?"),
        ("Which British leader spoke?", "", "I meant the French one", "Which French leader spoke?"),
        ("How many died in the crash at Oban?", "", "sorry, i mean the war", "How many died in the war?"),
        ("Where did Reid speak?", "", "I meant Muir", "Where did Muir speak?"),
        ("what happened there?", "", "I meant Oban", "what happened there (Oban)?"),
        ("Where did Reid speak?", "", "I mean what did Muir say?", "What did Muir say?"),
        ("Where did Reid speak?", "", "no, I meant when", "When did Reid speak?"),
        ("What did the chief say?", "", "I meant to ask about Muir", "What did the chief say (Muir)?"),
    ],
)  # fmt: skip
def test_a_correction_changes_what_was_meant(
    before: str, typed: str, question: str, whole: str
) -> None:
    assert complete_ellipsis(question, before, typed or before, "") == whole


def test_how_many_takes_its_noun_from_the_question_before() -> None:
    before = "How many bombs did the French drop?"
    assert (
        complete_ellipsis("How many did Iran drop?", before, before, "")
        == "How many bombs did Iran drop?"
    )
    assert complete_ellipsis("How much did Iran pay?", before, before, "") is None
    before = "How much did the jet cost?"
    assert complete_ellipsis("How much did the bomb cost?", before, before, "") is None


@pytest.mark.parametrize(
    "question",
    [
        "Who won in Raqqa?",
        "And who won?",
        "But in which city?",
        "When did he sail?",
        "",
        "And?",
        "And wasn't Putin at the UN?",
        "But Putin said no, right?",
        "And if Assad goes, who will rule Syria?",
        "And please tell me about Putin",
        "ok and thanks",
        "And yet?",
        "And her?",
        "I meant it",
        "How much is that in dollars?",
    ],
)
def test_other_questions_are_none_of_these_kinds(question: str) -> None:
    assert (
        complete_ellipsis(question, "Where did Obama speak?", "Where did he speak?", "Oban") is None
    )


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_any_words_give_a_question_no_longer_than_what_was_said(
    question: str, before: str, typed: str, answer: str
) -> None:
    whole = complete_ellipsis(question, before, typed, answer)
    room = len(question) + max(len(before), len(typed)) + min(len(answer), 60) + 20
    assert whole is None or len(whole) <= room
