"""Dates such as 03/04/2021 are read in the order that the folder's other dates show."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from index.catalog.catalog import Catalog
from index.errors import CorpusError
from index.sync.check import check
from index.text.noticed import DAY_FIRST, MONTH_FIRST, TWO_DAYS
from tests.index.workshop import CONFIG, story

APRIL, MARCH = date(2021, 4, 3), date(2021, 3, 4)


def dated(number, day):
    heading, words = story(number).split("\n\n")
    return f"{heading}\n\n{day}\n\n{words}"


def days(workshop):
    with closing(Catalog(workshop.storage)) as catalog:
        return {one.path: one.published for one in catalog.articles.all()}


@pytest.fixture
def ambiguous(workshop):
    """A workshop whose file a.txt has a date that can be two days."""
    workshop.write("a.txt", dated(8, "03/04/2021"))
    return workshop


@pytest.mark.parametrize(("other", "day"), [("20/05/2020", APRIL), ("05/20/2020", MARCH)])
def test_other_dates_show_the_order_whichever_file_comes_first(ambiguous, other, day):
    for name in ("0.txt", "z.txt"):
        ambiguous.write(name, dated(9, other))
        ambiguous.sync()
        assert days(ambiguous)["a.txt"] == day


def test_without_other_dates_or_with_both_orders_the_setting_counts(ambiguous):
    stated = replace(CONFIG, limits=replace(CONFIG.limits, day_order="mdy"))
    ambiguous.sync()
    assert days(ambiguous)["a.txt"] is None
    ambiguous.sync(stated)
    assert days(ambiguous)["a.txt"] == MARCH
    ambiguous.write("b.txt", dated(9, "20/05/2020"))
    ambiguous.sync(stated)
    assert days(ambiguous)["a.txt"] == APRIL  # what the folder shows goes first
    ambiguous.write("c.txt", dated(10, "05/20/2020"))
    ambiguous.sync(stated)
    assert days(ambiguous)["a.txt"] == MARCH


def test_a_page_and_a_row_show_the_order_too(ambiguous):
    page = "<html><head><meta name='date' content='20/05/2020'><title>A</title></head><body><p>"
    ambiguous.write("b.html", f"{page}{story(9)}</p></body></html>")
    ambiguous.sync()
    assert days(ambiguous)["a.txt"] == APRIL


def test_when_the_other_date_is_gone_so_is_the_order(ambiguous):
    shows = ambiguous.write("b.txt", dated(9, "20/05/2020"))
    ambiguous.sync()
    shows.unlink()
    report = ambiguous.sync()
    assert days(ambiguous)["a.txt"] is None
    assert report.removed == ("b.txt",) and report.embedded > 0
    assert ambiguous.sync().embedded == 0


def test_a_check_reads_the_dates_in_the_same_order(ambiguous):
    ambiguous.write("b.txt", dated(9, "20/05/2020"))
    ambiguous.sync()
    found = check(ambiguous.corpus, ambiguous.storage, ambiguous.encoder.fingerprint, CONFIG, None)
    assert not found.findings


def test_a_sync_that_stopped_before_the_second_reading_continues_with_it(ambiguous, monkeypatch):
    ambiguous.write("b.txt", dated(9, "20/05/2020"))

    def stopped(files, found):
        raise CorpusError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr("index.sync.sync.plan_again", stopped)
        with pytest.raises(CorpusError):
            ambiguous.sync()
    ambiguous.sync()
    assert days(ambiguous)["a.txt"] == APRIL


def test_what_is_noticed_about_dates_is_kept_with_the_file(ambiguous):
    ambiguous.write("b.txt", dated(9, "20/05/2020"))
    ambiguous.write("c.txt", dated(10, "05/20/2020"))
    ambiguous.write("d.txt", dated(11, "4 May 2020"))
    ambiguous.sync()
    with closing(Catalog(ambiguous.storage)) as catalog:
        noticed = {path: set(file.noticed) for path, file in catalog.files().items()}
    for path, remark in (("a.txt", TWO_DAYS), ("b.txt", DAY_FIRST), ("c.txt", MONTH_FIRST)):
        assert noticed[path] >= {remark}
    assert not noticed["d.txt"] & {TWO_DAYS, DAY_FIRST, MONTH_FIRST}
