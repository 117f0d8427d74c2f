import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.answer_kind import AnswerKind, kind_of
from bot.english.quantity import Quantity, find_quantity, topic
from index.text.article import Span
from tests.bot.checks import any_text, wordy_text

KILLED = "How many people were killed in the bombing?"
LONG = "How long did it take?"
WHEN = "When did the bridge open?"


def quantity(sentence: str, answer: str, question: str = KILLED) -> Quantity | None:
    start = sentence.index(answer)
    return find_quantity(kind_of(question), question, sentence, Span(start, start + len(answer)))


def figure(sentence: str, answer: str, question: str = KILLED) -> Quantity:
    found = quantity(sentence, answer, question)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sentence", "answer", "sense"),
    [
        ("The bombing killed 86 people and wounded 186, he said.", "86 people", "death"),
        ("The bombing killed 86 people and wounded 186, he said.", "186", "injury"),
        ("There 12 died and 186 people were wounded.", "186 people", "injury"),
        ("There 12 died and 186 people were wounded.", "12", "death"),
        ("The toll has risen to 102.", "102", "death"),
        ("Some 40 people are missing.", "40 people", "loss"),
        ("The rally drew 900 people.", "900 people", ""),
    ],
)
def test_what_is_told_of_the_people_counted_is_that_of_their_clause(
    sentence: str, answer: str, sense: str
) -> None:
    assert figure(sentence, answer).sense == sense


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("It killed 97 people.", "The blast left 102 dead."),
        ("At least 97 died.", "The toll has risen to 102."),
        ("It killed 1.5 million people.", "It killed 1.7 million people."),
        ("It killed thirty-five people.", "It killed 36 people."),
        ("More than 90 died.", "It killed 102 people."),
        ("It killed 200 people.", "It killed 186 people."),
    ],
)
def test_another_figure_for_the_same_differs(one: str, two: str) -> None:
    mine, theirs = (figure(each, each) for each in (one, two))
    assert mine.differs(theirs) and theirs.differs(mine)
    assert not mine.same(theirs) and not mine.differs(mine) and mine.same(mine)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("It killed 1.5 million people.", "It killed 1,500,000 people."),
        ("It killed 1.5 million people.", "It killed 1,512,000 people."),
        ("More than 90 people died.", "The blast killed 97."),
        ("About 100 people died.", "The blast killed 97."),
        ("It killed thirty-five people.", "It killed 35 people."),
        ("It killed 2 million.", "It killed two million people."),
    ],
)
def test_one_figure_written_otherwise_is_the_same(one: str, two: str) -> None:
    mine, theirs = (figure(each, each) for each in (one, two))
    assert mine.same(theirs) and theirs.same(mine) and not mine.differs(theirs)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("It killed 97 people.", "It wounded 186 people."),
        ("It killed 97 people.", "It killed 12 soldiers."),
        ("It killed 97 people.", "It cost 12 million pounds."),
        ("The storm cost $12 million.", "The storm cost €15 million."),
        ("It took 97 per cent.", "It took 95 seats."),
        ("The war killed 220,000 people.", "A strike killed 12 people."),
    ],
)
def test_what_counts_something_else_is_neither_the_same_nor_another(one: str, two: str) -> None:
    mine, theirs = (figure(each, each) for each in (one, two))
    assert not mine.differs(theirs) and not mine.same(theirs)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Dozens died.", "Dozens"),
        ("Between 12 and 14 people died.", "12"),
        ("It killed 12 to 14 people.", "12"),
        ("It killed 12–14 people.", "14"),
        ("It killed another 12 people.", "12 people"),
        ("There 12 of them died.", "12"),
        ("There 12 more died.", "12"),
        ("It killed 12 and wounded 14.", "12 and wounded 14"),
        ("Nobody died.", "Nobody"),
    ],
)
def test_what_cannot_be_told_for_certain_is_no_quantity(sentence: str, answer: str) -> None:
    assert quantity(sentence, answer) is None


def test_spans_of_time_are_compared_in_one_unit() -> None:
    weeks = figure("It took two weeks.", "two weeks", LONG)
    assert weeks.same(figure("It took 14 days.", "14 days", LONG))
    assert weeks.differs(figure("It took three weeks.", "three weeks", LONG))
    year = figure("It took 2 years.", "2 years", LONG)
    assert year.same(figure("It took 24 months.", "24 months", LONG))
    assert not year.differs(weeks) and not year.same(weeks)


@pytest.mark.parametrize(
    ("one", "two", "differs", "same"),
    [
        ("March 3, 2015", "3 March 2015", False, True),
        ("March 3, 2015", "March 5", True, False),
        ("March 3", "March 2015", False, True),
        ("in 2011", "in 2012", True, False),
        ("in 2015", "March 5", False, False),
    ],
)
def test_dates_differ_in_what_both_name(one: str, two: str, differs: bool, same: bool) -> None:
    mine, theirs = (figure(f"It opened {each}.", each, WHEN) for each in (one, two))
    assert (mine.differs(theirs), mine.same(theirs)) == (differs, same)
    assert quantity("It opened on Saturday.", "Saturday", WHEN) is None


def test_what_is_told_counts_in_whatever_words() -> None:
    assert topic("the death toll in Ankara") == topic("How many people died in Ankara?")
    assert topic("the wounded of Ankara") != topic("the dead of Ankara")


@given(any_text | wordy_text, st.sampled_from(list(AnswerKind)), st.data())
def test_any_words_give_a_quantity_that_equals_itself_or_none(
    sentence: str, kind: AnswerKind, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sentence)))
    answer = Span(start, data.draw(st.integers(start, len(sentence))))
    found = find_quantity(kind, sentence, sentence, answer)
    assert found is None or (found.same(found) and not found.differs(found))
