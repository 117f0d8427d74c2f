"""Which lines are marked as boilerplate, and which never are."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.articles import read_article
from index.reading.folder import list_files
from index.text.article import Span
from index.text.boilerplate import mark_boilerplate, outside, touching

STORY = "The minister opened the bridge over the river on Monday, and hundreds came to see it."
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["Home | World | A bridge opens", "Image: A. Person", "About Jane Doe", "Read more", STORY,
             "Sunday, June 7 2015", "Advertisement", "---", "(A. Person/Getty Images)", "ab/cde (AP)"]
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
        "Skip past the advert",
        "  7. Skip to the next part",
        "This article is more than 3 months old.",
        "Filed under: World",
        "Image Credit: Some Agency",
        "Photo: A. Person/Agency",
        "(A. Person/Getty Images)",
        "Follow Jane Doe on Twitter.",
        "Share this story",
        "Read more: what comes next",
        "Leave a comment below",
        "Sign up for our newsletter",
        "© 2015 The Daily",
        "Copyright 2015 by The Daily",
        "Copyright © 2015 The Daily. All rights reserved.",
        "All rights reserved.",
        "Related stories:",
        "Advertisement",
        "menu search close-arrow live",
        "Home | World | A bridge opens",
        "ab/cde (AFP, AP)",
        "Jane Doe was a roving reporter for The Daily and wrote on bridges.",
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
        "A second chance",
        "Nine ferries carried 300 cars on Friday night.",
        "“Share the burden,” the chancellor told reporters.",
        "March 2, 2014",
    ],
)
def test_words_of_the_story_are_not_marked(line):
    assert marked(f"{STORY}\n\n{line}\n\n{STORY}") == []


def test_a_credit_at_the_end_of_a_caption_is_marked_and_the_caption_is_not():
    text = f"Nine ferries carried 300 cars on Friday.Image: agency/A. Person\n\n{STORY}"
    assert marked(text) == ["Image: agency/A. Person"]


def test_an_about_block_runs_to_the_end_of_the_page():
    text = f"{STORY}\n\nAbout Jane Doe\n\nShe lives in Leeds.\n\nMore of her."
    assert marked(text) == ["About Jane Doe", "She lives in Leeds.", "More of her."]


def test_a_heading_that_begins_with_about_ends_no_story():
    assert marked(f"About Jane Doe\n\n{STORY}\n\n{STORY}") == []


def test_a_date_is_the_pages_clock_only_above_a_menu():
    clock = "Sunday , June 7 2015"
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
    began = time.process_time()
    spans = mark_boilerplate(text)
    list(outside(Span(0, len(text)), spans))
    assert time.process_time() - began < 10


# Of each real article, by the number in its name: the lines that are marked whole, and those of
# which only the end is, a credit after a sentence. Their words are not part of the project.
REAL_MARKS = {
    "000": ({1, 20, 28}, set()),
    "001": ({1, 3, 7}, {14}),
    "002": ({1, 2, 3, 17, 19}, set()),
    "003": ({1, 2, 3, 12, 40, 42, 44, 46}, {22, 34}),
    "004": ({11}, set()),
}


def test_of_the_real_articles_only_menus_blurbs_and_credits_are_marked(real_corpus):
    for path in list_files(real_corpus):
        article = read_article(real_corpus, path)
        whole, ends = set(), set()
        start = 0
        for number, line in enumerate(article.text.splitlines(keepends=True), 1):
            marks = list(touching(Span(start, start + len(line)), article.boilerplate))
            if marks:
                (mark,) = marks
                assert mark.end == start + len(line.rstrip())
                begins = mark.start == start + len(line) - len(line.lstrip())
                (whole if begins else ends).add(number)
            start += len(line)
        assert (whole, ends) == REAL_MARKS[path[:3]], path


@pytest.mark.parametrize(
    "line",
    [
        "The bridge over the river on Monday. A. Person/Getty Images",
        "Hundreds came on March 3, 2022. Ann B. Person/Some Agency/AFP via Getty Images",
        "Boats in Oban (Image credit: Ann Person/Alamy Stock Photo)",
        "Video Ad Feedback The bridge opens 01:09 - Source: CNN",
        "More:The bridge opens, and what it means for Oban",
        "Related: Five bridges to see",
        "BRIDGES:What we know about the bridge in Oban",
        "Contributing: Ann Person, The Oban Herald",
        "Contact Ann Person at ann@herald.example. Follow her on Twitter @ann.",
        "Follow Ann Person on Twitter: @ann",
        "What's everyone talking about? Sign up for our newsletter to get the latest.",
        "Get our free weekly newsletter. Subscribe to hear from Oban.",
    ],
)
def test_captions_links_and_offers_are_no_story(line):
    assert marked(f"{STORY}\n{line}\n{STORY}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "OBAN: The minister opened the bridge on Monday.",
        "A Reuters/Ipsos poll showed that most people like the bridge over the river.",
        "He told AP that the bridge would be shut and/or pulled down by March.",
        "The minister said he would subscribe to the plan.",
        "She asked them to sign up for the march by e-mail, and 3,000 people did so within a day or two, "
        "among them the mayor, who had been against it until the spring and had then changed her mind, "
        "which nobody in the town had expected of her, least of all her own party, as one member of it said.",
        "More: that was what he wanted, and he said so.",
        "12:30 The bridge is open.",
    ],
)
def test_lines_of_a_story_that_look_like_captions_or_links_stay(line):
    assert line not in marked(f"{STORY}\n{line}\n{STORY}")
