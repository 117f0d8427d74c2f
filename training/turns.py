"""Training data of the resolver: questions in a conversation with a person's standalone rewrite.

It labels the history words that the rewrite uses and the question words that it replaces. It knows the
files and their split, and nothing of networks.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bot.english.words import stems, tokens
from bot.resolution.tagger import Feed, Feeder
from training.examples import padded
from training.records import records

UNJUDGED = -1.0


@dataclass(frozen=True, slots=True)
class TurnExample:
    """A turn in tokens: `needed` and `stands` hold 1, 0 or UNJUDGED for every one of `ids`.

    `stands` of the first token says whether the question needs anything at all.
    """

    ids: list[int]
    base: int
    needed: list[float]
    stands: list[float]

    @property
    def width(self) -> int:
        """The padded length."""
        return padded(len(self.ids))


def held_out(row: dict[str, Any]) -> bool:
    """True for the validation data: CAsT 2021, and a fifth of CANARD's conversations."""
    if row["source"].startswith("cast"):
        return bool(row["source"] == "cast2021")
    conversation = row["id"].rsplit("_", 1)[0]
    return hashlib.sha256(conversation.encode()).digest()[0] % 5 == 0


def turns(data: Path) -> list[dict[str, Any]]:
    """Every turn of both sets."""
    return [
        row
        for name in ("canard_dev", "cast_2019_2021")
        for row in records(data, f"conversation/{name}")
    ]


def example(row: dict[str, Any], feeder: Feeder) -> TurnExample:
    """The turn, labelled with the words that its rewrite takes from the history and replaces."""
    feed: Feed = feeder.feed(row["history"], row["question"])
    wanted = set(stems(row["rewrite"])).difference(stems(row["question"]))
    needed, stands = [UNJUDGED] * len(feed.ids), [UNJUDGED] * len(feed.ids)
    for _, word, at in feed.history:
        if not word.is_stop_word:
            needed[at] = float(word.stem in wanted)
    gone = _replaced([word.text for _, word, _ in feed.question], row["rewrite"])
    for (_, _, at), is_gone in zip(feed.question, gone, strict=True):
        stands[at] = float(is_gone)
    stands[0] = float(bool(wanted) or any(gone))
    return TurnExample(feed.ids, feed.base, needed, stands)


def _replaced(question: Sequence[str], rewrite: str) -> list[bool]:
    """For each word of the question, whether the rewrite has other words in its place."""
    asked = [word.lower() for word in question]
    rewritten = [token.text.lower() for token in tokens(rewrite)]
    replaced = [False] * len(asked)
    for kind, start, end, _, _ in SequenceMatcher(
        None, asked, rewritten, autojunk=False
    ).get_opcodes():
        if kind == "replace":
            replaced[start:end] = [True] * (end - start)
    return replaced
