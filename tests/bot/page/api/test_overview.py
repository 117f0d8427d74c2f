"""What is in the folder: counted from the catalog, and names as the articles write them."""

from datetime import date

from bot.engine import Engine
from bot.page.api.overview import Overviews, frequent_names
from index.text.article import Article


def article(name: str, title: str, text: str) -> Article:
    return Article(name, name, title, f"{title}\n\n{text}")


def test_the_overview_counts_articles_days_and_outlets(sample: Engine) -> None:
    found = Overviews().of(sample.library)
    catalog = sample.library.catalog
    assert found["articles"] == len(catalog.articles.all())
    days = [one.published for one in catalog.articles.all() if one.published]
    assert (found["first"], found["last"]) == (min(days).isoformat(), max(days).isoformat())
    assert date.fromisoformat(found["first"]) <= date.fromisoformat(found["last"])


def test_every_name_starts_a_question_that_is_answered(sample: Engine) -> None:
    names = Overviews().of(sample.library)["names"]
    assert names
    for one in names:
        assert one["name"] in one["question"]
        assert not sample.answer(one["question"]).refused


def test_a_name_joins_its_fuller_form_and_needs_two_articles() -> None:
    told = "On Monday the mayor Ada Pell opened the quay. Then {} spoke of Ada Pell."
    articles = [
        article("a.txt", "Quay opens", told.format("a guest called Tom Reed")),
        article("b.txt", "Mayor speaks", "A crowd heard Pell on the quay. It was cold."),
    ]
    assert frequent_names(articles) == ["Ada Pell"]


def test_an_outlet_and_the_first_word_of_a_sentence_are_no_names() -> None:
    text = "Officials said on the quay that The Herald was right. They told The Herald so."
    articles = [article(f"{n}.txt", f"Quay {n}", text) for n in range(3)]
    assert frequent_names(articles, ["the herald", "Herald"]) == []


def test_the_overview_is_made_once_for_a_state_of_the_index(sample: Engine) -> None:
    overviews = Overviews()
    assert overviews.of(sample.library) is overviews.of(sample.library)
