"""Exceptions: who may have one, what it does to the tier, and that it ends by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.decision import Decision
from tiering.domain.exception import Request
from tiering.domain.holding import Holdings, held
from tiering.domain.money import Money
from tiering.domain.policy import Policy, Rules
from tiering.domain.refusal import Refusal
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.exceptions import ENDING, end, exception_rates, grant, running
from tiering.usecases.record import Store

UNTIL = TODAY + timedelta(days=30)


def dollars(amount: int) -> Money:
    return Money.of(Decimal(amount), "USD")


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """Acme by its ARR in tier 1, Globex in tier 3, and a prospect."""
    cast = (
        account("A-1", "Acme Corporation", arr=dollars(240_000)),
        account("C-1", "Globex GmbH", arr=dollars(900)),
        account("N-1", "Northwind", arr=dollars(20_000)),
        account("N-2", "Northwind", arr=dollars(20_000)),
        account("P-1", "Hopeful Ltd", status=Status.PROSPECT),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def asked(**values: Any) -> Request:
    terms = {"until": UNTIL, "reason": "Large pilot.", "approver": "Dana Whitfield", "by": OLGA}
    return Request(**{**terms, **values})


def decision(store: Store, account_id: str) -> Decision:
    with store.begin() as work:
        return work.decisions.current([account_id])[account_id]


def on(inquiry: Inquiry, day: date) -> Inquiry:
    return replace(inquiry, today=day)


def test_an_exception_sets_the_tier_at_once_and_says_so(peopled: Store, inquiry: Inquiry) -> None:
    before = decision(peopled, "C-1")
    outcome = grant(peopled, "globex", asked(tier=2), inquiry)
    after = decision(peopled, "C-1")
    assert outcome.moved is not None
    assert (outcome.moved.before, outcome.moved.after) == (3, 2)
    assert (after.tier, after.own_tier) == (2, 3)
    assert after.reasons[:-1] == before.reasons
    assert after.reasons[-1].sentence == (
        "An exception puts it in tier 2 (Growth) until 2026-12-22, approved by Dana Whitfield: Large pilot. "
        "The policy alone says tier 3 (Digital)."
    )


def test_it_holds_on_its_last_day_and_reverts_by_itself_on_the_next(peopled: Store, inquiry: Inquiry) -> None:
    before = decision(peopled, "C-1")
    grant(peopled, "C-1", asked(tier=1), inquiry)
    assert daily(peopled, OLGA, UNTIL).movers == ()
    assert decision(peopled, "C-1").tier == 1
    (mover,) = daily(peopled, OLGA, UNTIL + timedelta(days=1)).movers
    assert (mover.id, mover.before, mover.after) == ("C-1", 1, 3)
    after = decision(peopled, "C-1")
    assert (after.tier, after.own_tier, after.reasons) == (3, None, before.reasons)


def test_a_daily_run_that_comes_late_reverts_it_once(peopled: Store, inquiry: Inquiry) -> None:
    grant(peopled, "C-1", asked(tier=1), inquiry)
    late = UNTIL + timedelta(days=9)
    (mover,) = daily(peopled, OLGA, late).movers
    assert (mover.id, mover.before, mover.after) == ("C-1", 1, 3)
    assert decision(peopled, "C-1").decided_on == late
    assert daily(peopled, OLGA, late).movers == ()
    with peopled.begin() as work:
        assert [one.tier for one in work.decisions.history("C-1")] == [3, 1, 3]


def test_an_exception_for_one_day_holds_that_day_and_one_ended_on_its_first_day_never_did(
    peopled: Store, inquiry: Inquiry
) -> None:
    grant(peopled, "C-1", asked(tier=1, until=TODAY), inquiry)
    assert daily(peopled, OLGA, TODAY).movers == ()
    (mover,) = daily(peopled, OLGA, TODAY + timedelta(days=1)).movers
    assert (mover.before, mover.after) == (1, 3)
    tomorrow = on(inquiry, TODAY + timedelta(days=1))
    number = grant(peopled, "A-1", asked(tier=3), tomorrow).grant.id
    ended = end(peopled, number, tomorrow)
    assert ended.moved is not None
    assert (ended.moved.after, running(peopled, tomorrow)) == (1, [])


def test_an_exception_may_put_an_account_lower_or_hold_it_where_it_is(
    peopled: Store, inquiry: Inquiry
) -> None:
    grant(peopled, "A-1", asked(tier=3), inquiry)
    assert decision(peopled, "A-1").tier == 3
    grant(peopled, "C-1", asked(tier=3), inquiry)
    assert "holds it in tier 3 (Digital)" in decision(peopled, "C-1").reasons[-1].sentence


def test_an_excepted_account_is_decided_anew_only_when_something_changes(
    peopled: Store, inquiry: Inquiry
) -> None:
    grant(peopled, "C-1", asked(tier=2), inquiry)
    kept = decision(peopled, "C-1")
    daily(peopled, OLGA, TODAY + timedelta(days=3))
    assert decision(peopled, "C-1") == kept
    with peopled.begin() as work:
        assert len(work.decisions.history("C-1")) == 2


def test_the_policy_goes_on_deciding_below_an_exception(peopled: Store, inquiry: Inquiry) -> None:
    grant(peopled, "C-1", asked(tier=2), inquiry)
    with peopled.begin() as work:
        work.accounts.save([account("C-1", "Globex GmbH", arr=dollars(500_000))], an_import(work))
    daily(peopled, OLGA, TODAY)
    assert (decision(peopled, "C-1").tier, decision(peopled, "C-1").own_tier) == (2, 1)


def test_ended_early_it_holds_no_more_from_that_day(peopled: Store, inquiry: Inquiry) -> None:
    number = grant(peopled, "C-1", asked(tier=2), inquiry).grant.id
    outcome = end(peopled, number, on(inquiry, TODAY + timedelta(days=2)))
    assert outcome.moved is not None
    assert outcome.moved.after == 3
    assert decision(peopled, "C-1").own_tier is None
    assert running(peopled, on(inquiry, TODAY + timedelta(days=2))) == []
    with pytest.raises(Refusal, match=f"Exception {number} has ended already, on 2026-11-24"):
        end(peopled, number, on(inquiry, TODAY + timedelta(days=2)))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"until": TODAY - timedelta(days=1)}, "The end, 2026-11-21, is in the past; today is 2026-11-22."),
        (
            {"until": TODAY + timedelta(days=366)},
            "The end, 2027-11-23, is 366 days away; the policy allows exceptions of 365 days at most.",
        ),
        ({"reason": "  "}, "An exception needs a reason; this one has none."),
        ({"approver": ""}, "An exception needs an approver; this one has none."),
        ({"reason": "x" * 501}, "A reason has at most 500 letters; this one has 501."),
        ({"approver": "Olga"}, "Nobody approves their own exception: Olga asks for it."),
        ({"approver": "U2", "by": "slack:T1/U2"}, "Nobody approves their own exception: U2 asks for it."),
        ({"tier": 4}, "There is no tier 4; the tiers are 1, 2, 3."),
        ({"tier": -1}, "There is no tier -1; the tiers are 1, 2, 3."),
    ],
)
def test_what_an_exception_lacks_is_said_and_nothing_is_granted(
    peopled: Store, inquiry: Inquiry, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        grant(peopled, "C-1", asked(**{"tier": 2, **values}), inquiry)
    assert str(refused.value) == sentence
    assert running(peopled, inquiry) == []


@pytest.mark.parametrize("until", [TODAY, TODAY + timedelta(days=365)])
def test_the_shortest_and_the_longest_exception_are_granted(
    peopled: Store, inquiry: Inquiry, until: date
) -> None:
    assert grant(peopled, "C-1", asked(tier=2, until=until), inquiry).grant.until == until


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("xyzzy", "No account fits 'xyzzy'."),
        ("Northwind", "2 accounts fit 'Northwind'; say which by its id: N-1, N-2"),
        ("P-1", "Hopeful Ltd is not a customer (prospect); exceptions are for customers."),
        ("'; DROP TABLE exceptions; --", "No account fits"),
    ],
)
def test_an_account_that_is_not_clear_gets_none(
    peopled: Store, inquiry: Inquiry, text: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        grant(peopled, text, asked(tier=2), inquiry)
    assert str(refused.value).startswith(sentence)


def test_a_service_is_found_by_its_alias_and_a_wrong_one_gets_the_nearest(
    peopled: Store, inquiry: Inquiry
) -> None:
    assert grant(peopled, "C-1", asked(service="QBR"), inquiry).grant.service == "quarterly-business-review"
    with pytest.raises(Refusal, match=r"There is no service 'helth chek'\. The nearest: health-check"):
        grant(peopled, "C-1", asked(service="helth chek"), inquiry)


def test_two_exceptions_about_the_same_thing_are_refused_but_not_about_two(
    peopled: Store, inquiry: Inquiry
) -> None:
    first = grant(peopled, "C-1", asked(tier=2), inquiry).grant
    with pytest.raises(Refusal, match=f"already; end it first: tiering except end {first.id}"):
        grant(peopled, "C-1", asked(tier=1), inquiry)
    grant(peopled, "C-1", asked(service="training"), inquiry)
    grant(peopled, "C-1", asked(service="health-check"), inquiry)
    with pytest.raises(Refusal, match="an exception to training until 2026-12-22 already"):
        grant(peopled, "C-1", asked(service="training"), inquiry)


def test_the_next_to_end_are_listed_first(peopled: Store, inquiry: Inquiry) -> None:
    grant(peopled, "C-1", asked(tier=2, until=TODAY + timedelta(days=90)), inquiry)
    grant(peopled, "A-1", asked(service="training", until=TODAY + timedelta(days=7)), inquiry)
    assert [one.name for one in running(peopled, inquiry)] == ["Acme Corporation", "Globex GmbH"]
    assert [one.name for one in running(peopled, inquiry, days=7)] == ["Acme Corporation"]
    assert running(peopled, inquiry, days=6) == []


def test_daily_names_what_ends_soon_and_tells_the_outbox_once(peopled: Store, inquiry: Inquiry) -> None:
    number = grant(peopled, "C-1", asked(tier=2), inquiry).grant.id
    assert daily(peopled, OLGA, UNTIL - timedelta(days=15)).ending == ()
    for day in (14, 13, 0):
        (one,) = daily(peopled, OLGA, UNTIL - timedelta(days=day)).ending
        assert one.grant.id == number
    with peopled.begin() as work:
        assert work.outbox.messages(ENDING) == [{"exception": number, "account": "C-1", "until": UNTIL}]


def test_the_rate_counts_customers_with_an_exception_by_the_tier_they_have(
    peopled: Store, inquiry: Inquiry
) -> None:
    grant(peopled, "C-1", asked(tier=2), inquiry)
    grant(peopled, "C-1", asked(service="training"), inquiry)
    assert [
        (one.tier, one.customers, one.excepted, one.share) for one in exception_rates(peopled, inquiry)
    ] == [
        (1, 1, 0, 0.0),
        (2, 3, 1, 1 / 3),
    ]


def test_a_tier_that_a_later_policy_lacks_counts_as_its_lowest(peopled: Store, inquiry: Inquiry) -> None:
    made = grant(peopled, "A-1", asked(tier=3), inquiry).grant
    with peopled.begin() as work:
        assert work.publication is not None
        policy = work.publication.policy
    written = policy.rules.model_dump()
    two = Policy(2, Rules.model_validate({**written, "tiers": written["tiers"][:2]}), policy.catalogue)
    own = Decision("A-1", 1, False, (), 2, TODAY)
    assert held(own, Holdings(grants=(made,)), two).tier == 2


def test_every_grant_and_every_end_leaves_a_line_in_the_audit(peopled: Store, inquiry: Inquiry) -> None:
    number = grant(peopled, "C-1", asked(tier=2), inquiry).grant.id
    end(peopled, number, inquiry)
    with peopled.begin() as work:
        granted_line, ended_line = work.audit.entries("C-1")
    assert (granted_line.action, granted_line.details) == (
        "except",
        {
            "exception": number,
            "tier": 2,
            "until": UNTIL,
            "reason": "Large pilot.",
            "approver": "Dana Whitfield",
        },
    )
    assert (ended_line.action, ended_line.who) == ("end exception", inquiry.who)


def test_of_two_who_grant_the_same_at_once_one_wins_and_the_other_is_told(
    peopled: Store, inquiry: Inquiry
) -> None:
    together = Barrier(2)

    def attempt(approver: str) -> str:
        request = Request(tier=1, until=UNTIL, reason="A launch.", approver=approver, by="cli:anna")
        together.wait()
        try:
            grant(peopled, "C-1", request, inquiry)
        except Refusal as refusal:
            return str(refusal)
        return "granted"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, ["Clara", "Dana"]))
    assert told[0].startswith("Globex GmbH has an exception to tier 1 until ")
    assert told[1] == "granted"
    assert len(running(peopled, inquiry)) == 1
