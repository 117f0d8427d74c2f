"""What the command-line programs share: readable output wherever they run, and one exit code for each end.

It knows nothing of what a program does or prints.
"""

import os
import sys
import unicodedata
from collections.abc import Callable
from io import TextIOWrapper

from index.errors import BylineError

STOPPED = 130  # as a shell counts an interrupt: 128 + SIGINT
# Control, format (bidirectional overrides among them), surrogate, line and paragraph separator.
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def exit_code(name: str, work: Callable[[], int]) -> int:
    """What `work` returns, once all it printed has been written.

    2, with one line on standard error that begins with `name`, for a BylineError and when the
    output cannot be written; 130 when the user stops it or the reader of its output leaves early.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        # UTF-8 wherever it runs; a file name that is no text comes out escaped, as JSON reads it.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = work()
        print(end="", flush=True)
        return code
    except BylineError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        _drop_output()
        return STOPPED
    except OSError as error:
        if error.filename is not None:  # a file of the program's own: no known error
            raise
        _drop_output()
        print(f"{name}: the output cannot be written: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return STOPPED


def printable(text: str) -> str:
    """`text` with every character that could steer a terminal or reorder a line escaped."""
    return "".join(
        c.encode("unicode_escape").decode("ascii") if unicodedata.category(c) in _UNSAFE else c
        for c in text
    )


def _drop_output() -> None:
    """Nothing may be left that Python would try, and fail, to write at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
