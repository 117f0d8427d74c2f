import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.english.phrases import add_noun, complete
from bot.english.words import terms
from index.text.article import Span
from tests.bot.checks import any_text, wordy_text

# Everything that a phrase is told by, thrown together.
forms = st.lists(
    st.sampled_from(
        "Norway Peru Angus Reid al-Bahr St. U.S. of the and or , “ ” ( ) [ ] more than 220,000 16 $45 "
        "million per cent % Monday September 28 2015 twenty-five 9.30 ferry ; : — 😀".split()
    ),
    min_size=1,
    max_size=15,
).map(" ".join) | st.text(st.sampled_from("AaR 19,.:;%$€“”()[]-’'\n"), min_size=1, max_size=30)


@st.composite
def found_words(draw: st.DrawFn) -> tuple[str, Span]:
    sentence = draw((forms | any_text | wordy_text).filter(bool))
    start = draw(st.integers(0, len(sentence) - 1))
    return sentence, Span(start, draw(st.integers(start + 1, len(sentence))))


@settings(max_examples=150)
@given(found_words())
def test_the_phrase_lies_in_the_sentence_and_holds_what_was_found(case: tuple[str, Span]) -> None:
    sentence, found = case
    phrase = complete(sentence, found)
    assert 0 <= phrase.start < phrase.end <= len(sentence)
    bare = found.of(sentence).strip(" \t\r\n,;:")
    if bare:
        at = found.start + found.of(sentence).index(bare)
        assert phrase.start <= at and at + len(bare) <= phrase.end


def whole_phrase(sentence: str, words: str) -> str:
    start = sentence.index(words)
    phrase = complete(sentence, Span(start, start + len(words)))
    assert complete(sentence, phrase) == phrase, "a whole phrase is left as it is"
    return phrase.of(sentence)


@pytest.mark.parametrize(
    ("sentence", "found", "phrase"),
    [
        ("Then Vladimir Putin spoke.", "Putin", "Vladimir Putin"),
        ("Then Vladimir Putin spoke.", "Vladimir", "Vladimir Putin"),
        ("He named Bashar al-Assad.", "Assad", "Bashar al-Assad"),
        ("It was in St. Andrews, then.", "St", "St. Andrews"),
        ("The U.S. sent grain.", "U.S", "U.S."),
        ("Then Brig. Gen. Ada Pell spoke.", "Brig", "Brig. Gen. Ada Pell"),
        ("They met the Bishop of Leith there.", "Leith", "Bishop of Leith"),
        ("The ferry sank.", "ferry", "ferry"),
        ("On Monday Reid spoke.", "Reid", "Reid"),
        ("He met Angus Reid Monday in Leith.", "Reid", "Angus Reid"),
        ("In September Reid flew.", "Reid", "Reid"),
        ("Although Angus Reid objected, it sailed.", "Reid", "Angus Reid"),
        ("The harbourmaster slept.", "harbour", "harbourmaster"),
    ],
)
def test_a_name_is_whole(sentence: str, found: str, phrase: str) -> None:
    assert whole_phrase(sentence, found) == phrase


@pytest.mark.parametrize(
    ("sentence", "found", "phrase"),
    [
        ("The flood drove more than 220,000 people out.", "220", "more than 220,000"),
        ("The flood drove more than 220,000 people out.", "220,000", "more than 220,000"),
        ("Turnout fell to 16 per cent on Sunday.", "16", "16 per cent"),
        ("Turnout fell to 16% on Sunday.", "16", "16%"),
        ("The quay cost $45 million.", "45", "$45 million"),
        ("About twenty-five ferries sail.", "five", "About twenty-five"),
        ("Some twenty-five per cent stayed away.", "per cent", "Some twenty-five per cent"),
        ("Its weight 45 tonnes was too much.", "45", "45"),
        ("It is out in 40% or more of the ports.", "40%", "40% or more"),
        ("It has 4 or 5 masts.", "4", "4"),
        ("They often 5 times a day sail.", "5", "5"),
        ("It sails at 9.30 each day.", "9", "9.30"),
        ("It has 16 pillars and 4 arches.", "4", "4"),
    ],
)
def test_a_figure_keeps_its_measure_and_its_unit(sentence: str, found: str, phrase: str) -> None:
    assert whole_phrase(sentence, found) == phrase


@pytest.mark.parametrize(
    ("sentence", "found", "phrase"),
    [
        ("It opened on September 28, 2015 in Oban.", "September 28", "September 28, 2015"),
        ("It opened on September 28, 2015 in Oban.", "2015", "September 28, 2015"),
        ("It opened on 28 September 2015 in Oban.", "28", "28 September 2015"),
        ("It opened in September 2015 in Oban.", "September", "September 2015"),
        ("It sank on Monday, May 4 off Oban.", "May 4", "Monday, May 4"),
        ("It sank in 1931.", "1931", "1931"),
    ],
)
def test_a_date_is_whole(sentence: str, found: str, phrase: str) -> None:
    assert whole_phrase(sentence, found) == phrase


