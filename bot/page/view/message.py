"""An Answer as the Markdown of a chat message: short answer, quote, numbered links, sources.

Pure functions that do not know the engine. Text of articles and users is escaped; all markup comes from here.
"""

import re
from urllib.parse import quote

from bot.answer import Answer, Statement
from bot.composition.agreement import agreement
from bot.composition.compose import sureness
from bot.composition.refusal import REFUSED
from bot.composition.statements import support_line
from bot.conversation import added_to, bare
from bot.page.view.escaping import escape_line, escape_typed, typed
from bot.page.view.items import items_html, own_words
from bot.page.view.sources import Articles, linked, near_line, side_by_side, source_line

LONGEST_QUESTION = 2_000  # code points; a longer one is cut


def answer_markdown(answer: Answer, articles: Articles, searched: int | None = None) -> str:
    """The message for an answer. `articles` are those it cites or calls near, by path.

    `searched` is the number of articles that were searched; a refusal shows it if it is known.
    """
    if answer.refused:
        return _refusal(answer, articles, searched)
    return _searching_for(answer) + _reply(answer, articles)


def notice_markdown(message: str) -> str:
    """A message of the page itself, such as an error."""
    return f'<div class="by-notice" role="alert">{escape_line(message, 600)}</div>'


def question_markdown(question: str, longest: int = LONGEST_QUESTION) -> str:
    """The question as typed, escaped, cut if it is too long."""
    cut = question if len(question) <= longest else f"{question[: longest - 1].rstrip()}…"
    return escape_typed(cut)


def question_text(markdown: str) -> str:
    """The inverse of `question_markdown`, also for a question that was edited in the chat."""
    return typed(markdown)


def _searching_for(answer: Answer) -> str:
    """The words taken from earlier turns, each with a link that asks again without it.

    A question that a language model rewrote is shown whole.
    """
    searched, asked = answer.standalone_question, answer.question
    if _plain(searched) == _plain(asked):
        return ""
    typed_before = bare(asked)
    taken = added_to(searched) if _plain(bare(searched)) == _plain(typed_before) else ()
    if not taken:
        words = escape_line(searched, 300)
        return f'<div class="by-quiet">Searching for: {words}</div>\n\n'
    chips = []
    for one in taken:
        left = ", ".join(other for other in taken if other != one)
        again = quote(f"{typed_before} ({left})", safe="")
        word = escape_line(one, 100)
        chips.append(
            f'<a class="by-chip" href="#ask-{again}" title="Ask again without {word}">{word} ×</a>'
        )
    return f'<div class="by-quiet">About: {" ".join(chips)}</div>\n\n'


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _notice(answer: Answer) -> list[str]:
    return [notice_markdown(answer.notice)] if answer.notice else []


def _reply(answer: Answer, articles: Articles) -> str:
    if answer.statements or answer.growing:
        said = [_stated(one, answer, articles) for one in answer.statements]
        if answer.growing:
            text = escape_line(answer.growing, 2_000)
            said.append(f'<span class="by-growing" title="not checked yet">{text}</span>')
        sure = "" if answer.growing else support_line(answer.statements)
        beside = side_by_side(answer, articles)
        parts = [*_notice(answer), " ".join(said), *([beside] if beside else [])]
        return "\n\n".join([*parts, _sources(answer, articles, sure)])
    return "\n\n".join([*_notice(answer), _quoted_reply(answer, articles)])


def _stated(statement: Statement, answer: Answer, articles: Articles) -> str:
    """A language model's sentence; struck through, with the reason, if it is not supported."""
    text = escape_line(statement.text, 2_000)
    reason = f'<span class="by-reason">({escape_line(statement.reason, 300)})</span>'
    if statement.verdict == "unsupported":
        return f"<del>{text}</del> {reason}"
    markers = "".join(f" [{number}]" for number in statement.numbers)
    sentence = text + linked(markers, answer.citations, articles)
    return sentence if statement.verdict == "supported" else f"{sentence} {reason}"


