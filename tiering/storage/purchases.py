"""Purchases in the record: what accounts pay for beside their plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from tiering.domain.money import Money
from tiering.domain.purchase import Purchase
from tiering.storage.database import portions
from tiering.storage.tables import purchases

_WORDS = ("tier", "service", "times", "starts_on", "until", "recorded_by", "cancelled_on")


@dataclass(frozen=True, slots=True)
class Purchases:
    """The purchases as seen by one unit of work."""

    connection: Connection

    def add(self, purchase: Purchase, at: datetime) -> int:
        """Append a purchase and return its number."""
        values = {name: getattr(purchase, name) for name in ("account_id", *_WORDS)}
        values["price_cents"] = purchase.price.cents if purchase.price else None
        values["price_currency"] = purchase.price.currency if purchase.price else None
        query = insert(purchases).values(**values, recorded_at=at).returning(purchases.c.id)
        return int(self.connection.execute(query).scalar_one())

    def get(self, purchase_id: int) -> Purchase | None:
        """Return the purchase with this number."""
        row = self.connection.execute(select(purchases).where(purchases.c.id == purchase_id)).first()
        return _purchase(row) if row else None

    def cancel(self, purchase_id: int, today: date) -> None:
        """Let a purchase hold no more from today on."""
        query = update(purchases).where(purchases.c.id == purchase_id)
        self.connection.execute(query.values(cancelled_on=today))

    def running(self, today: date, accounts: Sequence[str] | None = None) -> list[Purchase]:
        """Return the purchases that hold today, or those of some accounts; those that end first lead."""
        column = purchases.c
        query = (
            select(purchases)
            .where(
                column.starts_on <= today,
                column.until >= today,
                or_(column.cancelled_on.is_(None), column.cancelled_on > today),
            )
            .order_by(column.until, column.id)
        )
        if accounts is None:
            return [_purchase(row) for row in self.connection.execute(query)]
        return [
            _purchase(row)
            for portion in portions(accounts)
            for row in self.connection.execute(query.where(column.account_id.in_(portion)))
        ]

    def of(self, account_id: str) -> list[Purchase]:
        """Return all purchases of an account, also those that are over; those that end first lead."""
        query = select(purchases).where(purchases.c.account_id == account_id)
        query = query.order_by(purchases.c.until, purchases.c.id)
        return [_purchase(row) for row in self.connection.execute(query)]


def _purchase(row: Row[Any]) -> Purchase:
    price = None if row.price_cents is None else Money(row.price_cents, row.price_currency)
    return Purchase(**{name: getattr(row, name) for name in ("id", "account_id", *_WORDS)}, price=price)
