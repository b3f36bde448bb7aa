"""The reader of YAML and front matter: values with their lines, every mistake a sentence at its place."""

from __future__ import annotations

import os
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from tiering.files import (
    MAX_BYTES,
    Document,
    Problem,
    parse_front_matter,
    parse_yaml,
    read_front_matter,
    read_text,
    read_yaml,
    validate,
)


def said(text: str) -> list[str]:
    return [str(problem) for problem in parse_yaml(text, "a.yaml")[1]]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    day: date | None = None


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: list[Part] = []
    by_id: dict[int, Part] = {}


def refused(text: str) -> list[str]:
    document, problems = parse_yaml(text, "a.yaml")
    assert not problems
    return [str(problem) for problem in validate(Whole, document)[1]]


# Values and places


def test_every_value_knows_its_line() -> None:
    document, problems = parse_yaml(
        "a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n# note\ne: {f: 4,\n  g: 5}\n", "a.yaml"
    )
    assert not problems
    assert document.data == {"a": 1, "b": ["x", {"c": 2, "d": 3}], "e": {"f": 4, "g": 5}}
    places = [("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "d"), ("e",), ("e", "g")]
    assert [document.line(place) for place in places] == [1, 2, 3, 4, 5, 7, 8]


def test_what_is_missing_has_the_line_of_what_is_around_it() -> None:
    document, _ = parse_yaml("a: 1\nb:\n  c: 2\n", "a.yaml")
    assert document.line(("b", "nothing", 3)) == 2
    assert document.line(("nothing",)) == 1
    assert str(document.problem(("b", "c"), "is odd")) == "a.yaml:3: is odd"


def test_values_are_plain_python() -> None:
    text = "a: yes\nb: true\nc: &x false\nd: 012\ne: 1_000\nf: 1.5\ng: 2026-01-02\n"
    text += "h: 2026-01-02T03:04:05\ni: ~\nj: 'q'\n"
    data = parse_yaml(text, "a.yaml")[0].data
    assert isinstance(data, dict)
    assert data == {
        "a": "yes", "b": True, "c": False, "d": 12, "e": 1000, "f": 1.5, "g": date(2026, 1, 2),
        "h": datetime.fromisoformat("2026-01-02T03:04:05"), "i": None, "j": "q",
    }  # fmt: skip
    assert {type(value) for value in data.values()} == {str, bool, int, float, date, datetime, type(None)}


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", categories=["L", "N"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1), _PLAIN, min_size=1, max_size=4))
def test_what_is_written_as_yaml_is_read_back(data: dict[str, object]) -> None:
    text = StringIO()
    YAML().dump(data, text)
    document, problems = parse_yaml(text.getvalue(), "a.yaml")
    assert not problems
    assert document.data == data


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("a:-[]{}&*#?|>'\"%@`! \n\t,1\x00é"), max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    document, problems = parse_yaml(text, "a.yaml")
    validate(Whole, document)
    head, found = parse_front_matter(f"---\n{text}\n---\nbody", "a.md")
    assert isinstance(head.data, dict)
    assert all(problem.line >= 1 and problem.text for problem in (*problems, *found))


# Mistakes in YAML


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "2: this is not valid YAML: the key `a` stands here for the second time"),
        ("a:\n\tb: 1\n", "2: this is not valid YAML: there is a tab; indent with spaces"),
        ("a: >= 5\n", "1: this is not valid YAML: a value cannot begin with >; put it in quotes"),
        ("a: {b: >= 5}\n", "1: this is not valid YAML: a value cannot begin with >; put it in quotes"),
        ("x: 1\na: @home\n", "2: this is not valid YAML: a value cannot begin with @; put it in quotes"),
        ("a: *star\n", "1: this is not valid YAML: a value that begins with *star must be in quotes"),
        ("a: 'x\n", "1: this is not valid YAML: a quotation mark or bracket is never closed"),
        ("a: [1\nb: 2", "1: this is not valid YAML: a quotation mark or bracket is never closed"),
        (
            "a: 1\n---\nb: 2\n",
            "2: this is not valid YAML: a line of --- begins a second document; expected only one",
        ),
        (
            "a: 1\n\x00",
            "2: this is not valid YAML: there is an invisible character that does not belong in text",
        ),
        ("a: " + "[" * 5000, "1: the values are nested too deeply"),
    ],
)
def test_broken_yaml_is_one_problem_at_its_line(text: str, expected: str) -> None:
    assert said(text) == [f"a.yaml:{expected}"]


def test_a_second_colon_is_explained() -> None:
    (problem,) = said("x: 1\nsummary: Refunds: when and how\n")
    assert problem.startswith("a.yaml:2: this is not valid YAML: there is a second `: ` in this line")


def test_a_bomb_of_aliases_is_refused() -> None:
    rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    rows += [
        f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]"
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    ]
    assert said("\n".join(rows)) == [
        "a.yaml:1: this is not valid YAML: it unfolds to more than 100,000 values"
    ]


def test_tags_make_no_objects() -> None:
    document, problems = parse_yaml("a: !!python/object/apply:os.system [ls]\nb: !x y\n", "a.yaml")
    assert not problems
    assert document.data == {"a": ["ls"], "b": "y"}


# Files


def test_a_mark_at_the_beginning_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("\ufeffname: Ünal\r\nparts:\r\n  - title: x\r\n".encode())
    document, problems = read_yaml(file, "shown.yaml")
    assert not problems
    assert document.data == {"name": "Ünal", "parts": [{"title": "x"}]}
    assert (document.path, document.line(("parts", 0, "title"))) == ("shown.yaml", 3)


