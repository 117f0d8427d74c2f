"""Exports a conversation as Markdown or JSON, with the exact words of every citation.

The files are not read again: the quotes are those of the answers. In Markdown, untrusted text is escaped for
CommonMark and GitHub's extensions, and no more than necessary.
"""

import re
from collections.abc import Iterator
from typing import Any

from bot.answer import Answer, Citation, Statement
from bot.conversation import Conversation
from bot.page.people.conversations import Entry
from bot.page.view.escaping import plain

# A backslash escapes any ASCII punctuation mark. These have a meaning anywhere …
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$#^={}@]")
# … these in a URL, an emoji's name or a table …
_ADDRESS = re.compile(r":(?=[^\s\d])|(?<=www)\.", re.IGNORECASE)
# … and these at the start of a line: lists, rules, headings underlined, tables.
_START = re.compile(r"^(?=[-+:]|\d{1,9}[.)])(\d*)(.)")


def to_json(entry: Entry, conversation: Conversation) -> dict[str, Any]:
    """The conversation as JSON, each turn as `python -m bot ask --json` prints it, with the outlets."""
    return {**entry.to_json(), "turns": [_turn(turn.answer) for turn in conversation.turns]}


def to_markdown(entry: Entry, conversation: Conversation) -> str:
    """The conversation as a Markdown file; text of articles and users is escaped."""
    parts = [f"# {literal_line(entry.title)}", f"Byline, {entry.updated.date().isoformat()}"]
    for turn in conversation.turns:
        parts += _paragraphs(turn.answer)
    return "\n\n".join(parts) + "\n"


def _turn(answer: Answer) -> dict[str, Any]:
    cited = [one.to_json() | {"publisher": _outlet(one) or None} for one in answer.citations]
    return answer.to_json() | {"citations": cited}


def _paragraphs(answer: Answer) -> Iterator[str]:
    yield f"## {literal_line(answer.question)}"
    if " ".join(answer.standalone_question.split()) != " ".join(answer.question.split()):
        yield f"*Searching for: {literal_line(answer.standalone_question)}*"
    if answer.notice:
        yield f"*{literal_line(answer.notice)}*"
    if answer.statements:
        yield " ".join(_stated(one) for one in answer.statements if one.text.strip())
    else:
        yield literal(answer.text)
    for citation in answer.citations:
        yield from _cited(citation)
    for citation in answer.closest:
        yield from _cited(citation)
    if differing := answer.sources[len(answer.citations) :]:
        # a language model's text may hold any of the figures
        yield f"*{'Articles' if answer.statements else 'Other articles'} say otherwise:*"
        for citation in differing:
            yield from _cited(citation)


def _stated(statement: Statement) -> str:
    """A language model's sentence; struck through, with the reason, if it is not supported."""
    text, reason = literal_line(statement.text), literal_line(statement.reason)
    if statement.verdict == "unsupported":
        return f"~~{text}~~ ({reason})"
    markers = "".join(f"\\[{number}\\]" for number in statement.numbers)
    return f"{text} {markers}" + (f" ({reason})" if reason else "")


def _cited(citation: Citation) -> Iterator[str]:
    day = citation.published.isoformat() if citation.published else ""
    author = citation.author if citation.author != citation.publisher else None
    updated = f"updated {citation.updated.isoformat()}" if citation.updated else ""
    facts = [
        citation.title,
        _outlet(citation),
        author,
        day,
        updated,
        citation.file,
        citation.place,
    ]
    yield f"\\[{citation.number}\\] " + " · ".join(literal_line(fact) for fact in facts if fact)
    yield "\n".join(f"> {line}".rstrip() for line in literal(citation.quote).split("\n"))


def _outlet(citation: Citation) -> str:
    """The publisher, or ""."""
    return citation.publisher or ""


def literal(text: str) -> str:
    """`text` escaped; its lines stay lines, without the spaces around them."""
    return "\n".join(_escaped(line.strip()) for line in plain(text).split("\n"))


def literal_line(text: str) -> str:
    """`text` on one line with single spaces, escaped."""
    return _escaped(" ".join(plain(text).split()))


def _escaped(line: str) -> str:
    line = _ANYWHERE.sub(lambda mark: "\\" + mark[0], line)
    line = _ADDRESS.sub(lambda mark: "\\" + mark[0], line)
    return _START.sub(r"\1\\\2", line)
