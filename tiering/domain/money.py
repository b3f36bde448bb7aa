"""An amount of one currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

_CODE = re.compile("[A-Z]{3}")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def _currency(code: str) -> str:
    if not _CODE.fullmatch(code):
        raise ValueError(f"expected a currency as three capital letters such as EUR, not {code!r}")
    return code


Currency: TypeAlias = Annotated[str, AfterValidator(_currency)]
"""The ISO 4217 code of a currency, as a file of settings names it."""


class UnknownCurrency(Exception):
    """No rate is known from this currency to the policy's."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"there is no rate for the currency {currency} in tiers.yaml")
        self.currency = currency


@dataclass(frozen=True, slots=True)
class Money:
    """Whole cents of a currency (an ISO 4217 code)."""

    cents: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int, currency: str) -> Money:
        """Make money of a decimal amount, rounding half cents to even."""
        return cls(int((Decimal(amount) * 100).to_integral_value(ROUND_HALF_EVEN)), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in whole units of the currency."""
        return Decimal(self.cents).scaleb(-2)

    def to(self, currency: str, rates: Mapping[str, Decimal]) -> Money:
        """Convert with `rates`, units of `currency` for one unit of each other; raises UnknownCurrency."""
        if self.currency == currency:
            return self
        if self.currency not in rates:
            raise UnknownCurrency(self.currency)
        return Money.of(self.amount * rates[self.currency], currency)

    def __str__(self) -> str:
        """Return the amount as people write it: `$120,000`, `€99.50`, `CHF 1,200`."""
        sign = _SIGNS.get(self.currency, f"{self.currency} ")
        digits = f"{abs(self.amount):,.2f}".removesuffix(".00")
        return f"{'-' if self.cents < 0 else ''}{sign}{digits}"
