"""Full dates in running text, and lines with only a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.dates import find_dates, sole_date

NOVEMBER = date(2015, 11, 18)


@pytest.mark.parametrize(
    "written",
    [
        "November 18, 2015",
        "Nov. 18, 2015",
        "Nov 18 2015",
        "18 November 2015",
        "18th of November, 2015",
        "18 NOV 2015",
        "2015-11-18",
        "November 18 , 2015",
    ],
)
def test_a_full_date_is_found_where_it_stands(written):
    text = f"It happened on {written}, they said."
    ((span, day),) = find_dates(text)
    assert (span.of(text), day) == (written, NOVEMBER)


@pytest.mark.parametrize(
    "text",
    ["last Monday", "November 2015", "18 November", "03/04/2015", "31 June 2015", "2015-13-01",
     "30 February 2020", "May 5, 15", "12015-11-18", "© 2015", ""],
)  # fmt: skip
def test_what_names_no_single_day_is_no_date(text):
    assert list(find_dates(text)) == []


@given(
    day=st.dates(date(1600, 1, 1), date(2099, 12, 31)),
    form=st.sampled_from(["%d %B %Y", "%B %d, %Y", "%d %b %Y", "%Y-%m-%d"]),
)
def test_any_day_is_read_back(day, form):
    assert [found for _, found in find_dates(f"On {day.strftime(form)} it rained.")] == [day]


def test_every_date_comes_in_order():
    text = "From 1 May 2014 to June 2, 2015 and 2016-07-03."
    found = list(find_dates(text))
    assert [day.year for _, day in found] == [2014, 2015, 2016]
    assert [span for span, _ in found] == sorted(span for span, _ in found)


@pytest.mark.parametrize(
    "line",
    ["November 18, 2015", "Published: Wednesday, 18 November 2015 10:30 GMT", "Posted on 18 Nov 2015",
     "Wednesday , November 18 2015", "Last updated at 9:05 a.m. on November 18, 2015", "| 2015-11-18 |"],
)  # fmt: skip
def test_a_line_of_a_date_alone(line):
    assert sole_date(line) == NOVEMBER


@pytest.mark.parametrize(
    "line",
    ["The crash of November 18, 2015 killed 224", "No date", "Geneva, November 18, 2015", ""],
)
def test_a_line_that_says_more_is_not_a_date(line):
    assert sole_date(line) is None


@given(text=st.text(max_size=200))
def test_any_text_is_searched_without_harm(text):
    for span, day in find_dates(text):
        assert 1600 <= day.year < 2100
        assert span.of(text)
    sole_date(text)
