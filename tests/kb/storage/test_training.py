"""Tiering is told what contacts learn as they learn it, and once a day what edits of courses have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kb.course import Course
from kb.progress import Learned
from kb.storage import Certificates, Learning, note_training, reconcile_training
from tests.conftest import NOON, TODAY, account, an_import
from tests.kb.shelf import Shelf
from tests.kb.storage.test_door import at_once
from tests.kb.storage.test_progress import CERTIFICATE, FAILED, PASSED
from tiering.domain.account import Contact
from tiering.domain.training import Training
from tiering.usecases.record import Store
from tiering.usecases.training import UnitOfWork

UTC = ZoneInfo("UTC")
BEGIN = Learned(course="ropes", lesson="begin", read_at=NOON, done_at=NOON)
HALF = Training(
    contact_id="C-1", course="ropes", title="Ropes", done=1, lessons=2, begun_on=TODAY, last_on=TODAY
)


def course(shelf: Shelf, *more: str, head: str = "title: Ropes") -> Course:
    shelf.course("ropes", head)
    for place, name in enumerate(("begin", "knots", *more), 1):
        shelf.lesson(f"ropes/{place:02}-{name}", f"id: {name}\ntitle: {name.title()}")
    return shelf.read().courses["ropes"]


@pytest.fixture
def peopled(store: Store) -> Store:
    with store.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        for key in ("C-1", "C-2"):
            work.contacts.save([Contact(id=key, account_id="A-1", emails=(f"{key.lower()}@x.example",))])
    return store


def school(store: Store, ropes: Course) -> Learning:
    def tell(work: UnitOfWork, contact: str, slug: str) -> None:
        assert slug == ropes.slug
        note_training(work, contact, ropes, UTC)

    return Learning(store, tell)


def kept(store: Store, contact: str = "C-1") -> list[Training]:
    with store.reading() as work:
        return work.training.among([contact])


def test_what_is_read_tried_and_passed_is_noted_at_once(peopled: Store, shelf: Shelf) -> None:
    learning = school(peopled, course(shelf))
    learning.attempt(FAILED, None)
    assert kept(peopled) == [replace(HALF, done=0, quizzes=1)]
    learning.read("C-1", [BEGIN], "r1")
    assert kept(peopled) == [replace(HALF, quizzes=1)]
    for _ in range(2):
        learning.attempt(PASSED, None)
        assert kept(peopled) == [replace(HALF, done=2, finished_on=TODAY, quizzes=1)]


def test_a_quiz_that_is_passed_at_once_is_noted_as_such(peopled: Store, shelf: Shelf) -> None:
    learning = school(peopled, course(shelf))
    for one in (PASSED, replace(FAILED, key="k3", at=PASSED.at + timedelta(days=3))):
        learning.attempt(one, None)
        assert [(one.quizzes, one.quizzes_at_once) for one in kept(peopled)] == [(1, 1)]
    assert [one.last_on for one in kept(peopled)] == [TODAY + timedelta(days=3)]


def test_what_was_noted_before_quizzes_were_counted_is_put_right_in_the_night(
    peopled: Store, shelf: Shelf
) -> None:
    ropes = course(shelf)
    learning = school(peopled, ropes)
    learning.attempt(PASSED, None)
    whole = kept(peopled)
    with peopled.begin() as work:
        work.training.save(replace(whole[0], quizzes=0, quizzes_at_once=0, last_on=None))
    assert reconcile_training(peopled, [ropes], UTC) == 1
    assert kept(peopled) == whole
    assert reconcile_training(peopled, [ropes], UTC) == 0


def test_a_certificate_is_noted_with_its_term(peopled: Store, shelf: Shelf) -> None:
    ropes = course(shelf, head="title: Ropes\ncertificate: 100\ncertifies: partners")
    learning = school(peopled, ropes)
    learning.read("C-1", [BEGIN, replace(BEGIN, lesson="knots")], "r1")
    certificates = Certificates(peopled, learning.tell)
    certificates.issue(CERTIFICATE, "contact:C-1")
    (found,) = kept(peopled)
    assert (found.certified_on, found.certified_until) == (TODAY, TODAY + timedelta(days=99))
    assert found.partners


def test_who_is_no_contact_any_more_learns_and_is_noted_nowhere(peopled: Store, shelf: Shelf) -> None:
    learning = school(peopled, course(shelf))
    learning.read("C-9", [BEGIN], "r1")
    assert learning.of("C-9") == (BEGIN,)
    assert kept(peopled, "C-9") == []


def test_where_the_note_fails_nothing_is_kept_of_either(peopled: Store) -> None:
    def tell(work: UnitOfWork, contact: str, slug: str) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Learning(peopled, tell).read("C-1", [BEGIN], "r1")
    assert Learning(peopled).of("C-1") == ()


def test_of_lessons_that_are_done_at_one_moment_all_count(peopled: Store, shelf: Shelf) -> None:
    names = [f"l{number}" for number in range(6)]
    learning, left = school(peopled, course(shelf, *names)), iter(names)
    at_once(6, lambda: learning.read("C-1", [replace(BEGIN, lesson=next(left))], "r1"))
    assert [(one.done, one.lessons) for one in kept(peopled)] == [(6, 8)]


def test_an_edited_course_is_put_right_once_and_a_finish_stays(peopled: Store, shelf: Shelf) -> None:
    learning = school(peopled, course(shelf))
    learning.read("C-1", [BEGIN, replace(BEGIN, lesson="knots")], "r1")
    learning.read("C-2", [BEGIN], "r1")
    edited = course(shelf, "bends", head="title: All ropes")
    assert reconcile_training(peopled, [edited], UTC) == 2
    assert kept(peopled) == [replace(HALF, title="All ropes", done=2, lessons=3, finished_on=TODAY)]
    assert kept(peopled, "C-2") == [replace(HALF, contact_id="C-2", title="All ropes", lessons=3)]
    assert reconcile_training(peopled, [edited], UTC) == 0


def test_what_was_learned_before_anybody_noted_it_is_noted_page_by_page(
    peopled: Store, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.storage.training._PAGE", 1)
    for contact in ("C-1", "C-2", "C-9"):
        Learning(peopled).read(contact, [BEGIN], "r1")
    ropes = course(shelf)
    reconcile_training(peopled, [ropes], UTC)
    assert kept(peopled) == [HALF]
    assert kept(peopled, "C-2") == [replace(HALF, contact_id="C-2")]


def test_a_renamed_course_is_one_course_of_its_new_name(peopled: Store, shelf: Shelf) -> None:
    school(peopled, course(shelf)).read("C-1", [BEGIN], "r1")
    (shelf.folder / "courses" / "ropes").rename(shelf.folder / "courses" / "lines")
    shelf.course("lines", "title: Lines\naliases: ropes")
    lines = shelf.read().courses["lines"]
    assert reconcile_training(peopled, [lines], UTC) == 1
    assert [(one.course, one.title) for one in kept(peopled)] == [("lines", "Lines")]
