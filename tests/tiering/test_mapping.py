"""Mapping the columns of an export to the fields of an account."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiering.csvfile import Row, open_csv
from tiering.domain.account_row import AccountRow, Layout, Target, parse_account
from tiering.domain.cell import DateOrder
from tiering.files import SHIPPED_CONTENT
from tiering.mapping import ColumnMap, account_layout, contact_columns, normal, read_mapping

EXPORT = (
    "\ufeffAccount;Sector;Year_Established; Revenue ;Employees;Office_Location;Subsidiary_Of\r\n"
    'Bluth & Söhne;Technolgy;1993;"$1,242.32 ";3027;Norway;Acme Corporation\r\n'
    'Acme Corporation;"Technolgy, Toys";1996;"$1,100.04 ";2822;United States;\r\n'
    "Kühn;Medical;n/a;$4.54 ;9;;-\r\n"
)
"""Made up, with the mess of real exports: BOM, semicolons, spaces in a header, a child before its parent."""


def mapping_of(path: Path, text: str) -> tuple[ColumnMap | None, list[str]]:
    file = path / "map.yaml"
    file.write_text(text, encoding="utf-8")
    mapping, problems = read_mapping(file, "map.yaml")
    return mapping, [str(problem) for problem in problems]


def layout_of(path: Path, content: str, mapping: ColumnMap | None = None) -> tuple[Layout | None, list[str]]:
    file = path / "export.csv"
    file.write_text(content, encoding="utf-8")
    with open_csv(file, name="export.csv") as csv:
        layout, problems = account_layout(csv, mapping)
    return layout, [str(problem) for problem in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_shipped_mapping_reads_an_export_of_a_crm(tmp_path: Path, encoding: str) -> None:
    mapping, problems = read_mapping(SHIPPED_CONTENT / "maps" / "crm-export.yaml")
    assert mapping is not None
    assert problems == []
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORT.removeprefix("\ufeff" if encoding == "cp1252" else "").encode(encoding))
    with open_csv(path) as file:
        layout, problems = account_layout(file, mapping)
        assert layout is not None
        assert problems == []
        parsed = [parse_account(row.cells, layout) for row in file if isinstance(row, Row)]
    accounts = [row.account() for row in parsed if isinstance(row, AccountRow)]
    assert [(account.id, account.name, account.parent) for account in accounts] == [
        ("bluth-and-sohne", "Bluth & Söhne", "Acme Corporation"),
        ("acme-corporation", "Acme Corporation", None),
        ("kuhn", "Kühn", None),
    ]
    assert all(account.arr is None for account in accounts)
    assert [account.attributes.get("company_revenue") for account in accounts] == [
        1_242_320_000,
        1_100_040_000,
        4_540_000,
    ]
    assert accounts[1].industry == "Technolgy, Toys"
    assert "year_established" not in accounts[2].attributes


def test_a_mapping_says_encoding_delimiter_and_dates(tmp_path: Path) -> None:
    text = "encoding: cp1252\ndelimiter: tab\ndates: month-first\n"
    text += "columns: {A: name, B: {to: arr, scale: 1000}}\n"
    mapping, problems = mapping_of(tmp_path, text)
    assert mapping is not None
    assert problems == []
    assert (mapping.encoding, mapping.delimiter, mapping.dates) == ("cp1252", "\t", DateOrder.MONTH_FIRST)
    assert mapping.targets == {"A": Target("name"), "B": Target("arr", mapping.targets["B"].scale)}
    assert mapping.targets["B"].scale == 1000


@pytest.mark.parametrize(
    ("word", "order"), [("dmy", "day-first"), ("mdy", "month-first"), ("excel", "excel")]
)
def test_the_order_of_dates_has_short_names_too(tmp_path: Path, word: str, order: str) -> None:
    mapping, _ = mapping_of(tmp_path, f"dates: {word}\n")
    assert mapping is not None
    assert mapping.dates == DateOrder(order)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("columns:\n  A: name\n  B: renewl_on\n", 3, "no field `renewl_on`; did you mean `renewal_on`?"),
        ("columns: {A: revenue}\n", 1, "no field `revenue`; use attributes.revenue or ignore"),
        ("columns:\n  A: attributes.Big Size\n", 2, "named in small letters, such as attributes.big_size"),
        ("columns:\n  A: {to: name, scale: 10}\n", 2, "`name` is no amount, so it cannot have a scale"),
        ("columns:\n  A: {to: arr, scale: 0}\n", 2, "`columns.A.scale`"),
        ("columns:\n  A: {to: arr, scal: 10}\n", 2, "unknown key `columns.A.scal`; did you mean `scale`?"),
        ("columns:\n  A:\n", 2, "`columns.A`: expected a field such as name"),
        ("columns:\n  A: arr\n  B: arr\n", 3, "`A` and `B` are both mapped to `arr`"),
        ("colums: {A: name}\n", 1, "unknown key `colums`; did you mean `columns`?"),
        ("encoding: klingon\n", 1, "`encoding`: there is no encoding 'klingon'"),
        ("delimiter: ab\n", 1, "`delimiter`: expected one mark"),
        ("dates: backwards\n", 1, "`dates`: expected day-first, month-first, excel"),
        ("", 1, "the mapping is empty"),
        ("columns: [", 1, "this is not valid YAML"),
        ("- name\n", 1, ""),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    mapping, problems = mapping_of(tmp_path, text)
    assert mapping is None
    assert len(problems) == 1
    assert problems[0].startswith(f"map.yaml:{line}: ")
    assert problem in problems[0]


def test_a_missing_mapping_is_a_problem(tmp_path: Path) -> None:
    _, problems = read_mapping(tmp_path / "none.yaml", "none.yaml")
    assert [str(problem) for problem in problems] == ["none.yaml:1: there is no such file"]


def test_columns_called_like_fields_are_fields_and_all_others_attributes(tmp_path: Path) -> None:
    layout, problems = layout_of(tmp_path, " NAME ,Renewal On,Office Location,Revenue,R&D,arr\nA,,,,,\n")
    assert layout is not None
    assert problems == []
    assert [target.field for target in layout.targets] == [
        "name", "renewal_on", "attributes.office_location", "attributes.revenue", "attributes.r_and_d", "arr",
    ]  # fmt: skip


def test_a_mapping_names_columns_exactly_or_but_for_case_and_spaces(tmp_path: Path) -> None:
    mapping, _ = mapping_of(
        tmp_path, 'columns: {account_name: name, " Revenue ": attributes.sales, X: ignore}'
    )
    layout, problems = layout_of(tmp_path, "Account Name, Revenue ,Revenue 2,x\nA,1,2,3\n", mapping)
    assert layout is not None
    assert problems == []
    assert [target.field for target in layout.targets] == [
        "name", "attributes.sales", "attributes.revenue_2", "ignore",
    ]  # fmt: skip


def test_a_mapping_that_names_a_column_the_file_lacks_is_a_problem_at_its_line(tmp_path: Path) -> None:
    mapping, _ = mapping_of(tmp_path, "columns:\n  Account: name\n  Worth: arr\n")
    layout, problems = layout_of(tmp_path, "Account,Value\nA,1\n", mapping)
    assert layout is None
    assert problems == ["map.yaml:3: the file has no column `Worth`; it has: Account, Value"]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("name,Name", "export.csv:1: the columns `name` and `Name` would both become `name`"),
        ("name,Big Size,big_size", "export.csv:1: the columns `Big Size` and `big_size` would both become"),
        ("account,arr", "export.csv:1: no column is the account's name"),
    ],
)
def test_columns_that_cannot_be_told_apart_or_lack_are_a_problem(
    tmp_path: Path, header: str, problem: str
) -> None:
    layout, problems = layout_of(tmp_path, f"{header}\nA,1\n")
    assert layout is None
    assert len(problems) == 1
    assert problems[0].startswith(problem)


def test_a_file_that_cannot_be_read_gets_no_second_problem(tmp_path: Path) -> None:
    with open_csv(tmp_path / "none.csv") as file:
        assert account_layout(file) == (None, [])
        assert contact_columns(file) == (None, [])


def test_the_columns_of_contacts_are_found_and_others_left_out(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text("E-mail,Shoe size,Account ID,Time Zone\n", encoding="utf-8")
    with open_csv(path) as file:
        assert contact_columns(file) == ({"emails": 0, "account": 2, "time_zone": 3}, [])


@pytest.mark.parametrize(
    ("header", "problem"),
    [("emails,name", "no column `account`"), ("email,emails,account", "are both `emails`")],
)
def test_contacts_need_an_account_and_emails_once(tmp_path: Path, header: str, problem: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(f"{header}\n", encoding="utf-8")
    with open_csv(path) as file:
        columns, problems = contact_columns(file)
    assert columns is None
    assert problem in problems[0].text


def test_a_header_is_normalised_like_a_fields_name() -> None:
    assert normal(" Renewal On ") == normal("renewal-on") == normal("RENEWAL_ON") == "renewal_on"
