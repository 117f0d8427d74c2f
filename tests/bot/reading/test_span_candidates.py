from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.english.words import terms
from bot.reading.calibration import CLIPPED, SpanSignals
from bot.reading.span_candidates import (
    UNREAD,
    WIDEST_LEAD,
    SpanCandidate,
    distinct,
    standing,
)
from index.text.article import Span
from tests.bot.checks import candidate_of


def place_of(text: str, answer: str, logit: float, path: str) -> SpanCandidate:
    candidate = candidate_of(text, path)
    start = text.index(answer)
    signals = SpanSignals(margin=0, coverage=0, wrong_figure=0)
    return SpanCandidate(
        candidate=candidate,
        answer=Span(start, start + len(answer)),
        support=Span(0, len(text)),
        signals=signals,
        logit=logit,
        similarity=0.0,
        missing=(),
        words=terms(answer),
    )


def test_only_another_answer_takes_the_lead_away() -> None:
    first = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    same = place_of("Boyd was at the helm.", "Boyd", 1.5, "b.txt")
    other = place_of("Angus Reid steered it.", "Angus Reid", 0.5, "c.txt")
    alone = standing(first, [first])
    assert (alone.lead, alone.span) == (WIDEST_LEAD, 2.0)
    assert standing(first, [first, same]).lead == WIDEST_LEAD
    against = standing(first, [first, same, other])
    assert against.lead == pytest.approx(1.5)
    assert standing(other, [first, same, other]).lead == pytest.approx(-1.5)


def test_the_same_sentence_met_twice_is_one_place() -> None:
    once = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    again = replace(once, answer=Span(0, 4), logit=1.0)
    assert once.same_place(again) and once.agrees(again)
    assert standing(once, [once, again]).lead == WIDEST_LEAD


@given(
    st.lists(st.tuples(st.sampled_from("Boyd Reid Hay".split()), st.floats(-50, 50)), min_size=1)
)
def test_a_lead_has_its_limits_and_no_order(drawn: list[tuple[str, float]]) -> None:
    places = [
        place_of(f"{name} steered it.", name, logit, f"{n}.txt")
        for n, (name, logit) in enumerate(drawn)
    ]
    for place in places:
        shown = standing(place, places)
        assert -WIDEST_LEAD <= shown.lead <= WIDEST_LEAD
        assert shown == standing(place, places[::-1])


def test_each_sentence_is_kept_once_by_its_surest_answer() -> None:
    sure = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    again = replace(sure, answer=Span(0, 4), logit=1.0)
    elsewhere = place_of("Mary Boyd steered it.", "Mary Boyd", 0.5, "b.txt")
    assert distinct([again, elsewhere, sure]) == [sure, elsewhere]


def test_a_margin_alone_counts_only_so_far() -> None:
    place = place_of("Mary Boyd steered it.", "Mary Boyd", 2.0, "a.txt")
    for margin, counted in ((3.5, 3.5), (1e6, CLIPPED), (-1e6, -CLIPPED)):
        seen = replace(place, alone=margin)
        assert standing(seen, [seen]).alone == counted


def test_what_was_not_read_stands_against_an_answer_all_the_same() -> None:
    place = place_of("Ada was born in York.", "York", 1.0, "a.txt")
    sparing = replace(place, all_read=False)
    assert standing(place, [place]).lead == WIDEST_LEAD
    assert standing(sparing, [sparing]).lead == pytest.approx(1.0 - UNREAD)
    other = place_of("Ada was born in Leith.", "Leith", 0.5, "b.txt")
    assert standing(sparing, [sparing, other]).lead == pytest.approx(0.5)
