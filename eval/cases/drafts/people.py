"""Questions that ask for people: whose words are quoted or told, who holds an office, who somebody is.

Rules for English; a sentence that fits none gives none, and one that names two speakers no question of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.english.clauses import CAPITAL, NAME, THE_NAME, WHO, named, rest_of
from bot.english.names import TITLES
from bot.english.words import NATIONS, names, stem, terms
from index.text.article import Article

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
_ANY_SAYS = re.compile(rf"{CAPITAL} (?:{_SPOKE})\b|\b(?:{_SPOKE}) (?:[Tt]he )?{CAPITAL}")
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
_HOLDER = re.compile(
    rf"\b[Tt]he (?P<post>(?:[a-z-]+ ){{0,2}}(?:{_POSTS}) (?:of|for|at) (?:the )?{NAME}), "
    rf"(?P<who>{CAPITAL} {CAPITAL})(?=,)"
)
_FULLER = re.compile(r"(?:^| )(?!Dr )[A-Z][\w’-]* $")
_STOPS = ",.’'!"  # that a quotation is given without
_NATION = re.compile(rf"(?<!former )(?<!ex-)\b(?P<nation>{CAPITAL})(?<![’']s) $")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what answers it, the best first, as the sentence has it, and the question's tags."""

    question: str
    answers: tuple[str, ...]
    tags: tuple[str, ...]


def of_people(sentence: str, article: Article) -> Iterator[Asked]:
    """The questions for people that `sentence`, on one line, answers."""
    yield from _offices(sentence, article)
    yield from _holders(sentence, article)
    yield from _posts(sentence, article)
    yield from _quotes(sentence, article)
    yield from _statements(sentence, article)


def forms(name: str) -> tuple[str, ...]:
    """A person's name as it may be given: in full, the last of its words, and that without "al-"."""
    last = name.split()[-1]
    return tuple(dict.fromkeys((name, last, last.removeprefix("al-"))))


def _speaking(who: str) -> tuple[str, ...]:
    """Who says something: a person in two forms, an organisation without its article."""
    person = not who.startswith("the ") and len(who.split()) < 3
    return forms(who) if person else (who.removeprefix("the "),)


def _offices(sentence: str, article: Article) -> Iterator[Asked]:
    for found in WHO.finditer(sentence):
        nation = _NATION.search(sentence[: found.start()])
        if nation and _is_whose(nation["nation"]) and not found["who"].endswith(("'s", "’s")):
            office = f"{nation['nation']} {found['role']}"
            yield Asked(f"Who is the {office}?", forms(found["who"]), ("who",))


def _holders(sentence: str, article: Article) -> Iterator[Asked]:
    """Who holds a post, where the name stands behind it between commas."""
    for found in _HOLDER.finditer(sentence):
        yield Asked(f"Who is the {found['post']}?", forms(found["who"]), ("who",))


def _is_whose(word: str) -> bool:
    """True for the word of a country's people, "British", and for "US" and "UK"."""
    return stem(word) in NATIONS and (stem(word) != word.lower() or word.isupper())


def _posts(sentence: str, article: Article) -> Iterator[Asked]:
    """What somebody is, where it stands behind the name between commas."""
    for found in _POST.finditer(sentence):
        # "Bob Vander Plaats" is no Vander Plaats
        fuller = _FULLER.search(sentence[: found.start("who")])
        if fuller is None and (who := named(found["who"], article)):
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
    if len(said) != 1 or len(_ANY_SAYS.findall(sentence)) > 1 or _SAID_HE.search(sentence):
        return None
    who = named(said[0], article)
    if who is None or who.startswith("the ") or who.split()[-1].isupper():
        return None
    if who.split()[-1].lower() in TITLES:
        return None  # "said Secretary of Education Jo Lund"
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
