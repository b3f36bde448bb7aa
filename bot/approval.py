"""A request for an exception: how it looks to whoever answers it, and to whoever asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks import (
    Block,
    Message,
    Run,
    actions,
    bold,
    button,
    context,
    divider,
    message,
    paragraphs,
    primary,
    says,
    tidy,
    words,
)
from bot.card import strongest, tier_line, tier_words
from bot.day import day, readable
from bot.way import show_button
from tiering.usecases.approvals import Approval, Matter, State

APPROVE, DECLINE, WITHDRAW = "request_approve", "request_decline", "request_withdraw"
"""The actions of the buttons below a request; the value is its number."""
_VERDICTS = {State.APPROVED: "Approved", State.DECLINED: "Declined", State.WITHDRAWN: "Withdrawn"}


def request_view(matter: Matter, zone: ZoneInfo, buttons: Iterable[Block], how: str = "") -> Message:
    """Show an open request; `how` says why it comes to the one who reads it."""
    approval, card = matter.approval, matter.card
    asked = [
        bold(approval.asked_by_name),
        says(" asks for "),
        bold(matter.thing),
        says(" for "),
        bold(card.account.name),
        says("."),
    ]
    reason = [bold("Reason"), says(": "), words(approval.reason, 600)]
    rows: dict[str, Sequence[Run]] = {
        "Until": [says(day(approval.until))],
        "Today": [words(readable(matter.current), 600)],
        "Account": [says(f"{tier_words(card)}. "), words(readable(strongest(card.decision).sentence))],
    }
    return message(
        paragraphs(asked, *([[words(how)]] if how else []), reason),
        divider(),
        paragraphs(*([bold(label), says(": "), *runs] for label, runs in rows.items())),
        actions(f"request:{approval.id}", buttons),
        context(f"Request {approval.id}, asked on {moment(approval.asked_at, zone)}."),
    )


def closed_view(matter: Matter, zone: ZoneInfo) -> Message:
    """Show a request that is answered or withdrawn: what became of it, by whom and when; nothing to press."""
    approval = matter.approval
    verdict = [
        bold(f"{_VERDICTS[approval.state]}:"),
        says(" "),
        words(matter.thing),
        says(" for "),
        words(matter.card.account.name),
        says(f", until {day(approval.until)}."),
    ]
    return message(
        paragraphs(verdict, [words(_told_by(approval, zone))], *_noted(approval)),
        context(f"Request {approval.id}. {tidy(approval.asked_by_name)} asked: {tidy(approval.reason, 300)}"),
    )


def outcome_view(matter: Matter, zone: ZoneInfo) -> Message:
    """Tell the one who asked what was answered, and how the account stands now."""
    approval, card = matter.approval, matter.card
    verdict = [
        bold(f"{_VERDICTS[approval.state]}:"),
        says(" "),
        bold(matter.thing),
        says(" for "),
        bold(card.account.name),
        says(f", until {day(approval.until)}."),
    ]
    return message(
        paragraphs(verdict, [words(_told_by(approval, zone))], *_noted(approval)),
        divider(),
        paragraphs(tier_line(card), [words(readable(matter.current))]),
        actions(f"request:{approval.id}", [show_button(card.account.id)]),
        context(
            f"Request {approval.id} of {tidy(approval.asked_by_name)}, made on "
            f"{moment(approval.asked_at, zone)}."
        ),
    )


def answer_buttons(matter: Matter) -> list[Block]:
    """Make the buttons with which a request is answered."""
    number = str(matter.approval.id)
    return [
        primary(button("Approve", APPROVE, number)),
        button("Decline", DECLINE, number),
        show_button(matter.card.account.id),
    ]


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people write it, on the company's clocks."""
    local = at.astimezone(zone)
    return f"{day(local.date())} at {local:%H:%M}"


def _told_by(approval: Approval, zone: ZoneInfo) -> str:
    when = f" on {moment(approval.decided_at, zone)}" if approval.decided_at else ""
    verb = {State.APPROVED: "approved it", State.DECLINED: "declined it", State.WITHDRAWN: "took it back"}
    return f"{approval.decided_by_name} {verb[approval.state]}{when}."


def _noted(approval: Approval) -> list[list[Run]]:
    return [[says("“"), words(approval.note, 600), says("”")]] if approval.note else []
