import re
from dataclasses import replace

from bot.answer import Answer, Item
from bot.page.view.message import answer_markdown
from tests.bot.page.doubles import SmallEngine

EVIL = "<script>alert(1)</script> [x](javascript:alert(1)) **b**"


def shown(engine: SmallEngine, kind: str, *items: Item, before: str = "", behind: str = "") -> str:
    answer: Answer = engine.answer("Where?")
    lines = [f"“{item.text}” [{item.numbers[0]}]" for item in items]
    text = "\n\n".join(filter(None, [before, *lines, behind]))
    return answer_markdown(replace(answer, kind=kind, items=items, text=text), engine.by_path)


def test_a_timeline_has_its_days_and_links(engine: SmallEngine) -> None:
    markdown = shown(
        engine, "timeline", Item("One.", (1,), date="2015"), Item("Two.", (1,), date="2015-11-15")
    )
    assert re.findall(r'class="by-day">(.*?)<', markdown) == ["2015", "15 November 2015"]
    assert len(re.findall(r'<a href="#cite-[^"]+">&#91;1&#93;</a>', markdown)) == 2


def test_a_comparison_has_a_column_for_each_side(engine: SmallEngine) -> None:
    items = Item("One.", (1,), "Obama"), Item("Two.", (1,), "Putin"), Item("Three.", (1,), "Obama")
    markdown = shown(engine, "comparison", *items)
    assert re.findall(r'class="by-name">(.*?)<', markdown) == ["Obama", "Putin"]
    assert markdown.count('class="by-side"') == 2


def test_own_sentences_stand_before_and_behind_the_items(engine: SmallEngine) -> None:
    item = Item("One.", (1,))
    markdown = shown(engine, "count", item, before="1 of 8 articles.", behind="No more.")
    first, _, last, *_ = markdown.split("\n\n")
    assert first.startswith("**1 of 8 articles")
    assert "by-quiet" in last
    assert "No more" in last


def test_words_of_articles_are_escaped(engine: SmallEngine) -> None:
    for kind in ("summary", "quotations", "comparison", "timeline", "articles", "count"):
        markdown = shown(engine, kind, Item(EVIL, (1,), EVIL, "2015"), before=EVIL, behind=EVIL)
        assert "<script" not in markdown
        assert "](javascript" not in markdown


def test_a_number_without_a_citation_is_no_link(engine: SmallEngine) -> None:
    assert "&#91;9&#93;</a>" not in shown(engine, "summary", Item("One.", (9,)))
