"""Front matter: what an article says about itself before it begins.

YAML between lines of dashes, TOML between lines of plus signs, or a head such as that of a mail: "Title: …",
"Date: …" and an empty line. Values stay as they are written; only their text is taken, to any depth.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import yaml

from index.text.author import clean_author
from index.text.stated_dates import read_day

# A longer block is no front matter, and would take long to parse.
_LONGEST = 20_000
_DEEPEST = 20
_FENCED = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(?P<inside>.*?)(?:\r\n|\r|\n)"
    r"(?:(?P=fence)|\.\.\.)[ \t]*(?=[\r\n]|\Z)",
    re.DOTALL,
)
_FIELD = re.compile(r"(?P<key>[A-Za-z][\w -]{1,30}?)[ \t]*:[ \t]+(?P<value>\S.*)")
_TITLE = ("title", "headline")
_DATE = (
    "date",
    "published",
    "publication_date",
    "publish_date",
    "pubdate",
    "date_published",
    "published_at",
)
_UPDATED = (
    "updated",
    "lastmod",
    "modified",
    "last_modified",
    "date_modified",
    "last_updated",
    "updated_at",
)
_OUTLET = ("publisher", "outlet", "source", "publication", "newspaper", "site")
_AUTHOR = ("author", "byline", "authors", "writer", "reporter", "by")
_KNOWN = frozenset((*_TITLE, *_DATE, *_UPDATED, *_OUTLET, *_AUTHOR))

Facts = dict[str, list[str]]


class Head(NamedTuple):
    """The front matter of a text: its facts by key, in lower case, and where it ends (0 without any).

    `is_fenced` is True between lines of dashes or plus signs, where nothing belongs to the article.
    """

    facts: Facts
    end: int = 0
    is_fenced: bool = False

    @property
    def title(self) -> str | None:
        """The headline."""
        return self._first(_TITLE)

    @property
    def publisher(self) -> str | None:
        """The outlet."""
        return self._first(_OUTLET)

    @property
    def author(self) -> str | None:
        """The names of the authors, with commas between them."""
        return clean_author(next((self.facts[key] for key in _AUTHOR if self.facts.get(key)), ()))

    def published(self, order: str = "") -> date | None:
        """The day of publication; `order` is that of day and month, see `read_day`."""
        return self._day(_DATE, order)

    def updated(self, order: str = "") -> date | None:
        """The day of a later version."""
        return self._day(_UPDATED, order)

    def _first(self, keys: Iterable[str]) -> str | None:
        return next((value for key in keys for value in self.facts.get(key, ()) if value), None)

    def _day(self, keys: Iterable[str], order: str) -> date | None:
        days = (read_day(value, order) for key in keys for value in self.facts.get(key, ()))
        return next(filter(None, days), None)


NO_HEAD = Head({})


def find_head(text: str) -> Head:
    """The front matter at the start of `text`."""
    fenced = _FENCED.match(text[: _LONGEST + 100])
    if fenced is None:
        return _labelled(text)
    inside = fenced["inside"]
    facts = _toml(inside) if fenced["fence"] == "+++" else _yaml(inside)
    if facts is None:  # such as `title: Assad: the end`, which many write and no parser takes
        facts = _lines(re.split(r"[\r\n]+", inside))
    return Head(facts, fenced.end(), True) if facts else NO_HEAD


def _labelled(text: str) -> Head:
    """A head without fences: lines of `key: value` above an empty line, two of the keys usual ones."""
    lines: list[str] = []
    end = 0
    for line in re.finditer(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)", text[:2000]):
        if lines and line[1][:1].isspace() and line[1].strip():  # continues the value above
            lines[-1] += f" {line[1].strip()}"
        elif _FIELD.fullmatch(line[1].rstrip()):
            lines.append(line[1])
        else:
            break
        end = line.end(1)
    facts = _lines(lines)
    is_head = len(facts.keys() & _KNOWN) >= 2 and re.match(
        r"\s*?(?:\r\n|\r|\n)\s*?(?:[\r\n]|\Z)", text[end:]
    )
    return Head(facts, end) if is_head else NO_HEAD


def _lines(lines: Iterable[str]) -> Facts:
    facts: Facts = {}
    for line in lines:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1].strip()
        if colon and key:
            facts.setdefault(_key(key), []).append(value)
    return facts


def _yaml(block: str) -> Facts | None:
    """The facts of a YAML mapping, or None. Read from the parser's events: nothing is built or converted."""
    facts: Facts = {}
    # of each collection that is open: the key whose value comes next, None where a key does, "" in a list
    open_at: list[str | None] = []
    try:
        for event in yaml.parse(block, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                open_at.append(None if isinstance(event, yaml.MappingStartEvent) else "")
                if open_at[0] == "" or len(open_at) > _DEEPEST:
                    return None
                continue
            if isinstance(event, yaml.CollectionEndEvent):
                open_at.pop()
            elif isinstance(event, yaml.ScalarEvent):
                value = " ".join(event.value.split())
                if not open_at:
                    return None
                if open_at[-1] is None:
                    open_at[-1] = _key(value) or "?"
                    continue
                if open_at[-1] in (open_at[0], "", "name"):
                    facts.setdefault(str(open_at[0]), []).append(value)
            elif not isinstance(event, yaml.AliasEvent):
                continue
            if open_at and open_at[-1]:
                open_at[-1] = None  # the value of that key is complete
    except (yaml.YAMLError, ValueError):
        return None
    return facts


def _toml(block: str) -> Facts | None:
    try:
        values = tomllib.loads(re.sub(r"\r\n?", "\n", block))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    return {_key(key): _texts(value) for key, value in values.items()}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value if not isinstance(one, list | dict) for text in _texts(one)]
    return [] if isinstance(value, dict) else [" ".join(str(value).split())]


def _key(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())
