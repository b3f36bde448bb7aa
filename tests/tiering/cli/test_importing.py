from __future__ import annotations

import json
from pathlib import Path

from tests.tiering.cli.conftest import Run
from tiering.files import SHIPPED_CONTENT

# Made up, with the kinds of mess that real exports have: a byte order mark, semicolons, padded headers, money
# as text, three ways to write a date, and parents by name before and after their children.
MESSY = """\ufeffAccount; Revenue ;Annual Contract;Renewal On;Subsidiary Of;Office
Zephyr Gmbh;"$1,100.04 ";"€ 120.000,00";2027-01-31;Zephyr Holding;Köln
Zephyr Holding;"$9,000.00 ";"250,000.00";31 Jan 2027;;Köln
"Anvil; Sons";$4.54 ;"$9,999.99";31.12.2026;;Zürich
"""

MAPPING = """\
columns:
  Account: name
  " Revenue ": {to: attributes.company_revenue, scale: 1000000}
  Annual Contract: arr
  Renewal On: renewal_on
  Subsidiary Of: parent
  Office: attributes.office
"""


def file(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def shown(run: Run, account: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(run("show", account, "--json").stdout)
    return answer


def test_a_messy_export_lands_by_its_mapping(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", MESSY)
    result = ready("import", export, "--map", file(tmp_path, "map.yaml", MAPPING))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3 created, 0 changed, 0 unchanged, 0 rejected\n"
    zephyr = json.loads(ready("show", "zephyr-gmbh", "--json").stdout)
    assert zephyr["tier"] == 1
    assert zephyr["account"]["arr"] == {"amount": "120000.00", "currency": "EUR"}
    assert zephyr["account"]["attributes"]["company_revenue"] == "1100040000.00"
    assert zephyr["account"]["parent_name"] == "Zephyr Holding"
    assert zephyr["account"]["renewal_on"] == "2027-01-31"
    assert shown(ready, "Anvil; Sons")["tier"] == 3


def test_the_same_export_in_latin_1_is_read_the_same(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", MESSY.removeprefix("\ufeff").replace("€", "EUR"), "latin-1")
    assert ready("import", export, "--map", file(tmp_path, "map.yaml", MAPPING)).exit_code == 0
    zephyr = json.loads(ready("show", "zephyr-gmbh", "--json").stdout)
    assert zephyr["account"]["attributes"]["office"] == "Köln"


def test_each_rejected_row_is_told_with_path_line_column_value_and_what_was_expected(
    ready: Run, tmp_path: Path
) -> None:
    export = file(
        tmp_path, "crm.csv", 'id,name,arr,note\nX-1,Good,100,"two\nlines"\nX-2,Bad,12x0,\nX-3,Fine,200,\n'
    )
    result = ready("import", export)
    assert result.exit_code == 1
    assert result.stdout == "2 created, 0 changed, 0 unchanged, 1 rejected\n"
    [line] = result.stderr.splitlines()
    assert line.startswith(f"{export}:4: column `arr`, value '12x0': expected ")


def test_strict_lands_nothing_when_a_row_is_bad(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", "id,name,arr\nX-1,Good,100\nX-2,Bad,12x0\n")
    assert ready("import", export, "--strict").exit_code == 1
    assert ready("show", "X-1").exit_code == 1


def test_a_dry_run_changes_nothing_and_is_no_failure(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", "id,name,arr\nX-1,Good,100\n")
    result = ready("import", export, "--dry-run", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["created"] == 1
    assert ready("show", "X-1").exit_code == 1


def test_an_import_that_moves_too_many_stops_and_lists_them(ready: Run, tmp_path: Path) -> None:
    sample = (SHIPPED_CONTENT / "sample" / "accounts.csv").read_text(encoding="utf-8").splitlines()
    ids = [line.split(",")[0] for line in sample[1:]]
    rows = "\n".join(f"{one},Name of {one},1" for one in ids)
    export = file(tmp_path, "crm.csv", f"id,name,arr\n{rows}\n")
    result = ready("import", export)
    assert result.exit_code == 1
    assert "would change their tier" in result.stdout
    assert "--accept-moves" in result.stderr
    assert shown(ready, "A-1001")["tier"] == 1
    assert ready("import", export, "--accept-moves").exit_code == 0
    assert shown(ready, "A-1001")["tier"] != 1


def test_full_without_a_terminal_marks_nobody_as_churned(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", "id,name,arr\nX-1,Good,100\n")
    result = ready("import", export, "--full")
    assert result.exit_code == 1
    assert "would be marked as churned" in result.stderr
    assert shown(ready, "A-1001")["tier"] == 1


def test_files_that_cannot_be_imported_are_one_sentence_each(ready: Run, tmp_path: Path) -> None:
    for path in (
        tmp_path / "missing.csv",
        tmp_path,
        file(tmp_path, "empty.csv", ""),
        file(tmp_path, "twice.csv", "id,name,name\n1,a,b\n"),
        file(tmp_path, "nameless.csv", "id,arr\n1,2\n"),
    ):
        result = ready("import", path)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"{path}:1: ")
        assert "Traceback" not in result.stderr


def test_a_mapping_with_mistakes_is_told_with_its_lines(ready: Run, tmp_path: Path) -> None:
    export = file(tmp_path, "crm.csv", "Account,Money\nAcme,1\n")
    mapping = file(tmp_path, "map.yaml", "columns:\n  Account: name\n  Money: arrr\ncolour: red\n")
    result = ready("import", export, "--map", mapping)
    assert result.exit_code == 1
    assert {line.split(": ")[0] for line in result.stderr.splitlines()} == {f"{mapping}:3", f"{mapping}:4"}


def test_the_shipped_example_of_a_mapping_reads_an_export_of_that_form(ready: Run, tmp_path: Path) -> None:
    export = file(
        tmp_path,
        "crm.csv",
        "Account,Sector,Year_Established, Revenue ,Employees,Office_Location,Subsidiary_Of\n"
        'Zephyr,Rockets,1996,"$1,100.04 ",2822,Norway,Zephyr Holding\n'
        "Zephyr Holding,Rockets,1979,$4.54 ,9,Norway,\n",
    )
    result = ready("import", export, "--map", SHIPPED_CONTENT / "maps" / "crm-export.yaml")
    assert (result.exit_code, result.stderr) == (0, "")
    zephyr = json.loads(ready("show", "zephyr", "--json").stdout)
    assert zephyr["provisional"] is True
    assert zephyr["account"]["arr"] is None
    assert zephyr["account"]["parent_id"] == "zephyr-holding"


def test_contacts_land_and_bad_ones_are_told(ready: Run, tmp_path: Path) -> None:
    people = file(
        tmp_path,
        "people.csv",
        "id,account,emails,name,role\n"
        "P-1,A-1001,Wile@New.example;coyote@new.example,Wile,manager\n"
        "P-2,Nowhere Ltd,x@y.example,X,member\n"
        "P-3,A-1001,not an address,Y,member\n",
    )
    result = ready("import-contacts", people)
    assert result.exit_code == 1
    assert result.stdout == "1 created, 0 changed, 0 unchanged, 2 rejected\n"
    assert [line.split(": ")[0] for line in result.stderr.splitlines()] == [f"{people}:3", f"{people}:4"]
    assert ready("show", "COYOTE@new.example").stdout.startswith("Acme Corporation")
    again = ready("import-contacts", people)
    assert again.stdout == "0 created, 0 changed, 1 unchanged, 2 rejected\n"
