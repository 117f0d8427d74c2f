"""Titles that programs write into the properties of a file: names of files and of templates."""

import re

_MADE_UP = re.compile(
    r"\W*(?:untitled|anonymous|unspecified|unknown|no title|title|(?:new |neues )?do[ck]ument|unbenannt"
    r"|sans titre|sin título|senza titolo|powerpoint presentation|slide|layout|page|seite|print|druck"
    r"|scan(?:ned)?(?: do[ck]ument)?|normal(?:\.dotm?)?)?\W*\d*\W*"
    r"|microsoft (?:office )?(?:word|powerpoint|excel)(?: - .*|[ -]*do[ck]ument\W*\d*)?"
    r"|.*\.(?:docx?|dotm?|pdf|indd|odt|ott|rtf|txt|html?|pptx?|qxd|qxp|tex|dvi|ps|eps|xlsx?|pages)",
    re.IGNORECASE,
)


def stated_title(words: str | None) -> str | None:
    """The title that a file's properties state, in one line, or None when a program made it up."""
    title = " ".join((words or "").split())
    return None if _MADE_UP.fullmatch(title) else title
