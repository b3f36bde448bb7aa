"""What contacts have learned, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.certificate import Certificate
from kb.progress import Learned
from kb.storage import Attempt, Certificates, Learning
from tests.conftest import NOON, TODAY
from tests.kb.storage.test_door import at_once
from tiering.usecases.record import RecordUnavailable, Store, open_store

HOUR = timedelta(hours=1)
READ = Learned(course="ropes", lesson="begin", read_at=NOON)
DONE = replace(READ, read_at=NOON + HOUR, done_at=NOON + HOUR)
FAILED = Attempt(
    key="k1",
    contact="C-1",
    course="ropes",
    lesson="knots",
    day=TODAY,
    at=NOON,
    revision="r1",
    quiz="q1",
    right=1,
    total=2,
    passed=False,
    wrong=("bend",),
)
PASSED = replace(FAILED, key="k2", at=NOON + HOUR, right=2, passed=True, wrong=())


@pytest.fixture
def learning(store: Store) -> Learning:
    return Learning(store)


def test_what_is_read_comes_back_for_each_contact(learning: Learning) -> None:
    learning.read("C-1", [READ, replace(READ, lesson="knots")], "r1")
    assert learning.of("C-1") == (READ, replace(READ, lesson="knots"))
    assert learning.of_all(["C-1", "C-2"]) == {"C-1": learning.of("C-1"), "C-2": ()}


def test_reading_becomes_doing_and_doing_never_becomes_less(learning: Learning) -> None:
    learning.read("C-1", [READ], "r1")
    learning.read("C-1", [DONE], "r1")
    assert learning.of("C-1") == (replace(DONE, read_at=NOON),)
    later = replace(DONE, read_at=NOON + 2 * HOUR, done_at=NOON + 2 * HOUR)
    learning.read("C-1", [later, replace(READ, read_at=NOON + 3 * HOUR)], "r2")
    assert learning.of("C-1") == (replace(DONE, read_at=NOON),)


def test_an_attempt_that_fails_is_kept_and_the_lesson_is_only_read(learning: Learning) -> None:
    assert learning.attempt(FAILED, None) == FAILED
    assert learning.of("C-1") == (replace(READ, lesson="knots"),)
    assert learning.tried("C-1", "ropes", "knots", TODAY) == 1
    assert learning.passed_on("C-1", ["ropes"], ["knots"]) is None


def test_an_attempt_that_passes_makes_the_lesson_done(learning: Learning) -> None:
    learning.attempt(FAILED, None)
    learning.attempt(PASSED, None)
    (learned,) = learning.of("C-1")
    assert (learned.read_at, learned.done_at, learned.quiz) == (NOON, NOON + HOUR, "q1")
    assert learning.passed_on("C-1", ["lines", "ropes"], ["knots", "bends"]) == TODAY


def test_a_later_failure_takes_nothing_back(learning: Learning) -> None:
    learning.attempt(PASSED, None)
    learning.attempt(replace(FAILED, key="k3", at=NOON + 2 * HOUR), None)
    (learned,) = learning.of("C-1")
    assert learned.done_at == NOON + HOUR


def test_a_form_that_comes_again_stays_the_attempt_that_it_was(learning: Learning) -> None:
    learning.attempt(FAILED, None)
    assert learning.attempt(replace(PASSED, key="k1"), None) == FAILED
    assert learning.tried("C-1", "ropes", "knots", TODAY) == 1


def test_a_day_has_so_many_attempts_and_the_next_day_again(learning: Learning) -> None:
    assert learning.attempt(FAILED, 1)
    assert learning.attempt(PASSED, 1) is None
    assert learning.attempt(replace(PASSED, contact="C-2"), 1)
    assert learning.attempt(replace(PASSED, key="k3", day=TODAY + timedelta(days=1)), 1)


def test_of_many_forms_at_once_as_many_count_as_a_day_has(learning: Learning) -> None:
    forms = iter([replace(FAILED, key=f"k{number}") for number in range(8)])
    at_once(8, lambda: learning.attempt(next(forms), 3))
    assert learning.tried("C-1", "ropes", "knots", TODAY) == 3


CERTIFICATE = Certificate(
    number="AAAAA",
    contact="C-1",
    course="ropes",
    title="Ropes",
    name="Tess",
    revision="r1",
    begins_on=TODAY,
    ends_on=TODAY + timedelta(days=99),
)


def test_a_certificate_is_found_by_its_number_and_by_its_holder(store: Store) -> None:
    certificates = Certificates(store)
    assert certificates.issue(CERTIFICATE, "contact:C-1") == CERTIFICATE
    later = replace(CERTIFICATE, number="BBBBB", begins_on=TODAY + timedelta(days=100))
    certificates.issue(later, "contact:C-1")
    assert certificates.get("AAAAA") == CERTIFICATE
    assert certificates.get("CCCCC") is None
    assert certificates.of(["C-1", "C-2"]) == (later, CERTIFICATE)


def test_a_certificate_of_one_term_is_issued_once(store: Store) -> None:
    certificates = Certificates(store)
    certificates.issue(CERTIFICATE, "contact:C-1")
    again = replace(CERTIFICATE, number="BBBBB", name="Somebody else")
    assert certificates.issue(again, "contact:C-1") == CERTIFICATE


def test_a_number_that_is_taken_becomes_another(store: Store) -> None:
    certificates = Certificates(store)
    certificates.issue(CERTIFICATE, "contact:C-1")
    other = certificates.issue(replace(CERTIFICATE, contact="C-2"), "contact:C-2")
    assert other.number != "AAAAA"
    assert certificates.get(other.number) == other


def test_without_a_record_learning_says_so_in_one_sentence() -> None:
    learning = Learning(open_store("postgresql://a:b@127.0.0.1:9/none", lambda: NOON))
    for ask in (lambda: learning.of("C-1"), lambda: learning.attempt(FAILED, None)):
        with pytest.raises(RecordUnavailable):
            ask()
