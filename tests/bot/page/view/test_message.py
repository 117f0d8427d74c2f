"""An answer becomes a message whose only links are citations that hold."""

import html
import re
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Statement
from bot.page.view.message import (
    LONGEST_QUESTION,
    answer_markdown,
    notice_markdown,
    question_markdown,
    question_text,
)
from index.text.article import Article, Span
from tests.bot.checks import any_text
from tests.bot.page.doubles import QUOTE, SmallEngine, cite, make_article

BAD = "<script>alert(1)</script> ![x](http://evil.example/x.png) [y](javascript:alert(1)) $$z$$"


def message(engine: SmallEngine, answer: Answer) -> str:
    return answer_markdown(answer, engine.by_path)


def links(markdown: str) -> set[str]:
    return {a or b for a, b in re.findall(r'\]\((.*?)\)|href="(.*?)"', markdown)}


def words(markdown: str) -> str:
    """What a person reads: no tags, no link targets."""
    bare = re.sub(r"\]\(.*?\)|<[^>]*>|\*\*", "", markdown)
    return " ".join(html.unescape(bare).replace("[[", "[").split())


def test_the_short_answer_is_bold_and_the_support_follows_with_its_link(
    engine: SmallEngine, story: Article
) -> None:
    markdown = message(engine, engine.answer("Where?"))
    lead, support, _ = markdown.split("\n\n")
    start = story.text.index(QUOTE)
    href = f"#cite-{story.id}-{start}-{start + len(QUOTE)}"
    assert lead == "**At the United Nations&#46;**"
    assert support.endswith(f"\N{NO-BREAK SPACE}[&#91;1&#93;]({href})")
    assert links(markdown) == {href}


def test_a_source_line_names_outlet_and_date_first_then_the_place(engine: SmallEngine) -> None:
    assert words(message(engine, engine.answer("Where?"))).endswith(
        "1Assad must go, Obama says The Daily · 28 September 2015 · line 5 · syria.txtSure · 82 %"
    )


def test_an_article_without_outlet_and_date_is_named_by_its_place(engine: SmallEngine) -> None:
    answer = engine.answer("Where?")
    (citation,) = answer.citations
    bare = replace(answer, citations=(replace(citation, publisher=None, published=None),))
    assert "Obama says line 5 · syria.txt" in words(message(engine, bare))


def test_the_answering_words_are_emphasised_inside_their_own_quote(story: Article) -> None:
    text = "Ten slept.\n“Ten\n  woke <b>up</b>\tat [1] Oban’s   pier,” said Ten."
    article = make_article("o.txt", "Oban", text)
    start, end = text.index("up</b>"), text.index(" said")
    citation = replace(cite(article, text[text.index("“") :]), answer=Span(start, end))
    quote = " ".join(citation.quote.split())
    answer = Answer("Who?", "Who?", "x", f"X.\n\n“{quote}” [1]", False, None, 0.5, (citation,))
    markdown = answer_markdown(answer, {"o.txt": article})
    (marked,) = re.findall(r'<strong class="by-words">(.*?)</strong>', markdown)
    assert html.unescape(marked) == "up</b> at [1] Oban’s pier,”"
    assert f"“{quote}” [1]" in words(markdown).replace("\N{NO-BREAK SPACE}", " ")
    assert markdown.count("](#cite-") == 1


def test_the_same_words_quoted_from_two_articles_are_each_emphasised_as_found() -> None:
    one, two = (make_article(path, path, "Ten boats sank in Oban.") for path in ("a.txt", "b.txt"))
    first = replace(cite(one, one.text), answer=Span(0, 9))
    second = replace(cite(two, two.text, 2), answer=Span(0, 3))
    text = f"Ten boats.\n\n“{one.text}” [1]\n\n“{two.text}” [2]"
    answer = Answer("How many?", "How many?", "Ten boats", text, False, None, 0.9, (first, second))
    markdown = answer_markdown(answer, {"a.txt": one, "b.txt": two})
    assert re.findall(r'"by-words">(.*?)<', markdown) == ["Ten boats", "Ten"]


