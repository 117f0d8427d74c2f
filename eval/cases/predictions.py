"""What was predicted for each case of a file, as a JSON file of its own. Knows nothing of what it means."""

import json
from collections.abc import Mapping
from pathlib import Path

from eval.cases.writing import fresh_beside, unwritable, write_whole
from index.errors import EvaluationError

FLAG = "--predictions FILE"


def check_predictions(path: Path, data: Path) -> None:
    """Raise EvaluationError when predictions could not be written there, before all the reading."""
    fresh = fresh_beside(path)
    try:
        if path.exists() and (not path.is_file() or path.samefile(data)):
            raise EvaluationError(f"{path}: a folder, a device or the data; give another file")
        fresh.touch()
        fresh.unlink()
    except OSError as error:
        raise unwritable(path, error, FLAG) from error


def write_predictions(predictions: Mapping[str, str], path: Path) -> None:
    """Write `{id: text}` in one move, so that a stop never leaves half a file.

    SQuAD's official evaluation script reads a reader's. Raises EvaluationError when it cannot be written.
    """
    write_whole(path, (json.dumps(predictions, indent=1) + "\n").encode(), FLAG)
