"""An answer as plain text, for a terminal."""

from bot.answer import Answer, Citation
from bot.composition.agreement import agreement
from bot.composition.compose import sureness
from bot.composition.statements import support_line
from index.console import printable


def as_text(answer: Answer) -> str:
    """The text, then its sources, other figures and how sure it is."""
    lines = [answer.text]
    if answer.notice:
        lines.insert(0, f"({answer.notice})")
    if answer.standalone_question != answer.question:
        lines.insert(0, f"(Searching for: {answer.standalone_question})")
    if answer.missing:
        lines.append(f"Not in the passages found: {', '.join(answer.missing)}")
    lines += map(_source, (*answer.citations, *answer.closest))
    if agreed := agreement(answer):
        lines.append(printable(agreed))
    if answer.differing:
        same = "The articles give different figures:"
        lines.append(same if answer.statements else "Other articles give another figure:")
        lines += map(_other_figure, answer.differing)
    if answer.statements:
        lines.append(support_line(answer.statements))
    elif answer.citations:
        lines.append(sureness(answer.confidence))
    return "\n".join(lines)


def _other_figure(citation: Citation) -> str:
    words = " ".join(citation.answering.of(citation.quote).split())
    return f"{_source(citation)}: {printable(words)}"


def _source(citation: Citation) -> str:
    """A citation in one line. File names and titles may contain control characters: none is printed."""
    day = citation.published.isoformat() if citation.published else None
    author = citation.author if citation.author != citation.publisher else None
    updated = f"updated {citation.updated.isoformat()}" if citation.updated else None
    facts = [citation.publisher, author, day, updated, citation.file, citation.place]
    return f"[{citation.number}] " + printable(
        f"{citation.title} ({', '.join(fact for fact in facts if fact)})"
    )
