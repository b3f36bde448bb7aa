"""What the clock does about searches, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from kb.storage import Gaps, Handled, Visits
from kb.upkeep import tend_searches
from kb.visit import Searched, Visit
from tests.conftest import NOON
from tiering.usecases.news import SEARCH_FAILED
from tiering.usecases.record import Store

MONDAY = date(2026, 11, 23)


def searched(number: int, query: str, *, day: date = MONDAY, results: int = 0) -> Searched:
    visit = Visit(key=f"{day}-{number}", day=day)
    at = datetime.combine(day, NOON.timetz())
    return Searched(visit=visit, at=at, query=query, results=results, nearest=False)


def told(store: Store) -> list[dict[str, object]]:
    with store.begin() as work:
        return [dict(message) for message in work.outbox.messages(SEARCH_FAILED, NOON - timedelta(days=1))]


def test_on_mondays_the_week_s_searches_in_vain_are_told_of_the_most_frequent_first(store: Store) -> None:
    old = MONDAY - timedelta(days=8)
    events = [
        searched(number, query)
        for query, times in (("deck", 2), ("zapier", 3), ("once", 1))
        for number in range(times)
    ]
    events += [searched(number, "found", results=4) for number in range(5)]
    events += [searched(number, "long ago", day=old) for number in range(5)]
    events += [searched(number, "known") for number in range(4)]
    Visits(store).record(events)
    Gaps(store).handle(Handled(key="known", how="dismissed", at=NOON, who="Vera"), "staff:vera")
    assert tend_searches(store, "clock", MONDAY - timedelta(days=1)) == 0
    assert tend_searches(store, "clock", MONDAY) == 2
    assert told(store) == [
        {"query": "zapier", "times": 3, "since": date(2026, 11, 16)},
        {"query": "deck", "times": 2, "since": date(2026, 11, 16)},
    ]


def test_single_visits_are_kept_for_ninety_days(store: Store) -> None:
    first = searched(1, "deck", day=MONDAY - timedelta(days=91))
    last = replace(first, visit=Visit(key="v", day=MONDAY - timedelta(days=90)))
    Visits(store).record([first, last])
    tend_searches(store, "clock", MONDAY)
    assert Visits(store).forget(MONDAY) == 1
