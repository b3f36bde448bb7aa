from __future__ import annotations

import json

from tests.tiering.cli.conftest import Run


def test_show_prints_the_tier_why_and_what_is_owed(ready: Run) -> None:
    result = ready("show", "acme")
    assert result.exit_code == 0
    assert result.stdout.startswith("Acme Corporation (A-1001): tier 1 (Strategic), high touch\n")
    assert "\nIncluded\n" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_show_gives_programs_the_agreed_shape(ready: Run) -> None:
    answer = json.loads(ready("show", "A-1001", "--json").stdout)
    assert answer["account"]["id"] == "A-1001"
    assert answer["account"]["name"] == "Acme Corporation"
    assert answer["account"]["status"] == "customer"
    assert (answer["tier"], answer["tier_name"], answer["touch"], answer["policy"]) == (
        1,
        "Strategic",
        "high",
        1,
    )
    assert set(answer["reasons"][0]) >= {"criterion", "value", "threshold", "effect", "sentence"}
    assert answer["up"] == []
    review = next(one for one in answer["entitlements"] if one["service"] == "quarterly-business-review")
    assert {key: review[key] for key in ("level", "allowance", "period", "used", "left")} == {
        "level": "allowance",
        "allowance": 4,
        "period": "year",
        "used": 0,
        "left": 4,
    }
    assert {one["level"] for one in answer["entitlements"]} <= {
        "included",
        "allowance",
        "request",
        "paid",
        "no",
    }


def test_show_of_a_name_that_two_have_lists_both_and_fails(ready: Run) -> None:
    result = ready("show", "Northwind Traders", "--json")
    assert result.exit_code == 1
    assert [one["name"] for one in json.loads(result.stdout)["candidates"]] == ["Northwind Traders"] * 2
    assert "2 accounts fit" in result.stderr


def test_show_of_an_unknown_account_is_one_clear_sentence(ready: Run) -> None:
    result = ready("show", "xyzzy")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("No account fits 'xyzzy'.")


def test_list_by_tier_is_for_people_and_for_programs(ready: Run) -> None:
    lines = json.loads(ready("list", "--tier", 1, "--json").stdout)
    assert {line["tier"] for line in lines} == {1}
    (acme,) = (line for line in lines if line["id"] == "A-1001")
    assert acme["arr"] == {"amount": "164000.00", "currency": "USD"}
    table = ready("list", "--tier", 1).stdout
    assert "Acme Corporation" in table
    assert max(map(len, table.splitlines())) <= 100


def test_matrix_has_the_agreed_shape_and_both_presets(run: Run) -> None:
    later = json.loads(run("matrix", "--json").stdout)
    assert later["preset"] == "later-stage"
    assert [tier["id"] for tier in later["tiers"]] == [1, 2, 3]
    levels = {service["id"]: service["levels"] for service in later["services"]}
    assert levels["health-check"] == {"1": "included", "2": "no", "3": "no"}
    early = json.loads(run("matrix", "--preset", "early-stage", "--json").stdout)
    assert {one["id"]: one["levels"] for one in early["services"]}["health-check"]["1"] == "no"
    wrong = run("matrix", "--preset", "lateral")
    assert wrong.exit_code == 1
    assert "later-stage" in wrong.stderr


def test_wrong_usage_is_exit_code_two(run: Run) -> None:
    assert run("show").exit_code == 2
    assert run("frobnicate").exit_code == 2
    assert run("list", "--tier", "high").exit_code == 2


def test_a_partner_is_named_with_who_sold_it_and_what_they_deliver(ready: Run) -> None:
    shown = ready("show", "Fjordheim").stdout
    assert "Served by Nordlys Consulting. " in shown.replace("\n", " ").replace("  ", " ")
    assert "Sold by Nordlys Consulting." in shown
    told = json.loads(ready("show", "Fjordheim", "--json").stdout)
    training = next(one for one in told["entitlements"] if one["service"] == "training")
    assert training["sentence"].endswith("Nordlys Consulting delivers it, as the partner.")


def test_the_list_says_each_accounts_rank_within_its_tier(ready: Run) -> None:
    assert "1 of " in ready("list", "--tier", "1").stdout
