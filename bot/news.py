"""News: who is told of what happened, each run's news of a topic in one message; pure decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

from bot.storage import Hearing
from tiering.usecases.news import (
    ARTICLE_OVERDUE,
    CONTACT_REQUEST,
    ENDING,
    SEARCH_FAILED,
    SIGNAL,
    TIER_CHANGED,
    News,
)
from tiering.usecases.signals import Kind, Raised

TIERS, EXCEPTIONS, SIGNALS, OVER = "tier-changes", "exceptions", "signals", "over-servicing"
REVIEWS, SEARCHES, CONTACTS = "reviews", "searches", "contact-requests"
TOPICS: Mapping[str, str] = {
    TIERS: "accounts that moved to another tier",
    EXCEPTIONS: "exceptions that end soon",
    SIGNALS: "open cases, surveys nobody answered, usage that falls before a renewal",
    OVER: "accounts that were given more than they are owed",
    REVIEWS: "articles that should have been reviewed",
    SEARCHES: "searches that found nothing",
    CONTACTS: "customers who want to talk to somebody",
}
"""What can be announced in a channel, under the word for it."""
_OF_KIND = {
    TIER_CHANGED: TIERS,
    ENDING: EXCEPTIONS,
    ARTICLE_OVERDUE: REVIEWS,
    SEARCH_FAILED: SEARCHES,
    CONTACT_REQUEST: CONTACTS,
}

Call: TypeAlias = Callable[[str], str | None]
"""Finds the colleague whom a name means, such as `slack:T1/U2`; None where it is nobody's."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who is told where nobody is named."""

    call: Call
    operations: Sequence[str]
    managers: Sequence[str]


@dataclass
class Letter:
    """One message to one colleague, or in one channel: the news of a topic that one run found out."""

    key: str
    """What makes it this one message."""
    topic: str
    to: str
    """The reference of a colleague or of a channel, such as `slack:T1/C2`."""
    public: bool
    """Whether it stands in a channel."""
    news: list[News] = field(default_factory=list)
    strangers: dict[str, None] = field(default_factory=dict)
    """Names that are nobody's in Slack, wherefore it comes to whoever reads it."""
    orphaned: bool = False
    """Whether it comes to whoever reads it since nobody at all is named."""


def letters(news: Iterable[News], office: Office, hearings: Sequence[Hearing], today: date) -> list[Letter]:
    """Write the letters of some news: to each whose business it is, and in the channels that hear of it."""
    made: dict[str, Letter] = {}
    for one in news:
        topic = topic_of(one)
        if topic is None or not is_worth_telling(one, today):
            continue
        for hearing in hearings:
            if hearing.topic == topic and hearing.at <= one.at:
                _letter(made, topic, one.at, hearing.reference, public=True).news.append(one)
        names, known = names_of(one), dict[str, None]()
        strangers = []
        for name in names:
            if person := office.call(name):
                known[person] = None
            else:
                strangers.append(name)
        for person in known or _instead(topic, office):
            letter = _letter(made, topic, one.at, person, public=False)
            letter.news.append(one)
            if not known:
                letter.strangers |= dict.fromkeys(strangers)
                letter.orphaned |= not names and topic != SEARCHES
    return list(made.values())


def topic_of(news: News) -> str | None:
    """Return what a piece of news is about; None where nobody is told of it."""
    if news.kind == SIGNAL:
        return topic_of_signal(news.signal) if news.signal else None
    return _OF_KIND.get(news.kind)


def topic_of_signal(signal: Raised) -> str:
    """Return what a signal is about."""
    return OVER if signal.kind is Kind.OVER_SERVICED else SIGNALS


def is_worth_telling(news: News, today: date) -> bool:
    """Whether something still is so: an exception that ended, or a signal that is over, is no news."""
    match news.kind:
        case "signal":
            return news.signal is not None and news.signal.ended_at is None
        case "exception_ending":
            return news.grant is not None and news.about is not None and news.grant.runs(today)
        case "tier_changed":
            return news.about is not None
    return True


def names_of(news: News) -> list[str]:
    """Return the names of those whose business it is, in their order; none where nobody is named."""
    csm = news.about.csm if news.about else None
    named = [news.payload.get("owner")] if news.kind == ARTICLE_OVERDUE else [csm]
    if news.grant:
        named.append(news.grant.approver)
    return list(dict.fromkeys(name for name in named if name))


def run_key(topic: str, at: datetime) -> str:
    """Return how the keys of all letters about one run begin."""
    return f"news:{topic}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}:to:"


def _instead(topic: str, office: Office) -> Sequence[str]:
    """Return who is told where nobody is named or found: whoever leads the writers, or operations."""
    return (office.managers if topic == SEARCHES else ()) or office.operations


def _letter(made: dict[str, Letter], topic: str, at: datetime, to: str, *, public: bool) -> Letter:
    key = f"{run_key(topic, at)}{to}"
    return made.setdefault(key, Letter(key, topic, to, public))


def settled_until(news: Sequence[News], waiting: Iterable[int], before: datetime) -> Iterator[int]:
    """Give the numbers of the first news of which nothing waits and that are older than a moment.

    Younger ones are looked at again, since numbers are given before they can be read: one that is lower may
    still come.
    """
    unsettled = set(waiting)
    for one in news:
        if one.id in unsettled or one.at >= before:
            return
        yield one.id
