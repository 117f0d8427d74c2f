"""What kind of answer a question wants, and where a text holds something of that kind.

Told from the question's own words by rules; a question that fits none wants a whole sentence.
It knows nothing of models.
"""

import re
from enum import StrEnum

from bot.english.words import COUNT, MONTH, WEEKDAY, terms, tokens
from index.text.article import Span


class Wanted(StrEnum):
    """The kind of answer."""

    PLACE = "where"
    TIME = "when"
    NUMBER = "how many"
    DURATION = "how long"
    THING = "what"
    SENTENCE = "sentence"

    @property
    def is_figure(self) -> bool:
        """True for the kinds that have a form of their own: without it nothing is an answer."""
        return self in (Wanted.TIME, Wanted.NUMBER, Wanted.DURATION)


_SAYING = (
    r"(?:say|said|tell|told|propose|think|thought|demand|argue|claim|announce|promise|warn|suggest|"
    r"urge|want|ask|call for|complain|mean|hope|expect|do|done|talk|happen|discuss)"
)
# Of two patterns that match at the same place the upper one tells the kind.
_QUESTIONS = (
    (
        Wanted.SENTENCE,
        rf"\bwhy\b|\bwhat (?:else )?(?:do|did|does|has|had|have|will|would|is|are|was|were)\b.*\b{_SAYING}\b"
        r"|\bwhat (?:happened|is happening|does .* about)\b|\bwhat (?:is|was) .*"
        r"\b(?:position|view|plan|proposal|opinion|stance|reaction|response|attitude|message)"
        r" (?:on|to|about|of|for)\b",
    ),
    (Wanted.DURATION, r"\bhow (?:long|much (?:earlier|later|longer))\b"),
    (
        Wanted.NUMBER,
        r"\bhow (?:many|much|old|far|large|big|high|tall|fast|deep)\b"
        r"|\bwhat (?:percent(?:age)?|share|number|proportion)\b",
    ),
    (Wanted.TIME, r"\bwhen\b|\b(?:what|which) (?:time|year|days?|date|month)\b|\bsince when\b"),
    (Wanted.PLACE, r"\bwhere\b|\b(?:what|which) (?:city|country|place|town)\b"),
    (Wanted.THING, r"\b(?:who(?:m|se)?|what|which)\b|\bhow often\b"),
    (Wanted.SENTENCE, r"\bhow\b"),
)
_YES_NO = re.compile(
    r"(?:(?:and|so|but|then) )?"
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)(?:n['’]t)?\b",
    re.IGNORECASE,
)
# "is", "does" and "crisis" end with an s as well, but name no several things.
_PLURAL = r"(?!is\b|was\b|does\b|has\b|this\b|news\b|\w*(?:ss|us|is)\b)\w+s\b"
# What may follow several things, and not the verb of one: "Which regions suffered", "Which country gives".
_GO_ON = (
    r"(?=\s+(?:are|were|is|was|did|do|does|have|had|has|will|would|can|could|should|of|that|who"
    r"|\w+ed)\b)"
)
_LIST = re.compile(
    rf"\b(?:which|what) (?:(?:the|all|other|two|three|four|five) )*{_PLURAL}"
    rf"|\b(?:which|what) [\w-]+ {_PLURAL}{_GO_ON}"
    rf"|\b(?:name|list) (?:all )?(?:of )?(?:the )?(?:[\w-]+ )?{_PLURAL}"
    rf"|\bwho (?:are|were) (?:all )?(?:the )?(?:[\w-]+ )*{_PLURAL}|\bwhat (?:are|were) the\b",
    re.IGNORECASE,
)
_OCCASION = (
    r"(?:speech|address|interview|statement|news conference|press conference|summit|remarks)"
)
_FORMS = {
    Wanted.TIME: (
        rf"\b(?:{WEEKDAY},? )?{MONTH}\.? \d{{1,2}}(?:,? \d{{4}})?\b",
        rf"\b\d{{1,2}} {MONTH}(?: \d{{4}})?\b",
        rf"\b{MONTH} \d{{4}}\b|\b(?:in|since|by|until) (?:(?:1[6-9]|20)\d\d|{MONTH})\b",
        rf"\b(?:on )?{WEEKDAY}(?: (?:night|morning|afternoon|evening))?\b",
        r"\b(?:last|next|this) (?:week|month|year)\b",
        rf"\b(?:{COUNT}|an?) (?:hour|day|week|month|year|decade)s? (?:ago|earlier|later|before|after)\b",
        r"\b(?:early|late|mid)[ -](?:in )?(?:1\d|20)\d\ds?\b",
        r"\b(?:spring|summer|autumn|fall|winter)(?: of)? (?:1\d|20)\d\d\b",
        r"\b(?:1\d|20)\d\ds?\b|\b\d{1,2}(?:st|nd|rd|th) century\b|\b(?:yesterday|today|tomorrow)\b",
    ),
    Wanted.NUMBER: (
        r"\b(?:(?:more|less|fewer) than |over |about |at least |at most |up to |nearly |almost "
        rf"|some |around )?{COUNT}(?:[- ](?:percent|per cent|hundred|thousand|million|billion))*(?:\s?%)?",
    ),
    Wanted.DURATION: (
        rf"\b(?:(?:more|less) than |over |about |nearly |almost |some )?(?:{COUNT}|an?)[- ]"
        r"(?:second|minute|hour|day|week|month|year|decade)s?\b",
        r"\bsince (?:1[6-9]|20)\d\d\b",
    ),
    Wanted.PLACE: (
        rf"\b(?:in|during|at) (?:his|her|their|its|an?|the) (?:[\w-]+ ){{0,4}}{_OCCASION}\b"
        r"(?: (?:to|at|before) the (?:[A-Z]\w+ ?)+)?",
        r"\b(?:in|at|near|outside|inside) (?:the (?:[\w-]+ ){0,4}(?:of|in) )?(?:the )?"
        rf"(?!{WEEKDAY}|{MONTH})[A-Z][\w’'-]+(?:(?: of)? [A-Z][\w’'-]+)*",
        r"\b[A-Z]\w+(?=-based\b)|\bin (?:the )?capital\b",
    ),
}
_OCCASIONS = re.compile(_FORMS[Wanted.PLACE][0])
_FORMS_COMPILED = {kind: tuple(re.compile(p) for p in forms) for kind, forms in _FORMS.items()}


def wanted(question: str) -> Wanted:
    """The kind of answer `question` asks for, by its first question word."""
    found = [
        (match.start(), kind)
        for kind, pattern in _QUESTIONS
        if (match := re.search(pattern, question, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else Wanted.SENTENCE


def is_yes_no(question: str) -> bool:
    """True when a yes or a no would answer: it begins with the verb and holds no question word."""
    return wanted(question) is Wanted.SENTENCE and _YES_NO.match(question.strip()) is not None


def wants_list(question: str) -> bool:
    """True when more than one thing is asked for: "Which countries …", "What are the …"."""
    return _LIST.search(question) is not None


def find_wanted(kind: Wanted, question: str, sentence: str) -> list[Span]:
    """Places in `sentence` that hold something of `kind` which the question does not name itself."""
    spans = [
        _bare(found)
        for pattern in _FORMS_COMPILED.get(kind, ())
        for found in pattern.finditer(sentence)
    ]
    asked = terms(question)
    fresh = [span for span in spans if terms(span.of(sentence)) - asked]
    return [
        span for n, span in enumerate(fresh) if not any(span.overlaps(other) for other in fresh[:n])
    ]


def find_occasion(sentence: str) -> Span | None:
    """Where a thing was said, as an occasion: "in his speech to the council"."""
    found = _OCCASIONS.search(sentence)
    return _bare(found) if found else None


def _bare(found: re.Match[str]) -> Span:
    """What was matched, without white space behind it."""
    return Span(found.start(), found.start() + len(found.group().rstrip()))


def pick(kind: Wanted, spans: list[Span], question: str, sentence: str) -> Span | None:
    """The one of `spans` that answers, or None when more than one might.

    A figure is picked by what it counts; of several times, the one nearest the question's words.
    """
    if kind is Wanted.NUMBER and len(spans) > 1:
        what = counted(question)
        spans = [s for s in spans if what & terms(sentence[s.end : s.end + 40])] or spans
    if kind is Wanted.TIME and spans:
        return _nearest(spans, question, sentence)
    return spans[0] if len(spans) == 1 else None


def counted(question: str) -> frozenset[str]:
    """Stems of the words right behind "how many": what is counted."""
    found = re.search(r"\bhow (?:many|much)((?: [\w-]+){1,2})", question, re.IGNORECASE)
    return terms(found.group(1)) if found else frozenset()


def _nearest(spans: list[Span], question: str, sentence: str) -> Span:
    asked = terms(question)
    places = [token.start for token in tokens(sentence) if token.stem in asked]
    return min(spans, key=lambda s: (sum(abs(s.start - place) for place in places), s.start))
