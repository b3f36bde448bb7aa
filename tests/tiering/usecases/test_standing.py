"""Where contacts stand: what is theirs, and whom nobody lets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.conftest import OLGA, TODAY, account, an_import
from tiering.content import Content
from tiering.domain.account import Contact, Status
from tiering.domain.decision import Decision
from tiering.usecases.merge import merge
from tiering.usecases.record import Store
from tiering.usecases.standing import Standing, contact_with, standing_of, team_of


@pytest.fixture
def peopled(ruled: Store) -> Store:
    with ruled.begin() as work:
        saw = an_import(work)
        work.accounts.save(
            [
                account("A-1", "Acme", csm="Dana", partner="Nordic Field", went_live_on=date(2020, 1, 1)),
                account("P-1", "Prospect", status=Status.PROSPECT),
                account("L-1", "Left", status=Status.CHURNED),
                account("N-1", "New"),
            ],
            saw,
        )
        people = (
            ("C-1", "A-1", "tess"),
            ("C-2", "P-1", "petra"),
            ("C-3", "L-1", "chuck"),
            ("C-4", "N-1", "nina"),
        )
        work.contacts.save(
            [
                Contact(id=key, account_id=of, emails=(f"{name}@x.example",), name=name)
                for key, of, name in people
            ]
        )
        work.decisions.save(
            [
                Decision(of, tier, False, (), 1, TODAY, segment="compliance")
                for of, tier in (("A-1", 1), ("P-1", 2), ("L-1", 1))
            ]
        )
    return ruled


def stands(store: Store, contact: str, content: Content) -> Standing | None:
    return standing_of(store, contact, TODAY, content.prose)


def test_a_contact_has_what_their_account_has(peopled: Store, content: Content) -> None:
    standing = stands(peopled, "C-1", content)
    assert standing is not None
    assert (standing.name, standing.account, standing.tier, standing.plan) == ("tess", "Acme", 1, "Signature")
    assert (standing.segment, standing.partner) == ("compliance", "Nordic Field")
    assert (standing.account_id, standing.emails, standing.csm) == ("A-1", ("tess@x.example",), "Dana")
    assert (standing.first_response, standing.response_hours) == ("1 hour", "24 hours a day, 7 days a week")
    review = next(one for one in standing.entitlements if one.service == "quarterly-business-review")
    assert (review.allowance, review.left, review.granted) == (4, 4, True)


@pytest.mark.parametrize("contact", ["C-2", "C-4"])
def test_nothing_is_promised_to_a_prospect_or_before_a_decision(
    peopled: Store, content: Content, contact: str
) -> None:
    standing = stands(peopled, contact, content)
    assert standing is not None
    assert (standing.tier, standing.plan, standing.segment, standing.entitlements) == (None, None, None, ())


@pytest.mark.parametrize("contact", ["C-3", "C-9", ""])
def test_who_left_us_or_is_not_known_stands_nowhere(peopled: Store, content: Content, contact: str) -> None:
    assert stands(peopled, contact, content) is None


@pytest.mark.parametrize(
    ("email", "contact"),
    [
        ("tess@x.example", "C-1"),
        ("TESS@X.example", "C-1"),
        ("petra@x.example", "C-2"),
        ("chuck@x.example", None),
        ("tess@y.example", None),
        ("", None),
    ],
)
def test_a_contact_is_found_by_their_address(peopled: Store, email: str, contact: str | None) -> None:
    assert contact_with(peopled, email) == contact


def test_before_a_policy_is_in_force_nothing_is_promised(sqlite_store: Store, content: Content) -> None:
    with sqlite_store.begin() as work:
        work.accounts.save([account("A-1", "Acme")], an_import(work))
        work.contacts.save([Contact(id="C-1", account_id="A-1", emails=("tess@x.example",))])
    standing = stands(sqlite_store, "C-1", content)
    assert standing == Standing(
        contact="C-1", name=None, emails=("tess@x.example",), account_id="A-1", account="Acme"
    )


def test_a_manager_has_the_people_of_their_account_and_of_what_is_part_of_it_as_a_team(
    peopled: Store, content: Content
) -> None:
    assert team_of(peopled, "C-1") == ()
    boss = Contact(id="C-9", account_id="A-1", emails=("boss@x.example",), name="Bo", role="manager")
    with peopled.begin() as work:
        work.contacts.save([boss])
    standing = stands(peopled, "C-9", content)
    assert standing is not None
    assert standing.manages
    assert [contact.id for contact in team_of(peopled, "C-9")] == ["C-9", "C-1"]
    merge(peopled, "N-1", "A-1", OLGA, TODAY)
    late = Contact(id="C-5", account_id="N-1", emails=("late@x.example",), name="Alma")
    with peopled.begin() as work:
        work.contacts.save([late])
    assert [contact.id for contact in team_of(peopled, "C-9")] == ["C-5", "C-9", "C-4", "C-1"]


def test_a_manager_whose_account_has_left_us_has_no_team(peopled: Store) -> None:
    with peopled.begin() as work:
        left = work.contacts.among(["C-3"])["C-3"]
        work.contacts.save([replace(left, role="manager")])
    assert team_of(peopled, "C-3") == ()
    assert team_of(peopled, "nobody") == ()
