from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

import pytest

from tests.conftest import NOON, OLGA, TODAY, account, an_import
from tests.tiering.usecases.test_drafts import MARCO, OPAL, VERA
from tests.tiering.usecases.test_drafts import staffed as staffed
from tiering.domain.refusal import Refusal
from tiering.storage.uploads import Stage, Upload
from tiering.usecases import uploads
from tiering.usecases.daily import daily
from tiering.usecases.record import Store, open_store

NEW = b"id,name,arr\nA-7,Gull,5000\nA-8,Heron,x\n"
MOVING = b"id,name,arr\nA-1,Acme,1000\nA-2,Bolt,400000\n"


def kept(store: Store, content: bytes, kind: str = "accounts", **said: object) -> int:
    known = {"kind": kind, "name": "export.csv", "mapping": None, "whole": False, **said}
    parts = [content[start : start + 7] for start in range(0, len(content), 7)]
    number = uploads.keep(store, parts, MARCO, **known)
    uploads.check(store, number, TODAY)
    return number


def seen(store: Store, number: int) -> Upload:
    found = uploads.look(store, number)
    assert found is not None
    return found


def said(store: Store, number: int) -> dict[str, object]:
    outcome = seen(store, number).outcome
    assert outcome is not None
    return dict(outcome)


def names(store: Store) -> list[str]:
    with store.begin() as work:
        return sorted(one.name for page in work.accounts.pages() for one in page)


def test_a_file_is_shown_first_and_imported_once_it_is_confirmed(staffed: Store) -> None:
    number = kept(staffed, NEW)
    told = said(staffed, number)
    assert told["counts"] == [
        ["created", 1], ["changed", 0], ["unchanged", 0], ["churned", 0], ["rejected", 1], ["warnings", 0],
    ]  # fmt: skip
    assert told["problem_count"] == 1
    assert "arr" in str(told["problems"])
    assert told["risky"] is False
    assert "Gull" not in names(staffed)
    uploads.confirm(staffed, number, OPAL, seen(staffed, number).digest, accepts=False)
    uploads.land(staffed, number, TODAY, OPAL, accepts=False)
    assert "Gull" in names(staffed)
    done = seen(staffed, number)
    assert (done.stage, said(staffed, number)["stopped"]) == (Stage.DONE, None)
    with staffed.begin() as work:
        assert list(work.uploads.content(number)) == [], "the content is forgotten"
        entry = next(one for one in work.audit.entries("export.csv") if one.action == "import")
    assert entry.who == OPAL.reference
    with pytest.raises(Refusal, match="does not wait to be imported"):
        uploads.confirm(staffed, number, OPAL, done.digest, accepts=False)


def test_a_file_that_moves_many_needs_a_tick_of_its_own(staffed: Store) -> None:
    number = kept(staffed, MOVING)
    told = said(staffed, number)
    assert told["movers"] == [["A-1", "Acme", 1, 3]]
    assert told["stopped"] == ("Nothing was imported: 1 of 3 accounts would change their tier, more than 5%.")
    digest = seen(staffed, number).digest
    with pytest.raises(Refusal, match="Tick that this is meant so"):
        uploads.confirm(staffed, number, MARCO, digest, accepts=False)
    uploads.confirm(staffed, number, MARCO, digest, accepts=True)
    uploads.land(staffed, number, TODAY, MARCO, accepts=True)
    assert said(staffed, number)["stopped"] is None
    with staffed.begin() as work:
        assert work.decisions.current(["A-1"])["A-1"].tier == 3


def test_a_whole_export_names_whom_it_lacks(staffed: Store) -> None:
    number = kept(staffed, b"id,name,arr\nA-1,Acme,150000\nA-2,Bolt,400000\n", whole=True)
    told = said(staffed, number)
    assert told["vanished"] == [["A-3", "Äcorn & Söhne"]]
    assert told["risky"] is True
    uploads.confirm(staffed, number, MARCO, seen(staffed, number).digest, accepts=True)
    uploads.land(staffed, number, TODAY, MARCO, accepts=True)
    assert ["churned", 1] in said(staffed, number)["counts"]  # type: ignore[operator]


def test_only_what_was_shown_is_imported(staffed: Store) -> None:
    number = kept(staffed, NEW)
    with pytest.raises(Refusal, match="not the file that you were shown"):
        uploads.confirm(staffed, number, MARCO, "0" * 64, accepts=True)
    with staffed.begin() as work:
        work.accounts.save([account("A-4", "Delta")], an_import(work))
    with pytest.raises(Refusal, match="have changed since this was checked"):
        uploads.confirm(staffed, number, MARCO, seen(staffed, number).digest, accepts=True)


def test_measurements_and_a_mapping_land_too(staffed: Store) -> None:
    number = kept(staffed, b"account,metric,value,as_of\nA-1,nps,9,2026-11-01\n", "metrics")
    assert ["added", 1] in said(staffed, number)["counts"]  # type: ignore[operator]
    mapped = kept(staffed, b"Company;Key\nGull;A-7\n", mapping="columns: {Company: name, Key: id}\n")
    assert said(staffed, mapped)["counts"][0] == ["created", 1]  # type: ignore[index]
    wrong = kept(staffed, NEW, mapping="columns: {Company: nam}\n")
    assert said(staffed, wrong)["problems"] == [
        [1, "`columns.Company`: there is no field `nam`; did you mean `name`?"]
    ]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04....", "this is an Excel or ZIP file; export it as CSV"),
        (b"id,arr\n1,2\n", "no column is the account's name"),
    ],
)
def test_what_cannot_be_used_is_said_and_cannot_be_confirmed(
    staffed: Store, raw: bytes, problem: str
) -> None:
    number = kept(staffed, raw)
    assert problem in str(said(staffed, number)["problems"])
    with pytest.raises(Refusal, match="cannot be imported"):
        uploads.confirm(staffed, number, MARCO, seen(staffed, number).digest, accepts=True)


def test_viewers_import_nothing_and_what_nobody_wants_is_forgotten(staffed: Store, database_url: str) -> None:
    with pytest.raises(Refusal, match="Only managers"):
        uploads.keep(staffed, [NEW], VERA, kind="accounts", name="a", mapping=None, whole=False)
    number, other = kept(staffed, NEW), kept(staffed, MOVING)
    uploads.drop(staffed, number, MARCO)
    assert seen(staffed, number).stage is Stage.GONE
    later = open_store(database_url, lambda: NOON + timedelta(hours=23))
    daily(later, OLGA, TODAY)
    assert seen(staffed, other).stage is Stage.CHECKED
    later.close()
    later = open_store(database_url, lambda: NOON + timedelta(hours=25))
    daily(later, OLGA, TODAY + timedelta(days=1))
    later.close()
    with staffed.begin() as work:
        assert list(work.uploads.content(other)) == []
    assert seen(staffed, other).stage is Stage.GONE
    assert list(Path(gettempdir()).glob("longtail-*.csv")) == [], "nothing stays on the disk"
