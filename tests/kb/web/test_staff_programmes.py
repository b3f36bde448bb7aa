"""Colleagues see what each programme does and how it stands, look at every mail, try it out and pause it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.programmes.round import KIND
from kb.storage import Launches
from kb.storage.suppressions import contact_named
from kb.web.desk import desk_of
from tests.conftest import TODAY, account, an_import
from tests.kb.web.cast import STAN, TESS, colleague, form, mails, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tiering.usecases.deliveries import claim, confirm, fail

INDEX = """---
title: First steps
trigger: signed up
goal: NPS answered
again_after: 1 day
---

To make **friends**. <script>alert(1)</script>
"""
WELCOME = """---
id: welcome
subject: Welcome, {{ first_name }}
---

Hello {{ first_name }}, your person is {{ csm }}. [Berths](/articles/berths/book-a-berth)
"""
NEXT = "---\nid: next\nsubject: Next\ndelay: 3 days\n---\n\nMore of {{ account }}.\n"
PEOPLE = f"managers: [{STAN}]\nstaff: [sam@harbour.example]\n"


@pytest.fixture
def programmes(house: House) -> House:
    """A harbour with one programme, whose customers went live today."""
    house.write("people.yaml", PEOPLE)
    house.write("programmes/tour/index.md", INDEX)
    house.write("programmes/tour/01-welcome.md", WELCOME)
    house.write("programmes/tour/02-next.md", NEXT)
    house.refresh()
    store = desk_of(house.app).store
    settle(store)
    with store.begin() as work:
        saw = an_import(work)
        live: dict[str, Any] = {"went_live_on": TODAY}
        work.accounts.save([account("A-1", "Tidewater", csm="Dana", **live)], saw)
        work.accounts.save([account("A-3", "Dinghy Hire", **live)], saw)
    Launches(store).launch(["tour"])
    return house


def counted(house: House, client: FlaskClient, path: str) -> str:
    """Return a page once its numbers are there."""
    client.get(path)
    desk_of(house.app).errands.finish()
    return client.get(path).text


def test_a_programme_is_told_in_words_with_who_is_due_today_and_what_is_missing(programmes: House) -> None:
    client = colleague(programmes)
    assert "data-waiting" in client.get("/staff/programmes").text
    page = counted(programmes, client, "/staff/programmes/tour")
    text = read(page).text
    assert "It begins when the account went live." in text
    assert "It begins anew 1 day after its last mail at the earliest." in text
    assert "3 days after “Welcome, [first_name]”." in text
    assert "Runs since 22 November 2026" in text
    assert "Not sent to 1, of whom csm is missing." in text
    assert "<strong>friends</strong>" in page
    assert "<script>alert" not in page
    page = client.get("/staff/programmes").text
    assert re.findall(r'data-what="Due today">(.*?)<', page) == ["1"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "18:00 to 08:30, and weekends, on the reader's clock."),
        ('{begin: "20:00", end: "7:00", weekends: false}', "20:00 to 07:00, on the reader's clock."),
        ('{begin: "0:00", end: "0:00", weekends: true}', "Weekends, on the reader's clock."),
        ('{begin: "0:00", end: "0:00", weekends: false}', "None."),
    ],
)
def test_quiet_hours_are_said_as_they_are(programmes: House, written: str, said: str) -> None:
    head = f"trigger: signed up\nquiet_hours: {written}" if written else "trigger: signed up"
    programmes.write("programmes/tour/index.md", INDEX.replace("trigger: signed up", head))
    programmes.refresh()
    page = read(colleague(programmes).get("/staff/programmes/tour").text).text
    assert f"Quiet hours{said} Answers go to" in " ".join(page.split())


def test_how_far_it_gets_is_counted_from_the_record(programmes: House) -> None:
    desk = desk_of(programmes.app)
    for contact, step in (("C-1", "welcome"), ("C-3", "welcome"), ("C-4", "welcome"), ("C-1", "next")):
        about = {"programme": "tour", "step": step, "occasion": ""}
        claim(desk.store, f"{KIND}:tour:{step}::{contact}", KIND, contact, about)
    confirm(desk.store, f"{KIND}:tour:welcome::C-1", "<1>")
    fail(desk.store, f"{KIND}:tour:welcome::C-4", "Away.")
    desk.suppressions.add("unsubscribed", contact_named("C-3"))
    page = counted(programmes, colleague(programmes), "/staff/programmes/tour")
    found = re.findall(r'data-what="(?:Sent|Uncertain|Failed)">(.*?)<', page)
    assert found == ["1", "1", "1", "0", "1", "0"]
    assert re.findall(r'<span class="figure">(\d+)</span> ([A-Z][a-z ]+)', page) == [
        ("2", "Contacts begun"),
        ("0", "Reached the goal "),
        ("0", "Ended by the goal"),
        ("1", "Unsubscribed since"),
    ]


def test_a_manager_pauses_and_resumes_and_others_only_look_on(programmes: House) -> None:
    client = signed_in(programmes, STAN)
    path = "/staff/programmes/tour"
    assert client.post(f"{path}/pause", data=form(client, path)).status_code == 303
    assert "Paused by stan@harbour.example since" in read(client.get(path).text).text
    assert desk_of(programmes.app).pauses.holds("tour")
    sam = signed_in(programmes, "sam@harbour.example")
    assert "Let it go on" not in sam.get(path).text
    token = form(sam, f"{path}/welcome")
    assert sam.post(f"{path}/resume", data=token).status_code == 403
    assert client.post(f"{path}/resume", data=form(client, path)).status_code == 303
    assert not desk_of(programmes.app).pauses.holds("tour")


def test_a_mail_is_looked_at_as_text_and_as_html_that_may_do_nothing(programmes: House) -> None:
    client = colleague(programmes)
    page = client.get("/staff/programmes/tour/welcome")
    assert "<title>Welcome, [first_name] · Harbour help</title>" in page.text
    assert "{{" not in page.text
    assert "your person is [csm]" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'sandbox title="The mail as HTML"' in page.text
    html = client.get("/staff/programmes/tour/welcome/html")
    assert "Hello [first_name]" in html.text
    assert html.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_who_leads_looks_at_a_mail_as_a_contact_would_get_it_and_that_is_noted(programmes: House) -> None:
    client, path = signed_in(programmes, STAN), "/staff/programmes/tour/welcome"
    said = client.post(f"{path}/choose", data={**form(client, path), "email": TESS.upper()})
    look = said.headers["Location"]
    page = client.get(look).text
    assert "Welcome, Tess" in page
    assert "your person is Dana" in page
    (frame,) = re.findall(r'<iframe[^>]*src="([^"]+)"', page)
    assert "Hello Tess" in client.get(frame.replace("&amp;", "&")).text
    with desk_of(programmes.app).store.reading() as work:
        noted = [one for one in work.audit.entries("A-1") if one.action == "look at mail"]
    assert [(one.who, one.details) for one in noted] == [(f"mail:{STAN}", {"contact": "C-1"})]
    sam = signed_in(programmes, "sam@harbour.example")
    assert sam.get(look).status_code == 404
    assert sam.post(f"{path}/choose", data={**form(sam, path), "email": TESS}).status_code == 409
    assert (
        "No contact has this address."
        in client.post(f"{path}/choose", data={**form(client, path), "email": "nobody@x.example"}).text
    )
    assert client.get(f"{path}?reader=forged").status_code == 404


def test_what_a_contact_lacks_is_named(programmes: House) -> None:
    client, path = signed_in(programmes, STAN), "/staff/programmes/tour/welcome"
    said = client.post(f"{path}/choose", data={**form(client, path), "email": "dina@dinghy.example"})
    page = read(client.get(said.headers["Location"]).text).text
    assert "It would not be sent: csm is not known of this contact." in page
    assert "Welcome, Dina" in page


def test_a_mail_is_tried_out_at_ones_own_address_alone(programmes: House) -> None:
    client, path = signed_in(programmes, STAN), "/staff/programmes/tour/welcome"
    said = client.post(f"{path}/try", data={**form(client, path), "email": TESS})
    assert f"The mail is on its way to {STAN}." in said.text
    assert (mails(programmes)[-1]["To"], mails(programmes)[-1]["Subject"]) == (STAN, "Welcome, [first_name]")
    by_link = colleague(programmes)
    before = len(mails(programmes))
    assert by_link.post(f"{path}/try", data=form(by_link, "/staff/")).status_code == 409
    assert len(mails(programmes)) == before


def test_trying_out_is_limited(programmes: House) -> None:
    client, path = signed_in(programmes, STAN), "/staff/programmes/tour/next"
    token = form(client, path)
    assert [client.post(f"{path}/try", data=token).status_code for _ in range(21)][-2:] == [200, 429]


@pytest.mark.parametrize("what", ["rout", "tour/rout", "tour/x/html"])
def test_what_there_is_not_is_404(programmes: House, what: str) -> None:
    assert colleague(programmes).get(f"/staff/programmes/{what}").status_code == 404


def test_a_programme_with_a_mistake_is_named(programmes: House) -> None:
    programmes.write("programmes/broken/index.md", "---\ntrigger: rain\n---\n")
    programmes.refresh()
    page = read(colleague(programmes).get("/staff/programmes").text).text
    assert "programmes/broken/index.md, line 2: `trigger`: 'rain' is no trigger" in page
