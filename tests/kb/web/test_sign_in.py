"""Signing in by mail: codes and links that work once, for a while, and tell nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from kb.web.app import create_app, live
from kb.web.desk import desk_of
from tests.conftest import NOON
from tests.kb.web.cast import (
    CHUCK,
    DINA,
    PETRA,
    STAN,
    TESS,
    code_in,
    colleague,
    form,
    link_in,
    mails,
    settle,
    signed_in,
)
from tests.kb.web.conftest import House, MakeHouse, settings
from tests.kb.web.page import read
from tiering.usecases.deliveries import delivered

STRANGER = "stranger@nowhere.example"
COOKIE = "__Host-longtail"


@pytest.fixture
def door(make_house: MakeHouse) -> House:
    """The harbour's help centre with the cast in its record."""
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("people.yaml", f"staff: [{STAN}]\n")
    house.write("articles/secret.md", "---\naudience: 1\n---\n# A secret\n")
    house.refresh()
    return house


class Moving:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(door: House, monkeypatch: pytest.MonkeyPatch) -> Moving:
    """The clock of the door's record, to be moved on."""
    moving = Moving()
    monkeypatch.setattr(desk_of(door.app).store, "_clock", moving)
    return moving


def ask(client: FlaskClient, email: str, path: str = "/sign-in") -> int:
    return client.post("/sign-in", data={**form(client, path), "email": email}).status_code


def type_in(client: FlaskClient, code: str) -> int:
    return client.post("/sign-in/code", data={**form(client, "/sign-in/code"), "code": code}).status_code


def test_a_customer_signs_in_by_a_code_and_comes_back_to_where_they_were(door: House) -> None:
    client = door.client
    assert client.get("/articles/secret").status_code == 404
    ask(client, TESS.upper(), "/sign-in?next=/articles/secret")
    (mail,) = mails(door)
    assert (mail["To"], mail["From"]) == (TESS, "Harbour <help@harbour.example>")
    assert mail["Subject"] == "Sign in to Harbour help"
    answer = client.post(
        "/sign-in/code",
        data={**form(client, "/sign-in/code"), "code": f" {code_in(mail)[:3]} {code_in(mail)[3:]} "},
    )
    assert answer.headers["Location"] == "/articles/secret"
    assert client.get("/articles/secret").status_code == 200


def test_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(door: House) -> None:
    client = door.client
    ask(client, TESS)
    answer = client.post(
        "/sign-in/code", data={**form(client, "/sign-in/code"), "code": code_in(mails(door)[0])}
    )
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}=")]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert part in cookie.split("; ")
    assert "Domain" not in cookie


@pytest.mark.parametrize("email", [TESS, PETRA, STAN, CHUCK, STRANGER])
def test_the_answer_says_nothing_of_whether_an_address_is_known(door: House, email: str) -> None:
    client = door.client
    answer = client.post("/sign-in", data={**form(client, "/sign-in"), "email": email})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in/code")
    page = client.get("/sign-in/code").text
    assert email not in page
    assert "If we know your address" in page
    assert len(mails(door)) == (email not in {CHUCK, STRANGER})
    wrong = client.post("/sign-in/code", data={**form(client, "/sign-in/code"), "code": "12345x"})
    assert wrong.status_code == 400
    assert "That code is not right" in wrong.text


def test_a_request_does_the_same_work_for_every_address(door: House, monkeypatch: pytest.MonkeyPatch) -> None:
    at = desk_of(door.app)
    monkeypatch.setattr(at.post, "later", lambda _: None)
    asked: list[str] = []
    for engine in (at.store.engine, at.store._readers):
        event.listen(engine, "before_cursor_execute", lambda *found: asked.append(found[2]))

    def work_for(email: str) -> list[str]:
        client = door.client
        fields = form(client, "/sign-in")
        asked.clear()
        assert client.post("/sign-in", data={**fields, "email": email}).status_code == 303
        return list(asked)

    assert work_for(TESS) == work_for(STAN) == work_for(STRANGER) == work_for(CHUCK)
    assert len(work_for(DINA)) == 3


