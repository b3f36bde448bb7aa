"""Contradictions of a policy: what no single value of tiers.yaml shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tiering.domain.condition import Place, condition_problems, text_of
from tiering.domain.criteria import Conditional, ScorePart
from tiering.domain.metric import ATTRIBUTE, Kind, Metric, metric_named
from tiering.domain.policy import Band, Rules

_NUMBERS = (Kind.MONEY, Kind.NUMBER, Kind.ANY)


def problems_of(rules: Rules) -> Iterator[tuple[Place, str]]:
    """Find what no single value shows: contradictions between the parts, each with the place to point at."""
    yield from _tier_problems(rules)
    yield from _base_problems(rules)
    yield from _adjustment_problems(rules)
    yield from _segment_problems(rules)
    if rules.bad_fit:
        yield from _condition_problems(rules.bad_fit, "the bad fit", ("bad_fit",), rules)
    for name in rules.freshness.metrics:
        metric = metric_named(name)
        if metric is None:
            yield ("freshness", "metrics", name), f"there is no metric `{name}`"
        elif metric.relation:
            text = f"`{name}` is as fresh as `{metric.own_name}`; expected that, it counts for relatives too"
            yield ("freshness", "metrics", name), text
    if rules.currency in rules.rates:
        yield ("rates", rules.currency), f"{rules.currency} is the policy's own currency and has no rate"


def columns_of(rules: Rules) -> Iterator[tuple[Place, str]]:
    """Find the columns of the company's own that the rules ask for, each with the place where they do."""
    asked: list[tuple[Place, str]] = [(("base", "metric"), rules.base.metric or "")]
    asked += [
        (("base", "score", which, "metric"), part.metric) for which, part in enumerate(rules.base.score)
    ]
    parts: list[tuple[Place, Conditional]] = [
        *((("adjustments", which), part) for which, part in enumerate(rules.adjustments)),
        *((("segments", which), part) for which, part in enumerate(rules.segments)),
        *([(("bad_fit",), rules.bad_fit)] if rules.bad_fit else []),
    ]
    for place, part in parts:
        asked += [((*place, "when", name), name) for name in part.when]
        asked += [((*place, "when_any", name), name) for name in part.when_any]
    asked += [(("freshness", "metrics", name), name) for name in rules.freshness.metrics]
    for place, name in asked:
        if column := column_of(name):
            yield place, column


def column_of(name: str) -> str | None:
    """Return the column of the company's own that a metric's name stands for, if it does."""
    metric = metric_named(name)
    own = metric.own_name if metric else ""
    return own.removeprefix(ATTRIBUTE) if own.startswith(ATTRIBUTE) else None


def _tier_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    names: dict[str, int] = {}
    for number, tier in enumerate(rules.tiers):
        if tier.id != number + 1:
            yield (
                ("tiers", number, "id"),
                f"the tier with the id {tier.id} stands in place {number + 1}; "
                "tiers are numbered 1, 2, 3 ... from the highest down",
            )
        named: list[tuple[Place, str]] = [(("name",), tier.name)]
        named += [(("aliases", which), alias) for which, alias in enumerate(tier.aliases)]
        for place, name in named:
            if names.setdefault(name.casefold(), number) != number:
                yield ("tiers", number, *place), f"two tiers are called {name!r}"


def _adjustment_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for number, adjustment in enumerate(rules.adjustments):
        place: Place = ("adjustments", number)
        if adjustment.id in seen:
            yield (*place, "id"), f"the adjustment `{adjustment.id}` stands here for the second time"
        seen.add(adjustment.id)
        yield from _condition_problems(adjustment, f"the adjustment `{adjustment.id}`", place, rules)
        for earlier in rules.adjustments[:number]:
            if earlier.move != adjustment.move and _asked(earlier) == _asked(adjustment):
                moves = f"moves {adjustment.move} exactly whom `{earlier.id}` moves {earlier.move}"
                yield place, f"the adjustment `{adjustment.id}` {moves}"


