"""Bytes to text: by byte-order mark, as UTF-8, as declared, or by detection. Line ends are kept.

All bytes are either decoded or rejected as binary. This module does not know the format of the file.
"""

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import UnreadableError
from index.formats.latin import latin_encoding
from index.text.noticed import ENCODING, GUESSED, notice

# Binary formats that may contain little but text, recognised by their first bytes.
_SIGNATURES = {
    b"%PDF-": "a PDF",
    b"{\\rtf": "a rich text file",
    b"PK\x03\x04": "a zip archive or an office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Detection reads this much of a file; more takes seconds and changes nothing.
_DETECT_BYTES = 64 * 1024
_LETTERS = bytes([*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)])
_JAPANESE = b"\x1b$B"  # how ISO-2022-JP begins its characters
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# So many letters beyond ASCII must be valid for each stray byte. One of three bytes, such as a quotation
# mark, is valid by chance so seldom that it counts as many.
_VALID = 3
_LONG = re.compile(r"[\u0800-\ufffc\U00010000-\U0010ffff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`, without its byte-order mark; `declared` is the encoding that a page declares.

    Raises UnreadableError for binary data, and for other formats with the suffix of a text file.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableError(f"binary data ({kind}): expected text")
    text, encoding, is_guess = _decoded(data, declared)
    if not data.isascii():
        notice((GUESSED if is_guess else ENCODING) + encoding)
    if len(_CONTROLS.findall(text[:4096])) > len(text[:4096]) // 20:
        raise UnreadableError("binary data: expected text")
    return text


def _decoded(data: bytes, declared: str | None) -> tuple[str, str, bool]:
    """The text, the name of its encoding, and whether that is a guess."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace"), encoding, False
    wide = _utf16_without_mark(data)
    if wide is None and b"\0" in data:
        raise UnreadableError("binary data: expected text")
    if _JAPANESE in data:  # all in ASCII, so it would pass for UTF-8
        declared = "iso2022_jp"
    elif wide is None and (mended := _nearly_utf8(data)) is not None:
        # with stray bytes in it nothing is certain
        return (
            _whole(mended),
            "utf-8",
            mended.count(_REPLACEMENT) > data.count(_REPLACEMENT.encode()),
        )
    for candidate in (wide, _known(declared)):
        try:
            if candidate is not None:
                return _whole(data.decode(candidate)), candidate, False
        except UnicodeDecodeError:
            continue
    detected = _detected(data)
    return _whole(data.decode(detected, errors="replace")), detected, True


def _nearly_utf8(data: bytes) -> str | None:
    """The text of UTF-8, also with a few stray bytes, which become replacement characters; else None.

    By chance no other encoding has many letters that are valid in UTF-8.
    """
    text = data.decode("utf-8", errors="replace")
    stray = text.count(_REPLACEMENT) - data.count(_REPLACEMENT.encode())
    if stray <= 0:
        return text
    valid = len(text) - len(text.encode("ascii", errors="ignore")) - stray
    valid += (_VALID - 1) * len(_LONG.findall(text))
    return text if valid >= _VALID * stray else None


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark has zeros (of Latin letters, spaces, digits) in every second byte only."""
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few = max(1, len(head) / 20)
    if odd > few and even < 0.05 * odd:
        return "utf-16-le"
    if even > few and odd < 0.05 * even:
        return "utf-16-be"
    return None


def _known(declared: str | None) -> str | None:
    """The codec of a declared encoding, or None when it is not a text encoding."""
    try:
        name = codecs.lookup(declared or "").name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return "cp1252" if name in ("iso8859-1", "ascii") else name


def _detected(data: bytes) -> str:
    head = data[:_DETECT_BYTES]
    high = len(head.translate(None, bytes(range(128))))
    letters = len(head) - len(head.translate(None, _LETTERS))
    # Text in another alphabet has few Latin letters, and a short text is not enough for detection.
    if high * 3 <= letters or (high < letters and len(head) < 64):
        return latin_encoding(head)
    best = from_bytes(head, chunk_size=1024).best()
    if best is None:
        return latin_encoding(head)
    others = sum(char.isalpha() and char > "\u024f" for char in str(best))
    return best.encoding if others > high / 4 else latin_encoding(head)


def _whole(text: str) -> str:
    """`text` with lone surrogates, which some decoders produce, replaced by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
