"""An account: a customer company as the CRM knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from tiering.domain.money import Money

Attribute: TypeAlias = str | Decimal | bool | date
"""The value of a column that only the policy gives a meaning."""

NO_ATTRIBUTES: Mapping[str, Attribute] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from, and the day on which it was confirmed."""

    source: str | None
    as_of: date | None


NO_ORIGINS: Mapping[str, Origin] = MappingProxyType({})


class Status(StrEnum):
    """Where an account stands in its life with us."""

    PROSPECT = "prospect"
    CUSTOMER = "customer"
    CHURNED = "churned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account. None always means that the value is unknown, never zero or no."""

    id: str
    name: str
    domain: str | None = None
    aliases: tuple[str, ...] = ()
    status: Status = Status.CUSTOMER
    arr: Money | None = None
    """Annual recurring revenue."""
    potential_arr: Money | None = None
    seats: int | None = None
    active_users: int | None = None
    nps: int | Decimal | None = None
    """Net promoter score, from -100 to 100."""
    csat: Decimal | None = None
    """Customer satisfaction in per cent."""
    industry: str | None = None
    country: str | None = None
    goal: str | None = None
    parent: str | None = None
    """The parent's id or name as the CRM wrote it."""
    parent_id: str | None = None
    """The parent's id, once it is known which account is meant."""
    partner: str | None = None
    advocate_reference: bool | None = None
    advocate_case_study: bool | None = None
    advocate_referrals: int | None = None
    own_resources: bool | None = None
    hard_to_reach: bool | None = None
    narrow_use: bool | None = None
    csm: str | None = None
    sponsor: str | None = None
    engineer: str | None = None
    went_live_on: date | None = None
    renewal_on: date | None = None
    sold_by: str | None = None
    attributes: Mapping[str, Attribute] = field(default_factory=lambda: NO_ATTRIBUTES)
    as_of: date | None = field(default=None, compare=False)
    """The day on which the CRM last confirmed these values; confirmed again, it is the same account."""
    source: str | None = field(default=None, compare=False)
    """The file or system from which they came."""
    origins: Mapping[str, Origin] = field(default_factory=lambda: NO_ORIGINS, compare=False)
    """Where single values came from, by the name of their metric, if not with the others."""


CERTIFIED = "partner_certified"
"""The attribute that says whether the partner of an account has our certificate."""
CERTIFIED_UNTIL = "partner_certified_until"
"""The attribute that says how long that certificate holds, where we issued it."""


def partner_told(account: Account) -> str | None:
    """Return who serves an account in our place, and whether they are certified; None where nobody does."""
    if account.partner is None:
        return None
    certified = str(account.attributes.get(CERTIFIED, "")).casefold() in ("true", "yes")
    until = account.attributes.get(CERTIFIED_UNTIL)
    told = f" until {until.day} {until:%B %Y}" if isinstance(until, date) else ""
    return f"{account.partner} (certified{told})" if certified else account.partner


MANAGER = "manager"
"""The role of a contact who sees what colleagues have learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person at an account."""

    id: str
    account_id: str
    emails: tuple[str, ...]
    """Lower-cased, the preferred one first."""
    name: str | None = None
    role: str = "member"
    language: str | None = None
    time_zone: str | None = None
