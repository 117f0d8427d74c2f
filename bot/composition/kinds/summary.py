"""A summary of one article, or of what the articles report about a subject: whole sentences of theirs, cited.

An article's opening comes first, then the sentences nearest to all the others. A subject is summed up from
its oldest article to the newest, each story once; "the latest" on it, from its newest articles.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from bot.answer import Answer, Candidate
from bot.composition.kinds.parts import (
    Part,
    by_day,
    compose_parts,
    day_of,
    from_whom,
    make_evidence,
    refused,
    verified,
)
from bot.composition.kinds.request import Request
from bot.composition.kinds.subject import bearing, in_sentence
from bot.composition.kinds.text.sentences import (
    Sentence,
    is_quotation,
    is_whole,
    loose,
    near_duplicate,
    weigh,
)
from bot.english.question import Question
from bot.english.words import terms
from bot.retrieval.sources import Scope
from index.library import Library
from index.text.article import Article
from index.text.passages import body_sentences

MOST_READ = 28  # sentences that are embedded: each takes a few milliseconds
FEWEST, MOST = 3, 7
OF_ARTICLE, OF_SUBJECT = 5, 6  # sentences shown
PER_SENTENCES = 4  # an article gives one sentence of so many, but at least FEWEST
PASSAGES = 24  # retrieved for a subject
# By judgement, in units of cosine similarity; somebody's words tell less of what happened.
LEAD, NAMED, REPEATING, QUOTED = 0.25, 0.2, 0.45, 0.2
LEADS = 2  # sentences at the beginning of an article that count in the summary of a subject
NEWEST = 2  # articles that tell the latest
OF_LATEST = 4  # times as many passages are looked at, because the newest are seldom the nearest
SURE = 0.8
FROM_ARTICLES = 3  # sentences of one article in the summary of a subject


def answer_summary(request: Request) -> Answer | None:
    """The summary, a refusal if no article bears on the subject, or None if one article is not found."""
    if request.asked.article is not None:
        found = _the_article(request)
        if found is None:
            reason = "it is not clear which article is meant; name its outlet or its subject"
            return refused(request.empty(), request.question, request.candidates, reason)
        # Which article it is was not searched for.
        draft = replace(request.draft, standalone_question=request.question.asked)
        request = replace(request, draft=draft)
        return _composed(request, _of_article(request, *found))
    subject = request.about(request.asked.subject)
    many = PASSAGES * (OF_LATEST if request.asked.latest else 1)
    near = request.sources.find(subject, many, request.scope).candidates
    bear = bearing(subject, near)
    held = _newest(bear) if request.asked.latest else bear
    parts = _of_subject(request, subject, held) if held else []
    if not parts:
        reason = f"no passage is about {request.asked.subject}"
        return refused(request.empty(), subject, near, reason)
    return _composed(request, parts)


def _composed(request: Request, parts: Sequence[Part]) -> Answer | None:
    kept = verified(parts, request.verify)
    if not kept:
        return None
    several = len({part.article.path for part in kept}) > 1
    undated = several and any(part.article.published is None for part in kept)
    return compose_parts(
        replace(request.empty(), confidence=SURE),
        kept,
        from_whom if several else lambda _: "",
        lead="" if several else kept[0].article.title,
        remarks=["Articles without a date come last."] * undated,
    )


def _the_article(request: Request) -> tuple[Library, Article] | None:
    """The article that is meant: by its outlet or topic, or the one last cited, or the only one there is."""
    named, subject = request.asked.article or "", request.asked.subject
    owner = request.scope.owner
    if named.lower() in ("this", "that", "last", "above", "same", "") and not subject:
        chosen = _only(request) if request.scope.selection else None
        return chosen or _last_cited(request) or _only(request)
    outlet = request.outlet(named) if named else None
    words = subject or ("" if outlet else named)
    question = request.about(words or named)
    scope = Scope(outlet or request.scope.selection, owner)
    near = request.sources.find(question, PASSAGES, scope).candidates
    near = near if outlet and not words else bearing(question, near)
    # "the piece about FTX customers": the one whose title says most of that
    best = max(near, key=lambda one: len(question.terms & terms(one.article.title)), default=None)
    return request.located(best.article.path) if best else None


def _last_cited(request: Request) -> tuple[Library, Article] | None:
    for turn in reversed(request.conversation.turns):
        if turn.answer.citations:
            first = turn.answer.citations[0]
            return request.located(first.file, first.sha256)
    return None


def _only(request: Request) -> tuple[Library, Article] | None:
    """The only article of the selection, or of the folder."""
    with request.sources.libraries(request.scope) as libraries:
        for one in libraries:
            rows, count = one.catalog.listing.browse(request.scope.selection, "path", 0, 1)
            if count == 1:
                return request.located(rows[0].path)
    return None


def _of_article(request: Request, library: Library, article: Article) -> list[Part]:
    body = [span for span in body_sentences(article) if is_whole(span.of(article.text))]
    body = [s for s in body if terms(s.of(article.text)) - terms(article.title)] or body
    rows = [Sentence(article, span, library, position=n) for n, span in enumerate(body)]
    rows = weigh(rows, MOST_READ)
    if not rows:
        return []
    vectors = library.encoder.encode([row.words for row in rows])
    worth = _centrality(vectors)
    for n, row in enumerate(rows):
        worth[n] += LEAD / (1 + row.position) - QUOTED * is_quotation(row.words)
    worth[0] += 1  # the opening says what the story is
    count = min(OF_ARTICLE, max(FEWEST, len(body) // PER_SENTENCES))
    chosen = _choose(rows, vectors, worth, count)
    return [_part(row) for row in sorted(chosen, key=lambda row: row.span)]


def _of_subject(request: Request, subject: Question, near: Sequence[Candidate]) -> list[Part]:
    rows = _spread(in_sentence(request, subject, near, LEADS))[:MOST_READ]
    if not rows or subject.vector is None:
        return []
    vectors = request.sources.library.encoder.encode([row.words for row in rows])
    worth = 0.5 * _centrality(vectors) + vectors @ subject.vector
    for n, row in enumerate(rows):
        share = len(terms(row.words) & subject.terms) / len(subject.terms)
        worth[n] += LEAD / (1 + row.position) + NAMED * share - QUOTED * is_quotation(row.words)
    chosen = _choose(rows, vectors, worth, OF_SUBJECT, FROM_ARTICLES)
    chosen += _next(chosen, FEWEST - len(chosen))
    parts = sorted((_part(row) for row in chosen), key=by_day)
    if request.asked.latest:
        parts.sort(key=lambda part: part.date or "", reverse=True)
    return parts


def _spread(rows: Sequence[Sentence]) -> list[Sentence]:
    """The rows, one of each article in turn."""
    by_article: dict[str, list[Sentence]] = {}
    for row in rows:
        by_article.setdefault(row.article.id, []).append(row)
    turns = zip_longest(*by_article.values())
    return [row for turn in turns for row in turn if row]


def _newest(near: Sequence[Candidate]) -> Sequence[Candidate]:
    """The passages of the NEWEST articles that have a date, or all if none has one."""
    days = {one.article.id: one.article.published for one in near if one.article.published}
    newest = sorted(days, key=lambda key: (days[key], key), reverse=True)[:NEWEST]
    return [one for one in near if one.article.id in newest] or near


def _next(rows: Sequence[Sentence], count: int) -> list[Sentence]:
    """At most `count` sentences that follow those chosen: a story goes on where it has little to say."""
    found: list[Sentence] = []
    for row in rows:
        if len(found) >= count:
            break
        body = body_sentences(row.article)
        at = body.index(row.span) + 1
        span = body[at] if at < len(body) else row.span
        known = {(one.article.id, one.span) for one in [*rows, *found]}
        near = "\n\n\n" not in row.article.text[row.span.end : span.start]
        if near and is_whole(span.of(row.article.text)) and (row.article.id, span) not in known:
            found.append(replace(row, span=span, position=at))
    return found


def _part(row: Sentence) -> Part:
    evidence = make_evidence(row.library, row.article, row.span, SURE)
    return Part(evidence, date=day_of(row.article))


def _centrality(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean cosine similarity of each sentence to the others (LexRank's degree, Erkan and Radev 2004)."""
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.float32)
    likeness = vectors @ vectors.T
    return np.asarray((likeness.sum(axis=1) - 1) / (len(vectors) - 1), np.float32)


