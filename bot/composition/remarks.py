"""Replies to remarks: about the answer just given, from its citations, and to courtesies.

Nothing is searched. Each citation is verified again, because the file may have changed since the answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.answer import Answer, Candidate, Citation, Evidence
from bot.composition.agreement import agreement
from bot.composition.citations import cite, numbered_quotes
from bot.composition.compose import NEAREST_SHOWN, Verify, sureness
from bot.composition.refusal import refusal, why_changed
from bot.conversation import Conversation
from bot.resolution.remarks import Remark
from index.text.article import Article, Span
from index.text.dates import month_first
from index.text.passages import split_passages

# Path and content hash → the article, and the folder of its file.
Locate = Callable[[str, str], tuple[Article, Path] | None]
MOST_FACTS = 3  # of several articles that the answer cited
BEFORE, AFTER = 1, 2  # sentences that "Show me more" adds to a quote
_WHOLE = 1_000_000  # words: an article in as few passages as its layout allows
_COURTESIES = {
    Remark.THANKS: "You are welcome.",
    Remark.FAREWELL: "Goodbye.",
    Remark.GREETING: "Hello. Ask a question about the articles.",
    Remark.HELP: "Byline answers questions about the articles in this folder with their own words and shows "
    "where they stand. Ask who, what, when, where, why or how many, and go on with “Why?” or “When was that "
    "published?”. If the articles do not hold the answer, it says so.",
}
_UNSTATED = {
    Remark.DATE: "the article does not say when it was published",
    Remark.AUTHOR: "the article does not say who wrote it",
}


def reply(
    remark: Remark, typed: str, conversation: Conversation, locate: Locate, verify: Verify
) -> Answer | None:
    """The reply to `typed`, or None if it is about an answer and nothing was asked before."""
    if remark.is_courtesy:
        return _said(typed, "", _COURTESIES[remark])
    answers = [turn.answer for turn in conversation.turns]
    last = next((one for one in reversed(answers) if one.refused or one.citations), None)
    if last is None:
        return None
    if not last.citations:
        return _refused(
            typed, "the question before was not answered, so there is no article to look at"
        )
    cited = [_evidence(one, locate) for one in last.citations]
    evidence = [one for one in cited if one]
    changed = [one for one in evidence if not verify(one)]
    if changed or len(evidence) < len(cited):
        gone = f"{last.citations[0].file} is no longer in the index"
        return _refused(typed, why_changed(changed[0]) if changed else gone)
    if remark is Remark.SURE:
        return _how_sure(typed, last, evidence)
    if remark is Remark.QUOTE:
        return _quoted(typed, "", [_widened(evidence[0])], last.confidence)
    return _stated(remark, typed, evidence, last.confidence)


def _evidence(citation: Citation, locate: Locate) -> Evidence | None:
    """The cited words as evidence again, in a passage that holds them."""
    if (found := locate(citation.file, citation.sha256)) is None:
        return None
    article, corpus = found
    span = Span(citation.start, citation.end)
    for passage in split_passages(article, _WHOLE, 0):
        if passage.span.overlaps(span):
            candidate = Candidate(passage, article, 0.0, corpus=corpus)
            return Evidence(candidate, citation.answer or span, span, 1.0)
    return None


def _widened(evidence: Evidence) -> Evidence:
    """The evidence with the sentences around it."""
    sentences, span = evidence.candidate.passage.sentences, evidence.support
    inside = [n for n, one in enumerate(sentences) if one.overlaps(span)]
    first = sentences[max(0, inside[0] - BEFORE)]
    last = sentences[min(len(sentences) - 1, inside[-1] + AFTER)]
    wide = Span(first.start, last.end)
    return replace(evidence, answer=wide, support=wide)


def _stated(remark: Remark, typed: str, evidence: Sequence[Evidence], confidence: float) -> Answer:
    """What the cited articles say of themselves: day, author or outlet, each with its first citation."""
    first: dict[str, Evidence] = {}
    for one in evidence:
        if fact := _fact(remark, one.candidate.article):
            first.setdefault(fact, one)
    if not first:
        articles = [one.candidate.article for one in evidence]
        named = tuple(dict.fromkeys((one.path, one.title) for one in articles))[:NEAREST_SHOWN]
        return replace(_refused(typed, _UNSTATED[remark], named), nearest=named)
    facts = list(first)[:MOST_FACTS]
    answer = _quoted(typed, facts[0], [first[fact] for fact in facts], confidence)
    if len(facts) == 1:
        return answer
    numbered = "; ".join(f"{fact} [{number}]" for number, fact in enumerate(facts, 1))
    quotes = answer.text.partition("\n\n")[2]
    return replace(answer, answer="; ".join(facts), text=f"{numbered}.\n\n{quotes}")


def _fact(remark: Remark, article: Article) -> str:
    day = article.published
    if remark is Remark.DATE:
        return month_first(day) if day else ""
    if remark is Remark.AUTHOR:
        return article.author or ""
    return f"{article.publisher}: “{article.title}”" if article.publisher else f"“{article.title}”"


def _how_sure(typed: str, last: Answer, evidence: Sequence[Evidence]) -> Answer:
    """How sure the answer before is, who agrees, and who gives another figure."""
    sure = sureness(last.confidence)
    parts = [
        f"{sure}. The quote is in the file word for word; read it to see whether it answers you."
    ]
    parts.append(
        f"{agreed}." if (agreed := agreement(last)) else "No other article found says the same."
    )
    if last.differing:
        others = "; ".join(f"{one.answering.of(one.quote)} ({one.file})" for one in last.differing)
        parts.append(f"Other articles give another figure: {others}.")
    answer = _quoted(typed, "", evidence, last.confidence)
    return replace(answer, answer=sure, text=" ".join(parts) + f"\n\n{answer.text}")


def _quoted(typed: str, short: str, evidence: Sequence[Evidence], confidence: float) -> Answer:
    """`short`, and the quotes; without it the quotes are the answer."""
    citations = cite(evidence)
    lead = [short if short.endswith((".", "!", "?", ".”")) else f"{short}."] if short else []
    said = short or " ".join(" ".join(one.quote.split()) for one in citations)
    answer = _said(typed, said, "\n\n".join([*lead, *numbered_quotes(citations)]))
    return replace(answer, confidence=confidence, citations=citations)


def _said(typed: str, short: str, text: str) -> Answer:
    return Answer(typed, typed, short, text, False, None, 1.0)


def _refused(typed: str, reason: str, nearest: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(typed, typed, "", refusal(reason, nearest), True, reason, 0.0)
