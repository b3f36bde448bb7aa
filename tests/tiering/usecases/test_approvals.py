"""Approvals: one asks, another answers, and nothing is granted twice or to the one who answers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.exception import Request
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.domain.service import Catalogue, Prose
from tiering.usecases import history
from tiering.usecases.approvals import (
    Approval,
    Asking,
    State,
    Verdict,
    answer,
    ask_approval,
    asked_by,
    look_up,
    moving,
    open_approvals,
    pass_on,
    withdraw,
)
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.exceptions import grant, running
from tiering.usecases.merge import merge
from tiering.usecases.policy import publish
from tiering.usecases.record import Store, open_store

UNTIL = TODAY + timedelta(days=30)
BOB, CLARA = "slack:T1/bob", "slack:T1/clara"
BERLIN = ZoneInfo("Europe/Berlin")
YES, NO = Verdict(True, "Bob Berger"), Verdict(False, "Bob Berger", "Not this year.")


@pytest.fixture
def peopled(ruled: Store) -> Store:
    """Acme by its ARR in tier 1, Globex and its double in tier 3, and a prospect."""
    cast = (
        account("A-1", "Acme Corporation", arr=Money.of(240_000, "USD")),
        account("C-1", "Globex GmbH", arr=Money.of(900, "USD")),
        account("C-2", "Globex Germany", arr=Money.of(900, "USD")),
        account("P-1", "Hopeful Ltd", status=Status.PROSPECT),
    )
    with ruled.begin() as work:
        work.accounts.save(cast, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


@pytest.fixture
def bob(inquiry: Inquiry) -> Inquiry:
    """Bob, who approves."""
    return replace(inquiry, who=BOB)


def asking(**values: Any) -> Asking:
    terms = {
        "until": UNTIL,
        "reason": "Large pilot.",
        "approver": BOB,
        "deputy": CLARA,
        "asker_name": "Anna Adler",
        "request": "V1",
    }
    return Asking(**{**terms, **values})


def asked(store: Store, inquiry: Inquiry, **values: Any) -> Approval:
    return ask_approval(store, "C-1", asking(**{"service": "QBR", **values}), inquiry).approval


def tier_of(store: Store, account_id: str) -> int:
    with store.begin() as work:
        return work.decisions.current([account_id])[account_id].tier


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return str(caught.value)


def test_a_request_says_what_the_account_has_without_it(peopled: Store, inquiry: Inquiry) -> None:
    service = ask_approval(peopled, "globex gmbh", asking(service="QBR"), inquiry)
    assert (service.name, service.current) == ("Globex GmbH", "Not included in tier 3 (Digital).")
    assert service.approval == Approval(
        id=service.approval.id,
        account_id="C-1",
        tier=None,
        service="quarterly-business-review",
        until=UNTIL,
        reason="Large pilot.",
        asked_by="slack:T1/anna",
        asked_by_name="Anna Adler",
        asked_at=NOON,
        approver=BOB,
        deputy=CLARA,
    )
    tier = ask_approval(peopled, "C-1", asking(tier=1, request="V2"), inquiry)
    assert (tier.approval.tier, tier.current) == (1, "Now in tier 3 (Digital).")
    assert running(peopled, inquiry) == []


def test_approved_it_is_granted_on_the_approvers_word_for_the_one_who_asked(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    number = asked(peopled, inquiry, service=None, tier=1).id
    answered = answer(peopled, number, YES, bob)
    assert answered.outcome is not None
    assert answered.outcome.moved is not None
    assert (answered.name, answered.outcome.moved.after, tier_of(peopled, "C-1")) == ("Globex GmbH", 1, 1)
    granted = answered.outcome.grant
    assert (granted.approver, granted.granted_by, granted.until) == ("Bob Berger", "slack:T1/anna", UNTIL)
    approval = answered.approval
    assert (approval.state, approval.decided_by, approval.decided_by_name, approval.decided_at) == (
        State.APPROVED,
        BOB,
        "Bob Berger",
        NOON,
    )
    assert approval.exception_id == granted.id
    assert [one.approval for one in asked_by(peopled, inquiry)] == [approval]


def test_declined_nothing_is_granted_and_the_note_is_kept(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    answered = answer(peopled, asked(peopled, inquiry).id, NO, bob)
    assert (answered.outcome, answered.approval.note) == (None, "Not this year.")
    assert running(peopled, inquiry) == []
    assert asked(peopled, inquiry, request="V2").state is State.OPEN


def test_the_same_request_again_is_the_one_that_was_made(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    first = ask_approval(peopled, "C-1", asking(service="QBR"), inquiry)
    assert ask_approval(peopled, "C-1", asking(service="QBR"), inquiry) == first
    answer(peopled, first.approval.id, NO, bob)
    assert ask_approval(peopled, "C-1", asking(service="QBR"), inquiry).approval.state is State.DECLINED


def test_of_a_request_that_arrives_twice_at_once_one_is_made(peopled: Store, inquiry: Inquiry) -> None:
    together = Barrier(4)

    def deliver(_: int) -> int:
        together.wait()
        return asked(peopled, inquiry).id

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(deliver, range(4)))) == 1
    assert len(open_approvals(peopled, inquiry)) == 1


def test_of_two_who_ask_for_the_same_at_once_the_second_is_told(peopled: Store, inquiry: Inquiry) -> None:
    together = Barrier(2)

    def attempt(request: str) -> str:
        together.wait()
        try:
            asked(peopled, inquiry, request=request)
        except Refusal as refusal:
            return str(refusal)
        return "asked"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, ["V1", "V2"]))
    assert told[0].startswith("Anna Adler has asked for quarterly-business-review for Globex GmbH already")
    assert told[1] == "asked"


@pytest.mark.parametrize(
    ("text", "values", "sentence"),
    [
        ("C-1", {}, "An exception is either to a tier or to a service; name one of them."),
        ("C-1", {"tier": 1, "service": "QBR"}, "An exception is either to a tier or to a service;"),
        ("C-1", {"tier": 4}, "There is no tier 4; the tiers are 1, 2, 3."),
        ("C-1", {"service": "massage"}, "There is no service 'massage'."),
        ("xyzzy", {"tier": 1}, "No account fits 'xyzzy'."),
        ("P-1", {"tier": 1}, "Hopeful Ltd is not a customer (prospect); exceptions are for customers."),
        ("C-1", {"tier": 1, "reason": " "}, "An exception needs a reason; this one has none."),
        ("C-1", {"tier": 1, "until": TODAY - timedelta(1)}, "The end, 2026-11-21, is in the past"),
        ("C-1", {"tier": 1, "until": TODAY + timedelta(366)}, "The end, 2027-11-23, is 366 days away"),
        ("C-1", {"tier": 1, "approver": "slack:T1/anna"}, "Nobody approves their own exception"),
        ("C-1", {"tier": 1, "deputy": "slack:T1/anna"}, "Nobody approves their own exception; the deputy"),
    ],
)
def test_what_could_not_be_granted_cannot_be_asked_for(
    peopled: Store, inquiry: Inquiry, text: str, values: dict[str, Any], sentence: str
) -> None:
    assert refused(lambda: ask_approval(peopled, text, asking(**values), inquiry)).startswith(sentence)
    assert open_approvals(peopled, inquiry) == []


def test_what_is_excepted_or_asked_for_already_is_not_asked_for_again(
    peopled: Store, inquiry: Inquiry
) -> None:
    request = Request(service="training", until=UNTIL, reason="A launch.", approver="Dana", by=OLGA)
    grant(peopled, "C-1", request, inquiry)
    assert refused(lambda: asked(peopled, inquiry, service="training")).startswith(
        "Globex GmbH has an exception to training until 2026-12-22 already"
    )
    first = asked(peopled, inquiry, service=None, tier=2)
    assert refused(lambda: asked(peopled, inquiry, service=None, tier=1, request="V2")) == (
        "Anna Adler has asked for tier 2 for Globex GmbH already, on 2026-11-22 "
        f"(request {first.id}); it waits for its answer."
    )
    asked(peopled, inquiry, service="QBR", request="V3")


def test_nobody_answers_their_own_request(peopled: Store, inquiry: Inquiry, bob: Inquiry) -> None:
    number = asked(peopled, inquiry).id
    sentence = "Nobody answers their own request: Anna Adler asked for it."
    assert refused(lambda: answer(peopled, number, YES, inquiry)) == sentence
    assert refused(lambda: answer(peopled, number, NO, inquiry)) == sentence
    assert refused(lambda: answer(peopled, number, Verdict(True, "anna"), bob)) == sentence
    elsewhere = replace(bob, who="slack:T2/anna")
    assert refused(lambda: answer(peopled, number, YES, elsewhere)) == sentence
    assert refused(lambda: answer(peopled, number, Verdict(True, "ANNA  Adler"), bob)) == sentence
    assert len(open_approvals(peopled, inquiry)) == 1


def test_a_request_for_what_the_catalogue_has_no_more_can_still_be_seen_and_declined(
    peopled: Store, content: Content, inquiry: Inquiry, bob: Inquiry
) -> None:
    wanted = asked(peopled, inquiry)
    kept = tuple(one for one in content.catalogue.services if one.id != wanted.service)
    publish(peopled, replace(content, catalogue=Catalogue(services=kept)), OLGA, TODAY)
    gone = "The catalogue has no service quarterly-business-review any more."
    assert look_up(peopled, wanted.id, bob).current == gone
    with pytest.raises(Refusal):
        answer(peopled, wanted.id, YES, replace(bob, prose=Prose(Catalogue(services=kept), {})))
    assert answer(peopled, wanted.id, NO, bob).approval.state is State.DECLINED


def test_what_is_answered_says_by_whom_and_when(peopled: Store, inquiry: Inquiry, bob: Inquiry) -> None:
    number = asked(peopled, inquiry).id
    answer(peopled, number, NO, bob)
    sentence = f"Request {number} was declined by Bob Berger on 2026-11-22 at 12:00 UTC already."
    assert refused(lambda: answer(peopled, number, YES, replace(bob, who=CLARA))) == sentence
    assert refused(lambda: withdraw(peopled, number, inquiry)) == sentence
    assert refused(lambda: answer(peopled, 999, YES, bob)) == "There is no request 999."


def test_of_two_who_answer_at_once_one_wins_and_the_other_is_told(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    number = asked(peopled, inquiry).id
    together = Barrier(2)

    def attempt(who: str) -> str:
        together.wait()
        try:
            answer(peopled, number, Verdict(who == BOB, who.title()), replace(bob, who=who))
        except Refusal as refusal:
            return str(refusal)
        return "answered"

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, [BOB, CLARA]))
    assert told[0].startswith(f"Request {number} was ")
    assert told[1] == "answered"
    (mine,) = asked_by(peopled, inquiry)
    assert len(running(peopled, inquiry)) == (mine.approval.state is State.APPROVED)


def test_an_end_that_has_passed_meanwhile_grants_nothing_and_the_request_stays_open(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    number = asked(peopled, inquiry).id
    later = replace(bob, today=UNTIL + timedelta(days=1))
    assert refused(lambda: answer(peopled, number, YES, later)) == (
        "The end, 2026-12-22, is in the past; today is 2026-12-23."
    )
    assert [one.approval.id for one in open_approvals(peopled, bob)] == [number]
    assert answer(peopled, number, NO, later).approval.state is State.DECLINED


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict(False, " "), "An answer needs the name of whoever gives it; this one has none."),
        (Verdict(True, "Bob", "x" * 501), "A note has at most 500 letters; this one has 501."),
    ],
)
def test_an_answer_without_a_name_or_with_a_novel_is_refused(
    peopled: Store, inquiry: Inquiry, bob: Inquiry, verdict: Verdict, sentence: str
) -> None:
    number = asked(peopled, inquiry).id
    assert refused(lambda: answer(peopled, number, verdict, bob)) == sentence
    assert running(peopled, inquiry) == []


def test_only_the_one_who_asked_withdraws(peopled: Store, inquiry: Inquiry, bob: Inquiry) -> None:
    number = asked(peopled, inquiry).id
    assert (
        refused(lambda: withdraw(peopled, number, bob)) == f"Only Anna Adler can withdraw request {number}."
    )
    gone = withdraw(peopled, number, inquiry)
    assert (gone.name, gone.approval.state) == ("Globex GmbH", State.WITHDRAWN)
    assert refused(lambda: answer(peopled, number, YES, bob)).startswith(
        f"Request {number} was withdrawn by Anna Adler"
    )


def test_the_open_ones_are_listed_the_oldest_first_and_what_has_a_deputy_is_passed_on(
    peopled: Store, inquiry: Inquiry, database_url: str
) -> None:
    asked(peopled, inquiry)
    asked(peopled, inquiry, service="training", approver="slack:T1/dana", deputy=None, request="V2")
    listed = open_approvals(peopled, inquiry)
    assert [one.approval.service for one in listed] == ["quarterly-business-review", "training"]
    later = open_store(database_url, lambda: NOON + timedelta(days=30))
    assert [one.deputy for one in pass_on(later, "clock", BERLIN)] == [CLARA]
    later.close()


def test_what_waits_for_two_working_days_is_passed_on_once_however_many_run(
    peopled: Store, inquiry: Inquiry, database_url: str
) -> None:
    number = asked(peopled, inquiry).id  # on a Sunday, so that it counts from Monday 00:00 in Berlin
    due = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    early = open_store(database_url, lambda: due - timedelta(seconds=1))
    assert pass_on(early, "clock", BERLIN) == []
    store = open_store(database_url, lambda: due)
    together = Barrier(4)

    def run(_: int) -> list[Approval]:
        together.wait()
        return pass_on(store, "clock", BERLIN)

    with ThreadPoolExecutor(4) as threads:
        passed = [one for found in threads.map(run, range(4)) for one in found]
    assert [(one.id, one.passed_on_at) for one in passed] == [(number, due)]
    assert pass_on(store, "clock", BERLIN) == []
    early.close()
    store.close()


def test_what_is_answered_is_not_passed_on(
    peopled: Store, inquiry: Inquiry, bob: Inquiry, database_url: str
) -> None:
    answer(peopled, asked(peopled, inquiry).id, NO, bob)
    store = open_store(database_url, lambda: NOON + timedelta(days=30))
    assert pass_on(store, "clock", BERLIN) == []
    store.close()


def test_of_ones_own_the_open_ones_come_first_then_the_newest_and_twenty_at_most(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    kept = asked(peopled, inquiry, service="training", request="kept").id
    numbers = []
    for count in range(21):
        numbers.append(asked(peopled, inquiry, request=f"V{count}").id)
        answer(peopled, numbers[-1], NO, bob)
    mine = [one.approval.id for one in asked_by(peopled, inquiry)]
    assert mine == [kept, *reversed(numbers[2:])]
    assert asked_by(peopled, bob) == []


def test_a_request_goes_with_its_account_into_another(peopled: Store, inquiry: Inquiry, bob: Inquiry) -> None:
    number = asked(peopled, inquiry).id
    merge(peopled, "C-1", "C-2", OLGA, TODAY)
    answered = answer(peopled, number, YES, bob)
    assert (answered.name, answered.approval.account_id) == ("Globex Germany", "C-2")


def test_the_history_tells_who_asked_for_what_and_what_was_answered(
    peopled: Store, inquiry: Inquiry, bob: Inquiry, database_url: str
) -> None:
    first = asked(peopled, inquiry).id
    later = open_store(database_url, lambda: NOON + timedelta(days=30))
    pass_on(later, "clock", BERLIN)
    later.close()
    answer(peopled, first, NO, bob)
    second = asked(peopled, inquiry, service=None, tier=1, request="V2").id
    answer(peopled, second, YES, bob)
    third = asked(peopled, inquiry, service="training", request="V3").id
    withdraw(peopled, third, inquiry)
    found = history.history(peopled, "C-1", OLGA, BERLIN)
    assert isinstance(found, history.History)
    told = {event.sentence for event in found.events}
    assert told >= {
        f"Asked for quarterly-business-review until 2026-12-22 (request {first}), to be approved by {BOB}: "
        "Large pilot.",
        f"Passed request {first} on to {CLARA}, who is the deputy.",
        f"Declined request {first} of Anna Adler for quarterly-business-review: Not this year.",
        f"Approved request {second} of Anna Adler for tier 1.",
        f"Withdrew request {third} for training.",
    }


def test_one_request_is_looked_up_with_its_account_as_it_is_today(peopled: Store, inquiry: Inquiry) -> None:
    number = asked(peopled, inquiry).id
    matter = look_up(peopled, number, inquiry)
    assert (matter.approval.id, matter.card.account.name) == (number, "Globex GmbH")
    assert (matter.card.tier.id, matter.thing) == (3, "Quarterly business review")
    assert matter.current.startswith("Not included")
    tier = asked(peopled, inquiry, service=None, tier=1, request="V2").id
    assert look_up(peopled, tier, inquiry).thing == "tier 1"
    with pytest.raises(Refusal, match="There is no request 99"):
        look_up(peopled, 99, inquiry)


def test_what_somebody_may_have_to_be_told_of_is_open_or_was_answered_lately(
    peopled: Store, inquiry: Inquiry, bob: Inquiry
) -> None:
    first, second = asked(peopled, inquiry).id, asked(peopled, inquiry, service="training", request="V2").id
    answer(peopled, first, NO, bob)
    assert [one.id for one in moving(peopled, NOON)] == [first, second]
    assert [one.id for one in moving(peopled, NOON + timedelta(seconds=1))] == [second]
