"""Completes follow-ups that repeat the last question with one part changed: "And Putin?", "Why?"."""

import re

from bot.english.lexicon import (
    ASKED_ABOUT,
    AUXILIARIES,
    AUXILIARY,
    BE,
    DO,
    HAVE,
    LEADS,
    MONTH,
    PERSONAL,
    PREPOSITIONS,
    QUESTION_WORDS,
    SPEECH,
    STOP_WORDS,
    WEEKDAY,
    any_of,
    words_of,
)
from bot.english.names import find_names
from bot.english.words import is_nation, stem, tokens

# One word at a time, with its punctuation: this cannot backtrack.
_LEAD = rf"(?:{any_of(LEADS)}\W+)*"
_AND_X = re.compile(
    rf"(?:{_LEAD}(?:what|how) about|(?:(?:ok|okay|so|well)\W+)*(?:and|but|or))\s+(?P<x>.{{2,60}})",
    re.IGNORECASE,
)
_MEANT = re.compile(
    rf"(?:{any_of((*LEADS, 'no', 'nope', 'sorry', 'actually', 'not that'))}\W+)*"
    r"i (?:mean|meant|was asking about|am asking about)\s+(?P<x>.{2,80})",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_LEAD}(?P<wh>why|when|where|how)(?: exactly)?"
    r"(?: (?:was|is|did|does|were) (?:it|that|this|they|those)(?: (?:happen|so|be))?)?",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    rf"(?P<head>{_LEAD}how (?P<how>many|much))(?= (?:did|do|does) (?!it\b|that\b|you\b))",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(rf"{any_of(PREPOSITIONS)}\b", re.IGNORECASE)
