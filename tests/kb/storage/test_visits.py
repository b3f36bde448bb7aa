"""What visitors searched and read, and its sums, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb.deflection import Deflection
from kb.storage import EVERYBODY, Gap, Gaps, Handled, Lack, Lacking, Month, Readership, Reads, Visits
from kb.tickets import Tickets
from kb.visit import Read, Searched, Visit, Voted, Wrote
from tests.conftest import NOON, OLGA, TODAY
from tests.kb.storage.test_door import at_once
from tiering.usecases.record import RecordUnavailable, Store, open_store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOVEMBER = date(2026, 11, 1)
STRANGER = Visit(key="v1", day=TODAY)
TESS = Visit(key="v2", day=TODAY, kind="contact", tier=1, segment="rollout", account="A-1")
ALL = Lacking(since=NOVEMBER)


def searched(visit: Visit, query: str, results: int = 0, nearest: bool = False) -> Searched:
    return Searched(visit=visit, at=NOON, query=query, results=results, nearest=nearest)


def read(visit: Visit, slug: str, query: str | None = None, suggested: bool = False) -> Read:
    return Read(visit=visit, at=NOON + MINUTE, slug=slug, revision="r1", query=query, suggested=suggested)


@pytest.fixture
def visits(store: Store) -> Visits:
    return Visits(store)


@pytest.fixture
def gaps(store: Store) -> Gaps:
    return Gaps(store)


@pytest.fixture
def readership(store: Store) -> Readership:
    return Readership(store)


def test_searches_for_the_same_are_one_gap_with_its_tiers(visits: Visits, gaps: Gaps) -> None:
    visits.record([searched(STRANGER, "sanding a deck"), searched(TESS, "deck sanded")])
    found, total = gaps.page(ALL, 10)
    assert total == 1
    assert found == (
        Gap(
            key="deck sand",
            query="sanding a deck",
            first_on=TODAY,
            searches=2,
            empty=2,
            nearest=0,
            opened=0,
            tiers={0: 1, 1: 1},
        ),
    )
    assert gaps.page(replace(ALL, tier=1), 10)[0][0].searches == 1
    assert gaps.page(replace(ALL, tier=2), 10) == ((), 0)


def test_a_search_that_is_paged_reloaded_or_sent_in_two_batches_counts_once(
    visits: Visits, gaps: Gaps
) -> None:
    visits.record([searched(STRANGER, "deck"), searched(STRANGER, "Decks")])
    visits.record([searched(STRANGER, "deck")])
    assert gaps.page(ALL, 10)[0][0].searches == 1
    assert gaps.by_tier(NOVEMBER)[EVERYBODY]["searches"] == 1
    assert gaps.by_tier(NOVEMBER)[EVERYBODY]["visits"] == 1


def test_what_is_only_near_lacks_an_answer_and_what_is_found_does_not(visits: Visits, gaps: Gaps) -> None:
    visits.record(
        [searched(STRANGER, "deck", 4, True), searched(STRANGER, "berth", 3), searched(TESS, "oar")]
    )
    assert [gap.key for gap in gaps.page(ALL, 10)[0]] == ["deck", "oar"]
    assert [gap.key for gap in gaps.page(replace(ALL, lack=Lack.NOTHING), 10)[0]] == ["oar"]
    assert [gap.key for gap in gaps.page(replace(ALL, lack=Lack.OPENED), 10)[0]] == ["berth", "deck"]


def test_an_article_opened_from_a_search_is_what_that_search_led_to(
    visits: Visits, gaps: Gaps, readership: Readership
) -> None:
    visits.record([searched(STRANGER, "berth", 3), searched(TESS, "berth", 3)])
    visits.record([read(STRANGER, "berths/book", "Berths"), read(STRANGER, "berths/leave", "berth")])
    visits.record([read(STRANGER, "berths/book", "berth")])
    gap = gaps.page(replace(ALL, lack=Lack.OPENED), 10)[0][0]
    assert (gap.searches, gap.opened, gap.tiers) == (2, 1, {1: 1})
    assert readership.of_articles(NOVEMBER) == {
        "berths/book": Reads(1, 1, 0),
        "berths/leave": Reads(1, 1, 0),
    }
    assert readership.of_articles(NOVEMBER, 1) == {}


def test_what_somebody_looked_for_and_did_not_open_is_found_by_the_keys_of_their_days(
    visits: Visits,
) -> None:
    yesterday = replace(TESS, key="v3", day=TODAY - timedelta(days=1))
    earlier = [
        replace(searched(yesterday, query), at=NOON - timedelta(days=1))
        for query in ("deck sanded", "a sail")
    ]
    visits.record([*earlier, searched(STRANGER, "rent a berth")])
    visits.record([searched(TESS, "bowline", 3), searched(TESS, "sanding a deck"), searched(TESS, "fuel", 2)])
    visits.record([read(TESS, "fuel-up", "fuel"), read(yesterday, "/courses/ropes/knots")])
    looked, opened = visits.lately(["v2", "v3", "v4"])
    assert [(one.query, one.on) for one in looked] == [
        ("bowline", TODAY),
        ("sanding a deck", TODAY),
        ("a sail", TODAY - timedelta(days=1)),
    ]
    assert opened == {"fuel-up", "/courses/ropes/knots"}
    assert visits.lately([]) == ((), frozenset())


def test_whoever_writes_within_a_day_was_not_spared_it(visits: Visits, readership: Readership) -> None:
    yesterday = replace(STRANGER, key="v0", day=TODAY - timedelta(days=1))
    early = replace(read(yesterday, "berths/leave"), at=NOON - 25 * HOUR)
    late = replace(read(yesterday, "berths/book"), at=NOON - 23 * HOUR)
    visits.record([early, late, read(TESS, "berths/book")])
    wrote = Wrote(visits=(STRANGER, yesterday), at=NOON)
    visits.record([wrote])
    visits.record([wrote])
    assert readership.of_articles(NOVEMBER) == {"berths/leave": Reads(1), "berths/book": Reads(2, 0, 1)}
    assert readership.months(NOVEMBER) == (
        Month(NOVEMBER, EVERYBODY, Deflection(2, 1, 0)),
        Month(NOVEMBER, 0, Deflection(1, 1, 0)),
        Month(NOVEMBER, 1, Deflection(1, 0, 0)),
    )


def test_writing_more_than_a_day_after_reading_has_nothing_to_do_with_it(
    visits: Visits, readership: Readership
) -> None:
    visits.record([read(STRANGER, "berths/book"), Wrote(visits=(STRANGER,), at=NOON + 25 * HOUR)])
    assert readership.months(NOVEMBER)[0] == Month(NOVEMBER, EVERYBODY, Deflection(1, 0, 0))


def test_a_yes_or_a_suggestion_followed_and_nothing_written_is_explicit(
    visits: Visits, readership: Readership
) -> None:
    voter, changed, writer, follower = (replace(STRANGER, key=f"w{number}") for number in range(4))
    visits.record([read(one, "berths/book") for one in (voter, changed, writer)])
    visits.record([read(follower, "berths/book", suggested=True)])
    visits.record([Voted(visit=one, at=NOON, helpful=True) for one in (voter, changed, writer)])
    visits.record([Voted(visit=changed, at=NOON, helpful=False)])
    visits.record([Wrote(visits=(writer,), at=NOON + HOUR)])
    assert readership.months(NOVEMBER)[0] == Month(NOVEMBER, EVERYBODY, Deflection(4, 1, 2))


def test_whoever_only_writes_or_votes_is_no_visit(visits: Visits, readership: Readership) -> None:
    visits.record([Wrote(visits=(STRANGER,), at=NOON), Voted(visit=TESS, at=NOON, helpful=True)])
    assert readership.months(NOVEMBER) == ()


def test_a_tier_that_changes_on_the_day_does_not_tear_a_visit_apart(
    visits: Visits, readership: Readership
) -> None:
    visits.record([read(TESS, "berths/book")])
    visits.record([Wrote(visits=(replace(TESS, tier=2),), at=NOON + HOUR)])
    visits.record([read(replace(TESS, tier=2), "berths/leave")])
    assert readership.months(NOVEMBER) == (
        Month(NOVEMBER, EVERYBODY, Deflection(1, 1, 0)),
        Month(NOVEMBER, 1, Deflection(1, 1, 0)),
    )


def test_many_processes_record_at_once_and_nothing_is_lost(visits: Visits, gaps: Gaps) -> None:
    counter = iter(range(1000))

    def record() -> None:
        mine = replace(STRANGER, key=f"p{next(counter)}")
        visits.record([searched(mine, "deck"), searched(STRANGER, "deck"), read(mine, "berths/book")])

    at_once(6, record)
    assert gaps.page(ALL, 10)[0][0].searches == 7
    assert Readership(gaps.store).of_articles(NOVEMBER) == {"berths/book": Reads(6)}


def test_a_search_without_a_word_is_a_visit_and_no_gap(visits: Visits, gaps: Gaps) -> None:
    visits.record([searched(STRANGER, "?!")])
    assert gaps.page(ALL, 10) == ((), 0)
    assert gaps.by_tier(NOVEMBER)[EVERYBODY]["visits"] == 1


def test_gaps_come_page_by_page_the_most_frequent_first(visits: Visits, gaps: Gaps) -> None:
    for number in range(3):
        visitor = replace(STRANGER, key=f"p{number}")
        visits.record([searched(visitor, word) for word in ("deck", "oar", "mast")[number:]])
    assert [gap.key for gap in gaps.page(ALL, 2)[0]] == ["mast", "oar"]
    found, total = gaps.page(ALL, 2, 2)
    assert ([gap.key for gap in found], total) == (["deck"], 3)


def test_only_the_months_that_are_asked_for_count(visits: Visits, gaps: Gaps) -> None:
    october = replace(STRANGER, key="o1", day=date(2026, 10, 31))
    visits.record([searched(october, "deck"), searched(STRANGER, "deck")])
    assert gaps.page(ALL, 10)[0][0].searches == 1
    both = gaps.page(replace(ALL, since=date(2026, 10, 1)), 10)[0][0]
    assert (both.searches, both.first_on) == (2, date(2026, 10, 31))


def test_what_is_dealt_with_stands_apart_until_it_is_opened_again(visits: Visits, gaps: Gaps) -> None:
    done = Handled(key="deck", how="dismissed", at=NOON, who="Vera")
    visits.record([searched(STRANGER, "deck")])
    gaps.handle(done, "staff:vera")
    assert gaps.page(ALL, 10) == ((), 0)
    assert gaps.page(replace(ALL, lack=Lack.HANDLED), 10)[0][0].handled == done
    gaps.reopen("deck", "staff:vera")
    assert gaps.page(ALL, 10)[1] == 1
    with gaps.store.begin() as work:
        told = [(entry.who, entry.action) for entry in work.audit.entries()][1:]
    assert told == [("staff:vera", "failed search: dismissed"), ("staff:vera", "failed search: reopened")]


def test_tickets_stand_beside_the_visits_and_are_replaced_day_by_day(readership: Readership) -> None:
    readership.count_tickets([Tickets(TODAY, 1, 5), Tickets(TODAY, 0, 2)], OLGA)
    readership.count_tickets([Tickets(TODAY, 1, 3), Tickets(TODAY - timedelta(days=2), 1, 1)], OLGA)
    assert readership.months(NOVEMBER) == (
        Month(NOVEMBER, EVERYBODY, Deflection(0, 0, 0, 6)),
        Month(NOVEMBER, 0, Deflection(0, 0, 0, 2)),
        Month(NOVEMBER, 1, Deflection(0, 0, 0, 4)),
    )


def test_without_a_record_it_is_said_in_one_sentence() -> None:
    away = open_store("postgresql://a:b@127.0.0.1:9/none", lambda: NOON)
    for ask in (
        lambda: Visits(away).record([searched(STRANGER, "deck")]),
        lambda: Gaps(away).page(ALL, 10),
        lambda: Readership(away).months(NOVEMBER),
    ):
        with pytest.raises(RecordUnavailable):
            ask()
