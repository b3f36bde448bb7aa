from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.answer import TierAnswer
from tiering.domain.decision import Decision
from tiering.domain.measurement import Measurement
from tiering.domain.metric_row import MetricRow
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment
from tiering.files import Problem
from tiering.usecases.ask import Inquiry, about
from tiering.usecases.daily import daily
from tiering.usecases.import_accounts import Order
from tiering.usecases.import_metrics import NumberedMetric, Summary, import_metrics
from tiering.usecases.policy import publish
from tiering.usecases.record import Store

DAY = date(2026, 9, 30)
AUGUST = date(2026, 8, 1)
ORDER = Order("nps.csv", OLGA, TODAY)


def row(named: str = "A-1", value: int = 42, as_of: date = DAY, source: str | None = None) -> MetricRow:
    return MetricRow(named, "nps", Decimal(value), as_of, source)


def landed(ruled: Store, rows: Sequence[MetricRow], order: Order = ORDER) -> tuple[Summary, list[str]]:
    problems: list[Problem] = []
    numbered = [NumberedMetric(line, one) for line, one in enumerate(rows, 2)]
    summary = import_metrics(ruled, numbered, order, problems.append)
    return summary, [str(problem) for problem in problems]


def peopled(ruled: Store) -> Store:
    with ruled.begin() as work:
        accounts = [
            account("A-1", "Acme", domain="acme.example"),
            account("A-2", "Twin"),
            account("A-3", "Twin"),
        ]
        work.accounts.save(accounts, an_import(work))
    return ruled


def kept(ruled: Store) -> set[Measurement]:
    with ruled.begin() as work:
        return work.metrics.known(["A-1", "A-2", "A-3"], [DAY, date(2026, 10, 1)])


def test_rows_land_under_the_account_they_name_by_id_domain_or_name(ruled: Store) -> None:
    rows = [row("A-1", 1), row("acme.example", 2), row("Acme", 3, source="survey")]
    assert landed(peopled(ruled), rows) == (Summary(added=3), [])
    assert {(one.account_id, one.value, one.source) for one in kept(ruled)} == {
        ("A-1", Decimal(1), "nps.csv"),
        ("A-1", Decimal(2), "nps.csv"),
        ("A-1", Decimal(3), "survey"),
    }


def test_good_rows_land_and_the_others_are_told_with_their_lines(ruled: Store) -> None:
    summary, problems = landed(peopled(ruled), [row("Nobody"), row("A-1"), row("Twin")])
    assert summary == Summary(added=1, rejected=2)
    assert problems == [
        "nps.csv:2: column `account`, value 'Nobody': expected the id, domain or exact name of an account",
        "nps.csv:4: column `account`, value 'Twin': expected an id, since 2 accounts fit",
    ]


def test_the_same_row_again_changes_nothing_within_a_file_and_between_two(ruled: Store) -> None:
    assert landed(peopled(ruled), [row(), row(), row(value=7)])[0] == Summary(added=2, unchanged=1)
    before = kept(ruled)
    assert landed(ruled, [row(), row(value=7)])[0] == Summary(unchanged=2)
    assert kept(ruled) == before


def test_a_correction_is_appended_and_the_old_value_stays_in_the_record(ruled: Store) -> None:
    landed(peopled(ruled), [row(value=42)])
    landed(ruled, [row(value=40)])
    assert {one.value for one in kept(ruled)} == {Decimal(42), Decimal(40)}


def test_an_import_is_one_line_of_the_audit(ruled: Store) -> None:
    landed(peopled(ruled), [row(), row("Nobody")])
    with ruled.begin() as work:
        [entry] = [one for one in work.audit.entries() if one.action == "import metrics"]
    assert (entry.who, entry.subject) == (OLGA, "nps.csv")
    assert entry.details == {
        "added": 1,
        "unchanged": 0,
        "rejected": 1,
        "stopped": None,
        "moved": 0,
        "waiting": 0,
    }


def test_more_rows_than_a_batch_land_as_they_stream(ruled: Store) -> None:
    rows = [row("A-1", number % 100, date(2026, 1 + number % 9, 1)) for number in range(1800)]
    distinct = len(set(rows))
    assert landed(peopled(ruled), rows)[0] == Summary(added=distinct, unchanged=1800 - distinct)


