"""The office hours: when they are and how to join, as a page and as a calendar file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import islice
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from kb.calendar_file import Edition, as_calendar
from kb.office_hours import SERVICE, OfficeHours, Session, in_words, may_join, place
from kb.storage import Calendars
from kb.web.desk import desk, visitor, whole_edition
from kb.web.sessions import signed_in
from tiering.quiet_hours import zone_of
from tiering.usecases.browsing import tiers_with

blueprint = Blueprint("office_hours", __name__)

_SHOWN = 12


@blueprint.get("/office-hours")
def index() -> AnyResponse | str:
    """Show the next sessions, on the reader's own clock where it is known, and how to join."""
    hours = open_hours()
    if hours is None:
        return _turned_away()
    here, now = signed_in(), desk().store.now()
    zone = zone_of(here.standing.time_zone if here and here.standing else None, hours.zone)
    days: dict[date, list[Session]] = defaultdict(list)
    for session in islice(hours.coming(now), _SHOWN):
        on_their_clock = session.seen_in(zone)
        days[on_their_clock.starts_at.date()].append(on_their_clock)
    following = hours.next(now)
    return render_template(
        "office_hours/index.html",
        hours=hours,
        days=days,
        place=place(zone),
        following=in_words(following, zone) if following else None,
        is_link=urlsplit(hours.where).scheme == "https",
    )


@blueprint.get("/office-hours.ics")
def calendar() -> AnyResponse:
    """Give the sessions of the next weeks to a calendar."""
    hours = open_hours()
    if hours is None:
        return _turned_away()
    at = desk()
    number, now = Calendars(at.store).number(hours.digest), at.store.now()
    edition = Edition(number, at.settings.kb_url, now)
    answer = Response(
        as_calendar(hours, hours.coming(now), edition), content_type="text/calendar; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="office-hours.ics"'
    return answer


def open_hours() -> OfficeHours | None:
    """Return the office hours where whoever asks may join them."""
    hours = whole_edition().office_hours
    return hours if hours and may_join(hours, visitor(), entitled=_is_entitled()) else None


def _is_entitled() -> bool:
    """Whether the account may: by its plan, or by what it was granted or bought beside that."""
    here = signed_in()
    if here and here.standing:
        return any(one.service == SERVICE and one.granted for one in here.standing.entitlements)
    return visitor().tier in tiers_with(desk().store, SERVICE)


def _turned_away() -> AnyResponse:
    """Ask a stranger who they are; to everybody else there is no such page."""
    if whole_edition().office_hours is None or signed_in() is not None:
        raise NotFound
    return redirect(url_for("sign_in.index", next=url_for("office_hours.index")), code=303)
