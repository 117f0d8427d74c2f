"""Whether the passages that a language model's sentence cites support it, and which sentences do.

Rules find what is plainly wrong, a small logistic model scores the rest. Candidates come in, spans of their
articles go out; it does not know prompts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import Candidate, Verdict
from bot.english.question import Question
from bot.llm.checking.claims import claims_of
from bot.llm.checking.faults import Fault, Grounds, find_faults
from bot.llm.checking.framing import answering, is_of_the_task, repeats, unframed
from bot.llm.checking.overlap import Matched, Overlap, match
from bot.llm.checking.support import Models, probability, signals
from index.text.article import Span

SUPPORTED = 0.5  # the score from which a sentence without a fault is supported
PARTLY = 0.25  # and the one from which it is partly supported, if the wording supports that:
LEAST = 0.33  # the share of its words that must stand in two sentences. Both are set on WiCE's dev parts
NEAREST = 3  # sentences that are looked at closely
SHOWN = 2  # sentences at most that are named as evidence
ADDS = 0.1  # share of the sentence's words that a second sentence must add to be named
SHOWN_CLAUSE = 80  # characters of a clause that a reason shows
LIKELY = 3  # articles that are looked at closely for a sentence that cites none
_RISING: tuple[Verdict, ...] = ("unsupported", "partly", "supported")
NAMED_WORDS = 3  # words at most that a reason names as missing
NOTHING_SAID = "the sentence says nothing that can be checked"
NOTHING_CITED = "no passage is cited"
OF_THE_TASK = "the sentence is about the question or the passages"
REPEATS = "the sentence only repeats the question"
MAX_CHARACTERS = 4000  # of a sentence; the rest of a longer one is ignored
# A wrong figure, date, quotation or speaker, or a reversed denial, makes the sentence false.
# A missing name does not, because the passage may use other words for it.
FATAL = frozenset({"number", "date", "quotation", "negation", "attribution"})


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of one check.

    `reason` is one clause that names what is wrong, empty when the sentence is supported. `evidence`
    holds, best first, at most two sentences with their spans in their articles' texts; none when
    nothing bears the sentence out. `score` in [0, 1] is how probably the passages bear it out, by
    wording and models alone: a fault lowers the verdict whatever the score.
    """

    verdict: Verdict
    reason: str
    evidence: tuple[tuple[Candidate, Span], ...]
    score: float


@dataclass(frozen=True, slots=True)
class _Looked:
    """The analysis of one sentence: the spans of its evidence, what matched, what is wrong."""

    places: tuple[tuple[Candidate, Span], ...]
    matched: Matched
    faults: tuple[Fault, ...]
    signals: dict[str, float]


