"""Remarks: what a user says to Byline, or asks about the answer just given, instead of the articles.

"thanks", "What can you do?", "When was that published?", "Show me more", "Are you sure?". These are fixed
phrases, and a question with anything else in it is a question about the articles.
"""

import re
from enum import StrEnum


class Remark(StrEnum):
    """What a remark is about."""

    THANKS = "thanks"
    FAREWELL = "farewell"
    GREETING = "greeting"
    HELP = "help"
    DATE = "date"
    AUTHOR = "author"
    OUTLET = "outlet"
    QUOTE = "quote"
    SURE = "sure"

    @property
    def is_courtesy(self) -> bool:
        """True for what needs no answer before it."""
        return self in (Remark.THANKS, Remark.FAREWELL, Remark.GREETING, Remark.HELP)


_ARTICLE = (
    r"(?:(?:that|this|the|your) )?(?:same )?"
    r"(?:article|story|report|piece|source|text|item|page|coverage)"
)
_THAT = r"(?:that|this|these|those)"
_IT = rf"(?:it|{_THAT}|{_ARTICLE})"
_BE = r"(?:is|was|are|were)"
_PRAISE = r"(?:ok|okay|great|good|perfect|nice|cool|alright|super|excellent|wonderful|awesome|got it|i see)"
_THANK = r"(?:many thanks|thanks?(?: you)?|thx|cheers)"
_PAPER = r"(?:news)?(?:paper|outlet|publication|site|website|source|article|file|magazine|agency)"
_MORE = r"(?:some |a bit |a little )?more(?: (?:context|details?|of (?:it|that|this|the text)))?"
_QUOTED = r"(?:quote|quotation|sentence|passage|paragraph|wording|words|text|context)s?"
_OF_IT = r"(?: (?:about|of) (?:it|that|this))?"
_SHOW = r"(?:(?:can|could|would) you )?(?:give|show|read|tell|send)(?: (?:me|us))?"
_FORMS = (
    (
        Remark.THANKS,
        rf"(?:{_PRAISE} )*{_THANK}(?: (?:so|very) much| a lot)?(?: {_PRAISE})?(?: (?:byline|for .{{1,40}}))?"
        rf"|(?:{_PRAISE} ?)+|no(?: more)? thanks?(?: you)?",
    ),
    (Remark.FAREWELL, r"(?:good ?|bye )?bye(?: byline)?|see you(?: later)?|that(?: is|s) all"),
    (Remark.GREETING, r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: (?:there|byline))?"),
    (
        Remark.HELP,
        r"help(?: me)?|(?:so )?what (?:can|do) (?:you|i) (?:do|ask|answer|know)(?: (?:you|here|for me))?"
        r"|(?:who|what) are you|what is (?:this|byline)|how do(?:es)? (?:this|it|you|byline) work"
        r"|how (?:do|can) i (?:use|ask) (?:this|you|byline)"
        r"|what (?:kind|sort)s? of questions can i ask(?: you)?",
    ),
    (
        Remark.DATE,
        rf"when {_BE} (?:it|{_THAT}|{_ARTICLE}) (?:published|posted|printed|put out)"
        rf"|when {_BE} (?:{_THAT}|{_ARTICLE}) (?:written|released|reported|from)"
        rf"|when did (?:{_THAT}|{_ARTICLE}) (?:come out|appear|run)"
        rf"|(?:what|which) (?:date|day|year) {_BE} {_IT}(?: (?:from|published|written))?"
        rf"|what {_BE} the date(?: of {_IT})?|from when {_BE} {_IT}|how (?:old|recent|new) is {_ARTICLE}"
        rf"|is {_IT} (?:still )?(?:current|recent|up to date|old|new)",
    ),
    (
        Remark.AUTHOR,
        rf"who (?:wrote|authored) {_IT}|who {_BE} the (?:author|reporter|journalist|writer)(?: of {_IT})?"
        rf"|whose (?:article|story|report|piece|byline) {_BE} {_IT}|by whom {_BE} {_IT}(?: written)?"
        rf"|who {_BE} {_IT} (?:written )?by|what {_BE} the (?:author|reporter|writer)(?:s|['’]s)? name",
    ),
    (
        Remark.OUTLET,
        rf"(?:what|which) {_PAPER} {_BE} {_IT}(?: (?:from|in|published in|printed in))?"
        rf"|(?:what|which) {_PAPER} (?:does|did) {_IT} (?:come from|appear in)"
        rf"|(?:what|which) {_PAPER}(?: (?:says?|said|wrote|reported|reports?) (?:so|{_THAT}))?"
        rf"|where (?:{_BE} (?:{_THAT}|{_ARTICLE}) (?:from|published)|(?:does|did) {_IT} come from)"
        rf"|(?:what {_BE} )?(?:the|your) sources?(?: (?:for|of) {_IT})?|sources?|says who"
        rf"|who (?:says|reported|reports) (?:so|{_THAT})"
        rf"|where did you (?:get|find|read|see|have|take) {_IT}(?: from| in)?"
        rf"|how do you know(?: {_THAT})?|(?:what|which) {_PAPER} did you (?:get|find|read) {_IT} (?:from|in)"
        r"|(?:(?:give|show)(?: me| us)?|open|link(?: me)? to) (?:the|that|this)"
        r" (?:article|story|source|link)"
        r"|(?:the )?links?|the sources?",
    ),
    (
        Remark.QUOTE,
        rf"{_SHOW} (?:(?:the|that|its|full|exact|whole|entire|complete|original|surrounding) )*{_QUOTED}"
        rf"|(?:the )?(?:full|exact|whole|entire|complete) {_QUOTED}|{_SHOW} {_MORE}|{_MORE}"
        rf"|what else does (?:it|{_ARTICLE}) say|what does (?:it|{_ARTICLE}) say exactly"
        rf"|what exactly does (?:it|{_ARTICLE}) say|go on|continue|read (?:me )?(?:more|on)"
        rf"|quote (?:it|{_THAT})",
    ),
    (
        Remark.SURE,
        rf"are you (?:really |quite |absolutely |very )?(?:sure|certain){_OF_IT}"
        rf"|how (?:sure|certain|confident|reliable) (?:are you|is (?:it|{_THAT})){_OF_IT}"
        r"|(?:oh )?really|seriously|(?:can|should) i (?:trust|believe|rely on) (?:it|that|this)"
        r"|is (?:it|that|this) (?:really |actually )?(?:right|true|correct|accurate|reliable|confirmed)"
        r"|do(?:es)? (?:any |the )?(?:others?|anyone else|another)(?: (?:article|paper|source|outlet)s?)?"
        r" (?:say the same|say so|agree|confirm (?:it|that|this))",
    ),
)
_COMPILED = tuple((remark, re.compile(form)) for remark, form in _FORMS)
_BEFORE = re.compile(rf"(?:(?:and|but|so|please|sorry|um|well|oh|now|{_PRAISE}|{_THANK}) )+")


def remark_in(typed: str) -> Remark | None:
    """The remark that `typed` is as a whole, or None for a question about the articles."""
    words = " ".join(re.findall(r"[\w’']+", typed.lower()))
    words = re.sub(r"\b(who|what|when|where|that|it|how)['’]s\b", r"\1 is", words)
    words = re.sub(r"(?: (?:please|then|again|exactly|though|by the way))+$", "", words)
    for form in (words, _BEFORE.sub("", words, count=1) if _BEFORE.match(words) else words):
        for remark, pattern in _COMPILED:
            if pattern.fullmatch(form):
                return remark
    return None
