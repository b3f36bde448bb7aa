"""A year in the life of the sample: Wrenfield's customers from January to November 2026, number by number.

Each expected number follows from `content/sample/accounts.csv` and the shipped policy, by hand: Olga
operates, Helen leads customer success, Dana is a customer success manager, Jordan works at a customer's.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import OLGA
from tiering.content import Content
from tiering.csvfile import open_csv
from tiering.domain.account_row import AccountRow, parse_account
from tiering.domain.answer import TierAnswer
from tiering.domain.exception import Request
from tiering.domain.money import Money
from tiering.domain.policy import Band
from tiering.domain.purchase import Order as PurchaseOrder
from tiering.domain.quarter import Quarter
from tiering.domain.refusal import Refusal
from tiering.files import SHIPPED_CONTENT, Problem
from tiering.mapping import account_layout
from tiering.usecases import exceptions, purchases
from tiering.usecases import merge as merging
from tiering.usecases.ask import Inquiry, about
from tiering.usecases.browsing import listed
from tiering.usecases.daily import Day, daily
from tiering.usecases.deciding import Mover
from tiering.usecases.effort import Work, log, reverse
from tiering.usecases.import_accounts import Listener, NumberedRow, Order, Summary, import_accounts
from tiering.usecases.kits import acknowledge, kits, release
from tiering.usecases.policy import Terms, publish, publish_first, rollback
from tiering.usecases.record import Store
from tiering.usecases.rehearsal import simulate
from tiering.usecases.report import report

SAMPLE = SHIPPED_CONTENT / "sample" / "accounts.csv"
HELEN, DANA, JORDAN = "cli:helen", "cli:dana", "Jordan Blake"
LARKSPUR = {
    "id": "A-1061",
    "name": "Larkspur Lighting",
    "status": "customer",
    "arr": "20000",
    "currency": "USD",
}
SUMMER = {
    "A-1004": {"arr": "90000"},  # Blue Heron shrinks from 212,000: out of tier 1
    "A-1030": {"arr": "9600"},  # Clearview, narrow use, is in tier 3 as before
    "A-1047": {"arr": "10400"},  # Ember, an advocate, grows from 9,999: up to tier 1
}
"""What the export of July says otherwise than that of January."""


class Year:
    """One record, and what people do with it on which day."""

    def __init__(self, store: Store, content: Content) -> None:
        self.store, self.content = store, content

    def asks(self, day: date, who: str = OLGA) -> Inquiry:
        return Inquiry(who, day, self.content.prose)

    def imports(self, file: Path, day: date, *, full: bool = False) -> Summary:
        with open_csv(file) as opened:
            layout, problems = account_layout(opened, None, "USD")
            assert layout is not None
            assert problems == []
            rows = []
            for record in opened:
                assert not isinstance(record, Problem)
                row = parse_account(record.cells, layout)
                assert isinstance(row, AccountRow)
                rows.append(NumberedRow(record.line, row))
        order = Order(file.name, OLGA, day, full=full)
        return import_accounts(self.store, rows, order, Listener(confirm=lambda _: True))

    def passes(self, *days: date) -> list[Day]:
        return [daily(self.store, "clock", day) for day in days]

    def tier(self, account_id: str) -> int:
        answer = about(self.store, account_id, self.asks(date(2026, 11, 22)))
        assert isinstance(answer, TierAnswer)
        return answer.card.decision.tier

    def tiers(self) -> dict[tuple[int, str], int]:
        return dict(Counter((one.tier, one.status) for one in listed(self.store, OLGA)))


@pytest.fixture
def year(store: Store, content: Content) -> Year:
    """A new record in which the shipped policy is in force since the new year."""
    publish_first(store, content, OLGA, date(2026, 1, 5))
    return Year(store, content)


def summer_export(folder: Path) -> Path:
    """Write July's export: three changed, Cedar Street Locksmiths (A-1045) gone, Larkspur new."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows: list[Mapping[str, str]] = [row | SUMMER.get(row["id"], {}) for row in reader]
        columns = list(reader.fieldnames or ())
    path = folder / "july.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows([*(row for row in rows if row["id"] != "A-1045"), LARKSPUR])
    return path


def higher_bar(content: Content) -> Content:
    """The shipped policy, but tier 1 begins at 150,000."""
    assert content.rules is not None
    bands = (Band(tier=1, at_least=Decimal(150_000)), *content.rules.base.bands[1:])
    base = content.rules.base.model_copy(update={"bands": bands})
    rules = content.rules.model_copy(update={"base": base, "name": "A higher bar"})
    return replace(content, rules=rules)


def moves(movers: Iterable[Mover]) -> set[tuple[str, int, int]]:
    return {(mover.id, mover.before, mover.after) for mover in movers}