def test_looking_at_the_link_uses_nothing_up_and_pressing_the_button_does(door: House) -> None:
    ask(door.client, DINA)
    path = link_in(mails(door)[0])
    scanner = door.client
    for _ in range(3):
        assert scanner.get(path).status_code == 200
        assert scanner.head(path).status_code == 200
    assert COOKIE not in str(scanner.get(path).headers)
    phone = door.client
    assert DINA in read(phone.get(path).text).text
    assert phone.post("/sign-in/link", data=form(phone, path)).headers["Location"] == "/"
    assert "Your account" in phone.get("/").text
    assert door.client.get(path).status_code == 404
    assert "no longer valid" in door.client.get(path).text


def test_a_link_that_was_used_by_its_code_is_used(door: House) -> None:
    client = signed_in(door, DINA)
    assert client.get(link_in(mails(door)[0])).status_code == 404


def test_of_many_who_press_at_once_one_comes_in(door: House) -> None:
    ask(door.client, DINA)
    path = link_in(mails(door)[0])
    browsers = [door.client for _ in range(6)]
    fields = [form(browser, path) for browser in browsers]
    with ThreadPoolExecutor(6) as threads:
        codes = threads.map(
            lambda pair: pair[0].post("/sign-in/link", data=pair[1]).status_code,
            zip(browsers, fields, strict=True),
        )
        assert sorted(codes) == [303, 404, 404, 404, 404, 404]


def test_a_code_may_be_tried_five_times(door: House) -> None:
    client = door.client
    ask(client, TESS)
    right = code_in(mails(door)[0])
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [type_in(client, wrong) for _ in range(5)] == [400] * 5
    assert type_in(client, right) == 400


def test_the_fifth_try_may_be_the_right_one(door: House) -> None:
    client = door.client
    ask(client, TESS)
    right = code_in(mails(door)[0])
    assert [type_in(client, "") for _ in range(4)] == [400] * 4
    assert type_in(client, right) == 303


def test_a_code_counts_only_in_the_browser_that_asked_for_it(door: House) -> None:
    victim, thief = door.client, door.client
    ask(victim, TESS)
    ask(thief, STRANGER)
    assert type_in(thief, code_in(mails(door)[0])) == 400
    assert type_in(victim, code_in(mails(door)[0])) == 303


def test_code_and_link_end_after_a_quarter_of_an_hour(door: House, clock: Moving) -> None:
    client = door.client
    ask(client, TESS)
    (mail,) = mails(door)
    clock.now = NOON + timedelta(minutes=15)
    assert type_in(client, code_in(mail)) == 400
    assert client.get(link_in(mail)).status_code == 404


def test_nothing_that_is_kept_lets_anybody_in(door: House) -> None:
    client = door.client
    ask(client, TESS)
    (mail,) = mails(door)
    kept = b"".join(path.read_bytes() for path in door.data.parent.glob("longtail.db*"))
    assert code_in(mail).encode() not in kept
    assert link_in(mail).partition("=")[2].encode() not in kept
    type_in(client, code_in(mail))
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    kept = b"".join(path.read_bytes() for path in door.data.parent.glob("longtail.db*"))
    assert cookie.value.encode() not in kept


@pytest.mark.parametrize(
    "email", ["", "tess", "tess@", "@tidewater.example", "a b@c.example", "a@b@c", "a\r\nBcc: b@c.example",
              "tess@tidewater.example,b@c.example", "<tess@tidewater.example>", "x" * 400 + "@c.example"]
)  # fmt: skip
def test_what_is_no_address_is_said_and_kept_for_mending(door: House, email: str) -> None:
    client = door.client
    answer = client.post("/sign-in", data={**form(client, "/sign-in"), "email": email})
    assert answer.status_code == 400
    assert "Please write a whole e-mail address" in read(answer.text).text
    assert mails(door) == []


