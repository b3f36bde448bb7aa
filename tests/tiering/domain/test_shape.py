"""The shapes that programs read: the keys that were promised, and nothing that JSON cannot hold."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from hypothesis import given

from tests.tiering.domain.strategies import SELDOM, TODAY, accounts
from tiering.content import read_content
from tiering.domain.account import Account, Origin
from tiering.domain.answer import AccountUnknown, Candidate, Card, Choice
from tiering.domain.decision import ALONE, decide
from tiering.domain.entitlement import entitlements
from tiering.domain.money import Money
from tiering.domain.policy import Policy
from tiering.domain.shape import candidates_shape, card_shape
from tiering.domain.training import Training, team_training
from tiering.domain.ways_up import ways_up
from tiering.files import SHIPPED_CONTENT

_DRAFT = read_content(SHIPPED_CONTENT).draft
assert _DRAFT is not None
POLICY: Policy = replace(_DRAFT, version=2)
ACME = Account(
    id="A-1",
    name="Ácme & Co <b>",
    aliases=("Acme",),
    arr=Money.of(Decimal("164000.50"), "GBP"),
    csat=Decimal("91.5"),
    renewal_on=date(2027, 5, 14),
    attributes={"employees": Decimal(1862), "public": True, "since": date(2020, 1, 2), "note": "x"},
    as_of=date(2026, 11, 1),
    source="crm.csv",
)


def card(account: Account) -> Card:
    decision = decide(account, ALONE, None, POLICY, TODAY)
    owed = entitlements(account, decision.tier, POLICY, TODAY)
    up = ways_up(account, ALONE, POLICY, TODAY)
    return Card(account, decision, up, POLICY.tier(decision.tier), owed, "Acme Group", TODAY)


def test_a_card_has_the_promised_keys() -> None:
    shape = card_shape(card(ACME))
    assert shape.keys() >= {"account", "tier", "tier_name", "touch", "policy", "decided_on"}
    assert shape.keys() >= {"reasons", "up", "entitlements"}
    assert shape["reasons"][0].keys() >= {"criterion", "value", "threshold", "effect", "sentence"}
    assert shape["entitlements"][0].keys() == {
        "service", "name", "level", "allowance", "period", "used", "left", "sentence",
    }  # fmt: skip
    assert (shape["tier"], shape["tier_name"], shape["touch"]) == (1, "Strategic", "high")
    assert (shape["policy"], shape["decided_on"], shape["provisional"]) == (2, "2026-11-22", False)


def test_what_was_learned_is_counted_and_names_nobody() -> None:
    one = Training(contact_id="C-7", course="board", title="Board", done=3, lessons=5, begun_on=TODAY)
    told = card_shape(replace(card(ACME), training=team_training(6, [one], TODAY)))["training"]
    course = {"course": "board", "title": "Board", "begun": 1, "finished": 0, "certified": 0}
    furthest = {"done": 3, "lessons": 5}
    assert told == {"people": 6, "begun": 1, "courses": [{**course, "furthest": furthest}]}
    assert card_shape(card(ACME))["training"] is None


def test_an_account_is_told_in_plain_values() -> None:
    account = card_shape(card(ACME))["account"]
    assert account.keys() == {one.name for one in fields(Account)} | {"parent_name"}
    assert (account["id"], account["name"], account["status"]) == ("A-1", "Ácme & Co <b>", "customer")
    assert account["arr"] == {"amount": "164000.50", "currency": "GBP"}
    assert (account["csat"], account["renewal_on"], account["aliases"]) == ("91.5", "2027-05-14", ["Acme"])
    assert account["attributes"] == {"employees": "1862", "public": True, "since": "2020-01-02", "note": "x"}
    assert account["potential_arr"] is None


@SELDOM
@given(accounts())
def test_every_card_survives_json(account: Account) -> None:
    shape = card_shape(card(account))
    assert json.loads(json.dumps(shape)) == shape
    assert {one["level"] for one in shape["entitlements"]} <= {"included", "allowance", "no"}


def test_candidates_are_listed_with_what_tells_them_apart() -> None:
    one = Candidate("A-1", "Northwind", "a.example", "Norway", None, "customer")
    plain = {
        "id": "A-1",
        "name": "Northwind",
        "domain": "a.example",
        "country": "Norway",
        "csm": None,
        "status": "customer",
    }
    assert candidates_shape(Choice("north", (one,), 7)) == {
        "asked": "north",
        "total": 7,
        "candidates": [plain],
    }
    assert candidates_shape(AccountUnknown("nort", (one,))) == {
        "asked": "nort",
        "total": 0,
        "nearest": [plain],
    }


def test_where_single_values_came_from_is_told_in_plain_values() -> None:
    measured = replace(
        ACME, origins={"nps": Origin("survey", date(2026, 11, 20)), "csat": Origin(None, None)}
    )
    account = json.loads(json.dumps(card_shape(card(measured))))["account"]
    assert account["origins"] == {
        "nps": {"source": "survey", "as_of": "2026-11-20"},
        "csat": {"source": None, "as_of": None},
    }
