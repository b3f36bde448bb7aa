"""A rehearsal: what would become of everybody under a draft, added up account by account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from tiering.domain.account import Account, Status
from tiering.domain.decision import Decision
from tiering.domain.destination import destination, leads_elsewhere
from tiering.domain.freshness import measured
from tiering.domain.metric import METRICS
from tiering.domain.money import Money
from tiering.domain.package import Difference, Package, Promises, difference
from tiering.domain.workload import Book, Demand, Planner, Workload

Way: TypeAlias = tuple[int | None, int]
"""From one tier to another; from None where nobody has decided the account yet."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that the draft would move."""

    id: str
    name: str
    status: Status
    before: int
    after: int
    due: date | None
    """The day on which it would fall, where the policy grants it a grace; None for at once."""
    old_reasons: tuple[str, ...]
    new_reasons: tuple[str, ...]
    revenue: Money | None
    """What the customer pays in a year, in the draft's currency; None where that is unknown."""
    changes: Difference
    """The services of which it would have less or more."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would become of everybody under a draft."""

    accounts: int
    movement: Mapping[Way, int]
    """How many accounts go which way, those that stay included."""
    revenue: Mapping[Way, Money]
    """What the customers who move pay, by the way they go."""
    movers: tuple[Moved, ...]
    lost: Mapping[str, int]
    """For each service how many customers would have less of it, whether they move or not."""
    gained: Mapping[str, int]
    changed: int
    """Customers that stay in their tier and yet would have other services."""
    workload: Workload
    """What the draft asks of the teams."""


@dataclass(slots=True)
class Rehearser:
    """Adds up a rehearsal; it keeps the movers and sums, not the other accounts."""

    old: Promises
    """Those of the policy in force."""
    new: Promises
    """Those of the draft."""
    _planner: Planner = field(init=False)
    _movement: Counter[Way] = field(default_factory=Counter)
    _cents: Counter[Way] = field(default_factory=Counter)
    _movers: list[Moved] = field(default_factory=list)
    _compared: dict[tuple[Package, Package], Difference] = field(default_factory=dict)
    _differences: Counter[Difference] = field(default_factory=Counter)
    _changed: int = 0

    def __post_init__(self) -> None:
        self._planner = Planner(self.new.policy, self.new)

    def add(self, account: Account, old: Decision | None, new: Decision) -> None:
        """Count an account; raises UnknownCurrency."""
        moves = old is not None and leads_elsewhere(old, new)
        after = destination(new) if moves else new.tier
        self._movement[old.tier if old else None, after] += 1
        self._planner.add(account, after)
        if old is None:
            return
        changes = self._difference(self.old.package(account, old.tier), self.new.package(account, after))
        self._differences[changes] += 1
        if moves:
            self._move(account, old, new, changes)
        elif changes.lost or changes.gained:
            self._changed += 1

    def result(self) -> Rehearsal:
        """Return what was added up."""
        currency = self.new.policy.rules.currency
        lost: Counter[str] = Counter()
        gained: Counter[str] = Counter()
        for changes, customers in self._differences.items():
            lost.update(dict.fromkeys(changes.lost, customers))
            gained.update(dict.fromkeys(changes.gained, customers))
        return Rehearsal(
            accounts=self._movement.total(),
            movement=dict(self._movement),
            revenue={way: Money(cents, currency) for way, cents in self._cents.items()},
            movers=tuple(self._movers),
            lost=dict(lost.most_common()),
            gained=dict(gained.most_common()),
            changed=self._changed,
            workload=self._planner.result(),
        )

    def _difference(self, before: Package, after: Package) -> Difference:
        if (before, after) not in self._compared:
            self._compared[before, after] = difference(before, after)
        return self._compared[before, after]

    def _move(self, account: Account, old: Decision, new: Decision, changes: Difference) -> None:
        revenue = None
        if account.status is Status.CUSTOMER:
            paid = measured(account, METRICS["arr"], self.new.policy.rules)
            revenue = paid if isinstance(paid, Money) else None
            self._cents[old.tier, destination(new)] += revenue.cents if revenue else 0
        self._movers.append(
            Moved(
                account.id,
                account.name,
                account.status,
                old.tier,
                destination(new),
                new.pending.due if new.pending and destination(new) != new.tier else None,
                tuple(reason.sentence for reason in old.reasons),
                tuple(reason.sentence for reason in new.reasons),
                revenue,
                changes,
            )
        )


def stored(found: Rehearsal) -> dict[str, Any]:
    """Write a rehearsal as plain values, to be kept with its draft; its movers are too many and left out."""
    work = found.workload
    return {
        "accounts": found.accounts,
        "movement": [[*way, count] for way, count in found.movement.items()],
        "revenue": [[*way, *_amount(money)] for way, money in found.revenue.items()],
        # As pairs: a mapping would come back in another order.
        "lost": [list(one) for one in found.lost.items()],
        "gained": [list(one) for one in found.gained.items()],
        "changed": found.changed,
        "demand": [[one.tier, one.customers, dict(one.hours)] for one in work.demand],
        "csms": [work.csms, work.available, work.needed, work.unassigned],
        "over": [[book.csm, [list(one) for one in book.accounts.items()], book.load] for book in work.over],
        "cost": work.cost and _amount(work.cost),
        "cost_like_first": work.cost_like_first and _amount(work.cost_like_first),
    }


def restored(kept: Mapping[str, Any]) -> Rehearsal:
    """Read a rehearsal as it was kept, without its movers."""
    csms, available, needed, unassigned = kept["csms"]
    return Rehearsal(
        accounts=kept["accounts"],
        movement={(before, after): count for before, after, count in kept["movement"]},
        revenue={(before, after): Money(*amount) for before, after, *amount in kept["revenue"]},
        movers=(),
        lost=dict(kept["lost"]),
        gained=dict(kept["gained"]),
        changed=kept["changed"],
        workload=Workload(
            demand=tuple(Demand(*one) for one in kept["demand"]),
            csms=csms,
            available=available,
            needed=needed,
            over=tuple(Book(csm, dict(accounts), load) for csm, accounts, load in kept["over"]),
            unassigned=unassigned,
            cost=kept["cost"] and Money(*kept["cost"]),
            cost_like_first=kept["cost_like_first"] and Money(*kept["cost_like_first"]),
        ),
    )


def _amount(money: Money) -> list[Any]:
    return [money.cents, money.currency]
