"""Decides whether a question is a follow-up, and which words of the earlier turns it needs.

A model marks the words; nothing is rewritten. A complete question stays exactly as typed.
"""

import re
from collections.abc import Sequence

from bot.conversation import Conversation, Resolved, Turn, added_to, bare
from bot.english.names import NAME_WORD, find_names
from bot.english.words import terms, tokens
from bot.resolution.fragments import asks_instead, asks_on, is_whole, names_another, whole_before
from bot.resolution.phrases import find_phrases
from bot.resolution.remarks import remark_in
from bot.resolution.tagger import ITEM_CHARACTERS, TermTagger

OPEN = 0.5  # the probability from which a question needs earlier turns
TURNS_READ = 20  # the newest of a conversation, so that the work is bounded
# Of these the reader is given the last few, each answer cut, as it was trained.
TURNS_OF_READER, WORDS_OF_ANSWER = 3, 12
LONGEST_THREAD = 8  # turns that are looked at for the beginning of the subject


# "Who is he?" asks for the person named last, whom the model often overlooks.
_WHO_IS = re.compile(r"\W*(?:(?:and|so|but) )?who(?: is| was|['’]s) s?he\W*$", re.IGNORECASE)
_NAMED = re.compile(rf"{NAME_WORD}(?: {NAME_WORD})+")


class Resolver:
    """Resolves questions with one model. Safe to call from several threads; it keeps no state."""

    def __init__(self, tagger: TermTagger) -> None:
        """`tagger` is shared and outlives this."""
        self._tagger = tagger

    def resolve(self, question: str, conversation: Conversation) -> Resolved:
        """See QuestionResolver."""
        newest = conversation.turns[-TURNS_READ:]
        if not any(c.isalnum() for text in _texts(newest) for c in text):
            return Resolved.alone(question)
        turns = self._thread(newest)
        if (asked := bare(question)) != question:  # a person chose the words: "Where? (Oban)"
            taken = added_to(question)
            instead = asks_instead(asked) and bool(taken) and is_whole(taken[0])
            form = taken[0] if instead else ""
            text = question if taken else asked
            return Resolved(text, asked, _for_reader(turns), taken, follows=True, form=form)
        history = _texts(turns)
        tagging = self._tagger.tag(history, question)
        is_open, instead = tagging.is_open >= OPEN, asks_instead(question)
        is_part = instead or (asks_on(question) and (is_open or not terms(question)))
        whole = whole_before(turns) if is_part else ()
        if not whole and not is_open:
            return Resolved.alone(question)
        form = whole[0] if whole and instead else ""
        if form and names_another(question, form):
            whole = (form, *(word for word in whole[1:] if not find_names(word)))
        known = {token.stem for text in (question, *whole) for token in tokens(text)}
        phrases = [] if form else find_phrases(history, tagging.needed)
        taken = (*whole, *(phrase.text for phrase in phrases if not phrase.stems <= known))
        if _WHO_IS.match(question):
            taken = _last_name(turns) or taken
        text = f"{question} ({', '.join(taken)})" if taken else question
        return Resolved(text, question, _for_reader(turns), taken, follows=True, form=form)

    def _thread(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """The turns from the last one that began a subject: words of subjects before it mislead the model."""
        for at in range(len(turns) - 1, max(0, len(turns) - LONGEST_THREAD), -1):
            asked = turns[at].question
            if turns[at].answer.standalone_question != asked or remark_in(asked):
                continue
            if (
                self._tagger.tag(_texts(turns[max(0, at - TURNS_OF_READER) : at]), asked).is_open
                < OPEN
            ):
                return turns[at:]
        return turns

    def close(self) -> None:
        """See QuestionResolver; the tagger stays open."""


def _texts(turns: Sequence[Turn]) -> list[str]:
    """What was asked and answered, oldest first."""
    said = [text for turn in turns for text in (_asked(turn), turn.answer.answer)]
    return [text for text in said if text.strip()]


def _last_name(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The newest name of several words, those of an answer before those of its question."""
    for turn in reversed(turns[-TURNS_OF_READER:]):
        for text in (turn.answer.answer, turn.question):
            if found := [name for name in find_names(text) if _NAMED.fullmatch(name)]:
                return (found[-1],)
    return ()


def _for_reader(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The last turns, the latest first: each question as typed, with the beginning of its short answer."""
    return tuple(
        " ".join([turn.question, *turn.answer.answer.split()[:WORDS_OF_ANSWER]])[:ITEM_CHARACTERS]
        for turn in reversed(turns[-TURNS_OF_READER:])
    )


def _asked(turn: Turn) -> str:
    """The question that was searched for, with the words taken from earlier turns behind it."""
    standalone = turn.answer.standalone_question
    taken = added_to(standalone)
    if not taken or bare(turn.question) != turn.question:
        return standalone
    return f"{bare(standalone)} {', '.join(taken)}"
