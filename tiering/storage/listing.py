"""Lists of accounts, page by page: the database seeks, counts and sorts, and only a page is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, cast, func, select, true

from tiering.domain.account import Status
from tiering.domain.names import fold
from tiering.storage.accounts import Accounts
from tiering.storage.database import portions
from tiering.storage.decisions import LISTED, Listed, line_of
from tiering.storage.ranking import Ranking
from tiering.storage.tables import accounts, decisions, effort, names


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which accounts are looked for; what is None does not matter."""

    words: str | None = None
    """The beginning of a name or alias or, where none begins so, a whole domain, country or industry."""
    tier: int | None = None
    csms: Sequence[str] | None = None
    """Names of managers exactly as the accounts have them."""
    statuses: Sequence[Status] | None = None


@dataclass(slots=True)
class Vocabulary:
    """The values that columns of the accounts have, kept until an import has changed the accounts."""

    _kept: tuple[int, dict[str, list[str]]] = field(default_factory=lambda: (-1, {}))

    def of(self, connection: Connection, column: str) -> list[str]:
        """Return the different values of a column, most had first."""
        newest, kept = Accounts(connection).newest_import(), self._kept
        if kept[0] != newest:
            kept = self._kept = (newest, {})
        if column not in kept[1]:
            value = accounts.c[column]
            query = select(value).where(value.is_not(None)).group_by(value)
            query = query.order_by(func.count().desc(), value)
            kept[1][column] = list(connection.execute(query).scalars())
        return kept[1][column]


