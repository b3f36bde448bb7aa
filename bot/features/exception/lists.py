"""The lists: requests that wait, requests that one made, and exceptions that end soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.approval import moment
from bot.blocks import (
    Block,
    Message,
    Run,
    actions,
    bold,
    button,
    confirmed,
    context,
    divider,
    message,
    paragraphs,
    points,
    says,
    tidy,
    words,
)
from bot.card import ago, thing_of
from bot.day import day
from bot.desk import Desk
from bot.paging import page_of, pages, part, place, turning
from bot.telling import waiting_for
from bot.turn import Answer, Reply, Turn, read_number
from bot.way import say_button
from tiering.domain.refusal import Refusal
from tiering.usecases.approvals import Approval, Named, State, asked_by, open_approvals
from tiering.usecases.exceptions import Outcome, Running, end, running, terms

END = "exception_end:"
"""The action of a button that ends an exception today; its value is the exception's number."""
SIZE = 5
"""Lines of a page, since each has a button."""
MANAGERS_END = "Only managers and operations may end an exception."

OPEN_ONE = "Open one to read its reason, and to answer it or take it back."
ASK_FOR_ONE = "To ask for an exception, say “request” and the account, such as “request acme training”."


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list."""

    group: str
    request: Named
    thing: str
    """What is asked for."""
    standing: str
    """Who asked or who is to answer, and how it stands."""


@dataclass(frozen=True, slots=True)
class Held:
    """One exception in a list."""

    running: Running
    thing: str
    """What was granted."""


def requests(turn: Turn, desk: Desk) -> Answer:
    """List what waits for this person, and what they asked for; managers may see all that is open."""
    inquiry = desk.inquiry(turn.person)
    said, page = page_of(turn.words)
    waiting = open_approvals(desk.store, inquiry)
    own = asked_by(desk.store, inquiry)
    mine = waiting_for(desk, turn.person, waiting)
    shown = waiting if said and turn.person.manages else mine
    group = "All that are open" if shown is waiting else "Waiting for your answer"
    lines = [Line(group, one, _thing(one, desk), _asked(one.approval, desk)) for one in shown]
    if shown is mine:
        lines += [
            Line("Asked for by you", one, _thing(one, desk), _stands(one.approval, desk)) for one in own
        ]
    others = len(waiting) - len(mine) if turn.person.manages and shown is mine else 0
    phrase = "requests" if shown is mine else "requests all"
    return Reply(requests_view(lines, (len(shown), others), phrase, page), "Requests")


def requests_view(lines: Sequence[Line], counts: tuple[int, int], phrase: str, page: int) -> Message:
    """Show a page of requests; `counts` are those that wait for the reader, and those of others."""
    waiting, others = counts
    last = pages(len(lines), SIZE)
    page = min(page, last)
    on_page = part(lines, page, SIZE)
    verb = "wait" if waiting > 1 else "waits"
    whose = "your" if phrase == "requests" else "an"
    first = f"{_count(waiting, 'request')} {verb} for {whose} answer{place(page, last)}."
    open_ones = [one.request for one in on_page if one.request.approval.state is State.OPEN]
    return message(
        paragraphs([bold(first)], [says(OPEN_ONE if open_ones else ASK_FOR_ONE)]),
        divider() if on_page else None,
        *(
            points(group, [_line(one) for one in on_page if one.group == group])
            for group in dict.fromkeys(one.group for one in on_page)
        ),
        actions("requests", [_open_button(one) for one in open_ones]),
        turning(phrase, page, last),
        actions("others", [say_button(f"Show {others} more of others", "requests all")] if others else []),
    )


def _line(line: Line) -> list[Run]:
    approval = line.request.approval
    what = [says(f"Request {approval.id}: "), words(line.thing), says(" for "), bold(line.request.name)]
    return [*what, says(f", until {day(approval.until)}. "), words(line.standing)]


def _open_button(one: Named) -> Block:
    number = one.approval.id
    return say_button(f"Open {number}: {tidy(one.name, 40)}", f"requests #{number}", f"request{number}")


def _asked(approval: Approval, desk: Desk) -> str:
    days = (desk.today - approval.asked_at.astimezone(desk.zone).date()).days
    return f"{approval.asked_by_name} asked {ago(days)}."


def _thing(one: Named, desk: Desk) -> str:
    return thing_of(one.approval, desk.service_name)


def _stands(approval: Approval, desk: Desk) -> str:
    if approval.state is not State.OPEN:
        return decided(approval, desk.zone)
    passed = approval.deputy if approval.passed_on_at else None
    return f"Waits for {desk.called(passed or approval.approver)}."


def decided(approval: Approval, zone: ZoneInfo) -> str:
    """Say what became of a request."""
    when = f" on {moment(approval.decided_at, zone)}" if approval.decided_at else ""
    if approval.state is State.WITHDRAWN:
        return f"You took it back{when}."
    return f"{approval.state.capitalize()} by {approval.decided_by_name}{when}."


def exceptions(turn: Turn, desk: Desk) -> Answer:
    """List the exceptions that end within the days that the policy calls them to mind, or all."""
    said, page = page_of(turn.words)
    days = None if said else terms(desk.store).nudge_days
    found = [
        Held(one, thing_of(one.grant, desk.service_name))
        for one in running(desk.store, desk.inquiry(turn.person), days)
    ]
    return Reply(exceptions_view(found, days, turn.person.manages, page), "Exceptions")


def exceptions_view(found: Sequence[Held], days: int | None, may_end: bool, page: int) -> Message:
    """Show a page of exceptions; `days` is the time within which these end, None where all are shown."""
    last = pages(len(found), SIZE)
    page = min(page, last)
    on_page = part(found, page, SIZE)
    several = len(found) > 1
    ending = (
        f"{'end' if several else 'ends'} within {_count(days, 'day')}"
        if days is not None
        else f"{'are' if several else 'is'} running"
    )
    order = f"The next to end comes first{place(page, last)}."
    return message(
        paragraphs(
            [bold(f"{_count(len(found), 'exception')} {ending}.")],
            [says(order if on_page else "There is nothing to look after.")],
        ),
        divider() if on_page else None,
        points("Exceptions", [_exception(one) for one in on_page]),
        actions("exceptions", [_end_button(one) for one in on_page] if may_end else []),
        turning("exceptions" if days is not None else "exceptions all", page, last),
        actions("all", [say_button("Show all exceptions", "exceptions all")]) if days is not None else None,
    )


def _exception(one: Held) -> list[Run]:
    grant = one.running.grant
    what = [words(one.thing), says(" for "), bold(one.running.name), says(f", until {day(grant.until)}. ")]
    return [*what, words(f"Approved by {grant.approver}: {grant.reason}", 400)]


def _end_button(one: Held) -> Block:
    grant, name = one.running.grant, tidy(one.running.name, 35)
    ending = button(f"End now: {name}, {tidy(one.thing, 25)}", f"{END}{grant.id}", str(grant.id))
    what = f"{tidy(one.thing)} for {name} ends today, not on {day(grant.until)}."
    return confirmed(ending, "End it now?", what, "End it now")


def end_now(turn: Turn, desk: Desk) -> Answer:
    """End an exception today."""
    if not turn.person.manages:
        raise Refusal(MANAGERS_END)
    outcome = end(desk.store, read_number(turn.words), desk.inquiry(turn.person))
    return Reply(ended_view(outcome, thing_of(outcome.grant, desk.service_name)), "ExceptionEnded")


def ended_view(outcome: Outcome, thing: str) -> Message:
    """Say that an exception has ended, and what became of the tier."""
    moved = outcome.moved
    after = f"It is now in tier {moved.after}." if moved else "Its tier stays as it is."
    said = [bold("Ended:"), says(" "), words(thing), says(" for "), bold(outcome.name), says(".")]
    return message(
        paragraphs(said, [says(after)]),
        actions("all", [say_button("Show exceptions", "exceptions")]),
        context(f"It would have held until {day(outcome.grant.until)}."),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else f"No {noun}"
