"""Another word of the same shape: a figure for a figure, a month for a month, a name for a name.

Chooses by rule what is swapped, the same on every run. Knows nothing of files.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_SERIES = tuple(
    tuple(row.split())
    for row in (
        "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
        "January February March April May June July August September October November December",
        "two three four five six seven eight nine ten eleven twelve",
        "hundred thousand million billion",
    )
)
# Invented, so that no article has them.
_NAMES = "Marlow Tarrant Ostwick Pellham Corvane Lindry Hasmere Quillen Drovane Wexbury".split()
_WORD = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_NAME = 3  # letters; "Mr" and "Al" are no names by themselves


@dataclass(frozen=True, slots=True)
class Swap:
    """Words and what stands for each from now on: `old` and `new` are of one length."""

    old: tuple[str, ...]
    new: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' '.join(self.old)} → {' '.join(self.new)}"


def find_swap(accepted: Sequence[str], asked: str, text: str) -> Swap | None:
    """What to swap in `text` so that the first of the `accepted` answers that can be is another one.

    A figure or a word of a series (a weekday, a month, a number written out) goes before a name: capitalised
    words in a row that `text` never has in lower case. Words of the question `asked` stay. None where nothing
    can be swapped.
    """
    known = {word.casefold() for word in _WORD.findall(f"{asked} {text}")}
    written = set(_WORD.findall(text))
    fixed = {word.casefold() for word in _WORD.findall(asked)}
    for answer in accepted:
        words = [word for word in _WORD.findall(answer) if word in written]
        free = [word for word in words if word.casefold() not in fixed]
        for old in free:
            if new := next((one for one in _others(old) if one.casefold() not in known), None):
                return Swap((old,), (new,))
        if name := _name(free, answer, written):
            fresh = [one for one in _NAMES if one.casefold() not in known]
            if len(fresh) < len(name):
                continue
            pairs = zip(name, fresh[: len(name)], strict=True)
            return Swap(name, tuple(new.upper() if old.isupper() else new for old, new in pairs))
    return None


def _others(word: str) -> Iterator[str]:
    """Words of the same shape, the nearest first; none for a word that is neither figure nor of a series."""
    for series in _SERIES:
        if word in series:
            at = series.index(word)
            yield from (*series[at + 1 :], *series[:at])
    if not word[0].isdigit():
        return
    if _YEAR.fullmatch(word):
        yield from (str(int(word) - n) for n in range(3, 30))
    elif word.isdecimal() and int(word) <= 31:  # it may be the day of a month
        # as many digits, so that a figure stays about as likely as it was
        least, most = (10, 30) if len(word) == 2 else (2, 10)
        yield from (str(n) for n in range(least, most) if str(n) != word)
    else:
        yield from (f"{(int(word[0]) + n - 1) % 9 + 1}{word[1:]}" for n in range(1, 9))


def _name(free: Collection[str], answer: str, written: Collection[str]) -> tuple[str, ...]:
    """The first row of capitalised words of `answer` that may be swapped; () without one."""
    row: list[str] = []
    for word in _WORD.findall(answer):
        long = len(word) >= _SHORTEST_NAME and word[0].isupper()
        if long and word in free and word.lower() not in written:
            row += [] if word in row else [word]
        elif row:
            break
    return tuple(row)
