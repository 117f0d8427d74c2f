from dataclasses import replace

import pytest
from hypothesis import given

from bot.english.answer_kind import AnswerKind
from bot.english.question import Question
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(HOSTILE, HOSTILE)
def test_what_is_missing_is_some_of_what_is_required_in_order(question: str, text: str) -> None:
    asked = Question.of(question)
    assert asked == Question.of(question) and asked.text == question
    assert len(set(asked.required)) == len(asked.required)
    assert set(asked.figures) <= set(asked.required)
    missing = asked.missing(text)
    assert missing == tuple(one for one in asked.required if one in missing)
    assert set(asked.missing(f"{text} {question}")) <= set(missing)


def test_a_question_is_worked_out() -> None:
    asked = Question.of("What did Mary Boyd say about the 1,200 ferries in Oban?")
    assert asked.kind is AnswerKind.SENTENCE and asked.speakers == {"boyd"}
    assert asked.required == ("Mary Boyd", "Oban", "1200") and asked.figures == ("1200",)
    assert {"ferri", "oban"} <= asked.terms and "what" not in asked.terms


def test_names_and_figures_that_a_text_lacks_are_told() -> None:
    asked = Question.of("Did Mary Boyd see 1,200 ferries in Oban?")
    assert asked.missing("Ms Boyd counted 1200 ferries.") == ("Oban",)
    assert asked.missing("Nobody came.") == ("Mary Boyd", "Oban", "1200")
    assert asked.missing(asked.text) == ()


def test_a_question_without_names_requires_nothing() -> None:
    asked = Question.of("why is the sea salty?")
    assert asked.required == () and asked.missing("") == () and not asked.speakers


def test_the_verb_of_a_command_is_no_name() -> None:
    assert Question.of("Name all the harbours").required == ()
    assert Question.of("List the towns near Oban").required == ("Oban",)


@pytest.mark.parametrize(
    ("question", "sentence", "repeated"),
    [
        (
            "Where did Obama say Assad must go?",
            "If asked “where did Obama say Assad must go”, say so.",
            True,
        ),
        ("How many ferries sank in 1931?", "How many ferries sank in 1931 is not known.", False),
        ("How many ferries did Oban have?", "Q: How many ferries did Oban have? A: 12", True),
        ("Did the ferry Marlin sink?", "Answer no to: did the ferry, Marlin, sink?", True),
        ("Where was the harbour opened?", "Nobody asks where was the harbour opened.", True),
        # a relative clause has the words of such a question in their order, and answers it
        ("Who opened the old harbour?", "Ada Pell, who opened the old harbour, wept.", False),
        ("Who is the mayor of Oban?", "Ada Pell, who is the mayor of Oban, wept.", False),
        ("Where did he go?", "Question whether he did go there, he said no.", False),
        ("Did it?", "Did it?", False),
    ],
)
def test_a_sentence_with_the_question_in_it_word_for_word_is_told_from_one_that_answers(
    question: str, sentence: str, repeated: bool
) -> None:
    assert Question.of(question).is_repeated_in(sentence) is repeated


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("Who's the head of Norcom now?", "Who is the head of Norcom now?"),
        ("What's Brimley known for?", "What is Brimley known for?"),
        ("Where’s Ann Dole?", "Where is Ann Dole?"),
        ("How's the harbour of Leith?", "How is the harbour of Leith?"),
        ("When'll the bridge open?", "When will the bridge open?"),
        ("What're they protesting about in Brimley?", "What are they protesting about in Brimley?"),
    ],
)
def test_a_contraction_is_read_as_its_two_words(short: str, full: str) -> None:
    assert replace(Question.of(short), text=full, asked=full) == Question.of(full)


def test_a_possessive_is_no_contraction() -> None:
    assert Question.of("What did Ann Dole's brother say?").names == ("Ann Dole's",)


@pytest.mark.parametrize(
    ("form", "asked", "sentence", "about"),
    [
        ("How many judges did Lind name?", "And Obama?", "Lind named forty judges.", True),
        ("How many judges did Lind name?", "And Obama?", "Obama named forty, Lind ten.", False),
        ("How many judges did Lind name?", "And Obama?", "He named forty judges.", False),
        # of several names, who did it goes, or what stood behind the same preposition
        ("What did Lind pay in Oban?", "And Obama?", "Lind paid much.", True),
        ("What did Lind pay in Oban?", "And Obama?", "In Oban he paid much.", False),
        ("What did Lind pay in Oban?", "And in Leith?", "In Oban he paid much.", True),
        ("What did Lind pay in Oban?", "And in Leith?", "Lind paid much.", False),
        ("What did Lind pay in Oban?", "And by Leith?", "In Oban Lind paid much.", False),
        ("What did Lind pay?", "And in the week in which Norcom failed?", "Lind paid much.", False),
        ("How many judges did Lind name?", "And last year?", "Lind named forty judges.", False),
        ("How many judges did Lind name?", "And Ann Lind?", "Ann Lind named forty.", False),
    ],
)
def test_a_sentence_about_the_name_that_was_exchanged_is_told_from_one_about_the_new_name(
    form: str, asked: str, sentence: str, about: bool
) -> None:
    question = Question.of(f"{asked} ({form.rstrip('?')})", asked=asked, form=form)
    assert question.is_about_exchanged(sentence) is about
