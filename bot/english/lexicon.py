"""The word lists of the rules for English, each kind of word once.

A rule builds its patterns from named parts of these lists, and names what it adds or leaves out.
"""

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches any of `words`, the longest first, so that "six" does not cut "sixteen"."""
    # by length, then by letter: the order of a set is not the same in every process
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


STOP_WORDS = words_of(
    """a about after again all also am an and any are as at be because been before being but by can
    could did do does doing during for from had has have having he her here hers him his how i
    if in into is it its itself just let me more most must my no nor not of off on once only or
    other our out over own same say said says she should so some such tell than that the their
    them then there these they this those through to too under until up us very was we were what
    when where which while who whom whose why will with would you your please know many much
    long does did isn't wasn't didn't"""
)
# Capitalised where they open a sentence; then they are not part of the name behind them.
OPENERS = words_of(
    """according across although among another around asked both despite during earlier even first
    following however instead last later like meanwhile moreover next perhaps several since soon still then
    though three thus today tomorrow two unlike yesterday yet"""
)
TITLES = words_of(
    """mr mrs ms dr sir lord lady president minister prime secretary senator sen gen general king queen
    prince princess pope chancellor judge justice mayor governor gov rep professor prof chief captain
    colonel col foreign state"""
)
IN_TITLES = words_of("a an and at by for from in of on or the to v vs with")  # in lower case there
PREPOSITIONS = words_of("in at on to from for with against by during of under near")

BE = words_of("is are was were")
DO = words_of("do does did")
HAVE = words_of("has have had")
MODALS = words_of("will would can could should")
AUXILIARIES = BE | DO | HAVE | MODALS
AUXILIARY = any_of(AUXILIARIES)
QUESTION_WORDS = words_of("what who whom whose when where which why how")
COMMANDS = words_of("name list give describe explain show tell find summarise summarize")

PERSONAL = words_of("i me you he him she her it they them we us")
DEMONSTRATIVE = words_of("this that these those")

# Verbs in their base form; `past` and `present` give other forms.
STATING = words_of("add call declare describe explain note reply state write")
SAYING = words_of("say tell announce argue claim insist suggest urge warn")
REPORTING = (
    SAYING | STATING | words_of("accuse admit blame complain demand deny promise propose vow")
)
THINKING = words_of("expect hope mean think want")
# "What did she …?" asks for what somebody said. Of `STATING`, most are other parts of speech there.
ASKED_ABOUT = (REPORTING - STATING) | THINKING | {"ask"}
# Verbs in all their forms.
SPEECH = words_of("say says said tell tells told")

# Words that make the number behind them approximate.
APPROXIMATE = frozenset(
    (
        *("about", "almost", "an estimated", "approximately", "around", "as many as", "at least"),
        *("at most", "close to", "fewer than", "less than", "more than", "nearly", "no fewer than"),
        *("no more than", "over", "roughly", "some", "up to"),
    )
)
DENIALS = words_of("not never no nobody nothing without")

MONTHS = """January February March April May June July August September October November
    December""".split()
MONTH = any_of(MONTHS)
WEEKDAY = f"{any_of('Mon Tues Wednes Thurs Fri Satur Sun'.split())}day"
YEAR = r"(?:1[6-9]|20)\d\d"
TIME_UNIT = any_of("second minute hour day week month year decade".split())
# Number words in the order of their values: up to nineteen, the tens from twenty, ordinals from third.
ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = """third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
    fifteenth sixteenth seventeenth eighteenth nineteenth""".split()
# Currencies, by the sign or the plural.
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "dollars": "dollar", "euros": "euro"}
CURRENCIES |= {"euro": "euro", "pounds": "pound", "rubles": "ruble", "roubles": "ruble"}
CURRENCIES |= {"yen": "yen", "lira": "lira", "rupees": "rupee"}

_IRREGULAR = {"say": "said", "tell": "told", "write": "wrote", "deny": "denied"}


def past(verb: str) -> str:
    """The past tense of a verb of `REPORTING`: "said", "claimed", "denied"."""
    return _IRREGULAR.get(verb) or verb.removesuffix("e") + "ed"


# The forms in which such a verb stands behind its speaker's name. The present of others is rarely a verb.
REPORTED = frozenset(map(past, REPORTING)) | {f"{verb}s" for verb in SAYING | {"add"}}
