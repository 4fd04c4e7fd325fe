"""Customs: paid orders, or parts of them, declared to an office, which accepts them OFFICE_SECONDS later.

A declaration is a record of kind "customs" under transaction, office and sub-order, with the transaction as its parent:
SUBMITTED, then SUCCESS; or, after the act `refuse_declaration`, FAIL, which redeclaring mends.
"""

from __future__ import annotations

from typing import Any

from wxpay_v2.clock import wire_time
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects.common import Setting, beijing, new_number
from wxpay_v2.simulator.protocol import Call, Refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import PAID, NotPayable
from wxpay_v2.simulator.views import OrderView

__all__ = ["ACTS", "DUE", "customs_declare", "customs_declare_query", "customs_redeclare", "refuse_declaration"]

KIND = "customs"
OFFICE_SECONDS = 60.0
SUBMITTED, SUCCESS, FAIL = "SUBMITTED", "SUCCESS", "FAIL"
_SPLIT = ("sub_order_no", "fee_type", "order_fee", "transport_fee", "product_fee")
_AMOUNTS = ("order_fee", "transport_fee", "product_fee", "duty")


def customs_declare(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Declare a paid order, or a part of one; with action_type MODIFY, change what was declared."""
    fields = call.fields
    order = _order(call, book)
    if order is None or (fields["transaction_id"], fields["out_trade_no"]) != (
        order.transaction_id, order.out_trade_no,
    ):  # fmt: skip
        raise Refusal("ORDERNOTEXIST")
    number = _number(order, fields["customs"], fields.get("sub_order_no", ""))
    known = book.records.get(KIND, order.mch_id, number)
    changes = fields.get("action_type") == "MODIFY"
    if changes and known is None:
        raise Refusal("PARAM_ERROR", "there is no declaration to modify")
    if known is not None and not changes and known.data["request"] != parameters(fields):
        raise Refusal("PARAM_ERROR", "declared before with other parameters")
    if known is None or changes:
        amounts = _amounts(call, book, order, number)
        data: dict[str, Any] = {"request": parameters(fields), **amounts}
        if known is None:
            part = new_number(book, "15") if amounts["sub_order_no"] else ""
            known = book.records.put(
                KIND, order.mch_id, number, SUBMITTED, data, reference=part, parent=order.transaction_id,
                due_at=book.now + OFFICE_SECONDS,
            )  # fmt: skip
        else:
            known = book.records.transition(
                known, (SUBMITTED, SUCCESS, FAIL), SUBMITTED, due_at=book.now + OFFICE_SECONDS, **data
            )
    return {**_one(known), "cert_check_result": _identity(known), **_clearing(order)}


def _order(call: Call, book: Book) -> OrderView | None:
    """Return the paid order that transaction_id or, without one, out_trade_no names, None when there is none."""
    mch_id, transaction_id = call.account.mch_id, call.fields.get("transaction_id")
    if transaction_id:
        return book.order_of_payment(mch_id, transaction_id)
    order = book.order(mch_id, call.fields.get("out_trade_no", ""))
    return order if order is not None and order.state in PAID else None


def _number(order: OrderView, office: str, part: str) -> str:
    return f"{order.transaction_id}:{office}:{part}"


def _amounts(call: Call, book: Book, order: OrderView, number: str) -> dict[str, str]:
    """Return what is declared: the part's amounts, or what is left of the whole order. Raises Refusal."""
    fields = call.fields
    if order.fee_type != "CNY" or order.state not in PAID:
        raise Refusal("PARAM_ERROR", "only orders in CNY are declared")
    left = order.total_fee - order.refunded
    others = [one for one in book.records.list(KIND, parent=order.transaction_id) if one.number != number]
    same = [one for one in others if one.data["request"]["customs"] == fields["customs"]]
    split = any(fields.get(name) for name in _SPLIT)
    if any(bool(one.data["sub_order_no"]) != split for one in same):
        raise Refusal("PARAM_ERROR", "an order is declared whole or in parts, not both")
    if not split:
        return {"sub_order_no": "", "order_fee": str(left), "duty": fields.get("duty", "")}
    missing = [name for name in _SPLIT if not fields.get(name)]
    if missing:
        raise Refusal("PARAM_ERROR", f"a part of an order needs {', '.join(missing)}")
    order_fee, transport, product = (int(fields[name]) for name in _SPLIT[2:])
    if order_fee != transport + product:
        raise Refusal("PARAM_ERROR", "order_fee must be transport_fee and product_fee together")
    if order_fee + sum(int(one.data["order_fee"]) for one in same) > left:
        raise Refusal("PARAM_ERROR", "the parts are more than the order")
    return {name: fields.get(name, "") for name in (*_SPLIT, "duty")}


def _one(record: Record) -> dict[str, str]:
    return {
        "state": record.state,
        "transaction_id": record.parent,
        "out_trade_no": record.data["request"]["out_trade_no"],
        "sub_order_no": record.data["sub_order_no"],
        "sub_order_id": record.reference,
        "modify_time": wire_time(beijing(record.changed)),
    }


def _identity(record: Record) -> str:
    return "SAME" if record.data["request"].get("cert_id") else "UNCHECKED"


def _clearing(order: OrderView) -> dict[str, str]:
    return {"verify_department": "OTHERS", "verify_department_trade_id": f"V{order.transaction_id}"}


def customs_declare_query(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the declarations to an office that sub_order_id, sub_order_no, transaction_id or out_trade_no names."""
    made = _named(call, book)
    order = book.order_of_payment(call.account.mch_id, made[0].parent)
    if order is None:
        raise Refusal("ORDERNOTEXIST")
    told = {
        "transaction_id": order.transaction_id,
        "out_trade_no": order.out_trade_no,
        **_clearing(order),
        "count": str(len(made)),
    }
    for place, record in enumerate(made):
        request = record.data["request"]
        one = {
            "sub_order_no": record.data["sub_order_no"],
            "sub_order_id": record.reference,
            "mch_customs_no": request.get("mch_customs_no", ""),
            "customs": request["customs"],
            "fee_type": record.data.get("fee_type", ""),
            **{name: record.data.get(name, "") for name in _AMOUNTS},
            "state": record.state,
            "explanation": record.data.get("explanation", ""),
            "modify_time": wire_time(beijing(record.changed)),
            "cert_check_result": _identity(record),
        }
        told.update((f"{name}_{place}", text) for name, text in one.items())
    return told


def _named(call: Call, book: Book) -> list[Record]:
    """Return the declarations to the office that the call names, the most exact number first. Raises Refusal."""
    fields, mch_id = call.fields, call.account.mch_id
    if fields.get("sub_order_id"):
        record = book.records.referred(KIND, fields["sub_order_id"], mch_id=mch_id)
        made = [] if record is None else [record]
    else:
        order = _order(call, book)
        parent = order.transaction_id if order is not None else None
        by_part = not (fields.get("transaction_id") or fields.get("out_trade_no"))
        made = book.records.list(KIND, mch_id=mch_id, parent=parent) if order is not None or by_part else []
        if fields.get("sub_order_no"):
            made = [one for one in made if one.data["sub_order_no"] == fields["sub_order_no"]]
    made = [one for one in made if one.data["request"]["customs"] == fields["customs"]]
    if not made:
        raise Refusal("ORDERNOTEXIST", "nothing was declared under this number to this office")
    return made


def customs_redeclare(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Push a declaration to the office again."""
    made = _named(call, book)
    if len(made) > 1:
        raise Refusal("PARAM_ERROR", "the order is split: sub_order_no or sub_order_id is missing")
    record = book.records.transition(
        made[0], (SUBMITTED, SUCCESS, FAIL), SUBMITTED, due_at=book.now + OFFICE_SECONDS, explanation=""
    )
    return {**_one(record), "explanation": "pushed again"}


def _accept(record: Record, book: Book, setting: Setting) -> None:
    book.records.transition(record, SUBMITTED, SUCCESS, due_at=None, explanation="accepted")


def refuse_declaration(
    book: Book, setting: Setting, *, mch_id: str, out_trade_no: str, explanation: str = "refused"
) -> dict[str, str]:
    """Let the offices refuse what was declared of an order and is not accepted yet."""
    made = book.records.list(KIND, mch_id=mch_id, states=(SUBMITTED,))
    wanted = [one for one in made if one.data["request"]["out_trade_no"] == out_trade_no]
    if not wanted:
        raise NotPayable("there is no such declaration that an office could refuse")
    for record in wanted:
        book.records.transition(record, SUBMITTED, FAIL, due_at=None, explanation=explanation)
    return {"state": FAIL}


DUE = {KIND: _accept}
ACTS = {"refuse_declaration": refuse_declaration}
