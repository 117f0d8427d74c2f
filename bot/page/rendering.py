"""An Answer as the Markdown of a chat message: short answer, supporting words, numbered links, sources.

Pure functions; they know answers and articles, not the engine. Every word that came from an
article or a person is escaped; the only markup in a message is what is written here.
"""

import re
from collections.abc import Iterator, Mapping

from bot.answer import Answer, Citation, Statement
from bot.compose import borne_out
from bot.page.anchor import Anchor
from bot.page.escaping import escape, escape_line
from bot.page.viewer import written_date
from index.article import Article, Span

Articles = Mapping[str, Article]  # by path; what a message refers to and is still there
_MARKER = re.compile(r"\[([0-9]{1,3})\]")


def answer_markdown(answer: Answer, articles: Articles) -> str:
    """The whole message for one answer. `articles` holds those cited or near, by path."""
    body = _refusal(answer, articles) if answer.refused else _reply(answer, articles)
    return _searching_for(answer) + body


def notice_markdown(message: str) -> str:
    """A line of our own, such as an error, set apart from answers."""
    return f'<div class="by-notice" role="alert">{escape_line(message, 600)}</div>'


def question_markdown(question: str) -> str:
    """The question as asked; of a very long one the beginning."""
    return escape_line(question, 600)


def growing(markdown: str, steps: int = 10) -> Iterator[str]:
    """The message as it is written out: first its bold opening, then a few words more each time.

    At most `steps` + 1 strings, the last of them complete; no step ends inside markup.
    """
    prose, gap, rest = markdown.partition('\n\n<div class="by-sources">')
    atoms = re.findall(r"<div.*?</div>\s*|\*\*.+?\*\*\s*|\S+\s*", prose, re.DOTALL)
    stride = max(1, -(-len(atoms) // steps))
    for end in range(stride, len(atoms), stride):
        yield "".join(atoms[:end]).rstrip()
    yield prose + gap + rest


def _searching_for(answer: Answer) -> str:
    if _plain(answer.standalone_question) == _plain(answer.question):
        return ""
    words = escape_line(answer.standalone_question, 300)
    return f'<div class="by-quiet">Searching for: {words}</div>\n\n'


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _reply(answer: Answer, articles: Articles) -> str:
    notice = [notice_markdown(answer.notice)] if answer.notice else []
    if answer.statements or answer.growing:
        said = [_stated(one, answer, articles) for one in answer.statements]
        if answer.growing:
            text = escape_line(answer.growing, 2_000)
            said.append(f'<span class="by-growing" title="not checked yet">{text}</span>')
        sure = "" if answer.growing else borne_out(answer.statements)
        return "\n\n".join([*notice, " ".join(said), _sources(answer, articles, sure)])
    return "\n\n".join([*notice, _quoted_reply(answer, articles)])


def _stated(statement: Statement, answer: Answer, articles: Articles) -> str:
    """A language model's sentence; struck through with the reason when it is not borne out."""
    text = escape_line(statement.text, 2_000)
    reason = f'<span class="by-reason">({escape_line(statement.reason, 300)})</span>'
    if statement.verdict == "unsupported":
        return f"<del>{text}</del> {reason}"
    markers = "".join(f" [{number}]" for number in statement.numbers)
    linked = text + _linked(markers, answer.citations, articles)
    return linked if statement.verdict == "supported" else f"{linked} {reason}"


def _quoted_reply(answer: Answer, articles: Articles) -> str:
    lead, rest = _split_lead(answer)
    parts = [f"**{escape_line(lead)}**"] if lead else []
    parts += [_linked(paragraph, answer.citations, articles) for paragraph in rest]
    sure = f"Confidence {round(answer.confidence * 100)} %"
    return "\n\n".join([*parts, _sources(answer, articles, sure)])


def _split_lead(answer: Answer) -> tuple[str, list[str]]:
    """The short answer with the mark that closes it, when the text opens with it, and the rest."""
    rest = _paragraphs(answer.text)
    short, first = " ".join(answer.answer.split()), rest[0] if rest else ""
    if not short or first[: len(short)].casefold() != short.casefold():
        return "", rest
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


def _linked(text: str, citations: tuple[Citation, ...], articles: Articles) -> str:
    """`text` escaped, with `[n]` as a link, except where `[n]` is itself part of a quote."""
    by_number = {citation.number: citation for citation in citations}
    quoted = _quoted(text, citations)
    pieces, at = [], 0
    for marker in _MARKER.finditer(text):
        citation = by_number.get(int(marker[1]))
        anchor = _anchor(citation, articles) if citation else None
        if anchor is None or any(span.start <= marker.start() < span.end for span in quoted):
            continue
        before = text[at : marker.start()]
        # a number never stands alone at the start of a line
        pieces.append(
            escape(before[:-1]) + "\N{NO-BREAK SPACE}" if before[-1:] == " " else escape(before)
        )
        pieces.append(f"[&#91;{marker[1]}&#93;]({anchor.href})")
        at = marker.end()
    return "".join(pieces) + escape(text[at:])


def _quoted(text: str, citations: tuple[Citation, ...]) -> list[Span]:
    spans = []
    for citation in citations:
        quote = " ".join(citation.quote.split())
        start = text.find(quote)
        if quote and start >= 0:
            spans.append(Span(start, start + len(quote)))
    return spans


def _anchor(citation: Citation, articles: Articles) -> Anchor | None:
    """The link to the cited words; None when the article has gone or no longer reads so there."""
    article, span = articles.get(citation.file), Span(citation.start, citation.end)
    if article is None or span.of(article.text) != citation.quote:
        return None
    return Anchor(article.id, span)


def _sources(answer: Answer, articles: Articles, sure: str) -> str:
    rows = [_source(citation, articles) for citation in answer.citations]
    line = f'<div class="by-confidence">{sure}</div>' if sure else ""
    return f'<div class="by-sources">{"".join(rows)}{line}</div>'


def _source(citation: Citation, articles: Articles) -> str:
    article, anchor = articles.get(citation.file), _anchor(citation, articles)
    facts = [article.publisher] if article and article.publisher else []
    facts.append(citation.file)
    if citation.published:
        facts.append(written_date(citation.published))
    facts.append(citation.place)
    what = (
        f'<span class="by-number">{citation.number}</span>'
        f'<span class="by-title">{escape_line(citation.title, 160)}</span> '
        f'<span class="by-where">{" · ".join(escape_line(fact, 120) for fact in facts)}</span>'
    )
    return (
        f'<a class="by-source" href="{anchor.href}">{what}</a>' if anchor else f"<div>{what}</div>"
    )


def _refusal(answer: Answer, articles: Articles) -> str:
    rows = [_near(articles[file], title) for file, title in answer.nearest if file in articles]
    said = _paragraphs(answer.text) or ["The articles do not answer this."]
    if not rows:
        return "\n\n".join(escape_line(paragraph) for paragraph in said)
    # What follows the first paragraph names the nearest articles, which stand here as links.
    return (
        f'{escape_line(said[0])}\n\n<div class="by-sources">'
        f'<div class="by-quiet">Nearest articles</div>{"".join(rows)}</div>'
    )


def _near(article: Article, title: str) -> str:
    return (
        f'<a class="by-source" href="{Anchor(article.id).href}">'
        f'<span class="by-title">{escape_line(title, 160)}</span> '
        f'<span class="by-where">{escape_line(article.path, 120)}</span></a>'
    )
