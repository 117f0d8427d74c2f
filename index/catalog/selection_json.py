"""A Selection to and from JSON, as the page, the command line and programs send it.

The input is not trusted: type, form and length of every value are verified. This module does not know
which articles exist.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.catalog.selection import EVERYTHING, Selection
from index.errors import QuestionError

NAMES = ("outlets", "authors", "since", "until", "words", "ids")
MOST_NAMES, MOST_IDS = 100, 200  # names of outlets, and of authors
LONGEST = 500  # characters of a name, and of words
LONGEST_TEXT = 50_000  # characters of a selection as JSON
_SHOWN = 80  # characters of a bad value in the message
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile(r"[0-9a-f]{16}")


def parse_selection(values: Mapping[str, Any]) -> Selection:
    """The selection in a JSON object; values that are missing, null or empty are ignored.

    `outlets`, `authors` and `ids` are lists of strings, `since` and `until` dates such as 2015-09-01, `words`
    a string. Raises QuestionError in one line.
    """
    for name in values:
        if name not in NAMES:
            raise _bad("within", name, f"one of {', '.join(NAMES)}", "leave it out")
    since, until = _day(values, "since"), _day(values, "until")
    if since and until and since > until:
        raise _bad("until", values["until"], f"a day from {since} on", "exchange the two")
    ids = _texts(values, "ids", MOST_IDS)
    for key in ids:
        if not _ID.fullmatch(key):
            raise _bad("ids", key, "16 of 0-9 and a-f", "take ids from the list of articles")
    return Selection(
        publishers=frozenset(_texts(values, "outlets", MOST_NAMES)),
        since=since,
        until=until,
        words=_plain(_text("words", values.get("words") or "")),
        ids=frozenset(ids),
        authors=frozenset(_texts(values, "authors", MOST_NAMES)),
    )


def selection_values(selection: Selection) -> dict[str, Any]:
    """The inverse of `parse_selection`, without empty conditions."""
    values = {
        "outlets": sorted(selection.publishers),
        "authors": sorted(selection.authors),
        "since": selection.since.isoformat() if selection.since else "",
        "until": selection.until.isoformat() if selection.until else "",
        "words": selection.words,
        "ids": sorted(selection.ids),
    }
    return {name: value for name, value in values.items() if value}


def selection_text(selection: Selection) -> str:
    """`selection` as JSON in ASCII, for `load_selection`; "" for everything."""
    return json.dumps(selection_values(selection)) if selection else ""


def read_selection(text: str) -> Selection:
    """A selection from untrusted JSON; "" selects everything. Raises QuestionError in one line."""
    if len(text) > LONGEST_TEXT:
        raise _bad("within", text, "a shorter JSON object", "select fewer")
    return load_selection(text)


def load_selection(text: str) -> Selection:
    """A selection from the JSON of `selection_text`, of any length. Raises QuestionError in one line."""
    if not text.strip():
        return EVERYTHING
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise _bad("within", text, "a JSON object", f"send any of {', '.join(NAMES)}")
    return parse_selection(values)


def _day(values: Mapping[str, Any], name: str) -> date | None:
    text = values.get(name)
    if text is None or text == "":
        return None
    try:
        if isinstance(text, str) and _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _bad(name, text, "a day such as 2015-09-01", "write year, month and day")


def _texts(values: Mapping[str, Any], name: str, most: int) -> list[str]:
    listed = values.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise _bad(name, listed, "a list of texts", "put it in brackets")
    if len(listed) > most:
        raise _bad(name, f"{len(listed):,} of them", f"at most {most}", "select fewer")
    return [text for one in listed if (text := _text(name, one))]


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _bad(name, value, "a text", "put it between quotation marks")
    if len(value) > LONGEST:
        raise _bad(name, value, f"at most {LONGEST} characters", "shorten it")
    return value


def _plain(text: str) -> str:
    """`text` in one line, without control characters and lone surrogates, which cannot be searched."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return " ".join("".join(kept).split())


def _bad(name: str, value: object, expected: str, remedy: str) -> QuestionError:
    shown = ascii(str(value)[:LONGEST])
    shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
    return QuestionError(f"{name}: {shown}: expected {expected}; {remedy}")
