"""Articles listed and counted: those that mention a subject, are about it, or are of an outlet or some days.

Counts are exact and come from the catalog; the reply says what was counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answer import Answer
from bot.composition.kinds.asked import Kind
from bot.composition.kinds.parts import (
    Part,
    compose_parts,
    day_of,
    from_whom,
    make_evidence,
    refused,
    verified,
    written,
)
from bot.composition.kinds.request import Request
from bot.composition.kinds.text.narrowing import Narrowed, narrow
from bot.composition.kinds.text.sentences import is_whole
from bot.composition.kinds.text.wording import Wording, listed, stands_alone
from index.catalog.selection import Selection
from index.library import Library
from index.text.article import Article, Span
from index.text.passages import body_sentences

MOST_LISTED = 20  # articles; the reply says how many there are
# An article is about what its title or opening names, or what it names so often.
OPENING, OFTEN = 2, 3
CERTAIN = 1.0  # a count is not a guess


@dataclass(frozen=True, slots=True)
class _Hit:
    """An article that counts; `short` if it gives only the last name."""

    library: Library
    id: str
    short: bool = False


def answer_articles(request: Request) -> Answer | None:
    """The articles that were asked for, or their number; None if the question asks for something else."""
    asked = request.asked
    with request.sources.libraries(request.scope) as libraries:
        outlets = [name for one in libraries for name, _ in one.catalog.listing.publishers()]
        newest = max(
            (day for one in libraries if (day := one.catalog.listing.newest())), default=None
        )
        narrowed = narrow(
            asked.subject, outlets, newest or date.max, is_subject=asked.article is None
        )
        if narrowed.rest:
            return None
        within = _selection(request.scope.selection, narrowed)
        total = sum(one.catalog.selected.articles(request.scope.selection) for one in libraries)
        wording = Wording.of(narrowed.subject) if narrowed.subject else None
        mentions = asked.mentions
        hits = [hit for one in libraries for hit in _hits(one, within, wording, mentions)]
        if not hits and not mentions:  # about nothing else, but they may mention it
            mentions = True
            hits = [hit for one in libraries for hit in _hits(one, within, wording, mentions)]
        if not hits:
            reason = _none(wording, narrowed)
            return refused(request.empty(), request.question, request.candidates, reason)
        undated = _undated(libraries, request.scope.selection) if narrowed.days else 0
        counted = _some(len(hits), total, wording, narrowed, mentions)
        if wording and mentions and not asked.mentions:
            counted += "; none is about it"
        return _composed(request, hits, wording, counted, undated)


def _selection(chosen: Selection, narrowed: Narrowed) -> Selection:
    within = chosen.during(narrowed.days)
    if not narrowed.outlet:
        return within
    outlets = frozenset([narrowed.outlet])
    return replace(within, publishers=outlets & chosen.publishers if chosen.publishers else outlets)


def _undated(libraries: Sequence[Library], chosen: Selection) -> int:
    dated = replace(chosen, since=chosen.since or date.min)
    counts = (one.catalog.selected for one in libraries)
    return sum(one.articles(chosen) - one.articles(dated) for one in counts)


def _hits(
    library: Library, within: Selection, wording: Wording | None, mentions: bool
) -> list[_Hit]:
    if wording is None:
        rows, _ = library.catalog.listing.browse(within, "newest", 0, 1_000_000)
        return [_Hit(library, row.id) for row in rows]
    found = _mentioning(library, within, wording)
    if mentions:
        return found
    return [hit for hit in found if _is_about(library, hit, wording)]


def _mentioning(library: Library, within: Selection, wording: Wording) -> list[_Hit]:
    """The articles with all parts, or any; those that give only a person's last name behind the others."""
    texts: dict[str, str] = {}
    for part in wording.parts:
        for key, title, text in library.catalog.full_text.containing(part, within):
            texts[key] = f"{title}\n{text}"
    full = {key for key, text in texts.items() if wording.holds(text)}
    last = wording.last_name
    short = set[str]()
    if last and any(stands_alone(wording.text, last, texts[key]) for key in full):
        rows = library.catalog.full_text.containing(last, within)
        named = ((key, f"{title}\n{text}") for key, title, text in rows if key not in full)
        short = {key for key, text in named if stands_alone(wording.text, last, text)}
    return [_Hit(library, key, key in short) for key in sorted(full | short)]


