"""How much, in which currency: a merchant is settled in one currency, and an absent fee_type means CNY.

Source: https://pay.weixin.qq.com/doc/global/v2/en/4013662673 (each mch_id corresponds to one settlement currency)
"""

from __future__ import annotations

import re

from wxpay_v2 import money
from wxpay_v2.access.rule import Rule
from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.validation import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wxpay_v2.access.rule import Case
    from wxpay_v2.merchant import Merchant

__all__ = ["CURRENCY", "REFUND_FEE", "TOTAL_FEE"]

_DEFAULT = "CNY"
_ALIASES = {"RMB": "CNY", "CNH": "CNY", "NTD": "TWD", "UKP": "GBP"}  # what people write for the codes of ISO 4217
_DIGITS = re.compile(r"[0-9]{1,10}", re.ASCII)
_DECIMAL = re.compile(r"[0-9]{1,8}\.[0-9]{1,4}", re.ASCII)


def _currency_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    wanted = merchant.currency
    if not text:
        return not wanted or wanted == _DEFAULT
    return text not in _ALIASES and (not wanted or text == wanted)


def _currency(case: Case, name: str, text: str) -> Iterator[Fault]:
    wanted = case.merchant.currency
    if text in _ALIASES:
        code = _ALIASES[text]
        yield Fault("currency.alias", name, f"{name} is {text}, which is no code of ISO 4217", f"write {code}")
    elif case.operation.field("total_fee") is None:
        return  # the currency is what is asked about
    elif text and wanted and text != wanted:
        yield Fault(
            "currency.mismatch",
            name,
            f"{name} is {quoted(text)}, but this merchant prices in {wanted}",
            f"give {name}={wanted}, or make the Merchant of that currency",
        )
    elif not text and name != "refund_fee_type":
        yield Fault(
            "currency.absent",
            name,
            f"{name} is absent, which means {_DEFAULT}, but this merchant prices in {wanted}",
            f"give {name}={wanted}",
        )


def _whole(text: str) -> bool:
    return not text or _DIGITS.fullmatch(text) is not None


def _total_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    return _whole(text)


def _amount(case: Case, name: str, text: str) -> Iterator[Fault]:
    """Yield what is wrong with an amount in the main unit, the commonest mistake, in the currency's own numbers."""
    if _DECIMAL.fullmatch(text):
        currency = case.wire.get("fee_type") or case.wire.get("refund_fee_type") or case.merchant.currency or _DEFAULT
        yield Fault(
            "amount.decimals",
            name,
            f"{name} counts the smallest unit of {currency} and has no decimals, got {quoted(text)}",
            _in_smallest_units(text, currency),
        )


def _in_smallest_units(text: str, currency: str) -> str:
    from decimal import Decimal

    try:
        return f"{text} {currency} is {money.minor_units(Decimal(text), currency)}"
    except InvalidRequest:
        return "1.99 HKD is 199, 199 JPY is 199"


def _refund_fits(text: str, wire: Mapping[str, str], merchant: Merchant, loopback: bool) -> bool:
    total = wire.get("total_fee", "")
    return _whole(text) and (not text or not _DIGITS.fullmatch(total) or int(text) <= int(total))


def _refund(case: Case, name: str, text: str) -> Iterator[Fault]:
    if not _whole(text):
        yield from _amount(case, name, text)
        return
    total = case.wire["total_fee"]
    yield Fault(
        "amount.refund",
        name,
        f"{name} ({text}) is more than total_fee ({total}), the order's amount",
        "refund what was paid, or less; total_fee is not the amount to refund",
    )


CURRENCY = Rule(_currency_fits, _currency)
TOTAL_FEE = Rule(_total_fits, _amount)
REFUND_FEE = Rule(_refund_fits, _refund)
