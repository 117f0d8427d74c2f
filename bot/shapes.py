"""Questions that one sentence answers, made by rule: "How many people died?", "What did Lavrov deny?".

A few shapes of plain English whose words keep their form and order; a sentence that fits none gives no
question. Rules for English; whether the question is answered is not known here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.terms import COUNT, MONTH, STOP_WORDS, WEEKDAY
from bot.verbs import ARRIVING, COMPLETE, INTRANSITIVE, PAST, TRANSITIVE
from index.article import Article, Span

LONGEST_SENTENCE = 500  # characters
MOST_WORDS = 16  # of a question
OFTEN = 3
_CAPITAL = r"(?:[A-Z][\w’-]*\w|al-[A-Z]\w+)"
_NAME = rf"{_CAPITAL}(?: {_CAPITAL}){{0,5}}"
_THE_NAME = rf"(?:[Tt]he )?{_NAME}"


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_FIGURE = (
    rf"(?:(?:more|fewer|less) than |over |about |at least |up to |as many as |nearly |almost |some |around )?"
    rf"(?!one\b|a few\b|several (?!hundred|thousand|dozen)|(?:19|20)\d\d\b){COUNT}"
    r"(?: (?:hundred|thousand|million|billion|dozen))?"
)
_AUX = r"have been|had been|will be|(?:were|are|have|had)(?! been)"
_DATE = rf"(?:{WEEKDAY}, )?(?:{MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?)"
_WHEN = rf"(?:on {_DATE}|in (?:early |late |mid-)?(?:{MONTH} )?(?:19|20)\d\d|in {MONTH})"
_WORD = rf"(?!(?:{_any(STOP_WORDS | PAST.keys())})\b)[\w’'-]+"
_COUNTED = rf"(?:{_WORD} ){{0,2}}?(?:people|men|women|children|aircraft|\w\w+[^su\W\d]s)"
_SMALL = r"(?:of|in|on|against|for|between|at)"
# "the Syrian war", "a Russian jet", "the strikes on Raqqa", "Vladimir Putin"
_NOUNS = rf"{_WORD}(?: {_WORD}){{0,3}}(?: {_SMALL} (?:the )?{_WORD}(?: {_WORD})?)?"
_SUBJECT = rf"(?:(?:[Tt]he|[Aa]n?) {_NOUNS}|{_NAME})"
_OPENING = r"(?:(?:In|On|At|Over|During|Within|Since) [\w ]{1,30}?,? )?"
_NEXT = rf"(?: (?:the|a|an|its|his|her|their|{_FIGURE})\b| {_CAPITAL})"
_VERB = rf"(?:(?P<in>{_any(INTRANSITIVE)})\b(?: (?:down|out|up))?|(?P<tr>{_any(TRANSITIVE)})\b(?={_NEXT}))"

_SPEAKER = rf"(?:^|[,;:—”\"] (?:and |but |while )?)(?P<who>{_THE_NAME})(?:, [^,]{{1,60}},)?"
_AGAIN = r"(?: (?:also|then|later|again|once more))?"
_TO_DO = re.compile(
    rf"{_SPEAKER} (?:(?P<has>has|had) )?(?P<verb>promised|vowed|pledged|agreed|decided|refused|threatened|"
    r"offered|hoped|wanted|planned|wants|plans|hopes|intends|aims|refuses) to (?!be\b|have\b)[a-z]+"
)
_CALLED = re.compile(rf"{_SPEAKER} called (?P<what>{_THE_NAME}) (?:a |an |the )?[“\"]")
_TOLD_TO = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>urged|asked|told|ordered|warned|called on) "
    rf"(?P<what>{_THE_NAME}|the \w+) to [a-z]+"
)
_ACCUSED = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>accused|blamed) (?P<what>{_THE_NAME}) (?P<of>of|for)\b"
)
_OBJECT = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>called for|asked for|complained of|complained about|announced|proposed|"
    r"demanded|denied|ruled out)\b"
)
_SAID = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>said|says|argued|claimed|warned|insisted|stated|declared)\b"
    rf"(?P<about>[^“”\".,;]{{0,40}}? that (?P<what>{_THE_NAME})(?= [a-z]))?"
)
_BASE = {
    "promised": "promise",
    "vowed": "vow",
    "pledged": "pledge",
    "agreed": "agree",
    "decided": "decide",
    "refused": "refuse",
    "threatened": "threaten",
    "offered": "offer",
    "hoped": "hope",
    "wanted": "want",
    "planned": "plan",
    "called on": "call on",
    "urged": "urge",
    "asked": "ask",
    "told": "tell",
    "ordered": "order",
    "warned": "warn",
    "accused": "accuse",
    "blamed": "blame",
    "called for": "call for",
    "asked for": "ask for",
    "complained of": "complain about",
    "complained about": "complain about",
    "announced": "announce",
    "proposed": "propose",
    "demanded": "demand",
    "denied": "deny",
    "ruled out": "rule out",
}
_LASTED = re.compile(
    rf"^{_OPENING}(?P<who>[Tt]he {_WORD}(?: {_WORD})?) lasted (?P<tells>{_FIGURE} \w+)"
)
_HOW_MANY_DID = re.compile(
    rf"^{_OPENING}(?P<who>{_SUBJECT}) (?P<verb>{_any(TRANSITIVE)}) (?P<tells>{_FIGURE}) "
    rf"(?P<what>{_COUNTED})\b(?P<rest>.*)",
)
_HOW_MANY_HAS = re.compile(
    rf"^{_OPENING}(?P<who>{_SUBJECT}) (?:(?:{_VERB}|has been|have been)[^,;]* and )?"
    rf"(?P<has>has|have) (?P<verb>{_any(TRANSITIVE)}) (?P<tells>{_FIGURE}) "
    rf"(?P<what>{_COUNTED})\b(?P<rest>.*)",
)
_HOW_MANY = re.compile(
    rf"(?:^{_OPENING}|\bthat )(?P<tells>(?i:{_FIGURE})) (?P<what>{_COUNTED}) "
    rf"(?P<verb>{_any(PAST)}|{_AUX})\b(?P<rest>.*)"
)
_WHEN_FIRST = re.compile(
    rf"^(?P<tells>{_WHEN}),? (?P<who>{_SUBJECT}) {_VERB}(?P<rest>.*)", re.DOTALL
)
_WHEN_LAST = re.compile(rf"^(?P<who>{_SUBJECT}) {_VERB}(?P<rest>[^,;]*?) (?P<tells>{_WHEN})\b")
_WHEN_PASSIVE = re.compile(
    rf"^(?P<who>{_SUBJECT}) (?P<aux>was|were) (?P<verb>{_any(TRANSITIVE)})"
    rf"(?P<rest>[^,;]*?) (?P<tells>{_WHEN})\b"
)
_WHERE = re.compile(
    rf"^{_OPENING}(?P<who>{_SUBJECT}) (?P<verb>{_any(COMPLETE)}|{_any(ARRIVING)})"
    rf" (?P<tells>(?:in|at|near) (?:the )?{_NAME})"
)
_WHO_DID = re.compile(
    rf"^{_OPENING}(?P<who>{_NAME}) (?:also )?(?P<verb>{_any(TRANSITIVE)})\b(?={_NEXT})(?P<rest>.*)"
)
_ROLE = (
    r"(?:(?:Prime|Foreign|Defen[cs]e|Finance|Interior) Minister|Secretary of State|"
    r"President|Chancellor|Senator|Minister|Mayor|Governor|Ambassador|Secretary-General)"
)
_TITLED = re.compile(rf"^.*\b{_ROLE} (?={_CAPITAL} {_CAPITAL}$)")
_WHO = re.compile(rf"\b(?P<role>{_ROLE}) (?P<who>{_CAPITAL} {_CAPITAL})(?! {_CAPITAL})")
# What a clause ends at; what stands behind is not part of the question.
_END = re.compile(
    r"[.,;:!?()—–“”\"]|\s(?:and|but|while|as|when|after|before|because|since|which|who|where|whom|until|"
    r"according|although|including|a number of|that)\b"
)
_TIME = re.compile(
    rf" (?:{_WHEN}|(?:on )?{WEEKDAY}(?: (?:night|morning|afternoon|evening))?|(?:last|this|next) \w+)\b"
)
_UTMOST = re.compile(r" (?:in|at|on) the (?:\w+est|most)\b.*")  # the biggest of what, stood behind
_LOOSE = re.compile(
    r"\b(?:he|she|it|they|them|him|I|we|us|you|me|my|our|your|this|these|those|there|here|now|then|today|"
    r"yesterday|tomorrow|ago|said|says|\w+n[’']t|not|never)\b"
)
_PLAIN = re.compile(r"[\w ’'.%$€£&-]+\?")
_NO_NAME = re.compile(rf"(?:{WEEKDAY}|{MONTH})s?")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A question, the sentence it was made of, and words that its answer has to hold ("" for none)."""

    question: str
    article: Article
    source: Span
    tells: str
    weight: float


