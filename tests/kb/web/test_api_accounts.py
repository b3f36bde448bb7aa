"""The accounts in the JSON interface: for whoever bears the token, and for nobody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from kb.web.desk import desk_of
from tests.conftest import OLGA, TODAY, account, an_import
from tests.kb.web.cast import settle
from tests.kb.web.conftest import TOKEN, House, MakeHouse
from tiering.content import read_content
from tiering.domain.account import Account
from tiering.domain.answer import TierAnswer
from tiering.domain.decision import Decision, Pending, Reason
from tiering.domain.money import Money
from tiering.domain.shape import card_shape
from tiering.files import SHIPPED_CONTENT
from tiering.usecases.ask import Inquiry, show
from tiering.usecases.merge import merge
from tiering.usecases.record import Store, upgrade

BEARER = {"Authorization": f"Bearer {TOKEN}"}

LIGHTHOUSE = account(
    "L/1 é", "Lighthouse", domain="light.example", aliases=("Light",), arr=Money(1_234_500, "EUR"),
    potential_arr=Money(2_000_000, "USD"), seats=12, nps=41, csat=Decimal("87"),
    advocate_reference=True, went_live_on=date(2026, 3, 1), csm="Dana",
    attributes={"plan": "gold", "score": Decimal("1.5"), "seen": date(2026, 1, 2), "good": True},
    as_of=TODAY, source="crm.csv", parent="A-1", parent_id="A-1",
)  # fmt: skip
"""An account of which everything is told."""

DECISION = Decision(
    LIGHTHOUSE.id, 1, True,
    (Reason("arr", "€12,345", "≥ €10,000", "tier 2", "Its ARR is €12,345.", "crm.csv", TODAY),),
    1, TODAY, own_tier=2, pending=Pending(3, TODAY, date(2026, 12, 31)),
    segment="efficiency", flags=("bad_fit",), weight=12_345.0,
)  # fmt: skip


def _keep(store: Store, kept: Account, decision: Decision) -> None:
    with store.begin() as work:
        work.accounts.save([kept], an_import(work))
        work.decisions.save([decision])


@pytest.fixture(scope="module")
def peopled(make_house: MakeHouse) -> House:
    """The harbour's help centre with the cast's accounts and the lighthouse; only to be read."""
    house = make_house()
    settle(desk_of(house.app).store)
    _keep(desk_of(house.app).store, LIGHTHOUSE, DECISION)
    return house


def _ask(house: House, path: str, **headers: str) -> TestResponse:
    return house.client.get(f"/api/v1/accounts{path}", headers=headers or BEARER)


def test_an_account_is_told_as_the_command_tells_it(peopled: House) -> None:
    inquiry = Inquiry("cli:olga", TODAY, read_content(SHIPPED_CONTENT).prose)
    answer = show(desk_of(peopled.app).store, LIGHTHOUSE.id, inquiry)
    assert isinstance(answer, TierAnswer)
    told = _ask(peopled, "/L%2F1%20%C3%A9").get_json()
    assert told == card_shape(answer.card)
    assert told["account"]["arr"] == {"amount": "12345.00", "currency": "EUR"}
    assert told["account"]["attributes"] == {
        "plan": "gold", "score": "1.5", "seen": "2026-01-02", "good": True,
    }  # fmt: skip
    assert told["account"]["parent_name"] == "Tidewater"
    assert (told["tier"], told["own_tier"], told["pending"]["due"]) == (1, 2, "2026-12-31")


def test_what_an_account_may_have_is_told_by_itself(peopled: House) -> None:
    answer, whole = _ask(peopled, "/A-1/entitlements").get_json(), _ask(peopled, "/A-1").get_json()
    assert (answer["account"], answer["name"], answer["tier"]) == ("A-1", "Tidewater", 1)
    assert answer["entitlements"] == whole["entitlements"]
    review = {one["service"]: one for one in answer["entitlements"]}["quarterly-business-review"]
    assert (review["level"], review["allowance"], review["period"], review["left"]) == (
        "allowance", 4, "year", 4,
    )  # fmt: skip
    assert _ask(peopled, "/L%2F1%20%C3%A9/entitlements").get_json()["account"] == LIGHTHOUSE.id


def test_accounts_are_listed_highest_tier_and_largest_first(peopled: House) -> None:
    answer = _ask(peopled, "").get_json()
    assert [one["id"] for one in answer["accounts"]] == [
        "L/1 é", "A-6", "A-1", "A-5", "A-2", "A-4", "A-3",
    ]  # fmt: skip
    assert answer["accounts"][0] == {
        "id": "L/1 é",
        "name": "Lighthouse",
        "status": "customer",
        "tier": 1,
        "provisional": True,
        "csm": "Dana",
        "arr": {"amount": "12345.00", "currency": "EUR"},
        "decided_on": "2026-11-22",
        "segment": "efficiency",
        "rank": {"place": 1, "of": 3},
    }
    assert (answer["total"], answer["pages"], answer["next"]) == (7, 1, None)


def test_the_pages_together_are_the_list(peopled: House) -> None:
    seen: list[str] = []
    address: str | None = "https://help.harbour.example/api/v1/accounts?limit=2"
    while address:
        answer = _ask(peopled, address.partition("/accounts")[2]).get_json()
        seen += [one["id"] for one in answer["accounts"]]
        address = answer["next"]
    assert seen == ["L/1 é", "A-6", "A-1", "A-5", "A-2", "A-4", "A-3"]
    assert _ask(peopled, "?limit=2&page=5").get_json()["accounts"] == []


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?tier=2", ["A-5", "A-2"]),
        ("?status=prospect", ["A-5"]),
        ("?tier=1&status=customer", ["L/1 é", "A-1"]),
        ("?tier=3&status=churned", []),
    ],
)
def test_a_list_is_of_one_tier_or_one_status(peopled: House, query: str, ids: list[str]) -> None:
    assert [one["id"] for one in _ask(peopled, query).get_json()["accounts"]] == ids


def test_a_filter_that_cannot_be_meant_is_a_problem(peopled: House) -> None:
    def problem(query: str) -> tuple[int, str]:
        answer = _ask(peopled, query)
        return answer.status_code, answer.get_json()["detail"]

    assert problem("?status=gone") == (
        400,
        "The parameter `status` must be one of prospect, customer, churned.",
    )
    assert problem("?tier=0") == (400, "The parameter `tier` must be a whole number from 1 to 9.")
    assert problem("?tier=7") == (404, "There is no tier 7; the tiers are 1, 2, 3.")


def test_an_account_that_was_merged_leads_to_the_one_it_is_part_of(make_house: MakeHouse) -> None:
    house = make_house()
    store = desk_of(house.app).store
    settle(store)
    merge(store, "A-3", "A-2", "cli:olga", TODAY)
    assert _ask(house, "/A-3").get_json()["account"]["id"] == "A-2"


@pytest.mark.parametrize(
    "path", ["/A-9", "/Tidewater", "/a-1", "/A-1/", "/A-1/entitlement", "/%20", "/x/entitlements"]
)
def test_only_an_id_is_an_account(peopled: House, path: str) -> None:
    answer = _ask(peopled, path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "a=b"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer é"},
    ],
)
def test_without_the_token_nobody_learns_whether_an_account_exists(
    peopled: House, headers: dict[str, str]
) -> None:
    answers: list[dict[str, Any]] = []
    for path in ("/A-1", "/A-9", "/A-1/entitlements", "/A-9/entitlements", "", "?tier=0", "/A-1?x=1"):
        answer = _ask(peopled, path, **headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
        assert ("invalid_token" in answer.headers["WWW-Authenticate"]) == ("Authorization" in headers)
        assert "no-store" in answer.headers["Cache-Control"]
        answers.append({**answer.get_json(), "instance": ""})
    assert all(answer == answers[0] for answer in answers)


def test_where_no_token_is_set_nobody_has_it(make_house: MakeHouse) -> None:
    house = make_house(kb_api_token=None)
    for bearer in ("Bearer ", "Bearer None", f"Bearer {TOKEN}"):
        assert _ask(house, "", Authorization=bearer).status_code == 401


def test_an_answer_for_the_token_is_never_stored(peopled: House) -> None:
    for path in ("", "/A-1", "/A-1/entitlements", "/A-9"):
        answer = _ask(peopled, path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answer.headers


def test_every_answer_is_noted_in_the_audit(make_house: MakeHouse) -> None:
    house = make_house()
    store = desk_of(house.app).store
    settle(store)
    _ask(house, "/A-1")
    _ask(house, "")
    with store.begin() as work:
        assert work.audit.subjects("api", ("ask",), 10) == ["A-1"]


def test_before_a_policy_is_in_force_programs_are_told_what_is_missing(make_house: MakeHouse) -> None:
    house = make_house(upgraded=False)
    upgrade(desk_of(house.app).store, OLGA)
    for path in ("", "/A-1", "/A-1/entitlements"):
        answer = _ask(house, path)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert answer.get_json()["detail"].startswith("No policy is in force yet")
    assert house.client.get("/api/v1/services").get_json() == {"plans": [], "services": []}


def test_while_the_record_is_away_programs_are_told_to_come_back(make_house: MakeHouse) -> None:
    house = make_house(upgraded=False, database_url="postgresql://nobody@127.0.0.1:9/none")
    answer = _ask(house, "/A-1")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"
    assert "127.0.0.1:9" not in answer.text


def test_what_an_account_is_not_known_to_be_is_null(peopled: House) -> None:
    told = _ask(peopled, "/A-4").get_json()
    assert told["account"]["partner"] == "Nordic Field"
    assert (told["account"]["arr"], told["account"]["nps"], told["rank"]) == (None, None, None)