def test_every_form_needs_its_token(door: House) -> None:
    client = signed_in(door, TESS)
    for path, data in (
        ("/sign-in", {"email": TESS}),
        ("/sign-in/code", {"code": "123456"}),
        ("/sign-in/link", {"token": "x"}),
        ("/sign-out", {}),
        ("/account/end", {}),
        ("/staff/preview", {"as": "1"}),
    ):
        answer = client.post(path, data=data)
        assert answer.status_code == 400, path
        assert "load the page and try again" in answer.text
    assert len(mails(door)) == 1


def test_a_cookie_that_somebody_planted_before_opens_nothing_afterwards(door: House) -> None:
    client = door.client
    client.set_cookie(COOKIE, "planted", domain="localhost", secure=True)
    ask(client, TESS)
    type_in(client, code_in(mails(door)[0]))
    planted = door.client
    planted.set_cookie(COOKIE, "planted", domain="localhost", secure=True)
    assert planted.get("/articles/secret").status_code == 404
    assert client.get("/articles/secret").status_code == 200


def test_signing_in_again_ends_the_session_before(door: House) -> None:
    client = signed_in(door, TESS)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    path = "/sign-in/link"
    ask(door.client, DINA)
    client.post(path, data=form(client, link_in(mails(door)[-1])))
    assert "Dinghy Hire" in client.get("/account").text
    old = door.client
    old.set_cookie(COOKIE, cookie.value, domain="localhost", secure=True)
    assert old.get("/articles/secret").status_code == 404


def test_a_session_ends_when_it_is_ended_here_or_everywhere(door: House) -> None:
    laptop, phone, tablet = (signed_in(door, TESS) for _ in range(3))
    account = laptop.get("/account").text
    assert account.count("End</button>") == 2
    laptop.post("/account/end", data=form(laptop, "/account") | {"session": _first_other(account)})
    seen = [client.get("/articles/secret").status_code for client in (laptop, phone, tablet)]
    assert sorted(seen) == [200, 200, 404]
    laptop.post("/sign-out", data={**form(laptop, "/account"), "everywhere": "yes"})
    assert [client.get("/articles/secret").status_code for client in (laptop, phone, tablet)] == [404] * 3


def _first_other(page: str) -> str:
    return page.partition('name="session" value="')[2].partition('"')[0]


def test_nobody_ends_the_session_of_another(door: House) -> None:
    tess, dina = signed_in(door, TESS), signed_in(door, DINA)
    here = desk_of(door.app).door.sessions_of("contact", "C-1", NOON)[0]
    dina.post("/account/end", data={**form(dina, "/account"), "session": here.key})
    assert tess.get("/articles/secret").status_code == 200


def test_signing_out_takes_the_cookie_back(door: House) -> None:
    client = signed_in(door, TESS)
    client.post("/sign-out", data=form(client, "/account"))
    assert client.get_cookie(COOKIE) is None
    assert "Sign in" in client.get("/").text


def test_a_session_ends_by_itself(door: House, clock: Moving) -> None:
    tess, stan = signed_in(door, TESS), signed_in(door, STAN)
    clock.now = NOON + timedelta(hours=12)
    assert tess.get("/articles/secret").status_code == 200
    assert stan.get("/articles/secret").status_code == 404
    clock.now = NOON + timedelta(days=30)
    assert tess.get("/articles/secret").status_code == 404


def test_a_new_tier_counts_within_a_minute(door: House, clock: Moving) -> None:
    tess = signed_in(door, TESS)
    assert tess.get("/articles/secret").status_code == 200
    with desk_of(door.app).store.begin() as work:
        now = work.decisions.current(["A-1"])["A-1"]
        work.decisions.save([type(now)("A-1", 3, False, (), 1, now.decided_on)])
    clock.now = NOON + timedelta(minutes=1)
    assert tess.get("/articles/secret").status_code == 404
    assert "Essential" in tess.get("/account").text


