"""Red packs: to one person, to a group, from a mini program; opened by the act `open_red_pack`, or given back.

A red pack is SENT, and its money set aside, until everybody has opened it: RECEIVED. What nobody opened within 24 hours
goes back to the merchant: REFUND.
"""

from __future__ import annotations

import secrets
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import payouts
from wxpay_v2.simulator.effects.common import Setting, new_number
from wxpay_v2.simulator.effects.payouts import CNY, spaced
from wxpay_v2.simulator.funds import fund, payer_account
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "DUE", "WECOM", "found", "get_red_pack_info", "open_red_pack", "send", "send_group_red_pack",
    "send_mini_program_red_pack", "send_red_pack", "told_of",
]  # fmt: skip

KIND, WECOM = "red_pack", "wecom_red_pack"
OPEN_SECONDS = 24 * 3600.0
QUERY_SECONDS = 30 * 86400.0

# In fen, for each receiver; with a scene_id the merchant platform sets others.
LEAST, MOST, MOST_OF_SCENE = 100, 200_00, 4999_00
GROUP = range(3, 21)


def send_red_pack(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Send a red pack to one person, once under the number."""
    return _sent(send(call, book, KIND))


def send_group_red_pack(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Send a red pack that 3 to 20 persons share by lot."""
    return _sent(send(call, book, KIND, receivers=GROUP))


def send_mini_program_red_pack(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Send a red pack that a mini program lets the person open."""
    record = send(call, book, KIND)
    return {**_sent(record), "package": f"sendid={record.reference}&ver=8&mch_id={record.mch_id}"}


def send(call: Call, book: Book, kind: str, *, receivers: range = range(1, 2)) -> Record:
    """Return the red pack that *call* asks for, its money set aside. Raises Refusal."""
    fields, openid = call.fields, call.fields["re_openid"]
    record = payouts.known(call, book, kind, fields["mch_billno"])
    if record is not None:
        return record
    amount, number = int(fields["total_amount"]), int(fields.get("total_num", 1))
    if number not in receivers:
        refusal(call.operation, f"total_num must be from {receivers.start} to {receivers.stop - 1}", "PARAM_ERROR")
    least, most = (1, MOST_OF_SCENE) if fields.get("scene_id") else (LEAST, MOST)
    if not least * number <= amount <= most * number:
        refusal(call.operation, f"each receiver must get from {least} to {most}", "MONEY_LIMIT")
    payouts.check_payee(call, book, openid)
    if len(payouts.today(call, book, kind, openid)) >= payouts.PER_DAY:
        refusal(call.operation, f"more than {payouts.PER_DAY} red packs to the person today", "SENDNUM_LIMIT")
    payer = _payer(call)
    record = book.records.put(
        kind, call.account.mch_id, fields["mch_billno"], "SENT",
        {
            "request": payouts.request_of(call), "amount": amount, "payer": payer, "received": [],
            "shares": _shares(amount, number),
        },
        reference=new_number(book, "10000"), parent=openid, due_at=book.now + OPEN_SECONDS,
    )  # fmt: skip
    sub = payer if payer == call.sub_mch_id else ""
    payouts.pay(call, book, kind, amount, fund(payer, kind), record=record, mch_id=payer, sub=sub)
    return record


def _payer(call: Call) -> str:
    """Return whose money it is: consume_mch_id's, else the sub-merchant's that it is sent for, else the caller's."""
    named = call.fields.get("consume_mch_id", "")
    if named and named not in (call.account.mch_id, *call.account.sub_merchants):
        refusal(call.operation, "consume_mch_id has not allowed it", "NO_AUTH", "PARAM_ERROR")
    return named or call.sub_mch_id or call.account.mch_id


def _shares(amount: int, number: int) -> list[int]:
    """Return *amount* in *number* shares by lot, none of them 0."""
    cuts = sorted(secrets.SystemRandom().sample(range(1, amount), number - 1))
    return [end - begin for begin, end in zip([0, *cuts], [*cuts, amount], strict=True)]


def _sent(record: Record) -> dict[str, str]:
    return {
        "mch_billno": record.number,
        "wxappid": record.data["request"]["wxappid"],
        "re_openid": record.parent,
        "total_amount": str(record.data["amount"]),
        "send_listid": record.reference,
    }


def get_red_pack_info(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of a red pack and of who opened it, for 30 days."""
    record = found(call, book, KIND)
    got = [{name: one[name] for name in ("openid", "amount", "rcv_time")} for one in record.data["received"]]
    number = int(record.data["request"].get("total_num", 1))
    return {
        **told_of(record),
        "hb_type": "NORMAL" if number == 1 else "GROUP",
        "total_num": str(number),
        "hblist": {"hbinfo": got} if got else {},
    }


def found(call: Call, book: Book, kind: str) -> Record:
    """Return the red pack that *call* names. Raises Refusal."""
    record = book.records.get(kind, call.account.mch_id, call.fields["mch_billno"])
    if record is None or book.now - record.created > QUERY_SECONDS:
        refusal(call.operation, "there is no such red pack", "NOT_FOUND", "PARAM_ERROR")
    return record


def told_of(record: Record) -> dict[str, str]:
    """Return what every query of a red pack tells."""
    request, back = record.data["request"], record.data.get("back", 0)
    return {
        "mch_billno": record.number,
        "detail_id": record.reference,
        "status": record.state,
        "send_type": "API",
        "total_amount": str(record.data["amount"]),
        "send_time": spaced(record.created),
        "refund_time": spaced(record.changed) if back else "",
        "refund_amount": str(back) if back else "",
        "wishing": request["wishing"],
        "remark": request["remark"],
        "act_name": request["act_name"],
    }


def open_red_pack(
    book: Book, setting: Setting, *, mch_id: str, mch_billno: str, openid: str = "", kind: str = KIND
) -> dict[str, Any]:
    """Let a person open a red pack, and say what was in it. openid: who of a group; by default whom it was sent to."""
    record = book.records.get(kind, mch_id, mch_billno)
    if record is None or record.state != "SENT":
        raise NotPayable("there is no red pack of this number that could be opened")
    shares, received = list(record.data["shares"]), list(record.data["received"])
    who, alone = openid or record.parent, len(shares) + len(received) == 1
    if (alone and who != record.parent) or any(one["openid"] == who for one in received):
        raise NotPayable("this person cannot open it, or has opened it")
    amount = shares.pop()
    received.append({"openid": who, "amount": amount, "rcv_time": spaced(book.now)})
    done = book.records.transition(
        record, "SENT", "SENT" if shares else "RECEIVED", due_at=record.due_at if shares else None, shares=shares,
        received=received,
    )  # fmt: skip
    book.funds.move(kind, fund(record.data["payer"], kind), payer_account(who), amount, CNY, record=done)
    return {"amount": amount, "status": done.state}


def _give_back(record: Record, book: Book, setting: Setting) -> None:
    """Give back to the merchant what nobody has opened."""
    back, payer = sum(record.data["shares"]), record.data["payer"]
    done = book.records.transition(record, "SENT", "REFUND", due_at=None, shares=[], back=back)
    book.funds.move(record.kind, fund(payer, record.kind), fund(payer), back, CNY, record=done)


DUE = {KIND: _give_back, WECOM: _give_back}
ACTS = {"open_red_pack": open_red_pack}
