"""A CRM's export without contracts, sorted by employees and rolled up: each tier with a true sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import MakeUrl
from tests.tiering.cli.conftest import command
from tiering.files import SHIPPED_CONTENT

EXPORT = """\
Account,Sector,Year_Established, Revenue ,Employees,Office_Location,Subsidiary_Of
Northwind Group,Retail,1988,"$4,100.50 ",9200,Norway,
Brightwater,Retail,2001,$310.00 ,700,Norway,Northwind Group
Foldline,Software,2010,$12.40 ,110,Denmark,Brightwater
Harrow & Pike,Finance,1994,"$1,020.00 ",1999,United Kingdom,
Kestrel Oy,Medical,1999,$58.10 ,150,Finland,Kestrel Holding
Kestrel Holding,Medical,1997,$402.75 ,"1,850",Finland,
Ouro,Services,2005,$9.90 ,1500,Spain,Boros
Boros,Services,2006,$8.80 ,800,Spain,Ouro
Tail,Services,2011,$1.10 ,40,Spain,Boros
Moss & Sons,Retail,2009,"$1,500.00 ",2600,Italy,Moss International
Pelham Works,Software,2003,$77.00 ,2300,Chile,
Pelham Labs,Software,2016,$0.90 ,,Chile,Pelham Works
Quiet Lake,Marketing,2014,$2.20 ,,Chile,
"""
"""Made up, in the shape of a real export: padded amounts in millions, parents by name at the end."""

TIERS = """\
name: By the size of the group
preset: later-stage
tiers:
  - {id: 1, name: Large, public_name: Signature, touch: high, promise: We act., sla: {first_response: 1 hour}}
  - {id: 2, name: Middle, public_name: Plus, touch: mid, promise: We help., sla: {first_response: 4 hours}}
  - {id: 3, name: Small, public_name: Basic, touch: digital, promise: We answer., sla: {first_response: 1 d}}
base:
  metric: attributes.employees
  bands: [{tier: 1, at_least: 10000}, {tier: 2, at_least: 2000}, {tier: 3}]
  unknown: 3
family: {rule: rollup}
"""

LARGE = "at least 10,000 is tier 1 (Large)."
MIDDLE = "at least 2,000 and less than 10,000 is tier 2 (Middle)."
SMALL = "less than 2,000 is tier 3 (Small)."
WHOLE = "Employees of the whole family is"
TOLD = {
    "northwind-group": (
        1,
        f"{WHOLE} 10,010 (9,200 its own, the rest from Brightwater and Foldline): {LARGE}",
    ),
    "brightwater": (1, f"{WHOLE} 10,010 (700 its own, the rest from Northwind Group and Foldline): {LARGE}"),
    "foldline": (1, f"{WHOLE} 10,010 (110 its own, the rest from Northwind Group and Brightwater): {LARGE}"),
    "harrow-and-pike": (3, f"Employees is 1,999: {SMALL}"),
    "kestrel-oy": (2, f"{WHOLE} 2,000 (150 its own, the rest from Kestrel Holding): {MIDDLE}"),
    "kestrel-holding": (2, f"{WHOLE} 2,000 (1,850 its own, the rest from Kestrel Oy): {MIDDLE}"),
    "ouro": (3, f"Employees is 1,500: {SMALL}"),
    "boros": (3, f"{WHOLE} 840 (800 its own, the rest from Tail): {SMALL}"),
    "tail": (3, f"{WHOLE} 840 (40 its own, the rest from Boros): {SMALL}"),
    "moss-and-sons": (2, f"Employees is 2,600: {MIDDLE}"),
    "pelham-works": (2, f"{WHOLE} 2,300 (2,300 its own; unknown for Pelham Labs): {MIDDLE}"),
    "pelham-labs": (2, f"{WHOLE} 2,300 (its own unknown, all from Pelham Works): {MIDDLE}"),
    "quiet-lake": (3, "Employees is unknown: provisionally tier 3 (Small)."),
}
PROVISIONAL = {"pelham-works", "pelham-labs", "quiet-lake"}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_company_of_an_export_gets_an_explained_tier(
    kind: str, make_url: MakeUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiers.yaml").write_text(TIERS, encoding="utf-8")
    export = tmp_path / "crm.csv"
    export.write_text(EXPORT, encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", make_url(kind))
    monkeypatch.setenv("CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert command("upgrade").exit_code == 0
    landed = command("import", export, "--map", SHIPPED_CONTENT / "maps" / "crm-export.yaml")
    assert (landed.exit_code, landed.stdout) == (0, "13 created, 0 changed, 0 unchanged, 0 rejected\n")
    without = "; the account landed without a parent"
    circle = f"expected no circle such as boros > ouro{without}"
    assert sorted(landed.stderr.splitlines()) == [
        f"{export}:11: column `parent`, value 'Moss International': "
        f"expected the id or the name of an account{without}",
        f"{export}:8: column `parent`, value 'boros': {circle}",
        f"{export}:9: column `parent`, value 'ouro': {circle}",
    ]

    told, provisional = {}, set()
    for account_id in TOLD:
        card = json.loads(command("show", account_id, "--json").stdout)
        (reason,) = card["reasons"]
        told[account_id] = (card["tier"], reason["sentence"])
        if card["provisional"]:
            provisional.add(account_id)
        assert card["account"]["arr"] is None, "what a company earns is not what it pays us"
    assert told == TOLD
    assert provisional == PROVISIONAL
    northwind = json.loads(command("show", "Northwind Group", "--json").stdout)["account"]
    assert northwind["attributes"]["company_revenue"] == "4100500000.00"
    assert len(json.loads(command("list", "--json").stdout)) == 13
