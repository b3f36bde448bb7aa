"""The change kit: what a customer is told when its plan changes, in words that customers may read.

The kit never tells a tier's number or staff name, a reason of the policy, a flag, or anything that was
measured of the account: only public names, services, dates and prices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tiering.domain.account import Account
from tiering.domain.decision import Decision
from tiering.domain.destination import destination
from tiering.domain.holding import Holdings
from tiering.domain.package import Difference, Package
from tiering.domain.policy import Policy, Tier
from tiering.domain.service import Level, Service

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|"})


def is_overtaken(version: int, tier: int, in_force: int, decision: Decision | None) -> bool:
    """Tell whether what a kit says is not true any more: that a version brings an account to a tier.

    Another version is in force by now, or the account is bound elsewhere, since facts have changed or another
    tier was granted or bought. What a version to come will bring is not known before its day.
    """
    if version != in_force:
        return version < in_force
    return decision is None or destination(decision) != tier


@dataclass(frozen=True, slots=True)
class Kept:
    """A service that the customer has beside its plan."""

    service: str
    """The service's id."""
    until: date
    paid: bool
    """Whether the customer pays for it; else somebody agreed to it."""


def kept_services(lost: Sequence[str], holdings: Holdings) -> tuple[Kept, ...]:
    """Return what an account does not lose after all, since it is paid for or was agreed to."""
    kept = []
    for service in lost:
        grant, bought = holdings.grant_of(service), holdings.purchases_of(service)
        if bought:
            kept.append(Kept(service, max(one.until for one in bought), True))
        elif grant:
            kept.append(Kept(service, grant.until, False))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """A customer's change from one plan to another."""

    account: Account
    before: Tier
    after: Tier
    package: Package
    """What it is promised from now on."""
    changes: Difference
    starts_on: date
    """The day from which the new plan counts."""
    grace: bool
    """Whether that day was put off so that the customer can plan."""
    kept: tuple[Kept, ...] = ()
    """Services that the new plan lacks and the customer has nevertheless."""
    stays: bool = False
    """The customer was told of another plan, and it does not come to that."""

    @property
    def down(self) -> bool:
        """Whether the customer gets less attention than before."""
        return self.after.id > self.before.id


def write_kit(change: PlanChange, old: Policy, new: Policy) -> str:
    """Write the kit as Markdown."""
    catalogue = {**old.catalogue.by_id, **new.catalogue.by_id}
    kept = {one.service for one in change.kept}
    lost = [catalogue[one] for one in change.changes.lost if one not in kept]
    gained = [catalogue[one] for one in change.changes.gained]
    lines = [
        f"# A change to your plan: {_plain(change.account.name)}",
        "",
        *_notice(change),
        *_section("What is new for you", [_item(one, change.package) for one in gained]),
        *_section("What stays yours", [_kept(catalogue[one.service], one) for one in change.kept]),
        *_section("What changes for you", [_less(one, change.package) for one in lost]),
        *_expectations(change),
        *_grace(change),
        *_section("If you want to keep something", _offers(lost, new, change.after) if lost else []),
        "## Questions",
        "",
        "Reply to this message and a person will answer. Please also reply once you have read it, so that we "
        "know it reached you.",
        "",
    ]
    return "\n".join(lines)


def _notice(change: PlanChange) -> Iterator[str]:
    plan = f"**{_plain(change.after.public_name)}**"
    was = f"**{_plain(change.before.public_name)}**"
    yield f"Dear team of {_plain(change.account.name)},"
    yield ""
    when = day(change.starts_on)
    if change.stays:
        yield f"We wrote to you that your plan would be {was}. It stays {plan}, with all that you have today."
        yield ""
        yield "We are sorry for the back and forth. You need not do anything."
        yield ""
        return
    if change.before.public_name == change.after.public_name:
        yield f"On {when} the services of your plan {plan} change."
    else:
        yield f"From {when} your plan is {plan} instead of {was}."
    yield ""
    if change.down:
        yield (
            "We know that you have come to rely on what you have today and that a change like this is not "
            "welcome news. You should hear it from us, plainly, and not find out by asking."
        )
        yield ""
        yield (
            "We have gone through all of our plans and who they are made for, because we want to promise "
            "each customer only what we can keep, every time. It is no judgement of you or of your work."
        )
    else:
        yield (
            "We have gone through all of our plans and who they are made for, and we would like to do more "
            "for you than before. Thank you for building on us."
        )
    yield ""


def _expectations(change: PlanChange) -> Iterator[str]:
    sla = change.after.sla
    yield "## What you can expect from us"
    yield ""
    yield _plain(change.after.promise)
    yield ""
    yield f"We answer your messages within {_plain(sla.first_response)} ({_plain(sla.hours)})."
    yield ""


def _grace(change: PlanChange) -> Iterator[str]:
    if change.grace:
        yield "## Until then"
        yield ""
        yield (
            "You keep everything that you have today up to and including "
            f"{day(change.starts_on - timedelta(days=1))}, so that there is time to plan."
        )
        yield ""


def _section(title: str, items: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {item}" for item in items), ""] if items else []


def _item(service: Service, package: Package) -> str:
    times = package.times.get(service.id)
    return f"{_plain(service.name)}{_yearly(times)}"


def _kept(service: Service, kept: Kept) -> str:
    why = "which you pay for" if kept.paid else "as agreed with you"
    return f"{_plain(service.name)}, {why}, until {day(kept.until)}"


def _less(service: Service, package: Package) -> str:
    if times := package.times.get(service.id):
        return f"{_plain(service.name)}: from now on{_yearly(times)}".replace("on,", "on")
    return f"{_plain(service.name)} is no longer part of your plan"


def _yearly(times: int | None) -> str:
    return "" if times is None else ", once a year" if times == 1 else f", {times} times a year"


def _offers(lost: Sequence[Service], new: Policy, after: Tier) -> list[str]:
    """Name what can be bought or asked for instead; a service that left the catalogue cannot."""
    offers = []
    for service in lost:
        now = new.catalogue.by_id.get(service.id)
        if now is None:
            continue
        level = now.levels.get(new.rules.preset, {}).get(after.id, Level.NO)
        if now.price:
            offers.append(f"{_plain(now.name)}: {now.price.money} per {_plain(now.price.per)}")
        elif level is Level.REQUEST:
            offers.append(f"{_plain(now.name)}: ask us whenever you need it")
    return offers or ["Tell us what you would miss most, and we will look for a way together."]


def day(date_: date) -> str:
    """Write a date as `1 December 2026`."""
    return f"{date_.day} {date_:%B} {date_.year}"


def _plain(text: str) -> str:
    """Keep what the CRM or the policy says from becoming Markdown."""
    return " ".join(text.split()).translate(_MARKS)
