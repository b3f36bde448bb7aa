"""Requests in the record, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.storage import Request, Requests, Wanted
from tests.conftest import NOON
from tests.kb.storage.test_door import at_once
from tiering.usecases.record import RecordUnavailable, Store, open_store

BASE = "https://help.harbour.example"
MINUTE = timedelta(minutes=1)
HERS = Request(
    number="BCDF-2345",
    form="f1",
    asked_at=NOON,
    kind="contact",
    contact="C-1",
    name="Tess",
    address="tess@tidewater.example",
    account_id="A-1",
    account="Tidewater",
    tier=1,
    csm="Dana",
    subject="A berth",
    message="Secret words",
    article="berths/book-a-berth",
    query="berth",
    service="training",
    shown=("a", "b"),
    opened=("b",),
    mail_due_at=NOON + MINUTE,
)


@pytest.fixture
def requests(store: Store) -> Requests:
    return Requests(store)


def outbox(store: Store) -> list[object]:
    with store.begin() as work:
        return [dict(one) for one in work.outbox.messages("contact.request")]


def test_a_request_is_kept_whole_and_slack_is_told_who_asks_and_what_about(requests: Requests) -> None:
    assert requests.take(HERS, BASE) == HERS
    assert requests.get("BCDF-2345") == HERS
    assert outbox(requests.store) == [
        {
            "number": "BCDF-2345",
            "account_id": "A-1",
            "account_name": "Tidewater",
            "tier": 1,
            "subject": "A berth",
            "url": "https://help.harbour.example/staff/requests/BCDF-2345",
        }
    ]


def test_a_form_that_is_sent_many_times_at_once_is_one_request(requests: Requests) -> None:
    taken = at_once(8, lambda: requests.take(replace(HERS, number=f"N-{id(object())}"), BASE))
    assert len({one.number for one in taken}) == 1
    assert requests.page(Wanted(), 1, 10)[1] == 1
    assert len(outbox(requests.store)) == 1


def test_a_number_that_is_taken_is_replaced(requests: Requests) -> None:
    requests.take(HERS, BASE)
    other = requests.take(replace(HERS, form="f2"), BASE)
    assert other.number != HERS.number
    assert requests.get(other.number) == other


def test_a_contact_sees_their_own_requests_and_nobody_else_s(requests: Requests) -> None:
    requests.take(HERS, BASE)
    requests.take(replace(HERS, number="N-2", form="f2", asked_at=NOON + MINUTE), BASE)
    requests.take(replace(HERS, number="N-3", form="f3", contact="C-2"), BASE)
    requests.take(replace(HERS, number="N-4", form="f4", contact=None, kind="visitor"), BASE)
    assert [one.number for one in requests.of_contact("C-1", 10)] == ["N-2", "BCDF-2345"]
    assert [one.number for one in requests.of_contact("C-1", 1)] == ["N-2"]
    assert requests.of_contact("C-9", 10) == ()


def test_requests_are_found_by_state_and_tier_page_by_page(requests: Requests) -> None:
    for number, tier in enumerate((1, 3, 3, None)):
        requests.take(replace(HERS, number=f"N-{number}", form=f"f{number}", tier=tier), BASE)
    requests.mark("N-1", "Stan", "mail:stan")
    found = [
        ([one.number for one in page], total)
        for page, total in (
            requests.page(Wanted(), 1, 3),
            requests.page(Wanted(), 2, 3),
            requests.page(Wanted(answered=False), 1, 9),
            requests.page(Wanted(answered=True), 1, 9),
            requests.page(Wanted(answered=False, tier=3), 1, 9),
        )
    ]
    assert found == [
        (["N-0", "N-1", "N-2"], 4),
        (["N-3"], 4),
        (["N-0", "N-2", "N-3"], 3),
        (["N-1"], 1),
        (["N-2"], 1),
    ]


def test_whoever_answers_first_has_answered_and_it_can_be_opened_again(requests: Requests) -> None:
    requests.take(HERS, BASE)
    assert requests.mark(HERS.number, "Stan", "mail:stan")
    assert not requests.mark(HERS.number, "Sue", "mail:sue")
    answered = requests.get(HERS.number)
    assert answered
    assert (answered.answered_by, answered.answered_at) == ("Stan", NOON)
    assert requests.mark(HERS.number, None, "mail:sue")
    assert requests.get(HERS.number) == HERS
    assert not requests.mark(HERS.number, None, "mail:sue")
    assert not requests.mark("N-9", "Stan", "mail:stan")


def test_a_mail_that_is_due_is_taken_on_by_one_runner_until_it_is_put_off(requests: Requests) -> None:
    requests.take(HERS, BASE)
    assert requests.due(NOON, NOON + MINUTE) == ()
    later = NOON + MINUTE
    taken = at_once(4, lambda: requests.due(later, later + MINUTE))
    assert sorted(len(one) for one in taken) == [0, 0, 0, 1]
    assert len(requests.due(later + MINUTE, later + 2 * MINUTE)) == 1
    requests.mailed(HERS.number, 3, None)
    assert requests.due(later + 9 * MINUTE, later + 10 * MINUTE) == ()
    kept = requests.get(HERS.number)
    assert kept == replace(HERS, mail_due_at=None, mail_tries=3)


def test_without_the_record_nothing_is_promised() -> None:
    away = Requests(open_store("postgresql://nobody@127.0.0.1:9/none", lambda: NOON))
    with pytest.raises(RecordUnavailable):
        away.take(HERS, BASE)
