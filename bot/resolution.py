"""Follow-ups: a question and the turn before it give a question that stands on its own.

Two plain rules: a pronoun stands for the last turn's name, and "And X?" repeats the last question about X.
A turn that stands on its own is left exactly as typed.
"""

import re

from bot.conversation import Conversation
from bot.terms import names, tokens

_PERSON = re.compile(r"\b(he|him|she|they|them)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(his|her|their)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|there|then|that (?:meeting|speech|day|attack|war))\b", re.IGNORECASE)
_AND_X = re.compile(
    r"(?:and|but|what about|how about|and what about)\s+(.{2,60}?)\s*\?*", re.IGNORECASE
)
_ASKS = re.compile(
    r"(?:what|who|whom|when|where|why|how|which|did|does|do|is|was)\b", re.IGNORECASE
)
_BARE = re.compile(
    r"(?:and |but )?(why|when|where|how|who|how many|how long)(?: (?:was|is) (?:it|that|this))?\s*\?*",
    re.IGNORECASE,
)
# What `_BARE` put before the question it took up: "Why?" after "Why?" does not pile up.
_TAKEN_UP = re.compile(r"^(?:and |but )?(?:why|when|where|how|who)[ \w]{0,12}: ", re.IGNORECASE)
TOPIC_WORDS = 12


def resolve(question: str, conversation: Conversation) -> str:
    """The standalone question; equal to `question` when there is nothing to resolve."""
    last = conversation.last
    if last is None:
        return question
    before = last.answer.standalone_question
    same = _AND_X.fullmatch(question.strip())
    if same and names(same.group(1)) and not _ASKS.match(same.group(1)):
        return _swap(before, same.group(1))
    if _BARE.fullmatch(question.strip()):
        return f"{question.rstrip('? ')}: {_TAKEN_UP.sub('', before, count=1)}"
    known = _named(before)
    if known and (_PERSON.search(question) or _POSSESSIVE.search(question)):
        inside = {name for name in known if name in question}
        subject = next((name for name in known if name not in inside), None)
        if subject:
            return _POSSESSIVE.sub(f"{subject}'s", _PERSON.sub(subject, question, count=1), count=1)
    if _THING.search(question) and not names(question[1:]):
        topic = dict.fromkeys(t.text for t in tokens(before) if not t.is_stop_word)
        return f"{question.rstrip('? ')} ({' '.join(list(topic)[:TOPIC_WORDS])})?"
    return question


def _named(question: str) -> list[str]:
    """Names of a question; its first word is a question word, not a name."""
    return [name for name in names(question) if name.lower() not in {"which", "how"}]


def _swap(before: str, other: str) -> str:
    known = _named(before)
    return before.replace(known[0], other.strip(" ?"), 1) if known else f"{before} {other}"
