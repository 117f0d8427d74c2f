"""Saved pages in one file (.mhtml, .mht): a mail whose parts are the page and what it shows.

The day it was saved is not the day of the story, so only the page itself states its date.
"""

from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import BytesParser

from index.errors import UnreadableError
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.html import page_article

_DEFECTS = (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError)
_PAGES = ("text/html", "application/xhtml+xml")


def read_snapshot(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The story of the saved page; without a title of its own it has that of the file's head.

    Raises UnreadableError when no part of the file is a page.
    """
    try:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
        subject = " ".join(str(message.get("subject") or "").split()) or None
        page = _main_part(message)
        content = page.get_payload(decode=True) if page is not None else None
        charset = page.get_content_charset() if page is not None else None
    except _DEFECTS:
        # the parser tolerates many defects, and raises these for the rest
        raise UnreadableError("a damaged saved page: expected readable parts") from None
    if not isinstance(content, bytes) or not content.strip():
        raise UnreadableError("no page in it: expected a page saved in one file")
    found = page_article(content, limits, charset)
    yield found if found.title else replace(found, title=subject)


def _main_part(message: EmailMessage) -> Message | None:
    """The page itself: the part at the place that the head states, or the first page; not a frame of it."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    place = str(message.get("snapshot-content-location") or message.get("content-location") or "")
    start = str(message.get_param("start") or "")
    for part in pages:
        if place.strip() and str(part.get("content-location") or "").strip() == place.strip():
            return part
        if start and str(part.get("content-id") or "").strip() == start:
            return part
    return pages[0] if pages else None
