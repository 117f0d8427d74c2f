"""The name of a speaker: without titles, in its full form, and whether it may be a person's."""

import re
from collections.abc import Iterator

from bot.english.lexicon import OPENERS, STOP_WORDS, TITLES, any_of, words_of
from bot.english.names import NAME
from bot.english.words import is_nation, stem
from index.text.article import Article

GROUPS = words_of(
    """house post times observatory street department ministry council organisation organization group party
    reuters guardian journal news cnn bbc afp pentagon kremlin congress senate parliament government court
    university institute agency association committee commission bank union army police company corporation
    state states nations school hospital church team club foundation service office authority authorities
    officials center centre exchange fund board league"""
)
# Who is called by the office alone: "the King said".
HOLDERS = words_of("king queen pope president chancellor emperor")
_SUFFIXES = words_of("jr sr ii iii iv vi")
# Words of an office that stand before a name: "Culture Secretary Ada Pell".
_OFFICES = TITLES | words_of(
    """chairman chairwoman chair director executive ceo spokesman spokeswoman spokesperson analyst editor
    coach correspondent manager commissioner attorney sheriff sergeant representative congressman
    congresswoman leader speaker owner capt lt sgt"""
)
# "Department of Agriculture", where the "of" belongs to the name
GROUP_OF = re.compile(rf"\b{any_of(word.capitalize() for word in GROUPS)} (?:of|for|on)\b")

MOST_AHEAD = 80  # code points in front of a name that may belong to it
_TITLED = re.compile(
    rf"\b{any_of(one.capitalize() for one in TITLES - {'foreign', 'state'})}\.? \Z"
)
_WITHIN = re.compile(r"[a-z,;:”\"’] (?:al-)?\Z")
_NAMED = re.compile(rf" ({NAME})")
_GIVEN = re.compile(r"(?:[A-Z][\w’'-]+ ){1,3}\Z")


def last_stem(name: str) -> str:
    """The stem of the last word of a name, by which speakers are compared."""
    words = [
        word for word in name.split() if word.lower().rstrip(".") not in STOP_WORDS | _SUFFIXES
    ]
    return stem(words[-1]) if words else ""


def plain_name(name: str) -> str:
    """A name without titles in front: "Sergei Lavrov" of "Russian Foreign Minister Sergei Lavrov"."""
    words = re.sub(r"['’]s?$", "", re.split(r"['’]s ", name)[-1]).split()
    while len(words) > 1:
        word, after = words[0], words[1].lower()
        nation = is_nation(stem(word)) and (after in TITLES or len(words) > 3)
        if word.lower().rstrip(".") not in TITLES | STOP_WORDS | OPENERS and not nation:
            break
        words = words[1:]
    office = max(
        (n for n, word in enumerate(words[:-1]) if word.lower().rstrip(".") in _OFFICES), default=-1
    )
    is_group = bool(words) and words[-1].lower() in GROUPS
    return " ".join(words if is_group else words[office + 1 :])


def holder(office: str, text: str) -> str:
    """Whom "the King" stands for in a text: the only one named with that title there, or, of none, the title.

    "" if several are, or nobody is: a president without a name may be of any country.
    """
    names: dict[str, str] = {}
    title = office.capitalize()
    for _, at in occurrences(title, text):
        found = _NAMED.match(text, at + len(title))
        if found:
            name = plain_name(found[1])
            names.setdefault(last_stem(name), name)
    if len(names) == 1:
        return next(iter(names.values()))
    return office if not names and office.lower() in ("king", "queen", "pope") else ""


def is_person(name: str) -> bool:
    """True if the name may be a person's: no group, nation or abbreviation."""
    words = [word for word in name.split() if word.lower().rstrip(".") not in _SUFFIXES]
    return (
        bool(words)
        and not GROUP_OF.search(name)
        and words[-1].lower() not in GROUPS
        and not is_nation(stem(words[-1]))
        and not (words[-1].isupper() and len(words[-1]) > 1)
    )


def is_titled(name: str, text: str) -> bool:
    """True if the text calls the name by a person's title: "Mr Pell", "King Charles"."""
    return any(_TITLED.search(ahead) for ahead, _ in occurrences(name, text))


def is_capitalised_within(name: str, text: str) -> bool:
    """True if the name stands somewhere within a sentence, where only names have a capital."""
    return any(_WITHIN.search(ahead) for ahead, _ in occurrences(name, text))


def named_fully(speaker: str, article: Article) -> str:
    """The longest form of the speaker's name in the article: "Sergei Lavrov" of "Lavrov"."""
    if " " in speaker or not speaker:
        return speaker
    found = (_GIVEN.search(ahead) for ahead, _ in occurrences(speaker, article.text))
    names = [plain_name(one.group() + speaker) for one in found if one]
    full = [name for name in names if 2 <= len(name.split()) <= 3]
    return max(full, key=lambda name: (full.count(name), -len(name))) if full else speaker


def occurrences(name: str, text: str) -> Iterator[tuple[str, int]]:
    """Where the name stands as a whole: what is in front of it on the page, and its offset.

    A pattern for every name would take longer to compile than to run.
    """
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not text[end : end + 1].isalnum() and not text[max(0, at - 1) : at].isalnum():
            yield text[max(0, at - MOST_AHEAD) : at], at
        at = text.find(name, end)
