"""Whether an article answered the question: a form behind two links, so that articles hold none."""

from __future__ import annotations

import re
import secrets

import structlog
from flask import Blueprint, render_template, request, session
from werkzeug.exceptions import NotFound

from kb.article import Article
from kb.feedback import REASONS, Said, read_said
from kb.hashing import hashed
from kb.storage import Vote
from kb.web import recording
from kb.web.desk import desk, edition
from kb.web.sessions import signed_in
from tiering.usecases.record import RecordUnavailable

# Slugs may have slashes, so an address below /articles/ could be an article's own.
blueprint = Blueprint("feedback", __name__, url_prefix="/feedback")

log = structlog.get_logger(__name__)

_VOTER = "voter"
"""Where the browser of somebody who is not signed in keeps a number of its own."""

_REVISION = re.compile(r"[0-9a-f]{32}")
_NOT_SAVED = "We cannot save this right now. What you wrote is still here: please try again in a minute."


@blueprint.get("/<path:slug>")
def ask(slug: str) -> str:
    """Ask about an article, with what the same reader said before; looking at the form stores nothing."""
    article = _article(slug)
    chosen = read_said(request.args.get("helpful"), (), "").helpful
    before = _before(article) or Said()
    said = Said(before.helpful if chosen is None else chosen, before.reasons, before.comment)
    return _page(article, said)


@blueprint.post("/<path:slug>")
def say(slug: str) -> str | tuple[str, int]:
    """Keep what a reader says. The answer is the page itself, since sending twice is one vote."""
    article = _article(slug)
    form = request.form
    said = read_said(form.get("helpful"), form.getlist("reason"), form.get("comment", ""))
    if said.problem:
        return _page(article, said, problem=said.problem), 400
    try:
        desk().votes.save(_vote(article, said))
    except RecordUnavailable as error:
        log.warning("vote not saved", reason=str(error))
        return _page(article, said, problem=_NOT_SAVED), 503
    recording.voted(helpful=said.helpful is True)
    return _page(article, said, thanked=True)


def _article(slug: str) -> Article:
    article = edition().find(slug)
    if article is None:
        raise NotFound("There is no article at this address.")
    return article


def _page(article: Article, said: Said, *, problem: str = "", thanked: bool = False) -> str:
    return render_template(
        "feedback/index.html",
        article=article,
        category=edition().categories.get(article.category),
        revision=_revision(article),
        said=said,
        reasons=REASONS,
        problem=problem,
        thanked=thanked,
    )


def _revision(article: Article) -> str:
    """Return the revision that was read, which may be older than the one that is served meanwhile."""
    written = request.values.get("revision", "")
    return written if _REVISION.fullmatch(written) else article.digest


def _before(article: Article) -> Said | None:
    """Return what the same reader said of this revision; without the record no votes anything."""
    if signed_in() is None and _VOTER not in session:
        return None
    try:
        vote = desk().votes.vote(_key(article))
    except RecordUnavailable as error:
        log.warning("vote not looked up", reason=str(error))
        return None
    return Said(vote.helpful, vote.reasons, vote.comment) if vote else None


def _vote(article: Article, said: Said) -> Vote:
    here = signed_in()
    standing = here.standing if here else None
    return Vote(
        key=_key(article),
        slug=article.slug,
        language=article.language,
        revision=_revision(article),
        helpful=said.helpful is True,
        reasons=said.reasons,
        comment=said.comment,
        kind=here.session.kind if here else "visitor",
        contact=standing.contact if standing else None,
        tier=standing.tier if standing else None,
        segment=standing.segment if standing else None,
        at=desk().store.now(),
    )


def _key(article: Article) -> str:
    """Return the key of this reader's vote on a revision; two of one stranger's have nothing in common."""
    here = signed_in()
    if here:
        voter = (here.session.kind, here.session.subject)
    else:
        voter = ("visitor", session.setdefault(_VOTER, secrets.token_urlsafe(16)))
    return hashed(desk().settings.secret_key, "vote", *voter, article.slug, _revision(article))
