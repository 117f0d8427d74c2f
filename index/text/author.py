"""Who wrote an article, if a byline above the story says so: "By Ada Pell", "Author: Ada Pell and Bo Lind".

Only names are taken: "By our staff" and "By land and sea" name nobody.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from index.text.dates import find_dates, sole_date

# A byline is among the first lines; a longer line is a sentence.
_LINES, _LONGEST = 15, 160
_BYLINE = re.compile(
    r"(?:#+\s*|[*_]+)?(?:(?:(?:story|written|words|report|reported|text|reporting|article|analysis)\s+)?by\b:?"
    r"|(?:author|byline|writer|reporter|correspondent|autor|autorin|auteur|autore)s?\s*:"
    r"|(?:von|par|por|door|av|af)\b)\s+(?P<names>\S.*)",
    re.IGNORECASE,
)
# What follows the names: another fact, a place, or the paper.
_AFTER = re.compile(
    r"\s[|•·–—]|\s-\s|\s*[(\[/;*]|\s+(?:in|for|at|of|with|on|published|updated|posted|last|special)\s"
    r"|\s+\d|(?<=\w{3})\.\s|\s*@|\s+(?=\S+@)",
    re.IGNORECASE,
)
# "Posted on 3 May 2020 by Ada Pell", "Ada Pell in Oslo and Bo Lind in Rome"
_DATED_BY = re.compile(r"[\s|,·•–—-]+(?=by\b)", re.IGNORECASE)
_ALSO = re.compile(r"\s+in\s+(?:[\w.'’-]+\s+){1,3}(?:and|und|et)\s+")
_AND = re.compile(r"\s*(?:&|\s(?:and|und|et)\s)\s*", re.IGNORECASE)
_PARTICLES = frozenset(
    "de da del della der den des di dos das du la le van von zu zur bin ibn al el ben ter ten y e af".split()
)
# Capitalised words that no name has, and offices that are nobody.
_NO_NAME = frozenset(
    """the a an our my your this that its staff reporter reporters correspondent correspondents
    editor editors editorial writer writers desk agency agencies newsroom team contributor
    contributors admin administrator webmaster guest anonymous unknown news reporting""".split()
)
_LONGEST_NAME = 5  # words


class Byline(NamedTuple):
    """The names of a byline, and what follows them in its line."""

    names: tuple[str, ...]
    rest: str


def find_author(text: str, title: str = "") -> str | None:
    """The names in a byline above the story, with commas between them, or None.

    `title` is the headline, which is no byline even when it begins with "By".
    """
    lines = (line.strip() for line in text[:4000].splitlines())
    for line in islice(filter(None, lines), _LINES):
        if line.strip("# ") != title and (found := byline(line)):
            return ", ".join(found.names)
    return None


def byline(line: str) -> Byline | None:
    """The byline in a line with nothing else but, perhaps, a paper, a place or a date, or None."""
    line = line.strip()
    if len(line) > _LONGEST:
        return None
    by = _DATED_BY.search(line)
    if by and sole_date(line[: by.start()]):
        written = byline(line[by.end() :])
        return written and Byline(written.names, line[: by.start()])
    found = _BYLINE.fullmatch(line)
    if found is None:
        return None
    words = found["names"]
    end = min([span.start for span, _ in find_dates(words)], default=len(words))
    if cut := _AFTER.search(words, 0, end):
        end = cut.start()
    names = _names(words[:end])
    also = _ALSO.match(words, end)
    if names and also and (others := byline(f"by {words[also.end() :]}")):
        return Byline((*names, *others.names), others.rest)
    return Byline(tuple(names), words[end:].strip(" |•·–—-,;")) if names else None


def clean_author(stated: str | Iterable[str]) -> str | None:
    """The names that a format states as the author, without "By", or None where there are none.

    An address of a page or of mail is no name.
    """
    said = [stated] if isinstance(stated, str) else stated
    plain = (
        re.sub(r"^(?:by|von|par|por)\s+", "", " ".join(one.split()), flags=re.I) for one in said
    )
    names = [name for one in plain for name in _names(one) or [one]]
    kept = [
        name for name in names if re.search(r"[^\W\d]", name) and not re.search(r"https?:|@", name)
    ]
    return ", ".join(dict.fromkeys(kept))[:300] or None


def _names(words: str) -> list[str]:
    """The names in `words`; empty if anything else is there."""
    first, *others = _AND.split(words.strip(" *_.,:"))
    # Only a list that ends with "and" has commas between names: "Ada Pell, Melby Post" is one name.
    names = first.split(",") if others else first.split(",")[:1]
    names += [other.split(",")[0] for other in others]
    names = [name.strip() for name in names if name.strip()]
    return names if all(map(_is_name, names)) else []


def _is_name(words: str) -> bool:
    parts = words.split()
    return (
        2 <= len(parts) <= _LONGEST_NAME
        and all(part.lower() in _PARTICLES or _is_capitalised(part) for part in parts)
        and _NO_NAME.isdisjoint(part.lower().strip(".") for part in parts)
        and parts[-1].lower() not in _PARTICLES
    )


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and all(c.isalpha() or c in ".'’-" for c in word)
