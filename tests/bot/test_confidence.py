import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from bot.confidence import Signals, probability

unit = st.floats(0, 1)
signals = st.builds(Signals, **{field.name: unit for field in dataclasses.fields(Signals)})


@given(signals)
def test_confidence_is_a_probability(shown: Signals) -> None:
    assert 0.0 <= probability(shown) <= 1.0


@given(signals, unit)
def test_more_of_the_question_s_words_never_make_it_less_sure(
    shown: Signals, coverage: float
) -> None:
    more = dataclasses.replace(shown, coverage=max(shown.coverage, coverage))
    assert probability(more) >= probability(shown)


@given(signals, unit)
def test_missing_names_never_make_it_surer(shown: Signals, missing: float) -> None:
    worse = dataclasses.replace(shown, missing=max(shown.missing, missing))
    assert probability(worse) <= probability(shown)
