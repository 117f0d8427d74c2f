"""The names in a text, and whether one occurs in it: "Barack Obama" in "Obama", not in "Michelle Obama".

The rules look at capitals and words; they have no list of people.
"""

from collections.abc import Sequence
from functools import lru_cache

from bot.english.lexicon import MONTH, OPENERS, STOP_WORDS, TITLES, WEEKDAY, any_of
from bot.english.words import Token, is_city, is_nation, stem, terms, tokens
from index.text.sentences import TITLES as ABBREVIATED

# One capitalised word of a name, and a row of them.
NAME_WORD = r"(?:al-)?[A-Z][\w'’-]*"
NAME = rf"{NAME_WORD}(?: {NAME_WORD})*"
_COMMON = any_of(word.capitalize() for word in STOP_WORDS | OPENERS)
_TITLE = any_of(title.capitalize() for title in ABBREVIATED)
# "U.N." and "J." end with a full stop of their own; that of a sentence ends a name.
_PART = (
    rf"(?:(?:[A-Z]\.)+|{_TITLE}\.|(?!(?:{_COMMON}|{WEEKDAY}|{MONTH})\b)"
    rf"{NAME_WORD})"
)
# A whole name: with titles and initials, without the words that open a sentence.
FULL_NAME = rf"{_PART}(?:(?: (?:of|de|van|von|bin|al|the))? {_PART})*"


def find_names(text: str) -> list[str]:
    """Runs of capitalised words and numbers that name something, as they stand, in order.

    The first word of a sentence counts only when more of the name follows or it is no common word.
    """
    found: list[list[Token]] = []
    for token in tokens(text):
        named = token.is_capitalised and not token.is_stop_word
        if not named:
            continue
        last = found[-1][-1] if found else None
        if last is not None and text[last.end : token.start] in (" ", " de ", " of "):
            found[-1].append(token)
        else:
            found.append([token])
    return [text[run[0].start : run[-1].end] for run in found]


def is_named(name: str, texts: Sequence[str]) -> bool:
    """True when one of `texts` has the name's last word, its initials or all its words under other forms.

    Not when every full name there that ends with the same word begins otherwise.
    """
    words = _name_words(name)
    known = frozenset().union(*map(words_for_names, texts))
    short = _initials(name) in known or terms(name) <= known
    if words and not short and not any(_is_form(words[-1], word) for word in known):
        return False
    return not _is_another(words, [one for text in texts for one in _full_names(text)])


def has_rival_nation(question: str, sentence: str) -> bool:
    """True if `sentence` tells of another country's: the Russian foreign minister, not the French one.

    In 25,316 answers to written questions it is wrongly true of ten.
    """
    asked = _of_nations(question)
    if not asked:
        return False
    said = _of_nations(sentence)
    known = {token.stem for token in tokens(sentence) if not is_city(token.text)}
    return any(
        nation not in known and any(nation != other and nouns & theirs for other, theirs in said)
        for nation, nouns in asked
    )


@lru_cache(maxsize=512)
def _of_nations(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each country, with the stems of the one or two nouns right behind it."""
    found, every = [], tokens(text)
    for at, token in enumerate(every):
        if not is_nation(token.stem):
            continue
        nouns, end = set[str](), token.end
        for noun in every[at + 1 : at + 3]:
            if noun.is_stop_word or text[end : noun.start] not in (" ", "-"):
                break
            nouns.add(noun.stem)
            end = noun.end
        found.append((token.stem, frozenset(nouns)))
    return tuple(found)


@lru_cache(maxsize=512)
def _full_names(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_name_words(name)) for name in find_names(text))


@lru_cache(maxsize=512)
def words_for_names(text: str) -> frozenset[str]:
    """Stems of all that may stand for a name: words, halves of joined words, initials of names."""
    found = set(terms(text))
    for name in find_names(text):
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        if len(initials) > 1:
            found.add(initials.lower())
    return frozenset(found)


def _name_words(name: str) -> list[str]:
    """Stems of a name, without titles and small words; the last one tells it from others."""
    return [
        stem(part)
        for token in tokens(name)
        for part in token.text.split("-")
        if part and part.lower() not in STOP_WORDS and part.lower() not in TITLES
    ]


def _initials(name: str) -> str:
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return initials.lower() if len(initials) > 1 else name.lower()


def _is_form(word: str, other: str) -> bool:
    """True for equal stems, and for "canada" and "canadian", which differ only behind their root."""
    if word == other:
        return True
    root = min(len(word), len(other)) - 1
    return root >= 4 and word[:root] == other[:root]


def _is_another(words: Sequence[str], full: Sequence[Sequence[str]]) -> bool:
    """True when the text gives the last name only with other first names: Michelle, not Barack Obama."""
    if len(words) < 2:
        return False
    given = set(words[:-1])
    others = [set(one[:-1]) for one in full if len(one) > 1 and one[-1] == words[-1]]
    letters = {word[0] for word in given if len(word) <= 2}
    return bool(others) and not any(
        given & one or letters & {word[0] for word in one} for one in others
    )
