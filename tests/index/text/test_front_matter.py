"""What an article says about itself before it begins: YAML, TOML, or lines of keys and values."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.front_matter import NO_HEAD, find_head


def yaml(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "", "The story."])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_is_read_with_any_line_end(end):
    lines = [
        "---",
        'Title: "A bridge: the story"',
        "date: '2015-11-18'",
        "tags:",
        "---",
        "",
        "Words",
    ]
    head = find_head(end.join(lines))
    assert head.facts == {"title": ["A bridge: the story"], "date": ["2015-11-18"], "tags": [""]}
    assert head.end == len(end.join(lines[:5])) and head.is_fenced


@pytest.mark.parametrize(
    "lines, title",
    [
        (["title: >-", "  A bridge", "  for the town"], "A bridge for the town"),
        (["title: A bridge # draft"], "A bridge"),
        (["headline: A bridge", "tags: [a, b]"], "A bridge"),
        (["title: A bridge: the story"], "A bridge: the story"),  # not YAML, and often written
        (["nothing: here"], None),
    ],
)
def test_the_title_is_read_as_yaml_writes_it(lines, title):
    assert find_head(yaml(*lines)).title == title


@pytest.mark.parametrize(
    "key", ["date", "published", "publication_date", "Publish-Date", "pubDate"]
)
@pytest.mark.parametrize("day", ["2021-06-01", "2021/06/01", "1 June 2021", "2021-06-01T09:30:00Z"])
def test_the_day_of_publication_has_many_keys_and_forms(key, day):
    head = find_head(yaml(f"{key}: {day}", "lastmod: 2021-06-03"))
    assert (head.published(), head.updated()) == (date(2021, 6, 1), date(2021, 6, 3))


@pytest.mark.parametrize(
    "lines, author",
    [
        (["author: Mara Holt"], "Mara Holt"),
        (["byline: By Mara Holt"], "Mara Holt"),
        (["author: [Mara Holt, Ian Roe]"], "Mara Holt, Ian Roe"),
        (["authors:", "  - name: Mara Holt", "    mail: mara@courier.example"], "Mara Holt"),
        (["author: {name: Mara Holt, url: 'https://x.example'}", "title: A bridge"], "Mara Holt"),
    ],
)
def test_authors_are_names(lines, author):
    assert find_head(yaml(*lines)).author == author


@pytest.mark.parametrize("key", ["outlet", "publisher", "source"])
def test_the_outlet_has_several_keys(key):
    assert find_head(yaml(f"{key}: The Daily")).publisher == "The Daily"


def test_toml_stands_between_plus_signs():
    head = find_head(
        '+++\ntitle = "A bridge"\ndate = 2022-05-03T10:00:00Z\nauthors = ["Mara Holt"]\n+++\nWords'
    )
    assert (head.title, head.published(), head.author) == (
        "A bridge",
        date(2022, 5, 3),
        "Mara Holt",
    )


def test_lines_of_usual_keys_above_an_empty_line_are_a_head():
    text = "Title: A bridge\nDate: 2022-05-03 10:20\nSource: The Daily\n"
    head = find_head(f"{text}\nThe story.")
    assert (head.title, head.published(), head.publisher) == (
        "A bridge",
        date(2022, 5, 3),
        "The Daily",
    )
    assert head.end == len(text) - 1 and not head.is_fenced


@pytest.mark.parametrize(
    "text",
    [
        "URL: https://daily.example/1\nTitle: A bridge\nDate: 2022-05-03\n\nWords",
        "TITLE: A\n  bridge\nDATE: 2022-05-03\n\nWords",
    ],
)
def test_a_head_may_begin_with_another_key_and_fold_its_lines(text):
    head = find_head(text)
    assert (head.title, head.published()) == ("A bridge", date(2022, 5, 3))


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: A bridge\n",
        "text\n---\ntitle: x\n---\n",
        "--- x\n---",
        "---\nA line between rules\n---\n",
        "---\n- a\n- b\n---\n",
        "Note: this is a story\n\nWords.",
        "Title: A bridge\n\nWords.",
        "Minister: no bridge\nSource: nobody\n\nWords",
        "Title: A bridge\nDate: 2022-05-03\nThe story goes on here.",
        "",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text):
    assert find_head(text) == NO_HEAD


@given(text=st.text(max_size=200))
def test_any_text_is_searched_without_harm(text):
    for fence in ("---", "+++"):
        head = find_head(f"{fence}\n{text}\n{fence}\n")
        assert head.title is None or head.title.strip()
        head.published(), head.updated(), head.publisher, head.author


@pytest.mark.parametrize(
    "inside",
    ["a: b\n" * 50_000, "[" * 15_000, "- " * 9_000, "{a: " * 4_000, "a: &a [" + "*a, " * 4000 + "]",
     "x = " + "[" * 15_000, "title: x" + " " * 50_000 + "y"],
    ids=["long", "deep", "lists", "mappings", "aliases", "toml", "spaces"],
)  # fmt: skip
def test_hostile_front_matter_takes_little_time(inside):
    began = time.process_time()
    for fence in ("---", "+++"):
        find_head(f"{fence}\n{inside}\n{fence}\nWords")
    assert time.process_time() - began < 10
