"""The numbers by tier in Slack: what they say, what they keep quiet about, and that they fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.blocks import for_view
from bot.features.numbers import SHOWN, numbers_view
from bot.playground.local import LocalSlack
from bot.text import unescaped
from bot.turn import Modal
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_opens, assert_slack_takes
from tiering.content import Content
from tiering.domain.figures import FIGURES
from tiering.domain.policy import Policy
from tiering.domain.quarter import Quarter
from tiering.domain.report import Column, Report, columns
from tiering.domain.tally import Tally
from tiering.usecases.report import Comparison

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


@pytest.fixture(scope="session")
def policy(content: Content) -> Policy:
    assert content.draft
    return replace(content.draft, version=3)


def tally(customers: int, arr: int, known: int) -> Tally:
    return Tally(customers=Decimal(customers), arr=Decimal(arr), arr_known=Decimal(known))


def a_report(
    policy: Policy, quarter: Quarter, tallies: dict[int, Tally], notes: tuple[str, ...] = ()
) -> Report:
    day = date(2026, 11, 22)
    return Report(quarter, day, None, 3, "USD", columns(tallies, 0, policy), (), ())


def lines(found: Comparison, current: Quarter = Q4) -> list[str]:
    made = numbers_view(found, current, ZoneInfo("America/New_York"))
    assert_slack_takes(made)
    assert_slack_opens(Modal("Numbers", for_view(made).blocks, "Numbers"))
    return unescaped(made.text).split("\n")


ONE_LARGE = {1: tally(1, 900_000, 1), 2: tally(3, 100_000, 2), 3: tally(4, 0, 0)}


def test_the_first_line_says_how_customers_and_revenue_lie(policy: Policy) -> None:
    said = lines(Comparison(a_report(policy, Q4, ONE_LARGE), None))
    assert said[0] == (
        "2026Q4: tier 1 is 12.5% of customers and 90% of ARR; tier 2 37.5% and 10%; tier 3 50% and 0%."
    )
    assert said[1] == (
        "8 customers with $1M of ARR in all. The quarter is not closed; counted until 22 November 2026."
    )


def test_shares_are_bars_beside_their_numbers(policy: Policy) -> None:
    said = lines(Comparison(a_report(policy, Q4, ONE_LARGE), None))
    begin = said.index("Share of customers")
    assert said[begin : begin + 8] == [
        "Share of customers",
        "1 Strategic  ██············  12.5%",
        "2 Growth     █████·········  37.5%",
        "3 Digital    ███████·······    50%",
        "",
        "Share of ARR",
        "1 Strategic  █████████████·  90%",
        "2 Growth     █·············  10%",
    ]
    assert max(len(line) for line in said[begin : begin + 9]) <= 40


def test_each_figure_stands_beside_the_quarter_before(policy: Policy) -> None:
    then = a_report(policy, Q3, {1: tally(2, 500_000, 2), 2: tally(2, 50_000, 1)})
    said = lines(Comparison(a_report(policy, Q4, ONE_LARGE), then))
    assert "Figure | 1 Strategic | 2 Growth | 3 Digital | All" in said
    assert "Customers | 1 (2) | 3 (2) | 4 (0) | 8 (4)" in said
    assert "ARR | $900k ($500k) | $100k ($50,000) | unknown | $1M ($550k)" in said
    assert any(line.startswith("In brackets 2026Q3; a question mark where that is unknown.") for line in said)


def test_what_is_not_known_is_said_to_be_unknown_and_drawn_as_nothing(policy: Policy) -> None:
    said = lines(Comparison(a_report(policy, Q4, {1: tally(2, 0, 0), 2: tally(1, 0, 0)}), None))
    assert said[0].startswith("2026Q4: tier 1 is 66.7% of customers and unknown of ARR")
    assert said[1].startswith("3 customers of unknown ARR in all.")
    assert "1 Strategic                  unknown" in said
    assert not any(line.startswith("Logo churn") for line in said)
    (unknown,) = (line for line in said if line.startswith("Unknown for every tier: "))
    assert "Logo churn" in unknown
    assert any(line.startswith("There is no closed 2026Q3 to compare with.") for line in said)


def test_a_quarter_without_customers_says_no_more_than_that(policy: Policy) -> None:
    assert lines(Comparison(a_report(policy, Q3, {}), None)) == [
        "2026Q3: there are no customers.",
        "The quarter is not closed; counted until 22 November 2026.",
        "[Before: 2026Q2]",
        "[After: 2026Q4]",
    ]


def test_a_closed_quarter_says_when(policy: Policy) -> None:
    closed = replace(a_report(policy, Q3, ONE_LARGE), closed_at=datetime(2026, 10, 2, 2, tzinfo=UTC))
    said = lines(Comparison(closed, None))
    assert said[1].endswith("The quarter was closed on 1 October 2026.")
    assert said[-2:] == ["[Before: 2026Q2]", "[After: 2026Q4]"]


def test_the_current_quarter_leads_only_backwards(policy: Policy) -> None:
    assert lines(Comparison(a_report(policy, Q4, ONE_LARGE), None))[-1] == "[Before: 2026Q3]"


def test_every_figure_that_is_shown_exists() -> None:
    assert set(SHOWN) <= {figure.id for figure in FIGURES}


VALUES = st.none() | st.decimals(-(10**12), 10**12, places=2)
TIERS = st.lists(st.tuples(WORDS, st.lists(VALUES, min_size=40, max_size=40)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(WORDS, st.lists(VALUES, min_size=40, max_size=40)), min_size=1, max_size=12), HOSTILE
)
def test_no_tier_can_break_the_numbers(drawn: list[tuple[str, list[Decimal | None]]], note: str) -> None:
    ids = ["account_share", "revenue_share", *(figure.id for figure in FIGURES)]
    made = tuple(
        Column(number, name, dict(zip(ids, values, strict=False)))
        for number, (name, values) in enumerate(drawn, start=1)
    )
    total = Column(None, "All", dict.fromkeys(ids, Decimal(1)))
    report = Report(Q4, date(2026, 11, 22), None, 1, "USD", (*made, total), (), (note,) * 3)
    lines(Comparison(report, replace(report, quarter=Q3)))


@pytest.mark.parametrize(
    ("said", "quarter"),
    [
        ("numbers", "2026Q4"),
        ("Numbers by tier", "2026Q4"),
        ("report", "2026Q4"),
        ("show the numbers for this quarter", "2026Q4"),
        ("numbers 2026q3", "2026Q3"),
        ("numbers for 2026 Q3", "2026Q3"),
        ("last quarter", "2026Q3"),
        ("numbers last quarter", "2026Q3"),
    ],
)
def test_a_quarter_is_named_as_people_name_it(slack: LocalSlack, said: str, quarter: str) -> None:
    (answer,) = slack.command("vera", "customer-success", f"/tier {said}")
    assert answer.visible_to == slack.workspace.person("vera").id
    assert answer.text.startswith(quarter)


def test_the_quarter_before_is_one_press_away_and_leads_back(slack: LocalSlack) -> None:
    (now,) = slack.command("vera", "customer-success", "/tier numbers")
    (before,) = slack.press("vera", now, "say:numbers:before")
    assert (before.ts, before.text[:6]) == (now.ts, "2026Q3")
    (again,) = slack.press("vera", before, "say:numbers:after")
    assert again.text.startswith("2026Q4")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("numbers 2027Q1", "2027Q1 has not begun yet; today is 22 November 2026."),
        ("numbers 2026Q7", "'2026Q7' is no quarter; expected the year and the quarter, such as 2026Q3."),
        ("numbers 0001Q1", "'0001Q1' is no quarter; expected the year and the quarter, such as 2026Q3."),
    ],
)
def test_a_quarter_that_is_none_gets_a_sentence(slack: LocalSlack, said: str, sentence: str) -> None:
    (answer,) = slack.command("vera", "customer-success", f"/tier {said}")
    assert unescaped(answer.text) == sentence


def test_an_account_may_be_called_numbers_of_something(slack: LocalSlack) -> None:
    (answer,) = slack.command("vera", "customer-success", "/tier numbers inc")
    assert "No account is called" in answer.text
