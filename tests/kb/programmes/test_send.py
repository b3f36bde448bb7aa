"""`kb send` as people run it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
from pydantic import SecretStr

from kb.progress import Learned
from kb.storage import Learning, Pauses, Visits
from kb.visit import Searched, Visit, visit_key
from tests.conftest import OLGA, MakeUrl, account, an_import
from tests.kb.command import Kb
from tests.kb.shelf import Shelf
from tests.kb.test_mail import Box, hanging
from tests.kb.test_mail import box as box
from tests.kb.test_mail import plain as plain
from tiering.content import read_content
from tiering.domain.account import Contact
from tiering.domain.decision import Decision
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.policy import publish_first
from tiering.usecases.record import Store, open_store

INDEX = '---\ntrigger: signed up\nquiet_hours: {begin: "0:00", end: "0:00", weekends: false}\n---\n'
WELCOME = "---\nid: welcome\nsubject: Welcome, {{ first_name }}\n---\nHello {{ first_name }}.\n"


SECRET = SecretStr("a secret of the pages, long enough")


def now() -> datetime:
    return datetime.now(UTC)


def settle(store: Store, people: int) -> None:
    """Put the people of a customer into the record, who signed up today."""
    publish_first(store, read_content(SHIPPED_CONTENT), OLGA, now().date())
    with store.begin() as work:
        saw = an_import(work)
        work.accounts.save([account("A-1", "Tidewater", went_live_on=now().date())], saw)
        work.decisions.save([Decision("A-1", 3, False, (), 1, now().date())])
        work.contacts.save(
            [
                Contact(
                    id=f"C-{number}",
                    account_id="A-1",
                    emails=(f"c{number}@tidewater.example",),
                    name=f"Contact {number}",
                )
                for number in range(people)
            ]
        )


@pytest.fixture
def record(make_url: MakeUrl, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A record with two customers who signed up today."""
    url = make_url("sqlite")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", SECRET.get_secret_value())
    monkeypatch.delenv("SMTP_URL", raising=False)
    store = open_store(url, now)
    settle(store, 2)
    yield store
    store.close()


@pytest.fixture
def tour(shelf: Shelf) -> Path:
    home = shelf.folder / "programmes" / "tour"
    home.mkdir(parents=True)
    (home / "index.md").write_text(INDEX)
    (home / "01-welcome.md").write_text(WELCOME)
    return home


def kept(folder: Path) -> list[EmailMessage]:
    files = sorted((folder / "data" / "mails").glob("*.eml"))
    return [BytesParser(policy=default).parsebytes(path.read_bytes()) for path in files]


