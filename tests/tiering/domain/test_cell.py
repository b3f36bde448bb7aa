"""What single cells of exports mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiering.domain import cell
from tiering.domain.cell import DateOrder, Expected
from tiering.domain.money import Money

UNKNOWN = [
    "",
    "  ",
    "-",
    "\u2014",
    "n/a",
    "N/A",
    "#N/A",
    "null",
    "NULL",
    "none",
    "Unknown",
    "\ufeff",
    "\u00a0",
]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_every_way_to_say_nothing_is_unknown_and_never_zero(unknown: str) -> None:
    for value in (
        cell.text(unknown, 10),
        cell.number(unknown),
        cell.money(unknown, "USD"),
        cell.integer(unknown, 0, 9),
        cell.boolean(unknown),
        cell.day(unknown),
        cell.domain(unknown),
        cell.percentage(unknown),
        cell.currency_code(unknown),
        cell.attribute(unknown),
    ):
        assert value is None


def test_the_country_code_of_namibia_is_not_unknown() -> None:
    assert cell.text("NA", 10) == "NA"


def test_text_loses_odd_whitespace_and_invisible_marks() -> None:
    assert cell.text("\u200b Acme\u00a0\t \u2009Ltd\u200f\r\n", 20) == "Acme Ltd"
    assert cell.text("a\u202egnp.exe", 20) == "agnp.exe"


def test_text_refuses_control_characters_and_too_much_of_it() -> None:
    assert cell.text("a\x00b", 10) == Expected("text without control characters")
    assert cell.text("a\x9bb", 10) == Expected("text without control characters")
    assert cell.text("a" * 11, 10) == Expected("at most 10 characters")
    assert cell.text("a" * 10_000_000, 10) == Expected("at most 10 characters")


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12000", "12000"),
        ("$1,100.04 ", "1100.04"),
        ("1.100,04", "1100.04"),
        ("(1,200)", "-1200"),
        ("($5.00)", "-5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("\u22125", "-5"),
        ("1.200,00-", "-1200"),
        ("1 200,50", "1200.50"),
        ("1\u202f200", "1200"),
        ("1'200.50", "1200.50"),
        ("1\u2019200", "1200"),
        ("12,34,567", "1234567"),
        ("1,100", "1100"),
        ("1,1", "1.1"),
        ("0,125", "0.12"),
        ("1234.567", "1234.57"),
        ("1,200,300.50", "1200300.50"),
        ("1.200.300,50", "1200300.50"),
        ("12k", "12000"),
        ("$1.5m", "1500000"),
        ("1.250 m", "1250000"),
        ("2 bn", "2000000000"),
        ("1e5", "100000"),
        ("1.2E+06", "1200000"),
        (".5", "0.5"),
        ("+5", "5"),
        ("\uff11\uff12", "12"),
        ("USD 12", "12"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert cell.money(written, "USD") == Money.of(Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("written", "column", "currency"),
    [
        ("12", "EUR", "EUR"),
        ("12 €", "USD", "EUR"),
        ("EUR 12", "USD", "EUR"),
        ("12 chf", "USD", "CHF"),
        ("£12", "EUR", "GBP"),
        ("$12", "EUR", "USD"),
        ("$12", "CAD", "CAD"),
        ("A$12", "USD", "AUD"),
        ("kr 12", "SEK", "SEK"),
        ("12 zł", "USD", "PLN"),
    ],
)
def test_a_sign_or_code_in_the_cell_wins_over_the_column(written: str, column: str, currency: str) -> None:
    assert cell.money(written, column) == Money(1200, currency)


@pytest.mark.parametrize(
    "written",
    [
        "12x0",
        "nan",
        "inf",
        "-inf",
        "1e999",
        "1e16",
        "9" * 200,
        "1,2,3",
        "1..2",
        "1 2",
        "--5",
        "$",
        "$12.",
        "\u0663",
        "12 %",
        "EUR 12 USD",
        "kr 12",
        "=1+1",
        "=cmd|' /C calc'!A0",
        "1_000",
        "0x10",
        "1.100",
        "1 EUR 2",
        "(5",
        "-(5)",
    ],
)
def test_what_is_no_clear_amount_is_refused(written: str) -> None:
    assert isinstance(cell.money(written, "USD"), Expected)


def test_one_dot_before_three_digits_is_clear_once_there_is_a_scale() -> None:
    assert cell.money("1.100", "USD", Decimal(1_000_000)) == Money.of(1_100_000, "USD")


def test_the_largest_amount_fits_into_64_bits() -> None:
    largest = cell.money(str(cell.LIMIT), "USD")
    assert isinstance(largest, Money)
    assert largest.cents < 2**63
    assert isinstance(cell.money(str(cell.LIMIT + 1), "USD"), Expected)
    assert isinstance(cell.money("2", "USD", cell.LIMIT), Expected)


@given(
    st.integers(-(10**16), 10**16), st.sampled_from(["plain", "english", "german", "swiss", "signed", "code"])
)
def test_amounts_survive_being_written_and_read(cents: int, style: str) -> None:
    money = Money(cents, "EUR")
    english = f"{abs(money.amount):,.2f}"
    minus = "-" if cents < 0 else ""
    written = {
        "plain": str(money.amount),
        "english": minus + english,
        "german": minus + english.translate(str.maketrans(",.", ".,")) + " €",
        "swiss": minus + english.replace(",", "'"),
        "signed": f"({english})" if cents < 0 else f"€{english}",
        "code": f"{minus}{english} EUR",
    }[style]
    assert cell.money(written, "EUR") == money


@pytest.mark.parametrize(
    ("written", "value"),
    [("0", 0), ("1,200", 1200), ("12.0", 12), ("-5", -5), (" 7\u00a0", 7)],
)
def test_whole_numbers(written: str, value: int) -> None:
    assert cell.integer(written, -100, 5000) == value


@pytest.mark.parametrize("written", ["1.5", "5001", "-101", "$5", "1.200", "many", "1e99", "5 %"])
def test_whole_numbers_are_refused_outside_their_bounds(written: str) -> None:
    assert cell.integer(written, -100, 5000) == Expected("a whole number from -100 to 5,000")


def test_percentages_stay_between_0_and_100() -> None:
    assert cell.percentage("95 %") == cell.percentage("95") == 95
    assert cell.percentage("87,5") == Decimal("87.5")
    for wrong in ("101", "-1", "$5", "good"):
        assert cell.percentage(wrong) == Expected("a number from 0 to 100")


@pytest.mark.parametrize(
    ("words", "value"),
    [("yes true 1 x Y JA t wahr ✓", True), ("no FALSE 0 n nein f", False)],
)
def test_yes_and_no_have_many_spellings(words: str, value: bool) -> None:
    assert {cell.boolean(word) for word in words.split()} == {value}


def test_maybe_is_neither_yes_nor_no() -> None:
    assert cell.boolean("maybe") == Expected("yes or no")


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-31",
        "2026/12/31",
        "20261231",
        "31.12.2026",
        "31.12.26",
        "31. 12. 2026",
        "12/31/2026",
        "31/12/2026",
        "31-12-2026",
        "31 Dec 2026",
        "31-Dec-26",
        "31. December 2026",
        "Dec 31, 2026",
        "December 31st 2026",
        "2026-12-31T23:59:59Z",
        "2026-12-31 10:00:00.123 +02:00",
        "12/31/2026 10:00 AM",
        "31.12.2026, 10:00",
    ],
)
def test_one_day_in_many_hands(written: str) -> None:
    assert cell.day(written) == date(2026, 12, 31)


def test_single_digits_are_fine() -> None:
    assert cell.day("2026-1-5") == cell.day("5.1.2026") == cell.day("1 Sept 2026 ".replace("1 Sept", "5 Jan"))
    assert cell.day("1 Sept 2026") == date(2026, 9, 1)


def test_a_date_with_two_readings_is_refused_unless_the_mapping_says_which() -> None:
    refused = cell.day("03/04/2026")
    assert isinstance(refused, Expected)
    assert "dates: day-first" in refused.what
    assert cell.day("03/04/2026", DateOrder.DAY_FIRST) == date(2026, 4, 3)
    assert cell.day("03/04/2026", DateOrder.MONTH_FIRST) == date(2026, 3, 4)
    assert cell.day("03/03/2026") == date(2026, 3, 3)


def test_a_date_against_the_stated_order_is_refused() -> None:
    assert isinstance(cell.day("12/31/2026", DateOrder.DAY_FIRST), Expected)
    assert isinstance(cell.day("31/12/2026", DateOrder.MONTH_FIRST), Expected)


def test_excels_numbers_are_days_only_where_the_mapping_says_so() -> None:
    assert cell.day("46387", DateOrder.EXCEL) == cell.day("46387.5", DateOrder.EXCEL) == date(2026, 12, 31)
    assert cell.day("2026-12-31", DateOrder.EXCEL) == date(2026, 12, 31)
    assert isinstance(cell.day("46387"), Expected)
    assert isinstance(cell.day("9999999", DateOrder.EXCEL), Expected)


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-30",
        "31.11.2026",
        "32/13/2026",
        "1826-01-01",
        "9999-12-31",
        "soon",
        "Foo 31, 2026",
        "2026-12",
        "1/2",
        "31.12-2026",
        "2026-12-31 nonsense",
        "1" * 50,
    ],
)
def test_days_that_are_none_are_refused(written: str) -> None:
    assert isinstance(cell.day(written), Expected)


def test_the_zero_date_of_databases_is_unknown() -> None:
    assert cell.day("0000-00-00") is None
    assert cell.day("0000-00-00 00:00:00") is None


@given(
    st.dates(date(1900, 1, 1), date(2200, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%B %d, %Y", "%Y-%m-%dT%H:%M:%SZ"]),
)
def test_days_survive_being_written_and_read(when: date, form: str) -> None:
    assert cell.day(when.strftime(form)) == when


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1990", 1990),
        ("$1,100.04 ", Decimal("1100.04")),
        ("95 %", 95),
        ("-1.5", Decimal("-1.5")),
        ("yes", True),
        ("FALSE", False),
        ("2026-12-31", date(2026, 12, 31)),
        ("007", "007"),
        ("0049 30 1234", "0049 30 1234"),
        ("+49 30 123", "+49 30 123"),
        ("12k", "12k"),
        ("3M", "3M"),
        ("SKU 12", "SKU 12"),
        ("y", "y"),
        ("31/12/2026", "31/12/2026"),
        ("1e999", "1e999"),
        ("nan", "nan"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_attributes_are_numbers_yes_or_no_days_or_else_text(written: str, value: object) -> None:
    found = cell.attribute(written)
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)


def test_an_attribute_has_room_for_500_characters() -> None:
    assert cell.attribute("a" * 500) == "a" * 500
    assert cell.attribute("a" * 501) == Expected("at most 500 characters")


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("acme.com", "acme.com"),
        (" HTTPS://www.Acme.com:443/path?q=1#x ", "acme.com"),
        ("//www.acme.co.uk", "acme.co.uk"),
        ("acme.com.", "acme.com"),
        ("www.com", "www.com"),
        ("müller.de", "xn--mller-kva.de"),
        ("https://shop.acme.com/", "shop.acme.com"),
    ],
)
def test_a_domain_is_taken_out_of_an_address(written: str, domain: str) -> None:
    assert cell.domain(written) == domain


@pytest.mark.parametrize(
    "written",
    [
        "acme",
        "acme..com",
        "-acme.com",
        "a b.com",
        "info@acme.com",
        "10.0.0.1",
        "acme.com; acme.de",
        "javascript:alert(1)",
        "a" * 64 + ".com",
        "é" * 300 + ".com",
        "<b>.com",
        "acme_x.com",
        "https://",
        "..",
        "a\u3002\u3002b",
    ],
)
def test_what_is_no_domain_is_refused(written: str) -> None:
    assert isinstance(cell.domain(written), Expected)


def test_currencies_are_three_letters_or_a_sign() -> None:
    assert cell.currency_code(" eur ") == cell.currency_code("€") == "EUR"
    assert isinstance(cell.currency_code("euros"), Expected)


def test_a_complaint_says_column_value_and_what_was_expected() -> None:
    expected = cell.money("12x0", "USD")
    assert isinstance(expected, Expected)
    sentence = "column `arr`, value '12x0': expected an amount such as 12000 or $12,000.00"
    assert cell.complaint(" arr ", "12x0", expected) == sentence
    assert len(cell.complaint("arr", "x" * 10_000, expected)) < 200
    assert "\x1b" not in cell.complaint("arr", "\x1b[31m", expected)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_cell(words: str) -> None:
    for order in (None, *DateOrder):
        assert cell.day(words, order) is None or isinstance(cell.day(words, order), date | Expected)
    for read in (cell.number, cell.boolean, cell.attribute, cell.domain, cell.currency_code, cell.percentage):
        read(words)
    cell.integer(words, 0, 100)
    money = cell.money(words, "USD")
    assert money is None or isinstance(money, Expected) or abs(money.cents) < 2**63
    found = cell.text(words, 60)
    assert not isinstance(found, str) or cell.text(found, 60) in (found, None)


@given(st.text("0123456789.,' kmb%$€()-+eE", max_size=14))
def test_no_mix_of_digits_and_marks_breaks_the_reading_of_numbers(words: str) -> None:
    value = cell.number(words)
    assert value is None or isinstance(value, Expected) or (value.is_finite() and abs(value) <= cell.LIMIT)
