"""Logging effort: hours that somebody spent on a service for an account, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.blocks import Block, Message, actions, bold, button, context, message, paragraphs, says, tidy, words
from bot.blocks import Choice as Option
from bot.choosing import offered_accounts, unclear
from bot.day import day, readable
from bot.desk import Desk
from bot.ears import Ears
from bot.forms import choice_field, day_field, number_field, optional, search_field, text_field
from bot.turn import Answer, FieldErrors, Modal, Reply, Turn, read_number
from bot.way import in_phrase, say_button
from tiering.domain.answer import Answer as Unclear
from tiering.domain.answer import Help
from tiering.domain.effort import told
from tiering.domain.names import fold
from tiering.domain.policy import Policy
from tiering.domain.question import typed
from tiering.domain.refusal import Refusal
from tiering.domain.service import Service
from tiering.domain.time_spent import TimeSpent, readings
from tiering.usecases.ask import Meant, meant, names_account
from tiering.usecases.effort import Logged, Work, log, undo
from tiering.usecases.finding import service_names
from tiering.usecases.policy import current

FORM = "effort"
SEARCH = "effort_account"
"""The field in which the account is searched where none was named."""
UNDO = "effort_undo"
"""The action of the button that takes a line back; its value is the line's number and the account's name."""
WHOEVER_DELIVERS = "whoever-delivers"
NOTHING_TO_LOG = "The catalogue has no service that people deliver, so there is nothing to log effort on."
_TEAMS = {"cs": "Customer success", "support": "Support", "partner": "Partner"}
_FINDABLE = "By its name, its domain, its id, or a contact's e-mail address."
_NOTE = 500
"""Characters of a note, as the record takes them."""


def register(ears: Ears) -> None:
    """Listen to phrases that begin with `log`, to the form, and to the button that undoes."""
    ears.phrase(
        r"log(?: effort)?(?: (?P<rest>.+))?",
        asked,
        usage="log acme training 2",
        summary="note hours spent; “log 1.5h acme QBR yesterday” too",
    )
    ears.form(FORM, submitted)
    ears.menu(SEARCH, offered_accounts)
    ears.action(UNDO, undone)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was said of a piece of work; what is None is left to the form."""

    account: Meant | None
    service: str | None
    time: TimeSpent


def asked(turn: Turn, desk: Desk) -> Answer:
    """Open the form, filled with what was understood."""
    policy = current(desk.store).worded(desk.prose())
    said = understood(turn, desk, policy)
    if isinstance(said, Reply):
        return said
    return form_view(said, _on_offer(policy, said.service), _teams(policy), desk.today)


def understood(turn: Turn, desk: Desk, policy: Policy) -> Understood | Reply:
    """Read what somebody says they did; a question back where the account or the service is not clear."""
    here, inquiry = desk.linked(turn.person, turn.spot), desk.inquiry(turn.person)
    said = typed(turn.words)
    ways = readings(said, desk.today)
    if said and names_account(desk.store, said):
        ways = (TimeSpent(None, None, said),)
    services = service_names(policy, desk.prose())
    answers: list[tuple[TimeSpent, Unclear]] = []
    for way in ways:
        only = services.get(fold(way.rest)) if here is None else None
        found = meant(desk.store, way.rest, inquiry, here)
        if only or isinstance(found, Help):
            return Understood(None, only, way)
        if isinstance(found, Meant):
            return Understood(found, found.service, way)
        answers.append((way, found))
    way, found = answers[0]
    return unclear(found, _again(way))


def _again(time: TimeSpent) -> str:
    """Write the phrase that says the same of the account that will be picked."""
    parts = [
        "log {}",
        f"{_written(time.hours)}h" if time.hours is not None else "",
        f"on {time.day.isoformat()}" if time.day else "",
    ]
    return " ".join(part for part in parts if part)


