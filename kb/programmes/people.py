"""What programmes know of a contact, made of what the record holds; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kb.course import Course
from kb.programmes.person import Person, Sent
from kb.programmes.trigger import DONE, EVENT, NPS_ANSWERED, RENEWAL, SIGNED_UP, TIER_CHANGED, USAGE_FELL
from kb.progress import Learned, progress_in
from kb.visibility import Visitor, Who
from tiering.domain import event
from tiering.usecases.deliveries import Delivery
from tiering.usecases.reach import Reached


def person_of(reached: Reached, house: ZoneInfo) -> Person:
    """Return a contact as programmes see them; `house` is the company's own zone.

    Where the product does not tell when they signed up or answered, their account did. Their tier changed
    when a named person let its kit out. What the product tells of happened when it happened first.
    """
    one, kit, own = reached.contact, reached.kit, reached.events

    def day(at: datetime | None) -> date | None:
        return at.astimezone(house).date() if at else None

    signed, answered = own.get(event.SIGNED_UP), own.get(event.NPS_ANSWERED)
    happened = {
        SIGNED_UP: day(signed.first) if signed else one.went_live_on,
        RENEWAL: one.renewal_on,
        TIER_CHANGED: day(kit.at if kit else None),
        USAGE_FELL: day(reached.usage_fell_at),
        NPS_ANSWERED: day(answered.last) if answered else reached.nps_on,
        **{EVENT + name: day(moments.first) for name, moments in own.items()},
    }
    variables = {
        "name": one.name,
        "first_name": one.name.split()[0] if one.name and one.name.split() else None,
        "account": one.account,
        "plan": reached.plan,
        "renewal_on": _day(one.renewal_on) if one.renewal_on else None,
        "csm": one.csm,
    }
    return Person(
        id=one.id,
        address=one.email,
        role=one.role,
        zone=one.time_zone,
        goal=one.goal,
        visitor=Visitor(Who.CONTACT, one.tier, one.segment, one.partner),
        happened={name: on for name, on in happened.items() if on},
        variables={name: text for name, text in variables.items() if text},
        texts={"kit": kit.text} if kit else {},
        occasions={TIER_CHANGED: f"kit-{kit.id}"} if kit else {},
        language=one.language,
    )


def done(learned: Sequence[Learned], courses: Mapping[str, Course], house: ZoneInfo) -> dict[str, date]:
    """Return the lessons and the whole courses that somebody has done, as events, with their days.

    They happened under every name that a course or a lesson has, or had: a programme may know any of them.
    """
    found = {
        f"{DONE}{one.course}/{one.lesson}": one.done_at.astimezone(house).date()
        for one in learned
        if one.done_at
    }
    for course in courses.values() if learned else ():
        progress = progress_in(course, learned)
        days = {
            name: step.learned.done_at.astimezone(house).date()
            for step in progress.steps
            if step.learned and step.learned.done_at
            for name in step.lesson.ids
        }
        for slug in course.slugs:
            found |= {f"{DONE}{slug}/{name}": day for name, day in days.items()}
            if progress.finished and days:
                found[DONE + slug] = max(days.values())
    return found


def sent_of(delivery: Delivery) -> Sent:
    """Return a mail of a programme as its delivery tells of it."""
    about = delivery.about
    return Sent(about["programme"], about["step"], about["occasion"], delivery.claimed_at)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
