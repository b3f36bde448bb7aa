"""A guided start: are tiers needed yet, and which figures would a first policy be cut by."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tiering.domain.account import Account, Status
from tiering.domain.interview import Answers
from tiering.domain.money import Money
from tiering.domain.readiness import Readiness
from tiering.domain.readiness import readiness as assess
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.policy import in_force

__all__ = ["Readiness", "figures", "readiness"]


def readiness(store: Store, who: str) -> Readiness:
    """Say whether tiers are needed yet, judging by the customers in the record; raises NoPolicy."""
    with store.begin() as work:
        found = assess(_customers(work), in_force(work).rules)
        work.audit.add(work.at, who, "readiness", None, {"ready": found.ready})
        return found


def figures(store: Store, answers: Answers, rates: Mapping[str, Decimal], who: str) -> list[Decimal]:
    """Return what each customer has of the metric to band by; amounts without a rate are left out."""
    with store.begin() as work:
        work.audit.add(work.at, who, "init", None, {"metric": answers.metric, "csms": answers.csms})
        found = []
        for one in _customers(work):
            value = one.arr if answers.metric == "arr" else one.seats
            if isinstance(value, Money):
                if value.currency == answers.currency or value.currency in rates:
                    found.append(value.to(answers.currency, rates).amount)
            elif value is not None:
                found.append(Decimal(value))
        return found


def _customers(work: UnitOfWork) -> list[Account]:
    return [one for page in work.accounts.pages() for one in page if one.status is Status.CUSTOMER]
