"""Files by real writers: PDF by ReportLab, Word by python-docx, a book, a mail, tables, archives."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from xml.sax.saxutils import escape

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageBreak, PageTemplate, Paragraph, Spacer

STYLES = getSampleStyleSheet()
_BODY = ParagraphStyle("body", parent=STYLES["BodyText"], alignment=4)


def make_pdf(
    blocks: Iterable[str],
    title: str | None = None,
    heading: str = "",
    head: str = "",
    columns: int = 1,
) -> bytes:
    """A PDF of paragraphs; an empty block begins a page, `head` and a number stand on every page."""

    def edges(canvas: Any, document: Any) -> None:
        if head:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(50, 820, head)
            canvas.drawCentredString(300, 20, str(document.page))

    buffer = io.BytesIO()
    width = 495 / columns
    frames = [Frame(50 + n * width, 60, width - 10, 740) for n in range(columns)]
    document = BaseDocTemplate(buffer, pagesize=A4, title=title, invariant=1)
    document.addPageTemplates([PageTemplate(frames=frames, onPage=edges)])
    flow: list[Any] = [Paragraph(heading, STYLES["Title"])] if heading else []
    for block in blocks:
        flow += [Paragraph(block, _BODY), Spacer(1, 6)] if block else [PageBreak()]
    document.build(flow)
    return buffer.getvalue()


def make_page(
    headline: str,
    paragraphs: Iterable[str],
    *,
    columns: int = 2,
    intro: str = "",
    notes: Sequence[str] = (),
    head: str = "",
    title: str = "",
    size: int = 26,
    pages: int = 1,
    across: bool = False,
) -> bytes:
    """Pages as a newspaper prints them: a headline over all columns, an introduction, a note below each.

    The lines are ragged, and are cut into columns wherever they are full; a note is drawn last. With `across`
    the first line of every column is drawn, then the second of every column, as some programs do.
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    wide = (495 - 18 * (columns - 1)) / columns
    lines = [
        line for words in paragraphs for line in [*simpleSplit(words, "Times-Roman", 11, wide), ""]
    ]
    share = -(-len(lines) // (columns * pages))
    for page in range(pages):
        top = 780.0
        if head:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(50, 812, head)
        for words, font, height in (
            ((headline, "Helvetica-Bold", size), (intro, "Times-Roman", 11)) if page == 0 else ()
        ):
            canvas.setFont(font, height)
            for line in simpleSplit(words, font, height, 495):
                canvas.drawString(50, top, line)
                top -= height * 1.2
            top -= 8
        canvas.setFont("Times-Roman", 11)
        places = [(column, number) for column in range(columns) for number in range(share)]
        for column, number in sorted(places, key=lambda at: at[1]) if across else places:
            at = (page * columns + column) * share + number
            if at < len(lines):
                canvas.drawString(50 + column * (wide + 18), top - 13.5 * number, lines[at])
        if notes:
            canvas.setFont("Helvetica", 8)
            canvas.drawString(50, 40, notes[page])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_docx(paragraphs: Iterable[str], title: str = "", heading: str = "") -> bytes:
    """A Word document, with a table of two cells in the end."""
    document = docx.Document()
    document.core_properties.title = title
    if heading:
        document.add_heading(heading, 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Cost", "4 million"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_epub(chapters: Mapping[str, str], **stated: str) -> bytes:
    """A book of chapters, name → paragraph, whose package states what is given."""
    names = {f"{name}.xhtml": (name, words) for name, words in chapters.items()}
    facts = "".join(f"<dc:{key}>{escape(value)}</dc:{key}>" for key, value in stated.items())
    items = "".join(
        f'<item id="c{n}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(names)))
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>'
        "</rootfiles></container>"
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{facts}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    files = {"META-INF/container.xml": container, "OEBPS/book.opf": package}
    for name, (heading, words) in names.items():
        files[f"OEBPS/text/{name}"] = (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title>{escape(heading)}</title></head>"
            f"<body><h1>{escape(heading)}</h1><p>{escape(words)}</p></body></html>"
        )
    return make_zip({"mimetype": "application/epub+zip", **files})


def make_odt(
    paragraphs: Iterable[str], heading: str = "", title: str = "", body: str = ""
) -> bytes:
    """An OpenDocument text as LibreOffice writes it; `body` is XML that ends its text."""
    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{rest}:1.0"
        for name, rest in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
        )
    }
    spaces = " ".join(f'xmlns:{name}="{urn}"' for name, urn in names.items())
    head = f'<text:h text:outline-level="1">{escape(heading)}</text:h>' if heading else ""
    words = "".join(f"<text:p>{escape(words)}</text:p>" for words in paragraphs)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
        f"<office:text>{head}{words}{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {spaces} '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title><dc:date>2019-01-01T00:00:00</dc:date>"
        "</office:meta></office:document-meta>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return make_zip({"mimetype": kind, "content.xml": content, "meta.xml": meta})


def make_rtf(paragraphs: Iterable[str], body: str = "", page: str = "cp1252") -> bytes:
    """A rich text as Word writes it, with characters of the code page as \\'xx; `body` ends it."""

    def written(char: str) -> str:
        if char.isascii():
            return "\\" + char if char in "\\{}" else char
        try:
            return "".join(f"\\'{byte:02x}" for byte in char.encode(page))
        except UnicodeEncodeError:
            units = char.encode("utf-16-le")
            pairs = (int.from_bytes(units[n : n + 2], "little") for n in range(0, len(units), 2))
            return "".join(f"\\u{unit - 65536 if unit > 32767 else unit}?" for unit in pairs)

    words = "".join(
        rf"\pard\fs24 {''.join(map(written, words))}\par" + "\r\n" for words in paragraphs
    )
    head = (
        rf"{{\rtf1\ansi\ansicpg{page.removeprefix('cp')}\deff0{{\fonttbl{{\f0\fswiss Arial;}}}}"
        r"{\colortbl;\red0\green0\blue0;}{\info{\title Template}{\author desk 4}}{\header Page head}"
    )
    return f"{head}\r\n{words}{body}}}".encode("ascii")


def make_snapshot(page: str, parts: Iterable[tuple[str, str]] = (), **headers: str) -> bytes:
    """A page saved in one file, as browsers do; `parts` are (place, page) of its frames, which go first."""
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://a.example/story"
    message["Date"] = "Tue, 01 Jan 2019 10:00:00 +0000"
    for name, value in headers.items():
        message[name] = value
    message.make_related()
    for place, markup in (*parts, ("https://a.example/story", page)):
        inner = EmailMessage()
        inner.set_content(markup, subtype="html", cte="quoted-printable")
        inner["Content-Location"] = place
        message.attach(inner)
    style = EmailMessage()
    style.set_content("p { color: black }", subtype="css")
    message.attach(style)
    message.set_boundary("----part----")  # the same bytes each time
    return message.as_bytes()


def make_warc(
    pages: Iterable[tuple[str, str]],
    compressed: bool = False,
    *,
    status: str = "200 OK",
    kind: str = "text/html; charset=utf-8",
    packed: bool = False,
) -> bytes:
    """A web archive of (address, content), each asked for and answered; `packed` as servers pack pages.

    Written as the standard says, because the library's writer leaves files open.
    """
    records = [("warcinfo", "", b"software: tests\r\n")]
    for address, page in pages:
        content = page.encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n"
        if packed:
            content, head = gzip.compress(content, mtime=0), head + "Content-Encoding: gzip\r\n"
        records.append(("request", address, b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"))
        records.append(("response", address, head.encode() + b"\r\n" + content))
    written = []
    for type_, address, block in records:
        head = f"WARC/1.0\r\nWARC-Type: {type_}\r\nWARC-Date: 2019-01-01T00:00:00Z\r\n"
        if address:
            head += f"WARC-Target-URI: {address}\r\n"
            head += f"Content-Type: application/http; msgtype={type_}\r\n"
        record = f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
        written.append(gzip.compress(record, mtime=0) if compressed else record)
    return b"".join(written)


def make_mail(text: str = "", html: str = "", attachment: bytes = b"", **headers: str) -> bytes:
    """A mail with plain text, a page or both; headers by name."""
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    if text:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    if attachment:
        message.add_attachment(attachment, maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


def make_csv(rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    """A table, its first row the heading."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode()


def make_json(value: Any) -> bytes:
    """A JSON file."""
    return json.dumps(value, indent=1).encode()


def make_json_lines(values: Iterable[Any]) -> bytes:
    """A file of a value a line."""
    return "".join(json.dumps(value) + "\n" for value in values).encode()


def make_zip(
    files: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """An archive of files by name, or of pairs of name and content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items() if isinstance(files, Mapping) else files:
            entry = zipfile.ZipInfo(name)  # with the day zip begins at: the same bytes each time
            entry.compress_type = method
            archive.writestr(entry, content)
    return buffer.getvalue()
