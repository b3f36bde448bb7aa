"""A round sends each contact the mail that is due, once, and spares whoever wants none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from pydantic import SecretStr

from kb.library import read_library
from kb.mail import Letter, MailNotSent, MailPutOff, MailRefused, MailUncertain
from kb.programmes.due import Running
from kb.programmes.figures import figures
from kb.programmes.letter import House, Ways
from kb.programmes.meetings import Meetings
from kb.programmes.news import News
from kb.programmes.person import Person
from kb.programmes.planning import running_now
from kb.programmes.programme import Programme, about_courses
from kb.programmes.round import KIND, PATIENCE, Plan, Planned, Round, ServerGone
from kb.programmes.trigger import Trigger
from kb.progress import Learned
from kb.sending import Outcome
from kb.site import Site
from kb.storage import Calendars, Launches, Learning, OtherKey, Pauses, Suppressions
from kb.storage.suppressions import contact_named
from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.kb.programmes.test_due import programme, step
from tests.kb.shelf import Shelf
from tests.kb.test_office_hours import HOURS
from tests.kb.web.cast import CHUCK, DINA, PETRA, TESS
from tests.tiering.usecases.test_policy import stricter
from tiering.content import Content
from tiering.domain.account import Contact, Status
from tiering.domain.decision import Decision
from tiering.domain.event import Event
from tiering.domain.exception import Request
from tiering.domain.measurement import Measurement
from tiering.files import SHIPPED_CONTENT
from tiering.quiet_hours import QuietHours
from tiering.retention import Retention
from tiering.storage.deliveries import Delivery
from tiering.storage.kits import NewKit
from tiering.usecases import deliveries
from tiering.usecases.ask import Inquiry
from tiering.usecases.deliveries import uncertain
from tiering.usecases.events import add_events
from tiering.usecases.exceptions import grant
from tiering.usecases.kits import release
from tiering.usecases.merge import merge
from tiering.usecases.policy import publish, rollback
from tiering.usecases.privacy import erase, find, forget_old
from tiering.usecases.record import Store, open_store

SECRET = SecretStr("a secret of the pages, long enough")
HOUSE = House(Site(name="Harbour"), "https://help.harbour.example", {})
LAUNCH = date(2026, 1, 1)
WELCOME = Running(programme(step("one"), step("two", 3, after="one")), LAUNCH)


class Box:
    """Takes letters, or raises what it is told to, once for each that it is told."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.trouble: list[Exception] = []

    def send(self, letter: Letter) -> str:
        if self.trouble:
            raise self.trouble.pop(0)
        self.letters.append(letter)
        return f"<{len(self.letters)}>"

    @property
    def to(self) -> list[str]:
        return [one.to for one in self.letters]


@pytest.fixture
def harbour(ruled: Store) -> Store:
    """Tess and Dina, whose accounts went live yesterday; a prospect's Petra; Chuck, whose account left."""
    cast: tuple[tuple[str, str, str, int, dict[str, Any]], ...] = (
        ("A-1", "Tidewater", TESS, 1, {}),
        ("A-3", "Dinghy Hire", DINA, 3, {}),
        ("A-5", "Prospect", PETRA, 2, {"status": Status.PROSPECT}),
        ("A-6", "Churned", CHUCK, 1, {"status": Status.CHURNED}),
    )
    with ruled.begin() as work:
        saw = an_import(work)
        for key, name, email, tier, more in cast:
            work.accounts.save([account(key, name, went_live_on=TODAY - timedelta(days=1), **more)], saw)
            person = Contact(id=f"C-{key}", account_id=key, emails=(email, f"old-{email}"), name=name)
            work.contacts.save([person])
            work.decisions.save([Decision(key, tier, False, (), 1, TODAY)])
    return ruled


@pytest.fixture
def box() -> Box:
    return Box()


def plan_of(store: Store, content: Content, *running: Running) -> Plan:
    return Plan(store, running or (WELCOME,), content.prose, HOUSE, Suppressions(store, SECRET))


def round_of(plan: Plan, box: Box, wait: Callable[[float], object] = lambda _: None) -> Round:
    def ways(person: Person) -> Ways:
        return Ways(f"{HOUSE.base}/unsubscribe/{person.id}")

    return Round(plan, box, ways, wait)


def send_all(plan: Plan, box: Box) -> list[Outcome | None]:
    out = round_of(plan, box)
    return [out.send(planned) for planned in plan.due()]


