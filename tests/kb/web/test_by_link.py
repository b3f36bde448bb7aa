"""Coming by a link of a mail: it opens the courses of one contact and nothing else, however it travels."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from kb.mail import Letter
from kb.programmes.course_link import course_token
from kb.storage.certificates import certificates
from kb.storage.door import sessions
from kb.storage.progress import attempts, lessons
from kb.storage.suppressions import UNSUBSCRIBED, contact_named, suppressions
from kb.web.desk import desk_of
from tests.conftest import NOON
from tests.kb.web.cast import DINA, TESS, code_in, colleague, form, mails, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.test_courses import answers, write
from tests.kb.web.test_leaks import AUDIENCES, EVERYTHING, MEMBER, NOBODY, SURFACES, build
from tests.kb.web.test_leaks import _answer as said
from tiering.domain.account import Contact

TESS_ID, DINA_ID, CHUCK_ID = "C-1", "C-3", "C-6"
COOKIE = "__Host-longtail-courses"


@pytest.fixture(scope="module")
def harbour_of_courses(make_house: MakeHouse) -> House:
    """The harbour with a course of two lessons for everybody, and one for each of two tiers."""
    house = make_house(read=False)
    settle(desk_of(house.app).store)
    write(house)
    for tier in (1, 3):
        house.write(f"courses/tier-{tier}/index.md", f"---\ntitle: For tier {tier}\naudience: {tier}\n---\n")
        house.write(f"courses/tier-{tier}/01-begin.md", "---\nid: begin\ntitle: Begin\n---\n\nCome in.\n")
    house.write("courses/tier-3/index.md", "---\ntitle: For tier 3\naudience: 3\ncertificate: 2 years\n---\n")
    house.refresh()
    return house


@pytest.fixture
def house(harbour_of_courses: House) -> House:
    """The same, in which nobody has done anything yet."""
    app = harbour_of_courses.app
    with desk_of(app).store.engine.begin() as connection:
        for table in (sessions, lessons, attempts, certificates, suppressions):
            connection.execute(table.delete())
    for limiter in app.extensions["limiter"]:
        limiter.reset()
    return harbour_of_courses


def link(house: House, contact: str, path: str = "/courses/ropes", days_ago: int = 0) -> str:
    """Return the link of a mail that went out so many days ago."""
    secret = desk_of(house.app).settings.secret_key
    return f"{path}?mail={course_token(secret, contact, NOON - timedelta(days=days_ago))}"


def follow(house: House, contact: str, client: FlaskClient | None = None) -> FlaskClient:
    """Return the browser of somebody who came by a contact's link."""
    client = client or house.client
    assert client.get(link(house, contact)).status_code == 303
    return client


def rows(house: House) -> int:
    with desk_of(house.app).store.reading() as work:
        return work.connection.execute(select(func.count()).select_from(sessions)).scalar_one()


def known(client: FlaskClient) -> bool:
    """Whether the pages keep the progress of whoever this is."""
    return "so your progress is kept" in client.get("/courses/ropes").text


