"""A quote with its reference, as text, Markdown, BibTeX and CSL-JSON, to be copied into other documents."""

import json
import re

from bot.page.view.article import lines_of, written_date
from bot.page.view.escaping import plain, plain_line
from bot.page.view.export import literal_line, quoted
from index.text.article import Article, Span

# Characters with a meaning in LaTeX, and what prints them.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_"},
}


def references(article: Article, cited: Span, address: str) -> dict[str, str]:
    """By form, the words at `cited` with their reference; `address` opens the page at them."""
    quote = plain(cited.of(article.text)).strip()
    return {
        "text": f"“{plain_line(quote)}” ({', '.join(_facts(article, cited))}) {address}",
        "markdown": _markdown(article, cited, quote, address),
        "bibtex": _bibtex(article, cited, quote, address),
        "csl": _csl(article, cited, quote, address),
    }


def _facts(article: Article, cited: Span) -> list[str]:
    """Author, title, outlet, day, file and place, as far as they are known."""
    facts = [
        article.author if article.author != article.publisher else None,
        f"“{article.title}”",
        article.publisher,
        written_date(article.published) if article.published else None,
        article.path,
        _place(article, cited),
    ]
    return [plain_line(fact) for fact in facts if fact]


def _markdown(article: Article, cited: Span, quote: str, address: str) -> str:
    facts = " · ".join(literal_line(fact) for fact in _facts(article, cited))
    return f"{quoted(quote)}\n>\n> [{facts}](<{address}>)"


def _bibtex(article: Article, cited: Span, quote: str, address: str) -> str:
    day = article.published
    fields = {
        "author": f"{{{_latex(article.author)}}}" if article.author else "",
        "title": f"{{{_latex(article.title)}}}",
        "journal": _latex(article.publisher or ""),
        "date": day.isoformat() if day else "",
        "year": str(day.year) if day else "",
        "url": address,
        "note": _latex(f"{article.path}, {_place(article, cited)}: “{quote}”"),
    }
    rows = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@article{{{_key(article)},\n" + ",\n".join(rows) + "\n}"


def _csl(article: Article, cited: Span, quote: str, address: str) -> str:
    """One item after the schema of the Citation Style Language, version 1.0.2."""
    day = article.published
    item = {
        "id": _key(article),
        "type": "article-newspaper",
        "title": plain_line(article.title),
        "author": [{"literal": plain_line(article.author)}] if article.author else None,
        "container-title": plain_line(article.publisher) if article.publisher else None,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": address,
        "note": f"{plain_line(article.path)}, {_place(article, cited)}: “{quote}”",
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1)


def _place(article: Article, cited: Span) -> str:
    """Such as "page 3" in a file that has pages, else "lines 5–7"."""
    page = article.page_of(cited.start)
    return f"page {page}" if page is not None else lines_of(article, cited)


def _key(article: Article) -> str:
    name = re.sub(r"[^a-z0-9]+", "", (article.publisher or article.title).lower())[:20]
    year = article.published.year if article.published else ""
    return f"{name or 'article'}{year}-{article.id[:6]}"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(mark, mark) for mark in plain_line(text))
