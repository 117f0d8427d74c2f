"""What a question asks for: a fact, a summary, articles, how many, quotations, a comparison, a timeline.

A few precise patterns decide; a question that fits none of them asks for a fact. Nothing is searched here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.english.lexicon import PERSONAL, any_of
from bot.english.names import NAME
from bot.english.period import DATE
from bot.english.words import terms
from index.text.dates import find_partial_dates

MOST_SUBJECT = 12  # words; a longer subject is a statement, and the question is about a fact


class Kind(StrEnum):
    """The kind of a reply, as an answer's `kind` has it."""

    FACT = "fact"
    SUMMARY = "summary"
    COUNT = "count"
    ARTICLES = "articles"
    QUOTATIONS = "quotations"
    COMPARISON = "comparison"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, in words of the question.

    `subject` is what it is about, "" for everything. `sides` are the names of the people, or outlets, whose
    words are asked for. `article` is the reference to one article ("this", "the DW"), None if the question
    names none. `mentions` is True if articles count that only mention the subject. `phrase` are quoted words
    whose speaker is asked for.
    """

    kind: Kind = Kind.FACT
    subject: str = ""
    sides: tuple[str, ...] = ()
    article: str | None = None
    mentions: bool = False
    phrase: str = ""

    @property
    def needs_fact(self) -> bool:
        """True if the answer to a fact is part of the reply."""
        return self.kind in (Kind.FACT, Kind.QUOTATIONS) and not self.phrase


_POLITE = re.compile(
    r"^(?:(?:please|hi|hello|hey|ok|okay|so|and|well)[, ]+)*"
    r"(?:(?:can|could|would|will) you (?:please |kindly )?"
    r"|i(?:['’]d| would) like (?:you )?(?:to (?:see|know|have|read) )?|i (?:want|need) (?:to (?:see|know) )?"
    r"|do you have |let me have )?(?:please )?",
    re.IGNORECASE,
)
_ARTICLE = r"(?:article|story|piece|report|text|document)"
_ARTICLES = r"(?:articles|stories|pieces|reports|texts|documents|files)"
_GIVE = r"(?:(?:give|show|tell|get|make|write|draw|find) (?:me |us )?)?(?:an? |the )?"
_SHORT = r"(?:(?:short|brief|quick|concise) )?"
# "the DW article about the summit", "this story"
_ONE = (
    rf"(?P<one>(?:this|that|the)(?: [\w.’'&-]+){{0,4}}?) {_ARTICLE}"
    r"(?: (?:from|by|in) (?P<outlet>(?:the )?[A-Z][\w .’'&-]*?))?(?: (?:about|on) (?P<topic>.+?))?"
)
_SUMMARY = (
    rf"what(?: is|['’]s| was) {_ONE} (?:all )?about",
    rf"what does {_ONE} say",
    rf"what are the (?:main|key) (?:points|takeaways|facts) (?:of|in|from) {_ONE}",
    rf"(?:summari[sz]e|sum up|recap|{_GIVE}{_SHORT}(?:summary|gist|recap|overview|rundown|tl;?dr) of|"
    rf"tl;?dr(?: of|:)?) {_ONE}",
)
_SUMMARIZE = re.compile(
    rf"(?:summari[sz]e|sum up|recap|brief me on|(?:catch|bring|get) me up (?:to (?:speed|date) )?on"
    rf"|(?:fill|clue) me in on|{_GIVE}{_SHORT}(?:summary|briefing|overview|background|rundown|gist|recap)"
    r" (?:of|on|about)|tell me (?:more |all |everything )?about|what do (?:we|you|the articles) know about"
    r"|what(?: is|['’]s) (?:the (?:story|news|situation)) (?:with|about|on|in)"
    r"|what(?: is|['’]s) (?:going on|happening) (?:in|with|at|around)"
    r"|what do the articles say about) (?P<rest>.+)",
    re.IGNORECASE,
)
_HAPPENED = r"what (?:has |had )?happened (?:in|at|during|with|around) (?P<rest>.+)"
_COUNT = rf"how many (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES}\b(?P<rest>.*)"
_LIST = (
    rf"(?:which|what) (?:of (?:the|our|these|your) )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    rf"(?:list|show(?: me)?|find(?: me)?|give me|name|(?:are|is) there|(?:do|have) (?:we|you)(?: have| got)?)"
    rf" (?:all |any |every )?(?:of )?(?:the )?(?:news )?{_ARTICLES}\b(?P<rest>.*)",
    r"what (?:do|have) (?:we|you) (?:have|got)(?P<rest> (?:from|by|on|about|in|for)\b.+)",
)
_OF_ARTICLES = re.compile(
    r"(?:(?:that|which|do|have|has|are|is|were|was|we|you|there|got|in|all|also|the folder|the archive) )*"
    r"(?:(?P<mention>mention(?:s|ed|ing)?|names?|naming|contain(?:s|ing)?|include(?:s)?|refer(?:s|ring)? to"
    r"|use(?:s)? the word)|(?P<about>about|on|cover(?:s|ing)?|discuss(?:es|ing)?|deal(?:s|ing)? with"
    r"|report(?:s|ing)? (?:on|about)|talk(?:s|ing)? about|(?:write|written) about))? ?(?P<subject>.*)",
    re.IGNORECASE,
)
# What may follow "articles" without a verb: the words that narrow the list.
_NARROWED = re.compile(
    r"(?:from|by|in|on|since|before|after|until|published|written|there|this|last|between)\b",
    re.IGNORECASE,
)
_WHO = rf"(?:(?:the |[\w-]+ ){{0,4}}?)(?P<who>{NAME})"
_AND = rf"(?:(?:the |[\w-]+ ){{0,3}}?)(?P<and>{NAME})"
_ON = r"(?:about|on|regarding|concerning) (?P<rest>.+)"
_SAY = r"(?:say|said|says|tell (?:us|reporters|the press)|comment)"
_QUOTES = (
    rf"what (?:else )?(?:did|does|has|have|had) {_WHO} (?:ever |also |have to )?{_SAY}(?: {_ON})?",
    rf"(?:list |{_GIVE})?(?:all |any |some |every )?(?:the )?(?:direct )?"
    rf"(?:quotes?|quotations?|statements?|remarks?|comments?) (?:by|from|of) {_WHO}(?: {_ON})?",
    rf"quote {_WHO} {_ON}",
    rf"{_WHO}['’]s (?:quotes|quotations|statements|remarks) {_ON}",
)
_WHO_SAID = re.compile(
    r"who (?:said|says|called \w+|used the (?:words?|phrase)) [“\"'‘](?P<phrase>.{3,300}?)[.,]?[”\"'’]",
    re.IGNORECASE,
)
_COMPARED = (
    rf"what (?:did|do|does|have|has) {_WHO} and {_AND} (?:each |both )?{_SAY} {_ON}",
    rf"how (?:do|did|does) {_WHO} and {_AND} (?:differ|disagree|compare|diverge)"
    r" (?:on|about|over|in|regarding) (?P<rest>.+)",
    rf"(?:compare|contrast) (?:what )?{_WHO}(?:['’]s)? (?:and|with|to) {_AND}(?:['’]s)?"
    rf"(?: (?:views?|positions?|statements?|coverage|words|said|say|each))* {_ON}",
    rf"what(?: is| are|['’]s) the differences? between {_WHO} and {_AND} (?:on|about|over) (?P<rest>.+)",
)
_TIMELINE = (
    rf"{_GIVE}{_SHORT}(?:timeline|time line|chronology|sequence of events)"
    r" (?:of|for|on|about|in) (?P<rest>.+)",
    r"(?P<rest>[^,]+?)[,:]? (?:timeline|chronology)",
    r"what happened (?:after|since|following) (?P<rest>.+)",
    r"how did (?P<rest>.+) unfold",
)
_LED = re.compile(
    r"^(?:what (?:has |had )?happened (?:in|at|during|with|to|after) "
    r"|the (?:news|events|latest|developments) (?:about|on|in|from|of) |everything (?:about|on) |the |an? )+",
    re.IGNORECASE,
)
_DATED = re.compile(DATE)
_CLAUSE = re.compile(r"\b(?:when|after|before|if|that|because|while|did|does|was|were|is|are)\b")
_PRONOUN = re.compile(rf"(?:{any_of(PERSONAL)}|this|that|these|those|there)\b", re.IGNORECASE)


def find_asked(typed: str) -> Asked:
    """What the question asks for; a fact if no pattern fits it."""
    question = _POLITE.sub("", " ".join(typed.split())).rstrip(" ?.!")
    return next((found for rule in _RULES if (found := rule(question))), Asked())


def _phrase(question: str) -> Asked | None:
    found = _WHO_SAID.fullmatch(question)
    return Asked(Kind.QUOTATIONS, phrase=found["phrase"].strip()) if found else None


def _comparison(question: str) -> Asked | None:
    found = _match(_COMPARED, question)
    subject = _subject(found["rest"]) if found else ""
    if not found or not subject or _names_a_day(found["rest"]):
        return None
    return Asked(Kind.COMPARISON, subject, (_name(found["who"]), _name(found["and"])))


def _quotations(question: str) -> Asked | None:
    found = _match(_QUOTES, question)
    if not found or (
        found["rest"] and (_names_a_day(found["rest"]) or not _subject(found["rest"]))
    ):
        return None
    return Asked(Kind.QUOTATIONS, _subject(found["rest"] or ""), (_name(found["who"]),))


def _one_article(question: str) -> Asked | None:
    found = _match(_SUMMARY, question)
    if not found:
        return None
    words = found["one"].partition(" ")
    named = words[2] or ("" if words[0].lower() == "the" else "this")
    if found["outlet"] or (words[2] and words[0].lower() == "the"):
        named = found["outlet"] or words[2]
    elif found["topic"]:
        named = ""
    return Asked(Kind.SUMMARY, _subject(found["topic"] or ""), article=named)


def _summary(question: str) -> Asked | None:
    found = _SUMMARIZE.fullmatch(question)
    if not found:
        found = re.fullmatch(_HAPPENED, question, re.IGNORECASE)
        if found and (_CLAUSE.search(found["rest"]) or _names_a_day(found["rest"])):
            return None
    subject = _subject(found["rest"]) if found else ""
    return Asked(Kind.SUMMARY, subject) if subject else None


def _timeline(question: str) -> Asked | None:
    found = _match(_TIMELINE, question)
    subject = _subject(found["rest"]) if found else ""
    return Asked(Kind.TIMELINE, subject) if subject else None


def _articles(question: str) -> Asked | None:
    found = _match((_COUNT,), question)
    kind = Kind.COUNT if found else Kind.ARTICLES
    found = found or _match(_LIST, question)
    if not found:
        return None
    rest = found["rest"].strip()
    narrowed = _OF_ARTICLES.fullmatch(rest)
    if not narrowed:
        return None
    verb, subject = narrowed["mention"] or narrowed["about"], narrowed["subject"].strip()
    if not verb and subject and not _NARROWED.match(subject):
        return None  # "Which articles of the treaty were broken": another kind of article
    if verb and not subject:
        return None
    # "on 18 November" and "on DW" narrow the list; they are no subject.
    if narrowed["about"] and narrowed["about"].lower() == "on" and _names_a_day(subject):
        verb, subject = None, f"on {subject}"
    return Asked(kind, subject, mentions=bool(narrowed["mention"]), article=None if verb else "")


_RULES: tuple[Callable[[str], Asked | None], ...] = (
    _phrase,
    _comparison,
    _articles,
    _quotations,
    _one_article,
    _timeline,
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
    plain = _LED.sub("", words.strip().strip("“”\"'‘’").strip())
    is_short = 0 < len(plain.split()) <= MOST_SUBJECT
    is_thing = (
        not _PRONOUN.match(plain) or " (" in plain
    )  # "it (the crash)": with what it refers to
    return plain if is_short and is_thing and terms(plain) else ""


def _names_a_day(words: str) -> bool:
    """True for "on Wednesday", "on November 18": a fact of that day is asked for."""
    return bool(_DATED.search(words)) or any(
        one.day or one.weekday is not None for _, one in find_partial_dates(words)
    )