def _asked(part: Conditional) -> list[Mapping[str, frozenset[str]]]:
    """Return conditions in a form in which two ways to write one are the same."""
    return [
        {
            name: frozenset(text_of(one).casefold() for one in (form if isinstance(form, list) else [form]))
            for name, form in written.items()
        }
        for written in (part.when, part.when_any)
    ]


def _segment_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    last = len(rules.segments) - 1
    for number, segment in enumerate(rules.segments):
        place: Place = ("segments", number)
        if segment.id in seen:
            yield (*place, "id"), f"the segment `{segment.id}` stands here for the second time"
        seen.add(segment.id)
        if number < last or segment.when or segment.when_any:  # the last may take who is left
            yield from _condition_problems(segment, f"the segment `{segment.id}`", place, rules)


def _condition_problems(
    part: Conditional, named: str, place: Place, rules: Rules
) -> Iterator[tuple[Place, str]]:
    if not part.when and not part.when_any:
        yield (*place, "when"), f"{named} has no condition; expected `when` or `when_any`"
    for key in ("when", "when_any"):
        yield from condition_problems(getattr(part, key), (*place, key), rules.currency)


def _base_problems(rules: Rules) -> Iterator[tuple[Place, str]]:
    base = rules.base
    metric = metric_named(base.metric) if base.metric is not None else None
    if (base.metric is None) == (not base.score):
        yield ("base",), "the base sorts by one thing; expected either `metric` or `score`"
    if base.metric is not None and (metric is None or metric.relation or metric.kind not in _NUMBERS):
        yield (
            ("base", "metric"),
            f"`{base.metric}` cannot be banded; expected a metric that is a number, such as arr",
        )
    if base.score and rules.family.rule == "rollup":
        yield ("family", "rule"), "scores cannot be added up; expected 'own' or 'highest' beside a `score`"
    yield from _score_problems(base.score)
    if base.unknown not in rules.tier_by_id:
        yield ("base", "unknown"), _no_tier(base.unknown, rules)
    for number in range(len(base.bands)):
        yield from _band_problems(rules, number, metric)


def _score_problems(score: tuple[ScorePart, ...]) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for number, part in enumerate(score):
        place: Place = ("base", "score", number)
        metric = metric_named(part.metric)
        if metric is None or metric.relation or metric.kind not in (*_NUMBERS, Kind.FLAG):
            text = f"`{part.metric}` cannot be scored; expected a metric that is a number, or yes or no"
            yield (*place, "metric"), text
        if part.metric in seen:
            yield (*place, "metric"), f"`{part.metric}` stands in the score for the second time"
        seen.add(part.metric)
        for which, (above, step) in enumerate(zip(part.points, part.points[1:], strict=False), start=1):
            if step.at_least >= above.at_least:
                text = f"the points are out of order: {step.at_least} follows {above.at_least}"
                yield (*place, "points", which), text


def _band_problems(rules: Rules, number: int, metric: Metric | None) -> Iterator[tuple[Place, str]]:
    bands = rules.base.bands
    band, last = bands[number], len(bands) - 1
    place: Place = ("base", "bands", number)
    limit = band.at_least
    if band.tier not in rules.tier_by_id:
        yield (*place, "tier"), _no_tier(band.tier, rules)
    if limit is None and number < last:
        yield place, "`at_least` is missing; only the last band goes without, since it takes what is left"
    if limit is not None and number == last:
        yield place, "the last band takes what is left, so it has no `at_least`"
    if limit is not None and limit < 0 and metric and metric.kind is Kind.MONEY:
        yield (*place, "at_least"), f"`at_least` is {limit}; expected an amount of zero or more"
    if number:
        yield from _order_problems(bands[number - 1], band, place)


def _order_problems(above: Band, band: Band, place: Place) -> Iterator[tuple[Place, str]]:
    if band.tier <= above.tier:
        yield place, f"the bands are out of order: tier {band.tier} follows tier {above.tier}"
    if band.at_least is not None and above.at_least is not None and band.at_least >= above.at_least:
        yield place, f"the bands are out of order: {band.at_least} follows {above.at_least}"


def _no_tier(tier_id: int, rules: Rules) -> str:
    return f"there is no tier {tier_id}; the tiers are {', '.join(str(tier.id) for tier in rules.tiers)}"
