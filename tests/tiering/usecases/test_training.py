"""Training in the record: noted once, counted by tier, told on the card; what makes partners certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.tiering.usecases.numbers import OCTOBER, SUMMER, dollars, land, measure, put, values
from tiering.content import Content
from tiering.domain.account import CERTIFIED, CERTIFIED_UNTIL, Account, Contact
from tiering.domain.answer import TierAnswer
from tiering.domain.company import Company
from tiering.domain.event import Event
from tiering.domain.policy import Adjustment
from tiering.domain.quarter import Quarter
from tiering.domain.training import Training
from tiering.files import Problem
from tiering.storage.tables import accounts, contacts, deliveries
from tiering.usecases.ask import Inquiry, about
from tiering.usecases.daily import daily
from tiering.usecases.events import add_events
from tiering.usecases.merge import merge, undo
from tiering.usecases.policy import publish
from tiering.usecases.quarters import close_quarter
from tiering.usecases.record import Store
from tiering.usecases.report import report
from tiering.usecases.training import hold, note, training_of

MAY, UNTIL = date(2026, 5, 4), date(2026, 12, 31)
BEGUN = Training(contact_id="C-1", course="board", title="Run the board", done=3, lessons=5, begun_on=MAY)
FINISHED = replace(BEGUN, done=5, finished_on=MAY, certified_on=MAY, certified_until=UNTIL)


def person(store: Store, key: str, account_id: str) -> None:
    with store.begin() as work:
        work.contacts.save([Contact(id=key, account_id=account_id, emails=(f"{key.lower()}@x.example",))])


def learned(store: Store, one: Training, formerly: Sequence[str] = ()) -> None:
    with store.begin() as work:
        assert hold(work, one.contact_id)
        note(work, one, formerly)


def kept(store: Store, contact: str = "C-1") -> list[Training]:
    with store.reading() as work:
        return work.training.among([contact])


def of_today(store: Store, figure: str) -> list[float | None]:
    found = values(report(store, OLGA, TODAY).report, figure)
    return [None if value is None else float(value) for value in found]


@pytest.fixture
def peopled(ruled: Store) -> Store:
    land(ruled, [account("A-1", "Acme"), account("A-2", "Acme UK")], TODAY)
    person(ruled, "C-1", "A-1")
    person(ruled, "C-2", "A-2")
    return ruled


def test_what_is_noted_twice_is_kept_once_and_never_less(peopled: Store) -> None:
    for one in (BEGUN, FINISHED, FINISHED, replace(BEGUN, done=5, lessons=6)):
        learned(peopled, one)
    assert kept(peopled) == [replace(FINISHED, lessons=6)]


def test_a_course_with_a_new_name_takes_along_what_was_noted_under_the_old_one(peopled: Store) -> None:
    learned(peopled, replace(FINISHED, course="the-board"))
    learned(peopled, replace(BEGUN, begun_on=TODAY), ["the-board"])
    assert kept(peopled) == [replace(FINISHED, done=3)]


def test_of_who_is_not_in_the_record_nothing_can_be_noted(peopled: Store) -> None:
    with peopled.begin() as work:
        assert not hold(work, "C-9")


def test_what_was_learned_goes_with_the_contact_who_is_erased(peopled: Store) -> None:
    learned(peopled, FINISHED)
    with peopled.begin() as work:
        work.connection.execute(delete(contacts).where(contacts.c.id == "C-1"))
    assert kept(peopled) == []


def test_accounts_that_are_merged_have_learned_together_until_they_part(peopled: Store) -> None:
    learned(peopled, FINISHED)
    learned(peopled, replace(BEGUN, contact_id="C-2"))

    def counted(account_id: str) -> tuple[int, int, int] | None:
        with peopled.begin() as work:
            team = training_of(work, account_id, TODAY)
            return (team.people, team.begun, team.courses[0].finished) if team else None

    assert (counted("A-1"), counted("A-2")) == ((1, 1, 1), (1, 1, 0))
    merged = merge(peopled, "A-2", "A-1", OLGA, TODAY)
    assert counted("A-1") == (2, 2, 1)
    assert of_today(peopled, "learners")[-1] == 2
    assert of_today(peopled, "trained")[-1] == 1
    undo(peopled, merged.id, OLGA, TODAY)
    assert (counted("A-1"), counted("A-2")) == ((1, 1, 1), (1, 1, 0))


def test_the_card_tells_of_it(peopled: Store, inquiry: Inquiry) -> None:
    learned(peopled, FINISHED)
    answer, other = about(peopled, "A-1", inquiry), about(peopled, "A-2", inquiry)
    assert isinstance(answer, TierAnswer)
    assert isinstance(other, TierAnswer)
    assert answer.card.training
    assert (answer.card.training.begun, other.card.training) == (1, None)


@pytest.fixture
def crowd(ruled: Store) -> Store:
    """Forty customers of tier 3: of the twenty trained all but one renewed, of the others half."""

    def customers(renewal: date | None) -> list[Account]:
        return [
            account(
                f"T-{number:02}",
                f"Tin {number}",
                arr=dollars(900),
                seats=10,
                active_users=8 if number < 20 else 5,
                nps=40 if number < 20 else 10,
                renewal_on=date(2026, 10, 20) if renewal is None else renewal,
                as_of=SUMMER,
            )
            for number in range(40)
        ]

    land(ruled, customers(None), SUMMER)
    close_quarter(ruled, OLGA, OCTOBER)
    renewed = [
        replace(one, renewal_on=date(2027, 10, 20)) if number not in (0, *range(20, 30)) else one
        for number, one in enumerate(customers(None))
    ]
    land(ruled, renewed, TODAY)
    for number in range(40):
        person(ruled, f"C-{number}", f"T-{number:02}")
    uncertified = replace(FINISHED, certified_on=None, certified_until=None)
    for number in range(24):
        one = FINISHED if number < 5 else uncertified if number < 20 else BEGUN
        learned(ruled, replace(one, contact_id=f"C-{number}"))
    for number in range(9, 32):
        measure(ruled, f"T-{number:02}", "service_requests", 2 if number < 20 else 5, OCTOBER)
    measure(ruled, "T-09", "service_requests", 9, TODAY)
    return ruled


def test_trained_stand_against_untrained_each_with_the_accounts_behind_it(crowd: Store) -> None:
    assert of_today(crowd, "customers") == [0, 0, 40, 40]
    assert of_today(crowd, "trained") == [0, 0, 20, 20]
    expected = {
        "adoption": (80, 20, 50, 20),
        "nps": (40, 20, 10, 20),
        "renewals": (95, 20, 50, 20),
        # Eleven trained accounts reported 11 × 2 + 9, twelve others 12 × 5.
        "requests": (2.8, 11, 5, 12),
    }
    for figure, numbers in expected.items():
        names = [f"{figure}_{group}{of}" for group in ("trained", "untrained") for of in ("", "_of")]
        assert tuple(of_today(crowd, name)[2] for name in names) == numbers, figure
    assert of_today(crowd, "adoption_trained") == [None, None, 80, 80]
    assert of_today(crowd, "service_requests")[2] == 91


def test_completion_and_certificates_are_counted_by_contacts(crowd: Store) -> None:
    assert of_today(crowd, "learners") == [0, 0, 24, 24]
    assert of_today(crowd, "completion") == [None, None, 83.3, 83.3]
    assert of_today(crowd, "certified") == [0, 0, 5, 5]


def test_of_the_past_counts_what_had_been_learned_by_then(crowd: Store) -> None:
    learned(crowd, replace(FINISHED, contact_id="C-30", begun_on=TODAY, finished_on=TODAY + timedelta(1)))
    assert of_today(crowd, "learners")[3] == 25
    assert of_today(crowd, "trained")[3] == 20


def test_who_left_a_course_unfinished_has_stopped_after_14_days(crowd: Store) -> None:
    quiet, lately = TODAY - timedelta(15), TODAY - timedelta(14)
    for number, last_on in ((20, quiet), (21, lately), (22, quiet), (23, None)):
        learned(crowd, replace(BEGUN, contact_id=f"C-{number}", last_on=last_on))
    # Whoever finished has not stopped, unless in another course.
    learned(crowd, replace(FINISHED, contact_id="C-0", last_on=quiet))
    learned(crowd, replace(BEGUN, contact_id="C-1", course="sails", last_on=quiet))
    assert of_today(crowd, "stopped") == [0, 0, 3, 3]
    assert of_today(crowd, "stopped_share") == [None, None, 12.5, 12.5]


def test_quizzes_are_counted_by_their_first_attempt(crowd: Store) -> None:
    for number, quizzes, at_once in ((0, 4, 3), (1, 5, 3)):
        one = replace(FINISHED, contact_id=f"C-{number}", quizzes=quizzes, quizzes_at_once=at_once)
        learned(crowd, one)
    assert of_today(crowd, "quizzes") == [0, 0, 9, 9]
    assert of_today(crowd, "first_try") == [None] * 4
    learned(crowd, replace(BEGUN, contact_id="C-20", quizzes=3, quizzes_at_once=3))
    assert of_today(crowd, "first_try") == [None, None, 75, 75]


INVOICES = Company(ZoneInfo("Europe/Berlin"), "invoice.sent")
MIDNIGHT = datetime(2026, 9, 30, 22, tzinfo=UTC)
"""When the fourth quarter begins in Berlin."""


def of_invoices(store: Store, figure: str, company: Company = INVOICES) -> list[float | None]:
    found = values(report(store, OLGA, TODAY, None, company).report, figure)
    return [None if value is None else float(value) for value in found]


def test_customers_come_to_their_first_value_by_whoever_is_first(crowd: Store) -> None:
    """Twelve come to it, two of them before their start; the others take 1 day, and 3 to 11."""

    def told(name: str, whom: str, at: datetime) -> Event:
        return Event(f"{name} {whom} {at}", whom, name, at)

    with crowd.begin() as work:
        work.connection.execute(update(accounts).values(went_live_on=OCTOBER))
        # The one that went live on no known day begins when the first of its people signs up.
        work.connection.execute(update(accounts).where(accounts.c.id == "T-02").values(went_live_on=None))
        long_ago = update(accounts).where(accounts.c.id == "T-11").values(went_live_on=date(2025, 11, 30))
        work.connection.execute(long_ago)
    person(crowd, "C-2b", "T-02")
    told_of = [told("invoice.sent", f"c-{number}@x.example", MIDNIGHT - timedelta(1)) for number in (0, 1)]
    told_of += [
        told("invoice.sent", f"C-{number}", MIDNIGHT + timedelta(number, hours=1)) for number in range(3, 12)
    ]
    told_of += [
        told("signed_up", "C-2b", MIDNIGHT + timedelta(5)),
        told("signed_up", "c-2@x.example", MIDNIGHT + timedelta(4)),
        told("invoice.sent", "C-2b", MIDNIGHT + timedelta(5, hours=2)),
        told("invoice.sent", "C-2", MIDNIGHT + timedelta(9)),
        told("invoice.sent", "C-3", MIDNIGHT + timedelta(30)),
        told("signed_up", "C-20", MIDNIGHT),
        told("invoice.sent", "C-30", datetime(2026, 11, 22, 23, tzinfo=UTC)),  # is tomorrow in Berlin
        told("invoice.sent", "stranger@x.example", MIDNIGHT),
    ]
    add_events(crowd, told_of, "events")
    assert of_invoices(crowd, "first_values") == [0, 0, 12, 12]
    assert of_invoices(crowd, "first_value_share") == [None, None, 30, 30]
    # T-11 began too long ago, T-02 took 1 day from signing up: 0, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10.
    assert of_invoices(crowd, "days_to_first_value") == [None, None, 5, 5]
    assert of_invoices(crowd, "days_to_first_value_of") == [0, 0, 11, 11]


def test_where_no_first_value_is_declared_nothing_is_known_of_it(crowd: Store) -> None:
    add_events(crowd, [Event("e-1", "C-1", "invoice.sent", MIDNIGHT)], "events")
    for figure in ("first_values", "first_value_share", "days_to_first_value", "days_to_first_value_of"):
        assert of_invoices(crowd, figure, Company()) == [None] * 4, figure


def test_a_quarter_closes_with_the_first_values_of_its_days(peopled: Store) -> None:
    add_events(peopled, [Event("e-1", "C-2", "invoice.sent", NOON)], "events")
    daily(peopled, OLGA, date(2027, 1, 1), INVOICES)
    with peopled.reading() as work:
        closed = work.quarters.closed(Quarter(2026, 4))
    assert closed
    assert values(closed, "first_values") == [0, 0, 1, 1]


def test_a_first_value_at_an_account_that_was_merged_is_that_of_the_whole(peopled: Store) -> None:
    add_events(peopled, [Event("e-1", "C-2", "invoice.sent", MIDNIGHT)], "events")
    merge(peopled, "A-2", "A-1", OLGA, TODAY)
    assert of_invoices(peopled, "first_values")[-1] == 1


def test_mails_of_programmes_are_counted_by_contact_within_the_companys_quarter(peopled: Store) -> None:
    def mail(key: str, to: str, sent_at: datetime | None, kind: str = "programme") -> dict[str, Any]:
        return {
            "key": key,
            "kind": kind,
            "recipient": to,
            "about": {},
            "claimed_at": MIDNIGHT - timedelta(1),
            "sent_at": sent_at,
        }

    put(
        peopled,
        deliveries,
        mail("1", "C-1", MIDNIGHT - timedelta(seconds=1)),
        mail("2", "C-1", MIDNIGHT),
        mail("3", "C-1", NOON),
        mail("4", "C-1", None),
        mail("5", "C-2", NOON),
        mail("6", "C-1", NOON, "sign-in"),
        mail("7", "erased abc", NOON),
    )
    assert of_invoices(peopled, "mailed") == [0, 0, 2, 2]
    assert of_invoices(peopled, "mails_each") == [None, None, 1.5, 1.5]
    merge(peopled, "A-2", "A-1", OLGA, TODAY)
    assert of_invoices(peopled, "mailed")[-1] == 2


def test_too_few_accounts_tell_nothing(peopled: Store) -> None:
    learned(peopled, FINISHED)
    assert of_today(peopled, "trained")[-1] == 1
    assert of_today(peopled, "nps_trained") == [None] * 4


class TestPartners:
    """Fixit Ltd serves Bolt; people of Fixit take a course that certifies partners."""

    CERTIFICATE = replace(FINISHED, partners=True)

    @pytest.fixture
    def house(self, ruled: Store, content: Content) -> Store:
        """Being served by a certified partner moves an account up."""
        with ruled.begin() as work:
            customers = [
                account("A-1", "Bolt", arr=dollars(900), partner="Fixit"),
                account("A-2", "Nut", arr=dollars(900), partner="Nordlys"),
                account("P-1", "Fixit Ltd", arr=dollars(900)),
            ]
            work.accounts.save(customers, an_import(work))
        person(ruled, "C-1", "P-1")
        up = Adjustment(
            id="partner",
            name="Partner",
            move="up",
            when={"attributes.partner_certified": "yes"},
            because="A certified partner serves it.",
        )
        assert content.rules is not None
        rules = content.rules.model_copy(update={"adjustments": (up,)})
        publish(ruled, replace(content, rules=rules), OLGA, TODAY)
        return ruled

    def card(self, store: Store, inquiry: Inquiry, account_id: str = "A-1") -> TierAnswer:
        answer = about(store, account_id, inquiry)
        assert isinstance(answer, TierAnswer)
        return answer

    def test_a_certificate_makes_all_who_are_served_certified_from_the_next_morning(
        self, house: Store, inquiry: Inquiry
    ) -> None:
        learned(house, self.CERTIFICATE)
        assert self.card(house, inquiry).card.decision.tier == 3
        assert [mover.id for mover in daily(house, OLGA, TODAY).movers] == ["A-1"]
        card = self.card(house, inquiry).card
        reason = card.decision.reasons[-1]
        assert (card.decision.tier, card.account.attributes["partner_certified_until"]) == (2, UNTIL)
        assert reason.sentence == "A certified partner serves it. (Partner certified: yes.)"
        assert (reason.source, reason.as_of) == ("certificate of Fixit", MAY)
        assert self.card(house, inquiry, "A-2").card.decision.tier == 3

    def test_it_ends_by_itself_with_the_certificate(self, house: Store, inquiry: Inquiry) -> None:
        learned(house, self.CERTIFICATE)
        assert [mover.after for mover in daily(house, OLGA, UNTIL).movers] == [2]
        assert [mover.after for mover in daily(house, OLGA, UNTIL + timedelta(1)).movers] == [3]
        later = self.card(house, replace(inquiry, today=UNTIL + timedelta(1))).card
        assert "partner_certified" not in later.account.attributes

    def test_a_renewal_changes_no_decision(self, house: Store) -> None:
        learned(house, self.CERTIFICATE)
        daily(house, OLGA, TODAY)
        learned(house, replace(self.CERTIFICATE, certified_until=date(2028, 12, 31)))
        before = self.decisions(house)
        daily(house, OLGA, TODAY + timedelta(1))
        assert self.decisions(house) == before

    def decisions(self, store: Store) -> int:
        with store.reading() as work:
            return work.merges.last_decision()

    def test_a_certificate_of_another_course_certifies_no_partner(self, house: Store) -> None:
        learned(house, replace(self.CERTIFICATE, partners=False))
        assert daily(house, OLGA, TODAY).movers == ()

    def test_a_policy_may_ask_for_it_before_anybody_is_certified(
        self, house: Store, content: Content
    ) -> None:
        asked = {name: Problem("tiers.yaml", 1, "no such column") for name in (CERTIFIED, CERTIFIED_UNTIL)}
        publish(house, replace(content, asked=asked), OLGA, TODAY)
        with house.reading() as work:
            assert work.policies.version() == 3

    def test_a_partner_whose_account_was_merged_stays_certified(self, house: Store) -> None:
        learned(house, self.CERTIFICATE)
        with house.begin() as work:
            work.accounts.save([account("P-2", "Fixit Services", arr=dollars(900))], an_import(work))
        daily(house, OLGA, TODAY)
        merge(house, "P-1", "P-2", OLGA, TODAY)
        with house.reading() as work:
            tier = work.decisions.current(["A-1"])["A-1"].tier
        assert tier == 2
        assert daily(house, OLGA, TODAY).movers == ()
