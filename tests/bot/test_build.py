import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import bot.build
import index.settings
from bot.build import build_engine
from bot.reading.calibration import FILE
from index.catalog.sqlite.schema import FILE_NAME
from index.errors import BylineError, ModelError, StorageError
from index.settings import Settings, load_settings
from index.sync.corpus import sync_corpus
from tests.bot.llm.llm_server import answer, serve

QUESTION = "Where did Obama say Assad must go?"


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
    damage: Callable[[Path], None], own_sample: Settings
) -> None:
    damage(own_sample.storage)
    with pytest.raises(StorageError) as caught:
        build_engine(own_sample)
    assert "\n" not in str(caught.value) and "sync" in str(caught.value)


def models_with(changed: Path, settings: Settings) -> dict[str, object]:
    """A folder with the models of `settings`, but with `changed`, a folder in it, in place of its own."""
    for folder in settings.models.iterdir():
        if folder.is_dir() and folder.name != changed.name:
            (changed.parent / folder.name).symlink_to(folder)
    return {"models": changed.parent}


@pytest.mark.parametrize("model", ["embedder", "reader"])
def test_a_missing_model_is_reported(sample_settings: Settings, tmp_path: Path, model: str) -> None:
    settings = sample_settings.model_copy(update=models_with(tmp_path / model, sample_settings))
    with pytest.raises(ModelError, match="BYLINE_MODELS") as caught:
        build_engine(settings)
    assert "\n" not in str(caught.value)


def reader_without(name: str, settings: Settings, folder: Path) -> Settings:
    folder.mkdir()
    for file in settings.reader.iterdir():
        if file.name != name:
            (folder / file.name).symlink_to(file)
    return settings.model_copy(update=models_with(folder, settings))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", FILE])
def test_a_part_of_the_reader_that_is_missing_is_named(
    name: str, sample_settings: Settings, tmp_path: Path
) -> None:
    settings = reader_without(name, sample_settings, tmp_path / "reader")
    with pytest.raises(ModelError) as caught:
        build_engine(settings)
    assert str(caught.value).startswith(f"{settings.reader / name}: ")


def damaged_resolver(folder: Path, settings: Settings) -> dict[str, object]:
    (folder / "resolver").mkdir(parents=True)
    (folder / "resolver" / "model.onnx").write_bytes(b"no model")
    return models_with(folder / "resolver", settings)


def no_calibration(folder: Path, settings: Settings) -> dict[str, object]:
    (folder / "reader").mkdir(parents=True)
    return models_with(folder / "reader", settings)


def unknown_llm(folder: Path, settings: Settings) -> dict[str, object]:
    return {"llm": "gemini:pro"}


@pytest.mark.parametrize("wrong", [damaged_resolver, no_calibration, unknown_llm])
def test_what_was_opened_before_a_failure_is_closed(
    wrong: Callable[[Path, Settings], dict[str, object]],
    own_sample: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[object] = []
    monkeypatch.setattr(bot.build, "close_llm", closed.append)
    update = {"llm": "ollama:m"} | wrong(tmp_path / "models", own_sample)
    # While the error is held, so is all that was not closed.
    with pytest.raises(BylineError) as caught:
        build_engine(own_sample.model_copy(update=update))
    assert "\n" not in str(caught.value)
    assert_closed(own_sample.storage)
    assert len(closed) == (wrong is not unknown_llm)


def open_files(folder: Path) -> list[str]:
    """The files below `folder` that this process holds open."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # another thread closes files meanwhile
            found.append(os.readlink(link))
    return [path for path in found if path.startswith(f"{folder}/")]


def assert_closed(folder: Path) -> None:
    """Chroma closes its file a moment after it is told to."""
    deadline = time.monotonic() + 3
    while files := open_files(folder):
        assert time.monotonic() < deadline, f"still open: {files}"
        time.sleep(0.01)


def test_what_is_open_is_seen(own_sample: Settings) -> None:
    engine = build_engine(own_sample)
    assert open_files(own_sample.storage)
    engine.close()
    assert_closed(own_sample.storage)


def test_a_closed_engine_says_so_in_one_line(sample_settings: Settings) -> None:
    engine = build_engine(sample_settings)
    engine.close()
    engine.close()
    with pytest.raises(BylineError) as caught:
        engine.answer("Who is Putin?")
    assert "\n" not in str(caught.value)


def with_points(settings: Settings, folder: Path, **points: float) -> Settings:
    """Settings whose reader has other operating points."""
    stored = json.loads((settings.reader / FILE).read_text())
    settings = reader_without(FILE, settings, folder)
    both = {"points": points, "context_points": points}
    (folder / FILE).write_text(json.dumps(stored | both))
    return settings


def test_strictness_decides_how_sure_an_answer_must_be(
    sample_settings: Settings, tmp_path: Path
) -> None:
    settings = with_points(
        sample_settings, tmp_path / "reader", lenient=1e-12, balanced=0.5, strict=1.0
    )
    for strictness in ("lenient", "strict"):
        engine = build_engine(settings.model_copy(update={"strictness": strictness}))
        try:
            answer = engine.answer(QUESTION)
            assert answer.refused is (strictness == "strict")
            assert answer.confidence == engine.answer(QUESTION).confidence > 0
        finally:
            engine.close()


def test_a_key_of_the_env_file_reaches_the_server(
    sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(index.settings, "ENV_FILE", tmp_path / ".env")
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-recognisable-4711\n")
    with serve(answer("Not a sentence of the articles.")) as server:
        llm = f"openai-like:m@{server.url}/v1"
        engine = build_engine(sample_settings.model_copy(update={"llm": llm}))
        try:
            engine.answer(QUESTION)
        finally:
            engine.close()
    assert server.requests[0].headers["Authorization"] == "Bearer sk-recognisable-4711"


def test_the_settings_reach_their_parts(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.build.MAX_QUESTION_CHARS", 40)
    settings = sample_settings.model_copy(update={"candidates": 2})
    engine = build_engine(settings)
    try:
        assert len(engine.answer(QUESTION).candidates) == 2
        with pytest.raises(BylineError, match="at most 40"):
            engine.answer("Where did Obama say that Bashar al-Assad must go?")
    finally:
        engine.close()


def test_a_calibration_of_another_model_is_refused(
    sample_settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(sample_settings.reader, tmp_path / "reader")
    stored = json.loads((tmp_path / "reader" / FILE).read_text(encoding="utf-8"))
    (tmp_path / "reader" / FILE).write_text(json.dumps(stored | {"model": "0" * 64}))
    settings = sample_settings.model_copy(update=models_with(tmp_path / "reader", sample_settings))
    with pytest.raises(ModelError, match="fitted on the reading model beside it"):
        build_engine(settings)
