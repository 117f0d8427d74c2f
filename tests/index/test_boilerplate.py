"""What is marked as belonging to the page, and what never is."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Span
from index.boilerplate import mark_boilerplate, outside, touching
from index.reading import list_files, read_article

STORY = "The minister opened the bridge over the river on Monday, and hundreds came to see it."
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["Home | World | A bridge opens", "Image: A. Person", "About Jane Doe", "Read more", STORY,
             "Monday, May 25 2020", "Advertisement", "---", "(A. Person/Getty Images)", "hf/msh (AP)"]
        ),
        st.text(max_size=20),
    ),
    max_size=20,
)  # fmt: skip
SPANS = st.lists(st.integers(0, 80), unique=True, max_size=20).map(
    lambda ends: tuple(
        Span(a, b) for a, b in zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False)
    )
)


def marked(text):
    return [span.of(text) for span in mark_boilerplate(text)]


@given(lines=LINES, end=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_marks_are_sorted_disjoint_and_each_within_a_line(lines, end):
    text = end.join(lines)
    spans = mark_boilerplate(text)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    for span in spans:
        assert span.end <= len(text)
        assert span.of(text).strip()
        assert not {"\r", "\n"} & set(span.of(text))


@given(marks=SPANS, ends=st.tuples(st.integers(0, 80), st.integers(0, 80)))
def test_outside_is_what_no_mark_covers(marks, ends):
    span = Span(*sorted(ends))
    covered = {place for mark in marks for place in range(mark.start, mark.end)}
    pieces = list(outside(span, marks))
    assert [place for piece in pieces for place in range(piece.start, piece.end)] == [
        place for place in range(span.start, span.end) if place not in covered
    ]
    assert all(len(piece) for piece in pieces)


@given(marks=SPANS, ends=st.tuples(st.integers(0, 80), st.integers(1, 80)))
def test_touching_finds_every_mark_that_overlaps(marks, ends):
    span = Span(ends[0], sum(ends))
    assert list(touching(span, marks)) == [mark for mark in marks if mark.overlaps(span)]


@pytest.mark.parametrize(
    "line",
    [
        "Skip to main menu",
        "  2. Skip to main menu",
        "This story is over 5 years old.",
        "Filed under: World",
        "Image Credit: Some Agency",
        "Photo: A. Person/Agency",
        "(A. Person/Getty Images)",
        "Follow Jane Doe on Twitter.",
        "Share this story",
        "Read more: what comes next",
        "Be the first to comment on this",
        "Sign up for our newsletter",
        "© 2015 The Daily",
        "Copyright 2015 by The Daily",
        "Copyright © 2015 The Daily. All rights reserved.",
        "All rights reserved.",
        "Related stories:",
        "Advertisement",
        "clock menu more-arrow no yes",
        "Home | World | A bridge opens",
        "hf/msh (AP, AFP)",
        "Jane Doe is a senior correspondent at The Daily, where she writes on bridges.",
        "Jane Doe is a freelancer based in Leeds.",
    ],
)
def test_furniture_is_marked(line):
    text = f"{STORY}\n\n{line}\n\n{STORY}"
    assert marked(text) == [line.strip()]


@pytest.mark.parametrize(
    "line",
    [
        STORY,
        "Copyright law is changing in Europe, the commission said.",
        "(c) the third point of the plan",
        "2015/16",
        "About United Nations peacekeepers in the valley",
        "Jane Doe is a senior minister in the government of the region.",
        "He was there.",
        "No.",
        "A new opportunity",
        "Twelve aircraft dropped 20 bombs on Sunday night.",
        "“Share the burden,” the chancellor told reporters.",
        "November 18, 2015",
    ],
)
def test_words_of_the_story_are_not_marked(line):
    assert marked(f"{STORY}\n\n{line}\n\n{STORY}") == []


def test_a_credit_at_the_end_of_a_caption_is_marked_and_the_caption_is_not():
    text = f"Twelve aircraft dropped 20 bombs on Sunday.Image: agency/A. Person\n\n{STORY}"
    assert marked(text) == ["Image: agency/A. Person"]


def test_an_about_block_runs_to_the_end_of_the_page():
    text = f"{STORY}\n\nAbout Jane Doe\n\nShe lives in Leeds.\n\nMore of her."
    assert marked(text) == ["About Jane Doe", "She lives in Leeds.", "More of her."]


def test_a_heading_that_begins_with_about_ends_no_story():
    assert marked(f"About Jane Doe\n\n{STORY}\n\n{STORY}") == []


def test_a_date_is_the_pages_clock_only_above_a_menu():
    clock = "Monday , May 25 2020"
    assert marked(f"{clock}\nHome | World | A bridge opens\n\n{STORY}")[0] == clock
    assert marked(f"{clock}\n\n{STORY}") == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_is_marked(end):
    lines = ["---", "title: A bridge", "date: 2015-11-18", "---", "", STORY]
    assert marked(end.join(lines)) == lines[:4]


@pytest.mark.parametrize(
    "text",
    ["Home\n" * 50_000, "(" * 200_000, "a" * 500_000, "A b " * 100_000, "---\n" * 50_000, ". " * 200_000,
     ".\t" * 100_000 + "Image", "home|" * 100_000, "(a/" * 100_000],
    ids=["menu", "brackets", "one word", "capitals", "dashes", "dots", "space", "breadcrumbs", "credits"],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion_to_its_length(text):
    began = time.monotonic()
    spans = mark_boilerplate(text)
    list(outside(Span(0, len(text)), spans))
    assert time.monotonic() - began < 10


def test_the_menus_blurbs_and_credits_of_the_real_articles_are_marked(real_corpus):
    marks = {
        path[:3]: [span.of(article.text) for span in article.boilerplate]
        for path in list_files(real_corpus)
        for article in [read_article(real_corpus, path, 10**7)]
    }
    starts = {
        "000": ["This story is over", ".— Christopher Miller", "Follow Mike Pearl"],
        "001": ["clock menu", "Filed under", "Zack Beauchamp is a", "(Sasha"],
        "002": ["Monday , May 25", "Home | World", "Image Credit", "About Jeremy", "Jeremy Luedi has"],
        "003": ["1. Skip to content", "2. Skip", "3. Skip", "Image: Reuters", "Image: picture-alliance",
                "Image: picture alliance", "hf/msh", "Skip next", "DW's Top", "Skip next"],
        "004": ["Be the first to comment"],
    }  # fmt: skip
    for name, expected in starts.items():
        assert len(marks[name]) == len(expected), name
        for words, start in zip(marks[name], expected, strict=True):
            assert words.startswith(start)


def test_the_facts_of_the_real_articles_are_not_marked(real_corpus):
    facts = {
        "000": ["proposed an anti-ISIS alliance", "left dramatically", "any nation, including Russia"],
        "001": ["lost 16 percent", "similar to the anti-Hitler", "scheduled to meet"],
        "002": ["more than 220,000 people", "aversion to calls for regime change"],
        "003": ["a total of 20 bombs", "crash that killed 224", "at least 33 militants",
                "Hollande aims to establish", "A new opportunity", "November 18, 2015"],
        "004": ["A 35-minute long meeting", "the face of evil"],
    }  # fmt: skip
    for path in list_files(real_corpus):
        article = read_article(real_corpus, path, 10**7)
        for fact in facts[path[:3]]:
            place = Span(article.text.index(fact), article.text.index(fact) + len(fact))
            assert not list(touching(place, article.boilerplate)), fact
