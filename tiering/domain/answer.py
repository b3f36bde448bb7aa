"""The answers to a question of the staff; each holds all that a face needs to show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from tiering.domain.account import Account
from tiering.domain.criteria import Segment
from tiering.domain.decision import Decision
from tiering.domain.entitlement import Entitlement
from tiering.domain.policy import Tier
from tiering.domain.service import Service
from tiering.domain.training import TeamTraining


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of an account among those of its tier, the largest base value first; equals share a place."""

    place: int
    of: int


@dataclass(frozen=True, slots=True)
class Card:
    """An account with everything that is known and promised."""

    account: Account
    decision: Decision
    up: tuple[str, ...]
    """What would move it up, a sentence each, or that no single change would; empty in the highest tier."""
    tier: Tier
    entitlements: tuple[Entitlement, ...]
    parent: str | None
    """The parent's name."""
    today: date
    segment: Segment | None = None
    rank: Rank | None = None
    """None where what would rank it is unknown."""
    training: TeamTraining | None = None
    """What its people have learned; None where nobody has begun."""

    @property
    def age(self) -> int | None:
        """Days since the account's data was last confirmed."""
        return (self.today - self.account.as_of).days if self.account.as_of else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several accounts that may have been meant."""

    id: str
    name: str
    domain: str | None
    country: str | None
    csm: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Found:
    """How the account was found, so that no guess is silent."""

    asked: str
    by: str
    """`id`, `domain`, `contact`, `name`, `alias`, `prefix` or `spelling`."""

    @property
    def exact(self) -> bool:
        """Whether the words were the account's own, not the beginning or a misspelling of them."""
        return self.by not in ("prefix", "spelling")


@dataclass(frozen=True, slots=True)
class TierAnswer:
    """The tier of an account; with `why` the reasons come first."""

    card: Card
    found: Found
    why: bool = False


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """Whether an account may have a service."""

    card: Card
    found: Found
    service: Service
    definition: str
    """The service in the catalogue's own words, plain text."""
    entitlement: Entitlement


@dataclass(frozen=True, slots=True)
class OfferAnswer:
    """What may be offered to an account: everything it has, and what it may ask for or buy."""

    card: Card
    found: Found
    sold: tuple[Service, ...] = ()
    """Services outside the plan that have a price, in the catalogue's order."""


@dataclass(frozen=True, slots=True)
class ServiceUnknown:
    """The account is clear, the service is not."""

    card: Card
    found: Found
    asked: str
    nearest: tuple[Service, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Several accounts fit; `service`, `why` repeat the rest of the question for whoever picks one."""

    asked: str
    candidates: tuple[Candidate, ...]
    """The first of them, at most 100."""
    total: int
    service: str | None = None
    why: bool = False


@dataclass(frozen=True, slots=True)
class AccountUnknown:
    """No account fits; the nearest names may help."""

    asked: str
    nearest: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """The question was empty or asked for help; `accounts` is how many there are to ask about."""

    accounts: int
    examples: tuple[str, ...] = field(default=())
    """Names of real accounts to try."""


Answer: TypeAlias = TierAnswer | ServiceAnswer | OfferAnswer | ServiceUnknown | Choice | AccountUnknown | Help
