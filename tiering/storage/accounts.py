"""Accounts in the record, and the names by which they are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from tiering.domain.account import Account, Status
from tiering.domain.money import Money
from tiering.domain.names import core, fold
from tiering.storage.database import portions, upsert
from tiering.storage.tables import accounts, decisions, names

_MONEY = ("arr", "potential_arr")
_PLAIN = tuple(
    column.name
    for column in accounts.c
    if column.name not in {"aliases", "status", "attributes", "import_id", "merged_into"}
    and not column.name.startswith(_MONEY)
)
_plain_values = attrgetter(*_PLAIN)
_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts as seen by one unit of work."""

    connection: Connection

    def count(self, status: Status | None = None) -> int:
        """Count the accounts, or those of one status; merged ones are part of another."""
        query = select(func.count()).select_from(accounts).where(accounts.c.merged_into.is_(None))
        if status:
            query = query.where(accounts.c.status == status.value)
        return self.connection.execute(query).scalar_one()

    def get(self, account_id: str) -> Account | None:
        """Return the account with this id."""
        return self.among([account_id]).get(account_id)

    def among(self, ids: Iterable[str]) -> dict[str, Account]:
        """Return those accounts of `ids` that exist."""
        found: dict[str, Account] = {}
        for portion in portions(list(ids)):
            query = select(accounts).where(accounts.c.id.in_(portion))
            found |= {row.id: _account(row) for row in self.connection.execute(query)}
        return found

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return those of `ids` that accounts have."""
        found: set[str] = set()
        for portion in portions(list(ids)):
            query = select(accounts.c.id).where(accounts.c.id.in_(portion))
            found.update(self.connection.execute(query).scalars())
        return found

    def seen(self, ids: Sequence[str], import_id: int) -> set[str]:
        """Return those of `ids` that this import has stored or confirmed already."""
        found: set[str] = set()
        for portion in portions(ids):
            query = select(accounts.c.id).where(accounts.c.id.in_(portion), accounts.c.import_id == import_id)
            found.update(self.connection.execute(query).scalars())
        return found

    def named(self, folded: Iterable[str]) -> dict[str, list[str]]:
        """Return for each folded name or alias the ids of the accounts that are called so."""
        found: dict[str, list[str]] = {}
        for portion in portions(list(folded)):
            query = select(names.c.full_name, names.c.account_id).where(names.c.full_name.in_(portion))
            for row in self.connection.execute(query.distinct().order_by(names.c.account_id)):
                found.setdefault(row.full_name, []).append(row.account_id)
        return found

    def links(self) -> dict[str, str]:
        """Return child to parent for every account that has a parent."""
        query = select(accounts.c.id, accounts.c.parent_id).where(accounts.c.parent_id.is_not(None))
        return {row.id: row.parent_id for row in self.connection.execute(query)}

    def save(self, changed: Sequence[Account], import_id: int) -> None:
        """Insert or update accounts with their names; `import_id` marks them as seen by that import."""
        upsert(self.connection, accounts, [_row(account, import_id) for account in changed], ["id"])
        for portion in portions([account.id for account in changed]):
            self.connection.execute(delete(names).where(names.c.account_id.in_(portion)))
        rows = [row for account in changed for row in _names(account)]
        if rows:
            self.connection.execute(insert(names), rows)

    def confirm(self, seen: Sequence[Account], import_id: int) -> None:
        """Note that an import found these accounts unchanged: their data is fresh.

        All of them have the same source and date, those of the import.
        """
        for portion in portions([account.id for account in seen]):
            self.connection.execute(
                update(accounts)
                .where(accounts.c.id.in_(portion))
                .values(import_id=import_id, source=seen[0].source, as_of=seen[0].as_of)
            )

    def pages(self, import_id: int | None = None, size: int = _ROWS) -> Iterator[list[Account]]:
        """Walk through all accounts in the order of their ids, or through those that one import saw.

        Accounts that were merged into another are left out.
        """
        last = ""
        while True:
            query = select(accounts).where(accounts.c.id > last, accounts.c.merged_into.is_(None))
            query = query.order_by(accounts.c.id).limit(size)
            if import_id is not None:
                query = query.where(accounts.c.import_id == import_id)
            page = [_account(row) for row in self.connection.execute(query)]
            if not page:
                return
            yield page
            last = page[-1].id

    def unparented(self) -> Iterator[list[tuple[str, str]]]:
        """Walk through (id, parent as written) of the accounts whose parent is still to be found."""
        last = ""
        while True:
            rows = self.connection.execute(
                select(accounts.c.id, accounts.c.parent)
                .where(
                    accounts.c.parent.is_not(None),
                    accounts.c.parent_id.is_(None),
                    accounts.c.merged_into.is_(None),
                    accounts.c.id > last,
                )
                .order_by(accounts.c.id)
                .limit(_ROWS)
            ).all()
            if not rows:
                return
            yield [(row.id, row.parent) for row in rows]
            last = rows[-1].id

    def set_parents(self, parents: Mapping[str, str | None]) -> None:
        """Store which account is the parent of which."""
        if parents:
            query = update(accounts).where(accounts.c.id == bindparam("child"))
            rows = [{"child": child, "parent_id": parent} for child, parent in parents.items()]
            self.connection.execute(query.values(parent_id=bindparam("parent_id")), rows)

    def parents_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the parent's id of each of `ids` that has one."""
        found: dict[str, str] = {}
        for portion in portions(ids):
            query = select(accounts.c.id, accounts.c.parent_id).where(
                accounts.c.id.in_(portion), accounts.c.parent_id.is_not(None)
            )
            found |= {row.id: row.parent_id for row in self.connection.execute(query)}
        return found

    def children_of(self, ids: Sequence[str]) -> dict[str, str]:
        """Return child to parent for every child of `ids`."""
        found: dict[str, str] = {}
        for portion in portions(ids):
            query = select(accounts.c.id, accounts.c.parent_id).where(accounts.c.parent_id.in_(portion))
            found |= {row.id: row.parent_id for row in self.connection.execute(query)}
        return found

    def vanished(self, import_id: int) -> list[tuple[str, str]]:
        """Return (id, name) of the accounts that are not churned and that an import did not see."""
        query = (
            select(accounts.c.id, accounts.c.name)
            .where(
                accounts.c.status != Status.CHURNED.value,
                accounts.c.merged_into.is_(None),
                (accounts.c.import_id != import_id) | accounts.c.import_id.is_(None),
            )
            .order_by(accounts.c.name)
        )
        return [(row.id, row.name) for row in self.connection.execute(query)]

    def churn(self, ids: Sequence[str], import_id: int) -> None:
        """Mark accounts as churned by an import."""
        for portion in portions(ids):
            self.connection.execute(
                update(accounts)
                .where(accounts.c.id.in_(portion))
                .values(status=Status.CHURNED.value, import_id=import_id)
            )

    def known(self, columns: Sequence[str], import_id: int) -> dict[str, int]:
        """Count for each column how many accounts that an import did not see have a value in it."""
        query = select(*(func.count(accounts.c[name]).label(name) for name in columns)).where(
            (accounts.c.import_id != import_id) | accounts.c.import_id.is_(None)
        )
        return dict(self.connection.execute(query).one()._mapping)

    def columns(self, wanted: Collection[str]) -> set[str]:
        """Return columns of the company's own that accounts have, stopping once all wanted are found."""
        query = select(accounts.c.attributes).where(accounts.c.merged_into.is_(None))
        query = query.execution_options(yield_per=_ROWS)
        found: set[str] = set()
        with self.connection.execute(query) as rows:
            for attributes in rows.scalars():
                found.update(attributes)
                if found.issuperset(wanted):
                    break
        return found

    def hold(self, account_id: str) -> None:
        """Let nobody else's unit of work hold this account before this one is over; SQLite has one writer."""
        query = select(accounts.c.id).where(accounts.c.id == account_id).with_for_update()
        self.connection.execute(query)

    # Finding: each returns ids, at most `limit` of them, in the order of the names.

    def with_id(self, text: str) -> list[str]:
        """Find the account with this id, whatever the case of its letters."""
        query = select(accounts.c.id).where(accounts.c.id.in_({text, text.upper(), text.lower()}))
        found = list(self.connection.execute(query).scalars())
        return [text] if text in found else found

    def with_domain(self, domain: str, limit: int) -> list[str]:
        """Find the accounts of a domain."""
        query = select(accounts.c.id).where(accounts.c.domain == domain).order_by(accounts.c.name)
        return list(self.connection.execute(query.limit(limit)).scalars())

    def with_name(self, text: str, kind: str, limit: int) -> list[str]:
        """Find accounts by their whole name (`name`) or by an alias (`alias`), folded."""
        query = select(names.c.account_id).where(names.c.full_name == fold(text), names.c.kind == kind)
        return list(self.connection.execute(query.order_by(names.c.account_id).limit(limit)).scalars())

    def called(self, folded: Sequence[str]) -> dict[str, list[str]]:
        """Return for each of these folded names the accounts that are called so, else so but for the form."""
        found = self.named(folded)
        if not found:
            for portion in portions(folded):
                query = select(names.c.core_name, names.c.account_id).where(names.c.core_name.in_(portion))
                for row in self.connection.execute(query.distinct().order_by(names.c.account_id)):
                    found.setdefault(row.core_name, []).append(row.account_id)
        return found

    def at_domains(self, domains: Sequence[str]) -> dict[str, list[str]]:
        """Return for each of these domains the accounts that have it."""
        found: dict[str, list[str]] = {}
        for portion in portions(domains):
            query = select(accounts.c.domain, accounts.c.id).where(accounts.c.domain.in_(portion))
            for row in self.connection.execute(query.order_by(accounts.c.name, accounts.c.id)):
                found.setdefault(row.domain, []).append(row.id)
        return found

    def with_core(self, text: str, limit: int) -> list[str]:
        """Find accounts one of whose names is this but for the legal form."""
        query = select(names.c.account_id).where(names.c.core_name == core(text)).distinct()
        return list(self.connection.execute(query.order_by(names.c.account_id).limit(limit)).scalars())

    def with_prefix(self, text: str, limit: int) -> tuple[list[str], int]:
        """Find accounts one of whose names begins so: the first of them, and how many there are."""
        start = fold(text)
        within = (names.c.full_name >= start) & (names.c.full_name < start + "\U0010ffff")
        ids = select(names.c.account_id).where(within)
        total = self.connection.execute(
            select(func.count(names.c.account_id.distinct())).where(within)
        ).scalar_one()
        query = select(accounts.c.id).where(accounts.c.id.in_(ids)).order_by(accounts.c.name).limit(limit)
        return list(self.connection.execute(query).scalars()), total

    def newest_import(self) -> int:
        """Return the number of the import that changed the accounts last, 0 before the first."""
        return self.connection.execute(select(func.max(accounts.c.import_id))).scalar_one() or 0

    def spellings(self) -> list[tuple[str, str]]:
        """Return every (name without its legal form, account id), for matching by spelling."""
        query = select(names.c.core_name, names.c.account_id).distinct()
        return [(row.core_name, row.account_id) for row in self.connection.execute(query)]

    def examples(self, limit: int) -> list[str]:
        """Return names of customers that are good to try: those in the highest tiers."""
        query = (
            select(accounts.c.name)
            .join(decisions, decisions.c.account_id == accounts.c.id)
            .where(decisions.c.superseded_on.is_(None), accounts.c.status == Status.CUSTOMER.value)
            .order_by(decisions.c.tier, accounts.c.id)
            .limit(limit)
        )
        return list(self.connection.execute(query).scalars())


