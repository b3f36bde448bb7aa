from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.effort import Entry, reversal
from tiering.domain.measurement import Measurement
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Inquiry
from tiering.usecases.deciding import decide_all
from tiering.usecases.documents import customer_matrix, sales_page, yearly_value
from tiering.usecases.policy import in_force
from tiering.usecases.record import Store

SERVICES = ("health-check", "training", "renewal")


@pytest.fixture
def acme(ruled: Store) -> Store:
    """Acme in the highest tier, of whom the record knows nothing else."""
    with ruled.begin() as work:
        one = account("A-1", "Acme | Sons", arr=Money.of(150_000, "USD"))
        work.accounts.save([one], an_import(work))
        decide_all(work, in_force(work), TODAY)
    return ruled


def spend(store: Store, service: str, hours: str, day: date, take_back: bool = False) -> None:
    entry = Entry(
        id=0,
        account_id="A-1",
        service=service,
        hours=Decimal(hours),
        team="cs",
        day=day,
        who=OLGA,
        note="they were rude",
    )
    with store.begin() as work:
        number = work.effort.add(entry, NOON)
        if take_back:
            work.effort.add(reversal(replace(entry, id=number), OLGA), NOON)


def test_the_year_is_told_with_what_was_delivered_and_what_moved(acme: Store, inquiry: Inquiry) -> None:
    spend(acme, "training", "2.5", date(2026, 2, 3))
    spend(acme, "training", "1", date(2026, 5, 4))
    spend(acme, "health-check", "8", date(2026, 3, 1))
    spend(acme, "renewal", "3", date(2026, 3, 1), take_back=True)
    spend(acme, "training", "40", date(2025, 5, 4))
    with acme.begin() as work:
        work.metrics.append(
            [
                Measurement("A-1", "nps", Decimal(20), date(2026, 1, 5), "survey"),
                Measurement("A-1", "nps", Decimal(30), date(2026, 9, 5), "survey"),
                Measurement("A-1", "nps", Decimal(42), date(2026, 9, 5), "survey, corrected"),
                Measurement("A-1", "csat", Decimal(90), date(2026, 9, 5), "survey"),
                Measurement("A-1", "cost_to_serve", Decimal(999), date(2026, 9, 5), "finance"),
            ]
        )
    text = yearly_value(acme, "A-1", 2026, inquiry)
    assert "# Acme \\| Sons: what we did for you in 2026\n" in text
    with acme.begin() as work:
        names = {one: in_force(work).worded(inquiry.prose).catalogue.by_id[one].name for one in SERVICES}
    assert f"| {names['health-check']} | 1 | 8 | 2026-03-01 |\n" in text
    assert f"| {names['training']} | 2 | 3.5 | 2026-05-04 |\n" in text
    assert text.index(names["health-check"]) < text.index(names["training"])
    assert "Together 3 times and 11.5 hours." in text
    assert "- NPS: 20 on 2026-01-05, 42 on 2026-09-05.\n" in text
    assert "- CSAT: 90 on 2026-09-05.\n" in text
    assert f"| {names['renewal']} |" not in text
    for ours in ("999", "cost_to_serve", "rude", "tier", "Strategic", "finance", "150,000"):
        assert ours not in text


def test_a_year_of_which_nothing_is_known_is_told_as_it_is(acme: Store, inquiry: Inquiry) -> None:
    text = yearly_value(acme, "acme sons", 2024, inquiry)
    assert "Our records show no work of our people for you in 2024." in text
    assert "Nothing was measured with you in 2024." in text
    assert "Knowledge base" in text


def test_a_year_that_has_not_begun_has_no_statement(acme: Store, inquiry: Inquiry) -> None:
    with pytest.raises(Refusal, match=r"^2027 has not begun"):
        yearly_value(acme, "A-1", 2027, inquiry)


def test_a_prospect_is_promised_no_plan(ruled: Store, inquiry: Inquiry) -> None:
    with ruled.begin() as work:
        work.accounts.save([account("A-2", "Hartwell", status=Status.PROSPECT)], an_import(work))
        decide_all(work, in_force(work), TODAY)
    with pytest.raises(Refusal, match=r"^Hartwell \(A-2\) is not a customer yet"):
        yearly_value(ruled, "A-2", 2026, inquiry)


def test_every_document_leaves_a_line_in_the_audit(acme: Store, inquiry: Inquiry) -> None:
    customer_matrix(acme, inquiry)
    sales_page(acme, inquiry)
    yearly_value(acme, "A-1", 2026, inquiry)
    with acme.begin() as work:
        made = [entry for entry in work.audit.entries() if entry.action == "document"]
    assert [entry.details["document"] for entry in made] == ["matrix", "sales", "value"]
    assert [entry.subject for entry in made] == [None, None, "A-1"]


def test_a_statement_for_nobody_is_refused(acme: Store, inquiry: Inquiry) -> None:
    with pytest.raises(Refusal, match="No account fits 'xyzzy'"):
        yearly_value(acme, "xyzzy", 2026, inquiry)
