"""What can be checked by rule in a text, and what a sentence claims that its evidence does not bear out."""

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.numbers import find_numbers
from bot.llm.checking.claims import claims_of
from bot.llm.checking.faults import Grounds, find_faults
from index.text.dates import find_partial_dates

hostile = st.text(st.characters(), max_size=120) | st.text(
    st.sampled_from("aT 1,.'’-“”\"()[]%$\n\0\ud800éİ½٣ not said May 5 Mon million "), max_size=120
)
PUBLISHED = (date(2015, 9, 29),)


def faults(sentence, *evidence, published=()):
    """The kinds of what is wrong with `sentence`."""
    return [
        one.kind for one in find_faults(claims_of(sentence), Grounds(evidence, evidence, published))
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("35", "35"),
        ("thirty-five", "35"),
        ("1,200", "1200"),
        ("1200", "1200"),
        ("two dozen", "24"),
        ("a dozen", "12"),
        ("1.5 million", "1500000"),
        ("$3bn", "3000000000"),
        ("three hundred and forty-two", "342"),
        ("a hundred thousand", "100000"),
        ("twenty-second", "22"),
        ("3rd", "3"),
        ("the 80s", "1980"),
        ("1980s", "1980"),
    ],
)
def test_a_number_is_worth_the_same_however_it_is_written(written, value):
    assert [figure.value for figure in find_numbers(f"There were {written}.")] == [Decimal(value)]


def test_two_numbers_are_not_added_up_and_vague_ones_have_no_value():
    assert [figure.value for figure in find_numbers("six and seven")] == [6, 7]
    assert find_numbers("one of dozens, hundreds of thousands") == ()


def test_both_ends_of_a_range_of_percentages_are_percentages():
    assert [figure.percent for figure in find_numbers("40 to 50 percent of 60")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("It killed 35 people.", "It killed thirty-five people."),
        ("It killed thirty-five.", "It killed 35."),
        ("It cost 1,200 dollars.", "It cost 1200 dollars."),
        ("It was on Sept. 28.", "It was on September 28, 2015."),
        ("It was on September 28, 2015.", "It was on Sept. 28."),
        ("It was on 28 September.", "On September 28 it was."),
        ("It was in 2015.", "It was on Sept. 28, 2015."),
        ("It was a thing of the 1990s.", "It was a thing of 1994."),
        ("About 1.5 million fled.", "1,487,000 fled."),
        ("It lost 40% of it.", "It lost 40 per cent of it."),
        ("So Barack Obama came.", "Obama came."),
        ("So Barack Obama came.", "President Obama came."),
        ("The International Monetary Fund paid.", "The IMF paid."),
        ("The IMF paid.", "The International Monetary Fund paid."),
        ("Then the US paid.", "Washington paid."),
        ("Then the Canadian paid.", "He paid in Canada."),
        ('He said "assad must  go,".', "He said “Assad must go”."),
        ("He said ‘Assad must go’.", '"Assad must go," he said.'),
        ("Putin did not say Assad must go.", "Putin didn't say that Assad must go."),
        ("Putin said Assad must go.", '"Assad must go," said Putin.'),
        ("Not only Putin said Assad must go.", "Putin said Assad must go."),
    ],
)
def test_the_same_in_other_words_is_no_fault(sentence, evidence):
    assert faults(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence", "kind"),
    [
        ("It killed 35 people.", "It killed forty people.", "number"),
        ("It cost 12 dollars.", "It cost 1200 dollars.", "number"),
        ("40 percent left.", "Of them 40 left.", "number"),
        ("About 1.5 million fled.", "1.1 million fled.", "number"),
        ("It was Monday.", "It was on Tuesday.", "date"),
        ("It was on September 27.", "It was on September 28.", "date"),
        ("It was on September 28, 2015.", "It was on September 28, 2014.", "date"),
        ("It was in 2015.", "It was in 2014.", "date"),
        ("So Michelle Obama came.", "Barack Obama came. Obama left.", "name"),
        ("So Lavrov came.", "Obama came.", "name"),
        ('He said "Assad must go".', "He said “Assad must leave”.", "quotation"),
        ('He said "art".', "It is a part of the start.", "quotation"),
        ("Putin did not say Assad must go.", "Putin said Assad must go.", "negation"),
        ("Putin said Assad must go.", "Putin did not say Assad must go.", "negation"),
        ("Mr. Assad refused to leave Syria.", "Assad agreed to leave Syria.", "negation"),
        ("Putin said Assad must go.", "Obama said Assad must go.", "attribution"),
        ("Putin said Assad must go.", "Obama said Assad must go. Putin laughed.", "attribution"),
    ],
)
def test_what_the_evidence_does_not_bear_out_is_found(sentence, evidence, kind):
    assert kind in faults(sentence, evidence)


