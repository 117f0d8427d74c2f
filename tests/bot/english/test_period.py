from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.period import LATE, Period, find_period
from tests.bot.checks import any_text, wordy_text

NOW = date(2015, 11, 19)


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened in September 2015?", "2015-09-01", "2015-10-03"),
        ("What happened on November 13, 2015?", "2015-11-13", "2015-11-16"),
        ("What happened on 13 November?", "2015-11-13", "2015-11-16"),
        ("What happened in October?", "2015-10-01", "2015-11-03"),
        ("What happened in December?", "2014-12-01", "2015-01-03"),
        ("Who met in the last week of October?", "2015-10-24", "2015-11-03"),
        ("Who met in the first week of October 2014?", "2014-10-01", "2014-10-11"),
        ("Who met in early September?", "2015-09-01", "2015-09-14"),
        ("Who met in late February 2012?", "2012-02-20", "2012-03-03"),
        ("What did he say yesterday?", "2015-11-17", "2015-11-19"),
        ("What did he say today?", "2015-11-18", "2015-11-19"),
        ("What did Putin say on Monday?", "2015-11-11", "2015-11-22"),
        ("What did Putin say on Monday in Paris?", "2015-11-11", "2015-11-22"),
        ("Who said on Saturday that he will resign?", "2015-11-11", "2015-11-22"),
        ("Was Monday's storm deadly?", "2015-11-11", "2015-11-22"),
        ("Last Friday who won?", "2015-11-11", "2015-11-22"),
        ("Who won in 2014 on a Monday?", "2014-01-01", "2015-01-03"),
        ("What happened last year on a Friday?", "2014-01-01", "2015-01-03"),
        ("What did he say last month, on Monday?", "2015-10-01", "2015-11-03"),
        ("Thursday's storm hit which state?", "2015-11-11", "2015-11-22"),
        ("Who won this week?", "2015-11-11", "2015-11-22"),
        ("Who won last week?", "2015-11-05", "2015-11-18"),
        ("Who won this past weekend?", "2015-11-10", "2015-11-22"),
        ("Who won last month?", "2015-10-01", "2015-11-03"),
        ("Who won last year?", "2014-01-01", "2015-01-03"),
        ("Who won in the past two weeks?", "2015-11-05", "2015-11-19"),
        ("Who won in the last 10 days?", "2015-11-09", "2015-11-19"),
        ("What happened in 2013?", "2013-01-01", "2014-01-03"),
        ("Who recently resigned?", "2015-10-20", "2015-11-22"),
    ],
)
def test_a_period_is_the_days_on_which_its_news_is_printed(
    question: str, first: str, last: str
) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert find_period(question, NOW) == period


@pytest.mark.parametrize(
    "question", ["What is the latest on Syria?", "What did he say most recently?"]
)
def test_the_latest_is_the_newest_of_what_fits(question: str) -> None:
    period = find_period(question, NOW)
    assert period and period.newest and period.holds(NOW) and not period.holds(None)


@pytest.mark.parametrize(
    "question",
    [
        "Where did Obama say Assad must go?",
        "Who shops on Black Friday?",
        "Who prays every Friday?",
        "Who writes for the Sunday Times?",
        "Who works on Sundays?",
        "What may they do?",
        "Who will march?",
        "How many of 2,015 people left?",
        "Who was the last to leave?",
        "Which weeks were hard?",
        "",
    ],
)
def test_a_question_without_a_period_names_none(question: str) -> None:
    assert find_period(question, NOW) is None


@given(any_text | wordy_text, st.dates())
def test_any_text_names_a_period_that_is_one_or_none(text: str, now: date) -> None:
    period = find_period(text, now)
    assert period is None or period.start <= period.end


@given(st.dates(date(1900, 1, 5), date(2099, 12, 1)))
def test_a_day_that_is_written_out_holds_its_own_news(day: date) -> None:
    period = find_period(f"What happened on {day:%B} {day.day}, {day.year}?", NOW)
    assert period == Period(day, day + LATE)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_what_is_said_of_this_week_was_printed_in_it(now: date) -> None:
    period = find_period("What happened this week?", now)
    assert period and all(period.holds(now - timedelta(n)) for n in range(7))
    assert not period.holds(now - timedelta(14))
