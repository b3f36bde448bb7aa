"""News: what the faces put into the outbox, and what the bot reads there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.domain.account import Status
from tiering.domain.exception import Request
from tiering.domain.money import Money
from tiering.usecases.ask import Inquiry
from tiering.usecases.daily import daily
from tiering.usecases.exceptions import grant
from tiering.usecases.news import (
    CONTACT_REQUEST,
    ENDING,
    TIER_CHANGED,
    FailedSearch,
    OverdueArticle,
    Subject,
    newest,
    news_after,
    reviews_overdue,
    searches_failed,
)
from tiering.usecases.record import Store

QUOTES = OverdueArticle("billing/quotes", "Quotes", "https://kb.example/q", "Amara Obi", date(2026, 11, 1))
REFUNDS = FailedSearch("refunds", 12, date(2026, 11, 15))
LONG_AGO = NOON - timedelta(days=400)


@pytest.fixture
def peopled(ruled: Store) -> Store:
    acme = account("A-1", "Acme", csm="Dana", arr=Money.of(240_000, "USD"), status=Status.CUSTOMER)
    with ruled.begin() as work:
        work.accounts.save([acme], an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def test_an_overdue_article_is_told_of_once_a_week(store: Store) -> None:
    assert reviews_overdue(store, [QUOTES], OLGA) == 1
    assert reviews_overdue(store, [QUOTES], OLGA) == 0
    (news,) = news_after(store, 0, LONG_AGO)
    assert (news.kind, news.payload["owner"], news.payload["due_on"]) == (
        "article.overdue",
        "Amara Obi",
        date(2026, 11, 1),
    )


def test_a_search_that_found_nothing_is_told_of_once_a_week(store: Store) -> None:
    assert searches_failed(store, [REFUNDS], OLGA) == 1
    assert searches_failed(store, [REFUNDS], OLGA) == 0
    (news,) = news_after(store, 0, LONG_AGO)
    assert news.payload == {"query": "refunds", "times": 12, "since": date(2026, 11, 15)}


def test_a_contact_request_knows_whose_account_it_is_about(peopled: Store) -> None:
    with peopled.begin() as work:
        work.outbox.add(work.at, CONTACT_REQUEST, [{"account_id": "A-1"}, {"account_id": None}])
    known, unknown = news_after(peopled, 0, LONG_AGO)
    assert isinstance(known.about, Subject)
    assert known.about.decision is not None
    assert (known.about.csm, known.about.decision.tier, known.about.tier_name) == ("Dana", 1, "Strategic")
    assert unknown.about is None


def test_news_of_an_exception_knows_the_exception(peopled: Store, inquiry: Inquiry) -> None:
    wish = Request(tier=2, by=OLGA, until=TODAY + timedelta(days=5), reason="Pilot", approver="Marco")
    grant(peopled, "Acme", wish, inquiry)
    daily(peopled, OLGA, TODAY)
    moved, ends = news_after(peopled, 0, LONG_AGO)
    assert (moved.kind, moved.payload, moved.grant) == (
        TIER_CHANGED,
        {"account": "A-1", "before": 1, "after": 2},
        None,
    )
    assert ends.kind == ENDING
    assert ends.grant is not None
    assert (ends.grant.approver, ends.grant.tier) == ("Marco", 2)


def test_news_is_read_from_a_number_and_a_moment_on(store: Store) -> None:
    assert newest(store) == 0
    searches_failed(store, [REFUNDS], OLGA)
    first = newest(store)
    searches_failed(store, [FailedSearch("vat", 3, TODAY)], OLGA)
    assert [one.payload["query"] for one in news_after(store, first, LONG_AGO)] == ["vat"]
    assert news_after(store, 0, NOON + timedelta(seconds=1)) == []