@pytest.mark.usefixtures("record", "tour")
def test_send_says_what_it_sent_and_the_next_time_that_there_is_nothing(kb: Kb, tmp_path: Path) -> None:
    rehearsed = kb("send", "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.err) == (0, "")
    assert json.loads(rehearsed.out) == {
        "mails": 2,
        "steps": [{"programme": "tour", "step": "welcome", "mails": 2}],
    }
    assert kept(tmp_path) == []
    sent = kb("send", "--keep", "--per-minute", "1000000")
    assert sent.code == 0
    assert sent.out.split() == ["Programme", "Step", "Mails", "tour", "welcome", "2"]
    assert [mail["To"] for mail in kept(tmp_path)] == ["c0@tidewater.example", "c1@tidewater.example"]
    assert kept(tmp_path)[0]["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/unsubscribe/")
    again = kb("send", "--keep")
    assert (again.code, again.out, again.err) == (0, "", "No mails sent.\n")


@pytest.mark.usefixtures("record", "tour")
def test_without_a_mail_server_nothing_is_sent_unless_mails_are_to_be_kept(kb: Kb) -> None:
    ran = kb("send")
    assert (ran.code, ran.err) == (
        2,
        "SMTP_URL is not set; with --keep the mails are kept in DATA_DIR/mails\n",
    )


@pytest.mark.usefixtures("tour")
def test_a_missing_name_stops_the_mail_and_is_named_with_the_file(
    kb: Kb, record: Store, shelf: Shelf, tmp_path: Path
) -> None:
    with record.begin() as work:
        work.contacts.save([Contact(id="C-0", account_id="A-1", emails=("c0@tidewater.example",))])
    ran = kb("send", "--keep")
    assert ran.code == 1
    assert ran.err == (
        f"{shelf.folder}/programmes/tour/01-welcome.md:5: not sent to 1 contact without `first_name`; "
        "{{ first_name | words }} says something else instead\n"
    )
    assert [mail["To"] for mail in kept(tmp_path)] == ["c1@tidewater.example"]


@pytest.mark.usefixtures("record")
def test_a_launch_is_remembered_and_what_was_before_it_is_for_backfill_alone(
    kb: Kb, record: Store, tour: Path, tmp_path: Path
) -> None:
    with record.begin() as work:
        saw = an_import(work)
        before = now().date() - timedelta(days=9)
        work.accounts.save([account("A-1", "Tidewater", went_live_on=before)], saw)
    assert kb("send", "--keep").err == "No mails sent.\n"
    (tour / "index.md").write_text(INDEX + "Edited.\n")
    assert kb("send", "--keep", "--backfill", "tour").code == 0
    assert len(kept(tmp_path)) == 2


@pytest.mark.usefixtures("record")
def test_while_the_course_of_its_goal_is_being_mended_a_programme_sends_nothing(
    kb: Kb, shelf: Shelf, tour: Path, tmp_path: Path
) -> None:
    shelf.course("ropes", "title: Ropes")
    lesson = shelf.lesson("ropes/01-begin", "id: begin\ntitle: Begin")
    (tour / "index.md").write_text(INDEX.replace("quiet", "goal: done ropes\nquiet"))
    good = lesson.read_text()
    lesson.write_text(good.replace("id: begin", "id: ''"))
    ran = kb("send", "--keep")
    assert ran.code == 1
    assert ran.err == f"{tour}/index.md:3: `goal`: there is no course `ropes`\nNo mails sent.\n"
    lesson.write_text(good)
    assert kb("send", "--keep").code == 0
    assert len(kept(tmp_path)) == 2


@pytest.mark.usefixtures("record", "tour")
def test_a_name_that_no_programme_has_is_wrong_usage(kb: Kb) -> None:
    ran = kb("send", "--dry-run", "--backfill", "tuor")
    assert ran.code == 2
    assert "There is no sound programme tuor; expected one of tour." in ran.err


@pytest.mark.usefixtures("record")
def test_a_programme_with_a_mistake_is_named_and_others_are_sent(kb: Kb, tour: Path, tmp_path: Path) -> None:
    broken = tour.with_name("broken")
    broken.mkdir()
    (broken / "index.md").write_text("---\ntrigger: rain\n---\n")
    (broken / "01-a.md").write_text(WELCOME)
    ran = kb("send", "--keep")
    assert ran.code == 1
    assert "programmes/broken/index.md:2: `trigger`: 'rain' is no trigger" in ran.err
    assert len(kept(tmp_path)) == 2


@pytest.mark.usefixtures("record")
def test_a_paused_programme_sends_nothing_and_is_not_launched(kb: Kb, tour: Path) -> None:
    (tour / "index.md").write_text(INDEX.replace("---\n", "---\npaused: true\n", 1))
    assert kb("send", "--keep").err == "No mails sent.\nPaused: tour.\n"
    (tour / "index.md").write_text(INDEX)
    assert json.loads(kb("send", "--dry-run", "--json").out)["mails"] == 2


@pytest.mark.usefixtures("tour")
def test_what_a_colleague_has_paused_is_not_sent_until_it_goes_on(kb: Kb, record: Store) -> None:
    Pauses(record).begin("tour", OLGA, "Olga")
    assert json.loads(kb("send", "--dry-run", "--json").out)["mails"] == 0
    assert kb("send", "--keep").err == "No mails sent.\nPaused: tour.\n"
    Pauses(record).end("tour", OLGA)
    assert json.loads(kb("send", "--dry-run", "--json").out)["mails"] == 2


@pytest.mark.usefixtures("record")
def test_a_mail_about_office_hours_carries_the_session_for_the_calendar(
    kb: Kb, tour: Path, shelf: Shelf, tmp_path: Path
) -> None:
    tomorrow = now() + timedelta(days=1)
    hours = (
        f'where: https://meet.example\nminutes: 30\ntime_zone: UTC\ndates: ["{tomorrow:%Y-%m-%d %H:%M}"]\n'
    )
    (shelf.folder / "office-hours.yaml").write_text(hours)
    (tour / "index.md").write_text(INDEX.replace("signed up", "1 day before office hours"))
    (tour / "01-welcome.md").write_text("---\nid: a\nsubject: Come\n---\n{{ office_hours }}\n")
    assert kb("send", "--keep").code == 0
    (part,) = kept(tmp_path)[0].iter_attachments()
    assert isinstance(part, EmailMessage)
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "office-hours.ics")
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert f"DTSTART:{tomorrow:%Y%m%dT%H%M}00Z\r\n" in part.get_content()