def test_a_year_in_the_life_of_the_sample(year: Year, tmp_path: Path) -> None:
    in_january_sixty_accounts_are_sorted(year)
    in_february_effort_is_logged_and_a_slip_taken_back(year)
    in_march_an_exception_is_granted_and_in_july_it_is_over(year)
    in_july_the_export_has_changed(year, tmp_path)
    in_august_a_higher_bar_is_rehearsed_and_published_for_september(year)
    in_september_it_counts_and_the_customers_have_been_told(year)
    in_september_two_hotels_are_one_and_then_two_again(year)
    in_october_an_add_on_is_bought_and_the_bar_is_lowered_again(year)
    in_november_the_quarters_tell_what_happened(year)


def in_january_sixty_accounts_are_sorted(year: Year) -> None:
    summary = year.imports(SAMPLE, date(2026, 1, 5))
    assert (summary.created, summary.rejected, summary.warnings) == (60, 0, 0)
    assert year.tiers() == {
        (1, "customer"): 13,
        (2, "customer"): 18,
        (3, "customer"): 20,
        (2, "prospect"): 2,
        (3, "prospect"): 4,
        (2, "churned"): 1,
        (3, "churned"): 2,
    }


def in_february_effort_is_logged_and_a_slip_taken_back(year: Year) -> None:
    day = date(2026, 2, 10)
    review = log(year.store, "Acme", Work(service="QBR", hours=Decimal(3), day=day), year.asks(day, DANA))
    assert review.left == "Included in tier 1 (Strategic), 4 per year; 3 of 4 left this year."
    later = date(2026, 2, 11)
    slip = log(year.store, "Acme", Work(service="QBR", hours=Decimal(30), day=later), year.asks(later, DANA))
    assert "2 of 4 left" in slip.left
    assert reverse(year.store, slip.entry.id, year.asks(later, DANA)).hours == -30
    kindness = Work(service="health check", hours=Decimal(4), day=later)
    given = log(year.store, "Peak Window Cleaning", kindness, year.asks(later, DANA))
    assert given.left == "Not included in tier 3 (Digital)."


def in_march_an_exception_is_granted_and_in_july_it_is_over(year: Year) -> None:
    day = date(2026, 3, 2)
    request = Request(
        tier=1, until=date(2026, 6, 30), reason="Launches in three countries.", approver="Helen", by=DANA
    )
    granted = exceptions.grant(year.store, "Initech", request, year.asks(day, DANA))
    assert granted.moved == Mover("A-1009", "Initech", 2, 1)
    rates = exceptions.exception_rates(year.store, year.asks(day))
    assert [(one.tier, one.customers, one.excepted) for one in rates] == [(1, 14, 1), (2, 17, 0), (3, 20, 0)]
    spring, nudged, last, over = year.passes(
        date(2026, 4, 1), date(2026, 6, 17), date(2026, 6, 30), date(2026, 7, 1)
    )
    assert (spring.closed, moves(spring.movers)) == (Quarter(2026, 1), set())
    assert [one.name for one in nudged.ending] == ["Initech"]
    assert moves(last.movers) == set()  # until is inclusive
    assert (over.closed, moves(over.movers)) == (Quarter(2026, 2), {("A-1009", 1, 2)})


def in_july_the_export_has_changed(year: Year, folder: Path) -> None:
    summary = year.imports(summer_export(folder), date(2026, 7, 15), full=True)
    assert (summary.created, summary.changed, summary.unchanged, summary.churned) == (1, 3, 56, 1)
    assert moves(summary.movers) == {("A-1004", 1, 2), ("A-1047", 2, 1)}
    assert year.tier("A-1061") == 2


def in_august_a_higher_bar_is_rehearsed_and_published_for_september(year: Year) -> None:
    day, draft = date(2026, 8, 3), higher_bar(year.content)
    rehearsal = simulate(year.store, draft, HELEN, day).rehearsal
    assert (rehearsal.accounts, rehearsal.movement[1, 2], rehearsal.movement[2, 3]) == (61, 1, 1)
    assert [one.name for one in rehearsal.movers] == ["Müller & Söhne GmbH", "Tri-County HVAC, Inc."]
    assert rehearsal.revenue == {(1, 2): Money.of(118_800, "USD"), (2, 3): Money.of(118_500, "USD")}
    # Five names stand as CSM, and one of them has 1,600 hours a year.
    assert (rehearsal.workload.available, rehearsal.workload.csms) == (Decimal(8000), 5)
    assert year.tiers()[1, "customer"] == 13, "a rehearsal changes nothing"
    with pytest.raises(Refusal, match="has passed"):
        publish(year.store, draft, HELEN, day, Terms(effective_on=date(2026, 8, 2)))
    published = publish(year.store, draft, HELEN, day, Terms(effective_on=date(2026, 9, 1)))
    assert (published.version, published.waits, published.kits) == (2, True, 2)
    assert year.tier("A-1006") == 1, "it waits for its day"


