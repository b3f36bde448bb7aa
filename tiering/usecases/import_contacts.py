"""Importing contacts: the people at the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from tiering.domain.account import Contact
from tiering.domain.contact_row import ContactRow
from tiering.files import Problem
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.finding import find_exactly

_BATCH = 500


@dataclass(frozen=True, slots=True)
class NumberedContact:
    """A row with the line on which it begins, or what is wrong with it."""

    line: int
    row: ContactRow | Problem | Sequence[Problem]


@dataclass(slots=True)
class Summary:
    """What an import of contacts did."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0


def import_contacts(
    store: Store, rows: Iterable[NumberedContact], path: str, who: str, problem: Callable[[Problem], None]
) -> Summary:
    """Import rows as they stream in; each rejected row is told to `problem`."""
    summary = Summary()
    stream = iter(rows)
    with store.begin() as work:
        while batch := list(islice(stream, _BATCH)):
            sound: list[tuple[int, ContactRow]] = []
            wrong: list[Problem] = []
            for numbered in batch:
                row = numbered.row
                if isinstance(row, ContactRow):
                    sound.append((numbered.line, row))
                else:
                    summary.rejected += 1
                    wrong += [row] if isinstance(row, Problem) else row
            wrong += _land(work, sound, path, summary)
            for one in sorted(wrong):
                problem(one)
        details = {name: getattr(summary, name) for name in Summary.__slots__}
        work.audit.add(work.at, who, "import contacts", path, details)
    return summary


def _land(
    work: UnitOfWork, rows: Sequence[tuple[int, ContactRow]], path: str, summary: Summary
) -> list[Problem]:
    """Store a batch of contacts; returns why some of them were rejected."""
    problems = []
    owners = work.contacts.owners([email for _, row in rows for email in row.emails])
    stored = work.contacts.among([row.id for _, row in rows])
    changed: dict[str, Contact] = {}
    for line, row in rows:
        account_id, wrong = _account(work, row.account)
        taken = [email for email in row.emails if owners.get(email, row.id) != row.id]
        if taken:
            wrong = f"column `emails`, value {taken[0]!r}: expected an address that no other contact has"
        if wrong or account_id is None:
            summary.rejected += 1
            problems.append(Problem(path, line, wrong))
            continue
        owners |= dict.fromkeys(row.emails, row.id)
        old = changed.get(row.id) or stored.get(row.id)
        new = _contact(row, account_id, old)
        if new == old:
            summary.unchanged += 1
            continue
        summary.changed += old is not None
        summary.created += old is None
        changed[row.id] = new
    work.contacts.save(list(changed.values()))
    return problems


def _account(work: UnitOfWork, text: str) -> tuple[str | None, str]:
    """Find the one account that a cell names, or say what was expected."""
    finding = find_exactly(work, text)
    if finding and len(finding.ids) == 1:
        return finding.ids[0], ""
    if finding:
        return None, f"column `account`, value {text!r}: expected an id, since {finding.total} accounts fit"
    return None, f"column `account`, value {text!r}: expected the id, domain or exact name of an account"


def _contact(row: ContactRow, account_id: str, old: Contact | None) -> Contact:
    def value(field: str, before: str | None) -> str | None:
        return row.values.get(field, before)

    return Contact(
        id=row.id,
        account_id=account_id,
        emails=row.emails,
        name=value("name", old.name if old else None),
        role=value("role", old.role if old else None) or "member",
        language=value("language", old.language if old else None),
        time_zone=value("time_zone", old.time_zone if old else None),
    )
