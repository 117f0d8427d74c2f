"""Word documents (.docx): paragraphs and tables."""

from collections.abc import Iterator
from io import BytesIO

from index.errors import UnreadableError
from index.formats.archive import DAMAGE
from index.formats.extracted import Extracted, row_text, stated_title
from index.formats.limits import Limits
from index.formats.office.package import open_package


def read_docx(data: bytes, limits: Limits) -> Iterator[Extracted]:
    """The paragraphs and tables of a Word document, in order.

    The title is from its properties, or its first heading. The date in the properties is ignored: it is
    when the file was created, not when the story was published.
    """
    import docx  # slow, so only folders with such files load it
    from docx.opc.exceptions import PackageNotFoundError

    open_package(data, limits)
    try:
        document = docx.Document(BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, *DAMAGE):
        raise UnreadableError("a damaged document: expected an intact one") from None
    title = stated_title(document.core_properties.title)
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, docx.table.Table):
            lines += (row_text(cell.text for cell in row.cells) for row in block.rows)
            continue
        words = block.text.strip()
        lines.append(words)
        style = (block.style.name or "") if words and block.style else ""
        if title is None and (style == "Title" or style.startswith("Heading")):
            title = words
    yield Extracted("\n\n".join(line for line in lines if line.strip()), title=title)
