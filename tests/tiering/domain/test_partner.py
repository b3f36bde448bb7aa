"""Certified partners: whose certificate counts for which accounts, and until when."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import account
from tiering.domain.account import Account, Origin, partner_told
from tiering.domain.names import core, fold
from tiering.domain.partner import AccountName, CertifiedPartners, PartnerCertificate, as_certified

MAY, UNTIL = date(2026, 5, 4), date(2028, 5, 3)
FIXIT = PartnerCertificate("P-1", MAY, UNTIL)


def name(account_id: str, written: str, kind: str = "name") -> AccountName:
    return AccountName(account_id, kind, fold(written), core(written))


def served(by: str | None, *names: AccountName, **values: object) -> Account:
    partners = CertifiedPartners([FIXIT], names or (name("P-1", "Fixit Ltd"),))
    return as_certified(account("A-1", "Acme", partner=by, **values), partners)


@pytest.mark.parametrize("by", ["Fixit Ltd", "FIXIT ltd.", "Fixit", "Fixit GmbH"])
def test_who_is_served_by_a_certified_partner_is_known_to_be(by: str) -> None:
    found = served(by)
    assert found.attributes["partner_certified"] is True
    assert partner_told(found) == f"{by} (certified until 3 May 2028)"
    assert found.origins["attributes.partner_certified"] == Origin(f"certificate of {by}", MAY)


@pytest.mark.parametrize("by", [None, "Fixitt", "Nordlys", "  "])
def test_who_is_served_by_another_or_nobody_is_left_as_they_are(by: str | None) -> None:
    before = account("A-1", "Acme", partner=by)
    assert served(by) == before


def test_a_name_that_two_accounts_share_says_of_neither_who_is_meant() -> None:
    both = name("P-1", "Fixit Ltd"), name("P-2", "Fixit Inc")
    assert partner_told(served("Fixit", *both)) == "Fixit"
    assert partner_told(served("Fixit Inc", *both)) == "Fixit Inc"
    assert partner_told(served("Fixit Ltd", *both)) == "Fixit Ltd (certified until 3 May 2028)"


def test_a_name_is_meant_before_an_alias() -> None:
    names = name("P-1", "Fixit Ltd"), name("P-1", "Handy", "alias"), name("P-2", "Handy")
    assert partner_told(served("Handy", *names)) == "Handy"


def test_what_the_crm_says_stays_where_nobody_holds_a_certificate() -> None:
    found = served("Nordlys", attributes={"partner_certified": True})
    assert partner_told(found) == "Nordlys (certified)"


def test_a_certificate_counts_whatever_the_crm_says() -> None:
    found = served("Fixit Ltd", attributes={"partner_certified": False, "employees": 4})
    assert found.attributes == {"partner_certified": True, "partner_certified_until": UNTIL, "employees": 4}


def test_of_several_certificates_the_one_that_ends_last_counts() -> None:
    longer = PartnerCertificate("P-1", UNTIL, date(2029, 1, 1))
    for held in ([FIXIT, longer], [longer, FIXIT]):
        partners = CertifiedPartners(held, [name("P-1", "Fixit Ltd")])
        assert partners.certificate("Fixit") == longer
