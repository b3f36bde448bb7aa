"""Training in the record: how far contacts are in courses, and which partners are certified by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, String, Subquery, and_, case, cast, delete, func, or_, select

from tiering.domain.partner import AccountName, PartnerCertificate
from tiering.domain.training import IDLE, Training
from tiering.storage.database import portions, upsert
from tiering.storage.tables import accounts, contacts, names, training

STANDING = func.coalesce(accounts.c.merged_into, accounts.c.id)
"""The account of a contact, followed to the one that it is part of now."""
OWNER = cast(STANDING, String).label("account_id")
"""The same to group by: of a type, lest SQLite find no account among these but by looking at all of them."""
_COLUMNS = tuple(training.c[name] for name in Training.__dataclass_fields__)
_KEYS = ("contact_id", "course")


@dataclass(frozen=True, slots=True)
class Trainings:
    """The training as seen by one unit of work."""

    connection: Connection

    def hold(self, contact_id: str) -> bool:
        """Let nobody else add up what this contact has learned before this is over; false of one unknown."""
        query = select(contacts.c.id).where(contacts.c.id == contact_id).with_for_update()
        return self.connection.execute(query).first() is not None

    def among(self, contact_ids: Sequence[str], courses: Sequence[str] = ()) -> list[Training]:
        """Return how far these contacts are in the courses that they have begun, or in some of them."""
        found: list[Training] = []
        query = select(*_COLUMNS).order_by(training.c.contact_id, training.c.course)
        if courses:
            query = query.where(training.c.course.in_(courses))
        for portion in portions(contact_ids):
            rows = self.connection.execute(query.where(training.c.contact_id.in_(portion)))
            found += [Training(**row._mapping) for row in rows]
        return found

    def of_account(self, account_id: str) -> tuple[int, list[Training]]:
        """Return how many people an account has, those of its merged parts among them, and their training."""
        part = or_(accounts.c.id == account_id, accounts.c.merged_into == account_id)
        people = select(contacts.c.id).join(accounts, accounts.c.id == contacts.c.account_id).where(part)
        ids = list(self.connection.execute(people).scalars())
        return len(ids), self.among(ids)

    def save(self, one: Training) -> None:
        """Keep how far a contact is in a course, in the place of what was known."""
        row = {name: getattr(one, name) for name in Training.__dataclass_fields__}
        upsert(self.connection, training, [row], _KEYS)

    def forget(self, contact_id: str, courses: Sequence[str]) -> None:
        """Forget what is kept of a contact under these slugs."""
        mine = (training.c.contact_id == contact_id, training.c.course.in_(courses))
        self.connection.execute(delete(training).where(*mine))

    def partner_certificates(self, today: date) -> list[PartnerCertificate]:
        """Return the certificates of courses for partners that hold today."""
        query = (
            select(STANDING.label("account_id"), training.c.certified_on, training.c.certified_until)
            .join(contacts, contacts.c.id == training.c.contact_id)
            .join(accounts, accounts.c.id == contacts.c.account_id)
            .where(
                training.c.partners,
                training.c.certified_until >= today,
                training.c.certified_on <= today,
            )
        )
        return [PartnerCertificate(*row) for row in self.connection.execute(query)]

    def namesakes(self, account_ids: Sequence[str]) -> list[AccountName]:
        """Return the names of these accounts and their merged parts, and of all who share one with them."""
        found: list[AccountName] = []
        query = select(STANDING, names.c.kind, names.c.full_name, names.c.core_name)
        query = query.join(accounts, accounts.c.id == names.c.account_id)
        for portion in portions(account_ids):
            theirs = or_(accounts.c.id.in_(portion), accounts.c.merged_into.in_(portion))
            own = select(names.c.core_name).where(names.c.account_id.in_(select(accounts.c.id).where(theirs)))
            rows = self.connection.execute(query.where(names.c.core_name.in_(own)))
            found += [AccountName(*row) for row in rows]
        return found


def learned_until(day: date) -> Subquery:
    """Count by account what its contacts had learned by a day.

    `learners` have begun a course, `finishers` finished one, `certified` hold a certificate, and `stopped`
    have left one; they have answered `quizzes`, and passed `quizzes_at_once`, as far as is known today.
    """
    certified = and_(training.c.certified_on <= day, training.c.certified_until >= day)
    unfinished = or_(training.c.finished_on.is_(None), training.c.finished_on > day)
    taken = (
        select(
            training.c.contact_id,
            func.count(case((training.c.finished_on <= day, 1))).label("finished"),
            func.count(case((certified, 1))).label("certified"),
            func.count(case((and_(unfinished, training.c.last_on < day - IDLE), 1))).label("stopped"),
            func.sum(training.c.quizzes).label("quizzes"),
            func.sum(training.c.quizzes_at_once).label("quizzes_at_once"),
        )
        .where(training.c.begun_on <= day)
        .group_by(training.c.contact_id)
        .subquery("taken")
    )
    query = (
        select(
            OWNER,
            func.count().label("learners"),
            func.count(case((taken.c.finished > 0, 1))).label("finishers"),
            func.count(case((taken.c.certified > 0, 1))).label("certified"),
            func.count(case((taken.c.stopped > 0, 1))).label("stopped"),
            func.sum(taken.c.quizzes).label("quizzes"),
            func.sum(taken.c.quizzes_at_once).label("quizzes_at_once"),
        )
        .select_from(taken)
        .join(contacts, contacts.c.id == taken.c.contact_id)
        .join(accounts, accounts.c.id == contacts.c.account_id)
        .group_by(OWNER)
    )
    return query.subquery("learned")
