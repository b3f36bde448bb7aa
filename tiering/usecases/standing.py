"""Where a contact stands with us: the account, its plan and what it may have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tiering.domain.account import MANAGER, Account, Contact, Status
from tiering.domain.entitlement import Entitlement, entitlements
from tiering.domain.service import Prose
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import as_known
from tiering.usecases.holdings import holdings_of

__all__ = ["Entitlement", "Standing", "contact_with", "standing_of", "team_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A contact of an account that is, or may become, a customer."""

    contact: str
    """The contact's id."""
    name: str | None
    emails: tuple[str, ...] = ()
    """Lower-cased, the preferred one first."""
    time_zone: str | None = None
    """The zone of their own clock, such as `America/New_York`, where it is known."""
    account_id: str
    account: str
    """The account's name."""
    manages: bool = False
    """Whether they see what their colleagues at the account have learned."""
    csm: str | None = None
    """Who looks after the account, whether or not its plan promises anybody."""
    tier: int | None = None
    """None where nothing is promised: for a prospect, and as long as no policy is in force."""
    plan: str | None = None
    """The tier's public name, which is all that customers read of it."""
    first_response: str | None = None
    """Within what time the plan promises a first answer, such as `4 hours`."""
    response_hours: str | None = None
    """At which hours that is counted, such as `working hours`."""
    segment: str | None = None
    """The segment's id."""
    goal: str | None = None
    """What the account wants to reach, in the words of the CRM."""
    partner: str | None = None
    """Who serves the account in our place."""
    entitlements: tuple[Entitlement, ...] = ()
    """Of every service of the catalogue; their sentences are for staff."""


def contact_with(store: Store, email: str) -> str | None:
    """Return the id of the contact with this e-mail address; None where we may not let them in."""
    with store.reading() as work:
        contact = work.contacts.owners([email.lower()]).get(email.lower())
        return contact if contact and _account_of(work, contact) else None


def standing_of(store: Store, contact: str, today: date, prose: Prose) -> Standing | None:
    """Return where a contact stands; None for one who is not known, or whose account has left us."""
    with store.reading() as work:
        person = work.contacts.among([contact]).get(contact)
        account = _account_of(work, contact)
        if person is None or account is None:
            return None
        standing = Standing(
            contact=contact,
            name=person.name,
            emails=person.emails,
            time_zone=person.time_zone,
            account_id=account.id,
            account=account.name,
            manages=person.role == MANAGER,
            csm=account.csm,
            goal=account.goal,
            partner=account.partner,
        )
        decision = work.decisions.current([account.id]).get(account.id)
        if work.publication is None or decision is None or account.status is not Status.CUSTOMER:
            return standing
        policy = work.publication.policy.worded(prose)
        tier = policy.tier(decision.tier)
        holdings = holdings_of(work, account.id, today)
        (known,) = as_known(work, [account], policy, today)
        return replace(
            standing,
            tier=decision.tier,
            plan=tier.public_name,
            first_response=tier.sla.first_response,
            response_hours=tier.sla.hours,
            segment=decision.segment,
            entitlements=entitlements(known, decision.tier, policy, today, holdings),
        )


def team_of(store: Store, manager: str) -> tuple[Contact, ...]:
    """Return a manager and their colleagues at the same account, by name; nobody for who is no manager.

    Whoever is at an account that is part of theirs now is a colleague.
    """
    with store.reading() as work:
        person = work.contacts.among([manager]).get(manager)
        account = _account_of(work, manager)
        if person is None or account is None or person.role != MANAGER:
            return ()
        found = work.contacts.at([account.id, *work.merges.parts_of(account.id)])
        return tuple(sorted(found.values(), key=lambda one: ((one.name or "").casefold(), one.id)))


def _account_of(work: UnitOfWork, contact: str) -> Account | None:
    """Return the account of a contact, followed to the one it is part of now, unless it has left us."""
    person = work.contacts.among([contact]).get(contact)
    if person is None:
        return None
    at = work.merges.into([person.account_id]).get(person.account_id, person.account_id)
    account = work.accounts.get(at)
    return account if account and account.status is not Status.CHURNED else None
