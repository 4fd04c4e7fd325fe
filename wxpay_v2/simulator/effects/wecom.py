"""WeCom: red packs and payments to employees, as `red_packs` and `transfers` have them, under numbers of their own."""

from __future__ import annotations

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import red_packs, transfers
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.payouts import spaced
from wxpay_v2.simulator.protocol import Call, refusal

__all__ = ["wecom_pay_employee", "wecom_query_payment", "wecom_query_red_pack", "wecom_send_red_pack"]

PAYMENT = "wecom_payment"


def wecom_send_red_pack(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Send a red pack to one person."""
    record = red_packs.send(call, book, red_packs.WECOM)
    request = record.data["request"]
    return {
        "mch_billno": record.number,
        "wxappid": request["wxappid"],
        "re_openid": record.parent,
        "total_amount": str(record.data["amount"]),
        "send_listid": record.reference,
        "sender_name": request["sender_name"],
        "sender_header_media_id": request.get("sender_header_media_id", ""),
    }


def wecom_query_red_pack(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a red pack; rcv_time once it is opened."""
    record = red_packs.found(call, book, red_packs.WECOM)
    request, received = record.data["request"], record.data["received"]
    return {
        **red_packs.told_of(record),
        "openid": record.parent,
        "amount": str(record.data["amount"]),
        "rcv_time": received[0]["rcv_time"] if received else "",
        "sender_name": request["sender_name"],
        "sender_header_media_id": request.get("sender_header_media_id", ""),
    }


def wecom_pay_employee(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Pay an employee, whose name is always checked."""
    return transfers.told_of(transfers.send(call, book, PAYMENT, check_name=True))


def wecom_query_payment(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a payment to an employee."""
    if not call.fields.get("partner_trade_no"):
        refusal(call.operation, "partner_trade_no is missing", "PARAM_ERROR")
    record = transfers.found(call, book, PAYMENT)
    request = record.data["request"]
    return {
        "partner_trade_no": record.number,
        "detail_id": record.reference,
        "status": record.state,
        "reason": transfers.FAILED if record.state == "FAILED" else "OK",
        "transfer_name": request.get("re_user_name", ""),
        "payment_amount": str(record.data["amount"]),
        "transfer_time": spaced(record.created),
        "desc": request["desc"],
        "openid": record.parent,
    }
