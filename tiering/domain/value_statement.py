"""The value statement: what was delivered for an account in a year, for the account to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.document import escaped, table
from tiering.domain.effort import Entry, deliveries
from tiering.domain.entitlement import level_of
from tiering.domain.metric import metric_named, shown
from tiering.domain.policy import Policy, Tier
from tiering.domain.service import Level
from tiering.domain.ways_up import capital

SHOWN_METRICS = ("nps", "csat", "adoption", "active_users", "seats", "service_requests")
"""What a customer may read of what was measured; other metrics may be about them rather than for them."""


@dataclass(frozen=True, slots=True)
class Year:
    """What the record has of an account and a year."""

    number: int
    entries: Sequence[Entry]
    values: Mapping[str, Sequence[tuple[date, Decimal]]]
    """For each metric its values of the year, the oldest first."""


def value_statement(account: Account, tier: Tier, policy: Policy, year: Year) -> str:
    """Write the statement in Markdown; where nothing was logged, it says so."""
    lines = [
        f"# {escaped(account.name)}: what we did for you in {year.number}",
        "",
        f"Your plan: **{escaped(tier.public_name)}**. {escaped(tier.promise)}",
        "",
        *_delivered(policy, year),
        "",
        *_moved(year),
    ]
    always = [
        service.name
        for service in policy.catalogue.services
        if service.delivery == "automated"
        and not service.condition
        and level_of(service, tier.id, policy.rules.preset) is Level.INCLUDED
    ]
    if always:
        lines += ["", "## Always there for you", "", f"{escaped(', '.join(always))}."]
    return "\n".join(lines) + "\n"


def _delivered(policy: Policy, year: Year) -> Iterator[str]:
    yield "## Delivered"
    yield ""
    hours: dict[str, Decimal] = {}
    for entry in year.entries:
        hours[entry.service] = hours.get(entry.service, Decimal(0)) + entry.hours
    days = deliveries(year.entries)
    if not days:
        yield f"Our records show no work of our people for you in {year.number}."
        return
    names = {service.id: service.name for service in policy.catalogue.services}
    rows = [
        [
            names.get(one, one.replace("-", " ")),
            str(len(days[one])),
            _hours(hours[one]),
            days[one][-1].isoformat(),
        ]
        for one in sorted(days, key=lambda one: (-hours[one], one))
    ]
    yield from table(["Service", "Times", "Hours", "Last on"], rows)
    yield ""
    total = sum((hours[one] for one in days), Decimal(0))
    yield f"Together {sum(map(len, days.values()))} times and {_hours(total)} hours."


def _moved(year: Year) -> Iterator[str]:
    yield "## What moved"
    yield ""
    told = 0
    for name in SHOWN_METRICS:
        values = year.values.get(name, ())
        if values:
            told += 1
            metric = metric_named(name)
            label = capital(metric.label if metric else name.replace("_", " "))
            (first_day, first), (last_day, last) = values[0], values[-1]
            if len(values) == 1:
                yield f"- {label}: {shown(last)} on {last_day.isoformat()}."
            else:
                before = f"{shown(first)} on {first_day.isoformat()}"
                yield f"- {label}: {before}, {shown(last)} on {last_day.isoformat()}."
    if not told:
        yield f"Nothing was measured with you in {year.number}."


def _hours(hours: Decimal) -> str:
    return f"{hours.normalize():f}"
