"""Accounts, families and valid policies of every kind, for property tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from tiering.domain.account import Account, Status
from tiering.domain.family import Family
from tiering.domain.money import Money
from tiering.domain.policy import Policy, Rules
from tiering.domain.service import Catalogue

TODAY = date(2026, 11, 22)
OFTEN = settings(max_examples=150, deadline=None)
SELDOM = settings(max_examples=30, deadline=None)
"""How many examples a property is tried on; generating a policy costs some milliseconds."""

CURRENCIES = ("USD", "EUR")
"""USD is the currency of every generated policy, EUR has a rate in it."""
INDUSTRIES = ("Healthcare", "Banking", "Telecoms")
GOALS = ("growth", "compliance")

_AMOUNTS = st.integers(0, 60).map(lambda thousands: thousands * 1000)
_COUNTS = st.integers(0, 60)
_FLAGS = ("advocate_reference", "own_resources", "narrow_use")
_MONEY = ("arr", "potential_arr")
_NUMBERS = ("seats", "nps", "advocate_referrals")
_SIGNS = st.sampled_from([">=", ">", "<=", "<", "="])


def money() -> st.SearchStrategy[Money]:
    """Amounts in a currency that every generated policy can convert."""
    return st.builds(Money.of, _AMOUNTS, st.sampled_from(CURRENCIES))


@st.composite
def accounts(draw: st.DrawFn, account_id: str = "a") -> Account:
    """Accounts, each value of which may be unknown, near the limits of the generated policies."""
    flag = st.none() | st.booleans()
    count = st.none() | _COUNTS
    return Account(
        id=account_id,
        name=f"Account {account_id}",
        status=draw(st.sampled_from(Status)),
        arr=draw(st.none() | money()),
        potential_arr=draw(st.none() | money()),
        seats=draw(count),
        nps=draw(count),
        advocate_referrals=draw(count),
        advocate_reference=draw(flag),
        own_resources=draw(flag),
        narrow_use=draw(flag),
        industry=draw(st.none() | st.sampled_from(INDUSTRIES)),
        goal=draw(st.none() | st.sampled_from(GOALS)),
        renewal_on=draw(st.none() | st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))),
    )


@st.composite
def families(draw: st.DrawFn) -> Family:
    """Up to three relatives."""
    return Family(None, tuple(draw(accounts(f"m{number}")) for number in range(draw(st.integers(0, 3)))))


@st.composite
def policies(draw: st.DrawFn, *, without: Sequence[str] = ()) -> Policy:
    """Valid policies; no condition is about the metrics in `without`."""
    tiers = draw(st.integers(1, 4))
    ranks = sorted(draw(st.sets(st.integers(1, tiers), min_size=1)))
    limits = sorted(draw(st.sets(_AMOUNTS, min_size=len(ranks) - 1, max_size=len(ranks) - 1)), reverse=True)
    metric = draw(st.sampled_from(["arr", "seats"]))
    shrink = 1 if metric == "arr" else 1000
    bands: list[dict[str, Any]] = [
        {"tier": rank, "at_least": limit // shrink} for rank, limit in zip(ranks, limits, strict=False)
    ]
    rules = Rules.model_validate(
        {
            "preset": "later-stage",
            "rates": {"EUR": "1.10"},
            "tiers": [_tier(number) for number in range(1, tiers + 1)],
            "base": {
                "metric": metric,
                "bands": [*bands, {"tier": ranks[-1]}],
                "unknown": draw(st.integers(1, tiers)),
            },
            "adjustments": _without_contradictions(
                [draw(_adjustments(number, without)) for number in range(draw(st.integers(0, 4)))]
            ),
            "caps": {"up": draw(st.integers(0, 2)), "down": draw(st.integers(0, 2))},
            "family": {"rule": draw(st.sampled_from(["own", "highest", "rollup"]))},
        }
    )
    return Policy(draw(st.integers(1, 5)), rules, Catalogue())


def _without_contradictions(adjustments: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what may move down exactly whom another moves up, or the other way round."""
    kept: dict[object, dict[str, Any]] = {}
    for one in adjustments:
        about = (frozenset(one["when"]), frozenset(one["when_any"]))
        if kept.setdefault(about, one)["move"] == one["move"]:
            kept[one["id"]] = one
    return [one for about, one in kept.items() if isinstance(about, str)]


