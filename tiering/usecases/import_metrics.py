"""Importing metrics: what surveys, the product and the help desk measured of the accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tiering.domain.measurement import Measurement
from tiering.domain.metric_row import MetricRow
from tiering.files import Problem
from tiering.storage.database import portions
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import Move, Mover, decide_each
from tiering.usecases.finding import find_exactly
from tiering.usecases.import_accounts import Order, Stop, check_moves
from tiering.usecases.policy import held_in_force

_BATCH = 500


@dataclass(frozen=True, slots=True)
class NumberedMetric:
    """A row with the line on which it begins, or what is wrong with it."""

    line: int
    row: MetricRow | Sequence[Problem]


@dataclass(slots=True)
class Summary:
    """What an import of metrics did; a row that is in the record already, word for word, is unchanged."""

    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    movers: list[Mover] = field(default_factory=list)
    waiting: list[Move] = field(default_factory=list)
    """Who will move on a later day, unless things change."""
    stopped: str | None = None
    """Why nothing was appended after all."""


def import_metrics(
    store: Store,
    rows: Iterable[NumberedMetric],
    order: Order,
    problem: Callable[[Problem], None],
) -> Summary:
    """Append the good rows as they stream in, and decide the accounts that they are about; raises NoPolicy.

    Each rejected row is told to `problem`. As with an import of accounts, nothing lands where it would move
    more than MOST_MOVERS of the accounts and nobody accepted that.
    """
    summary = Summary()
    try:
        with store.begin() as work:
            policy = held_in_force(work)
            decided = work.decisions.count()
            touched = _append(work, rows, order.path, problem, summary)
            pages = (list(work.accounts.among(ids).values()) for ids in portions(sorted(touched), _BATCH))
            for one in decide_each(work, pages, policy, order.today):
                if mover := one.mover:
                    summary.movers.append(mover)
                elif move := one.move:
                    summary.waiting.append(move)
            check_moves(len(summary.movers) + len(summary.waiting), decided, order)
            work.audit.add(work.at, order.who, "import metrics", order.path, _told(summary))
    except Stop as stop:
        summary.stopped = str(stop)
        with store.begin() as work:
            work.audit.add(work.at, order.who, "import metrics stopped", order.path, _told(summary))
    return summary


def _append(
    work: UnitOfWork,
    rows: Iterable[NumberedMetric],
    path: str,
    problem: Callable[[Problem], None],
    summary: Summary,
) -> set[str]:
    """Append the good rows; returns the accounts of which something new is known."""
    touched: set[str] = set()
    stream = iter(rows)
    while batch := list(islice(stream, _BATCH)):
        sound: list[tuple[int, MetricRow]] = []
        wrong: list[Problem] = []
        for numbered in batch:
            if isinstance(numbered.row, MetricRow):
                sound.append((numbered.line, numbered.row))
            else:
                summary.rejected += 1
                wrong += numbered.row
        for one in sorted(wrong + _land(work, sound, path, summary, touched)):
            problem(one)
    return touched


def _told(summary: Summary) -> dict[str, object]:
    counts = {name: getattr(summary, name) for name in ("added", "unchanged", "rejected", "stopped")}
    return counts | {"moved": len(summary.movers), "waiting": len(summary.waiting)}


def _land(
    work: UnitOfWork, rows: Sequence[tuple[int, MetricRow]], path: str, summary: Summary, touched: set[str]
) -> list[Problem]:
    """Store a batch; returns why some of its rows were rejected."""
    found = _accounts(work, {row.account for _, row in rows})
    problems: list[Problem] = []
    read: list[Measurement] = []
    for line, row in rows:
        if wrong := found[row.account][1]:
            problems.append(Problem(path, line, wrong))
        else:
            owner = found[row.account][0]
            read.append(Measurement(owner, row.metric, row.value, row.as_of, row.source or path))
    known = work.metrics.known(sorted({one.account_id for one in read}), sorted({one.as_of for one in read}))
    new = list(dict.fromkeys(one for one in read if one not in known))
    work.metrics.append(new)
    touched.update(one.account_id for one in new)
    summary.added += len(new)
    summary.unchanged += len(read) - len(new)
    summary.rejected += len(problems)
    return problems


def _accounts(work: UnitOfWork, texts: set[str]) -> dict[str, tuple[str, str]]:
    """Return for each text the id of the one account that it names, or what was expected instead."""
    ids = work.accounts.existing(sorted(texts))
    return {text: (text, "") if text in ids else _account(work, text) for text in texts}


def _account(work: UnitOfWork, text: str) -> tuple[str, str]:
    finding = find_exactly(work, text)
    if finding and len(finding.ids) == 1:
        return finding.ids[0], ""
    expected = "the id, domain or exact name of an account"
    if finding:
        expected = f"an id, since {finding.total} accounts fit"
    return "", f"column `account`, value {text!r}: expected {expected}"
