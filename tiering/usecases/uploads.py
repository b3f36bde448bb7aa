"""A file on its way into the record: uploaded, checked by a dry run, looked over, imported as shown."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tiering.csvfile import open_csv
from tiering.domain.colleague import Colleague, only_managers
from tiering.domain.refusal import Refusal
from tiering.files import Problem, parse_yaml
from tiering.mapping import ColumnMap, account_layout, metric_columns, parse_mapping
from tiering.storage.database import RecordUnavailable
from tiering.storage.store import Store
from tiering.storage.uploads import Stage, Upload
from tiering.usecases import import_accounts as accounts
from tiering.usecases import import_metrics as metrics
from tiering.usecases.deciding import Mover
from tiering.usecases.import_accounts import DRY_RUN, Listener, Order
from tiering.usecases.policy import NoPolicy, current
from tiering.usecases.rows import account_rows, metric_rows

__all__ = ["KINDS", "Stage", "Upload", "check", "confirm", "drop", "keep", "land", "listed", "look"]

KINDS = ("accounts", "metrics")

PATIENCE = timedelta(minutes=20)
"""A check or an import that has not been heard of for so long has come to nothing."""

KEPT = timedelta(days=1)
"""How long a file waits to be confirmed."""
_LISTED = 10
_SHOWN = 200
"""How many movers, problems and vanished accounts are kept to be looked at; their numbers are of all."""


@dataclass(slots=True)
class _Heard:
    """What an import told while it ran."""

    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    vanished: Sequence[tuple[str, str]] = ()

    def problem(self, problem: Problem) -> None:
        self.count += 1
        if self.count <= _SHOWN:
            self.problems.append(problem)

    def miss(self, vanished: Sequence[tuple[str, str]]) -> None:
        self.vanished = vanished


def keep(store: Store, parts: Iterable[bytes], who: Colleague, **said: Any) -> int:
    """Keep a file to be checked, as pieces; returns its number.

    `said` is its `kind`, its `name`, the text of its `mapping`, and whether it is the `whole` of all.
    Files that have waited for longer than KEPT are forgotten. Raises Refusal.
    """
    only_managers(who)
    with store.begin() as work:
        work.uploads.forget(work.at - KEPT, work.at)
        number = work.uploads.add(parts, work.at, who, **said)
        found = work.uploads.get(number)
        told = {"by": who.name, "name": said["name"], "kind": said["kind"], "digest": found and found.digest}
        work.audit.add(work.at, who.reference, "upload", f"upload {number}", told)
    return number


def look(store: Store, number: int) -> Upload | None:
    """Return what is known of a file."""
    with store.reading() as work:
        return work.uploads.get(number)


def listed(store: Store) -> list[Upload]:
    """Return the newest files."""
    with store.reading() as work:
        return work.uploads.newest(_LISTED)


def check(store: Store, number: int, today: date) -> None:
    """Say what importing a file would do, and change nothing; takes as long as the import."""
    with store.reading() as work:
        state = work.state
    try:
        outcome = _run(store, number, Order("", "", today, dry_run=True))
    except RecordUnavailable as error:
        outcome = _outcome(_Heard(), None, str(error))
    with store.begin() as work:
        work.uploads.move(number, (Stage.CHECKING, Stage.CHECKED), work.at, outcome=outcome, state=state)


def confirm(store: Store, number: int, who: Colleague, digest: str, accepts: bool) -> None:
    """Let a file be imported as it was shown; whoever calls this then calls land.

    `accepts` says that it may move many accounts, empty a criterion or mark accounts as churned. Raises
    Refusal where it was not shown so, where it needs to be accepted and is not, and where it was confirmed
    before.
    """
    only_managers(who)
    with store.begin() as work:
        upload = work.uploads.get(number)
        if upload is None or upload.stage is not Stage.CHECKED or upload.outcome is None:
            raise Refusal("This file does not wait to be imported: it was imported already, or put aside.")
        if upload.digest != digest:
            raise Refusal("This is not the file that you were shown; look at it again.")
        if upload.state != work.state:
            raise Refusal("Accounts or the policy have changed since this was checked; upload it again.")
        if upload.outcome["unusable"]:
            raise Refusal("This file cannot be imported; mend what is said of it, and upload it again.")
        if upload.outcome["risky"] and not accepts:
            raise Refusal("Tick that this is meant so, since it is more than an import usually changes.")
        work.uploads.move(number, (Stage.CHECKED, Stage.LANDING), work.at)
        told = {"by": who.name, "digest": digest, "accepted": accepts}
        work.audit.add(work.at, who.reference, "confirm upload", f"upload {number}", told)


def land(store: Store, number: int, today: date, who: Colleague, *, accepts: bool) -> None:
    """Import a file that was confirmed; its content is forgotten afterwards.

    Where the record is away or busy nothing has landed, and the file waits to be confirmed again.
    """
    try:
        outcome = _run(store, number, Order("", who.reference, today, accept_moves=accepts))
    except RecordUnavailable:
        with store.begin() as work:
            work.uploads.move(number, (Stage.LANDING, Stage.CHECKED), work.at)
        raise
    with store.begin() as work:
        work.uploads.move(number, (Stage.LANDING, Stage.DONE), work.at, outcome=outcome)


def drop(store: Store, number: int, who: Colleague) -> None:
    """Put a file aside that is not to be imported; its content is forgotten."""
    only_managers(who)
    with store.begin() as work:
        if work.uploads.move(number, (Stage.CHECKED, Stage.GONE), work.at):
            told = {"by": who.name}
            work.audit.add(work.at, who.reference, "drop upload", f"upload {number}", told)


def _run(store: Store, number: int, how: Order) -> dict[str, Any]:
    with store.reading() as work:
        upload = work.uploads.get(number)
    if upload is None:
        raise LookupError(number)
    order = replace(how, path=upload.name, who=how.who or upload.made_by.reference, full=upload.whole)
    heard = _Heard()
    found: accounts.Summary | metrics.Summary | None
    with _on_disk(store, number) as path:
        try:
            if upload.kind == "accounts":
                found = _accounts(store, path, upload, order, heard)
            else:
                found = _metrics(store, path, order, heard)
        except NoPolicy as error:
            return _outcome(heard, None, str(error))
    return _outcome(heard, found, None)


def _accounts(
    store: Store, path: Path, upload: Upload, order: Order, heard: _Heard
) -> accounts.Summary | None:
    mapping, problems = _mapping(upload)
    with open_csv(
        path,
        encoding=mapping.encoding if mapping else None,
        delimiter=mapping.delimiter if mapping else None,
        name=upload.name,
    ) as csv:
        layout, wrong = account_layout(csv, mapping, current(store).rules.currency)
        if _told([*problems, *csv.problems, *wrong], heard) or layout is None:
            return None
        listener = Listener(problem=heard.problem, vanished=heard.miss, confirm=lambda _: order.accept_moves)
        return accounts.import_accounts(store, account_rows(csv, layout), order, listener)


def _metrics(store: Store, path: Path, order: Order, heard: _Heard) -> metrics.Summary | None:
    with open_csv(path, name=order.path) as csv:
        columns, wrong = metric_columns(csv)
        if _told([*csv.problems, *wrong], heard) or columns is None:
            return None
        return metrics.import_metrics(store, metric_rows(csv, columns, order.today), order, heard.problem)


def _told(problems: Iterable[Problem], heard: _Heard) -> bool:
    for one in problems:
        heard.problem(one)
    return heard.count > 0


def _mapping(upload: Upload) -> tuple[ColumnMap | None, list[Problem]]:
    if upload.mapping is None:
        return None, []
    document, problems = parse_yaml(upload.mapping, "the mapping")
    return (None, problems) if problems else parse_mapping(document)


@contextmanager
def _on_disk(store: Store, number: int) -> Iterator[Path]:
    """Put a file's content on the disk, for nobody else to read, until the block ends."""
    handle, name = tempfile.mkstemp(prefix="longtail-", suffix=".csv")  # readable for its owner alone
    try:
        with os.fdopen(handle, "wb") as file, store.reading() as work:
            for part in work.uploads.content(number):
                file.write(part)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _outcome(
    heard: _Heard, found: accounts.Summary | metrics.Summary | None, why_not: str | None
) -> dict[str, Any]:
    """Write what an import did, or would do, as plain values."""
    counted = ("created", "added", "changed", "unchanged", "churned", "rejected", "warnings")
    counts = [[name, getattr(found, name)] for name in counted if found and hasattr(found, name)]
    holds = any(count for name, count in counts if name not in ("rejected", "warnings"))
    stopped = found.stopped if found else why_not or "Nothing was imported: the file cannot be used."
    if found and not holds:
        stopped = "There is nothing to import: no row of the file can be used."
    movers, waiting = (found.movers, found.waiting) if found else ([], [])
    emptied = found.emptied if isinstance(found, accounts.Summary) else []
    churned = found.churned if isinstance(found, accounts.Summary) else 0
    return {
        "unusable": not holds,
        "counts": counts,
        "problems": [[one.line, one.text] for one in heard.problems],
        "problem_count": heard.count,
        "movers": [_mover(one) for one in movers[:_SHOWN]],
        "mover_count": len(movers),
        "waiting": [[*_mover(one), one.due] for one in waiting[:_SHOWN]],
        "waiting_count": len(waiting),
        "emptied": list(emptied),
        "vanished": [list(one) for one in heard.vanished[:_SHOWN]],
        "stopped": stopped,
        "risky": holds and (stopped != DRY_RUN or churned > 0),
    }


def _mover(one: Mover) -> list[Any]:
    return [one.id, one.name, one.before, one.after]
