"""An Answer as the Markdown of a chat message: short answer, supporting words, numbered links, sources.

Pure functions; they know answers and articles, not the engine. Every word that came from an
article or a person is escaped; the only markup in a message is what is written here.
"""

import re

from bot.answer import Answer, Statement
from bot.composition.agreement import agreement
from bot.composition.compose import sureness
from bot.composition.refusal import REFUSED
from bot.composition.statements import support_line
from bot.page.view.escaping import escape_line, escape_typed, typed
from bot.page.view.sources import Articles, linked, near_line, side_by_side, source_line

LONGEST_QUESTION = 2_000  # code points; of a longer one the beginning is shown


def answer_markdown(answer: Answer, articles: Articles, searched: int | None = None) -> str:
    """The whole message for one answer. `articles` holds those cited or near, by path.

    `searched` is how many articles were searched, which a refusal tells where it is known.
    """
    if answer.refused:
        return _refusal(answer, articles, searched)
    return _searching_for(answer) + _reply(answer, articles)


def notice_markdown(message: str) -> str:
    """A line of our own, such as an error, set apart from answers."""
    return f'<div class="by-notice" role="alert">{escape_line(message, 600)}</div>'


def question_markdown(question: str, longest: int = LONGEST_QUESTION) -> str:
    """The question as typed, and as harmless as it looks; of one that is too long the beginning."""
    cut = question if len(question) <= longest else f"{question[: longest - 1].rstrip()}…"
    return escape_typed(cut)


def question_text(markdown: str) -> str:
    """The question that `question_markdown` was given, or that a person made of it in the chat's own box."""
    return typed(markdown)


def _searching_for(answer: Answer) -> str:
    if _plain(answer.standalone_question) == _plain(answer.question):
        return ""
    words = escape_line(answer.standalone_question, 300)
    return f'<div class="by-quiet">Searching for: {words}</div>\n\n'


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
    """A language model's sentence; struck through with the reason when it is not borne out."""
    text = escape_line(statement.text, 2_000)
    reason = f'<span class="by-reason">({escape_line(statement.reason, 300)})</span>'
    if statement.verdict == "unsupported":
        return f"<del>{text}</del> {reason}"
    markers = "".join(f" [{number}]" for number in statement.numbers)
    sentence = text + linked(markers, answer.citations, articles)
    return sentence if statement.verdict == "supported" else f"{sentence} {reason}"


def _quoted_reply(answer: Answer, articles: Articles) -> str:
    lead, rest = _split_lead(answer)
    parts = [f"**{escape_line(lead)}**"] if lead else []
    parts += [linked(paragraph, answer.citations, articles) for paragraph in rest]
    beside = side_by_side(answer, articles)
    parts += [beside] if beside else []
    return "\n\n".join([*parts, _sources(answer, articles, sureness(answer.confidence))])


def _split_lead(answer: Answer) -> tuple[str, list[str]]:
    """The short answer with the mark that closes it, when the text opens with it, and the rest."""
    rest = _paragraphs(answer.text)
    short, first = " ".join(answer.answer.split()), rest[0] if rest else ""
    if not short or first[: len(short)].casefold() != short.casefold():
        # of "Yes. The ferry was late." the yes, which stands by itself before the quote
        opens = bool(first) and short.startswith(f"{first} ")
        return (first, rest[1:]) if opens else ("", rest)
    end = len(short)
    while end < len(first) and first[end] in ".!?…”’\"'":
        end += 1
    if first[
        end : end + 1
    ].isalnum():  # the text opens with a longer word than the answer ends with
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
    """How long each stage took, folded away."""
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
    """The plain sentence, what was searched, what is missing, and the nearest articles."""
    rows = [near_line(articles[file], title) for file, title in answer.nearest if file in articles]
    said = _paragraphs(answer.text) or [f"{REFUSED}."]
    if (
        rows
    ):  # what follows the first paragraph names the nearest articles, which stand here as links
        said = said[:1]
    if answer.missing and said[0].startswith(REFUSED):
        said[0] = f"{REFUSED}."  # what is missing is told below
    where = "" if searched is None else f" (in {_articles(searched)})"
    facts = [f"Searched for: {escape_line(answer.standalone_question, 300)}{where}"]
    if answer.missing:
        facts.append(f"In no passage near: {escape_line(', '.join(answer.missing), 300)}")
    facts += ["Nearest articles"] if rows else []
    quiet = [f'<div class="by-quiet">{fact}</div>' for fact in facts]
    under = f'<div class="by-sources">{"".join([*quiet, *rows])}{_timings(answer)}</div>'
    return "\n\n".join([*_notice(answer), *map(escape_line, said), under])


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"