_ASKS = re.compile(
    rf"(?:{any_of(PREPOSITIONS | {'since', 'until'})} )?{any_of(QUESTION_WORDS)}\b|(?:{AUXILIARY}|tell)\b",
    re.IGNORECASE,
)
_ADVERB_ASKED = re.compile(rf"(?:and |but )?(?:when|where|why|how|what) (?={AUXILIARY}\b)", re.I)
_OBJECT_ASKED = re.compile(
    rf"(?:and |but )?(?:{any_of(PREPOSITIONS)} )?"
    rf"(?:who|whom|(?:which|what|how many|how much) (?P<noun>[\w'’ -]{{2,30}}?)) (?={AUXILIARY}\b)",
    re.IGNORECASE,
)
_SUBJECT_ASKED = re.compile(
    r"(?:and |but )?(?:who|(?:which|what) (?:[\w'’-]+ ){1,2}?|how many (?P<counted>[\w'’-]+) )\s*"
    rf"(?!{AUXILIARY}\b)(?=\w)",
    re.IGNORECASE,
)
_OF_WHAT_IS = re.compile(rf"(?:and |but )?(?:who|what) {any_of(BE)}\b", re.IGNORECASE)
_WHAT_HAPPENED = re.compile(r"(?:and |but )?what happened\b", re.IGNORECASE)
_WHAT_WAS_SAID = re.compile(
    rf"(?:and |but )?what (?={any_of(DO | HAVE)} )(?P<rest>.*? {any_of(ASKED_ABOUT | {'do'})})\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(how many|how much|which|what) (?P<noun>[a-z][\w-]+)", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(he|she|they|it|him|them)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\b(?:the|that|this|those|these) (?P<noun>[a-z][\w-]+)", re.IGNORECASE)
_LAST_PHRASE = re.compile(r"(?<=\b(?:in|of|at|on|by|to) )the [^?]*(?=\?|$)", re.IGNORECASE)
_CALENDAR = re.compile(rf"{WEEKDAY}|{MONTH}")
_PEOPLE = words_of("people children women men police")
# Words that show that no thing is meant.
_NO_THING = (
    PERSONAL
    | SPEECH
    | words_of(
        """please if thanks thank now there here yet not then anyway seriously may might list describe explain
    according about"""
    )
)
MOST_WORDS = 8  # of the new thing that is asked about
_NOT_COUNTED = AUXILIARIES | {"of", "about"}
LONGEST = 160  # characters of an elliptic question
SHORT_ANSWER = 60  # characters of an answer that may stand as a subject


def complete_ellipsis(question: str, before: str, typed: str, answer: str) -> str | None:
    """The whole question that an elliptic `question` stands for, or None if no rule fits.

    `before` is the last question as it was resolved, `typed` as it was typed, `answer` its answer.
    """
    plain = question.strip().rstrip("?!. ")
    if len(plain) > LONGEST:
        return None
    if found := _MEANT.fullmatch(plain):
        meant = re.sub(r"^to ask (?:about )?", "", found["x"])
        if bare := _BARE.fullmatch(meant):
            return _asked_otherwise(bare["wh"], before, answer)
        if _ASKS.match(meant):
            return f"{meant[0].upper()}{meant[1:]}?"
        return _corrected(meant, before, typed) if _is_thing(meant) else None
    if found := _BARE.fullmatch(plain):
        return _asked_otherwise(found["wh"], before, answer)
    found = _AND_X.fullmatch(plain)
    if found and _is_thing(other := re.sub(r"^about ", "", found["x"])):
        return _compared(other, before)
    found, counted = _HOW_MANY.match(question), _COUNTED.search(before)
    if (
        found
        and counted
        and counted[1].lower() == f"how {found['how'].lower()}"
        and counted["noun"].lower() not in _NOT_COUNTED
    ):
        return f"{found['head']} {counted['noun']}{question[found.end('head') :]}"
    return None


def _is_thing(text: str) -> bool:
    """True for a name or description of a thing, false for a clause."""
    words = [re.sub(r"n['’]t$", "", token.text.lower()) for token in tokens(text)]
    is_clause = (
        "," in text or _ASKS.match(text) or re.search(rf"\b{AUXILIARY}(?:n['’]t)?\b", text, re.I)
    )
    return 0 < len(words) <= MOST_WORDS and not is_clause and _NO_THING.isdisjoint(words)


def _compared(other: str, before: str) -> str | None:
    """`before` about `other`: "And in Turkey?", "What about Putin?", "and civilians?"."""
    if found := _PREPOSITION.match(other):
        place = rf"\b{found.group()} (?:the )?(?:[A-Z][\w'’-]*|\w+)(?: [A-Z][\w'’-]*)*"
        if places := list(re.finditer(place, before)):
            last = places[-1]
            head, tail = before[: last.start()], before[last.end() :]
            follows = re.match(r" ([a-z]\w*)", tail)
            if " the " in last.group() and follows and follows[1] not in STOP_WORDS:
                other = other.replace(" ", " the ", 1)  # "in the Paris attacks", "in Brussels"
            return head + other + tail
        return f"{before.rstrip('?. ')} {other}?"
    if find_names(other):
        return _swapped(before, other) or f"{before.rstrip('?. ')} ({other})?"
    counted = _COUNTED.search(before)
    is_counted = other in _PEOPLE or re.fullmatch(r"[a-z-]+s", other)
    if counted and counted["noun"].lower() not in _NOT_COUNTED and is_counted:
        return before[: counted.start("noun")] + other + before[counted.end("noun") :]
    return None


def _corrected(meant: str, before: str, typed: str) -> str | None:
    """`before` about the thing that was meant: "No, I meant the G20 one"."""
    short = re.sub(r" ones?$", "", meant)
    if short != meant:
        bare = re.sub(r"^the ", "", short, flags=re.IGNORECASE)
        if swapped := _swapped(before, bare, only_alike=True):
            return swapped
        if found := _REFERENCE.search(typed):
            return f"{typed[: found.start()]}the {bare} {found['noun']}{typed[found.end() :]}"
    if found := _PRONOUN.search(typed):
        return typed[: found.start()] + short + typed[found.end() :]
    if swapped := _swapped(before, short, only_alike=True):
        return swapped
    if short.lower().startswith("the ") and (found := _LAST_PHRASE.search(before)):
        return before[: found.start()] + short + before[found.end() :]
    return _swapped(before, short) or f"{before.rstrip('?. ')} ({short})?"


def _asked_otherwise(wh: str, before: str, answer: str) -> str:
    """`before` asked with another question word: "Why?", "Where was that?"."""
    wh = wh.capitalize()
    if found := _WHAT_HAPPENED.match(before):
        return f"{wh} did that happen{before[found.end() :]}"
    if _OF_WHAT_IS.match(before):
        return f"{wh}: {before}"
    if found := _WHAT_WAS_SAID.match(before):
        return f"{wh} {found['rest']} that{before[found.end() :]}"
    if re.match(AUXILIARY + r"\b", before, re.IGNORECASE):
        return f"{wh} {before[0].lower()}{before[1:]}"
    if found := _ADVERB_ASKED.match(before):
        return f"{wh} {before[found.end() :]}"
    if found := _OBJECT_ASKED.match(before):
        noun = f" ({found['noun']})" if found["noun"] else ""
        return f"{wh} {before[found.end() :].rstrip('?. ')}{noun}?"
    if found := _SUBJECT_ASKED.match(before):
        is_short = len(answer) <= SHORT_ANSWER and not re.search(r"[\n\[“”\"]|[.!?] ", answer)
        short = answer.rstrip(". ") if is_short else ""
        subject = found["counted"] or short or "someone"
        return f"{wh} was it that {subject} {before[found.end() :]}"
    return f"{wh}: {before}"


def _swapped(before: str, other: str, only_alike: bool = False) -> str | None:
    """`before` with one name replaced by `other`: a country by a country, else the first name."""
    # The first word is the question word, and a day is not what the question is about.
    known = (
        [] if before.isupper() else [n for n in find_names(before[1:]) if not _CALENDAR.match(n)]
    )
    alike = [name for name in known if _names_nation(name) == _names_nation(other)]
    if not known or (only_alike and not (alike and _names_nation(other))):
        return None
    old = (alike or known)[0]
    place = before.index(old, 1)
    head, tail = before[:place], before[place + len(old) :]
    is_led = head.lower().endswith("the ")
    if is_led and (
        other.lower().startswith("the ") or (_names_nation(old) and tail[:1] in ("", "?"))
    ):
        head = head[:-4]
    own = re.search(r"['’]s$", old)
    if own and not re.search(r"['’]s?\b", other):
        other += own.group()
    return head + other + tail


def _names_nation(name: str) -> bool:
    return all(is_nation(stem(word)) or word.lower() == "the" for word in name.split())
