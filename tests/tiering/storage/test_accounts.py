from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.conftest import NOON, OLGA, account
from tiering.domain.account import Account, Status
from tiering.domain.money import Money
from tiering.usecases.record import Store

ACME = account(
    "A-1",
    "Acme, Inc.",
    domain="acme.example",
    aliases=("Acme Rockets", "ACM"),
    arr=Money(12_000_050, "USD"),
    potential_arr=Money(99, "EUR"),
    seats=40,
    nps=-20,
    csat=Decimal("87.25"),
    advocate_reference=True,
    own_resources=False,
    went_live_on=date(2024, 2, 29),
    attributes={"employees": Decimal("2822"), "sector": "Rockets", "vip": True, "code": "007"},
    as_of=date(2026, 11, 1),
    source="crm.csv",
)


def saved(store: Store, *accounts: Account) -> int:
    with store.begin() as work:
        import_id = work.audit.add(NOON, OLGA, "import", "crm.csv", {})
        work.accounts.save(accounts, import_id)
    return import_id


def test_an_account_comes_back_as_it_was_saved(store: Store) -> None:
    saved(store, ACME)
    with store.begin() as work:
        acme = work.accounts.get("A-1")
        assert acme == ACME
        assert (acme.source, acme.as_of) == (ACME.source, ACME.as_of)


def test_saving_again_replaces_the_values_and_the_names(store: Store) -> None:
    saved(store, ACME)
    zenith = account("A-1", "Zenith Rockets", arr=Money(1, "USD"), source="crm.csv", as_of=date(2026, 11, 1))
    saved(store, zenith)
    with store.begin() as work:
        assert work.accounts.get("A-1") == zenith
        assert work.accounts.with_name("acme inc", "name", 5) == []
        assert work.accounts.with_name("ACM", "alias", 5) == []
        assert work.accounts.with_name("zenith rockets", "name", 5) == ["A-1"]


def test_accounts_are_found_by_id_domain_name_alias_core_and_prefix(store: Store) -> None:
    saved(store, ACME, account("B-2", "Acme Robotics GmbH"), account("C-3", "Zorro"))
    with store.begin() as work:
        accounts = work.accounts
        assert accounts.with_id("a-1") == ["A-1"]
        assert accounts.with_domain("acme.example", 5) == ["A-1"]
        assert accounts.with_name("ACME INC", "name", 5) == ["A-1"]
        assert accounts.with_name("acme rockets", "alias", 5) == ["A-1"]
        assert accounts.with_core("Acme Ltd", 5) == ["A-1"]
        assert accounts.with_prefix("acme r", 5) == (["B-2", "A-1"], 2)
        assert accounts.with_prefix("acme", 1) == (["B-2"], 2)
        assert accounts.with_prefix("zorroo", 5) == ([], 0)


def test_a_prefix_sorts_the_same_in_every_database_whatever_the_letters(store: Store) -> None:
    names = ["Éclair", "Eclair Nord", "eclair-süd", "Ēclair Öst", "Ecla", "Ецlair", "Ōsaka Tea"]
    saved(store, *(account(f"N-{number}", name) for number, name in enumerate(names)))
    with store.begin() as work:
        ids, total = work.accounts.with_prefix("éclair", 10)
        assert (sorted(ids), total) == (["N-0", "N-1", "N-2", "N-3"], 4)


def test_pages_walk_through_everything_once(store: Store) -> None:
    everyone = [account(f"A-{number:04}", f"Account {number}") for number in range(25)]
    import_id = saved(store, *everyone)
    saved(store, account("Z-1", "Later"))
    with store.begin() as work:
        assert [one.id for page in work.accounts.pages(size=7) for one in page] == [
            *(one.id for one in everyone),
            "Z-1",
        ]
        assert sum(len(page) for page in work.accounts.pages(import_id, size=7)) == 25


def test_vanished_accounts_are_those_an_import_did_not_see(store: Store) -> None:
    saved(store, ACME, account("B-2", "Initech"), account("C-3", "Globex", status=Status.CHURNED))
    second = saved(store, ACME)
    with store.begin() as work:
        assert work.accounts.vanished(second) == [("B-2", "Initech")]
        work.accounts.churn(["B-2"], second)
    with store.begin() as work:
        initech = work.accounts.get("B-2")
        assert initech is not None
        assert initech.status is Status.CHURNED
        assert work.accounts.vanished(second) == []


def test_families_are_read_up_and_down(store: Store) -> None:
    saved(store, account("P", "Parent"), account("C", "Child"), account("G", "Grandchild"))
    with store.begin() as work:
        work.accounts.set_parents({"C": "P", "G": "C"})
    with store.begin() as work:
        assert work.accounts.parents_of(["G", "C", "P"]) == {"G": "C", "C": "P"}
        assert work.accounts.children_of(["P"]) == {"C": "P"}
        assert work.accounts.links() == {"G": "C", "C": "P"}
