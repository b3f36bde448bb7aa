"""Contacts in the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Subquery, delete, func, insert, select

from tiering.domain.account import Contact, Status
from tiering.storage.database import portions, upsert
from tiering.storage.tables import accounts, contact_emails, contacts, decisions


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts as seen by one unit of work."""

    connection: Connection

    def count(self) -> int:
        """Count the contacts."""
        return self.connection.execute(select(func.count()).select_from(contacts)).scalar_one()

    def among(self, ids: Sequence[str]) -> dict[str, Contact]:
        """Return those contacts of `ids` that exist."""
        found: dict[str, Contact] = {}
        for portion in portions(ids):
            emails: dict[str, list[str]] = {}
            for row in self.connection.execute(
                select(contact_emails)
                .where(contact_emails.c.contact_id.in_(portion))
                .order_by(contact_emails.c.position)
            ):
                emails.setdefault(row.contact_id, []).append(row.email)
            for row in self.connection.execute(select(contacts).where(contacts.c.id.in_(portion))):
                found[row.id] = Contact(
                    id=row.id,
                    account_id=row.account_id,
                    emails=tuple(emails.get(row.id, ())),
                    name=row.name,
                    role=row.role,
                    language=row.language,
                    time_zone=row.time_zone,
                )
        return found

    def at(self, accounts: Sequence[str]) -> dict[str, Contact]:
        """Return the contacts of these accounts."""
        query = select(contacts.c.id).where(contacts.c.account_id.in_(accounts)).order_by(contacts.c.id)
        return self.among(list(self.connection.execute(query).scalars()))

    def owners(self, emails: Sequence[str]) -> dict[str, str]:
        """Return for each of these e-mail addresses that is known the id of its contact."""
        found: dict[str, str] = {}
        for portion in portions(emails):
            query = select(contact_emails).where(contact_emails.c.email.in_(portion))
            found |= {row.email: row.contact_id for row in self.connection.execute(query)}
        return found

    def still_at(self, contact: str, email: str) -> bool:
        """Whether a contact is there and has this address; until the unit of work ends they stay so."""
        query = select(contact_emails.c.email).where(
            contact_emails.c.email == email, contact_emails.c.contact_id == contact
        )
        return self.connection.execute(query.with_for_update(read=True)).first() is not None

    def account_of(self, email: str) -> str | None:
        """Return the id of the account at which the person with this e-mail address works."""
        return self.accounts_of([email.lower()]).get(email.lower())

    def accounts_of(self, emails: Sequence[str]) -> dict[str, str]:
        """Return for each of these lower-cased addresses that is known the id of its account."""
        found: dict[str, str] = {}
        for portion in portions(emails):
            query = (
                select(contact_emails.c.email, contacts.c.account_id)
                .join(contacts, contacts.c.id == contact_emails.c.contact_id)
                .where(contact_emails.c.email.in_(portion))
            )
            found |= {row.email: row.account_id for row in self.connection.execute(query)}
        return found

    def of_customers(self) -> Subquery:
        """Return the contacts of customers: `contact`, `account`, `went_live_on` and `tier`.

        A face joins it to what it keeps of contacts, so that the database counts by tier.
        """
        columns = (
            contacts.c.id.label("contact"),
            contacts.c.account_id.label("account"),
            accounts.c.went_live_on,
            decisions.c.tier,
        )
        return (
            select(*columns)
            .join(accounts, accounts.c.id == contacts.c.account_id)
            .join(decisions, decisions.c.account_id == accounts.c.id)
            .where(
                accounts.c.status == Status.CUSTOMER.value,
                accounts.c.merged_into.is_(None),
                decisions.c.superseded_on.is_(None),
            )
            .subquery("of_customers")
        )

    def save(self, changed: Sequence[Contact]) -> None:
        """Insert or update contacts with their e-mail addresses."""
        rows = [
            {
                "id": contact.id,
                "account_id": contact.account_id,
                "name": contact.name,
                "role": contact.role,
                "language": contact.language,
                "time_zone": contact.time_zone,
            }
            for contact in changed
        ]
        upsert(self.connection, contacts, rows, ["id"])
        for portion in portions([contact.id for contact in changed]):
            self.connection.execute(delete(contact_emails).where(contact_emails.c.contact_id.in_(portion)))
        emails = [
            {"email": email, "contact_id": contact.id, "position": position}
            for contact in changed
            for position, email in enumerate(contact.emails)
        ]
        if emails:
            self.connection.execute(insert(contact_emails), emails)
