"""The public page about plans."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.web.desk import desk_of
from kb.web.services import mark, rows
from tests.conftest import OLGA
from tests.kb.web.cast import DINA, PETRA, colleague, settle, signed_in
from tests.kb.web.conftest import House, MakeHouse
from tests.kb.web.page import read
from tiering.domain.service import Level
from tiering.usecases.browsing import Plan, PlannedService
from tiering.usecases.record import upgrade


def _service(level: Level, allowance: str | None = None, price: str | None = None) -> PlannedService:
    return PlannedService("visit", "Visit", "We come. Twice.", level, allowance, price, conditional=False)


def test_customers_see_plan_names_promises_and_what_they_include(shipped: House) -> None:
    page = read(shipped.client.get("/services").text)
    for words in (
        "Signature",
        "Plus",
        "Essential",
        "4 per year",
        "Quarterly business review",
        "In every plan",
    ):
        assert words in page.text
    assert {"quarterly-business-review", "knowledge-base"} <= set(page.ids)


def test_who_is_signed_in_sees_which_plan_is_theirs(make_house: MakeHouse) -> None:
    house = make_house()
    settle(desk_of(house.app).store)
    for client, own in (
        (house.client, []),
        (signed_in(house, DINA), ["Essential"]),
        (signed_in(house, PETRA), []),
        (colleague(house), []),
    ):
        page = client.get("/services").text
        assert re.findall(r"<h2>(\w+) <span[^>]*>Your plan</span></h2>", page) == own
        assert ("Not sure which plan you have" in page) == (own == [])


def test_a_plan_that_lacks_a_service_says_what_it_costs_where_it_is_sold() -> None:
    assert mark(_service(Level.INCLUDED)) == "Included"
    assert mark(_service(Level.ALLOWANCE, "4 per year")) == "4 per year"
    assert mark(_service(Level.REQUEST)) == "On request"
    assert mark(_service(Level.PAID, price="$600 per session")) == "Add-on, $600 per session"
    assert mark(_service(Level.NO, price="$600 per session")) == "Add-on, $600 per session"
    assert mark(_service(Level.NO)) == ""


def test_a_service_that_only_some_of_a_plan_are_owed_is_promised_to_nobody() -> None:
    assert mark(replace(_service(Level.INCLUDED), conditional=True)) == "By agreement"
    assert mark(replace(_service(Level.NO), conditional=True)) == ""


def test_what_all_plans_have_alike_stands_apart_and_what_none_has_is_left_out() -> None:
    def plans(*levels: Level) -> list[Plan]:
        return [
            Plan(str(n), "Promise.", "1 hour", "always", (_service(level),)) for n, level in enumerate(levels)
        ]

    apart, common = rows(plans(Level.INCLUDED, Level.NO))
    assert ([row.marks for row in apart], common) == ([("Included", "")], [])
    apart, common = rows(plans(Level.INCLUDED, Level.INCLUDED))
    assert (apart, [row.summary for row in common]) == ([], ["We come."])
    assert rows(plans(Level.NO, Level.NO)) == ([], [])
    assert rows([]) == ([], [])


def test_without_a_published_policy_the_page_says_so(make_house: MakeHouse) -> None:
    house = make_house(upgraded=False)
    upgrade(desk_of(house.app).store, OLGA)
    assert "not published here yet" in house.client.get("/services").text
