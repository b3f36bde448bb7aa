"""Importing accounts from an export of the CRM: all that is sound lands in one piece, or nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from tiering.domain.account import Account
from tiering.domain.account_row import MONEY_FIELDS, AccountRow
from tiering.domain.family import circles
from tiering.domain.money import Money
from tiering.domain.names import fold
from tiering.domain.policy import Policy, Rules
from tiering.files import Problem
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import Move, Mover, decide_each
from tiering.usecases.policy import held_in_force

MOST_MOVERS = 0.05
"""The share of decided accounts that an import may move before it stops."""

DRY_RUN = "Nothing was imported: this was a dry run."
"""Why an import stopped that was only tried, and that nothing else would have stopped."""

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """What to import and how."""

    path: str
    """As it was given, for problems and as the accounts' source."""
    who: str
    today: date
    strict: bool = False
    """Import nothing where any row is rejected."""
    dry_run: bool = False
    full: bool = False
    """The file holds every account: those that it lacks have churned."""
    accept_moves: bool = False


def _quiet(_: object) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who hears of an import while it runs."""

    problem: Callable[[Problem], None] = _quiet
    decided: Callable[[int], None] = _quiet
    vanished: Callable[[Sequence[tuple[str, str]]], None] = _quiet
    """Told (id, name) of the accounts that a full export lacks, also in a dry run."""
    confirm: Callable[[Sequence[tuple[str, str]]], bool] = lambda _: False
    """Asked with (id, name) of the accounts that would be marked churned."""


@dataclass(slots=True)
class Summary:
    """What an import did, or would have done."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    churned: int = 0
    warnings: int = 0
    """Parents that are not known, not clear, or go in a circle; their accounts landed without one."""
    movers: list[Mover] = field(default_factory=list)
    waiting: list[Move] = field(default_factory=list)
    """Who will move on a later day, unless things change."""
    emptied: list[str] = field(default_factory=list)
    """The criteria that lost their last value."""
    stopped: str | None = None
    """Why nothing was imported after all."""


