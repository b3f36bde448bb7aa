"""Tickets of the support desk, read from CSV files as these come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb.tickets import Tickets, tickets_in

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)


def read(folder: Path, text: str | bytes) -> tuple[tuple[Tickets, ...], list[str]]:
    path = folder / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    counted, problems = tickets_in(path, "t.csv", TUESDAY)
    return counted, [str(problem) for problem in problems]


def test_tickets_are_counted_by_day_and_tier(tmp_path: Path) -> None:
    text = "day,tier,tickets\n2026-11-17,1,4\n2026-11-16,,2\n2026-11-17,1,1\n"
    assert read(tmp_path, text) == ((Tickets(MONDAY, 0, 2), Tickets(TUESDAY, 1, 5)), [])


def test_an_export_with_a_row_a_ticket_is_counted_row_by_row(tmp_path: Path) -> None:
    text = "Id;Created at;Tier\n1;2026-11-16T08:30:00Z;2\n2;2026-11-16T09:00:00Z;2\n"
    assert read(tmp_path, text) == ((Tickets(MONDAY, 2, 2),), [])


def test_where_it_is_tomorrow_already_tickets_are_of_tomorrow(tmp_path: Path) -> None:
    assert read(tmp_path, "day\n2026-11-18T00:10:00Z\n") == ((Tickets(date(2026, 11, 18), 0, 1),), [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tier,tickets\n1,2\n", "t.csv:1: there is no column `day`; expected day, tier, tickets"),
        ("day\n16.11.2026\n", "t.csv:2: `day` is '16.11.2026'; expected a date such as 2026-11-22"),
        ("day,tier\n2026-11-16,gold\n", "t.csv:2: `tier` is 'gold'; expected a number such as 1"),
        ("day,tickets\n2026-11-16,-2\n", "t.csv:2: `tickets` is '-2'; expected a whole number"),
        ("day,tickets\n2026-11-16,1e9\n", "t.csv:2: `tickets` is '1e9'; expected a whole number"),
        ("day,tickets\n2026-11-16,9999999\n", "t.csv:2: `tickets` is '9999999'; expected a whole number"),
        ("day\n2026-11-19\n", "t.csv:2: `day` is '2026-11-19'; expected none that is still to come"),
        ("day,tickets\n", "t.csv:1: the file has no rows"),
        ("", "t.csv:1: the file is empty"),
        (b"PK\x03\x04", "t.csv:1: this is an Excel or ZIP file"),
    ],
)
def test_what_cannot_be_counted_is_named_with_its_line(
    tmp_path: Path, text: str | bytes, problem: str
) -> None:
    problems = read(tmp_path, text)[1]
    assert len(problems) == 1
    assert problems[0].startswith(problem)
