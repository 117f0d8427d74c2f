"""Questions of every kind over the sample: what must be shown, what must not, and that all of it is cited."""

import re

import pytest

from bot.answer import Answer
from bot.conversation import Conversation
from bot.engine import Engine
from bot.retrieval.sources import Scope
from index.catalog.selection import Selection
from index.settings import Settings
from tests.bot.checks import check_citations


def check(answer: Answer, settings: Settings, kind: str) -> None:
    """Every item is a cited sentence, said once."""
    assert (answer.kind, answer.refused) == (kind, False)
    assert answer.items
    check_citations(answer, settings.corpus)
    quotes = {one.number: " ".join(one.quote.split()) for one in answer.citations}
    for item in answer.items:
        assert item.text == quotes[item.numbers[0]]
        assert f"“{item.text}” [{item.numbers[0]}]" in answer.text
    assert len({item.text for item in answer.items}) == len(answer.items)


CASES = [
    # question, kind, patterns of which each is in some item, patterns that are in none
    ("What happened in Raqqa?", "summary", ["French jets", "33 militants"], ["Poroshenko"]),
    ("Brief me on the G20 summit", "summary", ["35 minutes"], ["Chechnya"]),
    ("Summarise the article about Poroshenko", "summary", ["dramatic exit"], ["Raqqa"]),
    ("Tell me about the Syrian Observatory for Human Rights", "summary", ["33 militants"], []),
    ("What did Putin say about ISIS?", "quotations", ["defeat ISIS"], ["face of evil"]),
    ("What did Obama say about Assad?", "quotations", ["tyrants", "must go"], ["Putin argued"]),
    ("Quotes by Lavrov", "quotations", ["simply unacceptable"], ["Putin warned"]),
    ("Quotes by Hollande", "quotations", ["at \"war\""], ["Putin"]),
    ("Who said “the face of evil”?", "quotations", ["Obama called ISIS"], []),
    ("What did Obama and Putin each say about Assad?", "comparison", ["must go", "Putin argued"], []),
    ("Timeline of the air strikes on Raqqa", "timeline", ["November 14", "Sunday night"], ["2011"]),
    ("Timeline of the war in Syria", "timeline", ["broke out in 2011"], []),
    ("Which articles mention Chechnya?", "articles", ["Chechnya"], ["Raqqa"]),
    ("How many articles mention Raqqa?", "count", ["Raqqa"], []),
]  # fmt: skip


@pytest.mark.parametrize(("question", "kind", "shown", "hidden"), CASES)
def test_what_must_and_what_must_not_be_shown(
    sample: Engine,
    sample_settings: Settings,
    question: str,
    kind: str,
    shown: list[str],
    hidden: list[str],
) -> None:
    answer = sample.answer(question)
    check(answer, sample_settings, kind)
    said = "\n".join(item.text for item in answer.items)
    assert [one for one in shown if not re.search(one, said)] == []
    assert [one for one in hidden if re.search(one, said)] == []


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many articles are there?", "8 of 8 articles are in the folder, published on 18 November 2015"),
        ("How many articles mention Raqqa?", "1 of 8 articles contains “Raqqa”"),
        ("How many articles mention Obama and Assad?", "4 of 8 articles contain “Obama” and “Assad”"),
        ("How many articles were published in November 2015?",
         "2 of 8 articles were published from 1 November 2015 to 30 November 2015"),
        ("How many articles were published on November 18, 2015?",
         "2 of 8 articles were published on 18 November 2015"),
    ],
)  # fmt: skip
def test_counts_are_exact_and_say_what_was_counted(
    sample: Engine, question: str, counted: str
) -> None:
    answer = sample.answer(question)
    assert answer.answer == counted
    assert answer.confidence == 1.0


def test_articles_without_a_date_are_reported_where_days_are_asked_for(sample: Engine) -> None:
    answer = sample.answer("How many articles were published in November 2015?")
    assert "Not counted, because they have no date: 6." in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "What happened in Nepal?",
        "Summarise what happened in the Champions League final",
        "How many articles mention the lettuce?",
        "Which articles are about Greenpeace?",
        "What did Lavrov say about climate change?",
        "What did Donald Trump say about Mexico?",
        "What did Obama and Lavrov each say about climate change?",
        "Timeline of the earthquake in Nepal",
        "Who said “to be or not to be”?",
        "Quotes by Angela Merkel",
        "What is this article about?",
    ],
)
def test_what_no_article_holds_is_refused(sample: Engine, question: str) -> None:
    answer = sample.answer(question)
    assert answer.refused
    assert not answer.items
    assert answer.text.startswith("The articles do not answer this")


def test_this_article_is_the_one_last_cited(sample: Engine, sample_settings: Settings) -> None:
    first = sample.answer("Where did Obama say Assad must go?")
    answer = sample.answer("What is this article about?", Conversation().with_turn(first))
    check(answer, sample_settings, "summary")
    assert {one.file for one in answer.citations} == {first.citations[0].file}
    assert 3 <= len(answer.items) <= 7


def test_this_article_is_the_only_one_selected(sample: Engine) -> None:
    article = sample.library.catalog.articles.at("air-strikes-on-raqqa.txt")
    assert article is not None
    scope = Scope(Selection(ids=frozenset([article.id])))
    answer = sample.answer("Summarise this article", scope=scope)
    assert {one.file for one in answer.citations} == {article.path}


def test_a_pronoun_is_the_person_of_the_turn_before(sample: Engine) -> None:
    first = sample.answer("What did Putin say about ISIS?")
    answer = sample.answer("And what did he say about Assad?", Conversation().with_turn(first))
    assert answer.kind == "quotations"
    assert {item.speaker for item in answer.items} == {"Vladimir Putin"}


def test_the_short_answer_of_quotations_is_the_best_sentence(sample: Engine) -> None:
    answer = sample.answer("What did Obama say about Assad?")
    assert answer.answer == answer.items[0].text
    assert {item.speaker for item in answer.items} == {"Barack Obama"}


def test_a_timeline_runs_forward_with_the_days_it_tells_of(sample: Engine) -> None:
    answer = sample.answer("Timeline of the air strikes on Raqqa")
    days = [item.date or "" for item in answer.items]
    assert days == sorted(days)
    assert "2015-11-15" in days  # "on Sunday night", in an article of Wednesday, 18 November


def test_a_side_without_a_word_is_said_to_have_none(sample: Engine) -> None:
    answer = sample.answer("What did Lavrov and Cameron each say about terror?")
    assert {item.speaker for item in answer.items} == {"Sergei Lavrov"}
    assert "The articles found have nothing by Cameron about terror." in answer.text


def test_facts_have_no_items(sample: Engine) -> None:
    answer = sample.answer("Where did Obama say Assad must go?")
    assert (answer.kind, answer.items) == ("fact", ())


def test_json_has_kind_and_items(sample: Engine) -> None:
    held = sample.answer("Quotes by Lavrov").to_json()
    assert held["kind"] == "quotations"
    (item,) = held["items"]
    assert item["speaker"] == "Sergei Lavrov"
    assert (item["citations"], item["date"]) == ([1], "2015-11-18")


def test_another_name_asks_for_that_persons_words(
    sample: Engine, sample_settings: Settings
) -> None:
    first = sample.answer("What did Putin say about Assad?")
    answer = sample.answer("And Obama?", Conversation().with_turn(first))
    check(answer, sample_settings, "quotations")
    assert "must go" in answer.text
    assert all(item.speaker.endswith("Obama") for item in answer.items)
