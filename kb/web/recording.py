"""Tells the recorder what visitors do; of colleagues and of programs it is told nothing."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

from flask import request, url_for

from kb.article import Article
from kb.search.results import Results
from kb.visit import (
    NO_PLAN,
    Read,
    Searched,
    Visit,
    Voted,
    Wrote,
    contact_visit_key,
    is_program,
    visit_key,
    without_names,
)
from kb.web.desk import desk, whole_edition
from kb.web.sessions import signed_in

_LONGEST_QUERY = 300
_DAY = timedelta(days=1)


def searched(found: Results) -> None:
    """Tell of a search and of how much it found."""
    if visit := _visit():
        desk().recorder.add(
            Searched(
                visit=visit,
                at=desk().store.now(),
                query=without_names(found.query),
                results=sum(found.categories.values()),
                nearest=found.nearest,
            )
        )


def read(article: Article) -> None:
    """Tell of an article that is opened, and of the page of ours that led to it."""
    if visit := _visit():
        place, query = _came_from()
        desk().recorder.add(
            Read(
                visit=visit,
                at=desk().store.now(),
                slug=article.slug,
                revision=article.digest,
                query=without_names(query) if place == url_for("search.results") and query else None,
                suggested=place == url_for("contact.index"),
            )
        )


def voted(*, helpful: bool) -> None:
    """Tell of a vote on an article."""
    if visit := _visit(sending=True):
        desk().recorder.add(Voted(visit=visit, at=desk().store.now(), helpful=helpful))


def wrote() -> None:
    """Tell of somebody who has written to us."""
    visits = (_visit(sending=True), _visit(1, sending=True))
    if known := tuple(visit for visit in visits if visit):
        desk().recorder.add(Wrote(visits=known, at=desk().store.now()))


def _visit(days_ago: int = 0, *, sending: bool = False) -> Visit | None:
    """Return whose visit this request is a part of; None for whoever is not counted."""
    here, agent = signed_in(), request.headers.get("User-Agent", "")
    if (here and here.is_staff) or is_program(agent):
        return None
    if not sending and (request.method != "GET" or "Sec-Purpose" in request.headers):
        return None  # a browser that only prepares for what may be opened
    day = _today() - days_ago * _DAY
    secret = desk().settings.secret_key
    if here is None or here.standing is None:
        key = visit_key(secret, day, request.remote_addr or "", agent)
        return Visit(key=key, day=day)
    standing = here.standing
    return Visit(
        key=contact_visit_key(secret, day, standing.contact),
        day=day,
        kind="contact",
        tier=standing.tier if standing.tier is not None else NO_PLAN,
        segment=standing.segment,
        account=standing.account_id,
    )


def _today() -> date:
    return desk().store.now().astimezone(whole_edition().site.time_zone).date()


def _came_from() -> tuple[str, str]:
    """Return the path of our own page that led here and what it was asked for; empty for every other."""
    try:
        parts = urlsplit(request.headers.get("Referer", ""))
        said = parse_qs(parts.query, max_num_fields=20).get("q", [""])[0]
    except ValueError:
        return "", ""
    if parts.netloc != request.host:
        return "", ""
    return parts.path.rstrip("/"), " ".join(said.split())[:_LONGEST_QUERY]
