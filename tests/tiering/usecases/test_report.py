from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from tests.conftest import OLGA, TODAY, MakeUrl, account, noon
from tests.tiering.usecases.numbers import (
    NOW,
    OCTOBER,
    Q3,
    Q4,
    START,
    SUMMER,
    dollars,
    land,
    lived,
    measure,
    put,
    spent,
    values,
)
from tiering.content import Content
from tiering.domain.figures import FIGURES
from tiering.domain.quarter import Quarter
from tiering.domain.report import before
from tiering.storage.tables import accounts, effort
from tiering.usecases.policy import NoPolicy, publish, publish_first
from tiering.usecases.quarters import close_quarter
from tiering.usecases.record import Store, open_store
from tiering.usecases.report import NotYet, report


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def company(request: pytest.FixtureRequest, make_url: MakeUrl, content: Content) -> Iterator[Store]:
    """The company of known numbers, for tests that only read it; once in each kind of database."""
    store = open_store(make_url(request.param), noon)
    publish_first(store, content, OLGA, SUMMER)
    yield lived(store)
    store.close()


def of_today(store: Store, figure: str) -> list[float | None]:
    found = values(report(store, OLGA, TODAY).report, figure)
    return [None if value is None else float(value) for value in found]


def test_customers_and_arr_by_tier_in_the_policys_currency(company: Store) -> None:
    assert of_today(company, "customers") == [1, 2, 1, 4]
    assert of_today(company, "arr") == [180_000, 45_000, 2_200, 227_200]
    assert of_today(company, "account_share") == [25, 50, 25, 100]
    assert of_today(company, "revenue_share") == [79.2, 19.8, 1.0, 100]


def test_of_a_measurement_and_the_crm_the_newer_one_counts(company: Store) -> None:
    assert of_today(company, "nps") == [40, 20, None, 30]
    assert of_today(company, "nps_known") == [1, 1, 0, 2]
    assert of_today(company, "adoption") == [None, None, 75, 75]


def test_counts_of_the_quarter_are_added_up_and_a_corrected_one_counts_once(company: Store) -> None:
    assert of_today(company, "service_requests") == [12, None, None, 12]
    assert of_today(company, "follow_ups") == [None] * 4


def test_retention_is_counted_under_the_tier_held_when_the_quarter_began(company: Store) -> None:
    assert of_today(company, "grr") == [90, 28.6, 100, 74.2]
    assert of_today(company, "nrr") == [90, 42.9, 200, 78.3]
    assert of_today(company, "logo_churn") == [0, 50, 0, 25]
    assert of_today(company, "renewals_on_time") == [None, 50, None, 50]


def test_a_renewal_signed_before_the_quarter_begins_is_one_of_its_renewals(ruled: Store) -> None:
    spring, summer = date(2026, 6, 30), date(2026, 7, 1)
    early, late, moved = (
        account(f"A-{number}", f"Mid {number}", arr=dollars(20_000), renewal_on=date(2026, 11, number))
        for number in (1, 2, 3)
    )
    land(ruled, [early, late, moved], spring)
    close_quarter(ruled, OLGA, summer)
    renewed = replace(early, renewal_on=date(2027, 11, 1))
    brought_forward = replace(moved, renewal_on=date(2026, 9, 1))
    land(ruled, [renewed, late, brought_forward], date(2026, 9, 20))
    close_quarter(ruled, OLGA, OCTOBER)
    assert of_today(ruled, "renewals_on_time") == [None, 50, None, 50]


def test_effort_of_the_quarter_is_counted_without_what_was_taken_back(company: Store) -> None:
    assert of_today(company, "hours") == [6, 1.13, 0, 2.06]
    assert of_today(company, "owed_hours") == [25.3, 20.2, 0, 45.5]
    # 53 of the quarter's 92 days have gone by: 25.3 of the 44 hours of tier 1, 20.2 of the 35 of tier 2.
    assert of_today(company, "delivered_hours") == [6, 2.3, 0, 8.3]


