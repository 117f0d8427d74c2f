"""Finds what people said in an article: sentences with their words, quoted or reported, and who says them.

A speaker is named in the sentence, or is the one of the sentence before that "he added" refers to. Where
that is uncertain there is none. It knows nothing of questions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.composition.kinds.text.speaker_names import is_person, last_stem, named_fully, plain_name
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
from bot.english.names import NAME
from bot.english.words import is_nation, stem
from index.text.article import Article, Span
from index.text.passages import body_sentences

# Beside the verbs of reporting: these give somebody's words where the sentence quotes them.
_QUOTING = words_of(
    """called described praised praises urged urges vowed pledged pledges condemned criticised criticized
    dismissed rejected tweeted decried blamed pressed considers calls describes stressed acknowledged
    conceded joked testified posted recalled predicted believes thinks expressed says highlighted ruled spoke
    compared"""
)
# These report without a quotation mark only before "that" or an object, as "said" does not.
_REPORTING = (
    frozenset(REPORTED)
    | words_of(
        "stressed acknowledged conceded testified tweeted predicted vowed pledged urged asked"
    )
    | {"called for", "called on"}
)
_BETWEEN = r"(?:,[^,.“”\"]{1,60},)?(?: (?:has|had|have|also|later|then|once|again|\w+ly))*"
_WHO = rf"(?<![\w’'-])(?P<who>{NAME})(?!\w)"
_PRONOUN = r"(?P<pronoun>\b[Hh]e|\b[Ss]he)"
_BEFORE = {
    verbs: re.compile(rf"(?:{_WHO}|{_PRONOUN})(?:, who)?{_BETWEEN} (?:{any_of(verbs)})\b")
    for verbs in (_REPORTING, _REPORTING | _QUOTING)
}
# Between "said" and the speaker: "said the party's leader Ada Pell", not "said in his UN speech".
_ROLE = r"(?:(?!in |at |on |to |that |his |her |their |of |it |he |she |there |as )[a-z][\w’'-]* ){0,4}?"
_AFTER = re.compile(
    rf"(?:\x00[,.]? ?|, )(?:{any_of(REPORTED)}) (?:{_ROLE}{_WHO}"
    r"(?=[,.;:]|\s*$| (?:in|at|on|after|during|of|as|to|when|while|late|early|from|before)\b)"
    rf"|{_PRONOUN}\b)"
)
_ACCORDING = re.compile(
    rf"\b[Aa]ccording to (?:the |[\w-]+ ){{0,4}}?{_WHO}(?P<own>['’]s)?"
    r"(?! (?:officials?|spokes\w+|sources?|aides?|advisers?|analysts?|data|reports?|stud\w+)\b)"
)
_VERB = re.compile(rf"\b{any_of(_REPORTING | _QUOTING)}\b")
# "Putin went before the assembly and asked the world for help"
_SECOND = re.compile(rf",? (?:and|but) (?:also |later |then )?{any_of(_REPORTING)}\b")
_SOURCES = re.compile(r", (?:[a-z][\w-]* ){1,4}(?:said|told|say)\b")  # "…, sources said"
_QUOTED = re.compile(r"“[^“”]{2,1500}”?|\"[^\"]{2,1500}\"?|(?<!\w)‘[^‘’]{8,600}’(?!\w)")
# "the lawyer for Pell said": somebody else speaks.
_OTHERS = re.compile(
    r"\b(?:for|of|to|with|from|by|against|about|near|than|at|in|on|after|under) (?:the )?\Z"
)
_JOINED = re.compile(r"[A-Z][\w’'-]*,? (?:and|or) (?:the )?\Z")
_NAMELESS = re.compile(rf"(?:{WEEKDAY}|{MONTH})\Z")
# A person acts: "Putin warned", "On Monday, Obama said". Two people do not give one speaker.
_SUBJECT = re.compile(
    rf"[\s“\"'‘]*(?:(?:The|But|And|So|Then|Meanwhile|Later|Still|Yet),? )?"
    rf"(?:(?:In|On|At|After|Before|During|For|With|As|Since|By)\b[^,“”\"]{{1,80}}, )?(?:the )?{_WHO}"
    rf"(?=(?:, (?!he\b|she\b)[^,]{{1,60}},)? (?!and\b|or\b|of\b|for\b)[a-z])"
)
_CARRIED = re.compile(r"[\s“\"'‘]*(?:(?:But|And|So|Then),? )?(?:He|She|His|Her)\b")
LONG_QUOTE = 4  # words; a shorter one without a speaker is a name or irony
MOST_BETWEEN = 2  # sentences between a name and "he said"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence with somebody's words. `speaker` is the name as the sentence or the one before has it.

    "" if nobody can be named. `direct` is True if it has words between quotation marks.
    """

    article: Article
    span: Span
    speaker: str
    direct: bool

    @property
    def words(self) -> str:
        """The sentence on one line."""
        return " ".join(self.span.of(self.article.text).split())

    @property
    def key(self) -> str:
        """The stem of the speaker's last name."""
        return last_stem(self.speaker)


