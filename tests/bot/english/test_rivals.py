"""Sentences about another country's minister, planes or voters than the question's."""

import pytest

from bot.english.names import has_rival_nation


@pytest.mark.parametrize(
    ("question", "sentence", "rival"),
    [
        ("Who is the French foreign minister?", "Russian Foreign Minister Tom Reed left.", True),
        ("How many French planes were lost?", "Twelve Russian planes were lost.", True),
        ("Who is the Dutch prime minister?", "Belgian Prime Minister Tom Reed left.", True),
        (
            "Who is the French foreign minister?",
            "Russian Foreign Minister Tom Reed spoke about Paris.",
            True,
        ),
        (
            "How many French planes were lost?",
            "French officials counted twelve Russian planes.",
            False,
        ),
        ("How many French planes were lost?", "Twelve planes were lost in Russia.", False),
        ("Who is the foreign minister?", "Russian Foreign Minister Tom Reed left.", False),
        ("Where does the Russian president live?", "Russia's president lives in Moscow.", False),
    ],
)
def test_what_is_told_of_another_country_is_a_rival(
    question: str, sentence: str, rival: bool
) -> None:
    assert has_rival_nation(question, sentence) is rival
