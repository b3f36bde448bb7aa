"""The certificates that contacts were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Column, Connection, Date, RowMapping, String, Table, Text, UniqueConstraint, select

from kb.certificate import Certificate, new_certificate_number
from kb.storage.progress import Tell
from tiering.storage.database import insert_new, metadata, portions
from tiering.storage.personal import By, Personal, anew, privacy
from tiering.usecases.record import Store

# Personal are `contact` and `name`.
certificates = Table(
    "kb_certificates",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("contact", String(200), nullable=False),
    Column("course", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("begins_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    UniqueConstraint("contact", "course", "begins_on"),
    info=privacy(
        Personal(
            what="Certificates",
            source="they finished a course, and wrote the name themselves",
            by={"contact": By.CONTACT},
            shows=("number", "title", "name", "begins_on", "ends_on"),
            kept="until the contact is erased; whoever has the number then reads that it is no longer shown",
            erase={"contact": anew, "name": ""},
        )
    ),
)


@dataclass(frozen=True)
class Certificates:
    """All certificates; every method is one transaction and raises RecordUnavailable."""

    store: Store
    tell: Tell = field(default=lambda *_: None)

    def issue(self, certificate: Certificate, who: str) -> Certificate:
        """Keep a certificate; where there is one of the same term, that one stays. `who` is for the audit."""
        row = {name: getattr(certificate, name) for name in Certificate.__dataclass_fields__}
        at = certificates.c
        same = select(certificates).where(
            at.contact == certificate.contact,
            at.course == certificate.course,
            at.begins_on == certificate.begins_on,
        )
        with self.store.begin() as work:
            while insert_new(work.connection, certificates, row) is None:
                if known := work.connection.execute(same).mappings().one_or_none():
                    return _certificate(known)
                row["number"] = new_certificate_number()  # it was another one's
            told = {"course": certificate.course, "ends_on": certificate.ends_on.isoformat()}
            work.audit.add(work.at, who, "issue certificate", None, told)
            self.tell(work, certificate.contact, certificate.course)
        return replace(certificate, number=row["number"])

    def get(self, number: str) -> Certificate | None:
        """Return a certificate."""
        with self.store.reading() as work:
            found = work.connection.execute(select(certificates).where(certificates.c.number == number))
            row = found.mappings().one_or_none()
            return _certificate(row) if row else None

    def of(self, contacts: Sequence[str]) -> tuple[Certificate, ...]:
        """Return the certificates of some contacts, the newest first."""
        with self.store.reading() as work:
            return certificates_of(work.connection, contacts)


def certificates_of(connection: Connection, contacts: Sequence[str]) -> tuple[Certificate, ...]:
    """Return the certificates of some contacts, the newest first, within a transaction."""
    newest = select(certificates).order_by(certificates.c.begins_on.desc(), certificates.c.number)
    found: list[Certificate] = []
    for portion in portions(contacts):
        rows = connection.execute(newest.where(certificates.c.contact.in_(portion))).mappings()
        found += [_certificate(row) for row in rows]
    return tuple(sorted(found, key=lambda one: one.begins_on, reverse=True))


def _certificate(row: RowMapping) -> Certificate:
    return Certificate(**row)
