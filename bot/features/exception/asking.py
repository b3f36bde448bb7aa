"""Asking for an exception: the form, and what follows when it is submitted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.absence import Absence
from bot.approval import WITHDRAW
from bot.blocks import (
    Block,
    Choice,
    Message,
    actions,
    bold,
    button,
    code,
    context,
    message,
    paragraphs,
    says,
    words,
)
from bot.card import strongest, thing_of, tier_line, whole_account
from bot.choosing import unclear
from bot.day import day, readable
from bot.desk import Desk
from bot.forms import choice_field, day_field, text_field
from bot.telling import answering, tell
from bot.turn import Answer, FieldErrors, Modal, Reply, Turn
from tiering.domain.account import Status
from tiering.domain.answer import Card, ServiceAnswer, TierAnswer
from tiering.domain.entitlement import Entitlement
from tiering.domain.names import fold
from tiering.domain.policy import Tier
from tiering.domain.refusal import Refusal
from tiering.domain.service import Level
from tiering.people import Person, Refused
from tiering.usecases.approvals import Asked, Asking, ask_approval
from tiering.usecases.ask import Meant, about, meant, names_account
from tiering.usecases.exceptions import Terms, terms

FORM = "request"
USUAL = timedelta(days=90)
"""How long an exception lasts unless somebody says otherwise."""
MOST_REASON = 500

_TIER_LAST = re.compile(
    r"""(?P<account>.*?)(?:^|\s)(?:to )?(?:tier (?P<tier>[^"]+)|a higher tier)""", re.IGNORECASE
)
"""What stands in quotes is a name."""
_TIER_FIRST = re.compile(
    r"(?:to )?(?:tier (?P<tier>.+?)|a higher tier) (?:to|for) (?P<account>.+)", re.IGNORECASE
)
_LEVELS = {
    Level.ALLOWANCE: "with an allowance today",
    Level.REQUEST: "on request today",
    Level.PAID: "a paid add-on today",
    Level.NO: "not included today",
}


@dataclass(frozen=True, slots=True)
class Possible:
    """What the form offers."""

    card: Card
    tiers: Sequence[Tier]
    """Those above the account's own."""
    latest: date
    approvers: Sequence[Person]
    away: Sequence[Absence]


def request(turn: Turn, desk: Desk) -> Answer:
    """Open the form about the account that is meant, with what was named filled in."""
    said = turn.words
    limits = terms(desk.store)
    wanted, account_words = _tier_wanted(said, desk, limits)
    here = desk.linked(turn.person, turn.spot)
    found = meant(desk.store, account_words, desk.inquiry(turn.person), here)
    if not isinstance(found, Meant):
        return unclear(found, f"request {{}} {wanted}".strip())
    answer = about(desk.store, found.account_id, desk.inquiry(turn.person), found.service)
    if not isinstance(answer, TierAnswer | ServiceAnswer):
        raise TypeError(f"an account was answered with {type(answer).__name__}")
    if answer.card.account.status is not Status.CUSTOMER:
        raise Refusal(
            f"{found.name} is not a customer ({answer.card.account.status}); exceptions are for customers."
        )
    if isinstance(answer, ServiceAnswer) and answer.entitlement.level is Level.INCLUDED:
        return Reply(included_view(answer), "IncludedAlready")
    approvers = list(may_approve(desk, turn.person, desk.directory.approvers))
    if not approvers:
        return Reply(nobody_view(turn.person.manages), "NobodyApproves")
    possible = _possible(answer.card, limits, approvers, desk)
    initial = _initial(found.service, wanted, answer.card)
    if not _offered(possible, initial):
        raise Refusal(f"{found.name} has everything there is, so there is nothing to ask for.")
    return request_form(possible, initial)


def _possible(card: Card, limits: Terms, approvers: Sequence[Person], desk: Desk) -> Possible:
    higher = [tier for tier in limits.tiers if tier.id < card.tier.id]
    return Possible(card, higher, desk.today + timedelta(days=limits.max_days), approvers, desk.away())


def _tier_wanted(said: str, desk: Desk, limits: Terms) -> tuple[str, str]:
    """Split off the tier that is asked for, as `tier 1` or `a higher tier`; an account's own name wins."""
    matched = _TIER_FIRST.fullmatch(said) or _TIER_LAST.fullmatch(said)
    if matched is None or names_account(desk.store, said):
        return "", said
    if matched["tier"] is None:
        return "a higher tier", matched["account"]
    for tier in limits.tiers:
        if fold(matched["tier"]) in {fold(name) for name in (str(tier.id), tier.name, *tier.aliases)}:
            return f"tier {tier.id}", matched["account"]
    return "", said


def _initial(service: str | None, wanted: str, card: Card) -> str:
    if wanted == "a higher tier":
        wanted = f"tier {card.tier.id - 1}"
    return wanted.replace("tier ", "tier:") or (f"service:{service}" if service else "")


def request_form(possible: Possible, initial: str) -> Modal:
    """Show the form: for which account, what, until when, why, and who is to answer."""
    card = possible.card
    usual = min(card.today + USUAL, possible.latest)
    present = [one for one in possible.approvers if not _absence(one, possible.away)]
    return Modal(
        "Ask for an exception",
        [
            paragraphs(tier_line(card), [words(readable(strongest(card.decision).sentence))]),
            choice_field("what", "What is asked for", _offered(possible, initial), initial=initial),
            day_field("until", "Until", usual, f"The last day of it; {day(possible.latest)} at the latest."),
            text_field("reason", "Reason", hint="For whoever answers, and for the record.", most=MOST_REASON),
            choice_field(
                "approver",
                "Who is to answer",
                [(one.id, one.name or one.id, _absence(one, possible.away)) for one in possible.approvers],
                initial=(present or possible.approvers)[0].id,
                hint="Whoever it is has two working days; then the next one is asked too.",
            ),
        ],
        "RequestForm",
        callback_id=FORM,
        submit="Ask",
        memory=card.account.id,
    )


def _offered(possible: Possible, initial: str) -> list[Choice]:
    """Offer what was named first, then the higher tiers, then every service that is not included."""
    tiers: list[Choice] = [
        (f"tier:{one.id}", f"A higher tier: {one.id}, {one.name}", "") for one in possible.tiers
    ]
    services: list[Choice] = [
        (f"service:{one.service}", one.name, _level(one))
        for one in possible.card.entitlements
        if one.level is not Level.INCLUDED
    ]
    return sorted([*tiers, *services], key=lambda one: one[0] != initial)


def _level(one: Entitlement) -> str:
    if one.level is Level.ALLOWANCE and one.left is not None and one.allowance is not None:
        return f"{one.left} of {one.allowance} left this {one.period}"
    return _LEVELS[one.level]


def _absence(person: Person, away: Sequence[Absence]) -> str:
    return next((f"away until {day(one.until)}" for one in away if one.person == person.reference), "")


def may_approve(desk: Desk, asker: Person, approvers: Iterable[str]) -> Iterator[Person]:
    """Give those of the approvers, by their user ids, who may answer what somebody asks for."""
    found = map(desk.colleague, approvers)
    return (one for one in found if not isinstance(one, Refused) and one.reference != asker.reference)


def included_view(answer: ServiceAnswer) -> Message:
    """Say that there is nothing to ask for."""
    said = [bold(answer.card.account.name), says(" has "), bold(answer.service.name), says(" already.")]
    return message(
        paragraphs(said, [words(readable(answer.entitlement.sentence))]), whole_account(answer.card)
    )


def nobody_view(manages: bool) -> Message:
    """Say what operations must do before anybody can be asked."""
    why = "Nobody but you may approve exceptions, and nobody approves their own."
    return message(
        paragraphs(
            [bold(why if manages else "Nobody may approve exceptions yet.")],
            [
                says("Operations must add the Slack user id of a manager under "),
                code("managers:"),
                says(" in people.yaml and start the bot again."),
            ],
        )
    )


def asked(turn: Turn, desk: Desk) -> Answer:
    """Ask for what was filled in; the approver is told once the one who asked was answered."""
    wanted = ask_approval(desk.store, turn.memory, _asking(turn, desk), desk.inquiry(turn.person))
    thing = thing_of(wanted.approval, desk.service_name)
    shown = asked_view(wanted, thing, *_who_answers(wanted, desk))
    return Reply(shown, "Requested", then=lambda: tell(desk, wanted.approval))


def _asking(turn: Turn, desk: Desk) -> Asking:
    """Read the form; raises FieldErrors."""
    wrong: dict[str, str] = {}
    today, latest = desk.today, desk.today + timedelta(days=terms(desk.store).max_days)
    until = date.fromisoformat(turn.fields["until"])
    if until < today:
        wrong["until"] = f"{day(until)} is in the past; today is {day(today)}."
    elif until > latest:
        wrong["until"] = f"An exception lasts until {day(latest)} at the latest."
    reason = turn.fields.get("reason", "")
    if not reason.split():
        wrong["reason"] = "Say in a sentence why; whoever answers has nothing else to go by."
    approver, deputy = _approver_and_deputy(turn, desk)
    if approver is None:
        wrong["approver"] = "That colleague may not approve this. Choose somebody else."
    if wrong or approver is None:
        raise FieldErrors(wrong)
    kind, _, name = turn.fields["what"].partition(":")
    return Asking(
        service=name if kind == "service" else None,
        tier=int(name) if kind == "tier" else None,
        until=until,
        reason=reason,
        approver=approver.reference,
        deputy=deputy.reference if deputy else None,
        asker_name=turn.person.name or turn.person.id,
        request=turn.request,
    )


def _approver_and_deputy(turn: Turn, desk: Desk) -> tuple[Person | None, Person | None]:
    """Return whoever was chosen, and the next one in the order of people.yaml, where they may approve.

    Slack waits for the answer to a form, so nobody else is looked up.
    """
    chosen, ids = turn.fields["approver"], desk.directory.approvers
    if chosen not in ids:
        return None, None
    place = ids.index(chosen)
    able = may_approve(desk, turn.person, (*ids[place:], *ids[:place]))
    first, second = next(able, None), next(able, None)
    return (first, second) if first and first.id == chosen else (None, None)


def _who_answers(wanted: Asked, desk: Desk) -> Iterator[str]:
    """Give the name of the approver, and a sentence about who else may answer."""
    approval, absences = wanted.approval, desk.away()
    yield desk.called(approval.approver)
    away = next((one for one in absences if one.person == approval.approver), None)
    (cover, *_) = answering(desk, approval, absences)
    if away and cover != approval.approver:
        yield f"{away.name} is away until {day(away.until)}; {desk.called(cover)} answers instead."
    elif approval.deputy:
        deputy = desk.called(approval.deputy)
        yield f"If there is no answer within two working days, {deputy} is asked too."
    else:
        yield "You will hear of the answer here in Slack."


def asked_view(wanted: Asked, thing: str, approver: str, who_else: str) -> Message:
    """Confirm what was asked for; it can be taken back as long as nobody has answered."""
    approval = wanted.approval
    said = [
        says("Asked "),
        bold(approver),
        says(" for "),
        bold(thing),
        says(" for "),
        bold(wanted.name),
        says(f", until {day(approval.until)}."),
    ]
    return message(
        paragraphs(said, [words(who_else)]),
        _withdraw(approval.id),
        context(f"Request {approval.id}. You will get the answer as a direct message."),
    )


def _withdraw(number: int) -> Block | None:
    return actions(f"request:{number}", [button("Withdraw", WITHDRAW, str(number))])
