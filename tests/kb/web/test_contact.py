"""Writing to the company: answers are looked for first, and what is sent arrives once and is never lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.storage import Request, Wanted
from kb.web.desk import desk_of
from tests.kb.web.cast import DINA, PETRA, STAN, TESS, colleague, form, mails, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read
from tests.kb.web.serving import free_port
from tiering.usecases.deliveries import uncertain

ASKED = {
    "name": "Sam",
    "email": "sam@stranger.example",
    "subject": "A berth for two boats",
    "message": "May I book two berths at once?",
    "step": "send",
}


@pytest.fixture
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("people.yaml", f"staff: [{STAN}]\n")
    house.write(
        "articles/secret.md", "---\naudience: staff\n---\n# Two berths for one boat\n\nA secret of berths.\n"
    )
    house.refresh()
    return house


def write(client: FlaskClient, path: str = "/contact", **said: str) -> TestResponse:
    """Fill in the form as a browser would, and send it."""
    return client.post("/contact", data={**form(client, path), **ASKED, **said})


def requests(house: House) -> tuple[Request, ...]:
    desk_of(house.app).post.finish()
    return desk_of(house.app).requests.page(Wanted(), 1, 100)[0]


def letters(house: House) -> Mapping[str, EmailMessage]:
    return {mail["To"]: mail for mail in mails(house) if not mail["Subject"].startswith("Sign in")}


def test_a_stranger_s_message_is_kept_and_mailed_and_its_number_said(manned: House) -> None:
    client = manned.client
    assert write(client).headers["Location"] == "/contact/sent"
    (asked,) = requests(manned)
    assert asked.number in client.get("/contact/sent").text
    assert (asked.kind, asked.contact, asked.account, asked.tier) == ("visitor", None, None, None)
    assert (asked.name, asked.address) == ("Sam", "sam@stranger.example")
    assert (asked.subject, asked.message) == ("A berth for two boats", "May I book two berths at once?")
    found = letters(manned)
    assert set(found) == {"help@harbour.example", "sam@stranger.example"}
    assert found["help@harbour.example"]["Reply-To"] == "sam@stranger.example"
    assert "May I book two berths at once?" in found["help@harbour.example"].get_content()
    assert "berth" not in found["sam@stranger.example"].get_content()


def test_a_customer_need_not_say_who_they_are_and_cannot_say_they_are_another(manned: House) -> None:
    client = signed_in(manned, TESS)
    page = read(client.get("/contact").text)
    assert "From Tess tess@tidewater.example, Tidewater" in " ".join(page.text.split())
    assert "email" not in {field.get("name") for field in page.inputs}
    write(client, name="Mallory", email="mallory@hostile.example")
    (asked,) = requests(manned)
    assert (asked.kind, asked.contact, asked.name, asked.address) == ("contact", "C-1", "Tess", TESS)
    assert (asked.account_id, asked.account, asked.tier) == ("A-1", "Tidewater", 1)
    assert "May I book two berths at once?" in letters(manned)[TESS].get_content()


@pytest.mark.parametrize(
    ("who", "says", "says_not"),
    [
        (
            TESS,
            [
                "Your plan, Signature, includes",
                "A first answer within 1 hour, 24 hours a day, 7 days a week",
                "customer success manager",
            ],
            ["Office hours", "Community"],
        ),
        (
            DINA,
            [
                "Your plan, Essential, includes",
                "A first answer within 1 working day, Monday to Friday",
                "Office hours, where you can ask at once",
                "Community, where you can ask at once",
            ],
            ["customer success manager"],
        ),
        (PETRA, ["How soon we answer depends on"], ["Your plan,"]),
    ],
)
def test_what_the_plan_includes_is_said_before_and_after_in_words_for_customers(
    manned: House, who: str, says: list[str], says_not: list[str]
) -> None:
    client = signed_in(manned, who)
    before = read(client.get("/contact").text).text
    write(client)
    after = read(client.get("/contact/sent").text).text
    for text in (" ".join(before.split()), " ".join(after.split())):
        assert [words for words in says if words not in text] == []
        assert [words for words in (*says_not, "tier ", "Tier", "long tail") if words in text] == []


def test_without_scripts_a_first_step_shows_answers_and_sends_nothing(manned: House) -> None:
    client = manned.client
    answer = write(client, step="look")
    page = read(answer.text)
    assert "/articles/berths/book-a-berth" in page.links
    assert "May I book two berths at once?" in page.text
    assert requests(manned) == ()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text)
    shown = [value for name, value in hidden if name == "shown"]
    client.post("/contact", data={**ASKED, **dict(hidden), "shown": shown})
    (asked,) = requests(manned)
    assert "berths/book-a-berth" in asked.shown


def test_answers_while_somebody_writes_are_those_that_they_may_see(manned: House) -> None:
    said = {"subject": "Two berths", "message": "for one boat"}
    found = {}
    for who, client in {"stranger": manned.client, "staff": colleague(manned)}.items():
        answer = client.post("/contact/answers", data={**form(client, "/contact"), **said})
        assert answer.status_code == 200
        found[who] = read(answer.text).links
    assert any(link.startswith("/articles/berths/book-a-berth") for link in found["stranger"])
    assert not any("secret" in link for link in found["stranger"])
    assert any("secret" in link for link in found["staff"])
    client = manned.client
    nothing = client.post("/contact/answers", data={**form(client, "/contact"), "subject": "z"})
    assert nothing.text.strip() == ""


def test_what_was_suggested_and_opened_is_kept_as_far_as_it_exists_for_them(manned: House) -> None:
    client = manned.client
    client.post(
        "/contact",
        data={
            **form(client, "/contact"),
            **ASKED,
            "shown": ["welcome", "secret", "gone", "welcome", "bills/pay-a-bill"],
            "opened": ["welcome", "<script>"],
            "article": "secret",
        },
    )
    (asked,) = requests(manned)
    assert (asked.shown, asked.opened, asked.article) == (("welcome", "bills/pay-a-bill"), ("welcome",), None)


def test_where_somebody_comes_from_goes_with_the_message(manned: House) -> None:
    client = manned.client
    page = client.get("/contact?q=lost+mooring&article=berths/book-a-berth").text
    assert 'value="lost mooring"' in page
    assert "Book a berth" in page
    write(client, "/contact?q=lost+mooring&article=berths/book-a-berth")
    (asked,) = requests(manned)
    assert (asked.article, asked.query) == ("berths/book-a-berth", "lost mooring")
    article = read(client.get("/articles/berths/book-a-berth").text)
    assert "/contact?article=berths/book-a-berth" in article.links


def test_a_form_that_is_sent_twice_is_one_request_and_one_that_was_changed_another(manned: House) -> None:
    client = manned.client
    said = {**form(client, "/contact"), **ASKED}
    for _ in range(3):
        assert client.post("/contact", data=said).status_code == 303
    (asked,) = requests(manned)
    assert client.get("/contact/sent").text.count(asked.number) == 1
    client.post("/contact", data={**said, "message": "May I book three?"})
    assert len(requests(manned)) == 2
    assert len(mails(manned)) == 4


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"email": "sam"}, "Please write a whole address, like you@example.com."),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Please write a whole address, like you@example.com."),
        ({"subject": ""}, "Please say in a few words what it is about."),
        ({"message": " "}, "Please write what you would like to know."),
        ({"message": "berth " * 5000}, "and this one has 29,999. Please shorten it."),
        ({"subject": "berth " * 100}, "A subject may have at most 150 characters, and this one has 599."),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_place_and_nothing_typed_is_lost(
    manned: House, said: dict[str, str], sentence: str
) -> None:
    answer = write(manned.client, **said)
    assert answer.status_code == 400
    page = read(answer.text)
    assert sentence in page.text
    assert "Not sent yet" in page.text
    for text in {**ASKED, **said}.values():
        lasting = " ".join(text.split())
        assert lasting in " ".join(answer.text.split()) or "\n" in text
    assert requests(manned) == ()


def test_a_form_whose_token_is_stale_or_forged_is_shown_again_and_not_sent(manned: House) -> None:
    answer = manned.client.post("/contact", data={**ASKED, "csrf_token": "forged"})
    assert answer.status_code == 400
    assert "please send it once more" in answer.text
    assert "May I book two berths at once?" in answer.text
    assert requests(manned) == ()
    client = manned.client
    answer = client.post("/contact", data={**ASKED})
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))
    assert client.post("/contact", data={**ASKED, **again}).status_code == 303


def test_without_the_record_what_was_typed_stays_and_the_address_is_shown(make_house: MakeHouse) -> None:
    house = make_house(database_url="postgresql://nobody@127.0.0.1:9/none")
    answer = write(house.client)
    assert answer.status_code == 503
    page = read(answer.text)
    assert "We could not keep your message just now." in page.text
    assert "May I book two berths at once?" in page.text
    assert f"mailto:help@harbour.example?subject={quote(ASKED['subject'])}" in page.links
    assert "sam@stranger.example" in answer.text


def test_whoever_writes_too_often_keeps_what_they_typed(manned: House) -> None:
    client = manned.client
    answers = [write(client, message=f"Message {number}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [429]
    assert "Message 6" in answers[-1].text
    assert "please wait a few minutes" in answers[-1].text
    assert write(client, email="other@stranger.example").status_code == 303
    for number in range(40):
        assert write(client, step="look", message=f"Look {number}").status_code == 200


def test_one_network_cannot_send_in_the_names_of_many(manned: House) -> None:
    client = manned.client
    answers = [write(client, email=f"s{number}@x.example").status_code for number in range(21)]
    assert answers == [303] * 20 + [429]


def test_customers_who_are_signed_in_share_no_limit_with_their_network(manned: House) -> None:
    client, tess = manned.client, signed_in(manned, TESS)
    for number in range(20):
        write(client, email=f"s{number}@x.example")
    assert write(client, email="last@x.example").status_code == 429
    assert [write(tess, message=f"Message {number}").status_code for number in range(7)] == [303] * 6 + [429]


def test_a_whole_log_that_is_pasted_comes_back_with_how_much_a_message_may_hold(manned: House) -> None:
    answer = write(manned.client, message="x" * 300_000)
    assert answer.status_code == 400
    assert "at most 10,000 characters, and this one has 300,000" in answer.text
    assert "x" * 300_000 in answer.text
    assert write(manned.client, message="x" * 600_000).status_code == 413


def test_a_mail_server_that_is_away_loses_nothing_and_keeps_nobody_waiting(make_house: MakeHouse) -> None:
    house = make_house(smtp_url=f"smtp://127.0.0.1:{free_port()}")
    assert write(house.client).status_code == 303
    (asked,) = requests(house)
    assert asked.mail_tries == 1
    assert asked.mail_due_at is not None
    store = desk_of(house.app).store
    assert uncertain(store, asked.mail_due_at) == []
    with store.begin() as work:
        assert [one["number"] for one in work.outbox.messages("contact.request")] == [asked.number]


def test_who_has_sent_nothing_is_led_to_the_form(manned: House) -> None:
    assert manned.client.get("/contact/sent").headers["Location"] == "/contact"


def test_the_address_of_the_company_stands_on_the_page(client: FlaskClient) -> None:
    page = read(client.get("/contact").text)
    assert "mailto:help@harbour.example" in page.links
    assert "help@harbour.example" in page.text


def test_a_company_without_an_address_says_so_and_promises_nothing(house: House) -> None:
    house.write("site.yaml", "name: Harbour\n")
    house.refresh()
    client = house.client
    page = read(client.get("/contact").text)
    assert not any(link.startswith("mailto:") for link in page.links)
    assert "gives no address to write to" in page.text
    said = {**form(client, "/sign-in"), **ASKED}
    assert client.post("/contact", data=said).status_code == 404


def test_a_service_that_is_sold_can_be_asked_for(manned: House) -> None:
    dina = signed_in(manned, DINA)
    for path in ("/services", "/account"):
        assert "/contact?service=training" in read(dina.get(path).text).links, path
    page = dina.get("/contact?service=training")
    assert 'value="Add Live training to our plan"' in page.text
    write(dina, "/contact?service=training", subject="Add Live training to our plan")
    (asked,) = requests(manned)
    assert asked.service == "training"
    assert "Wants to add: training" in letters(manned)["help@harbour.example"].get_content()


def test_who_has_a_service_or_is_not_signed_in_is_sold_nothing(manned: House) -> None:
    for client in (signed_in(manned, TESS), signed_in(manned, PETRA), manned.client, colleague(manned)):
        for path in ("/services", "/account"):
            assert "/contact?service=training" not in read(client.get(path).text).links
    assert 'name="service"' not in manned.client.get("/contact?service=nothing").text


def test_a_customer_sees_their_own_requests_and_what_became_of_them(manned: House) -> None:
    tess, dina = signed_in(manned, TESS), signed_in(manned, DINA)
    write(tess)
    write(dina, subject="Another thing", message="Of Dina's alone")
    number = next(one.number for one in requests(manned) if one.contact == "C-1")
    page = read(tess.get("/account").text).text
    assert f"Open · 22 November 2026 · {number}" in page
    assert "A berth for two boats" in page
    assert "Another thing" not in page
    assert "Of Dina's alone" not in page
    desk_of(manned.app).requests.mark(number, "Stan", "mail:stan")
    page = read(tess.get("/account").text).text
    assert f"Answered · 22 November 2026 · {number}" in page
    assert "Stan" not in page
