"""How an article fares: how much it is read, whether it helps, whether it is looked after; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from kb.article import Article
from kb.reviews import review_due

FEW = 10
"""Votes or readers below which a share of them says little, and is not sorted by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of one article."""

    article: Article
    reads: int = 0
    """Readers and days, colleagues left out."""
    searched: int = 0
    """Of these, from the page of a search."""
    wrote: int = 0
    """Of these, by whoever wrote to us within 24 hours."""
    helpful: int = 0
    votes: int = 0
    """On the revision that is served."""
    overdue: int | None = None
    """Days since its review was due, below 0 until then; None where nobody has said when."""

    @property
    def helped(self) -> float | None:
        """The share of votes that say it helped; None where there are few."""
        return self.helpful / self.votes if self.votes >= FEW else None

    @property
    def wrote_after(self) -> float | None:
        """The share of readers who wrote to us all the same; None where there are few."""
        return self.wrote / self.reads if self.reads >= FEW else None


def days_overdue(article: Article, today: date) -> int | None:
    """Return for how many days a review has been due, below 0 until then; None where nobody says when."""
    due = review_due(article)
    return (today - due).days if due else None


ORDERS: dict[str, Callable[[Health], float]] = {
    "reads": lambda one: -one.reads,
    "helped": lambda one: 2 if one.helped is None else one.helped,
    "wrote": lambda one: 1 if one.wrote_after is None else -one.wrote_after,
    "review": lambda one: float("inf") if one.overdue is None else -one.overdue,
}
"""By what articles are sorted, those that need somebody first; of whom too little is known, last."""


def in_order(articles: Iterable[Health], order: str) -> list[Health]:
    """Sort articles by one of ORDERS; among equals by how much they are read, then by title."""
    by = ORDERS[order]
    return sorted(articles, key=lambda one: (by(one), -one.reads, one.article.title.casefold()))
