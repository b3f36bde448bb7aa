from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tiering.content import Content
from tiering.domain.figure import Value
from tiering.domain.figures import FIGURES
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.report import Report, before, columns, report_shape, restored, stored
from tiering.domain.tally import Book, Spent, Tally, priced, staffed

COUNTS = st.integers(0, 10**6).map(Decimal)
DAYS = st.dictionaries(st.integers(0, 400), st.integers(1, 50)).map(Counter)
SUMS: Any = {one.name: DAYS if one.name == "days_to_value" else COUNTS for one in fields(Tally)}
TALLIES = st.fixed_dictionaries(SUMS).map(lambda d: Tally(**d))


def figures(**counted: object) -> dict[str, Value]:
    sums: Any = {
        name: value if isinstance(value, Counter) else Decimal(str(value)) for name, value in counted.items()
    }
    tally = Tally(**sums)
    return {one.id: one.of(tally) for one in FIGURES}


def whole(tally: Tally, *names: str) -> list[int]:
    return [int(getattr(tally, name)) for name in names]


def policy(content: Content, **costs: str) -> Policy:
    assert content.rules is not None
    rules = content.rules.model_copy(update={"costs": {team: Decimal(cost) for team, cost in costs.items()}})
    return Policy(1, rules, content.catalogue)


def test_of_nothing_no_share_mean_or_cost_is_known() -> None:
    known = {name for name, value in figures().items() if value is not None}
    assert known == {
        "customers",
        "nps_known",
        "csat_known",
        "owed_hours",
        "went_live",
        "add_ons",
        "add_ons_value",
        "learners",
        "certified",
        "trained",
        "stopped",
        "quizzes",
        "mailed",
        *(name for name in known if name.endswith("trained_of")),
    }


def test_retention_follows_its_formulas() -> None:
    found = figures(
        started=10,
        lost=1,
        retained=9,
        arr_started=1000,
        arr_kept=850,
        arr_ended=1100,
        cost=450,
        effort_kept=3,
        hours=9,
    )
    assert (found["logo_churn"], found["grr"], found["nrr"]) == (Decimal("10.0"), Decimal(85), Decimal(110))
    assert found["crc"] == Decimal("50.00")


def test_the_return_on_service_is_gain_less_cost_by_cost() -> None:
    found = figures(revenue=10000, arr_known=2, cost=2000, effort_kept=1, customers=4)
    assert found["roi"] == Decimal(400)
    assert found["cost_per_customer"] == Decimal(500)


def test_without_a_price_of_each_hour_the_cost_is_unknown_and_the_hours_are_not() -> None:
    found = figures(hours=8, unpriced_hours=2, cost=300, effort_kept=2, customers=4, arr=400, arr_known=1)
    assert found["hours"] == Decimal(2)
    assert [found[name] for name in ("cost", "cost_per_customer", "crc", "roi")] == [None] * 4


def test_a_tier_without_hours_has_none_where_the_company_logs_any() -> None:
    assert figures(customers=4, effort_kept=1)["hours"] == 0
    assert figures(customers=4)["hours"] is None


def test_add_ons_of_which_one_has_no_price_have_an_unknown_value() -> None:
    assert figures(add_ons=2, add_ons_value=50, add_ons_unpriced=1)["add_ons_value"] is None


def test_of_fewer_than_ten_accounts_nothing_is_told_of_who_is_trained() -> None:
    few = figures(trained_nps=360, trained_nps_known=9, nps=460, nps_known=19)
    assert [few["nps_trained"], few["nps_trained_of"]] == [None, Decimal(9)]
    assert [few["nps_untrained"], few["nps_untrained_of"]] == [Decimal(10), Decimal(10)]
    assert {one.absent for one in FIGURES if one.id == "nps_trained"} == {"too few"}


def test_hours_are_priced_by_team_and_judged_by_what_the_tier_is_owed(content: Content) -> None:
    spent = [
        Spent(1, "quarterly-business-review", "cs", Decimal(12), 2),
        Spent(1, "training", "support", Decimal(3), 1),
        Spent(3, "quarterly-business-review", "cs", Decimal(6), 1),
        Spent(3, "a-service-that-went", "cs", Decimal(1), 1),
    ]
    tallies = {tier: Tally(customers=Decimal(2)) for tier in (1, 2, 3)}
    found = priced(tallies, spent, policy(content, cs="100", support="60"), Decimal(1))
    assert whole(found[1], "hours", "cost", "unpriced_hours") == [15, 1380, 0]
    # Two customers, each owed 176 hours a year by the catalogue; reviews and training are among them.
    assert whole(found[1], "owed_hours", "owed_delivered") == [88, 15]
    assert whole(found[3], "hours", "right_hours", "owed_hours") == [7, 0, 0]
    assert {tally.effort_kept for tally in found.values()} == {Decimal(5)}


def test_a_book_is_over_only_where_the_tier_has_a_limit_and_it_is_passed(content: Content) -> None:
    # Limits: 12 in tier 1, 50 in tier 2, none in tier 3.
    books = [Book(1, "Dana", 12), Book(1, "Mo", 13), Book(2, "Dana", 13), Book(3, "Ann", 900)]
    found = staffed({1: Tally(customers=Decimal(30))}, books, policy(content))
    assert whole(found[1], "customers", "assigned", "books", "books_limited", "books_over") == [
        30,
        25,
        2,
        2,
        1,
    ]
    assert whole(found[2], "assigned", "books", "books_limited", "books_over") == [13, 1, 1, 0]
    assert whole(found[3], "assigned", "books", "books_limited", "books_over") == [900, 1, 0, 0]


