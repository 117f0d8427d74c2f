"""Shared by the command-line programs: UTF-8 output, escaped text, cells of tables, signals and exit codes.

It does not know what a program does or prints.
"""

import os
import signal
import sys
import unicodedata
from collections.abc import Callable
from io import TextIOWrapper

from index.errors import BylineError

STOPPED = 130  # the exit code of shells after an interrupt: 128 + SIGINT
# Control, format (such as bidirectional overrides), surrogate, line and paragraph separator.
_UNSAFE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
# A spreadsheet would compute a cell that begins with one of these; some read the full-width forms as well.
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def exit_code(name: str, work: Callable[[], int]) -> int:
    """The result of `work`, after its output has been written.

    2, with one line on standard error that begins with `name`, for a BylineError or when the output cannot
    be written; 130 when the user interrupts it or the output pipe is closed.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        # UTF-8 on every system; file names that are not valid text are escaped.
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
        if error.filename is not None:  # an error of a file, not of the output
            raise
        _drop_output()
        print(f"{name}: the output cannot be written: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return STOPPED


def end_on_sigterm() -> None:
    """From now on SIGTERM, by which containers and service managers stop a program, ends it as Ctrl-C does.

    A sync then finishes the batch that is being written, so that the copy of the vectors stays in step and
    need not be filled again. Call it in the main thread.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def printable(text: str) -> str:
    """`text` with every character escaped that could control a terminal or reorder a line."""
    return "".join(
        c.encode("unicode_escape").decode("ascii") if unicodedata.category(c) in _UNSAFE else c
        for c in text
    )


def plain_cell(text: str) -> str:
    """`text` as a cell of a table that no spreadsheet computes."""
    return f"'{text}" if text.startswith(_ACTIVE) else text


def _drop_output() -> None:
    """Redirect the rest, because Python would fail to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
