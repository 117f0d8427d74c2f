"""Written questions about news as pairs: answered, near misses, follow-ups in three forms.

It knows the records of written/*.jsonl.xz and nothing of tokens or networks.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.english.words import stems, tokens
from bot.resolution.phrases import find_phrases
from bot.resolution.tagger import Tagged
from index.text.dates import month_first
from training.data.pairs import Pair
from training.data.records import records

Record = dict[str, Any]

HISTORY_TURNS = 3  # earlier turns that a follow-up is read with, the latest first
HISTORY_ANSWER = 12  # words of an earlier answer kept in the history


def written_pairs(data: Path, part: str = "train") -> list[Pair]:
    """Every question of `part` ("train" or "valid"); follow-ups both standalone and with history."""
    return [pair for row in records(data, f"written/{part}") for pair in row_pairs(row)]


def row_pairs(row: Record) -> Iterator[Pair]:
    """The pairs of one passage; `group` is its id, so that contrasting questions can share a batch."""
    for question in row["questions"]:
        yield _pair(row, question["question"], question["answers"])
    for question in row["unanswerable"]:
        yield _pair(row, question["question"], [], kind="near miss")
    answers = answers_by_question(row)
    for turn in row["follow_ups"]:
        yield _pair(row, turn["rewrite"], turn["answers"], kind="standalone")
        history = history_of(turn["history"], answers)
        yield _pair(row, turn["question"], turn["answers"], kind="follow-up", history=history)
        named = with_terms(turn, answers)
        yield _pair(row, named, turn["answers"], kind="named follow-up", history=history)
    for question in row["yes_no"]:
        evidence = [question["evidence"]]
        yield _pair(
            row, question["question"], evidence, kind="verdict", verdict=question["verdict"]
        )


def head_of(row: Record) -> str:
    """Title and date as `bot.reading.extractive.feed` puts them in front of a passage."""
    head = f"{row['title']}\n" if row["title"] else ""
    if row["date"]:
        day = date.fromisoformat(row["date"][:10])
        head += f"{month_first(day)}\n"
    return head


def history_of(questions: Sequence[str], answers: dict[str, str]) -> tuple[str, ...]:
    """The earlier turns, the latest first: each its question and the beginning of its answer."""
    turns = []
    for question in reversed(questions[-HISTORY_TURNS:]):
        answer = " ".join(answers.get(question, "").split()[:HISTORY_ANSWER])
        turns.append(f"{question} {answer}".strip())
    return tuple(turns)


def with_terms(turn: Record, answers: dict[str, str]) -> str:
    """A follow-up with the words that its rewrite has from earlier turns behind it, as a resolver does."""
    said = said_before(turn, answers)
    wanted = set(stems(turn["rewrite"])).difference(stems(turn["question"]))
    needed = [
        Tagged(item, word, float(word.stem in wanted))
        for item, text in enumerate(said)
        for word in tokens(text)
    ]
    taken = ", ".join(phrase.text for phrase in find_phrases(said, needed))
    return f"{turn['question']} ({taken})" if taken else str(turn["question"])


def with_strange_histories(pairs: Sequence[Pair], share: float, rng: random.Random) -> list[Pair]:
    """Some standalone questions again with an unrelated history, which must change nothing."""
    histories = [pair.history for pair in pairs if pair.history]
    alone = [pair for pair in pairs if not pair.history]
    chosen = rng.sample(alone, int(share * len(alone)))
    return [
        Pair(
            pair.question,
            pair.passage,
            pair.start,
            pair.end,
            pair.kind,
            pair.head,
            rng.choice(histories),
            pair.verdict,
            pair.group,
            pair.others,
        )
        for pair in chosen
    ]


def said_before(turn: Record, answers: dict[str, str]) -> list[str]:
    """The earlier questions of a turn with the answers that there are between them, oldest first."""
    said = (text for asked in turn["history"] for text in (asked, answers.get(asked, "")))
    return [text for text in said if text]


def answers_by_question(row: Record) -> dict[str, str]:
    """The answer of each question of a passage, the items of a list in a row."""
    answers = {}
    for turn in [*row["questions"], *row["follow_ups"]]:
        answers[turn["question"]] = ", ".join(answer["text"] for answer in turn["answers"])
    return answers


def _pair(
    row: Record,
    question: str,
    answers: Sequence[Record],
    kind: str = "answer",
    history: tuple[str, ...] = (),
    verdict: str = "",
) -> Pair:
    """Offsets are relative to the start of head and passage together."""
    head = head_of(row)
    spans = []
    for answer in answers:
        first = answer["start"] + (len(head) if answer["in"] == "text" else 0)
        spans.append((first, first + len(answer["text"])))
    start, end = spans[0] if spans else (-1, -1)
    return Pair(
        question,
        head + row["text"],
        start,
        end,
        kind,
        len(head),
        history,
        verdict,
        row["id"],
        tuple(spans[1:]),
    )
