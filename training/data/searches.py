"""Questions with the passages that answer them, as the embedder learns them: pairs and batches.

The passages of a batch are near each other, so that each is a hard negative for the other questions. It
knows the data and the vectors that find near passages, and nothing of networks.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.text.sentences import all_sentences
from training.data.records import records

WORDS = 110  # of a passage around its answer: shorter than the index's, because length costs time
TITLED = 0.85  # of the news passages, the share that keeps its title in front
QUESTIONS = 3  # at most, of one written passage, so that no article weighs much
PUBLIC = 8_000  # pairs of passages that are not news
HEADLINES = 2_500  # titles that stand for questions, as short searches do
GROUP, GROUPS = 8, 6  # pairs near each other, and how many such groups make a batch
NEIGHBOURS = 64  # passages among which a group is looked for
# Natural questions on passages of some length; contexts that are false on purpose teach nothing here.
SOURCES = frozenset(
    """squad11_train_subset_duTest squadshifts_new_wiki squadshifts_reddit qed_nq
    squad_train_subset_routerlens squad_subset_emptycity hotpotqa_small clapnq_dev""".split()
)


@dataclass(frozen=True, slots=True)
class Search:
    """A question, the passage to be found, the answer in it, and the text that the passage is from."""

    question: str
    passage: str
    answer: str
    group: str

    def is_answered_by(self, other: "Search") -> bool:
        """True when the other's passage may answer too, so that it is no negative."""
        if self.group == other.group:
            return True
        return len(self.answer) > 2 and self.answer.lower() in other.passage.lower()


def searches(data: Path, seed: int = 0) -> list[Search]:
    """The searches of an epoch, in a fixed but arbitrary order."""
    rng = random.Random(seed)
    found = [*_written(data, rng), *_public(data, rng), *_headlines(data, rng)]
    rng.shuffle(found)
    return found


def _written(data: Path, rng: random.Random) -> Iterator[Search]:
    for row in records(data, "written/train"):
        asked = [(one["question"], one["answers"][0]) for one in row["questions"]]
        asked += [
            (one["rewrite"], one["answers"][0]) for one in row["follow_ups"] if one["answers"]
        ]
        for question, answer in rng.sample(asked, min(QUESTIONS, len(asked))):
            start = answer["start"] if answer["in"] == "text" else 0
            title = row["title"] if row["title"] and rng.random() < TITLED else ""
            passage = f"{title}\n{_around(row['text'], start, rng)}".lstrip()
            yield Search(question, passage, answer["text"], row["id"])


def _public(data: Path, rng: random.Random) -> list[Search]:
    rows = [
        row
        for row in records(data, "reader/train")
        if row["source"] in SOURCES and row["answers"] and row["answer_start"]
    ]
    return [
        Search(
            row["question"],
            _around(row["context"], row["answer_start"][0], rng),
            row["answers"][0],
            row["context"],
        )
        for row in rng.sample(rows, PUBLIC)
    ]


def _headlines(data: Path, rng: random.Random) -> list[Search]:
    rows = [
        row
        for name in ("bbc", "reuters")
        for row in records(data, f"news/{name}")
        if row["title"] and len(row["text"].split()) > WORDS
    ]
    found = []
    for row in rng.sample(rows, HEADLINES):
        title = row["title"].capitalize() if row["title"].isupper() else row["title"]
        passage = _around(row["text"], rng.randrange(len(row["text"])), rng)
        found.append(Search(title, passage, "", str(row["id"])))
    return found


def _around(text: str, place: int, rng: random.Random) -> str:
    """About WORDS words of whole sentences of `text`, among them the one at `place`."""
    spans = all_sentences(text)
    if not spans:
        return " ".join(text.split()[:WORDS])
    first = next((n for n, span in enumerate(spans) if span.end > place), len(spans) - 1)
    last, words = first, len(spans[first].of(text).split())
    while words < WORDS and (first > 0 or last < len(spans) - 1):
        backward = first > 0 and (last == len(spans) - 1 or rng.random() < 0.5)
        added = first - 1 if backward else last + 1
        first, last = min(first, added), max(last, added)
        words += len(spans[added].of(text).split())
    return " ".join(span.of(text) for span in spans[first : last + 1])


def batches(
    pairs: Sequence[Search], vectors: NDArray[np.float32], seed: int
) -> Iterator[list[Search]]:
    """Every pair once, in batches of groups near each other; `vectors` are those of the passages.

    A pair without free neighbours completes a batch alone. Only the last batch is smaller.
    """
    rng = random.Random(seed)
    order = rng.sample(range(len(pairs)), len(pairs))
    free = np.ones(len(pairs), bool)
    batch: list[int] = []
    for anchor in order:
        if not free[anchor]:
            continue
        batch += _near(anchor, pairs, vectors, free)
        if len(batch) >= GROUP * GROUPS:
            yield [pairs[n] for n in batch]
            batch = []
    if batch:
        yield [pairs[n] for n in batch]


def _near(
    anchor: int, pairs: Sequence[Search], vectors: NDArray[np.float32], free: NDArray[Any]
) -> list[int]:
    """The anchor and its nearest free pairs, each of another text; they are free no longer."""
    likeness = np.where(free, vectors @ vectors[anchor], -1.0)
    count = min(NEIGHBOURS, len(pairs) - 1)
    nearest = np.argpartition(-likeness, count)[: count + 1]
    chosen, texts = [anchor], {pairs[anchor].group}
    for n in nearest[np.argsort(-likeness[nearest])].tolist():
        if len(chosen) < GROUP and free[n] and pairs[n].group not in texts:
            chosen.append(n)
            texts.add(pairs[n].group)
    free[chosen] = False
    return chosen
