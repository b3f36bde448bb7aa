"""Documents made of the policy: the service matrix for customers, and one page for Sales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tiering.domain.condition import Written
from tiering.domain.criteria import Conditional
from tiering.domain.entitlement import level_of
from tiering.domain.policy import Adjustment, Policy, Tier, read_condition
from tiering.domain.service import Level, Service
from tiering.domain.ways_up import capital, limit_shown

_NOTHING = "–"


def matrix(policy: Policy, today: date) -> str:
    """Write what each plan includes, in Markdown, for customers: public names only."""
    tiers = policy.rules.tiers
    rows = [
        [service.name, *(public_level(service, tier.id, policy.rules.preset) for tier in tiers)]
        for service in policy.catalogue.services
    ]
    offered = [row for row in rows if any(cell != _NOTHING for cell in row[1:])]
    answers = [
        [capital(title), *(getattr(tier.sla, key) for tier in tiers)]
        for title, key in (("first answer within", "first_response"), ("counted in", "hours"))
    ]
    lines = [
        "# What each plan includes",
        "",
        *(f"- **{escaped(tier.public_name)}**: {escaped(tier.promise)}" for tier in tiers),
        "",
        *table(["", *(tier.public_name for tier in tiers)], [*answers, *offered]),
        "",
        f"As of {today.isoformat()}.",
    ]
    return "\n".join(lines) + "\n"


def public_level(service: Service, tier: int, preset: str) -> str:
    """Say what a plan has of a service, in the words that customers read."""
    level = level_of(service, tier, preset)
    price = f"{service.price.money} per {service.price.per}" if service.price else None
    if service.condition and level in (Level.INCLUDED, Level.ALLOWANCE, Level.REQUEST):
        return "By agreement"  # the condition itself is ours to know
    if level is Level.ALLOWANCE and service.allowance:
        return str(service.allowance)
    if level is Level.REQUEST:
        return "On request"
    if level in (Level.PAID, Level.NO):
        return f"Add-on, {price}" if price else _NOTHING
    return "Included"


def sales_page(policy: Policy, today: date) -> str:
    """Write one page for Sales, in Markdown: who qualifies for which tier, and how to speak of it."""
    rules = policy.rules
    lines = [
        f"# Tiers for Sales: {escaped(rules.name)}",
        "",
        f"For staff only. Policy version {policy.version}, {today.isoformat()}. Customers hear the public"
        " name and what their plan includes, never a tier's number.",
        "",
    ]
    above: Tier | None = None
    for tier in reversed(rules.tiers):
        lines += [*_positioning(tier, above, policy), ""]
        above = tier
    lines += ["## What moves an account", ""]
    lines += [_moves(one, policy) for one in rules.adjustments] or ["Nothing but the qualification above."]
    up, down = rules.caps.up, rules.caps.down
    lines += ["", f"All reasons together move it at most {up} up and {down} down.", ""]
    if rules.bad_fit:
        needs = _conditions(rules.bad_fit, policy)
        lines += ["## Do not sell", "", f"{escaped(rules.bad_fit.because)} ({escaped(needs)}.)", ""]
    return "\n".join(lines).rstrip() + "\n"


def _positioning(tier: Tier, below: Tier | None, policy: Policy) -> Iterator[str]:
    yield f"## Tier {tier.id}, {escaped(tier.name)}: say “{escaped(tier.public_name)}”"
    yield ""
    yield f"- Qualifies: {escaped(_qualification(tier, policy))}."
    yield f"- Promise: {escaped(tier.promise)}"
    yield f"- First answer within {escaped(tier.sla.first_response)} ({escaped(tier.sla.hours)})."
    more = [
        service.name
        for service in policy.catalogue.services
        if _granted(service, tier, policy) and not (below and _granted(service, below, policy))
    ]
    if more:
        beyond = f"Beyond {below.public_name}" if below else "Has"
        yield f"- {escaped(beyond)}: {escaped(', '.join(more))}."
    sold = [one.name for one in policy.catalogue.services if one.price and not _granted(one, tier, policy)]
    if sold:
        yield f"- Can be bought: {escaped(', '.join(sold))}."


def _granted(service: Service, tier: Tier, policy: Policy) -> bool:
    return level_of(service, tier.id, policy.rules.preset) in (Level.INCLUDED, Level.ALLOWANCE)


def _qualification(tier: Tier, policy: Policy) -> str:
    """Write a tier's band in words."""
    bands, label = policy.rules.base.bands, policy.rules.base_metric.label
    for number, band in enumerate(bands):
        if band.tier == tier.id:
            high = bands[number - 1].at_least if number else None
            parts = [f"at least {limit_shown(band.at_least, policy)}"] if band.at_least is not None else []
            parts += [f"less than {limit_shown(high, policy)}"] if high is not None else []
            return f"{label} {' and '.join(parts) or 'of any size'}"
    return "nobody by the first sorting alone"


def _moves(adjustment: Adjustment, policy: Policy) -> str:
    needs = escaped(_conditions(adjustment, policy))
    way = f"{adjustment.by} {adjustment.move}"
    return f"- **{escaped(adjustment.name)}** ({way}): {escaped(adjustment.because)} Needs {needs}."


def _conditions(written: Conditional, policy: Policy) -> str:
    def told(lines: Mapping[str, Written]) -> list[str]:
        currency = policy.rules.currency
        return [str(read_condition(name, one, currency)) for name, one in lines.items()]

    every, some = told(written.when), told(written.when_any)
    return " and ".join([*every, *([" or ".join(some)] if some else [])])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table of Markdown."""
    for cells in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(cell if cell == '---' else escaped(cell) for cell in cells)} |"


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line."""
    line = " ".join(text.split())
    return "".join(f"\\{mark}" if mark in "\\`*_[]<>|#" else mark for mark in line)
