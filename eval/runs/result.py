"""The result of one case: the answer, the passages retrieved, read and cited, and the step that failed.

Knows nothing of engines, files, sets or figures over several cases.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from eval.cases.case import Case
from eval.metrics.metrics import answer_is_right, answer_overlaps, exact_match, token_f1
from eval.runs.citing import NOTHING_SAID, SupportCounts

MissCause = Literal[
    "not retrieved",
    "retrieved, not read",
    "read, but refused",
    "wrong span",
    "wrong citation",
    "should have refused",
]


def digest_of(values: Sequence[object]) -> str:
    """16 hexadecimal digits of the values' JSON, the same for equal values on every run."""
    # ASCII escapes, so that a stray surrogate of a file's name cannot fail the run
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode("ascii")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Place:
    """Words of an article: its id, and their span in code points of its text; "" for no place."""

    article: str = ""
    start: int = 0
    end: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A passage that was retrieved: its id, its file, its words, its fused score and its place.

    `holds` are the numbers, in the case's `spans`, of those supporting spans that it overlaps.
    """

    id: str
    file: str
    title: str
    text: str
    score: float
    holds: tuple[int, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of the last turn: its file and place, and which of the supporting spans it overlaps."""

    file: str
    holds: tuple[int, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The result of one case.

    `retrieved` are the distinct files of `passages`, best first; the reader was given the first
    `read` of these. `citations` and `citations_valid` count those of every turn, history included.
    `text` is the whole answer as a person reads it, `given` the short one.
    `ms` is the time of the last turn alone, `stages` its milliseconds by stage, and `digest` is of
    everything that was answered except times and confidence. `cited` are the last turn's citations,
    `support` counts how far they support it, and `differing` the other articles shown with another
    figure. `alone` is whether a follow-up's rewrite, asked by itself, is answered correctly or rightly
    refused; None where there is no rewrite. `supporting` are the places of the case's `spans`.
    """

    case: Case
    standalone: str
    given: str
    refused: bool
    confidence: float
    cited_files: tuple[str, ...]
    retrieved: tuple[str, ...]
    citations: int
    citations_valid: int
    digest: str
    ms: float
    passages: tuple[Retrieved, ...] = ()
    read: int = 0
    text: str = ""
    cited: tuple[Cited, ...] = ()
    support: SupportCounts = NOTHING_SAID
    differing: int = 0
    alone: bool | None = None
    stages: Mapping[str, float] = field(default_factory=dict)
    supporting: tuple[Place, ...] = ()

    @property
    def agreeing(self) -> int:
        """How many articles the answer rests on."""
        return len(self.cited_files)

    @property
    def right(self) -> bool:
        """The short answer is an accepted one; without accepted answers, the refusal is."""
        if not self.case.answerable:
            return self.refused
        matches = answer_overlaps if self.case.match else answer_is_right
        is_accepted = bool(matches(self.given, self.case.answers))
        return not self.refused and (is_accepted or self.case.matches(self.given))

    @property
    def file_right(self) -> bool:
        """A file that holds the answer is cited."""
        return not set(self.cited_files).isdisjoint(self.case.files)

    @property
    def correct(self) -> bool:
        """Right, and with a right file cited where there is something to cite."""
        return self.right and (self.file_right or not self.case.answerable)

    @property
    def cause(self) -> MissCause | None:
        """The first step at which a miss went wrong; None for a correct case.

        Without an answer to give, it should have refused. Otherwise: no passage of a file that
        holds the answer was retrieved; or none was among those read; or all was there and it was
        refused; or other words were given; or the right words were, from another file.
        """
        if self.correct:
            return None
        if not self.case.answerable:
            return "should have refused"
        if self._lacks(self.passages):
            return "not retrieved"
        if self._lacks(self.passages[: self.read]):
            return "retrieved, not read"
        if self.refused:
            return "read, but refused"
        return "wrong citation" if self.right else "wrong span"

    def _lacks(self, passages: Sequence[Retrieved]) -> bool:
        return {passage.file for passage in passages}.isdisjoint(self.case.files)

    @property
    def exact_match(self) -> float | None:
        """EM of the short answer, 0 for a refusal; None for an unanswerable case."""
        return exact_match(self.given, self.case.answers)

    @property
    def token_f1(self) -> float | None:
        """Token F1 of the short answer, 0 for a refusal; None for an unanswerable case."""
        return token_f1(self.given, self.case.answers)

    @property
    def spans_ranked(self) -> tuple[str, ...]:
        """The passages by rank, each as the supporting spans that it is the first to hold, else as itself.

        A ranking in which the relevant items are `span_names`.
        """
        ranked: dict[str, None] = {}
        for passage in self.passages:
            fresh = [name for name in map(str, passage.holds) if name not in ranked]
            ranked.update(dict.fromkeys(fresh or [f"passage {passage.id}"]))
        return tuple(ranked)

    @property
    def span_names(self) -> tuple[str, ...]:
        """The case's supporting spans, as they are called in `spans_ranked`."""
        return tuple(map(str, range(len(self.case.spans))))

    @property
    def ranks(self) -> tuple[int | None, ...]:
        """The rank of each of the case's files among those retrieved, from 1; None if absent."""
        place = {file: rank for rank, file in enumerate(self.retrieved, start=1)}
        return tuple(place.get(file) for file in self.case.files)
