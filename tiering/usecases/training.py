"""Training: what the knowledge base notes of it, what accounts have learned, and certified partners."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tiering.domain.account import Account
from tiering.domain.partner import CertifiedPartners, as_certified
from tiering.domain.training import TeamTraining, Training, noted, team_training
from tiering.storage.store import UnitOfWork

__all__ = ["Training", "UnitOfWork", "hold", "note", "taken", "training_of", "with_certified_partners"]


def hold(work: UnitOfWork, contact: str) -> bool:
    """Let nobody else add up what a contact has learned before this unit of work is over.

    False of a contact who is not in the record, of whom nothing can be noted.
    """
    return work.training.hold(contact)


def note(work: UnitOfWork, new: Training, formerly: Sequence[str] = ()) -> None:
    """Keep how far a contact is in a course; the same again changes nothing.

    What is kept under slugs that the course had before becomes part of it. Whoever calls holds the contact.
    """
    known = work.training.among([new.contact_id], [new.course, *formerly])
    now = noted(known, new)
    if known == [now]:
        return
    if old := [one.course for one in known if one.course != new.course]:
        work.training.forget(new.contact_id, old)
    work.training.save(now)


def taken(work: UnitOfWork, contacts: Sequence[str]) -> dict[tuple[str, str], Training]:
    """Return what is noted of contacts, by contact and course."""
    return {(one.contact_id, one.course): one for one in work.training.among(contacts)}


def training_of(work: UnitOfWork, account_id: str, today: date) -> TeamTraining | None:
    """Return what the people of an account have learned; None where nobody has begun."""
    people, trainings = work.training.of_account(account_id)
    return team_training(people, trainings, today)


def with_certified_partners(work: UnitOfWork, accounts: Sequence[Account], today: date) -> Sequence[Account]:
    """Return accounts with what certificates that hold today say of the partners who serve them."""
    if not any(account.partner for account in accounts):
        return accounts
    certificates = work.training.partner_certificates(today)
    if not certificates:
        return accounts
    names = work.training.namesakes(sorted({one.account_id for one in certificates}))
    partners = CertifiedPartners(certificates, names)
    return [as_certified(account, partners) for account in accounts]
