"""Words of a text: tokens with offsets, and the stems by which question and text are compared.

A text in another script still gives its words.
"""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

from bot.english.aliases import BUILT_IN, Aliases
from bot.english.lexicon import STOP_WORDS
from index.errors import SettingsError

_TOKEN = re.compile(r"\w+(?:[.,'’-]\w+)*")
_POSSESSIVE = re.compile(r"(?:'s|’s|['’])$")
_STEMMER = snowballstemmer.stemmer("english")
# The stemmer keeps the word it works on in itself: two threads at once would mix theirs up.
_STEMMING = threading.Lock()
_aliases = Aliases(BUILT_IN)
_own: str | None = None  # the file that `use_aliases` has read, "" for none


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands, with its place in the text."""

    text: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        """See `stem`."""
        return stem(self.text)

    @property
    def is_stop_word(self) -> bool:
        """True for words that carry no topic; an alias in capitals, such as "US", does carry one."""
        return self.text.lower() in STOP_WORDS and self.text not in _aliases.capitals

    @property
    def is_capitalised(self) -> bool:
        """True for "Assad", and for "al-Assad"."""
        return self.text[0].isupper() or re.match(r"(?:al|el|bin|ibn)-[A-Z]", self.text) is not None


def use_aliases(own: str) -> None:
    """Use the aliases of the file `own` too, or only the built-in ones for "". Raises SettingsError.

    Call it before the first question: words are cached by text, so a process has one set of aliases.
    """
    global _aliases, _own
    if _own not in (None, own):
        raise SettingsError(
            f"BYLINE_ALIASES={own}: this process already uses {_own or 'the built-in aliases'}; expected one"
            " set for all engines of a process; open this one in another process"
        )
    if own and _own is None:
        _aliases = Aliases(BUILT_IN, Path(own))
        stem.cache_clear()
        terms.cache_clear()
    _own = own


def is_nation(word: str) -> bool:
    """True for the stem of a country's name, which is also that of the people who live there."""
    return word in _aliases.nations


def is_city(word: str) -> bool:
    """True for a city that stands for its country, such as "Paris"."""
    return word.lower() in _aliases.cities


def tokens(text: str) -> list[Token]:
    """The words of `text`, in order."""
    return [Token(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Lower-cased, without possessive, stemmed (Snowball English); short forms of a name give one stem."""
    plain = _POSSESSIVE.sub("", word)
    same = _aliases.capitals.get(plain) or _aliases.words.get(plain.lower())
    if same:
        return same
    with _STEMMING:
        return str(_STEMMER.stemWord(plain.lower()))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return _stems(tokens(text))


@lru_cache(maxsize=4096)
def terms(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, names of several words counted under their short form too."""
    words = tokens(text)
    found = set(_stems(words))
    found |= _aliases.cities.intersection(token.text.lower() for token in words)
    found |= set(_of_phrases(text))
    for token in words:
        if "-" in token.text:
            found |= {
                stem(part) for part in token.text.split("-") if part and part not in STOP_WORDS
            }
    return frozenset(found)


def _stems(words: Sequence[Token]) -> list[str]:
    return [token.stem for token in words if not token.is_stop_word]


def search_words(question: str) -> list[str]:
    """The words of a question to look up in a full-text index, in order, without repeats."""
    words = [t.text for t in tokens(question) if not t.is_stop_word]
    words = words or [t.text for t in tokens(question)]
    parts = [part for word in words for part in re.findall(r"\w+", _POSSESSIVE.sub("", word))]
    return list(dict.fromkeys(part.lower() for part in parts + _of_phrases(question)))


def _of_phrases(text: str) -> list[str]:
    """The short names for the aliases of several words that `text` contains."""
    return [short for phrase, short in _aliases.phrases.items() if phrase.search(text)]
