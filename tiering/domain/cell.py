"""What one cell of an export means: text, a number, money, a date; or a sentence of what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from unicodedata import category

from tiering.domain.account import Attribute
from tiering.domain.money import Money
from tiering.domain.numeral import SIGNS, currency_of, read_numeral

LIMIT = Decimal(10) ** 15
"""No number may be larger: its cents still fit into a signed 64-bit integer, ninety times over."""

ATTRIBUTE_LENGTH = 500
"""Characters that the text of an attribute may have."""

_UNKNOWN = frozenset({"", "-", "--", "–", "—", "n/a", "#n/a", "null", "#null!", "none", "unknown", "(blank)"})
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "ja", "wahr", "✓", "✔"})
_NO = frozenset({"no", "n", "false", "f", "0", "nein", "falsch"})
_WORDS = {"yes": True, "true": True, "no": False, "false": False}
"""The only words that make an attribute a yes or a no: letters and digits alone may be codes."""

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.]|)([0-9]{1,2})\2([0-9]{1,2})")
_TIME = re.compile(r"(?:T|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:[AaPp]\.?[Mm]\.?)?"
                   r" ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?$")  # fmt: skip
_NUMERIC_DATE = re.compile(r"([0-9]{1,2})([./-]) ?([0-9]{1,2})\2 ?([0-9]{4}|[0-9]{2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?[ -]([a-z]+)\.?,?[ -]([0-9]{4}|[0-9]{2})")
_MONTH_DAY = re.compile(r"([a-z]+)\.?[ -]([0-9]{1,2})(?:st|nd|rd|th)?,? ?[ -]([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_EXCEL_EPOCH = date(1899, 12, 30)
_DOMAIN = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:xn--[a-z0-9-]{1,58}[a-z0-9]|[a-z]{2,63})"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class Expected:
    """A cell that cannot be read, as the words that follow "expected" in a sentence."""

    what: str


class DateOrder(StrEnum):
    """How a mapping says that dates such as 03/04/2026, or bare numbers, are to be read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    EXCEL = "excel"


_A_NUMBER = Expected("a number such as 12000 or 12,000.5")
_AN_AMOUNT = Expected("an amount such as 12000 or $12,000.00")
_A_SANE_AMOUNT = Expected("an amount of at most 1,000,000,000,000,000")
_A_DATE = Expected("a date such as 2026-12-31")


def tidy(cell: str) -> str:
    """Return a cell without invisible marks, whitespace around it, and odd or doubled whitespace inside."""
    if not cell.isascii() and not cell.isprintable():
        cell = "".join(mark for mark in cell if category(mark) != "Cf")
    return " ".join(cell.split())


def is_unknown(cell: str) -> bool:
    """Whether a tidy cell is empty or one of the ways exports have to say that they do not know."""
    return not cell or (len(cell) < 10 and cell.casefold() in _UNKNOWN)


def text(cell: str, limit: int) -> str | Expected | None:
    """Return the words of a cell without odd whitespace and invisible marks; None when it says nothing."""
    if len(cell) > 4 * limit + 100:
        return Expected(f"at most {limit} characters")
    cell = tidy(cell)
    if is_unknown(cell):
        return None
    if len(cell) > limit:
        return Expected(f"at most {limit} characters")
    if not cell.isprintable() and any(category(mark) in ("Cc", "Cs") for mark in cell):
        return Expected("text without control characters")
    return cell


def number(cell: str, scale: Decimal | None = None) -> Decimal | Expected | None:
    """Read a number, with or without a currency sign or a per cent sign, times `scale`."""
    cell = tidy(cell[:200])
    if is_unknown(cell):
        return None
    found = read_numeral(cell.removesuffix("%").rstrip())
    if found is None:
        return _A_NUMBER
    value = found.value * (scale if scale is not None else 1)
    return value if abs(value) <= LIMIT else Expected("a number of at most 1,000,000,000,000,000")


def money(cell: str, currency: str, scale: Decimal | None = None) -> Money | Expected | None:
    """Read an amount; a sign or code in the cell wins over `currency`.

    One dot before exactly three digits, as in 1.100, is refused where nothing tells which of a
    thousand and a decimal it means: the two readings differ by a factor of 1,000.
    """
    cell = tidy(cell[:200])
    if is_unknown(cell):
        return None
    found = read_numeral(cell)
    if found is None:
        return _AN_AMOUNT
    if found.unclear and scale is None:
        return Expected(f"{_AN_AMOUNT.what}; one dot and three digits may mean either")
    named = currency_of(found.sign, currency)
    if named is None:
        return Expected("an amount in one currency, such as $12,000.00 or 12000 EUR")
    amount = found.value * (scale if scale is not None else 1)
    return Money.of(amount, named) if abs(amount) <= LIMIT else _A_SANE_AMOUNT


def percentage(cell: str) -> Decimal | Expected | None:
    """Read a share in per cent, from 0 to 100, with or without the sign."""
    words = tidy(cell[:50])
    if is_unknown(words):
        return None
    found = read_numeral(words.removesuffix("%").rstrip())
    if found is None or found.sign or not 0 <= found.value <= 100:
        return Expected("a number from 0 to 100")
    return found.value


