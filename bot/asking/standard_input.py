"""Questions from standard input, one a line, and replies on standard output, as text or JSON.

It does not know how they are answered.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from index.errors import BylineError, QuestionError

SHOWN_OF_A_BAD_LINE = 200  # characters


def each_line(reply: Callable[[str], None], as_json: bool, prompt: str = "") -> int:
    """Reply to every line of standard input; an error is printed and the next line read. 2 if any failed."""
    failures = 0
    for line in _lines(prompt):
        try:
            reply(decoded(line))
        except BylineError as error:
            failures += 1
            shown = line.decode("utf-8", "replace")[:SHOWN_OF_A_BAD_LINE]
            emit({"question": shown, "error": str(error)} if as_json else str(error))
    return 2 if failures else 0


def _lines(prompt: str) -> Iterator[bytes]:
    interactive = bool(prompt) and sys.stdin.isatty()
    while True:
        if interactive:
            print(prompt, end="", file=sys.stderr, flush=True)
        # Bytes: a line that is not UTF-8 must not end the stream.
        line = sys.stdin.buffer.readline()
        if not line:
            return
        yield line.rstrip(b"\r\n")


def decoded(line: bytes) -> str:
    """The text of a line. Raises QuestionError if it is not UTF-8."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"byte 0x{line[error.start]:02x} at {error.start + 1} is not UTF-8; send the question as UTF-8"
        ) from None


def emit(what: dict[str, Any] | str) -> None:
    """Print a text, or an object as a line of JSON."""
    print(json.dumps(what, ensure_ascii=False) if isinstance(what, dict) else what, flush=True)
