"""Title, publisher and date, if the text of a page states them."""

import hashlib
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.articles import read_article
from index.reading.folder import list_files
from index.text.boilerplate import mark_boilerplate
from index.text.metadata import find_days, find_publisher, find_title

STORY = (
    "The minister opened the new bridge over the river on Monday, and hundreds of people from the "
    "villages on both banks came to see it, she said."
)


def title(text):
    return find_title(text, mark_boilerplate(text))


def published(text):
    return find_days(text, mark_boilerplate(text)).published


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"New bridge opens over river\n\n{STORY}", "New bridge opens over river"),
        (f"# New bridge opens\n\n{STORY}", "New bridge opens"),
        (f"Skip to content\n\nThe Daily Guide\n\nVillages get a bridge\n\n{STORY}", "Villages get a bridge"),
        (f"Home | World | Villages get a bridge\n{STORY}", "Villages get a bridge"),
        (f"{STORY}\nLeave a comment on \"Bridge opens, crowds come\"", "Bridge opens, crowds come"),
        ("Bridge opens\n\nShort news.", "Bridge opens"),
        (f"THE RIVER TIMES\n\nVillages get a bridge\n\n{STORY}", "Villages get a bridge"),
        (f"Minister opens the bridge.\n\n{STORY}", "Minister opens the bridge."),
        (f"Minister opens bridge ...\n\nOslo, Norway NPA —\n\n{STORY}", "Minister opens bridge ..."),
        (f"Villages get a bridge\n\nIt rained on the minister.\n\n{STORY}", "Villages get a bridge"),
        (f"Villages on both sides of the great river get a new bridge\nMay 5, 2020\n{STORY}",
         "Villages on both sides of the great river get a new bridge"),
        ("大臣が川に架かる新しい橋を開通\n\n大臣は月曜日に川に架かる新しい橋を開通させ、両岸の村から何百人もの人々が見物に訪れたと述べた。",
         "大臣が川に架かる新しい橋を開通"),
        ("ไฟไหม้สะพานข้ามแม่น้ำ\n\n" + "ไฟไหม้สะพานข้ามแม่น้ำเมื่อคืนวันอาทิตย์ รัฐมนตรีกล่าวกับผู้สื่อข่าว " * 2,
         "ไฟไหม้สะพานข้ามแม่น้ำ"),
        (f"Photos: The river in flood | NPA\n\nMay 5, 2020\n\nPeople on the river.\n\n{STORY}",
         "Photos: The river in flood | NPA"),
        (f"Photo: A. Person/Getty Images\n\nVillages get a bridge\n\n{STORY}", "Villages get a bridge"),
        ("| Candidate | Votes |\n| Kai Moe | 4,812 |", None),
        (f"May 25 2020\n\n{STORY}", None),
        (STORY, None),
        ("", None),
    ],
)  # fmt: skip
def test_the_title_is_the_heading_that_shares_words_with_the_story(text, expected):
    assert title(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"A bridge\n\nNovember 18, 2015\n\n{STORY}", date(2015, 11, 18)),
        (f"A bridge\n\nPublished: 18 Nov 2015 10:30 GMT\n\n{STORY}", date(2015, 11, 18)),
        (f"Monday , May 25 2020\nHome | World | A bridge\n\n{STORY}", None),
        (f"A bridge\n\n{STORY} It was built on May 3, 1999.", None),
        (f"A bridge\n\n{STORY}\n\n© 2020 The Daily", None),
        ("\n\n".join([*["Line"] * 20, "November 18, 2015"]), None),
        (f"A bridge\nNovember 18, 2015\n{STORY}", date(2015, 11, 18)),
        (f"A bridge\n\nBy Mara Holt | 18 Nov 2015\n\n{STORY}", date(2015, 11, 18)),
        (f"A bridge\n\nPosted on November 18, 2015 by Mara Holt\n\n{STORY}", date(2015, 11, 18)),
        (f"A bridge\n\n18/11/2015\n\n{STORY}", date(2015, 11, 18)),
        (f"A bridge\n\n05/11/2015\n\n{STORY}", None),
    ],
)
def test_only_a_date_stated_near_the_top_is_the_day_of_publication(text, expected):
    assert published(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Publisher: The Daily", "The Daily"),
        ("publisher: The Daily", "The Daily"),
        ("Copyright 2015 The Daily", "The Daily"),
        ("© 2015 by The Daily", "The Daily"),
        ("Skip to more BBC sites", "BBC"),
        ("More stories from DW", "DW"),
        ("LONDON (Reuters) - The minister", "Reuters"),
        ("Jane Doe is a roving reporter at The Daily, and writes on rivers.", "The Daily"),
        ("Jane Doe writes for nobody.", None),
        ("", None),
    ],
)
def test_the_publisher_is_who_the_page_names(text, expected):
    assert find_publisher(text) == expected


@pytest.mark.parametrize(
    "head, expected",
    [
        (
            "Last updated: 3 June 2021\n\nFirst published: 1 June 2021",
            (date(2021, 6, 1), date(2021, 6, 3)),
        ),
        ("June 1, 2021 Updated June 3, 2021, 9:29 a.m. ET", (date(2021, 6, 1), date(2021, 6, 3))),
        ("1 June 2021\n\nUpdated: 3 June 2021", (date(2021, 6, 1), date(2021, 6, 3))),
        ("Last updated: 3 June 2021", (date(2021, 6, 3), date(2021, 6, 3))),
    ],
)
def test_a_story_is_of_the_day_it_was_published_not_updated(head, expected):
    text = f"A bridge\n\n{head}\n\n{STORY}"
    assert find_days(text, mark_boilerplate(text)) == expected


@given(text=st.text(max_size=300))
def test_any_text_is_searched_without_harm(text):
    for found in (title(text), find_publisher(text)):
        assert found is None or found.strip()
    published(text)


@pytest.mark.parametrize(
    "text",
    ["Home\n" * 50_000, "A b\n" * 50_000, "---\n" + "a: b\n" * 50_000, "home | " * 50_000, "(A " * 100_000,
     "---\ntitle: x" + " " * 50_000 + "y\n---", "© 2015 " + "A" * 300_000, "is a " * 100_000,
     "comment on \"" * 50_000],
    ids=["menu", "headings", "front matter", "breadcrumbs", "brackets", "spaces", "name", "blurb", "comment"],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion_to_its_length(text):
    began = time.process_time()
    title(text), published(text), find_publisher(text)
    assert time.process_time() - began < 10


def test_the_headers_of_the_real_articles(real_corpus):
    articles = [read_article(real_corpus, path) for path in list_files(real_corpus)]
    # Their headlines are not part of the project; the first digits of their sha256 are.
    digests = [hashlib.sha256(article.title.encode()).hexdigest()[:12] for article in articles]
    assert digests == [
        "ca25724517dc", "1886cc116049", "8f839f88223f", "1fd892644375", "c9c7ad4160da",
    ]  # fmt: skip
    assert [article.published for article in articles] == [
        None, None, None, date(2015, 11, 18), None,
    ]  # fmt: skip
    assert [article.publisher for article in articles] == [None, "Vox", None, "DW", None]
