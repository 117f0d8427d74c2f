"""Hundreds of hostile files by name: truncated, flipped, false sizes, bombs, deep nesting, wrong encodings.

Each is made when asked for, the same every time.
"""

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from tests.index.formats.makers import (
    make_csv,
    make_docx,
    make_epub,
    make_json,
    make_json_lines,
    make_mail,
    make_odt,
    make_pdf,
    make_rtf,
    make_snapshot,
    make_warc,
    make_zip,
)

SECRET = "xylophone quartz"  # what lies outside the corpus, and must never come into it
STORY = (
    "The minister opened the new bridge over the river on Monday, and hundreds of people from the "
    "villages on both banks came to see it, she said."
)
HTML = (
    f"<!doctype html><html><head><title>A bridge</title></head><body><p>{STORY}</p></body></html>"
)
ROWS = [{"title": f"Bridge {n}", "text": STORY, "date": "2015-11-18"} for n in range(3)]
MAILBOX = b"".join(
    b"From a@b.example Wed Nov 18 10:00:00 2015\n"
    + make_mail(STORY, HTML, Subject="A bridge")
    + b"\n\n"
    for _ in range(2)
)
RSS = (
    "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>Daily</title>"
    f"<item><title>A bridge</title><description>&lt;p&gt;{STORY}&lt;/p&gt;</description></item>"
    "</channel></rss>"
)
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Daily</title><entry><title>A bridge</title>"
    f"<published>2015-11-18T10:00:00Z</published><content>{STORY}</content></entry></feed>"
)
POST = {"title": {"rendered": "A bridge"}, "content": {"rendered": f"<p>{STORY}</p>"}}
SOUND: dict[str, Callable[[], bytes]] = {
    ".txt": lambda: STORY.encode(),
    ".md": lambda: f"# A bridge\n\n{STORY}".encode(),
    ".html": lambda: HTML.encode(),
    ".pdf": lambda: make_pdf([STORY, "", STORY], heading="A bridge", head="Daily"),
    ".docx": lambda: make_docx([STORY], "A bridge"),
    ".odt": lambda: make_odt([STORY], heading="A bridge"),
    ".rtf": lambda: make_rtf([STORY, WORDS]),
    ".mhtml": lambda: make_snapshot(HTML, Subject="A bridge"),
    ".warc": lambda: make_warc([("http://a.example/", HTML), ("http://a.example/b", HTML)]),
    ".warc.gz": lambda: make_warc(
        [("http://a.example/", HTML), ("http://a.example/b", HTML)], True
    ),
    ".epub": lambda: make_epub({"One": STORY, "Two": STORY}, title="A bridge"),
    ".eml": lambda: make_mail(STORY, HTML, b"\x89PNG" * 50, Subject="A bridge", From="a@b.example"),
    ".csv": lambda: make_csv([list(ROWS[0]), *(list(row.values()) for row in ROWS)]),
    ".json": lambda: make_json(ROWS),
    ".jsonl": lambda: make_json_lines(ROWS),
    ".ndjson": lambda: b"\xef\xbb\xbf" + make_json_lines(ROWS),
    ".mbox": lambda: MAILBOX,
    ".rss": lambda: RSS.encode(),
    ".atom": lambda: ATOM.encode(),
    ".txt.gz": lambda: gzip.compress(STORY.encode(), mtime=0),
    ".html.gz": lambda: gzip.compress(HTML.encode(), mtime=0),
    ".zip": lambda: make_zip({"a.txt": STORY, "b/c.html": HTML, "d.json": make_json(ROWS)}),
}
ENCODINGS = """utf-16 utf-16-le utf-16-be utf-32 utf-32-be utf-7 cp1252 cp1250 cp1251 cp1253 cp1255
cp1256 cp437 cp850 latin-1 iso8859-2 iso8859-5 iso8859-7 iso8859-8 iso8859-15 koi8-r mac-roman mac-cyrillic
shift_jis euc-jp iso2022_jp gb18030 gbk big5 euc-kr cp037 hz""".split()
WORDS = "Żółć naïve Мост через реку γέφυρα جسر גשר 橋が開通した 桥 다리 – “quoted” €"


