"""What is shown of exceptions: whatever people, accounts and reasons are called, Slack takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.absence import Absence
from bot.approval import answer_buttons, closed_view, outcome_view, request_view
from bot.features.exception.answering import decline_form
from bot.features.exception.asking import Possible, asked_view, included_view, nobody_view, request_form
from bot.features.exception.lists import ASK_FOR_ONE, Held, Line, ended_view, exceptions_view, requests_view
from bot.text import plain, unescaped
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_opens, assert_slack_takes
from tests.conftest import NOON, TODAY, account
from tiering.content import Content
from tiering.domain.answer import Card, Found, ServiceAnswer
from tiering.domain.decision import ALONE, decide
from tiering.domain.entitlement import entitlements
from tiering.domain.exception import Grant
from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.people import Person, Role
from tiering.usecases.approvals import Approval, Asked, Matter, Named, State
from tiering.usecases.deciding import Mover
from tiering.usecases.exceptions import Outcome, Running

BERLIN = ZoneInfo("Europe/Berlin")
UNTIL = date(2027, 2, 20)
MARCO = Person("U2", "T1", Role.MANAGER, "Marco Silva", "marco")
OLIVIA = Person("U3", "T1", Role.OPS, "Olivia Okafor", "olivia")
STATES = st.sampled_from([State.APPROVED, State.DECLINED, State.WITHDRAWN])


@pytest.fixture(scope="session")
def policy(content: Content) -> Policy:
    assert content.draft
    return replace(content.draft, version=3)


def card(policy: Policy, name: str = "Initech", account_id: str = "I-1") -> Card:
    who = account(account_id, name, arr=Money.of(24_000, "USD"))
    decision = decide(who, ALONE, None, policy, TODAY)
    owed = entitlements(who, decision.tier, policy, TODAY)
    return Card(who, decision, (), policy.tier(decision.tier), owed, None, TODAY)


def approval(**values: object) -> Approval:
    usual: dict[str, object] = {
        "id": 7,
        "account_id": "I-1",
        "tier": None,
        "service": "health-check",
        "until": UNTIL,
        "reason": "Large pilot.",
        "asked_by": "slack:T1/U1",
        "asked_by_name": "Vera Novak",
        "asked_at": NOON,
        "approver": MARCO.reference,
        "decided_by_name": "Marco Silva",
        "decided_at": NOON,
    }
    return Approval(**{**usual, **values})  # type: ignore[arg-type]  # any field by its name


def matter(policy: Policy, name: str = "Initech", **values: object) -> Matter:
    return Matter(approval(**values), card(policy, name), "Not included in tier 2.")


def test_a_moment_is_told_on_the_companys_clocks(policy: Policy) -> None:
    said = unescaped(closed_view(matter(policy, state=State.APPROVED), BERLIN).text).split("\n")
    assert said == [
        "Approved: Health check for Initech, until 20 February 2027.",
        "Marco Silva approved it on 22 November 2026 at 13:00.",
        "Request 7. Vera Novak asked: Large pilot.",
    ]


@given(name=WORDS, reason=WORDS, who=WORDS, how=HOSTILE, state=STATES, note=HOSTILE)
def test_a_request_is_shown_whatever_stands_in_it(
    policy: Policy, name: str, reason: str, who: str, how: str, state: State, note: str
) -> None:
    asked = matter(
        policy, name, reason=reason, asked_by_name=who, decided_by_name=who, note=note, state=state
    )
    assert_slack_takes(request_view(asked, BERLIN, answer_buttons(asked), how))
    assert_slack_takes(closed_view(asked, BERLIN))
    assert_slack_takes(outcome_view(asked, BERLIN))
    assert_slack_opens(decline_form(asked))


@given(name=WORDS, who=WORDS, approvers=st.integers(1, 120), initial=HOSTILE, days=st.integers(1, 3660))
def test_the_form_is_shown_whatever_people_are_called(
    policy: Policy, name: str, who: str, approvers: int, initial: str, days: int
) -> None:
    people = [replace(MARCO, id=f"U{number}", name=who) for number in range(approvers)]
    away = [Absence(people[0].reference, who, UNTIL, OLIVIA.reference, who)]
    limit = TODAY + timedelta(days=days)
    possible = Possible(card(policy, name), policy.rules.tiers[:1], limit, people, away)
    made = request_form(possible, initial)
    assert_slack_opens(made)
    until = next(block for block in made.blocks if block and block.get("block_id") == "until")
    assert date.fromisoformat(until["element"]["initial_date"]) == min(limit, UNTIL)


def test_the_form_offers_what_was_named_first_then_higher_tiers_then_what_is_not_included(
    policy: Policy,
) -> None:
    possible = Possible(card(policy), policy.rules.tiers[:1], UNTIL, [MARCO, OLIVIA], [])
    made = request_form(possible, "service:health-check")
    (what,) = [block for block in made.blocks if block and block.get("block_id") == "what"]
    offered = [(one["value"], one["text"]["text"]) for one in what["element"]["options"]]
    assert offered[:2] == [
        ("service:health-check", "Health check"),
        ("tier:1", "A higher tier: 1, Strategic"),
    ]
    assert "service:training" not in [value for value, _ in offered]


def test_the_first_approver_who_is_not_away_is_chosen(policy: Policy) -> None:
    away = [Absence(MARCO.reference, MARCO.name, UNTIL, OLIVIA.reference, OLIVIA.name)]
    for absences, chosen in (
        (away, OLIVIA),
        ([], MARCO),
        ([*away, replace(away[0], person=OLIVIA.reference)], MARCO),
    ):
        made = request_form(Possible(card(policy), (), UNTIL, [MARCO, OLIVIA], absences), "")
        (field,) = [block for block in made.blocks if block and block.get("block_id") == "approver"]
        assert field["element"]["initial_option"]["value"] == chosen.id


@given(name=WORDS, thing=WORDS, who=WORDS, sentence=WORDS)
def test_what_follows_is_shown_whatever_stands_in_it(
    policy: Policy, name: str, thing: str, who: str, sentence: str
) -> None:
    assert_slack_takes(asked_view(Asked(approval(), name, sentence), thing, who, sentence))
    shown = card(policy, name)
    entitlement = shown.entitlements[0]
    service = policy.catalogue.by_id[entitlement.service]
    assert_slack_takes(included_view(ServiceAnswer(shown, Found(name, "name"), service, "", entitlement)))
    for manages in (True, False):
        assert_slack_takes(nobody_view(manages))


@given(name=WORDS, thing=WORDS, standing=WORDS, count=st.integers(0, 30), page=st.integers(1, 10**6))
def test_lists_are_shown_however_long_they_are(
    name: str, thing: str, standing: str, count: int, page: int
) -> None:
    lines = [Line(f"Group {n % 2}", Named(approval(id=n), name), thing, standing) for n in range(count)]
    assert_slack_takes(requests_view(lines, (count, count), "requests", page))
    assert_slack_takes(requests_view(lines, (count, 0), "requests all", page))
    held = [Held(Running(granted(n, standing), name), thing) for n in range(count)]
    for days, may_end in ((14, True), (None, False)):
        assert_slack_takes(exceptions_view(held, days, may_end, page))
    moved = Mover("I-1", name, 1, 2)
    assert_slack_takes(ended_view(Outcome(granted(1, standing), name, moved), thing))


def granted(number: int, reason: str) -> Grant:
    return Grant(
        id=number,
        account_id="I-1",
        tier=1,
        service=None,
        reason=reason,
        approver=reason,
        granted_by="a",
        starts_on=TODAY,
        until=UNTIL,
    )


def test_ending_an_exception_says_what_became_of_the_tier() -> None:
    said = plain(
        ended_view(Outcome(granted(1, "x"), "Initech", Mover("I-1", "Initech", 1, 2)), "tier 1").blocks
    )
    assert said.split("\n")[:2] == ["Ended: tier 1 for Initech.", "It is now in tier 2."]


def test_a_list_with_one_line_and_an_empty_one_read_well() -> None:
    one = [Line("Waiting for your answer", Named(approval(), "Initech"), "Health check", "Vera asked today.")]
    assert plain(requests_view(one, (1, 0), "requests", 1).blocks).split("\n")[0] == (
        "1 request waits for your answer."
    )
    assert plain(requests_view([], (0, 2), "requests", 1).blocks).split("\n") == [
        "No request waits for your answer.",
        ASK_FOR_ONE,
        "[Show 2 more of others]",
    ]
    assert plain(exceptions_view([], 14, True, 1).blocks).split("\n") == [
        "No exception ends within 14 days.",
        "There is nothing to look after.",
        "[Show all exceptions]",
    ]
