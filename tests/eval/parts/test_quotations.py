import hashlib
import json
import lzma
from pathlib import Path

import pytest

from bot.composition.kinds.text.quotes import Quote
from eval.parts.quotation_cases import load_marked, load_quotation_cases
from eval.parts.quotations import is_same_name, measure_quotations
from index.errors import EvaluationError
from index.text.article import Article, Span

TEXT = "Pell said the bridge is safe. The sun shone.\n\n“It is old,” she added."
FIRST, SUN, LAST = (TEXT.index(words) for words in ("Pell", "The sun", "“It"))


def write(folder: Path, sha256: str = "") -> Path:
    """A file of one case, beside the news that it marks."""
    news = {"id": "one", "title": "Bridge", "text": TEXT}
    with lzma.open(folder / "made.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(news) + "\n")
    name = [FIRST, FIRST + len("Pell")]
    marks = [
        {"start": FIRST, "end": SUN - 1, "direct": False, "speakers": [name]},
        {"start": LAST, "end": len(TEXT), "direct": True, "speakers": [name]},
    ]
    sha256 = sha256 or hashlib.sha256(TEXT.encode()).hexdigest()
    case = {"id": "one", "news": "made", "sha256": sha256, "part": "dev", "quotations": marks}
    path = folder / "marked.jsonl"
    path.write_text(json.dumps(case), encoding="utf-8")
    return path


def at(article: Article, words: str, speaker: str) -> Quote:
    start = article.text.index(words)
    return Quote(article, Span(start, start + len(words)), speaker, direct=False)


def test_figures_of_a_few_quotations_by_hand(tmp_path: Path) -> None:
    cases = load_quotation_cases(write(tmp_path))

    def find(article: Article) -> list[Quote]:
        return [
            at(article, "Pell said the bridge is safe.", "Ada Pell"),
            at(article, "The sun shone.", ""),
        ]

    figures = measure_quotations(load_marked(cases, tmp_path), find).figures
    assert (figures["marked"], figures["found"]) == (2, 2)
    assert figures["precision"] == figures["recall"] == figures["named"] == 0.5
    assert figures["recall_direct"] == 0.0 and figures["recall_reported"] == 1.0
    assert figures["named_right"] == figures["speaker_right"] == 1.0


def test_another_text_is_refused(tmp_path: Path) -> None:
    cases = load_quotation_cases(write(tmp_path, sha256="0" * 64))
    with pytest.raises(EvaluationError, match="another one"):
        load_marked(cases, tmp_path)


def test_names_are_the_same_by_their_last_word() -> None:
    assert is_same_name("Mayor Ada Pell", "Pell")
    assert not is_same_name("Ada Pell", "Ada Reed")
    assert not is_same_name("Pell", "")
