"""A mail as an article: subject, sender, date and text. Attachments are ignored."""

from collections.abc import Iterator
from datetime import date, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.html import all_words
from index.text.author import clean_author


def read_mail(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The plain text of a mail, or the text of its HTML part."""
    try:
        message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
        if not message.keys():
            raise UnreadableError("no headers: expected a mail")
        body = message.get_body(("plain", "html"))
        text = _text(body) if body is not None else ""
        yield Extracted(
            text,
            _header(message, "subject"),
            _sender(message),
            _sent(message),
            author=_writer(message),
        )
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError):
        # the parser tolerates many defects, and raises these for the rest
        raise UnreadableError("a damaged mail: expected readable parts") from None


def _text(body: MIMEPart) -> str:
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = decode(content, body.get_content_charset())
    if body.get_content_type() == "text/html":
        return all_words(text).replace("\n", "\n\n")
    return text


def _header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value else None


def _sender(message: EmailMessage) -> str | None:
    """The name of the sender, or else the host of the address."""
    name, address = parseaddr(_header(message, "from") or "")
    return name or address.rpartition("@")[2] or None


def _writer(message: EmailMessage) -> str | None:
    name, _ = parseaddr(_header(message, "from") or "")
    return clean_author(name)


def _sent(message: EmailMessage) -> date | None:
    value = message.get("date")
    when = getattr(value, "datetime", None)
    return when.date() if isinstance(when, datetime) else None