def test_customers_get_what_is_due_and_nobody_else(harbour: Store, content: Content, box: Box) -> None:
    send_all(plan_of(harbour, content), box)
    assert box.to == [TESS, DINA]
    assert box.letters[0].unsubscribe == "https://help.harbour.example/unsubscribe/C-A-1"


def test_a_second_round_sends_nothing_and_the_next_step_comes_when_it_is_due(
    harbour: Store, content: Content, database_url: str, box: Box
) -> None:
    for days in (0, 0, 1, 2, 3, 3):
        store = open_store(database_url, lambda days=days: NOON + timedelta(days=days))
        send_all(plan_of(store, content), box)
        store.close()
    assert [one.subject for one in box.letters] == ["one", "one", "two", "two"]


def test_however_many_rounds_are_made_at_once_each_mail_goes_out_once(
    harbour: Store, content: Content, box: Box
) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: send_all(plan_of(harbour, content), box), range(6)))
    assert sorted(box.to) == [DINA, TESS]


def test_an_address_that_changed_gets_nothing_twice(harbour: Store, content: Content, box: Box) -> None:
    send_all(plan_of(harbour, content), box)
    with harbour.begin() as work:
        work.contacts.save([Contact(id="C-A-1", account_id="A-1", emails=("new@tidewater.example",))])
    send_all(plan_of(harbour, content), box)
    assert box.to == [TESS, DINA]


def test_whoever_wants_no_mails_gets_none_even_if_they_say_so_during_the_round(
    harbour: Store, content: Content, box: Box
) -> None:
    plan, suppressions = plan_of(harbour, content), Suppressions(harbour, SECRET)
    assert suppressions.add("unsubscribed", TESS.upper())
    assert not suppressions.add("unsubscribed", TESS)
    (planned,) = plan.due()
    suppressions.add("unsubscribed", contact_named("C-A-3"))
    assert round_of(plan, box).send(planned) is None
    suppressions.lift(TESS)
    send_all(plan, box)
    assert box.to == [TESS]


def test_whoever_is_erased_during_the_round_gets_nothing_more_not_even_after_another_import(
    harbour: Store, content: Content, box: Box
) -> None:
    plan = plan_of(harbour, content)
    tess, dina = plan.due()
    with harbour.begin() as work:
        person = work.contacts.among(["C-A-1"])["C-A-1"]
    whom = find(harbour, TESS, SECRET, OLGA, TODAY).whom
    erase(harbour, whom, OLGA)
    Suppressions(harbour, SECRET).lift(TESS, contact_named("C-A-1"))  # as if nobody had been warned yet
    assert round_of(plan, box).send(tess) is None
    assert round_of(plan, box).send(dina) is Outcome.SENT
    erase(harbour, whom, OLGA)
    with harbour.begin() as work:
        work.contacts.save([replace(person, id="c-a-1", emails=("else@tidewater.example",))])
        work.contacts.save([replace(person, id="C-9", emails=(TESS,))])
    assert send_all(plan_of(harbour, content), box) == []
    assert box.to == [DINA]


def test_the_list_of_those_who_want_none_holds_no_address_and_is_not_read_under_another_key(
    harbour: Store,
) -> None:
    suppressions = Suppressions(harbour, SECRET)
    other = Suppressions(harbour, SecretStr("another secret, long enough too"))
    other.check()
    suppressions.add("unsubscribed", TESS)
    suppressions.check()
    with pytest.raises(OtherKey, match="SECRET_KEY"):
        other.check()
    with harbour.reading() as work:
        rows = work.connection.exec_driver_sql("SELECT * FROM kb_suppressions").all()
    assert "tess" not in str(rows)


def test_an_address_that_the_server_does_not_know_is_written_to_once(
    harbour: Store, content: Content, box: Box
) -> None:
    box.trouble = [MailRefused("There is nobody.")]
    assert send_all(plan_of(harbour, content), box) == [Outcome.REFUSED, Outcome.SENT]
    assert send_all(plan_of(harbour, content), box) == []
    assert box.to == [DINA]


def test_a_server_that_refuses_for_a_moment_is_asked_again_after_longer_and_longer_waits(
    harbour: Store, content: Content, box: Box
) -> None:
    waits: list[float] = []
    plan = plan_of(harbour, content)
    box.trouble = [MailNotSent("Busy.")] * 3
    assert round_of(plan, box, waits.append).send(next(plan.due())) is Outcome.SENT
    assert waits == [1, 2, 4, 0]
    assert box.to == [TESS]


