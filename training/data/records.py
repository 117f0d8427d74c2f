"""The records of a public data file: JSON Lines in xz. It does not know their meaning."""

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import SettingsError


def records(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The records of `data`/`name`.jsonl.xz. Raises SettingsError when the file is missing."""
    path = data / f"{name}.jsonl.xz"
    if not path.is_file():
        raise SettingsError(f"--data {data}: expected a file {path}; name the folder that holds it")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
