from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.catalog.selection import EVERYTHING, Selection
from index.catalog.selection_json import (
    LONGEST,
    LONGEST_TEXT,
    MOST_IDS,
    MOST_NAMES,
    NAMES,
    load_selection,
    parse_selection,
    read_selection,
    selection_text,
    selection_values,
)
from index.errors import QuestionError

ID = "0123456789abcdef"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def refused(values: Any) -> str:
    with pytest.raises(QuestionError) as told:
        parse_selection(values)
    return str(told.value)


def test_what_the_page_sends_is_read() -> None:
    text = (
        '{"outlets": ["BBC"], "since": "2015-09-01", "until": null, "words": " a \\n ferry ", '
        f'"ids": ["{ID}"], "authors": ["Bo Lee"]}}'
    )
    read = Selection(
        frozenset(["BBC"]),
        date(2015, 9, 1),
        None,
        words="a ferry",
        ids=frozenset([ID]),
        authors=frozenset(["Bo Lee"]),
    )
    assert read_selection(text) == read


@pytest.mark.parametrize("text", ["", " ", "{}", '{"outlets": [], "since": "", "words": null}'])
def test_nothing_selects_everything(text: str) -> None:
    assert read_selection(text) == EVERYTHING


@pytest.mark.parametrize(
    ("values", "begins"),
    [
        ({"since": "2015-9-1"}, "since: '2015-9-1': expected a day such as 2015-09-01"),
        ({"since": "2015-02-30"}, "since: '2015-02-30'"),
        ({"until": 20150901}, "until: '20150901'"),
        ({"until": "٢٠١٥-٠٩-٠١"}, "until: "),
        (
            {"since": "2015-09-02", "until": "2015-09-01"},
            "until: '2015-09-01': expected a day from",
        ),
        ({"outlets": "BBC"}, "outlets: 'BBC': expected a list"),
        ({"outlets": ["x" * (LONGEST + 1)]}, "outlets: 'xxx"),
        ({"outlets": [None]}, "outlets: 'None': expected a text"),
        ({"authors": "Bo Lee"}, "authors: 'Bo Lee': expected a list"),
        ({"authors": ["x"] * (MOST_NAMES + 1)}, "authors: '101 of them': expected at most 100"),
        ({"words": ["a"]}, "words: "),
        ({"words": "x" * (LONGEST + 1)}, "words: 'xxx"),
        ({"ids": ["../../etc/passwd"]}, "ids: '../../etc/passwd': expected 16 of"),
        ({"ids": [ID] * (MOST_IDS + 1)}, "ids: '201 of them': expected at most 200"),
        ({"x" * 10_000: 1}, "within: 'xxx"),
    ],
)
def test_a_bad_value_is_told_in_one_short_line(values: Any, begins: str) -> None:
    line = refused(values)
    assert line.startswith(begins) and "\n" not in line and len(line) < 250 and "; " in line


@given(st.dictionaries(st.sampled_from(NAMES), json_values))
def test_whatever_is_sent_is_a_selection_or_one_line(values: dict[str, Any]) -> None:
    try:
        selection = parse_selection(values)
    except QuestionError as error:
        assert "\n" not in str(error) and len(str(error)) < 250
    else:
        assert len(selection.words) <= LONGEST and len(selection.ids) <= MOST_IDS
        selection.words.encode("utf-8")


@pytest.mark.parametrize(
    "text", ["[", "[]", "1", "null", '"BBC"', "[" * 20_000, "x" * LONGEST_TEXT * 2]
)
def test_what_is_no_object_is_told_in_one_line(text: str) -> None:
    with pytest.raises(QuestionError, match=r"within: .*expected a (shorter )?JSON object"):
        read_selection(text)


@given(st.dictionaries(st.sampled_from(NAMES), json_values))
@example({"outlets": ["\ud800", "é" * LONGEST], "words": "a", "until": "2015-09-01", "ids": [ID]})
@example({"outlets": [f"{number}{'é' * 490}" for number in range(100)]})
def test_what_is_kept_of_a_selection_gives_it_back(values: dict[str, Any]) -> None:
    try:
        selection = parse_selection(values)
    except QuestionError:
        return
    text = selection_text(selection)
    assert text.isascii() and bool(text) == bool(selection)
    assert load_selection(text) == selection
    assert parse_selection(selection_values(selection)) == selection
