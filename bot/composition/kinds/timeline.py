"""A timeline: the dated sentences on a subject in the order of what they report, each event once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.answer import Answer, Evidence
from bot.composition.kinds.parts import (
    Part,
    compose_parts,
    make_evidence,
    refused,
    verified,
    written,
)
from bot.composition.kinds.request import Request
from bot.composition.kinds.subject import bearing, in_sentence
from bot.composition.kinds.text.event_dates import EventDate, event_date
from bot.composition.kinds.text.sentences import Sentence, is_quotation, near_duplicate
from bot.english.question import Question

PASSAGES = 40  # retrieved for the subject
MOST_COMPARED = 36  # dated sentences that are embedded
MOST_EVENTS = 10
SAME_EVENT = 0.57  # cosine similarity of two sentences of one day that report the same
FAR = 0.15  # cosine similarity to the subject below which a sentence is about something else
MOST_REPORTS = 3  # of one event that are cited
OF_A_DAY = 3  # sentences of one day
SURE = 0.75


@dataclass(frozen=True, slots=True)
class _Dated:
    row: Sentence
    day: EventDate


def answer_timeline(request: Request) -> Answer | None:
    """The timeline; a refusal if no article bears on the subject or no sentence on it has a date."""
    subject = request.about(request.asked.subject)
    near = request.sources.find(subject, PASSAGES, request.scope).candidates
    held = bearing(subject, near)
    rows = in_sentence(request, subject, held)
    dated = [
        _Dated(row, day)
        for row in rows
        if not is_quotation(row.words) and (day := event_date(row.words, row.article.published))
    ]
    if not dated:
        what = "no dated sentence" if rows else "no passage"
        return refused(request.empty(), subject, near, f"{what} is about {request.asked.subject}")
    parts = verified(_events(request, dated[:MOST_COMPARED], subject), request.verify)
    if not parts:
        return None
    undated = {row.article.path for row in rows if row.article.published is None}
    remark = "Articles without a date of their own give only the dates that they write out."
    return compose_parts(
        replace(request.empty(), confidence=SURE),
        parts,
        lambda part: written(part.date),
        remarks=[remark] * bool(undated),
    )


def _events(request: Request, dated: Sequence[_Dated], subject: Question) -> list[Part]:
    """One part for each event, the nearest to the subject first chosen, then by day."""
    vectors = request.sources.library.encoder.encode([one.row.words for one in dated])
    vector = subject.vector
    near = vectors @ vector if vector is not None else np.zeros(len(dated), np.float32)
    chosen: list[tuple[int, list[int]]] = []
    nearest = sorted(range(len(dated)), key=lambda n: -float(near[n]))
    nearest = nearest[: max(1, int((near >= FAR).sum()))] if vector is not None else nearest
    for n in _on_side(dated, nearest, request.asked.side):
        alike = {first: float(vectors[n] @ vectors[first]) for first, _ in chosen}
        same = next(
            (
                (first, others)
                for first, others in chosen
                if near_duplicate(dated[n].row.words, dated[first].row.words, alike[first])
                or (dated[n].day == dated[first].day and alike[first] >= SAME_EVENT)
            ),
            None,
        )
        if same:
            same[1].append(n)
        elif len(chosen) < MOST_EVENTS and _room(dated, chosen, n):
            chosen.append((n, []))
    chosen.sort(key=lambda pair: (dated[pair[0]].day, dated[pair[0]].row.article.path, pair[0]))
    return [_part(dated, first, others) for first, others in chosen]


def _on_side(dated: Sequence[_Dated], nearest: Sequence[int], side: str) -> Sequence[int]:
    """Of the sentences, nearest first, those not before, or not after, the nearest one that has a day."""
    days = [dated[n].day.first for n in nearest if len(dated[n].day.iso) == len("2015-11-18")]
    if not days:
        return nearest
    day = days[0]
    if side == "after":
        return [n for n in nearest if dated[n].day.first >= day]
    if side == "before":
        return [n for n in nearest if dated[n].day.first <= day]
    return nearest


def _room(dated: Sequence[_Dated], chosen: Sequence[tuple[int, list[int]]], n: int) -> bool:
    return sum(dated[first].day == dated[n].day for first, _ in chosen) < OF_A_DAY


def _part(dated: Sequence[_Dated], first: int, others: Sequence[int]) -> Part:
    """An event with the other articles that report it on the same day."""
    row, day = dated[first].row, dated[first].day
    reports = {row.article.id: first}
    for n in others:
        if dated[n].day == day:
            reports.setdefault(dated[n].row.article.id, n)
    more = [n for n in reports.values() if n != first][: MOST_REPORTS - 1]
    return Part(
        _evidence(row),
        date=day.iso,
        others=tuple(_evidence(dated[n].row) for n in more),
    )


def _evidence(row: Sentence) -> Evidence:
    return make_evidence(row.library, row.article, row.span, SURE)
