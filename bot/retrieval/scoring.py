"""How well passages match a question: searches by meaning, by words and by whole articles, combined.

Passages of the days that a question names rank higher; for "the latest" the newest of the best go first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.english.period import Period
from bot.retrieval.fusion import Fused, combine, spread
from index.catalog.records import Origin
from index.catalog.selection import EVERYTHING, Days, Selection
from index.library import Library
from index.models.encoder import Vectors

DEPTH, ARTICLES = 40, 100  # passages and articles taken from each search before they are combined
# Shares of the searches by meaning, by words and by whole article. On the half of the news quiz that tunes
# (419 questions, 15,112 articles) and on 1,500 written questions, those that give .2 to .3 to meaning lie
# within .01 of each other in MRR@10.
SHARES = (0.3, 0.4, 0.3)
# What a passage of the days that a question names gains beside its score once more. On the same half, asked
# on the day of each question and on the archive's last day, 0 to 0.3 lie within .01 of each other in MRR@10.
TIMELY = 0.2
LATEST = 0.5  # what the newest of the best passages gains for "the latest"; set by judgement
NEWEST = 12  # passages among which "the latest" prefers the newest


@dataclass(frozen=True, slots=True)
class Query:
    """The input of the rankings; `period` is the one that the question names, counted from `today`.

    Nothing but what is `within` is found.
    """

    words: Sequence[str]
    vector: Vectors
    depth: int
    today: date
    period: Period | None
    within: Selection = EVERYTHING

    @property
    def days(self) -> Days | None:
        """The days it asks about, if it names any."""
        named = self.period if self.period and not self.period.newest else None
        return (named.start, named.end) if named else None


@dataclass(frozen=True, slots=True)
class Scored:
    """Passages by id with their fused scores, best first; `lexical` has the BM25 scores of some."""

    fused: Fused
    lexical: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the searches of one period found, with scores: passages by meaning, by words, and articles."""

    dense: Mapping[str, float]
    lexical: Mapping[str, float]
    articles: Mapping[str, float]


def score(library: Library, query: Query, by_meaning: bool = True) -> Scored | None:
    """Every passage that the searches found; None if one was removed meanwhile.

    Raises UnreachableError if the Chroma server cannot be reached.
    """
    every, timely = _searches(library, query, by_meaning)
    keys = [*every.dense, *every.lexical, *timely.dense, *timely.lexical]
    origins = library.catalog.articles.origins(list(dict.fromkeys(keys)))
    if len(origins) < len(set(keys)):
        return None
    both = _Found(
        {**timely.dense, **every.dense},
        {**timely.lexical, **every.lexical},
        {**timely.articles, **every.articles},
    )
    # All are spread on the scale of the whole selection, so that the best of a week in which nobody wrote
    # about it does not count like the best of all.
    scales = _scores(every, origins)
    fused = combine(
        [spread(*pair) for pair in zip(_scores(both, origins), scales, strict=True)], SHARES
    )
    if query.days:
        fused = _timely_first(fused, origins, query.days)
    if query.period and query.period.newest:
        fused = _newest_first(fused, origins)
    return Scored(fused, both.lexical)


def _searches(library: Library, query: Query, by_meaning: bool) -> tuple[_Found, _Found]:
    """The searches of the whole selection, and of the days asked about; these are empty if there are none."""
    days, within = query.days, query.within
    # By meaning first: if that fails, no other search was done for nothing.
    near = library.dense(query.vector, query.depth, None, within) if by_meaning else []
    timely = library.dense(query.vector, query.depth, days, within) if by_meaning and days else []
    words = library.catalog.full_text.passages(query.words, query.depth, days, within)
    articles = library.catalog.full_text.articles(query.words, ARTICLES, days, within)
    return (
        _Found(dict(near), dict(words.every), dict(articles.every)),
        _Found(dict(timely), dict(words.timely), dict(articles.timely)),
    )


def _scores(found: _Found, origins: Mapping[str, Origin]) -> tuple[Mapping[str, float], ...]:
    """The scores of the passages found: their own two, and that of their article among all articles."""
    least = min(found.articles.values(), default=0.0)
    passages = dict.fromkeys((*found.dense, *found.lexical))
    articles = {key: found.articles.get(origins[key].article_id, least) for key in passages}
    return found.dense, found.lexical, articles if found.articles else {}


def _timely_first(fused: Fused, origins: Mapping[str, Origin], days: Days) -> Fused:
    """Passages of articles published within `days` gain their score once more, and `TIMELY`."""
    first, last = days
    return _gained(
        fused,
        {
            key: TIMELY + score
            for key, score in fused
            if (day := origins[key].published) and first <= day <= last
        },
    )


def _newest_first(fused: Fused, origins: Mapping[str, Origin]) -> Fused:
    """The best passages gain by day, the newest most; those without a day gain nothing."""
    # Only the best are ordered by day; otherwise any new passage would rank first.
    days = {key: origins[key].published or date.min for key, _ in fused[:NEWEST]}
    order = sorted(set(days.values()) | {date.min})
    gains = {key: LATEST * order.index(day) / max(1, len(order) - 1) for key, day in days.items()}
    return _gained(fused, gains)


def _gained(fused: Fused, gains: Mapping[str, float]) -> Fused:
    return sorted(
        ((key, score + gains.get(key, 0.0)) for key, score in fused),
        key=lambda pair: (-pair[1], pair[0]),
    )
