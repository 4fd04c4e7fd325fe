"""M2: amounts are int in the smallest unit; no float, no bool, no int() on raw text; converted exactly or refused."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpay_v2 import money
from wxpay_v2.errors import InvalidRequest, Malformed

CURRENCIES = ("HKD", "JPY", "KWD", "GBP", "KRW", "CNY")
NOT_AMOUNTS = [
    "", " 1", "1 ", "1\n", "+1", "-1", "1.0", "1e3", "0x1", "1_000", "1,000", "１２", "١٢", "²", "12345678901", "NaN",
    "\0", "1\x00",
]  # fmt: skip


@pytest.mark.parametrize("value", [0, 1, 199, 9_999_999_999, "0", "1", "0199", "9999999999"])
def test_m2_a_whole_number_is_an_amount(value: Any) -> None:
    assert money.amount(value) == int(value)
    assert type(money.amount(value)) is int


@pytest.mark.parametrize(
    "value",
    [
        *NOT_AMOUNTS,
        True,
        False,
        1.0,
        float("nan"),
        Decimal(1),
        Fraction(1),
        None,
        b"1",
        -1,
        10_000_000_000,
        pytest.param(10**5000, id="huge"),
        [1],
        type("Money", (int,), {})(1),
    ],
)
def test_m2_everything_else_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidRequest, match="total_fee") as caught:
        money.amount(value, "total_fee")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("text", NOT_AMOUNTS)
def test_m2_a_received_text_that_is_no_amount_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="total_fee"):
        money.parse_amount(text, "total_fee")


@pytest.mark.parametrize("value", [None, 5, b"5", 1.0], ids=repr)
def test_m2_a_received_amount_is_text(value: Any) -> None:
    with pytest.raises(Malformed):
        money.parse_amount(value)


def test_m2_a_received_amount_is_read_as_decimal_digits() -> None:
    assert [money.parse_amount(text) for text in ("0", "1", "007", "9999999999")] == [0, 1, 7, 9_999_999_999]


@given(st.text() | st.from_regex(r"[0-9]{1,12}\n?", fullmatch=True) | st.from_regex(r"\d{1,3}", fullmatch=True))
def test_m2_any_text_is_read_exactly_or_refused(text: str) -> None:
    plain = 1 <= len(text) <= 10 and set(text) <= set("0123456789")
    try:
        assert money.parse_amount(text) == int(text)
        assert plain
    except Malformed:
        assert not plain


# Currencies.


@pytest.mark.parametrize(("currency", "places"), [("HKD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("XXX", 2)])
def test_a_currency_has_its_decimals(currency: str, places: int) -> None:
    assert money.decimals(currency) == places


@pytest.mark.parametrize("currency", ["", "hkd", "HK", "HKDX", "HKD\n", "ＨＫＤ", None, 344, b"HKD"])
def test_what_is_no_currency_is_refused(currency: Any) -> None:
    with pytest.raises(InvalidRequest, match="ISO 4217"):
        money.decimals(currency)


# The main unit.


@pytest.mark.parametrize(
    ("value", "currency", "units"),
    [
        ("1.99", "GBP", 199),
        ("199", "JPY", 199),
        ("1.234", "KWD", 1234),
        ("0", "HKD", 0),
        ("-0.00", "HKD", 0),
        ("1.9900", "HKD", 199),
        ("1E+2", "HKD", 10_000),
        ("1.0", "JPY", 1),
        ("99999999.99", "HKD", 9_999_999_999),
    ],
)
def test_m2_a_decimal_becomes_smallest_units(value: str, currency: str, units: int) -> None:
    assert money.minor_units(Decimal(value), currency) == units


@pytest.mark.parametrize(
    ("value", "currency"),
    [
        (Decimal("1.999"), "HKD"),
        (Decimal("0.5"), "JPY"),
        (Decimal("-0.01"), "HKD"),
        (Decimal("100000000.00"), "HKD"),
        (Decimal("1E+400"), "HKD"),
        (Decimal("1E-400"), "HKD"),
        (Decimal("1E-999999"), "HKD"),
        (Decimal("NaN"), "HKD"),
        (Decimal("sNaN"), "HKD"),
        (Decimal("Infinity"), "HKD"),
        (Decimal("1." + "9" * 500), "HKD"),
        (Decimal("1.9900000000000000000000000000000000001"), "HKD"),
        (1.99, "HKD"),
        (1, "HKD"),
        ("1.99", "HKD"),
        (True, "HKD"),
        (None, "HKD"),
        (Decimal("1.99"), "hkd"),
    ],
)
def test_m2_what_cannot_be_converted_exactly_is_refused(value: Any, currency: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        money.minor_units(value, currency)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("precision", [1, 3, 28])
def test_m2_the_callers_decimal_context_does_not_change_an_amount(precision: int) -> None:
    with decimal.localcontext() as context:
        context.prec = precision
        context.rounding = decimal.ROUND_UP
        context.Emax, context.Emin = 9, -9
        for signal in (decimal.Inexact, decimal.Rounded, decimal.FloatOperation, decimal.Subnormal):
            context.traps[signal] = True
        assert money.minor_units(Decimal("1234.56"), "HKD") == 123_456
        assert str(money.main_units(123_456, "HKD")) == "1234.56"


@given(st.integers(0, 9_999_999_999), st.sampled_from(CURRENCIES))
def test_m2_there_and_back_is_the_same_amount(units: int, currency: str) -> None:
    main = money.main_units(units, currency)
    assert money.minor_units(main, currency) == units
    assert Fraction(main) * 10 ** money.decimals(currency) == units


@given(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from(CURRENCIES))
def test_m2_any_decimal_is_converted_exactly_or_refused(value: Decimal, currency: str) -> None:
    try:
        units = money.minor_units(value, currency)
    except InvalidRequest:
        return
    assert Fraction(value) * 10 ** money.decimals(currency) == units


@pytest.mark.parametrize("value", [True, 1.0, -1, "x", None])
def test_m2_main_units_refuses_what_is_no_amount(value: Any) -> None:
    with pytest.raises(InvalidRequest):
        money.main_units(value, "HKD")


# Statements.


@pytest.mark.parametrize("text", ["1.99", "-0.01", "0", "0.00000000", "123456789012.12345678"])
def test_m2_the_text_of_a_statement_is_an_exact_decimal(text: str) -> None:
    assert str(money.parse_decimal(text)) == str(Decimal(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".5",
        "5.",
        "+1",
        "1e5",
        "NaN",
        "Infinity",
        "1,000.00",
        " 1",
        "1\n",
        "１",
        "1.123456789",
        "--1",
        "1" * 13,
        None,
        1.5,
    ],
)
def test_m2_other_text_in_a_statement_is_malformed(text: Any) -> None:
    with pytest.raises(Malformed):
        money.parse_decimal(text, "fee")
