"""Requests to hold against the rules of access, and who sends them.

RULED says which field is held to which rule; the catalogue's rows say the same, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.fixtures import APPID, AUTH_CODE, KEY, MCH_ID, SUB_MCH_ID
from wxpay_v2 import access
from wxpay_v2.clock import BEIJING
from wxpay_v2.errors import InvalidRequest
from wxpay_v2.merchant import Merchant
from wxpay_v2.operation import GLOBAL, Field, Operation
from wxpay_v2.v2 import catalogue
from wxpay_v2.validation import Fault

SUB_APPID = "wx9999999999999999"
NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=BEIJING)
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
NONCE = {"nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"}

RULED = {
    "auth_code": "auth_code",
    "callback_url": "notify_url",
    "client_ip": "ip",
    "clientip": "ip",
    "combine_openid": "openid",
    "contract_notify_url": "notify_url",
    "fee_type": "currency",
    "jsapi_path": "payment_directory",
    "notify_url": "notify_url",
    "openid": "openid",
    "re_openid": "openid",
    "refund_fee": "refund_fee",
    "refund_fee_type": "currency",
    "scene_info": "scene_info",
    "spbill_create_ip": "ip",
    "sub_openid": "sub_openid",
    "time_expire": "time_expire",
    "time_start": "time_start",
    "total_fee": "total_fee",
    "trade_type": "trade_type",
    "user_ip": "ip",
}

ORDER = {
    "body": "Tea", "out_trade_no": "T-1", "total_fee": "100", "fee_type": "HKD", "trade_type": "NATIVE",
    "spbill_create_ip": "203.0.113.7", "notify_url": "https://shop.example/pay",
}  # fmt: skip
QUICK = {
    "body": "Tea", "out_trade_no": "Q-1", "total_fee": "100", "fee_type": "HKD", "auth_code": AUTH_CODE,
    "spbill_create_ip": "203.0.113.7",
}  # fmt: skip
REFUND = {"out_trade_no": "T-1", "out_refund_no": "R-1", "total_fee": "100", "refund_fee": "40"}
QUERY = {"out_trade_no": "T-1"}
CALLS: Mapping[str, Mapping[str, str]] = {
    "unified_order": ORDER, "micropay": QUICK, "refund": REFUND, "order_query": QUERY,
}  # fmt: skip


def operation(name: str) -> Operation:
    return catalogue.find(name)


def row(*fields: Field, name: str = "thing", **columns: object) -> Operation:
    return Operation(name, path="/thing", title="A thing", request=fields, **columns)  # type: ignore[arg-type]


def merchant(mode: str = "direct", **changes: object) -> Merchant:
    sub = {} if mode == "direct" else {"sub_mch_id": SUB_MCH_ID, "mode": mode}
    return Merchant(APPID, MCH_ID, KEY, **{**sub, **changes})  # type: ignore[arg-type]


def wire(call: Operation, who: Merchant, fields: Mapping[str, str]) -> dict[str, str]:
    """The whole request, as the protocol makes it: ids first, "" leaves a field out."""
    ids = {
        name: value
        for attribute, name in call.ids.items()
        if (value := getattr(who, attribute))
        and ((found := call.field(name)) is None or not found.modes or who.mode in found.modes)
    }
    nonce = NONCE if call.nonce else {}
    return {name: value for name, value in {**ids, **nonce, **fields}.items() if value}


def faults(
    call: str | Operation,
    fields: Mapping[str, str] | None = None,
    *,
    mode: str = "direct",
    who: Merchant | None = None,
    region: str = GLOBAL,
    now: Callable[[], datetime] = lambda: NOW,
    loopback: bool = False,
    **changes: str,
) -> tuple[Fault, ...]:
    """Every fault of a call that is right but for *changes*."""
    error = refusal(call, fields, mode=mode, who=who, region=region, now=now, loopback=loopback, **changes)
    return tuple(error.faults) if error is not None else ()  # type: ignore[arg-type]


def refusal(
    call: str | Operation,
    fields: Mapping[str, str] | None = None,
    *,
    mode: str = "direct",
    who: Merchant | None = None,
    region: str = GLOBAL,
    now: Callable[[], datetime] = lambda: NOW,
    loopback: bool = False,
    **changes: str,
) -> InvalidRequest | None:
    made = call if isinstance(call, Operation) else operation(call)
    sender = who or merchant(mode)
    usual = CALLS.get(made.name, {}) if fields is None else fields
    try:
        access.check(
            made, wire(made, sender, {**usual, **changes}), merchant=sender, region=region, now=now, loopback=loopback
        )
    except InvalidRequest as error:
        return error
    return None
