from hypothesis import given

from bot.asked import Asked
from bot.wanted import Wanted
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@given(HOSTILE, HOSTILE)
def test_what_is_missing_is_some_of_what_is_required_in_order(question: str, text: str) -> None:
    asked = Asked.of(question)
    assert asked == Asked.of(question) and asked.question == question
    assert len(set(asked.required)) == len(asked.required)
    assert set(asked.figures) <= set(asked.required)
    missing = asked.missing(text)
    assert missing == tuple(one for one in asked.required if one in missing)
    assert set(asked.missing(f"{text} {question}")) <= set(missing)


def test_a_question_is_worked_out() -> None:
    asked = Asked.of("What did Mary Boyd say about the 1,200 ferries in Oban?")
    assert asked.kind is Wanted.SENTENCE and asked.speakers == {"boyd"}
    assert asked.required == ("Mary Boyd", "Oban", "1200") and asked.figures == ("1200",)
    assert {"ferri", "oban"} <= asked.terms and "what" not in asked.terms


def test_names_and_figures_that_a_text_lacks_are_told() -> None:
    asked = Asked.of("Did Mary Boyd see 1,200 ferries in Oban?")
    assert asked.missing("Ms Boyd counted 1200 ferries.") == ("Oban",)
    assert asked.missing("Nobody came.") == ("Mary Boyd", "Oban", "1200")
    assert asked.missing(asked.question) == ()


def test_a_question_without_names_requires_nothing() -> None:
    asked = Asked.of("why is the sea salty?")
    assert asked.required == () and asked.missing("") == () and not asked.speakers


def test_the_verb_of_a_command_is_no_name() -> None:
    assert Asked.of("Name all the harbours").required == ()
    assert Asked.of("List the towns near Oban").required == ("Oban",)
