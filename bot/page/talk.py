"""One browser session's talk with the engine: what was said, what is shown, what may be opened.

Immutable, so a session's state is replaced and never shared; knows no Gradio.
"""

import logging
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.answer import Answer
from bot.conversation import Conversation
from bot.page.anchor import Anchor
from bot.page.rendering import answer_markdown, notice_markdown, question_markdown
from bot.page.viewer import UNAVAILABLE, article_html
from index.article import Article, Span
from index.errors import BylineError

Message = dict[str, str]  # {"role": "user" | "assistant", "content": Markdown}
APOLOGY = "Sorry, something went wrong here and the question was not answered. Please try again."
_NOTHING_YET = Conversation()
_log = logging.getLogger(__name__)


class Answers(Protocol):
    """The part of the engine that the page uses."""

    def answer(self, question: str, conversation: Conversation = ...) -> Answer:
        """The answer to a question in its conversation; raises BylineError."""
        ...

    def stream(
        self, question: str, conversation: Conversation = ...
    ) -> Generator[Answer, None, None]:
        """The answer to a question in its conversation as it grows; raises BylineError."""
        ...

    def article(self, path: str) -> Article | None:
        """The article at a path of the corpus, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """The turns so far and the messages that show them; a failed question leaves no trace in it."""

    conversation: Conversation = _NOTHING_YET
    messages: tuple[Message, ...] = ()
    growing: tuple[str, ...] = ()  # files that the answer names which is being written

    @property
    def files(self) -> tuple[str, ...]:
        """Every file named so far, newest first: only these can be opened from the page."""
        turns = reversed(self.conversation.turns)
        named = (file for turn in turns for file in files_of(turn.answer))
        return tuple(dict.fromkeys((*self.growing, *named)))


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page shows at one moment of answering; `viewer` None leaves the viewer as it is."""

    draft: str
    messages: tuple[Message, ...]
    talk: Talk
    viewer: str | None = None

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The messages as the chat takes them."""
        return [dict(message) for message in self.messages]


def files_of(answer: Answer) -> tuple[str, ...]:
    """The files an answer refers to: cited ones, then near ones."""
    cited = (citation.file for citation in (*answer.citations, *answer.differing))
    return (*cited, *(file for file, _ in answer.nearest))


def ask(engine: Answers, question: str, talk: Talk) -> Iterator[Frame]:
    """Answer `question`; what a language model writes is shown as it grows, all else at once and whole.

    A known error becomes a line in the chat, an unexpected one an apology (and a log entry); either
    way the question goes back into the box and the talk stays as it was. Never raises.
    """
    asked = (*talk.messages, {"role": "user", "content": question_markdown(question)})
    if question.strip():
        yield Frame("", asked, talk)
    else:
        asked = talk.messages
    try:
        with closing(engine.stream(question, talk.conversation)) as versions:
            for answer in versions:
                articles = _articles(engine, answer)
                markdown = answer_markdown(answer, articles)
                said = (*asked, {"role": "assistant", "content": markdown})
                if answer.statements or answer.growing:
                    yield Frame("", said, replace(talk, growing=files_of(answer)))
        opened = _opened(answer, articles)
    except BylineError as error:
        yield _failed(str(error), question, asked, talk)
        return
    except Exception:
        _log.exception("a question could not be answered")
        yield _failed(APOLOGY, question, asked, talk)
        return
    after = Talk(talk.conversation.with_turn(answer), said)
    yield Frame("", after.messages, after, opened)


def _articles(engine: Answers, answer: Answer) -> dict[str, Article]:
    """The articles that an answer names and that are still there, by path."""
    found = {file: engine.article(file) for file in files_of(answer)}
    return {file: article for file, article in found.items() if article is not None}


def _failed(line: str, question: str, asked: tuple[Message, ...], talk: Talk) -> Frame:
    notice = {"role": "assistant", "content": notice_markdown(line)}
    return Frame(question, (*asked, notice), talk)


def _opened(answer: Answer, articles: dict[str, Article]) -> str | None:
    """The first citation in its article, or None when there is none to open."""
    for citation in answer.citations[:1]:
        article, span = articles.get(citation.file), Span(citation.start, citation.end)
        if article is not None and span.of(article.text) == citation.quote:
            return article_html(article, span)
    return None


def open_source(engine: Answers, sent: object, talk: Talk) -> str:
    """The article behind a clicked link; a note when the link names none that this talk mentions."""
    anchor = Anchor.parse(sent)
    if anchor is None:
        return UNAVAILABLE
    try:
        for file in talk.files:
            article = engine.article(file)
            if article is not None and anchor.points_into(article):
                return article_html(article, anchor.span)
    except BylineError as error:
        _log.warning("a source could not be opened: %s", error)
    return UNAVAILABLE