def test_a_colleague_who_is_no_longer_listed_is_out(door: House) -> None:
    stan = signed_in(door, STAN)
    assert stan.get("/staff/").status_code == 200
    door.write("people.yaml", "staff: []\n")
    door.refresh()
    assert stan.get("/staff/").status_code == 404
    assert stan.get("/articles/secret").status_code == 404


def test_a_link_for_staff_lets_in_one_colleague_once(door: House) -> None:
    client = colleague(door)
    assert client.get("/staff/").status_code == 200
    assert client.get("/articles/secret").status_code == 200


def test_a_mail_goes_out_through_the_record_of_deliveries(door: House) -> None:
    ask(door.client, TESS)
    mails(door)
    with desk_of(door.app).store.engine.connect() as connection:
        key = connection.exec_driver_sql("SELECT key FROM kb_invitations").scalar_one()
    sent = delivered(desk_of(door.app).store, f"sign-in:{key}")
    assert sent is not None
    assert (sent.kind, sent.recipient, sent.sent_at) == ("sign-in", TESS, NOON)


@pytest.mark.parametrize(
    "going",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "/%09/evil.example\t", "/\t/evil.example", "evil", "///evil.example", "/a\r\nSet-Cookie: x=1"],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_elsewhere(door: House, going: str) -> None:
    client = door.client
    client.post("/sign-in", data={**form(client, "/sign-in"), "email": TESS, "next": going})
    code = code_in(mails(door)[0])
    answer = client.post("/sign-in/code", data={**form(client, "/sign-in/code"), "code": code})
    assert answer.headers["Location"] == "/"


def test_without_a_mail_server_a_server_promises_no_mail(door: House) -> None:
    from kb.config import DeployedSettings

    given = settings(door.data.parent, door.content)
    app = create_app(DeployedSettings(**given.model_dump()), clock=desk_of(door.app).store.now)
    live(app).refresh()
    client = app.test_client()
    page = client.get("/sign-in").text
    assert 'type="email"' not in page
    assert "You cannot sign in on this page" in page


def test_while_the_record_is_away_everybody_is_nobody_and_nothing_is_stored(
    make_house: MakeHouse,
) -> None:
    house = make_house(database_url="postgresql://a:b@127.0.0.1:9/none", upgraded=False)
    client = house.client
    client.set_cookie(COOKIE, "anything", domain="localhost", secure=True)
    answer = client.get("/articles/welcome")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    asked = client.post("/sign-in", data={**form(client, "/sign-in"), "email": TESS})
    assert asked.status_code == 503


def test_asking_is_limited_by_address_and_by_visitor(make_house: MakeHouse) -> None:
    house = make_house(proxy_hops=1)
    client = house.client

    def post(email: str, visitor: str) -> int:
        headers = {"X-Forwarded-For": visitor}
        fields = {**form(client, "/sign-in"), "email": email}
        return client.post("/sign-in", data=fields, headers=headers).status_code

    by_address = [post(STRANGER, f"203.0.113.{number}") for number in range(6)]
    assert by_address == [303] * 5 + [429]
    by_visitor = [post(f"a{number}@nowhere.example", "198.51.100.7") for number in range(21)]
    assert by_visitor == [303] * 20 + [429]
    by_network = [post(f"b{number}@nowhere.example", f"2001:db8::{number}") for number in range(21)]
    assert by_network == [303] * 20 + [429]


def test_searching_is_limited_but_not_for_machines_of_ours(make_house: MakeHouse) -> None:
    house = make_house(proxy_hops=1)
    client = house.client

    def last(path: str, often: int, **headers: str) -> int:
        return [client.get(path, headers=headers).status_code for _ in range(often)][-1]

    assert last("/search?q=berth", 120, **{"X-Forwarded-For": "203.0.113.9"}) == 200
    answer = client.get("/search?q=berth", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "a little too fast" in answer.text
    assert last("/search?q=berth", 1, **{"X-Forwarded-For": "203.0.113.10"}) == 200
    assert last("/search?q=berth", 130) == 200
