"""What somebody said, about a subject or at all: the sentences with their words, each cited.

The best answer to the question as a fact comes first; the other sentences stand below it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answer import Answer, Citation
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
from bot.composition.kinds.text.quotes import Quote, find_quotes, same_speaker
from bot.composition.kinds.text.sentences import is_whole
from bot.composition.kinds.text.speaker_names import named_fully, plain_name
from bot.english.names import is_named
from bot.english.question import Question
from bot.english.words import search_words, terms
from bot.retrieval.reprints import repeats
from index.library import Library
from index.text.article import Article, Span

ARTICLES_READ = 60  # with the speaker's name, those with most words of the subject first
MOST_QUOTES = 8
UNNAMED = "unnamed"  # shown where the speaker is uncertain
MOST_COMPARED = 16  # by meaning: each takes a few milliseconds
PRECISE = 0.75  # the confidence of quotations that were found by their words alone
SHARE = 0.6  # of the subject's words that a quotation must have, and all of one or two

Found = tuple[Library, Quote]


def answer_quotations(request: Request) -> Answer | None:
    """The quotations; None leaves the answer to the question as a fact."""
    if request.asked.phrase:
        return _who_said(request, request.asked.phrase)
    name, subject = request.asked.sides[0], request.asked.subject
    found = find_statements(request, name, subject)
    fact, draft = request.draft, request.empty()
    if fact.refused:
        return _composed(replace(draft, confidence=PRECISE), request, found) if found else None
    return _below(draft, request, found)


def find_statements(request: Request, name: str, subject: str) -> list[Found]:
    """What the person of that name said about the subject, the closest first, or, without one, the newest."""
    about = Question.of(subject) if subject else None
    rows = [
        (library, quote)
        for library, article in _articles(request, name, subject)
        for quote in find_quotes(article)
        if same_speaker(name, quote) and is_whole(quote.words)
        if about is None or _is_about(about, quote, name)
    ]
    rows.sort(key=lambda row: _order(row[1], about))
    rows = _nearest(request, rows) if about else rows
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
    order = sorted(range(len(head)), key=lambda n: (-near[n], n))
    return [*(head[n] for n in order), *rows[MOST_COMPARED:]]


def _articles(request: Request, name: str, subject: str) -> Iterator[tuple[Library, Article]]:
    """The articles with the last name, and those of the passages found."""
    last = plain_name(name).split()[-1]
    words = [last, *search_words(subject)] if subject else [last]
    with request.sources.libraries(request.scope) as libraries:
        for library in libraries:
            full_text = library.catalog.full_text
            ranked = full_text.articles(words, ARTICLES_READ, within=request.scope.selection).every
            near = [c.article.id for c in request.candidates if c.corpus == library.corpus]
            for key in dict.fromkeys([*near, *(key for key, _ in ranked)]):
                article = library.catalog.articles.load(key)
                if article is not None and last in article.text:
                    yield library, article


def _is_about(about: Question, quote: Quote, name: str) -> bool:
    """True if the sentence itself has the subject; the speaker's own name is not the subject."""
    words = terms(quote.words)
    asked = about.terms - terms(plain_name(name))
    needed = len(asked) if len(asked) <= 2 else SHARE * len(asked)
    return (
        bool(asked)
        and len(asked & words) >= needed
        and all(is_named(one, [quote.words]) for one in about.names)
    )


def _order(quote: Quote, about: Question | None) -> tuple[float, bool, int, str, int]:
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


def _composed(draft: Answer, request: Request, found: Sequence[Found]) -> Answer | None:
    name = full_name(found, request.asked.sides[0])
    parts = verified([part_of(one, name) for one in found[:MOST_QUOTES]], request.verify)
    if not parts:
        return None
    more = len(found) - len(parts)
    remarks = [f"{more} more are not shown."] if more > 0 else []
    return compose_parts(draft, parts, label, short=parts[0].words, remarks=remarks)


def _below(draft: Answer, request: Request, found: Sequence[Found]) -> Answer | None:
    """The answer to the fact, with the quotations that it does not give yet below its own.

    None if there are none to show and its own sentence is not said by the person. If it is somebody else's,
    the quotations answer alone.
    """
    fact, name = request.draft, request.asked.sides[0]
    own = [_cited(request, citation) for citation in fact.citations]
    first = [one for one in own if one]
    if len(first) < len(fact.citations) or not first:
        return None
    best = first[0][1]
    if not same_speaker(name, best):
        if not found:
            return None
        if best.speaker:
            return _composed(replace(draft, confidence=PRECISE), request, found)
    others = [row for row in found if not any(repeats(row[1].words, one.words) for _, one in first)]
    shown = [*first, *others[: MOST_QUOTES - len(first)]]
    speaker = full_name([row for row in shown if same_speaker(name, row[1])], name)
    parts = [part_of(row, speaker if same_speaker(name, row[1]) else "") for row in shown]
    kept = verified(parts, request.verify)
    if not kept or kept[0].evidence != parts[0].evidence:
        return None
    answer = compose_parts(draft, kept, label, short=fact.answer)
    # The answering words of the fact stay marked in its sentences.
    marked = {(c.file, c.start, c.end): c.answer for c in fact.citations}
    citations = tuple(
        replace(c, answer=marked.get((c.file, c.start, c.end), c.answer)) for c in answer.citations
    )
    return replace(answer, citations=citations)


def _cited(request: Request, citation: Citation) -> Found | None:
    """A cited sentence as a quotation, with the library of its article."""
    located = request.located(citation.file, citation.sha256)
    if located is None:
        return None
    library, article = located
    span = Span(citation.start, citation.end)
    said = (quote for quote in find_quotes(article) if quote.span == span)
    return library, next(said, Quote(article, span, "", direct=False))


def _who_said(request: Request, phrase: str) -> Answer | None:
    """The speaker of quoted words, if an article names one."""
    wanted = " ".join(re.findall(r"\w+", phrase.lower()))
    rows: list[Found] = []
    with request.sources.libraries(request.scope) as libraries:
        for library in libraries:
            for key, _, text in library.catalog.full_text.containing(
                phrase, request.scope.selection
            ):
                article = library.catalog.articles.load(key)
                if article is None or not text:
                    continue
                rows += [
                    (library, quote)
                    for quote in find_quotes(article)
                    if wanted in " ".join(re.findall(r"\w+", quote.words.lower()))
                ]
    named = [row for row in rows if row[1].speaker]
    if not rows:
        reason = f"no article has the words “{phrase}”"
        return refused(request.empty(), request.question, request.candidates, reason)
    if not named:
        return None
    speaker = named_fully(named[0][1].speaker, named[0][1].article)
    parts = verified([part_of(row) for row in named[:MOST_QUOTES]], request.verify)
    if not parts:
        return None
    draft = replace(request.empty(), confidence=PRECISE)
    return compose_parts(draft, parts, label, short=speaker, lead=f"{speaker}.")
