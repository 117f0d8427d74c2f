"""Follow-ups: the resolver's standalone questions compared with a person's rewrites."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answer import Answer
from bot.conversation import Conversation
from bot.english.words import tokens
from eval.cases.turns import TurnCase
from eval.metrics.metrics import mean, percentile
from eval.runs.report import Figure

Resolve = Callable[[str, Sequence[str]], str]
LABELS = {
    "turns": "turns",
    "standalone_turns": "turns that stand on their own",
    "term_precision": "term precision",
    "term_recall": "term recall",
    "term_f1": "term F1",
    "left_alone": "left alone, of those that stand on their own",
    "changed": "changed, of the others",
    "rouge_1": "ROUGE-1",
    "rouge_1_as_typed": "ROUGE-1 of the questions as typed",
    "p50_ms": "p50, ms a turn",
    "p95_ms": "p95, ms a turn",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one turn."""

    case: TurnCase
    standalone: str
    ms: float


@dataclass(frozen=True)
class ResolutionReport:
    """The turns in the file's order, and the figures derived from them."""

    turns: tuple[Resolved, ...]

    @property
    def predictions(self) -> dict[str, str]:
        """The standalone question of each case, by its id."""
        return {one.case.id: one.standalone for one in self.turns}

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """Counts, and shares in [0, 1], by name; None where nothing is to measure.

        Term precision and recall are over the terms of all turns together, as QuReTeC is measured.
        ROUGE-1 is the mean over turns of the F1 of single words, the rewrite's against ours.
        """
        terms = [
            (one.case.terms_of(one.standalone), one.case.terms_of(one.case.rewrite))
            for one in self.turns
        ]
        right = sum(len(ours & theirs) for ours, theirs in terms)
        ours, theirs = (sum(len(pair[side]) for pair in terms) for side in (0, 1))
        alone = [one.standalone == one.case.question for one in self.turns]
        stands = [one.case.stands_alone for one in self.turns]
        pairs = list(zip(alone, stands, strict=True))
        return {
            "turns": len(self.turns),
            "standalone_turns": sum(stands),
            "term_precision": right / ours if ours else None,
            "term_recall": right / theirs if theirs else None,
            "term_f1": 2 * right / (ours + theirs) if ours + theirs else None,
            "left_alone": mean(is_left for is_left, stood in pairs if stood),
            "changed": mean(not is_left for is_left, stood in pairs if not stood),
            "rouge_1": mean(rouge_1(one.standalone, one.case.rewrite) for one in self.turns),
            "rouge_1_as_typed": mean(
                rouge_1(one.case.question, one.case.rewrite) for one in self.turns
            ),
        }

    @cached_property
    def timings(self) -> dict[str, Figure]:
        """Milliseconds to resolve one turn."""
        times = [one.ms for one in self.turns]
        return {f"p{percent}_ms": percentile(times, percent) for percent in (50, 95)}


def as_conversation(history: Sequence[str]) -> Conversation:
    """A conversation in which these questions and answers were said, in their order.

    What ends with a question mark is a question; other texts answer the one before.
    """
    conversation = Conversation()
    for text in filter(str.strip, history):
        last = conversation.last
        if text.rstrip().endswith("?") or last is None:
            turn, earlier = Answer(text, text, "", "", True, None, 0.0), conversation.turns
        else:
            known = last.answer
            turn = replace(known, answer=text, text=text, refused=False)
            earlier = conversation.turns[:-1]
        conversation = Conversation(earlier).with_turn(turn)
    return conversation


def rouge_1(given: str, expected: str) -> float:
    """F1 in [0, 1] of the words of both, repeats counted (Lin 2004, ROUGE-1, without stemming)."""
    ours, theirs = (Counter(t.text.lower() for t in tokens(text)) for text in (given, expected))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def evaluate_turns(cases: Iterable[TurnCase], resolve: Resolve) -> ResolutionReport:
    """Resolves every turn in order, each from nothing but its own history."""
    found = []
    for case in cases:
        started = time.perf_counter()
        standalone = resolve(case.question, case.history)
        found.append(Resolved(case, standalone, (time.perf_counter() - started) * 1000))
    return ResolutionReport(tuple(found))