def in_september_it_counts_and_the_customers_have_been_told(year: Year) -> None:
    made = {kit.account_id: kit for kit in kits(year.store, HELEN, 2)}
    assert made.keys() == {"A-1006", "A-1007"}
    assert "Signature" in made["A-1006"].text
    assert "Plus" in made["A-1006"].text
    with pytest.raises(Refusal, match="has not been released"):
        acknowledge(year.store, made["A-1006"].id, JORDAN)
    assert release(year.store, 2, HELEN) == 2
    assert acknowledge(year.store, made["A-1006"].id, JORDAN).acknowledged_by == JORDAN
    (first,) = year.passes(date(2026, 9, 1))
    assert first.begun is not None
    assert (first.begun.version, moves(first.movers)) == (2, {("A-1006", 1, 2), ("A-1007", 2, 3)})


def in_september_two_hotels_are_one_and_then_two_again(year: Year) -> None:
    merged = merging.merge(year.store, "A-1036", "A-1035", OLGA, date(2026, 9, 10))
    assert (merged.from_name, merged.into_name) == ("Mill House Hotel", "Quay House Hotel")
    answer = about(year.store, "A-1036", year.asks(date(2026, 9, 10)))
    assert isinstance(answer, TierAnswer)
    assert answer.card.account.id == "A-1035"
    assert len(listed(year.store, OLGA)) == 60
    merging.undo(year.store, merged.id, OLGA, date(2026, 9, 11))
    assert len(listed(year.store, OLGA)) == 61


def in_october_an_add_on_is_bought_and_the_bar_is_lowered_again(year: Year) -> None:
    (autumn,) = year.passes(date(2026, 10, 1))
    assert autumn.closed == Quarter(2026, 3)
    day = date(2026, 10, 5)
    order = PurchaseOrder(
        service="health check", times=1, until=date(2026, 12, 31), price=Money.of(1200, "USD"), by=DANA
    )
    purchases.buy(year.store, "Peak Window Cleaning", order, year.asks(day, DANA))
    lowered = rollback(year.store, HELEN, date(2026, 10, 12))
    assert (lowered.version, lowered.restores) == (3, 1)
    assert moves(lowered.movers) == {("A-1006", 2, 1), ("A-1007", 3, 2)}


def in_november_the_quarters_tell_what_happened(year: Year) -> None:
    today = date(2026, 11, 22)
    spring = numbers(year, Quarter(2026, 1), today)
    assert spring[1]["customers"] == 14, "Initech is one of them, by exception"
    assert spring[1]["cost"] == 240, "three hours of customer success at 80"
    assert spring[1]["delivered_hours"] == 3
    assert spring[1]["owed_hours"] == 616, "a quarter of the catalogue's 176 hours a year for each of the 14"
    assert (spring[3]["cost"], spring[3]["right_service"]) == (320, 0)
    assert spring[1]["exception_rate"] == Decimal("7.1")
    summer = numbers(year, Quarter(2026, 3), today)
    assert [summer[tier]["customers"] for tier in (1, 2, 3)] == [12, 19, 20]
    # Under the tier held when the quarter began: Blue Heron lost 122,000 of tier 1's 1,773,046, Cedar was one
    # of the 20 in tier 3, and Ember's 401 more are growth in tier 2.
    assert [summer[tier]["grr"] for tier in (1, 2)] == [Decimal("93.1"), Decimal("100.0")]
    assert [summer[tier]["nrr"] for tier in (1, 2)] == [Decimal("93.1"), Decimal("100.1")]
    assert summer[3]["logo_churn"] == 5
    autumn = numbers(year, Quarter(2026, 4), today)
    assert [autumn[tier]["customers"] for tier in (1, 2, 3)] == [13, 19, 19]
    assert [autumn[tier]["arr"] for tier in (1, 2, 3)] == [1_507_446, 707_384, 131_543]
    assert (autumn[3]["add_ons"], autumn[3]["add_ons_value"]) == (1, 1200)
    log(
        year.store,
        "Acme",
        Work(service="QBR", hours=Decimal(5), day=date(2026, 9, 30)),
        year.asks(today, DANA),
    )
    assert numbers(year, Quarter(2026, 3), today) == summer, "a closed quarter never changes"


def numbers(year: Year, quarter: Quarter, today: date) -> dict[int | None, Mapping[str, object]]:
    return {column.tier: column.values for column in report(year.store, HELEN, today, quarter).report.columns}