def test_a_server_that_takes_nothing_ends_the_round_and_nothing_is_lost(
    harbour: Store, content: Content, box: Box
) -> None:
    box.trouble = [MailNotSent("Away.")] * 5
    with pytest.raises(ServerGone):
        send_all(plan_of(harbour, content), box)
    assert box.to == []
    send_all(plan_of(harbour, content), box)
    assert box.to == [TESS, DINA]


def test_a_mail_that_the_server_does_not_take_today_stands_in_nobodys_way(
    harbour: Store, content: Content, box: Box
) -> None:
    box.trouble = [MailPutOff("Full.")]
    assert send_all(plan_of(harbour, content), box) == [Outcome.PUT_OFF, Outcome.SENT]
    send_all(plan_of(harbour, content), box)
    assert box.to == [DINA, TESS]


@pytest.mark.parametrize(("trouble", "outcome"), [(MailPutOff, "PUT_OFF"), (MailUncertain, "UNCERTAIN")])
def test_a_server_of_which_mail_after_mail_comes_to_nothing_gets_no_more(
    harbour: Store,
    content: Content,
    box: Box,
    monkeypatch: pytest.MonkeyPatch,
    trouble: type[Exception],
    outcome: str,
) -> None:
    monkeypatch.setitem(PATIENCE, Outcome[outcome], 2)
    box.trouble = [trouble("Broken.")] * 2
    plan = plan_of(harbour, content)
    out, due = round_of(plan, box), list(plan.due())
    assert out.send(due[0]) is Outcome[outcome]
    with pytest.raises(ServerGone):
        out.send(due[1])
    assert len(uncertain(harbour, NOON + timedelta(hours=1))) == (2 if trouble is MailUncertain else 0)
    assert len(list(plan.due())) == (0 if trouble is MailUncertain else 2)


def test_a_round_that_lasts_into_the_night_sends_nothing_there(
    harbour: Store, content: Content, database_url: str, box: Box
) -> None:
    clock = [NOON]
    store = open_store(database_url, lambda: clock[0])
    decent = Running(programme(step("one"), quiet_hours=QuietHours(weekends=False)), LAUNCH)
    plan = plan_of(store, content, decent)
    first, second = plan.due()
    out = round_of(plan, box)
    assert out.send(first) is Outcome.SENT
    clock[0] = NOON + timedelta(hours=11)
    assert out.send(second) is None
    assert list(plan.due()) == []
    clock[0] = NOON + timedelta(days=1)
    assert send_all(plan, box) == [Outcome.SENT]
    assert box.to == [TESS, DINA]
    store.close()


def test_a_round_beside_another_sends_nobody_a_second_mail_that_day(
    harbour: Store, content: Content, box: Box
) -> None:
    tips = Running(programme(step("tip"), name="tips"), LAUNCH)
    slow = list(plan_of(harbour, content, tips).due())
    send_all(plan_of(harbour, content, WELCOME), box)
    out = round_of(plan_of(harbour, content, tips), box)
    assert [out.send(planned) for planned in slow] == [None, None]
    assert [one.subject for one in box.letters] == ["one", "one"]


def test_what_may_have_arrived_is_listed_and_not_sent_again(
    harbour: Store, content: Content, box: Box
) -> None:
    box.trouble = [MailUncertain("No answer.")]
    assert send_all(plan_of(harbour, content), box) == [Outcome.UNCERTAIN, Outcome.SENT]
    assert send_all(plan_of(harbour, content), box) == []
    (listed,) = uncertain(harbour, NOON + timedelta(hours=1))
    assert (listed.kind, listed.recipient) == (KIND, "C-A-1")
    assert listed.about == {"programme": "tour", "step": "one", "occasion": ""}


def test_a_mail_that_cannot_be_written_names_what_is_missing_and_stands_in_no_other_ones_way(
    harbour: Store, content: Content
) -> None:
    needy = Running(programme(step("one", needs=frozenset({"csm"})), name="needy"), LAUNCH)
    found = list(plan_of(harbour, content, needy, WELCOME).due())
    assert [(one.due.programme.name, one.missing) for one in found] == [
        ("needy", ("csm",)),
        ("tour", ()),
        ("needy", ("csm",)),
        ("tour", ()),
    ]