class Stop(Exception):
    """Undo everything and report why."""


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row with the line on which it begins, or what is wrong with it."""

    line: int
    row: AccountRow | Problem | Sequence[Problem]


def import_accounts(store: Store, rows: Iterable[NumberedRow], order: Order, listener: Listener) -> Summary:
    """Import rows as they stream in and decide what they touched; raises NoPolicy.

    Rejected rows are told to the listener one by one. The import stops, and nothing lands, where it is a dry
    run, where `strict` meets a rejected row, or where it would empty a criterion or move more than
    MOST_MOVERS of the accounts and nobody accepted that.
    """
    summary = Summary()
    try:
        with store.begin() as work:
            policy = held_in_force(work)
            import_id = work.audit.add(work.at, order.who, "import", order.path, {})
            run = _Run(work, policy, order, listener, summary, import_id, work.decisions.count())
            run.land(rows)
            run.adopt()
            run.churn()
            run.decide()
            run.guard()
            work.audit.complete(import_id, _told(summary))
    except Stop as stop:
        summary.stopped = str(stop)
        with store.begin() as work:
            work.audit.add(work.at, order.who, "import stopped", order.path, _told(summary))
    return summary


@dataclass(slots=True)
class _Run:
    """One import under way, within its unit of work."""

    work: UnitOfWork
    policy: Policy
    order: Order
    listener: Listener
    summary: Summary
    import_id: int
    decided: int
    """How many accounts had a decision before."""
    lines: dict[str, int] = field(default_factory=dict)
    """The line of each account that names a parent."""
    lost: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    merged: Mapping[str, str] = field(init=False)
    """The accounts that are part of another one, which the CRM may not know."""

    def __post_init__(self) -> None:
        self.merged = self.work.merges.into()

    def land(self, rows: Iterable[NumberedRow]) -> None:
        """Store the rows, batch by batch."""
        stream, landed = iter(rows), 0
        while batch := list(islice(stream, _BATCH)):
            self._land(list(self._sound(batch)))
            landed += 1
            if landed.bit_count() == 1:  # after 1, 2, 4, 8 ... batches: seldom, and never long out of date
                self.work.renew_statistics()
        if self.order.strict and self.summary.rejected:
            raise Stop("Nothing was imported, since rows were rejected and --strict was asked for.")

    def _sound(self, batch: Sequence[NumberedRow]) -> Iterator[tuple[int, AccountRow]]:
        ids = [numbered.row.id for numbered in batch if isinstance(numbered.row, AccountRow)]
        seen = self.work.accounts.seen(ids, self.import_id)
        for numbered in batch:
            row = numbered.row
            if isinstance(row, AccountRow):
                problems = self._problems(numbered.line, row, seen)
            else:
                problems = [row] if isinstance(row, Problem) else list(row)
            for problem in problems:
                self.listener.problem(problem)
            if problems:
                self.summary.rejected += 1
            elif isinstance(row, AccountRow):
                seen.add(row.id)
                yield numbered.line, row

    def _problems(self, line: int, row: AccountRow, seen: set[str]) -> list[Problem]:
        texts = []
        if row.id in seen:
            texts.append(
                f"column `id`, value {row.id!r}: expected an id that stands once in the file"
                " (without ids, a name that does)"
            )
        if row.id in self.merged:
            texts.append(
                f"column `id`, value {row.id!r}: expected an account that stands for itself; this one was"
                f" merged into {self.merged[row.id]!r}, so merge them in the CRM too or undo the merge"
            )
        texts += [
            f"column `{name}`, value {value}: expected a currency that has a rate in tiers.yaml"
            for name in MONEY_FIELDS
            if (value := row.values.get(name)) and not _convertible(value, self.policy.rules)
        ]
        return [Problem(self.order.path, line, text) for text in texts]

    def _land(self, rows: Sequence[tuple[int, AccountRow]]) -> None:
        stored = self.work.accounts.among([row.id for _, row in rows])
        changed: list[Account] = []
        unchanged: list[Account] = []
        for line, row in rows:
            old = stored.get(row.id)
            new = row.account(old, self.order.path, self.order.today)
            if new.parent:
                self.lines[new.id] = line
            if old and new == old:
                unchanged.append(new)
            else:
                changed.append(new)
            if old:
                self._count_losses(old, new)
                self.summary.changed += new != old
        self.summary.created += len(rows) - len(stored)
        self.summary.unchanged += len(unchanged)
        self.work.accounts.save(changed, self.import_id)
        self.work.accounts.confirm(unchanged, self.import_id)
        if not self.policy.rules.minds_family:
            self._decide([[*changed, *unchanged]])

    def _count_losses(self, old: Account, new: Account) -> None:
        for metric in self.policy.rules.metrics:
            if metric.read(old) is not None:
                counter = self.lost if metric.read(new) is None else self.kept
                counter[metric.name] = counter.get(metric.name, 0) + 1

    def adopt(self) -> None:
        """Find out which account each named parent is, now that all of them have landed."""
        parents: dict[str, str] = {}
        for page in self.work.accounts.unparented():
            wanted = {name for _, name in page}
            by_id = self.work.accounts.existing(wanted)
            by_name = self.work.accounts.named({fold(name) for name in wanted})
            for account_id, name in page:
                fits = [name] if name in by_id else by_name.get(fold(name), [])
                fits = list(dict.fromkeys(self.merged.get(one, one) for one in fits))
                if len(fits) == 1 and fits[0] != account_id:
                    parents[account_id] = fits[0]
                elif account_id in self.lines:
                    self._warn(account_id, name, _unclear(fits, account_id))
        for circle in circles({**self.work.accounts.links(), **parents}):
            for account_id, parent_id in zip(circle, (*circle[1:], circle[0]), strict=True):
                if parents.pop(account_id, None) is not None:
                    self._warn(account_id, parent_id, f"no circle such as {' > '.join(circle)}")
        self.work.accounts.set_parents(parents)

    def _warn(self, account_id: str, name: str, expected: str) -> None:
        self.summary.warnings += 1
        text = f"column `parent`, value {name!r}: expected {expected}; the account landed without a parent"
        self.listener.problem(Problem(self.order.path, self.lines.get(account_id, 1), text))

    def churn(self) -> None:
        """Mark as churned what a full export no longer holds, once somebody agreed."""
        if not self.order.full:
            return
        vanished = self.work.accounts.vanished(self.import_id)
        self.listener.vanished(vanished)
        if vanished and not self.order.dry_run and not self.listener.confirm(vanished):
            raise Stop(f"Nothing was imported: {len(vanished)} accounts would be marked as churned.")
        ids = [account_id for account_id, _ in vanished]
        self.work.accounts.churn(ids, self.import_id)
        self.summary.churned = len(vanished)
        if not self.policy.rules.minds_family:
            self._decide([list(self.work.accounts.among(ids).values())])

    def decide(self) -> None:
        """Decide the families of what the import touched; who stands alone was decided on landing."""
        if self.policy.rules.minds_family:
            self._decide(self.work.accounts.pages(self.import_id))

    def _decide(self, pages: Iterable[Sequence[Account]]) -> None:
        made = decide_each(self.work, pages, self.policy, self.order.today, self.listener.decided)
        for one in made:
            if mover := one.mover:
                self.summary.movers.append(mover)
            elif move := one.move:
                self.summary.waiting.append(move)

    def guard(self) -> None:
        """Stop an import that would change too much, or that was only tried."""
        self.summary.emptied = sorted(
            name for name, lost in self.lost.items() if lost >= 2 and not self.kept.get(name)
        )
        if self.summary.emptied and not self.order.accept_moves:
            names = ", ".join(self.summary.emptied)
            raise Stop(f"Nothing was imported: the file empties {names} for every account that had a value.")
        check_moves(len(self.summary.movers) + len(self.summary.waiting), self.decided, self.order)


def check_moves(moving: int, decided: int, order: Order) -> None:
    """Stop an import that would move too many accounts, or that was only tried; raises Stop.

    `decided` is how many accounts had a decision before.
    """
    if not order.accept_moves and decided and moving > MOST_MOVERS * decided:
        raise Stop(
            f"Nothing was imported: {moving} of {decided} accounts would"
            f" change their tier, more than {MOST_MOVERS:.0%}."
        )
    if order.dry_run:
        raise Stop(DRY_RUN)


def _convertible(money: Money, rules: Rules) -> bool:
    return money.currency == rules.currency or money.currency in rules.rates


def _unclear(fits: Sequence[str], account_id: str) -> str:
    if fits == [account_id]:
        return "another account than itself"
    if fits:
        return f"an id, since {len(fits)} accounts have this name"
    return "the id or the name of an account"


def _told(summary: Summary) -> Mapping[str, object]:
    """Return what the audit keeps of an import."""
    return {
        "created": summary.created,
        "changed": summary.changed,
        "unchanged": summary.unchanged,
        "rejected": summary.rejected,
        "churned": summary.churned,
        "moved": len(summary.movers),
        "waiting": len(summary.waiting),
        "stopped": summary.stopped,
    }
