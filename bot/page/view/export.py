"""Exports a conversation as Markdown or JSON, with the exact words of every citation.

In Markdown, untrusted text is escaped for CommonMark and GitHub's extensions, and no more than necessary.
"""

import re
from collections.abc import Iterable
from typing import Any

from bot.answer import Answer
from bot.conversation import Conversation
from bot.page.people.conversations import Entry
from bot.page.view.blocks import Block, Run
from bot.page.view.escaping import plain, plain_line

# A backslash escapes any ASCII punctuation mark. These have a meaning anywhere …
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$#^={}@]")
# … these in a URL, an emoji's name or a table …
_ADDRESS = re.compile(r":(?=[^\s\d])|(?<=www)\.", re.IGNORECASE)
# … and these at the start of a line: lists, rules, headings underlined, tables.
_START = re.compile(r"^(?=[-+:]|\d{1,9}[.)])(\d*)(.)")
_MARKS = {"title": "# {}", "question": "## {}", "note": "*{}*"}


def to_json(entry: Entry, conversation: Conversation) -> dict[str, Any]:
    """The conversation as JSON, each turn as `python -m bot ask --json` prints it, with the outlets."""
    return {**entry.to_json(), "turns": [_turn(turn.answer) for turn in conversation.turns]}


def _turn(answer: Answer) -> dict[str, Any]:
    cited = [one.to_json() | {"publisher": one.publisher or None} for one in answer.citations]
    return answer.to_json() | {"citations": cited}


def to_markdown(parts: Iterable[Block]) -> str:
    """The blocks of a conversation as a Markdown file; text of articles and users is escaped."""
    return "\n\n".join(map(_markdown, parts)) + "\n"


def _markdown(block: Block) -> str:
    if block.kind == "quote":
        return quoted("".join(run.text for run in block.runs))
    several = block.kind == "answer" and len(block.runs) == 1
    if several:
        return literal(block.runs[0].text)
    text = "".join(map(_run, block.runs)).strip()
    return _MARKS.get(block.kind, "{}").format(text)


def _run(run: Run) -> str:
    """A run on one line, with a space at its ends where it has one."""
    text = literal_line(run.text)
    if run.struck:
        text = f"~~{text}~~"
    if run.link:
        text = f"[{text}](<{run.link}>)"
    return " " * run.text.startswith(" ") + text + " " * run.text.endswith(" ")


def literal(text: str) -> str:
    """`text` escaped; its lines stay lines, without the spaces around them."""
    return "\n".join(_escaped(line.strip()) for line in plain(text).split("\n"))


def literal_line(text: str) -> str:
    """`text` on one line with single spaces, escaped."""
    return _escaped(plain_line(text))


def quoted(text: str) -> str:
    """`text` escaped, as a block quote of as many lines."""
    return "\n".join(f"> {line}".rstrip() for line in literal(text).split("\n"))


def _escaped(line: str) -> str:
    line = _ANYWHERE.sub(lambda mark: "\\" + mark[0], line)
    line = _ADDRESS.sub(lambda mark: "\\" + mark[0], line)
    return _START.sub(r"\1\\\2", line)
