"""A small engine for the page's tests: real Answers, Citations and Articles, no index and no model.

And requests as Gradio passes them on.
"""

import hashlib
from collections.abc import Generator
from dataclasses import replace

import gradio as gr
from starlette.requests import Request

from bot.answer import Answer, Citation
from bot.conversation import Conversation
from bot.page.people.accounts import hash_password
from bot.retrieval.sources import CORPUS, Scope
from index.errors import QuestionError
from index.text.article import Article

STORY = """Home | World | Subscribe
Assad must go, Obama says

In his speech to the General Assembly on Monday, the president spoke of Syria.
“The president told the delegates that Damascus needs another ruler,” an aide recalled.
Talks go on.
Follow us"""
QUOTE = "“The president told the delegates that Damascus needs another ruler,” an aide recalled."
NEW = Conversation()


def make_article(path: str, title: str, text: str, **more: object) -> Article:
    """An article whose content hash is that of its text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return replace(Article(path, digest, title, text), **more)


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    """A citation of `quote` where it first stands in `article`."""
    start = article.text.index(quote)
    first = article.text.count("\n", 0, start) + 1
    last = first + quote.count("\n")
    end = start + len(quote)
    where = start, end, first, last, quote
    return Citation(
        number,
        article.path,
        article.title,
        article.published,
        *where,
        publisher=article.publisher,
        sha256=article.sha256,
    )


class SmallEngine:
    """Answers “where” from one article, refuses the rest; fails on demand."""

    def __init__(self, *articles: Article) -> None:
        self.by_path = {article.path: article for article in articles}
        self.heard: list[tuple[str, Conversation]] = []
        self.scopes: list[Scope] = []

    def stream(
        self, question: str, conversation: Conversation = NEW, scope: Scope = CORPUS
    ) -> Generator[Answer, None, None]:
        yield self.answer(question, conversation, scope)

    def answer(
        self, question: str, conversation: Conversation = NEW, scope: Scope = CORPUS
    ) -> Answer:
        self.heard.append((question, conversation))
        self.scopes.append(scope)
        if not question.strip():
            raise QuestionError("the question is empty: expected a few words; type one")
        if question == "break":
            raise RuntimeError("a fault inside")
        first = next(iter(self.by_path.values()))
        if "where" not in question.casefold():
            reason = f"None of the {len(self.by_path)} articles answers this."
            near = tuple((a.path, a.title) for a in self.by_path.values())
            return Answer(question, question, "", reason, True, "no-evidence", 0.07, nearest=near)
        citation = cite(first, QUOTE)
        text = f"At the United Nations. {QUOTE} [1]"
        return Answer(
            question, question, "at the United Nations", text, False, None, 0.82, (citation,)
        )

    @property
    def sources(self) -> "SmallEngine":
        return self

    def count(self, scope: Scope) -> int:
        return len(self.by_path)

    def article(self, path: str, owner: str = "", sha256: str = "") -> Article | None:
        return self.by_path.get(path)

    def article_by_id(self, article_id: str, owner: str = "") -> Article | None:
        return next((a for a in self.by_path.values() if a.id == article_id), None)


def request_of(owner: str, query: str = "") -> gr.Request:
    """A request of the page as Gradio passes it on, of a person that the guard knows."""
    scope = {"type": "http", "headers": [], "query_string": query.encode()}
    return gr.Request(Request({**scope, "state": {"owner": owner}}))


def cheap_line(name: str, password: str) -> str:
    """A line for the file of accounts whose hash takes a thousandth of the real one's time."""
    return f"{name}:{hash_password(password, (2**4, 8, 1))}\n"
