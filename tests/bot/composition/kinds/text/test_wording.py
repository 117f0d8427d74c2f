import pytest

from bot.composition.kinds.text.wording import Wording, stands_alone


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Binance", "Binance's token fell."),
        ("the lettuce", "Two lettuces lay there."),
        ("Bush", "BUSH WINS"),
        ("Orleans", "In Orléans nobody slept."),
        ("Sam Bankman-Fried", "Sam Bankman Fried spoke."),
        ("Obama and Assad", "Assad must go, Obama said."),
        ("Obama or Assad", "Assad must go."),
    ],
)
def test_whole_words_are_found(subject: str, text: str) -> None:
    assert Wording.of(subject).holds(text)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Bush", "Behind the bush."),
        ("Bank", "The Banker sang."),
        ("Obama and Assad", "Obama said no."),
        ("", "Anything"),
    ],
)
def test_parts_of_words_are_not(subject: str, text: str) -> None:
    assert not Wording.of(subject).holds(text)


def test_a_last_name_stands_for_its_person_alone() -> None:
    assert stands_alone("Barack Obama", "Obama", "President Obama spoke. Then Obama left.")
    assert not stands_alone("Barack Obama", "Obama", "Michelle Obama spoke. Then Obama left.")
    assert not stands_alone("White House", "House", "The House voted on it.")
    assert not stands_alone("John State", "State", "Nothing here.")


@pytest.mark.parametrize(
    ("subject", "last"),
    [
        ("Barack Obama", "Obama"),
        ("New Mexico", ""),
        ("St. Louis", ""),
        ("The Guardian", ""),
        ("Binance", ""),
        ("the new law", ""),
    ],
)
def test_only_a_person_has_a_last_name(subject: str, last: str) -> None:
    assert Wording.of(subject).last_name == last
