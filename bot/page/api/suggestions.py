"""Suggested questions: made from sentences of the articles at hand, shown only if Byline can answer them.

It does not know the engine: it is given articles and a function that asks.
"""

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from operator import attrgetter
from typing import Final

from bot.answer import Answer
from bot.conversation import Conversation
from bot.english.lexicon import MONTH, STOP_WORDS, WEEKDAY
from bot.english.numbers import COUNT
from bot.english.words import terms
from index.text.article import Article, Span
from index.text.passages import body_sentences

TRIES = 2  # questions that are asked after an answer
EACH = 3  # of an article, for an empty chat: the second after the first of every other article
STARTER_TRIES = 12  # for an empty chat: once for an index, not once for each user
SHOWN = 4
CACHED = 500  # conversations whose suggestions are cached
SENTENCES, LONGEST_SENTENCE, MOST_WORDS = 150, 400, 16
Ask = Callable[[str], Answer]
Answers = tuple[Answer, ...]
_log = logging.getLogger(__name__)

_NAME: Final = r"(?:al-)?[A-Z][\w’-]+(?: (?:al-)?[A-Z][\w’-]+){0,4}"
_WHO: Final = rf"(?:^|[,;:—”] (?:and |but )?)(?P<who>{_NAME})(?:, [^,]+,)?(?: has| had| also)?"
_WHOM: Final = rf"(?P<whom>{_NAME})"
_FIGURE: Final = rf"(?:(?:more|less) than |over |about |at least |nearly |some )?(?!one\b){COUNT}"
_NOUN: Final = r"(?:people|men|women|children|(?!\w+ing\b)\w\w+[^su\W\d]s)"
_PASSIVE: Final = r"\w+ed\b(?: (?:in|on|by|at|from|to|the|a|[\w-]+)){1,6}(?=[.,;])"
_REST: Final = rf"(?P<has>were|are|have been|had been|have|had)(?P<rest> {_PASSIVE})"
_ASKED: Final = r"(?P<verb>urged|asked|told|ordered|warned)"
_PLEDGED: Final = r"(?P<verb>promised|vowed|pledged|agreed|decided|refused|offered)"
_DEMANDED: Final = r"(?P<verb>called for|asked for|announced|proposed|demanded|denied|ruled out)"
_SAID: Final = r"(?:said|says|argued|claimed|insisted|warned)[^“”\".,;]{0,40}?"
_IS: Final = r"(?:is|was|are|were|has|had|have|will|would|must|should|could|can|did)"
_ROLE: Final = r"(?:Prime|Foreign|Defen[cs]e|Finance) Minister|President|Chancellor|Mayor"
_TITLED: Final = rf"(?P<tells>{_ROLE}) (?P<who>[A-Z][\w’-]+ [A-Z][\w’-]+)\b(?! [A-Z])"
# A sentence, the question that it answers, and the rank of the question.
_SHAPES: Final = tuple(
    (re.compile(pattern), question, weight)
    for pattern, question, weight in (
        (rf"(?P<tells>{_FIGURE}) (?P<what>{_NOUN}) {_REST}", "How many {what} {has}{rest}?", 1.0),
        (rf"{_WHO} {_ASKED} {_WHOM} to", "What did {who} {base} {whom} to do?", 0.9),
        (rf"{_WHO} {_PLEDGED} to (?!be\b)[a-z]", "What did {who} {base} to do?", 0.8),
        (rf"{_WHO} {_DEMANDED}\b", "What did {who} {base}?", 0.8),
        (rf"{_WHO} {_SAID} {_WHOM} {_IS}\b", "What did {who} say about {whom}?", 0.7),
        (_TITLED, "Who is {who}?", 0.5),
    )
)
_BASE: Final = dict(
    pair.split("/")
    for pair in """promised/promise vowed/vow pledged/pledge agreed/agree decided/decide refused/refuse
    offered/offer urged/urge asked/ask told/tell ordered/order warned/warn called/call ruled/rule denied/deny
    announced/announce proposed/propose demanded/demand""".split()
)
_LOOSE: Final = re.compile(r"\b(?:he|she|it|they|them|h[ie][smr]|their|w[eh]\w*|us|this|that)\b")


@dataclass(frozen=True, slots=True)
class Prospect:
    """A question, the sentence it was made from, and words that its answer must contain."""

    question: str
    file: str
    source: Span
    tells: str
    weight: float


