"""How well passages match a question: rankings by meaning, by words and by whole articles, fused by rank.

Passages of the days that a question asks about rank higher; if it names none, fresh news goes first among
equals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.english.period import Period, current_period
from bot.retrieval.fusion import Fused, fuse, fuse_groups
from index.catalog.records import Origin
from index.catalog.selection import EVERYTHING, Days, Selection
from index.library import Library
from index.models.encoder import Vectors

DEPTH, ARTICLES = 40, 100  # passages and articles taken from each ranking before they are fused
# Weights relative to a ranking by words. Chosen, like those below, on half of the news quiz
# (419 questions of 15,112 articles), where meaning finds less than words. Weights of 0.5 to 1 lie within
# 0.007 of each other there; of those, these answer most of the known-answer cases.
BY_MEANING, BY_ARTICLE = 0.5, 0.5
TIMELY = 1.0  # of a ranking within the days asked about, relative to one of all days
# Most questions that name no time are about the news of the day. So of articles that
# match about as well the fresh ones go first: asked on its day, 0.926 of the questions have a right
# article among the first four instead of 0.895; asked when the archive ends, a year or so later, those
# that name no time keep what they had (0.876). (Measured while whole articles weighed 1.)
CURRENT = 1.0
ALIKE = 0.8  # the share of the best BM25 score of any that counts as about as well
LATEST = 2.0  # of the ranking by day, for "the latest"; set by judgement
NEWEST = 12  # passages among which "the latest" prefers the newest
# A named period longer than this says little about which day's news is asked for.
LONG = 62  # days


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

    @property
    def is_open(self) -> bool:
        """True if it does not name a short period."""
        return self.days is None or (self.days[1] - self.days[0]).days > LONG


@dataclass(frozen=True, slots=True)
class Scored:
    """Passages by id with their fused scores, best first; `lexical` has the BM25 scores of some."""

    fused: Fused
    lexical: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Rankings:
    """Passages by words with their scores, passages by meaning, and articles by words, best first."""

    lexical: Mapping[str, float]
    dense: Sequence[str]
    articles: Sequence[str]


def score(library: Library, query: Query, by_meaning: bool = True) -> Scored | None:
    """Every passage of the rankings; None if one was removed meanwhile.

    Raises UnreachableError if the Chroma server cannot be reached.
    """
    parts, weights = _rankings(library, query, by_meaning), [1.0, TIMELY]
    fused = fuse(
        [ranking for part in parts for ranking in (part.dense, list(part.lexical))],
        [weight * share for weight in weights for share in (BY_MEANING, 1.0)],
    )
    origins = library.catalog.articles.origins([key for key, _ in fused])
    if len(origins) < len(fused):
        return None
    fused = fuse_groups(
        fused,
        [part.articles for part in parts],
        [weight * BY_ARTICLE for weight in weights],
        lambda key: origins[key].article_id,
    )
    if query.period and query.period.newest:
        fused = fuse_groups(fused, [_latest(fused, origins)], [LATEST])
    elif query.is_open:
        fused = fuse_groups(fused, [_current(fused, origins, parts[0].lexical, query)], [CURRENT])
    lexical = {key: score for part in reversed(parts) for key, score in part.lexical.items()}
    return Scored(fused, lexical)


def _rankings(library: Library, query: Query, by_meaning: bool) -> tuple[_Rankings, _Rankings]:
    """The rankings of the whole selection, and of the days asked about; these are empty if there are none."""
    days, within = query.days, query.within
    # By meaning first: if that fails, no other search was done for nothing.
    near = library.dense(query.vector, query.depth, None, within) if by_meaning else []
    timely = library.dense(query.vector, query.depth, days, within) if by_meaning and days else []
    words = library.catalog.full_text.passages(query.words, query.depth, days, within)
    articles = library.catalog.full_text.articles(query.words, ARTICLES, days, within)
    return (
        _Rankings(dict(words.every), _keys(near), _keys(articles.every)),
        _Rankings(dict(words.timely), _keys(timely), _keys(articles.timely)),
    )


def _keys(ranked: Sequence[tuple[str, float]]) -> list[str]:
    return [key for key, _ in ranked]


def _latest(fused: Fused, origins: Mapping[str, Origin]) -> list[str]:
    """The best passages by day, the newest first; those without a day are last."""
    # Only the best are ordered by day; otherwise any new passage would rank first.
    best = [key for key, _ in fused[:NEWEST]]
    return sorted(best, key=lambda key: origins[key].published or date.min, reverse=True)


def _current(
    fused: Fused, origins: Mapping[str, Origin], lexical: Mapping[str, float], query: Query
) -> list[str]:
    """The passages of fresh articles whose words match about as well as any, in their order."""
    matches: dict[str, float] = {}
    for key, score in lexical.items():
        article = origins[key].article_id
        matches[article] = max(score, matches.get(article, 0.0))
    enough = ALIKE * max(matches.values(), default=0.0)
    alike = {article for article, score in matches.items() if score >= enough > 0}
    current = current_period(query.today)
    fresh = {
        article
        for article, day in {(one.article_id, one.published) for one in origins.values()}
        if current.holds(day) and (query.period is None or query.period.holds(day))
    }
    return [key for key, _ in fused if origins[key].article_id in alike & fresh]
