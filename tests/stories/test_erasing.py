"""A person is in every place of the record that can hold one, is erased, and is in none any more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Boolean, Column, Date, Integer, LargeBinary, Table, insert, select
from sqlalchemy.types import JSON, TypeDecorator

from kb.storage import Gaps, Lacking, Visits
from kb.storage.door import sessions
from kb.visit import Searched, Visit, visit_key
from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.domain.account import Contact
from tiering.storage.database import Exact, Moment, metadata, transaction
from tiering.storage.personal import By, Mentions, Personal, Whom
from tiering.usecases import privacy
from tiering.usecases.record import Store

SECRET = SecretStr("a secret of the pages, long enough")
_FOREIGN = {"accounts.id": "A-1", "policies.version": 1, "uploads.id": 1, "drafts.id": 1}


@dataclass(frozen=True)
class Person:
    """Somebody whose mark stands in all that is theirs."""

    mark: str

    @property
    def contact(self) -> Contact:
        emails = (f"{self.mark}@acme.com", f"{self.mark}.old@acme.com")
        return Contact(id=f"C{self.mark}", account_id="A-1", emails=emails, name=f"{self.mark} Roe")

    @property
    def whom(self) -> Whom:
        found = {by: set[str]() for by in By}
        found[By.CONTACT].add(self.contact.id)
        return Whom(secret=SECRET, today=TODAY, found=found)

    @property
    def text(self) -> str:
        return f"ask {self.contact.name}, {self.contact.emails[1].upper()}"

    def known_by(self, by: Any) -> str:
        if not isinstance(by, By):
            return str(sorted(by(self.whom))[-1])
        contact = self.contact
        known = {
            By.CONTACT: contact.id,
            By.REFERENCE: f"contact:{contact.id}",
            By.ADDRESS: contact.emails[0].title(),
            By.NUMBER: f"7K3M-{self.mark[2:4]}",
            By.SEARCH: f"deck {self.mark}",
        }
        return known[by]


MARTA, NADIA = Person("zqmarta"), Person("zqnadia")


def test_who_is_erased_is_nowhere_any_more_and_nobody_else_is_touched(
    ruled: Store, database_url: str
) -> None:
    fill(ruled)
    nadia = dump(ruled, NADIA.mark)
    found = privacy.find(ruled, MARTA.contact.emails[1], SECRET, OLGA, TODAY)
    assert {one.table for one in found.held} | {one.table for one in found.mentioned} > {
        "contacts", "contact_emails", "deliveries", "audit", "effort", "kb_sessions", "kb_visits",
        "kb_searches", "kb_reads", "kb_votes", "kb_requests", "kb_lessons", "kb_attempts", "kb_certificates",
    }  # fmt: skip
    done = privacy.erase(ruled, found.whom, OLGA)
    assert done["kb_visits"] == 1
    assert dump(ruled, MARTA.mark) == []
    assert dump(ruled, NADIA.mark) == nadia
    assert len(nadia) == 31
    again = privacy.find(ruled, MARTA.contact.emails[1], SECRET, OLGA, TODAY)
    assert again.held == []
    assert privacy.erase(ruled, again.whom, OLGA) == {}
    if database_url.startswith("sqlite"):  # while pages are served from it
        path = Path(database_url.removeprefix("sqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            assert MARTA.mark.encode() not in file.read_bytes().lower(), file.name


def test_a_dry_run_says_the_same_and_erases_nothing(ruled: Store) -> None:
    fill(ruled)
    before = dump(ruled, MARTA.mark)
    whom = privacy.find(ruled, MARTA.contact.emails[0], SECRET, OLGA, TODAY).whom
    tried = privacy.erase(ruled, whom, OLGA, only_try=True)
    assert dump(ruled, MARTA.mark) == before
    assert privacy.erase(ruled, whom, OLGA) == tried


def test_a_search_that_others_made_too_is_counted_on_and_her_own_words_are_gone(sqlite_store: Store) -> None:
    with sqlite_store.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.contacts.save([MARTA.contact])
    hers = Visit(key=visit_key(SECRET, TODAY, "contact", MARTA.contact.id), day=TODAY, kind="contact")
    other = Visit(key="other", day=TODAY)
    for visit, query in ((hers, "My own deck"), (other, "own decks"), (hers, "only mine")):
        event = Searched(visit=visit, at=NOON, query=query, results=0, nearest=False)
        Visits(sqlite_store).record([event])
    whom = privacy.find(sqlite_store, MARTA.contact.emails[0], SECRET, OLGA, TODAY).whom
    privacy.erase(sqlite_store, whom, OLGA)
    found, _ = Gaps(sqlite_store).page(Lacking(since=TODAY.replace(day=1)), 10)
    assert [(one.query, one.searches) for one in found] == [("deck", 2)]


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ({}, "[erased] rang; zqnadia Roe did not, nor Zqmarta Roemer"),
        ({"csm": "Zqmarta Roe"}, "zqmarta ROE rang; zqnadia Roe did not, nor Zqmarta Roemer"),
        ({"name": "zqmarta roe"}, "zqmarta ROE rang; zqnadia Roe did not, nor Zqmarta Roemer"),
    ],
)
def test_a_full_name_is_taken_out_of_notes_where_nobody_else_bears_it(
    sqlite_store: Store, others: dict[str, str], left: str
) -> None:
    with sqlite_store.begin() as work:
        acme = account("A-1", others.get("name", "Acme"), csm=others.get("csm"))
        work.accounts.save([acme], an_import(work))
        work.contacts.save([MARTA.contact, NADIA.contact])
        note = {"note": "zqmarta ROE rang; zqnadia Roe did not, nor Zqmarta Roemer"}
        work.audit.add(NOON, OLGA, "log", "A-1", note)
    whom = privacy.find(sqlite_store, MARTA.contact.emails[0], SECRET, OLGA, TODAY).whom
    privacy.erase(sqlite_store, whom, OLGA)
    with sqlite_store.reading() as work:
        (line,) = work.audit.entries("A-1")
    assert line.details == {"note": left}


def test_an_old_address_that_their_messages_tell_is_covered_and_a_session_s_name_is_none(
    sqlite_store: Store,
) -> None:
    with sqlite_store.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.contacts.save([MARTA.contact, NADIA.contact])
        work.audit.add(NOON, OLGA, "log", "A-1", {"note": "Marta rang."})
    row = {"kind": "contact", "subject": MARTA.contact.id, "way": "mail", "begun_at": NOON, "ends_at": NOON}
    with transaction(sqlite_store.engine) as connection:
        for name in ("Marta", "before@acme.com", NADIA.contact.emails[0]):
            connection.execute(insert(sessions).values(key=name, name=name, **row))
    whom = privacy.find(sqlite_store, MARTA.contact.emails[0], SECRET, OLGA, TODAY).whom
    assert whom.found[By.ADDRESS] == {*MARTA.contact.emails, "before@acme.com"}
    privacy.erase(sqlite_store, whom, OLGA)
    with sqlite_store.reading() as work:
        assert work.connection.execute(select(sessions)).all() == []
        (line,) = work.audit.entries("A-1")
    assert line.details == {"note": "Marta rang."}


def test_two_who_erase_at_once_both_come_to_an_end(ruled: Store) -> None:
    fill(ruled)
    whom = privacy.find(ruled, MARTA.contact.emails[0], SECRET, OLGA, TODAY).whom
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: privacy.erase(ruled, whom, OLGA), range(2)))
    assert dump(ruled, MARTA.mark) == []


def fill(store: Store) -> None:
    """Put Marta and Nadia into every place that says that it may hold a person."""
    with store.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.contacts.save([MARTA.contact, NADIA.contact])
    with transaction(store.engine) as connection:
        for table in metadata.sorted_tables:
            if table.name == "drafts":
                connection.execute(insert(table).values(_row(table, None, MARTA, "d", set())))
            parts = table.info.get("privacy", ())
            mentioned = {name for part in parts if isinstance(part, Mentions) for name in part.columns}
            # What others searched for too is not hers alone, and not shown.
            shown = [part for part in parts if isinstance(part, Personal) and part.shows]
            about: list[Personal | None] = [*shown] or ([None] if mentioned else [])
            if table.name in {"contacts", "contact_emails"}:
                continue
            for number, part in enumerate(about):
                for person in (MARTA, NADIA):
                    suffix = f"{number}{person.mark[2:4]}"
                    row = _row(table, part, person, suffix, mentioned)
                    if table.name == "upload_parts":
                        row["place"] = 0 if person is MARTA else 1
                        row["upload_id"] = 1 if person is MARTA else 2
                    connection.execute(insert(table).values(row))


def _row(
    table: Table, part: Personal | None, person: Person, suffix: str, mentioned: set[str]
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table.c:
        name = column.name
        theirs = part is not None and (name in part.erase if part.erase is not None else not part.only)
        if part and name in part.only:
            row[name] = part.only[name]
        elif part and name in part.by:
            row[name] = person.known_by(part.by[name])
        elif part and name in part.tells:
            row[name] = person.known_by(part.tells[name])
        elif column.foreign_keys:
            target = next(iter(column.foreign_keys)).target_fullname
            if not column.nullable:
                row[name] = _FOREIGN[target]
        elif name in mentioned:
            row[name] = _value(column, person.text, person)
        elif theirs:
            row[name] = _value(column, f"{person.mark}{suffix}", person)
        elif not column.nullable and column is not table.autoincrement_column:
            row[name] = [] if isinstance(_kind(column), JSON) else _value(column, f"x{suffix}", person)
    return row


def _kind(column: Column[Any]) -> Any:
    return column.type.impl if isinstance(column.type, TypeDecorator) else column.type


def _value(column: Column[Any], text: str, person: Person) -> Any:
    match column.type:
        case Exact():
            return Decimal(1)
        case Moment():
            return NOON
        case Date():
            return TODAY
        case Boolean():
            return True
        case Integer():
            return 1
        case LargeBinary():
            return text.encode()
    if isinstance(_kind(column), JSON):
        moved = {"rows": {"contacts": [person.contact.id]}} if column.table.name == "merges" else {}
        return moved | {"note": [text]}
    return text


def dump(store: Store, mark: str) -> list[str]:
    """Return every row of the record that holds a mark, however deep."""
    return sorted(row for row in _rows(store) if mark in row.lower())


def _rows(store: Store) -> Iterator[str]:
    with transaction(store.engine) as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                yield f"{table.name}: {tuple(row)}"
