"""Words of articles and people as they may stand in a prompt: visible, unable to close their part of it."""

import re
import unicodedata

_UNSEEN = frozenset(("Cf", "Cc", "Cs"))
# The tags with which the prompts set such words apart.
_TAG = re.compile(r"<(?=/?(?:passages|conversation))", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` without what no one sees: control and format characters, and lone surrogates."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)


def quoted(text: str) -> str:
    """`text` as it may stand between the tags of a prompt."""
    return _TAG.sub("< ", visible(text))
