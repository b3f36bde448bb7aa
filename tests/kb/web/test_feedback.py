"""Below an article: whether it answered the question, and what was the matter."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from kb.storage import Chosen, Tally, Vote
from kb.web.desk import desk_of
from tests.conftest import NOON
from tests.kb.web.cast import DINA, TESS, TOM, colleague, form, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read

BERTH = "/feedback/berths/book-a-berth"
SECRET = "/feedback/bills/secret"


@pytest.fixture
def manned(make_house: MakeHouse) -> House:
    house = make_house()
    settle(desk_of(house.app).store)
    house.write("articles/bills/secret.md", "---\naudience: 1\n---\n# A secret tariff\n")
    house.refresh()
    return house


def vote(client: FlaskClient, path: str = BERTH, **said: str | Iterable[str]) -> TestResponse:
    """Fill in the form of an article and send it."""
    return client.post(path, data={**form(client, path), **said})


def votes(house: House) -> tuple[Vote, ...]:
    return desk_of(house.app).votes.newest(Chosen(), 100)


def test_an_article_asks_by_links_so_that_it_can_still_be_stored_by_everybody(client: FlaskClient) -> None:
    answer = client.get("/articles/berths/book-a-berth")
    page = read(answer.text)
    assert "Did this answer your question?" in page.text
    assert [link for link in page.links if link.startswith(f"{BERTH}?helpful=")]
    assert "csrf_token" not in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in answer.headers


def test_the_form_leads_back_to_the_article_and_the_shelf_on_which_it_stands(client: FlaskClient) -> None:
    links = read(client.get(BERTH).text).links
    assert "/categories/berths" in links
    assert "/articles/berths/book-a-berth" in links
    unshelved = read(client.get("/feedback/welcome").text).links
    assert not any(link.startswith("/categories/") for link in unshelved)


def test_looking_at_the_form_stores_nothing(house: House) -> None:
    for query in ("", "?helpful=yes", "?helpful=no", "?helpful=<script>"):
        answer = house.client.get(BERTH + query)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert votes(house) == ()


def test_a_vote_is_kept_with_the_revision_that_was_read(house: House) -> None:
    client = house.client
    (link,) = (
        link for link in read(client.get("/articles/berths/book-a-berth").text).links if "helpful=no" in link
    )
    before = live_digest(house)
    house.write("articles/berths/book-a-berth.md", "# Book a berth\n\nAll is new.\n")
    house.refresh()
    answer = client.post(
        BERTH, data={**form(client, link), "helpful": "no", "reason": ["wrong", "steps"], "comment": "Gone!"}
    )
    assert "Thank you." in answer.text
    (kept,) = votes(house)
    assert (kept.slug, kept.revision) == ("berths/book-a-berth", before)
    assert live_digest(house) != before
    assert (kept.helpful, kept.reasons, kept.comment) == (False, ("wrong", "steps"), "Gone!")
    assert (kept.kind, kept.contact, kept.tier, kept.at) == ("visitor", None, None, NOON)


def live_digest(house: House) -> str:
    return desk_of(house.app).live.edition.library.articles["berths/book-a-berth"].digest


def test_what_is_sent_twice_is_one_vote_and_the_later_one_counts(house: House) -> None:
    client = house.client
    for said in ({"helpful": "yes"}, {"helpful": "no"}, {"helpful": "no", "comment": "Gone!"}):
        vote(client, **said)
        vote(client, **said)
    vote(house.client, helpful="yes")
    slug = "berths/book-a-berth"
    assert [(one.helpful, one.comment) for one in votes(house) if not one.helpful] == [(False, "Gone!")]
    assert desk_of(house.app).votes.tallies([slug]) == (Tally(slug, live_digest(house), 1, 2),)


def test_after_a_no_reasons_and_a_person_are_offered_and_the_article_is_named(house: House) -> None:
    client = house.client
    answer = vote(client, helpful="no")
    page = read(answer.text)
    assert "What was the matter?" in page.text
    assert "/contact?article=berths/book-a-berth" in page.links
    letter = read(client.get("/contact?article=berths/book-a-berth").text)
    assert "Book a berth" in letter.text
    (mail,) = (link for link in letter.links if link.startswith("mailto:help@harbour.example?"))
    assert "subject=Book%20a%20berth" in mail
    assert "https%3A//help.harbour.example/articles/berths/book-a-berth" in mail
    done = read(vote(client, helpful="no", reason=["missing"]).text)
    assert "/contact?article=berths/book-a-berth" in done.links
    assert "What was the matter?" not in done.text


def test_after_a_yes_only_a_comment_is_asked_for(house: House) -> None:
    page = read(vote(house.client, helpful="yes").text)
    assert "Thank you." in page.text
    assert "What was the matter?" not in page.text
    assert not any("contact?article" in link for link in page.links)


def test_the_form_remembers_what_the_same_reader_said(house: House) -> None:
    client = house.client
    vote(client, helpful="no", reason=["steps"], comment="Step 2 <b>fails</b>")
    again = client.get(BERTH + "?helpful=yes").text
    assert "Step 2 &lt;b&gt;fails&lt;/b&gt;</textarea>" in again
    assert 'value="steps" checked' in again
    assert 'value="yes" checked' in again
    assert "Step 2" not in house.client.get(BERTH).text


def test_a_comment_that_is_too_long_is_refused_and_stays_in_the_form(house: House) -> None:
    client = house.client
    answer = vote(client, helpful="no", reason=["steps"], comment="é" * 2001)
    assert answer.status_code == 400
    assert "at most 2,000 characters, and this one has 2,001" in answer.text
    assert "é" * 2001 in answer.text
    assert 'value="steps" checked' in answer.text
    assert votes(house) == ()


def test_a_vote_that_is_neither_yes_nor_no_is_asked_again_and_loses_nothing(house: House) -> None:
    answer = vote(house.client, comment="Hm", helpful="maybe")
    assert answer.status_code == 400
    assert "Please choose yes or no first." in answer.text
    assert "Hm</textarea>" in answer.text
    assert votes(house) == ()


def test_of_who_votes_the_plan_is_known_where_they_are_signed_in(manned: House) -> None:
    dina = signed_in(manned, DINA)
    vote(dina, helpful="yes")
    vote(signed_in(manned, DINA), helpful="no")  # at home, on another machine
    vote(signed_in(manned, TOM), helpful="yes")
    vote(colleague(manned), helpful="no")
    known = {(one.kind, one.contact, one.tier, one.segment, one.helpful) for one in votes(manned)}
    assert known == {
        ("contact", "C-3", 3, None, False),
        ("contact", "C-2", 2, "compliance", True),
        ("staff", None, None, None, False),
    }
    (tally,) = desk_of(manned.app).votes.tallies(["berths/book-a-berth"])
    assert (tally.helpful, tally.total) == (1, 2)


def test_an_article_that_is_not_for_the_reader_has_no_feedback_either(manned: House) -> None:
    tess, dina = signed_in(manned, TESS), signed_in(manned, DINA)
    assert tess.get(SECRET).status_code == 200
    for client in (dina, manned.client):
        token = form(client, BERTH)
        unknown_path = SECRET.replace("secret", "secreu")
        for hidden, unknown in (
            (client.get(SECRET), client.get(unknown_path)),
            (client.post(SECRET, data={**token, "helpful": "no"}), client.post(unknown_path, data=token)),
        ):
            assert (hidden.status_code, unknown.status_code) == (404, 404)
            assert hidden.text.replace("secret", "") == unknown.text.replace("secreu", "")
        said, nothing = (
            re.sub(r'name="form" value="[^"]*"', "", client.get(path).text)
            for path in ("/contact?article=bills/secret", "/contact")
        )
        assert said == nothing
    assert votes(manned) == ()


@pytest.mark.parametrize("more", [{}, {"csrf_token": "forged"}])
def test_a_vote_that_does_not_come_from_our_form_is_refused(house: House, more: dict[str, str]) -> None:
    answer = house.client.post(BERTH, data={"helpful": "no", **more})
    assert answer.status_code == 400
    assert votes(house) == ()


def test_what_is_no_revision_counts_as_the_present_one(house: House) -> None:
    for revision in ("x", "A" * 32, "0" * 64, "' OR 1=1", "../etc"):
        vote(house.client, helpful="no", revision=revision)
    assert {one.revision for one in votes(house)} == {live_digest(house)}


def test_an_old_address_of_an_article_is_the_article(house: House) -> None:
    vote(house.client, "/feedback/old/berth", helpful="yes")
    assert [one.slug for one in votes(house)] == ["berths/book-a-berth"]


def test_while_the_record_is_away_the_page_says_so_and_keeps_what_was_typed(make_house: MakeHouse) -> None:
    house = make_house(upgraded=False, database_url="postgresql://nobody@127.0.0.1:9/none")
    client = house.client
    assert client.get("/articles/berths/book-a-berth").status_code == 200
    answer = vote(client, helpful="no", reason=["unclear"], comment="Which pier?")
    assert answer.status_code == 503
    assert "We cannot save this right now" in answer.text
    assert "Which pier?</textarea>" in answer.text
    assert 'value="unclear" checked' in answer.text
    assert "127.0.0.1:9" not in answer.text
    assert vote(client, helpful="no", comment="Which pier?").status_code == 503


def test_whoever_votes_too_often_is_asked_to_wait(house: House) -> None:
    client = house.client
    fields = form(client, BERTH)
    answers = [client.post(BERTH, data={**fields, "helpful": "yes"}).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    assert client.get(BERTH).status_code == 200
    assert len(votes(house)) == 1


def test_what_readers_write_is_in_no_log(house: House) -> None:
    with capture_logs() as logs:
        vote(house.client, helpful="no", comment="My password is walrus")
        vote(house.client, helpful="no", comment="walrus" * 1000)
    assert logs
    assert "walrus" not in str(logs)


@pytest.mark.parametrize(
    "comment",
    ["<script>alert(1)</script>", "</textarea><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "\0\x1b[0m"],
)
def test_a_comment_is_never_run(house: House, comment: str) -> None:
    client = house.client
    assert vote(client, helpful="no", comment=comment).status_code == 200
    shown = client.get(BERTH)
    assert read(shown.text).inline == []
    assert read(shown.text).tags["script"] == read(client.get("/services").text).tags["script"]
    assert "49" not in read(shown.text).text
