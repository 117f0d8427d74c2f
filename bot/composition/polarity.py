"""Whether a sentence answers a yes-or-no question with yes or no; most sentences do neither.

Only a clause counts that has every word of the question, no hedge, and no speaker of its own.
"""

import re

from bot.english.lexicon import SPEECH, UNCERTAIN, any_of
from bot.english.speakers import find_speakers
from bot.english.words import stem, stems, terms

_UNCERTAIN = re.compile(
    rf"\b(?:{any_of(UNCERTAIN)}|suggest\w*|seem\w*|appear\w*|rumou?r\w*|hope[sd]?)\b"
    r"|\?|\b(?:no|not) (?:fewer|more|less) than\b",
    re.IGNORECASE,
)
# Somebody who intends or begins to do something has not done it yet.
_INTENDED = re.compile(
    r"\b(?:want|wish|plan|vow|promis|threat|agree|tr[yi]|intend|seek|sought|prepar|offer|decid|propos|"
    r"urg|demand|call|ask|beg[aiu]n|start|attempt|refus|declin|fail|order|set|due|about)\w*\s+(?:\w+\s+)?to\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    rf"\b(?:according to|{any_of(SPEECH)}|claim\w*|believe\w*|think\w*|thought|accus\w+|insist\w*|warn\w*"
    r"|argu\w+)\b",
    re.IGNORECASE,
)
# These deny the verb; the next ones deny something else, or the verb only perhaps.
_DENIED = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_PARTLY_DENIED = re.compile(
    r"\b(?:no|nobody|none|nothing|neither|nor|without|unlikely|oppos\w+|refus\w+|reject\w+|"
    r"den(?:y|ies|ied)|rul\w+ out|fail\w*|stop\w*|lack\w*|ceas\w+|cancel\w*|abandon\w*)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:—–]|\s-\s|\b(?:but|although|though|while|because|after|before)\b")


def verdict(question: str, sentence: str) -> str | None:
    """The verdict "Yes" or "No"; None if `sentence` does not settle the yes-or-no `question`.

    One clause must have every word of the question, in the question's order: "Reid beat Boyd" is no
    answer to "Did Boyd beat Reid?". Of the words in brackets, which stand for a pronoun, the sentence must
    have one.
    """
    question, _, before = question.partition(" (")
    if before and terms(before).isdisjoint(terms(sentence)):
        return None
    if _UNCERTAIN.search(sentence) or not _speaks_for_itself(question, sentence):
        return None
    if _stems_of(_INTENDED, sentence) - _stems_of(_INTENDED, question):
        return None
    asked = stems(_DENIED.sub(" ", question))
    for clause in _CLAUSE_END.split(sentence):
        held = stems(_DENIED.sub(" ", clause))
        places = [held.index(word) for word in asked if word in held]
        if not asked or len(places) < len(asked) or places != sorted(places):
            continue
        if _stems_of(_PARTLY_DENIED, clause) != _stems_of(_PARTLY_DENIED, question):
            return None
        denials = [match.end() for match in _DENIED.finditer(clause)]
        if denials and asked[-1] not in stems(clause[denials[-1] :]):
            return None  # it denies something after the words of the question
        return "Yes" if (len(denials) - len(_DENIED.findall(question))) % 2 == 0 else "No"
    return None


def _speaks_for_itself(question: str, sentence: str) -> bool:
    """False if somebody only says so, unless the question asks whether that person said it."""
    by = find_speakers(sentence)
    if by:
        return by <= terms(question) and _SAYING.search(question) is not None
    return _SAYING.search(sentence) is None


def _stems_of(form: re.Pattern[str], text: str) -> frozenset[str]:
    """The stem of the first word of each match of `form`."""
    return frozenset(stem(match.group().split()[0]) for match in form.finditer(text))
