"""The address of a PostgreSQL database. It never shows the password."""

import hashlib
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

EXPECTED = "expected postgresql://user:password@host:port/name"
_LONGEST = 30  # characters of a folder's name in that of a schema: PostgreSQL allows 63 in all


@dataclass(frozen=True, slots=True)
class Address:
    """A database, as psycopg connects to it."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        """The address without the user and the password."""
        parts = urlsplit(self.url)
        return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"


def valid_address(text: str) -> str:
    """`text` without blanks around it, if it is an address or empty. Raises ValueError."""
    found = parse_address(text)
    return found.url if found else ""


def parse_address(text: str) -> Address | None:
    """The database at an address such as `postgresql://byline@127.0.0.1/byline`; None for "".

    Raises ValueError, without the text, which may hold a password.
    """
    if not text.strip():
        return None
    try:
        parts = urlsplit(text.strip())
        valid = parts.scheme in ("postgresql", "postgres") and parts.path.strip("/") != ""
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(EXPECTED)
    return Address(text.strip())


def schema_name(folder: str, part: str) -> str:
    """The schema of a `part` of the index whose folder has this name: each index has its own tables."""
    plain = re.sub(r"[^a-z0-9_]+", "_", folder.lower())[:_LONGEST]
    if plain != folder:  # two folders never share a schema because their names look alike
        plain = f"{plain}_{hashlib.sha256(folder.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return f"byline_{plain}_{part}"
