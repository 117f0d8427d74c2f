"""The name of a speaker: without titles, in its full form, and whether it may be a person's."""

import re

from bot.english.lexicon import OPENERS, STOP_WORDS, TITLES, words_of
from bot.english.words import is_nation, stem
from index.text.article import Article

_GROUPS = words_of(
    """house post times observatory street department ministry council organisation organization group party
    reuters guardian journal news cnn bbc afp pentagon kremlin congress senate parliament government court
    university institute agency association committee commission bank union army police company corporation
    state states nations school hospital church team club foundation service office authority authorities
    officials center centre exchange fund board league"""
)


def last_stem(name: str) -> str:
    """The stem of the last word of a name, by which speakers are compared."""
    words = [word for word in name.split() if word.lower() not in STOP_WORDS]
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
    return " ".join(words)


def is_person(name: str) -> bool:
    """True if the name may be a person's: no group, nation or abbreviation."""
    words = name.split()
    return (
        bool(words)
        and words[-1].lower() not in _GROUPS
        and not is_nation(stem(words[-1]))
        and not (words[-1].isupper() and len(words[-1]) > 1)
    )


def named_fully(speaker: str, article: Article) -> str:
    """The longest form of the speaker's name in the article: "Sergei Lavrov" of "Lavrov"."""
    if " " in speaker or not speaker:
        return speaker
    forms = re.findall(rf"(?:[A-Z][\w’'-]+ ){{1,3}}{re.escape(speaker)}\b", article.text)
    names = [plain_name(form) for form in forms]
    full = [name for name in names if 2 <= len(name.split()) <= 3]
    return max(full, key=lambda name: (full.count(name), -len(name))) if full else speaker
