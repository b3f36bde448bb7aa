"""What would move an account up: single changes that make its tier higher, each tried against the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tiering.domain.account import Account
from tiering.domain.condition import Condition
from tiering.domain.family import Family
from tiering.domain.metric import Kind, Value, any_of, shown
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Policy
from tiering.domain.weighing import Facts, Weighed, gather, size, weigh

NO_WAY = "No single change would move it to a higher tier."


def ways_up(account: Account, family: Family, policy: Policy, today: date) -> tuple[str, ...]:
    """Return a sentence for each change, none in the highest tier; raises UnknownCurrency.

    What is of the nature of a company, such as its industry, counts as a change only while it is unknown.
    """
    facts = gather(account, family, policy.rules, today)
    now = weigh(facts)
    if now.tier == 1:
        return ()
    applied = {adjustment.id for adjustment, _ in now.applied}
    ways = list(_larger(facts, now, policy))
    for adjustment, every, some in facts.rules.conditions:
        if adjustment.move == "up" and adjustment.id not in applied:
            ways += _met(adjustment, _unmet(facts, every, some), now, facts, policy)
        elif adjustment.move == "down" and adjustment.id in applied:
            tier = weigh(facts, without=adjustment.id).tier
            if tier < now.tier:
                ways.append(f"Without “{adjustment.name}” it would be {_tier(tier, policy)}.")
    return tuple(ways) or (NO_WAY,)


def _larger(facts: Facts, now: Weighed, policy: Policy) -> Iterator[str]:
    """Try each band above the account's own, from the lowest up, by raising its base metric to the limit."""
    rules, metric = facts.rules, facts.rules.base_metric
    held = size(now.base.value)
    rest = size(facts.relatives.value) if rules.family.rule == "rollup" else None
    best = now.tier
    for band in reversed(rules.base.bands):
        if band.at_least is None or (held is not None and band.at_least <= held):
            continue
        lacking = band.at_least - (rest or 0)
        needed: Value = Money.of(lacking, rules.currency) if metric.kind is Kind.MONEY else lacking
        tier = weigh(facts.supposing({metric.name: needed})).tier
        if tier < best:
            best = tier
            own = facts.value(metric)
            family = f", {limit_shown(band.at_least, policy)} in the whole family," if rest else ""
            now_it_is = shown(own if size(own) is not None else None)
            what = f"{capital(metric.label)} of at least {shown(needed)} (now {now_it_is}){family}"
            yield f"{what} would make it {_tier(tier, policy)}."


@dataclass(frozen=True, slots=True)
class _Unmet:
    """What an adjustment lacks to apply: all of `every`, and one of `some` if there are any."""

    every: tuple[Condition, ...]
    some: tuple[Condition, ...]


def _unmet(facts: Facts, every: Sequence[Condition], some: Sequence[Condition]) -> _Unmet | None:
    """Return what is lacking, or None where it cannot be had."""

    def within_reach(condition: Condition) -> bool:
        settled = condition.metric.fixed and facts.value(condition.metric) is not None
        return not settled and bool(condition.examples(facts.today))

    lacking = tuple(condition for condition in every if not facts.meet(condition))
    choice = () if any(facts.meet(one) for one in some) else tuple(filter(within_reach, some))
    needs_one = bool(some) and not any(facts.meet(one) for one in some)
    if (needs_one and not choice) or not all(map(within_reach, lacking)):
        return None
    return _Unmet(lacking, choice)


def _met(
    adjustment: Adjustment, unmet: _Unmet | None, now: Weighed, facts: Facts, policy: Policy
) -> Iterator[str]:
    """Try an adjustment by supposing what it lacks, in every way; the least that comes of it is promised."""
    if unmet is None:
        return
    tiers = set()
    for supposed in _suppositions(unmet, facts):
        then = weigh(facts.supposing(supposed))
        if all(one.id != adjustment.id for one, _ in then.applied):
            return  # its conditions contradict one another
        tiers.add(then.tier)
    if max(tiers) < now.tier:
        or_higher = " or higher" if len(tiers) > 1 else ""
        what = f"{adjustment.name} ({_demand(unmet, facts)})"
        yield f"{what} would make it {_tier(max(tiers), policy)}{or_higher}."


def _suppositions(unmet: _Unmet, facts: Facts) -> Iterator[Mapping[str, Value]]:
    """Think up values that meet what is lacking; every text of a list has its turn."""
    for chosen in unmet.some or (None,):
        wanted = [*unmet.every, *([chosen] if chosen else [])]
        examples = {one.metric.name: one.examples(facts.today) for one in wanted}
        for turn in range(max(map(len, examples.values()))):
            yield {name: values[turn % len(values)] for name, values in examples.items()}


def _demand(unmet: _Unmet, facts: Facts) -> str:
    """Write what is lacking: `potential ARR at least $100,000, now unknown`."""
    every = [str(condition) for condition in unmet.every]
    if len(every) == 1 and not unmet.some and unmet.every[0].metric.kind in (Kind.MONEY, Kind.NUMBER):
        return f"{every[0]}, now {shown(facts.value(unmet.every[0].metric))}"
    one_of = [any_of([str(condition) for condition in unmet.some])] if unmet.some else []
    return " and ".join([*every, *one_of])


def limit_shown(limit: Decimal, policy: Policy) -> str:
    """Write the limit of a band."""
    return _amount(limit, policy.rules.currency if policy.rules.base_metric.kind is Kind.MONEY else None)


@lru_cache(maxsize=64)  # a policy has few limits, and every account is told of one
def _amount(limit: Decimal, currency: str | None) -> str:
    return str(Money.of(limit, currency)) if currency else shown(limit)


def _tier(tier: int, policy: Policy) -> str:
    return f"tier {tier} ({policy.tier(tier).name})"


def capital(text: str) -> str:
    """Write a text as a sentence begins."""
    return text[:1].upper() + text[1:]
