"""Taking events once each, importing them, and what follows from when they happened."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import, noon
from tiering.content import Content
from tiering.domain.account import Contact, Status
from tiering.domain.decision import Decision
from tiering.domain.event import Event
from tiering.domain.time_to_value import Way, counted_since
from tiering.files import Problem
from tiering.usecases.daily import daily
from tiering.usecases.events import (
    NumberedEvent,
    Outcome,
    Summary,
    Taken,
    add_events,
    import_events,
    ways_of_customers,
)
from tiering.usecases.reach import Moments, reach
from tiering.usecases.record import RecordUnavailable, Store, open_store

UTC_ZONE = ZoneInfo("UTC")


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def event(id_: str, who: str = "C-1", name: str = "invoice.sent", day: int = 10) -> Event:
    return Event(id_, who, name, at(day))


def outcomes(taken: list[Taken]) -> list[str]:
    return [one.outcome.value for one in taken]


def count(store: Store) -> int:
    with store.reading() as work:
        return len(work.events.among([f"e-{number}" for number in range(2000)]))


@pytest.fixture
def harbour(ruled: Store) -> Store:
    """Tess and Theo at Tidewater, of tier 1, live since 1 November; Dina at Dinghy Hire, of tier 3, live on
    no known day; Chuck, whose account left."""
    with ruled.begin() as work:
        saw = an_import(work)
        for key, tier, live, status, people in (
            ("A-1", 1, date(2026, 11, 1), Status.CUSTOMER, ("tess", "theo")),
            ("A-3", 3, None, Status.CUSTOMER, ("dina",)),
            ("A-6", 1, date(2026, 11, 1), Status.CHURNED, ("chuck",)),
        ):
            work.accounts.save([account(key, key, went_live_on=live, status=status)], saw)
            work.decisions.save([Decision(key, tier, False, (), 1, TODAY)])
            work.contacts.save(
                [
                    Contact(
                        id=f"C-{name}", account_id=key, emails=(f"{name}@x.example", f"{name}@old.example")
                    )
                    for name in people
                ]
            )
    return ruled


def test_the_same_event_is_taken_once_and_another_one_under_its_id_is_rejected(store: Store) -> None:
    assert outcomes(add_events(store, [event("e-1"), event("e-2")], "events")) == ["added", "added"]
    again = add_events(store, [event("e-2"), event("e-1", day=11), event("e-3"), ["it is wrong"]], "events")
    assert outcomes(again) == ["known", "rejected", "added", "rejected"]
    assert again[3] == Taken(Outcome.REJECTED, "it is wrong")
    with store.reading() as work:
        assert work.events.among(["e-1"]) == {"e-1": event("e-1")}


def test_batches_told_at_the_same_time_in_any_order_are_taken_once(database_url: str) -> None:
    together = Barrier(4)

    def tell(turned: bool) -> list[str]:
        store = open_store(database_url, noon)
        events = [event(f"e-{number}") for number in range(300)]
        together.wait()
        taken = add_events(store, events[::-1] if turned else events, "events")
        store.close()
        return outcomes(taken)

    with ThreadPoolExecutor(4) as threads:
        found = [one for batch in threads.map(tell, [False, True, False, True]) for one in batch]
    assert (found.count("added"), found.count("known")) == (300, 900)


def test_a_batch_that_dies_half_way_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise RecordUnavailable("The record is away.")

    with monkeypatch.context() as patch:
        patch.setattr("tiering.storage.audit.Audit.add", die)
        with pytest.raises(RecordUnavailable):
            add_events(store, [event("e-1")], "events")
    assert count(store) == 0
    assert outcomes(add_events(store, [event("e-1")], "events")) == ["added"]


def test_an_import_tells_each_wrong_row_and_streams(sqlite_store: Store) -> None:
    def rows() -> Iterator[NumberedEvent]:
        for number in range(2, 20_002):
            yield NumberedEvent(number, event(f"e-{number}"))
        yield NumberedEvent(20_002, event("e-3", day=11))
        yield NumberedEvent(20_003, [Problem("e.csv", 20_003, "it is wrong")])

    told: list[Problem] = []
    tracemalloc.start()
    summary = import_events(sqlite_store, rows(), ("e.csv", OLGA), told.append)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert summary == Summary(added=20_000, known=0, rejected=2)
    assert [str(one) for one in told] == [
        "e.csv:20002: `id` is 'e-3'; another event has it, and none is changed later",
        "e.csv:20003: it is wrong",
    ]
    assert peak < 4_000_000, "rows are not gathered"


def test_a_rehearsal_keeps_nothing(store: Store) -> None:
    summary = import_events(
        store, [NumberedEvent(2, event("e-1"))], ("e.csv", OLGA), lambda _: None, rehearse=True
    )
    assert summary == Summary(added=1)
    assert count(store) == 0


def test_a_contact_is_known_by_id_and_each_address_also_when_imported_later(
    harbour: Store, content: Content
) -> None:
    add_events(
        harbour,
        [
            event("e-1", "C-tess", day=12),
            event("e-2", "tess@old.example", day=9),
            event("e-3", "tess@x.example", day=15),
            event("e-4", "C-tess", "report.run", 1),
            event("e-5", "nora@new.example", day=3),
        ],
        "events",
    )
    with harbour.begin() as work:
        work.contacts.save([Contact(id="C-nora", account_id="A-1", emails=("nora@new.example",))])
    found = {
        one.contact.id: one.events
        for page in reach(harbour, content.prose, ["invoice.sent"])
        for one in page
        if one.events
    }
    assert found == {
        "C-tess": {"invoice.sent": Moments(at(9), at(15))},
        "C-nora": {"invoice.sent": Moments(at(3), at(3))},
    }


def test_events_of_whom_nobody_knows_are_forgotten_after_90_days_and_of_contacts_never(
    harbour: Store, database_url: str
) -> None:
    told = [event("e-1", "nobody@x.example"), event("e-2", "C-tess"), event("e-3", "dina@old.example")]
    add_events(harbour, told, "events")
    for days, kept in ((90, 3), (91, 2), (400, 2)):
        later = open_store(database_url, lambda days=days: NOON + timedelta(days=days))
        daily(later, "clock", TODAY + timedelta(days=days))
        later.close()
        assert count(harbour) == kept


def test_a_customers_way_leads_from_its_start_to_the_first_value_of_its_people(harbour: Store) -> None:
    add_events(
        harbour,
        [
            event("e-1", "C-tess", day=11),
            event("e-2", "C-tess", day=20),
            event("e-3", "C-theo", "signed_up", 8),
            event("e-4", "theo@x.example", day=12),
            event("e-5", "C-dina", day=12),
            event("e-6", "C-chuck", day=2),
        ],
        "events",
    )
    assert dict(ways_of_customers(harbour, "invoice.sent", UTC_ZONE)) == {
        1: Way(date(2026, 11, 1), date(2026, 11, 11)),
        3: Way(None, date(2026, 11, 12)),
    }


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (date(2026, 11, 22), date(2025, 12, 1)),
        (date(2026, 12, 31), date(2026, 1, 1)),
        (date(2027, 1, 1), date(2026, 2, 1)),
    ],
)
def test_twelve_calendar_months_count(day: date, since: date) -> None:
    assert counted_since(day) == since


def test_value_before_the_start_took_no_day() -> None:
    start = date(2026, 11, 10)
    assert Way(start, date(2026, 11, 1)).days == 0
    assert Way(start, date(2026, 11, 13)).days == 3
    assert Way(None, date(2026, 11, 13)).days is None
