"""Yes-or-no questions made from written questions and their answers, half of them with a wrong answer.

"Where was Tom Carper born?" and "West Virginia" become "Was Tom Carper born in West Virginia?"; with another
place of the passage, the answer is no. It knows the forms of questions and nothing of files.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.data.pairs import Pair

LONGEST = 7  # words of an answer that a question can take in
_AUXILIARY = (
    r"(is|are|was|were|did|does|do|has|have|had|will|would|can|could|may|might|should|must)"
)
# After the question word come the auxiliary, the subject and the rest.
_FORMS = tuple(
    (kind, re.compile(form + r"\?$"))
    for kind, form in (
        ("place", rf"(?:Where|(?:In|At|On|From|To) (?:which|what) \w+) {_AUXILIARY} (.+)"),
        ("day", rf"(?:When|(?:In|On) (?:which|what) (?:day|year|month|date)) {_AUXILIARY} (.+)"),
        ("count", rf"How many ((?:[a-z]+ ){{1,3}}){_AUXILIARY} (.+)"),
        ("measure", rf"How (?:much|old|long|far|tall|high|big|large) {_AUXILIARY} (.+)"),
        ("subject", r"Who (is|are|was|were|has|had|will|would|can|could|may|might) (.+)"),
        (
            "actor",
            r"(?:Who|Which [a-z]+) ((?!is|are|was|were|did|does|do|has|had)[a-z]+(?:ed|s|t|n|e|d|w)) (.+)",
        ),
        ("object", rf"(?:What|Whom|Which [a-z]+) {_AUXILIARY} (.+)"),
    )
)
_BEFORE = re.compile(
    r"\b(in|on|at|near|from|to|since|until|by|after|before|during|around)\s+(?:the\s+)?$"
)
_ENDS_IN_PREPOSITION = re.compile(r"\b(?:in|on|at|from|to|for|of|with|about|by|as|like)$")
_SAYING = re.compile(r"\b(?:say|said|says|think|call|describe|happen|mean|become|do|done)\b")
_NOUN_BEGINS = frozenset(
    "the a an his her its their our my your this that these those all one".split()
)
_NUMBER = re.compile(r"\d")
_TIME = re.compile(
    r"\b(?:\d{4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August"
    r"|September|October|November|December|yesterday|today)\b"
)


def made_verdicts(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """A yes-or-no question for each answered pair that has a form for one, in the order of `pairs`.

    Wrong answers are those of other questions on the same passage, of the same kind. Both verdicts are
    equally frequent: the surplus of one is left out.
    """
    by_passage: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_passage.setdefault(pair.group, []).append(pair)
    made = [one for some in by_passage.values() for one in _of_passage(some, rng)]
    places = {
        verdict: [n for n, one in enumerate(made) if one.verdict == verdict]
        for verdict in ("yes", "no")
    }
    count = min(map(len, places.values()))
    kept = {n for some in places.values() for n in rng.sample(some, count)}
    return [one for n, one in enumerate(made) if n in kept]


def _of_passage(pairs: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    known = [(pair, _kind_of(_answer(pair))) for pair in pairs]
    for pair, kind in known:
        answer = _answer(pair)
        others = [
            _answer(other)
            for other, same in known
            if same == kind and _is_different(_answer(other), answer, pair.question)
        ]
        wrong = rng.choice(others) if others and rng.random() < 0.7 else ""
        asked = yes_no_question(pair, wrong or answer)
        if asked:
            yield replace(
                pair, question=asked, kind="verdict", verdict="no" if wrong else "yes", others=()
            )


def yes_no_question(pair: Pair, answer: str) -> str:
    """The pair's question as one that yes or no answers, with `answer` in it; "" if it has no such form."""
    if len(answer.split()) > LONGEST or answer[-1:] in "\"”'":
        return ""
    for kind, form in _FORMS:
        if match := form.match(pair.question):
            return _asked(kind, match, pair, answer.rstrip(" .,;:"))
    return ""


def _asked(kind: str, match: re.Match[str], pair: Pair, answer: str) -> str:
    if kind == "count":
        noun, auxiliary, rest = match[1].strip(), match[2], match[3]
        counted = answer if noun.split()[-1] in answer else f"{answer} {noun}"
        if auxiliary in ("did", "does", "do"):
            return f"{auxiliary.capitalize()} {rest} {counted}?"
        return f"{auxiliary.capitalize()} {counted} {rest}?"
    word, rest = match[1], match[2]
    if kind == "actor":
        return f"Was it {answer} who {word} {rest}?"
    if kind == "subject" or (kind == "object" and _is_subject(word, rest)):
        return f"{word.capitalize()} {answer} {rest}?"
    if kind == "object" and (_SAYING.search(rest) or (_NUMBER.match(answer) and " " not in answer)):
        return ""
    link = ""
    if kind in ("place", "day") and not _ENDS_IN_PREPOSITION.search(rest):
        link = _preposition(kind, pair, answer)
    return f"{word.capitalize()} {rest} {link}{answer}?"


def _is_subject(auxiliary: str, rest: str) -> bool:
    """True if the question asks for its subject: "What was lost?", unlike "What was the loss?"."""
    first = rest.split()[0]
    return auxiliary not in ("did", "does", "do") and not (
        first[0].isupper() or first in _NOUN_BEGINS
    )


def _preposition(kind: str, pair: Pair, answer: str) -> str:
    """What joins the answer to the question: the word before it in the passage, or the usual one."""
    if re.match(
        r"(?:in|on|at|near|from|after|before|during|since|until|by|to|around|last|next|this|yesterday|today)\b",
        answer,
        re.I,
    ):
        return ""
    before = _BEFORE.search(pair.passage[max(0, pair.start - 16) : pair.start])
    if before:
        return f"{before[1].lower()} "
    if kind == "place":
        return "in "
    return "in " if re.fullmatch(r"\d{4}|[A-Z][a-z]+ \d{4}|[A-Z][a-z]+(?<!day)", answer) else "on "


def _answer(pair: Pair) -> str:
    return pair.passage[pair.start : pair.end]


def _kind_of(answer: str) -> str:
    """A rough kind: a time, a figure, a name, or another thing."""
    if _TIME.search(answer):
        return "time"
    if _NUMBER.search(answer):
        return (
            "money"
            if re.search(r"[$£€]", answer)
            else "share"
            if re.search(r"%|pct|per ?cent", answer)
            else "figure"
        )
    return "name" if answer[:1].isupper() else "thing"


def _is_different(other: str, answer: str, question: str) -> bool:
    """True if the other answer shares no word with the right one, and the question does not name it."""
    words = set(other.lower().split())
    return words.isdisjoint(answer.lower().split()) and words.isdisjoint(question.lower().split())
