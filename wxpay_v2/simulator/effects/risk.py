"""Risk: the address that is told of risky transactions, and what became of an event.

The act `report_risk` notifies an event; sync_mch_risk_result files what was done about it. The other operations of the
family only tell what the platform thinks, which nobody has said.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects import product_notices
from wxpay_v2.simulator.effects.common import Setting, new_number
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.states import NotPayable

__all__ = ["ACTS", "report_risk", "set_mch_risk_callback", "sync_mch_risk_result"]

CALLBACK, EVENT = "risk_callback", "risk_event"
LEVELS = ("LOW", "MEDIUM", "HIGH")


def set_mch_risk_callback(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Set the address that is told of risky transactions."""
    known = book.records.get(CALLBACK, call.account.mch_id, "")
    if known is None:
        book.records.put(CALLBACK, call.account.mch_id, "", "SET", {"url": call.fields["callback_url"]})
    else:
        book.records.change(known, url=call.fields["callback_url"])
    return {}


def sync_mch_risk_result(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take note of what was done about an event."""
    event = book.records.get(EVENT, call.account.mch_id, call.fields["event_code"])
    if event is None or event.data["sub_mch_id"] != call.sub_mch_id:
        refusal(call.operation, "there is no such event of this sub-merchant", "PARAM_ERROR")
    book.records.transition(event, ("OPEN", "HANDLED"), "HANDLED", result=parameters(call.fields))
    return {}


def report_risk(
    book: Book, setting: Setting, *, mch_id: str, sub_mch_id: str, level: str = "HIGH",
    transaction_ids: Sequence[str] = (),
) -> dict[str, str]:  # fmt: skip
    """Find transactions of a sub-merchant risky, and notify it to the address that was set."""
    callback, account = book.records.get(CALLBACK, mch_id, ""), setting.account(mch_id)
    if callback is None or account is None or level not in LEVELS:
        raise NotPayable(f"the merchant has set no address, or level is not {', '.join(LEVELS)}")
    code = new_number(book, "")
    book.records.put(EVENT, mch_id, code, "OPEN", {"sub_mch_id": sub_mch_id, "level": level})
    message = {
        "return_code": "SUCCESS",
        "sign_type": HMAC_SHA256,
        "nonce_str": secrets.token_hex(16),
        "event_code": code,
        "risk_level": level,
        "risk_level_desc": f"{level} risk",
        "mch_id": mch_id,
        "sub_mch_id": sub_mch_id,
        "transaction_id_list": json.dumps({"data": {"transaction_id": list(transaction_ids)}}),
    }
    product_notices.queue(book, setting, account, "risk_transactions", code, callback.data["url"], message, HMAC_SHA256)
    return {"event_code": code}


ACTS = {"report_risk": report_risk}
