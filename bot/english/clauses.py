"""Names, figures, dates, subjects and the rest of a clause: what of a sentence may stand in a question.

Patterns for English, and the few checks that no pattern can make: whether a capital is a name's, and whether
words point to something outside their sentence.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.english.verbs import INTRANSITIVE, PAST, TRANSITIVE
from bot.english.words import COUNT, MONTH, STOP_WORDS, WEEKDAY
from index.text.article import Article

CAPITAL = r"(?:[A-Z][\w’-]*\w|al-[A-Z]\w+)"
NAME = rf"{CAPITAL}(?: {CAPITAL}){{0,5}}"
THE_NAME = rf"(?:[Tt]he )?{NAME}"


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of `words`, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


FIGURE = (
    rf"(?:(?:more|fewer|less) than |over |about |at least |up to |as many as |nearly |almost |some |around )?"
    rf"(?!one\b|a few\b|several (?!hundred|thousand|dozen)|(?:19|20)\d\d\b){COUNT}"
    r"(?: (?:hundred|thousand|million|billion|dozen))?"
)
AUX = r"have been|had been|will be|(?:were|are|have|had)(?! been)"
_DATE = rf"(?:{WEEKDAY}, )?(?:{MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?)"
WHEN = rf"(?:on {_DATE}|in (?:early |late |mid-)?(?:{MONTH} )?(?:19|20)\d\d|in {MONTH})"
WORD = rf"(?!(?:{any_of(STOP_WORDS | PAST.keys())})\b)[\w’'-]+"
COUNTED = rf"(?:{WORD} ){{0,2}}?(?:people|men|women|children|aircraft|\w\w+[^su\W\d]s)"
_SMALL = r"(?:of|in|on|against|for|between|at)"
# "the Syrian war", "a Russian jet", "the strikes on Raqqa", "Vladimir Putin"
_NOUNS = rf"{WORD}(?: {WORD}){{0,3}}(?: {_SMALL} (?:the )?(?!{MONTH}|{WEEKDAY}){WORD}(?: {WORD})?)?"
SUBJECT = rf"(?:(?:[Tt]he|[Aa]n?) {_NOUNS}|{NAME})"
OPENING = r"(?:(?:In|On|At|Over the|During|Within|Since) [\w ]{1,30}?,? )?"
NEXT = rf"(?: (?:the|a|an|its|his|her|their|{FIGURE})\b| {CAPITAL})"
VERB = rf"(?:(?P<in>{any_of(INTRANSITIVE)})\b(?: (?:down|out|up))?|(?P<tr>{any_of(TRANSITIVE)})\b(?={NEXT}))"

_ROLE = (
    r"(?:(?:Prime|Foreign|Defen[cs]e|Finance|Interior) Minister|Secretary of State|"
    r"President|Chancellor|Senator|Minister|Mayor|Governor|Ambassador|Secretary-General)"
)
_TITLED = re.compile(rf"^.*\b{_ROLE} (?={CAPITAL} {CAPITAL}$)")
WHO = re.compile(rf"\b(?P<role>{_ROLE}) (?P<who>{CAPITAL} {CAPITAL})(?![\w’'-]| {CAPITAL})")
# What a clause ends at; what stands behind is not part of the question.
_END = re.compile(
    r"[.,](?!\d)|[;:!?()—–“”\"]|\s(?:and|but|while|as|when|after|before|because|since|which|who|where|whom|until|"
    r"according|although|including|a number of|that)\b"
)
_TIME = re.compile(
    rf" (?:{WHEN}|(?:on )?{WEEKDAY}(?: (?:night|morning|afternoon|evening))?"
    r"|(?:last|this|next) (?:week|month|year|summer|winter|spring|autumn|fall|season|weekend))\b(?!['’])"
)
_UTMOST = re.compile(r" (?:in|at|on) the (?:\w+est|most)\b.*")  # the biggest of what, stood behind
_DANGLING = re.compile(
    r" (?:to \w+|of|without|near|called|named|saying|arguing|claiming|warning|fact|news)$"
)
_JOINED = re.compile(r"\sand [A-Z]")
AROUND = re.compile(
    r"(?: (?:in|on|at|across|along|near|to|from|for|with|during|over|under|by|against|around|worldwide)\b|$)"
)
_LOOSE = re.compile(
    r"\b(?:he|she|it|they|them|him|I|we|us|you|me|my|our|your|this|these|those|there|here|now|then|today|"
    r"yesterday|tomorrow|ago|said|says|\w+n[’']t|not|never|also)\b"
)
_NO_NAME = re.compile(rf"(?:{WEEKDAY}|{MONTH})s?")


def named(name: str, article: Article) -> str | None:
    """A name as it may stand within a question, or None when it may be none."""
    words = _TITLED.sub("", name).split()
    the, words = ("the ", words[1:]) if words[0].lower() == "the" else ("", words)
    # "Yesterday Putin", "Officials": what only ever opens a sentence may be no name
    if words and not _is_name(words[0], article):
        words = words[1:] if words[1:] and words[1] in _spellings(article)[2] else []
    if not words or any(word.lower() in STOP_WORDS or _NO_NAME.fullmatch(word) for word in words):
        return None
    if re.search(r"[’']s?$", words[-1]) or not all(_is_name(word, article) for word in words):
        return None
    return the + " ".join(words)


def subject(words: str, article: Article) -> str | None:
    """A subject as it may stand within a question, or None when it tells too little."""
    if words.split()[0] in ("The", "the", "A", "a", "An", "an"):
        return None if _LOOSE.search(words) else lowered(words)
    return named(words, article)


def lowered(words: str) -> str:
    """The words as they stand within a sentence."""
    return words[0].lower() + words[1:]


def rest_of(words: str) -> str | None:
    """The rest of a clause, without its time; None when it points to something outside."""
    end = _END.search(words)
    clause, behind = (words[: end.start()], words[end.start() :]) if end else (words, "")
    # a quotation, or an initial's full stop, is in the middle of something
    if behind[:1] in ("“", '"', "(") or (behind[:1] == "." and len(behind) > 1):
        return None
    if _JOINED.match(behind) and clause.split()[-1:] and clause.split()[-1][0].isupper():
        return None  # "the Mining Control and Reclamation Act"
    clause = _UTMOST.sub("", _TIME.sub("", clause)).rstrip()
    if _DANGLING.search(clause) or (clause.split()[-1:] and clause.split()[-1] in STOP_WORDS):
        return None
    return None if clause.startswith(" of ") or _LOOSE.search(clause) else clause


@lru_cache(maxsize=64)
def _spellings(article: Article) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words of an article: those somewhere small, those with a capital within a sentence, those so alone."""
    text = article.text
    small = frozenset(re.findall(r"(?<![\w’'-])[a-z][\w’-]*\w", text))
    capital = frozenset(re.findall(rf"(?<=[a-z,] )({CAPITAL})", text))
    alone = frozenset(re.findall(rf"(?<![\w’'-])[a-z]+,? ({CAPITAL})", text))
    return small, capital, alone


def _is_name(word: str, article: Article) -> bool:
    """True when the article writes it with a capital within a sentence, and never small."""
    small, capital, _ = _spellings(article)
    return word in capital and word.lower() not in small


def is_person(name: str, article: Article) -> bool:
    """True when the article somewhere gives the name a title that only people have."""
    return any(found["who"].split()[-1] == name.split()[-1] for found in WHO.finditer(article.text))
