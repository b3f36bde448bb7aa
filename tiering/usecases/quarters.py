"""Closing a quarter: its numbers are kept once and never change, whatever is imported later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tiering.domain.company import UNTOLD, Company
from tiering.domain.quarter import Quarter
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.report import drawn_up, tallies_of


def close_quarter(store: Store, who: str, today: date, company: Company = UNTOLD) -> Quarter | None:
    """Close the quarter that has ended last; None where it is closed already, or nothing was known then."""
    with store.begin() as work:
        closed = close_ended(work, today, company)
        work.audit.add(work.at, who, "close quarter", str(closed) if closed else None, {})
    return closed


def close_ended(work: UnitOfWork, today: date, company: Company) -> Quarter | None:
    """Close the quarter before today's, once, within a unit of work; returns it where that was done.

    A quarter before the first decision is left alone: nothing was known then.
    """
    ended = Quarter.of(today).previous
    since = work.quarters.known_since()
    if work.quarters.closed(ended) or since is None or since > ended.last:
        return None
    report = replace(drawn_up(work, ended, today, company), closed_at=work.at)
    tallies = tallies_of(work, ended, ended.last, company)
    return ended if work.quarters.close(report, tallies, work.at) else None
