"""Finds who criticised, praised, opposed or supported something in an article.

It knows nothing of questions.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.composition.kinds.text.attribution import (
    BETWEEN,
    JOINED,
    OTHERS,
    PRONOUN,
    WHO,
    is_name,
)
from bot.composition.kinds.text.quote_marks import masked, quoted_spans
from bot.composition.kinds.text.quotes import Quote, find_quotes
from bot.composition.kinds.text.speaker_names import plain_name
from bot.english.lexicon import any_of, words_of
from index.text.article import Article
from index.text.passages import body_sentences

# Verbs that say the same of somebody, in the forms in which they follow a name.
_FAMILIES = (
    words_of(
        """criticised criticized criticises criticizes condemned condemns denounced denounces slammed slams
        blasted decried decries"""
    ),
    words_of("praised praises hailed hails welcomed welcomes applauded applauds lauded"),
    words_of("opposed opposes rejected rejects"),
    words_of("supported supports backed backs endorsed endorses"),
)
STANCE_VERBS = frozenset().union(*_FAMILIES)
# "praised by the party's leader Ada Pell"
_ROLE = r"(?:[a-z][\w’'-]* ){0,4}?"


@dataclass(frozen=True, slots=True)
class Stance:
    """A sentence that says how somebody stands to something: `quote.speaker`, and `towards` what."""

    quote: Quote
    towards: str


def family(verb: str) -> frozenset[str]:
    """The verbs that say the same as one of `STANCE_VERBS`."""
    return next(one for one in _FAMILIES if verb in one)


def find_stances(article: Article, verbs: frozenset[str]) -> Iterator[Stance]:
    """The sentences in which somebody with a name did what one of the verbs says, in order."""
    text, patterns = article.text, _patterns(verbs)
    if not any(verb in text for verb in verbs):
        return
    marks = quoted_spans(text)
    for span in body_sentences(article):
        sentence = span.of(text)
        if not any(verb in sentence for verb in verbs):
            continue
        bare = masked(text, span, [one for one in marks if one.span.overlaps(span)])
        for found in (found for pattern in patterns for found in pattern.finditer(bare)):
            groups = found.groupdict()
            if groups.get("pronoun"):
                same = (quote for quote in find_quotes(article) if quote.span == span)
                quote = next(same, None)
            else:
                name = _named(found, bare, text)
                quote = Quote(article, span, name, "\x00" in bare) if name else None
            if quote and quote.speaker:
                passive = found.end("verb") != found.end()
                end = found.start("verb")
                yield Stance(quote, sentence[:end] if passive else sentence[found.end() :])
                break


def _patterns(verbs: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Active and passive: somebody criticised it, and it was criticised by somebody."""
    verb = rf"(?P<verb>{any_of(verbs)})"
    return (
        re.compile(rf"(?:{WHO}|{PRONOUN})(?:, who)?{BETWEEN} {verb}\b"),
        re.compile(rf"\b(?:was|were|been|being|is|are) (?:\w+ly )?{verb} by {_ROLE}{WHO}"),
    )


def _named(found: re.Match[str], bare: str, text: str) -> str:
    """The name in a match, or "" where it is another's or not alone."""
    ahead = bare[max(0, found.start("who") - 20) : found.start("who")]
    passive = found.start("who") > found.start("verb")
    if (not passive and (OTHERS.search(ahead) or JOINED.search(ahead))) or found["who"].endswith(
        ("’s", "'s")
    ):
        return ""
    name = plain_name(found["who"])
    return name if is_name(name, found.start("who") == 0, text) else ""
