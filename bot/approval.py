"""A request for an exception: how it looks to whoever answers it, and who is told of it.

Telling goes by how things stand, not by what just happened: whoever ought to know of a request and was not
told is told, by the process in which it changed or, where that one died, by any other a minute later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.absence import Absence, stand_in
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
from bot.card import day, strongest, tier_line, tier_words
from bot.desk import Desk
from bot.notices import rewrite
from bot.people import Person, user_of
from bot.turn import Notice
from bot.way import show_button
from tiering.usecases.approvals import Approval, Matter, Named, State, look_up
from tiering.usecases.ask import Inquiry
from tiering.usecases.deliveries import Delivery, delivered_among

APPROVE, DECLINE, WITHDRAW = "request_approve", "request_decline", "request_withdraw"
"""The actions of the buttons below a request; the value is its number."""
RETRY_AFTER = timedelta(minutes=10)
"""A message that Slack has refused is tried again after so long."""
BOT = "slack:bot"
"""Who reads a request to tell others of it."""

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
        "Today": [words(matter.current, 600)],
        "Account": [says(f"{tier_words(card)}. "), words(strongest(card).sentence)],
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
        paragraphs(tier_line(card), [words(matter.current)]),
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


def tell(desk: Desk, approval: Approval) -> None:
    """Tell of a request whoever ought to know and does not, and put right what was said of it before."""
    telling = _Telling(desk, approval)
    if approval.state is State.OPEN:
        telling.open()
    else:
        telling.closed()


def waiting_for(desk: Desk, person: Person, open_ones: Iterable[Named]) -> list[Named]:
    """Return those of the open requests that somebody is to answer, also for whom they cover."""
    absences = desk.away()
    return [one for one in open_ones if person.reference in answering(desk, one.approval, absences)]


def answering(desk: Desk, approval: Approval, absences: Sequence[Absence]) -> list[str]:
    """Return who is to answer a request: its approver, once passed on its deputy too, or who covers for them.

    Somebody who may not approve, or who asks, covers for nobody here.
    """
    return [to for _, to in _responsible(desk, approval, absences)]


def _responsible(desk: Desk, approval: Approval, absences: Sequence[Absence]) -> Iterator[tuple[str, str]]:
    """Give whose business it is, and to whom it goes."""
    for person in (approval.approver, approval.deputy if approval.passed_on_at else None):
        if person:
            cover = stand_in(absences, person)
            fits = desk.directory.approves(cover) and cover != approval.asked_by
            yield person, cover if fits else person


@dataclass
class _Telling:
    """Tells of one request."""

    desk: Desk
    approval: Approval

    @cached_property
    def away(self) -> tuple[Absence, ...]:
        return self.desk.away()

    @property
    def _responsible(self) -> Iterator[tuple[str, str]]:
        return _responsible(self.desk, self.approval, self.away)

    @cached_property
    def matter(self) -> Matter:
        inquiry = Inquiry(BOT, self.desk.today, self.desk.prose())
        return look_up(self.desk.store, self.approval.id, inquiry)

    @cached_property
    def told(self) -> dict[str, Delivery]:
        """What went out so far, by its key."""
        people = {*self.desk.directory.approvers, user_of(self.approval.approver)}
        people |= {user_of(self.approval.deputy)} if self.approval.deputy else set()
        keys = [self._key(person) for person in people]
        more = [f"{key}:{change}" for key in keys for change in ("passed", "closed")]
        return delivered_among(self.desk.store, [*keys, *more, self._outcome])

    @property
    def _outcome(self) -> str:
        return f"request:{self.approval.id}:outcome"

    def _key(self, person: str) -> str:
        return f"request:{self.approval.id}:to:{person}"

    def open(self) -> None:
        """Tell those who are to answer; what was passed on says so where it was told before."""
        for person, to in self._responsible:
            key = self._key(user_of(to))
            if self._is_due(key):
                how = self._how(person, to)
                shown = request_view(self.matter, self.desk.zone, answer_buttons(self.matter), how)
                self.desk.notify(Notice(key, to, shown, {"request": self.approval.id}, in_person=True))
        if self.approval.deputy and self.approval.passed_on_at:
            self._say_passed(self.approval.deputy, self.approval.passed_on_at)

    def closed(self) -> None:
        """Take the buttons off what was told, and tell the one who asked."""
        for key in [key for key in self.told if key.rpartition(":")[0].endswith(":to")]:
            if self._is_due(f"{key}:closed"):
                self._rewrite(key, "closed", closed_view(self.matter, self.desk.zone))
        if self.approval.state is not State.WITHDRAWN and self._is_due(self._outcome):
            shown = outcome_view(self.matter, self.desk.zone)
            self.desk.notify(
                Notice(self._outcome, self.approval.asked_by, shown, {"request": self.approval.id})
            )

    def _say_passed(self, deputy: str, at: datetime) -> None:
        """Let whoever was told first know that another was told too."""
        now = {self._key(user_of(to)) for person, to in self._responsible if person == deputy}
        for key in [key for key in self.told if key.rpartition(":")[0].endswith(":to") and key not in now]:
            if self._is_due(f"{key}:passed"):
                how = (
                    f"Passed on to {self.desk.called(deputy)} on {moment(at, self.desk.zone)}, since nobody "
                    "had answered. You can still answer it."
                )
                shown = request_view(self.matter, self.desk.zone, answer_buttons(self.matter), how)
                self._rewrite(key, "passed", shown)

    def _how(self, person: str, to: str) -> str:
        """Say why a request comes to somebody who was not asked by name."""
        how = ""
        if person == self.approval.deputy:
            since = day(self.approval.asked_at.astimezone(self.desk.zone).date())
            asked = self.desk.called(self.approval.approver)
            how = f"Passed on to you, since {asked} has not answered since {since}."
        away = next((one for one in self.away if one.person == person), None)
        if away and to != person:
            how += f" {away.name} is away until {day(away.until)}, and it comes to you instead."
        return how.strip()

    def _rewrite(self, key: str, change: str, what: Message) -> None:
        """Write anew what has certainly arrived; what has not will be looked at again."""
        if receipt := self.told[key].receipt:
            rewrite(self.desk.store, self.desk.slack, f"{key}:{change}", receipt, what)

    def _is_due(self, key: str) -> bool:
        """Whether something is still to be sent: it was never tried, or was refused some time ago."""
        before = self.told.get(key)
        if before is None:
            return True
        return before.failure is not None and self.desk.clock() - before.claimed_at >= RETRY_AFTER
