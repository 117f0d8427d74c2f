"""The questions that the confidence is fitted on and measured with: no reader was trained on them.

It knows the files and how they are split, and nothing of readers.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from training.data.pairs import KEPT_BACK
from training.data.records import records
from training.data.written import head_of

WRITTEN_EVERY = 4  # one in n of the articles of written news, by hash: all of them take hours
LEFT_OUT = 5  # one in n passages without a known article, by hash, is left out of the index


@dataclass(frozen=True)
class Question:
    """A question with its own passage, "" if the index does not hold that, and the accepted answers.

    `title` is its article's, or the article's id where `head`, title and day, stands in front of the context.
    """

    title: str
    question: str
    context: str
    answers: tuple[str, ...]
    head: str = ""

    @property
    def fits(self) -> bool:
        """True for the half that fits the weights; the split is by article."""
        return hashlib.sha256(self.title.encode()).digest()[0] % 2 == 0


def validation(data: Path) -> list[Question]:
    """The questions of both validation sets whose passage is in the index.

    A context without a title is its own article. Only some of the questions are used, for time.
    """
    kept_back = [r for r in records(data, "reader/squad2_dev_part") if r["title"] in KEPT_BACK]
    wiki = [r for r in records(data, "reader/valid_wiki") if not _is_left_out(r["context"])]
    return [
        Question(
            row.get("title") or row["context"][:60],
            row["question"],
            row["context"],
            tuple(row["answers"]),
        )
        for row in [*kept_back[::8], *wiki[::16]]
    ]


def strangers(data: Path) -> list[Question]:
    """Questions whose passage is not in the index; an accepted answer from another passage is right."""
    found = [
        Question(row["context"][:60], row["question"], "", tuple(row["answers"]))
        for row in records(data, "reader/valid_wiki")
        if _is_left_out(row["context"])
    ]
    return found[::4]


def news(data: Path) -> list[Question]:
    """The written questions of the validation part: answered, near misses and standalone follow-ups."""
    asked = []
    for row in records(data, "written/valid"):
        if _is_skipped(row["article"]):
            continue
        turns = [(one["question"], one["answers"]) for one in row["questions"]]
        turns += [(one["question"], []) for one in row["unanswerable"]]
        turns += [(one["rewrite"], one["answers"]) for one in row["follow_ups"]]
        for question, answers in dict(turns).items():
            accepted = "; ".join(answer["text"].strip() for answer in answers)
            held = (accepted,) if accepted else ()
            asked.append(Question(row["article"], question, row["text"], held, head_of(row)))
    return asked


def _is_skipped(article: str) -> bool:
    return hashlib.sha256(article.encode()).digest()[2] % WRITTEN_EVERY != 0


def _is_left_out(context: str) -> bool:
    return hashlib.sha256(context.encode()).digest()[1] % LEFT_OUT == 0
