"""Questions that are only a part of one: "Where?", "And Obama?", "I meant the French".

Such a part goes with the whole question asked before it: it asks for something else about the same
("Where?"), or the same about something else ("And Obama?").
"""

import re
from collections.abc import Sequence

from bot.conversation import Turn, added_to, bare
from bot.english.lexicon import (
    AUXILIARIES,
    AUXILIARY,
    DEMONSTRATIVE,
    PERSONAL,
    QUESTION_WORDS,
    any_of,
)
from bot.english.names import find_names
from bot.english.words import terms
from bot.resolution.remarks import remark_in

LONGEST_ASKING = 4  # words of a part that asks
LONGEST_NAMING = 12  # words of a part that names another thing
LONGEST_WHOLE = 240  # characters of the question before that are kept
_WORD = re.compile(r"[\w'’.-]*\w")
_LED = re.compile(r"\W*(?:(?:and|or|but|so|ok|okay|no|sorry|oh)\b\W*)+", re.IGNORECASE)
# Words that announce another thing, whatever comes after them.
_INSTEAD = re.compile(
    r"\W*(?:(?:what|how) (?:about|of)|(?:i|we) (?:mean|meant)|not)\b\W*", re.IGNORECASE
)
# "In Florida?", "Under Trump?"
_ELSEWHERE = re.compile(
    r"\W*(?:in|on|at|by|from|for|with|since|until|about|under|after|before|during|near|outside|between)"
    r"\s+\w.{0,60}\?\W*",
    re.IGNORECASE,
)
MOST_ELSEWHERE = 5  # words
# "At least 12 dead?", "Under fire Reid resigned?", "For example?": a statement, or a phrase naming nothing
_CLAIM = re.compile(
    r"\b(?:about|at least) \d|\b(?:\w+ed|died|dead|won|lost|left|said)\b(?=.*\?)"
    r"|^\W*(?:for (?:example|instance|sure)|in (?:short|detail|general|fact|that case|other words)|by the way"
    r"|at (?:all|least|last)|of course|on the other hand|with respect)\b",
    re.IGNORECASE,
)
_BEFORE_ASKING = re.compile(
    r"\W*(?:in|on|at|by|from|to|for|with|since|until|of|about|under|after|before)\b\W*",
    re.IGNORECASE,
)
_ASKING = re.compile(rf"\W*{any_of(QUESTION_WORDS)}\b", re.IGNORECASE)
_NOT_NAMING = re.compile(
    rf"\W*{any_of(QUESTION_WORDS | AUXILIARIES | PERSONAL | DEMONSTRATIVE | {'there'})}\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|they|him|her|them|his|their)\b", re.IGNORECASE)
_AUXILIARY = re.compile(rf"{AUXILIARY}|\w['’](?:s|re|ve|ll|d)\b", re.IGNORECASE)
# "And if he goes, who will rule?" has a question of its own behind its beginning.
_WITHIN = re.compile(rf"\b{any_of(QUESTION_WORDS)} (?:\w+ ){{0,2}}{AUXILIARY}", re.IGNORECASE)


def asks_on(question: str) -> bool:
    """True for a part that asks something else about the same: "Where?", "By whom?", "And how many?"."""
    rest = _without(_BEFORE_ASKING, _without(_LED, question))
    is_short = len(_WORD.findall(rest)) <= LONGEST_ASKING and not _INSTEAD.match(rest)
    return is_short and bool(_ASKING.match(rest)) and not _AUXILIARY.search(rest)


def asks_instead(question: str) -> bool:
    """True for a part that asks the same about something else: "And Obama?", "What about the injured?"."""
    led = _without(_LED, question)
    rest = _without(_INSTEAD, led)
    if _ELSEWHERE.fullmatch(rest) and not _names_more(rest):
        return True
    if rest == question or not 0 < len(_WORD.findall(rest)) <= LONGEST_NAMING:
        return False
    return rest != led or not (_NOT_NAMING.match(rest) or _WITHIN.search(rest))


def _names_more(part: str) -> bool:
    """True if a part that begins with a preposition asks, or is a whole question: "In which year did it?"."""
    words = _WORD.findall(part)
    return (
        len(words) > MOST_ELSEWHERE
        or "," in part
        or bool(_CLAIM.search(part))
        or not QUESTION_WORDS.isdisjoint(word.lower() for word in words)
        or bool(_AUXILIARY.search(part))
        or bool(_NOT_NAMING.match(_without(_BEFORE_ASKING, part)))
    )


def names_another(question: str, whole: str) -> bool:
    """True if a part puts a name in the place of a pronoun: "And Reid?" after "Where does he live?"."""
    rest = _without(_INSTEAD, _without(_LED, question))
    return any(rest.startswith(name) for name in find_names(rest)) and bool(_PRONOUN.search(whole))


def is_whole(text: str) -> bool:
    """True for a whole question among the words that a part has taken, which have no question mark."""
    asks = _ASKING.match(text) or re.match(AUXILIARY, text, re.IGNORECASE)
    return bool(asks) and len(_WORD.findall(text)) > LONGEST_ASKING - 1


def _without(form: re.Pattern[str], text: str) -> str:
    """The text without what `form` matches at its beginning."""
    found = form.match(text)
    return text[found.end() :] if found else text


def whole_before(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The newest question that is no part of one, and the words that it took itself; () if there is none."""
    for turn in reversed(turns):
        asked, taken = bare(turn.question), added_to(turn.answer.standalone_question)
        # "Where was that?" has no subject of its own to go with.
        if (
            not terms(asked)
            or remark_in(asked)
            or asks_instead(asked)
            or (taken and asks_on(asked))
        ):
            continue
        # Commas and brackets would take the words apart when the question is read back.
        words = " ".join(asked.translate(str.maketrans("", "", "(),?")).split())
        if words:
            return (words[:LONGEST_WHOLE].rstrip(), *taken)
    return ()
