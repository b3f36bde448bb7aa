"""Looking at the record as lists: accounts by tier, services by tier."""

from __future__ import annotations

from dataclasses import dataclass

from tiering.domain.account import Status
from tiering.domain.entitlement import level_of
from tiering.domain.policy import Policy, Tier
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level, Prose, Service
from tiering.storage.decisions import Listed
from tiering.storage.listing import Selection
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.ask import Inquiry
from tiering.usecases.policy import in_force

__all__ = [
    "Filter",
    "Listed",
    "Page",
    "Plan",
    "PlannedService",
    "UnknownPreset",
    "count_accounts",
    "listed",
    "matrix",
    "page_of",
    "plans",
    "recent_lookups",
    "search_accounts",
    "tiers_with",
]

_HAD = frozenset({Level.INCLUDED, Level.ALLOWANCE})
"""The levels at which a customer has a service without asking for it."""

_LOOKUPS = 200
"""Among how many of somebody's latest questions the accounts are sought that they asked about last."""


class UnknownPreset(Exception):
    """A preset that no service has levels for."""

    def __init__(self, preset: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no preset {preset!r}; the services have {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which accounts are looked for; what is None does not matter."""

    words: str | None = None
    """The beginning of a name or alias or, where none begins so, a whole domain, country or industry."""
    tier: int | None = None
    csm: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of accounts."""

    lines: tuple[Listed, ...]
    total: int
    """How many accounts there are on all pages."""
    page: int
    """The number of this page, from 1."""
    pages: int
    """How many pages there are, at least 1."""


@dataclass(frozen=True, slots=True)
class PlannedService:
    """A service as a customer's plan has it."""

    id: str
    name: str
    definition: str
    """Markdown as it was written."""
    level: Level
    allowance: str | None
    """Such as `4 per year`."""
    price: str | None
    """Such as `$1,200 per session`."""
    conditional: bool
    """Whether only some accounts of the plan are owed it, as the service's condition says."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What customers may read of a tier: never its number."""

    name: str
    promise: str
    first_response: str
    response_hours: str
    services: tuple[PlannedService, ...]


def count_accounts(store: Store) -> int:
    """Count the accounts of the record."""
    with store.begin() as work:
        return work.accounts.count()


def listed(store: Store, who: str, tier: int | None = None) -> list[Listed]:
    """List the accounts with their tiers, the highest first; raises NoPolicy."""
    with store.begin() as work:
        in_force(work)
        lines = work.decisions.listed(tier)
        work.audit.add(work.at, who, "list", f"tier {tier}" if tier else None, {"accounts": len(lines)})
        return lines


def search_accounts(store: Store, wanted: Filter, page: int, inquiry: Inquiry, size: int = 10) -> Page:
    """Return a page of the accounts that fit, the highest tier and the largest first.

    A page before the first or after the last is the first or the last. Raises Refusal and NoPolicy.
    """
    with store.begin() as work:
        policy = in_force(work)
        if wanted.tier is not None:
            policy.check_tier(wanted.tier)
        words = (wanted.words or "").replace("\0", "")  # which PostgreSQL does not take
        selection = Selection(
            words=words.strip() or None,
            tier=wanted.tier,
            csms=None if wanted.csm is None else work.listing.spelled("csm", wanted.csm),
            statuses=None if wanted.status is None else (_status(wanted.status),),
        )
        found = page_of(work, selection, page, size)
        work.audit.add(work.at, inquiry.who, "search", None, {"accounts": found.total, "page": found.page})
        return found


def page_of(work: UnitOfWork, selection: Selection, page: int, size: int = 10) -> Page:
    """Return a page of a selection."""
    counts = work.listing.count(selection)
    total = sum(counts.values())
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    lines = work.listing.page(selection, counts, (page - 1) * size, size)
    return Page(tuple(lines), total, page, pages)


def recent_lookups(store: Store, inquiry: Inquiry, limit: int = 5) -> list[Listed]:
    """Return the accounts that this person asked about last, the latest first, each once."""
    with store.begin() as work:
        asked = work.audit.subjects(inquiry.who, ("ask", "show"), _LOOKUPS)
        into = work.merges.into(asked)
        standing = list(dict.fromkeys(into.get(one, one) for one in asked))
        found = work.listing.lines(standing[:limit])
        work.audit.add(work.at, inquiry.who, "recent lookups", None, {"accounts": len(found)})
        return found


def _status(text: str) -> Status:
    try:
        return Status(text.strip().casefold())
    except ValueError:
        known = ", ".join(Status)
        raise Refusal(f"There is no status {text!r}; an account is one of {known}.") from None


def matrix(policy: Policy, preset: str | None = None) -> tuple[str, list[tuple[Service, dict[int, Level]]]]:
    """Return the preset and for each service its level in every tier; raises UnknownPreset."""
    chosen = preset or policy.rules.preset
    known = tuple(sorted({name for service in policy.catalogue.services for name in service.levels}))
    if chosen not in known:
        raise UnknownPreset(chosen, known)
    tiers = [tier.id for tier in policy.rules.tiers]
    return chosen, [
        (service, {tier: level_of(service, tier, chosen) for tier in tiers})
        for service in policy.catalogue.services
    ]


def plans(store: Store, prose: Prose) -> tuple[Plan, ...]:
    """Return what each plan includes, for customers; raises NoPolicy."""
    with store.begin() as work:
        policy = in_force(work).worded(prose)
    return tuple(_plan(tier, policy, prose) for tier in policy.rules.tiers)


def tiers_with(store: Store, service: str) -> frozenset[int]:
    """Return the tiers in which every account has a service; none before a policy is in force."""
    with store.reading() as work:
        if work.publication is None:
            return frozenset()
        policy = work.publication.policy
    found = policy.catalogue.by_id.get(service)
    if found is None or found.condition:
        return frozenset()
    levels = {tier.id: level_of(found, tier.id, policy.rules.preset) for tier in policy.rules.tiers}
    return frozenset(tier for tier, level in levels.items() if level in _HAD)


def _plan(tier: Tier, policy: Policy, prose: Prose) -> Plan:
    services = tuple(
        PlannedService(
            service.id,
            service.name,
            prose.definitions.get(service.id, ""),
            level_of(service, tier.id, policy.rules.preset),
            str(service.allowance) if service.allowance else None,
            f"{service.price.money} per {service.price.per}" if service.price else None,
            bool(service.condition),
        )
        for service in policy.catalogue.services
    )
    return Plan(tier.public_name, tier.promise, tier.sla.first_response, tier.sla.hours, services)
