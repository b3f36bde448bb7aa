from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.measurement import Measurement
from tiering.domain.money import Money
from tiering.domain.policy import Band
from tiering.domain.refusal import Refusal
from tiering.files import Problem
from tiering.usecases.daily import daily, finish_turn, take_turn
from tiering.usecases.kits import kits
from tiering.usecases.policy import BadDraft, NoPolicy, Terms, editions, publish, publish_first, rollback
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


def test_a_column_that_is_only_measured_may_be_asked_for(ruled: Store, content: Content) -> None:
    problem = Problem("tiers.yaml", 9, "no account has the column `health`")
    asking = replace(content, asked={"health": problem})
    assert publish(ruled, asking, OLGA, TODAY).version == 2, "there is no account yet"
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
    with pytest.raises(BadDraft, match=r"tiers\.yaml:9: no account has the column `health`"):
        publish(ruled, asking, OLGA, TODAY)
    with ruled.begin() as work:
        assert work.policies.version() == 2
        work.metrics.append([Measurement("A-1", "health", Decimal(5), TODAY, "product")])
    assert publish(ruled, asking, OLGA, TODAY).version == 3


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


DECEMBER = date(2026, 12, 1)


@pytest.fixture
def acme(ruled: Store) -> Callable[[], tuple[int, int]]:
    """Ask where Acme is: it pays 150,000, tier 1 by the shipped policy and tier 2 by the stricter one."""
    with ruled.begin() as work:
        work.accounts.save([account("A-1", "Acme", arr=Money(15_000_000, "USD"))], an_import(work))
    daily(ruled, OLGA, TODAY)

    def where() -> tuple[int, int]:
        with ruled.begin() as work:
            decision = work.decisions.current(["A-1"])["A-1"]
            return decision.tier, decision.policy_version

    return where