@cache
def sound(suffix: str) -> bytes:
    """A small good file of the format."""
    return SOUND[suffix]()


def _cut(suffix: str, part: int) -> bytes:
    data = sound(suffix)
    return data[: len(data) * part // 13]


def _flipped(suffix: str, seed: int) -> bytes:
    dice, data = random.Random(seed), bytearray(sound(suffix))
    for _ in range(1 + seed * 3):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _holed(suffix: str, seed: int) -> bytes:
    dice, data = random.Random(seed), bytearray(sound(suffix))
    at = dice.randrange(len(data))
    data[at : at + 60] = bytes(dice.randrange(256) for _ in range(60)) if seed % 2 else bytes(60)
    return bytes(data)


def _doubled(suffix: str, seed: int) -> bytes:
    dice, data = random.Random(seed), sound(suffix)
    first, last = sorted(dice.randrange(len(data)) for _ in range(2))
    return data[:last] + data[first:]


def _written(suffix: str, encoding: str) -> bytes:
    whole = sound(suffix).decode().replace("bridge", WORDS)
    return whole.encode(encoding, "replace")


def _pdf(body: str, length: int | None = None, extra: bytes = b"") -> bytes:
    """A PDF written by hand, to lie in."""
    stream = b"BT /F1 12 Tf 72 700 Td (The minister opened the bridge.) Tj ET" + extra
    length = len(stream) if length is None else length
    head = (
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        f"{body or '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj'}\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        f"4 0 obj<</Length {length}>>stream\n"
    )
    tail = (
        "\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n"
    )
    return head.encode() + stream + tail.encode()


def _pdf_bomb() -> bytes:
    packed = zlib.compress(b"BT /F1 12 Tf 72 700 Td (word) Tj ET\n" * 3_000_000, 9)
    head = (
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        f"4 0 obj<</Filter/FlateDecode/Length {len(packed)}>>stream\n"
    )
    tail = "\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    return head.encode() + packed + tail.encode() + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF\n"


def _pdf_forms(depth: int) -> bytes:
    """Forms that show forms, each the next twice: 2 ** depth words from a few kilobytes."""
    objects = [
        "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</XObject<</X 10 0 R>>>>>>endobj",
        "4 0 obj<</Length 4>>stream\n/X Do\nendstream endobj",
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
    ]
    for n in range(10, 10 + depth):
        last = n == 9 + depth
        stream = "BT /F1 9 Tf 9 9 Td (word) Tj ET" if last else "/X Do /X Do"
        inner = "/Font<</F1 5 0 R>>" if last else f"/XObject<</X {n + 1} 0 R>>"
        objects.append(
            f"{n} 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<<{inner}>>"
            f"/Length {len(stream)}>>stream\n{stream}\nendstream endobj"
        )
    return (
        "%PDF-1.7\n" + "\n".join(objects) + "\ntrailer<</Root 1 0 R/Size 99>>\n%%EOF\n"
    ).encode()


def _lying_zip(stated: int) -> bytes:
    """An archive of ten megabytes that states another size for its member."""
    data = bytearray(make_zip({"a.txt": b"word " * 2_000_000, "b.txt": STORY}))
    struct.pack_into("<I", data, data.index(b"PK\x03\x04") + 22, stated)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, stated)
    return bytes(data)


