"""Plain text and Markdown: the file itself is the text, so that offsets are those of the file.

Front matter between fences is no part of the article: spaces stand in its place.
"""

import re
from collections.abc import Iterator

from index.formats.decoding import decode
from index.formats.extracted import Extracted
from index.formats.limits import Limits
from index.text.front_matter import find_head

_HEADING = re.compile(r"^#[ \t]+(.+)$", re.MULTILINE)


def read_text(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The decoded file, with the facts of its front matter."""
    yield _extracted(decode(data), limits)


def read_markdown(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The same; without front matter the first heading is the title."""
    text = decode(data)
    heading = _HEADING.search(text.replace("\r", "\n"))
    yield _extracted(text, limits, heading.group(1).rstrip("# \t") if heading else None)


def _extracted(text: str, limits: Limits, heading: str | None = None) -> Extracted:
    head = find_head(text)
    if head.is_fenced:
        text = re.sub(r"[^\r\n]", " ", text[: head.end]) + text[head.end :]
    return Extracted(
        text,
        # a heading below front matter is often one of the story's sections
        title=head.title if head.end else heading,
        publisher=head.publisher,
        published=head.published(limits.day_order),
        author=head.author,
        updated=head.updated(limits.day_order),
    )
