"""A Report as one HTML file that needs nothing else: figures, plots, tags, and each miss with its passages.

It runs no script and fetches nothing; every string of an article, a case or an answer is escaped.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.page.view.escaping import escape
from eval.cases.files import write_whole
from eval.reports.plots import latency, recall_at_k, reliability, risk_coverage
from eval.reports.terminal import shown
from eval.runs.figures import GROUPS
from eval.runs.report import Report
from eval.runs.result import CaseResult, MissCause

STYLE = Path(__file__).with_name("report.css")
HEADLINES = ("accuracy", "refusal_f1", "citation_validity", "ece", "p50_ms")
MISS_CAUSES: Mapping[MissCause, str] = {
    "not retrieved": "no passage of a supporting file was retrieved",
    "retrieved, not read": "the supporting file was retrieved, but too low to be read",
    "read, but refused": "the supporting file was read, and the question refused",
    "wrong span": "other words were given than the accepted ones",
    "wrong citation": "the right words, from another file",
    "should have refused": "the articles do not answer it, but an answer was given",
}


def write_html(
    reports: Sequence[Report], path: Path, settings: Mapping[str, str | int] | None = None
) -> None:
    """Writes all reports to one file. Raises EvaluationError when it cannot be written."""
    text = html_report(reports, settings or {})
    write_whole(path, text.encode("utf-8", "replace"), "--html FILE")


def html_report(reports: Sequence[Report], settings: Mapping[str, str | int]) -> str:
    """The whole document."""
    names = ", ".join(report.name for report in reports)
    rows = [[escape(name), escape(str(value))] for name, value in settings.items()]
    body = "\n".join(
        [
            "<header><h1>Byline: evaluation</h1>",
            f"<nav>{' '.join(_link(report.name) for report in reports)}</nav></header>",
            *map(_section, reports),
            f"<section><h2>Measured with</h2>{_table(['setting', 'value'], rows)}</section>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Evaluation: {escape(names)}</title>\n<style>\n{STYLE.read_text('utf-8')}</style>"
        f"</head>\n<body>\n{body}\n</body></html>\n"
    )


def _section(report: Report) -> str:
    plots = (
        risk_coverage(report.risk_coverage, report.name),
        reliability(report.reliability, report.name),
        recall_at_k(report.recall_curve, report.name),
        latency(report.stages, report.name),
    )
    return "\n".join(
        [
            f'<section id="{_anchor(report.name)}"><h2>{escape(report.name)}</h2>',
            f"<p>{_counts(report)}</p>",
            f'<div class="tiles">{"".join(_tile(report, name) for name in HEADLINES)}</div>',
            f'<div class="plots">{"".join(plots)}</div>',
            f'<div class="tables">{_figures(report)}{_tags(report)}</div>',
            _misses(report),
            "</section>",
        ]
    )


def _counts(report: Report) -> str:
    figures = report.figures
    return (
        f"{figures['cases']} cases, {figures['answerable']} of them answerable; "
        f"{len(report.misses)} missed. Hash of all answers: <code>{report.digest}</code>"
    )


def _tile(report: Report, name: str) -> str:
    label = next(group[name] for group in GROUPS.values() if name in group)
    ends = report.intervals.get(name)
    between = f"<small>{_ends(ends)}</small>" if ends else ""
    return (
        f"<div><b>{shown(report.all_figures[name])}</b><span>{escape(label)}</span>{between}</div>"
    )


def _figures(report: Report) -> str:
    figures, parts = report.all_figures, []
    for group, labels in GROUPS.items():
        rows = [
            [escape(label), shown(figures[name]), _ends(report.intervals.get(name))]
            for name, label in labels.items()
            if figures[name] is not None
        ]
        if rows:
            parts.append(_table([group, "", "95 %"], rows))
    return "".join(parts)


def _tags(report: Report) -> str:
    rows = [
        [escape(tag), f"{correct} of {cases}", f'<meter value="{correct}" max="{cases}"></meter>']
        for tag, (correct, cases) in report.by_tag.items()
    ]
    return _table(["Correct, by tag", "", ""], rows) if rows else ""


def _misses(report: Report) -> str:
    parts = [f"<h3>What went wrong: {len(report.misses)} of {len(report.results)}</h3>"]
    for cause, meaning in MISS_CAUSES.items():
        missed = [result for result in report.misses if result.cause == cause]
        if missed:
            parts.append(
                f"<details><summary><b>{len(missed)}</b> {escape(cause)}: {escape(meaning)}</summary>"
                f"{''.join(map(_miss, missed))}</details>"
            )
    return "\n".join(parts)


def _miss(result: CaseResult) -> str:
    case = result.case
    given = "a refusal" if result.refused else result.given or "(nothing)"
    asked = [("asked after", " / ".join(case.history))] if case.history else []
    if result.standalone != case.question:
        asked.append(("read as", result.standalone))
    facts = [
        *asked,
        ("expected", " | ".join(case.accepted) or "a refusal"),
        ("given", f"{given} (confidence {result.confidence:.2f})"),
        ("supporting files", ", ".join(case.files) or "none"),
        ("cited", ", ".join(result.cited_files) or "none"),
    ]
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    passages = "".join(
        f'<li class="{"read" if place < result.read else "unread"}"><b>{escape(one.file)}</b> '
        f"{escape(one.title)}<p>{escape(one.text)}</p></li>"
        for place, one in enumerate(result.passages)
    )
    return (
        f"<article><h4>{escape(case.question)}</h4><small>{escape(case.id)} · "
        f"{escape(', '.join(case.tags))}</small><dl>{rows}</dl>"
        f"<details><summary>{len(result.passages)} passages retrieved, {result.read} read</summary>"
        f"<ol>{passages}</ol></details></article>"
    )


def _table(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are escaped already."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _ends(ends: tuple[float, float] | None) -> str:
    return f"{ends[0]:.3f}–{ends[1]:.3f}" if ends else ""


def _link(name: str) -> str:
    return f'<a href="#{_anchor(name)}">{escape(name)}</a>'


def _anchor(name: str) -> str:
    return "set-" + "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in name)
