"""The shapes in which programs read an answer: plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from tiering.domain.account import Account, Origin
from tiering.domain.answer import AccountUnknown, Candidate, Card, Choice
from tiering.domain.decision import Pending
from tiering.domain.entitlement import Entitlement
from tiering.domain.money import Money
from tiering.domain.training import TeamTraining


def money_shape(money: Money | None) -> dict[str, str] | None:
    """Return an amount with its currency; nothing where it is unknown."""
    return {"amount": str(money.amount), "currency": money.currency} if money else None


def card_shape(card: Card) -> dict[str, Any]:
    """Return everything about an account, as `tiering show --json` and the API give it."""
    decision = card.decision
    return {
        "account": {**_account(card.account), "parent_name": card.parent},
        "tier": decision.tier,
        "tier_name": card.tier.name,
        "public_name": card.tier.public_name,
        "touch": card.tier.touch,
        "own_tier": decision.own_tier,
        "provisional": decision.provisional,
        "policy": decision.policy_version,
        "decided_on": decision.decided_on.isoformat(),
        "reasons": [
            {
                "criterion": reason.criterion,
                "value": reason.value,
                "threshold": reason.threshold,
                "effect": reason.effect,
                "sentence": reason.sentence,
                "source": reason.source,
                "as_of": reason.as_of.isoformat() if reason.as_of else None,
            }
            for reason in decision.reasons
        ],
        "up": list(card.up),
        "pending": _pending(decision.pending) if decision.pending else None,
        "segment": card.segment and {key: getattr(card.segment, key) for key in ("id", "name", "journey")},
        "flags": list(decision.flags),
        "rank": card.rank and {"place": card.rank.place, "of": card.rank.of},
        "entitlements": [_entitlement(one) for one in card.entitlements],
        "training": card.training and _training(card.training),
    }


def _training(team: TeamTraining) -> dict[str, Any]:
    return {
        "people": team.people,
        "begun": team.begun,
        "courses": [
            {
                **{
                    name: getattr(one, name) for name in ("course", "title", "begun", "finished", "certified")
                },
                "furthest": {"done": one.furthest.done, "lessons": one.furthest.lessons},
            }
            for one in team.courses
        ],
    }


def _pending(pending: Pending) -> dict[str, Any]:
    return {"tier": pending.tier, "since": pending.since.isoformat(), "due": pending.due.isoformat()}


def candidates_shape(answer: Choice | AccountUnknown) -> dict[str, Any]:
    """Return the accounts that may have been meant."""
    if isinstance(answer, Choice):
        return {"asked": answer.asked, "total": answer.total, "candidates": _candidates(answer.candidates)}
    return {"asked": answer.asked, "total": 0, "nearest": _candidates(answer.nearest)}


def _candidates(candidates: tuple[Candidate, ...]) -> list[dict[str, Any]]:
    return [{field.name: getattr(one, field.name) for field in fields(Candidate)} for one in candidates]


def _account(account: Account) -> dict[str, Any]:
    return {field.name: _plain(getattr(account, field.name)) for field in fields(Account)}


def _entitlement(one: Entitlement) -> dict[str, Any]:
    return {
        "service": one.service,
        "name": one.name,
        "level": one.level.value,
        "allowance": one.allowance,
        "period": one.period,
        "used": one.used,
        "left": one.left,
        "sentence": one.sentence,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if isinstance(value, Origin):
        return {"source": value.source, "as_of": _plain(value.as_of)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "items"):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