def _is_about(library: Library, hit: _Hit, wording: Wording) -> bool:
    article = library.catalog.articles.load(hit.id)
    if article is None:
        return False
    parts = (wording.last_name,) if wording.last_name else wording.parts
    body = body_sentences(article)
    opening = " ".join(span.of(article.text) for span in body[:OPENING])
    story = " ".join(span.of(article.text) for span in body)

    def about(part: str) -> bool:
        heads = (article.title, opening)
        return any(wording.found(part, text) for text in heads) or (
            len(wording.found(part, story)) >= OFTEN
        )

    return all(map(about, parts)) if wording.every else any(map(about, parts))


def _none(wording: Wording | None, narrowed: Narrowed) -> str:
    """That there is no such article."""
    where = f"{_from(narrowed)}{' '.join(['', *_when(narrowed)])}"
    does = f"contains {_quoted(wording)}" if wording else "is there"
    return f"no article{where} {does}"


def _some(
    count: int, total: int, wording: Wording | None, narrowed: Narrowed, mentions: bool
) -> str:
    """How many of how many articles, and what was counted."""
    are, were = ("is", "was") if count == 1 else ("are", "were")
    said = [f"{are}{_from(narrowed)}"] if narrowed.outlet else []
    said += [f"{were} {when}" for when in _when(narrowed)]
    if wording and mentions:
        said.append(f"contain{'s' if count == 1 else ''} {_quoted(wording)}")
    elif wording:
        said.append(f"{are} about {_quoted(wording)}")
    return f"{count:,} of {total:,} articles {' and '.join(said) or f'{are} in the folder'}"


def _quoted(wording: Wording) -> str:
    return listed(wording.parts, "and" if wording.every else "or")


def _from(narrowed: Narrowed) -> str:
    return f" from {narrowed.outlet}" if narrowed.outlet else ""


def _when(narrowed: Narrowed) -> list[str]:
    if not narrowed.days:
        return []
    first, last = (written(day.isoformat()) for day in narrowed.days)
    return [f"published on {first}" if first == last else f"published from {first} to {last}"]


def _composed(
    request: Request, hits: list[_Hit], wording: Wording | None, counted: str, undated: int
) -> Answer | None:
    found = [
        (hit, article) for hit in hits if (article := hit.library.catalog.articles.load(hit.id))
    ]
    found.sort(key=lambda pair: (-(pair[1].published or date.min).toordinal(), pair[1].path))
    parts = []
    for hit, article in found[:MOST_LISTED]:
        if span := _shown(article, wording):
            parts.append(
                Part(make_evidence(hit.library, article, span, CERTAIN), date=day_of(article))
            )
    kept = verified(parts, request.verify)
    if not kept:
        return None
    short = sum(hit.short for hit in hits)
    if short and wording:
        counted += f" ({short:,} of them only as “{wording.last_name}”)"
    remarks = []
    if len(found) > len(kept):
        remarks.append(f"The newest {len(kept)} are listed.")
    if undated:
        remarks.append(f"Not counted, because they have no date: {undated:,}.")
    is_count = request.asked.kind is Kind.COUNT
    return compose_parts(
        replace(request.empty(), confidence=CERTAIN),
        kept,
        _label,
        short=counted
        if is_count
        else f"{counted}: {'; '.join(part.article.title for part in kept)}",
        lead=f"{counted}.",
        remarks=remarks,
    )


def _label(part: Part) -> str:
    whom = from_whom(part)
    return f"{part.article.title} ({whom})" if whom else part.article.title


def _shown(article: Article, wording: Wording | None) -> Span | None:
    """The first sentence that mentions the subject, or the opening of the article; a heading if need be."""
    body = body_sentences(article)
    whole = [span for span in body if is_whole(span.of(article.text))]
    if wording:
        parts = [*wording.parts, *([wording.last_name] if wording.last_name else [])]
        for span in [*whole, *body]:
            if any(wording.found(part, span.of(article.text)) for part in parts):
                return span
    return next(iter([*whole, *body]), None)
