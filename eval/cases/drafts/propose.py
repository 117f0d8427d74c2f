"""Proposes known-answer cases from articles, each a draft for a person to accept or reject.

The same articles give the same drafts in the same order, whatever the order they come in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from eval.cases.case import Case
from eval.cases.drafts.draft import Draft
from eval.cases.drafts.grounds import Grounds
from eval.cases.drafts.questions import Answerable, answerable
from eval.cases.drafts.twins import Twin, Twins, dated
from index.reading.articles import sha256_of
from index.text.article import Article

TAG = "drafted"
TWIN = "near-miss"
MOST_SPEAKERS = 2  # questions of an article for whose words they are
_SPOKEN = "attribution"
# Whose words they are is asked last: of that there is far more than of anything else.
_ORDER = (
    *("how-many", "how-long", "when", "where", "which", "what-said", TWIN, "what", "who"),
    _SPOKEN,
)
_WHAT = {
    "how-many": "a figure",
    "how-long": "a length of time",
    "when": "a date",
    "where": "a place",
    "who": "who it is",
    "which": "which country did it",
    "what": "what somebody did",
    "what-said": "what somebody said",
    "attribution": "whose words they are",
}


def propose(articles: Iterable[Article], *, twins: bool = True) -> list[Draft]:
    """The drafts, by turns of each article and each kind; a file's first questions come first.

    `twins` are unanswerable and true only when `articles` are all that can be asked.
    """
    grounds = Grounds(articles)
    maker = Twins(grounds) if twins else None
    rows: dict[str, dict[str, list[Draft]]] = defaultdict(lambda: defaultdict(list))
    seen: set[str] = set()
    for plain in answerable(grounds):
        one = dated(plain) or plain
        made = [_answerable(one)]
        twin = maker.of(one) if maker else None
        if twin and twin.question not in seen:
            seen.add(twin.question)
            made.append(_unanswerable(twin))
        for draft in made:
            rows[one.files[0]][_kind(draft)].append(draft)
    mixed = [list(_by_turns(_ranked(kinds))) for _, kinds in sorted(rows.items())]
    return list(_by_turns(mixed))


def _ranked(kinds: Mapping[str, list[Draft]]) -> list[list[Draft]]:
    """An article's drafts, the kinds that are rarest and surest first."""
    spoken = sorted(kinds.get(_SPOKEN, []), key=lambda draft: -len(draft.case.answers))
    ranked = {**kinds, _SPOKEN: spoken[:MOST_SPEAKERS]}
    return [ranked[kind] for kind in sorted(ranked, key=_ORDER.index)]


def _by_turns(rows: Iterable[list[Draft]]) -> Iterator[Draft]:
    """The first of each row, then the second of each."""
    for turn in zip_longest(*rows):
        yield from (draft for draft in turn if draft is not None)


def _kind(draft: Draft) -> str:
    tags = draft.case.tags
    return next((tag for tag in (TWIN, "attribution") if tag in tags), tags[0])


def _answerable(one: Answerable) -> Draft:
    what = next(_WHAT[tag] for tag in reversed(one.tags) if tag in _WHAT)
    case = Case(
        id=_id(one.question, one.files),
        question=one.question,
        answers=one.answers,
        files=one.files,
        tags=(*one.tags, TAG),
        spans=one.spans,
    )
    return Draft(case, f"asks {what}")


def _unanswerable(twin: Twin) -> Draft:
    asks = tuple(tag for tag in twin.original.tags if tag != "attribution")
    case = Case(
        id=_id(twin.question, ()),
        question=twin.question,
        answers=(),
        files=(),
        tags=("unanswerable", TWIN, *asks, TAG),
    )
    return Draft(case, f"“{twin.original.question}” with {twin.put} for {twin.instead_of}")


def _id(question: str, files: tuple[str, ...]) -> str:
    words = "\0".join((question, *files)).encode("utf-8", "replace")
    return f"{TAG}-{sha256_of(words)[:12]}"
