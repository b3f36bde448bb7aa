"""The history of an account: what was decided and done about it, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from tiering.domain.decision import Decision
from tiering.domain.effort import told
from tiering.domain.merge import Merge
from tiering.domain.policy import Policy

RULES = "the policy"
"""Who decides tiers."""

LOOKUPS = ("ask", "show", "history", "kit", "show request", "look at mail")
"""The actions after which everything is as it was: somebody only looked."""

_ASKED = {
    "TierAnswer": "Asked for its tier.",
    "OfferAnswer": "Asked what may be offered to it.",
    "ServiceUnknown": "Asked about a service that is not in the catalogue.",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the audit about one account."""

    number: int
    """Lines are numbered in the order in which they were written."""
    at: datetime
    """In the company's time zone."""
    who: str
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an account."""

    on: date
    at: datetime | None
    """The moment, where the record knows more than the day."""
    who: str
    kind: str
    """`decision`, or the action as the audit has it."""
    sentence: str
    number: int
    """The place among the deeds, or among the decisions, of those days."""
    account: str
    """The id under which it happened; another one where accounts were merged."""
    tier: int | None = None
    policy: int | None = None


def decided(decisions: Sequence[Decision], policies: Mapping[int, Policy]) -> list[Event]:
    """Tell the decisions on one account; both they and the answer are the oldest first."""
    events, before = [], None
    for number, decision in enumerate(decisions):
        events.append(
            Event(
                on=decision.decided_on,
                at=None,
                who=RULES,
                kind="decision",
                sentence=_decision(decision, before, policies),
                number=number,
                account=decision.account_id,
                tier=decision.tier,
                policy=decision.policy_version,
            )
        )
        before = decision
    return events


def done(deed: Deed, account_id: str) -> Event:
    """Tell a line of the audit."""
    told = _TOLD.get(deed.action, _plainly)
    return Event(deed.at.date(), deed.at, deed.who, deed.action, told(deed), deed.number, account_id)


def parted(merge: Merge, zone: tzinfo) -> list[Event]:
    """Tell of a merge that was taken back, as the account that went and came again saw it.

    While a merge stands, it is told in the history of the account that took the other in.
    """
    details = {"into": merge.into_id, "merge": merge.id}
    deeds = [Deed(merge.id, merge.at.astimezone(zone), merge.by, "merged", details)]
    if merge.undone_at and merge.undone_by:
        deeds.append(Deed(merge.id, merge.undone_at.astimezone(zone), merge.undone_by, "parted", details))
    return [done(deed, merge.from_id) for deed in deeds]


def newest_first(events: Sequence[Event]) -> list[Event]:
    """Sort events by day and moment; the decisions of a day come before what was done with them."""

    def moment(event: Event) -> tuple[date, float, int]:
        return event.on, event.at.timestamp() if event.at else 0.0, event.number

    return sorted(events, key=moment, reverse=True)


def _decision(decision: Decision, before: Decision | None, policies: Mapping[int, Policy]) -> str:
    now = _tier(decision, policies)
    if before is None:
        what = f"First sorted into {now}"
    elif before.tier != decision.tier:
        way = "up" if decision.tier < before.tier else "down"
        what = f"Moved {way} from {_tier(before, policies)} to {now}"
    elif before.reasons != decision.reasons:
        what = f"Stayed in {now} for other reasons"
    else:
        what = f"Confirmed in {now}"
    provisional = ", provisionally" if decision.provisional else ""
    reasons = " ".join(reason.sentence for reason in decision.reasons)
    return f"{what}{provisional} (policy version {decision.policy_version}). {reasons}".rstrip()


def _tier(decision: Decision, policies: Mapping[int, Policy]) -> str:
    return f"tier {decision.tier} ({policies[decision.policy_version].tier(decision.tier).name})"


def _plainly(deed: Deed) -> str:
    told = ", ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in deed.details.items())
    words = deed.action.replace("_", " ").replace("-", " ")
    return f"{words[:1].upper()}{words[1:]}{f' ({told})' if told else ''}."


def _asked(deed: Deed) -> str:
    if deed.details.get("service"):
        return f"Asked whether it may have the service {deed.details['service']}."
    return _ASKED.get(str(deed.details.get("answer")), "Asked about it.")


def _gone(deed: Deed) -> str:
    return f"{deed.details['name']} ({deed.details['from']})"


def _given(deed: Deed) -> str:
    details = deed.details
    what = f"tier {details['tier']}" if "tier" in details else str(details["service"])
    if deed.action == "except":
        word = f"approved by {details['approver']}: {details['reason'].removesuffix('.')}"
        return f"Granted {_numbered(details)} to {what} until {details['until']}, {word}."
    times = f", {details['times']} times," if details["times"] else ""
    price = f" for {details['price']}" if details["price"] else ""
    return f"Recorded {_numbered(details)}: {what}{times} until {details['until']}{price}."


def _requested(deed: Deed) -> str:
    details = deed.details
    word = f"to be approved by {details['approver']}: {details['reason'].removesuffix('.')}"
    return f"Asked for {details['thing']} until {details['until']} (request {details['request']}), {word}."


def _answered(deed: Deed) -> str:
    details = deed.details
    done = "Approved" if deed.action == "approve request" else "Declined"
    note = f": {details['note'].removesuffix('.')}" if details["note"] else ""
    return f"{done} request {details['request']} of {details['asked_by']} for {details['thing']}{note}."


def _numbered(details: Mapping[str, Any]) -> str:
    kind = "exception" if "exception" in details else "purchase"
    return f"{kind} {details[kind]}"


def _hours(details: Mapping[str, Any]) -> str:
    return f"{told(abs(details['hours']))} of {details['service']}"


def _value(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(inner)}" for name, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(_value(inner) for inner in value) or "none"
    return str(value)


_TOLD: Mapping[str, Callable[[Deed], str]] = {
    "ask": _asked,
    "show": _asked,
    "history": lambda _: "Read its history.",
    "document": lambda deed: f"Wrote the document “{deed.details['document']}” for it.",
    "merge": lambda deed: f"Merged {_gone(deed)} into it (merge {deed.details['merge']}).",
    "undo merge": lambda deed: (
        f"Took merge {deed.details['merge']} back: {_gone(deed)} stands for itself again."
    ),
    "merged": lambda deed: f"Merged it into {deed.details['into']} (merge {deed.details['merge']}).",
    "parted": lambda deed: f"Took merge {deed.details['merge']} back: it stands for itself again.",
    "except": _given,
    "request exception": _requested,
    "approve request": _answered,
    "decline request": _answered,
    "withdraw request": lambda deed: (
        f"Withdrew request {deed.details['request']} for {deed.details['thing']}."
    ),
    "show request": lambda deed: f"Read request {deed.details['request']} for {deed.details['thing']}.",
    "pass on request": lambda deed: (
        f"Passed request {deed.details['request']} on to {deed.details['deputy']}, who is the deputy."
    ),
    "buy": _given,
    "end exception": lambda deed: f"Ended {_numbered(deed.details)}.",
    "cancel purchase": lambda deed: f"Cancelled {_numbered(deed.details)}.",
    "kit": lambda deed: f"Read change kit {deed.details['kit']}.",
    "acknowledge kit": lambda deed: f"Noted that the customer has read change kit {deed.details['kit']}.",
    "look at mail": lambda _: "Looked at a mail as one of its contacts would get it.",
    "log": lambda deed: (
        f"Logged {_hours(deed.details)} on {deed.details['day']} (line {deed.details['effort']})."
    ),
    "reverse effort": lambda deed: (
        f"Took line {deed.details['reverses']} of effort back: {_hours(deed.details)}."
    ),
}
"""How each action of the audit is told; what is not here is told by its name and details."""
