"""A conversation in blocks, the common form of all its exports: questions, answers, sources and quotes.

Nothing is escaped yet. The files are not read again: the quotes are those of the answers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.answer import Answer, Citation, Statement
from bot.conversation import Conversation
from bot.page.people.conversations import Entry

Kind = Literal["title", "plain", "question", "note", "answer", "source", "quote"]
Link = Callable[[Citation], str]  # the address of the cited words, "" if they are gone


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a block; `link` is an address, or ""."""

    text: str
    link: str = ""
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or for an answer or quote several, separated by line feeds."""

    kind: Kind
    runs: tuple[Run, ...]


def blocks(entry: Entry, conversation: Conversation, link: Link) -> Iterator[Block]:
    """The title, the day, and each turn with its sources and quotes."""
    yield _block("title", entry.title)
    yield _block("plain", f"Byline, {entry.updated.date().isoformat()}")
    for turn in conversation.turns:
        yield from _turn(turn.answer, link)


def _turn(answer: Answer, link: Link) -> Iterator[Block]:
    yield _block("question", answer.question)
    if " ".join(answer.standalone_question.split()) != " ".join(answer.question.split()):
        yield _block("note", f"Searching for: {answer.standalone_question}")
    if answer.notice:
        yield _block("note", answer.notice)
    if answer.statements:
        said = [run for one in answer.statements if one.text.strip() for run in _stated(one)]
        yield Block("answer", tuple(said))
    else:
        yield _block("answer", answer.text)
    for citation in (*answer.citations, *answer.closest):
        yield from _cited(citation, link)
    if differing := answer.sources[len(answer.citations) :]:
        # a language model's text may hold any of the figures
        yield _block(
            "note", f"{'Articles' if answer.statements else 'Other articles'} say otherwise:"
        )
        for citation in differing:
            yield from _cited(citation, link)


def _block(kind: Kind, text: str) -> Block:
    return Block(kind, (Run(text),))


def _stated(statement: Statement) -> Iterator[Run]:
    """A language model's sentence; struck through, with the reason, if it is not supported."""
    text, reason = _line(statement.text), _line(statement.reason)
    if statement.verdict == "unsupported":
        yield Run(text, struck=True)
        yield Run(f" ({reason}) ")
        return
    markers = "".join(f"[{number}]" for number in statement.numbers)
    yield Run(f"{text} {markers}" + (f" ({reason})" if reason else "") + " ")


def _cited(citation: Citation, link: Link) -> Iterator[Block]:
    author = citation.author if citation.author != citation.publisher else None
    facts = [
        citation.title,
        citation.publisher,
        author,
        citation.published.isoformat() if citation.published else "",
        f"updated {citation.updated.isoformat()}" if citation.updated else "",
        citation.file,
        citation.place,
    ]
    place = " · ".join(_line(fact) for fact in facts if fact)
    yield Block("source", (Run(f"[{citation.number}]", link(citation)), Run(f" {place}")))
    yield _block("quote", citation.quote)


def _line(text: str) -> str:
    return " ".join(text.split())
