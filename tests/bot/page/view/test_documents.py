"""Conversations as HTML pages and Word documents: every word is there, and none becomes markup."""

from io import BytesIO

from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bot.answer import Answer, Statement
from bot.conversation import Conversation
from bot.page.view.blocks import Block, blocks
from bot.page.view.documents import to_docx, to_html
from tests.bot.page.answers import ANSWER, ANSWERS, TEXTS
from tests.bot.page.view.test_export import entry, talk

ADDRESS = 'http://localhost:7860/#cite-0-1-2"><script>'
OURS = {
    *("html", "head", "meta", "title", "style", "body"),
    *("h1", "h2", "p", "blockquote", "a", "br", "del"),
}


def parts_of(conversation: Conversation, title: str = "The bridge") -> list[Block]:
    return list(blocks(entry(title), conversation, lambda _: ADDRESS))


def test_the_page_reads_as_the_conversation_did() -> None:
    page = html.fromstring(to_html(parts_of(talk(ANSWER))).encode())
    assert page.findtext(".//h1") == "The bridge"
    assert page.findtext(".//h2") == "Who cut the ribbon?"
    assert page.findtext(".//blockquote") == "Ada Pell cut it."
    (link,) = page.iter("a")
    assert (link.text, link.get("href")) == ("[1]", ADDRESS)


def test_the_document_reads_as_the_conversation_did() -> None:
    document = Document(BytesIO(to_docx(parts_of(talk(ANSWER)))))
    said = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs}
    assert said["The bridge"] == "Title"
    assert said["Who cut the ribbon?"] == "Heading 1"
    assert said["Ada Pell cut it."] == "Intense Quote"
    assert "[1] New bridge · 2015-09-28 · a/harbour.txt · lines 2–3" in said
    (link,) = (link for paragraph in document.paragraphs for link in paragraph.hyperlinks)
    assert (link.text, link.url) == ("[1]", ADDRESS)


def test_a_sentence_that_is_not_supported_is_struck_through() -> None:
    statement = Statement("She ran.", "unsupported", "not in the passage", ())
    parts = parts_of(talk(ANSWER.__class__(**_fields(ANSWER) | {"statements": (statement,)})))
    assert "<del>She ran.</del> (not in the passage)" in to_html(parts)
    runs = [r for p in Document(BytesIO(to_docx(parts))).paragraphs for r in p.runs]
    assert [run.text for run in runs if run.font.strike] == ["She ran."]


def _fields(answer: Answer) -> dict[str, object]:
    return {name: getattr(answer, name) for name in answer.__slots__}


@given(TEXTS, st.lists(ANSWERS, max_size=3))
def test_no_word_of_a_person_or_an_article_becomes_markup(
    title: str, answers: list[Answer]
) -> None:
    page = html.fromstring(to_html(parts_of(talk(*answers), title)).encode("utf-8"))
    assert {element.tag for element in page.iter()} <= OURS
    assert {name for element in page.iter() for name in element.attrib} <= {
        *("lang", "charset", "name", "content", "class", "dir", "href")
    }
    assert len(list(page.iter("h2"))) == len(answers)


@given(TEXTS, st.lists(ANSWERS, max_size=2))
def test_a_document_of_any_words_opens_with_each_block_in_it(
    title: str, answers: list[Answer]
) -> None:
    parts = parts_of(talk(*answers), title)
    assert len(Document(BytesIO(to_docx(parts))).paragraphs) == len(parts)
