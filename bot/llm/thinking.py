"""The reasoning between tags such as <think> is removed from a stream, however it is cut into pieces.

Servers that separate reasoning from the answer do not need it.
"""

import re

from bot.llm.failure import AttemptError

NAMES = ("think", "thinking", "thought", "reasoning", "reflection")
_TAG = re.compile(rf"<(/?)({'|'.join(NAMES)})\s?>", re.IGNORECASE | re.ASCII)
_TAGS = tuple(f"<{slash}{name} >" for slash in ("", "/") for name in NAMES)
_REMEDY = "turn that off, or take another model"


class Thinking:
    """Filters an answer piece by piece; text that may become a tag waits for the next piece."""

    def __init__(self) -> None:
        self._held = ""
        self._within: str | None = None  # the name of the tag that is open
        self._said = False  # anything but space
        self._thought = False

    def said(self, piece: str) -> str:
        """The part of the answer that `piece` brings, often all of it, sometimes none.

        Raises AttemptError for a tag that closes what none opened: what came before was no answer.
        """
        text, said, start = self._held + piece, "", 0
        for tag in _TAG.finditer(text):
            closes, name = bool(tag[1]), tag[2].lower()
            if self._within is None:
                said += text[start : tag.start()]
                if closes and (self._said or said.strip()):
                    raise AttemptError(f"wrote its reasoning into its answer; {_REMEDY}")
                self._within = None if closes else name
            elif closes and name == self._within:
                self._within = None
            start = tag.end()
            self._thought = True
        end = _tag_begun(text, start)
        self._held = text[end:]
        if self._within is None:
            said += text[start:end]
        self._said = self._said or bool(said.strip())
        return said

    def end(self) -> str:
        """The text that was held back, if it did not become a tag."""
        held, self._held = self._held, ""
        said = "" if self._within else held
        self._said = self._said or bool(said)
        return said

    def check(self) -> None:
        """Raises AttemptError when the answer was empty, or ended in the middle of a thought."""
        if not self._said:
            raise AttemptError(
                f"answered with nothing but its reasoning; {_REMEDY}"
                if self._thought
                else "answered with nothing; ask again, or check BYLINE_LLM"
            )
        if self._within:
            raise AttemptError("broke off in the middle of its reasoning; ask again")


def _tag_begun(text: str, start: int) -> int:
    """Where in `text`, from `start` on, a tag begins that the next piece may complete; else its end."""
    at = text.rfind("<", start)
    if at >= 0 and any(tag.startswith(text[at:].lower()) for tag in _TAGS):
        return at
    return len(text)
