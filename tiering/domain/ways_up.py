"""What would move an account up: single changes that make its tier higher, each tried against the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from tiering.domain.account import Account
from tiering.domain.condition import Condition
from tiering.domain.family import Family
from tiering.domain.first_value import size
from tiering.domain.metric import Kind, Metric, Value, any_of, shown
from tiering.domain.money import Money
from tiering.domain.policy import Adjustment, Policy, Rules
from tiering.domain.weighing import Facts, Weighed, gather, weigh

NO_WAY = "No single change would move it to a higher tier."


def ways_up(
    account: Account, family: Family, policy: Policy, today: date, held: int | None = None
) -> tuple[str, ...]:
    """Return a sentence for each change, none in the highest tier; raises UnknownCurrency.

    `held` is the tier that the account has, where that is higher than what the facts alone make of it. What
    is of the nature of a company, such as its industry, counts as a change only while it is unknown; what its
    relatives are or do is not for the account to change.
    """
    facts = gather(account, family, policy.rules, today)
    now = weigh(facts)
    if held is not None and held < now.tier:
        now = replace(now, tier=held)
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
    """Try what sorts the account first, each metric from the lowest limit up that is above its own value."""
    if not policy.rules.score:
        yield from _higher_band(facts, now, policy)
    for part, metric in policy.rules.score:
        best = now.tier
        for step in reversed(part.points):
            needed = _of_kind(metric, step.at_least, policy.rules)
            own = facts.value(metric)
            much = Decimal(own) if isinstance(own, bool) else size(own)
            if (much is not None and step.at_least <= much) or needed is None:
                continue
            tier = weigh(facts.supposing({metric.name: needed})).tier
            if tier < best:
                best = tier
                what = "" if metric.kind is Kind.FLAG else f" of at least {shown(needed)}"
                known = shown(own if much is not None else None)
                yield f"{capital(metric.label)}{what} (now {known}) would make it {_tier(tier, policy)}."


def _of_kind(metric: Metric, limit: Decimal, rules: Rules) -> Value | None:
    """Write a limit as a value of the metric; None where no value reaches it."""
    if metric.kind is Kind.FLAG:
        return True if limit <= 1 else None
    return Money.of(limit, rules.currency) if metric.kind is Kind.MONEY else limit


def _higher_band(facts: Facts, now: Weighed, policy: Policy) -> Iterator[str]:
    """Try each band above the account's own, from the lowest up, by raising its base metric to the limit."""
    rules, metric = facts.rules, facts.rules.base_metric
    held = now.base.first.much
    rest = facts.pool.rest(facts.account) if rules.family.rule == "rollup" else None
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
        metric = condition.metric
        settled = bool(metric.relation) or (metric.fixed and facts.value(metric) is not None)
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
