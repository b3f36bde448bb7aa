from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.tiering.usecases.test_policy import stricter
from tests.tiering.usecases.test_rehearsal import draft_of
from tiering.content import Content, Written, read_content
from tiering.domain.colleague import Colleague
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.files import SHIPPED_CONTENT
from tiering.storage.drafts import Chosen
from tiering.usecases import drafts
from tiering.usecases.daily import daily
from tiering.usecases.policy import BadDraft, Overtaken, Terms, publish, rollback
from tiering.usecases.record import Store, open_store
from tiering.usecases.rehearsal import simulate

MARCO = Colleague("mail:marco@wrenfield.example", "Marco", manages=True)
OPAL = Colleague("slack:T1/UOPAL", "Opal", manages=True)
VERA = Colleague("slack:T1/UVERA", "Vera")
"""A viewer."""


@pytest.fixture
def staffed(ruled: Store) -> Store:
    """Acme, which the stricter policy moves down, and Bolt, which stays."""
    with ruled.begin() as work:
        accounts = [
            account("A-1", "Acme", arr=Money(15_000_000, "USD"), csm="Anna"),
            account("A-2", "Bolt", arr=Money(40_000_000, "USD"), csm="Anna"),
            account("A-3", "Äcorn & Söhne", arr=Money(16_000_000, "USD")),
        ]
        work.accounts.save(accounts, an_import(work))
    daily(ruled, OLGA, TODAY)
    return ruled


def rehearsed(store: Store, content: Content) -> int:
    number = drafts.keep(store, stricter(content), MARCO)
    assert drafts.begin_rehearsal(store, number, MARCO)
    drafts.rehearse_draft(store, number, MARCO, TODAY)
    return number


def seen(store: Store, number: int) -> drafts.Looked:
    found = drafts.look(store, number)
    assert found is not None
    return found


def test_a_draft_is_rehearsed_signed_by_a_second_person_and_published(
    staffed: Store, content: Content
) -> None:
    number = rehearsed(staffed, content)
    drafts.sign(staffed, number, OPAL, "As agreed in the leadership meeting.")
    published = drafts.publish_draft(staffed, number, MARCO, TODAY, Terms())
    assert published is not None
    assert (published.version, len(published.movers)) == (2, 2)
    with staffed.begin() as work:
        assert work.policies.version() == 2
        told = [(entry.who, entry.action, entry.details["by"]) for entry in work.audit.entries("draft 1")]
    assert told == [
        (MARCO.reference, "keep draft", "Marco"),
        (MARCO.reference, "rehearse draft", "Marco"),
        (OPAL.reference, "sign draft", "Opal"),
        (MARCO.reference, "publish draft", "Marco"),
    ]
    assert drafts.publish_draft(staffed, number, MARCO, TODAY, Terms()) is None, "sent twice is once"
    with staffed.begin() as work:
        assert work.policies.newest() == 2
        assert [one.published_by for one in work.policies.editions()] == ["Marco", OLGA]


def test_a_kept_rehearsal_says_what_the_command_line_says(staffed: Store, content: Content) -> None:
    number = drafts.keep(staffed, draft_of(content), MARCO)
    assert drafts.begin_rehearsal(staffed, number, MARCO)
    drafts.rehearse_draft(staffed, number, MARCO, TODAY)
    told = simulate(staffed, draft_of(content), OLGA, TODAY).rehearsal
    assert seen(staffed, number).rehearsal == replace(told, movers=())
    _, movers = drafts.movers(staffed, number, Chosen(), 10, 0)
    assert sorted(movers, key=lambda one: one.id) == sorted(told.movers, key=lambda one: one.id)


def test_movers_are_paged_and_searched_whoever_pays_most_first(staffed: Store, content: Content) -> None:
    number = rehearsed(staffed, content)

    def names(chosen: Chosen, offset: int = 0) -> tuple[int, list[str]]:
        count, found = drafts.movers(staffed, number, chosen, 1, offset)
        return count, [one.name for one in found]

    assert names(Chosen()) == (2, ["Äcorn & Söhne"])
    assert names(Chosen(), 1) == (2, ["Acme"])
    assert names(Chosen("acorn and sohne")) == (1, ["Äcorn & Söhne"])
    assert names(Chosen("A-1")) == (1, ["Acme"])
    assert names(Chosen("%")) == (0, [])
    assert names(Chosen(way=(1, 2)))[0] == 2
    assert names(Chosen(way=(2, 1)))[0] == 0


