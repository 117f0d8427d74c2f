from dataclasses import fields

from hypothesis import given, settings

from bot.reading.calibration import Calibration, SpanSignals
from bot.reading.context_reader import ContextReader
from bot.reading.model import SpanModel
from tests.bot.checks import any_text, wordy_text

HOSTILE = any_text | wordy_text


@settings(max_examples=30)
@given(HOSTILE, HOSTILE)
def test_a_single_text_is_answered_with_its_own_words_and_a_probability(
    span_model: SpanModel, calibration: Calibration, question: str, context: str
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    told, probability = reader.read(question, context)
    assert told in context and 0 <= probability <= 1
    assert (told, probability) == reader.read(question, context)
    signals = reader.signals(question, context)
    assert bool(told) is (signals is not None)
    if signals is not None:
        shares = [getattr(signals[1], f.name) for f in fields(SpanSignals) if f.name != "margin"]
        assert all(0 <= share <= 1 for share in shares)


def test_a_text_without_words_answers_nothing(
    span_model: SpanModel, calibration: Calibration
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    for context in ("", " \n\t", "\0\u200f"):
        assert reader.read("Who steered?", context) == ("", 0.0)
        assert reader.signals("Who steered?", context) is None


def test_a_text_shows_what_of_the_question_it_lacks(
    span_model: SpanModel, calibration: Calibration
) -> None:
    reader = ContextReader(span_model, calibration, 0.5)
    found = reader.signals("Did Mary Boyd steer the ferry in 1931?", "Angus Reid sold the ferry.")
    assert found is not None
    assert (found[1].missing, found[1].wrong_figure) == (1.0, 1.0)
    found = reader.signals("Did Angus Reid sell the ferry?", "Angus Reid sold the ferry.")
    assert found is not None
    assert (found[1].missing, found[1].wrong_figure) == (0.0, 0.0)
    assert found[1].coverage > 0.5