def prospects(article: Article, source: Span) -> Iterator[Prospect]:
    """The questions that the sentence at `source` of `article` answers, the most telling first."""
    sentence = " ".join(source.of(article.text).split())
    if len(sentence) > LONGEST_SENTENCE or not sentence.endswith((".", "!", '."', ".”", ".’")):
        return  # a heading, a caption, or no sentence
    for question, tells, weight in _questions(sentence, article):
        if len(question.split()) <= MOST_WORDS and _PLAIN.fullmatch(question):
            yield Prospect(question, article, source, tells, weight)


def _questions(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    yield from _figures(sentence, article)
    yield from _dates(sentence, article)
    yield from _places(sentence, article)
    yield from _words(sentence, article)
    yield from _doers(sentence, article)
    yield from _people(sentence, article)


def _figures(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    if found := _LASTED.search(sentence):
        yield f"How long did {_lower(found['who'])} last?", found["tells"], 0.6
    if found := _HOW_MANY_HAS.search(sentence):
        who, rest = _subject(found["who"], article), _rest(found["rest"])
        if who and rest is not None:
            asked = f"How many {found['what']} {found['has']} {who} {found['verb']}{rest}?"
            yield asked, found["tells"], 1.0
    if found := _HOW_MANY_DID.search(sentence):
        who, rest = _subject(found["who"], article), _rest(found["rest"])
        if who and rest is not None:
            base = TRANSITIVE[found["verb"]]
            yield f"How many {found['what']} did {who} {base}{rest}?", found["tells"], 1.0
    if found := _HOW_MANY.search(sentence):
        rest = _rest(found["rest"])
        if rest is not None and len(rest.split()) > 1:
            yield f"How many {found['what']} {found['verb']}{rest}?", found["tells"], 1.0


def _dates(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    first = sentence[0].lower() + sentence[1:] if sentence.startswith(("On ", "In ")) else sentence
    found = _WHEN_FIRST.search(first) or _WHEN_LAST.search(sentence)
    if not found:
        return
    who, rest = _subject(found["who"], article), _rest(found["rest"])
    if who is None or rest is None:
        return
    past = found["in"] or found["tr"]
    if past not in COMPLETE and not rest:
        return
    behind = found.string[found.end("in" if found["in"] else "tr") : found.start("rest")]
    yield f"When did {who} {PAST[past]}{behind}{rest}?", found["tells"].split(" ", 1)[1], 0.9
    more = re.match(
        rf".*?, and (?P<tells>{_FIGURE}) (?P<what>{_COUNTED}) (?P<verb>{_any(INTRANSITIVE)}|were \w+ed)\.$",
        found["rest"],
    )
    if more:
        when = f"when {who} {past}{behind}{rest}"
        yield f"How many {more['what']} {more['verb']} {when}?", more["tells"], 1.0


def _places(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    if found := _WHEN_PASSIVE.search(sentence):
        who, rest = _subject(found["who"], article), _rest(found["rest"])
        if who and rest is not None:
            asked = f"When {found['aux']} {who} {found['verb']}{rest}?"
            yield asked, found["tells"].split(" ", 1)[1], 0.9
    if (found := _WHERE.search(sentence)) and (who := _subject(found["who"], article)):
        yield f"Where did {who} {PAST[found['verb']]}?", found["tells"].split(" ", 1)[1], 0.9


def _doers(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    found = _WHO_DID.search(sentence)
    who, rest = (_named(found["who"], article), _rest(found["rest"])) if found else (None, None)
    if found and who and rest and len(rest.split()) > 2 and _is_person(who, article):
        yield f"Who {found['verb']}{rest}?", who.split()[-1], 0.6


def _words(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    """Whose words they are, what somebody wants, promises or asks of another."""
    for found in _CALLED.finditer(sentence):
        if pair := _pair(found, article):
            yield f"What did {pair[0]} call {pair[1]}?", "", 0.9
    for found in _ACCUSED.finditer(sentence):
        if pair := _pair(found, article):
            yield f"What did {pair[0]} {_BASE[found['verb']]} {pair[1]} {found['of']}?", "", 0.9
    for found in _TOLD_TO.finditer(sentence):
        if pair := _pair(found, article):
            yield f"What did {pair[0]} {_BASE[found['verb']]} {pair[1]} to do?", "", 0.9
    for found in _TO_DO.finditer(sentence):
        if who := _named(found["who"], article):
            verb = found["verb"]
            if found["has"]:
                yield f"What {found['has']} {who} {verb} to do?", "", 0.8
            elif verb in _BASE:
                yield f"What did {who} {_BASE[verb]} to do?", "", 0.8
            else:
                yield f"What does {who} {verb[:-1]} to do?", "", 0.8
    for found in _OBJECT.finditer(sentence):
        if who := _named(found["who"], article):
            yield f"What did {who} {_BASE[found['verb']]}?", "", 0.8
    for found in _SAID.finditer(sentence):
        who = _named(found["who"], article)
        what = _named(found["what"], article) if found["what"] else None
        if who and what and what.split()[-1] != who.split()[-1]:
            yield f"What did {who} say about {what}?", "", 0.8
        elif who:
            yield f"What did {who} say?", "", 0.4


def _people(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    for found in _WHO.finditer(sentence):
        # whom the whole article is about the reader knows
        if article.text.count(found["who"].split()[-1]) <= OFTEN:
            yield f"Who is {found['who']}?", found["role"], 0.5


def _pair(found: re.Match[str], article: Article) -> tuple[str, str] | None:
    who, what = _named(found["who"], article), _named(found["what"], article)
    return (who, what) if who and what and who != what else None


def _named(name: str, article: Article) -> str | None:
    """A name as it may stand within a question, or None when it may be none."""
    words = _TITLED.sub("", name).split()
    the, words = ("the ", words[1:]) if words[0].lower() == "the" else ("", words)
    # "Yesterday Putin", "Officials": what only ever opens a sentence may be no name
    if words and not _is_name(words[0], article):
        words = words[1:]
    if not words or any(word.lower() in STOP_WORDS or _NO_NAME.fullmatch(word) for word in words):
        return None
    if re.search(r"[’']s?$", words[-1]) or not all(_is_name(word, article) for word in words):
        return None
    return the + " ".join(words)


def _subject(words: str, article: Article) -> str | None:
    """A subject as it may stand within a question, or None when it tells too little."""
    if words.split()[0] in ("The", "the", "A", "a", "An", "an"):
        return None if _LOOSE.search(words) else _lower(words)
    return _named(words, article)


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _rest(words: str) -> str | None:
    """The rest of a clause, without its time; None when it points to something outside."""
    end = _END.search(words)
    clause = words[: end.start()] if end else words
    clause = _UTMOST.sub("", _TIME.sub("", clause)).rstrip()
    return None if _LOOSE.search(clause) else clause


@lru_cache(maxsize=64)
def _spellings(article: Article) -> tuple[frozenset[str], frozenset[str]]:
    """The words of an article that begin small somewhere, and those with a capital within a sentence."""
    text = article.text
    small = frozenset(re.findall(r"(?<![\w’'-])[a-z][\w’-]*\w", text))
    capital = frozenset(re.findall(rf"(?<=[a-z,] )({_CAPITAL})", text))
    return small, capital


def _is_name(word: str, article: Article) -> bool:
    """True when the article writes it with a capital within a sentence, and never small."""
    small, capital = _spellings(article)
    return word in capital and word.lower() not in small


def _is_person(name: str, article: Article) -> bool:
    """True when the article somewhere gives the name a title that only people have."""
    return any(
        found["who"].split()[-1] == name.split()[-1] for found in _WHO.finditer(article.text)
    )
