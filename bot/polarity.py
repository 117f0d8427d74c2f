"""Whether a sentence says yes or no to a question that asks for it; most of the time it says neither.

Only a sentence that holds every word of the question, hedges nothing and speaks for itself counts.
"""

import re

from bot.attribution import speakers
from bot.terms import terms

_HEDGED = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|perhaps|possibly|probably|reportedly|allegedly|"
    r"apparently|unclear|suggest\w*|seem\w*|appear\w*|unless|likely|rumou?r\w*|expected|hope[sd]?)\b|\?",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|cannot|unlikely|oppos\w+|refus\w+|reject\w+|"
    r"den(?:y|ies|ied)|rul\w+ out|fail\w* to|stop\w* short)\b|n['’]t\b",
    re.IGNORECASE,
)


def verdict(question: str, sentence: str) -> str | None:
    """The verdict "Yes" or "No"; None when `sentence` does not settle the yes-or-no `question` by itself."""
    asked = terms(_DENIED.sub(" ", question))
    plain = _DENIED.sub(" ", sentence)
    if not asked or not asked <= terms(plain) or _HEDGED.search(plain):
        return None
    if not speakers(sentence) <= terms(question):
        return None  # somebody says so: that does not make it so
    denied = len(_DENIED.findall(sentence)) - len(_DENIED.findall(question))
    return "Yes" if denied % 2 == 0 else "No"
