"""Questions of a sentence beyond those of `bot.shapes`: whose words, who holds an office, how much, how long.

They may be longer than a suggestion and may quote. Rules for English; a sentence that fits none gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
from bot.terms import MONTH, NATIONS, WEEKDAY, names, stem, terms
from bot.verbs import INTRANSITIVE, PAST, TRANSITIVE
from index.article import Article

QUOTED_WORDS = range(3, 23)
TELLING = 5  # terms of a quotation that names nobody
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
    rf" (?:(?:also|has|had|later) )?(?P<verb>{_SAYING})\b"
    r"(?: (?:in|on|at|to|after|during|last|this)\b[^“”\".,;:]{0,80}?)?(?P<rest> that .*)"
)
_JOINING = re.compile(r"(?:which|who|but|to|and|so|or|also|that|because|as|if|than)\b|\W", re.I)
_SAID_HE = re.compile(
    rf"\b(?:he|she|they|it|who) (?:has |had )?(?:{_SAYING}|added|spoke|told)\b", re.I
)
_SPOKE = (
    r"said|says|added|wrote|argued|warned|claimed|explained|insisted|noted|suggested|declared|replied|"
    r"stated|announced|tweeted|recalled|testified"
)
_TITLE = r"(?:(?:Sen|Dr|Rep|Gov|Gen|Mr|Mrs|Ms|Prof)\. )"
_SAYS = re.compile(
    rf"(?:^|[,;:—”\"] (?:but |while )?){_TITLE}?(?P<before>{THE_NAME})(?:, [^,“”]{{1,60}},)?"
    rf" (?:(?:also|has|had|later) )?(?:{_SPOKE}|told|called)\b"
    rf"|\b(?:{_SPOKE}) {_TITLE}?(?P<behind>{THE_NAME})(?=[.,]|$| (?:in|of|for|at|on|during|from|to)\b)"
)
_POSTS = (
    r"professor|director|head|chief|president|chair(?:man|woman)?|spokes(?:man|woman|person)|secretary|mayor|"
    r"analyst|author|founder|co-founder|owner|leader|lawyer|attorney|doctor|economist|editor|manager|coach|"
    r"officer|scientist|researcher|historian|engineer|commissioner|superintendent|correspondent"
)
_POST = re.compile(
    rf"(?:^|(?<=[a-z,”\"] )|(?<=\bDr ))(?<!\b[A-Z][a-z] )(?P<who>{CAPITAL} (?:[A-Z]\. )?{CAPITAL}), "
    rf"(?P<post>(?:(?:an?|the) )?(?:[a-z-]+ ){{0,3}}?(?:{_POSTS}) (?:of|for|at|with|in) [^,.;:“”\"]{{3,70}})"
    rf"(?=[.,])(?!, {CAPITAL}[^,.]*(?:&|and) {CAPITAL})"
)
_FULLER = re.compile(r"(?:^| )(?!Dr )[A-Z][\w’-]* $")
_STOPS = ",.’'!"  # that a quotation is given without
_NATION = re.compile(rf"(?<!former )(?<!ex-)\b(?P<nation>{CAPITAL})(?<![’']s) $")
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
    yield from _posts(sentence, article)
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


def _posts(sentence: str, article: Article) -> Iterator[Asked]:
    """What somebody is, where it stands behind the name between commas."""
    for found in _POST.finditer(sentence):
        whole = (
            _FULLER.search(sentence[: found.start("who")]) is None
        )  # not "Plaats" of "Vander Plaats"
        if whole and (who := named(found["who"], article)):
            yield Asked(f"Who is {who}?", (found["post"],), ("who",))


def _quotes(sentence: str, article: Article) -> Iterator[Asked]:
    quotes = [(one[1] or one[2]).strip() for one in _QUOTE.finditer(sentence)]
    words = max((one for one in quotes if _tells(one)), key=len, default="")
    who = _speaker(_QUOTE.sub("“”", sentence), article) if words else None
    if who:
        whole = words[0].isupper() and words[-1] in ",.!?"
        asked = "Who said" if whole else "Who used the words"
        yield Asked(f"{asked} “{words.rstrip(_STOPS)}”?", _speaking(who), ("who", "attribution"))


def _tells(quote: str) -> bool:
    """True when the words of a quotation say enough to be known again: many of them, or a name."""
    return (
        len(quote.split()) in QUOTED_WORDS
        and not _JOINING.match(quote)
        and (len(terms(quote)) >= TELLING or (len(terms(quote)) > 1 and bool(names(quote[1:]))))
    )


def _speaker(sentence: str, article: Article) -> str | None:
    """The one whose words a sentence gives, by a name that the article gives in full; None for others."""
    said = [found["before"] or found["behind"] for found in _SAYS.finditer(sentence)]
    if len(said) != 1 or _SAID_HE.search(sentence):
        return None
    who = named(said[0], article)
    if who is None or who.startswith("the ") or who.split()[-1].isupper():
        return None
    full = re.search(rf"{CAPITAL} {re.escape(who.split()[-1])}(?![\w-])", article.text)
    return who if full else None


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
