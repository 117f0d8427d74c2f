"""Candidates in a new order: what the reader finds in them counts beside how they were found."""

from collections.abc import Sequence

from bot.answer import Candidate, Evidence
from bot.retrieval import fuse


def by_reader(
    candidates: Sequence[Candidate], evidence: Sequence[Evidence]
) -> tuple[Candidate, ...]:
    """The candidates, best first by reciprocal rank in both orders; so is `evidence`, in the reader's."""
    by_id = {candidate.passage.id: candidate for candidate in candidates}
    answering = dict.fromkeys(item.candidate.passage.id for item in evidence)
    fused = fuse([list(by_id), [key for key in answering if key in by_id]])
    return tuple(by_id[key] for key, _ in fused)
