"""The report as the lines of a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tiering.domain.figures import FIGURES
from tiering.domain.report import Report, before
from tiering.domain.written_number import plain


def report_lines(report: Report, previous: Report | None) -> Iterator[Sequence[str]]:
    """Write a line for each number, after one of headings; an unknown number is an empty cell."""
    yield "quarter", "tier", "name", "figure", "unit", "now", "before"
    for column in report.columns:
        for one in FIGURES:
            numbers = (column.values.get(one.id), before(report, previous, column, one))
            written = ["" if value is None else plain(value) for value in numbers]
            yield str(report.quarter), str(column.tier or "all"), column.name, one.id, one.unit, *written
