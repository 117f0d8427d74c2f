import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.reading.calibration import FILE, STRICTNESS, SpanSignals
from eval.parts.reader import ContextReader, open_context_reader
from index.errors import ModelError
from index.settings import load_settings
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@pytest.fixture(scope="module")
def context_reader() -> Iterator[ContextReader]:
    """The reader of the settings, its model loaded once."""
    reader = open_context_reader(load_settings())
    yield reader
    reader.close()


@settings(max_examples=30)
@given(HOSTILE, HOSTILE)
def test_a_single_text_is_answered_with_its_own_words_and_a_probability(
    context_reader: ContextReader, question: str, context: str
) -> None:
    reader = context_reader
    told, probability = reader.read(question, context)
    assert told in context and 0 <= probability <= 1
    assert (told, probability) == reader.read(question, context)
    signals = reader.signals(question, context)
    assert bool(told) is (signals is not None)
    if signals is not None:
        shares = [getattr(signals[1], f.name) for f in fields(SpanSignals) if f.name != "margin"]
        assert all(0 <= share <= 1 for share in shares)


def test_a_text_without_words_answers_nothing(context_reader: ContextReader) -> None:
    reader = context_reader
    for context in ("", " \n\t", "\0\u200f"):
        assert reader.read("Who steered?", context) == ("", 0.0)
        assert reader.signals("Who steered?", context) is None


def test_a_text_shows_what_of_the_question_it_lacks(context_reader: ContextReader) -> None:
    reader = context_reader
    found = reader.signals("Did Mary Boyd steer the ferry in 1931?", "Angus Reid sold the ferry.")
    assert found is not None
    assert found[1].wrong_figure == 1.0
    found = reader.signals("Did Angus Reid sell the ferry?", "Angus Reid sold the ferry.")
    assert found is not None
    assert found[1].wrong_figure == 0.0
    assert found[1].coverage > 0.5


def test_the_threshold_is_that_of_the_strictness(tmp_path: Path) -> None:
    points = {"lenient": 0.1, "balanced": 0.4, "strict": 0.9}
    models = models_with(tmp_path, context_points=points)
    for strictness in STRICTNESS:
        reader = open_context_reader(load_settings(models=models, strictness=strictness))
        assert reader.threshold == points[strictness]
        told, probability = reader.read("Who sank?", "The Marlin sank.")
        assert told in "The Marlin sank." and 0 <= probability <= 1
        reader.close()


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", FILE])
def test_a_missing_file_of_the_reader_is_named(name: str, tmp_path: Path) -> None:
    models = models_with(tmp_path)
    (models / "reader" / name).unlink()
    with pytest.raises(ModelError) as caught:
        open_context_reader(load_settings(models=models))
    assert str(caught.value).startswith(f"{models / 'reader' / name}: ")


def test_a_calibration_of_another_model_is_refused(tmp_path: Path) -> None:
    models = models_with(tmp_path, model="0" * 64)
    with pytest.raises(ModelError, match="fitted on the reading model beside it"):
        open_context_reader(load_settings(models=models))


def models_with(models: Path, **changed: object) -> Path:
    """A folder of models that holds the reader alone, its calibration changed."""
    folder = models / "reader"
    folder.mkdir()
    for file in load_settings().reader.iterdir():
        if file.name == FILE:
            stored = json.loads(file.read_text(encoding="utf-8"))
            (folder / FILE).write_text(json.dumps(stored | changed), encoding="utf-8")
        else:
            (folder / file.name).symlink_to(file)
    return models
