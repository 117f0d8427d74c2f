"""The folder with pictures and scripts that a browser saves beside a page. It does not know what is in it."""

import re
from collections.abc import Container

PAGES = (".html", ".htm", ".xhtml")
PASSED_OVER = "the parts of a saved page: passed over"
# Its names in the languages of browsers.
_PARTS = re.compile(
    r"(.+)(?:[_-](?:files?|dateien|fichiers|archivos|ficheiros|arquivos|bestanden|filer|soubory|pliki)|\.files)",
    re.IGNORECASE,
)


def is_named_as_parts(folder: str) -> bool:
    """True for the name of such a folder, whatever is beside it."""
    return _PARTS.fullmatch(folder) is not None


def is_part_of(folder: str, files: Container[str], parent: str = "") -> bool:
    """True when `folder`, within `parent`, is named after a page beside it.

    `files` are the paths of the files that there are, in lower case, `parent` is one of a folder and ends
    in a slash.
    """
    found = _PARTS.fullmatch(folder)
    return found is not None and any(f"{parent}{found[1]}{end}".lower() in files for end in PAGES)
