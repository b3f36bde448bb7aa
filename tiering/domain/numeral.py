"""A number as people and exports write it, with the thousands, decimals and currencies of any country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from unicodedata import normalize

SIGNS = {
    "$": "USD", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
    "₩": "KRW", "₺": "TRY", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₱": "PHP", "₫": "VND", "฿": "THB",
    "zł": "PLN", "kč": "CZK", "fr": "CHF", "fr.": "CHF", "sfr.": "CHF",
}  # fmt: skip
_SHARED = {
    "$": frozenset({"AUD", "CAD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD"}),
    "£": frozenset({"EGP", "LBP"}),
    "¥": frozenset({"CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}
"""Signs that several currencies use: there the sign does not contradict the row's own currency."""

_CODES = frozenset(SIGNS.values()).union(*_SHARED.values())

_POWERS = {"": 1, "k": 10**3, "m": 10**6, "mn": 10**6, "mio": 10**6, "b": 10**9, "bn": 10**9}

_COMMON = re.compile(
    r"(?P<sign>\$?)(?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,2})?)"
)
"""What nearly all cells look like, read without further ado: 12000, -12.50, $12,000.00."""
_DIGITS = r"[0-9](?:[0-9.,' ]*[0-9])?"
_NUMBER = re.compile(
    rf"(?P<digits>{_DIGITS}|[.,][0-9]+)(?:e(?P<exponent>[+-]?[0-9]{{1,2}})| ?(?P<power>k|mn|mio|m|bn|b)\.?)?"
)
_AMOUNT = re.compile(r"(?P<before>[a-z]+\.|[^0-9.,' ]*) ?(?P<number>[.,]?[0-9].*?) ?(?P<after>[^0-9,' ]*)")
_GROUPS = {
    mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+|[0-9]{{1,2}}(?:,[0-9]{{2}})+,[0-9]{{3}}")
    for mark in ",.' "
}
"""Thousands, and (with commas) India's lakhs and crores: 12,34,567."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a cell: its value, the currency sign or code beside it, and whether it is in doubt."""

    value: Decimal
    sign: str = ""
    power: str = ""
    unclear: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing but a well-known currency stands beside the digits: `SKU 12` is a code."""
        return not self.power and (not self.sign.isalpha() or self.sign.upper() in _CODES)


def read_numeral(cell: str) -> Numeral | None:
    """Read a tidy cell as a number with minus signs, brackets (negative in accounting) and a currency."""
    if common := _COMMON.fullmatch(cell):
        return Numeral(Decimal(common["digits"].replace(",", "")), common["sign"])
    cell = normalize("NFKC", cell).replace("\u2212", "-").replace("\u2019", "'").lower()
    negative = False
    if len(cell) > 2 and cell[0] == "(" and cell[-1] == ")":
        negative, cell = True, cell[1:-1].strip()
    found = _AMOUNT.fullmatch(cell)
    if not found:
        return None
    before, minus = _without_minus(found["before"])
    after, late_minus = _without_minus(found["after"])
    if (negative, minus, late_minus).count(True) > 1:
        return None
    return _with_currency(before, found["number"], after, negative or minus or late_minus)


def _without_minus(sign: str) -> tuple[str, bool]:
    bare = sign.replace("-", "", 1).strip()
    return (bare, True) if bare != sign.strip() else (sign.strip(), False)


def _with_currency(before: str, digits: str, after: str, negative: bool) -> Numeral | None:
    """Tell `1.2m`, `1.2 m eur` and `12 eur` apart: a power of ten stands directly after the digits."""
    power, _, rest = after.partition(" ")
    if power.rstrip(".") in _POWERS:
        digits, after = digits + power, rest.strip()
    if before.startswith("+"):
        before = before[1:].strip()
    if before and after and before != after:
        return None
    sign = before or after
    if sign and not (sign in SIGNS or sign in _SHARED or re.fullmatch("[a-z]{3}", sign)):
        return None
    found = _NUMBER.fullmatch(digits)
    if not found:
        return None
    return _valued(found, sign, negative)


def _valued(found: re.Match[str], sign: str, negative: bool) -> Numeral | None:
    plain = _plain_digits(found["digits"])
    if plain is None:
        return None
    value = Decimal(plain) * _POWERS[found["power"] or ""]
    if found["exponent"]:
        value = Decimal(f"{value.scaleb(int(found['exponent'])):f}")
    unclear = (
        re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", found["digits"]) is not None
        and not found["power"]
        and not found["exponent"]
    )
    return Numeral(-value if negative else value, sign, found["power"] or "", unclear)


def _plain_digits(digits: str) -> str | None:
    """Return digits with thousands and decimals of any country as Python writes them; None if they jar."""
    marks = [mark for mark in digits if not mark.isdigit()]
    decimal = marks[-1] if marks and _is_decimal(digits, marks) else ""
    whole, _, fraction = digits.rpartition(decimal) if decimal else (digits, "", "")
    kinds = {mark for mark in whole if not mark.isdigit()}
    if len(kinds) > 1 or (decimal and not fraction.isdigit()):
        return None
    if kinds:
        mark = kinds.pop()
        if not _GROUPS[mark].fullmatch(whole):
            return None
        whole = whole.replace(mark, "")
    return f"{whole or '0'}.{fraction}" if fraction else whole


def _is_decimal(digits: str, marks: list[str]) -> bool:
    """Whether the last mark separates decimals: not when it recurs, nor when it is a comma of thousands."""
    last = marks[-1]
    if last not in ".," or marks.count(last) > 1:
        return False
    if last == "." or len(marks) > 1:
        return True
    return not re.fullmatch("[1-9][0-9]{0,2},[0-9]{3}", digits)


def currency_of(sign: str, currency: str) -> str | None:
    """Return the currency of an amount: the row's, unless the cell's sign says another; None if unclear."""
    if not sign or currency in _SHARED.get(sign, ()):
        return currency
    return SIGNS.get(sign) or (sign.upper() if sign.isascii() and sign.isalpha() and len(sign) == 3 else None)
