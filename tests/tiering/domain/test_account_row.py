"""Rows of accounts, read whole or rejected whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.account import Account, Status
from tiering.domain.account_row import FIELDS, AccountRow, Layout, Target, parse_account
from tiering.domain.cell import DateOrder
from tiering.domain.money import Money

ACME = {"id": "A1", "name": "Acme"}


def parse(cells: dict[str, str], **how: DateOrder | str) -> AccountRow | list[str]:
    """Parse a row whose headers are their own targets."""
    targets = tuple(Target(header) for header in cells)
    layout = Layout(
        tuple(header.removeprefix("attributes.") for header in cells),
        targets,
        dates=DateOrder(how["dates"]) if "dates" in how else None,
        default_currency=how.get("currency", "USD"),
    )
    return parse_account(list(cells.values()), layout)


def row(cells: dict[str, str], **how: DateOrder | str) -> AccountRow:
    parsed = parse(cells, **how)
    assert isinstance(parsed, AccountRow), parsed
    return parsed


def problems(cells: dict[str, str]) -> list[str]:
    parsed = parse(cells)
    assert isinstance(parsed, list)
    return parsed


def test_a_whole_row_becomes_an_account() -> None:
    cells = {
        "id": " 0042 ",
        "name": "Acme\u00a0Corporation ",
        "domain": "https://www.acme.com/",
        "aliases": "ACME; Acme Toys | ACME",
        "status": "Client",
        "arr": "$120,000.00 ",
        "currency": "EUR",
        "potential_arr": "80k",
        "seats": "1,200",
        "active_users": "900",
        "nps": "-12",
        "csat": "91 %",
        "industry": "Toys",
        "country": "Norway",
        "goal": "Grow",
        "parent": "Acme Group",
        "partner": "Resellers Ltd",
        "advocate_reference": "yes",
        "advocate_case_study": "no",
        "advocate_referrals": "2",
        "own_resources": "x",
        "hard_to_reach": "",
        "narrow_use": "false",
        "csm": "Mara",
        "sponsor": "Sam",
        "engineer": "Eve",
        "went_live_on": "2024-01-31",
        "renewal_on": "31.12.2026",
        "sold_by": "Jo",
        "attributes.employees": "2822",
    }
    assert set(cells) - {"attributes.employees"} == FIELDS
    assert row(cells).account() == Account(
        id="0042",
        name="Acme Corporation",
        domain="acme.com",
        aliases=("ACME", "Acme Toys"),
        status=Status.CUSTOMER,
        arr=Money.of(120_000, "USD"),
        potential_arr=Money.of(80_000, "EUR"),
        seats=1200,
        active_users=900,
        nps=-12,
        csat=Decimal(91),
        industry="Toys",
        country="Norway",
        goal="Grow",
        parent="Acme Group",
        partner="Resellers Ltd",
        advocate_reference=True,
        advocate_case_study=False,
        advocate_referrals=2,
        own_resources=True,
        hard_to_reach=None,
        narrow_use=False,
        csm="Mara",
        sponsor="Sam",
        engineer="Eve",
        went_live_on=date(2024, 1, 31),
        renewal_on=date(2026, 12, 31),
        sold_by="Jo",
        attributes={"employees": Decimal(2822)},
    )


def test_every_field_of_a_row_is_a_field_of_an_account() -> None:
    assert FIELDS - {"currency"} <= set(get_type_hints(Account))


def test_an_absent_column_keeps_what_is_stored_and_an_empty_cell_clears_it() -> None:
    stored = Account(
        id="A1", name="Acme", csm="Mara", industry="Toys", nps=5, attributes={"size": Decimal(3), "old": "x"}
    )
    after = row({**ACME, "csm": "", "nps": "n/a", "attributes.size": ""}).account(stored)
    assert after == Account(id="A1", name="Acme", industry="Toys", attributes={"old": "x"})


def test_an_empty_status_keeps_the_stored_one_and_a_new_account_is_a_customer() -> None:
    stored = Account(id="A1", name="Acme", status=Status.PROSPECT)
    assert row({**ACME, "status": ""}).account(stored).status is Status.PROSPECT
    assert row({**ACME, "status": ""}).account().status is Status.CUSTOMER
    assert row(ACME).account(stored).status is Status.PROSPECT


def test_a_new_parent_is_not_yet_known_by_its_id() -> None:
    stored = Account(id="A1", name="Acme", parent="Group", parent_id="G")
    assert row({**ACME, "parent": "Group"}).account(stored).parent_id == "G"
    assert row(ACME).account(stored).parent_id == "G"
    assert row({**ACME, "parent": "Other"}).account(stored).parent_id is None
    assert row({**ACME, "parent": ""}).account(stored).parent_id is None


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("customer Client ACTIVE won", Status.CUSTOMER),
        ("prospect Lead opportunity trial", Status.PROSPECT),
        ("churned lost former Cancelled canceled", Status.CHURNED),
    ],
)
def test_statuses_have_synonyms(words: str, status: Status) -> None:
    assert {row({**ACME, "status": word}).values["status"] for word in words.split()} == {status}


def test_without_an_id_column_the_slug_of_the_name_is_the_id() -> None:
    assert row({"name": "Bluth & Söhne GmbH"}).id == "bluth-and-sohne-gmbh"


def test_an_empty_id_is_a_problem_since_the_name_might_be_anothers() -> None:
    assert problems({"id": " ", "name": "Acme"}) == [
        "column `id`, value ' ': expected the CRM's id (leave the whole column out to go by name)"
    ]


@pytest.mark.parametrize(
    "name", ["", " ", "-", "n/a", "!!!", "\u200b", "a\x07b", "A" * 201, "x" * 10_000_000]
)
def test_an_account_needs_a_name(name: str) -> None:
    (problem,) = problems({"id": "A1", "name": name})
    assert problem.startswith("column `name`, value ")
    assert len(problem) < 250


def test_all_problems_of_a_row_are_told_in_one_go() -> None:
    wrong = {"arr": "12x0", "seats": "-1", "nps": "101", "status": "maybe", "went_live_on": "soon"}
    assert problems({**ACME, **wrong}) == [
        "column `seats`, value '-1': expected a whole number from 0 to 2,000,000,000",
        "column `nps`, value '101': expected a whole number from -100 to 100",
        "column `status`, value 'maybe': expected customer, prospect or churned",
        "column `went_live_on`, value 'soon': expected a date such as 2026-12-31",
        "column `arr`, value '12x0': expected an amount such as 12000 or $12,000.00",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("domain", "not a domain"),
        ("csat", "101"),
        ("active_users", "many"),
        ("advocate_referrals", "-1"),
        ("own_resources", "perhaps"),
        ("renewal_on", "03/04/2026"),
        ("currency", "dollars"),
        ("industry", "x" * 501),
        ("aliases", "a\x00b"),
        ("aliases", "a;" * 5000),
        ("attributes.notes", "x" * 501),
    ],
)
def test_a_row_with_any_problem_is_rejected_whole(field: str, value: str) -> None:
    (problem,) = problems({**ACME, field: value})
    assert problem.startswith(f"column `{field.removeprefix('attributes.')}`, value ")


def test_the_order_of_dates_comes_from_the_mapping() -> None:
    assert row({**ACME, "renewal_on": "03/04/2026"}, dates="day-first").values["renewal_on"] == date(
        2026, 4, 3
    )


def test_amounts_take_the_currency_of_cell_then_column_then_default() -> None:
    assert row({**ACME, "arr": "£5", "currency": "EUR"}).values["arr"] == Money(500, "GBP")
    assert row({**ACME, "arr": "5", "currency": "eur"}).values["arr"] == Money(500, "EUR")
    assert row({**ACME, "arr": "5", "currency": ""}, currency="CHF").values["arr"] == Money(500, "CHF")
    assert row({**ACME, "arr": "5"}, currency="CHF").values["arr"] == Money(500, "CHF")
    assert row({**ACME, "arr": ""}).values["arr"] is None


def test_the_companys_own_revenue_never_becomes_arr() -> None:
    found = row({**ACME, "attributes.revenue": "$1,100.04 "})
    assert "arr" not in found.values
    assert found.attributes == {"revenue": Decimal("1100.04")}


def test_a_scale_multiplies_amounts_and_attributes() -> None:
    layout = Layout(
        ("n", "a", "r"),
        (Target("name"), Target("arr", Decimal(1000)), Target("attributes.rev", Decimal(10**6))),
    )
    parsed = parse_account(["Acme", "1.500", "$1,100.04 "], layout)
    assert isinstance(parsed, AccountRow)
    assert parsed.values["arr"] == Money.of(1500, "USD")
    assert parsed.attributes["rev"] == 1_100_040_000
    wrong = parse_account(["Acme", "1", "lots"], layout)
    assert wrong == ["column `r`, value 'lots': expected a number such as 12000 or 12,000.5"]


def test_an_ignored_column_is_not_read() -> None:
    layout = Layout(("name", "notes"), (Target("name"), Target("ignore")))
    parsed = parse_account(["Acme", "x" * 100_000], layout)
    assert isinstance(parsed, AccountRow)
    assert parsed.attributes == {}


def test_hostile_cells_stay_text() -> None:
    found = row(
        {**ACME, "csm": "=cmd|' /C calc'!A0", "goal": "<script>alert(1)</script>", "attributes.a": "@SUM(1)"}
    )
    assert found.values["csm"] == "=cmd|' /C calc'!A0"
    assert found.values["goal"] == "<script>alert(1)</script>"
    assert found.attributes["a"] == "@SUM(1)"


ALL = Layout(
    (*sorted(FIELDS), "size"), (*(Target(name) for name in sorted(FIELDS)), Target("attributes.size"))
)


@given(st.lists(st.text(max_size=30), min_size=len(ALL.headers), max_size=len(ALL.headers)))
def test_any_text_is_a_row_or_sentences_and_never_an_error(cells: list[str]) -> None:
    parsed = parse_account(cells, ALL)
    if isinstance(parsed, AccountRow):
        assert parsed.account().name
    else:
        assert parsed
        assert all(sentence.startswith("column `") and sentence.isprintable() for sentence in parsed)
