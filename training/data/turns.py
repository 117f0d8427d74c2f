"""Training data of the resolver: questions in a conversation with a person's standalone rewrite.

It labels the history words that the rewrite uses and the question words that it replaces. It knows the
files and their split, and nothing of networks.
"""

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bot.english.words import stems, tokens
from bot.resolution.tagger import Feed, Feeder
from training.data.examples import padded
from training.data.records import records
from training.data.written import answers_by_question, said_before

OUTPUTS = "needed", "stands"  # of the model
UNJUDGED = -1.0
SAME_PASSAGE = (
    0.5  # share of the written questions that need no history and are of the same passage
)


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


def written_turns(data: Path, part: str = "train") -> list[dict[str, Any]]:
    """The written follow-ups on news, and as many questions behind a conversation that they do not need.

    Such a question is of the same passage or of another one; it is its own rewrite.
    """
    rows = list(records(data, f"written/{part}"))
    follow_ups = [turn for row in rows for turn in _follow_ups(row)]
    rng = random.Random(0)
    firsts = {row["id"]: [one["question"] for one in row["questions"]] for row in rows}
    alone = []
    for turn in follow_ups:
        own = [one for one in firsts[turn["id"]] if one not in turn["history"]]
        other = firsts[rng.choice(rows)["id"]]
        questions = own if own and rng.random() < SAME_PASSAGE else other
        if questions:
            question = rng.choice(questions)
            alone.append({**turn, "question": question, "rewrite": question})
    return [*follow_ups, *alone]


def _follow_ups(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The follow-ups of one passage, each history with the answers between its questions."""
    answers = answers_by_question(row)
    for turn in row["follow_ups"]:
        yield {
            "id": row["id"],
            "source": "written",
            "history": said_before(turn, answers),
            "question": turn["question"],
            "rewrite": turn["rewrite"],
        }


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
