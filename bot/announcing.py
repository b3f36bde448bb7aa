"""Announcing: looks whether there is news, and tells whoever ought to know and does not.

It goes by the record, as all telling does: what was sent stands in the deliveries, so that any process may go
on where another one died. News from before the first look is history, and news of last week is old.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.announcement import announcement
from bot.desk import Desk
from bot.footnote import Footnote
from bot.news import Letter, Office, letters, run_key, settled_until, topic_of_signal
from bot.notices import MESSAGE, announce, rewrite
from bot.signal import signals_view
from bot.turn import Notice
from tiering.people import Person
from tiering.usecases.deliveries import Delivery, delivered_among, delivered_under
from tiering.usecases.news import newest, news_after
from tiering.usecases.signals import Raised, raised_among

OUTBOX = "outbox"
"""The name of the bookmark."""
OLD = timedelta(days=7)
"""News that could not be told within this time is not told any more."""
SETTLES = timedelta(hours=1)
"""After so long no news with a lower number can appear any more."""
RETRY_AFTER = timedelta(minutes=10)
"""A message that Slack has refused is tried again after so long."""


def tell_news(desk: Desk) -> None:
    """Tell the news that nobody has told."""
    start = desk.record.bookmark(OUTBOX, newest(desk.store))
    now = desk.clock()
    news = news_after(desk.store, start, now - OLD)
    if not news:
        return
    written = letters(news, _office(desk), desk.record.hearings(), desk.today)
    told = delivered_among(desk.store, [letter.key for letter in written])
    waiting = [letter for letter in written if not is_settled(told.get(letter.key))]
    for letter in waiting:
        if is_due(told.get(letter.key), now):
            _send(letter, desk)
    unsettled = [one.id for letter in waiting for one in letter.news]
    for number in list(settled_until(news, unsettled, now - SETTLES))[-1:]:
        desk.record.turn_to(OUTBOX, number)


def tell_of_taken(desk: Desk, raised: Raised) -> None:
    """Say who takes care of a signal wherever it was told of before, once."""
    told = delivered_under(desk.store, run_key(topic_of_signal(raised), raised.raised_at))
    for key, delivery in told.items():
        if delivery.kind != MESSAGE or not delivery.receipt or raised.id not in delivery.about["signals"]:
            continue
        change = f"{key}:taken:{raised.id}"
        if is_due(told.get(change), desk.clock()):
            shown = signals_view(
                sorted(raised_among(desk.store, delivery.about["signals"]), key=lambda one: one.id),
                desk.zone,
                Footnote.read(delivery.about),
            )
            rewrite(desk.store, desk.workspaces, change, delivery, shown)


def is_settled(delivery: Delivery | None) -> bool:
    """Whether a message has arrived, or may have."""
    return delivery is not None and delivery.failure is None


def is_due(delivery: Delivery | None, now: datetime) -> bool:
    """Whether something is still to be sent: it was never tried, or was refused some time ago."""
    if delivery is None:
        return True
    return delivery.failure is not None and now - delivery.claimed_at >= RETRY_AFTER


def _send(letter: Letter, desk: Desk) -> None:
    what, about = announcement(letter, desk.service_name, desk.zone)
    notice = Notice(letter.key, letter.to, what, about, patient=True)
    if not letter.public:
        desk.notify(notice)
    elif not desk.quiet_hours.cover(desk.clock(), desk.zone.key, desk.zone):
        announce(desk.store, desk.workspaces, notice)


def _office(desk: Desk) -> Office:
    """Say who is who in Slack now."""
    slacks = desk.workspaces.everywhere()
    asked: dict[str, str | None] = {}

    def call(name: str) -> str | None:
        if name not in asked:
            found = desk.directory.called(slacks, name)
            asked[name] = found.reference if found else None
        return asked[name]

    def present(users: tuple[str, ...]) -> list[str]:
        found = [desk.colleague(user) for user in users]
        return [one.reference for one in found if isinstance(one, Person)]

    return Office(call, present(desk.directory.operations), present(desk.directory.managers))