def test_hours_cost_what_the_policy_says_of_their_team(ruled: Store, content: Content) -> None:
    lived(ruled)
    assert content.rules is not None
    costs = {"cs": Decimal(100), "support": Decimal(60)}
    priced = replace(content, rules=content.rules.model_copy(update={"costs": costs}))
    publish(ruled, priced, OLGA, TODAY)
    assert of_today(ruled, "cost") == [600, 135, 0, 735]
    assert of_today(ruled, "cost_per_customer") == [600, 67.5, 0, 183.75]
    assert of_today(ruled, "crc") == [600, 135, 0, 245]
    # Revenue of 53 of the quarter's 92 days: 25,923.91 for tier 1.
    assert of_today(ruled, "roi") == [4220.7, 4700.7, None, 4351.9]


def test_add_ons_exceptions_books_and_going_live(company: Store) -> None:
    assert of_today(company, "add_ons") == [0, 1, 0, 1]
    assert of_today(company, "add_ons_value") == [0, 110, 0, 110]
    assert of_today(company, "exception_rate") == [0, 50, 0, 25]
    assert of_today(company, "accounts_per_csm") == [1, 2, None, 1.5]
    assert of_today(company, "csms_over_limit") == [0, 0, None, 0]
    assert of_today(company, "went_live") == [0, 1, 0, 1]
    assert of_today(company, "time_to_live") == [None, 40, None, 40]
    assert of_today(company, "data_freshness") == [0, 100, 100, 75]


def test_a_csm_with_customers_in_two_tiers_is_one_csm_of_all(ruled: Store) -> None:
    book = [account(f"A-{number}", f"Big {number}", arr=dollars(200_000), csm="Dana") for number in range(3)]
    book += [account(f"B-{number}", f"Mid {number}", arr=dollars(20_000), csm="Dana") for number in range(4)]
    land(ruled, [*book, account("B-9", "Mid 9", arr=dollars(20_000), csm="Mo")], TODAY)
    assert of_today(ruled, "accounts_per_csm") == [3, 2.5, None, 4]


def test_retention_cost_is_that_of_the_tiers_own_customers_wherever_they_came_from(
    ruled: Store, content: Content
) -> None:
    land(ruled, START, SUMMER)
    close_quarter(ruled, OLGA, OCTOBER)
    risen = replace(START[1], arr=dollars(120_000))
    land(ruled, [risen, account("A-7", "New", arr=dollars(300_000))], TODAY)
    put(ruled, effort, spent("A-1", "training", "10", TODAY), spent("A-2", "training", "5", TODAY))
    # 15 hours at 80: Big and the one that rose were customers in summer, New was not.
    assert of_today(ruled, "cost") == [1200, 0, 0, 1200]
    assert of_today(ruled, "crc") == [600, 0, 0, 300]
    assert of_today(ruled, "cost_per_customer") == [400, 0, 0, 240]


def test_hours_and_requests_of_a_prospect_are_no_service_to_customers(ruled: Store) -> None:
    land(ruled, NOW, TODAY)
    put(ruled, effort, spent("A-6", "training", "50", TODAY), spent("A-1", "training", "2", TODAY))
    measure(ruled, "A-6", "service_requests", 30, TODAY)
    assert of_today(ruled, "hours") == [2, 0, 0, 0.5]
    assert of_today(ruled, "service_requests") == [None] * 4


def test_after_a_change_of_currency_retention_is_counted_in_the_new_one(
    ruled: Store, content: Content
) -> None:
    land(ruled, START, SUMMER)
    close_quarter(ruled, OLGA, OCTOBER)
    assert content.rules is not None
    euros = {"currency": "EUR", "rates": {"USD": Decimal("0.5")}}
    publish(ruled, replace(content, rules=content.rules.model_copy(update=euros)), OLGA, TODAY)
    found = report(ruled, OLGA, TODAY)
    assert [float(value or 0) for value in values(found.report, "grr")] == [100, 100, 100, 100]
    [big, *_] = found.report.columns
    arr, nps = (next(one for one in FIGURES if one.id == name) for name in ("arr", "nps"))
    assert before(found.report, found.previous, big, arr) is None
    assert before(found.report, found.previous, big, nps) == -10


