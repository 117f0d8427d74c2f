"""Questions about made-up stories in which several numbers or names are easily confused.

The reader learns from them who did what to whom: the dead and the injured of one sentence, the winner and
the loser. Each question about a part that a story leaves out is a near miss. `stories.txt` holds the
families of sentences and questions; this file fills in their blanks.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from bot.english.lexicon import ONES
from index.text.dates import month_first
from training.data.pairs import Pair

FAMILIES = Path(__file__).with_name("stories.txt")
MOST_SENTENCES = 3  # of one family in a story
NEAR_MISSES = 2  # questions of a story whose answers it leaves out
HEADED_SHARE = 0.7  # of the stories, the share with a title and mostly a day in front
NAMED = ("person", "city", "company")  # the kinds of names that a title has
BESIDE_SHARE = 0.5  # of the stories, the share with a sentence of another story before or behind

_BLANK = re.compile(r"\{(\w+)(\.last)?\}")
_FIRST = """Ada Amir Anna Bela Bruno Carla Chen Clara Dario Dina Elif Emil Erik Farah Felix Gita Greta Hanna
    Hugo Ines Iris Ivan Jana Jonas Jorge Kaito Karim Kofi Lars Leila Lena Liam Lucia Malik Mara Marco Maria
    Milan Mina Nadia Nils Nora Olga Omar Oscar Paula Pavel Petra Rafael Rita Ruth Samir Sara Sofia Stefan
    Tamar Tariq Tomas Vera Victor Yara Yusuf Zoe""".split()
_LAST = """Abara Adler Almeida Andersen Aoki Baker Banerjee Barros Becker Bianchi Bloom Castro Cohen Costa
    Dahl Diallo Duarte Egger Farrell Ferrari Fischer Fofana Garcia Gruber Haddad Hansen Harris Hoffman Ito
    Jansen Jensen Kaya Keller Khan Kowalski Kumar Larsen Lopez Madsen Mancini Martin Mensah Meyer Moreau
    Nagy Nilsen Novotny Okafor Olsen Orlov Park Perez Petrov Popov Quist Reyes Ricci Romero Rossi Sato Shah
    Silva Singh Smit Sokolov Tanaka Torres Turner Vargas Virtanen Wagner Walsh Weber Wolf Yilmaz
    Zhang""".split()
_CITIES = """Adana|Aalborg|Bergen|Bilbao|Bristol|Busan|Cali|Cebu|Cork|Dakar|Davao|Derby|Durban|Fresno|Galway
    |Ghent|Graz|Haifa|Izmir|Jaipur|Kazan|Kobe|Lahore|Leipzig|Leon|Lille|Lima|Lodz|Lyon|Malaga|Manaus|Mendoza
    |Mombasa|Multan|Nagoya|Naples|Nice|Odense|Omaha|Oran|Osaka|Padua|Patras|Penang|Perth|Porto|Quito|Recife
    |Riga|Rosario|Salta|San Pedro|Sofia|Split|Surat|Tampa|Tampere|Tunis|Turin|Utrecht|Varna|Vigo|Yalta
    |Zadar|Santa Rosa|New Haven|Port Louis|Fort Worth"""
_COMPANIES = """Abrax|Alvero|Arcadon|Bellmont|Brixen Steel|Calder Foods|Castellan|Corvex|Daneko|Delmar Lines
    |Elvon|Fabrique Nord|Ferrano|Gentrix|Halvor|Hexal Power|Ilmar|Jorvik Air|Kestrel|Kolmark|Lindqvist|Lumeno
    |Marendo|Meridia Bank|Norsund|Novatek Labs|Orbis|Pallas Energy|Pomona Foods|Quantara|Ravelin|Rodano
    |Sabena Tools|Sileo|Sondra|Talvik|Tessera|Umbra|Valkon|Vantera|Westmark|Xenia Motors|Yorvale|Zephira"""
_WORDS: Mapping[str, str] = {
    "city": _CITIES,
    "company": _COMPANIES,
    "country": "Albania|Chile|Estonia|Ghana|Greece|Iceland|India|Japan|Kenya|Latvia|Mexico|Nepal|Peru|Poland"
    "|Portugal|Senegal|Sweden|Turkey|Uruguay|Vietnam",
    "disaster": "a fire|an earthquake|a flood|an explosion|a train crash|a bus accident|a storm|a landslide"
    "|a shooting|a gas blast|an avalanche|a tornado|a bomb|a hurricane|the collapse of a bridge",
    "plan": "a new tram line|the budget|a tax on parking|the sale of the port|a bigger airport"
    "|the new stadium|a ban on fireworks|cheaper buses|the school reform|a wind farm"
    "|the merger of two hospitals|a bypass",
    "cup": "Amber Cup|Lindau Open|Northern Masters|River Trophy|Solent Cup|Alpine Open|Harbour Classic"
    "|Golden Net|City Games|Coastal Cup|Autumn Open",
    "prize": "Orlin Prize|Sand Medal|Weaver Award|Calvert Prize|Blue Pen Award|Northern Book Prize"
    "|Hallam Prize|Lantern Award",
    "title": "The Long Field|Salt and Iron|A House by the Sea|Nine Winters|The Glass Orchard|Low Water"
    "|Letters from the Quay|The Second River",
    "post": "chief executive|finance director|head coach|editor|chairman|managing director|director",
    "reason": "after a year of losses|because of a dispute over pay|after the board lost faith in the plans"
    "|because sales had fallen|for health reasons|to spend more time at home|over a failed merger",
    "crime": "robbing|poisoning|threatening|blackmailing|defrauding|kidnapping|stabbing|attacking",
    "wrong": "lying to parliament|taking bribes|hiding the losses|stealing votes|leaking secrets"
    "|breaking the rules|wasting public money|plagiarism|bullying staff",
    "reply": "denied it|said it was a lie|did not comment|rejected the charge|apologised|laughed about it"
    "|called it nonsense|said there was no proof",
    "group": "teachers|farmers|bus drivers|nurses|fishermen|pilots|dockers|miners|bakers|tenants|cleaners"
    "|train drivers|shopkeepers",
    "why": "over polluted wells|because the noise keeps them awake|over unpaid wages|for ruining the harvest"
    "|over cracks in their houses|because of false advertising|over a broken contract",
    "goods": "bicycles|cars|phones|heat pumps|tractors|shoes|batteries|pianos|tents|trucks|solar panels",
    "site": "tower|museum|bridge|library|stadium|cathedral|hotel|opera house|lighthouse|theatre|station"
    "|swimming pool|zoo|market hall|cable car",
    "score": "6-4, 7-5|3-1|2-0|7-6, 6-2|21-15|4-2|1-0|6-1, 6-3|88-79",
    "weekday": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
}


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split("|")]


_CHOICES = {kind: _listed(text) for kind, text in _WORDS.items()}


def _person(rng: random.Random) -> str:
    return f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"


def _choice(kind: str, rng: random.Random) -> str:
    return rng.choice(_CHOICES[kind])


def _number(rng: random.Random, low: int, high: int) -> str:
    value = rng.randint(low, high)
    return ONES[value] if value <= 12 and rng.random() < 0.7 else str(value)


def _large(rng: random.Random) -> str:
    return f"{rng.randint(6, 990) * rng.choice((10, 100, 1000)):,}"


def _names(rng: random.Random) -> str:
    names = [_person(rng) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.4 and len(names) > 1:
        names = ["Councillors " + names[0], *names[1:]]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _money(rng: random.Random) -> str:
    value = rng.choice((rng.randint(2, 95), rng.randint(11, 99) / 10, rng.randint(1, 9) * 100))
    scale = rng.choice(("million", "million", "billion"))
    unit = rng.choice(("$", "$", "$", "€", "£", " euros", " kroner", " dollars", " pesos"))
    amount = f"{value} {scale}"
    return f"{amount}{unit}" if unit[0] == " " else f"{unit}{amount}"


def _day(rng: random.Random) -> str:
    day = month_first(date(2021, 1, 1) + timedelta(rng.randrange(365)))
    return rng.choice((rng.choice(_CHOICES["weekday"]), day.split(",")[0], day.split(",")[0]))


def _clock(rng: random.Random) -> str:
    hour, minute = rng.randint(1, 12), rng.choice((0, 0, 15, 20, 30, 45))
    half = rng.choice(("a.m.", "p.m."))
    return f"{hour}:{minute:02} {half}" if minute or rng.random() < 0.3 else f"{hour} {half}"


def _measure(low: int, high: int, *units: str) -> Callable[[random.Random], str]:
    return lambda rng: f"{rng.randint(low, high)} {rng.choice(units)}"


_KINDS: dict[str, Callable[[random.Random], str]] = {
    "person": _person,
    "names": _names,
    "count": lambda rng: _number(rng, 2, 95),
    "few": lambda rng: _number(rng, 2, 9),
    "age": lambda rng: _number(rng, 3, 92),
    "large": _large,
    "money": _money,
    "day": _day,
    "clock": _clock,
    "year": lambda rng: str(rng.randint(1890, 2024)),
    "percent": _measure(2, 60, "percent", "per cent", "percent"),
    "metres": _measure(8, 400, "metres", "meters", "feet", "metres"),
    "kilometres": _measure(2, 90, "kilometres", "miles", "kilometers"),
    "duration": lambda rng: (
        f"{_number(rng, 2, 14)} {rng.choice(('days', 'weeks', 'months', 'years'))}"
    ),
    "address": lambda rng: (
        f"{rng.randint(1, 240)} {rng.choice(_LAST)} {rng.choice(('Street', 'Road', 'Lane'))}"
    ),
}


@dataclass
class Family:
    """Sentences about one kind of story: the kind of each blank, and questions by the blank they ask for."""

    blanks: dict[str, str]
    sentences: list[str] = field(default_factory=list)
    questions: dict[str, list[str]] = field(default_factory=dict)


def read_families(path: Path = FAMILIES) -> list[Family]:
    """The families of a file like stories.txt."""
    families: list[Family] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        first, _, rest = line.partition(" ")
        if first == "family":
            families.append(Family(dict(part.split("=") for part in rest.split())))
        elif first == "-":
            families[-1].sentences.append(rest)
        elif first.endswith("?"):
            families[-1].questions.setdefault(first[:-1], []).append(rest)
    return families


def story_pairs(stories: int, rng: random.Random) -> list[Pair]:
    """The pairs of so many stories; those of one story share a group."""
    families = read_families()
    return [pair for number in range(stories) for pair in _pairs(families, f"story {number}", rng)]


def _pairs(families: Sequence[Family], group: str, rng: random.Random) -> Iterator[Pair]:
    """One story, asked for each blank it fills and for a few that it leaves out."""
    family = rng.choice(families)
    values = _values(family, rng)
    chosen = rng.sample(
        family.sentences, min(rng.randint(1, MOST_SENTENCES), len(family.sentences))
    )
    if _contradicts(chosen):
        chosen = chosen[:1]
    head = _head(family, values, rng)
    before, behind = (
        _aside(families, family, rng) if rng.random() < BESIDE_SHARE / 2 else "" for _ in range(2)
    )
    text, spans = head + before, dict[str, tuple[int, int]]()
    for sentence in chosen:
        text, found = _written(text, sentence, values)
        spans = found | spans
    text += behind
    for blank, (start, end) in spans.items():
        if blank in family.questions:
            question = _asked(rng.choice(family.questions[blank]), values)
            yield Pair(question, text, start, end, head=len(head), group=group)
    absent = [blank for blank in family.questions if blank not in spans]
    for blank in rng.sample(absent, min(NEAR_MISSES, len(absent))):
        question = _asked(rng.choice(family.questions[blank]), values)
        yield Pair(question, text, kind="near miss", head=len(head), group=group)


def _values(family: Family, rng: random.Random) -> dict[str, str]:
    """A value for every blank; no two are the same, and no two people share a name."""
    values: dict[str, str] = {}
    for blank, kind in family.blanks.items():
        make = _KINDS.get(kind) or partial(_choice, kind)
        value = make(rng)
        while any(_alike(value, other) for other in values.values()):
            value = make(rng)
        values[blank] = value
    return values


def _alike(one: str, other: str) -> bool:
    """True if two values could be taken for each other: the same name or the same number."""
    mine, theirs = ({word.strip(",") for word in text.split()} for text in (one, other))
    same = mine & theirs
    return one == other or any(word[0].isupper() or word[0].isdigit() for word in same)


def _contradicts(sentences: Sequence[str]) -> bool:
    """True if one of several sentences says that there was none of what another counts."""
    return len(sentences) > 1 and any(
        re.search(r"\b(?:nobody|no one|no officer|No successor)\b", s, re.IGNORECASE)
        for s in sentences
    )


def _written(
    text: str, sentence: str, values: Mapping[str, str]
) -> tuple[str, dict[str, tuple[int, int]]]:
    """`text` with the sentence behind it, and where each blank's value stands."""
    begin, at, spans = len(text), 0, dict[str, tuple[int, int]]()
    for blank in _BLANK.finditer(sentence):
        text += sentence[at : blank.start()]
        value = values[blank[1]].split()[-1] if blank[2] else values[blank[1]]
        if not blank[2]:
            spans.setdefault(blank[1], (len(text), len(text) + len(value)))
        text, at = text + value, blank.end()
    text += sentence[at:]
    return text[:begin] + text[begin].upper() + text[begin + 1 :] + " ", spans


def _asked(question: str, values: Mapping[str, str]) -> str:
    """The question with its blanks filled; what was "a fire" in the story is "the fire" by now."""

    def filled(blank: re.Match[str]) -> str:
        value = values[blank[1]].split()[-1] if blank[2] else values[blank[1]]
        return re.sub(r"^an? ", "the ", value)

    return _BLANK.sub(filled, question)


def _aside(families: Sequence[Family], family: Family, rng: random.Random) -> str:
    """A sentence of a story of another family."""
    other = rng.choice([one for one in families if one is not family])
    return _written("", rng.choice(other.sentences), _values(other, rng))[0]


def _head(family: Family, values: Mapping[str, str], rng: random.Random) -> str:
    """A title of some of the story's names, and mostly a day, as the index feeds its passages."""
    if rng.random() >= HEADED_SHARE:
        return ""
    names = [value for blank, value in values.items() if family.blanks[blank] in NAMED]
    head = " ".join(rng.sample(names, min(2, len(names)))) + "\n"
    if rng.random() < 0.7:
        head += f"{month_first(date(2018, 1, 1) + timedelta(rng.randrange(2500)))}\n"
    return head