def test_a_quote_that_answers_as_a_whole_is_not_emphasised(engine: SmallEngine) -> None:
    assert "by-words" not in message(engine, engine.answer("Where?"))


def toll(number: int, count: str, **more: object) -> tuple[Article, Citation]:
    text = f"The bombing killed {count} people."
    article = make_article(f"{number}.txt", f"Toll {number}", text, **more)
    start = text.index(count)
    return article, replace(cite(article, text, number), answer=Span(start, start + len(count)))


def test_differing_figures_stand_side_by_side_in_order_of_publication() -> None:
    question = "How many people did the bombing kill?"
    early, first = toll(1, "95", published=date(2015, 10, 11), publisher="The Daily")
    late, second = toll(2, "97", published=date(2015, 10, 12), publisher="Evening <b>Post</b>")
    before, third = toll(3, "86", published=date(2015, 10, 10))
    articles = {article.path: article for article in (early, late, before)}
    text = f"95.\n\n“{early.text}” [1]"
    answer = Answer(
        question, question, "95", text, False, None, 0.9, (first,), differing=(third, second)
    )
    markdown = answer_markdown(answer, articles)
    block = next(part for part in markdown.split("\n\n") if "by-differing" in part)
    assert [words(one) for one in re.findall(r'<a class="by-figure".*?</a>', block)] == [
        f"86 3.txt · 10 October 2015 “{before.text}” [3]",
        f"95 The Daily · 11 October 2015 “{early.text}” [1]",
        f"97 Evening <b>Post</b> · 12 October 2015 newest “{late.text}” [2]",
    ]
    assert len(links(markdown)) == 3 and "<b>" not in markdown
    assert words(markdown.split("\n\n")[-1]).count("·") >= 6  # all three are sources as well
    gone = answer_markdown(answer, {})
    assert links(gone) == set() and "97 Evening" in words(gone)


def test_differing_figures_stand_beside_what_a_language_model_wrote_once_it_is_whole() -> None:
    early, first = toll(1, "95", published=date(2015, 10, 11), publisher="The Daily")
    late, second = toll(2, "97", published=date(2015, 10, 12))
    statements = tuple(
        Statement(f"{n} died.", "supported", "", (k,)) for k, n in ((1, 95), (2, 97))
    )
    answer = Answer(
        "How many people died?", "How many people died?", "95 died.", "", False, None, 0.9
    )
    answer = replace(answer, citations=(first, second), statements=statements, differing=(second,))
    articles = {article.path: article for article in (early, late)}
    said, block, sources = answer_markdown(answer, articles).split("\n\n")
    assert words(said).startswith("95 died.")
    assert re.findall(r'"by-figure-value">(.*?)<', block) == ["95", "97"]
    assert sources.count('class="by-source"') == 2  # each once, though one is cited and differs
    assert "All 2 sentences are supported" in words(sources)
    growing = answer_markdown(replace(answer, growing="He also"), articles)
    assert "by-differing" not in growing


def test_without_another_figure_nothing_stands_side_by_side(engine: SmallEngine) -> None:
    assert "by-differing" not in message(engine, engine.answer("Where?"))


def test_sources_that_agree_are_counted_with_their_outlets() -> None:
    question = "How many people did the bombing kill?"
    one, first = toll(1, "95", publisher="The Daily")
    text = "In Ankara, 95 died on Saturday."
    two = make_article("2.txt", "Ankara", text, publisher="The Post")
    second = replace(cite(two, text, 2), answer=Span(11, 13))
    said = f"95.\n\n“{one.text}” [1]\n\n“{text}” [2]"
    answer = Answer(question, question, "95", said, False, None, 0.9, (first, second))
    told = words(answer_markdown(answer, {"1.txt": one, "2.txt": two}))
    assert "2 sources agree: The Daily, The Post" in told
    assert "agree" not in words(
        answer_markdown(replace(answer, citations=(first,)), {"1.txt": one})
    )


