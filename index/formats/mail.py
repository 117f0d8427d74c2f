"""Mails as articles: subject, sender, date and text. Attached mails are articles of their own.

A forwarded mail has the subject, sender and date of the original. Other attachments are ignored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr

from index.errors import UnreadableError
from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.formats.web.html import all_words
from index.text.author import clean_author
from index.text.stated_dates import read_day

# A plain part beside a page with more times its words, or with other words, only says that there is a page.
_STUB = 2
# A mail with fewer words that has others attached is only their cover.
_COVER_WORDS = 12
# The line that begins a mail in a mailbox, after an empty line.
_BOX_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,300}\d{4}[^\r\n]{0,100}\r?\n")
_FORWARD = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|i|vs|doorst|pd)\s*:\s*", re.IGNORECASE)
_NAMES = {
    **dict.fromkeys("from von de da van fra från".split(), "from"),
    **dict.fromkeys("date sent gesendet datum envoyé fecha enviado data inviato".split(), "date"),
    **dict.fromkeys(
        "subject betreff objet asunto assunto oggetto onderwerp emne ämne".split(), "subject"
    ),
}
# A line in the head of a mail that is quoted in another.
_ORIGINAL = re.compile(
    rf"[ \t>*]*\b(?P<name>{'|'.join(_NAMES)})\b[ \t*]*:[ \t*]*(?P<value>\S[^\r\n]*)", re.IGNORECASE
)
_DEFECTS = (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError)


def read_mail(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The text of a mail, and of each mail attached to it. Raises UnreadableError."""
    try:
        message = _parsed(data)
        if not message.keys():
            raise UnreadableError("no headers: expected a mail")
        own = _article(message)
        attached = [_article(inner) for inner in _attached(message)]
    except _DEFECTS:
        # the parser tolerates many defects, and raises these for the rest
        raise UnreadableError("a damaged mail: expected readable parts") from None
    attached = [one for one in attached if one.text.strip()]
    if not attached or len(own.text.split()) >= _COVER_WORDS:
        yield own
    yield from (replace(one, part=str(number)) for number, one in enumerate(attached, 1))


def read_mailbox(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The mails in an mbox file, numbered from 1, each with those attached to it. Raises UnreadableError."""
    lines = [found.span() for found in _BOX_LINE.finditer(data)]
    if not lines or not data.startswith(b"From "):
        raise UnreadableError("no line that begins with 'From ': expected a mailbox")
    ends = [*(start for start, _ in lines[1:]), len(data)]
    found: list[Extracted] = []
    for (_, begin), end in zip(lines, ends, strict=True):
        mail = re.sub(rb"(?m)^>(>*From )", rb"\1", data[begin:end])
        try:
            found += read_mail(mail, limits)
        except UnreadableError as error:
            found.append(Extracted("", refused=str(error)))
    yield from (replace(one, part=str(number)) for number, one in enumerate(found, 1))


def _parsed(data: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        payload = part.get_payload() if part.get_content_type() == "message/rfc822" else None
        if isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, EmailMessage))


def _article(message: EmailMessage) -> Extracted:
    text = _body(message)
    sender = _header(message, "from") or ""
    subject, sent = _header(message, "subject"), _sent(message)
    forwarded = _FORWARD.match(subject or "")
    if subject and forwarded:
        subject = subject[forwarded.end() :] or subject
        facts = _original(text.splitlines())
        if "from" in facts:
            sender, subject = facts["from"], facts.get("subject") or subject
            sent = read_day(facts.get("date", "")) or sent
    return Extracted(text, subject, _outlet(sender), sent, author=clean_author(_name(sender)))


def _original(lines: Iterable[str]) -> dict[str, str]:
    """Sender, subject and date in the head of the first mail that is quoted in `lines`."""
    facts: dict[str, str] = {}
    for line in lines:
        found = _ORIGINAL.match(line)
        if found:
            facts.setdefault(_NAMES[found["name"].lower()], found["value"].strip())
        elif not line.strip(" >"):
            continue  # of a page each line is a paragraph
        elif not re.match(r"[ \t>*]*[\w-]+[ \t*]*:", line):
            if len(facts) > 1:
                break
            facts = {}
    return facts if len(facts) > 1 else {}


def _body(message: EmailMessage) -> str:
    """The plain part, unless it is a stub beside a page."""
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    text = _text(plain) if plain is not None else ""
    if page is None:
        return text
    words = _text(page)
    said, shown = text.split(), words.split()
    is_other = len(shown) > len(said) and 2 * len({*shown} & {*said}) < len({*shown})
    return words if is_other or len(shown) > _STUB * len(said) else text


def _text(body: MIMEPart | Message) -> str:
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


def _name(sender: str) -> str:
    """The name in an address, which may be written `Name [mailto:address]` or be missing."""
    sender = re.sub(r"\s*\[mailto:.*", "", sender).strip('" ')
    return parseaddr(sender)[0] or ("" if "@" in sender else sender)


def _outlet(sender: str) -> str | None:
    """The name of the sender, or else the host of the address."""
    return _name(sender) or parseaddr(sender)[1].rpartition("@")[2] or None


def _sent(message: EmailMessage) -> date | None:
    value = message.get("date")
    when = getattr(value, "datetime", None)
    return when.date() if isinstance(when, datetime) else None
