"""Questions of a sentence beyond those of `bot.shapes`: whose words, who holds an office, how much, how long.

They may be longer than a suggestion and may quote. Rules for English; a sentence that fits none gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.attribution import speakers
from bot.clauses import (
    AROUND,
    CAPITAL,
    FIGURE,
    NAME,
    NEXT,
    OPENING,
    SUBJECT,
    THE_NAME,
    VERB,
    WHO,
    any_of,
    named,
    rest_of,
    subject,
)
from bot.terms import MONTH, NATIONS, WEEKDAY, stem
from bot.verbs import INTRANSITIVE, PAST, TRANSITIVE
from index.article import Article

QUOTED_WORDS = range(2, 23)
CLAUSE_WORDS = range(4, 19)
_QUOTE = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
_SAYING = (
    r"said|says|argued|claimed|warned|insisted|stated|declared|announced|reported|noted|explained|"
    r"suggested|believes|hopes|thinks|argues|warns|claims"
)
# What a clause that is told whole is followed by.
_WHOLE = re.compile(r"[.,;]|\.?$| (?:and|but|while)\b")
_SAID_THAT = re.compile(
    rf"(?:^|[,;:—”\"] (?:and |but |while )?)(?P<who>{THE_NAME})(?:, [^,]{{1,60}},)?"
    rf" (?:(?:also|has|had|later) )?(?P<verb>{_SAYING})\b[^“”\".,;:]{{0,90}}?(?P<rest> that .*)"
)
_SAID_HE = re.compile(
    rf"\b(?:he|she|they|it|who) (?:has |had )?(?:{_SAYING}|added|spoke|told)\b", re.I
)
_NATION = re.compile(rf"(?<!former )(?<!ex-)\b(?P<nation>{CAPITAL}) $")
_MONEY = (
    rf"(?:[$€£]\d[\d.,]*\d?(?: (?:million|billion))?|{FIGURE} (?:dollars|euros|pounds|per ?cent|%))"
)
_SHARE = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>{any_of(TRANSITIVE)}) (?P<tells>{_MONEY})"
    rf"(?: of (?P<of>[^,;.]+?))?(?P<rest>(?: (?:for|on|in|to|at)\b.*)?[.,;].*)$"
)
_CHANGE = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>rose|fell|dropped|grew|shrank) (?:by )?"
    rf"(?P<tells>{_MONEY}|{FIGURE} (?:points?|degrees))(?P<rest>.*)$"
)
_BASE = {"rose": "rise", "fell": "fall", "dropped": "drop", "grew": "grow", "shrank": "shrink"}
_LASTED = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>{any_of(PAST)}|talked|spoke|waited|stayed|worked|lived|marched)"
    rf"(?P<rest>[^,;]*?) for (?P<tells>{FIGURE} (?:minutes|hours|days|weeks|months|years))\b"
)
_SITE = rf"(?:in|at|near) (?:the )?(?!{MONTH}|{WEEKDAY}){NAME}"
_PLACED = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<verb>{any_of(TRANSITIVE)})(?P<rest>{NEXT}[^,;]*?)"
    rf" (?P<tells>{_SITE})(?=[.,;]| on\b)"
)
_PLACED_PASSIVE = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<aux>was|were) (?P<verb>{any_of(TRANSITIVE)}) "
    rf"(?P<tells>{_SITE})(?=[.,;]| on\b)"
)
_ON_DAY = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) {VERB}(?P<rest>[^,;]*?) on (?P<tells>{WEEKDAY})\b(?!['’])"
)
_BY = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT}) (?P<aux>was|were) (?P<verb>{any_of(TRANSITIVE)}) by "
    rf"(?P<tells>{NAME})(?=[.,;]| (?:in|on|at)\b)(?P<rest>.*)"
)
_COUNTRY = re.compile(
    rf"^{OPENING}(?P<who>{NAME}|[Tt]he (?:US|U\.S\.|United States)) (?:also )?"
    rf"(?P<verb>(?:has |have |had )?(?:also )?(?:{any_of(TRANSITIVE)}))\b(?={NEXT})(?P<rest>.*)"
)
_DOER = re.compile(
    rf"^(?:{CAPITAL} ){{0,2}}(?:President|Minister|Mayor|Chancellor|Governor|Senator) "
    rf"(?P<who>{CAPITAL} {CAPITAL}) (?:also )?(?P<verb>{any_of(TRANSITIVE)})\b(?={NEXT})(?P<rest>.*)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what answers it, the best first, as the sentence has it, and the question's tags."""

    question: str
    answers: tuple[str, ...]
    tags: tuple[str, ...]


def shaped(sentence: str, article: Article) -> Iterator[Asked]:
    """The questions that `sentence`, on one line, answers."""
    yield from _offices(sentence, article)
    yield from _quotes(sentence, article)
    yield from _statements(sentence, article)
    yield from _amounts(sentence, article)
    yield from _places(sentence, article)
    yield from _doers(sentence, article)


def forms(name: str) -> tuple[str, ...]:
    """A person's name as it may be given: in full, the last of its words, and that without "al-"."""
    last = name.split()[-1]
    return tuple(dict.fromkeys((name, last, last.removeprefix("al-"))))


def _speaking(who: str) -> tuple[str, ...]:
    """Who says something: a person in two forms, an organisation without its article."""
    return (who.removeprefix("the "),) if who.startswith("the ") else forms(who)


