"""A quote with its reference, as text, Markdown, BibTeX and CSL-JSON, to be copied into other documents."""

import json
import re

from bot.page.view.article import lines_of, written_date
from bot.page.view.escaping import plain
from bot.page.view.export import literal, literal_line
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


def references(article: Article, quoted: Span, address: str) -> dict[str, str]:
    """By form, the words at `quoted` with their reference; `address` opens the page at them."""
    quote = plain(quoted.of(article.text)).strip()
    return {
        "text": f"“{_line(quote)}” ({', '.join(_facts(article, quoted))}) {address}",
        "markdown": _markdown(article, quoted, quote, address),
        "bibtex": _bibtex(article, quoted, quote, address),
        "csl": _csl(article, quoted, quote, address),
    }


def _facts(article: Article, quoted: Span) -> list[str]:
    """Author, title, outlet, day, file and place, as far as they are known."""
    facts = [
        article.author if article.author != article.publisher else None,
        f"“{article.title}”",
        article.publisher,
        written_date(article.published) if article.published else None,
        article.path,
        _place(article, quoted),
    ]
    return [_line(fact) for fact in facts if fact]


def _markdown(article: Article, quoted: Span, quote: str, address: str) -> str:
    said = "\n".join(f"> {line}".rstrip() for line in literal(quote).split("\n"))
    facts = " · ".join(literal_line(fact) for fact in _facts(article, quoted))
    return f"{said}\n>\n> [{facts}](<{address}>)"


def _bibtex(article: Article, quoted: Span, quote: str, address: str) -> str:
    day = article.published
    fields = {
        "author": f"{{{_latex(article.author)}}}" if article.author else "",
        "title": f"{{{_latex(article.title)}}}",
        "journal": _latex(article.publisher or ""),
        "date": day.isoformat() if day else "",
        "year": str(day.year) if day else "",
        "url": address,
        "note": _latex(f"{article.path}, {_place(article, quoted)}: “{quote}”"),
    }
    rows = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@article{{{_key(article)},\n" + ",\n".join(rows) + "\n}"


def _csl(article: Article, quoted: Span, quote: str, address: str) -> str:
    """One item after the schema of the Citation Style Language, version 1.0.2."""
    day = article.published
    item = {
        "id": _key(article),
        "type": "article-newspaper",
        "title": _line(article.title),
        "author": [{"literal": _line(article.author)}] if article.author else None,
        "container-title": _line(article.publisher) if article.publisher else None,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": address,
        "note": f"{_line(article.path)}, {_place(article, quoted)}: “{quote}”",
    }
    return json.dumps([{k: v for k, v in item.items() if v}], ensure_ascii=False, indent=1)


def _place(article: Article, quoted: Span) -> str:
    """Such as "page 3" in a file that has pages, else "lines 5–7"."""
    page = article.page_of(quoted.start)
    return f"page {page}" if page is not None else lines_of(article, quoted)


def _key(article: Article) -> str:
    name = re.sub(r"[^a-z0-9]+", "", (article.publisher or article.title).lower())[:20]
    year = article.published.year if article.published else ""
    return f"{name or 'article'}{year}-{article.id[:6]}"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(mark, mark) for mark in _line(text))


def _line(text: str) -> str:
    return " ".join(plain(text).split())
