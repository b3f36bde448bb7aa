"""Reading CSV as exports really are."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tiering.csvfile import LONGEST_RECORD, CsvFile, Row, open_csv
from tiering.files import Problem


def read(path: Path, content: bytes, **how: str) -> tuple[CsvFile, list[Row], list[str]]:
    """Write a file, read it, and return it with its rows and its problems as they are printed."""
    path = path / "export.csv"
    path.write_bytes(content)
    with open_csv(path, name="export.csv", **how) as file:
        found = list(file)
    rows = [one for one in found if isinstance(one, Row)]
    problems = [*file.problems, *(one for one in found if isinstance(one, Problem))]
    return file, rows, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    file, rows, problems = read(tmp_path, "name,city\nMüller,Nîmes\n".encode(encoding))
    assert (file.encoding, file.header, problems) == (found, ("name", "city"), [])
    assert rows == [Row(2, ["Müller", "Nîmes"])]


def test_bytes_that_windows_lacks_are_read_as_latin_1(tmp_path: Path) -> None:
    file, rows, _ = read(tmp_path, b"name\nM\xfcller\x81\n")
    assert file.encoding == "latin-1"
    assert rows[0].cells == ["Müller\x81"]


def test_the_first_byte_that_is_not_utf8_may_stand_at_the_very_end(tmp_path: Path) -> None:
    content = b"name\n" + b"Acme\n" * 400_000 + "Zoë\n".encode("latin-1")
    file, rows, problems = read(tmp_path, content)
    assert file.encoding == "cp1252"
    assert rows[-1] == Row(400_002, ["Zoë"])
    assert problems == []


def test_one_damaged_byte_in_a_utf8_file_costs_only_its_own_row(tmp_path: Path) -> None:
    content = "name\nMüller\nZoë\n".encode() + b"Dam\xffaged\n" + b"Acme\n"
    _, rows, problems = read(tmp_path, content)
    assert [row.cells[0] for row in rows] == ["Müller", "Zoë", "Acme"]
    assert problems == ["export.csv:4: this row has bytes that are not UTF-8, unlike the rest of the file"]


def test_an_encoding_that_is_named_must_fit_and_exist(tmp_path: Path) -> None:
    content = "name\nAcme\nMüller\n".encode("latin-1")
    assert read(tmp_path, content, encoding="utf-8")[2] == ["export.csv:3: the text is not utf-8"]
    assert "no encoding 'klingon'" in read(tmp_path, content, encoding="klingon")[2][0]
    assert "no encoding 'rot13'" in read(tmp_path, content, encoding="rot13")[2][0]
    assert read(tmp_path, content, encoding="latin-1")[1][1].cells == ["Müller"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out_from_the_header(tmp_path: Path, delimiter: str) -> None:
    lines = [["name", "a, b; c", "arr"], ["Acme", "x", "1"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    file, rows, _ = read(tmp_path, text.encode())
    assert (file.delimiter, file.header) == (delimiter, ("name", "a, b; c", "arr"))
    assert rows == [Row(2, ["Acme", "x", "1"])]


def test_excels_own_line_names_the_delimiter(tmp_path: Path) -> None:
    file, rows, _ = read(tmp_path, b"sep=;\r\nname;city, state\r\nAcme;Berlin\r\n")
    assert file.header == ("name", "city, state")
    assert rows == [Row(3, ["Acme", "Berlin"])]


def test_a_delimiter_that_is_named_wins(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b^c\n1^2\n", delimiter="^")[0].header == ("a,b", "c")


def test_a_row_knows_the_line_on_which_it_begins(tmp_path: Path) -> None:
    content = b'\n\nname,note\nAcme,"two\nlines"\n\n,\nGlobex,x\r\nInitech,"a\r\nb\r\nc"\nLast,y'
    _, rows, _ = read(tmp_path, content)
    assert [(row.line, row.cells[0]) for row in rows] == [
        (4, "Acme"),
        (8, "Globex"),
        (9, "Initech"),
        (12, "Last"),
    ]


def test_headers_come_exactly_as_they_are(tmp_path: Path) -> None:
    assert read(tmp_path, b"Account, Revenue ,x\nA,1,2\n")[0].header == ("Account", " Revenue ", "x")


def test_missing_cells_at_the_end_are_empty_and_surplus_ones_are_a_problem(tmp_path: Path) -> None:
    _, rows, problems = read(tmp_path, b"name,arr,csm\nA\nB,1,,,\nC,1,200,Jo\nD,2,Jo\n")
    assert [row.cells for row in rows] == [["A", "", ""], ["B", "1", ""], ["D", "2", "Jo"]]
    assert problems == [
        "export.csv:4: this row has 4 cells, but the header has 3 columns;"
        " is a cell with a comma in it not quoted?"
    ]


def test_a_trailing_delimiter_makes_no_column(tmp_path: Path) -> None:
    file, rows, problems = read(tmp_path, b"name,arr,\nA,1,\n")
    assert (file.header, rows[0].cells, problems) == (("name", "arr"), ["A", "1"], [])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\n \n", "the file is empty"),
        (b"sep=;\n", "the file is empty"),
        (b"name,,arr\n", "column 2 of the header has no name"),
        (b"name,arr, name\n", "the header has two columns `name`"),
        (b"PK\x03\x04\x00rest of a spreadsheet", "an Excel or ZIP file; export it as CSV"),
        ("name\nAcme\n".encode("utf-16-le"), "NUL characters"),
        (b'"name,arr\nA,1\n', "a quote opens in this row and is not closed properly"),
    ],
)
def test_a_file_without_a_usable_header_is_one_problem_and_no_rows(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file, rows, problems = read(tmp_path, content)
    assert (file.header, rows) == ((), [])
    assert len(problems) == 1
    assert problem in problems[0]


def test_a_missing_file_and_a_directory_are_problems(tmp_path: Path) -> None:
    for path, text in ((tmp_path / "none.csv", "no such file"), (tmp_path, "a directory")):
        with open_csv(path, name="x.csv") as file:
            assert list(file) == []
        assert text in str(file.problems[0])
        assert str(file.problems[0]).startswith("x.csv:1: ")


def test_an_error_of_the_caller_passes_through(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"name\n")
    with pytest.raises(OSError, match="full"), open_csv(tmp_path / "a.csv"):
        raise OSError("the disk is full")


@pytest.mark.parametrize(
    ("ending", "left"),
    [
        (b'4,x\n5,y\n6,"z"\n7,w\n', ["4", "5", "6", "7"]),  # closed by another row's opening quote
        (b"4,x\n5,y\n", ["4", "5"]),  # never closed
        (b"4\n5,y\n", ["5"]),  # what follows is no whole row, so it belongs to the broken cell
        (b"", []),
    ],
)
def test_a_quote_left_open_costs_its_own_row_and_swallows_no_other(
    tmp_path: Path, ending: bytes, left: list[str]
) -> None:
    _, rows, problems = read(tmp_path, b'id,name\n1,a\n2,"b\n' + ending)
    assert [row.cells[0] for row in rows] == ["1", *left]
    assert len(problems) == 1
    assert problems[0].startswith("export.csv:3: a quote opens in this row and is not closed properly")


def test_a_quote_left_open_is_not_followed_through_a_big_file(tmp_path: Path) -> None:
    _, rows, problems = read(tmp_path, b'id,name\n1,"a\n' + b"2,b\n" * 500_000)
    assert len(rows) == 500_000
    assert rows[0].line == 3
    assert len(problems) == 1


def test_lines_keep_counting_behind_broken_quotes(tmp_path: Path) -> None:
    _, rows, problems = read(tmp_path, b'id,name\n1,"a\n2,b\n3,"c" d\n4,e\nx\n5,"f\ng"\n6,h\n')
    assert [(row.line, row.cells[0]) for row in rows] == [(3, "2"), (5, "4"), (6, "x"), (7, "5"), (9, "6")]
    assert [problem.split(":")[1] for problem in problems] == ["2", "4"]


def test_many_broken_quotes_do_not_pile_up(tmp_path: Path) -> None:
    _, rows, problems = read(tmp_path, b"id,name\n" + b'1,"a"b\n2,c\n' * 20_000)
    assert (len(rows), len(problems)) == (20_000, 20_000)


def test_a_giant_cell_costs_only_its_own_row(tmp_path: Path) -> None:
    giant = b"x" * 10_000_000
    for cell in (giant, b'"' + giant + b'"', b"x" * 200_000):
        _, rows, problems = read(tmp_path, b"id,name\n1," + cell + b"\n2,b\n")
        assert rows == [Row(3, ["2", "b"])]
        assert len(problems) == 1
        assert problems[0].startswith("export.csv:2: ")


def test_nul_characters_cost_only_their_own_row(tmp_path: Path) -> None:
    _, rows, problems = read(tmp_path, b"id,name\n1,a\x00\n2,b\n")
    assert rows == [Row(3, ["2", "b"])]
    assert problems == ["export.csv:2: this row has NUL characters in it; is the file damaged, or in UTF-16?"]


def test_the_position_moves_up_to_the_size(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name\n" + b"Acme\n" * 100_000)
    with open_csv(path) as file:
        positions = [file.position for _ in file]
    assert positions == sorted(positions)
    assert 0 < positions[0] < positions[-1] == file.size == path.stat().st_size
    assert file.position == file.size


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@settings(deadline=None)  # a busy disk is no failure
@given(
    table=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], delimiter: str, encoding: str
) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["name", "arr", "csm"], *table])
    _, rows, problems = read(tmp_path_factory.mktemp("csv"), out.getvalue().encode(encoding))
    assert [row.cells for row in rows] == [row for row in table if any(row)]
    assert problems == []


@settings(deadline=None)  # a busy disk is no failure
@given(st.binary(max_size=200))
def test_any_bytes_are_rows_or_problems_and_never_an_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file, rows, _ = read(tmp_path_factory.mktemp("csv"), b"name,arr\n" + content)
    assert all(len(row.cells) == len(file.header) for row in rows)
    assert [row.line for row in rows] == sorted({row.line for row in rows})


def test_the_longest_record_is_longer_than_the_longest_cell() -> None:
    assert csv.field_size_limit() < LONGEST_RECORD