def test_a_team_whose_hours_have_no_price_is_named(ruled: Store) -> None:
    land(ruled, NOW, TODAY)
    put(ruled, effort, spent("A-1", "training", "2", TODAY, "marketing"))
    assert of_today(ruled, "cost") == [None, 0, 0, None]
    assert report(ruled, OLGA, TODAY).report.notes[-1] == (
        "An hour of marketing has no price under `costs` in tiers.yaml: where they worked, cost, CRC and ROI "
        "are unknown."
    )


def test_the_largest_customers_bring_most_of_the_revenue(company: Store) -> None:
    pareto = {float(share): value for share, value in report(company, OLGA, TODAY).report.pareto}
    assert pareto[1] == pareto[20] == Decimal("79.2")
    assert (pareto[50], pareto[80]) == (Decimal("92.4"), Decimal("100.0"))


def test_the_quarter_before_stands_beside_where_it_was_closed(company: Store) -> None:
    found = report(company, OLGA, TODAY)
    assert found.previous is not None
    assert (found.report.quarter, found.previous.quarter) == (Q4, Q3)
    assert values(found.previous, "customers") == [1, 2, 1, 4]
    assert values(found.previous, "service_requests") == [4, None, None, 4]
    assert found.report.notes == ()


def test_what_the_record_cannot_know_is_said(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    found = report(ruled, OLGA, TODAY)
    assert found.previous is None
    for figure in ("grr", "nrr", "logo_churn", "renewals_on_time", "crc", "hours", "cost", "roi"):
        assert values(found.report, figure) == [None] * 4, figure
    assert found.report.notes == (
        "2026Q3 was never closed: churn, retention, its cost and renewals are unknown.",
    )
    past = report(ruled, OLGA, TODAY, Q3)
    assert past.report.as_of == Q3.last
    assert past.report.notes[0] == (
        "2026Q3 ended on 2026-09-30; what the CRM says (ARR, status, CSM) is as of 2026-11-22."
    )


def test_an_account_without_arr_is_a_customer_whose_arr_is_unknown(ruled: Store) -> None:
    lived(ruled)
    with ruled.begin() as work:
        unknown = update(accounts).where(accounts.c.id == "A-1").values(arr_cents=None)
        work.connection.execute(unknown)
    assert of_today(ruled, "customers")[0] == 1
    assert of_today(ruled, "arr") == [None, 45_000, 2_200, 47_200]
    assert of_today(ruled, "grr") == [None, 28.6, 100, 29.7]


def test_what_was_merged_away_is_counted_nowhere(ruled: Store) -> None:
    lived(ruled)
    with ruled.begin() as work:
        work.connection.execute(update(accounts).where(accounts.c.id == "A-5").values(merged_into="A-2"))
    assert of_today(ruled, "customers") == [1, 1, 1, 3]


def test_an_empty_record_has_no_numbers_and_no_mistakes(ruled: Store) -> None:
    assert of_today(ruled, "customers") == [0, 0, 0, 0]
    assert of_today(ruled, "arr") == [None] * 4
    assert {value for _, value in report(ruled, OLGA, TODAY).report.pareto} == {None}


def test_the_last_day_of_a_quarter_counts_and_the_day_after_does_not(ruled: Store) -> None:
    land(ruled, START, SUMMER)
    rows = (spent("A-1", "training", "2", day) for day in (Q3.first, Q3.last, Q3.last + timedelta(1)))
    put(ruled, effort, *rows)
    assert values(report(ruled, OLGA, OCTOBER, Q3).report, "hours")[0] == 4


def test_a_quarter_to_come_is_refused(ruled: Store) -> None:
    with pytest.raises(NotYet, match="2027Q1 has not begun yet; today is 2026-11-22"):
        report(ruled, OLGA, TODAY, Quarter(2027, 1))


def test_without_a_policy_there_is_no_report(store: Store) -> None:
    with pytest.raises(NoPolicy):
        report(store, OLGA, TODAY)


def test_each_report_is_one_line_of_the_audit(ruled: Store) -> None:
    report(ruled, OLGA, TODAY)
    with ruled.begin() as work:
        [entry] = [one for one in work.audit.entries() if one.action == "report"]
    assert (entry.who, entry.subject) == (OLGA, "2026Q4")
