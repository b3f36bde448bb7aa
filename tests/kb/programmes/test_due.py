"""Which mail is due to whom and when: delays, conditions, goals, caps, quiet hours, launches and clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.programmes.due import LATE, Due, Running, due
from kb.programmes.person import Person, Sent
from kb.programmes.programme import Programme, Step
from kb.programmes.trigger import Trigger
from kb.visibility import Audience, Visitor, Who
from tiering.quiet_hours import QuietHours

BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")
ALWAYS = QuietHours(begin=time(0), end=time(0), weekends=False)
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
LAUNCH = date(2026, 1, 1)


def step(name: str, delay: int = 0, **more: object) -> Step:
    made = Step(
        id=name,
        subject=name,
        body=name,
        path=f"{name}.md",
        subject_line=1,
        body_line=1,
        after=None,
        delay=delay,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # any field by its name


def programme(*steps: Step, **more: object) -> Programme:
    """A tour of three mails on days 0, 3 and 10 after signing up, at any hour."""
    made = Programme(
        name="tour",
        title="Tour",
        about="",
        trigger=Trigger("signed up"),
        audience=Audience(frozenset({"signed-in"})),
        role=None,
        goal=None,
        cap=3,
        again_after=30,
        order=1,
        reply_to=None,
        quiet_hours=ALWAYS,
        paused=False,
        steps=steps or (step("one"), step("two", 3, after="one"), step("three", 7, after="two")),
    )
    return replace(made, **more)  # type: ignore[arg-type]


TESS = Person(
    id="C-1",
    address="tess@tidewater.example",
    zone="Europe/Berlin",
    visitor=Visitor(Who.CONTACT, tier=3),
    happened={"signed up": MONDAY.date()},
)


def after(event: Mapping[str, date]) -> Person:
    return replace(TESS, happened={**TESS.happened, **event})


def next_of(
    tour: Programme, person: Person = TESS, sent: tuple[Sent, ...] = (), now: datetime = MONDAY
) -> str | None:
    found = due([Running(tour, LAUNCH)], person, sent, now, BERLIN)
    return found.step.id if found else None


def was(step: str, days_ago: int, occasion: str = "", now: datetime = MONDAY, name: str = "tour") -> Sent:
    return Sent(name, step, occasion, now - timedelta(days=days_ago))


def days(tour: Programme, person: Person, first: datetime, count: int) -> list[tuple[int, str]]:
    """Let the clock ask once a day; returns on which day which step was sent."""
    sent: list[Sent] = []
    for day in range(count):
        now = first + timedelta(days=day)
        found = due([Running(tour, LAUNCH)], person, sent, now, BERLIN)
        if found:
            sent.append(Sent("tour", found.step.id, found.occasion, now))
    return [((one.at - first).days, one.step) for one in sent]


def test_each_step_comes_its_delay_after_the_one_before() -> None:
    assert days(programme(), TESS, MONDAY, 30) == [(0, "one"), (3, "two"), (10, "three")]


def test_a_trigger_in_so_many_days_begins_before_the_day_and_not_after_it() -> None:
    tour = programme(step("soon"), trigger=Trigger("renewal", -60))
    for ahead, expected in ((61, None), (60, "soon"), (40, "soon"), (20, None), (-1, None)):
        person = after({"renewal": MONDAY.date() + timedelta(days=ahead)})
        assert next_of(tour, person) == expected, ahead


def test_what_is_not_done_in_time_begins_the_programme_and_doing_it_ends_it() -> None:
    tour = programme(trigger=Trigger("signed up", 7, "done berths"))
    signed_up = {"signed up": MONDAY.date() - timedelta(days=7)}
    assert next_of(tour, after(signed_up)) == "one"
    assert next_of(tour, after({**signed_up, "done berths": MONDAY.date()})) is None
    assert next_of(tour, after({"signed up": MONDAY.date() - timedelta(days=6)})) is None


def test_whoever_has_reached_the_goal_gets_nothing_more() -> None:
    tour = programme(goal="done berths")
    three_days_in = {"signed up": MONDAY.date() - timedelta(days=3)}
    assert next_of(tour, after(three_days_in), (was("one", 3),)) == "two"
    assert next_of(tour, after({**three_days_in, "done berths": MONDAY.date()}), (was("one", 3),)) is None


def test_a_goal_that_can_be_reached_again_counts_from_the_trigger_on() -> None:
    tour = programme(trigger=Trigger("usage fell"), goal="nps answered")
    fell = {"usage fell": MONDAY.date()}
    assert next_of(tour, after({**fell, "nps answered": MONDAY.date() - timedelta(days=1)})) == "one"
    assert next_of(tour, after({**fell, "nps answered": MONDAY.date()})) is None


def test_a_step_whose_condition_does_not_hold_is_passed_over_and_the_next_keeps_its_day() -> None:
    tour = programme(
        step("one"), step("two", 3, after="one", unless=("done x",)), step("three", 7, after="two")
    )
    assert days(tour, after({"done x": LAUNCH}), MONDAY, 30) == [(0, "one"), (10, "three")]
    tour = programme(
        step("one"), step("two", 3, after="one", only_if=("done x",)), step("three", 1, after="one")
    )
    assert days(tour, TESS, MONDAY, 30) == [(0, "one"), (1, "three")]


def test_nobody_goes_back_to_a_step_before_the_last_they_got() -> None:
    tour = programme(
        step("one"), step("two", 1, after="one", only_if=("done x",)), step("three", 2, after="one")
    )
    sent = (was("one", 2), was("three", 1))
    assert next_of(tour, after({"done x": MONDAY.date()}), sent) is None


def test_editing_a_step_never_sends_it_again_and_a_new_one_goes_to_those_who_are_not_past_it() -> None:
    person, sent = after({"signed up": MONDAY.date() - timedelta(days=3)}), (was("one", 3),)
    new = programme(step("zero"), step("one", 9), step("extra", 1, after="one"), step("two", 3, after="one"))
    assert next_of(new, person, sent) == "extra"
    assert next_of(new, person, (*sent, was("extra", 1))) == "two"
    assert next_of(new, person, (*sent, was("two", 1))) is None


def test_a_step_that_is_added_at_the_end_does_not_reach_those_who_finished_long_ago() -> None:
    person = after({"signed up": MONDAY.date() - timedelta(days=99)})
    assert next_of(programme(step("one"), step("new", 3, after="one")), person, (was("one", 99),)) is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ((6, 5, 1), None),
        ((6, 5, 7), "one"),
        ((6, 5), "one"),
        ((0,), None),
        ((-1,), None),
        ((6, 5, -1), None),
        ((-9,) * 3, "one"),
    ],
)
def test_a_contact_gets_so_many_mails_a_week_and_one_a_day(
    sent: tuple[int, ...], expected: str | None
) -> None:
    others = tuple(was("tip", ago, name="tips") for ago in sent)
    assert next_of(programme(), TESS, others) == expected


@pytest.mark.parametrize(
    ("zone", "hour", "quiet"),
    [
        ("Europe/Berlin", 8, False),  # 9:00 in Berlin
        ("Europe/London", 8, True),
        ("Europe/London", 9, False),
        ("America/New_York", 9, True),
        ("America/New_York", 14, False),
        ("Nowhere/Land", 8, False),  # the house's zone stands in
        (None, 7, True),
    ],
)
def test_quiet_hours_are_those_of_the_contacts_zone(zone: str | None, hour: int, quiet: bool) -> None:
    hours = QuietHours(begin=time(18), end=time(9))
    now = datetime(2026, 11, 23, hour, 0, tzinfo=UTC)
    found = next_of(programme(quiet_hours=hours), replace(TESS, zone=zone), now=now)
    assert (found is None) == quiet


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2026, 3, 28), 8), (date(2026, 3, 29), 7), (date(2026, 10, 25), 8)]
)
def test_the_morning_is_the_morning_when_daylight_saving_begins_and_ends(day: date, utc: int) -> None:
    hours = QuietHours(begin=time(18), end=time(9), weekends=False)
    person = after({"signed up": day})
    nine = datetime(day.year, day.month, day.day, utc, 0, tzinfo=UTC)
    tour = programme(quiet_hours=hours)
    assert next_of(tour, person, now=nine - timedelta(minutes=1)) is None
    assert next_of(tour, person, now=nine) == "one"


def test_days_are_counted_on_the_contacts_own_calendar() -> None:
    at_night = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # the 23rd in Auckland
    assert next_of(programme(), replace(TESS, zone="Pacific/Auckland"), now=at_night) == "one"
    assert next_of(programme(), TESS, now=at_night) is None


def test_only_triggers_after_the_launch_count_unless_it_is_backfilled() -> None:
    person = after({"signed up": date(2026, 11, 20)})
    for launched, backfill, expected in (
        (date(2026, 11, 20), False, True),
        (date(2026, 11, 21), False, False),
        (date(2026, 11, 21), True, True),
    ):
        found = due([Running(programme(), launched, backfill)], person, (), MONDAY, BERLIN)
        assert (found is not None) == expected


def test_what_a_backfill_began_goes_on_without_it() -> None:
    person = after({"signed up": date(2025, 11, 20)})
    first = due([Running(programme(), MONDAY.date(), backfill=True)], person, (), MONDAY, BERLIN)
    assert first
    assert first.step.id == "one"
    later = MONDAY + timedelta(days=3)
    sent = (Sent("tour", "one", "", MONDAY),)
    second = due([Running(programme(), MONDAY.date())], person, sent, later, BERLIN)
    assert second
    assert second.step.id == "two"


def test_a_trigger_of_long_ago_begins_nothing_for_whoever_enters_the_audience_now() -> None:
    long_ago = after({"signed up": MONDAY.date() - timedelta(days=LATE + 1)})
    assert next_of(programme(), long_ago) is None
    assert next_of(programme(), after({"signed up": MONDAY.date() - timedelta(days=LATE)})) == "one"


def test_an_event_that_comes_again_begins_the_programme_again_after_a_pause() -> None:
    tour = programme(step("one"), trigger=Trigger("usage fell"))
    person = after({"usage fell": MONDAY.date()})
    before = "2026-10-01"
    assert next_of(tour, person, (was("one", 29, before),)) is None
    assert next_of(tour, person, (was("one", 30, before),)) == "one"
    assert next_of(tour, person, (was("one", 30, MONDAY.date().isoformat()),)) is None


def test_the_monthly_one_comes_once_a_month() -> None:
    tour = programme(step("one"), trigger=Trigger("month"), again_after=20)
    sent = days(tour, TESS, datetime(2026, 9, 1, 10, tzinfo=BERLIN), 91)
    assert sent == [(0, "one"), (30, "one"), (61, "one")]


@pytest.mark.parametrize(
    "change",
    [
        {"paused": True},
        {"role": "manager"},
        {"audience": Audience(frozenset({"tier:1"}))},
        {"audience": Audience(frozenset({"staff"}))},
    ],
)
def test_a_programme_that_is_paused_or_for_others_sends_nothing(change: dict[str, object]) -> None:
    assert next_of(programme(**change)) is None


def test_of_two_programmes_the_first_sends_today() -> None:
    both = [Running(programme(name=name), LAUNCH) for name in ("urgent", "tips")]
    found = due(both, TESS, (), MONDAY, BERLIN)
    assert isinstance(found, Due)
    assert found.programme.name == "urgent"


DAYS = [
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    datetime(2026, 3, 27, 23, tzinfo=UTC),  # before the clocks go forward in Berlin, and back in Auckland
    datetime(2026, 10, 23, 23, tzinfo=UTC),  # before they go back in Berlin
    datetime(2026, 3, 6, 12, tzinfo=UTC),  # before they go forward in New York
]

_steps = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["", "done x", "done y"]), st.booleans()),
    min_size=1,
    max_size=5,
)


@given(
    written=_steps,
    jumps=st.lists(st.integers(-60 * 60, 200 * 60), min_size=1, max_size=60),
    done=st.sets(st.sampled_from(["done x", "done y"])),
    cap=st.integers(1, 4),
    zone=st.sampled_from(["Europe/Berlin", "Pacific/Auckland", "America/New_York", None]),
    first=st.sampled_from(DAYS),
)
def test_however_the_clock_jumps_nothing_comes_twice_nor_two_a_day_nor_more_than_the_cap(
    written: list[tuple[int, str, bool]],
    jumps: list[int],
    done: set[str],
    cap: int,
    zone: str | None,
    first: datetime,
) -> None:
    steps: list[Step] = []
    for number, (delay, event, wanted) in enumerate(written):
        last = steps[-1].id if steps else None
        condition = {"only_if" if wanted else "unless": (event,)} if event else {}
        steps.append(step(f"s{number}", delay, after=last, **condition))
    tour = programme(*steps, cap=cap, quiet_hours=QuietHours())
    events = {"signed up": first.date(), **dict.fromkeys(done, LAUNCH)}
    person = replace(TESS, happened=events, zone=zone)
    sent: list[Sent] = []
    now = first
    for minutes in jumps:
        now += timedelta(minutes=minutes)
        found = due([Running(tour, LAUNCH)], person, sent, now, BERLIN)
        if found:
            assert not QuietHours().cover(now, zone or "", BERLIN)
            week = timedelta(days=7)
            assert sum(now - week < one.at <= now for one in sent) < cap
            sent.append(Sent("tour", found.step.id, found.occasion, now))
    assert len({(one.step, one.occasion) for one in sent}) == len(sent)
    home = ZoneInfo(zone) if zone else BERLIN
    if min(jumps) >= 0:
        assert len({one.at.astimezone(home).date() for one in sent}) == len(sent)
    numbers = [int(one.step[1:]) for one in sent]
    assert all(first < second for first, second in pairwise(numbers))
