"""How names of companies are compared and found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain.names import CLEAR_LEAD, GOOD_ENOUGH, Match, clear_winner, core, fold, nearest, slug

NAMES = [
    "Acme",
    "Globex Corporation",
    "Initech",
    "Northwind Traders",
    "Umbrella",
    "Plant 13",
    "Stark Industries",
    "Massive Dynamic",
    "The New York Inquirer",
    "Gekko & Co",
    "Inity",
    "Vehement Capital Partners",
]
KEYS = [core(name) for name in NAMES]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ACME, Inc.", "acme inc"),
        ("Müller  & Söhne", "muller and sohne"),
        ("Straße", "strasse"),
        ("Łódź Ørsted Æther", "lodz orsted aether"),
        ("Canal+", "canal plus"),
        ("AT&T", "at and t"),
        ("L\u2019Or\u00e9al S.A.", "loreal sa"),
        ("McDonald's", "mcdonalds"),
        ("A.P. Møller A/S", "ap moller as"),
        ("Ｆｕｌｌ　Width", "full width"),
        ("Version 1.5", "version 1 5"),
        ("a_b-c/def", "a b c def"),
        ("株式会社トヨタ", "株式会社トヨタ"),
        ("हिन्दी", "हिन्दी"),
        ("\u0130stanbul", "istanbul"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_names_fold_to_plain_words(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "legal",
    [
        "Inc",
        "Inc.",
        ", Inc.",
        "Incorporated",
        "GmbH",
        "Ltd",
        "Limited",
        "LLC",
        "L.L.C.",
        "Corp",
        "Corporation",
        "Co",
        "Company",
        "& Co.",
        "AG",
        "S.A.",
        "SAS",
        "SARL",
        "S.r.l.",
        "SpA",
        "S.p.A.",
        "BV",
        "B.V.",
        "NV",
        "Oy",
        "AB",
        "AS",
        "A/S",
        "ApS",
        "PLC",
        "KG",
        "GmbH & Co. KG",
        "Pty Ltd",
        "Pvt. Ltd.",
        "KK",
        "Sp. z o.o.",
        "Co., Ltd.",
    ],
)
def test_legal_forms_are_no_part_of_the_core(legal: str) -> None:
    assert core(f"Blue Sea {legal}") == "blue sea"


def test_a_holding_stays_a_holding_and_a_core_is_never_empty() -> None:
    assert core("Xx-holding") == "xx holding"
    assert core("Co") == "co"
    assert core("AG & Co. KG") == "ag"


def test_a_slug_joins_the_words_with_hyphens() -> None:
    assert slug(" Gekko & Co. ") == "gekko-and-co"
    assert slug("Acme Inc") != slug("Acme GmbH")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert core(core(text)) == core(text)


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper().lower()) == fold(fold(text.upper()))


@given(st.text(min_size=1))
def test_a_legal_form_changes_no_core(name: str) -> None:
    if fold(name):
        assert core(f"{name} Inc") == core(name) != ""


@pytest.mark.parametrize(
    ("query", "winner"),
    [
        ("initec", "initech"),
        ("Initech GmbH", "initech"),
        ("glbex corp", "globex"),
        ("umbrela", "umbrella"),
        ("traders northwind", "northwind traders"),
        ("north wind traders", "northwind traders"),
        ("massiv dynamics", "massive dynamic"),
        ("new york inquirer", "the new york inquirer"),
        ("Vehement Partners Capital Ltd", "vehement capital partners"),
        ("gecko", None),
        ("acne", None),
        ("plant 12", None),
        ("crm northwind", None),
        ("stark", None),
        ("zzzz", None),
        ("in", None),
    ],
)
def test_a_misspelt_name_is_found_when_it_is_clear_and_never_guessed(query: str, winner: str | None) -> None:
    matches = nearest(query, KEYS, 5)
    found = clear_winner(matches)
    assert (found.key if found else None) == winner


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("crm northwind", "northwind traders"),
        ("stark", "stark industries"),
        ("capital", "vehement capital partners"),
        ("umbrela group emea", "umbrella"),
        ("acne", "acme"),
        ("plant 12", "plant 13"),
    ],
)
def test_what_is_not_clear_still_comes_first_among_the_suggestions(query: str, first: str) -> None:
    assert nearest(query, KEYS, 3)[0].key == first


def test_something_is_suggested_for_nonsense() -> None:
    assert len(nearest("zzzzqqq", KEYS, 3)) == 3
    assert (
        nearest("", KEYS, 3)
        == nearest("!!!", KEYS, 3)
        == nearest("acme", [], 3)
        == nearest("acme", KEYS, 0)
        == []
    )


def test_two_accounts_of_one_name_have_no_winner() -> None:
    assert clear_winner(nearest("acme", ["acme", "globex", "acme"], 5)) is None


def test_common_words_do_not_crowd_out_the_name() -> None:
    keys = [f"company number {number} group" for number in range(500)] + ["initech group"]
    assert nearest("initec group", keys, 3)[0] == Match(
        "initech group", 500, nearest("initec group", keys, 3)[0].score
    )
    winner = clear_winner(nearest("initec group", keys, 3))
    assert winner is not None
    assert winner.index == 500


@pytest.mark.parametrize(
    ("scores", "wins"),
    [
        ([], False),
        ([GOOD_ENOUGH], True),
        ([GOOD_ENOUGH - 1], False),
        ([95.0, 95.0 - CLEAR_LEAD], True),
        ([95.0, 95.1 - CLEAR_LEAD], False),
    ],
)
def test_a_winner_is_good_and_well_ahead(scores: list[float], wins: bool) -> None:
    matches = [Match(str(index), index, score) for index, score in enumerate(scores)]
    assert (clear_winner(matches) is not None) == wins


@given(st.text(max_size=30), st.lists(st.text(max_size=20).map(core), max_size=20))
def test_matches_are_ordered_within_bounds_and_point_at_their_keys(query: str, keys: list[str]) -> None:
    matches = nearest(query, keys, 5)
    assert len(matches) <= 5
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)
    assert all(keys[match.index] == match.key and 0 <= match.score <= 100 for match in matches)