def test_how_long_it_took_is_folded_away_as_the_last_of_the_sources(engine: SmallEngine) -> None:
    answer = replace(
        engine.answer("Where?"), timings_ms={"retrieve": 3.4, "read": 1069.2, "total": 1073.1}
    )
    markdown = message(engine, answer)
    last = "<summary>1,073 ms</summary><span>retrieve 3 ms · read 1,069 ms</span></details></div>"
    assert markdown.endswith(last)
    assert markdown.split("\n\n")[-1].startswith('<div class="by-sources">')


@pytest.mark.parametrize(
    ("confidence", "mark"),
    [
        (1.0, "Sure · 100 %"),
        (0.8, "Sure · 80 %"),
        (0.79, "Fairly sure · 79 %"),
        (0.6, "Fairly sure · 60 %"),
        (0.55, "Unsure · 55 %"),
        (0.0, "Unsure · 0 %"),
    ],
)
def test_the_confidence_is_a_word_with_its_number(
    engine: SmallEngine, confidence: float, mark: str
) -> None:
    answer = replace(engine.answer("Where?"), confidence=confidence)
    assert words(message(engine, answer)).endswith(mark)


def test_several_lines_are_given_as_a_range(engine: SmallEngine, story: Article) -> None:
    answer = engine.answer("Where?")
    more = cite(story, "Obama says\n\nIn his speech", 2)
    markdown = message(engine, replace(answer, citations=(*answer.citations, more)))
    assert "lines 2–4" in words(markdown)