ROW = "Ships from Norway, Chad, Peru and Laos met."


@pytest.mark.parametrize("found", ["Peru and Laos", "Norway, Chad", "Chad, Peru"])
def test_two_of_a_row_bring_the_whole_row(found: str) -> None:
    assert whole_phrase(ROW, found) == "Norway, Chad, Peru and Laos"


def test_two_names_joined_by_and_are_a_row() -> None:
    assert whole_phrase("Talks with Iran and Syria began.", "Iran and Syr") == "Iran and Syria"


def test_one_of_a_row_stays_alone() -> None:
    assert whole_phrase(ROW, "Chad") == "Chad"


@pytest.mark.parametrize(
    ("found", "phrase"),
    [
        ("“a gift", "“a gift to the town”"),
        ("the town”", "“a gift to the town”"),
        ("gift", "gift"),
        ("mayor (of", "mayor (of Oban)"),
        ("Oban)", "(of Oban)"),
    ],
)
def test_a_mark_that_is_held_brings_its_other_half(found: str, phrase: str) -> None:
    assert (
        whole_phrase("The mayor (of Oban) called it “a gift to the town” twice.", found) == phrase
    )


def test_a_mark_whose_other_half_is_far_or_missing_changes_nothing() -> None:
    assert whole_phrase("He said “never again.", "“never") == "“never"
    far = f"He said “never {'again ' * 30}”."
    assert whole_phrase(far, "“never") == "“never"


def test_outer_marks_and_spaces_are_left_out() -> None:
    assert whole_phrase("The harbour, which closed, is old.", ", which closed, ") == "which closed"


def test_one_name_of_a_row_is_enough_when_the_whole_row_is_asked_for() -> None:
    sentence = "It rained in Norway, Peru and the North of Mali, and not in Leith or Oban."
    one, last = (sentence.index(word) for word in ("Peru", "Oban"))
    assert complete(sentence, Span(one, one + 4)).of(sentence) == "Peru"
    row = complete(sentence, Span(last, last + 4), whole_row=True)
    assert row.of(sentence) == "Leith or Oban"


@pytest.mark.parametrize(
    "sentence",
    [
        "They met in Geneva, and Reid left early.",
        "Boyd arrived in Geneva and Reid in Vienna.",
        "They met in Geneva and Reid flew home.",
    ],
)
def test_a_clause_behind_a_place_is_no_row(sentence: str) -> None:
    start = sentence.index("Geneva")
    found = complete(sentence, Span(start, start + 6), whole_row=True)
    assert found.of(sentence) == "Geneva"


@pytest.mark.parametrize(
    ("sentence", "figure", "asked", "shown"),
    [
        ("It took the past three days.", "three", "days", "three days"),
        ("At least 33 armed men came.", "33", "men", "33 armed men"),
        ("At least 33 armed men came.", "33", "women", "33"),
        ("A 35-minute talk.", "35", "minutes", "35-minute"),
        ("It was 7.", "7", "days", "7"),
    ],
)
def test_a_figure_takes_in_what_it_counts(
    sentence: str, figure: str, asked: str, shown: str
) -> None:
    start = sentence.index(figure)
    span = Span(start, start + len(figure))
    assert add_noun(sentence, span, terms(asked)).of(sentence) == shown


@given(found_words())
def test_a_figure_only_grows_within_its_sentence(case: tuple[str, Span]) -> None:
    sentence, figure = case
    grown = add_noun(sentence, figure, terms(sentence))
    assert grown.start == figure.start and figure.end <= grown.end <= len(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Its conduct in Geneva and Vienna has angered many.",
        "It rained in Geneva and Vienna after the vote.",
    ],
)
def test_a_row_of_places_may_be_followed_by_the_rest_of_its_clause(sentence: str) -> None:
    start = sentence.index("Geneva")
    assert (
        complete(sentence, Span(start, start + 6), whole_row=True).of(sentence)
        == "Geneva and Vienna"
    )


@pytest.mark.parametrize(
    ("sentence", "found", "whole"),
    [
        ("It sails at nine in the morning.", "in the morning", "nine in the morning"),
        ("It sails at half past nine in the evening.", "nine", "half past nine in the evening"),
        ("It sails at 9:30 p.m. on Monday.", "9:30", "9:30 p.m."),
    ],
)
def test_a_time_of_day_is_whole(sentence: str, found: str, whole: str) -> None:
    start = sentence.index(found)
    assert complete(sentence, Span(start, start + len(found))).of(sentence) == whole
