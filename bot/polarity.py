"""Whether a sentence says yes or no to a question that asks for it; most of the time it says neither.

Only a clause that holds every word of the question, hedges nothing and speaks for itself counts.
"""

import re

from bot.attribution import speakers
from bot.terms import terms, tokens

_HEDGED = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|perhaps|possibly|probably|reportedly|allegedly|"
    r"apparently|unclear|suggest\w*|seem\w*|appear\w*|unless|likely|rumou?r\w*|expected|hope[sd]?|"
    r"only|almost|nearly|once|until)\b|\?",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:according to|claim\w*|say|says|said|tells|told|believe\w*|think\w*|thought|accus\w+|"
    r"insist\w*|warn\w*|argu\w+)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|nor|without|cannot|unlikely|oppos\w+|refus\w+|reject\w+|"
    r"den(?:y|ies|ied)|rul\w+ out|fail\w* to|stop\w* short)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:—–]|\s-\s|\b(?:but|although|though|while|because|after|before)\b")


def verdict(question: str, sentence: str) -> str | None:
    """The verdict "Yes" or "No"; None when `sentence` does not settle the yes-or-no `question`.

    One clause must hold every word of the question, in the question's order: "Reid beat Boyd" is no
    answer to "Did Boyd beat Reid?".
    """
    told_by = speakers(sentence)
    if _HEDGED.search(_DENIED.sub(" ", sentence)) or not told_by <= terms(question):
        return None
    if _SAYING.search(sentence) and not told_by:
        return None  # somebody says so, which does not make it so
    asked = _stems(_DENIED.sub(" ", question))
    for clause in _CLAUSE_END.split(sentence):
        held = _stems(_DENIED.sub(" ", clause))
        places = [held.index(word) for word in asked if word in held]
        if asked and len(places) == len(asked) and places == sorted(places):
            denied = len(_DENIED.findall(clause)) - len(_DENIED.findall(question))
            return "Yes" if denied % 2 == 0 else "No"
    return None


def _stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [token.stem for token in tokens(text) if not token.is_stop_word]
