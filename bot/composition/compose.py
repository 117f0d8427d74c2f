"""Words for a person: which evidence is shown, the short answer with its quotes, or a plain refusal.

It only arranges what the reader found; every quoted word is the article's own.
"""

from collections.abc import Sequence

from bot.answer import Citation, Evidence, Statement, Verdict
from bot.english.answer_kind import is_yes_no, wants_list
from bot.english.polarity import verdict
from bot.english.words import terms
from bot.reading.reader import Drafted
from bot.retrieval.reprints import repeats

REFUSED = "The articles do not answer this"
CHANGED = "the passage has changed since it was indexed"
# Another source must be about this sure, beside the best one, to be shown with it.
ABOUT_AS_SURE = 0.8
# A second sentence of the same article may be less sure: the first often only leads up to it.
SECOND_SENTENCE = 0.6
MOST_CITATIONS = 3
# A further item of a list must be at least this sure, beside the first.
FURTHER_ITEM = 0.6
MOST_ITEMS = 8
# A confidence is the probability that the answer is right: four in five, three in five, or less.
SURENESS = ((0.8, "Sure"), (0.6, "Fairly sure"), (0.0, "Unsure"))


def choose(question: str, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best evidence first, then what belongs beside it.

    When a whole sentence answers, the next best sentence of the same article is part of the answer
    (at most two sentences). When a phrase answers, other articles that hold the same phrase in a sentence
    of their own agree; when several things are asked for, other phrases are further items.
    """
    best, others = evidence[0], evidence[1:]
    if _is_sentence(best):
        same = [o for o in others if o.candidate.article.id == best.candidate.article.id]
        return (best, *(o for o in same[:1] if o.score >= SECOND_SENTENCE * best.score))
    if wants_list(question):
        return _items(best, others)
    chosen, told = [best], terms(_words(best))
    for other in (o for o in others if o.score >= ABOUT_AS_SURE * best.score):
        known = {e.candidate.article.id for e in chosen}
        says = terms(_sentence(other))
        if other.candidate.article.id in known or not told or not told <= says:
            continue
        # A reprint cut into other passages is found beside what it repeats.
        if not any(repeats(_sentence(other), _sentence(one)) for one in chosen):
            chosen.append(other)
    return tuple(chosen[:MOST_CITATIONS])


def _items(best: Evidence, others: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The phrases that say something which those before them do not."""
    chosen = [best]
    for other in (o for o in others if o.score >= FURTHER_ITEM * best.score):
        told = frozenset[str]().union(*(terms(_words(item)) for item in chosen))
        fresh = terms(_words(other))
        if not _is_sentence(other) and fresh and fresh.isdisjoint(told):
            chosen.append(other)
    return tuple(chosen[:MOST_ITEMS])


def compose(
    question: str, chosen: Sequence[Evidence], citations: Sequence[Citation]
) -> tuple[str, str]:
    """The short answer, and the text with its quotes and `[n]` markers."""
    best = chosen[0]
    quotes = [f"“{_plain(c.quote)}” [{c.number}]" for c in citations]
    if _is_sentence(best):
        said = verdict(question, _words(best)) if is_yes_no(question) else None
        short = " ".join(_words(item) for item in chosen)
        return (f"{said}. {short}" if said else short), "\n\n".join(
            [f"{said}."] * bool(said) + quotes
        )
    short = "; ".join(_words(item) for item in (chosen if wants_list(question) else [best]))
    stop = "" if short.endswith((".", "!", "?")) else "."
    return short, "\n\n".join([short[0].upper() + short[1:] + stop, *quotes])


def compose_statements(
    drafted: Sequence[Drafted],
    citations: Sequence[Citation],
    held: Sequence[Evidence],
    *,
    drop: bool,
) -> tuple[Statement, ...]:
    """A language model's sentences with the numbers of what bears them out; `drop` leaves out the others.

    `held` is the evidence that the citations were made of. What rests on none of it is unsupported.
    """
    numbers = {
        (evidence.candidate.article.id, evidence.support): citation.number
        for evidence in held
        for citation in citations
        if (citation.file, citation.start, citation.end)
        == (evidence.candidate.article.path, evidence.support.start, evidence.support.end)
    }
    statements = []
    for one in drafted:
        places = [(e.candidate.article.id, e.support) for e in one.evidence]
        cited = tuple(sorted({numbers[place] for place in places if place in numbers}))
        # What half of a sentence rested on may be gone: then nothing says which half.
        borne_out = bool(places) and all(place in numbers for place in places)
        reason = one.reason if borne_out or one.verdict == "unsupported" else CHANGED
        judged: Verdict = one.verdict if borne_out else "unsupported"
        statements.append(Statement(one.text, judged, reason, cited if borne_out else ()))
    return tuple(s for s in statements if not (drop and s.verdict == "unsupported"))


def statement_text(statement: Statement) -> str:
    """A sentence with its markers; one that is not borne out is set apart with the reason."""
    if statement.verdict == "unsupported":
        return f"(Not borne out: {statement.reason}) ~~{statement.text}~~"
    markers = "".join(f"[{number}]" for number in statement.numbers)
    doubt = f" (in part: {statement.reason})" if statement.verdict == "partly" else ""
    return f"{statement.text} {markers}{doubt}"


def borne_out(statements: Sequence[Statement]) -> str:
    """How many of a language model's sentences the articles bear out, in a line."""
    held = sum(statement.verdict == "supported" for statement in statements)
    count = len(statements)
    said = "The sentence is" if count == 1 else f"All {count} sentences are"
    if held < count:
        said = f"{held} of {count} sentences {'is' if held == 1 else 'are'}"
    return f"{said} borne out by the articles"


def sureness(confidence: float) -> str:
    """A confidence as a word with its number: "Fairly sure · 71 %"."""
    word = next(word for least, word in SURENESS if confidence >= least)
    return f"{word} · {round(confidence * 100)} %"


def refusal(reason: str, nearest: Sequence[tuple[str, str]]) -> str:
    """The plain words of a refusal, with the nearest articles."""
    lines = [f"{REFUSED}: {reason}."]
    if nearest:
        lines.append("Nearest: " + "; ".join(f"{title} ({path})" for path, title in nearest) + ".")
    return "\n\n".join(lines)


def why_refused(evidence: Sequence[Evidence]) -> str:
    """The reason for a refusal when nothing was sure enough."""
    if not evidence:
        return "no passage bears on the question"
    if evidence[0].missing:
        return "the nearest passage does not mention " + ", ".join(evidence[0].missing)
    return "no passage answers the question with enough certainty"


def why_changed(evidence: Evidence) -> str:
    """The reason when the words are no longer in the file."""
    path = evidence.candidate.article.path
    return f"{path} has changed or is gone since it was indexed; run `python -m index sync`"


def _is_sentence(evidence: Evidence) -> bool:
    return evidence.answer == evidence.support


def _sentence(evidence: Evidence) -> str:
    return evidence.support.of(evidence.candidate.article.text)


def _words(evidence: Evidence) -> str:
    return _plain(evidence.answer.of(evidence.candidate.article.text))


def _plain(text: str) -> str:
    return " ".join(text.split())
