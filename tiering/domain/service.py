"""A service of the catalogue: what it is, who delivers it, and which tiers get it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tiering.domain.condition import Written
from tiering.domain.money import Currency, Money

_ID = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


class Level(StrEnum):
    """What a tier gets of a service."""

    INCLUDED = "included"
    ALLOWANCE = "allowance"
    REQUEST = "request"
    PAID = "paid"
    NO = "no"


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"expected small letters, digits and hyphens such as health-check, not {text!r}")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Allowance(_Part):
    """How often a service may be had in each period."""

    times: int = Field(ge=1, le=1000)
    per: Literal["month", "quarter", "year"]

    def __str__(self) -> str:
        """Return `4 per year`."""
        return f"{self.times} per {self.per}"


class Price(_Part):
    """What one delivery costs where the service is sold."""

    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    currency: Currency = "USD"
    per: str = Field(default="delivery", min_length=1, max_length=40)

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money.of(self.amount, self.currency)


class Service(_Part):
    """One entry of the catalogue, as the head of its file says."""

    id: Annotated[str, Field(max_length=60), AfterValidator(_id)]
    name: str = Field(min_length=1, max_length=80)
    aliases: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    delivery: Literal["person", "automated"] = "person"
    team: Literal["cs", "support", "partner"] = "cs"
    by_partner: bool = False
    """Whether the partner of an account delivers it, where the account has one."""
    hours: Decimal = Field(default=Decimal(0), ge=0, le=1000)
    """Working hours that one delivery takes."""
    per_year: int = Field(default=1, ge=0, le=1000)
    """How many deliveries a year an account that has it uncounted is expected to take."""
    levels: Mapping[str, Mapping[int, Level]]
    """For each preset, what each tier gets; a tier that is not named gets nothing."""
    allowance: Allowance | None = None
    price: Price | None = None
    """What it costs for a tier whose level is `no` or `paid`; without a price it is not sold."""
    instead: tuple[str, ...] = ()
    """Slugs of the articles and courses to offer where the answer is no."""
    approver: str | None = None
    """Who may grant it all the same."""
    condition: Mapping[str, Written] = Field(default_factory=dict)
    """What must also be true of an account for the service to be owed to it."""

    def team_for(self, partner: str | None) -> str:
        """Return which team does the work for an account that has this partner, or none."""
        return "partner" if partner and self.by_partner else self.team


class Catalogue(_Part):
    """All services, in the order in which they are listed."""

    services: tuple[Service, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Service]:
        """The services under their ids."""
        return {service.id: service for service in self.services}


@dataclass(frozen=True)
class Prose:
    """How the services are worded now, whatever was published: edits of it take effect at once."""

    catalogue: Catalogue
    definitions: Mapping[str, str]
    """The definition of each service, Markdown as it was written."""

    def worded(self, service: Service) -> Service:
        """Return a published service with today's name, aliases, offers and approver."""
        now = self.catalogue.by_id.get(service.id)
        if now is None:
            return service
        words = {key: getattr(now, key) for key in ("name", "aliases", "instead", "approver")}
        return service.model_copy(update=words)