def test_a_changed_plan_is_told_once_a_named_person_has_let_the_kit_out(
    harbour: Store, content: Content, box: Box
) -> None:
    body = "Hello.\n\n{{ include: kit }}\n"
    told = programme(step("told", body=body, needs=frozenset({"kit"})), trigger=Trigger("tier changed"))
    plan = plan_of(harbour, content, Running(told, LAUNCH))
    with harbour.begin() as work:
        work.kits.add([NewKit("A-1", 1, 2, 1, "# News\n\nNow **more**.", TODAY)])
    assert send_all(plan, box) == []
    release(harbour, 1, OLGA)
    send_all(plan, box)
    assert box.to == [TESS]
    assert "Now more." in box.letters[0].text


@pytest.fixture
def told(harbour: Store) -> Programme:
    """What tells of a changed plan; there is a kit for Tidewater that was let out."""
    with harbour.begin() as work:
        work.kits.add([NewKit("A-1", 1, 2, 1, "Now **more**.", TODAY)])
    release(harbour, 1, OLGA)
    mail = step("told", body="{{ include: kit }}\n", needs=frozenset({"kit"}))
    return programme(mail, trigger=Trigger("tier changed"), again_after=1)


def test_a_kit_whose_policy_was_rolled_back_is_not_told(
    harbour: Store, content: Content, told: Programme
) -> None:
    plan = plan_of(harbour, content, Running(told, LAUNCH))
    assert [one.person.address for one in plan.due()] == [TESS]
    publish(harbour, stricter(content), OLGA, TODAY)
    assert list(plan.due()) == []
    rollback(harbour, OLGA, TODAY)
    assert list(plan.due()) == []


def test_a_kit_is_not_told_while_somebody_keeps_the_account_in_another_tier(
    harbour: Store, content: Content, told: Programme, inquiry: Inquiry
) -> None:
    plan = plan_of(harbour, content, Running(told, LAUNCH))
    wanted = Request(tier=2, until=date(2026, 12, 31), reason="Agreed.", approver="Helen", by=OLGA)
    grant(harbour, "A-1", wanted, inquiry)
    assert list(plan.due()) == []
    with harbour.begin() as work:
        work.decisions.save([Decision("A-1", 1, False, (), 1, TODAY)])
    assert [one.person.address for one in plan.due()] == [TESS]


def test_a_kit_of_an_account_that_became_part_of_another_is_not_told(
    harbour: Store, content: Content, told: Programme
) -> None:
    merge(harbour, "A-1", "A-3", OLGA, TODAY)
    assert list(plan_of(harbour, content, Running(told, LAUNCH)).due()) == []


def test_two_kits_that_were_let_out_on_one_day_are_two_changes(
    harbour: Store, content: Content, database_url: str, told: Programme, box: Box
) -> None:
    send_all(plan_of(harbour, content, Running(told, LAUNCH)), box)
    with harbour.begin() as work:
        work.kits.add([NewKit("A-1", 1, 3, 1, "Now less.", TODAY)])
    release(harbour, 1, OLGA)
    for days in (0, 1, 2):
        later = open_store(database_url, lambda days=days: NOON + timedelta(days=days))
        send_all(plan_of(later, content, Running(told, LAUNCH)), box)
        later.close()
    assert [one.text.partition("\n")[0] for one in box.letters] == ["Now more.", "Now less."]


def test_a_pause_holds_a_round_that_is_under_way_and_the_next_one_sends_what_it_held(
    harbour: Store, content: Content, box: Box
) -> None:
    plan, pauses = plan_of(harbour, content), Pauses(harbour)
    first, second = plan.due()
    pauses.begin("tour", OLGA, "Olga")
    pauses.begin("tour", "slack:T1/vera", "Vera")
    assert round_of(plan, box).send(first) is None
    assert pauses.all()["tour"].name == "Olga"
    (running,) = running_now(harbour, [WELCOME.programme], HOUSE.site.time_zone)
    assert running.programme.paused
    pauses.end("tour", OLGA)
    assert round_of(plan, box).send(second) is Outcome.SENT
    with harbour.reading() as work:
        lines = work.audit.entries("programme tour")
    assert [one.action for one in lines] == ["pause programme", "resume programme"]


def test_a_programme_that_is_paused_is_not_launched(harbour: Store) -> None:
    zone = HOUSE.site.time_zone
    Pauses(harbour).begin("tour", OLGA, "Olga")
    running_now(harbour, [WELCOME.programme], zone, launching=True)
    assert Launches(harbour).all() == {}
    Pauses(harbour).end("tour", OLGA)
    running_now(harbour, [WELCOME.programme], zone, launching=True)
    assert Launches(harbour).all() == {"tour": NOON}


