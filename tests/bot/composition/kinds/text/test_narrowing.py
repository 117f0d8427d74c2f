from datetime import date

from bot.composition.kinds.text.narrowing import narrow

OUTLETS, NEWEST = ("DW", "The Guardian"), date(2015, 11, 20)


def test_outlet_and_days_are_taken_out_of_the_words() -> None:
    found = narrow("from DW in November 2015", OUTLETS, NEWEST, is_subject=False)
    assert (found.outlet, found.days) == ("DW", (date(2015, 11, 1), date(2015, 11, 30)))
    assert not found.rest
    assert not found.subject


def test_a_subject_may_be_narrowed_too() -> None:
    found = narrow("Assad from the Guardian in 2015", OUTLETS, NEWEST, is_subject=True)
    assert (found.subject, found.outlet) == ("Assad", "The Guardian")
    assert found.days == (date(2015, 1, 1), date(2015, 12, 31))


def test_what_is_not_understood_is_left() -> None:
    assert narrow("published in the leak", OUTLETS, NEWEST, is_subject=False).rest == "leak"
    assert narrow("from DW about Assad", OUTLETS, NEWEST, is_subject=False).subject == "Assad"


def test_one_day_is_one_day() -> None:
    found = narrow("from November 18, 2015", OUTLETS, NEWEST, is_subject=False)
    assert found.days == (date(2015, 11, 18), date(2015, 11, 18))