def test_nobody_signs_what_they_uploaded_and_nobody_publishes_on_that_alone(
    staffed: Store, content: Content
) -> None:
    number = rehearsed(staffed, content)
    with pytest.raises(Refusal, match="You uploaded this draft"):
        drafts.sign(staffed, number, MARCO, "")
    with pytest.raises(Refusal, match="Only Marco, who uploaded it, stands behind this draft"):
        drafts.publish_draft(staffed, number, MARCO, TODAY, Terms())
    drafts.sign(staffed, number, OPAL, "")
    drafts.sign(staffed, number, OPAL, "again")
    assert [(one.name, one.note) for one in seen(staffed, number).signatures] == [("Opal", "")]


def test_what_nobody_has_rehearsed_is_neither_signed_nor_published(staffed: Store, content: Content) -> None:
    number = drafts.keep(staffed, stricter(content), MARCO)
    with pytest.raises(Refusal, match="rehearse it first"):
        drafts.sign(staffed, number, OPAL, "")
    with pytest.raises(Refusal, match="has not been rehearsed"):
        drafts.publish_draft(staffed, number, MARCO, TODAY, Terms())


def test_a_rehearsal_is_out_of_date_once_accounts_have_changed(staffed: Store, content: Content) -> None:
    number = rehearsed(staffed, content)
    drafts.sign(staffed, number, OPAL, "")
    assert not seen(staffed, number).is_stale
    with staffed.begin() as work:
        work.accounts.save([account("A-4", "Delta")], an_import(work))
    assert seen(staffed, number).is_stale
    with pytest.raises(Refusal, match="was rehearsed before things changed"):
        drafts.publish_draft(staffed, number, MARCO, TODAY, Terms())


def test_whoever_was_slower_publishes_nothing_and_hears_who_was_faster(
    staffed: Store, content: Content
) -> None:
    number = rehearsed(staffed, content)
    drafts.sign(staffed, number, OPAL, "")
    publish(staffed, content, "Helen", TODAY)
    with pytest.raises(Overtaken, match="Helen has published version 2"):
        drafts.publish_draft(staffed, number, MARCO, TODAY, Terms())
    with staffed.begin() as work:
        assert work.policies.newest() == 2


def test_effective_date_and_grandfathering_are_those_of_the_command_line(
    staffed: Store, content: Content
) -> None:
    number = rehearsed(staffed, content)
    drafts.sign(staffed, number, OPAL, "")
    terms = Terms(TODAY + timedelta(days=30), TODAY + timedelta(days=120))
    published = drafts.publish_draft(staffed, number, OPAL, TODAY, terms)
    assert published is not None
    assert published.waits
    with staffed.begin() as work:
        assert work.policies.version() == 1
        newest = work.policies.editions()[0]
    assert (newest.effective_on, newest.grandfathered_until) == (
        terms.effective_on,
        terms.grandfathered_until,
    )


def test_viewers_change_nothing(staffed: Store, content: Content) -> None:
    number = rehearsed(staffed, content)
    with pytest.raises(Refusal, match="Only managers and operations"):
        drafts.keep(staffed, content, VERA)
    for forbidden in (
        lambda: drafts.begin_rehearsal(staffed, number, VERA),
        lambda: drafts.sign(staffed, number, VERA, ""),
        lambda: drafts.share(staffed, number, VERA, "Sales", TODAY),
        lambda: drafts.end_share(staffed, number, 1, VERA),
        lambda: drafts.publish_draft(staffed, number, VERA, TODAY, Terms()),
        lambda: drafts.withdraw(staffed, number, VERA),
    ):
        with pytest.raises(Refusal, match="Only managers and operations"):
            forbidden()


def test_a_draft_that_is_sent_twice_is_one_draft(staffed: Store, content: Content) -> None:
    first = drafts.keep(staffed, content, MARCO)
    assert drafts.keep(staffed, content, MARCO) == first
    assert drafts.keep(staffed, content, OPAL) != first
    drafts.withdraw(staffed, first, MARCO)
    assert drafts.keep(staffed, content, MARCO) != first


