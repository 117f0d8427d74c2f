"""Words of the same shape: what is chosen to be swapped, and for what."""

import pytest

from eval.robustness.substitutes import Swap, find_swap

TEXT = (
    "Mayor Ada Pell opened the bridge in Lindow on Tuesday, March 3, 2015. About 4,200 people came; "
    "two were late. NATO sent nobody. The mayor was glad. It cost 12 million crowns, not 14."
)


@pytest.mark.parametrize(
    "answer, swap",
    [
        ("2015", Swap(("2015",), ("2012",))),
        ("4,200 people", Swap(("4,200",), ("5,200",))),
        ("12", Swap(("12",), ("10",))),
        ("March 3", Swap(("March",), ("April",))),
        ("Tuesday", Swap(("Tuesday",), ("Wednesday",))),
        ("two", Swap(("two",), ("three",))),
        ("Ada Pell", Swap(("Ada", "Pell"), ("Marlow", "Tarrant"))),
        ("Mayor Ada Pell", Swap(("Ada", "Pell"), ("Marlow", "Tarrant"))),  # "mayor" is a word
        ("NATO", Swap(("NATO",), ("MARLOW",))),
        ("glad", None),
        ("Ostwick", None),  # the text does not have it
    ],
)
def test_a_word_is_swapped_for_one_of_its_shape(answer: str, swap: Swap | None) -> None:
    assert find_swap([answer], "", TEXT) == swap


def test_what_the_question_says_stays() -> None:
    assert find_swap(["Ada Pell"], "Who is Ada?", TEXT) == Swap(("Pell",), ("Marlow",))
    assert find_swap(["Ada Pell"], "Who is Ada Pell?", TEXT) is None


def test_the_first_answer_that_can_be_another_is_taken() -> None:
    assert find_swap(["glad", "Lindow", "2015"], "", TEXT) == Swap(("Lindow",), ("Marlow",))


def test_a_new_word_stands_neither_in_the_text_nor_in_the_question() -> None:
    found = find_swap(["Lindow"], "Does Tarrant know?", f"{TEXT} Marlow.")
    assert found == Swap(("Lindow",), ("Ostwick",))
    taken = " ".join(map(str, range(10, 29)))
    assert find_swap(["12"], "", f"{TEXT} {taken}") == Swap(("12",), ("29",))
