"""The language of a question or an article where it is not English, and the stems of its words.

It decides by the frequent small words, of which every sentence has some; the classifier is asked
only about texts that have few English ones, because it takes long to load.
"""

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from stop_words import get_stop_words

from index.text.language import language_of

SAMPLE = 2_000  # characters of an article that show its language
# Share of English small words from which a text is English (news in other languages has 0.05), and of a
# language's own that a text in it has.
LEAST_ENGLISH, LEAST_OWN = 0.12, 0.15
ENGLISH = frozenset(
    """a about after again all also am an and any are as at be because been before being but by can could did
    do does doing during for from had has have having he her here him his how i if in into is it its just
    know many me more most much must my no nor not of off on once only or other our out over own said same
    say she should so some such than that the their them then there these they this those through to too
    under until up us very was we were what when where which while who whom whose why will with would you
    your""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")
_POSSESSIVE = re.compile(r"['’]s\b")
# The words that ask, which the lists of small words lack.
ASKING = frozenset(
    """cuánto cuánta cuántos cuántas quién quiénes qué dónde cuándo cómo cuál cuáles cuanto cuantos quien
    combien comment pourquoi où quand qui quel quelle quels quelles wieviel wieviele viele wie wer wen wem
    wo wohin woher wann warum weshalb welche welcher welches quanto quanta quanti quante chi dove quando
    perché quale quali hoeveel wat waar wanneer waarom hoe welke quantos quantas quem onde como qual quais
    hur många mycket vem var när varför vilken vilka hvor mange hvem hvornår hvorfor hvilken hvilke ile kto
    gdzie kiedy dlaczego jak jaki która który kim сколько кто где когда почему как какой какая какие kaç
    nerede zaman neden nasıl hangi montako kuka missä milloin miksi hány hol mikor miért kolik kdo kde kdy
    proč câți câte cine unde când""".split()
)
_STEMMING = threading.Lock()  # a stemmer keeps the word it works on in itself


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its ISO 639-1 code, its English name, and the algorithm of its stems, "" for none."""

    code: str
    name: str
    algorithm: str

    @property
    def has_spaces(self) -> bool:
        """False for a language that writes its words without spaces, whose words cannot be separated."""
        return self.code not in _UNSPACED

    @property
    def small_words(self) -> frozenset[str]:
        """Articles, pronouns, auxiliaries and the like, in lower case."""
        return _small_words(self.code) if self.has_spaces else frozenset()

    def stem(self, word: str) -> str:
        """The stem of a word (Snowball), or the word, in lower case."""
        if not self.algorithm:
            return word.lower()
        with _STEMMING:
            return str(_stemmer(self.algorithm).stemWord(word.lower()))

    def words(self, text: str) -> list[str]:
        """The words and figures that carry meaning, in order."""
        small = self.small_words | ASKING
        return [one for one in _TOKEN.findall(text) if one.lower() not in small]

    def stems(self, text: str) -> list[str]:
        """The stems of these words, without accents."""
        return [_folded(self.stem(one)) for one in self.words(text)]


def _language(code: str, name: str, algorithm: str = "") -> tuple[str, Language]:
    return code, Language(code, name, algorithm)


# Those with a list of small words; Chinese, Japanese and Thai have no spaces, and are only recognised.
LANGUAGES = dict(
    [
        _language("ar", "Arabic", "arabic"),
        _language("bg", "Bulgarian"),
        _language("ca", "Catalan", "catalan"),
        _language("cs", "Czech", "czech"),
        _language("da", "Danish", "danish"),
        _language("de", "German", "german"),
        _language("el", "Greek", "greek"),
        _language("es", "Spanish", "spanish"),
        _language("fa", "Persian", "persian"),
        _language("fi", "Finnish", "finnish"),
        _language("fr", "French", "french"),
        _language("he", "Hebrew"),
        _language("hi", "Hindi", "hindi"),
        _language("hu", "Hungarian", "hungarian"),
        _language("id", "Indonesian", "indonesian"),
        _language("it", "Italian", "italian"),
        _language("nb", "Norwegian", "norwegian"),
        _language("nl", "Dutch", "dutch"),
        _language("pl", "Polish", "polish"),
        _language("pt", "Portuguese", "portuguese"),
        _language("ro", "Romanian", "romanian"),
        _language("ru", "Russian", "russian"),
        _language("sk", "Slovak"),
        _language("sv", "Swedish", "swedish"),
        _language("tr", "Turkish", "turkish"),
        _language("uk", "Ukrainian"),
        _language("vi", "Vietnamese"),
    ]
)
_UNSPACED = dict([_language("ja", "Japanese"), _language("th", "Thai"), _language("zh", "Chinese")])


def text_language(text: str) -> Language | None:
    """The language of a text, or None for English and for what shows no language."""
    return _written(text[:SAMPLE])


def question_language(question: str) -> Language | None:
    """The language of a question, or None for English and for what may be English.

    A few names or key words show no language: a question in another has a word that asks and another small
    one, or is long enough for the classifier to be sure.
    """
    words = _small_candidates(question)
    every = len(_WORD.findall(question))
    english = sum(word in ENGLISH for word in words)
    if not every or 3 * english > every:
        return None
    counts = {code: len(words & (one.small_words | ASKING)) for code, one in LANGUAGES.items()}
    if question.isascii() and not any(counts.values()):
        return None  # before the classifier is loaded
    found = language_of(question)
    if found in _UNSPACED:
        return _UNSPACED[found]
    if found in counts and counts[found] > english:
        return LANGUAGES[found]
    best = max(counts, key=lambda code: len(words & LANGUAGES[code].small_words))
    asks = counts[best] > 1 + english and not words.isdisjoint(ASKING)
    is_clear = asks or (counts[best] > 0 and not _LATIN.search(question))
    return LANGUAGES[best] if is_clear else None


def _small_candidates(question: str) -> frozenset[str]:
    """The words that may be small words: not names, not single letters such as the "s" of "Pell's"."""
    words = _WORD.findall(_POSSESSIVE.sub("", question))
    return frozenset(
        word.lower()
        for n, word in enumerate(words)
        if len(word) > 1 and (n == 0 or not word[0].isupper())
    )


@lru_cache(maxsize=4096)
def _written(text: str) -> Language | None:
    words = [word.lower() for word in _WORD.findall(text)]
    if _share(words, ENGLISH) >= LEAST_ENGLISH:
        return None
    code = language_of(text)
    if code in _UNSPACED:
        return _UNSPACED[code]
    found = LANGUAGES.get(code)
    return found if found and _share(words, found.small_words) >= LEAST_OWN else None


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _share(words: Sequence[str], small: frozenset[str]) -> float:
    return sum(word in small for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=64)
def _small_words(code: str) -> frozenset[str]:
    return frozenset(word.lower() for word in get_stop_words(code))


@lru_cache(maxsize=64)
def _stemmer(algorithm: str) -> "snowballstemmer.SnowballStemmer":
    return snowballstemmer.stemmer(algorithm)
