"""What tiering keeps of a course that somebody has begun: days in the company's zone, terms without a gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kb.certificate import Certificate
from kb.course import Course
from kb.progress import Learned
from kb.training import training_in
from tests.kb.shelf import Shelf
from tiering.domain.training import Training

LATE = datetime(2026, 5, 3, 23, 30, tzinfo=UTC)
"""Early on the fourth in Berlin."""
BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = Learned(course="ropes", lesson="begin", read_at=LATE, done_at=LATE)
KNOTS = Learned(course="lines", lesson="knots", read_at=LATE, done_at=datetime(2026, 6, 1, tzinfo=UTC))
CERTIFICATE = Certificate(
    number="N-1",
    contact="C-1",
    course="lines",
    title="Lines",
    name="Tess",
    revision="r",
    begins_on=date(2026, 6, 1),
    ends_on=date(2026, 9, 8),
)
RENEWED = replace(CERTIFICATE, number="N-2", begins_on=date(2026, 9, 9), ends_on=date(2026, 12, 17))
LATER = replace(CERTIFICATE, number="N-3", begins_on=date(2026, 9, 10), ends_on=date(2026, 12, 18))


@pytest.fixture
def ropes(shelf: Shelf) -> Course:
    shelf.course("ropes", "title: Ropes\naliases: lines\ncertificate: 100\ncertifies: partners")
    shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    shelf.lesson("ropes/02-knots", "id: knots\ntitle: Knots")
    return shelf.read().courses["ropes"]


def training(
    course: Course, *learned: Learned, certificates: tuple[Certificate, ...] = ()
) -> Training | None:
    return training_in(course, "C-1", learned, certificates, BERLIN)


def test_of_who_has_not_begun_nothing_is_kept(ropes: Course) -> None:
    assert training(ropes, replace(BEGIN, course="sails")) is None


def test_who_has_begun_is_somewhere_in_the_course(ropes: Course) -> None:
    begun = Training(
        contact_id="C-1",
        course="ropes",
        title="Ropes",
        done=1,
        lessons=2,
        begun_on=date(2026, 5, 4),
        partners=True,
    )
    assert training(ropes, BEGIN) == begun
    finished = replace(begun, done=2, finished_on=date(2026, 6, 1))
    assert training(ropes, BEGIN, KNOTS) == finished


@pytest.mark.parametrize(
    ("certificates", "term"),
    [
        ((CERTIFICATE,), (date(2026, 6, 1), date(2026, 9, 8))),
        ((RENEWED, CERTIFICATE), (date(2026, 6, 1), date(2026, 12, 17))),
        ((LATER, CERTIFICATE), (date(2026, 9, 10), date(2026, 12, 18))),
        ((replace(CERTIFICATE, course="sails"),), (None, None)),
    ],
)
def test_certificates_that_follow_one_another_are_one_term(
    ropes: Course, certificates: tuple[Certificate, ...], term: tuple[date | None, date | None]
) -> None:
    found = training(ropes, BEGIN, KNOTS, certificates=certificates)
    assert found
    assert (found.certified_on, found.certified_until) == term
