"""Whether a company needs tiers yet: a few plain rules over its accounts, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tiering.domain.account import Account
from tiering.domain.money import Money
from tiering.domain.policy import Rules

MANY = 50
"""Customers. About as many as one team knows by heart; with fewer, a list of names does what tiers do."""

UNEVEN = Decimal("0.6")
"""The share of revenue that the first fifth of the customers brings. Pareto's rule says 0.8, an even spread
0.2; from 0.6 on, treating everybody alike takes visibly from the few who pay for the many."""

LOADED = 50
"""Customers per CSM. With a working day or so a quarter for each, nobody serves more of them in person."""

KNOWN = Decimal("0.8")
"""The share of customers with a known ARR; with less, most tiers would be guesses."""

MOST_VIPS = 10
"""A list to start small with must fit on a wall."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found."""

    rule: str
    value: str
    threshold: str
    speaks_for: bool
    """Whether it speaks for having tiers now."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Vip:
    """A customer to begin with."""

    id: str
    name: str
    arr: str
    because: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """The verdict, what it rests on, and with whom to start."""

    ready: bool
    verdict: str
    findings: tuple[Finding, ...]
    vips: tuple[Vip, ...]


def readiness(customers: Sequence[Account], rules: Rules) -> Readiness:
    """Say whether tiers are needed yet; raises UnknownCurrency.

    Data first: where less than KNOWN of the customers have an ARR, the answer is to collect it. Then tiers
    are for a company that has at least MANY customers and a reason to treat them differently: their revenue
    is spread unevenly (UNEVEN), or each CSM has too many of them (LOADED).
    """
    known = sorted(
        ((one, one.arr.to(rules.currency, rules.rates)) for one in customers if one.arr),
        key=lambda pair: (-pair[1].cents, pair[0].id),
    )
    cents = [arr.cents for _, arr in known]
    findings = (_data(len(known), len(customers)), _many(len(customers)), _spread(cents), _load(customers))
    data, many, spread, load = (finding.speaks_for for finding in findings)
    if not customers:
        verdict = "You do not need tiers yet: there are no customers in the record."
    elif not data:
        verdict = "You do not need tiers yet: first find out what your customers pay."
    elif not many:
        verdict = "You do not need tiers yet: a short list of names to look after first does the same."
    elif spread or load:
        why = [*(["revenue is uneven"] if spread else []), *(["people are stretched"] if load else [])]
        verdict = f"You need tiers: you have many customers, and {' and '.join(why)}."
    else:
        verdict = "You do not need tiers yet: your customers pay alike and your people can serve them alike."
    return Readiness(data and many and (spread or load), verdict, findings, tuple(_vips(known, sum(cents))))


def _data(known: int, customers: int) -> Finding:
    share = Decimal(known) / customers if customers else Decimal(0)
    sentence = f"ARR is known of {known} of {customers} customers."
    return Finding("data known", f"{share:.0%}", f"at least {KNOWN:.0%}", share >= KNOWN, sentence)


def _many(customers: int) -> Finding:
    enough = customers >= MANY
    sentence = f"{customers} customers are {'more than' if enough else 'what'} one team knows by heart."
    return Finding("customers", str(customers), f"at least {MANY}", enough, sentence)


def _spread(cents: Sequence[int]) -> Finding:
    """Compare what the first fifth pays with what all pay."""
    total, first = sum(cents), -(-len(cents) // 5)
    share = Decimal(sum(cents[:first])) / total if total > 0 else Decimal(0)
    sentence = f"The {first} customers who pay most bring {share:.0%} of the revenue."
    return Finding("revenue spread", f"{share:.0%}", f"at least {UNEVEN:.0%}", share >= UNEVEN, sentence)


def _load(customers: Sequence[Account]) -> Finding:
    books = Counter(one.csm for one in customers if one.csm)
    largest = max(books.values(), default=0)
    average = -(-len(customers) // len(books)) if books else 0
    if books:
        sentence = (
            f"{len(books)} CSMs for {len(customers)} customers are {average} for each; the largest book"
            f" has {largest}."
        )
    else:
        sentence = "No customer has a CSM, so nobody is overloaded by name."
    return Finding("customers per CSM", str(average), f"at least {LOADED}", average >= LOADED, sentence)


def _vips(known: Sequence[tuple[Account, Money]], total: int) -> Iterator[Vip]:
    """List who brings the first half of the revenue, the largest first."""
    before = 0
    for one, arr in known[:MOST_VIPS]:
        if arr.cents <= 0 or before * 2 >= total:
            return
        because = f"Brings {Decimal(arr.cents) / total:.0%} of the revenue."
        if one.advocate_reference or one.advocate_case_study or one.advocate_referrals:
            because += " Speaks for us."
        yield Vip(one.id, one.name, str(arr), because)
        before += arr.cents
