"""Which encoding with one byte per letter gives a text in a European language.

Neighbours such as Windows-1252 and 1250 decode any bytes, to other letters. The one is taken whose letters
one language has, where that language puts them. This module knows no alphabet but the Latin one.
"""

import re
from collections import Counter
from typing import NamedTuple

_WESTERN = ("cp1252", "mac_roman", "cp850")
_CENTRAL = ("cp1250", "iso8859_2", "mac_latin2", "cp852")
_TURKISH = ("cp1254", "mac_turkish", "cp857")
_BALTIC = ("cp1257", "iso8859_4", "cp775")
# The encodings of old systems are rare, so others with as good a score go before them.
_USUAL = {"cp1252": 0.02, "cp1250": 0.01, "cp1254": 0.01, "cp1257": 0.01, "iso8859_2": 0.0}
_RARE = -0.05


class _Language(NamedTuple):
    """Its letters beyond a to z, some of its commonest words in ASCII, and its usual encodings."""

    letters: str
    words: str
    encodings: tuple[str, ...]


_ENGLISH = "the and of to in that was for on with"
_LANGUAGES = (
    _Language("éèêëïöüñçàáåí", _ENGLISH, _WESTERN),
    _Language("äöüß", "der die und das den von mit ist nicht auf", _WESTERN),
    _Language("àâæçéèêëîïôœùûüÿ", "le la les des et est que pour dans une", _WESTERN),
    _Language("áéíñóúüªº", "el la los las que de en por una con", _WESTERN),
    _Language("áâãàçéêíóôõúü", "que de os as um uma para com em do", _WESTERN),
    _Language("àèéìíîòóù", "il che di la per un una del con non", _WESTERN),
    _Language("åäöé", "och att det som en av till med den inte", _WESTERN),
    _Language("æøåéöäü", "og det som en av til med den ikke er", _WESTERN),
    _Language("éëïèöüç", "de het een van en dat op te met niet", _WESTERN),
    _Language("äöåšž", "ja on ei se oli etta kun mutta hän", _WESTERN),
    _Language("áðéíóúýþæö", "og er sem til um var fyrir me en hann", (*_WESTERN, "mac_iceland")),
    _Language("äõöüšž", "ja on ei et see oli kui aga mis ka", ("cp1252", *_BALTIC)),
    _Language("ąćęłńóśźż", "na do nie jest przez od po za oraz w", _CENTRAL),
    _Language("áčďéěíňóřšťúůýž", "na se je do pro ve za po od to", _CENTRAL),
    _Language("áäčďéíĺľňóôŕšťúýž", "na sa je do pre vo za po od to", _CENTRAL),
    _Language("áéíóöőúüű", "az hogy nem is egy meg de volt csak ki", _CENTRAL),
    _Language("ăâîşţ", "de la pe cu din care nu un este pentru", _CENTRAL),
    _Language("čćđšž", "je na da se su za od ne bi koji", _CENTRAL),
    _Language("čšžćđ", "je in na se za da so po iz ki", _CENTRAL),
    _Language("çğıöşüâîû", "ve bir bu da de ile olarak daha ne en", _TURKISH),
    _Language("ąčęėįšųūž", "ir kad yra su kaip tai bet per buvo jo", _BALTIC),
    _Language("āčēģīķļņšūž", "un ir ka no par uz ar bet to vai", _BALTIC),
)
_MARKS = "“”‘’„‚–—…€£§°«»©®™•·½¼¾²³¡¿´†‹›\N{NO-BREAK SPACE}"
# An accent between letters may be one of theirs, decoded wrongly: "na´ve" is neither "na" nor "ve".
_WORD = re.compile(r"[^\W\d_]+(?:´[^\W\d_]+)*")
_WORDS_OF_ONE = "ÀÁÅÉÈÍÓÖÚ"
_APOSTROPHES = "’‘´"


def latin_encoding(data: bytes) -> str:
    """The codec of `data`, a text in Latin letters that is not UTF-8; Windows-1252 when nothing tells."""
    best, most = "cp1252", float("-inf")
    decoded = {}
    for language in _LANGUAGES:
        for encoding in language.encodings:
            if encoding not in decoded:
                decoded[encoding] = _Sample(data.decode(encoding, errors="replace"))
            score = decoded[encoding].score(language) + _USUAL.get(encoding, _RARE)
            if score > most + 1e-9:
                best, most = encoding, score
    return best


class _Sample:
    """A decoded text: its letters and signs beyond ASCII, each with whether it is where it may be."""

    def __init__(self, text: str) -> None:
        self._letters, self._in_names = Counter[str](), Counter[str]()
        self._sound = self._odd = 0
        words = list(_WORD.finditer(text))
        names = {at for word in words if _is_name(word.group()) for at in range(*word.span())}
        for at, char in enumerate(text):
            if char < "\x80":
                continue
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            if char.isalpha() and not _is_odd(char, before, after):
                self._letters[char.lower()[0]] += 1
                self._in_names[char.lower()[0]] += at in names
            else:
                is_sound = char in _MARKS and not _is_misplaced(char, before, after)
                self._sound += is_sound
                self._odd += not is_sound
        self._words = Counter(word.group().lower() for word in words)
        self._count = max(1, self._words.total())

    def score(self, language: _Language) -> float:
        """How well the text is one in `language`: at most 1 for its letters, and 1 for its words.

        Or one in English with names of that language in it, of Iceland the fewest.
        """
        own = self._fit(self._letters, language) + self._share(language.words)
        english = self._fit(self._in_names, language) + self._share(_ENGLISH)
        return max(own, english - 0.1 * ("þ" in language.letters))

    def _fit(self, places: Counter[str], language: _Language) -> float:
        """How many of the letters are those of `language`, counted in `places`; others count against it."""
        known = sum(count for char, count in places.items() if char in language.letters)
        letters = self._letters.total()
        beyond = max(1, letters + self._sound + self._odd)
        return (known + self._sound - 2 * (letters - known + self._odd)) / beyond

    def _share(self, words: str) -> float:
        return min(1.0, 5 * sum(self._words[word] for word in words.split()) / self._count)


def _is_name(word: str) -> bool:
    return len(word) > 2 and word[0].isupper() and not word.isascii()


def _is_odd(char: str, before: str, after: str) -> bool:
    """True for a capital where every word has a small letter, or alone where no language has it."""
    if not char.isupper():
        return False
    is_alone = not before.isalpha() and not after.isalpha()
    is_within = before.islower() or (before.isupper() and after.islower())
    return is_within or (is_alone and char not in _WORDS_OF_ONE)


def _is_misplaced(char: str, before: str, after: str) -> bool:
    """True for a sign within a word, or for one before a letter or a sign that it never stands before."""
    if before.isalpha() and after.isalpha():
        return char not in _APOSTROPHES
    if char == "£":
        return after.isalpha()
    return char in "©®" and after != "" and (after.islower() or after in _MARKS)
