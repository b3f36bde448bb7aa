"""Recommends to a contact what next, from what the record holds of them and what search answers them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from pydantic import SecretStr

from kb.library import Library
from kb.links import path_of_page
from kb.paths import path_of, paths_in
from kb.recommending import Answer, Pupil, Recommendation, recommended
from kb.search.index import SearchIndex
from kb.site import Site
from kb.storage import Learning, Visits
from kb.visibility import NOBODY, Visitor
from kb.visit import visits_of
from tiering.usecases.record import Store

DAYS = 30
"""So long a search is remembered for advice."""

_MOST_SEARCHES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """A contact, and what of their account matters to advice."""

    contact: str
    visitor: Visitor = NOBODY
    goal: str | None = None
    manages: bool = False
    searches: bool = True
    """Whether what they searched for may be spoken of."""


@dataclass(frozen=True)
class Adviser:
    """Looks up what advice is made of."""

    store: Store
    secret: SecretStr
    index: SearchIndex

    def advise(self, who: Advised, library: Library, site: Site) -> tuple[Recommendation, ...]:
        """Return what next; `library` is what the contact sees. Raises RecordUnavailable."""
        today = self.store.now().astimezone(site.time_zone).date()
        pupil = Pupil(
            visitor=who.visitor,
            learned=Learning(self.store).of(who.contact),
            path=path_of(paths_in(library.courses.values(), site.aims), who.goal, who.visitor.segment),
            manages=who.manages,
        )
        if who.searches:
            pupil = replace(pupil, answers=tuple(self._answers(who.contact, library, today)))
        return recommended(pupil, library.courses, today)

    def _answers(self, contact: str, library: Library, today: date) -> Iterator[Answer]:
        """Yield what answers the searches after which the contact opened nothing, and has not since."""
        searched, opened = Visits(self.store).lately(visits_of(self.secret, contact, today, DAYS))
        for one in searched[:_MOST_SEARCHES]:
            found = self.index.search(one.query, seen=library.keys, limit=1)
            page = library.page(found.hits[0].slug) if found.hits and not found.nearest else None
            if page and page.slug not in opened:
                yield Answer(one.query, one.on, page.title, path_of_page(page.slug))