def test_a_digest_tells_of_what_is_new_since_the_last_and_where_nothing_is_nobody_misses_it(
    harbour: Store, content: Content, database_url: str, shelf: Shelf, box: Box
) -> None:
    mail = step("new", body="{{ include: new_articles }}\n", needs=frozenset({"new_articles"}))
    digest = Running(programme(mail, name="digest", trigger=Trigger("month"), again_after=20), LAUNCH)
    shelf.article("berth.md", "Berths", publish_on=TODAY)
    shelf.article("secret.md", "For the first tier", publish_on=TODAY, audience=1)

    def send(days: int) -> None:
        store = open_store(database_url, lambda: NOON + timedelta(days=days))
        today = TODAY + timedelta(days=days)
        news = cache(lambda: News.of(shelf.read(today), HOUSE.site, today))
        plan = replace(plan_of(store, content, digest), news=news, digests=frozenset({"digest"}))
        assert all(not one.missing for one in plan.due())
        send_all(plan, box)
        store.close()

    send(0)
    assert box.to == [TESS, DINA]
    assert "For the first tier (https://help.harbour.example/articles/secret)" in box.letters[0].text
    assert "For the first tier" not in box.letters[1].text
    send(20)
    assert len(box.letters) == 2
    shelf.article("mast.md", "Masts", publish_on=TODAY + timedelta(days=1))
    send(21)
    assert ["Masts" in one.text for one in box.letters] == [False, False, True, True]
    assert "Berths" not in box.letters[2].text


def test_no_article_is_read_where_nobody_is_to_hear_of_new_ones(harbour: Store, content: Content) -> None:
    mail = step("new", body="{{ include: new_articles }}\n", needs=frozenset({"new_articles"}))
    paused = programme(mail, name="digest", trigger=Trigger("month"), paused=True)
    plan = plan_of(harbour, content, WELCOME, Running(paused, LAUNCH))
    plan = replace(plan, news=lambda: pytest.fail("articles are read"), digests=frozenset({"digest"}))
    assert len(list(plan.due())) == 2


def test_whose_plan_has_office_hours_hears_of_the_next_with_a_file_for_the_calendar(
    harbour: Store, content: Content, box: Box
) -> None:
    mail = step("next", body="On {{ office_hours }}.\n", needs=frozenset({"office_hours"}))
    hours = Running(programme(mail, name="hours", trigger=Trigger("office hours", -2)), LAUNCH)
    number = Calendars(harbour).number(HOURS.digest)
    meetings = Meetings(HOURS, frozenset({3}), number, HOUSE.base)
    plan = replace(plan_of(harbour, content, hours), meetings=meetings)
    send_all(plan, box)
    send_all(plan, box)
    (letter,) = box.letters
    assert letter.to == DINA
    assert "On Tuesday, 24 November 2026, 10:00 to 10:45 (Berlin time)." in letter.text
    assert letter.calendar
    assert "UID:office-hours-2026-11-24-1@help.harbour.example" in letter.calendar


def test_each_edit_of_the_office_hours_makes_another_edition_of_the_calendar(harbour: Store) -> None:
    calendars = Calendars(harbour)
    assert [calendars.number(digest) for digest in ("a", "a", "b", "b", "a")] == [0, 0, 1, 1, 2]


def test_pages_of_contacts_leave_nobody_out(harbour: Store, content: Content) -> None:
    with harbour.begin() as work:
        people = [
            Contact(id=f"X-{number:04}", account_id="A-1", emails=(f"x{number}@tidewater.example",))
            for number in range(1200)
        ]
        work.contacts.save(people)
    seen: list[int] = []
    found = list(replace(plan_of(harbour, content), looked_at=seen.append).due())
    assert len({one.person.id for one in found}) == len(found) == 1202
    assert sum(seen) == 1202
    assert len({one.key for one in found}) == 1202


def test_a_key_fits_into_the_record_however_long_a_contacts_id_is(harbour: Store, content: Content) -> None:
    (first, *_) = _planned(plan_of(harbour, content))
    long = programme(step("s" * 40), name="p" * 40)
    one = Planned(
        replace(first.person, id="x" * 200), replace(first.due, programme=long, occasion="2026-11-22"), ()
    )
    assert len(one.key) <= 200


def _planned(plan: Plan) -> Iterator[Planned]:
    return plan.due()


def test_the_moment_of_a_round_is_that_of_the_record(harbour: Store, content: Content) -> None:
    def before() -> datetime:
        return NOON - timedelta(days=9)

    early = open_store(str(harbour.engine.url.render_as_string(hide_password=False)), before)
    assert list(plan_of(early, content).due()) == []
    early.close()


