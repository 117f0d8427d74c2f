"""The patterns of questions for what people said, and for how two of them, or two things, compare."""

import re

from bot.composition.kinds.text.question_patterns import GIVE
from bot.composition.kinds.text.stances import STANCE_VERBS
from bot.english.lexicon import any_of
from bot.english.names import NAME

_WHO = rf"(?:(?:the |[\w-]+ ){{0,4}}?)(?P<who>{NAME})"
_AND = rf"(?:(?:the |[\w-]+ ){{0,3}}?)(?P<and>{NAME})"
_ON = r"(?:about|on|regarding|concerning) (?P<rest>.+)"
_SAY = r"(?:say|said|says|tell (?:us|reporters|the press)|comment)"
_SPOKEN = r"(?:quotes?|quotations?|statements?|remarks?|comments?|words)"
_NAMED_FIRST = rf"(?:the )?(?P<who>{NAME})"
_VIEWED = r"(?:views?|opinions?|positions?|stance|take|thoughts)"
QUOTES = (
    rf"(?:list |{GIVE})?(?:all |any |some |every )?(?:the )?(?:direct )?{_SPOKEN}"
    rf" (?:about|on|regarding|concerning) (?P<rest>.+?) (?:by|from) {_WHO}",
    rf"(?:{GIVE})?(?:everything|anything|all|what else) (?:that )?{_WHO}"
    rf" (?:has |have |had |ever )*(?:said|says)(?: {_ON})?",
    rf"did {_WHO} (?:ever )?say (?:anything|something) {_ON}",
    rf"what (?:does|do|did) {_WHO} think (?:about|of) (?P<rest>.+)",
    rf"what(?: is| are|['’]s| was| were) {_WHO}['’]s? {_VIEWED} (?:on|of|about) (?P<rest>.+)",
    rf"(?:what (?:were|are) )?{_NAMED_FIRST}['’]s? (?:exact |own )?{_SPOKEN} {_ON}",
    rf"{_NAMED_FIRST} (?:quotes|quotations|statements|remarks|comments)(?: {_ON})?",
    rf"what (?:else )?(?:did|does|has|have|had) {_WHO} (?:ever |also |have to )?{_SAY}(?: {_ON})?",
    rf"(?:list |{GIVE})?(?:all |any |some |every )?(?:the )?(?:direct )?"
    rf"(?:quotes?|quotations?|statements?|remarks?|comments?) (?:by|from|of) {_WHO}(?: {_ON})?",
    rf"quote {_WHO} {_ON}",
)
# what anybody said about a subject
ALL_QUOTES = (
    r"what (?:has|had) been said (?:about|on) (?P<rest>.+)",
    r"what (?:was|were|is being) said (?:about|on) (?P<rest>.+)",
    r"what (?:are|were|did|do|have) (?:people|others|everyone|everybody|they all)"
    r" (?:all )?(?:say|said|saying) (?:about|on) (?P<rest>.+)",
    rf"(?:list |{GIVE})?(?:all |any |some |every )?(?:the )?(?:direct )?(?:quotes|quotations|statements)"
    r" (?:about|on) (?P<rest>.+)",
    r"who (?:has |have )?said what (?:about|on) (?P<rest>.+)",
)
WHO_SAID = re.compile(
    r"who (?:said|says|called \w+|used the (?:words?|phrase)) [“\"'‘](?P<phrase>.{3,300}?)[.,]?[”\"'’]",
    re.IGNORECASE,
)
WHO_STOOD = re.compile(
    rf"who (?:all )?(?:has |have |had )?(?:also |openly |publicly )?(?P<verb>{any_of(STANCE_VERBS)})"
    r" (?P<rest>.+)",
    re.IGNORECASE,
)
_BOTH = rf"{_WHO} and {_AND}"
COMPARED_THINGS = (
    rf"(?:compare|contrast) (?:the )?(?P<rest>{_WHO} (?:and|with|to) {_AND})",
    rf"(?:how (?:do|did|does)|what do) (?P<rest>{_BOTH}) (?:compare|differ|have in common)",
    rf"what(?: is| are|['’]s|['’]re) the (?:differences?|similarit(?:y|ies)|parallels?)"
    rf" between (?P<rest>{_BOTH})",
    r"(?:compare|contrast) (?P<rest>the (?:[\w-]+ ){0,3}?[\w-]+s(?: (?:of|in|for|from|on|after|by) .+)?)",
)
_TELL = rf"(?:{_SAY}|write|written|report|reported)"
_SIDES = rf"{_WHO}(?:['’]s?)? and {_AND}(?:['’]s?)?"
_VIEWS = (
    r"(?: (?:views?|positions?|statements?|coverage|words|opinions?|stances?|reports?|accounts?|articles"
    r"|stories|said|say|each|both))*"
)
_OVER = r"(?:on|about|over|in|regarding|of) (?P<rest>.+?)"
COMPARED = (
    rf"(?:compare|contrast) what {_WHO} and {_AND} (?:each |both )?(?:have |has )?{_TELL}(?: {_ON})?",
    rf"what (?:did|do|does|have|has) {_WHO} and {_AND} each {_SAY}",
    rf"what (?:did|do|does|have|has) {_WHO} and {_AND} (?:each |both )?{_TELL} {_ON}",
    rf"how (?:do|did|does) {_SIDES}{_VIEWS} (?:differ|disagree|compare|diverge) {_OVER}",
    rf"how (?:did|do|have) {_WHO} and {_AND} (?:each |both )?(?:respond|responded|react|reacted) to"
    rf" (?P<rest>.+)",
    rf"(?:do|did|where do|where did|on what do|how do) {_SIDES}{_VIEWS} (?:dis)?agree(?: {_OVER})?",
    rf"(?:compare|contrast) (?:what )?{_WHO}(?:['’]s?)? (?:and|with|to) {_AND}(?:['’]s?)?{_VIEWS} {_ON}",
    rf"what(?: is| are|['’]s) the differences? between {_SIDES}{_VIEWS} {_OVER}",
    rf"how (?:do|does|did) {_WHO}(?:['’]s?)?{_VIEWS}(?: {_OVER})? differ from"
    rf" (?:that of )?{_AND}(?:['’]s?)?",
    rf"{_WHO} (?:vs\.?|versus|v\.?|against) {_AND} (?:on|about) (?P<rest>.+)",
)
