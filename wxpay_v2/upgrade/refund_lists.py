"""Refunds as API v3 tells them, one or a list, as v2's numbered families."""

from __future__ import annotations

from wxpay_v2.errors import Malformed, Mismatch, quoted
from wxpay_v2.operation import GLOBAL, MAINLAND
from wxpay_v2.upgrade.conversions import INTEGER, SPACED_TIME, as_text
from wxpay_v2.upgrade.discounts import amount_of, kind_of, listed, unsettled
from wxpay_v2.upgrade.rules import INFERRED, Conversion, convert, drop, move, spread, supply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from wxpay_v2.upgrade.case import Case
    from wxpay_v2.upgrade.rules import Rule

__all__ = ["COUPONS", "OF_AN_ORDER", "OF_ONE", "PER_REPLY", "RATE", "REFUND_COUPONS", "SETTLED", "STATUS", "status_of"]

PER_REPLY = 10
REFUND_COUPONS = (
    "coupon_refund_fee", "coupon_refund_count", "coupon_type_$n", "coupon_refund_id_$n", "coupon_refund_fee_$n",
)  # fmt: skip

# The query of Global says REFUNDCLOSE, everything else of API v3 CLOSED.
STATUS = {
    "SUCCESS": "SUCCESS", "PROCESSING": "PROCESSING", "REFUNDCLOSE": "REFUNDCLOSE", "CLOSED": "REFUNDCLOSE",
    "ABNORMAL": "CHANGE",
}  # fmt: skip
_FUNDS = {"UNSETTLED": "REFUND_SOURCE_UNSETTLED_FUNDS", "AVAILABLE": "REFUND_SOURCE_RECHARGE_FUNDS"}


def status_of(value: Any) -> str:
    """Return v2's word for a refund's status. Raises Malformed for one nobody has heard of."""
    if not isinstance(value, str) or value not in STATUS:
        raise Malformed(f"a status of a refund nobody has heard of: {quoted(value)}")
    return STATUS[value]


def _never(text: str, case: Case) -> None:
    raise AssertionError("what is told of refunds is never sent")


def _rate(value: Any, case: Case) -> str | None:
    """Return the rate when it is the payment's, and the payer did not pay in the price's currency."""
    amount = case.document.get("amount")
    return _of_payment({**amount, "exchange_rate": value} if isinstance(amount, dict) else {"exchange_rate": value})


def _of_payment(amount: Any) -> str | None:
    """Return the payment's rate that *amount* tells; API v3 says which one it is."""
    rate = amount.get("exchange_rate") if isinstance(amount, dict) else None
    if not isinstance(rate, dict) or rate.get("type") != "USERPAYMENT_RATE" or type(rate.get("rate")) is not int:
        return None
    same = amount.get("payer_currency") is not None and amount.get("payer_currency") == amount.get("currency")
    return None if same else str(rate["rate"])


