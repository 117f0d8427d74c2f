"""The report in one file: it needs nothing else, and what others wrote shows as it is."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from eval.cases.case import Case
from eval.reports.html import MISS_CAUSES, html_report, write_html
from eval.runs.report import Report
from eval.runs.result import CaseResult, Retrieved
from index.errors import EvaluationError

HOSTILE = '</p><script>alert(1)</script><img src="http://x.test/a.png" onerror=alert(1)>'
CASE = Case(
    f"{HOSTILE}", f"Where? {HOSTILE}", (f"the UN {HOSTILE}",), (f"{HOSTILE}.txt",), tags=("who",)
)


def missed(**changes: object) -> CaseResult:
    found = CaseResult(CASE, HOSTILE, HOSTILE, False, 0.5, (HOSTILE,), (HOSTILE,), 1, 1, "d", 5.0)
    passages = (Retrieved("1", f"{HOSTILE}.txt", HOSTILE, HOSTILE, 0.5),)
    return replace(replace(found, passages=passages, read=1, stages={"read": 4.0}), **changes)  # type: ignore[arg-type]


class Seen(HTMLParser):
    """The tags and attributes of a document, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_hostile_words_show_as_themselves_and_nothing_is_fetched_or_run() -> None:
    text = html_report([Report(f"set {HOSTILE}", (missed(),))], {HOSTILE: HOSTILE})
    seen = Seen(text)
    assert {"script", "img", "link", "iframe"}.isdisjoint(seen.tags)
    assert not any(name.startswith("on") or name == "src" for name, _ in seen.attributes)
    assert all((value or "").startswith("#") for name, value in seen.attributes if name == "href")
    assert seen.words.count("<script>alert(1)</script>") > 8
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import", text)


def test_each_miss_stands_under_what_went_wrong_with_its_passages() -> None:
    results = (
        missed(),
        missed(refused=True, given=""),
        missed(passages=(), read=0),
        missed(read=0),
        missed(case=replace(CASE, answers=(), files=())),
        missed(given="Geneva"),
    )
    causes = {result.cause for result in results}
    assert causes == set(MISS_CAUSES)
    seen = Seen(html_report([Report("sample", results)], {}))
    assert all(f"1 {cause}: " in seen.words for cause in MISS_CAUSES)
    assert "1 passages retrieved, 1 read" in seen.words
    assert seen.tags.count("svg") == 4


def test_every_set_has_its_figures_and_an_empty_one_has_no_number() -> None:
    right = missed(given=f"the UN {HOSTILE}", cited_files=CASE.files)
    seen = Seen(html_report([Report("one", (right,)), Report("none", ())], {"candidates": 8}))
    assert seen.tags.count("h3") == 2 and "What went wrong: 0 of 1" in seen.words
    assert "accuracy (right answer, right file cited)1.000" in seen.words
    assert "nan" not in seen.words.lower()


def test_it_is_written_whole_or_told(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_html([Report("sample", (missed(),))], path)
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(EvaluationError, match="another --html FILE"):
        write_html([], tmp_path / "none" / "report.html")
