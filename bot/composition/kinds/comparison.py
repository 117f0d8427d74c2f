"""What two people said, or two outlets wrote, about one subject, side by side.

What is missing for a side is said plainly; a side is never filled with somebody else's words.
"""

from dataclasses import replace

from bot.answer import Answer
from bot.composition.kinds.finding_quotes import find_statements, full_name, part_of
from bot.composition.kinds.parts import (
    Part,
    compose_parts,
    day_of,
    from_whom,
    make_evidence,
    refused,
    verified,
)
from bot.composition.kinds.request import Request
from bot.composition.kinds.subject import bearing, in_sentence
from bot.retrieval.sources import Scope
from index.catalog.selection import Selection

MOST_EACH = 3  # sentences of a side
PASSAGES = 12  # of an outlet
SURE = 0.75


def answer_comparison(request: Request) -> Answer | None:
    """Both sides, or a refusal if neither says anything about the subject."""
    sides = [_side(request, name) for name in request.asked.sides]
    kept = [verified(parts, request.verify) for _, parts in sides]
    about = f" about {request.asked.subject}" if request.asked.subject else ""
    if not any(kept):
        reason = f"neither {sides[0][0]} nor {sides[1][0]} is quoted{about}"
        return refused(request.empty(), request.question, request.candidates, reason)
    missing = [
        f"The articles found have nothing by {name}{about}."
        for (name, _), parts in zip(sides, kept, strict=True)
        if not parts
    ]
    return compose_parts(
        replace(request.empty(), confidence=SURE),
        [part for parts in kept for part in parts],
        _label,
        remarks=missing,
    )


def _side(request: Request, name: str) -> tuple[str, list[Part]]:
    """The name of a side as the articles have it, and its sentences: a person's, else an outlet's."""
    found = find_statements(request, name, request.asked.subject)[:MOST_EACH]
    selection = request.outlet(name) if request.asked.subject else None
    if selection and (selection.publishers or not found):
        return name, _of_outlet(request, name, selection)
    full = full_name(found, name) or name
    return full, [part_of(row, full) for row in found]


def _of_outlet(request: Request, outlet: str, selection: Selection) -> list[Part]:
    """The sentences of the outlet that name the subject, nearest to it in meaning first."""
    subject = request.about(request.asked.subject)
    scope = Scope(selection, request.scope.owner)
    near = bearing(subject, request.sources.find(subject, PASSAGES, scope).candidates)
    rows = in_sentence(request, subject, near)
    if not rows or subject.vector is None:
        return []
    likeness = request.sources.library.encoder.encode([row.words for row in rows]) @ subject.vector
    order = sorted(range(len(rows)), key=lambda n: -float(likeness[n]))[:MOST_EACH]
    return [
        Part(
            make_evidence(rows[n].library, rows[n].article, rows[n].span, SURE),
            outlet,
            day_of(rows[n].article),
        )
        for n in order
    ]


def _label(part: Part) -> str:
    whom = from_whom(part)
    same = part.article.publisher == part.speaker
    facts = whom.partition(", ")[2] if same else whom
    return f"{part.speaker} ({facts})" if facts else part.speaker
