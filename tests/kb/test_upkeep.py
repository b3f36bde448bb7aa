"""What the clock does about searches, day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from structlog.testing import capture_logs

from kb.storage import Gaps, Handled, Lacking, Visits
from kb.upkeep import forget, tend_searches
from kb.visit import Searched, Visit
from tests.conftest import NOON, TODAY
from tests.kb.shelf import Shelf
from tiering.files import SHIPPED_CONTENT
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


def test_single_visits_are_kept_for_ninety_days_and_their_sums_stay(store: Store) -> None:
    first = searched(1, "deck", day=TODAY - timedelta(days=91))
    last = replace(first, visit=Visit(key="v", day=TODAY - timedelta(days=90)))
    Visits(store).record([first, last])
    assert forget(store, SHIPPED_CONTENT, "clock") == 2  # a visit and its search
    assert forget(store, SHIPPED_CONTENT, "clock") == 0
    gap = Gaps(store).page(Lacking(since=date(2026, 8, 1)), 10)[0][0]
    assert gap.searches == 2


def test_nothing_is_forgotten_where_the_days_cannot_be_read(store: Store, shelf: Shelf) -> None:
    Visits(store).record([searched(1, "deck", day=TODAY - timedelta(days=91))])
    (shelf.folder / "site.yaml").write_text("retention: {visits: never}\n")
    with capture_logs() as said:
        assert forget(store, shelf.folder, "clock") == 0
    assert said[0]["why"] == ("site.yaml:1: `retention.visits` is 'never'; expected a whole number")