def _account(row: Row[Any]) -> Account:
    columns = row._mapping
    values: dict[str, Any] = {name: columns[name] for name in _PLAIN}
    for name in _MONEY:
        cents = columns[f"{name}_cents"]
        values[name] = None if cents is None else Money(cents, columns[f"{name}_currency"])
    values["aliases"] = tuple(columns["aliases"])
    values["status"] = Status(columns["status"])
    values["attributes"] = columns["attributes"]
    return Account(**values)


def _row(account: Account, import_id: int) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(_PLAIN, _plain_values(account), strict=True))
    for name in _MONEY:
        money: Money | None = getattr(account, name)
        row[f"{name}_cents"] = money.cents if money else None
        row[f"{name}_currency"] = money.currency if money else None
    row["aliases"] = account.aliases
    row["status"] = account.status.value
    row["attributes"] = dict(account.attributes)
    row["import_id"] = import_id
    return row


def _names(account: Account) -> Iterator[dict[str, str]]:
    seen: set[tuple[str, str]] = set()
    for kind, name in (("name", account.name), *(("alias", alias) for alias in account.aliases)):
        full_name = fold(name)
        if full_name and (kind, full_name) not in seen:
            seen.add((kind, full_name))
            yield {
                "account_id": account.id,
                "kind": kind,
                "full_name": full_name[:400],
                "core_name": core(name)[:400],
            }