def test_of_a_running_quarter_its_days_gone_by_are_owed_and_paid_for(content: Content) -> None:
    tallies = {1: Tally(customers=Decimal(2), arr=Decimal(40_000))}
    half = priced(tallies, [], policy(content), Decimal("0.5"))[1]
    assert whole(half, "owed_hours", "revenue") == [44, 5000]


def test_hours_of_a_team_without_a_price_are_counted_as_such(content: Content) -> None:
    found = priced(
        {}, [Spent(2, "training", "partner", Decimal(4), 1)], policy(content, cs="100"), Decimal(1)
    )
    assert whole(found[2], "unpriced_hours", "cost") == [4, 0]


@given(st.lists(TALLIES, min_size=3, max_size=3))
def test_all_together_is_the_sum_of_the_tiers_and_shares_make_a_whole(
    content: Content, tallies: list[Tally]
) -> None:
    found = columns(dict(enumerate(tallies, 1)), 1, policy(content))
    assert [column.tier for column in found] == [1, 2, 3, None]
    *tiers, every = found
    for name in ("customers", "went_live", "add_ons"):
        assert every.values[name] == sum(column.values[name] or 0 for column in tiers)
    shares = [column.values["account_share"] for column in tiers]
    if every.values["customers"]:
        assert abs(sum((share or Decimal(0) for share in shares), Decimal(-100))) <= Decimal("0.15")
        assert every.values["account_share"] == 100
    else:
        assert shares == [None] * 3


@given(TALLIES)
def test_every_figure_is_a_finite_number_or_unknown(tally: Tally) -> None:
    for one in FIGURES:
        value = one.of(tally)
        assert value is None or value.is_finite(), one.id


def a_report(content: Content, **values: Any) -> Report:
    report = Report(
        Quarter(2026, 3),
        date(2026, 9, 30),
        None,
        1,
        "USD",
        columns(
            {1: Tally(customers=Decimal(3), nps=Decimal(9), nps_known=Decimal(2))},
            0,
            policy(content),
        ),
        ((Decimal(1), Decimal("12.5")), (Decimal(5), None)),
        ("A note.",),
    )
    return replace(report, **values)


def test_a_report_that_was_stored_comes_back_as_it_was(content: Content) -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    report = a_report(content)
    assert restored(report.quarter, at, stored(report)) == replace(report, closed_at=at)


def test_for_programs_each_number_stands_beside_the_one_before_and_unknown_is_null(content: Content) -> None:
    now = a_report(content, quarter=Quarter(2026, 4))
    shape = report_shape(now, a_report(content))
    assert (shape["quarter"], shape["previous"], shape["closed_at"]) == ("2026Q4", "2026Q3", None)
    assert shape["tiers"][0]["values"]["nps"] == {"now": 4.5, "before": 4.5}
    assert shape["tiers"][0]["values"]["grr"] == {"now": None, "before": None}
    assert shape["tiers"][1]["values"]["customers"] == {"now": 0, "before": 0}
    assert shape["pareto"][1] == {"account_share": 5, "revenue_share": None}
    assert [one["id"] for one in shape["figures"]] == list(shape["tiers"][0]["values"])


def test_a_tier_or_a_figure_that_the_quarter_before_did_not_know_is_unknown_there(content: Content) -> None:
    report = a_report(content)
    nps = next(one for one in FIGURES if one.id == "nps")
    assert before(report, None, report.columns[0], nps) is None
    assert before(report, replace(report, columns=report.columns[1:]), report.columns[0], nps) is None
    bare = tuple(replace(column, values={}) for column in report.columns)
    assert before(report, replace(report, columns=bare), report.columns[0], nps) is None


def test_the_median_of_the_days_to_first_value_is_told_of_enough_customers() -> None:
    days = Counter({0: 4, 3: 1, 7: 1, 30: 4})
    found = figures(customers=40, value_declared=1, first_values=12, days_to_value=days)
    names = ("first_values", "first_value_share", "days_to_first_value", "days_to_first_value_of")
    assert [found[name] for name in names] == [12, 30, 5, 10]
    nine = figures(customers=9, value_declared=1, first_values=9, days_to_value=Counter({3: 9}))
    assert [nine[name] for name in names] == [9, None, None, 9]
    undeclared = figures(customers=40)
    assert [undeclared[name] for name in names] == [None] * 4


def test_of_too_few_learners_and_quizzes_no_share_is_told() -> None:
    few = figures(learners=9, stopped=3, quizzes=9, quizzes_at_once=9)
    names = ("stopped", "stopped_share", "quizzes", "first_try")
    assert [few[name] for name in names] == [3, None, 9, None]
    enough = figures(learners=10, stopped=3, quizzes=12, quizzes_at_once=9)
    assert [enough[name] for name in names] == [3, 30, 12, 75]


def test_mails_are_told_by_contact_who_got_any() -> None:
    assert figures(mailed=4, mails=10)["mails_each"] == Decimal("2.5")
    assert figures()["mails_each"] is None
