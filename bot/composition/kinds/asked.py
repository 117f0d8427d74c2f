"""What a question asks for: a fact, a summary, articles, how many, quotations, a comparison, a timeline.

A few precise patterns decide; a question that fits none of them asks for a fact. Nothing is searched here.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.composition.kinds.text.kind import Asked, Kind
from bot.composition.kinds.text.question_patterns import (
    AGED,
    CLAUSE,
    COUNT,
    COUNT_OF_NAMED,
    DATED,
    HAPPENED,
    LATEST,
    LED,
    LIST,
    LIST_BY,
    LIST_OF_NAMED,
    NARROWED,
    OF_ARTICLES,
    OVERVIEW,
    POLITE,
    PRONOUN,
    SUMMARIZE,
    SUMMARY,
    SUMMARY_OF_IT,
    TIMELINE,
)
from bot.composition.kinds.text.statement_patterns import (
    ALL_QUOTES,
    COMPARED,
    COMPARED_THINGS,
    QUOTES,
    WHO_SAID,
    WHO_STOOD,
)
from bot.english.names import NAME
from bot.english.words import terms
from index.text.dates import find_partial_dates

FEW = 5  # "the newest articles"
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
MOST_SUBJECT = 12  # words; a longer subject is a statement, and the question is about a fact


def find_asked(typed: str) -> Asked:
    """What the question asks for; a fact if no pattern fits it."""
    question = POLITE.sub("", " ".join(typed.split())).rstrip(" ?.!")
    question = question.removesuffix(" please").rstrip(",")
    return next((found for rule in _RULES if (found := rule(question))), Asked())


def _phrase(question: str) -> Asked | None:
    found = WHO_SAID.fullmatch(question)
    return Asked(Kind.QUOTATIONS, phrase=found["phrase"].strip()) if found else None


def _stance(question: str) -> Asked | None:
    found = WHO_STOOD.fullmatch(question)
    if not found or _names_a_day(found["rest"]):
        return None
    subject = _subject(found["rest"])
    return Asked(Kind.QUOTATIONS, subject, verb=found["verb"].lower()) if subject else None


def _comparison(question: str) -> Asked | None:
    found = _match(COMPARED, question)
    if not found:
        both = _match(COMPARED_THINGS, question)
        return Asked(Kind.SUMMARY, both["rest"]) if both else None
    rest = found.groupdict().get("rest") or ""
    subject = _subject(rest)
    if (rest and not subject) or _names_a_day(rest):
        return None
    return Asked(Kind.COMPARISON, subject, (_name(found["who"]), _name(found["and"])))


def _quotations(question: str) -> Asked | None:
    found = _match(QUOTES, question) or _match(ALL_QUOTES, question)
    if not found or (
        found["rest"] and (_names_a_day(found["rest"]) or not _subject(found["rest"]))
    ):
        return None
    who = found.groupdict().get("who") or ""  # "" is anybody
    return Asked(Kind.QUOTATIONS, _subject(found["rest"] or ""), (_name(who),))


def _one_article(question: str) -> Asked | None:
    if _match(SUMMARY_OF_IT, question):
        return Asked(Kind.SUMMARY, article="this")
    found = _match(SUMMARY, question)
    if not found:
        return None
    words = found["one"].partition(" ")
    named = words[2] or ("" if words[0].lower() == "the" else "this")
    if found["outlet"] or (words[2] and words[0].lower() == "the"):
        named = found["outlet"] or words[2]
    elif found["topic"]:
        named = ""
    return Asked(Kind.SUMMARY, _subject(found["topic"] or ""), article=named)


def _latest(question: str) -> Asked | None:
    found = LATEST.fullmatch(question)
    subject = _subject(found["rest"]) if found else ""
    return Asked(Kind.SUMMARY, subject, latest=True) if subject else None


def _summary(question: str) -> Asked | None:
    found = SUMMARIZE.fullmatch(question)
    if not found:
        found = re.fullmatch(HAPPENED, question, re.IGNORECASE)
        if found and (CLAUSE.search(found["rest"]) or _names_a_day(found["rest"])):
            return None
    subject = _subject(found["rest"]) if found else ""
    return Asked(Kind.SUMMARY, subject) if subject else None


def _timeline(question: str) -> Asked | None:
    found = _match(TIMELINE, question)
    subject = _subject(found["rest"]) if found else ""
    if not found or not subject:
        return None
    side = next((one for one in ("after", "before") if found.groupdict().get(one)), "")
    if side and (_names_a_day(subject) or re.fullmatch(r"\d+", subject)):
        return None
    return Asked(Kind.TIMELINE, subject, side=side)


def _overview(question: str) -> Asked | None:
    return Asked(Kind.ARTICLES, article="") if _match(OVERVIEW, question) else None


def _aged(question: str) -> Asked | None:
    """The newest or the oldest articles, or one."""
    found = _match(AGED, question)
    asked = _of_articles(Kind.ARTICLES, found["rest"]) if found else None
    if not found or asked is None:
        return None
    number = (found["before"] or found["after"] or "").lower()
    many = _NUMBERS.get(number) or int(number or FEW)
    return replace(asked, oldest=not found["new"], most=1 if found["one"] else max(1, many))


def _articles(question: str) -> Asked | None:
    for patterns, kind, lead in _OF_ARTICLES:
        if found := _match(patterns, question):
            return _of_articles(kind, f"{lead}{found['rest']}")
    return None


def _of_articles(kind: Kind, words: str) -> Asked | None:
    """What is asked of articles, in the words behind "articles"."""
    rest = f"{words.strip()} ".lstrip()
    narrowed = OF_ARTICLES.fullmatch(rest)
    if not narrowed:
        return None
    verb, subject = narrowed["mention"] or narrowed["about"], narrowed["subject"].strip()
    if not verb and subject and not NARROWED.match(subject):
        return None  # "Which articles of the treaty were broken": another kind of article
    if verb and (not subject or (PRONOUN.fullmatch(subject) and not subject.isupper())):
        return None
    # "on 18 November" and "on DW" narrow the list; they are no subject.
    if narrowed["about"] and narrowed["about"].lower() == "on" and _names_a_day(subject):
        verb, subject = None, f"on {subject}"
    return Asked(kind, subject, mentions=bool(narrowed["mention"]), article=None if verb else "")


# What is asked of articles, with the words that lead up to the subject where the pattern takes them away.
_OF_ARTICLES = (
    (COUNT_OF_NAMED, Kind.COUNT, "mention "),
    (LIST_OF_NAMED, Kind.ARTICLES, "mention "),
    (LIST_BY, Kind.ARTICLES, "by "),
    (COUNT, Kind.COUNT, ""),
    (LIST, Kind.ARTICLES, ""),
)
_RULES: tuple[Callable[[str], Asked | None], ...] = (
    _phrase,
    _stance,
    _comparison,
    _overview,
    _aged,
    _articles,
    _quotations,
    _one_article,
    _timeline,
    _latest,
    _summary,
)


def _match(patterns: tuple[str, ...], question: str) -> re.Match[str] | None:
    """The first pattern that the whole question fits. Only names depend on capitals."""
    return next((found for p in patterns if (found := _compiled(p).fullmatch(question))), None)


def _compiled(pattern: str) -> re.Pattern[str]:
    exact = pattern.replace(NAME, f"(?-i:{NAME})")
    return re.compile(exact, re.IGNORECASE)  # `re` caches what it compiled


def _name(words: str) -> str:
    return re.sub(r"['’]s?$", "", words)


def _subject(words: str) -> str:
    """The subject without the words that lead up to it; "" if it names nothing, or says too much."""
    plain = LED.sub("", words.strip().strip("“”\"'‘’").strip())
    is_short = 0 < len(plain.split()) <= MOST_SUBJECT
    is_thing = not PRONOUN.match(plain) or " (" in plain  # "it (the crash)": with what it refers to
    return plain if is_short and is_thing and terms(plain) else ""


def _names_a_day(words: str) -> bool:
    """True for "on Wednesday", "on November 18": a fact of that day is asked for."""
    return bool(DATED.search(words)) or any(
        one.day or one.weekday is not None for _, one in find_partial_dates(words)
    )