def find_quotes(article: Article) -> Iterator[Quote]:
    """The quotations of an article, in order."""
    text = article.text
    said, person = _Recent(), _Recent()  # the last speaker, and the last person that did something
    end = 0
    for span in body_sentences(article):
        sentence = span.of(text)
        quoted = [match.group() for match in _QUOTED.finditer(sentence)]
        subject = _subject(sentence, text)
        speaker, pronoun = _named(sentence, text)
        if (
            not speaker
            and not pronoun
            and (_verb_of(sentence) if quoted else _SECOND.search(_bare(sentence)))
        ):
            speaker, pronoun = subject, _CARRIED.match(sentence) is not None
        if pronoun:
            names = (subject, person.name, said.name)
            speaker = next((name for name in names if _is_human(name, article)), "")
        # A quotation goes on in the next sentence of the paragraph.
        goes_on = bool(quoted) and _is_all_quote(sentence) and "\n\n" not in text[end : span.start]
        if not speaker and not pronoun and goes_on and said.age == 0:
            speaker = said.name
        if speaker or pronoun or any(len(one.split()) >= LONG_QUOTE for one in quoted):
            yield Quote(article, span, speaker, bool(quoted))
        said.saw(speaker)
        carried = person.name if pronoun or _CARRIED.match(sentence) else ""
        person.saw(subject if is_person(subject) else (speaker if is_person(speaker) else carried))
        end = span.end


class _Recent:
    """A name, forgotten when `MOST_BETWEEN` sentences have not mentioned it."""

    def __init__(self) -> None:
        self._name, self.age = "", MOST_BETWEEN + 1

    @property
    def name(self) -> str:
        return self._name if self.age <= MOST_BETWEEN else ""

    def saw(self, name: str) -> None:
        """One more sentence was read; `name` is whom it is about, or ""."""
        self._name, self.age = (name, 0) if name else (self._name, self.age + 1)


def _is_human(name: str, article: Article) -> bool:
    """True if the article gives the name with a first name, as it does not for a firm."""
    return is_person(name) and " " in named_fully(name, article)


def _named(sentence: str, text: str) -> tuple[str, bool]:
    """The speaker that the sentence names, or "", and whether a pronoun stands for the speaker."""
    bare = _bare(sentence)
    before = _BEFORE[_REPORTING | _QUOTING if "\x00" in bare else _REPORTING]
    for pattern in (_AFTER, before, _ACCORDING):
        for found in pattern.finditer(bare):
            groups = found.groupdict()
            if groups.get("pronoun"):
                return "", True
            ahead = bare[max(0, found.start("who") - 20) : found.start("who")]
            # "the lawyer for Pell said", "France and Spain said": not this one, or not this one alone
            if pattern is before and (_OTHERS.search(ahead) or _JOINED.search(ahead)):
                continue
            name = plain_name(found["who"])
            if not groups.get("own") and _is_name(name, found.start("who") == 0, text):
                return name, False
    return "", False


def _subject(sentence: str, text: str) -> str:
    """The name that opens a sentence as its subject, or ""."""
    found = _SUBJECT.match(_bare(sentence))
    name = plain_name(found["who"]) if found else ""
    possessive = found is not None and re.search(r"['’]s?$", found["who"]) is not None
    adjective = is_nation(stem(name.split()[-1])) if name else False  # "the Russian president"
    return name if name and not possessive and not adjective and _is_name(name, True, text) else ""


def _is_name(name: str, opens: bool, text: str) -> bool:
    """False for days, small words, and a word that is capitalised only because it opens a sentence."""
    if _NAMELESS.match(name) or name.lower() in STOP_WORDS | OPENERS | TITLES:
        return False
    if opens and " " not in name:
        return re.search(rf"[a-z,;:”\"’] (?:al-)?{re.escape(name)}\b", text) is not None
    return True


def _verb_of(sentence: str) -> bool:
    """True if the sentence has a verb that gives somebody's words."""
    bare = _bare(sentence)
    return _VERB.search(bare) is not None and not _SOURCES.search(bare)


def _bare(sentence: str) -> str:
    """The sentence with every quotation masked."""
    return _QUOTED.sub(lambda match: "\x00" * len(match.group()), sentence)


def _is_all_quote(sentence: str) -> bool:
    """True if the sentence is a quotation and nothing else, or the middle of one."""
    rest = _QUOTED.sub("", sentence).strip(" .,")
    return not rest


def same_speaker(asked: str, quote: Quote) -> bool:
    """True if the quotation is of the person asked for, and not of another one of that name."""
    if last_stem(asked) != quote.key:
        return False
    given = {word.lower() for word in plain_name(asked).split()[:-1]}
    theirs = {word.lower() for word in named_fully(quote.speaker, quote.article).split()[:-1]}
    return not given or not theirs or bool(given & theirs)


def without_repeats(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotations in their order, each sentence of an article once."""
    return list({(one.article.id, one.span): one for one in quotes}.values())
