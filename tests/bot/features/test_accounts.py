"""Lists of accounts in Slack: what is said chooses them, ten stand on a page, and one can be opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.card import PICK_ACCOUNT
from bot.features.accounts import Wanted, list_view, read_wanted, tier_in
from bot.listing import account_line
from bot.managers import managers_view, named
from bot.playground.local import LocalSlack
from bot.playground.rules import check_message
from bot.playground.workspace import Message
from bot.text import unescaped
from tests.bot.conftest import EVIL, dollars
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes
from tests.conftest import TODAY
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.money import Money
from tiering.domain.refusal import Refusal
from tiering.usecases.browsing import Filter, Listed, Page

CHANNEL = "customer-success"
TIERS = {1: "Strategic", 2: "Growth", 3: "Digital"}


def listed(account_id: str, name: str, **values: object) -> Listed:
    known: dict[str, object] = {
        "status": "customer",
        "tier": 1,
        "provisional": False,
        "csm": "Dana",
        "arr": dollars(164_000),
        "decided_on": TODAY,
        "segment": None,
        "rank": None,
    }
    return Listed(id=account_id, name=name, **(known | values))  # type: ignore[arg-type]  # any field by its name


def asks(slack: LocalSlack, text: str, person: str = "vera") -> Message:
    (answer,) = slack.command(person, CHANNEL, f"/tier {text}")
    assert answer.visible_to == slack.workspace.person(person).id
    assert check_message({"text": answer.text, "blocks": list(answer.blocks)}) == []
    return answer


def lines(message: Message) -> list[str]:
    return unescaped(message.text).split("\n")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("", Wanted()),
        ("tier 2", Wanted(tier="2")),
        ("tier growth csm dana whitfield prospects", Wanted("growth", "dana whitfield", Status.PROSPECT)),
        ("churned", Wanted(status=Status.CHURNED)),
        ("customers norway tier 1", Wanted(tier="1", status=Status.CUSTOMER, words="norway")),
        ("Prospects, tier 2", Wanted(tier="2", status=Status.PROSPECT)),
        ("retail", Wanted(words="retail")),
        ("frontier", Wanted(words="frontier")),
        ('csm "Customer Tier Team" tier 2', Wanted("2", '"Customer Tier Team"')),
        ('csm "Customer" Team', Wanted(csm='"Customer" Team')),
    ],
)
def test_what_is_said_chooses_the_accounts(said: str, wanted: Wanted) -> None:
    assert read_wanted(said) == wanted


@given(st.text(max_size=200))
def test_whatever_is_said_of_a_list_is_understood_somehow(said: str) -> None:
    assert read_wanted(said).phrase.startswith("list")


@pytest.mark.parametrize(
    ("said", "tier", "more"),
    [("2", 2, ""), ("GROWTH", 2, ""), ("growth retail", 2, "retail"), ("signature", 1, "")],
)
def test_a_tier_has_many_names(content: Content, said: str, tier: int, more: str) -> None:
    assert content.draft
    found, rest = tier_in(said, content.draft.rules.tiers)
    assert (found.id, rest) == (tier, more)


def test_a_tier_that_there_is_not_is_refused_with_those_there_are(content: Content) -> None:
    assert content.draft
    with pytest.raises(Refusal, match=r"No tier is called “gold”; the tiers are 1 \(Strategic\), 2"):
        tier_in("gold", content.draft.rules.tiers)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "Acme: tier 1, ARR $164,000, CSM Dana"),
        ({"arr": None, "csm": None, "provisional": True}, "Acme: tier 1 (provisional), ARR unknown, no CSM"),
        ({"status": "prospect", "tier": 2}, "Acme: prospect, would be tier 2, ARR $164,000, CSM Dana"),
        ({"status": "churned", "arr": Money(0, "EUR")}, "Acme: churned, was tier 1, ARR €0, CSM Dana"),
    ],
)
def test_a_line_says_what_an_account_is(values: dict[str, object], line: str) -> None:
    assert "".join(run["text"] for run in account_line(listed("A-1", "Acme", **values))) == line


def test_all_accounts_are_listed_ten_on_a_page(slack: LocalSlack) -> None:
    said = asks(slack, "list")
    assert lines(said)[:5] == [
        "40 accounts.",
        "The highest tier and the largest first, page 1 of 4.",
        "",
        "Accounts",
        "• Acme Corporation: tier 1, ARR $164,000, CSM Dana Whitfield",
    ]
    assert sum(line.startswith("• ") and ": tier" in line for line in lines(said)) == 8
    (second,) = slack.press("vera", said, "say:next")
    assert second.ts == said.ts
    assert lines(second)[1].endswith("page 2 of 4.")
    (first,) = slack.press("vera", second, "say:previous")
    assert lines(first)[1].endswith("page 1 of 4.")


@pytest.mark.parametrize(
    ("said", "first", "names"),
    [
        ("list tier growth", "4 accounts in tier 2, Growth.", ["Globex", "Initech", "Hooli", "Pied Piper"]),
        ("list prospects", "1 prospect.", ["Pied Piper"]),
        ("list churned", "1 former customer.", ["Hooli"]),
        ("list customers csm dana", "1 customer, CSM Dana.", ["Globex"]),
        ("list csm sof", "1 account, CSM Sofia Caruso.", ["Initech"]),
        ("find acme", "2 accounts found by “acme”.", ["Acme Corporation", "Acme Holdings"]),
        ("search accounts for norway", "1 account found by “norway”.", ["Globex"]),
        ("find <http://globex.test|globex.test>", "1 account found by “globex.test”.", ["Globex"]),
        ("list acme tier 1", "2 accounts in tier 1, Strategic, found by “acme”.", []),
    ],
)
def test_a_list_is_of_what_was_asked_for(slack: LocalSlack, said: str, first: str, names: list[str]) -> None:
    answer = lines(asks(slack, said))
    assert answer[0] == first
    told = [
        line.removeprefix("• ").split(":")[0] for line in answer if line.startswith("• ") and ": " in line
    ]
    assert sorted(told) == sorted(names) or not names


def test_one_of_the_list_is_opened_by_the_menu(slack: LocalSlack) -> None:
    said = asks(slack, "find vandelay page 2")
    (account,) = slack.choose("vera", said, f"{PICK_ACCOUNT}menu", "V-15")
    assert lines(account)[0].startswith("Vandelay Works 15 is tier 3")


def test_nothing_found_says_what_can_be_searched(slack: LocalSlack) -> None:
    said = asks(slack, "find xyzzy")
    assert lines(said)[0] == "No accounts found by “xyzzy”."
    assert lines(said)[1].startswith("You can search by how a name or alias begins")
    (all_of_them,) = slack.press("vera", said, "say:list")
    assert lines(all_of_them)[0] == "40 accounts."


def test_a_manager_whom_several_names_fit_is_chosen(slack: LocalSlack) -> None:
    said = asks(slack, "list tier 2 csm nobody")
    assert lines(said)[0] == "No account has a CSM called “nobody”."
    (answer,) = slack.choose("vera", said, "say:manager", 'list tier 2 csm "Sofia Caruso"')
    assert lines(answer)[0] == "1 account in tier 2, Growth, CSM Sofia Caruso."


def test_a_manager_may_be_mentioned(slack: LocalSlack) -> None:
    assert lines(asks(slack, "list csm @marco"))[0] == "No account has a CSM called “Marco Silva”."


def test_a_tier_that_there_is_not_is_said_to_whoever_asks(slack: LocalSlack) -> None:
    assert lines(asks(slack, "list tier gold"))[0].startswith("No tier is called “gold”")


@pytest.mark.parametrize(
    "text", ["find <!channel>", "find &lt;b&gt;", 'list "', "find {}", "list csm {0}", "find *"]
)
def test_whatever_is_typed_gets_a_sentence(slack: LocalSlack, text: str) -> None:
    assert "something went wrong" not in asks(slack, text).text


def test_a_name_full_of_markup_is_nothing_but_a_name(slack: LocalSlack) -> None:
    assert f"• {EVIL}: tier 3, ARR $1, no CSM" in lines(asks(slack, "find evil.example"))


def test_names_fit_as_a_whole_before_they_fit_by_their_beginnings() -> None:
    managers = [("Dana Whitfield", 5), ("Dana", 1), ("Jordana Ruiz", 2)]
    assert named(managers, ["dana"]) == (("Dana", 1),)
    assert named(managers, ["whit"]) == (("Dana Whitfield", 5),)
    assert named(managers, ["DÁN"]) == (("Dana Whitfield", 5), ("Dana", 1))
    assert named(managers, [""]) == ()


LISTED = st.builds(
    listed,
    WORDS.map(lambda text: text[:100]),
    WORDS,
    status=st.sampled_from([status.value for status in Status]),
    tier=st.integers(1, 9),
    provisional=st.booleans(),
    csm=st.none() | HOSTILE,
    arr=st.none() | st.integers(-(10**14), 10**14).map(lambda cents: Money(cents, "USD")),
)


@given(st.lists(LISTED, max_size=10), HOSTILE, HOSTILE, HOSTILE)
def test_no_words_can_break_a_list(accounts: list[Listed], said: str, csm: str, phrase: str) -> None:
    page = Page(tuple(accounts), 100 if accounts else 0, 5, 10)
    assert_slack_takes(list_view(page, Filter(words=said, tier=1, csm=csm), TIERS, phrase))


@given(st.lists(st.tuples(HOSTILE, st.integers(1, 10**6)), max_size=100), HOSTILE, HOSTILE)
def test_no_names_can_break_the_choice_of_a_manager(
    managers: list[tuple[str, int]], said: str, phrase: str
) -> None:
    assert_slack_takes(managers_view([said], managers, managers[:3], lambda name: f"{phrase} {name}"))
    assert_slack_takes(managers_view([], managers, (), lambda name: f"{phrase} {name}"))