class Checker:
    """Checks one sentence at a time; as safe to share between threads as its models are."""

    def __init__(self, models: Models | None = None) -> None:
        """Without `models` only the wording is used, which is faster and less accurate."""
        self._models = models

    def check(
        self, sentence: str, passages: Sequence[Candidate], question: Question | None = None
    ) -> Checked:
        """Compare `sentence`, of an answer to `question`, with all the passages that it cites."""
        if is_of_the_task(sentence):
            return Checked("unsupported", OF_THE_TASK, (), 0.0)
        if question is not None and repeats(sentence, question):
            return Checked("unsupported", REPEATS, (), 0.0)
        found = self._compared(unframed(sentence), passages)
        # What "The answer is" names must be there, and where the matter of the question is.
        whole = answering(sentence, question) if question is not None else ""
        return min(found, self._compared(whole, passages), key=_rise) if whole else found

    def _compared(self, sentence: str, passages: Sequence[Candidate]) -> Checked:
        looked = self._look(sentence, passages)
        if looked is None:
            cited = any(candidate.text.strip() for candidate in passages)
            reason = NOTHING_SAID if cited else NOTHING_CITED
            return Checked("unsupported", reason, (), 0.0)
        score = probability(looked.signals)
        verdict = _verdict(score, looked.matched.overlap, looked.faults)
        shown = _shown(looked) if verdict != "unsupported" else ()
        return Checked(verdict, _reason(verdict, looked), shown, score)

    def check_uncited(
        self, sentence: str, passages: Sequence[Candidate], question: Question | None = None
    ) -> Checked:
        """The same for a sentence that cites nothing: the best that the passages of one article make of it.

        In the words of several articles together, nearly everything can be found.
        """
        articles: dict[str, list[Candidate]] = {}
        for candidate in passages:
            articles.setdefault(candidate.article.id, []).append(candidate)
        likely = sorted(articles.values(), key=lambda some: -_share(sentence, some))[:LIKELY]
        found = [self.check(sentence, some, question) for some in likely or [[]]]
        return max(found, key=_rise)

    def signals(self, sentence: str, passages: Sequence[Candidate]) -> dict[str, float] | None:
        """The signals of the score by name; None if there are no words to compare."""
        looked = self._look(sentence, passages)
        return looked.signals if looked else None

    def _look(self, sentence: str, passages: Sequence[Candidate]) -> _Looked | None:
        sentence = sentence[:MAX_CHARACTERS]
        places = tuple(_places(passages))
        texts = [span.of(candidate.article.text) for candidate, span in places]
        heads = {candidate.article.title: None for candidate, _ in places}
        matched = match(sentence, texts, NEAREST, [c.article.title for c, _ in places])
        if not matched.nearest:
            return None
        grounds = Grounds(
            (*(candidate.text for candidate in passages), *filter(None, heads)),
            tuple(texts[n] for n in matched.nearest[:SHOWN]),
            tuple(c.article.published for c, _ in places if c.article.published),
        )
        faults = find_faults(claims_of(sentence), grounds)
        near = [texts[n] for n in sorted(matched.nearest)]
        seen = self._models.look(sentence, near) if self._models else None
        return _Looked(places, matched, faults, signals(matched.overlap, faults, seen))


def _rise(checked: Checked) -> tuple[int, float]:
    return _RISING.index(checked.verdict), checked.score


def _share(sentence: str, passages: Sequence[Candidate]) -> float:
    """How much of the sentence's wording is in two sentences of the passages."""
    places = list(_places(passages))
    texts = [span.of(candidate.article.text) for candidate, span in places]
    return match(sentence, texts, 2, [c.article.title for c, _ in places]).overlap.two


def _places(passages: Sequence[Candidate]) -> Iterator[tuple[Candidate, Span]]:
    """Every sentence of the passages once, though passages of one article share some."""
    seen = set()
    for candidate in passages:
        for span in candidate.passage.sentences or (candidate.passage.span,):
            if (candidate.article.id, span) not in seen and span.of(candidate.article.text).strip():
                seen.add((candidate.article.id, span))
                yield candidate, span


def _verdict(score: float, overlap: Overlap, faults: Sequence[Fault]) -> Verdict:
    """The verdict by score and share of words, lowered by faults: see FATAL.

    A sentence that shares only names with its evidence is unsupported.
    """
    if score < PARTLY or overlap.two < LEAST or any(fault.kind in FATAL for fault in faults):
        return "unsupported"
    if score >= SUPPORTED and not (faults or overlap.rider):
        return "supported"
    return "partly" if overlap.plain else "unsupported"


def _shown(looked: _Looked) -> tuple[tuple[Candidate, Span], ...]:
    """The nearest sentence, and the second when it adds to it."""
    overlap = looked.matched.overlap
    count = SHOWN if overlap.two - overlap.best >= ADDS else 1
    return tuple(looked.places[n] for n in looked.matched.nearest[:count])


def _reason(verdict: Verdict, looked: _Looked) -> str:
    if verdict == "supported":
        return ""
    if looked.faults:
        return looked.faults[0].reason
    if rider := looked.matched.overlap.rider:
        return f"the passage does not say that {_shortened(rider)}"
    if looked.matched.missing:
        words = ", ".join(looked.matched.missing[:NAMED_WORDS])
        return f"the passage does not say all of this ({words})"
    return "the passage puts these words together in another way"


def _shortened(clause: str) -> str:
    return clause if len(clause) <= SHOWN_CLAUSE else clause[:SHOWN_CLAUSE].rsplit(" ", 1)[0] + " …"
