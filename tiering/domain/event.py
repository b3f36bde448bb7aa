"""An event: what somebody at a customer did, as the product or a file tells of it; checked here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tiering.domain import cell
from tiering.domain.cell import Expected
from tiering.domain.contact_row import email

FIELDS = ("id", "contact", "email", "name", "at", "value")
"""What may be said of an event: by a program as keys, in a file as columns."""

SIGNED_UP, NPS_ANSWERED = "signed_up", "nps_answered"
"""The names that mean something without being declared in site.yaml."""

EXPECTED_NAME = "a name such as invoice.sent: small letters and digits, with . _ or - between them"

SKEW = timedelta(minutes=5)
"""How much another machine's clock may be ahead of ours."""

_ID_LENGTH, _WHO_LENGTH, _NAME_LENGTH = 200, 320, 60
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_STEP = Decimal("0.000001")
_NPS = Expected("a number from 0 to 10, since that is what was asked for")
_A_NUMBER = Expected("a number of at most 1,000,000,000,000,000, such as 3 or 12.5")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, known for ever by its id."""

    id: str
    who: str
    """The id or an address of the contact, as it was told; nobody need be known by it yet."""
    name: str
    at: datetime
    """In UTC."""
    value: Decimal | None = None
    """Rounded to six decimals, and written the shortest way."""


def is_event_name(text: str) -> bool:
    """Whether an event may be called so."""
    return len(text) <= _NAME_LENGTH and _NAME.fullmatch(text) is not None


def parse_event(said: Mapping[str, object], now: datetime) -> Event | list[str]:
    """Read an event, or say everything that is wrong with it; what is empty or None was not said."""
    given = {key: value for key, value in said.items() if value is not None and value != ""}
    problems = [
        f"there is no `{key[:60]}`; an event has {', '.join(FIELDS)}" for key in given if key not in FIELDS
    ]
    name = _name(given.get("name"))
    field = "contact" if "contact" in given else "email"
    found: dict[str, object] = {
        "id": _text(given.get("id"), _ID_LENGTH) or Expected("an id that no other event has"),
        field: _who(given),
        "name": name,
        "at": _at(given.get("at"), now),
        "value": _value(given.get("value"), name),
    }
    problems += [
        _sentence(key, given.get(key), one) for key, one in found.items() if isinstance(one, Expected)
    ]
    if problems:
        return problems
    return Event(who=found.pop(field), **found)  # type: ignore[arg-type]  # whatever is no Expected has its type


def _sentence(field: str, value: object, expected: Expected) -> str:
    shown = "missing" if value is None else repr(value)
    return f"`{field}` is {shown if len(shown) <= 60 else shown[:57] + '...'}; expected {expected.what}"


def _text(value: object, limit: int) -> str | Expected | None:
    if value is None:
        return None
    return cell.text(value, limit) if isinstance(value, str) else Expected("text")


def _who(given: Mapping[str, object]) -> str | Expected:
    if "contact" in given and "email" in given:
        return Expected("either `contact` or `email`, not both")
    if "contact" in given:
        found = _text(given["contact"], _WHO_LENGTH) or Expected("the id or an address of a contact")
        return found if isinstance(found, Expected) else email(found) or found
    address = given.get("email")
    known = email(address) if isinstance(address, str) and len(address) <= _WHO_LENGTH else None
    return known or Expected("an address such as jane@acme.com, or `contact` with a contact's id")


def _name(value: object) -> str | Expected:
    return value if isinstance(value, str) and is_event_name(value) else Expected(EXPECTED_NAME)


def _at(value: object, now: datetime) -> datetime | Expected:
    expected = Expected("a moment with its zone, such as 2026-11-23T10:00:00Z")
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return expected
    try:
        at = datetime.fromisoformat(value.upper())
    except ValueError:
        return expected
    if at > now + SKEW:
        return Expected("a moment that is not in the future")
    return at.astimezone(UTC) if at >= _FIRST else Expected("a moment since the year 2000")


def _value(value: object, name: str | Expected) -> Decimal | Expected | None:
    number = _number(value)
    if name == NPS_ANSWERED and not (isinstance(number, Decimal) and 0 <= number <= 10):
        return _NPS
    if not isinstance(number, Decimal):
        return number
    rounded = number.quantize(_STEP)
    return Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if rounded else Decimal(0)


def _number(value: object) -> Decimal | Expected | None:
    if value is None or isinstance(value, str):
        return cell.number(value or "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _A_NUMBER
    number = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
    return number if number.is_finite() and abs(number) <= cell.LIMIT else _A_NUMBER
