"""An answer becomes a message whose only links are citations that hold."""

import html
import itertools
import re
from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer, Statement
from bot.page.rendering import answer_markdown, growing, notice_markdown, question_markdown
from index.article import Article
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


def test_the_source_line_names_title_publisher_file_date_and_lines(engine: SmallEngine) -> None:
    assert words(message(engine, engine.answer("Where?"))).endswith(
        "1Assad must go, Obama says The Daily · syria.txt · 28 September 2015 · line 5"
        "Confidence 82 %"
    )


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


def test_a_refusal_without_links_keeps_all_it_says(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Who won?"), text="Not found.\n\nNearest: gone (gone.txt).")
    assert words(answer_markdown(answer, {})) == "Not found. Nearest: gone (gone.txt)."


def test_a_refusal_says_so_and_links_the_nearest_articles(
    engine: SmallEngine, story: Article
) -> None:
    markdown = message(engine, engine.answer("Who won?"))
    other = engine.by_path["a/other.md"]
    assert words(markdown) == (
        "None of the 2 articles answers this. Nearest articles"
        "Assad must go, Obama says syria.txtAnother story a/other.md"
    )
    assert links(markdown) == {f"#cite-{story.id}-0-0", f"#cite-{other.id}-0-0"}


@pytest.mark.parametrize("refused", [False, True])
def test_hostile_words_in_every_field_stay_words(refused: bool) -> None:
    article = make_article(BAD, BAD, BAD, publisher=BAD, published=date(2015, 1, 1))
    citation = cite(article, BAD)
    answer = Answer(
        BAD, "asked: " + BAD, BAD, f"{BAD} {BAD} [1]", refused, BAD, 0.5, (citation,), ((BAD, BAD),)
    )
    markdown = answer_markdown(answer, {BAD: article})
    length = 0 if refused else len(BAD)
    assert links(markdown) == {f"#cite-{article.id}-0-{length}"}
    assert not re.search(r"<(?!/?(div|a|span)\b)|!\[|\$|javascript:|https?:", markdown)


def test_a_notice_and_a_question_are_escaped() -> None:
    assert "<script" not in notice_markdown(BAD) and "](" not in notice_markdown(BAD)
    assert html.unescape(question_markdown(BAD)) == BAD
    assert len(html.unescape(question_markdown("x" * 100_000))) == 600


def test_a_message_grows_to_the_whole_and_never_stops_inside_markup(engine: SmallEngine) -> None:
    answer = replace(engine.answer("Where?"), standalone_question="Where did Obama say it?")
    markdown = message(engine, answer)
    steps = list(growing(markdown))
    assert steps[-1] == markdown and 5 < len(steps) <= 11
    for before, after in itertools.pairwise(steps):
        assert after.startswith(before) and after != before
    for step in steps:
        assert step.count("**") % 2 == 0
        assert step.count("<div") == step.count("</div>")
        assert step.count("](") == len(re.findall(r"\]\(\S+\)", step))


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
