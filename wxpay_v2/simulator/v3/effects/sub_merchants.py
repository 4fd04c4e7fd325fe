"""Sub-merchants of an institution: taken on once under the Idempotency-Key, which is API v2's merchant_remark.

The records are those of API v2's; see `wxpay_v2.simulator.effects.sub_merchants`.
"""

from __future__ import annotations

import json
from typing import Any

from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.sub_merchants import KIND, OPERATING, PENDING, REJECTED
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented

__all__ = ["GLOBAL", "add", "modify", "query"]

# Way to a field -> what API v2 calls it.
_NAMES = {
    "name": "merchant_name", "shortname": "merchant_shortname", "office_phone": "office_phone",
    "business_category": "business_category", "channel_id": "channel_id",
    "merchant_country_code": "merchant_country_code", "merchant_type": "merchant_type",
    "registration_certificate_number": "registration_certificate_number",
    "registration_certificate_date": "registration_certificate_date",
    "registration_certificate_copy": "registration_certificate_copy",
    "settlement_bank_number": "settlement_bank_number", "attach": "attach",
    "contact.name": "contact_name", "contact.phone": "contact_phone", "contact.email": "contact_email",
    "business.business_type": "business_type", "business.app_download": "app_download",
    "business.website": "business_website", "business.office_account": "office_account",
    "business.mini_program": "mini_program", "business.store_address": "store_address",
    "business.store_photos": "store_photos", "business.mcc": "mcc",
    "director.name": "director_name", "director.number": "director_id_number",
    "principal.name": "principal_name", "principal.number": "principal_id_number",
    "h5_payment_apply_info.h5_website_url": "h5_website_url", "h5_payment_apply_info.website_url": "h5_website_url",
}  # fmt: skip
_ENCRYPTED = "contact"
_NOT_TOLD = ("channel_id", "registration_certificate_copy", "business.store_photos")
_REVIEW = {"Under review": "Under Review"}


def add(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Take a sub-merchant on; it is looked at."""
    key = call.text("Idempotency-Key")
    known = book.records.get(KIND, call.mch_id, f"remark:{key}")
    try:
        told = carry_out(call, book, setting, "add_institution_sub", {**_fields(call), "merchant_remark": key})
    except Refusal:
        if known is None:
            raise
        code = documented(call.operation, "INVALID_REQUEST")
        raise Refusal(code, "the Idempotency-Key was used for another sub-merchant") from None
    status = told["verification_status"]
    return {
        "sub_mchid": told["sub_mch_id"],
        "verification_status": _REVIEW.get(status, status),
        "h5_authorization_state": told["h5_authorization_state"],
    }


def modify(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Change a sub-merchant; it is looked at again, and goes on working meanwhile."""
    told = carry_out(call, book, setting, "modify_institution_sub", _fields(call))
    return {"sub_mchid": told["sub_mch_id"], "h5_authorization_state": told["h5_authorization_state"]}


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of a sub-merchant, its contact encrypted for the caller."""
    record = book.records.referred(KIND, call.sub_mch_id, mch_id=call.mch_id)
    if record is None:
        raise Refusal(documented(call.operation, "RESOURCE_NOT_EXISTS"), "nothing is known of this sub-merchant")
    told: dict[str, Any] = {"sub_mchid": record.reference}
    kept = record.data["told"]
    for way, name in _NAMES.items():
        outer, _, inner = way.partition(".")
        if not kept.get(name) or way in _NOT_TOLD or outer == "h5_payment_apply_info":
            continue
        text = call.encrypted(kept[name]) if outer == _ENCRYPTED else kept[name]
        if inner:
            told.setdefault(outer, {})[inner] = text
        else:
            told[outer] = int(text) if outer == "business_category" else text
    return {**told, **_state(record)}


def _state(record: Record) -> dict[str, Any]:
    rejected = record.state == REJECTED
    h5 = {PENDING: "UNDER_REVIEW", OPERATING: "APPROVED", REJECTED: "REJECTED"}[record.state]
    why = {"field": "", "reason": record.data.get("reason", "")}
    return {
        "h5_payment": {"h5_authorization_state": h5 if record.data["h5"] == "YES" else "UNAUTHORIZED"},
        "sub_merchant_state": {
            "sub_merchant_status": OPERATING if record.state == OPERATING else PENDING,
            "application_status": {PENDING: "UNDER_REVIEW", REJECTED: "REJECTED"}.get(record.state),
            "application_reject_detail": why if rejected else None,
        },
    }


def _fields(call: Call) -> dict[str, str]:
    """Return the document under the names of API v2."""
    told = {name: call.text(way) for way, name in _NAMES.items() if call.text(way)}
    asked = call.document.get("apply_h5_payment")
    if asked is not None:
        told["apply_h5_payment"] = "YES" if asked else "NO"
    domains = call.document.get("h5_payment_apply_info", {}).get("domains")
    if domains:
        told["h5_domains"] = json.dumps(domains)
    return told


GLOBAL = {"merchant_add": add, "merchant_modify": modify, "merchant_query": query}
