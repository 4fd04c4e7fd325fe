"""Which of the records' columns is what: by name, by --map where the name does not say it, and never by guess."""

from __future__ import annotations

import re

from wxpay_v2.errors import InvalidRequest, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ALIASES", "DIRECTIONS", "PAYMENT_STATES", "REFUND_STATES", "chosen"]

# Our name -> the names it goes by, compared without case, blanks and punctuation.
ALIASES: dict[str, tuple[str, ...]] = {
    "out_trade_no": ("out_trade_no", "out_transaction_id", "merchant_order_no", "商户订单号"),
    "transaction_id": ("transaction_id", "微信订单号"),
    "out_refund_no": ("out_refund_no", "merchant_refund_no", "商户退款单号"),
    "refund_id": ("refund_id", "微信退款单号"),
    "amount": ("amount", "total_fee", "订单金额"),
    "refund_amount": ("refund_amount", "refund_fee", "申请退款金额"),
    "currency": ("currency", "fee_type", "货币种类"),
    "status": ("status", "trade_state", "交易状态"),
    "refund_status": ("refund_status", "退款状态"),
    "fee": ("fee", "手续费"),
    "time": ("time", "trade_time", "交易时间"),
    "flow_no": ("flow_no", "资金流水单号"),
    "business_no": ("business_no", "微信支付业务单号"),
    "direction": ("direction", "收支类型"),
}
_FLOW = ("flow_no", "business_no", "direction")

# What the status of a payment says -> the statement's word, or one of what no statement has: NOTPAY, USERPAYING.
PAYMENT_STATES = {
    "SUCCESS": "SUCCESS", "PAID": "SUCCESS",
    # Paid, and given back since.
    "REFUND": "SUCCESS", "REFUNDED": "SUCCESS", "CHANGE": "SUCCESS", "ABNORMAL": "SUCCESS",
    "REVOKED": "REVOKED", "REVERSED": "REVOKED",
    "NOTPAY": "NOTPAY", "UNPAID": "NOTPAY", "CLOSED": "NOTPAY", "PAYERROR": "NOTPAY", "FAIL": "NOTPAY",
    "REFUNDCLOSE": "SUCCESS", "USERPAYING": "USERPAYING", "PROCESSING": "USERPAYING",
}  # fmt: skip
# The same of a refund.
REFUND_STATES = {
    "SUCCESS": "SUCCESS", "PAID": "SUCCESS", "REFUND": "SUCCESS", "REFUNDED": "SUCCESS", "REVOKED": "SUCCESS",
    "REVERSED": "SUCCESS", "PROCESSING": "PROCESSING", "USERPAYING": "PROCESSING",
    "CHANGE": "CHANGE", "ABNORMAL": "CHANGE", "PAYERROR": "CHANGE",
    "CLOSED": "FAIL", "REFUNDCLOSE": "FAIL", "FAIL": "FAIL", "NOTPAY": "FAIL", "UNPAID": "FAIL",
}  # fmt: skip
DIRECTIONS = {
    "收入": "INCOME",
    "INCOME": "INCOME",
    "IN": "INCOME",
    "支出": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OUT": "EXPENSE",
}
_DROPPED = re.compile(r"[\W_]+")


def chosen(found: Sequence[str], mapping: Mapping[str, str], *, flow: bool) -> dict[str, int]:
    """Return our name -> place among the columns *found*. mapping: our name -> the column's, from --map.

    flow: for a fund flow, else for transactions. Raises InvalidRequest, listing what was found, for a mapping of a name
    or a column that there is not, two columns that go by one name, and where a number or the amount is missing.
    """
    listed = f"the columns are {', '.join(map(repr, found[:64]))}" if found else "there are no columns"
    strange = [name for name in mapping if name not in ALIASES]
    absent = [column for column in mapping.values() if column not in found]
    if strange or absent:
        what = f"knows no name {quoted(strange[0])}" if strange else f"found no column {quoted(absent[0])}"
        raise _unclear(f"the mapping {what}", f"names are {', '.join(ALIASES)}; {listed}")
    places = {name: found.index(column) for name, column in mapping.items()}
    plain = [_plain(text) for text in found]
    for name, aliases in ALIASES.items():
        known = {_plain(alias) for alias in aliases}
        at = [place for place, text in enumerate(plain) if text in known and place not in places.values()]
        if name in places:
            continue
        if len(at) > 1:
            raise _unclear(
                f"{len(at)} columns may be the {name}: {', '.join(repr(found[place]) for place in at)}",
                f"say which: --map {name}={found[at[0]]}; {listed}",
            )
        if at:
            places[name] = at[0]
    missing = ["flow_no"] if flow and "flow_no" not in places else []
    if not flow and not places.keys() & {"out_trade_no", "transaction_id", "out_refund_no", "refund_id"}:
        missing.append("out_trade_no")
    if not places.keys() & {"amount", "refund_amount"}:
        missing.append("amount")
    if missing:
        raise _unclear(
            f"no column of the records is the {' or the '.join(missing)}",
            f"say which: --map {missing[0]}=COLUMN; {listed}",
        )
    return {name: place for name, place in places.items() if flow or name not in _FLOW}


def _plain(text: str) -> str:
    return _DROPPED.sub("", text).lower()


def _unclear(message: str, remedy: str) -> InvalidRequest:
    return InvalidRequest(f"the records' columns are unclear: {message}", remedy=remedy)
