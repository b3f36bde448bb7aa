"""Answering a request for an exception: yes, no, taken back, or passed on to the deputy."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import WITHDRAW, answer_buttons, closed_view, request_view
from bot.blocks import Block, Message, button, paragraphs, says, words
from bot.desk import Desk
from bot.forms import optional, text_field
from bot.telling import BOT, tell
from bot.turn import Answer, Modal, Reply, Turn, read_number
from bot.way import show_button
from tiering.domain.refusal import Refusal
from tiering.people import Person
from tiering.usecases.approvals import Matter, State, Verdict, answer, look_up, moving, pass_on, withdraw

DECLINED = "request_declined"
MOST_NOTE = 500
LATELY = timedelta(days=1)
"""So long after an answer somebody may still have to be told of it."""
MANAGERS_ANSWER = "Only managers and operations may answer requests for exceptions."


def opened(turn: Turn, desk: Desk) -> Answer:
    """Show one request, with what the one who looks may do about it."""
    matter = _matter(turn.words, turn.person, desk)
    return Reply(_shown(matter, turn.person, desk), "Request")


def approve(turn: Turn, desk: Desk) -> Answer:
    """Grant what was asked for."""
    return _settle(turn, desk, turn.words, Verdict(True, _name(turn.person)))


def decline(turn: Turn, desk: Desk) -> Answer:
    """Ask for a word about why, before the request is declined."""
    _check_role(turn.person)
    matter = _matter(turn.words, turn.person, desk)
    if matter.approval.state is not State.OPEN:
        return Reply(_shown(matter, turn.person, desk), "Request")
    return decline_form(matter)


def decline_form(matter: Matter) -> Modal:
    """Show the form for a note to the one who asked."""
    approval = matter.approval
    said = [words(approval.asked_by_name), says(" asks for "), words(matter.thing), says(" for ")]
    return Modal(
        "Decline",
        [
            paragraphs([*said, words(matter.card.account.name), says(".")]),
            optional(
                text_field("note", "Why not", hint=f"{approval.asked_by_name} will read it.", most=MOST_NOTE)
            ),
        ],
        "DeclineForm",
        callback_id=DECLINED,
        submit="Decline",
        memory=str(approval.id),
    )


def declined(turn: Turn, desk: Desk) -> Answer:
    """Decline what was asked for, with the note."""
    return _settle(turn, desk, turn.memory, Verdict(False, _name(turn.person), turn.fields.get("note")))


def take_back(turn: Turn, desk: Desk) -> Answer:
    """Withdraw one's own request."""
    number = read_number(turn.words)
    try:
        withdraw(desk.store, number, desk.inquiry(turn.person))
    except Refusal as refusal:
        return _overtaken(turn, desk, number, refusal)
    return _closed(turn, desk, number)


def follow(desk: Desk) -> None:
    """Pass on what waits too long, and tell of every request whoever was not told."""
    pass_on(desk.store, BOT, desk.zone)
    for approval in moving(desk.store, desk.clock() - LATELY):
        tell(desk, approval)


def _settle(turn: Turn, desk: Desk, number_text: str, verdict: Verdict) -> Reply:
    """Answer a request; where somebody else has, show that in its place."""
    _check_role(turn.person)
    number = read_number(number_text)
    try:
        answer(desk.store, number, verdict, desk.inquiry(turn.person))
    except Refusal as refusal:
        return _overtaken(turn, desk, number, refusal)
    return _closed(turn, desk, number)


def _overtaken(turn: Turn, desk: Desk, number: int, refusal: Refusal) -> Reply:
    """Show what became of a request meanwhile; raises the refusal where it is still open."""
    matter = look_up(desk.store, number, desk.inquiry(turn.person))
    if matter.approval.state is State.OPEN:
        raise refusal
    return Reply(closed_view(matter, desk.zone), "AnsweredAlready")


def _closed(turn: Turn, desk: Desk, number: int) -> Reply:
    matter = look_up(desk.store, number, desk.inquiry(turn.person))
    return Reply(closed_view(matter, desk.zone), "Answered", then=lambda: tell(desk, matter.approval))


def _shown(matter: Matter, person: Person, desk: Desk) -> Message:
    if matter.approval.state is not State.OPEN:
        return closed_view(matter, desk.zone)
    return request_view(matter, desk.zone, _buttons(matter, person))


def _buttons(matter: Matter, person: Person) -> list[Block]:
    """Offer what this person may do; whether they may is looked at again when they press."""
    if person.reference == matter.approval.asked_by:
        return [button("Withdraw", WITHDRAW, str(matter.approval.id)), show_button(matter.card.account.id)]
    return answer_buttons(matter) if person.manages else [show_button(matter.card.account.id)]


def _matter(number: str, person: Person, desk: Desk) -> Matter:
    return look_up(desk.store, read_number(number), desk.inquiry(person))


def _name(person: Person) -> str:
    return person.name or person.id


def _check_role(person: Person) -> None:
    if not person.manages:
        raise Refusal(MANAGERS_ANSWER)
