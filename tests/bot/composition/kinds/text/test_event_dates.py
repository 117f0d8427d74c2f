from datetime import date

import pytest

from bot.composition.kinds.text.event_dates import event_date

WEDNESDAY = date(2015, 11, 18)


@pytest.mark.parametrize(
    ("sentence", "iso"),
    [
        ("On Sunday night twelve aircraft dropped 20 bombs.", "2015-11-15"),
        ("The minister spoke on Wednesday.", "2015-11-18"),
        ("The jet came down on October 31.", "2015-10-31"),
        ("The fleet left on December 20.", "2014-12-20"),
        ("The jet came down on October 31, 2014.", "2014-10-31"),
        ("France joined in September.", "2015-09"),
        ("The war broke out in 2011.", "2011"),
        ("The police raided a flat yesterday.", "2015-11-17"),
        ("In 2015 the heaviest strike was on November 15.", "2015-11-15"),
    ],
)
def test_a_date_is_completed_by_the_day_of_the_article(sentence: str, iso: str) -> None:
    found = event_date(sentence, WEDNESDAY)
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize(
    "sentence",
    [
        "He will travel to Moscow on Friday.",
        "Next Friday the court sits again.",
        "It was the heaviest strike since the one on Sunday.",
        "The bakery sells it every Monday.",
        "Friday's attacks changed the mood.",
        "Nobody knows when it began.",
    ],
)
def test_other_days_are_no_event_s(sentence: str) -> None:
    assert event_date(sentence, WEDNESDAY) is None


def test_without_the_article_s_day_only_full_dates_count() -> None:
    assert event_date("The minister spoke on Wednesday.", None) is None
    assert event_date("The jet came down on October 31.", None) is None
    found = event_date("The jet came down on October 31, 2015.", None)
    assert found is not None
    assert found.iso == "2015-10-31"