def _tier(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Tier name {number}",
        "public_name": f"Plan {number}",
        "touch": "mid",
        "promise": "We answer.",
        "sla": {"first_response": "1 hour"},
    }


@st.composite
def _adjustments(draw: st.DrawFn, number: int, without: Sequence[str]) -> dict[str, Any]:
    when, when_any = draw(_conditions(without)), draw(_conditions(without))
    return {
        "id": f"reason-{number}",
        "name": f"Reason {number}",
        "move": draw(st.sampled_from(["up", "down"])),
        "by": draw(st.integers(1, 2)),
        "when": when if when or when_any else {"goal": "growth"},
        "when_any": when_any,
        "because": f"Because of {number}.",
    }


@st.composite
def _conditions(draw: st.DrawFn, without: Sequence[str]) -> Mapping[str, Any]:
    forms: dict[str, st.SearchStrategy[Any]] = {
        **{name: st.builds("{} {}".format, _SIGNS, _AMOUNTS) for name in _MONEY},
        **{name: st.builds("{} {}".format, _SIGNS, _COUNTS) for name in _NUMBERS},
        **{name: st.sampled_from(["yes", "no", True, False]) for name in _FLAGS},
        "industry": st.lists(st.sampled_from(INDUSTRIES), min_size=1, unique=True),
        "goal": st.sampled_from(GOALS) | st.just("known"),
        "renewal_on": st.sampled_from(["next 30 days", "last 10 days", ">= 2026-12-01", "unknown"]),
    }
    names = draw(st.sets(st.sampled_from(sorted(forms.keys() - set(without))), max_size=2))
    return {name: draw(forms[name]) for name in sorted(names)}


def amounts() -> st.SearchStrategy[Decimal]:
    """Amounts of any size that a company may deal in, with cents."""
    return st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def kin(draw: st.DrawFn) -> Family:
    """Up to three relatives, of whom one may be the parent."""
    members = draw(families()).members
    return Family(draw(st.sampled_from([None, *members])), members)


@st.composite
def rich_policies(draw: st.DrawFn) -> Policy:
    """Policies with scores, conditions on relatives, anti-flap, segments, a bad fit and freshness.

    No condition asks for `arr` or `seats`, and more potential of a relative only ever moves up.
    """
    policy = draw(policies(without=["arr", "seats", "nps"]))
    rules = policy.rules.model_dump(mode="json")
    if draw(st.booleans()):
        rules["base"]["metric"], rules["base"]["score"] = None, draw(_scores())
        rules["family"] = {"rule": draw(st.sampled_from(["own", "highest"]))}
    relation = draw(st.sampled_from(["parent", "family"]))
    rules["adjustments"].append(
        {
            "id": "kin",
            "name": "Kin",
            "move": "up",
            "when": {f"{relation}.potential_arr": f">= {draw(_AMOUNTS)}"},
            "because": "It belongs to them.",
        }
    )
    goal = {"when": {"goal": draw(st.sampled_from(GOALS))}}
    rules["segments"] = [
        {"id": "one", "name": "One", "journey": "First.", **goal},
        {"id": "two", "name": "Two", "journey": "Then.", "when_any": draw(_conditions(["arr", "seats"]))},
    ]
    rules["bad_fit"] = {"when": {"narrow_use": "yes"}, "because": "It is no fit."}
    rules["anti_flap"] = {
        "margin": draw(st.integers(0, 20)),
        "grace_days": draw(st.integers(0, 40)),
        "wait_for_renewal": draw(st.booleans()),
    }
    ages = {"nps": {"days": draw(st.integers(1, 60)), "ignore": draw(st.booleans())}}
    rules["freshness"] = {"days": draw(st.none() | st.integers(1, 60)), "metrics": ages}
    return Policy(policy.version, Rules.model_validate(rules), Catalogue())


@st.composite
def _scores(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Scores in which more is always better."""
    parts = []
    for metric in sorted(draw(st.sets(st.sampled_from(["arr", "seats", "nps"]), min_size=1))):
        limits = sorted(draw(st.sets(_AMOUNTS if metric == "arr" else _COUNTS, min_size=1, max_size=3)))
        points = sorted(draw(st.lists(st.integers(0, 60_000), min_size=len(limits), max_size=len(limits))))
        steps = [
            {"at_least": limit, "points": point / 100}
            for limit, point in zip(reversed(limits), reversed(points), strict=True)
        ]
        parts.append({"metric": metric, "weight": draw(st.integers(1, 3)), "points": steps})
    return parts
