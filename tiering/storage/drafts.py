"""Drafts of the policy in the record: what was uploaded, its rehearsal, who signed it and who may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from tiering.domain.account import Status
from tiering.domain.colleague import Colleague
from tiering.domain.money import Money
from tiering.domain.names import fold
from tiering.domain.package import Difference
from tiering.domain.policy import Policy, Rules
from tiering.domain.rehearsal import Moved, Rehearsal, restored, stored
from tiering.domain.service import Catalogue
from tiering.storage.database import insert_new
from tiering.storage.tables import draft_movers, draft_shares, draft_signatures, drafts


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody's consent to a draft."""

    who: str
    name: str
    signed_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Share:
    """A link by which others may read a draft."""

    id: int
    draft_id: int
    readers: str
    """For whom it was made, such as Sales."""
    made_at: datetime
    made_by: str
    until: date
    """The last day on which it opens anything."""
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was uploaded; it never changes, so that whoever signs it signs this."""

    id: int
    name: str
    based_on: int
    """The newest version when it was uploaded."""
    made_at: datetime
    made_by: Colleague
    version: int | None
    """The version as which it was published."""
    withdrawn_at: datetime | None
    rehearsed_at: datetime | None
    rehearsed_state: str | None
    """The state of the record that the rehearsal was made of."""
    rehearsal_begun_at: datetime | None
    """When the rehearsal began that is under way."""
    rehearsal_done: int
    """How many accounts it has decided so far."""
    rehearsal_problem: str | None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.version is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which movers somebody wants to see; all where nothing is said."""

    text: str = ""
    """A part of the account's name or id."""
    way: tuple[int, int] | None = None


