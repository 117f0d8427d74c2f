"""Whether a text contains a word or name exactly as asked, and under the short form of a person's name."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.english.lexicon import OPENERS, STOP_WORDS, TITLES
from index.text.article import Span

_LED = re.compile(r"^(?:the (?:word|name|phrase|term) |the |an? )", re.IGNORECASE)
_ARTICLES = frozenset("the a an this that these those of no any every their our its".split())
# Words that begin the names of places: "Mexico" is not short for "New Mexico".
_OF_PLACES = frozenset(
    """new old north south east west northern southern eastern western central united saint st san santa los
    las lake mount fort cape port upper lower great greater grand""".split()
)
_BEFORE = re.compile(r"([\w.’'-]+)[ \n]\Z")
_AFTER = re.compile(r"[ \n-][A-Z]")
_WORD_BEFORE = re.compile(r"\w")
# Beyond ASCII, but for the dashes and quotation marks of which every article is full.
_FOREIGN = re.compile(r"[^\x00-\x7f\u2010-\u2027]")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words to look for: all of `parts`, or any of them; with `inflected` also in their other forms."""

    text: str
    parts: tuple[str, ...]
    every: bool = True
    inflected: bool = False

    @classmethod
    def of(cls, subject: str) -> "Wording":
        """The words of a subject: "Obama and Assad" are two, and both are looked for."""
        plain = _LED.sub("", subject.strip(" .?!").strip("“”\"'‘’"))
        either = re.split(r",? or ", plain)
        if len(either) > 1:
            return cls(plain, tuple(map(_bare, either)), every=False)
        return cls(plain, tuple(_bare(part) for part in re.split(r", (?:and )?| and ", plain)))

    def found(self, part: str, text: str) -> list[Span]:
        """Where `text` contains `part` as whole words."""
        return [Span(*one.span()) for one in _matches(part, _folded(text), self.inflected)]

    def holds(self, text: str) -> bool:
        """True if `text` contains what is looked for."""
        folded = _folded(text)
        hits = (any(_matches(part, folded, self.inflected)) for part in self.parts)
        return all(hits) if self.every else any(hits)

    @property
    def last_name(self) -> str:
        """The last word of a name of several words, else ""; a place has none."""
        words = self.parts[0].split() if len(self.parts) == 1 else []
        is_name = len(words) > 1 and all(word[0].isupper() for word in words)
        is_person = is_name and words[0].lower().rstrip(".") not in _ARTICLES | _OF_PLACES
        return words[-1] if is_person else ""


def stands_alone(name: str, last: str, text: str) -> bool:
    """True if `last` stands in `text` for the person called `name`, without the first name.

    Not behind "the", not as part of another name, and not where somebody else of that name is in the text.
    """
    text = _folded(text)
    given = {word.lower() for word in _folded(name).split()[:-1]}
    alone = False
    for match in _matches(last, text):
        before = _BEFORE.search(text, max(0, match.start() - 40), match.start())
        word = before[1] if before else ""
        low = word.lower().rstrip(".")
        if low in _ARTICLES:
            return False
        if word[:1].isupper() and low not in TITLES | STOP_WORDS | OPENERS | given:
            return False  # Michelle Obama
        alone = alone or (low not in given and not _AFTER.match(text, match.end()))
    return alone


def _bare(part: str) -> str:
    return _LED.sub("", part.strip().strip("“”\"'‘’"))


def _matches(part: str, folded: str, inflected: bool = False) -> Iterator[re.Match[str]]:
    """Where the folded text contains `part` as whole words, in order.

    What stands in front of a match is looked at here: a pattern that begins with a letter is found several
    times as fast as one that begins with a condition.
    """
    pattern, at = _pattern(part, inflected), 0
    while match := pattern.search(folded, at):
        begin = match.start()
        if _WORD_BEFORE.match(folded[max(0, begin - 1) : begin]):
            at = begin + 1
        else:
            yield match
            at = match.end()


@lru_cache(maxsize=64)
def _pattern(part: str, inflected: bool) -> re.Pattern[str]:
    """Words in a row; a word typed with capitals has them in the text too: "Bush" is not "bush"."""
    words = re.findall(r"\w+", _folded(part))
    spelled = r"\W{1,3}".join(_spelled(word, inflected) for word in words)
    return re.compile(rf"{spelled}(?!\w)" if words else r"(?!)")


def _spelled(word: str, inflected: bool) -> str:
    if word.islower() and inflected and len(word) > 3:
        # "arrest", "arrested"
        plain = word.removesuffix("s")
        base = plain.removesuffix("e")
        # without its "e" a word may be another: "note", "not"
        ends = "(?:s|es|ed|ing)?" if base == plain else "(?:e|es|ed|ing)"
        return rf"(?i:{re.escape(base)}{ends})"
    if word.islower():
        # one or several of a thing: "balloon", "balloons"
        base = word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word
        return rf"(?i:{re.escape(base)}(?:e?s)?)"
    return rf"(?:{re.escape(word)}|{re.escape(word.upper())})"


def _folded(text: str) -> str:
    """Without accents, of the same length."""
    return text if text.isascii() else _FOREIGN.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    letter = found.group()
    return unicodedata.normalize("NFD", letter)[0] if letter.isalpha() else letter


def listed(parts: Sequence[str], word: str) -> str:
    """Quoted parts as in a sentence: “a”, “b” and “c”."""
    quoted = [f"“{part}”" for part in parts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {word} {quoted[-1]}"
