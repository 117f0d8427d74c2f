"""Whom a sentence names as the speaker of its words, which are masked with NUL. Nothing is resolved here."""

import re
from dataclasses import dataclass

from bot.composition.kinds.text.speaker_names import (
    GROUPS,
    HOLDERS,
    holder,
    is_capitalised_within,
    plain_name,
)
from bot.english.lexicon import (
    MONTH,
    OPENERS,
    REPORTED,
    STOP_WORDS,
    TITLES,
    WEEKDAY,
    any_of,
    words_of,
)
from bot.english.names import NAME, NAME_WORD
from bot.english.words import is_nation, stem

# Beside the verbs of reporting: these give somebody's words where the sentence quotes them.
_QUOTING = words_of(
    """called described praised praises urged urges vowed pledged pledges condemned criticised criticized
    dismissed rejected tweeted decried blamed pressed considers calls describes stressed acknowledged
    conceded joked testified posted recalled predicted believes thinks expressed says highlighted ruled spoke
    compared continued concluded writes explains defines responded answered"""
)
# These report without a quotation mark only before "that" or an object, as "said" does not.
_REPORTING = (
    frozenset(REPORTED)
    | words_of(
        """stressed acknowledged conceded testified tweeted predicted vowed pledged urged asked reported
        reports confirmed revealed estimates estimated believes advises advised recommends recommended
        lamented cautioned maintained"""
    )
    | {"called for", "called on", "pointed out", "made clear", "is warning", "is calling for"}
)
_NOT_A_NAME = r"(?!(?:He|She|It|They|We|You|I)\b)"
# "Department of Agriculture", where the "of" belongs to the name
_GROUP = any_of(word.capitalize() for word in GROUPS)
_GROUP_NAME = (
    rf"(?:{NAME_WORD} )*{_GROUP} (?:of|for|on)(?: the)? {NAME}(?:(?:, {NAME})?,? and {NAME})?"
)
# "Republican Rep. Ada Pell"
_TITLED_NAME = rf"(?:{NAME_WORD} )*(?:Rep|Sen|Gov|Gen|Col|Capt|Lt|Sgt|Prof|Dr|Mr|Mrs|Ms)\. {NAME}"
# "Pell officials", "House Republican leaders": others than the name says
_ITS_PEOPLE = (
    r"(?:officials?|spokes\w+|sources?|aides?|advisers?|analysts?|data|reports?|stud\w+|chair\w+|leaders?"
    r"|lawmakers?|senators?|lawyers?|critics|supporters|fans|voters|researchers|scientists)"
)
WHO = rf"(?<![\w’'-]){_NOT_A_NAME}(?P<who>{_GROUP_NAME}|{_TITLED_NAME}|{NAME})(?!\w)"
# not "what she said", "as he put it"
PRONOUN = r"(?P<pronoun>(?<!what )(?<!when )(?<!which )(?<!how )\b(?:[Hh]e|[Ss]he))"
_IT = (
    r"(?P<it>\b[Ii]t|\b[Tt]he (?:agency|company|firm|bank|group|department|ministry|organi[sz]ation|union"
    r"|party|club|council|commission|committee|charity|association|\w+maker))"
)
BETWEEN = (
    r"(?:(?<= [JS]r)\.,)?(?: \([^()]{1,30}\))?(?P<of> of (?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)?"
    r"(?:,[^\x00“”\"]{1,160},)?(?: (?:has|had|have|also|later|then|once|again|\w+ly))*"
)
_VERBS = any_of(_REPORTING | _QUOTING)
_BEFORE = {
    quoted: re.compile(rf"(?:{WHO}|{PRONOUN}|{_IT})(?:, who)?{BETWEEN} (?:{any_of(verbs)})\b")
    for quoted, verbs in ((False, _REPORTING - {"wrote"}), (True, _REPORTING | _QUOTING))
}
# Between "said" and the speaker: "said the party's leader Ada Pell", not "said in his UN speech".
_ROLE = r"(?:(?!in |at |on |to |that |his |her |their |of |it |he |she |there |as )[a-z][\w’'-]* ){0,4}?"
_SAYS = REPORTED - words_of("told tells")  # behind these stands the listener
_AFTER = re.compile(
    rf"(?:\x00[,.]? ?(?:{any_of(_SAYS | _QUOTING)})|, (?:{any_of(_SAYS)})|^[^\w\x00]*[Ss]aid)"
    rf" (?:{_ROLE}{WHO}"
    r"(?=[,.;:]|\s*$| (?:in|at|on|after|during|of|as|to|when|while|late|early|from|before)\b)"
    rf"|{PRONOUN}\b)"
)
_ACCORDING = re.compile(
    rf"\b(?:[Aa]ccording to|, per) (?:the |[\w’'-]+ ){{0,5}}?{WHO}(?!['’]s)(?<!['’]s)"
    rf"(?! {_ITS_PEOPLE}\b)"
)
_BY = re.compile(
    rf"\b(?:[Dd]escribed|called|dubbed|labell?ed|branded) (?:as )?(?:an? |the )?\x00+ by (?:the )?{WHO}"
)
_WORD = re.compile(r"[a-z]+")
_TELLING = words_of("according per") | {verb.split()[-1] for verb in _REPORTING | _QUOTING}
_TELLING |= words_of("dubbed labelled labeled branded")
_VERB = re.compile(rf"\b{_VERBS}\b")
# "Putin went before the assembly and asked the world for help"
_SECOND = re.compile(rf",? (?:and|but) (?:also |later |then )?{any_of(_REPORTING)}\b")
_SOURCES = re.compile(r", (?:[a-z][\w-]* ){1,4}(?:said|told|say)\b")  # "…, sources said"
# "officials said", "according to a report": somebody's words, without a name
_SOMEBODY = re.compile(
    r"(?<!what )\b(?!(?:to|be|was|were|is|are|being|been|not|as|who|which|what|that|have|has|had|having"
    r"|so|I|we|you|and|or|will|would|can|could|may|might|must|should|never|out|he|she)\b)(?!\w+n['’]t\b)"
    r"[A-Za-z][\w’'-]*(?:, [^,\x00]{1,80},)? (?:have |has |had )?"
    r"(?:said|says?|told|argued?|warn(?:ed)?|insist(?:ed)?|lamented)\b"
    r"|\b[Aa]ccording to\b"
)
# "the lawyer for Pell said": somebody else speaks.
OTHERS = re.compile(
    r"\b(?:what|for|of|to|with|from|by|against|about|near|than|at|in|on|after|under) (?:the )?\Z"
)
# "no evidence that Pell asked": what was not said
_UNSAID = re.compile(r"\b(?:no|any|without|whether|if|never|false)\b[^,.;:\x00]{0,30}\Z")
JOINED = re.compile(r"[A-Z][\w’'-]*,? (?:and|or) (?:the )?\Z")
_NAMELESS = re.compile(rf"(?:{WEEKDAY}|{MONTH})\Z")
# A person acts: "Putin warned", "On Monday, Obama said". Two people do not give one speaker.
_SUBJECT = re.compile(
    rf"[\s\x00“\"'‘]*(?:(?:The|But|And|So|Then|Meanwhile|Later|Still|Yet),? )?"
    rf"(?:(?:In|On|At|After|Before|During|For|With|As|Since|By)\b[^,\x00]{{1,80}}, )?(?:the )?{WHO}"
    rf"(?=(?:, (?!he\b|she\b)[^,]{{1,60}},)? (?!(?:and|or|of|for|{_ITS_PEOPLE})\b)[a-z])"
)
_CARRIED = re.compile(r"[\s\x00“\"'‘]*(?:(?:But|And|So|Then),? )?(?:He|She|His|Her)\b")
_ADDS = re.compile(r"\b(?:added|adds|continued)\b")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom a sentence names: `name`, or "", and then perhaps `pronoun` ("he said") or `group` ("it said").

    `subject` is the name that the sentence opens with. With `carried` it is about the person before. With
    `adds` the one who spoke last goes on. `spoken` is True if it gives somebody's words at all.
    """

    name: str
    pronoun: bool
    group: bool
    subject: str
    carried: bool
    adds: bool
    spoken: bool


def find_attribution(bare: str, text: str) -> Attribution:
    """Whom the masked sentence `bare` of the article `text` names as its speaker."""
    quoted = "\x00" in bare
    named = _named(bare, quoted, text)
    name, pronoun = named.name, named.pronoun
    subject, carried = _subject(bare, text), _CARRIED.match(bare) is not None
    if named == _Named() and _gives(bare, quoted):
        name, pronoun = subject, carried
    return Attribution(
        name=name,
        pronoun=pronoun,
        group=named.group,
        subject=name if named.acts else subject,  # "Post editor Ada Pell said" is about her
        carried=carried,
        adds=_ADDS.search(bare) is not None,
        spoken=bool(name or pronoun or named.group or _SOMEBODY.search(bare)),
    )


def _gives(bare: str, quoted: bool) -> bool:
    """True if the words of a sentence without "X said" are those of its subject."""
    if quoted:
        return _VERB.search(bare) is not None and not _SOURCES.search(bare)
    return _SECOND.search(bare) is not None


@dataclass(frozen=True, slots=True)
class _Named:
    """The name, or what stands for it. With `acts` the name is before its verb."""

    name: str = ""
    pronoun: bool = False
    group: bool = False
    acts: bool = False


def _named(bare: str, quoted: bool, text: str) -> _Named:
    """The speaker that the sentence names."""
    if _TELLING.isdisjoint(_WORD.findall(bare.lower())):
        return _Named()  # quickly: most sentences of an article quote no one
    before = _BEFORE[quoted]
    for pattern in (_AFTER, before, _BY, _ACCORDING):
        for found in pattern.finditer(bare):
            groups = found.groupdict()
            if groups.get("pronoun"):
                return _Named(pronoun=True)
            if groups.get("it"):
                return _Named(group=True)
            ahead = bare[max(0, found.start("who") - 40) : found.start("who")]
            # "the lawyer for Pell said", "France and Spain said": not this one, or not this one alone
            if pattern is before and any(one.search(ahead) for one in (OTHERS, JOINED, _UNSAID)):
                continue
            if pattern is before and re.search(r"['’]s?$", found["who"]):
                continue  # "Pell's reports": no verb
            name = plain_name(found["who"])
            if name.lower() in HOLDERS and "the " in ahead[-4:].lower():
                name = holder(name, text)
                if name:
                    return _Named(name, acts=pattern is before)
                continue
            if groups.get("of") and " " not in name:  # "the Duke of York"
                continue
            if is_name(name, found.start("who") == 0, text):
                return _Named(name, acts=pattern is before)
    return _Named()


def _subject(bare: str, text: str) -> str:
    """The name that opens a sentence as its subject, or ""."""
    found = _SUBJECT.match(bare)
    name = plain_name(found["who"]) if found else ""
    possessive = found is not None and re.search(r"['’]s?$", found["who"]) is not None
    adjective = is_nation(stem(name.split()[-1])) if name else False  # "the Russian president"
    # "Assuming Pell"
    acting = found is not None and " " in name and name.split()[0].endswith("ing")
    return (
        name
        if name and not acting and not possessive and not adjective and is_name(name, True, text)
        else ""
    )


def is_name(name: str, opens: bool, text: str) -> bool:
    """False for days, small words, and a word that is capitalised only because it opens a sentence."""
    if _NAMELESS.match(name) or name.lower() in STOP_WORDS | OPENERS | TITLES:
        return False
    if opens and " " not in name and not name.isupper():
        return is_capitalised_within(name, text)
    return True
