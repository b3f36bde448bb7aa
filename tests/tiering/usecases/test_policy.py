from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.money import Money
from tiering.domain.policy import Band
from tiering.files import Problem
from tiering.usecases.daily import daily, finish_turn, take_turn
from tiering.usecases.policy import BadDraft, NoPolicy, publish, publish_first
from tiering.usecases.record import Store


def stricter(content: Content) -> Content:
    """The shipped policy, but tier 1 begins at 200,000."""
    assert content.rules is not None
    bands = (Band(tier=1, at_least=200_000), *content.rules.base.bands[1:])
    base = content.rules.base.model_copy(update={"bands": bands})
    return replace(content, rules=content.rules.model_copy(update={"base": base}))


def test_the_first_start_publishes_version_one_and_later_starts_nothing(
    store: Store, content: Content
) -> None:
    first = publish_first(store, content, OLGA, TODAY)
    assert first is not None
    assert first.version == 1
    assert publish_first(store, stricter(content), OLGA, TODAY) is None
    with store.begin() as work:
        assert work.policies.version() == 1


def test_a_published_policy_comes_back_as_it_was_written(store: Store, content: Content) -> None:
    publish_first(store, content, OLGA, TODAY)
    with store.begin() as work:
        publication = work.policies.get(1)
    assert publication.policy.rules == content.rules
    assert publication.policy.catalogue == content.catalogue
    assert publication.source == content.source
    assert (publication.published_at, publication.published_by) == (NOON, OLGA)


def test_publishing_decides_everybody_by_the_new_version_at_once(ruled: Store, content: Content) -> None:
    with ruled.begin() as work:
        acme = account("A-1", "Acme", arr=Money(15_000_000, "USD"))
        work.accounts.save([acme], an_import(work))
    daily(ruled, OLGA, TODAY)
    published = publish(ruled, stricter(content), OLGA, TODAY)
    assert (published.version, published.decided) == (2, 1)
    assert [(one.id, one.before, one.after) for one in published.movers] == [("A-1", 1, 2)]
    with ruled.begin() as work:
        decision = work.decisions.current(["A-1"])["A-1"]
        assert (decision.tier, decision.policy_version) == (2, 2)
        assert work.outbox.messages("tier_changed") == [{"account": "A-1", "before": 1, "after": 2}]


def test_a_draft_with_problems_is_refused_and_the_policy_in_force_stays(
    ruled: Store, content: Content
) -> None:
    bad = replace(content, problems=(Problem("tiers.yaml", 3, "`preset` is missing"),))
    with pytest.raises(BadDraft, match="stays"):
        publish(ruled, bad, OLGA, TODAY)
    with ruled.begin() as work:
        assert work.policies.version() == 1


def test_running_the_day_twice_changes_nothing(ruled: Store) -> None:
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
    assert daily(ruled, OLGA, TODAY).decided == 1
    daily(ruled, OLGA, TODAY + timedelta(days=1))
    with ruled.begin() as work:
        assert [one.decided_on for one in work.decisions.history("A-1")] == [TODAY]


def test_a_day_needs_a_policy(store: Store) -> None:
    with pytest.raises(NoPolicy, match="tiering publish"):
        daily(store, OLGA, TODAY)


def test_a_turn_is_taken_once_a_day(store: Store) -> None:
    assert take_turn(store, "daily", "one", TODAY)
    assert not take_turn(store, "daily", "two", TODAY)
    finish_turn(store, "daily", "one", TODAY)
    assert not take_turn(store, "daily", "one", TODAY)
    assert take_turn(store, "daily", "two", TODAY + timedelta(days=1))
