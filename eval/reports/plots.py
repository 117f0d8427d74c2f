"""Plots as SVG text: risk over coverage, calibration, recall@k, latency; for the page and for reports.

Pure functions of numbers: the same numbers give the same bytes. An image carries its own colours for
light and dark, and takes the page's where it stands in one; it runs no script and fetches nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from bot.page.view.escaping import escape_line
from eval.metrics.calibration import Bin, RiskPoint

WIDTH, HEIGHT = 480, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 464, 48, 256  # of the plotting area
_TOPS = (0.1, 0.2, 0.5, 1.0)  # where the axis of a risk may end
_STYLE = """
.by-plot { --ground: var(--by-panel, #ffffff); --ink: var(--by-text, #16202c);
  --soft: var(--by-soft, #5b6777); --line: var(--by-line, #e1e5ea); --hue: var(--by-accent, #0f6b63);
  color: var(--ink); font: 12px system-ui, sans-serif; max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) {
  .by-plot { --ground: var(--by-panel, #161d27); --ink: var(--by-text, #e6ebf1);
    --soft: var(--by-soft, #98a5b5); --line: var(--by-line, #2a3441); --hue: var(--by-accent, #5ec9bb); } }
.by-plot .ground { fill: var(--ground); }
.by-plot text { fill: currentColor; }
.by-plot .head { font-size: 14px; font-weight: 600; }
.by-plot .tick { fill: var(--soft); }
.by-plot .grid { stroke: var(--line); }
.by-plot .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
.by-plot .curve { fill: none; stroke: var(--hue); stroke-width: 2; }
.by-plot .bar { fill: var(--hue); fill-opacity: 0.35; }
.by-plot .dot { fill: var(--hue); }
"""


def risk_coverage(points: Sequence[RiskPoint], subject: str = "") -> str:
    """The share of answers that is wrong over the share that is given, the surest first, as SVG.

    `subject` names what was measured, such as a set; it is escaped.
    """
    frame = _Frame("Risk and coverage", subject, "answers given, the surest first", "wrong answers")
    if not points:
        return frame.svg("No question was answered: there is no risk to show.", [])
    risk = math.fsum(point.risk for point in points) / len(points)
    frame.top = next(top for top in _TOPS if max(point.risk for point in points) <= top)
    caption = (
        f"{_counted(len(points), 'answer')}, {points[-1].risk:.2f} of them wrong; AURC {risk:.3f}."
    )
    # From the axis on: the surest answers of all have the first point's risk.
    line = [(0.0, points[0].risk), *points]
    return frame.svg(caption, [*frame.ticks(), frame.curve(line)])


def reliability(bins: Sequence[Bin], subject: str = "") -> str:
    """How often answers are right over how sure they are, as SVG: a bar a bin, with its count on top.

    A dot stands at the mean confidence of each bin; dots on the dashed line are calibrated.
    """
    frame = _Frame("Calibration", subject, "confidence", "right answers")
    cases = sum(each.cases for each in bins)
    if not cases:
        return frame.svg("No question was answered: there is no confidence to judge.", [])
    error = math.fsum(each.cases * each.gap for each in bins) / cases
    caption = f"{_counted(cases, 'answer')}; ECE {error:.3f}. On top of each bar: how many."
    marks = [frame.line((0, 0), (1, 1), "ideal")]
    for each in bins:
        if each.right is not None and each.probability is not None:
            marks.append(frame.bar(each.low, each.high, each.right, str(each.cases)))
            marks.append(frame.dot(each.probability, each.right))
    return frame.svg(caption, [*frame.ticks(), *marks])


def recall_at_k(values: Sequence[float], subject: str = "") -> str:
    """recall@1, recall@2 and so on as SVG, a bar each with its value on top."""
    frame = _Frame("Recall at k", subject, "k, the files looked at", "supporting files found")
    if not values:
        return frame.svg("No question has an answer: there is nothing to retrieve.", [])
    caption = f"recall@1 {values[0]:.2f}, recall@{len(values)} {values[-1]:.2f}."
    step = 1 / len(values)
    bars = [
        frame.bar((k + 0.1) * step, (k + 0.9) * step, value, f"{value:.2f}")
        for k, value in enumerate(values)
    ]
    numbers = [((k + 0.5) * step, str(k + 1)) for k in range(len(values))]
    return frame.svg(caption, [*frame.ticks(numbers), *bars])


def latency(stages: Mapping[str, tuple[float, float]], subject: str = "") -> str:
    """p50 and p95 in milliseconds of every stage as SVG: a bar up to p50 with it on top, a dot at p95."""
    frame = _Frame("Latency", subject, "stage", "milliseconds")
    if not stages:
        return frame.svg("No question was timed.", [])
    frame.top, frame.places = _round_top(max(slow for _, slow in stages.values())), 0
    step = 1 / len(stages)
    marks = []
    for n, (usual, slow) in enumerate(stages.values()):
        marks.append(frame.bar((n + 0.2) * step, (n + 0.8) * step, usual, f"{usual:.0f}"))
        marks.append(frame.dot((n + 0.5) * step, slow))
    names = [((n + 0.5) * step, escape_line(stage, 12)) for n, stage in enumerate(stages)]
    return frame.svg("Bars: half of the questions; dots: 95 of 100.", [*frame.ticks(names), *marks])


def _round_top(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 … that is not below `value`."""
    size = 10.0 ** math.floor(math.log10(max(value, 1.0)))
    return next(size * n for n in (1, 2, 5, 10) if size * n >= value)


class _Frame:
    """One plot: its words, and shares in [0, 1] (upwards: to `top`) placed on the plotting area."""

    def __init__(self, title: str, subject: str, across: str, up: str) -> None:
        self.top = 1.0
        self.places = 2  # behind the point of the numbers upwards
        self._title = escape_line(f"{title}: {subject}" if subject else title, 60)
        self._across, self._up = across, up

    def svg(self, caption: str, marks: Iterable[str]) -> str:
        """The whole image; `caption` says in a sentence what it shows, and stands under it."""
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="by-plot" role="img" '
                f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
                f'aria-label="{self._title}. {caption}">',
                f"<title>{self._title}</title>",
                f"<desc>{caption}</desc>",
                f"<style>{_STYLE}</style>",
                f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
                _text(_LEFT, 24, self._title, "head", "start"),
                *marks,
                _text(_LEFT, HEIGHT - 8, caption, "tick", "start"),
                "</svg>\n",
            ]
        )

    def ticks(self, numbers: Sequence[tuple[float, str]] = ()) -> list[str]:
        """Both axes with their numbers and names; `numbers` stand in place of fifths across."""
        fifths = [n / 5 for n in range(6)]
        marks = []
        for share in fifths:
            marks.append(self.line((0, share * self.top), (1, share * self.top), "grid"))
            up = self._y(share * self.top)
            marks.append(
                _text(_LEFT - 8, up + 4, f"{share * self.top:.{self.places}f}", "tick", "end")
            )
        for share, number in numbers or [(share, f"{share:.1f}") for share in fifths]:
            marks.append(_text(self._x(share), _BOTTOM + 16, number, "tick"))
        middle = (_TOP + _BOTTOM) / 2
        return [
            *marks,
            _text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, self._across, "tick"),
            f'<g transform="rotate(-90 14 {middle:.1f})">{_text(14, middle, self._up, "tick")}</g>',
        ]

    def line(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
        (x1, y1), (x2, y2) = map(self._place, (start, end))
        return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'

    def curve(self, points: Iterable[tuple[float, float]]) -> str:
        placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(self._place, points))
        return f'<polyline class="curve" points="{placed}"/>'

    def bar(self, low: float, high: float, value: float, label: str) -> str:
        x, y, end = self._x(low), self._y(value), self._x(high)
        return (
            f'<rect class="bar" x="{x + 1:.1f}" y="{y:.1f}" width="{end - x - 2:.1f}" '
            f'height="{_BOTTOM - y:.1f}"/>{_text((x + end) / 2, y - 5, label)}'
        )

    def dot(self, x: float, y: float) -> str:
        return f'<circle class="dot" cx="{self._x(x):.1f}" cy="{self._y(y):.1f}" r="4"/>'

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        return self._x(point[0]), self._y(point[1])

    def _x(self, share: float) -> float:
        return _LEFT + share * (_RIGHT - _LEFT)

    def _y(self, share: float) -> float:
        return _BOTTOM - share / self.top * (_BOTTOM - _TOP)


def _text(x: float, y: float, words: str, kind: str = "value", anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def _counted(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
