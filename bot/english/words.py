"""Words of a text: tokens with offsets, stems, and the names and numbers in it.

Rules for English; a text in another script still gives its words. It knows nothing of articles.
"""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can
    could did do does doing during for from had has have having he her here hers him his how i
    if in into is it its itself just let me more most must my no nor not of off on once only or
    other our out over own same say said says she should so some such tell than that the their
    them then there these they this those through to too under until up us very was we were what
    when where which while who whom whose why will with would you your please know many much
    long does did isn't wasn't didn't""".split()
)
# The same thing under other names, so that a question in one set of words meets a text in the other.
_SAME = {
    name: same
    for same, names in {
        "isis": "isil daesh",
        "uk": "britain british u.k",
        "us": "america american u.s usa washington",
        "russia": "russian moscow kremlin",
        "france": "french paris",
        "germany": "german berlin",
        "syria": "syrian",
        "turkey": "turkish",
        "iraq": "iraqi",
        "iran": "iranian",
        "israel": "israeli",
        "ukraine": "ukrainian",
        "china": "chinese beijing",
        "japan": "japanese tokyo",
        "egypt": "egyptian",
        "spain": "spanish",
        "italy": "italian",
        "un": "u.n",
    }.items()
    for name in (same, *names.split())
}
NATIONS = frozenset(_SAME.values()) - {"isis", "un"}  # stems of countries and who lives there
_PHRASES = {
    re.compile(rf"\b{phrase}\b", re.IGNORECASE): same
    for phrase, same in (
        ("islamic state", "isis"),
        ("united nations", "un"),
        ("united states", "us"),
        ("united kingdom", "uk"),
        ("group of (?:20|twenty)|g-20", "g20"),
    )
}
# Capitals are not the country when the question or the text names the place itself.
_PLACES = frozenset({"washington", "moscow", "paris", "berlin", "beijing", "tokyo"})
# Patterns of the words of a figure and of a date.
COUNT = (
    r"(?:\d+(?:[.,]\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|several|dozens|hundreds?|thousands?|millions?|billions?|a few)"
)
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TOKEN = re.compile(r"\w+(?:[.,'’-]\w+)*")
_POSSESSIVE = re.compile(r"(?:'s|’s|['’])$")
_STEMMER = snowballstemmer.stemmer("english")
# The stemmer keeps the word it works on in itself: two threads at once would mix theirs up.
_STEMMING = threading.Lock()


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
        """True for words that carry no topic; "US" and "IS" in capitals do carry one."""
        return self.text.lower() in STOP_WORDS and self.text not in {"US", "IS"}

    @property
    def is_capitalised(self) -> bool:
        """True for "Assad", and for "al-Assad"."""
        return self.text[0].isupper() or re.match(r"(?:al|el|bin|ibn)-[A-Z]", self.text) is not None


def tokens(text: str) -> list[Token]:
    """The words of `text`, in order."""
    return [Token(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Lower-cased, without possessive, stemmed (Snowball English); short forms of a name give one stem."""
    plain = "isis" if word == "IS" else _POSSESSIVE.sub("", word).lower()
    if plain in _SAME:
        return _SAME[plain]
    with _STEMMING:
        return str(_STEMMER.stemWord(plain))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [token.stem for token in tokens(text) if not token.is_stop_word]


@lru_cache(maxsize=4096)
def terms(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning, names of several words counted under their short form too."""
    found = set(stems(text))
    found |= {token.text.lower() for token in tokens(text) if token.text.lower() in _PLACES}
    found |= {same for phrase, same in _PHRASES.items() if phrase.search(text)}
    for token in tokens(text):
        if "-" in token.text:
            found |= {
                stem(part) for part in token.text.split("-") if part and part not in STOP_WORDS
            }
    return frozenset(found)


def search_words(question: str) -> list[str]:
    """The words of a question to look up in a full-text index, in order, without repeats."""
    words = [t.text for t in tokens(question) if not t.is_stop_word]
    words = words or [t.text for t in tokens(question)]
    short = [same for phrase, same in _PHRASES.items() if phrase.search(question)]
    parts = [part for word in words for part in re.findall(r"\w+", _POSSESSIVE.sub("", word))]
    return list(dict.fromkeys(part.lower() for part in parts + short))


def names(text: str) -> list[str]:
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


def numbers(text: str) -> list[str]:
    """Figures in digits, with thousands separators removed."""
    return [found.replace(",", "") for found in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)]
