"""Lines and values that state a date: the one day they name, published or updated, or none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.stated_dates import read_day, stated_days

MAY = date(2020, 5, 20)


@pytest.mark.parametrize(
    "written",
    ["2020/05/20", "2020-5-20", "20.05.2020", "20/05/2020", "05/20/2020", "20200520", "20-May-2020",
     "20 May 2020", "Wed 20 May 2020 10.00 BST", "May 20, 2020, 6:04 a.m. ET", "Wed, May 20, 2020",
     "May 20, 2020 10:04 AM GMT+2", "2020-05-20T09:30:00Z", "2020-05-20T09:30:00.000+02:00",
     "20/05/2020 23:59", "20. Mai 2020", "Mittwoch, 20. Mai 2020, 10:30 Uhr", "20 mai 2020",
     "20 de mayo de 2020", "20 maggio 2020", "20 maja 2020", "20 mei 2020", "20 мая 2020",
     "2020年5月20日", "2020年5月20日 10時30分", "2020년 5월 20일", "20. 5. 2020", "20. 5. 2020 10:20",
     "onsdag 20 maj 2020 kl. 10.15", "20 MAY 2020 10:20 CET", "20 May 2020 10:20 HKT",
     "May 20, 2020 / 6:04 PM / 3 years ago", "20200520101500", "2020年5月20日(水) 9:00配信",
     "2020.05.20. 오후 3:20", "20 May 2020, 8 AM"],
)  # fmt: skip
def test_a_day_is_read_in_every_usual_form(written):
    assert read_day(written) == MAY
    assert stated_days(written) == (MAY, None)


@pytest.mark.parametrize(
    "line",
    ["Published: 20 May 2020", "Posted on 20 May 2020 at 10:30", "First published 20.05.2020, 10.30",
     "Publicado em 20 de maio de 2020 às 10h30", "Gepubliceerd op 20 mei 2020 om 10:15",
     "Veröffentlicht am 20. Mai 2020 um 10:30 Uhr", "Publié le 20 mai 2020 à 10h30",
     "Publication date: 2020-05-20", "Erstellt am 20. Mai 2020",
     "This story was first published on 20 May 2020."],
)  # fmt: skip
def test_labels_and_times_are_no_part_of_a_date(line):
    assert stated_days(line) == (MAY, None)


@pytest.mark.parametrize(
    "line, expected",
    [
        ("Last updated: 21 May 2020", (None, date(2020, 5, 21))),
        ("20 May 2020, updated 21 May 2020", (MAY, date(2020, 5, 21))),
        ("Updated 21 May 2020, first published 20 May 2020", (MAY, date(2020, 5, 21))),
        ("Published: 20/05/2020 | Updated: 21/05/2020", (MAY, date(2020, 5, 21))),
        ("Stand: 21.05.2020, 10:00 Uhr", (None, date(2020, 5, 21))),
        (
            "First published: 20 May 2020, 9 AM; last updated: 21 May 2020, 8 AM",
            (MAY, date(2020, 5, 21)),
        ),
        ("May 20, 2020Updated: May 21, 2020 8:00 a.m.", (MAY, date(2020, 5, 21))),
        ("This article was updated on 21 May 2020.", (None, date(2020, 5, 21))),
        (
            "This page was published on 20 May 2020 and was updated on 21 May 2020",
            (MAY, date(2020, 5, 21)),
        ),
    ],
)
def test_an_update_is_no_publication(line, expected):
    assert stated_days(line) == expected


@pytest.mark.parametrize("written", ["03/04/2021", "3.4.2021", "03-04-2021"])
def test_a_date_that_can_be_two_days_needs_an_order(written):
    assert read_day(written) is None
    assert read_day(written, "dmy") == date(2021, 4, 3)
    assert read_day(written, "mdy") == date(2021, 3, 4)
    assert read_day("03/03/2021") == date(2021, 3, 3)  # either way


@pytest.mark.parametrize(
    "line",
    ["May 2020", "yesterday", "Wednesday", "2020", "12 people died in May 2020", "Oslo, 20 May 2020",
     "Budget 2020: what is new", "The crash of 20 May 2020 killed 12", "10 May 2020 - 12 May 2020",
     "CNN 20 May 2020 live", "20 May 2020 10:20 bridge",
     "31/31/2020", "Room 12, 2020", "20 million in 2020", ""],
)  # fmt: skip
def test_a_line_that_says_more_or_less_than_a_day_is_no_date(line):
    assert stated_days(line) == (None, None)


@given(day=st.dates(date(1600, 1, 1), date(2099, 12, 31)), order=st.sampled_from(["dmy", "mdy"]))
def test_any_day_is_read_back_in_a_known_order(day, order):
    form = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    assert read_day(day.strftime(form), order) == day


@given(text=st.text(max_size=100))
def test_any_text_is_read_without_harm(text):
    for words in (text, f"{text} 2020", f"20 {text} 2020"):
        assert all(
            day is None or isinstance(day, date) for day in (*stated_days(words), read_day(words))
        )
