"""The sizes of an archive are measured by what a person starts; no test here asserts a speed."""

from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from eval.bench.scale import measure_size, print_scales
from eval.cases.collection import Collection, Document, Topic

COLLECTION = Collection(
    "news",
    tuple(
        Document(
            f"{n}", f"A bridge in {town}", f"The bridge of {town} was opened.", date(2015, 10, n)
        )
        for n, town in enumerate(("Arles", "Basra", "Cadiz"), 1)
    ),
    (Topic("q", "Which bridge was opened?", frozenset({"1"})),),
)


def test_a_size_is_measured_from_the_first_sync_to_the_last_question(tmp_path: Path) -> None:
    scale = measure_size(COLLECTION, 2, tmp_path)
    assert scale.articles == 2 and scale.passages >= 2
    assert scale.first_sync_s and scale.embedding_rate and scale.sync_rate
    assert scale.sync_rate == pytest.approx(scale.passages / scale.first_sync_s)
    assert 0 < scale.question_p50_ms <= scale.question_p95_ms
    assert scale.catalog_mb > 0 and scale.chroma_mb > 0 and scale.start_s > 0

    grown = measure_size(COLLECTION, 3, tmp_path)
    assert grown.articles == 3
    assert grown.first_sync_s is None  # an index was there: nothing is told of its making
    console = Console(width=120, record=True)
    print_scales([scale, grown], console)
    assert "first sync, s" in console.export_text()
