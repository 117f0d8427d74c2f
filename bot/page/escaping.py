"""Makes words that somebody else wrote (questions, article texts, titles, file names) safe to show.

Knows the characters that mean something to Markdown, HTML, LaTeX and script templates; knows no page.
"""

import re

# Every ASCII punctuation mark but % ' , ; and ?: what could open a tag, link, image, heading, list, table,
# formula, template or bare web address. A numeric reference is plain text to Markdown and HTML alike.
_MARKUP = re.compile(r"[!-$&(-+\--/:<->@\[-`{-~]")
# Control characters, lone surrogates (a file name need not be UTF-8) and non-characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """`text` as characters that show as themselves in Markdown and HTML; line breaks are kept."""
    return _MARKUP.sub(lambda mark: f"&#{ord(mark[0])};", plain(text))


def plain(text: str) -> str:
    """`text` with line breaks of one kind and a mark for every character that cannot be shown or sent."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def escape_line(text: str, longest: int = 100_000) -> str:
    """`text` on one line with single spaces, cut to `longest` characters, escaped."""
    line = " ".join(text.split())
    return escape(line if len(line) <= longest else line[: longest - 1].rstrip() + "…")
