import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.build import build_engine, sync_corpus
from bot.engine import Engine
from index.catalog import FILE_NAME
from index.errors import BylineError, ModelError, StorageError
from index.settings import Settings, load_settings


def test_the_first_sync_adds_every_article_and_the_second_keeps_them(
    sample_settings: Settings, tmp_path: Path
) -> None:
    settings = load_settings(corpus=sample_settings.corpus, storage=tmp_path / "storage")
    first, second = sync_corpus(settings), sync_corpus(settings)
    assert len(first.added) >= 6 and first.embedded == first.passages > 0
    assert second.kept == first.added and second.embedded == 0


def test_no_index_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="python -m index sync"):
        build_engine(load_settings(storage=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_an_index_of_another_folder_is_told(sample_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="another --storage"):
        build_engine(load_settings(corpus=tmp_path, storage=sample_settings.storage))


def no_database(storage: Path) -> None:
    (storage / FILE_NAME).write_bytes(b"no database" * 1000)


def no_chroma(storage: Path) -> None:
    shutil.rmtree(storage / "chroma")


def no_chroma_database(storage: Path) -> None:
    (storage / "chroma" / "chroma.sqlite3").write_bytes(b"x" * 5000)


@pytest.mark.parametrize("damage", [no_database, no_chroma, no_chroma_database])
def test_a_damaged_or_missing_part_of_the_index_is_told_in_one_line(
    damage: Callable[[Path], None], sample_settings: Settings, tmp_path: Path
) -> None:
    settings = load_settings(corpus=sample_settings.corpus, storage=tmp_path / "storage")
    sync_corpus(settings)
    damage(settings.storage)
    with pytest.raises(StorageError) as caught:
        build_engine(settings)
    assert "\n" not in str(caught.value) and "sync" in str(caught.value)


def test_no_model_is_told(sample_settings: Settings, tmp_path: Path) -> None:
    settings = load_settings(storage=sample_settings.storage, embedder=tmp_path)
    with pytest.raises(ModelError, match="BYLINE_EMBEDDER"):
        build_engine(settings)


def test_a_closed_engine_says_so_in_one_line(sample_settings: Settings) -> None:
    engine = build_engine(sample_settings)
    engine.close()
    engine.close()
    with pytest.raises(BylineError) as caught:
        engine.answer("Who is Putin?")
    assert "\n" not in str(caught.value)


def test_the_settings_reach_their_parts(sample_settings: Settings) -> None:
    strict = load_settings(
        corpus=sample_settings.corpus,
        storage=sample_settings.storage,
        min_confidence=1.0,
        candidates=2,
        max_question_chars=40,
    )
    engine: Engine = build_engine(strict)
    try:
        answer = engine.answer("Where did Obama say Assad must go?")
        assert answer.refused and len(answer.candidates) == 2
        with pytest.raises(BylineError, match="at most 40"):
            engine.answer("Where did Obama say that Bashar al-Assad must go?")
    finally:
        engine.close()
