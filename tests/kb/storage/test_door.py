"""Sessions, invitations and tokens, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest

from kb.storage import TRIES, Door, Invitation, Session
from tests.conftest import NOON
from tiering.usecases.record import RecordUnavailable, Store, open_store

_T = TypeVar("_T")

HOUR = timedelta(hours=1)
HERS = Session(
    key="s1", kind="contact", subject="C-1", name="Tess", way="mail", begun_at=NOON, ends_at=NOON + HOUR
)
INVITED = Invitation(
    key="k1", link="l1", code="c1", address="tess@tidewater.example", next="/x", ends_at=NOON + HOUR
)


@pytest.fixture
def door(store: Store) -> Door:
    return Door(store)


def at_once(number: int, do: Callable[[], _T]) -> list[_T]:
    together = Barrier(number)

    def one(_: int) -> _T:
        together.wait()
        return do()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def test_a_session_is_found_until_it_ends(door: Door) -> None:
    door.begin(HERS)
    assert door.session("s1", NOON) == HERS
    assert door.session("s2", NOON) is None
    assert door.session("s1", NOON + HOUR) is None


def test_sessions_end_one_by_one_or_all_at_once(door: Door) -> None:
    for key in ("s1", "s2", "s3"):
        door.begin(replace(HERS, key=key))
    door.begin(replace(HERS, key="s4", subject="C-2"))
    door.begin(replace(HERS, key="s5", kind="staff"))
    door.end("s2")
    assert [one.key for one in door.sessions_of("contact", "C-1", NOON)] == ["s1", "s3"]
    assert door.end_all("contact", "C-1") == 2
    assert door.sessions_of("contact", "C-1", NOON) == ()
    assert door.session("s4", NOON) is not None
    assert door.session("s5", NOON) is not None


def test_what_has_ended_is_forgotten_when_somebody_comes(door: Door) -> None:
    door.begin(HERS)
    door.invite(INVITED, NOON)
    later = NOON + HOUR
    door.begin(replace(HERS, key="s2", begun_at=later, ends_at=later + HOUR))
    door.invite(replace(INVITED, key="k2", link="l2", ends_at=later + HOUR), later)
    assert door.session("s1", NOON) is None
    assert door.invited_by_link("l1", NOON) is None


def test_a_preview_belongs_to_its_session(door: Door) -> None:
    door.begin(HERS)
    door.begin(replace(HERS, key="s2"))
    door.show_as("s1", "3")
    shown, other = door.session("s1", NOON), door.session("s2", NOON)
    assert shown is not None
    assert other is not None
    assert (shown.preview, other.preview) == ("3", None)


def test_an_invitation_is_used_once_by_link_or_by_code(door: Door) -> None:
    door.invite(INVITED, NOON)
    assert door.invited_by_link("l1", NOON) == INVITED
    assert door.use_link("l1", NOON) == INVITED
    assert door.use_link("l1", NOON) is None
    assert door.use_code("k1", "c1", NOON) is None
    assert door.invited_by_link("l1", NOON) is None


def test_an_invitation_ends(door: Door) -> None:
    door.invite(INVITED, NOON)
    assert door.invited_by_link("l1", NOON + HOUR) is None
    assert door.use_link("l1", NOON + HOUR) is None
    assert door.use_code("k1", "c1", NOON + HOUR) is None


def test_a_code_is_tried_so_often_and_no_oftener(door: Door) -> None:
    door.invite(INVITED, NOON)
    assert [door.use_code("k1", "wrong", NOON) for _ in range(TRIES)] == [None] * TRIES
    assert door.use_code("k1", "c1", NOON) is None
    assert door.use_link("l1", NOON) == INVITED


def test_a_link_alone_has_no_code(door: Door) -> None:
    door.invite(replace(INVITED, code=None, address=None), NOON)
    assert door.use_code("k1", "", NOON) is None
    assert door.use_code("k1", "None", NOON) is None


def test_of_many_at_once_one_uses_the_link(door: Door) -> None:
    door.invite(INVITED, NOON)
    used = at_once(6, lambda: door.use_link("l1", NOON))
    assert sorted(one is not None for one in used) == [False] * 5 + [True]


def test_many_at_once_have_no_more_tries_than_one(door: Door) -> None:
    door.invite(INVITED, NOON)
    at_once(12, lambda: door.use_code("k1", "wrong", NOON))
    assert door.use_code("k1", "c1", NOON) is None


def test_of_many_at_once_one_token_is_the_first(door: Door) -> None:
    accepted = at_once(6, lambda: door.accept_once("t1", NOON + HOUR, NOON))
    assert sorted(accepted) == [False] * 5 + [True]


def test_a_record_that_is_away_is_one_sentence() -> None:
    door = Door(open_store("postgresql://a:b@127.0.0.1:9/none", lambda: NOON))
    for ask in (lambda: door.session("s1", NOON), lambda: door.use_link("l1", NOON)):
        with pytest.raises(RecordUnavailable):
            ask()
