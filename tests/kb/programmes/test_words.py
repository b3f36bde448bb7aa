"""Colleagues read in whole sentences what a programme does."""

from __future__ import annotations

import pytest

from kb.programmes.programme import Programme
from kb.programmes.trigger import read_trigger
from kb.programmes.words import reader_in_words, step_in_words, trigger_in_words
from kb.visibility import Audience
from tests.kb.programmes.test_due import programme, step


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("signed up", "It begins when the account went live."),
        ("1 day since signed up", "It begins 1 day after the account went live."),
        ("renewal in 90 days", "It begins 90 days before the renewal of the contract."),
        ("2 days before office hours", "It begins 2 days before the next office hours."),
        ("5 days since board-opened", "It begins 5 days after they did board-opened in the product."),
        ("every month", "It begins anew every month."),
        ("usage fell", "It begins when the usage of the account began to fall."),
        ("NPS answered", "It begins when the account answered how likely it recommends us."),
        ("tier changed", "It begins when a named person has let out the kit about a changed plan."),
        ("course finished: berths", "It begins when they finished the course berths."),
        (
            "not yet done berths/knots 7 days after signed up",
            "It begins 7 days after the account went live, "
            "unless they did the lesson knots of berths before that.",
        ),
    ],
)
def test_every_trigger_is_a_sentence(written: str, said: str) -> None:
    trigger = read_trigger(written, {"board-opened"})
    assert trigger
    assert trigger_in_words(trigger) == said


@pytest.mark.parametrize("written", ["0 days before office hours", "29 days before office hours"])
def test_office_hours_are_told_of_one_day_to_four_weeks_ahead(written: str) -> None:
    assert read_trigger(written) is None


def test_every_step_says_when_it_comes() -> None:
    tour = programme(
        step("one"),
        step("two", 3, after="one", unless=("done berths",)),
        step("three", 0, after="two", only_if=("nps answered",)),
        step("four", only_if=("signed up", "usage fell"), unless=("done berths", "event board-opened")),
    )
    assert [step_in_words(one, tour) for one in tour.steps] == [
        "At once.",
        "3 days after “one”, unless they finished the course berths.",
        "The day after “two”, if the account answered how likely it recommends us.",
        "At once, if the account went live and the usage of the account began to fall, "
        "unless they finished the course berths or they did board-opened in the product.",
    ]


@pytest.mark.parametrize(
    ("tour", "said"),
    [
        (programme(), "contacts of customers"),
        (programme(role="manager"), "managers among contacts of customers"),
        (programme(audience=Audience(frozenset({"tier:3"}))), "contacts of customers in tier:3"),
    ],
)
def test_whom_it_is_for_is_said(tour: Programme, said: str) -> None:
    assert reader_in_words(tour) == said
