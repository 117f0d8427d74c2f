"""A language model writes the answer; each of its sentences is checked before it counts.

Evidence is always the words of an article, never the model's own.
"""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from llama_index.core.llms import LLM, ChatMessage, MessageRole

from bot.answer import Candidate, Drafted, Evidence, Growing
from bot.english.question import Question
from bot.llm.checking.checker import Checker
from bot.llm.draft import Draft, Written
from bot.llm.prompt import quoted
from bot.llm.provider import close_llm
from bot.llm.stream import StreamLimits, stream_text
from index.errors import LanguageModelError
from prompts import ANSWER, REFUSAL
from prompts.loader import load_prompt

MOST_SENTENCES = 20  # the prompt asks for four; a model that repeats itself is stopped
# Forms of the refusal: escaped, in another case, with a stop; as prose only if it is the whole sentence.
_REFUSES = re.compile(
    r"NOT[\W_]{0,3}(?:FOUND[\W_]{0,3})?IN[\W_]{0,3}(?:THE[\W_]{0,3})?ARTICLES?"
    r"|(?i:not[\\]?_in[\\]?_(?:the[\\]?_)?articles?)"
    r"|(?i:^\W*(?:the |this )?(?:answer |information )?(?:is )?not (?:found |stated |given )?in "
    r"(?:the |these )?(?:articles|passages)\W*$)"
)
_REFUSAL_LETTERS = "".join(filter(str.isalpha, REFUSAL))
_WORD_START = re.compile(r"\b[^\W\d_]")
# Each update redraws the page: often enough to look steady, rarely enough to cost little.
EVERY_S = 0.04


class LanguageModelWriter:
    """Writes answers with a language model."""

    def __init__(self, llm: LLM, checker: Checker, limits: StreamLimits) -> None:
        """`llm` is closed with this."""
        self._llm, self._checker, self._limits = llm, checker, limits

    def write(
        self, question: Question, candidates: Sequence[Candidate], spent_s: float = 0.0
    ) -> Generator[Drafted | Growing, None, None]:
        """Each sentence when it is complete, once and checked; none if the model says it finds no answer.

        Between them comes the unfinished sentence, at most every EVERY_S seconds.

        Raises LanguageModelError if the model fails, PromptError for a damaged prompt.
        """
        prompt = load_prompt("answer", ANSWER).format(
            passages="\n\n".join(map(_numbered, range(1, len(candidates) + 1), candidates)),
            question=quoted(question.text),
            refusal=REFUSAL,
        )
        messages = [ChatMessage(role=MessageRole.USER, content=prompt)]
        seen: set[str] = set()
        refuses = False
        left = replace(
            self._limits,
            total_s=max(0.0, self._limits.total_s - spent_s),
            first_s=max(0.0, self._limits.first_s - spent_s),
        )
        with closing(stream_text(self._llm, messages, left)) as pieces:
            for one in _sentences(pieces):
                refuses = refuses or _REFUSES.search(one.text) is not None
                if refuses or not one.text or one.text in seen:
                    continue
                if isinstance(one, Growing):
                    yield one
                    continue
                seen.add(one.text)
                yield self._checked(one, candidates, question)
                if len(seen) == MOST_SENTENCES:
                    return
        if not seen and not refuses:
            raise LanguageModelError("the language model answered with nothing; ask again")

    def close(self) -> None:
        """Release the connections."""
        close_llm(self._llm)

    def _checked(
        self, one: Written, candidates: Sequence[Candidate], question: Question
    ) -> Drafted:
        # Unknown numbers are ignored; without any number, every article may support the sentence.
        cited = [candidates[n - 1] for n in one.numbers if 1 <= n <= len(candidates)]
        check = self._checker.check if cited else self._checker.check_uncited
        checked = check(one.text, cited or candidates, question)
        evidence = tuple(
            Evidence(candidate, span, span, checked.score) for candidate, span in checked.evidence
        )
        return Drafted(one.text, checked.verdict, checked.reason, evidence)


def _sentences(pieces: Iterator[str]) -> Iterator[Written | Growing]:
    """The sentences of a text that arrives in pieces, and between them the unfinished one."""
    draft, shown_at = Draft(), -EVERY_S
    for piece in pieces:
        yield from draft.add(piece)
        if time.monotonic() - shown_at >= EVERY_S and (text := _shown(draft.growing)):
            shown_at = time.monotonic()
            yield Growing(text)
    yield from draft.end()


def _shown(text: str) -> str:
    """`text` without an ending that may become the refusal."""
    for word in _WORD_START.finditer(text, max(0, len(text) - 2 * len(REFUSAL))):
        letters = "".join(filter(str.isalpha, text[word.start() :])).upper()
        if _REFUSAL_LETTERS.startswith(letters):
            return text[: word.start()].rstrip()
    return text


def _numbered(number: int, candidate: Candidate) -> str:
    """A passage as the prompt shows it: number, outlet and date, then its visible words."""
    article = candidate.article
    facts = [article.publisher or article.path]
    if article.published:
        facts.append(article.published.isoformat())
    head = " ".join(", ".join(facts).split())
    return f"[{number}] {quoted(head)}\n{quoted(candidate.text)}"