# Measurements decide


@pytest.fixture
def praised(ruled: Store, content: Content) -> Store:
    """Twenty-one small customers under a policy that lifts whoever praises us, and lowers the unwell."""
    criteria = [
        Adjustment(
            id="praise",
            name="Praise",
            move="up",
            when={"nps": ">= 60"},
            because="Whoever praises us gets more.",
        ),
        Adjustment(
            id="unwell",
            name="Unwell",
            move="up",
            when={"attributes.health": "< 30"},
            because="Whoever is unwell gets help.",
        ),
    ]
    with ruled.begin() as work:
        accounts = [
            account(f"A-{number}", f"Customer {number}", arr=Money(500_000, "USD"), nps=10, as_of=AUGUST)
            for number in range(1, 22)
        ]
        work.accounts.save(accounts, an_import(work))
    assert content.rules is not None
    rules = content.rules.model_copy(update={"adjustments": tuple(criteria)})
    publish(ruled, replace(content, rules=rules), OLGA, TODAY)
    daily(ruled, OLGA, TODAY)
    return ruled


def decision(store: Store, account_id: str = "A-1") -> Decision:
    with store.begin() as work:
        return work.decisions.current([account_id])[account_id]


def test_a_measurement_moves_an_account_and_its_reason_names_source_and_day(praised: Store) -> None:
    assert decision(praised).tier == 3
    summary, _ = landed(praised, [row("A-1", 62, source="Survey of September")])
    assert [str(mover) for mover in summary.movers] == ["Customer 1 (A-1) moved from tier 3 to tier 2."]
    base, praise = decision(praised).reasons
    assert (base.as_of, base.source) == (AUGUST, None)
    assert (praise.source, praise.as_of) == ("Survey of September", DAY)
    assert praise.sentence == "Whoever praises us gets more. (NPS: 62.)"


def test_what_only_measurements_know_is_a_criterion_too(praised: Store) -> None:
    landed(praised, [MetricRow("A-2", "health", Decimal("12.5"), DAY, "Product")])
    assert decision(praised, "A-2").tier == 2
    landed(praised, [MetricRow("A-2", "health", Decimal(80), date(2026, 10, 1), "Product")])
    assert decision(praised, "A-2").tier == 3


def test_an_older_measurement_than_the_crm_moves_nobody(praised: Store) -> None:
    landed(praised, [row("A-1", 100, date(2026, 7, 31))])
    assert decision(praised).tier == 3


def test_a_value_is_as_old_as_its_own_day_and_too_old_it_counts_as_unknown(praised: Store) -> None:
    landed(praised, [row("A-1", 62)])
    daily(praised, OLGA, DAY + timedelta(days=180))
    assert decision(praised).tier == 2
    daily(praised, OLGA, DAY + timedelta(days=181))
    assert decision(praised).tier == 3
    assert (
        "NPS of 62 was confirmed on 2026-09-30, more than 180 days ago"
        in decision(praised).reasons[-1].sentence
    )


def test_measurements_that_would_move_more_than_a_twentieth_land_only_when_accepted(praised: Store) -> None:
    many = [row("A-1", 62), row("A-2", 90)]
    summary, _ = landed(praised, many)
    assert summary.stopped == (
        "Nothing was imported: 2 of 21 accounts would change their tier, more than 5%."
    )
    assert (decision(praised).tier, kept(praised)) == (3, set())
    landed(praised, many, replace(ORDER, accept_moves=True))
    assert decision(praised).tier == 2


def test_a_dry_run_of_measurements_changes_nothing(praised: Store) -> None:
    summary, _ = landed(praised, [row("A-1", 62)], replace(ORDER, dry_run=True))
    assert (len(summary.movers), kept(praised)) == (1, set())


def test_who_asks_hears_what_was_measured(praised: Store, inquiry: Inquiry) -> None:
    landed(praised, [row("A-1", 55)])
    answer = about(praised, "A-1", inquiry)
    assert isinstance(answer, TierAnswer)
    assert "Praise (NPS at least 60, now 55) would make it tier 2 (Growth)." in answer.card.up
