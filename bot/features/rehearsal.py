"""A rehearsal of the draft of the policy: what would become of everybody, with nothing stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.blocks import (
    Block,
    Message,
    Run,
    bold,
    code,
    divider,
    figures,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.columns import aligned
from bot.day import day
from bot.desk import Desk
from bot.ears import Ears
from bot.paging import pages, part, turning
from bot.turn import Answer, Reply, Turn
from tiering.domain.account import Status
from tiering.domain.money import Money, UnknownCurrency
from tiering.domain.policy import Policy
from tiering.domain.refusal import Refusal
from tiering.domain.rehearsal import Moved
from tiering.domain.workload import Book, Workload
from tiering.files import Problem
from tiering.usecases.draft import BadDraft
from tiering.usecases.rehearsal import Simulated, simulate

PAGE = 5
"""Movers on a page, since each has its reasons beside it."""
LISTED = 10
"""Books, services and problems at most, so that the movers still fit."""
NOT_YOURS = "Only managers and operations can rehearse a policy; ask one of them what a change would do."
_NAME = 14
_STANDING = {Status.PROSPECT: " (a prospect)", Status.CHURNED: " (a former customer)"}


def register(ears: Ears) -> None:
    """Listen to those who want to know what a draft would do."""
    ears.phrase(
        r"rehearse(?: (?:the |our )?(?:draft|policy))?(?: page (?P<rest>[0-9]{1,5}))?",
        rehearsed,
        usage="rehearse",
        summary="what the draft of the tier policy would change, for managers",
    )


def rehearsed(turn: Turn, desk: Desk) -> Answer:
    """Decide everybody by the draft in the content directory, and show a page of what would change."""
    if not turn.person.manages:
        raise Refusal(NOT_YOURS)
    content = desk.draft()
    try:
        done = simulate(desk.store, content, turn.person.reference, desk.today)
    except BadDraft as bad:
        return Reply(problems_view(content.problems or bad.problems), "DraftProblems")
    except UnknownCurrency as error:
        raise Refusal(f"Nothing was rehearsed: {error}.") from error
    return Reply(rehearsal_view(done, int(turn.words or 1)), "Rehearsal")


def problems_view(problems: Sequence[Problem]) -> Message:
    """Show what is wrong with the draft, and where."""
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    more = len(problems) - LISTED
    return message(
        paragraphs([bold(f"The draft has {count}"), says(", so nothing was rehearsed.")]),
        points("What to mend", [[words(problem)] for problem in problems[:LISTED]]),
        paragraphs([says(f"and {more} more; "), code("tiering check"), says(" tells them all.")])
        if more > 0
        else None,
    )


def rehearsal_view(done: Simulated, page: int = 1) -> Message:
    """Show a page of a rehearsal; the first also says what would change as a whole."""
    movers = sorted(done.rehearsal.movers, key=lambda one: (-_cents(one.revenue), one.name))
    last = pages(len(movers), PAGE)
    page = min(max(page, 1), last)
    begin = (page - 1) * PAGE
    shown = part(movers, page, PAGE)
    return message(
        paragraphs(_essence(done), [says(f"{_revenue(done)}Nothing was stored.")]),
        divider(),
        *(_whole(done) if page == 1 else ()),
        points(f"Who would move, {begin + 1} to {begin + len(shown)}", [_mover(one) for one in shown]),
        turning("rehearse", page, last),
        _publishing(done),
    )


def _cents(revenue: Money | None) -> int:
    return revenue.cents if revenue else 0


def _essence(done: Simulated) -> list[Run]:
    moved, accounts = len(done.rehearsal.movers), done.rehearsal.accounts
    count = f"{moved:,} of {accounts:,} accounts" if moved else "No account"
    return [
        bold(f"{count} would move"),
        says(" under the draft “"),
        words(done.draft.rules.name, 80),
        says(f"”, compared with version {done.policy.version}."),
    ]


def _revenue(done: Simulated) -> str:
    """Say how much revenue would move up and how much down; what is not known is not zero."""
    found, currency = done.rehearsal, done.draft.rules.currency
    if not found.movers:
        return ""
    up = sum(one.cents for (old, new), one in found.revenue.items() if old and new < old)
    down = sum(one.cents for (old, new), one in found.revenue.items() if old and new > old)
    customers = [one for one in found.movers if one.status is Status.CUSTOMER]
    unknown = sum(one.revenue is None for one in customers)
    told = f"{Money(up, currency)} of yearly revenue would move up, {Money(down, currency)} down"
    return f"{told}; that of {_customers(unknown)} is unknown. " if unknown else f"{told}. "


def _whole(done: Simulated) -> Iterator[Block | None]:
    """Show what would change as a whole: movement, revenue, services, work."""
    work = done.rehearsal.workload
    yield paragraphs([bold("Accounts from (row) to (column)")])
    yield figures(_matrix(done))
    yield points("Revenue that would move", list(_ways(done)))
    yield points("Customers who lose or gain a service", list(_services(done)))
    yield points("Hours a year", list(_work(work)))
    yield points("More accounts than the limits allow", _books(work.over))


def _matrix(done: Simulated) -> list[str]:
    """Count who goes from where to where, narrow enough for a telephone."""
    tiers = [tier.id for tier in done.draft.rules.tiers]
    movement = done.rehearsal.movement
    rows = [["", *(str(tier) for tier in tiers)]]
    for before in sorted({way[0] for way in movement}, key=lambda one: one or 0):
        name = "undecided" if before is None else _named(before, done.policy)
        counts = (movement.get((before, one), 0) for one in tiers)
        rows.append([tidy(name, _NAME), *(f"{count:,}" if count else "–" for count in counts)])
    return aligned(rows)


def _named(tier: int, policy: Policy) -> str:
    known = policy.rules.tier_by_id.get(tier)
    return f"{tier} {known.name}" if known else str(tier)


def _ways(done: Simulated) -> Iterator[list[Run]]:
    """Tell which revenue goes which way, the largest first."""
    found = done.rehearsal
    going = Counter((one.before, one.after) for one in found.movers if one.status is Status.CUSTOMER)
    for (before, after), money in sorted(found.revenue.items(), key=lambda one: -one[1].cents)[:LISTED]:
        customers = _customers(going[before or 0, after])
        yield [says(f"From tier {before} to tier {after}: {money} a year, {customers}")]


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count:,} customers"


def _services(done: Simulated) -> Iterator[list[Run]]:
    found = done.rehearsal
    services = list(dict.fromkeys((*found.lost, *found.gained)))
    for service in services[:LISTED]:
        counts = ((found.lost.get(service, 0), "lose"), (found.gained.get(service, 0), "gain"))
        told = ", ".join(f"{count:,} would {verb}" for count, verb in counts if count)
        yield [words(_service(service, done)), says(f": {told}")]
    if len(services) > LISTED:
        yield [says(f"and {len(services) - LISTED} more services")]


def _service(service_id: str, done: Simulated) -> str:
    for policy in (done.draft, done.policy):
        if service_id in policy.catalogue.by_id:
            return policy.catalogue.by_id[service_id].name
    return service_id


def _work(work: Workload) -> Iterator[list[Run]]:
    """Set the hours that the promises take against those that there are; unknown costs are unknown."""
    people = "1 person has" if work.csms == 1 else f"{work.csms:,} people have"
    share = f" ({work.needed / work.available:.0%})" if work.available else ""
    has = f"of the {_hours(work.available)} hours that {people}{share}"
    yield [says(f"Customer success needs {_hours(work.needed)} {has}")]
    if work.unassigned:
        yield [says(f"No customer success manager yet: {_customers(work.unassigned)}")]
    unknown = "What it costs is unknown: “costs” in the draft does not name every team"
    yield [says(f"The promised hours cost {work.cost}" if work.cost else unknown)]


def _hours(hours: Decimal) -> str:
    return f"{hours:,.1f}".removesuffix(".0")


def _books(over: Sequence[Book]) -> list[list[Run]]:
    told = [
        [
            bold(book.csm),
            says(
                f": {', '.join(f'{count:,} of tier {tier}' for tier, count in book.accounts.items())}, "
                f"{book.load:.0%} of the limits"
            ),
        ]
        for book in over[:LISTED]
    ]
    return [*told, [says(f"and {len(over) - LISTED} more")]] if len(over) > LISTED else told


def _mover(one: Moved) -> list[Run]:
    """Tell where an account would go, when, what it pays, and why."""
    due = f" on {day(one.due)}" if one.due else ""
    worth = f", {one.revenue} a year" if one.revenue else ""
    return [
        bold(one.name),
        says(f"{_STANDING.get(one.status, '')}: tier {one.before} to tier {one.after}{due}{worth}. "),
        words(" ".join(one.new_reasons)),
    ]


def _publishing(done: Simulated) -> Block:
    command = f"tiering publish --based-on {done.newest}"
    return paragraphs(
        [
            says("To put it in force, operations run "),
            code(command),
            says("; every account that would move stands in "),
            code("tiering simulate --all"),
            says("."),
        ]
    )
