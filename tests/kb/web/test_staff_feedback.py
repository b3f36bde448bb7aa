"""What colleagues read of what readers said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kb.storage import Tally, Vote
from kb.web.desk import desk_of
from kb.web.staff.feedback import Share, fared, who_said
from tests.conftest import NOON
from tests.kb.web.cast import DINA, TESS, colleague, settle, signed_in
from tests.kb.web.conftest import House
from tests.kb.web.page import read
from tests.kb.web.test_feedback import live_digest, vote
from tiering.usecases.standing import Standing

NAMES = {
    "signed-in": "a customer without a plan",
    "3": "a customer of tier 3 (Digital)",
    "segment:rollout": "a customer in Rollout",
}


@pytest.fixture
def manned(house: House) -> House:
    settle(desk_of(house.app).store)
    return house


def keep(house: House, *votes: Vote) -> None:
    for one in votes:
        desk_of(house.app).votes.save(one)


def test_before_anybody_has_voted_the_page_says_where_votes_come_from(manned: House) -> None:
    page = read(colleague(manned).get("/staff/feedback").text)
    assert "Nobody has said anything yet." in page.text
    assert page.tags["h1"] == 1


def test_a_vote_stands_there_with_its_reasons_its_words_and_who_said_it(manned: House) -> None:
    vote(
        signed_in(manned, DINA),
        helpful="no",
        reason=["steps", "wrong"],
        comment="Step 2 fails.\n<b>Truly</b>",
    )
    text = colleague(manned).get("/staff/feedback").text
    page = read(text)
    assert "Did not help: Book a berth" in page.text
    assert "Something is wrong or out of date. The steps did not work." in page.text
    assert "Step 2 fails.\n<b>Truly</b>" in page.text
    assert "<b>Truly" not in text
    assert "Dina at Dinghy Hire, a customer of tier 3 (Digital)." in page.text
    assert "Helped, as it is now: 0 of 1 (0%); before: no votes." in page.text
    assert "22 November 2026, 12:00" in page.text


def test_the_share_is_that_of_the_present_revision_and_beside_it_of_those_before(manned: House) -> None:
    for helpful in ("yes", "yes", "no"):
        vote(manned.client, helpful=helpful)
    vote(colleague(manned), helpful="no")
    manned.write("articles/berths/book-a-berth.md", "# Book a berth\n\nAll is new.\n")
    manned.refresh()
    vote(manned.client, helpful="yes")
    client = colleague(manned)
    page = read(client.get("/staff/feedback?article=berths/book-a-berth").text).text
    assert "Helped, as it is now1 of 1 (100%)" in page
    assert "Helped, before it was last changed2 of 3 (67%)" in page
    assert page.count("The article has changed since.") == 4
    assert page.count("A colleague, not counted.") == 1
    assert (
        "/staff/feedback?article=berths/book-a-berth"
        in read(client.get("/articles/berths/book-a-berth").text).links
    )


def test_votes_can_be_narrowed_to_one_article_to_no_and_to_comments(manned: House) -> None:
    vote(manned.client, helpful="no", comment="first words")
    vote(manned.client, "/feedback/bills/pay-a-bill", helpful="no")
    vote(manned.client, "/feedback/welcome", helpful="yes", comment="other words")
    client = colleague(manned)

    def shown(query: str) -> tuple[bool, bool, bool]:
        text = read(client.get(f"/staff/feedback{query}").text).text
        return "first words" in text, "Did not help: Pay a bill" in text, "other words" in text

    assert shown("") == (True, True, True)
    assert shown("?show=unhelpful") == (True, True, False)
    assert shown("?show=comments") == (True, False, True)
    assert shown("?article=welcome") == (False, False, True)
    assert shown("?article=welcome&show=unhelpful") == (False, False, False)
    assert "Nobody has said anything like that yet." in client.get("/staff/feedback?article=no/such").text


def test_the_newest_stand_first_and_the_rest_on_pages_after(manned: House) -> None:
    minute = timedelta(minutes=1)
    for at in range(45):
        said = f"word-{at}-"
        keep(
            manned,
            Vote(key=said, slug="welcome", revision="r", helpful=True, comment=said, at=NOON + at * minute),
        )
    client = colleague(manned)
    first = read(client.get("/staff/feedback?show=comments").text)
    assert first.text.index("word-44-") < first.text.index("word-25-")
    assert "word-24-" not in first.text
    assert "Page 1 of 3" in first.text
    assert "/staff/feedback?show=comments&page=2" in first.links
    assert "word-0-" in client.get("/staff/feedback?page=3").text
    assert client.get("/staff/feedback?page=4").status_code == 404
    assert client.get("/staff/feedback?page=x").status_code == 400


def test_votes_on_an_article_that_is_gone_stay(manned: House) -> None:
    keep(
        manned,
        Vote(key="v", slug="berths/gone", revision="r", helpful=False, comment="Where is it?", at=NOON),
    )
    client = colleague(manned)
    assert "Did not help: berths/gone" in read(client.get("/staff/feedback").text).text
    assert "which is no longer there" in client.get("/staff/feedback?article=berths/gone").text


def test_only_colleagues_read_what_readers_said(manned: House) -> None:
    vote(manned.client, helpful="no", comment="between us")
    for client in (manned.client, signed_in(manned, TESS)):
        for path in (
            "/staff/feedback",
            "/staff/feedback?article=berths/book-a-berth",
            "/staff/search?q=berth",
        ):
            answer = client.get(path)
            assert answer.status_code == 404
            assert "between us" not in answer.text
        assert "What readers said" not in client.get("/articles/berths/book-a-berth").text
        assert "between us" not in client.get("/feedback/berths/book-a-berth").text
    assert "between us" in colleague(manned).get("/staff/feedback").text


def test_shares_are_added_up_over_all_revisions_before(manned: House) -> None:
    slug, other = "berths/book-a-berth", "berths/gone"
    articles = desk_of(manned.app).live.edition.library.articles
    now = Tally(slug, live_digest(manned), 4, 4)
    tallies = [Tally(slug, "a", 1, 2), Tally(slug, "b", 0, 3), now, Tally(other, "c", 1, 1)]
    found = fared([slug, other, "welcome"], articles, tallies)
    assert [(str(one.present), str(one.before)) for one in found.values()] == [
        ("4 of 4 (100%)", "1 of 5 (20%)"),
        ("no votes", "1 of 1 (100%)"),
        ("no votes", "no votes"),
    ]
    assert str(Share(2, 3)) == "2 of 3 (67%)"


@pytest.mark.parametrize(
    ("known", "standing", "said"),
    [
        ({}, None, "Somebody who had not signed in"),
        ({"kind": "staff"}, None, "A colleague, not counted"),
        ({"kind": "contact", "contact": "C-1", "tier": 3}, None, "A customer of tier 3 (Digital)"),
        ({"kind": "contact", "contact": "C-1", "tier": 7}, None, "A customer of tier 7"),
        ({"kind": "contact", "contact": "C-1"}, None, "A customer without a plan"),
        (
            {"kind": "contact", "contact": "C-1", "tier": 3, "segment": "rollout"},
            Standing(contact="C-1", name=None, account_id="A-1", account="Acme"),
            "C-1 at Acme, a customer of tier 3 (Digital) in Rollout",
        ),
    ],
)
def test_who_voted_is_said_as_far_as_it_is_known(
    known: dict[str, object], standing: Standing | None, said: str
) -> None:
    voted = Vote(key="v", slug="welcome", revision="r", helpful=True, at=NOON, **known)  # type: ignore[arg-type]
    assert who_said(voted, standing, NAMES) == said
