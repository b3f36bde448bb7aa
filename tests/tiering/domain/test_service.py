"""Services: what the head of a file may say, and which of its words take effect at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tiering.domain.money import Money
from tiering.domain.policy import Policy, Rules
from tiering.domain.service import Allowance, Catalogue, Prose, Service
from tiering.files import SHIPPED_CONTENT, read_yaml, validate


def a_service(**values: Any) -> Service:
    return Service.model_validate({"id": "audit", "name": "Audit", "levels": {}, **values})


def test_little_is_needed_and_the_rest_has_defaults() -> None:
    service = a_service()
    assert (service.delivery, service.team, service.hours) == ("person", "cs", Decimal(0))
    assert [service.allowance, service.price, service.approver] == [None, None, None]
    assert service.aliases == service.instead == ()


def test_an_allowance_and_a_price_are_written_as_people_say_them() -> None:
    service = a_service(allowance={"times": 4, "per": "year"}, price={"amount": "1200.50", "currency": "EUR"})
    assert str(service.allowance) == "4 per year"
    assert service.price is not None
    assert service.price.money == Money.of(Decimal("1200.50"), "EUR")


@pytest.mark.parametrize(
    "values",
    [
        {"id": "Health Check"},
        {"id": "-a"},
        {"id": ""},
        {"name": ""},
        {"aliases": [""]},
        {"aliases": "QBR"},
        {"delivery": "robot"},
        {"hours": -1},
        {"levels": {"later-stage": {1: "maybe"}}},
        {"levels": {"later-stage": {"one": "included"}}},
        {"allowance": {"times": 0, "per": "year"}},
        {"allowance": {"times": 4, "per": "week"}},
        {"price": {"amount": 0}},
        {"price": {"amount": "1.005"}},
        {"price": {"amount": 5, "currency": "euro"}},
        {"colour": "red"},
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_service(**values)


def test_services_are_found_by_id() -> None:
    catalogue = Catalogue(services=(a_service(), a_service(id="b", name="B")))
    assert catalogue.by_id["b"].name == "B"


def test_a_published_catalogue_comes_back_the_same_from_its_json() -> None:
    service = a_service(
        levels={"later-stage": {1: "allowance", 2: "no"}},
        allowance={"times": 4, "per": "year"},
        price={"amount": "12.50"},
        condition={"arr": ">= 5", "own_resources": True, "industry": ["A", "B"]},
    )
    catalogue = Catalogue(services=(service,))
    assert Catalogue.model_validate(catalogue.model_dump(mode="json")) == catalogue


def test_words_take_effect_at_once_and_promises_only_when_published() -> None:
    published = a_service(levels={"later-stage": {1: "included"}}, hours=2)
    edited = a_service(
        name="Yearly audit",
        aliases=["check"],
        instead=["a/b"],
        approver="Ada",
        levels={"later-stage": {1: "no"}},
        hours=9,
        allowance=Allowance(times=1, per="year"),
    )
    worded = Prose(Catalogue(services=(edited,)), {}).worded(published)
    assert (worded.name, worded.aliases, worded.instead) == ("Yearly audit", ("check",), ("a/b",))
    assert worded.approver == "Ada"
    assert (worded.levels, worded.hours, worded.allowance) == (published.levels, Decimal(2), None)


def test_a_service_whose_file_is_gone_keeps_its_published_words() -> None:
    assert Prose(Catalogue(), {}).worded(a_service()) == a_service()


def test_a_policy_is_worded_service_by_service() -> None:
    rules, _ = validate(Rules, read_yaml(SHIPPED_CONTENT / "tiers.yaml")[0])
    assert rules is not None
    policy = Policy(1, rules, Catalogue(services=(a_service(), a_service(id="b", name="B"))))
    prose = Prose(Catalogue(services=(a_service(name="New"),)), {})
    assert [service.name for service in policy.worded(prose).catalogue.services] == ["New", "B"]
