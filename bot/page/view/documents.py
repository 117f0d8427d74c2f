"""Exports a conversation as an HTML page or a Word document, from its blocks."""

import io
import re
from collections.abc import Iterable
from html import escape
from typing import Any

from bot.page.view.blocks import Block, Run
from bot.page.view.escaping import plain, plain_line

# The page stands alone: it loads nothing.
_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1.05rem/1.5 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }}
h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
blockquote {{ margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid #999; }}
.note, .plain, .source {{ font: 0.9rem/1.4 system-ui, sans-serif; color: #444; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #181818; color: #eee; }} a {{ color: #8cf; }}
.note, .plain, .source {{ color: #bbb; }} }}
</style></head><body>
{body}
</body></html>
"""
_ELEMENTS = {"title": "h1", "question": "h2", "quote": "blockquote"}
_STYLES = {"title": "Title", "question": "Heading 1", "quote": "Intense Quote"}
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
# Word refuses a document with these; `plain` has replaced the other control characters.
_NOT_XML = re.compile("[\x0c\ufffe\uffff]")


def to_html(parts: Iterable[Block]) -> str:
    """The blocks as a page; text of articles and users is escaped."""
    rows = list(parts)
    title = next(("".join(r.text for r in one.runs) for one in rows if one.kind == "title"), "")
    return _PAGE.format(title=escape(plain_line(title)), body="\n".join(map(_html, rows)))


def _html(block: Block) -> str:
    element = _ELEMENTS.get(block.kind, "p")
    kind = "" if element != "p" else f' class="{block.kind}"'
    return f'<{element}{kind} dir="auto">{"".join(map(_html_run, block.runs))}</{element}>'


def _html_run(run: Run) -> str:
    text = escape(plain(run.text)).replace("\n", "<br>")
    if run.struck:
        text = f"<del>{text}</del>"
    return f'<a href="{escape(run.link)}">{text}</a>' if run.link else text


def to_docx(parts: Iterable[Block]) -> bytes:
    """The blocks as a Word document."""
    from docx import Document  # slow, so only this export loads it

    document = Document()
    for block in parts:
        paragraph = document.add_paragraph(style=_STYLES.get(block.kind))
        for run in block.runs:
            if run.link:
                _add_link(paragraph, _xml_text(run.text), run.link)
                continue
            added = paragraph.add_run(_xml_text(run.text))
            added.font.strike = run.struck or None
            added.italic = block.kind == "note" or None
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_link(paragraph: Any, text: str, address: str) -> None:
    """A link in a paragraph: python-docx reads links, and has no call to write one."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, _HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", plain(text))
