"""Rows of contacts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.contact_row import FIELDS, ContactRow, email, is_freemail, parse_contact

ZONES = frozenset({"Europe/Berlin", "UTC"})
JANE = {"account": "acme.com", "emails": "jane@acme.com"}


def parse(cells: dict[str, str]) -> ContactRow | list[str]:
    columns = {name: index for index, name in enumerate(cells)}
    return parse_contact(list(cells.values()), columns, ZONES)


def test_a_whole_row_becomes_a_contact() -> None:
    cells = {
        "id": "C1",
        "account": " Acme Corporation ",
        "emails": "Jane@Acme.com; jane.doe@ACME.com,<j@acme.co.uk>\u00a0JANE@acme.com",
        "name": "Jane  Doe",
        "role": "Manager",
        "language": "de_AT",
        "time_zone": "Europe/Berlin",
    }
    assert tuple(cells) == FIELDS
    assert parse(cells) == ContactRow(
        "C1",
        "Acme Corporation",
        ("jane@acme.com", "jane.doe@acme.com", "j@acme.co.uk"),
        {"name": "Jane Doe", "role": "manager", "language": "de-AT", "time_zone": "Europe/Berlin"},
    )


def test_without_an_id_the_first_email_is_the_id() -> None:
    for cells in (JANE, {**JANE, "id": ""}):
        parsed = parse({**cells, "emails": "JANE@acme.com j@x.org"})
        assert isinstance(parsed, ContactRow)
        assert parsed.id == "jane@acme.com"
        assert parsed.values == {}


def test_an_empty_cell_is_unknown_and_an_empty_role_is_a_member() -> None:
    parsed = parse({**JANE, "name": "", "language": "-", "role": " "})
    assert isinstance(parsed, ContactRow)
    assert parsed.values == {"name": None, "language": None, "role": "member"}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("account", "", "expected the id, domain or name of an account"),
        ("emails", "", "expected at least one e-mail address"),
        ("emails", "jane@acme.com; nobody", "expected e-mail addresses such as jane@acme.com"),
        ("emails", "a" * 3000, "expected at most 2000 characters"),
        ("role", "boss", "expected member or manager"),
        ("language", "German!", "expected a language such as en or de-AT"),
        ("time_zone", "Berlin", "expected a time zone such as Europe/Berlin"),
        ("name", "x\x00", "expected text without control characters"),
    ],
)
def test_a_bad_cell_rejects_the_row_with_a_sentence(field: str, value: str, expected: str) -> None:
    parsed = parse({**JANE, field: value})
    assert isinstance(parsed, list)
    assert len(parsed) == 1
    assert parsed[0].startswith(f"column `{field}`, value ")
    assert expected in parsed[0]


def test_all_problems_of_a_row_are_told() -> None:
    parsed = parse({"account": "", "emails": "x", "role": "boss"})
    assert isinstance(parsed, list)
    assert len(parsed) == 3


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Jane.O'Hara+x@Acme.COM", "jane.o'hara+x@acme.com"),
        ("mailto:jane@acme.com", "jane@acme.com"),
        ("jane@müller.de", "jane@xn--mller-kva.de"),
        ("jane@www.acme.com", None),
        ("jane@acme", None),
        ("jane@acme.com/x", None),
        ("jane@https://acme.com", None),
        ("a@b@acme.com", None),
        ("@acme.com", None),
        ("jane@", None),
        ("jane doe@acme.com", None),
        ("<script>@acme.com", None),
        ("jane@10.0.0.1", None),
    ],
)
def test_addresses_are_checked_plainly(written: str, address: str | None) -> None:
    assert email(written) == address


def test_freemail_says_nothing_about_a_company() -> None:
    assert is_freemail("gmail.com")
    assert is_freemail(" Outlook.com. ")
    assert not is_freemail("acme.com")
    assert not is_freemail("gmail.com.acme.com")


@given(st.lists(st.text(max_size=40), min_size=len(FIELDS), max_size=len(FIELDS)))
def test_any_text_is_a_contact_or_sentences_and_never_an_error(cells: list[str]) -> None:
    parsed = parse(dict(zip(FIELDS, cells, strict=True)))
    assert isinstance(parsed, ContactRow) or parsed
