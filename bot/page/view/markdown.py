"""Words that somebody else wrote, as a Markdown file may hold them: they show as themselves and do nothing.

It knows CommonMark and GitHub's additions, and escapes only what could mean something there, so that the
file can be read as it is.
"""

import re

from bot.page.view.escaping import plain

# A backslash before any ASCII punctuation mark makes it a plain character. These mean something anywhere …
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$#^={}@]")
# … these in a bare web address, an emoji's name or a table …
_ADDRESS = re.compile(r":(?=[^\s\d])|(?<=www)\.", re.IGNORECASE)
# … and these at the start of a line: lists, rules, headings underlined, tables.
_START = re.compile(r"^(?=[-+:]|\d{1,9}[.)])(\d*)(.)")


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
