"""What somebody said, about a subject or at all: the sentences with their words, each cited.

The best answer to the question as a fact comes first; the other sentences stand below it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Citation
from bot.composition.kinds.finding_quotes import (
    PRECISE,
    Found,
    find_statements,
    full_name,
    is_about,
    label,
    order,
    part_of,
    ranked,
    without_repeats,
)
from bot.composition.kinds.parts import (
    compose_parts,
    refused,
    verified,
)
from bot.composition.kinds.request import Request
from bot.composition.kinds.text.quotes import Quote, find_quotes, same_speaker
from bot.composition.kinds.text.sentences import is_whole
from bot.composition.kinds.text.speaker_names import named_fully
from bot.composition.kinds.text.stances import family, find_stances
from bot.english.question import Question
from bot.english.words import search_words
from bot.retrieval.reprints import repeats
from index.text.article import Span

MOST_QUOTES = 8


def answer_quotations(request: Request) -> Answer | None:
    """The quotations; None leaves the answer to the question as a fact."""
    if request.asked.phrase:
        return _who_said(request, request.asked.phrase)
    if request.asked.verb:
        return _who_stood(request)
    name, subject = request.asked.sides[0], request.asked.subject
    found = find_statements(request, name, subject)
    fact, draft = request.draft, request.empty()
    if not name and not found:
        reason = f"nobody is quoted about {subject}"
        return refused(draft, request.question, request.candidates, reason)
    if fact.refused:
        return _composed(replace(draft, confidence=PRECISE), request, found) if found else None
    return _below(draft, request, found)


def _composed(draft: Answer, request: Request, found: Sequence[Found]) -> Answer | None:
    asked = request.asked.sides[0]
    name = full_name(found, asked) if asked else ""
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


def _who_stood(request: Request) -> Answer | None:
    """Who criticised, praised, opposed or supported the subject; None if no sentence says that of anybody."""
    about, verbs = Question.of(request.asked.subject), family(request.asked.verb)
    rows = [
        (library, stance.quote)
        for library, article in ranked(request, [*verbs, *search_words(request.asked.subject)])
        for stance in find_stances(article, verbs)
        if is_whole(stance.quote.words) and is_about(about, stance.towards, stance.quote.speaker)
    ]
    rows.sort(key=lambda row: order(row[1], about))
    found = without_repeats(rows)
    parts = verified([part_of(row) for row in found[:MOST_QUOTES]], request.verify)
    if not parts:
        return None
    names = ", ".join(dict.fromkeys(part.speaker for part in parts))
    more = len(found) - len(parts)
    remarks = [f"{more} more are not shown."] if more > 0 else []
    draft = replace(request.empty(), confidence=PRECISE)
    return compose_parts(draft, parts, label, short=names, lead=f"{names}.", remarks=remarks)
