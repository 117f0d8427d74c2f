"""Keeps the entries of an RSS or Atom feed as files in the folder of articles.

Each entry becomes one JSON file, named after its day, its title and a hash of its identifier, so that it is
kept once however often the feed is read. It does not sync.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import FeedError
from index.state.replacing import replacing

FOLDER = "feeds"  # in the folder of articles
TIMEOUT_S = 20.0
LONGEST = 20_000_000  # bytes of a feed
MOST_ENTRIES = 5_000
SLUG = 60  # characters of a title in a file's name
_EXPECTED = "expected the address (http or https) or the file of an RSS or Atom feed"


@dataclass
class FeedReport:
    """What became of a feed's entries: files, relative to the folder of articles, and counts."""

    address: str
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: int = 0
    without_text: int = 0


def keep_feed(address: str, corpus: Path) -> FeedReport:
    """Reads the feed and writes its new and changed entries below `corpus`/feeds.

    Raises FeedError if it cannot be fetched, is no feed, or a file cannot be written.
    """
    parsed = _parsed(_fetched(address), address)
    outlet = _line(parsed.feed.get("title"))
    folder = corpus / FOLDER / (_slug(outlet) or _slug(urlsplit(address).netloc) or "feed")
    report = FeedReport(address)
    try:
        # of every feed: an entry that two feeds share is kept once
        every = (corpus / FOLDER).glob("*/*.json")
        known = {path.stem.rpartition("-")[2]: path for path in every}
        for entry in parsed.entries[:MOST_ENTRIES]:
            record = _record(entry, outlet)
            if not record["text"]:
                report.without_text += 1
                continue
            identity = str(entry.get("id") or entry.get("link") or record["title"])
            digest = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:12]
            new = folder / f"{_day(record)}{_slug(record['title'])}-{digest}.json"
            path = known.setdefault(digest, new)
            _keep(path, record, report, corpus)
    except OSError as error:
        raise FeedError(
            f"feed {address}: an entry cannot be written ({error.strerror}); expected that "
            f"{folder} can be written to"
        ) from error
    return report


def _keep(path: Path, record: Mapping[str, str], report: FeedReport, corpus: Path) -> None:
    """Writes the file unless it holds the same already."""
    text = json.dumps({k: v for k, v in record.items() if v}, indent=1, ensure_ascii=False) + "\n"
    data = text.encode("utf-8", "replace")
    exists = path.exists()
    if exists and path.read_bytes() == data:
        report.kept += 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as fresh:
        fresh.write_bytes(data)
    (report.changed if exists else report.added).append(path.relative_to(corpus).as_posix())


def _record(entry: Mapping[str, Any], outlet: str) -> dict[str, str]:
    """The fields of an entry as the columns of an article; the longest of its texts is its text."""
    texts = [
        entry.get("summary") or "",
        *(part.get("value") or "" for part in entry.get("content", ())),
    ]
    # asked for an absent update, the parser gives the day of publication, and warns
    published = entry.get("published_parsed")
    updated = entry.get("updated_parsed") if "updated_parsed" in entry else None
    source = entry.get("source") or {}
    return {
        "title": _line(entry.get("title")),
        "published": _time(published or updated),
        "updated": _time(updated) if published and updated and updated > published else "",
        "author": _line(entry.get("author")),
        "outlet": _line(source.get("title")) or outlet,
        "url": _line(entry.get("link")),
        "text": max(texts, key=len).strip(),
    }


def _fetched(address: str) -> bytes:
    """The bytes of the feed, from the network or from a file."""
    if "://" not in address:
        try:
            data = Path(address).expanduser().read_bytes()
        except OSError as error:
            raise FeedError(f"feed {address}: {error.strerror}; {_EXPECTED}") from error
        return _bounded([data], address)
    if urlsplit(address).scheme not in ("http", "https"):
        raise FeedError(f"feed {address}: {_EXPECTED}")
    import httpx  # slow, so only a feed from the network loads it

    try:
        with httpx.stream("GET", address, timeout=TIMEOUT_S, follow_redirects=True) as response:
            response.raise_for_status()
            return _bounded(response.iter_bytes(), address)
    except httpx.HTTPStatusError as error:
        raise FeedError(
            f"feed {address}: the server answered {error.response.status_code}; {_EXPECTED}"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise FeedError(
            f"feed {address}: cannot be fetched ({reason}); check the address and the network"
        ) from error


def _bounded(parts: Sequence[bytes] | Iterator[bytes], address: str) -> bytes:
    """The parts as one, as long as they are no longer than a feed may be."""
    data = bytearray()
    for part in parts:
        data += part
        if len(data) > LONGEST:
            raise FeedError(
                f"feed {address}: longer than {LONGEST:,} bytes; expected a smaller feed"
            )
    return bytes(data)


def _parsed(data: bytes, address: str) -> Any:
    import feedparser

    # Given bytes, the parser fetches nothing. Byline's own reader cleans the HTML.
    found = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not found.get("version") or (found.bozo and not found.entries):
        raise FeedError(f"feed {address}: found no RSS or Atom in it; {_EXPECTED}")
    return found


def _time(parsed: time.struct_time | None) -> str:
    """ISO time in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed else ""


def _day(record: Mapping[str, str]) -> str:
    return f"{record['published'][:10]}-" if record["published"] else ""


def _slug(text: str) -> str:
    """Letters and digits of `text` with hyphens between, safe as a file's name."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:SLUG].strip("-")


def _line(text: Any) -> str:
    return " ".join(str(text or "").split())
