"""Who wrote an article, if a byline says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.author import clean_author, find_author

STORY = (
    "The minister opened the new bridge over the river on Monday, and hundreds of people from the "
    "villages on both banks came to see it, she said."
)


@pytest.mark.parametrize(
    "line, expected",
    [
        ("By Mara Holt", "Mara Holt"),
        ("BY MARA HOLT", "MARA HOLT"),
        ("By: Mara Holt", "Mara Holt"),
        ("Written by Mara Holt", "Mara Holt"),
        ("Author: Mara Holt", "Mara Holt"),
        ("By Mara Holt and Ian de Vries", "Mara Holt, Ian de Vries"),
        ("By Mara Holt, Ian Roe and J. K. Bell", "Mara Holt, Ian Roe, J. K. Bell"),
        ("By Mara Holt, The Daily", "Mara Holt"),
        ("By Mara Holt, Evening Post", "Mara Holt"),
        ("By Mara Holt in Oslo", "Mara Holt"),
        ("By Mara Holt | 3 May 2020", "Mara Holt"),
        ("By Mara Holt May 3, 2020", "Mara Holt"),
        ("By Mara Holt (Reuters)", "Mara Holt"),
        ("Posted on May 3, 2020 by Mara Holt", "Mara Holt"),
        ("3 May 2020 | By Mara Holt and Ian Roe", "Mara Holt, Ian Roe"),
        ("By Mara Holt in Oslo and Ian Roe in New York", "Mara Holt, Ian Roe"),
        ("By Mara Holt in Bosnia and Herzegovina", "Mara Holt"),
        ("Von Jörg Äbi", "Jörg Äbi"),
        ("By our staff", None),
        ("By Staff Reporter", None),
        ("By land and sea", None),
        ("By the end of May, all was quiet", None),
        ("By Monday", None),
        ("By 2030", None),
    ],
)
def test_a_byline_above_the_story_names_the_author(line, expected):
    assert find_author(f"New bridge opens\n\n{line}\n\n{STORY}") == expected


def test_a_headline_that_begins_with_by_names_nobody():
    text = f"By Popular Demand\n\n{STORY}"
    assert find_author(text, "By Popular Demand") is None


def test_a_byline_far_below_names_nobody():
    assert find_author(f"{STORY}\n\n" * 40 + "By Mara Holt") is None


@pytest.mark.parametrize(
    "stated, expected",
    [
        ("Mara Holt", "Mara Holt"),
        ("By Mara  Holt", "Mara Holt"),
        (["Mara Holt", "Ian Roe", "Mara Holt"], "Mara Holt, Ian Roe"),
        ("https://social.example/mara", None),
        ("mara@courier.example", None),
        ("", None),
        ([], None),
    ],
)
def test_a_stated_author_is_a_name(stated, expected):
    assert clean_author(stated) == expected


@given(text=st.text(max_size=300))
def test_any_text_is_searched_without_harm(text):
    for found in (find_author(f"By {text}"), clean_author(text)):
        assert found is None or found.strip()
