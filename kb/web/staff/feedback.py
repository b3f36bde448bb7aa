"""What readers said of the articles, the newest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kb.article import Article
from kb.feedback import REASONS
from kb.storage import Chosen, Tally, Vote
from kb.web.desk import desk, whole_edition
from kb.web.pages import pages_of
from kb.web.staff.preview import faces
from tiering.usecases.standing import Standing

blueprint = Blueprint("feedback", __name__)

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the readers an article helped."""

    helpful: int
    total: int

    def __str__(self) -> str:
        """Say it in a few words."""
        if not self.total:
            return "no votes"
        return f"{self.helpful} of {self.total} ({self.helpful / self.total:.0%})"


@dataclass(frozen=True, slots=True)
class Fared:
    """How the revision of an article that is served fared, and all those before it."""

    present: Share
    before: Share


@blueprint.get("/feedback")
def index() -> str:
    """List the votes on all articles or on one; only those of whom it did not help, or with a comment."""
    show, slug = request.args.get("show", ""), request.args.get("article") or None
    chosen = Chosen(slug=slug, unhelpful=show == "unhelpful", commented=show == "comments")
    votes = desk().votes
    pages = pages_of(votes.count(chosen), PAGE_SIZE)
    shown = votes.newest(chosen, PAGE_SIZE, (pages.number - 1) * PAGE_SIZE)
    articles, names = whole_edition().library.articles, faces()
    slugs = list(dict.fromkeys([*([slug] if slug else []), *(vote.slug for vote in shown)]))
    return render_template(
        "staff/feedback.html",
        votes=[(vote, who_said(vote, _standing(vote), names)) for vote in shown],
        articles=articles,
        fared=fared(slugs, articles, votes.tallies(slugs)),
        reasons=REASONS,
        slug=slug,
        show=show,
        pages=pages,
    )


def fared(
    slugs: Iterable[str], articles: Mapping[str, Article], tallies: Iterable[Tally]
) -> dict[str, Fared]:
    """Add up the votes on each article; of one that is gone there is no present revision."""
    counted = list(tallies)

    def share(slug: str, present: bool) -> Share:
        revision = articles[slug].digest if slug in articles else None
        mine = [one for one in counted if one.slug == slug and (one.revision == revision) is present]
        return Share(sum(one.helpful for one in mine), sum(one.total for one in mine))

    return {slug: Fared(share(slug, True), share(slug, False)) for slug in slugs}


def who_said(vote: Vote, standing: Standing | None, names: Mapping[str, str]) -> str:
    """Say who voted, as far as it is known: the person, and what they were to us when they voted."""
    if vote.kind == "staff":
        return "A colleague, not counted"
    if vote.kind == "visitor":
        return "Somebody who had not signed in"
    kind = names.get(str(vote.tier), f"a customer of tier {vote.tier}") if vote.tier else names["signed-in"]
    segment = names.get(f"segment:{vote.segment}", "").removeprefix("a customer ")
    said = " ".join(part for part in (kind, segment) if part)
    if standing is None:
        return said[0].upper() + said[1:]
    return f"{standing.name or standing.contact} at {standing.account}, {said}"


def _standing(vote: Vote) -> Standing | None:
    """Return where the contact who voted stands today; None for one who has left us."""
    if vote.contact is None:
        return None
    now, there = desk().store.now(), whole_edition()
    today = now.astimezone(there.site.time_zone).date()
    return desk().standings.of(vote.contact, now, today, there.services)