def currency_code(cell: str) -> str | Expected | None:
    """Read an ISO 4217 code such as EUR; whether a rate is known for it is the policy's matter."""
    code = tidy(cell[:50]).upper()
    if is_unknown(code):
        return None
    if re.fullmatch("[A-Z]{3}", code):
        return code
    return SIGNS.get(code.lower()) or Expected("a currency code of three letters such as USD")


def integer(cell: str, low: int, high: int) -> int | Expected | None:
    """Read a whole number from `low` to `high`."""
    cell = tidy(cell[:200])
    if is_unknown(cell):
        return None
    expected = Expected(f"a whole number from {low:,} to {high:,}")
    found = read_numeral(cell)
    if found is None or found.unclear or found.sign or found.value != found.value.to_integral_value():
        return expected
    return int(found.value) if low <= found.value <= high else expected


def boolean(cell: str) -> bool | Expected | None:
    """Read a yes or a no."""
    cell = tidy(cell[:50]).casefold()
    if cell in _YES:
        return True
    if cell in _NO:
        return False
    return None if is_unknown(cell) else Expected("yes or no")


def day(cell: str, order: DateOrder | None = None) -> date | Expected | None:
    """Read a date; of a date with a time the time is left out, as it stands and without changing zones.

    With dots the day comes first. With slashes or hyphens 31/12/2026 and 12/31/2026 explain themselves,
    and 03/04/2026 is refused unless `order` says what it means. Two digits of a year are 20xx.
    """
    cell = tidy(cell[:100])
    if is_unknown(cell) or cell.startswith("0000-00-00"):
        return None
    if order is DateOrder.EXCEL and re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]+)?", cell):
        days = int(cell.split(".")[0])
        return _sane(_EXCEL_EPOCH + timedelta(days)) if days < 200_000 else _A_DATE
    cell = _TIME.sub("", cell)
    if (found := _YEAR_FIRST.fullmatch(cell)) and (found[2] or len(cell) == 8):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMERIC_DATE.fullmatch(cell):
        return _numeric_date(found, order)
    lower = cell.casefold()
    if found := _DAY_MONTH.fullmatch(lower):
        return _date(_year(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_DAY.fullmatch(lower):
        return _date(_year(found[3]), _month(found[1]), int(found[2]))
    return _A_DATE


def attribute(cell: str) -> Attribute | Expected | None:
    """Read a cell of a column that only the policy gives a meaning.

    A number when all of it is one (with thousands, a currency sign or a per cent sign, but without a
    leading zero or plus: those are codes and telephone numbers), a yes or no when it is that word, a date
    when it is written 2026-12-31, else text.
    """
    words = text(cell, ATTRIBUTE_LENGTH)
    if not isinstance(words, str):
        return words
    first = words[0]
    if len(words) < 40 and not words.isalpha() and first != "+" and not re.match("0[0-9]", words):
        found = read_numeral(words.removesuffix("%").rstrip())
        if found is not None and found.is_bare and abs(found.value) <= LIMIT:
            return found.value
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", words) and isinstance(when := day(words), date):
            return when
    return _WORDS.get(words.casefold(), words)


def domain(cell: str) -> str | Expected | None:
    """Read the domain of a company's address on the web, without scheme, www, port and path, in punycode."""
    words = text(cell, 500)
    if not isinstance(words, str):
        return words
    if _DOMAIN.fullmatch(words) and not words.startswith("www."):
        return words
    expected = Expected("a domain such as acme.com")
    host = re.split("[/?#]", re.sub(r"^(?:[a-z][a-z0-9+.-]*:)?//", "", words.lower()), maxsplit=1)[0]
    host = re.sub(r":[0-9]{1,5}$", "", host).rstrip(".")
    if host.count(".") > 1:
        host = host.removeprefix("www.")
    if len(host) > 253:
        return expected
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return expected
    return host if _DOMAIN.fullmatch(host) else expected


def complaint(column: str, cell: str, expected: Expected) -> str:
    """Return the sentence: column `arr`, value '12x0': expected an amount such as 12000 or $12,000.00."""
    shown = cell if len(cell) <= 60 else cell[:57] + "..."
    return f"column `{tidy(column)}`, value {shown!r}: expected {expected.what}"


def _numeric_date(found: re.Match[str], order: DateOrder | None) -> date | Expected:
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    if found[2] == "." or order is DateOrder.DAY_FIRST:
        return _date(year, second, first)
    if order is DateOrder.MONTH_FIRST:
        return _date(year, first, second)
    readings = [_date(year, second, first), _date(year, first, second)]
    days = {reading for reading in readings if isinstance(reading, date)}
    if len(days) == 2:
        return Expected(f"{_A_DATE.what}; a mapping may say `dates: day-first` or `dates: month-first`")
    return days.pop() if days else _A_DATE


def _date(year: int, month: int, number: int) -> date | Expected:
    try:
        return _sane(date(year, month, number))
    except ValueError:
        return _A_DATE


def _sane(when: date) -> date | Expected:
    inside = _FIRST_YEAR <= when.year <= _LAST_YEAR
    return when if inside else Expected(f"a date between {_FIRST_YEAR} and {_LAST_YEAR}")


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(name: str) -> int:
    """Return the number of a month's English name, short or full; 0 is no month and makes no date."""
    for number, (short, full) in enumerate(zip(_MONTHS, _FULL_MONTHS, strict=True), start=1):
        if name in (short, full) or (name == "sept" and short == "sep"):
            return number
    return 0
