"""What kind of answer a question wants, and where a text holds something of that kind.

Told from the question's own words by rules; a question that fits none wants a whole sentence.
"""

import re
from enum import StrEnum

from bot.terms import COUNTRIES, names, stem, terms, tokens
from index.article import Span


class Wanted(StrEnum):
    """The kind of answer."""

    PERSON = "who"
    PLACE = "where"
    TIME = "when"
    NUMBER = "how many"
    DURATION = "how long"
    SENTENCE = "sentence"


_QUESTIONS = (
    (Wanted.DURATION, r"\bhow (?:long|much (?:earlier|later|longer))\b"),
    (
        Wanted.NUMBER,
        r"\bhow (?:many|much|large a share)\b|\bwhat (?:percent(?:age)?|share|number|proportion)\b",
    ),
    (Wanted.TIME, r"\bwhen\b|\b(?:what|which) (?:time|year|days?|date|month)\b|\bsince when\b"),
    (Wanted.PLACE, r"\bwhere\b|\b(?:what|which) (?:city|country|place|town|resort)\b"),
    (
        Wanted.PERSON,
        r"\bwho(?:m|se)?\b|\b(?:what|which) (?:president|minister|leader|person|journalist|reporter)\b",
    ),
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_COUNT = (
    r"(?:\d+(?:[.,]\d+)*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|several hundred|dozens|hundreds|thousands|a few)"
)
_OCCASION = (
    r"(?:speech|address|interview|statement|news conference|press conference|summit|remarks)"
)
_FORMS = {
    Wanted.TIME: (
        rf"\b(?:{_WEEKDAY},? )?{_MONTH}\.? \d{{1,2}}(?:,? \d{{4}})?\b",
        rf"\b\d{{1,2}} {_MONTH}(?: \d{{4}})?\b",
        rf"\b{_MONTH} \d{{4}}\b|\b(?:in|since|by|until) (?:(?:1[6-9]|20)\d\d|{_MONTH})\b",
        rf"\b(?:on )?{_WEEKDAY}(?: (?:night|morning|afternoon|evening))?\b",
        r"\b(?:last|next|this) (?:week|month|year)\b",
    ),
    Wanted.NUMBER: (
        r"\b(?:(?:more|less|fewer) than |over |about |at least |at most |up to |nearly |almost "
        rf"|some |around )?{_COUNT}(?:[- ](?:percent|per cent|hundred|thousand|million|billion))*(?:\s?%)?",
    ),
    Wanted.DURATION: (
        rf"\b(?:(?:more|less) than |over |about |nearly |almost |some )?(?:{_COUNT}|an?)[- ]"
        r"(?:second|minute|hour|day|week|month|year|decade)s?\b",
        r"\bsince (?:1[6-9]|20)\d\d\b",
    ),
    Wanted.PLACE: (
        rf"\b(?:in|during|at) (?:his|her|their|its|an?|the) (?:[\w-]+ ){{0,4}}{_OCCASION}\b"
        r"(?: (?:to|at|before) the (?:[A-Z]\w+ ?)+)?",
        r"\b(?:in|at|near|outside|inside) (?:the (?:[\w-]+ ){0,4}(?:of|in) )?(?:the )?"
        rf"(?!{_WEEKDAY}|{_MONTH})[A-Z][\w’'-]+(?:(?: of)? [A-Z][\w’'-]+)*",
        r"\b[A-Z]\w+(?=-based\b)|\bin (?:the )?capital\b",
    ),
}
_FORMS_COMPILED = {kind: tuple(re.compile(p) for p in forms) for kind, forms in _FORMS.items()}


def wanted(question: str) -> Wanted:
    """The kind of answer `question` asks for, by its first question word."""
    found = [
        (match.start(), kind)
        for kind, pattern in _QUESTIONS
        if (match := re.search(pattern, question, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else Wanted.SENTENCE


def find_wanted(kind: Wanted, question: str, sentence: str) -> list[Span]:
    """Places in `sentence` that hold something of `kind` which the question does not name itself."""
    if kind is Wanted.PERSON:
        spans = _people(sentence)
    else:
        spans = [
            Span(found.start(), found.start() + len(found.group().rstrip()))
            for pattern in _FORMS_COMPILED.get(kind, ())
            for found in pattern.finditer(sentence)
        ]
    asked = terms(question)
    fresh = [span for span in spans if terms(span.of(sentence)) - asked]
    return [
        span for n, span in enumerate(fresh) if not any(span.overlaps(other) for other in fresh[:n])
    ]


def _people(sentence: str) -> list[Span]:
    spans, at = [], 0
    for name in names(sentence):
        start = sentence.index(name, at)
        at = start + len(name)
        # People take no "the" (outlets and bodies do), and nobody is "in" or "near" a person.
        before = sentence[:start].lower()
        thing = terms(name) <= COUNTRIES or before.endswith(("the ", " in ", " near ", " at "))
        if not thing and not re.fullmatch(rf"{_WEEKDAY}|{_MONTH}", name):
            spans.append(Span(start, at))
    return spans


def speaker(question: str) -> str | None:
    """Whose words the question asks for ("What did Lavrov say …" → the stem of "Lavrov"), or None."""
    found = re.search(
        r"\b(?:did|does|has|had|do)\s+(?:[\w-]+ ){0,4}?([A-Z][\w'’-]+)\s+"
        r"(?:say|tell|told|call|propose|announce|claim|warn|urge|argue|vow|promise|suggest|describe|want|blame)",
        question,
    )
    return stem(found.group(1)) if found else None


def pick(kind: Wanted, spans: list[Span], question: str, sentence: str) -> Span | None:
    """The one of `spans` that answers, or None when more than one might.

    A figure is picked by what it counts; of several times, the one nearest the question's words.
    """
    if kind is Wanted.NUMBER and len(spans) > 1:
        counted = _counted(question)
        spans = [s for s in spans if counted & terms(sentence[s.end : s.end + 40])] or spans
    if kind is Wanted.TIME and spans:
        return _nearest(spans, question, sentence)
    return spans[0] if len(spans) == 1 else None


def _counted(question: str) -> frozenset[str]:
    """Stems of the words right behind "how many": what is counted."""
    found = re.search(r"\bhow (?:many|much)((?: [\w-]+){1,2})", question, re.IGNORECASE)
    return terms(found.group(1)) if found else frozenset()


def _nearest(spans: list[Span], question: str, sentence: str) -> Span:
    asked = terms(question)
    places = [token.start for token in tokens(sentence) if token.stem in asked]
    return min(spans, key=lambda s: (sum(abs(s.start - place) for place in places), s.start))
