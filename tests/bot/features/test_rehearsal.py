"""Rehearsing the draft in Slack: who may, what it tells, and that nothing is stored."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import BotSettings
from bot.features.rehearsal import NOT_YOURS, problems_view, rehearsal_view
from bot.playground.local import LocalSlack
from bot.playground.workspace import Message
from bot.server import Parts, beside_local_slack, new_workspace, playground_roles
from bot.text import unescaped
from tests.bot.hostile import HOSTILE, WORDS, assert_slack_takes
from tiering.content import Content
from tiering.domain.account import Status
from tiering.domain.money import Money
from tiering.domain.package import Difference
from tiering.domain.policy import Policy
from tiering.domain.rehearsal import Moved, Rehearsal
from tiering.domain.workload import Book, Demand, Workload
from tiering.files import SHIPPED_CONTENT, Problem
from tiering.people import Roles
from tiering.usecases.rehearsal import Simulated

CHANNEL = "customer-success"


@contextmanager
def drafted(parts: Parts, folder: Path, was: str = "", becomes: str = "") -> Iterator[LocalSlack]:
    """The bot over a content directory of its own, in which one thing of tiers.yaml is written otherwise."""
    shutil.copytree(SHIPPED_CONTENT, folder)
    tiers = folder / "tiers.yaml"
    assert was in tiers.read_text()
    tiers.write_text(tiers.read_text().replace(was, becomes))
    own = replace(
        parts,
        settings=BotSettings(kb_url=parts.settings.kb_url, content_dir=folder),
        roles=playground_roles(Roles()),
    )
    with beside_local_slack(own, new_workspace(random.Random(), roles=own.roles)) as slack:
        yield slack


def rehearses(slack: LocalSlack, text: str = "rehearse", person: str = "marco") -> Message:
    (answer,) = slack.command(person, CHANNEL, f"/tier {text}")
    assert answer.visible_to == slack.workspace.person(person).id
    return answer


def lines(answer: Message) -> list[str]:
    return unescaped(answer.text).split("\n")


def test_a_draft_is_told_in_one_line_with_the_rest_below(parts: Parts, tmp_path: Path) -> None:
    with drafted(parts, tmp_path / "content", "at_least: 10000}", "at_least: 30000}") as slack:
        said = lines(rehearses(slack))
    assert said[:2] == [
        "3 of 40 accounts would move under the draft “Three tiers by revenue and promise”, "
        "compared with version 1.",
        "$0 of yearly revenue would move up, $24,000 down. Nothing was stored.",
    ]
    matrix = said.index("Accounts from (row) to (column)")
    assert said[matrix + 1 : matrix + 5] == [
        "             1  2   3",
        "1 Strategic  2  –   –",
        "2 Growth     –  1   3",
        "3 Digital    –  –  34",
    ]
    assert "• From tier 2 to tier 3: $24,000 a year, 1 customer" in said
    assert any(line.startswith("• Customer success needs ") for line in said)
    assert any(line.startswith("• Initech: tier 2 to tier 3") for line in said)
    assert any(line.startswith("• Pied Piper (a prospect): tier 2 to tier 3. ") for line in said)
    assert said[-1].startswith("To put it in force, operations run tiering publish --based-on 1;")


def test_nothing_is_stored(parts: Parts, tmp_path: Path) -> None:
    with drafted(parts, tmp_path / "content", "at_least: 10000}", "at_least: 30000}") as slack:
        rehearses(slack)
        (answer,) = slack.command("marco", CHANNEL, "/tier initech")
    assert answer.text.startswith("Initech is tier 2, Growth.")


def test_a_draft_that_changes_nothing_says_so(parts: Parts, tmp_path: Path) -> None:
    with drafted(parts, tmp_path / "content") as slack:
        said = lines(rehearses(slack, "rehearse the draft", "olivia"))
    assert said[0].startswith("No account would move under the draft")
    assert said[1] == "Nothing was stored."
    assert not any(line.startswith("Who would move") for line in said)


def test_movers_are_paged_and_the_page_after_is_one_press_away(parts: Parts, tmp_path: Path) -> None:
    with drafted(
        parts, tmp_path / "content", "{tier: 2, at_least: 10000}", "{tier: 2, at_least: 1}"
    ) as slack:
        first = rehearses(slack)
        (second,) = slack.press("marco", first, "say:next")
        (again,) = slack.press("marco", second, "say:previous")
    assert "Who would move, 1 to 5" in lines(first)
    assert "[Next page]" in lines(first)
    assert second.ts == first.ts
    assert "Who would move, 6 to 10" in lines(second)
    assert "Hours a year" not in lines(second)
    assert lines(again) == lines(first)


def test_an_edit_counts_at_once_and_its_mistakes_are_told_with_file_and_line(
    parts: Parts, tmp_path: Path
) -> None:
    with drafted(parts, tmp_path / "content") as slack:
        tiers = tmp_path / "content" / "tiers.yaml"
        good = tiers.read_text()
        tiers.write_text(good.replace("touch: high", "tuch: high"))
        said = lines(rehearses(slack))
        tiers.write_text(good)
        assert lines(rehearses(slack))[0].startswith("No account would move")
    assert said[0] == "The draft has 2 problems, so nothing was rehearsed."
    assert f"• {tiers}:20: unknown key `tiers.tuch`; did you mean `touch`?" in said


def test_a_column_that_no_account_has_is_a_problem_too(parts: Parts, tmp_path: Path) -> None:
    with drafted(
        parts, tmp_path / "content", "when: {own_resources: yes}", "when: {attributes.staf: yes}"
    ) as slack:
        said = lines(rehearses(slack))
    assert said[0] == "The draft has a problem, so nothing was rehearsed."
    assert "tiers.yaml" in said[2]
    assert "staf" in said[2]


def test_a_currency_without_a_rate_is_said(parts: Parts, tmp_path: Path) -> None:
    with drafted(
        parts,
        tmp_path / "content",
        "currency: USD\nrates: {EUR: 1.10, GBP: 1.28}",
        "currency: EUR\nrates: {}",
    ) as slack:
        assert lines(rehearses(slack)) == [
            "Nothing was rehearsed: there is no rate for the currency USD in tiers.yaml."
        ]


@pytest.mark.parametrize("text", ["rehearse", "rehearse page 2"])
def test_whoever_does_not_manage_gets_one_sentence(parts: Parts, tmp_path: Path, text: str) -> None:
    with drafted(parts, tmp_path / "content") as slack:
        assert lines(rehearses(slack, text, "vera")) == [NOT_YOURS]


def test_a_button_that_somebody_else_may_not_press_is_refused(parts: Parts, tmp_path: Path) -> None:
    with drafted(parts, tmp_path / "content") as slack:
        (answer,) = slack.command("vera", CHANNEL, "/tier rehearse page 1")
    assert lines(answer) == [NOT_YOURS]


def moved(number: int, **values: object) -> Moved:
    one = Moved(
        f"A-{number}",
        f"Account {number}",
        Status.CUSTOMER,
        2,
        1,
        None,
        ("Before.",),
        ("After.",),
        Money.of(1000, "USD"),
        Difference((), ()),
    )
    return replace(one, **values)  # type: ignore[arg-type]


def simulated(content: Content, movers: tuple[Moved, ...], work: Workload | None = None) -> Simulated:
    assert content.draft
    policy = replace(content.draft, version=3)
    idle = Workload((Demand(1, 0, {}),), 0, Decimal(0), Decimal(0), (), 0, None, None)
    found = Rehearsal(1000, {(2, 1): len(movers), (None, 3): 7}, {}, movers, {}, {}, 0, work or idle)
    return Simulated(policy, content.draft, found, 4)


def shown(done: Simulated, page: int = 1) -> list[str]:
    made = rehearsal_view(done, page)
    assert_slack_takes(made)
    return unescaped(made.text).split("\n")


def test_the_largest_movers_come_first_and_a_grace_has_its_day(content: Content) -> None:
    large = moved(2, revenue=Money.of(9000, "USD"), due=date(2027, 2, 1))
    said = shown(simulated(content, (moved(1), large)))
    begin = said.index("Who would move, 1 to 2")
    assert said[begin + 1 : begin + 3] == [
        "• Account 2: tier 2 to tier 1 on 1 February 2027, $9,000 a year. After.",
        "• Account 1: tier 2 to tier 1, $1,000 a year. After.",
    ]


def test_revenue_that_is_not_known_is_not_zero(content: Content) -> None:
    said = shown(simulated(content, (moved(1, revenue=None), moved(2))))
    assert "that of 1 customer is unknown" in said[1]
    assert "• The promised hours cost" not in "\n".join(said)
    assert "• What it costs is unknown: “costs” in the draft does not name every team" in said


def test_those_whom_nobody_has_decided_stand_in_a_row_of_their_own(content: Content) -> None:
    assert "undecided  –  –  7" in shown(simulated(content, ()))


def test_a_page_beyond_the_last_is_the_last(content: Content) -> None:
    done = simulated(content, tuple(moved(number) for number in range(7)))
    assert "Who would move, 6 to 7" in shown(done, 99999)
    assert shown(done, 0) == shown(done, 1)


def test_books_over_the_limits_are_told_the_largest_first(content: Content) -> None:
    over = (Book("Dana", {1: 14, 2: 3}, 1.226), *(Book(f"C{n}", {1: 13}, 1.1) for n in range(20)))
    work = Workload((), 22, Decimal(35200), Decimal("40000.5"), over, 2, Money.of(10, "USD"), None)
    said = shown(simulated(content, (), work))
    assert "• Customer success needs 40,000.5 of the 35,200 hours that 22 people have (114%)" in said
    assert "• Dana: 14 of tier 1, 3 of tier 2, 123% of the limits" in said
    assert "• and 11 more" in said


def test_many_problems_are_counted() -> None:
    made = problems_view([Problem("content/tiers.yaml", n, "is wrong") for n in range(1, 31)])
    assert_slack_takes(made)
    assert made.text.split("\n")[0] == "The draft has 30 problems, so nothing was rehearsed."
    assert made.text.split("\n")[-1] == "and 20 more; tiering check tells them all."


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_account_can_break_a_rehearsal(content: Content, data: st.DataObject) -> None:
    movers = tuple(
        moved(
            number,
            name=data.draw(WORDS),
            new_reasons=tuple(data.draw(st.lists(HOSTILE, max_size=9))),
            revenue=data.draw(st.none() | st.builds(Money, st.integers(0, 10**14), st.just("USD"))),
        )
        for number in range(data.draw(st.integers(0, 12)))
    )
    over = tuple(Book(data.draw(WORDS), {1: 10**6}, 12.0) for _ in range(data.draw(st.integers(0, 15))))
    done = simulated(content, movers, Workload((), 1, Decimal(1), Decimal(1), over, 0, None, None))
    rules = done.draft.rules.model_copy(update={"name": data.draw(WORDS)})
    named = replace(done, draft=Policy(0, rules, done.draft.catalogue))
    for page in (1, 2, 3):
        shown(named, page)
    made = problems_view([Problem("p", 1, data.draw(HOSTILE))] * data.draw(st.integers(1, 30)))
    assert_slack_takes(made)
