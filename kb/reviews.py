"""Which articles somebody should have looked at again by now; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kb.article import Article
from tiering.usecases.news import OverdueArticle


@dataclass(frozen=True, slots=True)
class Stale:
    """An article whose review is overdue, or that nobody ever reviewed."""

    article: Article
    due: date | None
    """The last day on which it could be reviewed in time; None where nobody ever did."""
    days: int | None
    """Days since then; None where nobody ever did."""

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        owner = f"; its owner is {self.article.owner}" if self.article.owner else "; it has no owner"
        if self.due is None:
            return f"nobody has reviewed the article yet: `last_reviewed` is missing{owner}"
        days = "1 day" if self.days == 1 else f"{self.days} days"
        return f"the review was due on {self.due}, {days} ago{owner}"


def review_due(article: Article) -> date | None:
    """Return the last day on which a review is in time; None where the article does not say how often."""
    if article.last_reviewed is None or article.review_every is None:
        return None
    return article.last_reviewed + timedelta(days=article.review_every)


def stale(articles: Iterable[Article], today: date) -> list[Stale]:
    """Return the articles that nobody ever reviewed, and then those that are overdue, the longest first.

    Of those that were reviewed only one that says how often (`review_every`) can be overdue.
    """
    found = []
    for article in articles:
        if article.last_reviewed is None:
            found.append(Stale(article, None, None))
            continue
        due = review_due(article)
        if due and due < today:
            found.append(Stale(article, due, (today - due).days))
    return sorted(found, key=lambda one: (one.due or date.min, one.article.path))


def reminders(articles: Iterable[Article], today: date, kb_url: str) -> list[OverdueArticle]:
    """Return what owners are to be reminded of; who never reviewed an article chose no rhythm for it."""
    return [
        OverdueArticle(
            one.article.slug,
            one.article.title,
            f"{kb_url}/articles/{one.article.slug}",
            one.article.owner,
            one.due,
        )
        for one in stale(articles, today)
        if one.due
    ]
