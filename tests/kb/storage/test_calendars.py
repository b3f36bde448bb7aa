"""The office hours have a number that grows with every edit, and with nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from kb.storage import Calendars
from tiering.usecases.record import Store


def test_an_edit_and_an_edit_back_each_make_a_newer_number(store: Store) -> None:
    calendars = Calendars(store)
    assert [calendars.number(digest) for digest in ("a", "a", "b", "b", "a")] == [0, 0, 1, 1, 2]


def test_two_who_ask_at_once_are_told_the_same_number(store: Store) -> None:
    calendars = Calendars(store)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: calendars.number("a"), range(8))) == {0}


def test_whoever_asks_again_waits_for_nobody_who_writes(sqlite_store: Store) -> None:
    calendars = Calendars(sqlite_store)
    calendars.number("a")
    with sqlite_store.begin():
        assert calendars.number("a") == 0