class TestTheLink:
    """How it works, and what becomes of its token."""

    def test_it_keeps_progress_under_the_contacts_name(self, house: House) -> None:
        client = follow(house, DINA_ID)
        page = client.get("/courses/ropes").text
        assert "You came by a link in our mail to Dina, so your progress is kept." in page
        client.post("/courses/ropes/begin/done", data=form(client, "/courses/ropes/begin"))
        assert "Passed" in client.post("/courses/ropes/knots/quiz", data=answers(house, client)).text
        assert "2 of 2 lessons done" in signed_in(house, DINA).get("/courses/ropes").text

    def test_the_token_leaves_the_address_at_once_and_is_passed_to_nobody(self, house: House) -> None:
        with capture_logs() as logged:
            answer = house.client.get(link(house, DINA_ID, "/courses/ropes/knots"))
        token = link(house, DINA_ID).partition("=")[2]
        assert (answer.status_code, answer.location) == (303, "/courses/ropes/knots")
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.text.find(token) < 0
        for place in (str(logged), str(answer.headers)):
            assert token not in place
        metrics = house.client.get(
            "/metrics", headers={"Authorization": "Bearer a token of the bot's, long enough"}
        )
        assert token not in metrics.text
        (cookie,) = answer.headers.getlist("Set-Cookie")
        for word in (f"{COOKIE}=", "Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=2592000"):
            assert word in cookie
        with desk_of(house.app).store.reading() as work:
            assert token not in str(work.connection.execute(select(sessions)).mappings().all())

    def test_it_works_as_often_as_it_is_followed_and_is_one_session(self, house: House) -> None:
        first, second = follow(house, DINA_ID), follow(house, DINA_ID)
        follow(house, DINA_ID, first)
        assert known(first)
        assert known(second)
        assert rows(house) == 1

    def test_machines_that_look_at_it_first_change_nothing(self, house: House) -> None:
        answer = house.client.head(link(house, DINA_ID))
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (303, [])
        assert rows(house) == 0
        follow(house, DINA_ID)
        assert known(follow(house, DINA_ID))

    def test_it_ends_thirty_days_after_the_mail_however_late_it_is_followed(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = house.client
        answer = client.get(link(house, DINA_ID, days_ago=29))
        assert "Max-Age=86400" in answer.headers["Set-Cookie"]
        assert known(client)
        store = desk_of(house.app).store
        monkeypatch.setattr(type(store), "now", lambda _: NOON + timedelta(days=1))
        assert not known(client)

    @pytest.mark.parametrize(
        "path",
        ["/courses/ropes?mail=forged", "/courses/gone?mail=forged", "/courses/ropes/knots/quiz?mail=", "old",
         "unknown", "left", "ended"],
    )  # fmt: skip
    def test_one_that_is_not_good_shows_the_same_page_without_progress(self, house: House, path: str) -> None:
        desk_of(house.app).suppressions.add(UNSUBSCRIBED, contact_named(TESS_ID))
        path = {
            "old": link(house, DINA_ID, days_ago=30),
            "unknown": link(house, "C-404"),
            "left": link(house, CHUCK_ID),
            "ended": link(house, TESS_ID),
        }.get(path, path)
        client = house.client
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, urlsplit(path).path)
        assert answer.headers.getlist("Set-Cookie") == []
        assert rows(house) == 0
        where = urlsplit(path).path
        assert said(client.get(where))[1:] == said(house.client.get(where))[1:]

    def test_ending_the_mails_does_not_end_what_was_opened_before(self, house: House) -> None:
        client = follow(house, DINA_ID)
        desk_of(house.app).suppressions.add(UNSUBSCRIBED, contact_named(DINA_ID))
        assert known(client)
        assert not known(house.client)

    def test_without_the_record_there_is_the_page_as_everybody_sees_it(self, make_house: MakeHouse) -> None:
        house = make_house(read=False)
        settle(desk_of(house.app).store)
        write(house)
        house.refresh()
        path = link(house, DINA_ID)
        with desk_of(house.app).store.engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE kb_sessions")
        answer = house.client.get(path)
        assert (answer.status_code, answer.location) == (303, "/courses/ropes")
        assert house.client.get("/courses/ropes").status_code == 200


