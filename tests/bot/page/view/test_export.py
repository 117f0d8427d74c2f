import json
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.answer import Answer, Citation, Statement
from bot.conversation import Conversation
from bot.page.people.conversations import Entry
from bot.page.people.record import pack
from bot.page.view.blocks import blocks
from bot.page.view.export import to_json, to_markdown
from tests.bot.page.answers import ANSWER, ANSWERS, CITATION, REFUSAL, TEXTS, answered

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
DAY = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
# What the file's own markup is made of; whatever else a reader finds in it came from the words.
OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
    *("blockquote_open", "blockquote_close", "text", "text_special", "softbreak"),
    *("em_open", "em_close", "s_open", "s_close"),
}


def entry(title: str = "The bridge", turns: int = 1) -> Entry:
    return Entry("0" * 32, title, DAY, DAY, turns)


def talk(*answers: Answer) -> Conversation:
    conversation = Conversation()
    for answer in answers:
        conversation = conversation.with_turn(answer)
    return conversation


def markdown_of(title: Entry, conversation: Conversation, link: str = "") -> str:
    return to_markdown(blocks(title, conversation, lambda _: link))


def tokens(markdown: str) -> list[Token]:
    return [one for token in READER.parse(markdown) for one in (token, *(token.children or ()))]


@dataclass(frozen=True, slots=True)
class Printed(Citation):
    """A citation that names its outlet."""

    publisher: str | None = None


def test_the_file_reads_as_the_conversation_did() -> None:
    cited = Printed(**{**_values(CITATION), "publisher": "The Daily"})
    first = replace(ANSWER, citations=(cited,), notice="Only words were searched.")
    follow_up = replace(REFUSAL, standalone_question="Who won the prize?")
    assert markdown_of(entry(), talk(first, follow_up)) == (
        "# The bridge\n\nByline, 2025-11-03\n\n"
        "## Who cut the ribbon?\n\n*Only words were searched.*\n\n"
        "Ada Pell.\n\n“Ada Pell cut it.” \\[1\\]\n\n"
        "\\[1\\] New bridge · The Daily · 2015-09-28 · a/harbour.txt · lines 2–3\n\n"
        "> Ada Pell cut it.\n\n"
        "## Who won?\n\n*Searching for: Who won the prize?*\n\n"
        "The articles do not answer this: x.\n"
    )


@dataclass(frozen=True, slots=True)
class Disputed(Answer):
    """An answer beside which other articles say otherwise."""

    differing: tuple[Citation, ...] = ()


def test_what_other_articles_say_otherwise_is_quoted_too() -> None:
    other = replace(CITATION, number=2, file="b.txt", quote="Bert cut it.")
    answer = Disputed(
        **{f.name: getattr(ANSWER, f.name) for f in fields(ANSWER)} | {"differing": (other,)}
    )
    markdown = markdown_of(entry(), talk(answer))
    assert markdown.index("> Ada Pell cut it.") < markdown.index("*Other articles say otherwise:*")
    assert markdown.endswith("b.txt · lines 2–3\n\n> Bert cut it.\n")


def test_a_source_links_to_its_words() -> None:
    address = "http://localhost:7860/news/#cite-0123456789abcdef-4-20"
    found = tokens(markdown_of(entry(), talk(ANSWER), address))
    (link,) = (token for token in found if token.type == "link_open")
    assert link.attrs["href"] == address


def _values(citation: Citation) -> dict[str, object]:
    return {name: getattr(citation, name) for name in pack(citation)}


def test_a_quote_of_several_paragraphs_stays_one_quote_and_a_page_is_named() -> None:
    cited = replace(CITATION, quote="One.\n\n  # Two.\r\nThree.", page=4)
    markdown = markdown_of(entry(), talk(replace(ANSWER, citations=(cited,))))
    assert "a/harbour.txt · page 4\n\n> One.\n>\n> \\# Two.\n> Three.\n" in markdown


def test_a_language_models_sentences_say_what_bears_them_out() -> None:
    statements = (
        Statement("Ada cut it.", "supported", "", (1,)),
        Statement("She ~~ran~~.", "unsupported", "not in the passage", ()),
        Statement("Twice.", "partly", "no figure", (1,)),
    )
    markdown = markdown_of(entry(), talk(replace(ANSWER, statements=statements)))
    assert (
        "Ada cut it. \\[1\\] ~~She \\~\\~ran\\~\\~.~~ (not in the passage) Twice. \\[1\\] (no figure)\n"
    ) in markdown


@given(TEXTS, st.lists(ANSWERS, max_size=3))
def test_no_word_of_a_person_or_an_article_breaks_out(title: str, answers: list[Answer]) -> None:
    asked = [replace(a, question=a.question.strip() or "?", growing="") for a in answers]
    found = tokens(markdown_of(entry(title), talk(*asked)))
    assert {token.type for token in found} <= OURS
    kinds = [token.type for token in found]
    assert kinds.count("heading_open") == 1 + len(asked)
    assert kinds.count("blockquote_open") == sum(len(a.sources) + len(a.closest) for a in asked)


@given(st.lists(ANSWERS, max_size=3))
def test_json_holds_every_turn_with_its_exact_quotes(answers: list[Answer]) -> None:
    made = json.loads(json.dumps(to_json(entry(turns=len(answers)), talk(*answers))))
    assert made["title"] == "The bridge"
    assert [turn["question"] for turn in made["turns"]] == [a.question for a in answers]
    for turn, answer in zip(made["turns"], answers, strict=True):
        assert [c["quote"] for c in turn["citations"]] == [c.quote for c in answer.citations]
        assert turn["refused"] == answer.refused


@pytest.mark.parametrize("publisher", ["The Daily", None])
def test_json_names_the_outlet(publisher: str | None) -> None:
    cited = Printed(**{**_values(CITATION), "publisher": publisher})
    made = to_json(entry(), talk(answered("Who?", citations=(cited,))))
    assert made["turns"][0]["citations"][0]["publisher"] == publisher
