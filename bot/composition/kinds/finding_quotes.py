"""The sentences that give somebody's words or stand, searched in the articles and ordered."""

from collections.abc import Iterator, Sequence

from bot.composition.kinds.parts import Part, day_of, from_whom, make_evidence
from bot.composition.kinds.request import Request
from bot.composition.kinds.text.quotes import Quote, find_quotes, same_speaker
from bot.composition.kinds.text.sentences import is_whole
from bot.composition.kinds.text.speaker_names import named_fully, plain_name
from bot.english.names import is_named
from bot.english.question import Question
from bot.english.words import search_words, terms
from bot.retrieval.reprints import repeats
from index.library import Library
from index.text.article import Article

ARTICLES_READ = 60  # with the speaker's name, those with most words of the subject first
UNNAMED = "unnamed"  # shown where the speaker is uncertain
MOST_COMPARED = 16  # by meaning: each takes a few milliseconds
PRECISE = 0.75  # the confidence of quotations that were found by their words alone
CONTEXT = 300  # code points in front of a quotation that tell what it is about
SHARE = (
    0.6  # of the subject's words beside its names that a quotation must have, and all of one or two
)

Found = tuple[Library, Quote]


def find_statements(request: Request, name: str, subject: str) -> list[Found]:
    """What the person of that name said about the subject, the closest first, or, without one, the newest.

    Without a name, what anybody said about it.
    """
    about = Question.of(subject) if subject else None
    said = [
        (library, quote)
        for library, article in _articles(request, name, subject)
        for quote in find_quotes(article)
        if (same_speaker(name, quote) if name else quote.speaker) and is_whole(quote.words)
    ]
    rows = [row for row in said if about is None or is_about(about, row[1].words, name)]
    if about and not rows:
        rows = [row for row in said if is_about(about, _in_context(row[1]), name)]
    if about and about.names and not rows:
        rows = [row for row in said if _is_near(about, row[1], name)]
    rows.sort(key=lambda row: order(row[1], about))
    return without_repeats(_nearest(request, rows) if about else rows)


def without_repeats(rows: Sequence[Found]) -> list[Found]:
    """The rows in their order, without those that say what an earlier one says."""
    kept: list[Found] = []
    for row in rows:
        if not any(repeats(row[1].words, other.words) for _, other in kept):
            kept.append(row)
    return kept


def _nearest(request: Request, rows: list[Found]) -> list[Found]:
    """The rows with the first of them ordered by nearness in meaning to the question."""
    head = rows[:MOST_COMPARED]
    if len(head) < 2 or request.question.vector is None:
        return rows
    vectors = request.sources.library.encoder.encode([quote.words for _, quote in head])
    near = (vectors @ request.question.vector).tolist()
    nearest = sorted(range(len(head)), key=lambda n: (-near[n], n))
    return [*(head[n] for n in nearest), *rows[MOST_COMPARED:]]


def _articles(request: Request, name: str, subject: str) -> Iterator[tuple[Library, Article]]:
    """Those with the last name among the articles of the passages found and of the words."""
    last = plain_name(name).split()[-1] if name else ""
    words = [*([last] if last else []), *search_words(subject)]
    for library, article in ranked(request, words):
        if last in article.text:
            yield library, article


def ranked(request: Request, words: Sequence[str]) -> Iterator[tuple[Library, Article]]:
    """The articles of the passages found, and those with most of the words."""
    with request.sources.libraries(request.scope) as libraries:
        for library in libraries:
            full_text = library.catalog.full_text
            ranked = full_text.articles(words, ARTICLES_READ, within=request.scope.selection).every
            near = [c.article.id for c in request.candidates if c.corpus == library.corpus]
            for key in dict.fromkeys([*near, *(key for key, _ in ranked)]):
                article = library.catalog.articles.load(key)
                if article is not None:
                    yield library, article


def is_about(about: Question, words: str, name: str) -> bool:
    """True if the words themselves have the subject; the speaker's own name is not the subject."""
    asked = about.terms - terms(plain_name(name))
    others = asked.difference(*(terms(one) for one in about.names))
    needed = len(others) if len(others) <= 2 else SHARE * len(others)
    return (
        bool(asked)
        and len(others & terms(words)) >= needed
        and all(is_named(one, [words]) for one in about.names)
    )


def _is_near(about: Question, quote: Quote, name: str) -> bool:
    """True if the names of the subject are near the words and the rest of it is somewhere in the article."""
    near = _in_context(quote)
    named = all(is_named(one, [near]) for one in about.names)
    return named and is_about(about, f"{quote.article.title}\n{quote.article.text}", name)


def _in_context(quote: Quote) -> str:
    """The words below the article's title, with what stands in front of them."""
    article, span = quote.article, quote.span
    return f"{article.title}\n{article.text[max(0, span.start - CONTEXT) : span.end]}"


def order(quote: Quote, about: Question | None) -> tuple[float, bool, int, str, int]:
    """Closest to the subject, then direct quotations, then the newest."""
    day = quote.article.published
    share = len(about.terms & terms(quote.words)) / len(about.terms) if about else 0.0
    newest = -day.toordinal() if day else 0
    return -share, not quote.direct, newest, quote.article.path, quote.span.start


def part_of(found: Found, speaker: str = "") -> Part:
    """A quotation as a part of an answer; `speaker` is the name under which all of a person's stand."""
    library, quote = found
    evidence = make_evidence(library, quote.article, quote.span, PRECISE)
    return Part(evidence, speaker or full_name([found]) or UNNAMED, day_of(quote.article))


def full_name(found: Sequence[Found], asked: str = "") -> str:
    """The speaker's name in the form that most of the quotations give, or as asked where that is longer."""
    names = [named_fully(quote.speaker, quote.article) for _, quote in found if quote.speaker]
    best = max(names, key=lambda name: (" " in name, names.count(name)), default="")
    plain = plain_name(asked)
    return best if " " in best or " " not in plain else plain


def label(part: Part) -> str:
    """Who said it, where and when."""
    whom = from_whom(part)
    return f"{part.speaker} ({whom})" if whom else part.speaker
