"""Plots: the numbers stand where they should, and no words of others become markup."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.calibration import reliability_bins, risk_coverage_points
from eval.reports.plots import recall_at_k, reliability, risk_coverage

SVG = "{http://www.w3.org/2000/svg}"
OUTCOMES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30)
SHARES = st.lists(st.floats(0, 1), max_size=10)
# The plotting area: shares 0 to 1 lie between these, in the image's units.
LEFT, RIGHT, TOP, BOTTOM = 56.0, 464.0, 48.0, 256.0
PLOTS: list[Callable[[str], str]] = [
    lambda subject: risk_coverage(risk_coverage_points([0.9, 0.4], [True, False]), subject),
    lambda subject: reliability(reliability_bins([0.9, 0.4], [True, False], 10), subject),
    lambda subject: recall_at_k([0.5, 1.0], subject),
    lambda subject: risk_coverage([], subject),
    lambda subject: reliability([], subject),
    lambda subject: recall_at_k([], subject),
]


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.encode())


def shapes(svg: str, tag: str, kind: str) -> list[dict[str, str]]:
    return [e.attrib for e in parsed(svg).iter(SVG + tag) if e.get("class") == kind]


def words(svg: str, kind: str) -> list[str]:
    return [e.text or "" for e in parsed(svg).iter(f"{SVG}text") if e.get("class") == kind]


def test_the_curve_of_risk_runs_from_the_surest_answer_to_all() -> None:
    # surest first: right, wrong; risks 0 and 1/2: the axis ends at 0.5
    svg = risk_coverage(risk_coverage_points([0.9, 0.4], [True, False]))
    (curve,) = shapes(svg, "polyline", "curve")
    middle = (LEFT + RIGHT) / 2
    assert curve["points"] == f"{LEFT},{BOTTOM} {middle},{BOTTOM} {RIGHT},{TOP}"
    assert {"0.00", "0.50"} <= set(words(svg, "tick"))
    assert parsed(svg).findtext(f"{SVG}desc") == "2 answers, 0.50 of them wrong; AURC 0.250."


def test_each_bin_has_a_bar_as_high_as_its_share_and_its_count_on_top() -> None:
    probabilities, right = [0.45, 0.45, 0.41, 0.43, 0.95], [True, True, True, False, True]
    svg = reliability(reliability_bins(probabilities, right, 10))
    low, high = shapes(svg, "rect", "bar")
    assert float(low["height"]) == pytest.approx(0.75 * (BOTTOM - TOP))
    assert float(high["height"]) == pytest.approx(BOTTOM - TOP)
    assert float(low["x"]) == pytest.approx(LEFT + 0.4 * (RIGHT - LEFT) + 1, abs=0.1)
    assert words(svg, "value") == ["4", "1"]
    first, second = shapes(svg, "circle", "dot")
    assert float(first["cx"]) == pytest.approx(LEFT + 0.435 * (RIGHT - LEFT), abs=0.1)
    assert float(second["cy"]) == TOP


def test_recall_has_a_bar_for_every_k_with_its_value() -> None:
    svg = recall_at_k([0.25, 0.5, 1.0])
    heights = [float(bar["height"]) for bar in shapes(svg, "rect", "bar")]
    assert heights == pytest.approx([0.25 * (BOTTOM - TOP), 0.5 * (BOTTOM - TOP), BOTTOM - TOP])
    assert words(svg, "value") == ["0.25", "0.50", "1.00"]
    assert {"1", "2", "3"} <= set(words(svg, "tick"))


@pytest.mark.parametrize("plot", PLOTS)
def test_a_screen_reader_is_told_what_the_plot_shows(plot: Callable[[str], str]) -> None:
    image = parsed(plot("sample"))
    title, told = image.findtext(f"{SVG}title"), image.findtext(f"{SVG}desc")
    assert title and title.endswith(": sample")
    assert image.get("role") == "img"
    assert image.get("aria-label") == f"{title}. {told}"


@pytest.mark.parametrize("plot", PLOTS)
@given(subject=st.text(st.characters(codec=None), max_size=80))  # lone surrogates too
def test_a_subject_never_becomes_markup(plot: Callable[[str], str], subject: str) -> None:
    plain, told = parsed(plot("sample")), parsed(plot(subject))
    assert [element.tag for element in told.iter()] == [element.tag for element in plain.iter()]
    assert set(told.attrib) == set(plain.attrib)


def test_hostile_words_stand_there_as_text() -> None:
    hostile = '"><script>alert(1)</script>&lt;]]>'
    svg = recall_at_k([1.0], hostile)
    assert "<script" not in svg
    assert words(svg, "head") == [f"Recall at k: {hostile}"]


@given(OUTCOMES, SHARES)
def test_any_figures_make_a_plot_within_its_frame_and_the_same_one_again(
    outcomes: list[tuple[float, bool]], shares: list[float]
) -> None:
    probabilities, right = [p for p, _ in outcomes], [is_right for _, is_right in outcomes]
    points = risk_coverage_points(probabilities, right)
    bins = reliability_bins(probabilities, right, 10)
    for svg, again in (
        (risk_coverage(points), risk_coverage(points)),
        (reliability(bins), reliability(bins)),
        (recall_at_k(shares), recall_at_k(shares)),
    ):
        assert svg == again
        for curve in shapes(svg, "polyline", "curve"):
            for point in curve["points"].split():
                x, y = map(float, point.split(","))
                assert LEFT <= x <= RIGHT and TOP <= y <= BOTTOM
        for bar in shapes(svg, "rect", "bar"):
            assert float(bar["width"]) > 0 and float(bar["height"]) >= 0
            assert TOP <= float(bar["y"]) <= BOTTOM


@pytest.mark.parametrize("plot", PLOTS)
def test_a_plot_runs_nothing_and_fetches_nothing(plot: Callable[[str], str]) -> None:
    svg = plot("https://example.org")
    assert {e.tag.removeprefix(SVG) for e in parsed(svg).iter()} <= {
        "svg", "title", "desc", "style", "rect", "text", "line", "g", "polyline", "circle",
    }  # fmt: skip
    assert not re.search(r"url\(|@import|\son\w+=|href", svg)