@dataclass(frozen=True, slots=True)
class Listing:
    """The lists as seen by one unit of work."""

    connection: Connection
    ranking: Ranking
    vocabulary: Vocabulary

    def count(self, selection: Selection) -> dict[int, int]:
        """Count the accounts of a selection by tier, the highest first."""
        query = select(decisions.c.tier, func.count()).where(*self._conditions(selection))
        query = query.group_by(decisions.c.tier).order_by(decisions.c.tier)
        return {row.tier: row[1] for row in self.connection.execute(query)}

    def page(self, selection: Selection, counts: dict[int, int], first: int, size: int) -> list[Listed]:
        """Return some accounts of a selection, the highest tier and in it the largest first.

        `counts` are those of the selection. Tier by tier an index has them in their order; over all tiers
        at once they would have to be sorted.
        """
        conditions = self._conditions(selection)
        column = decisions.c
        ids: list[str] = []
        for tier, count in counts.items():
            if first < count and len(ids) < size:
                query = select(column.account_id).where(*conditions, column.tier == tier)
                query = query.order_by(column.weight.desc().nulls_last(), column.account_id.desc())
                ids += self.connection.execute(query.offset(first).limit(size - len(ids))).scalars()
            first = max(first - count, 0)
        return self.lines(ids)

    def lines(self, ids: Sequence[str]) -> list[Listed]:
        """Return the lines of those of `ids` that have a decision in force, in the order given."""
        found = {row.id: row for portion in portions(ids) for row in self._rows(portion)}
        return [self._ranked(found[one]) for one in ids if one in found]

    def spelled(self, column: str, *texts: str) -> list[str]:
        """Return the values of a column of the accounts that read like a text, most had first.

        Case and accents do not matter. Of several texts the first counts that any value reads like.
        """
        known = dict[str, list[str]]()
        for value in self.vocabulary.of(self.connection, column):
            known.setdefault(fold(value), []).append(value)
        return next((known[fold(text)] for text in texts if fold(text) in known), [])

    def csms(self, limit: int) -> list[tuple[str, int]]:
        """Return the managers with how many accounts they have that are not churned, most first."""
        count = func.count()
        query = (
            select(accounts.c.csm, count)
            .where(
                accounts.c.csm.is_not(None),
                accounts.c.status != Status.CHURNED.value,
                accounts.c.merged_into.is_(None),
            )
            .group_by(accounts.c.csm)
            .order_by(count.desc(), accounts.c.csm)
            .limit(limit)
        )
        return [(csm, number) for csm, number in self.connection.execute(query)]

    def ids_of(self, csms: Sequence[str]) -> set[str]:
        """Return the ids of the accounts that some managers look after."""
        query = select(accounts.c.id).where(accounts.c.csm.in_(csms), accounts.c.merged_into.is_(None))
        return set(self.connection.execute(query).scalars())

    def renewals(self, csms: Sequence[str], first: date, last: date, limit: int) -> list[tuple[str, date]]:
        """Return (id, day) of the managers' customers that renew between two days, the next first."""
        query = (
            select(accounts.c.id, accounts.c.renewal_on)
            .where(*_customers_of(csms), accounts.c.renewal_on.between(first, last))
            .order_by(accounts.c.renewal_on, accounts.c.name, accounts.c.id)
            .limit(limit)
        )
        return [(row.id, row.renewal_on) for row in self.connection.execute(query)]

    def served(self, csms: Sequence[str], first: date, last: date) -> list[tuple[str, float]]:
        """Return (id, hours) of the managers' customers that were given any between two days, most first."""
        hours = func.sum(cast(effort.c.hours, Float))
        query = (
            select(effort.c.account_id, hours)
            .where(
                effort.c.account_id.in_(select(accounts.c.id).where(*_customers_of(csms))),
                effort.c.day.between(first, last),
            )
            .group_by(effort.c.account_id)
            .order_by(hours.desc(), effort.c.account_id)
        )
        return [(account_id, given) for account_id, given in self.connection.execute(query)]

    def _conditions(self, selection: Selection) -> list[ColumnElement[bool]]:
        account_id = decisions.c.account_id
        sought: list[ColumnElement[bool]] = []
        if selection.words is not None:
            sought.append(account_id.in_(self._called(selection.words)))
        if selection.csms is not None or selection.statuses is not None:
            owned = select(accounts.c.id)
            if selection.csms is not None:
                owned = owned.where(accounts.c.csm.in_(selection.csms))
            if selection.statuses is not None:
                owned = owned.where(accounts.c.status.in_([status.value for status in selection.statuses]))
            sought.append(account_id.in_(owned))
        conditions = [self._sought_in_force() if sought else decisions.c.superseded_on.is_(None), *sought]
        if selection.tier is not None:
            conditions.append(decisions.c.tier == selection.tier)
        return conditions

    def _sought_in_force(self) -> ColumnElement[bool]:
        """Return the condition for decisions in force, where the accounts are sought by something else.

        SQLite plans without statistics: it takes what is in force for a few rows and would walk through all
        of it. Put like this no index helps with that, and it begins with what is sought.
        """
        in_force = decisions.c.superseded_on.is_(None)
        return in_force.is_(true()) if self.connection.dialect.name == "sqlite" else in_force

    def _called(self, words: str) -> Select[tuple[str]]:
        """Return the ids of the accounts that are called so or, where none is, are of that place or trade.

        By the names of an account that was merged into another the other one is found.
        """
        standing = select(func.coalesce(accounts.c.merged_into, accounts.c.id))
        start = fold(words)
        within = (names.c.full_name >= start) & (names.c.full_name < start + "\U0010ffff")
        if start and self.connection.execute(select(names.c.account_id).where(within).limit(1)).first():
            return standing.where(accounts.c.id.in_(select(names.c.account_id).where(within)))
        of_domain = accounts.c.domain == words.strip().casefold()
        countries, industries = self.spelled("country", words), self.spelled("industry", words)
        return select(accounts.c.id).where(
            of_domain | accounts.c.country.in_(countries) | accounts.c.industry.in_(industries)
        )

    def _ranked(self, row: Any) -> Listed:
        return line_of(row, self.ranking.rank(self.connection, row.tier, row.weight))

    def _rows(self, ids: Iterable[str]) -> Iterable[Any]:
        query = (
            select(*LISTED)
            .join(decisions, decisions.c.account_id == accounts.c.id)
            .where(accounts.c.id.in_(ids), self._sought_in_force())
        )
        return self.connection.execute(query)


def _customers_of(csms: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (
        accounts.c.csm.in_(csms),
        accounts.c.status == Status.CUSTOMER.value,
        accounts.c.merged_into.is_(None),
    )
