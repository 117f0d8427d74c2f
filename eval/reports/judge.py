"""What a language model thinks of each answer, asked by LlamaIndex's evaluators.

Each judgement is one request to the model of BYLINE_JUDGE and is cached by content, so a second run sends
nothing. The verdicts are the model's, and so are its mistakes.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llama_index.core.evaluation import (
    BaseEvaluator,
    CorrectnessEvaluator,
    FaithfulnessEvaluator,
    RelevancyEvaluator,
)
from llama_index.core.llms import (
    LLM,
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CompletionResponseGen,
    CustomLLM,
    LLMMetadata,
    MessageRole,
)
from pydantic import PrivateAttr

from bot.llm.choice import parse_choice
from bot.llm.prompt import visible
from bot.llm.provider import close_llm, open_llm
from bot.llm.stream import StreamLimits, stream_text
from eval.cases.named import ROOT
from eval.metrics.metrics import mean
from eval.reports.judgements import Judgement, Judgements, Matter
from eval.runs.report import Figure, Report
from eval.runs.result import CaseResult
from index.errors import LanguageModelError
from index.settings import Settings, load_variables

FOLDER = ROOT / "build" / "judge"
AT_ONCE = 4  # requests
EVALUATORS = ("faithfulness", "relevancy", "correctness")
# A reply's verdict: its first yes or no, or the score from 1 to 5 that is all of its first line.
_VERDICT = re.compile(r"\b(yes|no)\b", re.IGNORECASE)
_SCORE = re.compile(
    r"\W*(?:score\W*)?([1-5](?:\.\d+)?)(?:\s*/\s*5(?:\.0)?)?\W*", re.IGNORECASE | re.ASCII
)
Judged = dict[str, dict[str, Figure]]  # evaluator → its figures


@dataclass(frozen=True, slots=True)
class _Request:
    """One judgement to be made, of a case of a report."""

    report: int
    matter: Matter


class Judge:
    """The evaluators over one language model, with what they have judged before."""

    def __init__(self, name: str, llm: "JudgeLLM", kept: Judgements) -> None:
        """`name` is the model as judgements are kept under; the address it runs at does not matter."""
        self._name = name
        self._kept = kept
        self._evaluators: dict[str, BaseEvaluator] = {
            "faithfulness": FaithfulnessEvaluator(llm),
            "relevancy": RelevancyEvaluator(llm),
            "correctness": CorrectnessEvaluator(llm, parser_function=score_of),
        }

    def judged(self, reports: Sequence[Report], warn: Callable[[str], None]) -> list[Judged]:
        """The figures of each report; `warn` gets one line for each reason why judgements failed.

        A judgement that failed, or whose reply is no verdict, is counted and has no part in a mean.
        """
        asked = [
            _Request(number, matter)
            for number, report in enumerate(reports)
            for result in report.results
            for matter in self._matters(result)
        ]
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="judge") as pool:
            made = list(pool.map(self._judgement, (each.matter for each in asked)))
        for why, times in Counter(each.failure for each in made if each.failure).items():
            warn(f"judge: {times} of {len(made)} judgements failed: {why}")
        return [
            {name: _figures(_of(asked, made, number, name)) for name in EVALUATORS}
            for number in range(len(reports))
        ]

    def _matters(self, result: CaseResult) -> Iterator[Matter]:
        """What is to be judged of a case: nothing of a refusal, correctness where there is a reference."""
        if result.refused:
            return
        for name in EVALUATORS:
            reference = result.case.answers[0] if result.case.answers else ""
            if name == "correctness" and not reference:
                continue
            yield Matter(
                judge=self._name,
                evaluator=name,
                question=visible(result.standalone),
                answer=visible(result.text or result.given),
                contexts=tuple(visible(each.text) for each in result.passages[: result.read]),
                reference=visible(reference) if name == "correctness" else "",
            )

    def _judgement(self, matter: Matter) -> Judgement:
        """As it is kept, else made and kept; a failure is not kept."""
        if known := self._kept.find(matter):
            return known
        evaluator = self._evaluators[matter.evaluator]
        asked = {"reference": matter.reference} if matter.reference else {}
        try:
            result = asyncio.run(
                evaluator.aevaluate(
                    query=matter.question,
                    response=matter.answer,
                    contexts=matter.contexts,
                    **asked,
                )
            )
        except LanguageModelError as error:
            return Judgement(None, "", _of_the_judge(str(error)))
        except Exception as error:  # LlamaIndex has errors of its own, such as for what is too long
            return Judgement(None, "", f"{type(error).__name__}: {' '.join(str(error).split())}")
        reply = result.feedback or ""
        score = result.score if matter.evaluator == "correctness" else _agreed(result.score, reply)
        made = Judgement(score, reply)
        self._kept.keep(matter, made)
        return made


@contextmanager
def open_judge(settings: Settings, folder: Path | None = None) -> Iterator[Judge]:
    """The judge that BYLINE_JUDGE names, closed afterwards. Raises LanguageModelError, SettingsError."""
    timeout_s = settings.llm_timeout_s
    try:
        choice = parse_choice(settings.judge)
        llm = open_llm(settings.judge, timeout_s, variables=load_variables())
    except LanguageModelError as error:
        raise LanguageModelError(_of_the_judge(str(error))) from None
    try:
        name = f"{choice.provider}:{choice.model}"
        yield Judge(name, JudgeLLM(llm, timeout_s), Judgements(folder or FOLDER))
    finally:
        close_llm(llm)


def score_of(reply: str) -> tuple[float | None, str]:
    """The score from 1 to 5 on a reply's first line, None when that is anything else; the whole reply."""
    line = next((line for line in reply.splitlines() if line.strip()), "")
    found = _SCORE.fullmatch(line)
    score = float(found[1]) if found else None
    return (score if score is not None and score <= 5 else None), reply


