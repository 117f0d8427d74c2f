"""Questions that one sentence answers, made by rule: "How many people died?", "What did Lavrov deny?".

A few shapes of plain English whose words keep their form and order; a sentence that fits none gives no
question. Rules for English; whether the question is answered is not known here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.english.clauses import (
    AROUND,
    AUX,
    COUNTED,
    FIGURE,
    NAME,
    NEXT,
    OPENING,
    SUBJECT,
    THE_NAME,
    VERB,
    WHEN,
    WHO,
    WORD,
    any_of,
    is_person,
    lowered,
    named,
    rest_of,
    subject,
)
from bot.english.verbs import ARRIVING, ASKED, COMPLETE, INTRANSITIVE, PAST, TRANSITIVE
from bot.english.words import MONTH, WEEKDAY
from index.text.article import Article, Span

LONGEST_SENTENCE = 500  # characters
MOST_WORDS = 16  # of a question
OFTEN = 3
_SPEAKER = rf"(?:^|[,;:—”\"] (?:and |but |while )?)(?P<who>{THE_NAME})(?:, [^,]{{1,60}},)?"
_AGAIN = r"(?: (?:also|then|later|again|once more))?"
_TO_DO = re.compile(
    rf"{_SPEAKER} (?:(?P<has>has|had) )?(?P<verb>promised|vowed|pledged|agreed|decided|refused|threatened|"
    r"offered|hoped|wanted|planned|wants|plans|hopes|intends|aims|refuses) to (?!be\b|have\b|comment\b)[a-z]+"
)
_CALLED = re.compile(rf"{_SPEAKER} called (?P<what>{THE_NAME}) (?:a |an |the )?[“\"]")
_TOLD_TO = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>urged|asked|told|ordered|warned|called on) "
    rf"(?P<what>{THE_NAME}|the \w+) to [a-z]+"
)
_ACCUSED = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>accused|blamed) (?P<what>{THE_NAME}) (?P<of>of|for)\b"
)
_OBJECT = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>called for|asked for|complained of|complained about|announced|"
    r"proposed(?! to)|demanded|denied|ruled out)\b"
)
_SAID = re.compile(
    rf"{_SPEAKER}{_AGAIN} (?P<verb>said|says|argued|claimed|warned|insisted|stated|declared)\b"
    rf"(?P<about>[^“”\".,;]{{0,40}}? that (?P<what>{THE_NAME})(?! of | for | and )(?= [a-z]))?"
)
_LASTED = re.compile(
    rf"^{OPENING}(?P<who>[Tt]he {WORD}(?: {WORD})?) lasted (?P<tells>{FIGURE} \w+)"
)
_HOW_MANY_DID = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>{any_of(TRANSITIVE)}) (?P<tells>{FIGURE}) "
    rf"(?P<what>{COUNTED})\b(?P<rest>.*)",
)
_HOW_MANY_HAS = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?:(?:{VERB}|has been|have been)[^,;]* and )?"
    rf"(?P<has>has|have) (?P<verb>{any_of(TRANSITIVE)}) (?P<tells>{FIGURE}) "
    rf"(?P<what>{COUNTED})\b(?P<rest>.*)",
)
_HOW_MANY = re.compile(
    rf"(?:^{OPENING}|\bthat )(?P<tells>(?i:{FIGURE})) (?P<what>{COUNTED}) "
    rf"(?P<verb>{any_of(PAST)}|{AUX})\b(?P<rest>.*)"
)
_WHEN_FIRST = re.compile(rf"^(?P<tells>{WHEN}),? (?P<who>{SUBJECT}) {VERB}(?P<rest>.*)", re.DOTALL)
_WHEN_LAST = re.compile(rf"^(?P<who>{SUBJECT}) {VERB}(?P<rest>[^,;]*?) (?P<tells>{WHEN})\b")
_WHEN_PASSIVE = re.compile(
    rf"^(?P<who>{SUBJECT}) (?P<aux>was|were) (?P<verb>{any_of(TRANSITIVE)})"
    rf"(?P<rest>[^,;]*?) (?P<tells>{WHEN})\b"
)
_WHERE = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>{any_of(COMPLETE)}|{any_of(ARRIVING)})"
    rf" (?P<tells>(?:in|at|near) (?:the )?(?!{MONTH}|{WEEKDAY}){NAME})"
)
_WHO_DID = re.compile(
    rf"^{OPENING}(?P<who>{NAME}) (?:also )?(?P<verb>{any_of(TRANSITIVE)})\b(?={NEXT})(?P<rest>.*)"
)
_PLAIN = re.compile(r"[\w ’'.%$€£&-]+\?")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A question, the sentence it was made of, and words that its answer has to hold ("" for none).

    `behind` is the rest of the sentence, which answers a question that has no such words.
    """

    question: str
    article: Article
    source: Span
    tells: str
    weight: float
    behind: str = ""


def prospects(article: Article, source: Span) -> Iterator[Prospect]:
    """The questions that the sentence at `source` of `article` answers, the most telling first."""
    sentence = " ".join(source.of(article.text).split())
    if len(sentence) > LONGEST_SENTENCE or not sentence.endswith((".", "!", '."', ".”", ".’")):
        return  # a heading, a caption, or no sentence
    for question, tells, weight, *behind in _questions(sentence, article):
        if len(question.split()) <= MOST_WORDS and _PLAIN.fullmatch(question):
            yield Prospect(question, article, source, tells, weight, *behind)


def _questions(
    sentence: str, article: Article
) -> Iterator[tuple[str, str, float] | tuple[str, str, float, str]]:
    yield from _figures(sentence, article)
    yield from _dates(sentence, article)
    yield from _places(sentence, article)
    yield from _words(sentence, article)
    yield from _doers(sentence, article)
    yield from _people(sentence, article)