def test_a_draft_with_problems_is_refused_with_the_line_and_nothing_is_kept(staffed: Store) -> None:
    text = (SHIPPED_CONTENT / "tiers.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    line = next(number for number, one in enumerate(lines, 1) if one.startswith("currency:"))
    lines[line - 1] = "currencyy: USD"
    read = read_content(SHIPPED_CONTENT, Written("draft.yaml", "\n".join(lines)))
    assert f"draft.yaml:{line}: unknown key `currencyy`" in str(min(read.problems))
    with pytest.raises(BadDraft):
        drafts.keep(staffed, read, MARCO)
    assert drafts.listed(staffed) == []


def test_a_link_opens_a_draft_until_its_day_or_until_it_is_ended(staffed: Store, content: Content) -> None:
    number = rehearsed(staffed, content)
    until = TODAY + timedelta(days=14)
    link = drafts.share(staffed, number, MARCO, "Sales", until)
    found = drafts.shared(staffed, link, until)
    assert found is not None
    assert (found[0].readers, found[1].draft.id) == ("Sales", number)
    assert drafts.shared(staffed, link, until + timedelta(days=1)) is None
    assert drafts.shared(staffed, link + 1, TODAY) is None
    with pytest.raises(Refusal, match="There is no such link"):
        drafts.end_share(staffed, number + 1, link, MARCO)
    drafts.end_share(staffed, number, link, MARCO)
    drafts.end_share(staffed, number, link, MARCO)
    assert drafts.shared(staffed, link, TODAY) is None
    other = drafts.share(staffed, number, MARCO, "The CEO", until)
    drafts.withdraw(staffed, number, MARCO)
    assert drafts.shared(staffed, other, TODAY) is None


@pytest.mark.parametrize(("readers", "days"), [("  ", 5), ("Sales", 91), ("Sales", -1)])
def test_a_link_is_for_somebody_and_for_a_time(
    staffed: Store, content: Content, readers: str, days: int
) -> None:
    number = drafts.keep(staffed, content, MARCO)
    with pytest.raises(Refusal):
        drafts.share(staffed, number, MARCO, readers, TODAY + timedelta(days=days))
    assert seen(staffed, number).shares == []


def test_of_two_rehearsals_at_once_one_runs_and_one_that_died_may_be_begun_again(
    staffed: Store, content: Content
) -> None:
    number = drafts.keep(staffed, content, MARCO)
    assert drafts.begin_rehearsal(staffed, number, MARCO)
    assert not drafts.begin_rehearsal(staffed, number, OPAL)
    assert seen(staffed, number).is_rehearsing
    with staffed.begin() as work:
        late = work.at + drafts.LONGEST_REHEARSAL + timedelta(seconds=1)
        assert work.drafts.begin_rehearsal(number, late, late - drafts.LONGEST_REHEARSAL)


def test_a_rehearsal_that_cannot_be_made_says_why(staffed: Store, content: Content) -> None:
    with staffed.begin() as work:
        work.accounts.save([account("A-9", "Euro", arr=Money(100, "EUR"))], an_import(work))
    daily(staffed, OLGA, TODAY)
    number = drafts.keep(staffed, draft_of(content, rates={}), MARCO)
    assert drafts.begin_rehearsal(staffed, number, MARCO)
    drafts.rehearse_draft(staffed, number, MARCO, TODAY)
    found = seen(staffed, number)
    assert "EUR" in (found.draft.rehearsal_problem or "")
    assert not found.is_rehearsing


def test_a_rollback_that_is_sent_twice_goes_back_once(staffed: Store, content: Content) -> None:
    publish(staffed, stricter(content), OLGA, TODAY)
    assert rollback(staffed, "Marco", TODAY, based_on=2).version == 3
    with pytest.raises(Refusal, match="Marco has published version 3 meanwhile: nothing was rolled back"):
        rollback(staffed, "Marco", TODAY, based_on=2)


def test_a_rehearsal_that_takes_too_long_is_given_up_and_says_so(
    staffed: Store, content: Content, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = drafts.keep(staffed, stricter(content), MARCO)
    assert drafts.begin_rehearsal(staffed, number, MARCO)
    ticks = iter(range(1000))
    slow = open_store(database_url, lambda: NOON + timedelta(minutes=6 * next(ticks)))
    monkeypatch.setattr(drafts, "_STEP", 1)
    drafts.rehearse_draft(slow, number, MARCO, TODAY)
    slow.close()
    found = seen(staffed, number)
    assert found.draft.rehearsal_problem == (
        "It was given up after 10 minutes; `tiering simulate` has no such limit."
    )
    assert (found.is_rehearsing, found.rehearsal) == (False, None)