@cache
def _gzip_bomb(megabytes: int) -> bytes:
    """As many megabytes of one word."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for _ in range(megabytes):
            file.write(b"word " * 200_000)
    return packed.getvalue()


def _nested_zip(depth: int) -> bytes:
    data = make_zip({"a.txt": STORY})
    for _ in range(depth):
        data = make_zip({"inner.zip": data})
    return data


def _overlapping_zip() -> bytes:
    """Many names for the same bytes: each entry of the directory points at the first member."""
    data = make_zip({f"{n:05}.txt": b"word " * 20_000 if n == 0 else b"" for n in range(500)})
    first = bytes(data[data.index(b"PK\x01\x02") :][:46])
    changed = bytearray(data)
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        changed[at + 10 : at + 28] = first[10:28]  # method, times, checksum and sizes of the first
        changed[at + 42 : at + 46] = first[42:46]  # and its place
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(changed)


def _office(name: str, make: Callable[[], bytes], change: Callable[[bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(make())) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    files[name] = change(files[name])
    return make_zip(files)


def _with_doctype(entity: str) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        head, mark, rest = xml.partition(b"?>")
        return head + mark + entity.encode() + rest.replace(b"bridge", b"&e;")

    return change


_LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
)
LAUGHS = _LAUGHS + "<!ENTITY e '&a9;'>]>"
FOREIGN = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
_WORD_XML, _BOOK_XML = "word/document.xml", "OEBPS/book.opf"

SPECIAL: dict[str, Callable[[], bytes]] = {
    "deep-1000.html": lambda: ("<div>" * 1000 + STORY + "</div>" * 1000).encode(),
    "deep-50000.html": lambda: ("<div>" * 50_000 + STORY).encode(),
    "deep-tables.html": lambda: ("<table><tr><td>" * 3000 + STORY).encode(),
    "deep-bold.html": lambda: ("<b><i>" * 20_000 + STORY).encode(),
    "attributes.html": lambda: ("<p " + "a=b " * 100_000 + f">{STORY}</p>").encode(),
    "open-tags.html": lambda: b"<" * 500_000,
    "open-comments.html": lambda: b"<!--" * 200_000 + STORY.encode(),
    "entities.html": lambda: b"&#x110000;&#xD800;&#0;" * 20_000 + STORY.encode(),
    "one-line.html": lambda: b"word " * 400_000,
    "many-paragraphs.html": lambda: f"<p>{STORY}</p>".encode() * 5000,
    "many-links.html": lambda: b"<a href=x>y</a>" * 50_000,
    "metas.html": lambda: b"<meta name=date content=2015>" * 20_000 + STORY.encode(),
    "frames.html": lambda: f"<iframe src='file:///etc/passwd'></iframe><p>{STORY}</p>".encode(),
    "lying-charset.html": lambda: b"<meta charset=utf-16>" + HTML.encode(),
    "no-charset.html": lambda: b"<meta charset=no-such>" + HTML.encode(),
    "zip-charset.html": lambda: b"<meta charset=zip_codec>" + HTML.encode(),
    "one-line.txt": lambda: b"word " * 600_000,
    "no-space.txt": lambda: b"w" * 1_000_000,
    "null.txt": lambda: b"\0" * 100_000,
    "null-within.txt": lambda: STORY.encode() + b"\0" + STORY.encode(),
    "nulls-between.txt": lambda: b"\0".join(bytes((c,)) for c in STORY.encode()),
    "random.txt": lambda: random.Random(1).randbytes(50_000),
    "marks.txt": lambda: ("\u202e\u200f\u2066\ufeff" * 5000 + STORY).encode(),
    "combining.txt": lambda: ("e" + "\u0301" * 50_000 + " " + STORY).encode(),
    "surrogates.txt": lambda: b"\xed\xa0\x80" * 1000 + STORY.encode(),
    "overlong.txt": lambda: b"\xc0\xaf\xe0\x80\xaf" * 1000 + STORY.encode(),
    "breaks.txt": lambda: b"\r\n\r\n" * 50_000 + STORY.encode(),
    "odd-breaks.txt": lambda: "\x0b\x0c\x1c\x85\u2028\u2029".join([STORY] * 50).encode(),
    "stops.txt": lambda: b"." * 300_000 + STORY.encode(),
    "quotes.txt": lambda: ("“" * 50_000 + STORY).encode(),
    "dates.txt": lambda: b"November 18, 2015 " * 20_000,
    "digits.txt": lambda: b"1" * 300_000 + b" words",
    "dashes.md": lambda: b"---\n" * 50_000 + STORY.encode(),
    "hashes.md": lambda: b"#" * 200_000 + b" " + STORY.encode(),
    "headings.md": lambda: b"# a\n" * 50_000,
    "front-matter.md": lambda: b"---\n" + b"a: b\n" * 50_000 + STORY.encode(),
    "length-0.pdf": lambda: _pdf("", 0),
    "length-huge.pdf": lambda: _pdf("", 2**31 - 1),
    "length-negative.pdf": lambda: _pdf("", -5),
    "count-huge.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 2147483647>>endobj"),
    "count-million.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1000000>>endobj"),
    "count-1999.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1999>>endobj"),
    "count-negative.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[3 0 R]/Count -3>>endobj"),
    "pages-in-itself.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj"),
    "pages-missing.pdf": lambda: _pdf("2 0 obj<</Type/Pages/Kids[77 0 R]/Count 1>>endobj"),
    "text-far-away.pdf": lambda: _pdf("", extra=b" BT 1e30 -1e30 Td (far) Tj ET"),
    "many-words.pdf": lambda: _pdf("", extra=b" BT /F1 9 Tf (word ) Tj ET" * 20_000),
    "many-saves.pdf": lambda: _pdf("", extra=b" q" * 200_000),
    "deep-array.pdf": lambda: _pdf("", extra=b"[" * 200_000),
    "bomb.pdf": _pdf_bomb,
    "forms-8.pdf": lambda: _pdf_forms(8),
    "forms-28.pdf": lambda: _pdf_forms(28),
    "header-only.pdf": lambda: b"%PDF-1.7\n%%EOF",
    "late-header.pdf": lambda: b"junk\n" * 500 + sound(".pdf"),
    "two-in-one.pdf": lambda: sound(".pdf") + sound(".pdf"),
    "zeros.pdf": lambda: b"%PDF-1.4\n" + bytes(1_000_000),
    "bomb.zip": lambda: make_zip({"a.txt": b"word " * 3_000_000}),
    "bombs.zip": lambda: make_zip({f"{n}.txt": b"word " * 500_000 for n in range(10)}),
    "bomb-within.zip": lambda: make_zip({"b.zip": make_zip({"a.txt": b"word " * 3_000_000})}),
    "lying-small.zip": lambda: _lying_zip(10),
    "lying-zero.zip": lambda: _lying_zip(0),
    "lying-huge.zip": lambda: _lying_zip(2**32 - 2),
    "nested-3.zip": lambda: _nested_zip(3),
    "nested-100.zip": lambda: _nested_zip(100),
    "overlapping.zip": _overlapping_zip,
    "many-members.zip": lambda: make_zip({f"{n}.txt": "" for n in range(3000)}),
    "same-name.zip": lambda: make_zip([("a.txt", f"{STORY} {n}") for n in range(5)]),
    "slip.zip": lambda: make_zip({"../secret.txt": STORY, "/etc/passwd.txt": STORY, "a/../../b.txt": "x"}),
    "drives.zip": lambda: make_zip({"C:\\a.txt": STORY, "..\\..\\b.txt": STORY, "\\\\host\\c.txt": "x"}),
    "names.zip": lambda: make_zip({"a\nb.txt": STORY, "c\x1b[2Jd.txt": STORY, "\u202eg.txt": STORY}),
    "long-name.zip": lambda: make_zip({"x" * 60_000 + ".txt": STORY}),
    "pictures.zip": lambda: make_zip({"a.png": b"\x89PNG", "b.exe": b"MZ"}),
    "hidden.zip": lambda: make_zip({".a.txt": STORY, "__MACOSX/b.txt": STORY}),
    "stored.zip": lambda: make_zip({"a.txt": STORY}, zipfile.ZIP_STORED),
    "lzma.zip": lambda: make_zip({"a.txt": STORY}, zipfile.ZIP_LZMA),
    "bzip2.zip": lambda: make_zip({"a.txt": STORY}, zipfile.ZIP_BZIP2),
    "prefixed.zip": lambda: b"#!/bin/sh\n" * 100 + sound(".zip"),
    "office-within.zip": lambda: make_zip({"a.docx": sound(".docx"), "b.pdf": sound(".pdf")[:900]}),
    "laughs.docx": lambda: _office(_WORD_XML, SOUND[".docx"], _with_doctype(LAUGHS)),
    "foreign.docx": lambda: _office(_WORD_XML, SOUND[".docx"], _with_doctype(FOREIGN)),
    "no-body.docx": lambda: _office(_WORD_XML, SOUND[".docx"], lambda xml: b"<x/>"),
    "empty-xml.docx": lambda: _office(_WORD_XML, SOUND[".docx"], lambda xml: b""),
    "deep.docx": lambda: _office(_WORD_XML, SOUND[".docx"], lambda xml: b"<a>" * 100_000),
    "bomb.docx": lambda: _office(_WORD_XML, SOUND[".docx"], lambda xml: xml + b" " * 30_000_000),
    "laughs.epub": lambda: _office(_BOOK_XML, SOUND[".epub"], _with_doctype(LAUGHS)),
    "foreign.epub": lambda: _office(_BOOK_XML, SOUND[".epub"], _with_doctype(FOREIGN)),
    "laughs.odt": lambda: _office("content.xml", SOUND[".odt"], _with_doctype(LAUGHS)),
    "foreign.odt": lambda: _office("content.xml", SOUND[".odt"], _with_doctype(FOREIGN)),
    "no-body.odt": lambda: _office("content.xml", SOUND[".odt"], lambda xml: b"<x/>"),
    "deep.odt": lambda: _office("content.xml", SOUND[".odt"], lambda xml: b"<a>" * 100_000),
    "bomb.odt": lambda: _office("content.xml", SOUND[".odt"], lambda xml: xml + b" " * 30_000_000),
    "open-groups.rtf": lambda: b"{\\rtf1" + b"{" * 300_000 + STORY.encode(),
    "closed-groups.rtf": lambda: b"{\\rtf1" + b"}" * 300_000 + STORY.encode(),
    "fields.rtf": lambda: b"{\\rtf1 " + b'{\\field{\\*\\fldinst{HYPERLINK "a"' * 20_000 + STORY.encode(),
    "fonts.rtf": lambda: b"{\\rtf1{\\fonttbl" + b"\\f1 \\fcharset" * 20_000 + STORY.encode(),
    "figures.rtf": lambda: b"{\\rtf1{\\pict " + b"0f" * 2_000_000 + b"}" + STORY.encode() + b"}",
    "characters.rtf": lambda: b"{\\rtf1 " + b"\\u99999999?\\u-1?\\u55357?" * 500 + STORY.encode(),
    "binary.rtf": lambda: b"{\\rtf1{\\pict\\bin99999999999 }" + STORY.encode() + b"}",
    "no-page.mhtml": lambda: b"MIME-Version: 1.0\nContent-Type: text/css\n\na { color: red }",
    "frames.mhtml": lambda: make_snapshot("<p></p>", Subject="x"),
    "no-record.warc": lambda: b"WARC/1.0\r\n\r\n",
    "length-huge.warc": lambda: sound(".warc").replace(b"Content-Length: ", b"Content-Length: 9999"),
    "length-negative.warc": lambda: sound(".warc").replace(b"Content-Length: ", b"Content-Length: -"),
    "bomb.warc": lambda: make_warc([("http://a.example/", "word " * 3_000_000)]),
    "bomb.warc.gz": lambda: make_warc([("http://a.example/", "word " * 3_000_000)], True),
    "bomb-within.warc": lambda: make_warc([("http://a.example/", "word " * 3_000_000)], packed=True),
    "no-spine.epub": lambda: _office(_BOOK_XML, SOUND[".epub"], lambda xml: b"<package/>"),
    "outward.epub": lambda: _office(
        _BOOK_XML, SOUND[".epub"], lambda xml: xml.replace(b'href="', b'href="../../../../etc/')
    ),
    "address.epub": lambda: _office(
        _BOOK_XML, SOUND[".epub"], lambda xml: xml.replace(b'href="', b'href="http://127.0.0.1:9/')
    ),
    "thousand-times.epub": lambda: _office(
        _BOOK_XML,
        SOUND[".epub"],
        lambda xml: xml.replace(b"</spine>", b'<itemref idref="c0"/>' * 1000 + b"</spine>"),
    ),
    "parts.eml": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)
    ),
    "no-boundary.eml": lambda: b"Content-Type: multipart/alternative\n\n" + STORY.encode(),
    "no-charset.eml": lambda: b"Content-Type: text/plain; charset=no-such\n\n" + STORY.encode(),
    "zip-charset.eml": lambda: b"Content-Type: text/plain; charset=zip\n\n" + STORY.encode(),
    "bad-base64.eml": lambda: b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!" + b"A" * 9999,
    "long-header.eml": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 20_000 + b"\n\n" + STORY.encode(),
    "many-headers.eml": lambda: b"X: y\n" * 50_000 + b"\n" + STORY.encode(),
    "odd-date.eml": lambda: b"Date: Thu, 99 Foo 99999 99:99:99 +9999\n\n" + STORY.encode(),
    "odd-from.eml": lambda: b"From: " + b"<" * 10_000 + b"\nSubject: a\n\n" + STORY.encode(),
    "mails.eml": lambda: b"Content-Type: message/rfc822\n\n" * 500 + STORY.encode(),
    "open-quote.csv": lambda: b'text\n"' + STORY.encode() * 5000,
    "wide.csv": lambda: b"text" + b",a" * 200_000 + b"\n" + STORY.encode(),
    "many-rows.csv": lambda: b"text\n" + b"words\n" * 15_000,
    "no-heading.csv": lambda: f"{STORY}\n{STORY}".encode(),
    "null.csv": lambda: b"text\n" + b"wo\0rds\n" * 100,
    "same-columns.csv": lambda: b"text,text,text\n" + STORY.encode() + b",b,c",
    "formulas.csv": lambda: f"text\n=cmd|' /C calc'!A0 {STORY}\n".encode(),
    "deep.json": lambda: b"[" * 500_000,
    "deep-objects.json": lambda: b'{"articles":' * 100_000,
    "empties.json": lambda: b"[" + b"{}," * 9000 + b"{}]",
    "millions.json": lambda: b"[" + b"[]," * 3_000_000 + b"[]]",
    "digits.json": lambda: b"[" + b"9" * 100_000 + b"]",
    "constants.json": lambda: b'[{"text": "words", "date": NaN}, {"text": "words", "date": -Infinity}]',
    "surrogates.json": lambda: rb'[{"text": "words \ud800\udc00 \ud800", "title": "\udfff"}]',
    "null-within.json": lambda: rb'[{"text": "words \u0000 and words", "title": "\u0000"}]',
    "same-keys.json": lambda: b'{"text": "a", "text": "words"}',
    "types.json": lambda: json.dumps(
        [{"text": value, "title": value, "date": value, "source": value} for value in
         (None, True, 1, 1.5, "words", [], ["a"], [1], {}, {"name": []}, {"name": "x"}, "x" * 9000)]
    ).encode(),
    "not-objects.jsonl": lambda: b'1\n"words"\nnull\n[]\n{"text": "words"}\n',
    "bomb.txt.gz": lambda: _gzip_bomb(1000),
    "bomb.html.gz": lambda: _gzip_bomb(1000),
    "bomb.jsonl.gz": lambda: _gzip_bomb(1000),
    "bomb-within.txt.gz": lambda: gzip.compress(_gzip_bomb(100), mtime=0),
    "many-parts.txt.gz": lambda: gzip.compress(b"A word. ", mtime=0) * 20_000,
    "junk-behind.txt.gz": lambda: sound(".txt.gz") + b"junk" * 1000,
    "false-size.txt.gz": lambda: sound(".txt.gz")[:-4] + b"\xff" * 4,
    "random.txt.gz": lambda: gzip.compress(random.Random(2).randbytes(50_000), mtime=0),
    "many-mails.mbox": lambda: b"From a@b.example Wed Nov 18 10:00:00 2015\n\nwords\n\n" * 15_000,
    "one-line.mbox": lambda: b"From a 2015\nSubject: x\n\n" + b"word " * 600_000,
    "only-lines.mbox": lambda: b"From a@b.example Wed Nov 18 10:00:00 2015\n\n" * 20_000,
    "quoted-lines.mbox": lambda: b"From a 2015\nSubject: x\n\n" + b">>>>From x\n" * 50_000 + STORY.encode(),
    "parts.mbox": lambda: b"From a 2015\n" + SPECIAL["parts.eml"](),
    "attached.mbox": lambda: b"From a 2015\n" + SPECIAL["mails.eml"](),
    "laughs.rss": lambda: f"{LAUGHS}{RSS[RSS.index('<rss'):].replace('river', '&e;')}".encode(),
    "foreign.rss": lambda: f"{FOREIGN}{RSS[RSS.index('<rss'):].replace('river', '&e;')}".encode(),
    "deep.rss": lambda: b"<rss>" + b"<channel>" * 100_000,
    "deep.atom": lambda: f"<feed><entry><content>{'<div>' * 50_000}{STORY}".encode(),
    "many-items.rss": lambda: b"<rss><channel>" + b"<item><title>A bridge</title></item>" * 15_000,
    "lying-encoding.rss": lambda: RSS.replace("UTF-8", "UTF-16").encode(),
    "no-encoding.rss": lambda: RSS.replace("UTF-8", "no-such").encode(),
    "one-line.rss": lambda: RSS.replace(STORY, "word " * 600_000).encode(),
    "posts.json": lambda: json.dumps([POST | {"title": {"rendered": value}, "content": value} for value in
        (None, [], {}, {"rendered": None}, {"rendered": ["a"]}, {"rendered": STORY}, [{"rendered": []}])]
    ).encode(),
    "deep-posts.json": lambda: b'[{"content":' + b'{"rendered":' * 50_000,
    "markup.json": lambda: json.dumps([{"text": "<p>" * 100_000 + STORY}, {"text": "&lt;" * 9999}]).encode(),
    "feed.json": lambda: json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": [], "items":
        [None, 1, [], {"content_html": 5}, {"content_html": "<b>" * 9999 + STORY, "authors": "x"}]}).encode(),
    "long-delimiter.csv": lambda: b"sep=;;;;\ntitle;text\nA;" + STORY.encode(),
    "quote-delimiter.csv": lambda: b'sep="\ntitle"text\nA"' + STORY.encode(),
    "odd-delimiter.csv": lambda: b"sep=\x00\ntitle,text\nA," + STORY.encode(),
    "lines-above.csv": lambda: b"junk\n" * 50_000 + b"title,text\nA," + STORY.encode(),
    "one-line.csv": lambda: b"text\n" + b"word " * 600_000,
    "deep-front-matter.md": lambda: b"---\ntitle: " + b"[" * 15_000 + b"\n---\n" + STORY.encode(),
    "aliases.md": lambda: ("---\na: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*{'a' if n == 0 else f'b{n - 1}'}, "
        f"*{'a' if n == 0 else f'b{n - 1}'}]\n" for n in range(40)) + f"title: *b39\n---\n{STORY}").encode(),
    "toml.markdown": lambda: b"+++\na = " + b"[" * 15_000 + b"\n+++\n" + STORY.encode(),
    "labels.text": lambda: b"Title: a\n" * 50_000 + STORY.encode(),
    "table-rows.html": lambda: b"<table>" + b"<tr><td>a<td>1" * 20_000 + b"</table>" + HTML.encode(),
    "table-spans.html": lambda: b"<table><tr><td colspan=99999999 rowspan=99999999>a</table>" + HTML.encode(),
    "many-lines.jsonl": lambda: b'{"text": "words"}\n' * 12_000,
    "empty-lines.jsonl": lambda: b"\n" * 300_000,
}  # fmt: skip


def _cases() -> dict[str, Callable[[], bytes]]:
    cases: dict[str, Callable[[], bytes]] = {}
    for suffix in SOUND:
        for n in range(13):
            cases[f"cut-{n}{suffix}"] = lambda s=suffix, n=n: _cut(s, n)
        for n in range(10):
            cases[f"flipped-{n}{suffix}"] = lambda s=suffix, n=n: _flipped(s, n)
        for n in range(6):
            cases[f"holed-{n}{suffix}"] = lambda s=suffix, n=n: _holed(s, n)
        for n in range(4):
            cases[f"doubled-{n}{suffix}"] = lambda s=suffix, n=n: _doubled(s, n)
        for other in SOUND:
            if other != suffix:
                cases[f"really{other.replace('.', '-')}{suffix}"] = lambda o=other: sound(o)
    for suffix in (".txt", ".html", ".csv", ".jsonl", ".eml", ".rss", ".mbox"):
        for encoding in ENCODINGS:
            cases[f"in-{encoding}{suffix}"] = lambda s=suffix, e=encoding: _written(s, e)
    return cases | SPECIAL


CASES = _cases()
