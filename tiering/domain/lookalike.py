"""Look-alikes: accounts in lower tiers that resemble those that are served in person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2

from tiering.domain.account import Account
from tiering.domain.metric import shown
from tiering.domain.names import fold
from tiering.domain.policy import Rules

FAR = 1.0
"""The distance from which two accounts are not alike: twice or half of each measure, on the average."""


@dataclass(frozen=True, slots=True)
class Lookalike:
    """An account, the one that it resembles most, and how far they are apart."""

    id: str
    name: str
    like_id: str
    like_name: str
    distance: float
    """The mean doublings between the two over the measures that both have; 0 is the same."""
    sentence: str


@dataclass(frozen=True, slots=True)
class _Sized:
    account: Account
    measures: tuple[float | None, float | None]
    """Seats and potential ARR as powers of two."""


def lookalikes(high: Iterable[Account], low: Iterable[Account], rules: Rules) -> list[Lookalike]:
    """Find for each lower account the nearest high-touch one of its industry, the most alike first.

    Two accounts are compared by size (seats) and potential (ARR that they could come to), each as a ratio,
    since 20 seats against 10 are as far apart as 2,000 against 1,000. What one of them lacks is left out;
    without a measure in common they are not compared. Raises UnknownCurrency.
    """
    models: dict[str, list[_Sized]] = {}
    for account in high:
        if account.industry:
            models.setdefault(fold(account.industry), []).append(_sized(account, rules))
    found = [
        one
        for account in low
        if account.industry
        for one in _nearest(_sized(account, rules), models.get(fold(account.industry), ()))
    ]
    return sorted(found, key=lambda one: (one.distance, one.id))


def _sized(account: Account, rules: Rules) -> _Sized:
    potential = account.potential_arr.to(rules.currency, rules.rates) if account.potential_arr else None
    return _Sized(
        account,
        (
            log2(account.seats) if account.seats and account.seats > 0 else None,
            log2(potential.amount) if potential and potential.cents > 0 else None,
        ),
    )


def _nearest(one: _Sized, models: Sequence[_Sized]) -> Iterator[Lookalike]:
    distances = ((_distance(one, model), model.account.id, model) for model in models)
    near = min(((far, key, model) for far, key, model in distances if far is not None), default=None)
    if near and near[0] < FAR:
        account, model = one.account, near[2].account
        distance = round(near[0], 2)
        yield Lookalike(account.id, account.name, model.id, model.name, distance, _sentence(one, near[2]))


def _distance(one: _Sized, model: _Sized) -> float | None:
    known = [
        abs(mine - theirs)
        for mine, theirs in zip(one.measures, model.measures, strict=True)
        if mine is not None and theirs is not None
    ]
    return sum(known) / len(known) if known else None


def _sentence(one: _Sized, model: _Sized) -> str:
    mine, theirs = one.account, model.account
    parts = [f"both {mine.industry}"]
    if one.measures[0] is not None and model.measures[0] is not None:
        parts.append(f"{shown(mine.seats)} seats against {shown(theirs.seats)}")
    if one.measures[1] is not None and model.measures[1] is not None:
        parts.append(f"potential {mine.potential_arr} against {theirs.potential_arr}")
    return f"Like {theirs.name}: {', '.join(parts)}."
