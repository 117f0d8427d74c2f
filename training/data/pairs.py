"""Pairs of a question and a passage from public data.

It knows the files of the data folder and how much of each is used.
"""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data.records import records

# Articles of squad2_dev_part that are never trained on: they measure refusals.
KEPT_BACK = frozenset(
    "Geology Yuan_dynasty University_of_Chicago Private_school Amazon_rainforest Normans".split()
)
# The share of a source to use, by quality; other sources are used whole. QAMR has
# one-sentence contexts and odd questions; privacy policies and television dialogue are far from news.
SHARES = {
    "qamr_wikinews": 0.25,
    "qamr_wikipedia": 0.12,
    "policyqa_test": 0.2,
    "policyqa_dev": 0.2,
    "friendsqa": 0.25,
    "covidqa": 0.25,
    "squadshifts_amazon_reviews": 0.4,
    "squadshifts_reddit": 0.45,
}
_SICK = {"ENTAILMENT": "yes", "CONTRADICTION": "no", "NEUTRAL": "neither"}
LONGEST_ANSWER = 400  # characters
LONGEST_JUDGED = 700  # characters; truncating a longer text could remove the evidence


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a passage; `start`..`end` is the answer in it, both -1 when there is none.

    `kind` is the origin of a pair without an answer; with kind "supported" the passage does answer
    or support the claim, but the position is unknown. `head` counts the characters of title and
    date in front of the passage, which a cut keeps. `history` holds the earlier turns, the latest first.
    `verdict` is "yes", "no", "neither", or empty where no yes-or-no question is asked. Pairs of one
    `group` share a passage. `others` are the further answers of a list.
    """

    question: str
    passage: str
    start: int = -1
    end: int = -1
    kind: str = "answer"
    head: int = 0
    history: tuple[str, ...] = ()
    verdict: str = ""
    group: str = ""
    others: tuple[tuple[int, int], ...] = ()


def adversarial_pairs(data: Path, *, kept_back: bool) -> list[Pair]:
    """The human questions of squad2_dev_part, from the validation articles or from the others."""
    return [
        _answered(row) or Pair(row["question"], row["context"], kind="adversarial")
        for row in records(data, "reader/squad2_dev_part")
        if (row["title"] in KEPT_BACK) is kept_back
    ]


def judged_pairs(data: Path) -> list[Pair]:
    """Questions and claims with a text and a human label: does the text answer or support them?

    Only the train and dev parts; the test parts measure the check of sentences.
    """
    judged = [
        *(
            (r["question"], r["sentence"], r["label"] == 1, "")
            for r in records(data, "pairs/trecqa_train")
        ),
        *(
            (
                r["claim"],
                " ".join(r["gold_evidence"]),
                r["label"] == "SUPPORTS",
                "yes" if r["label"] == "SUPPORTS" else "no",
            )
            for r in records(data, "pairs/foolmetwice_dev")
        ),
        *(
            (
                r["claim"],
                " ".join(r["evidence"]),
                r["label"] == "supported",
                "yes" if r["label"] == "supported" else "neither",
            )
            for r in records(data, "pairs/wice_oracle_chunks_dev")
            if r["label"] != "partially_supported"
        ),
        *(
            (
                r["hypothesis"],
                r["premise"],
                r["label"] == "entailment",
                "yes" if r["label"] == "entailment" else "neither",
            )
            for r in records(data, "pairs/rte_train")
        ),
        *(
            (r["hypothesis"], r["premise"], r["label"] == "ENTAILMENT", _SICK[r["label"]])
            for r in records(data, "pairs/sick_train")
        ),
    ]
    return [
        Pair(question, text, kind="supported" if holds else "judged", verdict=verdict)
        for question, text, holds, verdict in judged
        if len(text) <= LONGEST_JUDGED
    ]


def answered_pairs(data: Path, rng: random.Random) -> list[Pair]:
    """The questions of the training part, a share of each source; a few have no answer."""
    pairs = []
    for row in records(data, "reader/train"):
        if rng.random() >= SHARES.get(row["source"], 1.0):
            continue
        if not row["answers"]:
            pairs.append(Pair(row["question"], row["context"], kind="natural"))
        elif (pair := _answered(row)) and pair.end - pair.start <= LONGEST_ANSWER:
            pairs.append(pair)
    return pairs


def _answered(row: dict[str, Any]) -> Pair | None:
    """The row with its shortest answer at the stated position, or None when no position matches."""
    context = row["context"]
    spans = [
        (len(answer), start)
        for answer, start in zip(row["answers"], row["answer_start"] or [], strict=False)
        if answer and context.startswith(answer, start)
    ]
    if not spans:
        return None
    length, start = min(spans)
    words = context[start : start + length].strip(" .,;:")
    start = context.index(words, start)
    return Pair(row["question"], context, start, start + len(words)) if words else None
