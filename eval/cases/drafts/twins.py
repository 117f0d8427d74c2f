"""Unanswerable twins: an answerable question with one name or date put in place of another of its kind.

No article may answer a twin: no sentence that holds what was put in has, with its neighbours, half of the
question's other words. Rules for English; what cannot be told by words alone a person has to see.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.english.clauses import CAPITAL, WHEN, WHO
from bot.english.words import MONTH, NATIONS, STOP_WORDS, WEEKDAY, stem, terms
from eval.cases.drafts.grounds import Grounds
from eval.cases.drafts.people import forms
from eval.cases.drafts.questions import Answerable
from eval.cases.drafts.shapes import is_country
from index.reading.articles import sha256_of

# Behind these a name is a person's or a place's own, and not part of a longer one.
_BEFORE = STOP_WORDS | frozenset("accuse blame tell urge warn order call ask used".split())
_PLACE = re.compile(
    rf"\b(?:in|near) (?!{MONTH}|{WEEKDAY})(?P<name>{CAPITAL}(?: {CAPITAL})?)(?=[.,;]| [a-z])"
)
_PEOPLE = re.compile(r"\w+(?:an|ish|ese|ch|qi|li|ni)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_MONTH = re.compile(rf"\b{MONTH}\b")
# What is left of a sentence that says one thing, without the day it begins or ends with.
_FIRST = re.compile(r",? [^,;:—“”\"]+(?:, and [^,;:—“”\"]+)?")
_LAST = re.compile(
    r"(?!.*\b(?:and|but|who|which|that|since|after|before|when|while|as|because|until|if|where)\b)"
    r"[^,;:—“”\"]+"
)
_LATE, _SHORT = re.compile(r"\b(?:29|30|31)\b"), "February April June September November".split()
_AT = re.compile(rf" (?P<when>{WHEN})\?$")


@dataclass(frozen=True, slots=True)
class Twin:
    """A question that no article answers, what stands in it, and what stood there in its original."""

    question: str
    put: str
    instead_of: str
    original: Answerable


class Twins:
    """Makes twins of the questions that the articles behind `grounds` answer."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        texts = [" ".join(article.text.split()) for article in grounds.articles]
        people = {found["who"] for text in texts for found in WHO.finditer(text)}
        self._people = _sorted(who for who in people if not who.endswith(("'s", "’s")))
        surnames = {who.split()[-1] for who in self._people}
        places = Counter(found["name"] for text in texts for found in _PLACE.finditer(text))
        places = Counter({name: n for name, n in places.items() if not surnames & {*name.split()}})
        words = {word for text in texts for word in re.findall(CAPITAL, text)}
        # a country's name goes in a country's place; of other places those that are told of as such twice
        self._kinds = (
            _sorted(filter(_is_people, words)),
            _sorted(name for name in places if is_country(name)),
            _sorted(name for name, n in places.items() if n > 1 and not _is_nation(name)),
        )

    def of(self, one: Answerable) -> Twin | None:
        """The first twin that no article seems to answer; None when there is none."""
        for old, new in self._swaps(one.question):
            twin = _swapped(one.question, old, new)
            others = terms(one.question) - terms(old) - terms(new)
            if not others or self._stands_there(one, new):
                continue
            if not self._grounds.may_answer(_told(new), others):
                return Twin(twin, new, old, one)
        return None

    def _stands_there(self, one: Answerable, new: str) -> bool:
        """True when a sentence that answers the original, or its answers, name what would be put in."""
        held = terms(one.question).union(*map(terms, one.answers))
        held = held.union(*(terms(" ".join(span.text.split())) for span in one.spans))
        return bool(_told(new) & held) if not _YEAR.search(new) else _told(new) <= held

    def _swaps(self, question: str) -> Iterator[tuple[str, str]]:
        """What might be put in place of what: dates, people, then peoples, countries and other places."""
        bare = re.sub(r"“[^“”]*”", lambda found: " " * len(found.group()), question)
        if found := _AT.search(bare):
            yield from ((found["when"], new) for new in _other_dates(found["when"]))
        for who in self._people:
            old = next((one for one in (who, who.split()[-1]) if _stands_alone(bare, one)), "")
            for new in self._turned(self._people, question) if old else ():
                if new.split()[-1] != who.split()[-1]:
                    yield old, new if old == who else forms(new)[-1]
        for kind in self._kinds:
            for old in kind:
                fits = _describes if kind is self._kinds[0] else _stands_alone
                for new in self._turned(kind, question) if fits(bare, old) else ():
                    if stem(new) != stem(old) and not ("Minister?" in bare and stem(new) == "us"):
                        yield old, new

    def _turned(self, names: list[str], question: str) -> list[str]:
        """The names, the half that is told of most first, in an order of the question's own."""
        often = sorted(names, key=lambda name: (-self._grounds.count(_told(name)), name))
        half = -(-len(often) // 2)
        return [*_shuffled(often[:half], question), *_shuffled(often[half:], question)]


def dated(one: Answerable) -> Answerable | None:
    """The question with the day or year that its sentence begins or ends with; None where there is no such.

    Only of one sentence that says one thing: else the day may be another thing's.
    """
    if len(one.spans) != 1 or one.tags[0] in ("when", "how-long") or "“" in one.question:
        return None
    sentence = " ".join(one.spans[0].text.split())
    found = list(re.finditer(rf"\b(?i:{WHEN})\b", sentence))
    if len(found) != 1 or not (_FIRST if found[0].start() == 0 else _LAST).fullmatch(
        sentence[: found[0].start()] + sentence[found[0].end() :]
    ):
        return None
    when = found[0].group()[0].lower() + found[0].group()[1:]
    if terms(when) & terms(" ".join((one.question, *one.answers))):
        return None
    return replace(one, question=f"{one.question[:-1]} {when}?", tags=(*one.tags, "dated"))


def _told(new: str) -> frozenset[str]:
    """The terms that tell what was put in: of a name its last word's."""
    return terms(new) if _YEAR.search(new) or _MONTH.search(new) else terms(new.split()[-1])


def _stands_alone(question: str, name: str) -> bool:
    """True when `name` stands in the question as a whole name: no title, no other name beside it."""
    found = re.search(rf"(\S+) (\S+) {re.escape(name)}(?![\w’'-]| {CAPITAL})", question)
    if found is None or found[2].lower() not in _BEFORE:
        return False
    return not (found[2] == "of" and found[1][0].isupper())  # "the University of Iowa"


def _describes(question: str, people: str) -> bool:
    """True when `people` says whose something is, or which country's minister is asked for."""
    if re.fullmatch(rf"Who is the {re.escape(people)} (?:\w+ )?Minister\?", question):
        return True
    found = re.search(rf"(\S+) {re.escape(people)}(?![\w’'-])((?: \S+){{0,2}})", question)
    # "the Syrian war" is known to be there, "the Turkish war" would be an odd thing to ask for
    return found is not None and found[1] != "the" and re.search(r"\b[A-Z]", found[2]) is None


def _swapped(question: str, old: str, new: str) -> str:
    twin = re.sub(rf"(?<![\w’'-]){re.escape(old)}(?![\w-])", lambda _: new, question)
    vowel = new[0] in "AEIO"  # "a Ukrainian jet", "an Egyptian jet"
    return re.sub(rf"\b([Aa])n? (?={re.escape(new)})", r"\1n " if vowel else r"\1 ", twin)


def _other_dates(when: str) -> Iterator[str]:
    """The same form with another month, else another year."""
    if month := _MONTH.search(when):
        at = _MONTHS.index(month.group())
        for step in range(1, 12):
            other = _MONTHS[(at + step) % 12]
            if not (_LATE.search(when) and other in _SHORT):
                yield when.replace(month.group(), other)
    if year := _YEAR.search(when):
        yield from (
            when.replace(year.group(), str(int(year.group()) + by)) for by in (-1, 1, -2, 2)
        )


def _is_nation(name: str) -> bool:
    return stem(name) in NATIONS


def _is_people(word: str) -> bool:
    """True for the word of a country's people: "Syrian", "British"."""
    return _is_nation(word) and not is_country(word) and bool(_PEOPLE.fullmatch(word))


def _sorted(names: Iterable[str]) -> list[str]:
    """The longest first, so that a full name is found before a part of it."""
    return sorted(set(names), key=lambda name: (-len(name), name))


def _shuffled(names: list[str], question: str) -> list[str]:
    return sorted(
        names, key=lambda name: sha256_of(f"{question}\0{name}".encode("utf-8", "replace"))
    )
