"""The answers about an account as a whole: its tier, why, and what it may be offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePath

from bot.absence import Absence
from bot.blocks import (
    Block,
    Message,
    Run,
    aside,
    bold,
    context,
    divider,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.card import account_follow_ups, ago, how_found, strongest, tier_line, tier_words, whole_account
from bot.day import day, readable
from bot.sharing import sharing
from tiering.domain.account import Account, Status, partner_told
from tiering.domain.answer import Card, OfferAnswer, TierAnswer
from tiering.domain.decision import Reason
from tiering.domain.entitlement import Entitlement
from tiering.domain.names import fold
from tiering.domain.service import Level, Price, Service
from tiering.domain.training import training_told

_NAMED: Mapping[str, tuple[str, Callable[[Account], str | None]]] = {
    "assigned-csm": ("CSM", lambda account: account.csm),
    "executive-sponsorship": ("Executive sponsor", lambda account: account.sponsor),
    "assigned-technical-resource": ("Engineer", lambda account: account.engineer),
}
"""The services that promise a person, and who that is."""
_GROUPS = {
    Level.INCLUDED: "Included",
    Level.ALLOWANCE: "With an allowance",
    Level.REQUEST: "On request",
    Level.PAID: "Paid add-on",
    Level.NO: "Not included",
}


def tier_view(answer: TierAnswer, away: Sequence[Absence] = ()) -> Message:
    """Show an account: two lines that answer, then everything else."""
    card = answer.card
    return message(
        paragraphs(tier_line(card), [words(readable(strongest(card.decision).sentence))]),
        how_found(answer.found),
        divider(),
        _people(card, away),
        points("Why", [[words(readable(reason.sentence))] for reason in card.decision.reasons]),
        points("Entitled to", list(_entitlement_lines(card))),
        points("What would move it up", _ways_up(card)),
        _training(card),
        _provenance(card),
        account_follow_ups(card),
        sharing(card),
    )


def why_view(answer: TierAnswer) -> Message:
    """Show why an account is in its tier: each reason with where its value came from."""
    card = answer.card
    reasons = [
        [words(readable(reason.sentence)), *_source(reason, card.today)] for reason in card.decision.reasons
    ]
    ways = _ways_up(card)
    return message(
        paragraphs(tier_line(card), [words(readable(strongest(card.decision).sentence))]),
        how_found(answer.found),
        divider(),
        points("Every reason", reasons),
        points("What would move it up", ways),
        context("There is no higher tier.") if card.tier.id == 1 else None,
        _provenance(card),
        whole_account(card),
    )


def offer_view(answer: OfferAnswer) -> Message:
    """Show what may be offered to an account, as it is now, on request and for money."""
    card = answer.card
    count = sum(one.granted for one in card.entitlements)
    first = [
        bold(card.account.name),
        says(f" may have {count} {'service' if count == 1 else 'services'} now."),
    ]
    second = [says("It is "), bold(tier_words(card)), says(".")]
    if card.account.status is not Status.CUSTOMER:
        first, second = tier_line(card), [words(readable(strongest(card.decision).sentence))]
    return message(
        paragraphs(first, second),
        how_found(answer.found),
        divider(),
        points("Has", list(_entitlement_lines(card, (Level.INCLUDED, Level.ALLOWANCE)))),
        *(
            points(_GROUPS[level], [_with_sentence(one) for one in card.entitlements if one.level is level])
            for level in (Level.REQUEST, Level.PAID)
        ),
        points("For sale", [_with_price(one, one.price) for one in answer.sold if one.price]),
        whole_account(card),
    )


def _people(card: Card, away: Sequence[Absence]) -> Block | None:
    """Show how the account is looked after, and by whom; a prospect is promised nothing of it."""
    account, sla = card.account, card.tier.sla
    rows: dict[str, str | None] = {}
    if account.status is Status.CUSTOMER:
        rows["Touch"] = card.tier.touch
        rows["SLA"] = f"first response within {tidy(sla.first_response)} ({tidy(sla.hours)})"
    owed = {one.service for one in card.entitlements if one.granted}
    for service, (label, of) in _NAMED.items():
        rows[label] = _named(of(account), away) or ("promised, nobody assigned" if service in owed else None)
    rows["Parent"] = card.parent or account.parent
    rows["Served by"] = partner_told(account)
    rows["Sold by"] = account.sold_by
    rows["Rank"] = f"{card.rank.place} of {card.rank.of} in tier {card.tier.id}" if card.rank else None
    rows["Journey"] = card.segment.name if card.segment else None
    rows["Renewal"] = day(account.renewal_on) if account.renewal_on else None
    lines = [[bold(label), says(": "), words(value, 100)] for label, value in rows.items() if value]
    return paragraphs(*lines) if lines else None


def _named(name: str | None, away: Sequence[Absence]) -> str | None:
    """Return a person's name and, while they are away, until when and who covers."""
    for absence in away:
        if name and fold(name) == fold(absence.name):
            return f"{name} (away until {day(absence.until)}; {absence.cover_name} covers)"
    return name


def _entitlement_lines(card: Card, levels: Iterable[Level] = tuple(_GROUPS)) -> Iterator[list[Run]]:
    """Group the entitlements by level, a line each; whoever is no customer has none."""
    if card.account.status is not Status.CUSTOMER:
        return
    for level in levels:
        names = [tidy(one.name) + _left_words(one) for one in card.entitlements if one.level is level]
        if names:
            yield [bold(_GROUPS[level]), says(": "), words(", ".join(names), 1200)]


def _left_words(entitlement: Entitlement) -> str:
    if entitlement.left is None or entitlement.allowance is None:
        return ""
    return f" ({entitlement.left} of {entitlement.allowance} left this {entitlement.period})"


def _with_sentence(entitlement: Entitlement) -> list[Run]:
    return [words(entitlement.name), says(": "), words(readable(entitlement.sentence))]


def _with_price(service: Service, price: Price) -> list[Run]:
    return [words(service.name), says(": "), words(f"{price.money} per {price.per}")]


def _ways_up(card: Card) -> list[list[Run]]:
    """List what would move an account up; for a former customer that is no question."""
    if card.account.status is Status.CHURNED:
        return []
    return [[words(way)] for way in card.up]


def _training(card: Card) -> Block | None:
    """Say what the people of the account have learned, naming nobody; nothing where nobody has begun."""
    return (
        context(f"Training: {tidy(training_told(card.training, card.today), 400)}.")
        if card.training
        else None
    )


def _provenance(card: Card) -> Block:
    """Say where the data came from, how old it is, and since when the tier stands."""
    account = card.account
    came = f"Data from {_source_name(account.source)}, " if account.source else "Data "
    known = came + (f"confirmed {ago(card.age)}" if card.age is not None else "of unknown age")
    decision = card.decision
    decided = f"Decided on {day(decision.decided_on)} under policy version {decision.policy_version}"
    return context(f"Account {tidy(account.id)}. {known}. {decided}.")


def _source(reason: Reason, today: date) -> list[Run]:
    if not reason.source:
        return []
    age = f", {ago((today - reason.as_of).days)}" if reason.as_of else ""
    return [says(" "), aside(f"From {_source_name(reason.source)}{age}.")]


def _source_name(source: str) -> str:
    """Return the file's or system's name, without the folders of whoever imported it."""
    return tidy(PurePath(source).name)
