"""Reads a prompt from its file and rejects it unless its placeholders are as expected.

It knows placeholders, not what a prompt says.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from llama_index.core.prompts import PromptTemplate

from index.errors import PromptError

FOLDER = Path(__file__).resolve().parent


def load_prompt(name: str, placeholders: Iterable[str]) -> PromptTemplate:
    """The prompt in the file `name`.md as it stands now: an edit counts from the next question on.

    What `format` puts in for a placeholder is put in as it is, braces and all.
    Raises PromptError unless the file has each of `placeholders`, in braces, and no other brace.
    """
    path = FOLDER / f"{name}.md"
    wanted = {f"{{{placeholder}}}" for placeholder in placeholders}
    expected = ", ".join(sorted(wanted))
    remedy = "mend it, or restore it with `git checkout prompts`"
    try:
        # Read each time: it takes a fraction of a millisecond, and a time stamp may miss an edit.
        text = path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "text that is not UTF-8"
        raise PromptError(f"{path}: expected a prompt, found {reason}; {remedy}") from None
    # LlamaIndex would silently leave a misspelt placeholder in the prompt.
    found = re.findall(r"\{[^{}]*\}|[{}]", text)
    unknown = next((brace for brace in found if brace not in wanted), None)
    if unknown is not None:
        raise PromptError(f"{path}: {unknown!r} is unknown; expected only {expected}; {remedy}")
    missing = min(wanted.difference(found), default=None)
    if missing is not None:
        raise PromptError(f"{path}: {missing!r} is missing; expected {expected}; {remedy}")
    return PromptTemplate(text)
