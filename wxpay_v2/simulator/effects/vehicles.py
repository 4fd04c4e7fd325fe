"""Vehicles: parking and tolls deducted by the plate.

A vehicle is a record of kind "vehicle" under its plate. It is made, and its state changed, by the act `set_vehicle`.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from wxpay_v2.clock import wire_time
from wxpay_v2.operation import HMAC_SHA256
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects import contracts, product_notices
from wxpay_v2.simulator.effects.common import Setting, beijing, json_of, listed
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "set_vehicle", "vehicle_notification", "vehicle_partner_notification", "vehicle_partner_pay_apply",
    "vehicle_partner_query_state", "vehicle_pay_apply", "vehicle_query_state",
]  # fmt: skip

KIND = "vehicle"
STATES = ("NORMAL", "PAUSED", "OVERDUE", "UNAUTHORIZED")
_EVENTS = {"PAUSED": "PAUSE", "OVERDUE": "OVERDUE", "UNAUTHORIZED": "REMOVE"}


def vehicle_query_state(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell whether the vehicle of the payer can be deducted for; where it is not authorized, where to do it."""
    fields = call.fields
    vehicle = _vehicle(call, book, fields["plate_number"])
    told = {"openid": fields["openid"], "sub_openid": fields.get("sub_openid", "")}
    if vehicle is None or vehicle.data["openid"] != fields["openid"]:
        return listed(call, {**told, "user_state": "UNAUTHORIZED", "path": "/pages/vehicle/authorize"})
    info = {"plate_number_info": [{"plate_number": vehicle.number, "channel_type": "WEAPP"}]}
    return listed(
        call,
        {
            **told,
            "user_state": vehicle.state,
            "deduct_mode": vehicle.data["deduct_mode"],
            "plate_number_info": json.dumps(info, ensure_ascii=False, separators=(",", ":")),
        },
    )


def vehicle_partner_query_state(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell whether a sub-merchant can deduct for the vehicle."""
    return vehicle_query_state(call, book, setting)


def vehicle_notification(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take note that a vehicle has entered; tell whether it can be deducted for."""
    vehicle = _vehicle(call, book, _plate(call))
    if vehicle is None or vehicle.state != "NORMAL":
        return {"user_state": "BLOCK"}
    return {"user_state": "NORMAL", "deduct_mode": vehicle.data["deduct_mode"]}


def vehicle_partner_notification(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take note that a vehicle has entered a sub-merchant's car park."""
    return vehicle_notification(call, book, setting)


def vehicle_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a deduction in, from the vehicle's owner or from whom openid names."""
    vehicle = _vehicle(call, book, _plate(call))
    if vehicle is not None and vehicle.state != "NORMAL":
        refusal(call.operation, f"the vehicle is {vehicle.state}", "RULELIMIT")
    openid = call.fields.get("openid") or (vehicle.data["openid"] if vehicle is not None else "")
    if not openid:
        refusal(call.operation, "nobody has authorized deductions for this vehicle", "PARAM_ERROR")
    contracts.deduct(call, book, openid=openid, kind="vehicle_deduction")
    return {}


def vehicle_partner_pay_apply(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a sub-merchant's deduction in."""
    return vehicle_pay_apply(call, book, setting)


def _vehicle(call: Call, book: Book, plate: str) -> Record | None:
    return book.records.get(KIND, call.account.mch_id, plate) if plate else None


def _plate(call: Call) -> str:
    """Return the plate in scene_info, which may hold another scene_info, or the text of one; "" without one."""
    found = json_of(call, "scene_info")
    for _ in range(2):
        if isinstance(found, dict) and "scene_info" in found:
            found = found["scene_info"]
        if isinstance(found, str):
            try:
                found = json.loads(found)
            except (ValueError, RecursionError):
                return ""
    plate = found.get("plate_number", "") if isinstance(found, dict) else ""
    return plate if isinstance(plate, str) and len(plate) <= 128 else ""


def set_vehicle(
    book: Book, setting: Setting, *, mch_id: str, plate_number: str, openid: str = "", state: str = "NORMAL",
    deduct_mode: str = "AUTOPAY", notify_url: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Authorize a vehicle, or change it, and notify it to *notify_url*. openid: the owner's, of a new one."""
    if state not in STATES:
        raise NotPayable(f"a vehicle is {', '.join(STATES)}")
    record = book.records.get(KIND, mch_id, plate_number)
    if record is None and not openid:
        raise NotPayable("a new vehicle needs the openid of its owner")
    data: dict[str, Any] = {"deduct_mode": deduct_mode, **({"openid": openid} if openid else {})}
    if record is None:
        record = book.records.put(KIND, mch_id, plate_number, state, data)
    else:
        record = book.records.transition(record, STATES, state, **data)
    account = setting.account(mch_id)
    if account is not None:
        message = {
            "return_code": "SUCCESS", "result_code": "SUCCESS", "appid": account.appid, "mch_id": mch_id,
            "openid": record.data["openid"], "plate_number": plate_number, "deduct_mode": deduct_mode,
            "vehicle_event_type": "NORMAL" if state == "NORMAL" else "BLOCKED",
            "vehicle_event_des": _EVENTS.get(state, ""), "vehicle_event_createtime": wire_time(beijing(book.now)),
            "sign_type": HMAC_SHA256, "nonce_str": secrets.token_hex(16),
        }  # fmt: skip
        product_notices.queue(book, setting, account, "vehicle_state", plate_number, notify_url, message, HMAC_SHA256)
    return {"state": record.state}


ACTS = {"set_vehicle": set_vehicle}
