"""Questions to go on with: each made from the articles at hand, and shown only once it was really asked.

What is shown is answered, from the sentence it was made of, with something that was not said yet. It knows
no engine: how to ask, and whether others are waiting, it is given.
"""

import logging
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.answer import Answer
from bot.conversation import Conversation
from bot.english.shapes import Prospect, prospects
from bot.english.words import terms
from index.text.article import Article, Span
from index.text.passages import split_passages

SHOWN = 3
TRIES = 6
REMEMBERED = 500  # answers whose suggestions are kept
SENTENCES = 150  # looked at in an article
ARTICLES = 4  # that follow-ups are made from: those cited, then those nearest
OPENERS_FROM = 24  # articles that first questions are made from
SAME_TOPIC = 0.3  # counts as much as this difference between two shapes
TELLING = 0.6  # the least weight of a first question: nobody has heard of its people yet
WORDS = 400  # of a passage; only its sentences matter here
Ask = Callable[[str], Answer]
_log = logging.getLogger(__name__)


def never() -> bool:
    """Nobody else is waiting."""
    return False


@dataclass(slots=True)
class _Said:
    """What the conversation has told so far: its questions, the stems of its words, the places cited."""

    questions: set[str] = field(default_factory=set)
    told: frozenset[str] = frozenset()
    cited: list[tuple[str, Span]] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Counts one more answer as told."""
        self.questions.add(_plain(answer.question))
        self.told |= terms(answer.answer) | terms(answer.question)
        for citation in answer.citations:
            self.cited.append((citation.file, Span(citation.start, citation.end)))
            self.told |= terms(citation.quote)

    def holds(self, file: str, span: Span) -> bool:
        """True when the place, or a part of it, was cited."""
        return any(file == other and span.overlaps(known) for other, known in self.cited)


class Suggester:
    """Suggests questions. Safe to call from several threads; deterministic unless it is cut short."""

    def __init__(
        self, busy: Callable[[], bool] = never, tries: int = TRIES, shown: int = SHOWN
    ) -> None:
        """At most `tries` questions are asked for an answer, and no more once `busy()` is true."""
        self._busy, self._tries, self._shown = busy, tries, shown
        self._kept: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def follow_ups(
        self, conversation: Conversation, ask: Ask, within: Hashable = ()
    ) -> tuple[str, ...]:
        """Questions to go on with after the newest turn of `conversation`, the most telling first.

        `ask` asks as the person would, in this conversation and this scope. `within` is what its answers
        depend on beside the conversation: the index's generation, and whose scope it is. Never raises.
        """
        last = conversation.last
        if last is None:
            return ()
        said = _Said()
        for turn in conversation.turns:
            said.add(turn.answer)
        asked = tuple(turn.question for turn in conversation.turns)
        near = tuple(candidate.article.id for candidate in last.answer.candidates)
        made = _ordered(_near(last.answer), last.answer)
        return self._kept_or_tried(
            (asked, near, within), lambda: self._tried(made, ask, said, self._tries, self._shown)
        )

    def starters(
        self, articles: Sequence[Article], ask: Ask, k: int = 4, within: Hashable = ()
    ) -> tuple[str, ...]:
        """At most `k` first questions, each of another article, of the newest and longest. Never raises.

        At most four times `k` questions are asked: once for an index, not once for every person.
        """
        chosen = sorted(articles, key=_standing)[:OPENERS_FROM]

        def made() -> Iterator[Prospect]:
            for article in chosen:
                telling = (one for one in _prospects(article) if one.weight >= TELLING)
                yield from sorted(telling, key=lambda one: -one.weight)[:2]

        key = ("starters", k, tuple(article.id for article in chosen), within)
        return self._kept_or_tried(
            key, lambda: self._tried(made(), ask, _Said(), 4 * k, k, one_each=True)
        )

    def _kept_or_tried(
        self, key: Hashable, work: Callable[[], tuple[tuple[str, ...], bool]]
    ) -> tuple[str, ...]:
        try:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            found, whole = work()
            with self._lock:
                if whole:
                    self._kept[key] = found
                    if len(self._kept) > REMEMBERED:
                        self._kept.popitem(last=False)
            return found
        except Exception:  # an answer must never fail for want of the next question
            _log.exception("no question could be suggested")
            return ()

    def _tried(
        self,
        made: Iterable[Prospect],
        ask: Ask,
        said: _Said,
        tries: int,
        shown: int,
        *,
        one_each: bool = False,
    ) -> tuple[tuple[str, ...], bool]:
        """The questions that pass, and whether nobody cut this short."""
        good: list[tuple[float, str]] = []
        done: set[str] = set()  # articles that have given theirs, and questions that were tried
        for prospect in made:
            place, question = prospect.article.path, _plain(prospect.question)
            if len(good) == shown or tries == 0:
                break
            if place in done or question in done or question in said.questions:
                continue
            if said.holds(place, prospect.source):
                continue
            if self._busy():
                return _best(good), False
            tries -= 1
            done.add(question)
            answer = ask(prospect.question)
            if _passes(prospect, answer, said):
                good.append((_worth(answer, said), prospect.question))
                said.add(answer)  # the next one has to tell something else again
                if one_each:
                    done.add(place)
        return _best(good), True


def _passes(prospect: Prospect, answer: Answer, said: _Said) -> bool:
    """True when the question was answered as it stands, from its own sentence, with something new."""
    if answer.refused or not answer.citations or answer.standalone_question != answer.question:
        return False
    first = answer.citations[0]
    place = Span(first.start, first.end)
    own = first.file == prospect.article.path and place.overlaps(prospect.source)
    told = terms(answer.answer)
    return (
        own
        and not said.holds(first.file, place)
        and terms(prospect.tells) <= told | terms(prospect.question)
        and bool(told - terms(prospect.question) - said.told)
    )


def _worth(answer: Answer, said: _Said) -> float:
    """How sure the answer is, and how much of it was not told yet."""
    told = terms(answer.answer) | terms(answer.citations[0].quote)
    return answer.confidence * (1 + len(told - said.told) / max(1, len(told)))


def _best(good: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(question for _, question in sorted(good, key=lambda pair: -pair[0]))


def _near(answer: Answer) -> list[Article]:
    """The articles an answer cites, then those nearest to its question."""
    by_path = {candidate.article.path: candidate.article for candidate in answer.candidates}
    cited = dict.fromkeys(c.file for c in answer.citations if c.file in by_path)
    return [by_path[path] for path in dict.fromkeys([*cited, *by_path])][:ARTICLES]


def _ordered(articles: Sequence[Article], answer: Answer) -> Iterator[Prospect]:
    """The prospects of the articles by turns: of each the best one, then the next of each.

    The best are about what was asked or answered, and one sentence gives one question.
    """
    topic = terms(answer.standalone_question) | terms(answer.answer)

    def standing(prospect: Prospect) -> tuple[float, Span]:
        shared = bool(terms(prospect.question) & topic)
        return -prospect.weight - SAME_TOPIC * shared, prospect.source

    rows = []
    for article in articles:
        by_sentence: dict[Span, Prospect] = {}
        for prospect in sorted(_prospects(article), key=standing):
            by_sentence.setdefault(prospect.source, prospect)
        rows.append(list(by_sentence.values()))
    for _ in range(max(map(len, rows), default=0)):
        # the cited article comes first, and twice as often
        for row in (*rows[:1], *rows):
            if row:
                yield row.pop(0)


def _prospects(article: Article) -> Iterator[Prospect]:
    sentences = [
        sentence
        for passage in split_passages(article, WORDS, 0)
        if not passage.boilerplate
        for sentence in passage.sentences
    ]
    made = [one for sentence in sentences[:SENTENCES] for one in prospects(article, sentence)]
    often = Counter(one.question for one in made)
    # "What did she say?" has one answer only where she said one thing
    yield from (one for one in made if often[one.question] == 1)


def _standing(article: Article) -> tuple[int, int, str]:
    """The newest first, then the longest; those without a date last."""
    day = article.published or date.min
    return -day.toordinal(), -len(article.text), article.path


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).rstrip(" ?.!")
