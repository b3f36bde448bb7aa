"""Telling of a request for an exception: whose answer it waits for, and who knows what became of it.

It goes by how things stand, not by what just happened: whoever ought to know of a request and was not told is
told, by the process in which it changed or, where that one died, by any other a minute later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from bot.absence import Absence, stand_in
from bot.approval import answer_buttons, closed_view, moment, outcome_view, request_view
from bot.blocks import Message
from bot.day import day
from bot.desk import Desk
from bot.notices import rewrite
from bot.turn import Notice
from tiering.people import Person, user_of
from tiering.usecases.approvals import Approval, Matter, Named, State, look_up
from tiering.usecases.ask import Inquiry
from tiering.usecases.deliveries import Delivery, delivered_among

RETRY_AFTER = timedelta(minutes=10)
"""A message that Slack has refused is tried again after so long."""
BOT = "slack:bot"
"""Who reads a request to tell others of it."""


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
        if self.told[key].receipt:
            rewrite(self.desk.store, self.desk.workspaces, f"{key}:{change}", self.told[key], what)

    def _is_due(self, key: str) -> bool:
        """Whether something is still to be sent: it was never tried, or was refused some time ago."""
        before = self.told.get(key)
        if before is None:
            return True
        return before.failure is not None and self.desk.clock() - before.claimed_at >= RETRY_AFTER
