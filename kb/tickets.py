"""Tickets of the support desk, by day and tier, read from a CSV file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kb.visit import NO_PLAN
from tiering.csvfile import Row, open_csv
from tiering.files import Problem

_NAMES = {"day": ("day", "date", "created", "created_at"), "tier": ("tier",), "tickets": ("tickets", "count")}
_MOST = 1_000_000
_AHEAD = timedelta(days=1)
"""Exports count in UTC, where it may be tomorrow."""


@dataclass(frozen=True, slots=True)
class Tickets:
    """How many tickets customers of a tier opened on a day; tier 0 where it is not known."""

    day: date
    tier: int
    tickets: int


def tickets_in(path: Path, name: str, today: date) -> tuple[tuple[Tickets, ...], list[Problem]]:
    """Read a CSV file of tickets; `name` is what problems call it, and with one nothing is to be taken.

    A day that is still to come, seen from `today`, is a mistake.
    """
    with open_csv(path, name=name) as file:
        if file.problems:
            return (), file.problems
        return read_tickets(name, file.header, file, today)


def read_tickets(
    name: str, header: Iterable[str], rows: Iterable[Row | Problem], today: date
) -> tuple[tuple[Tickets, ...], list[Problem]]:
    """Read the columns `day`, `tier` and `tickets`; without the last every row is one ticket.

    Rows of one day and tier are added up.
    """
    places = {found: at for at, cell in enumerate(header) if (found := _column(cell))}
    if "day" not in places:
        return (), [Problem(name, 1, "there is no column `day`; expected day, tier, tickets")]
    sums: dict[tuple[date, int], int] = {}
    problems: list[Problem] = []
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        cells = {column: row.cells[at].strip() for column, at in places.items()}
        try:
            place = _day(cells["day"], today), _tier(cells.get("tier", ""))
            sums[place] = sums.get(place, 0) + _number(cells.get("tickets", "1"))
        except ValueError as error:
            problems.append(Problem(name, row.line, str(error)))
    if not sums and not problems:
        problems.append(Problem(name, 1, "the file has no rows"))
    return tuple(Tickets(*place, number) for place, number in sorted(sums.items())), problems


def _column(cell: str) -> str | None:
    written = cell.strip().lower().replace(" ", "_")
    return next((column for column, names in _NAMES.items() if written in names), None)


def _day(written: str, today: date) -> date:
    try:
        day = date.fromisoformat(written[:10])
    except ValueError:
        raise ValueError(f"`day` is {written[:40]!r}; expected a date such as 2026-11-22") from None
    if day > today + _AHEAD:
        raise ValueError(f"`day` is {written[:40]!r}; expected none that is still to come")
    return day


def _tier(written: str) -> int:
    if not written:
        return NO_PLAN
    if written.isascii() and written.isdigit() and len(written) < 3:
        return int(written)
    raise ValueError(
        f"`tier` is {written[:40]!r}; expected a number such as 1, or nothing where it is unknown"
    )


def _number(written: str) -> int:
    if written.isascii() and written.isdigit() and len(written) < 8 and int(written) <= _MOST:
        return int(written)
    raise ValueError(f"`tickets` is {written[:40]!r}; expected a whole number up to {_MOST:,}")