_PLAIN = [
    drafts.c[name]
    for name in (
        "id", "name", "based_on", "made_at", "made_by", "made_by_name", "version", "withdrawn_at",
        "rehearsed_at", "rehearsed_state", "rehearsal_begun_at", "rehearsal_done", "rehearsal_problem",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts as seen by one unit of work."""

    connection: Connection

    def add(self, policy: Policy, source: str, based_on: int, at: datetime, who: Colleague) -> int:
        """Keep a draft and return its number."""
        query = insert(drafts).values(
            name=policy.rules.name,
            source=source,
            rules=policy.rules.model_dump(mode="json"),
            services=policy.catalogue.model_dump(mode="json"),
            based_on=based_on,
            made_at=at,
            made_by=who.reference,
            made_by_name=who.name,
        )
        return int(self.connection.execute(query.returning(drafts.c.id)).scalar_one())

    def get(self, number: int) -> Draft | None:
        """Return a draft."""
        row = self.connection.execute(select(*_PLAIN).where(drafts.c.id == number)).one_or_none()
        return _draft(row) if row else None

    def newest(self, limit: int) -> list[Draft]:
        """Return the drafts, the newest first."""
        rows = self.connection.execute(select(*_PLAIN).order_by(drafts.c.id.desc()).limit(limit))
        return [_draft(row) for row in rows]

    def policy(self, number: int) -> tuple[Policy, str]:
        """Return what a draft says, and the text it was written as."""
        query = select(drafts.c.rules, drafts.c.services, drafts.c.source).where(drafts.c.id == number)
        row = self.connection.execute(query).one()
        return Policy(0, Rules.model_validate(row.rules), Catalogue.model_validate(row.services)), row.source

    def publish(self, number: int, version: int) -> None:
        """Note as which version a draft was published."""
        self.connection.execute(update(drafts).where(drafts.c.id == number).values(version=version))

    def withdraw(self, number: int, at: datetime) -> None:
        """Note that nothing will come of a draft."""
        self.connection.execute(update(drafts).where(drafts.c.id == number).values(withdrawn_at=at))

    def begin_rehearsal(self, number: int, at: datetime, unless_since: datetime) -> bool:
        """Take the rehearsal of a draft; false where one has begun after `unless_since` and is under way."""
        free = drafts.c.rehearsal_begun_at.is_(None) | (drafts.c.rehearsal_begun_at < unless_since)
        taken = update(drafts).where(drafts.c.id == number, free)
        done = taken.values(rehearsal_begun_at=at, rehearsal_done=0, rehearsal_problem=None)
        return self.connection.execute(done).rowcount == 1

    def advance(self, number: int, done: int) -> None:
        """Note how far a rehearsal has come."""
        self.connection.execute(update(drafts).where(drafts.c.id == number).values(rehearsal_done=done))

    def fail_rehearsal(self, number: int, problem: str) -> None:
        """Note why a rehearsal came to nothing."""
        failed = update(drafts).where(drafts.c.id == number)
        self.connection.execute(failed.values(rehearsal_begun_at=None, rehearsal_problem=problem))

    def finish_rehearsal(self, number: int, found: Rehearsal, state: str, at: datetime) -> None:
        """Keep the sums of a rehearsal; its movers are kept by themselves."""
        self.connection.execute(
            update(drafts)
            .where(drafts.c.id == number)
            .values(
                rehearsal=stored(found),
                rehearsed_at=at,
                rehearsed_state=state,
                rehearsal_begun_at=None,
                rehearsal_problem=None,
            )
        )

    def rehearsal(self, number: int) -> Rehearsal | None:
        """Return the sums of a draft's rehearsal, without its movers."""
        kept = self.connection.execute(select(drafts.c.rehearsal).where(drafts.c.id == number)).scalar()
        return restored(kept) if kept else None

    def forget_movers(self, number: int) -> None:
        """Make room for those of a new rehearsal."""
        self.connection.execute(delete(draft_movers).where(draft_movers.c.draft_id == number))

    def add_movers(self, number: int, first: int, movers: Sequence[Moved]) -> None:
        """Keep movers in this order; `first` is the place of the first of them."""
        if movers:
            rows = [_row(number, place, one) for place, one in enumerate(movers, first)]
            self.connection.execute(insert(draft_movers), rows)

    def movers(self, number: int, chosen: Chosen, limit: int, offset: int) -> list[Moved]:
        """Return some of a draft's movers, whoever pays most first."""
        query = select(draft_movers).where(*_which(number, chosen)).order_by(draft_movers.c.place)
        return [_moved(row) for row in self.connection.execute(query.limit(limit).offset(offset))]

    def count_movers(self, number: int, chosen: Chosen) -> int:
        """Count a draft's movers."""
        query = select(func.count()).select_from(draft_movers).where(*_which(number, chosen))
        return self.connection.execute(query).scalar_one()

    def sign(self, number: int, who: Colleague, at: datetime, note: str) -> bool:
        """Keep somebody's signature; false where they have signed before."""
        row = {"draft_id": number, "who": who.reference, "name": who.name, "signed_at": at, "note": note}
        return insert_new(self.connection, draft_signatures, row) is not None

    def signatures(self, number: int) -> list[Signature]:
        """Return who signed a draft, in turn."""
        columns = [draft_signatures.c[name] for name in ("who", "name", "signed_at", "note")]
        query = select(*columns).where(draft_signatures.c.draft_id == number)
        return [Signature(*row) for row in self.connection.execute(query.order_by("signed_at", "who"))]

    def share(self, number: int, readers: str, until: date, at: datetime, by: str) -> int:
        """Let others read a draft; returns the number of the share."""
        values = {"draft_id": number, "readers": readers, "until": until, "made_at": at, "made_by_name": by}
        query = insert(draft_shares).values(**values).returning(draft_shares.c.id)
        return int(self.connection.execute(query).scalar_one())

    def shares(self, number: int) -> list[Share]:
        """Return the links to a draft, the newest first."""
        query = select(draft_shares).where(draft_shares.c.draft_id == number)
        rows = self.connection.execute(query.order_by(draft_shares.c.id.desc()))
        return [_share(row) for row in rows]

    def get_share(self, number: int) -> Share | None:
        """Return a link by its number."""
        row = self.connection.execute(select(draft_shares).where(draft_shares.c.id == number)).one_or_none()
        return _share(row) if row else None

    def end_share(self, number: int, at: datetime) -> bool:
        """Let a link open nothing any more; false where it was ended before."""
        ended = update(draft_shares).where(draft_shares.c.id == number, draft_shares.c.ended_at.is_(None))
        return self.connection.execute(ended.values(ended_at=at)).rowcount == 1


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        name=row.name,
        based_on=row.based_on,
        made_at=row.made_at,
        made_by=Colleague(row.made_by, row.made_by_name),
        version=row.version,
        withdrawn_at=row.withdrawn_at,
        rehearsed_at=row.rehearsed_at,
        rehearsed_state=row.rehearsed_state,
        rehearsal_begun_at=row.rehearsal_begun_at,
        rehearsal_done=row.rehearsal_done or 0,
        rehearsal_problem=row.rehearsal_problem,
    )


def _share(row: Row[Any]) -> Share:
    return Share(row.id, row.draft_id, row.readers, row.made_at, row.made_by_name, row.until, row.ended_at)


def _which(number: int, chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [draft_movers.c.draft_id == number]
    if chosen.text:
        is_id = draft_movers.c.account_id == chosen.text
        folded = fold(chosen.text)
        named = draft_movers.c.folded.contains(folded, autoescape=True)
        conditions.append(is_id | named if folded else is_id)
    if chosen.way:
        before, after = chosen.way
        conditions += [draft_movers.c.before == before, draft_movers.c.after == after]
    return conditions


def _row(number: int, place: int, one: Moved) -> Mapping[str, Any]:
    return {
        "draft_id": number,
        "place": place,
        "account_id": one.id,
        "name": one.name,
        "folded": fold(one.name),
        "status": one.status.value,
        "before": one.before,
        "after": one.after,
        "due": one.due,
        "revenue_cents": one.revenue.cents if one.revenue else None,
        "revenue_currency": one.revenue.currency if one.revenue else None,
        "old_reasons": list(one.old_reasons),
        "new_reasons": list(one.new_reasons),
        "lost": list(one.changes.lost),
        "gained": list(one.changes.gained),
    }


def _moved(row: Row[Any]) -> Moved:
    revenue = None if row.revenue_cents is None else Money(row.revenue_cents, row.revenue_currency)
    return Moved(
        row.account_id,
        row.name,
        Status(row.status),
        row.before,
        row.after,
        row.due,
        tuple(row.old_reasons),
        tuple(row.new_reasons),
        revenue,
        Difference(tuple(row.lost), tuple(row.gained)),
    )
