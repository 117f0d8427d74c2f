"""Articles listed and counted: those that mention a subject, are about it, or are of an outlet or some days.

Counts are exact and come from the catalog; the reply says what was counted.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answer import Answer
from bot.composition.kinds.counting import Counted, count_articles, listed_articles
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
from bot.composition.kinds.text.kind import Kind
from bot.composition.kinds.text.narrowing import Narrowed, narrow
from bot.composition.kinds.text.sentences import is_whole
from bot.composition.kinds.text.wording import Wording, listed
from index.catalog.selection import Selection
from index.library import Library
from index.text.article import Article, Span
from index.text.passages import story_sentences

MOST_LISTED = 20  # articles; the reply says how many there are
CERTAIN = 1.0  # a count is not a guess


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
        if wording and not mentions:
            wording = replace(wording, inflected=True)
        found = count_articles(libraries, within, wording, mentions)
        if not found and wording and not mentions:  # about nothing else, but they may mention it
            mentions, wording = True, replace(wording, inflected=False)
            found = count_articles(libraries, within, wording, mentions)
        if not found:
            reason = _none(wording, narrowed)
            return refused(request.empty(), request.question, request.candidates, reason)
        undated = _undated(libraries, request.scope.selection) if narrowed.days else 0
        count = sum(one.count for one in found)
        counted = _some(count, total, wording, narrowed, mentions)
        if wording and mentions and not asked.mentions:
            counted += "; none is about it"
        if not (wording or narrowed.days):
            counted += _span(found)
        return _composed(request, found, wording, counted, undated)


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


def _span(found: Sequence[Counted]) -> str:
    """From when to when they were published."""
    spans = [days for one in found if (days := one.library.catalog.listing.span(one.selection))]
    if not spans:
        return ""
    first, last = min(days[0] for days in spans), max(days[1] for days in spans)
    dates = dict.fromkeys(written(day.isoformat()) for day in (first, last))
    return f", published {'on' if len(dates) == 1 else 'from'} {' to '.join(dates)}"


def _composed(
    request: Request,
    found: Sequence[Counted],
    wording: Wording | None,
    counted: str,
    undated: int,
) -> Answer | None:
    asked = request.asked
    most = min(asked.most, MOST_LISTED) or MOST_LISTED
    parts = [
        Part(make_evidence(library, article, span, CERTAIN), date=day_of(article))
        for library, article in listed_articles(found, most, asked.oldest)
        if (span := _shown(article, wording))
    ]
    kept = verified(parts, request.verify)
    if not kept:
        return None
    short = sum(len(one.short) for one in found)
    if short and wording:
        counted += f" ({short:,} of them only as “{wording.last_name}”)"
    remarks = []
    if sum(one.count for one in found) > len(kept) > 1:
        remarks.append(f"The {'oldest' if asked.oldest else 'newest'} {len(kept)} are listed.")
    if undated:
        remarks.append(f"Not counted, because they have no date: {undated:,}.")
    titles = "; ".join(part.article.title for part in kept)
    listing = titles if asked.most else f"{counted}: {titles}"
    return compose_parts(
        replace(request.empty(), confidence=CERTAIN),
        kept,
        _label,
        short=counted if asked.kind is Kind.COUNT else listing,
        lead=f"{counted}.",
        remarks=remarks,
    )


def _label(part: Part) -> str:
    whom = from_whom(part)
    return f"{part.article.title} ({whom})" if whom else part.article.title


def _shown(article: Article, wording: Wording | None) -> Span | None:
    """The first sentence that mentions the subject, or the opening of the article; a heading if need be."""
    parts = [*wording.parts, *([wording.last_name] if wording.last_name else [])] if wording else []
    heading = opening = None
    for span in story_sentences(article):
        words = span.of(article.text)
        named = wording is None or any(wording.found(part, words) for part in parts)
        if (named or opening is None) and is_whole(words):
            if named:
                return span
            opening = span
        heading = heading or (span if named else None)
    return heading or opening or next(story_sentences(article), None)
