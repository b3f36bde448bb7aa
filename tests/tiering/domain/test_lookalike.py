from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import account
from tests.tiering.domain.strategies import OFTEN
from tiering.content import Content
from tiering.domain.account import Account
from tiering.domain.lookalike import FAR, Lookalike, lookalikes
from tiering.domain.money import Money

BANK = account("H-1", "Big Bank", industry="Banking", seats=400, potential_arr=Money.of(200_000, "USD"))


def found(content: Content, *low: Account, high: tuple[Account, ...] = (BANK,)) -> list[Lookalike]:
    assert content.rules
    return lookalikes(high, low, content.rules)


def test_the_distance_is_told_in_the_accounts_own_figures(content: Content) -> None:
    one = account("L-1", "Small Bank", industry="banking", seats=200, potential_arr=Money.of(200_000, "USD"))
    (like,) = found(content, one)
    assert (like.id, like.like_id, like.distance) == ("L-1", "H-1", 0.5)
    expected = "Like Big Bank: both banking, 200 seats against 400, potential $200,000 against $200,000."
    assert like.sentence == expected


def test_what_one_of_the_two_lacks_is_left_out(content: Content) -> None:
    (like,) = found(content, account("L-1", "Quiet Bank", industry="Banking", seats=400))
    assert (like.distance, like.sentence) == (0, "Like Big Bank: both Banking, 400 seats against 400.")


def test_other_industries_other_sizes_and_the_unknown_are_not_alike(content: Content) -> None:
    others = [
        account("L-1", "Clinic", industry="Healthcare", seats=400),
        account("L-2", "Tiny Bank", industry="Banking", seats=4),
        account("L-3", "Mystery Bank", industry="Banking"),
        account("L-4", "Empty Bank", industry="Banking", seats=0, potential_arr=Money.of(0, "USD")),
        account("L-5", "Somebody", seats=400),
    ]
    assert found(content, *others) == []


def test_the_nearest_of_several_is_named_and_the_most_alike_stand_first(content: Content) -> None:
    second = account("H-2", "Other Bank", industry="Banking", seats=100)
    low = [
        account("L-1", "A", industry="Banking", seats=130),
        account("L-2", "B", industry="Banking", seats=390),
    ]
    assert [(one.id, one.like_id) for one in found(content, *low, high=(BANK, second))] == [
        ("L-2", "H-1"),
        ("L-1", "H-2"),
    ]


def test_other_currencies_are_converted_before_they_are_compared(content: Content) -> None:
    (like,) = found(content, account("L-1", "E", industry="Banking", potential_arr=Money.of(181_818, "EUR")))
    assert like.distance == 0


@OFTEN
@given(seats=st.lists(st.none() | st.integers(-5, 10**7), max_size=6), own=st.none() | st.integers(0, 10**7))
def test_nobody_is_alike_from_afar_and_nobody_stands_twice(
    content: Content, seats: list[int | None], own: int | None
) -> None:
    high = tuple(account(f"H-{n}", f"H {n}", industry="Banking", seats=one) for n, one in enumerate(seats))
    likes = found(content, account("L", "Low", industry="Banking", seats=own), high=high)
    assert len(likes) <= 1
    assert all(0 <= like.distance <= FAR for like in likes)
