from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.tiering.domain.strategies import SELDOM
from tiering.content import read_content
from tiering.domain.interview import Answers, StaffedTier, capacity, cut_points, tiers_yaml
from tiering.files import SHIPPED_CONTENT


def answered(csms: int = 4, **values: object) -> Answers:
    staffed = [("Strategic", "Signature", 8), ("Growth", "Plus", 2)]
    tiers = tuple(StaffedTier(name=n, public_name=p, hours_per_month=Decimal(h)) for n, p, h in staffed)
    return Answers(**{"preset": "later-stage", "csms": csms, "staffed": tiers, **values})


def test_hours_become_room_for_accounts() -> None:
    # 4 people of 25 hours a week have 433 hours a month; half of them for each tier, at 8 and 2 hours.
    assert capacity(answered()) == [27, 108]
    assert capacity(answered(csms=0)) == [0, 0]


def test_limits_are_round_and_hold_what_there_are_hours_for() -> None:
    values = [Decimal(number * 1000) for number in range(1, 101)]
    assert cut_points(values, [10, 70], "arr") == [Decimal(91_000), Decimal(51_000)]
    assert cut_points(values, [100, 100], "arr") == [Decimal(81_000), Decimal(51_000)]  # a fifth, a half
    assert cut_points([value**2 for value in values], [5, 30], "arr") == [Decimal(10**10), Decimal(5 * 10**9)]


def test_without_data_the_limits_are_guesses() -> None:
    assert cut_points([], [1, 1], "arr") == [Decimal(100_000), Decimal(10_000)]
    assert "guesses" in tiers_yaml(answered(), [], {})


def test_the_people_who_were_told_of_are_those_that_a_rehearsal_counts_with(tmp_path: Path) -> None:
    path = tmp_path / "tiers.yaml"
    path.write_text(tiers_yaml(answered(csms=4, hours_per_week=Decimal("22.5")), [], {}), encoding="utf-8")
    rules = read_content(SHIPPED_CONTENT, path).rules
    assert rules is not None
    assert (rules.capacity.csms, rules.capacity.csm_hours_per_year) == (4, Decimal(1170))
    assert "\n    # 8 CSM hours a month for each account leave time for so many:\n" in path.read_text()


@pytest.mark.parametrize("hours", ["0", "0.4", "57.1", "168", "NaN"])
def test_nobody_has_no_hours_or_more_than_a_week_holds(hours: str) -> None:
    with pytest.raises(ValidationError):
        answered(hours_per_week=Decimal(hours))


def test_two_tiers_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="public name of its own"):
        answered(digital_public="plus")


_VALUES = st.lists(st.integers(0, 10**8).map(Decimal), max_size=60)


@SELDOM
@given(values=_VALUES, rooms=st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_limits_fall_are_round_and_never_promise_hours_that_are_not_there(
    values: list[Decimal], rooms: list[int]
) -> None:
    cuts = cut_points(values, rooms, "arr")
    assert cuts == sorted(set(cuts), reverse=True)
    assert all(len(f"{cut:f}".rstrip("0")) <= 2 for cut in cuts)
    if any(values):
        for number, cut in enumerate(cuts):
            assert sum(value >= cut for value in values) <= sum(rooms[: number + 1])


@SELDOM
@given(
    values=_VALUES,
    names=st.lists(st.text(min_size=1, max_size=20), min_size=3, max_size=5, unique_by=str.casefold),
    csms=st.integers(0, 100),
    hours=st.decimals(Decimal("0.1"), 200, places=2),
    metric=st.sampled_from(["arr", "seats"]),
)
def test_whatever_is_answered_the_file_passes_the_check(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[Decimal],
    names: list[str],
    csms: int,
    hours: Decimal,
    metric: str,
) -> None:
    try:
        staffed = [{"name": name, "public_name": name, "hours_per_month": hours} for name in names[:-1]]
        answers = answered(
            csms, name=names[0], metric=metric, staffed=staffed, digital=names[-1], digital_public=names[-1]
        )
    except ValidationError:
        return
    path: Path = tmp_path_factory.mktemp("init") / "tiers.yaml"
    path.write_text(tiers_yaml(answers, values, {"EUR": Decimal("1.10")}), encoding="utf-8")
    content = read_content(SHIPPED_CONTENT, path)
    assert content.problems == ()
    assert content.rules
    assert [tier.name for tier in content.rules.tiers] == names