def submitted(turn: Turn, desk: Desk) -> Answer:
    """Log what was filled in; the same form twice logs once."""
    teams = {value for value, _, _ in _teams(current(desk.store))}
    fields = turn.fields
    team = fields.get("team", WHOEVER_DELIVERS)
    if team not in teams:
        raise FieldErrors({"team": f"There is no team “{tidy(team)}” here; choose one of the list."})
    done = Work(
        service=fields.get("service", ""),
        hours=_hours(fields.get("hours", "")),
        team=None if team == WHOEVER_DELIVERS else team,
        day=_day(fields.get("day", "")),
        note=fields.get("note"),
        request=turn.request,
    )
    account = turn.memory or fields.get(SEARCH, "")
    try:
        logged = log(desk.store, account, done, desk.inquiry(turn.person))
    except Refusal as refusal:
        if refusal.about == "account" and not turn.memory:
            raise FieldErrors({SEARCH: str(refusal)}) from refusal
        raise
    return Reply(logged_view(logged, desk.service_name(logged.entry.service)), "EffortLogged")


def undone(turn: Turn, desk: Desk) -> Answer:
    """Take a line back, for whoever logged it some minutes ago."""
    number, _, name = turn.words.partition(" ")
    line = undo(desk.store, read_number(number), desk.inquiry(turn.person))
    return Reply(
        undone_view(-line.hours, desk.service_name(line.service), name, line.account_id), "EffortUndone"
    )


def form_view(said: Understood, services: Sequence[Service], teams: Sequence[Option], today: date) -> Modal:
    """Show the form; without a known account it begins with a field to find one."""
    if not services:
        raise Refusal(NOTHING_TO_LOG)
    account = said.account
    return Modal(
        "Log effort",
        [
            _for(account.name) if account else search_field(SEARCH, "Account", hint=_FINDABLE),
            choice_field(
                "service", "Service", [(one.id, one.name, "") for one in services], initial=said.service or ""
            ),
            number_field("hours", "Hours", initial=_written(said.time.hours), hint="Such as 1.5"),
            choice_field("team", "Team", teams, initial=WHOEVER_DELIVERS),
            day_field("day", "Day", said.time.day or today),
            optional(text_field("note", "Note", most=_NOTE)),
        ],
        "EffortForm",
        callback_id=FORM,
        submit="Log",
        memory=account.account_id if account else "",
    )


def logged_view(logged: Logged, service: str) -> Message:
    """Say what was logged, what is left of the allowance, and how to undo it."""
    entry = logged.entry
    first = [bold("Logged"), says(f" {told(entry.hours)} of "), words(service), says(" for ")]
    team = _TEAMS.get(entry.team, entry.team.capitalize())
    closed = f"{logged.closed} is closed: its report stays as it is, without this." if logged.closed else ""
    return message(
        paragraphs([*first, bold(logged.name), says(".")], [words(readable(logged.left))]),
        context(closed) if closed else None,
        context(f"{day(entry.day)}, team {tidy(team)}. You can undo it for ten minutes."),
        actions(
            "effort",
            [
                button("Undo", UNDO, f"{entry.id} {tidy(logged.name)}"),
                say_button("Log more", f"log {in_phrase(entry.account_id)} {entry.service}"),
            ],
        ),
    )


def undone_view(hours: Decimal, service: str, name: str, account_id: str) -> Message:
    """Say what was taken back."""
    first = [bold("Taken back:"), says(f" {told(hours)} of "), words(service), says(" for ")]
    return message(
        paragraphs([*first, bold(name), says(".")], [says("It no longer counts; the history shows both.")]),
        actions("effort", [say_button("Log it again", f"log {in_phrase(account_id)}")]),
    )


def _written(hours: Decimal | None) -> str:
    return "" if hours is None else f"{hours.normalize():f}"


def _for(name: str) -> Block:
    return paragraphs([says("For "), bold(name)])


def _on_offer(policy: Policy, named: str | None) -> list[Service]:
    """Return the services that people deliver, and the one that was named."""
    return [one for one in policy.catalogue.services if one.delivery == "person" or one.id == named]


def _teams(policy: Policy) -> list[Option]:
    """Return every team that delivers a service or whose hour has a price."""
    ids = dict.fromkeys([*_TEAMS, *policy.rules.costs])
    return [
        (WHOEVER_DELIVERS, "The team that delivers it", ""),
        *((one, _TEAMS.get(one, one.capitalize()), "") for one in ids),
    ]


def _hours(written: str) -> Decimal:
    try:
        return Decimal(written.replace(",", "."))
    except InvalidOperation:
        raise FieldErrors({"hours": f"“{tidy(written)}” is no number; expected hours such as 1.5."}) from None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise FieldErrors({"day": f"“{tidy(written)}” is no day; expected one such as 2026-05-14."}) from None
