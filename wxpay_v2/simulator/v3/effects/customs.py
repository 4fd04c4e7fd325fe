"""Customs: paid orders, or parts of them, declared to an office.

The records are those of API v2's; see `wxpay_v2.simulator.effects.customs`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wxpay_v2.clock import parse_time, rfc3339
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.customs import KIND
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented

__all__ = ["GLOBAL", "declare", "modify", "query", "redeclare", "verify_certificate"]

ROWS = 20
"""Rows that an answer lists unless the request says how many."""
_NUMBERS = ("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id")
_DECLARED = ("customs", "duty", "fee_type", "order_fee", "transport_fee", "product_fee")
_TOLD = ("state", "out_trade_no", "transaction_id", "sub_order_no", "sub_order_id")
_CLEARING = ("verify_department", "verify_department_trade_id")
_ROW = ("sub_order_no", "sub_order_id", "mch_customs_no", "customs", "fee_type", "state", "explanation")
_AMOUNTS = ("order_fee", "duty", "transport_fee", "product_fee")


def declare(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Declare a paid order, or a part of one."""
    told = carry_out(call, book, setting, "customs_declare", _fields(call))
    return _answer(call, told, *_CLEARING)


def modify(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Change what was declared; it is declared again."""
    fields = {**_fields(call), "action_type": "MODIFY"}
    if fields["sub_order_no"]:
        fields["fee_type"] = "CNY"
    told = carry_out(call, book, setting, "customs_declare", fields)
    return {**_answer(call, told, *_CLEARING), **_modified(told)}


def redeclare(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Push a declaration to the office again."""
    told = carry_out(call, book, setting, "customs_redeclare", _fields(call))
    return {**_answer(call, told, "explanation"), **_modified(told)}


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell the declarations to an office that a number names."""
    offset, limit = call.document.get("offset", 0), call.document.get("limit", ROWS)
    if offset < 0 or limit < 1:
        raise Refusal.of_field(call.operation, "/offset" if offset < 0 else "/limit", "is too small")
    number = {call.text("order_type"): call.text("order_no"), "customs": call.text("customs")}
    told = carry_out(call, book, setting, "customs_declare_query", number)
    count = int(told["count"])
    return {
        **_own(call),
        **{name: told[name] for name in ("transaction_id", *_CLEARING)},
        "offset": offset,
        "limit": limit,
        "total_count": count,
        "data": [_row(told, place) for place in range(count)[offset : offset + limit]],
    }


def verify_certificate(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Say whether the identity is the payer's: the first one told of a declaration is."""
    number = ":".join(call.text(name) for name in ("transaction_id", "customs", "sub_order_no"))
    record = book.records.get(KIND, call.mch_id, number)
    if record is None or record.data["request"]["out_trade_no"] != call.text("out_trade_no"):
        raise Refusal(documented(call.operation, "INVALID_REQUEST"), "the order is not declared to this office")
    told = [call.text("certificate_id"), call.text("certificate_name")]
    known = record.data.get("identity")
    if known is None:
        book.records.change(record, identity=told)
    return {
        **_own(call),
        **{name: call.text(name) for name in ("out_trade_no", "transaction_id")},
        "certificate_check_result": "SAME" if known in (None, told) else "DIFFERENT",
    }


def _fields(call: Call) -> dict[str, str]:
    told = {name: call.text(name) for name in (*_NUMBERS, *_DECLARED)}
    return {**told, "mch_customs_no": call.text("merchant_customs_no")}


def _own(call: Call) -> dict[str, str]:
    return {"appid": call.account.appid, "mchid": call.mch_id}


def _answer(call: Call, told: Mapping[str, str], *also: str) -> dict[str, Any]:
    return {**_own(call), **{name: told[name] for name in (*_TOLD, *also)}}


def _modified(told: Mapping[str, str]) -> dict[str, str]:
    return {"modify_time": rfc3339(parse_time(told["modify_time"]))}


def _row(told: Mapping[str, str], place: int) -> dict[str, Any]:
    amounts = {name: told[f"{name}_{place}"] for name in _AMOUNTS}
    return {
        **{name: told[f"{name}_{place}"] for name in _ROW},
        **{name: int(text) for name, text in amounts.items() if text},
        "modify_time": rfc3339(parse_time(told[f"modify_time_{place}"])),
    }


GLOBAL = {
    "customs_declare": declare,
    "customs_modify": modify,
    "customs_query": query,
    "customs_redeclare": redeclare,
    "customs_verify_certificate": verify_certificate,
}
