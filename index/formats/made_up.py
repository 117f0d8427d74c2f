"""Titles that programs write into the properties of a file: names of files and of templates."""

import re

_MADE_UP = re.compile(
    r"\W*(?:untitled|anonymous|unspecified|unknown|no title|title|document|dokument|unbenannt|sans titre"
    r"|sin título|senza titolo|microsoft word[ -]*(?:document|dokument)?|powerpoint presentation|slide"
    r"|normal(?:\.dotm?)?)?\W*\d*\W*"
    r"|.*\.(?:docx?|dotm?|pdf|indd|odt|ott|rtf|txt|html?|pptx?|qxd|qxp|tex|dvi|ps|eps|xlsx?|pages)",
    re.IGNORECASE,
)
_MADE_BY = re.compile(r"^Microsoft (?:Office )?(?:Word|PowerPoint|Excel) - ", re.IGNORECASE)


def stated_title(words: str | None) -> str | None:
    """The title that a file's properties state, in one line, or None when a program made it up."""
    title = " ".join((words or "").split())
    return None if _MADE_UP.fullmatch(_MADE_BY.sub("", title)) else title
