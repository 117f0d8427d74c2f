"""Sentences that people judged against a text, read from public sets: WiCE, QAGS, BEGIN and others.

Knows the shape of each set and nothing of checkers.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from bot.answer import Candidate
from eval.cases.files import load_lines
from index.text.article import Article, Passage, Span
from index.text.sentences import all_sentences

FOLDER = "pairs"
_TORN = re.compile(r"(?<=\d,) (?=\d{3}\b)|(?<=\d\.) (?=\d)")


@dataclass(frozen=True)
class CheckCase:
    """A sentence, the sentences of its evidence in order, and whether people judged it supported.

    `title` names the text that the evidence is from, "" when that is not known. `group` is the same
    for cases that must not be parted between fitting and choosing.
    """

    id: str
    claim: str
    evidence: tuple[str, ...]
    supported: bool
    group: str
    title: str = ""

    @cached_property
    def candidate(self) -> Candidate:
        """The evidence as one passage of an article that holds nothing else, a sentence a line."""
        spans, start = [], 0
        for text in self.evidence:
            spans.append(Span(start, start + len(text)))
            start += len(text) + 1
        text = "\n".join(self.evidence)
        sha256 = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        article = Article(f"{self.id}.txt", sha256, self.title, text)
        return Candidate(Passage(article.id, 0, 0, len(text), tuple(spans)), article, 0.0)


Parsed = tuple[str, list[str], bool, str, str]


def _wice(row: Mapping[str, Any]) -> Parsed:
    group = row["meta"]["id"]
    return row["claim"], row["evidence"], row["label"] == "supported", group, ""


def _qags(row: Mapping[str, Any]) -> Parsed:
    # The articles of this set have a blank within their figures: "235, 000", "98. 7 per cent".
    article = _TORN.sub("", row["article"])
    return row["sentence"], _split(article), row["label"] == 1, row["id"], ""


def _begin(row: Mapping[str, Any]) -> Parsed:
    supported = row["begin_label"] == "Fully attributable"
    return row["response"], _split(row["knowledge"]), supported, row["knowledge"], ""


def _foolmetwice(row: Mapping[str, Any]) -> Parsed:
    supported = row["label"] == "SUPPORTS"
    return row["claim"], row["gold_evidence"], supported, row["page"], row["page"]


def _entailment(row: Mapping[str, Any]) -> Parsed:
    supported = row["label"].lower() == "entailment"
    return row["hypothesis"], _split(row["premise"]), supported, row["premise"], ""


def _paraphrase(row: Mapping[str, Any]) -> Parsed:
    return row["b"], [row["a"]], row["label"] == 1, row["a"], ""


def _split(text: str) -> list[str]:
    return [span.of(text) for span in all_sentences(text)]


_PARSERS: dict[str, Callable[[Mapping[str, Any]], Parsed]] = {
    "wice": _wice,
    "qags": _qags,
    "begin": _begin,
    "foolmetwice": _foolmetwice,
    "rte": _entailment,
    "sick": _entailment,
    "msrp": _paraphrase,
}


def load_check_cases(data: Path, name: str) -> tuple[CheckCase, ...]:
    """The cases of `data`/pairs/`name`.jsonl.xz, in order. Raises EvaluationError, naming the line."""
    numbers, parser = count(), _PARSERS[name.split("_")[0]]

    def parse(row: dict[str, Any]) -> CheckCase:
        try:
            claim, evidence, supported, group, title = parser(row)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a case of {name} ({error!r})") from error
        texts = [claim, *evidence] if isinstance(evidence, list) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"not a case of {name}: expected a sentence and a list of sentences")
        kept = tuple(text for text in evidence if text.strip())
        # some sets hold a case twice, and some no id: so the id is the line number
        return CheckCase(f"{name}-{next(numbers)}", claim, kept, supported, group, title)

    return load_lines(data / FOLDER / f"{name}.jsonl.xz", parse)
