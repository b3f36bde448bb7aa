"""Changes that another process put into the record: seen in time, and kept while the record is away."""

from __future__ import annotations

from kb.edits import Edit, NewSynonym
from kb.web.pending import PendingEdits
from tiering.usecases.record import RecordUnavailable

FEE = NewSynonym("fee", "bill")


def test_the_record_is_asked_once_in_a_while_and_at_once_when_it_must_be() -> None:
    held: list[Edit] = []
    asked: list[None] = []

    def ask() -> tuple[Edit, ...]:
        asked.append(None)
        return tuple(held)

    pending = PendingEdits(ask)
    assert [pending(), pending()] == [(), ()]
    assert len(asked) == 1
    held.append(FEE)
    assert pending() == ()
    pending.renew()
    assert pending() == (FEE,)


def test_while_the_record_is_away_what_was_known_goes_on_counting() -> None:
    answers: list[tuple[Edit, ...]] = [(FEE,)]

    def ask() -> tuple[Edit, ...]:
        if not answers:
            raise RecordUnavailable("away")
        return answers.pop()

    pending = PendingEdits(ask)
    assert pending() == (FEE,)
    pending.renew()
    assert pending() == (FEE,)
