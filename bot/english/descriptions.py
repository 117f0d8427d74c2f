"""Who somebody is: the words beside a name that describe the person.

"the Syrian leader Bashar al-Assad", "Ada Pell, a judge from Oban," and "Ada Pell is a judge". The
rules look at the order of words and at the forms of nouns; they have no list of people.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.english.lexicon import OPENERS, PREPOSITIONS, STOP_WORDS, TITLES, any_of, words_of
from bot.english.names import NAME, NAME_WORD, is_named
from index.text.article import Span

_ASKED = re.compile(
    rf"\W*(?:[Aa]nd |[Ss]o )?[Ww]ho (?:is|was) (?:(?:the )?({NAME})|s?he\W* \(({NAME})(?:,.*)?)\W*"
)
_POLITE = words_of("mr mrs ms dr sir lord lady")  # they tell nothing
_OFFICES = (TITLES - _POLITE - words_of("state foreign prime")) | words_of(
    """commissioner director spokesman spokeswoman spokesperson ambassador premier congressman congresswoman
    representative councillor mp mep envoy sheriff archbishop bishop cardinal ayatollah sheikh emir sultan
    duke duchess lieutenant major sergeant admiral commander superintendent detective attorney chairman
    chairwoman ceo coach manager leader speaker actor actress singer author correspondent reporter editor"""
)
# Most nouns of people have one of these endings.
_PERSON = (
    r"(?:[a-z-]*[a-z]{2}(?:er|or|ist|man|woman|ian|ess|ee|eer|ant|cian|ete|person)|"
    + any_of(
        words_of(
            """president chief star captain boss judge king queen prince pilot champion expert friend wife
            husband son daughter sister student resident model rebel cleric head aide colleague candidate
            activist analyst host poet chef critic nurse general colonel magnate tycoon monarch pope
            coach agent partner client patient parent veteran official victim suspect native guest secretary
            guard executive"""
        )
    )
    + ")"
)
_NO_NOUN = (
    STOP_WORDS
    | PREPOSITIONS
    | words_of(
        """under after over per never however whether rather other another either further later
    between behind beside alongside beyond among unlike despite"""
    )
)
_NO_NAME = (_NO_NOUN | OPENERS) - {"first"}  # with a capital where they open a sentence
_ARTICLES = words_of("the a an")
_BEFORE_A_NOUN = words_of("former then late veteran senior deputy acting ex")
_AGE = r"(?:(?:aged )?\d{1,3}, )?"
_ARTICLE = r"(?:the|an?|one of|(?:his|her|their|its)|[A-Z][\w-]+(?: [A-Z][\w-]+)*['’]s?)"
# They have the endings of nouns of people.
_NO_PERSON = any_of(_NO_NOUN | words_of("together longer order number power never instead"))
# "chief", "senior vice": no verb and no small word
_ADJECTIVE = rf"(?!{any_of(_NO_NOUN | OPENERS)}\b)(?![a-z]+(?:ing|ed)\b)[\w’'-]+"
_PHRASE = r"[^,;:.!?“”\"()–—]+"  # up to the next mark
_NO_MARK = r"[^,;:.!?“”\"()–—]*"
# up to the noun that a determiner belongs to
_UP_TO = r"(?:(?!\b(?i:the|an?|one|his|her|their)\b|\b[A-Z]\w+['’]s\b)[^,;:.!?“”\"()–—]){0,80}?"
_DETERMINER = r"(?:[Tt]he|[Aa]n?|[Oo]ne|[Hh]is|[Hh]er|[Tt]heir|[A-Z]\w+['’]s)"
_ENDS = r"(?=\s*(?:[,;:.!?–—)]|$))"
_LONGEST = 25  # words
# A verb makes it a clause; capitals alone are the next name of a row: "Ada Pell, the Doobie Brothers, …".
_NO_PHRASE = re.compile(
    r"^\S+ (?:is|was|are|were|has|had|will|would|said|says)\b"
    r"|^[^,]{0,40}? (?:is|was|are|were|said|says) |^\S+(?: [A-Z]\S*)+$"
)
_WORD = re.compile(r"[\w’'.-]+")


def described_name(question: str) -> str:
    """The name in a question that asks who it is: "Who is Mayor Ada Pell?" → "Ada Pell"; else ""."""
    found = _ASKED.fullmatch(question)
    words = (found[1] or found[2]).split() if found else []
    titles = [
        n for n, word in enumerate(words[:-1]) if word.lower().strip(".") in _OFFICES | _POLITE
    ]
    return " ".join(words[titles[-1] + 1 :] if titles else words)


def find_description(sentence: str, name: str) -> Span | None:
    """The words of `sentence` that tell who `name` is, or None; its last word stands for it."""
    if not is_named(name, [sentence]):
        return None
    last = name.split()[-1]
    for form in _forms(last):
        for found in form.finditer(sentence):
            what = found["what"]
            if len(what.split()) <= _LONGEST and not _NO_PHRASE.search(what):
                return Span(*found.span("what"))
    given = name.split()[:-1]
    for found in re.finditer(rf"(?<![\w-]){re.escape(last)}\b(?!['’]s\b|-| [A-Z])", sentence):
        if (start := _titled_from(sentence[: found.start()], given)) is not None:
            return Span(start, found.end())
    return None


@lru_cache(maxsize=64)
def _forms(last: str) -> tuple[re.Pattern[str], ...]:
    """Descriptions behind a name that ends with `last`, then those in front of it with a comma."""
    who = rf"(?<![\w-])(?:{NAME_WORD} ){{0,3}}{re.escape(last)}\b(?: \([^)]*\))?"
    person = rf"(?:{_ADJECTIVE} ){{0,4}}?(?!{_NO_PERSON}\b){_PERSON}"
    behind = rf"{_ARTICLE} {_PHRASE}|{person} (?:of|at|for|in|and) {_PHRASE}"
    subject = rf"(?:^|[“\"‘,;:] |\b(?:that|and|but|when) ){who}"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"{subject} (?:is|was|are|were) (?P<what>(?:an?|the|one of) {_PHRASE}){_ENDS}",
            rf"{who}, {_AGE}(?:who (?:is|was) )?(?P<what>{behind}){_ENDS}",
            rf"(?P<what>\b{_DETERMINER} {_UP_TO}\b{_PERSON}\b{_NO_MARK}), {who}{_ENDS}",
        )
    )


def _titled_from(before: str, given: Sequence[str]) -> int | None:
    """Where a description begins that ends right in front of a name's last word, or None without one.

    `given` are the words of the name in front of the last one, if they are known.
    """
    words = list(_WORD.finditer(before))
    at = len(words)
    at = _led_by_names(before, words, at)  # first names, and offices: "Prime Minister David"
    office = at > 1 and words[at - 1][0] == "of" and words[at - 2][0].lower() in _OFFICES
    # not "the coach of Ada Pell"
    if office and given and any(word[0] not in given for word in words[at:]):
        at = _led_by_names(before, words, at - 1)  # "Secretary of State Ada Pell"
    noun = words[at - 1][0] if at else ""
    if re.fullmatch(_PERSON, noun) and noun not in _NO_NOUN and _joined(before, words[at - 1 :]):
        at -= 1
    elif not any(word[0].lower().strip(".") in _OFFICES for word in words[at:]) or not _joined(
        before, words[at:]
    ):
        return None
    while at and _may_precede(words[at - 1][0]) and _joined(before, words[at - 1 :]):
        at -= 1
        if words[at][0].lower() in _ARTICLES:
            break
    return words[at].start()


def _led_by_names(before: str, words: list[re.Match[str]], at: int) -> int:
    """Where the row of capitalised words that ends in front of word `at` begins."""
    while (
        at
        and words[at - 1][0][:1].isupper()
        and words[at - 1][0].lower() not in _NO_NAME
        and before[words[at - 1].end() : words[at].start() if at < len(words) else None] == " "
    ):
        at -= 1
    return at


def _may_precede(word: str) -> bool:
    """True for a word that can belong to the noun behind it: "former", "Syrian", "opposition"."""
    if word.lower() in _BEFORE_A_NOUN | _ARTICLES:
        return True
    if word[:1].isupper():
        return word.lower() not in _NO_NAME
    return word.isalpha() and word not in _NO_NOUN and not word.endswith(("ed", "ing", "s", "ly"))


def _joined(text: str, words: list[re.Match[str]]) -> bool:
    """True if nothing but a space stands between the words and behind the last one."""
    ends = [*(word.start() for word in words[1:]), len(text)]
    return all(text[word.end() : end] == " " for word, end in zip(words, ends, strict=True))
