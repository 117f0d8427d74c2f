"""A search in a selection finds the same as a catalog of the selected articles alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog.catalog import Catalog
from index.catalog.selection import EVERYTHING, Selection
from index.errors import DamagedError
from index.text.article import Article
from tests.index.catalog.indexed import indexed

OUTLETS = ("BBC", "The Daily", "Le Temps, l’hebdo", "100% News_")
WORDS = ("minister", "bridge", "bakery", "zeppelin", "harbour")
FIRST = date(2015, 9, 1)

days = st.integers(0, 9).map(lambda n: FIRST + timedelta(days=n))
articles = st.builds(
    lambda n, words, day, outlet, title, author: Article(
        f"{n}.txt",
        f"{n:064x}",
        title,
        f"The {' '.join(words)} of {n}.",
        day,
        outlet,
        author=author,
    ),
    n=st.integers(0, 10**6),
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4),
    day=st.none() | days,
    outlet=st.none() | st.sampled_from(OUTLETS),
    author=st.none() | st.sampled_from(("Bo Lee", "Ann Roe, Bo Lee", "Ann Roe-Lee")),
    title=st.sampled_from(("Élysée opens", "On 100% of a_b", "A bridge", "Nothing")),
)
shelves = st.lists(articles, max_size=14, unique_by=lambda article: article.path)


@st.composite
def shelf_and_selection(draw):
    shelf = draw(shelves)
    ids = st.frozensets(st.sampled_from([a.id for a in shelf] or ["0" * 16]), max_size=3)
    selection = Selection(
        draw(st.frozensets(st.sampled_from((*OUTLETS, "Nobody")), max_size=2)),
        draw(st.none() | days),
        draw(st.none() | days),
        draw(
            st.sampled_from(("", "", "bridge", "élysée", "ÉLYSÉE OPENS", "%", "_", "a_b bbc", "!"))
        ),
        draw(ids),
        draw(st.frozensets(st.sampled_from(("Bo Lee", "Ann Roe", "Ann")), max_size=2)),
    )
    return shelf, selection


def meant(article, selection):
    """What a selection means, said another way."""
    told = f"{article.title} {article.publisher or ''} {article.path}".casefold()
    wrote = (article.author or "").split(", ")
    return (
        (not selection.publishers or article.publisher in selection.publishers)
        and (not selection.ids or article.id in selection.ids)
        and (not selection.authors or not selection.authors.isdisjoint(wrote))
        and (
            not (selection.since or selection.until)
            or (
                article.published is not None
                and (selection.since or date.min)
                <= article.published
                <= (selection.until or date.max)
            )
        )
        and all(word in told for word in selection.words.casefold().split())
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("catalogs")


def filled(folder, name, shelf):
    (folder / name).mkdir(exist_ok=True)
    catalog = Catalog(folder / name, create=True)
    items = [indexed(article, seed=len(article.path)) for article in shelf]
    held = [key for ids in catalog.articles.ids_by_file().values() for key in ids]
    catalog.apply(items, held, {})
    return catalog


def found_in(catalog, within=EVERYTHING, asked=None):
    """Ids of the passages, and of the articles, that match: of all, and of the days asked about."""
    text = catalog.full_text
    return [
        {key for key, _ in matches}
        for ranked in (text.passages(WORDS, 1000, asked, within), text.articles(WORDS, 1000, asked, within))
        for matches in ranked
    ]  # fmt: skip


@given(case=shelf_and_selection(), most=st.sampled_from((1, 3, 2_000)))
def test_words_find_what_an_index_of_the_selected_articles_alone_holds(folder, case, most):
    shelf, selection = case
    asked = FIRST, FIRST + timedelta(days=4)
    whole = filled(folder, "whole", shelf)
    alone = filled(folder, "alone", [a for a in shelf if meant(a, selection)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.catalog.full_text._MOST_SCORED", most)
        assert found_in(whole, selection, asked) == found_in(alone, EVERYTHING, asked)
    assert whole.selected.articles(selection) == alone.articles.counts()[0]
    numbers = whole.selected.numbers(selection)
    held = {key for keys, _ in whole.vectors.numbered(numbers, 2) for key in keys}
    assert held == {key for keys, _ in alone.vectors.all() for key in keys}
    assert (
        whole.articles.among([key for keys, _ in whole.vectors.all() for key in keys], selection)
        == held
    )
    assert whole.listing.newest(selection) == alone.listing.newest()
    whole.close()
    alone.close()


def test_a_selection_is_looked_up_again_when_the_catalog_has_changed(catalog):
    ours = Selection(publishers=frozenset(["BBC"]))
    catalog.apply([indexed(Article("a.txt", "0" * 64, "A", "A bridge.", None, "BBC"))], [], {})
    assert len(catalog.full_text.passages(["bridge"], 5, None, ours).every) == 1
    catalog.apply([indexed(Article("b.txt", "1" * 64, "B", "A bridge.", None, "BBC"))], [], {})
    assert len(catalog.full_text.passages(["bridge"], 5, None, ours).every) == 2


def test_thousands_of_ids_and_hostile_names_are_values_and_no_syntax(catalog):
    catalog.apply([indexed(Article("a.txt", "0" * 64, "A", "A bridge.", None, "BBC"))], [], {})
    for names in ("' OR 1 --", '"', "]", "\ud800", "\0", "x" * 10_000):
        hostile = Selection(publishers=frozenset([names]), ids=frozenset(map(str, range(40_000))))
        assert catalog.selected.articles(hostile) == 0
        assert catalog.full_text.passages(["bridge"], 5, None, hostile) == ([], [])


def test_a_number_that_no_passage_can_have_is_damage(catalog):
    catalog.apply([indexed(Article("a.txt", "0" * 64, "A", "A bridge.", None, "BBC"))], [], {})
    with catalog._db.transaction():
        catalog._db.execute("UPDATE passages SET number = ?", (2**60,))
    with pytest.raises(DamagedError, match="run `python -m index sync`"):
        catalog.selected.numbers(Selection(words="a"))
