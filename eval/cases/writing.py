"""A file written in one move, so that a stop never leaves half of it. Knows nothing of what it holds."""

import os
from contextlib import suppress
from pathlib import Path

from index.errors import EvaluationError


def write_whole(path: Path, content: bytes, flag: str) -> None:
    """Put `content` at `path`; `flag` is what names the file on the command line.

    Raises EvaluationError when it cannot be written, and leaves what was there.
    """
    fresh = fresh_beside(path)
    try:
        fresh.write_bytes(content)
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise unwritable(path, error, flag) from error


def check_target(path: Path, flag: str) -> None:
    """Refuse before work begins: raises EvaluationError when `path` cannot become a file.

    A disk that fills up meanwhile is told by `write_whole`.
    """
    try:
        is_folder, has_folder = path.is_dir(), path.parent.is_dir()
    except OSError as error:
        raise unwritable(path, error, flag) from error
    if is_folder:
        raise EvaluationError(f"{path}: is a folder, expected a file; give another {flag}")
    if not has_folder:
        raise EvaluationError(
            f"{path}: cannot be written ({path.parent} is no folder); make it, or give another {flag}"
        )


def fresh_beside(path: Path) -> Path:
    """The file beside `path` that is written first."""
    return path.parent / f".{path.name[:40]}-{os.getpid()}.new"


def unwritable(path: Path, error: OSError, flag: str) -> EvaluationError:
    """The error for a file that cannot be written."""
    return EvaluationError(f"{path}: cannot be written ({error.strerror}); give another {flag}")
