"""How well an answer's citations support it: citation recall and precision by the sentence check.

Source: ALCE (Gao et al. 2023), with this project's check in the place of its entailment model. The check
goes by the wording alone here, so that a figure depends on no weights. Knows nothing of cases or sets.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Answer, Candidate, Citation
from bot.llm.checking.checker import Checker

_CHECKER = Checker()


@dataclass(frozen=True, slots=True)
class SupportCounts:
    """Counts of one answer, in ALCE's terms.

    `supported` of the `statements` are supported by everything they cite together; `needed` of their
    `citations` support the statement alone, or it is unsupported without them.
    """

    statements: int = 0
    supported: int = 0
    citations: int = 0
    needed: int = 0


NOTHING_SAID = SupportCounts()


def count_support(answer: Answer) -> SupportCounts:
    """Checks every statement of what a person reads against the passages that it cites.

    All counts of a refusal are 0. Statements are a language model's sentences, each with its citations;
    without one the short answer, which all citations support. A statement without citations is not supported.
    """
    if answer.refused:
        return NOTHING_SAID
    cited = {citation.number: citation for citation in answer.citations}
    statements = supported = citations = needed = 0
    for text, numbers in _statements(answer):
        passages = {n: _passages(cited[n], answer.candidates) for n in numbers if n in cited}
        together = [one for found in passages.values() for one in found]
        whole = _holds(text, together)
        statements += 1
        supported += whole
        citations += len(passages)
        needed += whole * sum(_is_needed(text, n, passages) for n in passages)
    return SupportCounts(statements, supported, citations, needed)


def _statements(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    if answer.statements:
        return [(one.text, one.numbers) for one in answer.statements]
    return [(answer.answer, tuple(citation.number for citation in answer.citations))]


def _passages(citation: Citation, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The retrieved passages that hold the first words of what is cited."""
    return [
        each
        for each in candidates
        if each.article.path == citation.file
        and each.passage.start <= citation.start < each.passage.end
    ]


def _holds(text: str, passages: Sequence[Candidate]) -> bool:
    return bool(passages) and _CHECKER.check(text, passages).verdict == "supported"


def _is_needed(text: str, number: int, passages: dict[int, list[Candidate]]) -> bool:
    others = [one for n, found in passages.items() if n != number for one in found]
    return _holds(text, passages[number]) or not _holds(text, others)
