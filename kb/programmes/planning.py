"""What runs now: the programmes as they are written, with what the record says of them.

`kb send`, its dry run and the pages for colleagues all ask here, so that none shows what another does not do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

from kb.course import Course
from kb.library import Library
from kb.office_hours import SERVICE, OfficeHours
from kb.programmes.due import Running
from kb.programmes.letter import House
from kb.programmes.meetings import Meetings
from kb.programmes.news import TEXT, News
from kb.programmes.programme import Programme, needs
from kb.programmes.round import Plan
from kb.programmes.trigger import OFFICE_HOURS
from kb.storage import Calendars, Launches, Pauses, Suppressions
from tiering.domain.service import Prose
from tiering.usecases.browsing import tiers_with
from tiering.usecases.record import Store


@dataclass(frozen=True)
class Material:
    """What the content says of programmes, and what they draw on."""

    programmes: Sequence[Programme]
    """The sound ones, in the order in which they send."""
    house: House
    prose: Prose
    hours: OfficeHours | None
    courses: Mapping[str, Course]
    """By slug; none where no programme depends on any."""
    library: Callable[[], Library]
    """Reads all articles, which takes a while and is done only once somebody is to hear of new ones."""


def plan_now(
    store: Store,
    suppressions: Suppressions,
    material: Material,
    backfill: Collection[str] = (),
    *,
    launching: bool = False,
) -> Plan:
    """Return what is needed to find what is due; with `launching`, those that never ran run from now on."""
    programmes, site = material.programmes, material.house.site
    running = running_now(store, programmes, site.time_zone, backfill, launching=launching)
    digests = frozenset(one.name for one in programmes if TEXT in needs(one))
    today = store.now().astimezone(site.time_zone).date()
    return Plan(
        store,
        running,
        material.prose,
        material.house,
        suppressions,
        courses=material.courses,
        news=cache(lambda: News.of(material.library(), site, today)) if digests else None,
        digests=digests,
        meetings=_meetings(store, material),
    )


def running_now(
    store: Store,
    programmes: Sequence[Programme],
    zone: ZoneInfo,
    backfill: Collection[str] = (),
    *,
    launching: bool = False,
) -> list[Running]:
    """Return since when each programme runs, and whether its file or a colleague has paused it."""
    launches, paused = Launches(store), Pauses(store).all()
    programmes = [replace(one, paused=one.paused or one.name in paused) for one in programmes]
    known = launches.all()
    if launching and (new := [one.name for one in programmes if not one.paused and one.name not in known]):
        launches.launch(new)
        known = launches.all()
    now = store.now()
    return [
        Running(one, known.get(one.name, now).astimezone(zone).date(), one.name in backfill)
        for one in programmes
    ]


def _meetings(store: Store, material: Material) -> Meetings | None:
    hours, programmes = material.hours, material.programmes
    about = (one.trigger.event == OFFICE_HOURS or "office_hours" in needs(one) for one in programmes)
    if hours is None or not any(about):
        return None
    number = Calendars(store).number(hours.digest)
    return Meetings(hours, tiers_with(store, SERVICE), number, material.house.base)