def _follows(row: Sentence, other: Sentence) -> bool:
    """True if `row` is the next sentence after `other`."""
    return row.article.id == other.article.id and row.position == other.position + 1


def _choose(
    rows: Sequence[Sentence],
    vectors: NDArray[np.float32],
    worth: NDArray[np.float32],
    count: int,
    per_article: int = MOST,
) -> list[Sentence]:
    """The `count` best by maximal marginal relevance (Carbonell and Goldstein 1998), no near-duplicates."""
    chosen: list[int] = []
    while len(chosen) < min(count, MOST):
        best, least = -1, -np.inf
        for n, row in enumerate(rows):
            same = [m for m in chosen if rows[m].article.id == row.article.id]
            if n in chosen or len(same) >= per_article:
                continue
            likeness = [float(vectors[n] @ vectors[m]) for m in chosen]
            if any(
                near_duplicate(row.words, rows[m].words, alike)
                for m, alike in zip(chosen, likeness, strict=True)
            ):
                continue
            value = float(worth[n]) - REPEATING * max(likeness, default=0.0)
            best, least = (n, value) if value > least else (best, least)
        if best < 0:
            break
        # "He added that …" is not understood without the sentence before it.
        before = next((n for n, row in enumerate(rows) if _follows(rows[best], row)), None)
        if loose(rows[best].words) and before not in chosen:
            if before is None and len(rows) > 1:
                worth[best] = -1.0  # the last resort
                if least > -1:
                    continue
            elif before is not None:
                chosen.append(before)
        chosen.append(best)
    chosen = chosen[:MOST]
    return [rows[n] for n in chosen]