class TestWhoIsThereAlready:
    """No link takes the place of anybody, whoever sends it."""

    @pytest.mark.parametrize("mail_of", [TESS_ID, DINA_ID])
    def test_whoever_is_signed_in_stays_who_they_are(self, house: House, mail_of: str) -> None:
        tess = signed_in(house, TESS)
        follow(house, mail_of, tess)
        assert "came by a link" not in tess.get("/courses/ropes").text
        assert "Tidewater" in tess.get("/account").text
        tess.post("/courses/ropes/begin/done", data=form(tess, "/courses/ropes/begin"))
        assert "1 of 2 lessons done" in tess.get("/courses/ropes").text
        assert "0 of 2 lessons done" not in signed_in(house, DINA).get("/courses/ropes").text
        tess.post("/sign-out", data=form(tess, "/account"))
        assert not known(tess)

    def test_a_colleague_stays_one(self, house: House) -> None:
        client = colleague(house)
        follow(house, DINA_ID, client)
        assert client.get("/staff/").status_code == 200
        assert not known(client)

    def test_the_newest_mail_counts_and_the_page_says_whose_it_is(self, house: House) -> None:
        client = follow(house, DINA_ID)
        follow(house, TESS_ID, client)
        assert "our mail to Tess" in client.get("/courses/ropes").text

    def test_an_older_mail_of_the_same_contact_shortens_nothing(self, house: House) -> None:
        client = follow(house, DINA_ID)
        answer = client.get(link(house, DINA_ID, days_ago=20))
        assert answer.headers.getlist("Set-Cookie") == []

    def test_signing_in_takes_its_place_with_what_was_learned(self, house: House) -> None:
        client = follow(house, DINA_ID)
        client.post("/courses/ropes/begin/done", data=form(client, "/courses/ropes/begin"))
        _sign_in(house, client, DINA)
        assert client.get_cookie(COOKIE, domain="localhost") is None
        page = client.get("/courses/ropes").text
        assert "1 of 2 lessons" in page
        assert "came by a link" not in page

    def test_what_a_browser_remembers_is_not_brought_to_it(self, house: House) -> None:
        client = follow(house, DINA_ID)
        assert "data-bring" not in client.get("/courses/ropes").text
        said = {**form(client, "/courses/ropes"), "read": "ropes/begin"}
        assert client.post("/account/progress", data=said).status_code == 403

    def test_its_cookie_is_no_session_by_any_other_name(self, house: House) -> None:
        client = follow(house, DINA_ID)
        value = client.get_cookie(COOKIE, domain="localhost").value  # type: ignore[union-attr]
        other = house.client
        other.set_cookie("__Host-longtail", value, domain="localhost", secure=True)
        assert other.get("/account").status_code == 303
        whole = signed_in(house, DINA).get_cookie("__Host-longtail", domain="localhost")
        assert whole
        other = house.client
        other.set_cookie(COOKIE, whole.value, domain="localhost", secure=True)
        assert not known(other)

    def test_not_you_ends_it_in_this_browser_and_in_no_other(self, house: House) -> None:
        client, other = follow(house, DINA_ID), follow(house, DINA_ID)
        assert "Not Dina?" in client.get("/courses/ropes").text
        client.post("/sign-out", data=form(client, "/courses/ropes"))
        assert not known(client)
        assert known(other)

    def test_the_contact_sees_it_among_their_sessions_and_can_end_it(self, house: House) -> None:
        stranger, dina = follow(house, DINA_ID), signed_in(house, DINA)
        assert "by a link in a mail, for courses only" in dina.get("/account").text
        dina.post("/account/end", data=form(dina, "/account"))
        assert not known(stranger)


def _sign_in(house: House, client: FlaskClient, email: str, path: str = "/sign-in") -> TestResponse:
    client.post("/sign-in", data={**form(client, path), "email": email})
    code = code_in(mails(house)[-1])
    return client.post("/sign-in/code", data={**form(client, "/sign-in/code"), "code": code})


class TestEverythingElse:
    """It asks for a fresh code, and leads back."""

    @pytest.mark.parametrize("path", ["/account", "/account/team", "/certificates/for/ropes"])
    def test_it_asks_for_a_code_says_why_and_leads_back(self, house: House, path: str) -> None:
        client = follow(house, DINA_ID)
        asked = client.get(path)
        assert asked.status_code == 303
        assert "The link in our mail opens your courses." in client.get(asked.location).text
        assert "The link in our mail" not in house.client.get(asked.location).text
        assert _sign_in(house, client, DINA, asked.location).location == path

    def test_a_certificate_of_a_course_for_few_is_reached_by_a_code_too(self, house: House) -> None:
        client = follow(house, DINA_ID)
        client.post("/courses/tier-3/begin/done", data=form(client, "/courses/tier-3/begin"))
        page = client.get("/courses/tier-3").text
        assert 'href="/sign-in?next=/certificates/for/tier-3">Get your certificate' in page
        assert client.get("/certificates/for/tier-3").status_code == 404

    def test_nobody_is_issued_a_certificate_or_shown_one_by_it(self, house: House) -> None:
        dina = signed_in(house, DINA)
        dina.post("/courses/ropes/begin/done", data=form(dina, "/courses/ropes/begin"))
        dina.post("/courses/ropes/knots/quiz", data=answers(house, dina))
        client = follow(house, DINA_ID)
        said = {**form(client, "/courses/ropes"), "name": "Mallory"}
        assert client.post("/certificates/for/ropes", data=said).status_code == 403
        issued = dina.post("/certificates/for/ropes", data={**form(dina, "/courses/ropes"), "name": "Dina"})
        assert issued.location not in client.get("/courses/ropes").text
        assert issued.location in dina.get("/courses/ropes").text

    def test_who_writes_to_us_by_it_is_nobody(self, house: House) -> None:
        client = follow(house, DINA_ID)
        page = client.get("/contact").text
        assert DINA not in page
        assert "Dina" not in page

    def test_a_name_that_would_be_run_is_shown_as_it_is_written(self, house: House) -> None:
        contact = Contact(
            id="C-9", account_id="A-3", emails=("x@dinghy.example",), name="<script>x()</script>"
        )
        with desk_of(house.app).store.begin() as work:
            work.contacts.save([contact])
        page = follow(house, "C-9").get("/courses/ropes").text
        assert "our mail to &lt;script&gt;x()&lt;/script&gt;," in page
        assert "<script>x()" not in page

    def test_courses_for_few_are_those_of_the_contact(self, house: House) -> None:
        client = follow(house, DINA_ID)
        assert client.get("/courses/tier-3/begin").status_code == 200
        assert client.get("/courses/tier-1/begin").status_code == 404
        assert house.client.get("/courses/tier-3/begin").status_code == 404


