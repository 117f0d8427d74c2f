"""The reader without retrieval: a question and one text give the answering words and how sure they are."""

from bot.english.answer_kind import find_wanted
from bot.english.question import Asked
from bot.reading.calibration import Calibration, SpanSignals, sigmoid
from bot.reading.model import SpanModel
from bot.reading.places import span_signals

NEAR = 200  # characters around a span of a single text, about a sentence either way


class ContextReader:
    """Reads one given text at a time: what `python -m eval reader` measures."""

    def __init__(self, model: SpanModel, calibration: Calibration, threshold: float) -> None:
        """`threshold` is the probability below which its user should take it that there is no answer."""
        self._model, self._calibration, self.threshold = model, calibration, threshold

    def signals(self, question: str, context: str) -> tuple[str, SpanSignals] | None:
        """The words of `context` that answer best, with what they show; None when it has no words."""
        spans = self._model.read(question, [context], 1)[0]
        if not spans:
            return None
        asked, found = Asked.of(question), spans[0]
        near = context[max(0, found.span.start - NEAR) : found.span.end + NEAR]
        told = found.span.of(context)
        kinds = [s for s in find_wanted(asked.kind, question, context) if s.overlaps(found.span)]
        missing = asked.missing(context)
        return told, span_signals(asked, found.margin, context, near, missing, bool(kinds))

    def read(self, question: str, context: str) -> tuple[str, float]:
        """The words of `context` that answer best ("" when it has none), and how probably they do."""
        found = self.signals(question, context)
        if found is None:
            return "", 0.0
        told, signals = found
        return told, sigmoid(self._calibration.span_logit(signals))

    def close(self) -> None:
        """Releases the model."""
        self._model.close()
