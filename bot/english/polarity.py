"""Whether a sentence says yes or no to a question that asks for it; most of the time it says neither.

Only a clause that holds every word of the question, hedges nothing and speaks for itself counts.
"""

import re

from bot.english.speakers import speakers
from bot.english.words import stem, stems, terms

_HEDGED = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|perhaps|possibly|probably|reportedly|allegedly|"
    r"apparently|unclear|suggest\w*|seem\w*|appear\w*|unless|likely|rumou?r\w*|expected|hope[sd]?|"
    r"only|almost|nearly|once|until)\b|\?|\b(?:no|not) (?:fewer|more|less) than\b",
    re.IGNORECASE,
)
# Who means to do a thing, or begins to, has not done it yet.
_MEANT = re.compile(
    r"\b(?:want|wish|plan|vow|promis|threat|agree|tr[yi]|intend|seek|sought|prepar|offer|decid|propos|"
    r"urg|demand|call|ask|beg[aiu]n|start|attempt|refus|declin|fail|order|set|due|about)\w*\s+(?:\w+\s+)?to\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:according to|claim\w*|say|says|said|tells|told|believe\w*|think\w*|thought|accus\w+|"
    r"insist\w*|warn\w*|argu\w+)\b",
    re.IGNORECASE,
)
# What denies the verb itself, and what denies something else or only perhaps the verb.
_DENIED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_PARTLY_DENIED = re.compile(
    r"\b(?:no|nobody|none|nothing|neither|nor|without|unlikely|oppos\w+|refus\w+|reject\w+|"
    r"den(?:y|ies|ied)|rul\w+ out|fail\w*|stop\w*|lack\w*|ceas\w+|cancel\w*|abandon\w*)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:—–]|\s-\s|\b(?:but|although|though|while|because|after|before)\b")


def verdict(question: str, sentence: str) -> str | None:
    """The verdict "Yes" or "No"; None when `sentence` does not settle the yes-or-no `question`.

    One clause must hold every word of the question, in the question's order: "Reid beat Boyd" is no
    answer to "Did Boyd beat Reid?".
    """
    if _HEDGED.search(sentence) or not _speaks_for_itself(question, sentence):
        return None
    if _kept(_MEANT, sentence) - _kept(_MEANT, question):
        return None
    asked = stems(_DENIED.sub(" ", question))
    for clause in _CLAUSE_END.split(sentence):
        held = stems(_DENIED.sub(" ", clause))
        places = [held.index(word) for word in asked if word in held]
        if not asked or len(places) < len(asked) or places != sorted(places):
            continue
        if _kept(_PARTLY_DENIED, clause) != _kept(_PARTLY_DENIED, question):
            return None
        denials = [match.end() for match in _DENIED.finditer(clause)]
        if denials and asked[-1] not in stems(clause[denials[-1] :]):
            return None  # it denies what comes behind the words of the question
        return "Yes" if (len(denials) - len(_DENIED.findall(question))) % 2 == 0 else "No"
    return None


def _speaks_for_itself(question: str, sentence: str) -> bool:
    """False when somebody only says so, unless the question asks whether that one said it."""
    told_by = speakers(sentence)
    if told_by:
        return told_by <= terms(question) and _SAYING.search(question) is not None
    return _SAYING.search(sentence) is None


def _kept(form: re.Pattern[str], text: str) -> frozenset[str]:
    """Stems of the first words of all that `form` matches."""
    return frozenset(stem(match.group().split()[0]) for match in form.finditer(text))
