"""News: what happened that colleagues want to hear of, on its way through the outbox to the bot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tiering.domain.decision import Decision
from tiering.domain.exception import Grant
from tiering.storage.outbox import Posted
from tiering.storage.store import Store, UnitOfWork
from tiering.usecases.deciding import TIER_CHANGED
from tiering.usecases.exceptions import ENDING
from tiering.usecases.policy import in_force
from tiering.usecases.signals import SIGNAL, Raised

__all__ = [
    "ARTICLE_OVERDUE",
    "CONTACT_REQUEST",
    "ENDING",
    "SEARCH_FAILED",
    "SIGNAL",
    "TIER_CHANGED",
    "FailedSearch",
    "News",
    "OverdueArticle",
    "Subject",
    "newest",
    "news_after",
    "reviews_overdue",
    "searches_failed",
]

ARTICLE_OVERDUE = "article.overdue"
SEARCH_FAILED = "search.failed"
CONTACT_REQUEST = "contact.request"
"""The kinds of outbox messages that the knowledge base writes."""

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OverdueArticle:
    """An article that should have been reviewed."""

    slug: str
    title: str
    url: str
    owner: str | None
    due_on: date


@dataclass(frozen=True, slots=True)
class FailedSearch:
    """A search that found nothing."""

    query: str
    times: int
    since: date


@dataclass(frozen=True, slots=True)
class Subject:
    """The account that a piece of news is about, as it is now."""

    id: str
    name: str
    csm: str | None
    decision: Decision | None
    tier_name: str
    """What staff call the tier; empty where there is no decision."""


@dataclass(frozen=True, slots=True)
class News:
    """A piece of news, with what it is about as that stands now."""

    id: int
    at: datetime
    """When it happened; all that one run found out has one moment."""
    kind: str
    payload: Mapping[str, Any]
    about: Subject | None = None
    signal: Raised | None = None
    """Where the news is of a signal."""
    grant: Grant | None = None
    """Where the news is of an exception that ends."""


def reviews_overdue(store: Store, articles: Sequence[OverdueArticle], who: str) -> int:
    """Tell of articles that should have been reviewed, each once a week; returns how many were told of."""
    with store.begin() as work:
        told = {message["slug"] for message in work.outbox.messages(ARTICLE_OVERDUE, work.at - _WEEK)}
        fresh = [one for one in articles if one.slug not in told]
        payloads = [
            {"slug": one.slug, "title": one.title, "url": one.url, "owner": one.owner, "due_on": one.due_on}
            for one in fresh
        ]
        work.outbox.add(work.at, ARTICLE_OVERDUE, payloads)
        work.audit.add(work.at, who, "remind of reviews", None, {"articles": len(fresh)})
        return len(fresh)


def searches_failed(store: Store, searches: Sequence[FailedSearch], who: str) -> int:
    """Tell of searches that found nothing, each query once a week; returns how many were told of."""
    with store.begin() as work:
        told = {message["query"] for message in work.outbox.messages(SEARCH_FAILED, work.at - _WEEK)}
        fresh = [one for one in searches if one.query not in told]
        payloads = [{"query": one.query, "times": one.times, "since": one.since} for one in fresh]
        work.outbox.add(work.at, SEARCH_FAILED, payloads)
        work.audit.add(work.at, who, "tell of failed searches", None, {"searches": len(fresh)})
        return len(fresh)


def newest(store: Store) -> int:
    """Return the number of the newest piece of news, 0 before the first."""
    with store.begin() as work:
        return work.outbox.newest()


def news_after(store: Store, number: int, since: datetime) -> list[News]:
    """Return the news with higher numbers that are not older than a moment, the oldest first.

    Raises NoPolicy where news of accounts came and no policy is in force.
    """
    with store.begin() as work:
        posted = work.outbox.after(number, since)
        subjects = _subjects(work, [_account_of(one) for one in posted])
        signals = {one.id: one for one in work.signals.among(_numbers(posted, "signal"))}
        grants = work.exceptions.among(_numbers(posted, "exception"))
        return [
            News(
                one.id,
                one.at,
                one.kind,
                one.payload,
                subjects.get(_account_of(one) or ""),
                signals.get(one.payload.get("signal", 0)),
                grants.get(one.payload.get("exception", 0)),
            )
            for one in posted
        ]


def _account_of(one: Posted) -> str | None:
    """Return the id of the account that a message is about, if it is about one."""
    return one.payload.get("account") or one.payload.get("account_id")


def _numbers(posted: Sequence[Posted], name: str) -> list[int]:
    return [number for one in posted if isinstance(number := one.payload.get(name), int)]


def _subjects(work: UnitOfWork, ids: Iterable[str | None]) -> dict[str, Subject]:
    """Return the accounts with these ids, as far as there are any."""
    accounts = work.accounts.among({one for one in ids if one})
    if not accounts:
        return {}
    tiers = in_force(work).rules.tier_by_id
    decisions = work.decisions.current(list(accounts))
    found = {}
    for account in accounts.values():
        decision = decisions.get(account.id)
        tier = tiers.get(decision.tier) if decision else None
        found[account.id] = Subject(
            account.id, account.name, account.csm, decision, tier.name if tier else ""
        )
    return found
