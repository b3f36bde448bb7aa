"""Families: who is at the top of each, and which links go in circles."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from tests.tiering.domain.strategies import OFTEN
from tiering.domain.family import circles, roots

IDS = st.sampled_from("abcdefgh")
LINKS = st.dictionaries(IDS, IDS)


def way_up(account_id: str, parents: Mapping[str, str]) -> list[str]:
    """Follow the links until they end or repeat."""
    way = [account_id]
    while (parent := parents.get(way[-1])) is not None:
        if parent in way:
            return [*way, parent]
        way.append(parent)
    return way


def test_the_top_is_found_at_any_depth() -> None:
    parents = {"c": "b", "b": "a", "d": "a", "z": "y"}
    assert roots("abcdexz", parents) == {**dict.fromkeys("abcd", "a"), "e": "e", "x": "x", "z": "y"}


def test_a_very_long_line_of_parents_is_followed_quickly() -> None:
    parents = {str(number): str(number + 1) for number in range(50_000)}
    assert set(roots(parents, parents).values()) == {"50000"}
    assert circles(parents) == []


def test_a_circle_is_reported_once_from_its_smallest_id() -> None:
    parents = {"c": "a", "a": "b", "b": "c", "x": "a", "s": "s"}
    assert circles(parents) == [("a", "b", "c"), ("s",)]


def test_whoever_hangs_on_a_circle_stands_alone() -> None:
    assert roots("abxys", {"a": "b", "b": "a", "x": "a", "y": "x", "s": "s"}) == {one: one for one in "abxys"}


@OFTEN
@given(LINKS)
def test_every_top_is_where_the_links_end(parents: Mapping[str, str]) -> None:
    for account_id, top in roots("abcdefgh", parents).items():
        way = way_up(account_id, parents)
        round_about = len(way) != len(set(way))
        assert top == (account_id if round_about else way[-1])


@OFTEN
@given(LINKS)
def test_the_order_of_the_ids_does_not_matter(parents: Mapping[str, str]) -> None:
    assert roots("abcdefgh", parents) == roots("hgfedcba", parents)


@OFTEN
@given(LINKS)
def test_circles_are_exactly_the_ids_that_lead_back_to_themselves(parents: Mapping[str, str]) -> None:
    on_circles = {one for one in "abcdefgh" if way_up(one, parents)[-1:] == [one] and one in parents}
    assert {one for circle in circles(parents) for one in circle} == on_circles
    for circle in circles(parents):
        assert circle[0] == min(circle)
        assert [parents[one] for one in circle] == [*circle[1:], circle[0]]