def _discounts(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    for name in ("refund_detail", "detail", "promotion_detail"):
        if one.get(name):
            return listed(one[name])
    return []


def _settled_of(one: Mapping[str, Any]) -> str | None:
    """Return the refund less what was never settled, None where that is the refund itself, as in v2."""
    amount = one.get("amount") or {}
    refund, told = amount.get("refund"), amount.get("settlement_refund")
    if type(told) is int and amount.get("settlement_currency") in (None, amount.get("currency")):
        return str(told) if told != refund else None
    less = unsettled(_discounts(one), "refund_amount")
    return str(refund - less) if less and type(refund) is int else None


def _coupons_of(found: list[Mapping[str, Any]], after: str = "") -> dict[str, str]:
    told = {f"coupon_refund_count{after}": str(len(found))}
    told[f"coupon_refund_fee{after}"] = str(sum(amount_of(one, "refund_amount") for one in found))
    for place, one in enumerate(found):
        told[f"coupon_type{after}_{place}"] = kind_of(one)
        told[f"coupon_refund_id{after}_{place}"] = str(one.get("promotion_id") or one.get("coupon_id") or "")
        told[f"coupon_refund_fee{after}_{place}"] = str(amount_of(one, "refund_amount"))
    return {name: text for name, text in told.items() if text}


def _coupons(value: Any, case: Case) -> dict[str, str]:
    found = listed(value)
    return _coupons_of(found) if found else {}


def _text(one: Mapping[str, Any], *names: str) -> str:
    value = next((one[name] for name in names if one.get(name) is not None), "")
    if type(value) is not str:
        raise Malformed(f"{names[0]} in the answer is no text")
    return value


def _one(one: Mapping[str, Any], number: int, case: Case) -> dict[str, str]:
    """Return the family of refund *number*, told by *one*."""
    amount = one.get("amount")
    if not isinstance(amount, dict):
        raise Malformed("a refund in the answer has no amount")
    funds = _text(one, "fund_source", "funds_account")
    done = one.get("success_time")
    told = {
        "out_refund_no": _text(one, "out_refund_no"),
        "refund_id": _text(one, "refund_id", "id"),
        "refund_channel": _text(one, "channel"),
        "refund_fee": as_text(amount.get("refund"), case),
        "refund_fee_type": _text(amount, "currency") if case.region == GLOBAL else "",
        "settlement_refund_fee": _settled_of(one) or "",
        "refund_status": status_of(one.get("status")),
        "refund_account": _FUNDS.get(funds, funds if funds in _FUNDS.values() else ""),
        "refund_recv_accout": _text(one, "recv_account", "user_received_account"),
        "refund_success_time": SPACED_TIME.back(done, case) if done else "",
    }
    told = {f"{name}_{number}": text for name, text in told.items() if text}
    found = _discounts(one)
    return {**told, **_coupons_of(found, f"_{number}")} if found else told


def _alone(document: Any, case: Case) -> dict[str, str]:
    told = _one(document, 0, case)
    asked = "refund_id" if case.target == "refund_query_by_id" else "out_refund_no"
    if told.get(f"{asked}_0") != case.fields.get(asked, told.get(f"{asked}_0")):
        raise Mismatch(f"{asked} is {quoted(told.get(f'{asked}_0'))}, asked about {quoted(case.fields[asked])}")
    return {"refund_count": "1", "refund_fee": told["refund_fee_0"], **told}


def _several(value: Any, case: Case) -> dict[str, str]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Malformed("the refunds in the answer are no list of objects")
    told: dict[str, str] = {}
    for number, one in enumerate(value):
        told.update(_one(one, number, case))
    told["refund_count"] = str(len(value))
    told["refund_fee"] = str(sum(int(told[f"refund_fee_{number}"]) for number in range(len(value))))
    return told


def _rate_of_list(value: Any, case: Case) -> str | None:
    """Return the payment's rate that the refunds tell, None when they tell none, or several."""
    rates = {_of_payment(one.get("amount")) for one in listed(value)}
    return rates.pop() if len(rates) == 1 else None


RATE = Conversion("rate of the payment", _never, _rate)
SETTLED = Conversion("settled refund", _never, lambda value, case: _settled_of(case.document))
COUPONS = Conversion("coupons given back", _never, _coupons)
_ALONE = Conversion("one refund", _never, _alone)
_SEVERAL = Conversion("refunds", _never, _several)
_RATES = Conversion("rate of the payment", _never, _rate_of_list)

_FAMILIES = (
    "out_refund_no_$n", "refund_id_$n", "refund_channel_$n", "refund_fee_$n", "refund_fee_type_$n",
    "settlement_refund_fee_$n", "refund_status_$n", "refund_account_$n", "refund_recv_accout_$n",
    "refund_success_time_$n", "coupon_type_$n_$m", "coupon_refund_fee_$n", "coupon_refund_count_$n",
    "coupon_refund_id_$n_$m", "coupon_refund_fee_$n_$m", "refund_count", "refund_fee",
)  # fmt: skip
_BY_NUMBER = "API v3 Global tells a single refund without the payment; ask order_query, or refund_query by the order"
_ALL = ("refund_query_all",)
_ONE = ("refund_query_by_id", "refund_query_by_out_refund_no")


def _total(case: Case) -> str | None:
    """Return how many refunds the order has; v2 tells it only to those who page through them."""
    found = case.document.get("total_num")
    return str(found) if "offset" in case.fields and type(found) is int else None


OF_AN_ORDER: tuple[Rule, ...] = (
    move("transaction_id", "id", targets=_ALL),
    move("out_trade_no", targets=_ALL),
    convert("total_fee", "amount.total", INTEGER, targets=_ALL),
    move("fee_type", "amount.currency", targets=_ALL),
    convert("cash_fee", "amount.payer_total", INTEGER, targets=_ALL, basis=INFERRED),
    move("cash_fee_type", "amount.payer_currency", targets=_ALL, basis=INFERRED),
    spread(_FAMILIES, "data", _SEVERAL, targets=_ALL),
    supply("total_refund_count", _total, "v2 tells it where offset was sent", targets=_ALL),
    convert("rate", "data", _RATES, targets=_ALL),
    drop("settlement_total_fee", "API v3 Global does not tell the settlement amount of an order", targets=_ALL),
)

OF_ONE: tuple[Rule, ...] = (
    move("transaction_id", targets=_ONE),
    move("out_trade_no", targets=_ONE),
    spread(_FAMILIES, ".", _ALONE, targets=_ONE),
    convert("rate", "amount.exchange_rate", RATE, targets=_ONE, regions=(GLOBAL,)),
    drop("rate", "mainland API v3 knows no other currency", targets=_ONE, regions=(MAINLAND,)),
    convert("total_fee", "amount.total", INTEGER, targets=_ONE, regions=(MAINLAND,), basis=INFERRED),
    convert("cash_fee", "amount.payer_total", INTEGER, targets=_ONE, regions=(MAINLAND,), basis=INFERRED),
    move("fee_type", "amount.currency", targets=_ONE, regions=(MAINLAND,), basis=INFERRED),
    drop("cash_fee_type", "mainland API v3 knows no other currency", targets=_ONE, regions=(MAINLAND,)),
    convert("settlement_total_fee", "amount.settlement_total", INTEGER, targets=_ONE, regions=(MAINLAND,)),
    drop("total_fee", _BY_NUMBER, targets=_ONE, regions=(GLOBAL,), basis=INFERRED),
    drop("cash_fee", _BY_NUMBER, targets=_ONE, regions=(GLOBAL,), basis=INFERRED),
    drop("cash_fee_type", _BY_NUMBER, targets=_ONE, regions=(GLOBAL,), basis=INFERRED),
    drop("fee_type", _BY_NUMBER, targets=_ONE, regions=(GLOBAL,), basis=INFERRED),
    drop("settlement_total_fee", _BY_NUMBER, targets=_ONE, regions=(GLOBAL,)),
    drop("total_refund_count", "there is one refund of a number", targets=_ONE, harmless=True),
)
