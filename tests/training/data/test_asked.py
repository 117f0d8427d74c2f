"""The questions that the confidence is fitted on: never trained on, and no article in both halves."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.material import CASTLE, validation_files, write
from training.data.asked import Question, news, strangers, validation
from training.data.pairs import KEPT_BACK


@pytest.fixture
def data(tmp_path):
    """The validation files."""
    return validation_files(tmp_path / "data")


def test_only_the_articles_kept_back_and_the_other_set_are_asked(data):
    asked = validation(data)
    assert {one.title for one in asked if not one.title[0].isdigit()} == KEPT_BACK
    assert len(KEPT_BACK) + 4 <= len(asked) <= len(KEPT_BACK) + 8  # one in eight of most of 60
    assert all(one.question and one.context for one in asked)


def test_strangers_are_of_passages_that_are_not_in_the_index_and_never_trained_on(data):
    found = strangers(data)
    assert 3 <= len(found) <= 25
    asked = {one.context for one in validation(data)}
    assert all(not context.startswith(one.title) for one in found for context in asked)
    assert all(one.question.startswith("When") and one.context == "" for one in found)


def test_news_is_asked_with_its_head_and_near_misses_have_no_answer(data):
    asked = news(data)
    assert len({one.title for one in asked}) < 12  # one in four of its articles
    by_question = {one.question: one for one in asked}
    assert by_question["When did the Marlin sink?"].answers == ("1931",)
    assert by_question["Who swam ashore?"].answers == ("Mary Boyd; Ian Gray",)
    assert by_question["Who built the Marlin?"].answers == ()
    assert by_question["Where did the Marlin sink?"].head.startswith(
        "Marlin lost in the west\nMay 3"
    )


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text())))
def test_the_two_halves_share_no_article(drawn):
    asked = [Question(title, question, "", ()) for title, question in drawn]
    fitting = {one.title for one in asked if one.fits}
    assert not fitting & {one.title for one in asked if not one.fits}


def test_both_halves_hold_some_articles_kept_back_and_some_others(data):
    asked = [*validation(data), *strangers(data)]
    for half in (True, False):
        titles = {one.title for one in asked if one.fits is half}
        assert titles & KEPT_BACK and titles - KEPT_BACK


def test_a_text_without_a_title_is_an_article_of_its_own(tmp_path):
    write(tmp_path, "squad2_dev_part", [])
    rows = [
        {"question": "Who?", "context": f"{n} {CASTLE}", "answers": []}
        for n in range(60)
        for _ in range(4)
    ]
    write(tmp_path, "valid_wiki", rows)
    titles = Counter(one.title for one in validation(tmp_path))
    assert len(titles) > 10 and set(titles.values()) == {1}  # one in sixteen rows is asked
