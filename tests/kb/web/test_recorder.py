"""Events wait in memory, go into the record together, and are lost by no failure of the record."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from kb.visit import Event, Visit, Voted
from kb.web.recorder import Recorder
from tests.conftest import NOON, TODAY
from tiering.usecases.record import RecordUnavailable


def event(number: int = 0) -> Voted:
    return Voted(visit=Visit(key=f"v{number}", day=TODAY), at=NOON, helpful=True)


class Book:
    """A record that can be away or broken."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.kept: list[Event] = []
        self.portions: list[int] = []

    def keep(self, events: Sequence[Event]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.kept += events
        self.portions.append(len(events))


def test_what_happens_together_goes_into_the_record_by_itself_a_moment_later() -> None:
    book = Book()
    recorder = Recorder(book.keep)
    for number in range(3):
        recorder.add(event(number))
    assert book.kept == []
    end = time.monotonic() + 10
    while not book.kept and time.monotonic() < end:
        time.sleep(0.02)
    assert book.kept == [event(0), event(1), event(2)]
    assert book.portions == [3]


def test_while_the_record_is_away_events_wait_in_their_order() -> None:
    book = Book(RecordUnavailable("away"))
    recorder = Recorder(book.keep)
    recorder.add(event(0))
    recorder.flush()
    assert book.kept == []
    recorder.add(event(1))
    recorder.flush()
    assert book.kept == [event(0), event(1)]


def test_what_cannot_be_kept_is_given_up_and_the_next_is_kept() -> None:
    book = Book(ZeroDivisionError())
    recorder = Recorder(book.keep)
    recorder.add(event(0))
    recorder.flush()
    recorder.add(event(1))
    recorder.flush()
    assert book.kept == [event(1)]


def test_a_transaction_has_so_many_events_that_nobody_waits_long() -> None:
    book = Book()
    recorder = Recorder(book.keep)
    for number in range(1200):
        recorder.add(event(number))
    recorder.flush()
    assert book.portions == [500, 500, 200]


def test_memory_is_bounded_while_the_record_is_away_for_long() -> None:
    book = Book(RecordUnavailable("away"))
    recorder = Recorder(book.keep)
    for number in range(25_000):
        recorder.add(event(number))
    recorder.flush()
    recorder.flush()
    assert len(book.kept) == 20_000


def test_threads_that_add_at_once_lose_nothing() -> None:
    book = Book()
    recorder = Recorder(book.keep)

    def add() -> None:
        for number in range(200):
            recorder.add(event(number))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    recorder.flush()
    for thread in threads:
        thread.join()
    recorder.flush()
    assert len(book.kept) == 1600
