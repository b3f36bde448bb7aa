from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tests.conftest import OLGA, account, an_import
from tiering.domain.metric_row import MetricRow
from tiering.files import Problem
from tiering.storage.metrics import Measurement
from tiering.usecases.import_metrics import NumberedMetric, Summary, import_metrics
from tiering.usecases.record import Store

DAY = date(2026, 9, 30)


def row(named: str = "A-1", value: int = 42, as_of: date = DAY, source: str | None = None) -> MetricRow:
    return MetricRow(named, "nps", Decimal(value), as_of, source)


def landed(store: Store, rows: Sequence[MetricRow]) -> tuple[Summary, list[str]]:
    problems: list[Problem] = []
    numbered = [NumberedMetric(line, one) for line, one in enumerate(rows, 2)]
    summary = import_metrics(store, numbered, "nps.csv", OLGA, problems.append)
    return summary, [str(problem) for problem in problems]


def peopled(store: Store) -> Store:
    with store.begin() as work:
        accounts = [
            account("A-1", "Acme", domain="acme.example"),
            account("A-2", "Twin"),
            account("A-3", "Twin"),
        ]
        work.accounts.save(accounts, an_import(work))
    return store


def kept(store: Store) -> set[Measurement]:
    with store.begin() as work:
        return work.metrics.known(["A-1", "A-2", "A-3"], [DAY, date(2026, 10, 1)])


def test_rows_land_under_the_account_they_name_by_id_domain_or_name(store: Store) -> None:
    rows = [row("A-1", 1), row("acme.example", 2), row("Acme", 3, source="survey")]
    assert landed(peopled(store), rows) == (Summary(added=3), [])
    assert {(one.account_id, one.value, one.source) for one in kept(store)} == {
        ("A-1", Decimal(1), "nps.csv"),
        ("A-1", Decimal(2), "nps.csv"),
        ("A-1", Decimal(3), "survey"),
    }


def test_good_rows_land_and_the_others_are_told_with_their_lines(store: Store) -> None:
    summary, problems = landed(peopled(store), [row("Nobody"), row("A-1"), row("Twin")])
    assert summary == Summary(added=1, rejected=2)
    assert problems == [
        "nps.csv:2: column `account`, value 'Nobody': expected the id, domain or exact name of an account",
        "nps.csv:4: column `account`, value 'Twin': expected an id, since 2 accounts fit",
    ]


def test_the_same_row_again_changes_nothing_within_a_file_and_between_two(store: Store) -> None:
    assert landed(peopled(store), [row(), row(), row(value=7)])[0] == Summary(added=2, unchanged=1)
    before = kept(store)
    assert landed(store, [row(), row(value=7)])[0] == Summary(unchanged=2)
    assert kept(store) == before


def test_a_correction_is_appended_and_the_old_value_stays_in_the_record(store: Store) -> None:
    landed(peopled(store), [row(value=42)])
    landed(store, [row(value=40)])
    assert {one.value for one in kept(store)} == {Decimal(42), Decimal(40)}


def test_an_import_is_one_line_of_the_audit(store: Store) -> None:
    landed(peopled(store), [row(), row("Nobody")])
    with store.begin() as work:
        [entry] = [one for one in work.audit.entries() if one.action == "import metrics"]
    assert (entry.who, entry.subject) == (OLGA, "nps.csv")
    assert entry.details == {"added": 1, "unchanged": 0, "rejected": 1}


def test_more_rows_than_a_batch_land_as_they_stream(store: Store) -> None:
    rows = [row("A-1", number % 100, date(2026, 1 + number % 9, 1)) for number in range(1800)]
    distinct = len(set(rows))
    assert landed(peopled(store), rows)[0] == Summary(added=distinct, unchanged=1800 - distinct)
