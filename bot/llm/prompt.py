"""Text of articles and users is made safe for a prompt: invisible characters and the prompt's tags go."""

import re
import unicodedata

_UNSEEN = frozenset(("Cf", "Cc", "Cs"))
# The tags that enclose such text in the prompts.
_TAG = re.compile(r"<(?=/?(?:passages|conversation))", re.IGNORECASE)


def visible(text: str) -> str:
    """`text` without control and format characters and lone surrogates."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)


def quoted(text: str) -> str:
    """`text` made safe for use between the tags of a prompt."""
    return _TAG.sub("< ", visible(text))