class Suggester:
    """Suggests questions. Safe to call from several threads; the same input gives the same questions."""

    def __init__(self, busy: Callable[[], bool] = lambda: False) -> None:
        """No question is tried while `busy()`: those of users go first."""
        self._busy = busy
        self._cache: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def follow_ups(
        self, conversation: Conversation, articles: Sequence[Article], ask: Ask, version: Hashable
    ) -> tuple[str, ...]:
        """Questions about `articles` that the conversation has not answered yet. Never raises.

        `version` is what the answers depend on besides the conversation; it is part of the cache's key.
        """
        answered = tuple(turn.answer for turn in conversation.turns)
        if not answered:
            return ()
        made = _best_first(one for article in articles for one in prospects(article))
        key = (tuple(answer.question for answer in answered), version)
        return self._suggested(key, made, ask, answered, TRIES)

    def starters(self, articles: Sequence[Article], ask: Ask, version: Hashable) -> tuple[str, ...]:
        """First questions, each about another of `articles`. Never raises."""
        of_each = [_best_first(prospects(one))[:EACH] for one in articles]
        in_turn = (_best_first(filter(None, nth)) for nth in zip_longest(*of_each))
        key = ("starters", version)
        return self._suggested(key, chain.from_iterable(in_turn), ask, (), STARTER_TRIES)

    def _suggested(
        self, key: Hashable, made: Iterable[Prospect], ask: Ask, answered: Answers, tries: int
    ) -> tuple[str, ...]:
        with self._lock:
            if key in self._cache:
                return self._cache[key]
        if self._busy():
            return ()
        try:
            good = _answered(made, ask, answered, tries)
        except Exception:  # the answer must not fail because of the next question
            _log.exception("no question could be suggested")
            return ()
        with self._lock:
            self._cache[key] = good
            if len(self._cache) > CACHED:
                self._cache.popitem(last=False)
        return good


def _answered(made: Iterable[Prospect], ask: Ask, answered: Answers, tries: int) -> tuple[str, ...]:
    """The questions that are answered from their own sentence; at most `tries` are asked, each once.

    Several sentences may give one question. In an empty chat each is of another article.
    """
    good: list[str] = []
    seen = {terms(answer.question) for answer in answered}
    used: set[str] = set()
    replies: dict[frozenset[str], Answer] = {}
    first = not answered
    for one in made:
        if len(good) == SHOWN:
            break
        key = terms(one.question)
        if key in seen or _is_cited(one.file, one.source, answered):
            continue
        if first and one.file in used:
            continue
        if key not in replies:
            if len(replies) == tries:
                continue
            replies[key] = ask(one.question)
        answer = replies[key]
        if _passes(one, answer, answered):
            seen.add(key)
            answered = (*answered, answer)
            used.add(one.file)
            good.append(one.question)
    return tuple(good)


def _best_first(made: Iterable[Prospect]) -> list[Prospect]:
    return sorted(made, key=attrgetter("weight"), reverse=True)


def prospects(article: Article) -> Iterator[Prospect]:
    """The questions that sentences of the article answer, in the order of its text."""
    for source in body_sentences(article)[:SENTENCES]:
        text = " ".join(source.of(article.text).split())
        if len(text) > LONGEST_SENTENCE or not text.endswith((".", "!", ".”", ".’")):
            continue
        for pattern, form, weight in _SHAPES:
            words = found.groupdict("") if (found := pattern.search(text)) else {}
            question = _filled(form, words, article) if words else ""
            if question and len(question.split()) <= MOST_WORDS:
                yield Prospect(question, article.path, source, words.get("tells", ""), weight)


def _filled(form: str, words: dict[str, str], article: Article) -> str:
    """The question, or "" if a part of it is not a name or refers to something outside its sentence."""
    for part in words.keys() & {"who", "whom"}:
        words[part] = proper_name(words[part], article)
        if not words[part]:
            return ""
    verb, _, particle = words.get("verb", "").partition(" ")
    base = f"{_BASE.get(verb, verb)} {particle}".rstrip()
    return "" if _LOOSE.search(words.get("rest", "")) else form.format(**words, base=base)


def proper_name(words: str, article: Article) -> str:
    """The end of `words` that the article writes with capitals within sentences, never in lower case."""
    kept: list[str] = []
    for word in reversed(words.split()):
        plain = word.lower()
        if (
            plain in STOP_WORDS
            or re.fullmatch(rf"(?:{WEEKDAY}|{MONTH})s?", word)
            or re.search(rf"(?<![\w’-]){re.escape(plain)}\b", article.text)
            or not re.search(rf"[a-z,] (?:[A-Z][\w’-]+ )*{re.escape(word)}\b", article.text)
        ):
            break
        kept.insert(0, word)
    return " ".join(kept)


def _passes(prospect: Prospect, answer: Answer, answered: Answers) -> bool:
    """True if the question is answered as it is, from its own sentence, with something new."""
    if answer.refused or not answer.citations or answer.standalone_question != answer.question:
        return False
    first, words = answer.citations[0], terms(answer.answer)
    known = terms(prospect.question).union(*(terms(one.answer) for one in answered))
    return (
        first.file == prospect.file
        and prospect.source.overlaps(place := Span(first.start, first.end))
        and not _is_cited(first.file, place, answered)
        and terms(prospect.tells) <= words | terms(prospect.question)
        and not words <= known
    )


def _is_cited(file: str, span: Span, answered: Iterable[Answer]) -> bool:
    cited = (one for answer in answered for one in answer.citations if one.file == file)
    return any(span.overlaps(Span(one.start, one.end)) for one in cited)
