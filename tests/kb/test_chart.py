"""The geometry of charts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.chart import HEIGHT, Series, bars, line_chart


def test_the_longest_bar_fills_the_width_and_what_is_unknown_has_no_bar() -> None:
    drawn = bars(
        [("One", 50.0, "50"), ("Two", 200.0, "200"), ("Three", None, "unknown"), ("Four", -3.0, "-3")]
    )
    assert [one.width for one in drawn] == [25.0, 100.0, None, 0.0]
    assert bars([("One", 0.0, "0")])[0].width == 0.0
    assert bars([("One", 50.0, "50%")], 100.0)[0].width == 50.0


def test_a_line_has_a_gap_where_a_value_is_unknown() -> None:
    chart = line_chart(["Q1", "Q2", "Q3", "Q4"], [Series("A", [(0, "0"), (10, "10"), None, (40, "40")])])
    assert chart is not None
    (line,) = chart.lines
    assert [point.text for point in line.points] == ["0", "10", "40"]
    assert [(a.text, b.text) for a, b in line.pieces] == [("0", "10")]
    assert [tick.text for tick in chart.values] == ["0", "10", "20", "30", "40"]
    assert (line.points[0].y, line.points[-1].y) == (HEIGHT, 0)


def test_lines_are_told_apart_by_marks_too() -> None:
    chart = line_chart(["Q1", "Q2"], [Series(name, [(1, "1"), (2, "2")]) for name in "ABC"])
    assert chart is not None
    assert len({line.mark for line in chart.lines}) == 3


def test_there_is_no_line_of_one_quarter_or_of_nothing() -> None:
    assert line_chart(["Q1"], [Series("A", [(1, "1")])]) is None
    assert line_chart(["Q1", "Q2"], [Series("A", [None, None])]) is None


def test_large_values_are_written_short() -> None:
    chart = line_chart(["Q1", "Q2"], [Series("A", [(-500_000, ""), (2_500_000, "")])])
    assert chart is not None
    assert [tick.text for tick in chart.values] == ["-1M", "0", "1M", "2M", "3M"]


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=12))
def test_every_point_lies_within_the_chart(values: list[float]) -> None:
    chart = line_chart(
        [str(number) for number in range(len(values))], [Series("A", [(value, "") for value in values])]
    )
    assert chart is not None
    assert 2 <= len(chart.values) <= 8
    for point in chart.lines[0].points:
        assert 0 <= point.x <= 100
        assert -0.5 <= point.y <= HEIGHT + 0.5
