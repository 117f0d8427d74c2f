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


# What opens markup, a formula, a tag or a bare web address; at the start of a line also what opens a list,
# underlines a heading or indents a block of code. Of several characters the last one does it.
_OPENS = re.compile(
    r"[<>\[\]*_`#$|~\\&@]|!(?=\[)|:(?=//)|www\.|^(?:[-+=]|[^\S\n]|[0-9]{1,9}[.)])"
    rf"|{_UNPRINTABLE.pattern}",
    re.MULTILINE | re.IGNORECASE,
)
_REFERENCE = re.compile(r"&#([0-9]{1,7});")


def escape_typed(text: str) -> str:
    """`text` safe to show, changed as little as can be: a person may edit it as Markdown shows it.

    `typed` is the inverse, for any text; what cannot be shown stands as a reference too.
    """
    return _OPENS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)


def typed(markdown: str) -> str:
    """What was typed, of what `escape_typed` made of it; a reference to no character stays as it is."""
    return _REFERENCE.sub(
        lambda found: chr(int(found[1])) if int(found[1]) < 0x110000 else found[0], markdown
    )
