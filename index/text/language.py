"""The language of a text, by its script and its commonest words, for lists and reports only.

It does not know dialects; a short or mixed text has no language.
"""

import re
from collections import Counter

# Some of the commonest words that few other languages have.
_WORDS = {
    "en": "the and of to in that was for on with is said by from at has have were which this",
    "de": "der die und das den von mit ist nicht auf ein eine im dem zu sich wurde auch nach für",
    "fr": "le la les des et est que pour dans une du au qui sur par pas avec il ont été",
    "es": "el la los las que de en por una con del se un para su al no es lo como",
    "pt": "que de os as um uma para com em do da no na se não dos das ao por foi",
    "it": "il che di la per un una del con non della in è si dei le da sono nel ha",
    "nl": "de het een van en dat op te met niet is in voor zijn er aan ook door om naar",
    "sv": "och att det som en av till med den inte är på för har ett om från var de i",
    "da": "og det som en af til med den ikke er på for har et om fra var blev af der",
    "nb": "og det som en av til med den ikke er på for har et om fra var ble av seg",
    "fi": "ja on ei se oli että kun mutta hän ovat myös joka sen mukaan hänen ole",
    "pl": "na do nie jest przez od po za oraz się że to jak ale który były ma dla jego",
    "cs": "se je do pro ve za po od to že byl který jsou také ale jako jeho podle",
    "hu": "az hogy nem is egy meg de volt csak ki és a van már még ezt szerint",
    "ro": "de la pe cu din care nu un este pentru și în că mai au fost sau după",
    "tr": "ve bir bu da de ile olarak daha ne en için gibi olan kadar sonra çok",
}
_LANGUAGES: dict[str, list[str]] = {}
for _code, _common in _WORDS.items():
    for _word in set(_common.split()):
        _LANGUAGES.setdefault(_word, []).append(_code)
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000
# So many words must be common ones, so many in all, and so much more than in the second language.
_SHARE, _LEAST, _AHEAD = 0.12, 5, 1.2


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, or "" when it does not show one."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    for code, script in _SCRIPTS:
        # Japanese has few letters of its own among Chinese ones
        if letters and len(script.findall(sample)) > letters * (0.1 if code == "ja" else 0.5):
            return "uk" if code == "ru" and _UKRAINIAN.search(sample) else code
    words = [word.lower() for word in _WORD.findall(sample)]
    counts = Counter(code for word in words for code in _LANGUAGES.get(word, ()))
    (first, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
    enough = most >= max(_LEAST, _SHARE * len(words)) and most >= _AHEAD * second
    return first if enough else ""
