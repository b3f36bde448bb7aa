"""Signals: which accounts cross a threshold of the policy, and who takes care of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from tiering.domain.account import Status
from tiering.domain.effort import Entry
from tiering.domain.package import Promises
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.domain.signal import Kind, Signal, Watched, signals_of
from tiering.storage.database import portions
from tiering.storage.signals import Raised
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.policy import in_force
from tiering.usecases.servicing import LONGEST_YEAR, weighed

__all__ = ["SIGNAL", "Kind", "Raised", "look_at", "raised_among", "standing", "take", "taken_since", "watch"]

SIGNAL = "signal"
"""The kind of an outbox message about a threshold that an account has crossed."""


def watch(store: Store, who: str, today: date) -> list[Raised]:
    """Raise what has begun to hold and end what holds no more; returns what was raised. Raises NoPolicy.

    It has a unit of work of its own, since it may read for long and nobody is to wait for it with a decision.
    """
    with store.begin() as work:
        work.policies.reserve()  # a second run at the same time finds all of it done
        found = dict(_found(work, in_force(work), today))
        standing_, gone = dict[tuple[str, Kind, str], int](), list[int]()
        for one in work.signals.open():
            key = (one.account_id, one.kind, one.about)
            if key in found and key not in standing_:
                standing_[key] = one.id
            else:
                gone.append(one.id)  # back within the threshold, or twice there after a merge
        fresh = [(key[0], signal) for key, signal in found.items() if key not in standing_]
        work.signals.end(gone, work.at)
        raised = work.signals.among(work.signals.raise_(work.at, fresh))
        work.outbox.add(work.at, SIGNAL, [{"signal": one.id, "account": one.account_id} for one in raised])
        work.audit.add(work.at, who, "watch", None, {"raised": len(raised), "ended": len(gone)})
    return raised


def standing(store: Store, csm_names: Sequence[str] | None, inquiry: Inquiry) -> list[Raised]:
    """List the signals that hold, of all accounts or of those of a manager, the latest first.

    The manager is the first of those named whom any account has.
    """
    with store.begin() as work:
        if csm_names is None:
            found = work.signals.open()
        else:
            found = work.signals.open_of(work.listing.spelled("csm", *csm_names))
        work.audit.add(work.at, inquiry.who, "list signals", None, {"signals": len(found)})
        return found


def look_at(store: Store, signal_id: int) -> Raised:
    """Return one signal; raises Refusal where there is none with this number."""
    with store.begin() as work:
        return _get(work, signal_id)


def raised_among(store: Store, ids: Iterable[int]) -> list[Raised]:
    """Return the signals with these numbers, whatever became of them, the latest first."""
    with store.begin() as work:
        return work.signals.among(ids)


def take(store: Store, signal_id: int, name: str, inquiry: Inquiry) -> Raised:
    """Let whoever asks take care of a signal, unless somebody does; says in any case who it is now.

    Raises Refusal where there is no such signal.
    """
    with store.begin() as work:
        before = _get(work, signal_id)
        if work.signals.take(signal_id, inquiry.who, name, work.at):
            work.audit.add(work.at, inquiry.who, "take signal", before.account_id, {"signal": signal_id})
        return _get(work, signal_id)


def taken_since(store: Store, moment: datetime) -> list[Raised]:
    """Return the signals of which somebody has taken care since a moment."""
    with store.begin() as work:
        return work.signals.taken_since(moment)


def _get(work: UnitOfWork, signal_id: int) -> Raised:
    found = work.signals.among([signal_id])
    if not found:
        raise Refusal(f"There is no signal {signal_id}.")
    return found[0]


def _found(work: UnitOfWork, policy: Policy, today: date) -> Iterator[tuple[tuple[str, Kind, str], Signal]]:
    """Give every signal that holds, under what tells it from others."""
    rules = policy.rules.signals
    first = rules.begins(today)
    ids = {
        *work.metrics.accounts_since(rules.metrics, first),
        *work.effort.accounts_since(today - LONGEST_YEAR),
    }
    for portion in portions(sorted(ids)):
        for one in _watched(work, portion, policy, today):
            for signal in signals_of(one, rules, today):
                yield (one.account.id, signal.kind, signal.about), signal


def _watched(work: UnitOfWork, ids: Sequence[str], policy: Policy, today: date) -> Iterator[Watched]:
    """Gather what is known of those of some accounts that are customers."""
    rules = policy.rules.signals
    customers = [one for one in work.accounts.among(ids).values() if one.status is Status.CUSTOMER]
    known = [one.id for one in customers]
    measured = work.metrics.since(known, rules.metrics, rules.begins(today))
    worked = _worked_on(work.effort.between(rules.begins(today), today, known))
    balances = {one.id: one.balance for one in weighed(work, customers, Promises(policy, today))}
    for account in customers:
        balance = balances.get(account.id)
        yield Watched(
            account,
            measured.get(account.id, ()),
            worked.get(account.id),
            balance.owed_hours if balance else Decimal(0),
            balance.given_hours if balance else Decimal(0),
        )


def _worked_on(entries: Iterable[Entry]) -> dict[str, date]:
    """Return the last day on which each account was worked for; hours taken back were not."""
    hours: dict[tuple[str, date], Decimal] = {}
    for entry in entries:
        key = (entry.account_id, entry.day)
        hours[key] = hours.get(key, Decimal(0)) + entry.hours
    return {account: day for (account, day), spent in sorted(hours.items()) if spent > 0}
