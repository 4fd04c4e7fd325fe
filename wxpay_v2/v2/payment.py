"""When fields prove a payment. The one place that says "paid"; it demands the expected order (threats: M1, 4.10)."""

from __future__ import annotations

import re

from wxpay_v2 import money
from wxpay_v2.errors import InvalidRequest, Mismatch, OutcomeUnknown, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Field, Notification, Operation

__all__ = ["Payment", "ambiguous", "compare", "proven", "spoilt"]

# A refund's signed replies name the order and its amount too; the time of the payment they do not have.
_TIME = "time_end"
_IDS = ("mch_id", "appid", "sub_mch_id")


class Payment:
    """A proven payment: out_trade_no, transaction_id, total_fee (smallest unit of fee_type), fee_type."""

    __slots__ = ("fee_type", "out_trade_no", "total_fee", "transaction_id")

    def __init__(self, out_trade_no: str, transaction_id: str, total_fee: int, fee_type: str) -> None:
        self.out_trade_no = out_trade_no
        self.transaction_id = transaction_id
        self.total_fee = total_fee
        self.fee_type = fee_type

    def __repr__(self) -> str:
        return f"<Payment {self.transaction_id} of {self.out_trade_no}: {self.total_fee} {self.fee_type}>"


def ambiguous(fields: Mapping[str, str], *, links: bool = False) -> bool:
    """Return True when the signed text of *fields* could be that of other fields too.

    links: an address may have parameters; only where nothing is proven by the message.

    The text joins ``name=value`` with ``&`` and escapes neither, so a value that holds ``&<known name>=`` may have
    been cut out of, or melted into, its neighbours.
    """
    for value in fields.values():
        if "&" in value:
            if links and value.startswith("https://"):
                continue
            names = re.findall(r"&([A-Za-z0-9_]+)=", value)
            if any(name in fields or name.rstrip("_0123456789") in _KNOWN for name in names):
                return True
    return False


def spoilt(fields: Mapping[str, str]) -> str:
    """Return the fault of a request whose merchant data would come back in every answer and make each ambiguous.

    Such an order could never be proven paid, so it is refused while it is still only a request.
    """
    attach = fields.get("attach", "")
    if "&" in attach and ambiguous({"attach": attach}):
        return "attach holds the name of another field between & and =, which no signature can tell from that field"
    return ""


# Every field of a notification, and of the messages about orders; families (coupon_fee_0) without their index.
_KNOWN = frozenset(
    (
        "algorithm", "appid", "attach", "bank_type", "body", "cash_fee", "cash_fee_type", "cash_refund_fee",
        "change_type", "combine_appid", "combine_mch_id", "combine_openid", "combine_out_trade_no", "contract_code",
        "contract_expired_time", "contract_id", "contract_termination_mode", "coupon_batch_id", "coupon_count",
        "coupon_fee", "coupon_id", "coupon_type", "deduct_mode", "detail", "device_info", "err_code", "err_code_des",
        "event_algorithm", "event_associated_data", "event_ciphertext", "event_code", "event_create_time", "event_id",
        "event_nonce", "event_type", "fee_type", "is_subscribe", "key", "mch_id", "nonce_str", "openid", "operate_time",
        "out_refund_no", "out_trade_no", "plan_id", "plate_number", "product_id", "promotion_detail", "rate",
        "rate_value", "refund_account", "refund_fee", "refund_id", "refund_recv_accout", "refund_request_source",
        "refund_status", "req_info", "request_serial", "result_code", "result_msg", "return_code", "return_msg",
        "risk_level", "risk_level_desc", "settlement_refund_fee", "settlement_total_fee", "sign", "sign_type",
        "sub_appid", "sub_is_subscribe", "sub_mch_id", "sub_openid", "sub_order_list", "success_time", "time_end",
        "total_fee", "trade_state", "trade_state_desc", "trade_type", "transaction_id", "transaction_id_list",
        "vehicle_event_createtime", "vehicle_event_des", "vehicle_event_type",
    )
)  # fmt: skip


def compare(fields: Mapping[str, str], merchant: Merchant) -> None:
    """Raise Mismatch when *fields* name another mch_id, appid or sub_mch_id than *merchant*'s; absent is not other."""
    for name in _IDS:
        expected = getattr(merchant, name)
        given = fields.get(name, "")
        if given and given != expected:
            raise Mismatch(
                f"{name} is {quoted(given)}, ours is {quoted(expected)}",
                remedy="authentic but not ours: do not book it; raise an alarm",
            )


def proven(
    fields: Mapping[str, str],
    merchant: Merchant,
    row: Operation | Notification,
    *,
    out_trade_no: str,
    total_fee: int | str,
    fee_type: str,
) -> Payment:
    """Return the Payment that *fields*, whose signature holds, prove for the expected order.

    row: of the message; its `proof` names the fields without which it proves nothing. out_trade_no, total_fee (smallest
    unit), fee_type (ISO 4217; absent on the wire means CNY): of the order as the shop knows it. Raises Mismatch when
    they are about something else, OutcomeUnknown when they prove nothing, Malformed when total_fee is no amount,
    InvalidRequest when the expectation itself cannot be one.
    """
    if not isinstance(out_trade_no, str) or not out_trade_no:
        raise InvalidRequest("out_trade_no of the expected order must be a text that is not empty")
    expected = money.amount(total_fee, "total_fee")
    money.decimals(fee_type)

    def unknown(message: str) -> NoReturn:
        raise OutcomeUnknown(
            message, operation=row.name, numbers={"out_trade_no": out_trade_no}, query="order_query",
            remedy="call order_query and decide by its answer",
        )  # fmt: skip

    if fields.get("return_code") != "SUCCESS" or fields.get("result_code") != "SUCCESS":
        unknown("the message does not say that the payment succeeded")
    told: tuple[Field, ...] = getattr(row, "response", ()) or getattr(row, "fields", ())
    state = fields.get("trade_state", "" if any(field.name == "trade_state" for field in told) else "SUCCESS")
    if state != "SUCCESS":
        unknown(f"trade_state is {quoted(state)}")
    compare(fields, merchant)
    ids = [name for name in _IDS if getattr(merchant, name)]
    missing = [name for name in (*ids, *row.proof, _TIME) if not fields.get(name)]
    if missing:
        unknown(f"the message lacks {', '.join(missing)} and proves no payment")
    if ambiguous(fields):
        unknown("a value could be several fields of the signed text, so the message proves no payment")
    given = money.parse_amount(fields["total_fee"], "total_fee")
    currency = fields.get("fee_type") or "CNY"
    for name, theirs, ours in (
        ("out_trade_no", fields["out_trade_no"], out_trade_no),
        ("total_fee", given, expected),
        ("fee_type", currency, fee_type),
    ):
        if theirs != ours:
            raise Mismatch(
                f"{name} is {quoted(theirs)}, the order says {quoted(ours)}",
                remedy="authentic but for another order or amount: do not book it; raise an alarm",
            )
    return Payment(out_trade_no, fields["transaction_id"], given, currency)
