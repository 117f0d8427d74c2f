"""The reader that lets a language model write: each of its sentences is checked before it is believed.

Whether there is anything to write about is decided by the reader that it stands on; evidence is always
words of an article, never the model's own.
"""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from llama_index.core.llms import LLM, ChatMessage, MessageRole

from bot.answer import Candidate, Evidence
from bot.llm.checking.checker import Checker
from bot.llm.draft import Draft, Written
from bot.llm.prompt import quoted
from bot.llm.provider import close_llm
from bot.llm.stream import StreamLimits, stream_text
from bot.reading.reader import Drafted, Growing, Reader
from index.errors import LanguageModelError
from prompts import ANSWER, REFUSAL
from prompts.loader import load_prompt

MOST_SENTENCES = 20  # the prompt asks for four; a model that goes round in circles is not heard out
# The refusal as models write it: escaped, in other case, with a stop; spelt as prose only by itself.
_REFUSES = re.compile(
    r"NOT[\W_]{0,3}(?:FOUND[\W_]{0,3})?IN[\W_]{0,3}(?:THE[\W_]{0,3})?ARTICLES?"
    r"|(?i:not[\\]?_in[\\]?_(?:the[\\]?_)?articles?)"
    r"|(?i:^\W*(?:the |this )?(?:answer |information )?(?:is )?not (?:found |stated |given )?in "
    r"(?:the |these )?(?:articles|passages)\W*$)"
)
_REFUSAL_LETTERS = "".join(filter(str.isalpha, REFUSAL))
_WORD_START = re.compile(r"\b[^\W\d_]")
# A page is redrawn for each: often enough to look steady, seldom enough to leave time for the rest.
EVERY_S = 0.04


class GenerativeReader:
    """Finds evidence as the reader beneath it does, and writes about it with a language model."""

    def __init__(self, reader: Reader, llm: LLM, checker: Checker, limits: StreamLimits) -> None:
        """`reader` and `llm` are closed with this."""
        self._reader, self._llm, self._checker, self._limits = reader, llm, checker, limits

    def read(self, question: str, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        """See Reader: the evidence of the reader beneath."""
        return self._reader.read(question, candidates)

    def write(
        self, question: str, candidates: Sequence[Candidate], spent_s: float = 0.0
    ) -> Generator[Drafted | Growing, None, None]:
        """The model's sentences as they end, each once and checked; none when it says it finds no answer.

        Between them comes what is being written, at most every EVERY_S seconds.

        Raises LanguageModelError when the model fails, PromptError for a damaged prompt.
        """
        prompt = load_prompt("answer", ANSWER).format(
            passages="\n\n".join(map(_numbered, range(1, len(candidates) + 1), candidates)),
            question=quoted(question),
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
                yield self._checked(one, candidates)
                if len(seen) == MOST_SENTENCES:
                    return
        if not seen and not refuses:
            raise LanguageModelError("the language model answered with nothing; ask again")

    def close(self) -> None:
        """Releases the models and the connections."""
        self._reader.close()
        close_llm(self._llm)

    def _checked(self, one: Written, candidates: Sequence[Candidate]) -> Drafted:
        # A number that does not exist names no passage; without one any passage may bear it out.
        cited = [candidates[n - 1] for n in one.numbers if 1 <= n <= len(candidates)]
        checked = self._checker.check(one.text, cited or candidates)
        evidence = tuple(
            Evidence(candidate, span, span, checked.score) for candidate, span in checked.evidence
        )
        return Drafted(one.text, checked.verdict, checked.reason, evidence)


def _sentences(pieces: Iterator[str]) -> Iterator[Written | Growing]:
    """The sentences of a text that arrives in pieces, and between them what is being written."""
    draft, shown_at = Draft(), -EVERY_S
    for piece in pieces:
        yield from draft.add(piece)
        if time.monotonic() - shown_at >= EVERY_S and (text := _shown(draft.growing)):
            shown_at = time.monotonic()
            yield Growing(text)
    yield from draft.end()


def _shown(text: str) -> str:
    """`text` less an ending that may become the refusal."""
    for word in _WORD_START.finditer(text, max(0, len(text) - 2 * len(REFUSAL))):
        letters = "".join(filter(str.isalpha, text[word.start() :])).upper()
        if _REFUSAL_LETTERS.startswith(letters):
            return text[: word.start()].rstrip()
    return text


def _numbered(number: int, candidate: Candidate) -> str:
    """A passage as the prompt has it: number, outlet and date, then its words without what is invisible."""
    article = candidate.article
    facts = [article.publisher or article.path]
    if article.published:
        facts.append(article.published.isoformat())
    head = " ".join(", ".join(facts).split())
    return f"[{number}] {quoted(head)}\n{quoted(candidate.text)}"