def test_text_that_is_not_utf8_is_said_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes("a: 1\nname: Müller\n".encode("latin-1"))
    for read in (read_yaml, read_front_matter, read_text):
        assert read(file, "a.yaml")[1] == [
            Problem("a.yaml", 2, "the text is not UTF-8; save the file as UTF-8")
        ]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert [str(one) for one in read_yaml(tmp_path / "no.yaml", "no.yaml")[1]] == [
        "no.yaml:1: there is no such file"
    ]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (problem,) = read_yaml(tmp_path, "x")[1]
    assert str(problem).startswith("x:1: the file cannot be read: ")


def test_a_file_of_six_megabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.touch()
    os.truncate(file, MAX_BYTES + 1)
    assert read_yaml(file, "a.yaml")[1] == [Problem("a.yaml", 1, "the file is larger than 5 MB")]


# Models


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: the file is empty; expected lines of `key: value`"),
        ("- a\n", "1: the file holds something else; expected lines of `key: value`"),
        ("hello\n", "1: the file holds something else; expected lines of `key: value`"),
        ("parts: []\n", "1: `name` is missing"),
        ("name: x\nnmae: y\n", "2: unknown key `nmae`; did you mean `name`?"),
        (
            "name: x\nparts:\n  - tilte: y\n    title: x\n",
            "3: unknown key `parts.tilte`; did you mean `title`?",
        ),
        (
            "name: x\nparts:\n  - name: y\n    title: x\n",
            "3: unknown key `parts.name`; expected one of day, title",
        ),
        ("name: x\nparts:\n  - day: 2026-01-01\n", "3: `parts.title` is missing"),
        (
            "name: x\nparts:\n  - title: x\n    day: soon\n",
            "4: `parts.day` is 'soon'; expected a date such as 2026-12-31",
        ),
        ("name: [a]\n", "1: `name` is a list; expected text, in quotes if it looks like a number or a date"),
        ("name: true\n", "1: `name` is true; expected text, in quotes if it looks like a number or a date"),
        (
            "name: x\nby_id: {1: {title: 5}}\n",
            "2: `by_id.1.title` is 5; expected text, in quotes if it looks like a number or a date",
        ),
        ("name: x\nby_id: {one: {title: x}}\n", "2: `by_id.one` is 'one'; expected a whole number"),
        (
            "name: x\n100: y\n",
            "2: unknown key `100`; large numbers are written without commas, such as 100000",
        ),
    ],
)
def test_a_wrong_value_is_one_problem_in_words(text: str, expected: str) -> None:
    assert refused(text) == [f"a.yaml:{expected}"]


def test_a_valid_document_becomes_its_model() -> None:
    model, problems = validate(Whole, parse_yaml("name: x\nby_id: {3: {title: y}}\n", "a.yaml")[0])
    assert not problems
    assert model == Whole(name="x", by_id={3: Part(title="y")})


def test_a_document_made_by_hand_points_at_its_first_line() -> None:
    assert str(validate(Whole, Document("x", {}))[1][0]) == "x:1: `name` is missing"


# Front matter


@pytest.mark.parametrize(
    ("text", "data", "body", "body_line"),
    [
        ("---\ntitle: x\n---\n\nHello\n", {"title": "x"}, "\nHello\n", 4),
        ("---\r\ntitle: x\r\n---\r\nHello\r\n", {"title": "x"}, "Hello\r\n", 4),
        ("--- \ntitle: x\n---  \nHello", {"title": "x"}, "Hello", 4),
        ("---\n---\nHello", {}, "Hello", 3),
        ("---\n\n---\nHello", {}, "Hello", 4),
        ("---\ntitle: x\n---", {"title": "x"}, "", 3),
        ("# Hello\n\n---\n\nText", {}, "# Hello\n\n---\n\nText", 1),
        ("---\ntitle: x\n---\nA\n---\nB", {"title": "x"}, "A\n---\nB", 4),
        ("", {}, "", 1),
    ],
)
def test_a_head_is_split_from_its_body(text: str, data: object, body: str, body_line: int) -> None:
    document, problems = parse_front_matter(text, "a.md")
    assert not problems
    assert (document.data, document.body, document.body_line) == (data, body, body_line)


def test_places_in_a_head_are_lines_of_the_file() -> None:
    document, _ = parse_front_matter("---\ntitle: x\ntags:\n  - a\n---\nText", "a.md")
    assert (document.line(("title",)), document.line(("tags", 0))) == (2, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: x\n\nText\n", "1: the front matter has no closing --- line"),
        ("---\n- a\n---\nText", "2: the front matter is something else; expected lines of `key: value`"),
        (
            "---\na: 1\na: 2\n---\nText",
            "3: this is not valid YAML: the key `a` stands here for the second time",
        ),
    ],
)
def test_a_broken_head_is_one_problem_and_an_empty_head(text: str, expected: str) -> None:
    document, problems = parse_front_matter(text, "a.md")
    assert [str(problem) for problem in problems] == [f"a.md:{expected}"]
    assert document.data == {}


def test_a_head_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: x\n---\nText", encoding="utf-8")
    document, problems = read_front_matter(tmp_path / "a.md")
    assert (document.data, document.body, problems) == ({"title": "x"}, "Text", [])
    assert document.path == str(tmp_path / "a.md")