def _offices(sentence: str, article: Article) -> Iterator[Asked]:
    for found in WHO.finditer(sentence):
        nation = _NATION.search(sentence[: found.start()])
        if nation and stem(nation["nation"]) in NATIONS and not found["who"].endswith(("'s", "’s")):
            office = f"{nation['nation']} {found['role']}"
            yield Asked(f"Who is the {office}?", forms(found["who"]), ("who",))


def _quotes(sentence: str, article: Article) -> Iterator[Asked]:
    told = speakers(sentence)
    if len(told) != 1 or _SAID_HE.search(_QUOTE.sub("“”", sentence)):
        return
    who = _speaker(sentence, next(iter(told)), article)
    quotes = [(one[1] or one[2]).strip() for one in _QUOTE.finditer(sentence)]
    quotes = [one for one in quotes if len(one.split()) in QUOTED_WORDS]
    if who and quotes:
        words = max(quotes, key=len)
        whole = words[0].isupper() and words[-1] in ",.!?"
        asked = "Who said" if whole else "Who used the words"
        yield Asked(f"{asked} “{words.rstrip(',.')}”?", _speaking(who), ("who", "attribution"))


def _speaker(sentence: str, last: str, article: Article) -> str | None:
    """The name in `sentence`, outside of its quotations, whose last word has the stem `last`."""
    for found in re.finditer(NAME, _QUOTE.sub("“”", sentence)):
        if stem(found.group().split()[-1]) == last:
            return named(found.group(), article)
    return None


def _statements(sentence: str, article: Article) -> Iterator[Asked]:
    if found := _SAID_THAT.search(sentence):
        rest = found["rest"][len(" that") :]
        who, clause = named(found["who"], article), rest_of(rest)
        # where a time was taken out of the clause, or it ends too soon, it is not asked for
        whole = clause and rest.startswith(clause) and _WHOLE.match(rest, len(clause))
        if who and clause and whole and len(clause.split()) in CLAUSE_WORDS:
            verb = "said" if found["verb"] == "says" else found["verb"]
            yield Asked(f"Who {verb} that{clause}?", _speaking(who), ("who", "attribution"))


def _amounts(sentence: str, article: Article) -> Iterator[Asked]:
    if (found := _SHARE.search(sentence)) and (who := subject(found["who"], article)):
        rest, of = rest_of(found["rest"]), f" of {found['of']}" if found["of"] else ""
        if rest is not None and rest_of(f" {found['of'] or ''}") is not None and AROUND.match(rest):
            asked = f"How much{of} did {who} {TRANSITIVE[found['verb']]}{rest}?"
            yield Asked(asked, (found["tells"],), ("how-many",))
    if (found := _CHANGE.search(sentence)) and (who := subject(found["who"], article)):
        rest = rest_of(found["rest"])
        if rest is not None and AROUND.match(rest):
            asked = f"By how much did {who} {_BASE[found['verb']]}{rest}?"
            yield Asked(asked, (found["tells"],), ("how-many",))
    if (found := _LASTED.search(sentence)) and (who := subject(found["who"], article)):
        rest = rest_of(found["rest"])
        base = PAST.get(found["verb"]) or {"spoke": "speak"}.get(
            found["verb"], found["verb"].removesuffix("ed")
        )
        if rest is not None:
            yield Asked(f"How long did {who} {base}{rest}?", (found["tells"],), ("how-long",))


def _places(sentence: str, article: Article) -> Iterator[Asked]:
    if (found := _PLACED.search(sentence)) and (who := subject(found["who"], article)):
        rest = rest_of(found["rest"])
        if rest and rest == found["rest"]:
            asked = f"Where did {who} {TRANSITIVE[found['verb']]}{rest}?"
            yield Asked(asked, (found["tells"].split(" ", 1)[1],), ("where",))
    if (found := _PLACED_PASSIVE.search(sentence)) and (who := subject(found["who"], article)):
        asked = f"Where {found['aux']} {who} {found['verb']}?"
        yield Asked(asked, (found["tells"].split(" ", 1)[1],), ("where",))
    if (found := _ON_DAY.search(sentence)) and (who := subject(found["who"], article)):
        rest, past = rest_of(found["rest"]), found["in"] or found["tr"]
        if rest == found["rest"] and (rest or past in INTRANSITIVE):
            behind = found.string[found.end("in" if found["in"] else "tr") : found.start("rest")]
            asked = f"When did {who} {PAST[past]}{behind}{rest}?"
            yield Asked(asked, (found["tells"],), ("when",))


def _doers(sentence: str, article: Article) -> Iterator[Asked]:
    if (found := _DOER.search(sentence)) and (rest := rest_of(found["rest"])):
        yield Asked(f"Who {found['verb']}{rest}?", forms(found["who"]), ("who",))
    if (found := _BY.search(sentence)) and (who := subject(found["who"], article)):
        rest = rest_of(found["rest"])
        if rest is not None and named(found["tells"], article):
            asked = f"Who {found['aux']} {who} {found['verb']} by{rest}?"
            yield Asked(asked, forms(found["tells"]), ("who",))
    if (found := _COUNTRY.search(sentence)) and (rest := rest_of(found["rest"])):
        country = re.sub(r"^[Tt]he ", "", found["who"])
        if is_country(country) and len(rest.split()) > 2:
            verb = found["verb"].replace("have ", "has ").replace("also ", "")
            yield Asked(f"Which country {verb}{rest}?", (country,), ("which",))


def is_country(name: str) -> bool:
    """True for a country by its own name, not its capital's, nor for those who live there."""
    own = stem(name) in NATIONS and stem(name) == name.lower()
    return own or name in ("United States", "United Kingdom", "Britain", "US", "UK")