def _figures(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    if found := _LASTED.search(sentence):
        yield f"How long did {lowered(found['who'])} last?", found["tells"], 0.6
    if found := _HOW_MANY_HAS.search(sentence):
        who, rest = subject(found["who"], article), rest_of(found["rest"])
        if who and rest is not None and AROUND.match(rest):
            asked = f"How many {found['what']} {found['has']} {who} {found['verb']}{rest}?"
            yield asked, found["tells"], 1.0
    if found := _HOW_MANY_DID.search(sentence):
        who, rest = subject(found["who"], article), rest_of(found["rest"])
        if who and rest is not None and AROUND.match(rest):
            base = TRANSITIVE[found["verb"]]
            yield f"How many {found['what']} did {who} {base}{rest}?", found["tells"], 1.0
    if found := _HOW_MANY.search(sentence):
        rest = rest_of(found["rest"])
        name = found.start("tells") > 0 and found["tells"][0].isupper()  # "the Big Ten"
        if not name and rest is not None and len(rest.split()) > 1:
            yield f"How many {found['what']} {found['verb']}{rest}?", found["tells"], 1.0


def _dates(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    first = sentence[0].lower() + sentence[1:] if sentence.startswith(("On ", "In ")) else sentence
    found = _WHEN_FIRST.search(first) or _WHEN_LAST.search(sentence)
    if not found:
        return
    who, rest = subject(found["who"], article), rest_of(found["rest"])
    if who is None or rest is None:
        return
    past = found["in"] or found["tr"]
    if past not in COMPLETE and not rest:
        return
    behind = found.string[found.end("in" if found["in"] else "tr") : found.start("rest")]
    yield f"When did {who} {PAST[past]}{behind}{rest}?", found["tells"].split(" ", 1)[1], 0.9
    more = re.match(
        rf".*?, and (?P<tells>{FIGURE}) (?P<what>{COUNTED}) (?P<verb>{any_of(INTRANSITIVE)}|were \w+ed)\.$",
        found["rest"],
    )
    if more:
        when = f"when {who} {past}{behind}{rest}"
        yield f"How many {more['what']} {more['verb']} {when}?", more["tells"], 1.0


def _places(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    if found := _WHEN_PASSIVE.search(sentence):
        who, rest = subject(found["who"], article), rest_of(found["rest"])
        if who and rest is not None:
            asked = f"When {found['aux']} {who} {found['verb']}{rest}?"
            yield asked, found["tells"].split(" ", 1)[1], 0.9
    if (found := _WHERE.search(sentence)) and (who := subject(found["who"], article)):
        yield f"Where did {who} {PAST[found['verb']]}?", found["tells"].split(" ", 1)[1], 0.9


def _doers(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    found = _WHO_DID.search(sentence)
    who, rest = (named(found["who"], article), rest_of(found["rest"])) if found else (None, None)
    if found and who and rest and len(rest.split()) > 2 and is_person(who, article):
        yield f"Who {found['verb']}{rest}?", who.split()[-1], 0.6


def _words(sentence: str, article: Article) -> Iterator[tuple[str, str, float, str]]:
    """Whose words they are, what somebody wants, promises or asks of another, with the words behind."""
    for found in _CALLED.finditer(sentence):
        if pair := _pair(found, article):
            behind = sentence[found.end("what") :]
            yield f"What did {pair[0]} call {pair[1]}?", "", 0.9, behind
    for found in _ACCUSED.finditer(sentence):
        if pair := _pair(found, article):
            asked = f"What did {pair[0]} {ASKED[found['verb']]} {pair[1]} {found['of']}?"
            yield asked, "", 0.9, sentence[found.end() :]
    for found in _TOLD_TO.finditer(sentence):
        if pair := _pair(found, article):
            behind = sentence[found.end("what") + len(" to") :]
            yield f"What did {pair[0]} {ASKED[found['verb']]} {pair[1]} to do?", "", 0.9, behind
    for found in _TO_DO.finditer(sentence):
        if who := named(found["who"], article):
            verb, behind = found["verb"], sentence[found.end("verb") + len(" to") :]
            if found["has"]:
                yield f"What {found['has']} {who} {verb} to do?", "", 0.8, behind
            elif verb in ASKED:
                yield f"What did {who} {ASKED[verb]} to do?", "", 0.8, behind
            else:
                yield f"What does {who} {verb[:-1]} to do?", "", 0.8, behind
    for found in _OBJECT.finditer(sentence):
        if who := named(found["who"], article):
            yield f"What did {who} {ASKED[found['verb']]}?", "", 0.8, sentence[found.end() :]
    yield from _said(sentence, article)


def _said(sentence: str, article: Article) -> Iterator[tuple[str, str, float, str]]:
    for found in _SAID.finditer(sentence):
        who = named(found["who"], article)
        what = named(found["what"], article) if found["what"] else None
        if who and what and what.split()[-1] != who.split()[-1]:
            yield f"What did {who} say about {what}?", "", 0.8, sentence[found.start("what") :]
        elif who:
            yield f"What did {who} say?", "", 0.4, sentence[found.end() :]


def _people(sentence: str, article: Article) -> Iterator[tuple[str, str, float]]:
    for found in WHO.finditer(sentence):
        # whom the whole article is about the reader knows
        own = found["who"].endswith(("'s", "’s"))
        if not own and article.text.count(found["who"].split()[-1]) <= OFTEN:
            yield f"Who is {found['who']}?", found["role"], 0.5


def _pair(found: re.Match[str], article: Article) -> tuple[str, str] | None:
    who, what = named(found["who"], article), named(found["what"], article)
    return (who, what) if who and what and who != what else None