def test_whoever_finishes_the_course_that_is_the_goal_gets_no_next_mail_even_of_a_round_on_its_way(
    harbour: Store, content: Content, box: Box
) -> None:
    course = read_library(SHIPPED_CONTENT, TODAY).courses["run-the-board"]
    tour = Running(programme(step("one"), goal="done run-the-board"), LAUNCH)
    plan = replace(plan_of(harbour, content, tour), courses={"run-the-board": course})
    everything = [
        Learned(course=course.slug, lesson=lesson.id, read_at=NOON, done_at=NOON) for lesson in course.lessons
    ]
    planned = list(plan.due())
    Learning(harbour).read("C-A-1", everything, course.revision)
    Learning(harbour).read("C-A-3", everything[1:], course.revision)
    assert [round_of(plan, box).send(one) for one in planned] == [None, Outcome.SENT]
    send_all(plan, box)
    assert box.to == [DINA]
    assert about_courses(tour.programme)
    assert not about_courses(WELCOME.programme)


def tell(store: Store, *told: Event) -> None:
    assert all(one.outcome.value == "added" for one in add_events(store, told, "events"))


def test_what_a_contact_did_comes_before_what_their_account_did(
    harbour: Store, content: Content, box: Box
) -> None:
    """Both accounts went live yesterday; Tess herself signed up four days ago, told by an old address."""
    at = NOON - timedelta(days=4)
    tell(harbour, Event("e-1", f"old-{TESS}", "signed_up", at), Event("e-2", "C-A-9", "signed_up", at))
    late = Running(programme(step("one"), trigger=Trigger("signed up", 3)), LAUNCH)
    send_all(plan_of(harbour, content, late), box)
    assert box.to == [TESS]


def test_whoever_did_what_is_the_goal_gets_no_mail_and_an_event_sets_a_programme_off(
    harbour: Store, content: Content, box: Box
) -> None:
    tell(harbour, Event("e-1", "C-A-3", "invoice.sent", NOON - timedelta(hours=1)))
    nudge = programme(step("nudge"), name="nudge", goal="event invoice.sent")
    praise = programme(step("praise"), name="praise", trigger=Trigger("event invoice.sent"))
    plan = plan_of(harbour, content, Running(nudge, LAUNCH), Running(praise, LAUNCH))
    send_all(plan, box)
    assert [(one.to, one.subject) for one in box.letters] == [(TESS, "nudge"), (DINA, "praise")]
    assert plan.events == ("signed_up", "nps_answered", "invoice.sent")
    assert not about_courses(nudge)


def test_the_last_answer_of_a_contact_counts_and_not_that_of_the_account(
    harbour: Store, content: Content, box: Box
) -> None:
    thanks = Running(programme(step("thanks"), trigger=Trigger("nps answered")), LAUNCH)
    with harbour.begin() as work:
        survey = Measurement("A-1", "nps", Decimal(9), TODAY - timedelta(days=40), "survey")
        work.metrics.append([survey])
    told = [
        Event(f"e-{days}", "C-A-1", "nps_answered", NOON - timedelta(days=days), Decimal(9))
        for days in (90, 1)
    ]
    tell(harbour, *told)
    (planned,) = plan_of(harbour, content, thanks).due()
    assert (planned.person.address, planned.due.occasion) == (TESS, "2026-11-21")


def test_people_are_counted_once_although_some_mails_name_them_no_more(
    harbour: Store, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "_PAGE", 2)
    with harbour.begin() as work:
        for contact in ("C-A-1", "C-A-3", "C-gone"):
            for days in (800, 700, 1):
                key = f"{KIND}:digest:new:{days}:hash-of-{contact}"
                at = NOON - timedelta(days=days)
                about = {"programme": "digest", "step": "new", "occasion": str(days)}
                work.deliveries.claim(Delivery(key, KIND, contact, about, at, None, None, None))
    digest = programme(step("new"), name="digest", trigger=Trigger("month"), goal="signed up")
    plan = plan_of(harbour, content, Running(digest, LAUNCH))
    before = figures(plan).funnels["digest"]
    assert (before.begun, before.reached) == (3, 2)
    assert forget_old(harbour, Retention(), OLGA)["mails"] == 3
    assert figures(plan).funnels["digest"] == before
    erase(harbour, find(harbour, TESS, SECRET, OLGA, TODAY).whom, OLGA)
    after = replace(before, reached=1, ended=before.ended)
    assert figures(plan).funnels["digest"] == after