@pytest.mark.usefixtures("record")
def test_a_digest_lists_what_is_new_and_is_not_missed_where_nothing_is(
    kb: Kb, tour: Path, shelf: Shelf, tmp_path: Path
) -> None:
    (tour / "index.md").write_text(INDEX.replace("signed up", "every month"))
    (tour / "01-welcome.md").write_text("---\nid: a\nsubject: New\n---\n{{ include: new_articles }}\n")
    assert kb("send", "--keep", "--backfill", "tour").err == "No mails sent.\n"
    shelf.article("berth.md", "Berths", publish_on=now().date())
    assert kb("send", "--keep", "--backfill", "tour").code == 0
    body = kept(tmp_path)[0].get_body(("plain",))
    assert body
    assert "Berths (http://127.0.0.1:8000/articles/berth)" in body.get_content()


@pytest.mark.usefixtures("record", "tour")
def test_every_mail_can_be_looked_at_before_a_customer_gets_one(kb: Kb, tmp_path: Path) -> None:
    ran = kb("try-mails", "stan@harbour.example", "tour", "--keep")
    assert (ran.code, ran.err) == (0, "1 mail for stan@harbour.example.\n")
    (mail,) = kept(tmp_path)
    assert (mail["To"], mail["Subject"]) == ("stan@harbour.example", "Welcome, [first_name]")
    assert kb("try-mails", "nobody", "--keep").code == 2


@pytest.mark.usefixtures("record", "tour")
def test_what_did_not_simply_go_out_is_counted(
    kb: Kb, box: Box, plain: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: object, session: object, envelope: object, address: str, options: object) -> str:
        return "550 5.1.1 nobody" if address.startswith("c0@") else "452 full"

    box.handle_RCPT = refuse  # type: ignore[attr-defined]  # aiosmtpd looks for it by name
    monkeypatch.setenv("MAIL_FROM", "help@harbour.example")
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{plain}")
    said = kb("send").err
    assert "Mails to addresses that nobody has, which get no more of them: 1.\n" in said
    assert "Mails that the server did not take, and that are tried again at the next round: 1.\n" in said
    with hanging([], "answer", dies=True) as port:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
        said = kb("send").err
    assert "Mails that may have arrived or not, as `tiering deliveries` lists: 1.\n" in said


@pytest.mark.usefixtures("tour")
def test_a_mail_says_what_next_to_each_as_it_goes_out(
    kb: Kb, record: Store, shelf: Shelf, tour: Path, tmp_path: Path
) -> None:
    shelf.course("ropes", "title: Ropes")
    shelf.course("decks", "title: Decks\naudience: 1")
    for course in ("ropes", "decks"):
        for number in (1, 2, 3):
            shelf.lesson(f"{course}/0{number}-l", f"id: l{number}\ntitle: Lesson {number}")
    (shelf.folder / "site.yaml").write_text("languages: [en, de]\n")
    shelf.article("bills/bowline.md", "Tie a bowline", "A knot that holds.")
    shelf.article("bills/bowline.de.md", "Bowline knüpfen", "A knot: ein Knoten, der hält.")
    with record.begin() as work:
        work.contacts.save([replace(work.contacts.among(["C-1"])["C-1"], language="de-AT")])
    (tour / "01-welcome.md").write_text(
        "---\nid: welcome\nsubject: Next\n---\nNext:\n\n{{ include: next }}\n"
    )
    read = Learned(course="ropes", lesson="l1", read_at=now(), done_at=now())
    Learning(record).read("C-0", [read], "r")
    day = now().date()
    visit = Visit(key=visit_key(SECRET, day, "contact", "C-1"), day=day, kind="contact")
    asked = Searched(visit=visit, at=now(), query="bowline *knot*", results=1, nearest=False)
    Visits(record).record([asked])
    assert kb("index").code == 0
    assert json.loads(kb("send", "--dry-run", "--json").out)["mails"] == 2
    assert kb("send", "--keep").code == 0
    first, second = (mail.get_body(("plain",)).get_content() for mail in kept(tmp_path))  # type: ignore[union-attr]
    assert "Lesson 2 (http://127.0.0.1:8000/courses/ropes/l2?mail=" in one_line(first)
    assert "): You have done 1 of 3 lessons of Ropes." in one_line(first)
    assert "bowline" not in first
    assert (
        "Bowline knüpfen (http://127.0.0.1:8000/articles/bills/bowline.de): You looked for "
        "“bowline *knot*” today." in one_line(second)
    )
    assert "Decks" not in first + second


def one_line(text: str) -> str:
    return " ".join(text.split())
