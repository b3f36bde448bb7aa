"""What is new among the articles, for whoever reads a digest; pure.

An article is new by its `publish_on`; a review makes nothing new, and without a day nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from kb.article import Article
from kb.expansion import as_words
from kb.languages import spoken
from kb.library import Library
from kb.links import path_of_page
from kb.site import Site
from kb.versions import keys_shown
from kb.visibility import Audience, Visitor, folded, may_see

TEXT = "new_articles"
"""Under which name a mail includes it."""

MOST = 7
MONTH = timedelta(days=31)
_LONGEST = timedelta(days=93)
"""Somebody who was sent nothing for longer hears of no more than this."""


@dataclass(frozen=True)
class News:
    """The articles of the last months that name the day of their publication, the newest first."""

    site: Site
    today: date
    articles: tuple[tuple[date, Article], ...]
    _texts: dict[tuple[frozenset[str], tuple[str, ...], date], str | None] = field(default_factory=dict)
    """What was written already: readers differ by tier, segment, partner and language alone."""

    @classmethod
    def of(cls, library: Library, site: Site, today: date) -> News:
        """Look for what is new in a whole library."""
        dated = [(_published(one, library), one) for one in library.articles.values()]
        recent = [(day, one) for day, one in dated if day and today - _LONGEST < day <= today]
        return cls(site, today, tuple(sorted(recent, key=lambda new: (-new[0].toordinal(), new[1].title))))

    def text(self, visitor: Visitor, language: str | None, since: date | None) -> str | None:
        """List as Markdown what was published after a day, else in the last month; None where nothing was.

        What is for the reader's own segment comes first.
        """
        languages = self.site.preferred(spoken(language, self.site.languages))
        eyes = visitor.words, languages, since or self.today - MONTH
        if eyes not in self._texts:
            shown = self._shown(visitor, languages, eyes[2])
            self._texts[eyes] = "\n".join(_line(one) for one in shown) or None
        return self._texts[eyes]

    def _shown(self, visitor: Visitor, languages: tuple[str, ...], since: date) -> list[Article]:
        new = [article for day, article in self.articles if day > since]

        def sees(audience: Audience) -> bool:
            return may_see(visitor, audience)

        keys = keys_shown({article.key for article in new}, languages, sees)
        shown = [article for article in new if article.key in keys]
        return sorted(shown, key=lambda article: not _is_for_segment(article, visitor))[:MOST]


def _published(article: Article, library: Library) -> date | None:
    original = library.articles.get(article.work)
    return article.publish_on or (original.publish_on if original else None)


def _is_for_segment(article: Article, visitor: Visitor) -> bool:
    return visitor.segment is not None and f"segment:{folded(visitor.segment)}" in article.audience.words


def _line(article: Article) -> str:
    title, summary = as_words(" ".join(article.title.split())), as_words(" ".join(article.summary.split()))
    linked = f"- **[{title}]({path_of_page(article.slug)})**"
    return f"{linked}: {summary}" if summary else linked
