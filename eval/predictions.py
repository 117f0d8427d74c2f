"""What was predicted for each case of a file, as a JSON file of its own. Knows nothing of what it means."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from index.errors import EvaluationError


def check_predictions(path: Path, data: Path) -> None:
    """Raise EvaluationError when predictions could not be written there, before all the reading."""
    fresh = _fresh(path)
    try:
        if path.exists() and (not path.is_file() or path.samefile(data)):
            raise EvaluationError(f"{path}: a folder, a device or the data; give another file")
        fresh.touch()
        fresh.unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


def write_predictions(predictions: Mapping[str, str], path: Path) -> None:
    """Write `{id: text}` in one move, so that a stop never leaves half a file.

    SQuAD's official evaluation script reads a reader's. Raises EvaluationError when it cannot be written.
    """
    fresh = _fresh(path)
    try:
        fresh.write_text(json.dumps(predictions, indent=1) + "\n", encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise _unwritable(path, error) from error


def _fresh(path: Path) -> Path:
    """The file beside `path` that is written first."""
    return path.parent / f".predictions-{os.getpid()}.new"


def _unwritable(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(
        f"{path}: cannot be written ({error.strerror}); give another --predictions FILE"
    )
