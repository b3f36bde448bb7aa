"""What accounts hold beside the policy, read from the record for whoever decides or answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tiering.domain.effort import deliveries
from tiering.domain.exception import Grant
from tiering.domain.holding import Holdings
from tiering.domain.purchase import Purchase
from tiering.storage.store import UnitOfWork


def tier_holdings(work: UnitOfWork, accounts: Sequence[str], today: date) -> dict[str, Holdings]:
    """Return for those of the accounts whose tier is excepted or paid for what makes it so."""
    found = holdings_among(work, accounts, today)
    return {account: held for account, held in found.items() if held.tier_grant or held.tier_purchase}


def holdings_among(work: UnitOfWork, accounts: Sequence[str], today: date) -> dict[str, Holdings]:
    """Return the exceptions and purchases of those of the accounts that have any."""
    grants: dict[str, list[Grant]] = {}
    purchases: dict[str, list[Purchase]] = {}
    for grant in work.exceptions.running(today, accounts):
        grants.setdefault(grant.account_id, []).append(grant)
    for purchase in work.purchases.running(today, accounts):
        purchases.setdefault(purchase.account_id, []).append(purchase)
    return {
        account: Holdings(tuple(grants.get(account, ())), tuple(purchases.get(account, ())))
        for account in grants.keys() | purchases.keys()
    }


def holdings_of(work: UnitOfWork, account: str, today: date) -> Holdings:
    """Return everything that one account holds, with what was delivered to it until today."""
    grants, purchases = work.exceptions.of(account), work.purchases.of(account)
    every: tuple[Grant | Purchase, ...] = (*grants, *purchases)
    return Holdings(
        tuple(one for one in grants if one.runs(today)),
        tuple(one for one in purchases if one.runs(today)),
        deliveries(entry for entry in work.effort.of(account) if entry.day <= today),
        tuple(one for one in every if not one.runs(today)),
    )
