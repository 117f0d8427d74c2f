"""Which encoding with one byte per letter gives a text in a European language.

Neighbours such as Windows-1252 and 1250 decode any bytes, to other letters. The one is taken whose letters
one language has, where that language puts them. This module knows no alphabet but the Latin one.
"""

import re
from collections import Counter
from typing import NamedTuple

_WESTERN, _CENTRAL = ("cp1252", "mac_roman"), ("cp1250", "iso8859_2")


class _Language(NamedTuple):
    """Its letters beyond a to z, some of its commonest words in ASCII, and its usual encodings."""

    letters: str
    words: str
    encodings: tuple[str, ...]


_LANGUAGES = (
    _Language("éèêëïöüñçàáåí", "the and of to in that was for on with", _WESTERN),
    _Language("äöüß", "der die und das den von mit ist nicht auf", _WESTERN),
    _Language("àâæçéèêëîïôœùûüÿ", "le la les des et est que pour dans une", _WESTERN),
    _Language("áéíñóúüªº", "el la los las que de en por una con", _WESTERN),
    _Language("áâãàçéêíóôõúü", "que de os as um uma para com em do", _WESTERN),
    _Language("àèéìíîòóù", "il che di la per un una del con non", _WESTERN),
    _Language("åäöé", "och att det som en av till med den inte", _WESTERN),
    _Language("æøåéöäü", "og det som en av til med den ikke er", _WESTERN),
    _Language("éëïèöüç", "de het een van en dat op te met niet", _WESTERN),
    _Language("äöåšž", "ja on ei se oli etta kun mutta hän", _WESTERN),
    _Language("áðéíóúýþæö", "og er sem til um var fyrir me en hann", _WESTERN),
    _Language("äõöüšž", "ja on ei et see oli kui aga mis ka", ("cp1252", "cp1257")),
    _Language("ąćęłńóśźż", "na do nie jest przez od po za oraz w", _CENTRAL),
    _Language("áčďéěíňóřšťúůýž", "na se je do pro ve za po od to", _CENTRAL),
    _Language("áäčďéíĺľňóôŕšťúýž", "na sa je do pre vo za po od to", _CENTRAL),
    _Language("áéíóöőúüű", "az hogy nem is egy meg de volt csak ki", _CENTRAL),
    _Language("ăâîşţ", "de la pe cu din care nu un este pentru", _CENTRAL),
    _Language("čćđšž", "je na da se su za od ne bi koji", _CENTRAL),
    _Language("çğıöşüâîû", "ve bir bu da de ile olarak daha ne en", ("cp1254",)),
    _Language("ąčęėįšųūž", "ir kad yra su kaip tai bet per buvo jo", ("cp1257",)),
    _Language("āčēģīķļņšūž", "un ir ka no par uz ar bet to vai", ("cp1257",)),
)
_MARKS = "“”‘’„‚–—…€£§°«»©®™•·½¼¾²³¡¿´†‹›\N{NO-BREAK SPACE}"
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = "’‘´"


def latin_encoding(data: bytes) -> str:
    """The codec of `data`, a text in Latin letters that is not UTF-8; Windows-1252 when nothing tells."""
    best, most = "cp1252", float("-inf")
    decoded = {}
    for language in _LANGUAGES:
        for encoding in language.encodings:
            if encoding not in decoded:
                decoded[encoding] = _Sample(data.decode(encoding, errors="replace"))
            score = decoded[encoding].score(language)
            if score > most + 1e-9 or (score > most - 1e-9 and encoding == "cp1252"):
                best, most = encoding, score
    return best


class _Sample:
    """A decoded text: its letters and signs beyond ASCII, each with whether it is where it may be."""

    def __init__(self, text: str) -> None:
        self._letters = Counter[str]()
        self._sound = self._odd = 0
        for at, char in enumerate(text):
            if char < "\x80":
                continue
            before, after = text[at - 1 : at], text[at + 1 : at + 2]
            if char.isalpha() and not (char.isupper() and before.islower()):
                self._letters[char.lower()[0]] += 1
            elif char in _MARKS and not (
                before.isalpha() and after.isalpha() and char not in _APOSTROPHES
            ):
                self._sound += 1
            else:
                self._odd += 1
        self._words = Counter(word.lower() for word in _WORD.findall(text))
        self._count = max(1, self._words.total())

    def score(self, language: _Language) -> float:
        """How well the text is one in `language`: at most 1 for its letters, and 1 for its words."""
        known = sum(count for char, count in self._letters.items() if char in language.letters)
        letters = self._letters.total()
        beyond = max(1, letters + self._sound + self._odd)
        fit = (known + self._sound - 2 * (letters - known + self._odd)) / beyond
        common = sum(self._words[word] for word in language.words.split())
        return fit + min(1.0, 5 * common / self._count)
