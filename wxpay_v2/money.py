"""Amounts in a currency's smallest unit: `int` everywhere, no float anywhere.

The wire carries amounts as decimal digits of the smallest unit; statements carry decimal text of the main unit.
"""

from __future__ import annotations

import re

from wxpay_v2.errors import InvalidRequest, Malformed, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Context, Decimal

__all__ = ["amount", "decimals", "main_units", "minor_units", "parse_amount", "parse_decimal"]

_AMOUNT = re.compile(r"[0-9]{1,10}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
MAX_AMOUNT = 9_999_999_999

# ISO 4217 currencies whose smallest unit is not a hundredth. The gateway's pages name JPY and KRW.
_DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
    "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


def decimals(currency: str) -> int:
    """Return how many decimals *currency* (ISO 4217, as in fee_type) has: 2 for HKD, 0 for JPY.

    Raises InvalidRequest for anything that is not three capital letters.
    """
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise InvalidRequest(f"currency must be three capital letters (ISO 4217), got {quoted(currency)}")
    return _DECIMALS.get(currency, 2)


def amount(value: object, name: str = "amount") -> int:
    """Return *value*, an amount in the smallest unit, as a checked int (0 to 9 999 999 999).

    An int or a text of ASCII digits passes; bool, float, Decimal and everything else is refused by *name*.
    Raises InvalidRequest.
    """
    if type(value) is int and 0 <= value <= MAX_AMOUNT:
        return value
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return int(value)
    raise InvalidRequest(
        f"{name} must be a whole number of the smallest unit (0 to {MAX_AMOUNT}), got {quoted(value)}",
        remedy="1.99 HKD is 199, 199 JPY is 199; money.minor_units() converts",
    )


def parse_amount(text: str, name: str = "amount") -> int:
    """Return the amount a received message states in *text*: 1 to 10 ASCII digits. Raises Malformed."""
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise Malformed(f"{name} is not an amount: {quoted(text)}")
    return int(text)


def minor_units(value: Decimal, currency: str) -> int:
    """Return *value* in the currency's smallest unit: 1.99 GBP is 199, 199 JPY is 199.

    value: Decimal in the main unit; a float is refused. currency: ISO 4217, as in fee_type.
    Raises InvalidRequest when *value* has more decimals than the currency has, or is negative or too large.
    Source: https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=4_2
    """
    from decimal import Decimal

    places = decimals(currency)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InvalidRequest(f"an amount in the main unit must be a finite Decimal, got {quoted(value)}")
    if not 0 <= value <= MAX_AMOUNT:
        raise InvalidRequest(f"{quoted(value)} is out of range (0 to {MAX_AMOUNT} of the smallest unit)")
    scaled = value.scaleb(places, _exact())
    if scaled != int(scaled):
        raise InvalidRequest(f"{quoted(value)} has more decimals than {currency} has ({places})")
    return amount(int(scaled))


def main_units(value: int, currency: str) -> Decimal:
    """Return *value*, smallest units, as a Decimal of the main unit: 199 GBP is 1.99. Raises InvalidRequest."""
    from decimal import Decimal

    return Decimal(amount(value)).scaleb(-decimals(currency), _exact())


def _exact() -> Context:
    """Return a context that rounds nothing: the caller's own may have any precision."""
    from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context

    return Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])


def parse_decimal(text: str, name: str = "amount") -> Decimal:
    """Return the decimal text of a statement as an exact Decimal, e.g. ``1.99`` or ``-0.01``. Raises Malformed."""
    from decimal import Decimal

    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise Malformed(f"{name} is not a decimal amount: {quoted(text)}")
    return Decimal(text)