@pytest.fixture(scope="module")
def aviary(make_house: MakeHouse) -> House:
    """The whole shelf of the leak matrix."""
    return build(make_house)


@pytest.fixture(scope="module")
def dina(aviary: House) -> FlaskClient:
    """The browser of somebody who came by a link of Dina's mail."""
    client = aviary.client
    assert client.get(link(aviary, DINA_ID, "/courses/welcome")).status_code == 303
    return client


class TestTheMatrix:
    """Every surface: a stranger's but for the courses, which are the contact's."""

    def test_outside_the_courses_every_answer_is_a_strangers(self, aviary: House, dina: FlaskClient) -> None:
        kept = {"Cache-Control", "Vary"}
        for path in SURFACES:
            if path.startswith(("/courses", "/sign-in", "/files/translated/")):
                continue
            mine, theirs = (said(client.get(path)) for client in (dina, aviary.client))
            assert (mine[0], mine[2]) == (theirs[0], theirs[2]), path
            headers = [[one for one in answer[1] if one[0] not in kept] for answer in (mine, theirs)]
            assert headers[0] == headers[1], path

    def test_the_courses_are_those_of_the_contact(self, dina: FlaskClient) -> None:
        sees = MEMBER | {"harrier"}
        for word in EVERYTHING:
            status = 200 if word in sees else 404
            for path in (
                f"/courses/{word}-course",
                f"/courses/{word}-course/begin",
                f"/courses/{word}-course/begin/quiz",
                f"/files/translated/{word}-lesson.svg",
            ):
                assert dina.get(path).status_code == status, path
            assert (f"{word}-course" in dina.get("/courses").text) == (word in sees)
            assert (f"{word}-course" in dina.get("/courses/welcome").text) == (word in sees)
            assert (f"{word}-course" in dina.get("/").text) == (word in NOBODY)
            name = AUDIENCES[word][0]
            assert (dina.get(f"/articles/{name}/{word}-guide").status_code == 200) == (word in NOBODY)

    def test_what_is_not_found_among_the_courses_suggests_nothing_hidden(self, dina: FlaskClient) -> None:
        for word in EVERYTHING - NOBODY:
            page = dina.get(f"/courses/{word}-guid").text
            assert f"{word}-guide" not in page.replace(f'{word}-guid"', "")


def test_a_kept_mail_shows_colleagues_no_token(make_house: MakeHouse) -> None:
    house = make_house()
    settle(desk_of(house.app).store)
    url = f"https://help.harbour.example{link(house, DINA_ID)}"
    mailer = desk_of(house.app).mailer
    assert mailer
    mailer.send(Letter(DINA, "Hello", f"See {url}\n", html=f'<a href="{url}">See</a>'))
    (path,) = (house.data / "mails").glob("*.eml")
    client = colleague(house)
    for page in (f"/staff/outbox/{path.stem}", f"/staff/outbox/{path.stem}/html"):
        text = client.get(page).text
        assert "https://help.harbour.example/courses/ropes" in text
        assert "mail=" not in text