def test_a_later_version_waits_for_its_day_and_the_daily_run_puts_it_in_force(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    published = publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    assert (published.version, published.waits, published.effective_on) == (2, True, DECEMBER)
    assert [(one.before, one.after) for one in published.movers] == [(1, 2)]
    assert daily(ruled, OLGA, DECEMBER - timedelta(days=1)).begun is None
    assert acme() == (1, 1)
    day = daily(ruled, OLGA, DECEMBER)
    assert day.begun is not None
    assert (day.begun.version, [one.id for one in day.movers]) == (2, ["A-1"])
    assert acme() == (2, 2)
    assert daily(ruled, OLGA, DECEMBER).begun is None
    assert editions(ruled, OLGA)[0] == 2


def test_where_two_versions_wait_the_later_one_takes_effect_when_both_days_have_come(
    ruled: Store, content: Content
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    publish(ruled, content, OLGA, TODAY, Terms(effective_on=DECEMBER + timedelta(days=1)))
    day = daily(ruled, OLGA, DECEMBER + timedelta(days=5))
    assert day.begun is not None
    assert day.begun.version == 3
    assert [one.version for one in editions(ruled, OLGA)[1] if one.in_force_since] == [3, 1]


@pytest.mark.parametrize("days", [-1, 0])
def test_publications_that_overlap_one_that_waits_are_refused(
    ruled: Store, content: Content, days: int
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    with pytest.raises(Refusal, match=r"Version 2 .* waits to take effect on 2026-12-01"):
        publish(ruled, content, OLGA, TODAY, Terms(effective_on=DECEMBER + timedelta(days=days)))
    with pytest.raises(Refusal, match="tiering rollback"):
        publish(ruled, content, OLGA, TODAY)
    assert len(editions(ruled, OLGA)[1]) == 2


def test_a_policy_cannot_take_effect_in_the_past_nor_a_promise_end_before_it_begins(
    ruled: Store, content: Content
) -> None:
    with pytest.raises(Refusal, match="2026-11-21 has passed"):
        publish(ruled, content, OLGA, TODAY, Terms(effective_on=TODAY - timedelta(days=1)))
    with pytest.raises(Refusal, match="cannot be kept until 2026-11-30"):
        publish(ruled, content, OLGA, TODAY, Terms(DECEMBER, DECEMBER - timedelta(days=1)))


def test_of_two_people_who_publish_at_once_one_wins_and_the_other_is_told(
    ruled: Store, content: Content
) -> None:
    together = Barrier(2)

    def attempt(who: str) -> str:
        together.wait()
        try:
            return str(publish(ruled, stricter(content), who, TODAY, Terms(based_on=1)).version)
        except Refusal as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as threads:
        told = sorted(threads.map(attempt, ["Clara", "Dana"]))
    assert told[0] == "2"
    winner = editions(ruled, OLGA)[1][0].published_by
    assert told[1].startswith(f"{winner} has published version 2 (“")
    assert "this draft was based on version 1: nothing was published" in told[1]
    assert len(editions(ruled, OLGA)[1]) == 2


def test_a_rollback_brings_the_version_before_back_as_a_new_one_and_a_deploy_leaves_it_so(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY)
    assert acme() == (2, 2)
    back = rollback(ruled, "Clara", TODAY)
    assert (back.version, back.restores) == (3, 1)
    assert acme() == (1, 3)
    assert publish_first(ruled, stricter(content), OLGA, TODAY) is None
    daily(ruled, OLGA, TODAY + timedelta(days=1))
    assert acme() == (1, 3)
    with ruled.begin() as work:
        assert work.policies.get(3).policy.rules == work.policies.get(1).policy.rules
        assert [entry.who for entry in work.audit.entries("policy 3")] == ["Clara"]


def test_rollbacks_go_one_version_further_back_each_until_the_first(ruled: Store, content: Content) -> None:
    publish(ruled, stricter(content), OLGA, TODAY)
    publish(ruled, content, OLGA, TODAY)
    assert rollback(ruled, OLGA, TODAY).restores == 2
    assert rollback(ruled, OLGA, TODAY).restores == 1
    with pytest.raises(Refusal, match=r"^Version 5 is version 1 again, which is the first: there is nothing"):
        rollback(ruled, OLGA, TODAY)


def test_a_rollback_withdraws_a_version_that_waits(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    assert rollback(ruled, OLGA, TODAY).restores == 1
    assert daily(ruled, OLGA, DECEMBER).begun is None
    assert acme() == (1, 3)


def test_a_rollback_withdraws_every_version_that_waits_and_says_which(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER + timedelta(days=9)))
    back = rollback(ruled, OLGA, TODAY)
    assert (back.version, back.restores, back.withdrawn) == (4, 1, (2, 3))
    assert daily(ruled, OLGA, DECEMBER + timedelta(days=9)).begun is None
    assert acme() == (1, 4)


def test_a_rollback_of_a_rollback_has_nothing_to_withdraw(ruled: Store, content: Content) -> None:
    publish(ruled, stricter(content), OLGA, TODAY)
    assert rollback(ruled, OLGA, TODAY).withdrawn == ()


def test_a_draft_cannot_be_based_on_a_version_that_nobody_published(ruled: Store, content: Content) -> None:
    with pytest.raises(Refusal, match="There is no version 2 to base a draft on: the newest is 1"):
        publish(ruled, content, OLGA, TODAY, Terms(based_on=2))
    assert len(editions(ruled, OLGA)[1]) == 1


def test_of_two_daily_runs_at_once_one_puts_the_version_in_force_and_its_kits_stay(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    together = Barrier(2)

    def attempt(who: str) -> int | None:
        together.wait()
        begun = daily(ruled, who, DECEMBER).begun
        return begun.version if begun else None

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, ["clock", OLGA]), key=str) == [2, None]
    assert acme() == (2, 2)
    assert [kit.policy_version for kit in kits(ruled, OLGA)] == [2]


def test_a_version_withdrawn_while_its_day_begins_does_not_decide_anybody(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    publish(ruled, stricter(content), OLGA, TODAY, Terms(effective_on=DECEMBER))
    together = Barrier(2)

    def attempt(act: Callable[[], object]) -> None:
        together.wait()
        act()

    acts = (lambda: daily(ruled, "clock", DECEMBER), lambda: rollback(ruled, OLGA, DECEMBER))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(attempt, acts))
    assert acme() == (1, 3), "whoever was first, the rollback has the last word"


def test_a_rollback_needs_a_policy(store: Store) -> None:
    with pytest.raises(NoPolicy):
        rollback(store, OLGA, TODAY)


def test_grandfathered_accounts_keep_their_tier_until_the_day_and_then_fall(
    ruled: Store, content: Content, acme: Callable[[], tuple[int, int]]
) -> None:
    until = date(2027, 1, 31)
    published = publish(ruled, stricter(content), OLGA, TODAY, Terms(grandfathered_until=until))
    assert (len(published.movers), published.later, published.kits) == (0, 1, 1)
    assert acme() == (1, 2)
    daily(ruled, OLGA, until)
    assert acme() == (1, 2)
    with ruled.begin() as work:
        history = work.decisions.history("A-1")
        assert len(history) == 2, "the days between write nothing new"
        promise = history[0].reasons[-1]
    assert promise.criterion == "grandfathered"
    assert promise.sentence == (
        "It keeps tier 1 (Strategic) until 2027-01-31, as was promised when version 2 of the policy was "
        "published; then it moves to tier 2 (Growth)."
    )
    daily(ruled, OLGA, until + timedelta(days=1))
    assert acme() == (2, 2)


def test_what_an_account_does_later_is_not_grandfathered(ruled: Store, content: Content) -> None:
    rich, poor = (account("A-1", "Acme", arr=Money(cents, "USD")) for cents in (90_000_000, 1_500_000))
    with ruled.begin() as work:
        work.accounts.save([rich], an_import(work))
    daily(ruled, OLGA, TODAY)
    publish(ruled, stricter(content), OLGA, TODAY, Terms(grandfathered_until=date(2027, 1, 31)))
    with ruled.begin() as work:
        work.accounts.save([poor], an_import(work))
    daily(ruled, OLGA, TODAY)
    with ruled.begin() as work:
        assert work.decisions.current(["A-1"])["A-1"].tier == 2
