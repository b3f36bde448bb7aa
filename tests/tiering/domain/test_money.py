"""Money: whole cents of a currency, from decimals only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.tiering.domain.strategies import OFTEN, amounts
from tiering.domain.money import Currency, Money, UnknownCurrency

CENTS = st.integers(-(10**15), 10**15)


@OFTEN
@given(amounts())
def test_an_amount_with_cents_survives_the_way_there_and_back(amount: Decimal) -> None:
    money = Money.of(amount, "USD")
    assert money.amount == amount
    assert isinstance(money.amount, Decimal)
    assert isinstance(money.cents, int)


@OFTEN
@given(CENTS)
def test_what_is_written_reads_as_the_same_amount(cents: int) -> None:
    written = str(Money(cents, "USD"))
    assert Decimal(written.replace("$", "").replace(",", "")) == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(
    ("amount", "cents"), [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.005", 0), ("1.999", 200), ("7", 700)]
)
def test_half_cents_go_to_the_even_cent(amount: str, cents: int) -> None:
    assert Money.of(Decimal(amount), "USD").cents == cents


@pytest.mark.parametrize(
    ("cents", "currency", "written"),
    [
        (12_000_000, "USD", "$120,000"),
        (9950, "EUR", "€99.50"),
        (120_000, "CHF", "CHF 1,200"),
        (5, "GBP", "£0.05"),
        (0, "USD", "$0"),
        (-123_456_789, "USD", "-$1,234,567.89"),
        (-50_000, "CHF", "-CHF 500"),
    ],
)
def test_amounts_are_written_as_people_write_them(cents: int, currency: str, written: str) -> None:
    assert str(Money(cents, currency)) == written


def test_converting_multiplies_by_the_rate_and_rounds_once() -> None:
    rates = {"EUR": Decimal("1.10"), "GBP": Decimal("1.28")}
    assert Money.of(Decimal("0.05"), "EUR").to("USD", rates) == Money(6, "USD")
    assert Money.of(126000, "GBP").to("USD", rates) == Money.of(161280, "USD")


@OFTEN
@given(CENTS, st.sampled_from(["USD", "EUR", "XYZ"]))
def test_the_same_currency_needs_no_rate(cents: int, currency: str) -> None:
    money = Money(cents, currency)
    assert money.to(currency, {}) is money


@OFTEN
@given(CENTS, CENTS)
def test_converting_keeps_the_order_of_amounts(one: int, other: int) -> None:
    rates = {"EUR": Decimal("1.0837")}
    less, more = (Money(cents, "EUR").to("USD", rates) for cents in sorted((one, other)))
    assert less.cents <= more.cents


def test_a_currency_without_a_rate_is_refused_by_name() -> None:
    with pytest.raises(UnknownCurrency) as error:
        Money.of(5, "JPY").to("USD", {"EUR": Decimal(1)})
    assert str(error.value) == "there is no rate for the currency JPY in tiers.yaml"
    assert error.value.currency == "JPY"


@pytest.mark.parametrize("code", ["usd", "US", "USDX", "", "$", "US\n"])
def test_what_is_no_currency_code_is_refused(code: str) -> None:
    with pytest.raises(ValidationError, match="three capital letters such as EUR"):
        TypeAdapter(Currency).validate_python(code)
