"""Files by real writers: PDF by ReportLab, Word by python-docx, a book, a mail, tables, archives."""

import csv
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