def _agreed(score: float | None, reply: str) -> float | None:
    """LlamaIndex's score where the reply's first yes or no says the same, else None.

    LlamaIndex looks for the letters "yes" anywhere, and takes every other reply for a no.
    """
    found = _VERDICT.search(reply)
    said = None if found is None else float(found[1].lower() == "yes")
    return score if said == score else None


def _of(
    asked: Sequence[_Request], made: Sequence[Judgement], report: int, evaluator: str
) -> list[Judgement]:
    pairs = zip(asked, made, strict=True)
    return [j for a, j in pairs if a.report == report and a.matter.evaluator == evaluator]


def _figures(made: Sequence[Judgement]) -> dict[str, Figure]:
    scores = [each.score for each in made if each.score is not None]
    failed = sum(bool(each.failure) for each in made)
    return {
        "mean": mean(scores),
        "judged": len(scores),
        "failed": failed,
        "unparsed": len(made) - len(scores) - failed,
    }


def _of_the_judge(message: str) -> str:
    """An error of a language model, with the name of the setting that chose this one."""
    return re.sub(r"BYLINE_LLM(?!_)", "BYLINE_JUDGE", message)


RETRIES = 1
CHARACTERS = 20_000


class JudgeLLM(CustomLLM):
    """`llm` behind LlamaIndex's interface. Raises LanguageModelError when a reply is not whole."""

    _llm: LLM = PrivateAttr()
    _limits: StreamLimits = PrivateAttr()

    def __init__(self, llm: LLM, timeout_s: float) -> None:
        """`timeout_s` is what one request has, retries included; `llm` stays its owner's to close."""
        super().__init__()
        self._llm = llm
        self._limits = StreamLimits(timeout_s, timeout_s, CHARACTERS, RETRIES)

    @property
    def metadata(self) -> LLMMetadata:
        """What the model is, and how much it takes."""
        return self._llm.metadata

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """The reply to `messages`."""
        said = "".join(stream_text(self._llm, messages, self._limits))
        return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=said))

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """The reply to one message."""
        said = self.chat([ChatMessage(role=MessageRole.USER, content=prompt)]).message.content
        return CompletionResponse(text=said or "")

    def stream_complete(
        self, prompt: str, formatted: bool = False, **kwargs: Any
    ) -> CompletionResponseGen:
        """The same in one piece."""
        yield self.complete(prompt)
