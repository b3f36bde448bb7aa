"""When the open sessions are, whoever may know of them, and what a calendar is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from kb.calendar_file import Edition, as_calendar
from kb.office_hours import OfficeHours, in_words, may_join, read_office_hours
from kb.site import Site
from kb.visibility import NOBODY, PUBLIC, STAFF, Audience, Visitor, Who

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = OfficeHours(
    title="Ask us, anything; really",
    about="Line one.\nLine two.",
    where="https://meet.harbour.example/hours",
    minutes=45,
    zone=BERLIN,
    audience=Audience(frozenset({"signed-in"})),
    weekly=((1, time(10)),),
)
MONDAY = datetime(2026, 3, 23, 9, tzinfo=UTC)
EDITION = Edition(4, "https://help.harbour.example", MONDAY)


def test_a_session_at_ten_stays_at_ten_when_daylight_saving_begins_and_ends() -> None:
    days = [date(2026, 3, 24), date(2026, 3, 31), date(2026, 10, 20), date(2026, 10, 27)]
    found = [session for day in days for session in HOURS.between(day, day)]
    assert [one.starts_at.time() for one in found] == [time(10)] * 4
    assert [one.starts_at.astimezone(UTC).hour for one in found] == [9, 8, 8, 9]


def test_a_session_over_the_change_of_the_clocks_lasts_as_long_as_any_other() -> None:
    night = replace(HOURS, weekly=((6, time(1, 30)),), minutes=60)
    (session,) = night.between(date(2026, 3, 29), date(2026, 3, 29))
    assert session.ends_at.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert session.ends_at.time() == time(3, 30)


def test_the_next_session_has_not_begun_and_is_not_cancelled() -> None:
    both = replace(
        HOURS,
        dates=((date(2026, 3, 26), time(15)),),
        without=frozenset({date(2026, 3, 24), date(2027, 1, 1)}),
    )
    assert [one.name for one in list(both.coming(MONDAY))[:3]] == [
        "2026-03-24-1",
        "2026-03-26-1",
        "2026-03-31-1",
    ]
    found = both.next(MONDAY)
    assert found
    assert found.name == "2026-03-26-1"
    after = both.next(datetime(2026, 3, 26, 14, 0, tzinfo=UTC))
    assert after
    assert after.name == "2026-03-31-1"
    assert replace(HOURS, weekly=()).next(MONDAY) is None


def test_it_is_said_on_the_clock_of_whoever_reads() -> None:
    (session,) = HOURS.between(date(2026, 3, 24), date(2026, 3, 24))
    assert in_words(session, BERLIN) == "Tuesday, 24 March 2026, 10:00 to 10:45 (Berlin time)"
    there = ZoneInfo("America/New_York")
    assert in_words(session, there) == "Tuesday, 24 March 2026, 05:00 to 05:45 (New York time)"


@pytest.mark.parametrize(
    ("visitor", "entitled", "public", "may"),
    [
        (Visitor(Who.CONTACT, tier=3), True, False, True),
        (Visitor(Who.CONTACT, tier=3), False, False, False),
        (Visitor(Who.CONTACT, tier=3), False, True, False),
        (NOBODY, False, False, False),
        (NOBODY, False, True, True),
        (STAFF, False, False, True),
    ],
)
def test_whoever_is_in_the_audience_may_join_and_of_customers_those_whose_plan_has_it(
    visitor: Visitor, *, entitled: bool, public: bool, may: bool
) -> None:
    hours = replace(HOURS, audience=PUBLIC) if public else HOURS
    assert may_join(hours, visitor, entitled=entitled) == may


def test_a_calendar_reads_the_same_session_under_the_same_name_whatever_was_edited() -> None:
    sessions = list(HOURS.between(date(2026, 3, 24), date(2026, 3, 24)))
    (before,) = Calendar.from_ical(as_calendar(HOURS, sessions, EDITION)).walk("VEVENT")
    later = replace(HOURS, weekly=((1, time(11)),), minutes=60)
    moved = list(later.between(date(2026, 3, 24), date(2026, 3, 24)))
    (after,) = Calendar.from_ical(as_calendar(later, moved, replace(EDITION, number=5))).walk("VEVENT")
    assert before["UID"] == after["UID"] == "office-hours-2026-03-24-1@help.harbour.example"
    assert (before.decoded("SEQUENCE"), after.decoded("SEQUENCE")) == (4, 5)
    assert before.decoded("DTSTART") == datetime(2026, 3, 24, 9, tzinfo=UTC)
    assert after.decoded("DTEND") == datetime(2026, 3, 24, 11, tzinfo=UTC)
    assert str(before["SUMMARY"]) == "Ask us, anything; really"
    assert str(before["DESCRIPTION"]) == "Line one.\nLine two."


def test_a_calendar_file_is_written_by_the_rules() -> None:
    written = as_calendar(
        replace(HOURS, about="ü" * 100), HOURS.between(date(2026, 3, 24), date(2026, 3, 31)), EDITION
    )
    lines = written.split("\r\n")
    assert "\n" not in "".join(lines)
    assert max(len(line.encode()) for line in lines) <= 75
    assert {"METHOD:PUBLISH", "VERSION:2.0", r"SUMMARY:Ask us\, anything\; really"} <= set(lines)
    assert "ATTENDEE" not in written
    off = replace(HOURS, without=frozenset({date(2026, 3, 24)}))
    assert "STATUS:CANCELLED" in as_calendar(off, off.between(date(2026, 3, 24), date(2026, 3, 24)), EDITION)


def test_the_file_says_when_in_words(tmp_path: Path) -> None:
    (tmp_path / "office-hours.yaml").write_text(
        "where: Room 2\nminutes: 30\nweekly: [tuesdays 9:00]\n"
        'dates: ["2026-12-22 10:00", 2026-12-23 11:30]\nwithout: [2026-12-29]\n'
    )
    hours, problems = read_office_hours(tmp_path, Site(time_zone=BERLIN))
    assert problems == []
    assert hours
    assert (hours.title, hours.zone, hours.weekly) == ("Office hours", BERLIN, ((1, time(9)),))
    assert hours.dates == ((date(2026, 12, 22), time(10)), (date(2026, 12, 23), time(11, 30)))
    assert hours.without == {date(2026, 12, 29)}
    assert hours.digest != replace(hours, minutes=31).digest


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("weekly: [Someday 9:00]", "office-hours.yaml:3: `weekly`: 'Someday 9:00' is no time of the week"),
        ("weekly: [Tuesday 25:00]", "office-hours.yaml:3: `weekly`: 'Tuesday 25:00' is no time of the week"),
        ('dates: ["2026-02-30 9:00"]', "office-hours.yaml:3: `dates`: '2026-02-30 9:00' is no day with a"),
        ("audience: everyone", "office-hours.yaml:3: `audience`: 'everyone' is no audience"),
        ("time_zone: Mars/Base", "office-hours.yaml:3: `time_zone`"),
        ('title: "a\\nb"', "office-hours.yaml:3: `title`: expected one line of text"),
        ("wher: x", "office-hours.yaml:3: unknown key `wher`"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_there_are_no_office_hours(
    tmp_path: Path, line: str, problem: str
) -> None:
    (tmp_path / "office-hours.yaml").write_text(f"where: Room 2\nminutes: 30\n{line}\n")
    hours, problems = read_office_hours(tmp_path, Site())
    assert hours is None
    assert str(problems[0]).startswith(problem)


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read_office_hours(tmp_path, Site()) == (None, [])
