"""Verbs of the news: from the past tense back to the base form, and which of them take no object.

A closed list of English verbs, so that "dropped" gives "drop" and "came down" keeps its particle; a verb
that is not in it is not known, and nothing is guessed.
"""

_INTRANSITIVE = "arrive appear collapse resign happen die emerge erupt expire escape vanish crash"
_TRANSITIVE = """abandon accept accuse acquire adopt approve arrest attack ban block bomb capture cancel carry
    cause challenge close complete convict create cross damage declare defeat deliver deploy destroy discover
    dismiss displace donate double earn elect employ end enter evacuate execute expel extend face finish fire
    fine found free gain host hire hurt impose injure inspect install interview invade invite join kidnap kill
    land launch lift murder name occupy open order organise organize oust pass plant pledge process produce
    publish purchase reach receive recall recover reject release remove rename rescue replace raise reopen
    sack seize sentence serve settle sign start sue suspend test train transport treat unveil use visit
    welcome wound"""
_DOUBLING = {"dropped": "drop", "stopped": "stop", "banned": "ban", "shipped": "ship"}
_IRREGULAR_INTRANSITIVE = {
    "began": "begin",
    "came": "come",
    "came down": "come down",
    "fell": "fall",
    "went": "go",
    "rose": "rise",
    "broke out": "break out",
    "took place": "take place",
    "took office": "take office",
    "took power": "take power",
    "took effect": "take effect",
    "stood down": "stand down",
    "stepped down": "step down",
    "set off": "set off",
    "blew up": "blow up",
}
_IRREGULAR_TRANSITIVE = {
    "built": "build",
    "bought": "buy",
    "brought": "bring",
    "cost": "cost",
    "cut": "cut",
    "gave": "give",
    "held": "hold",
    "hit": "hit",
    "left": "leave",
    "lost": "lose",
    "made": "make",
    "met": "meet",
    "paid": "pay",
    "sent": "send",
    "shot": "shoot",
    "sold": "sell",
    "spent": "spend",
    "struck": "strike",
    "took": "take",
    "took over": "take over",
    "won": "win",
    "wrote": "write",
}


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeou":
        return f"{base[:-1]}ied"
    return f"{base}ed"


INTRANSITIVE = {_past(base): base for base in _INTRANSITIVE.split()} | _IRREGULAR_INTRANSITIVE
TRANSITIVE = (
    {_past(base): base for base in _TRANSITIVE.split() if base != "ban"}
    | _DOUBLING
    | _IRREGULAR_TRANSITIVE
)
PAST = TRANSITIVE | INTRANSITIVE
# Those that say enough without a word behind them, and those that say where somebody came.
COMPLETE = frozenset(
    "collapsed,resigned,happened,died,erupted,crashed,began,broke out,took place,took office,took power,"
    "took effect,stood down,stepped down".split(",")
)
ARRIVING = frozenset({"arrived", "came down", "met"})
# How a question asks for what somebody said, wants or does in words.
ASKED = {
    "promised": "promise",
    "vowed": "vow",
    "pledged": "pledge",
    "agreed": "agree",
    "decided": "decide",
    "refused": "refuse",
    "threatened": "threaten",
    "offered": "offer",
    "hoped": "hope",
    "wanted": "want",
    "planned": "plan",
    "called on": "call on",
    "urged": "urge",
    "asked": "ask",
    "told": "tell",
    "ordered": "order",
    "warned": "warn",
    "accused": "accuse",
    "blamed": "blame",
    "called for": "call for",
    "asked for": "ask for",
    "complained of": "complain about",
    "complained about": "complain about",
    "announced": "announce",
    "proposed": "propose",
    "demanded": "demand",
    "denied": "deny",
    "ruled out": "rule out",
}
