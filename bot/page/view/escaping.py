"""Escapes untrusted text (questions, articles, titles, file names) for Markdown and HTML.

It covers the characters with a meaning in Markdown, HTML, LaTeX and script templates.
"""

import re

# Every ASCII punctuation mark but % ' , ; and ?: they can open a tag, link, image, heading, list, table,
# formula, template or URL. A numeric reference is plain text in Markdown and HTML.
_MARKUP = re.compile(r"[!-$&(-+\--/:<->@\[-`{-~]")
# Control characters, lone surrogates (a file name need not be UTF-8) and non-characters.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """`text` escaped for Markdown and HTML; line breaks are kept."""
    return _MARKUP.sub(lambda mark: f"&#{ord(mark[0])};", plain(text))


def plain(text: str) -> str:
    """`text` with line feeds as line breaks and U+FFFD for every unprintable character."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain_line(text: str) -> str:
    """`text` on one line with single spaces, without unprintable characters."""
    return " ".join(plain(text).split())


def escape_line(text: str, longest: int = 100_000) -> str:
    """`text` escaped, on one line with single spaces, cut to `longest` characters."""
    line = " ".join(text.split())
    return escape(line if len(line) <= longest else line[: longest - 1].rstrip() + "…")


# What opens markup, a formula, a tag or a URL; at the start of a line also a list, a heading's underline or
# an indented block. Only the last character of a match is escaped.
_OPENS = re.compile(
    r"[<>\[\]*_`#$|~\\&@]|!(?=\[)|:(?=//)|www\.|^(?:[-+=]|[^\S\n]|[0-9]{1,9}[.)])"
    rf"|{_UNPRINTABLE.pattern}",
    re.MULTILINE | re.IGNORECASE,
)
_REFERENCE = re.compile(r"&#([0-9]{1,7});")


def escape_typed(text: str) -> str:
    """`text` escaped with as few changes as possible, because a user may edit it in the chat.

    `typed` is the inverse for any text.
    """
    return _OPENS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)


def typed(markdown: str) -> str:
    """The text that `escape_typed` escaped; an invalid character reference stays as it is."""
    return _REFERENCE.sub(
        lambda found: chr(int(found[1])) if int(found[1]) < 0x110000 else found[0], markdown
    )
