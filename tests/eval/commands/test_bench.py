"""The bench takes its texts, turns and yardstick as it says; no test here asserts a speed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from eval.bench.chroma_default import BATCH, ChromaDefault
from eval.bench.contenders import QUESTIONS, ROUNDS, Contender, contenders, time_in_turn
from eval.bench.machine import resident_mb
from eval.bench.passages import corpus_passages
from eval.cases.named import ROOT
from index.errors import CorpusError, ModelError
from index.settings import load_settings

EMBEDDER = ROOT / "models" / "embedder"


def test_passages_repeat_but_are_never_equal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nOne short story about a bridge.\n", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    texts = corpus_passages(load_settings(corpus=tmp_path), 5)
    assert len(texts) == len(set(texts)) == 5
    assert all("One short story" in text for text in texts)


def test_a_corpus_without_articles_is_told(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no articles"):
        corpus_passages(load_settings(corpus=tmp_path), 5)


def test_contenders_time_in_turn_on_the_same_texts() -> None:
    seen: list[tuple[str, int]] = []

    def contender(name: str) -> Contender:
        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            seen.append((name, len(texts)))
            return np.zeros((len(texts), 1), np.float32)

        return Contender(name, encode)

    ours, theirs = contender("ours"), contender("theirs")
    time_in_turn([ours, theirs], ["a", "b", "c"], ["q"])
    assert [name for name, size in seen if size == 3] == ["ours", "theirs"] * ROUNDS
    assert len(ours.rates) == len(theirs.rates) == ROUNDS
    assert len(ours.question_ms) == ROUNDS * QUESTIONS
    assert ours.rate > 0 and ours.question_p50 > 0


def test_what_is_not_installed_does_not_take_part(tmp_path: Path) -> None:
    alone = contenders(EMBEDDER, tmp_path / "none.onnx", ["a bridge"])
    # int8 stands in for fp32 here: the procedure is the same.
    both = contenders(EMBEDDER, EMBEDDER / "model.onnx", ["a bridge"])
    names = [[each.name for each in group] for group in (alone, both)]
    assert names == [["ours"], ["ours", "Chroma's default"]]


def test_the_yardstick_gives_one_unit_vector_a_text_over_several_batches() -> None:
    vectors = ChromaDefault(EMBEDDER / "model.onnx", EMBEDDER / "tokenizer.json").encode(
        ["a bridge"] * BATCH + ["a bakery"]
    )
    assert vectors.shape == (BATCH + 1, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-5)
    assert not np.allclose(vectors[0], vectors[-1], atol=1e-3)


def test_a_damaged_model_is_told_with_the_command_that_makes_it(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match=r"training\.export_embedder"):
        ChromaDefault(tmp_path / "model.onnx", EMBEDDER / "tokenizer.json")


def test_memory_is_told_in_megabytes() -> None:
    memory = resident_mb()
    assert memory is None or 10 < memory < 100_000
