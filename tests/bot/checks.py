"""What holds of every answer, and what tests of answering are made of."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from bot.answer import Answer, Candidate, Evidence
from bot.english.words import terms
from index.reading.articles import parse_article, read_article
from index.text.article import Article, Passage, Span

# Answerable, unanswerable and odd, over the sample.
QUESTIONS = (
    "Where did Obama say Assad must go?",
    "How many lives has the Syrian war cost?",
    "Which countries will share military intelligence?",
    "When did French jets attack Raqqa?",
    "Who asked the United Nations for a coalition?",
    "What does Putin warn of?",
    "Why is Moscow needed in the search for a political solution?",
    "How long had Putin not spoken at the General Assembly?",
    "Who won the World Cup in 2022?",
    "How do I bake sourdough bread?",
    "Raqqa",
    "¿Qué pidió Putin? 🇷🇺 \u202eabc",
)
MARKER = re.compile(r"\[(\d+)\]")

# Any string Python can hold: emoji, right-to-left marks, controls and lone surrogates among them.
any_text = st.text(st.characters(), max_size=200) | st.text(
    st.sampled_from("aeT 1,.'’-_?\"()[]*\n\r\0\u200f\u202e\ud800\udfff😀éİßאع中") | st.characters(),
    max_size=200,
)
words = st.sampled_from(
    "who where when how many long did does say Obama Putin Assad he it there ISIS Raqqa U.S. "
    "United Nations September 28 2015 220,000 and why what's al-Assad's the in Syria ? , ’ — 🙂".split()
)
wordy_text = st.lists(words | any_text, max_size=20).map(" ".join)


def one_in(share: int) -> settings:
    """Fewer examples than other properties get, for those whose every example asks a model."""
    return settings(max_examples=max(3, settings().max_examples // share))


class Borrowed:
    """A thing that many tests share: it stays open when its borrower closes it."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def close(self) -> None:
        """The owner closes it."""


def untimed(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it, less what depends on the clock."""
    json = answer.to_json()
    del json["timings_ms"]
    return json


def check_citations(answer: Answer, corpus: Path) -> None:
    """Numbers run in order of appearance, and every quote is the file's text at its span and lines."""
    assert bool(answer.citations) is not answer.refused
    numbered = (*answer.citations, *answer.differing)
    assert [c.number for c in numbered] == list(range(1, len(numbered) + 1))
    for citation in numbered:
        text = read_article(corpus, citation.file).text
        assert citation.quote and citation.quote == text[citation.start : citation.end]
        if citation.answer:
            assert citation.start <= citation.answer.start < citation.answer.end <= citation.end
            assert len(citation.answer) < len(citation.quote)
            assert citation.answering.of(citation.quote) == citation.answer.of(text)
        assert citation.line_start == line_number(text, citation.start)
        assert citation.line_end == line_number(text, citation.end - 1)
    if not answer.refused:
        seen = dict.fromkeys(int(number) for number in MARKER.findall(answer.text))
        assert list(seen) == [c.number for c in answer.citations]


def line_number(text: str, offset: int) -> int:
    """The line of `text[offset]`, told by splitting rather than by counting line ends."""
    ends = re.compile(r"\r\n|\r|\n")
    return 1 + sum(1 for end in ends.finditer(text) if end.end() <= offset)


def make_article(text: str, path: str = "story.txt") -> Article:
    """An article as a file with this text gives it."""
    return parse_article(path, text.encode())


def make_evidence(article: Article, support: str, answer: str = "", score: float = 0.9) -> Evidence:
    """Evidence at the first place where `support` stands; `answer` lies within it, or is all of it."""
    start = article.text.index(support)
    span = Span(start, start + len(support))
    at = start + support.index(answer)
    passage = Passage(article.id, 0, 0, len(article.text), (span,))
    words = terms(f"{article.title}\n{article.text}")
    candidate = Candidate(passage, article, 0.1, terms=words)
    return Evidence(candidate, Span(at, at + len(answer)) if answer else span, span, score)


def candidate_of(text: str, path: str = "story.txt", boilerplate: bool = False) -> Candidate:
    """A candidate whose passage is the whole text, one sentence, with no title in front."""
    candidate = make_evidence(make_article(text, path), text).candidate
    article = replace(candidate.article, title="")
    return replace(
        candidate,
        article=article,
        passage=replace(candidate.passage, article_id=article.id, boilerplate=boilerplate),
    )
