"""Questions of a sentence beyond those of `bot.english.shapes`: how much, how long, where, when and who.

Rules for English; a sentence that fits none gives none.
"""

import re
from collections.abc import Iterator

from bot.english.clauses import (
    AROUND,
    CAPITAL,
    COUNTED,
    FIGURE,
    NAME,
    NEXT,
    OPENING,
    SUBJECT,
    VERB,
    WHEN,
    any_of,
    named,
    rest_of,
    subject,
)
from bot.english.verbs import INTRANSITIVE, PAST, TRANSITIVE
from bot.english.words import MONTH, NATIONS, WEEKDAY, stem
from eval.cases.drafts.people import Asked, forms, of_people
from index.text.article import Article

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
# Verbs that take an object mostly, and here have none.
_OPENED = re.compile(
    rf"^(?P<who>{SUBJECT}) (?P<verb>opened|closed|ended|reopened|finished) (?P<tells>{WHEN})\b"
)
_FAR_SUBJECT = re.compile(
    rf"^{OPENING}(?P<who>{SUBJECT} (?:of|in|at|on|near) (?:the )?{NAME}) (?P<verb>{any_of(TRANSITIVE)}) "
    rf"(?P<tells>{FIGURE}) (?P<what>{COUNTED})\b(?P<rest>.*)"
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


def shaped(sentence: str, article: Article) -> Iterator[Asked]:
    """The questions that `sentence`, on one line, answers."""
    yield from of_people(sentence, article)
    yield from _amounts(sentence, article)
    yield from _places(sentence, article)
    yield from _doers(sentence, article)


def _amounts(sentence: str, article: Article) -> Iterator[Asked]:
    if (found := _FAR_SUBJECT.search(sentence)) and (who := subject(found["who"], article)):
        rest = rest_of(found["rest"])
        if rest is not None and AROUND.match(rest):
            asked = f"How many {found['what']} did {who} {TRANSITIVE[found['verb']]}{rest}?"
            yield Asked(asked, (found["tells"],), ("how-many",))
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
    if (found := _OPENED.search(sentence)) and (who := subject(found["who"], article)):
        when = found["tells"].split(" ", 1)[1]
        yield Asked(f"When did {who} {PAST[found['verb']]}?", (when,), ("when",))
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
