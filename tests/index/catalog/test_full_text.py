"""Passages and articles are found by their words; no question is parsed as query syntax."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.catalog import Catalog
from index.catalog.selection import Selection
from index.catalog.sqlite.schema import FILE_NAME
from index.text.article import Article
from index.text.boilerplate import mark_boilerplate
from tests.index.catalog.indexed import ONE_FOLDER, indexed, story


@ONE_FOLDER
@given(words=st.lists(st.text(st.characters(), max_size=12), max_size=30), k=st.integers(1, 5))
def test_any_words_can_be_asked_for(catalog, words, k):
    if not catalog.articles.counts()[0]:
        catalog.apply([story("a.txt", "The minister opened a bridge. Naïve crowds came.")], [], {})
    found = catalog.full_text.passages(words, k).every
    assert len(found) <= k
    assert all(score > 0 or score == pytest.approx(0, abs=1e-5) for _, score in found)


@pytest.mark.parametrize(
    "words",
    [['"'], ["bridge OR crowds"], ["NEAR(", "a", "*"], ["title:bridge"], ["^"], ["\0"], ["bridge\0"],
     ["\ud800"], ["-bridge"], ["'; DROP TABLE words; --"], [""], [" "], ["AND", "NOT"], ["x" * 99_999],
     ["_"], []],
)  # fmt: skip
def test_words_are_never_taken_for_query_syntax(catalog, words):
    catalog.apply([story("a.txt", "The minister opened a bridge.")], [], {})
    catalog.full_text.passages(words, 5)
    assert catalog.full_text.passages(["bridge"], 5).every


def test_twenty_thousand_words_can_be_asked_for(catalog):
    catalog.apply([story("a.txt", "The minister opened a bridge.")], [], {})
    assert catalog.full_text.passages([f"word{n}" for n in range(20_000)] + ["bridge"], 5).every


def test_words_match_by_stem_and_without_accents(catalog):
    catalog.apply(
        [story("a.txt", "The ministers opened bridges."), story("b.txt", "A café in Orléans.")],
        [],
        {},
    )
    for word, path in (
        ("minister", "a.txt"),
        ("bridge", "a.txt"),
        ("cafe", "b.txt"),
        ("ORLEANS", "b.txt"),
    ):
        ((key, _),) = catalog.full_text.passages([word], 5).every
        assert catalog.articles.passages([key])[key][1].path == path


def test_the_better_match_comes_first(catalog):
    catalog.apply(
        [
            story("a.txt", "A bridge, a bridge and again a bridge."),
            story(
                "b.txt", "A bridge and a very long tale of many other things that went on that day."
            ),
            *[story(f"{n}.txt", "Nothing of the kind.") for n in range(8)],
        ],
        [],
        {},
    )
    (first, one), (second, other) = catalog.full_text.passages(["bridge"], 5).every
    assert one > other
    paths = [catalog.articles.passages([key])[key][1].path for key in (first, second)]
    assert paths == ["a.txt", "b.txt"]


def test_boilerplate_is_not_found_by_the_title(catalog):
    text = "The minister opened it.\n\nAdvertisement"
    article = Article("a.txt", "0" * 64, "A bridge", text, boilerplate=mark_boilerplate(text))
    catalog.apply([indexed(article)], [], {})
    assert len(catalog.full_text.passages(["bridge"], 5).every) == 1
    assert len(catalog.full_text.passages(["advertisement"], 5).every) == 1


def test_an_article_is_found_whole_by_words_that_no_passage_has_together(catalog):
    apart = " ".join(["The bridge was old.", *["Nothing happened."] * 60, "The bakery burnt down."])
    one = " ".join(["The bridge is near the harbour.", *["Nothing happened."] * 90])
    catalog.apply([story("a.txt", one), story("b.txt", apart)], [], {})
    assert len(catalog.articles.passage_ids([a.id for a in catalog.articles.all()])) > 4
    found = [key for key, _ in catalog.full_text.articles(["bridge", "bakery"], 5).every]
    assert found == [catalog.articles.at("b.txt").id, catalog.articles.at("a.txt").id]


def test_articles_of_some_days_only(catalog):
    days = {f"{n}.txt": date(2015, 10, n) for n in (1, 2, 3)}
    catalog.apply([story(path, "A bridge.", day) for path, day in days.items()], [], {})
    asked = date(2015, 10, 2), date(2015, 10, 3)
    found = {key for key, _ in catalog.full_text.articles(["bridge"], 5, asked).timely}
    assert found == {catalog.articles.at(path).id for path in ("2.txt", "3.txt")}


def test_an_article_that_is_removed_is_not_found_whole(catalog):
    item = story("a.txt", "A bridge.")
    catalog.apply([item, story("b.txt", "A bakery.")], [], {})
    catalog.apply([], [item.article.id], {})
    assert catalog.full_text.articles(["bridge"], 5).every == []
    assert catalog.full_text.agrees()
    catalog.apply([item], [], {})
    assert [key for key, _ in catalog.full_text.articles(["bridge"], 5).every] == [item.article.id]


def test_passages_of_some_days_only(catalog):
    days = {f"{n}.txt": date(2015, 10, n) for n in (1, 2, 3)}
    catalog.apply([story(path, "A bridge.", day) for path, day in days.items()], [], {})
    found = catalog.full_text.passages(["bridge"], 2, (date(2015, 10, 3), date(2015, 10, 3)))
    assert len(found.every) == 2
    assert [catalog.articles.passages([key])[key][1].path for key, _ in found.timely] == ["3.txt"]


def test_with_rare_words_and_frequent_ones_the_best_are_those_of_scoring_everything(
    catalog, monkeypatch
):
    common = [story(f"{n}.txt", f"The minister met mayor {n}.") for n in range(20)]
    rare = [story("a.txt", "A zeppelin landed."), story("b.txt", "The minister flew a zeppelin.")]
    catalog.apply([*common, *rare], [], {})
    words = ["minister", "zeppelin"]
    every = catalog.full_text.passages(words, 2).every
    monkeypatch.setattr("index.catalog.full_text._MOST_SCORED", 3)
    monkeypatch.setattr("index.catalog.full_text._COMMON", 1.0)
    catalog.apply([], [], {})  # another state: nothing planned before is used
    limited = catalog.full_text.passages(words, 9).every
    assert limited == every
    assert {catalog.articles.passages([key])[key][1].path for key, _ in limited} == {
        "a.txt",
        "b.txt",
    }


def test_a_word_that_most_articles_have_finds_them_when_nothing_else_is_asked(catalog, monkeypatch):
    monkeypatch.setattr("index.catalog.full_text._MOST_SCORED", 3)
    catalog.apply([story(f"{n}.txt", f"The minister met mayor {n}.") for n in range(20)], [], {})
    assert len(catalog.full_text.passages(["minister"], 5).every) == 5
    (first, *_) = catalog.full_text.passages(["minister", "7"], 5).every
    assert catalog.articles.passages([first[0]])[first[0]][1].path == "7.txt"


def test_a_word_is_found_as_soon_as_another_process_or_another_file_brings_it(catalog, tmp_path):
    catalog.apply([story("a.txt", "A bridge.")], [], {})
    reader = Catalog(tmp_path)
    assert reader.full_text.passages(["zeppelin"], 5).every == []
    catalog.apply([story("b.txt", "A zeppelin.")], [], {})
    assert len(reader.full_text.passages(["zeppelin"], 5).every) == 1
    assert reader.full_text.passages(["balloon"], 5).every == []
    (tmp_path / "other").mkdir()
    other = Catalog(tmp_path / "other", create=True)
    other.apply([story("c.txt", "A balloon.")], [], {})
    other.close()
    for file in tmp_path.glob(f"{FILE_NAME}*"):  # with its log, as a sync sets it aside
        file.rename(tmp_path / f"{file.name}.aside")
    (tmp_path / "other" / FILE_NAME).replace(tmp_path / FILE_NAME)
    assert reader.follow()
    assert len(reader.full_text.passages(["balloon"], 5).every) == 1
    reader.close()


def test_articles_with_words_in_a_row_are_found_with_their_text(catalog):
    catalog.apply(
        [
            story("a.txt", "Sam Bankman-Fried spoke."),
            story("b.txt", "Fried fish for Sam Bankman."),
            story("c.txt", "Bankman Fried, again.", date(2022, 11, 2)),
        ],
        [],
        {},
    )
    texts = [text for _, _, text in catalog.full_text.containing("Bankman-Fried")]
    assert sorted(texts) == ["Bankman Fried, again.", "Sam Bankman-Fried spoke."]
    within = Selection(since=date(2022, 11, 1))
    assert [row[2] for row in catalog.full_text.containing("Bankman-Fried", within)] == [
        "Bankman Fried, again."
    ]


@pytest.mark.parametrize("phrase", ["", '"', "NEAR(", "\0", "\ud800", "*", "_", "a OR"])
def test_no_phrase_is_taken_for_query_syntax(catalog, phrase):
    catalog.apply([story("a.txt", "The minister opened a bridge.")], [], {})
    assert catalog.full_text.containing(phrase) == []
