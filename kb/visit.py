"""What visitors do that says whether the pages help them: they search, read, vote and write to us; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from pydantic import SecretStr

from kb.hashing import hashed
from kb.search.words import STOP_WORDS, fold, terms_of, words

NO_PLAN = 0
"""Stands for the tier of whoever is not signed in, and of a customer without a plan."""

EVERYBODY = -1
"""Stands in the sums for all tiers together, so that no page has to add them up."""

WITHIN = timedelta(hours=24)
"""Whoever writes to us so soon after reading was not helped by it."""

_LONGEST_KEY = 300
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d ()/-]{6,}\d")
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|monitor|headless|lighthouse|\b(?:curl|wget|python|go-http|java)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visitor on one day. Who it is cannot be read from it, nor that it is the same on two days."""

    key: str
    """A hash of the visitor and the day."""
    day: date
    """Where the company is."""
    kind: str = "visitor"
    """`visitor` or `contact`; of colleagues and programs nothing is kept."""
    tier: int = NO_PLAN
    segment: str | None = None
    account: str | None = None
    """The account's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Somebody searched."""

    visit: Visit
    at: datetime
    query: str
    results: int
    """How many articles answer, in all categories."""
    nearest: bool
    """Whether these are only near to what it means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Somebody opened an article."""

    visit: Visit
    at: datetime
    slug: str
    revision: str
    query: str | None = None
    """The search from whose page they came."""
    suggested: bool = False
    """Whether it was suggested to them while they wrote to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """Somebody said whether an article answered their question."""

    visit: Visit
    at: datetime
    helpful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """Somebody wrote to us; of each of their visits that may have been within a day before."""

    visits: tuple[Visit, ...]
    at: datetime


Event: TypeAlias = Searched | Read | Voted | Wrote


def visit_key(secret: SecretStr, day: date, *who: str) -> str:
    """Return the key of somebody's visit on a day."""
    return hashed(secret, "visit", day.isoformat(), *who)


def contact_visit_key(secret: SecretStr, day: date, contact: str) -> str:
    """Return the key of a contact's visit on a day."""
    return visit_key(secret, day, "contact", contact)


def visits_of(secret: SecretStr, contact: str, last: date, days: int) -> list[str]:
    """Return the keys of a contact's visits on the last of some days and those before it, the newest first.

    Whose a visit was can only be told by making its key again, which takes the secret key.
    """
    return [contact_visit_key(secret, last - timedelta(days=ago), contact) for ago in range(days)]


def query_key(query: str) -> str:
    """Return what searches for the same have in common: the stems of their telling words, in any order.

    Of words that tell nothing all count; empty for what holds no word at all.
    """
    stems = {word: found[0] for word, _, _ in words(fold(query)) if (found := terms_of(word))}
    telling = {stem for word, stem in stems.items() if word not in STOP_WORDS}
    return " ".join(sorted(telling or set(stems.values())))[:_LONGEST_KEY]


def without_names(query: str) -> str:
    """Return a query as colleagues may read it: without addresses and long numbers, which are somebody's."""
    return _LONG_NUMBER.sub("[number]", _ADDRESS.sub("[address]", query))


def is_program(agent: str) -> bool:
    """Whether a browser says that it is none; whoever says nothing is one too."""
    return not agent.strip() or _PROGRAM.search(agent) is not None


def month_of(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)


def months_before(month: date, count: int) -> date:
    """Return the first day of the month that many months earlier."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def months_from(first: date, last: date) -> list[date]:
    """Return the first day of every month from one to another, both counted."""
    count = (last.year - first.year) * 12 + last.month - first.month
    return [months_before(month_of(last), back) for back in range(count, -1, -1)]


def visits_in(events: Iterable[Event]) -> dict[str, Visit]:
    """Return every visit that these events are about, by its key."""
    found: dict[str, Visit] = {}
    for event in events:
        for visit in event.visits if isinstance(event, Wrote) else (event.visit,):
            found.setdefault(visit.key, visit)
    return found
