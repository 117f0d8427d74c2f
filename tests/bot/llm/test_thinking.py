"""What a model says to itself is dropped as it passes, and nothing else is touched or held up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.failure import AttemptError
from bot.llm.thinking import NAMES, Thinking

PARTS = [
    "<think>",
    "</think>",
    "<reasoning>",
    "</Reasoning>",
    "<thin",
    "k>",
    "<",
    "/",
    ">",
    "a <b",
    " \n",
]


def heard(*pieces):
    """The pieces that come through, without the empty ones, and the clause of the error, if any."""
    thinking, said = Thinking(), []
    try:
        said += [part for piece in pieces if (part := thinking.said(piece))]
        said += [part for part in [thinking.end()] if part]
        thinking.check()
    except AttemptError as error:
        return said, error.clause
    return said, None


@pytest.mark.parametrize("name", [*NAMES, "THINK", "Thinking"])
def test_thought_before_the_answer_is_dropped(name):
    text = f"<{name}>Was it Paris? 3 < 4.</{name}>\nIn Geneva [1]."
    assert heard(text) == (["\nIn Geneva [1]."], None)
    assert heard("\n", text) == (["\n", "\nIn Geneva [1]."], None)
    assert "".join(heard(*text)[0]) == "\nIn Geneva [1]."


@pytest.mark.parametrize(
    "text, left",
    [
        ("<think></think>Yes.", "Yes."),
        ("<think>a</think><think>b</think>Yes.", "Yes."),
        ("<think>a <thinking> b </thinking> c <think> d</think>Yes.", "Yes."),
        ("In <think>Paris?</think>Geneva.", "In Geneva."),
        ("\n</think>\nYes.", "\n\nYes."),  # the prompt opened it, and nothing was thought
        ("a <think b", "a <think b"),
        ("He wrote <think", "He wrote <think"),
        ("<thinker>a</thinker>", "<thinker>a</thinker>"),
        ("< think>a", "< think>a"),
        ("1 <", "1 <"),
        ("<<think>a</think>b", "<b"),
        ("<İthink> <thınk>", "<İthink> <thınk>"),
    ],
)
def test_what_is_a_tag_and_what_is_not(text, left):
    said, error = heard(text)
    assert ("".join(said), error) == (left, None)
    said, error = heard(*text)
    assert ("".join(said), error) == (left, None)


def test_nothing_is_held_that_cannot_become_a_tag():
    thinking = Thinking()
    pieces = [
        ("In ", "In "),
        ("a <b", "a <b"),
        ("<th", ""),
        ("e", "<the"),
        ("</", ""),
        ("tho", ""),
        ("rn", "</thorn"),
    ]
    for piece, through in pieces:
        assert thinking.said(piece) == through


@pytest.mark.parametrize(
    "text, clause",
    [
        ("", "answered with nothing; ask again"),
        (" \n", "answered with nothing; ask again"),
        ("<think>It was", "answered with nothing but its reasoning"),
        ("<think>It was</thi", "answered with nothing but its reasoning"),
        (" <think>a</think> \n", "answered with nothing but its reasoning"),
        ("In <think>Paris", "broke off in the middle of its reasoning"),
        ("It was Paris. No.</think>In Geneva.", "wrote its reasoning into its answer"),
    ],
)
def test_an_answer_that_is_none_says_why(text, clause):
    assert heard(text)[1].startswith(clause)
    assert heard(*text)[1].startswith(clause)


@given(st.lists(st.sampled_from(PARTS), max_size=12), st.integers(1, 4))
def test_it_does_not_matter_where_a_text_is_cut(parts, size):
    text = "".join(parts)
    whole, why = heard(text)
    pieces, same = heard(*(text[i : i + size] for i in range(0, len(text), size)))
    assert same == why
    if why is None:
        assert "".join(pieces) == "".join(whole)


@given(st.text("<think>/ a", max_size=30))
def test_a_text_without_tags_comes_through_whole(text):
    if not any(f"{slash}{name}>" in text for slash in "</" for name in NAMES):
        assert "".join(heard(*text)[0]) == text
