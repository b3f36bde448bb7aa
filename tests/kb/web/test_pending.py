"""Changes that another process put into the record: seen in time, and kept while the record is away."""

from __future__ import annotations

import threading
import time

from kb.edits import Edit, NewSynonym
from kb.web.pending import PendingEdits
from tiering.usecases.record import RecordUnavailable

FEE, COST = NewSynonym("fee", "bill"), NewSynonym("cost", "bill")


def until(pending: PendingEdits, known: tuple[Edit, ...]) -> None:
    """Wait for a thread to have asked."""
    end = time.monotonic() + 10
    while pending() != known:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_record_is_asked_once_in_a_while_and_at_once_when_it_must_be() -> None:
    held: list[Edit] = [FEE]
    asked: list[None] = []

    def ask() -> tuple[Edit, ...]:
        asked.append(None)
        return tuple(held)

    pending = PendingEdits(ask)
    until(pending, (FEE,))
    assert len(asked) == 1
    held.append(COST)
    assert pending() == (FEE,)
    pending.renew()
    assert pending() == (FEE, COST)


def test_a_record_that_does_not_answer_keeps_no_reader_of_files_waiting() -> None:
    answering = threading.Event()

    def ask() -> tuple[Edit, ...]:
        assert answering.wait(10)
        return (FEE,)

    pending = PendingEdits(ask)
    began = time.monotonic()
    assert pending() == ()
    assert time.monotonic() - began < 1
    answering.set()
    until(pending, (FEE,))


def test_while_the_record_is_away_what_was_known_goes_on_counting() -> None:
    answers: list[tuple[Edit, ...]] = [(FEE,)]

    def ask() -> tuple[Edit, ...]:
        if not answers:
            raise RecordUnavailable("away")
        return answers.pop()

    pending = PendingEdits(ask)
    pending.renew()
    assert pending() == (FEE,)
    pending.renew()
    assert pending() == (FEE,)