def _quoted_reply(answer: Answer, articles: Articles) -> str:
    if answer.items:
        before, behind = own_words(answer)
        parts = [f"**{escape_line(before, 600)}**"] if before else []
        parts.append(items_html(answer, articles))
        parts += [f'<div class="by-quiet">{escape_line(line, 600)}</div>' for line in behind]
        return "\n\n".join([*parts, _sources(answer, articles, sureness(answer.confidence))])
    lead, rest = _split_lead(answer)
    parts = [f"**{escape_line(lead)}**"] if lead else []
    parts += [linked(paragraph, answer.citations, articles) for paragraph in rest]
    beside = side_by_side(answer, articles)
    parts += [beside] if beside else []
    sure = sureness(answer.confidence) if answer.citations else ""  # a courtesy cites nothing
    return "\n\n".join([*parts, _sources(answer, articles, sure)])


def _split_lead(answer: Answer) -> tuple[str, list[str]]:
    """The short answer with its closing punctuation, if the text starts with it, and the rest."""
    rest = _paragraphs(answer.text)
    short, first = " ".join(answer.answer.split()), rest[0] if rest else ""
    if not short or first[: len(short)].casefold() != short.casefold():
        return "", rest
    end = len(short)
    while end < len(first) and first[end] in ".!?…”’\"'":
        end += 1
    if first[end : end + 1].isalnum():  # the short answer ends within a word of the text
        return "", rest
    left = first[end:].strip()
    return first[:end], [left, *rest[1:]] if left else rest[1:]


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, each on one line with single spaces."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def _sources(answer: Answer, articles: Articles, sure: str) -> str:
    agreed = agreement(answer)
    rows = [f'<div class="by-agree">{escape_line(agreed, 400)}</div>'] if agreed else []
    rows += [source_line(one, articles) for one in answer.sources]
    rows += [f'<div class="by-confidence">{sure}</div>'] if sure else []
    return f'<div class="by-sources">{"".join(rows)}{_timings(answer)}</div>'


def _timings(answer: Answer) -> str:
    """The time of each stage, collapsed."""
    took = {stage: f"{round(ms):,} ms" for stage, ms in answer.timings_ms.items()}
    if not took:
        return ""
    stages = " · ".join(
        f"{escape_line(stage)} {ms}" for stage, ms in took.items() if stage != "total"
    )
    summary = (
        f"<summary>{took['total']}</summary>" if "total" in took else "<summary>Timings</summary>"
    )
    return f'<details class="by-timings">{summary}<span>{stages}</span></details>'


def _refusal(answer: Answer, articles: Articles, searched: int | None) -> str:
    """The refusal, the closest passage, what was searched for, the missing words and the nearest articles."""
    shown = {citation.file for citation in answer.closest}
    rows = [
        near_line(articles[file], title)
        for file, title in answer.nearest
        if file in articles and file not in shown
    ]
    first, *more = _paragraphs(answer.text) or [f"{REFUSED}."]
    close = [linked(one, answer.closest, articles) for one in more[: len(answer.closest)]]
    said = [first, *more[len(close) :]]
    if rows:  # the next paragraph names the nearest articles, which are links here
        said = said[:1]
    if answer.missing and said[0].startswith(REFUSED):
        said[0] = f"{REFUSED}."  # the missing words are listed below
    where = "" if searched is None else f" (in {_articles(searched)})"
    facts = [f"Searched for: {escape_line(answer.standalone_question, 300)}{where}"]
    if answer.missing:
        facts.append(f"Not in the passages found: {escape_line(', '.join(answer.missing), 300)}")
    facts += [f"{'Other near' if close else 'Nearest'} articles"] if rows else []
    quiet = [f'<div class="by-quiet">{fact}</div>' for fact in facts]
    sources = [source_line(one, articles) for one in answer.closest]
    under = f'<div class="by-sources">{"".join([*sources, *quiet, *rows])}{_timings(answer)}</div>'
    return "\n\n".join([*_notice(answer), *map(escape_line, said), *close, under])


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"
