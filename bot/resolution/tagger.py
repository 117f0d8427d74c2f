"""Marks which words of a conversation the next question needs, with the int8 ONNX model in models/resolver.

Term tagging after QuReTeC (Voskarides et al. 2020): each word of earlier turns gets the probability that the
question is incomplete without it, and each word of the question the probability that it stands for such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from bot.english.words import Token, tokens
from index.errors import ModelError
from index.models.session import (
    ModelKind,
    clean,
    cores,
    open_session,
    open_tokenizer,
    special_tokens,
)

RESOLVER = ModelKind("resolving model", ("input_ids", "token_type_ids"), "training.export_resolver")
MAX_TOKENS = 224  # of a run, however long the conversation
QUESTION_TOKENS = 64
NEWEST, OLDER = 96, 24  # tokens read of the two newest items, and of each one before
ITEM_CHARACTERS = 2_000  # bounds the tokeniser's work


@dataclass(frozen=True, slots=True)
class Tagged:
    """A word of item `item` of the history, or of the question, with its probability."""

    item: int
    word: Token
    probability: float


@dataclass(frozen=True, slots=True)
class Tagging:
    """The model's probabilities for one question.

    `needed`: the words of the history, with how probably the question is incomplete without each. `stands`:
    the words of the question, with how probably each only stands for such words. `is_open`: how probably
    the question needs any. All in [0, 1], and only of the part that is read.
    """

    needed: tuple[Tagged, ...] = ()
    stands: tuple[Tagged, ...] = ()
    is_open: float = 0.0


@dataclass(frozen=True, slots=True)
class Feed:
    """The input of the model: the history from its oldest kept item, then the question from `base` on.

    `history` holds for each word of it the item, the word and the place of its first token in `ids`;
    `question` the same for the question's words, as item -1.
    """

    ids: list[int]
    base: int
    history: list[tuple[int, Token, int]]
    question: list[tuple[int, Token, int]]

    @property
    def segments(self) -> list[int]:
        """0 for the history, 1 for the question."""
        return [int(n >= self.base) for n in range(len(self.ids))]


class Feeder:
    """Makes the model's input from a history and a question; training uses it as well."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._first, self._between = special_tokens(tokenizer)

    def feed(self, history: Sequence[str], question: str) -> Feed:
        """The newest items get room first; `history` is oldest first, questions and answers by turns."""
        asked, asked_words = self._encode(question, QUESTION_TOKENS)
        room = MAX_TOKENS - len(asked) - 3
        kept: list[tuple[int, list[int], list[tuple[Token, int]]]] = []
        for age, n in enumerate(reversed(range(len(history)))):
            ids, words = self._encode(history[n], min(NEWEST if age < 2 else OLDER, room))
            if not ids or room < 2:
                break
            kept.append((n, ids, words))
            room -= len(ids) + 1  # every item ends with a separator
        ids, history_words = [self._first], []
        for n, part, words in reversed(kept):
            history_words += [(n, word, len(ids) + at) for word, at in words]
            ids += [*part, self._between]
        base = len(ids)
        question_words = [(-1, word, base + at) for word, at in asked_words]
        return Feed([*ids, *asked, self._between], base, history_words, question_words)

    def _encode(self, text: str, most: int) -> tuple[list[int], list[tuple[Token, int]]]:
        """The text's first tokens, and its whole words among them with the place of their first token."""
        text = clean(text, ITEM_CHARACTERS)
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids = encoding.ids[: max(0, most)]
        starts = {left: n for n, (left, _) in reversed(list(enumerate(encoding.offsets)))}
        words = [(word, starts[word.start]) for word in tokens(text) if word.start in starts]
        return ids, [(word, at) for word, at in words if at < len(ids)]


class TermTagger:
    """The resolving model of one folder, loaded when constructed and safe to call from any thread."""

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        """Load `folder`/model.onnx and tokenizer.json, or raise ModelError.

        `threads` work on one question together; None means one for each core.
        """
        self._session, self.fingerprint = open_session(folder, RESOLVER, threads or cores())
        self._feeder = Feeder(open_tokenizer(folder, RESOLVER))

    def tag(self, history: Sequence[str], question: str) -> Tagging:
        """The words of `history`, oldest text first, that `question` needs. Nothing without a history."""
        feed = self._feeder.feed(history, question)
        if not feed.history:
            return Tagging()
        inputs = {
            "input_ids": np.array([feed.ids], np.int64),
            "token_type_ids": np.array([feed.segments], np.int64),
        }
        needed, stands = (
            1 / (1 + np.exp(-logits[0])) for logits in self._session.run(None, inputs)
        )
        if not (np.isfinite(needed).all() and np.isfinite(stands).all()):
            raise ModelError(
                "resolving model: gave a number that is not finite; restore models/resolver"
            )
        return Tagging(
            tuple(Tagged(item, word, float(needed[at])) for item, word, at in feed.history),
            tuple(Tagged(item, word, float(stands[at])) for item, word, at in feed.question),
            float(stands[0]),
        )
