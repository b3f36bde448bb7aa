"""Effort and purchases: what is logged, taken back and bought, and what is left after it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.answer import TierAnswer
from tiering.domain.entitlement import Entitlement
from tiering.domain.money import Money
from tiering.domain.purchase import Order
from tiering.domain.quarter import Quarter
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level
from tiering.usecases.ask import Inquiry, show
from tiering.usecases.daily import daily
from tiering.usecases.effort import Logged, Work, log, reverse, undo
from tiering.usecases.purchases import buy, cancel, running
from tiering.usecases.record import Store, open_store

REVIEW = "quarterly-business-review"
UNTIL = TODAY + timedelta(days=30)


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """Acme in tier 1, Globex in tier 3, and a prospect."""
    cast = (
        account("A-1", "Acme Corporation", arr=Money.of(240_000, "USD")),
        account("C-1", "Globex GmbH", arr=Money.of(900, "USD")),
        account("P-1", "Hopeful Ltd", status=Status.PROSPECT),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def done(**values: Any) -> Work:
    return Work(**{"service": "QBR", "hours": Decimal("2.5"), "day": TODAY, **values})


def order(**values: Any) -> Order:
    return Order(**{"until": UNTIL, "by": OLGA, **values})


def card(store: Store, inquiry: Inquiry, account_id: str) -> TierAnswer:
    answer = show(store, account_id, inquiry)
    assert isinstance(answer, TierAnswer)
    return answer


def owed(store: Store, inquiry: Inquiry, account_id: str, service: str) -> Entitlement:
    entitled = card(store, inquiry, account_id).card.entitlements
    return next(one for one in entitled if one.service == service)


def test_what_is_logged_is_taken_from_the_allowance(peopled: Store, inquiry: Inquiry) -> None:
    logged = log(peopled, "acme", done(), inquiry)
    assert logged.left == "Included in tier 1 (Strategic), 4 per year; 3 of 4 left this year."
    assert (logged.entry.service, logged.entry.team, logged.entry.who) == (REVIEW, "cs", inquiry.who)
    one = owed(peopled, inquiry, "A-1", REVIEW)
    assert (one.used, one.left) == (1, 3)


def test_what_several_teams_do_on_one_day_is_one_delivery(peopled: Store, inquiry: Inquiry) -> None:
    for team in ("cs", " Sales  engineering ", "support"):
        log(peopled, "A-1", done(team=team), inquiry)
    assert owed(peopled, inquiry, "A-1", REVIEW).used == 1
    log(peopled, "A-1", done(day=TODAY - timedelta(days=1)), inquiry)
    assert owed(peopled, inquiry, "A-1", REVIEW).used == 2
    with peopled.begin() as work:
        assert {entry.team for entry in work.effort.of("A-1")} == {"cs", "sales engineering", "support"}


def test_a_line_is_taken_back_by_a_second_one_and_only_once(peopled: Store, inquiry: Inquiry) -> None:
    first = log(peopled, "A-1", done(), inquiry).entry
    line = reverse(peopled, first.id, inquiry, "wrong account")
    assert (line.hours, line.reverses, line.day) == (Decimal("-2.5"), first.id, first.day)
    assert owed(peopled, inquiry, "A-1", REVIEW).used == 0
    with pytest.raises(Refusal, match=f"Line {first.id} has been taken back already, by line {line.id}"):
        reverse(peopled, first.id, inquiry)
    with pytest.raises(Refusal, match="cannot be reversed itself"):
        reverse(peopled, line.id, inquiry)
    with pytest.raises(Refusal, match="There is no line 99 of effort"):
        reverse(peopled, 99, inquiry)
    with peopled.begin() as work:
        assert [entry.hours for entry in work.effort.of("A-1")] == [Decimal("2.5"), Decimal("-2.5")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"hours": Decimal(-2)}, "-2 hours cannot be logged; expected more than zero."),
        ({"hours": Decimal(0)}, "0 hours cannot be logged; expected more than zero."),
        ({"hours": Decimal("NaN")}, "NaN hours cannot be logged; expected more than zero."),
        ({"hours": Decimal("Infinity")}, "Infinity hours cannot be logged; expected more than zero."),
        ({"hours": Decimal(201)}, "201 hours are too many for one line; expected 200 at most."),
        ({"hours": Decimal("0.001")}, "0.001 hours are too exact; expected two decimal places at most."),
        ({"day": TODAY + timedelta(days=1)}, "2026-11-23 is in the future; today is 2026-11-22."),
        ({"day": date(2016, 11, 13)}, "2016-11-13 is more than ten years ago; today is 2026-11-22."),
        ({"team": " "}, "The team's name is empty or longer than 60 letters."),
        ({"note": "x" * 501}, "A note has at most 500 letters; this one has 501."),
        ({"service": "massage"}, "There is no service 'massage'."),
    ],
)
def test_what_makes_no_sense_is_said_and_not_logged(
    peopled: Store, inquiry: Inquiry, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        log(peopled, "A-1", done(**values), inquiry)
    assert str(refused.value).startswith(sentence)
    with peopled.begin() as work:
        assert work.effort.of("A-1") == []
        assert work.audit.entries("A-1") == []


def test_a_service_bought_is_included_with_its_reason_until_it_ends(peopled: Store, inquiry: Inquiry) -> None:
    price = Money.of(1200, "EUR")
    buy(peopled, "globex", order(service="Training", times=2, price=price), inquiry)
    log(peopled, "C-1", done(service="training"), inquiry)
    one = owed(peopled, inquiry, "C-1", "training")
    assert (one.level, one.sentence) == (Level.INCLUDED, "Bought until 2026-12-22; 1 of 2 left.")
    assert owed(peopled, replace(inquiry, today=UNTIL), "C-1", "training").granted
    assert not owed(peopled, replace(inquiry, today=UNTIL + timedelta(days=1)), "C-1", "training").granted
    with peopled.begin() as work:
        (kept,) = work.purchases.running(TODAY)
    assert (kept.price, kept.times, kept.service) == (price, 2, "training")


def test_a_higher_tier_is_had_while_it_is_paid_for(peopled: Store, inquiry: Inquiry) -> None:
    deal = buy(peopled, "C-1", order(tier=1), inquiry)
    assert deal.moved is not None
    assert (deal.moved.before, deal.moved.after) == (3, 1)
    shown = card(peopled, inquiry, "C-1").card
    assert (shown.tier.id, shown.decision.own_tier, shown.up) == (1, 3, ())
    assert shown.decision.reasons[-1].sentence == "It pays for tier 1 (Strategic) until 2026-12-22."
    (mover,) = daily(peopled, OLGA, UNTIL + timedelta(days=1)).movers
    assert (mover.before, mover.after) == (1, 3)


def test_the_higher_of_two_bought_tiers_counts_and_cancelling_it_leaves_the_other(
    peopled: Store, inquiry: Inquiry
) -> None:
    buy(peopled, "C-1", order(tier=2), inquiry)
    higher = buy(peopled, "C-1", order(tier=1), inquiry).purchase
    assert card(peopled, inquiry, "C-1").card.tier.id == 1
    cancelled = cancel(peopled, higher.id, inquiry)
    assert cancelled.moved is not None
    assert cancelled.moved.after == 2
    assert [deal.purchase.tier for deal in running(peopled, inquiry)] == [2]
    with pytest.raises(Refusal, match=f"Purchase {higher.id} is over already, since 2026-11-22"):
        cancel(peopled, higher.id, inquiry)
    with pytest.raises(Refusal, match="There is no purchase 99"):
        cancel(peopled, 99, inquiry)


@pytest.mark.parametrize(
    ("who", "values", "sentence"),
    [
        ("C-1", {"service": "massage"}, "There is no service 'massage'."),
        ("xyzzy", {"service": "training"}, "No account fits 'xyzzy'."),
        ("P-1", {"service": "training"}, "Hopeful Ltd is not a customer (prospect); only customers buy"),
        ("C-1", {"service": "training", "times": 0}, "0 deliveries cannot be bought; expected 1 or more."),
        (
            "C-1",
            {"service": "training", "times": 1001},
            "1001 deliveries are too many to buy at once; expected",
        ),
        (
            "C-1",
            {"service": "training", "until": date(2026, 11, 21)},
            "The end, 2026-11-21, is in the past; today is 2026-11-22.",
        ),
        ("C-1", {"service": "training", "until": date(2999, 1, 1)}, "The end, 2999-01-01, is more than ten"),
        ("C-1", {"service": "training", "price": Money.of(-5, "USD")}, "The price is -$5; expected nothing"),
        ("C-1", {"service": "training", "price": Money.of(5, "XXX")}, "The price cannot be converted: there"),
        ("A-1", {"tier": 1}, "The policy puts Acme Corporation in tier 1 anyway; only a higher one is sold."),
        ("C-1", {"tier": 0}, "There is no tier 0; the tiers are 1, 2, 3."),
    ],
)
def test_what_cannot_be_bought_is_said_and_not_recorded(
    peopled: Store, inquiry: Inquiry, who: str, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        buy(peopled, who, order(**values), inquiry)
    assert str(refused.value).startswith(sentence)
    assert running(peopled, inquiry) == []


def test_a_delivery_in_the_time_of_one_purchase_leaves_the_next_one_whole(
    peopled: Store, inquiry: Inquiry
) -> None:
    first = buy(peopled, "C-1", order(service="training", times=1), inquiry).purchase
    log(peopled, "C-1", done(service="training"), inquiry)
    buy(peopled, "C-1", order(service="training", times=2, until=UNTIL + timedelta(days=30)), inquiry)
    later = replace(inquiry, today=first.until + timedelta(days=1))
    assert owed(peopled, later, "C-1", "training").sentence == "Bought until 2027-01-21; 2 of 2 left."


def test_a_tier_is_not_paid_for_twice_but_may_be_paid_for_longer_or_higher(
    peopled: Store, inquiry: Inquiry
) -> None:
    buy(peopled, "C-1", order(tier=2), inquiry)
    for again in (order(tier=2), order(tier=2, until=TODAY)):
        with pytest.raises(Refusal, match="Globex GmbH pays for tier 2 until 2026-12-22 already; to replace"):
            buy(peopled, "C-1", again, inquiry)
    buy(peopled, "C-1", order(tier=2, until=UNTIL + timedelta(days=1)), inquiry)
    buy(peopled, "C-1", order(tier=1, until=TODAY), inquiry)
    assert [deal.purchase.tier for deal in running(peopled, inquiry)] == [1, 2, 2]


def test_who_logs_into_a_closed_quarter_is_told(peopled: Store, inquiry: Inquiry) -> None:
    winter = date(2027, 1, 1)
    assert daily(peopled, OLGA, winter).closed == Quarter(2026, 4)
    late = log(peopled, "A-1", done(day=TODAY), replace(inquiry, today=winter))
    assert late.closed == Quarter(2026, 4)
    assert log(peopled, "A-1", done(day=winter), replace(inquiry, today=winter)).closed is None


def test_each_change_leaves_one_line_in_the_audit(peopled: Store, inquiry: Inquiry) -> None:
    line = log(peopled, "C-1", done(), inquiry).entry
    reverse(peopled, line.id, inquiry)
    cancel(peopled, buy(peopled, "C-1", order(service="training"), inquiry).purchase.id, inquiry)
    with peopled.begin() as work:
        assert [entry.action for entry in work.audit.entries("C-1")] == [
            "log",
            "reverse effort",
            "buy",
            "cancel purchase",
        ]


def test_a_request_that_comes_again_logs_nothing_and_returns_the_line_it_logged(
    peopled: Store, inquiry: Inquiry
) -> None:
    first = log(peopled, "A-1", done(request="V123"), inquiry)
    again = log(peopled, "A-1", done(request="V123", hours=Decimal(9)), inquiry)
    assert again == first
    assert again.left.endswith("3 of 4 left this year.")
    assert log(peopled, "A-1", done(request="V124"), inquiry).entry.id != first.entry.id
    with peopled.begin() as work:
        assert [entry.hours for entry in work.effort.of("A-1")] == [Decimal("2.5"), Decimal("2.5")]
        assert [entry.action for entry in work.audit.entries("A-1")] == ["log", "log"]


def test_requests_without_a_name_are_all_logged(peopled: Store, inquiry: Inquiry) -> None:
    assert log(peopled, "A-1", done(), inquiry).entry.id != log(peopled, "A-1", done(), inquiry).entry.id


def test_of_a_request_that_arrives_twice_at_once_one_line_is_logged(peopled: Store, inquiry: Inquiry) -> None:
    together = Barrier(4)

    def deliver(_: int) -> Logged:
        together.wait()
        return log(peopled, "A-1", done(request="V123"), inquiry)

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(deliver, range(4)))
    assert len({logged.entry.id for logged in told}) == 1
    with peopled.begin() as work:
        assert len(work.effort.of("A-1")) == 1
        assert [entry.action for entry in work.audit.entries("A-1")] == ["log"]


def later(database_url: str, **passed: float) -> Store:
    return open_store(database_url, lambda: NOON + timedelta(**passed))


def test_whoever_logged_a_line_may_undo_it_for_ten_minutes(
    peopled: Store, inquiry: Inquiry, database_url: str
) -> None:
    line = log(peopled, "A-1", done(), inquiry).entry
    store = later(database_url, minutes=10)
    undone = undo(store, line.id, inquiry)
    assert (undone.reverses, undone.hours) == (line.id, Decimal("-2.5"))
    assert owed(store, inquiry, "A-1", REVIEW).used == 0
    with pytest.raises(Refusal) as refused:
        undo(store, line.id, inquiry)
    assert str(refused.value) == f"Line {line.id} has been taken back already, by line {undone.id}."
    store.close()


def test_neither_somebody_else_nor_anybody_after_ten_minutes_undoes_a_line(
    peopled: Store, inquiry: Inquiry, database_url: str
) -> None:
    line = log(peopled, "A-1", done(), inquiry).entry
    with pytest.raises(Refusal, match=f"Somebody else logged line {line.id}; only they can undo it"):
        undo(peopled, line.id, replace(inquiry, who="slack:T2/anna"))
    store = later(database_url, minutes=10, seconds=1)
    with pytest.raises(Refusal, match=f"10 minutes ago, .* `tiering log reverse {line.id}`"):
        undo(store, line.id, inquiry)
    with pytest.raises(Refusal, match="There is no line 999 of effort"):
        undo(store, 999, inquiry)
    assert owed(store, inquiry, "A-1", REVIEW).used == 1
    store.close()