def test_an_answer_that_is_a_sentence_is_not_said_twice(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Where?"), answer=QUOTE, text=f"{QUOTE} [1]")
    assert words(message(engine, answer)).count(QUOTE) == 1


def test_a_text_that_does_not_open_with_the_answer_stays_whole(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Where?"), answer="UN", text=f"UNESCO says {QUOTE} [1]")
    markdown = message(engine, answer)
    assert "**" not in markdown and words(markdown).startswith(f"UNESCO says {QUOTE}")


def test_each_quote_keeps_its_paragraph(engine: SmallEngine, story: Article) -> None:
    answer = engine.answer("Where?")
    more = cite(story, "Talks go on.", 2)
    text = f"At the United Nations.\n\n“{QUOTE}” [1]\n\n“Talks go on.” [2]"
    parts = message(engine, replace(answer, text=text, citations=(*answer.citations, more)))
    assert [part.count("](#cite-") for part in parts.split("\n\n")] == [0, 1, 1, 0]


def test_a_number_inside_a_quote_or_without_a_citation_is_no_link(engine: SmallEngine) -> None:
    note = make_article("n.txt", "Notes", "As shown [1] before.")
    answer = replace(
        engine.answer("Where?"),
        answer="",
        text="As shown [1] before. [1] And [2].",
        citations=(cite(note, note.text),),
    )
    markdown = answer_markdown(answer, {"n.txt": note})
    assert markdown.count("](#cite-") == 1
    assert words(markdown).startswith("As shown [1] before. [1] And [2].")


def test_a_citation_whose_words_have_changed_is_no_link(
    engine: SmallEngine, story: Article
) -> None:
    answer = engine.answer("Where?")
    changed = replace(story, text="x" + story.text)
    assert links(answer_markdown(answer, {story.path: changed})) == set()
    assert links(answer_markdown(answer, {})) == set()
    assert "line 5" in words(answer_markdown(answer, {}))


def test_what_was_searched_is_shown_when_it_differs(engine: SmallEngine) -> None:
    answer = engine.answer("Where was that?")
    assert "Searching for" not in message(engine, answer)
    other = replace(answer, standalone_question="Where was <b>Obama</b>?")
    assert words(message(engine, other)).startswith("Searching for: Where was <b>Obama</b>?")


def test_each_word_taken_from_before_has_a_link_that_asks_without_it(engine: SmallEngine) -> None:
    answer = replace(
        engine.answer("Where?"), standalone_question="Where? (Ann Dole, <b>harbour</b>)"
    )
    shown = message(engine, answer)
    assert words(shown).startswith("About: Ann Dole × <b>harbour</b> ×")
    hrefs = re.findall(r'href="#ask-([^"]*)"', shown)
    assert [unquote(one) for one in hrefs] == ["Where? (<b>harbour</b>)", "Where? (Ann Dole)"]


def test_a_refusal_without_links_keeps_all_it_says(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Who won?"), text="Not found.\n\nNearest: gone (gone.txt).")
    assert words(answer_markdown(answer, {})).startswith("Not found. Nearest: gone (gone.txt). ")
    assert links(answer_markdown(answer, {})) == set()


def test_a_refusal_says_so_and_links_the_nearest_articles(
    engine: SmallEngine, story: Article
) -> None:
    markdown = message(engine, engine.answer("Who won?"))
    other = engine.by_path["a/other.md"]
    assert words(markdown) == (
        "None of the 2 articles answers this. Searched for: Who won?Nearest articles"
        "Assad must go, Obama says The Daily · 28 September 2015 · syria.txt"
        "Another story a/other.md"
    )
    assert links(markdown) == {f"#cite-{story.id}-0-0", f"#cite-{other.id}-0-0"}


def test_a_refusal_tells_what_was_searched_in_how_many_articles_and_what_is_missing(
    engine: SmallEngine,
) -> None:
    reason = "the nearest passages do not mention Napoleon, <i>Elba</i>"
    answer = replace(
        engine.answer("Who went there?"),
        standalone_question="Did Napoleon go to <i>Elba</i>?",
        text=f"The articles do not answer this: {reason}.\n\nNearest: x (y).",
        missing=("Napoleon", "<i>Elba</i>"),
    )
    markdown = answer_markdown(answer, engine.by_path, 1_200)
    assert words(markdown).startswith(
        "The articles do not answer this. "
        "Searched for: Did Napoleon go to <i>Elba</i>? (in 1,200 articles)"
        "Not in the passages found: Napoleon, <i>Elba</i>Nearest articles"
    )
    assert "<i>" not in markdown
    assert markdown.split("\n\n")[-1].startswith('<div class="by-sources">')
    assert "(in 1 article)" in words(answer_markdown(answer, engine.by_path, 1))


def test_a_refusal_links_the_sentence_that_came_closest(
    engine: SmallEngine, story: Article
) -> None:
    quote = " ".join(story.text.split()[-6:])
    closest = cite(
        story, story.text[story.text.index(quote) :] if quote in story.text else story.text
    )
    other = engine.by_path["a/other.md"]
    answer = replace(
        engine.answer("Who won?"),
        text=f"Not sure.\n\nThe closest passage: “{closest.quote}” [1]\n\nNearest: x (y).",
        closest=(closest,),
    )
    markdown = message(engine, answer)
    anchor = f"#cite-{story.id}-{closest.start}-{closest.end}"
    assert links(markdown) == {anchor, f"#cite-{other.id}-0-0"}
    assert words(markdown).startswith("Not sure. The closest passage: “")
    assert "Other near articles" in words(markdown) and "Nearest: x" not in words(markdown)


@pytest.mark.parametrize("refused", [False, True])
def test_hostile_words_in_every_field_stay_words(refused: bool) -> None:
    article = make_article(BAD, BAD, BAD, publisher=BAD, published=date(2015, 1, 1))
    citation = cite(article, BAD)
    citation = replace(citation, publisher=BAD, answer=Span(3, len(BAD) - 3))
    answer = Answer(
        BAD,
        "asked: " + BAD,
        BAD,
        f"{BAD}\n\n“{BAD}” [1]",
        refused,
        BAD,
        0.5,
        (citation,),
        ((BAD, BAD),),
        timings_ms={BAD: 1.0},
        differing=(replace(citation, number=2),),
        missing=(BAD,),
    )
    markdown = answer_markdown(answer, {BAD: article})
    length = 0 if refused else len(BAD)
    assert links(markdown) == {f"#cite-{article.id}-0-{length}"}
    ours = "div|a|span|strong|details|summary"
    assert not re.search(rf"<(?!/?({ours})\b)|!\[|\$|javascript:|https?:", markdown)


def test_a_notice_is_escaped() -> None:
    assert "<script" not in notice_markdown(BAD) and "](" not in notice_markdown(BAD)


typed = any_text | st.text(
    st.sampled_from("<>[]!*_`#$|~\\&@:/-+=.)1w #;38\t\n\r\0\ud800"), max_size=60
)


@given(typed.filter(lambda text: len(text) <= LONGEST_QUESTION))
def test_a_question_comes_back_from_the_chat_as_it_was_typed(question: str) -> None:
    assert question_text(question_markdown(question)) == question


@given(typed)
def test_a_question_opens_no_markup_link_or_formula(question: str) -> None:
    markdown = question_markdown(question)
    markdown.encode()
    bare = re.sub(r"&#[0-9]+;", "x", markdown)
    assert not re.search(r"[<>\[\]*_`$|~\\&@#\0\r]|://|www\.", bare)
    assert not re.search(r"^(?:[-+=]|[ \t]|\d+[.)])", bare, re.MULTILINE)


@pytest.mark.parametrize(
    "question",
    [
        "What did Obama say in the U.S.?",
        "Who is al-Assad's ally – and why? It isn't “clear”; 12 % or 3.5 (of 40) + 2",
        "How many people died?\nAnd in 2015, when: before or after?",
        "¿Qué pidió Putin? 🇷🇺",
    ],
)
def test_an_ordinary_question_stays_as_it_is(question: str) -> None:
    assert question_markdown(question) == question


def test_a_question_that_a_person_changed_in_the_chat_is_taken_as_typed() -> None:
    assert question_text("What do AT&T and &#60;b> cost? &#9999999; &amp;") == (
        "What do AT&T and <b> cost? &#9999999; &amp;"
    )


def test_of_a_question_that_is_too_long_the_beginning_is_shown() -> None:
    assert len(question_markdown("x" * 100_000)) == LONGEST_QUESTION
    assert question_markdown("x" * 100, 10) == "xxxxxxxxx…"


def test_a_models_sentences_carry_their_verdicts_and_no_markup_of_their_own(
    engine: SmallEngine, story: Article
) -> None:
    answer = replace(
        engine.answer("Where?"),
        statements=(
            Statement(f"At the UN {BAD}.", "supported", "", (1,)),
            Statement("He said it twice.", "partly", "the word twice is not there", (1,)),
            Statement(f"Bombs fell {BAD}.", "unsupported", "the number 40 is <b>not</b> there", ()),
        ),
    )
    markdown = message(engine, answer)
    start = story.text.index(QUOTE)
    assert links(markdown) == {f"#cite-{story.id}-{start}-{start + len(QUOTE)}"}
    assert "<script" not in markdown and "<b>" not in markdown
    assert markdown.count("<del>") == 1 and "<b>not</b> there" in words(markdown.split("<del>")[1])
    assert "(the word twice is not there)" in words(markdown.split("<del>")[0])


def test_why_no_model_wrote_is_told_before_the_answer(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Where?"), notice="the model at http://x <i>refused</i>")
    markdown = message(engine, answer)
    assert words(markdown).startswith("the model at http://x <i>refused</i> At the United Nations")
    assert "<i>" not in markdown
