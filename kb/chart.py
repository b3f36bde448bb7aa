"""Charts as plain geometry, drawn as SVG by a template: across in per cent, up and down in pixels; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10

HEIGHT = 220
"""Pixels from the lowest to the highest value of a chart of lines."""

MARKS = "●■▲◆▼✚"
"""One for each line, so that nobody has to tell them apart by colour."""

_LEFT, _RIGHT = 12.0, 93.0
"""Where the first and the last point stand, in per cent."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with what it is of and its value in words."""

    name: str
    text: str
    width: float | None
    """In per cent of the longest that fits; None where it is unknown."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A value at the side, or a name below."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a line."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of values; where one is unknown the line has a gap."""

    name: str
    mark: str
    points: Sequence[Point]
    pieces: Sequence[tuple[Point, Point]]


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over the same names."""

    lines: Sequence[Line]
    values: Sequence[Tick]
    names: Sequence[Tick]


@dataclass(frozen=True, slots=True)
class Series:
    """What a line is made of: a value and its words for each name; None where it is unknown."""

    name: str
    values: Sequence[tuple[float, str] | None]


def bars(values: Sequence[tuple[str, float | None, str]], longest: float | None = None) -> list[Bar]:
    """Draw a bar for each name, value and text; below zero it has no length."""
    most = longest or max((value for _, value, _ in values if value is not None), default=0.0)
    return [
        Bar(
            name, text, None if value is None else round(100 * max(value, 0.0) / most, 2) if most > 0 else 0.0
        )
        for name, value, text in values
    ]


def line_chart(names: Sequence[str], series: Sequence[Series]) -> LineChart | None:
    """Draw lines; None where fewer than two names or no value are known."""
    known = [pair[0] for one in series for pair in one.values if pair is not None]
    if len(names) < 2 or not known:
        return None
    ticks = _ticks(min(known), max(known))
    low, high = ticks[0], ticks[-1]
    across = [round(_LEFT + (_RIGHT - _LEFT) * place / (len(names) - 1), 2) for place in range(len(names))]

    def height(value: float) -> float:
        return round(HEIGHT - HEIGHT * (value - low) / (high - low), 1)

    lines = []
    for number, one in enumerate(series):
        places = [
            Point(x, height(pair[0]), pair[1]) if pair is not None else None
            for x, pair in zip(across, one.values, strict=True)
        ]
        pieces = [(a, b) for a, b in pairwise(places) if a and b]
        lines.append(Line(one.name, MARKS[number % len(MARKS)], [one for one in places if one], pieces))
    return LineChart(
        lines,
        [Tick(height(value), _written(value)) for value in ticks],
        [Tick(x, name) for x, name in zip(across, names, strict=True)],
    )


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round numbers that enclose both; from zero on where all is above it."""
    low = min(low, 0.0)
    high = high if high - low > 1e-9 else low + 1
    rough = (high - low) / 4
    power = 10 ** floor(log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough)
    return [step * number for number in range(floor(low / step), ceil(high / step) + 1)]


def _written(value: float) -> str:
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{round(value, 6):g}"
