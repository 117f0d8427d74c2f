"""Evidence becomes an answer: the short answer, the text with its quotes and citations, or a refusal.

It only arranges what the reader found; every quoted word is the article's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answer import Answer, Candidate, Citation, Evidence
from bot.composition.agreement import differing
from bot.composition.choose import answer_words, choose, is_sentence
from bot.composition.citations import cite, numbered_quotes
from bot.composition.latest import newest_first
from bot.composition.refusal import (
    LEAST_CLOSE,
    missing_words,
    refusal,
    why_changed,
    why_refused,
)
from bot.english.question import Question

NEAREST_SHOWN = 3
# Words of a short answer of two sentences; of a longer one the first stands alone.
LONGEST_SHORT = 35
# A confidence is the probability that the answer is right: four in five, three in five, or less.
SURENESS = ((0.8, "Sure"), (0.6, "Fairly sure"), (0.0, "Unsure"))
Verify = Callable[[Evidence], bool]


def compose_answer(
    question: Question,
    evidence: Sequence[Evidence],
    candidates: Sequence[Candidate],
    verify: Verify,
    min_confidence: float,
) -> Answer:
    """The cited answer if the best evidence is sure enough and its file is unchanged, else a refusal.

    `candidates` are in the order in which a refusal names their articles.
    """
    evidence = newest_first(question, evidence, min_confidence)
    confidence = evidence[0].score if evidence else 0.0
    is_sure = bool(evidence) and confidence >= min_confidence
    chosen = choose(question, evidence) if is_sure else ()
    verified = [item for item in chosen if verify(item)]
    answer = replace(no_answer(question, candidates), confidence=confidence)
    # The first is the answer itself; the others alone do not make one.
    if verified and verified[0] is chosen[0]:
        citations = cite(verified)
        short, text = compose(question, verified, citations)
        # Evidence that is too unsure to be an answer does not contradict one.
        sure = [one for one in evidence if one.score >= min_confidence]
        others = [item for item in differing(question, verified, sure) if verify(item)]
        return replace(
            answer,
            answer=short,
            text=text,
            refused=False,
            citations=citations,
            differing=cite(others, len(citations) + 1),
        )
    reason = why_changed(chosen[0]) if chosen else why_refused(evidence)
    is_close = not chosen and confidence >= LEAST_CLOSE
    closest = cite([item for item in evidence[:1] if verify(item)]) if is_close else ()
    return replace(
        answer,
        missing=() if chosen else missing_words(question, candidates),
        closest=closest,
        text=refusal(reason, answer.nearest, closest),
        reason=reason,
        confidence=0.0 if chosen else answer.confidence,
    )


def no_answer(question: Question, candidates: Sequence[Candidate]) -> Answer:
    """The answer before anything is found, with the nearest articles."""
    return Answer(
        question=question.text,
        standalone_question=question.text,
        answer="",
        text="",
        refused=True,
        reason=None,
        confidence=0.0,
        nearest=nearest_articles(candidates),
    )


def nearest_articles(candidates: Sequence[Candidate]) -> tuple[tuple[str, str], ...]:
    """Path and title of the first articles of `candidates`, as a refusal names them."""
    articles = dict.fromkeys((c.article.path, c.article.title) for c in candidates)
    return tuple(articles)[:NEAREST_SHOWN]


def compose(
    question: Question, chosen: Sequence[Evidence], citations: Sequence[Citation]
) -> tuple[str, str]:
    """The short answer, and the text with its quotes and `[n]` markers."""
    best = chosen[0]
    quotes = numbered_quotes(citations)
    if is_sentence(best):
        short = " ".join(map(answer_words, chosen))
        if len(short.split()) > LONGEST_SHORT:
            short = answer_words(best)
        return short, "\n\n".join(quotes)
    short = "; ".join(map(answer_words, chosen if question.is_list else [best]))
    stop = "" if short.endswith((".", "!", "?")) else "."
    return short, "\n\n".join([short[0].upper() + short[1:] + stop, *quotes])


def sureness(confidence: float) -> str:
    """A confidence as a word with its number: "Fairly sure · 71 %"."""
    word = next(word for least, word in SURENESS if confidence >= least)
    return f"{word} · {round(confidence * 100)} %"
