"""What readers say of articles, in SQLite and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from kb.storage import Chosen, Tally, Vote, Votes
from tests.conftest import NOON
from tests.kb.storage.test_door import at_once
from tiering.usecases.record import RecordUnavailable, Store, open_store

MINUTE = timedelta(minutes=1)
NO = Vote(
    key="v1",
    slug="berths/book",
    language="en",
    revision="r1",
    helpful=False,
    reasons=("steps", "wrong"),
    comment="The button is gone.\nSince Monday.",
    kind="contact",
    contact="C-3",
    tier=3,
    segment="rollout",
    at=NOON,
)
YES = Vote(key="v2", slug="berths/book", revision="r1", helpful=True, at=NOON + MINUTE)


@pytest.fixture
def votes(store: Store) -> Votes:
    return Votes(store)


def test_a_vote_comes_back_as_it_was_given(votes: Votes) -> None:
    for vote in (NO, YES):
        votes.save(vote)
        assert votes.vote(vote.key) == vote
    assert votes.vote("v3") is None


def test_what_a_voter_says_later_replaces_what_they_said_before(votes: Votes) -> None:
    votes.save(NO)
    later = replace(NO, helpful=True, reasons=(), comment="", at=NOON + MINUTE)
    votes.save(later)
    votes.save(later)
    assert votes.newest(Chosen(), 10) == (later,)


def test_of_many_at_once_one_vote_stays(votes: Votes) -> None:
    at_once(6, lambda: votes.save(NO))
    assert votes.count(Chosen()) == 1


def test_votes_are_read_page_by_page_the_newest_first(votes: Votes) -> None:
    given = [replace(YES, key=f"v{number}", at=NOON + number * MINUTE) for number in range(5)]
    for vote in given:
        votes.save(vote)
    assert votes.newest(Chosen(), 2) == (given[4], given[3])
    assert votes.newest(Chosen(), 2, 4) == (given[0],)
    assert votes.newest(Chosen(), 2, 6) == ()


def test_votes_of_one_article_without_help_or_with_a_comment_can_be_chosen(votes: Votes) -> None:
    silent = replace(NO, key="v3", comment="", at=NOON + 2 * MINUTE)
    elsewhere = replace(YES, key="v4", slug="bills/pay", comment="Thanks!", at=NOON + 3 * MINUTE)
    for vote in (NO, YES, silent, elsewhere):
        votes.save(vote)
    assert votes.newest(Chosen(slug="bills/pay"), 10) == (elsewhere,)
    assert votes.newest(Chosen(unhelpful=True), 10) == (silent, NO)
    assert votes.newest(Chosen(commented=True), 10) == (elsewhere, NO)
    assert votes.count(Chosen(slug="berths/book", unhelpful=True, commented=True)) == 1


def test_revisions_are_counted_apart_and_colleagues_do_not_count(votes: Votes) -> None:
    for vote in (
        NO,
        YES,
        replace(YES, key="v3", kind="staff"),
        replace(YES, key="v4", revision="r2"),
        replace(YES, key="v5", slug="bills/pay"),
    ):
        votes.save(vote)
    assert votes.tallies(["berths/book", "gone"]) == (
        Tally("berths/book", "r1", 1, 2),
        Tally("berths/book", "r2", 1, 1),
    )
    assert votes.tallies([]) == ()


def test_a_failing_statement_never_repeats_what_a_reader_wrote(store: Store) -> None:
    with pytest.raises(Exception, match="no_such_table") as failed, store.engine.begin() as connection:
        connection.execute(text("INSERT INTO no_such_table VALUES (:said)"), {"said": NO.comment})
    assert "The button is gone" not in str(failed.value)


def test_without_a_record_votes_say_so_in_one_sentence() -> None:
    votes = Votes(open_store("postgresql://a:b@127.0.0.1:9/none", lambda: NOON))
    for ask in (lambda: votes.save(NO), lambda: votes.newest(Chosen(), 10), lambda: votes.vote("v1")):
        with pytest.raises(RecordUnavailable):
            ask()