def test_a_reason_names_the_value():
    (fault,) = find_faults(claims_of("It killed 40."), Grounds(("It killed 35.",), ()))
    assert fault.reason == "the number 40 is not in the passage"


def test_a_reason_has_the_words_as_they_stand():
    said = claims_of("Sanders said it was denied.")
    (fault,) = find_faults(said, Grounds(("Obama said it. Sanders left.", ""), ("Obama said it.",)))
    assert fault.reason == "the passage does not give these as the words of Sanders"


def test_a_weekday_counts_from_the_day_the_article_appeared():
    assert faults("On 28 September he spoke.", "He spoke on Monday.", published=PUBLISHED) == []
    assert faults("On 27 September he spoke.", "He spoke on Monday.", published=PUBLISHED) == [
        "date"
    ]


def test_a_title_in_quotation_marks_is_a_name_and_no_quotation():
    assert claims_of('They sang "Nights in White Satin" again.').quotes == ()


def test_a_date_is_found_once_with_its_span():
    text = "On Monday, 18 Nov. 2015, and in May they may march."
    found = [(span.of(text), day.month) for span, day in find_partial_dates(text)]
    assert found == [("18 Nov. 2015", 11), ("May", 5), ("Monday", None)]


@given(hostile, hostile)
def test_no_text_breaks_the_rules(sentence, evidence):
    for fault in find_faults(claims_of(sentence), Grounds((evidence,), (evidence,), PUBLISHED)):
        assert fault.reason and "\n" not in fault.reason
    for span, _ in find_partial_dates(sentence):
        assert span.end <= len(sentence)


@given(hostile)
def test_a_text_bears_itself_out(text):
    assert find_faults(claims_of(text), Grounds((text,), (text,))) == ()


ROWS = [
    "1,",
    "1",
    "a hundred and ",
    "twenty ",
    "May 1, ",
    "28 of ",
    "not ",
    '"',
    "“",
    "‘a’a",
    "Aa ",
    "Aa, ",
]
ROWS += [
    "said ",
    "... ",
    "[",
    "al-A ",
    "in ",
    "1.",
    "-",
    "According to the ",
    "A.",
    "don't ",
    "Mon ",
]


@pytest.mark.parametrize("row", ROWS)
def test_repeats_take_no_more_than_their_length(row):
    text = (row * 20_000)[:20_000]
    started = time.process_time()
    find_faults(claims_of(text), Grounds((text,), (text,)))
    assert (
        time.process_time() - started < 20
    )  # seconds on a busy machine; a quadratic form takes minutes


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Pell said: “The bridge is closed.", "The bridge is closed."),
        ('Pell said: "The bridge is closed.', "The bridge is closed."),
        ("Nobody may cross it,” she said.", "Nobody may cross it,"),
        ('Nobody may cross it," she said.', "Nobody may cross it,"),
    ],
)
def test_a_quotation_of_several_sentences_is_one_in_each(sentence: str, quote: str) -> None:
    assert claims_of(sentence).quotes == (quote,)
    assert "quotation" in faults(sentence, "The weather is fine.")


def test_a_mark_that_belongs_to_no_quotation_begins_none() -> None:
    assert claims_of('A 12" pipe broke.').quotes == ()
