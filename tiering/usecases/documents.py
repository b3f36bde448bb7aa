"""Documents for people outside CS: customers, Sales, and one account at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tiering.domain import document
from tiering.domain.account import Status
from tiering.domain.refusal import Refusal
from tiering.domain.value_statement import Year, value_statement
from tiering.storage.store import Store
from tiering.usecases.ask import Inquiry
from tiering.usecases.finding import find_one
from tiering.usecases.policy import in_force

__all__ = ["customer_matrix", "sales_page", "yearly_value"]


def customer_matrix(store: Store, inquiry: Inquiry) -> str:
    """Write what each plan includes, for customers; raises NoPolicy."""
    with store.begin() as work:
        text = document.matrix(in_force(work).worded(inquiry.prose), inquiry.today)
        work.audit.add(work.at, inquiry.who, "document", None, {"document": "matrix"})
        return text


def sales_page(store: Store, inquiry: Inquiry) -> str:
    """Write one page for Sales; raises NoPolicy."""
    with store.begin() as work:
        text = document.sales_page(in_force(work).worded(inquiry.prose), inquiry.today)
        work.audit.add(work.at, inquiry.who, "document", None, {"document": "sales"})
        return text


def yearly_value(store: Store, text: str, year: int, inquiry: Inquiry) -> str:
    """Write what was delivered for an account in a year; raises Refusal and NoPolicy."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), inquiry.today)
    if first > last:
        raise Refusal(f"{year} has not begun, so that nothing was delivered in it.")
    with store.begin() as work:
        policy = in_force(work).worded(inquiry.prose)
        account = find_one(work, text)
        if account.status is Status.PROSPECT:
            raise Refusal(f"{account.name} ({account.id}) is not a customer yet: it has no plan to tell of.")
        decision = work.decisions.current([account.id])[account.id]
        values: dict[str, list[tuple[date, Decimal]]] = {}
        for one in work.metrics.between(account.id, first, last):
            values.setdefault(one.metric, []).append((one.as_of, one.value))
        facts = Year(year, work.effort.between(first, last, [account.id]), values)
        details = {"document": "value", "year": year}
        work.audit.add(work.at, inquiry.who, "document", account.id, details)
        return value_statement(account, policy.tier(decision.tier), policy, facts)
