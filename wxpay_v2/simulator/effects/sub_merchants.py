"""Sub-merchants that an institution or a bank takes on, their settings, and the pictures both need.

A sub-merchant is a record of kind "sub_merchant" with the sub_mch_id as its reference, so that the one who took it on
may act for it at once: PENDING until it is looked at, REVIEW_SECONDS later, then OPERATING. What was configured for a
sub-merchant is a record of kind "sub_dev_config" under its sub_mch_id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from wxpay_v2.simulator.book import Book, parameters
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.states import NotPayable

__all__ = [
    "ACTS", "DUE", "add_institution_sub", "add_recommend_conf", "add_sub_dev_config", "channel_setting",
    "modify_institution_sub", "modify_mch_info", "query_institution_sub", "query_sub_dev_config", "reject_sub_merchant",
    "sub_mch_manage", "upload_media",
]  # fmt: skip

KIND, CONFIG, MEDIA = "sub_merchant", "sub_dev_config", "media"
PENDING, OPERATING, REJECTED = "PENDING", "OPERATING", "REJECTED"
REVIEW_SECONDS = 3600.0
LARGEST_PICTURE = 2 << 20
MOST_DIRECTORIES = 5
PER_PAGE = 10

_PICTURES = (b"\xff\xd8\xff", b"BM", b"\x89PNG\r\n\x1a\n")
_OWN = ("app_id", "appid", "mch_id", "sub_mch_id", "sign", "action", "page_index", "page_size")


# Institutions


def add_institution_sub(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Take a sub-merchant on, once under the institution's own id of it, merchant_remark."""
    number = f"remark:{call.fields['merchant_remark']}"
    known = book.records.get(KIND, call.account.mch_id, number)
    if known is not None and known.data["request"] != parameters(call.fields):
        refusal(call.operation, "merchant_remark was used for another sub-merchant", "PARAM_ERROR")
    if known is None:
        _check_pictures(call, book)
        known = _take_on(call, book, number, REVIEW_SECONDS)
    return {"sub_mch_id": known.reference, **_verification(known)}


def _take_on(call: Call, book: Book, number: str, review: float) -> Record:
    """Write the new sub-merchant; review: seconds until it operates."""
    taken = len(book.records.list(KIND))
    sub_mch_id = f"16{taken + 1:08d}"
    return book.records.put(
        KIND, call.account.mch_id, number, PENDING if review else OPERATING,
        {"request": parameters(call.fields), "told": _told(call), "h5": call.fields.get("apply_h5_payment", "NO")},
        reference=sub_mch_id, due_at=book.now + review if review else None,
    )  # fmt: skip


def _told(call: Call) -> dict[str, str]:
    return {name: text for name, text in parameters(call.fields).items() if name not in _OWN}


def _check_pictures(call: Call, book: Book) -> None:
    """Raise the refusal of a picture that was not uploaded."""
    named = [call.fields.get("registration_certificate_copy", "")]
    try:
        photos = json.loads(call.fields.get("store_photos", "[]"))
    except (ValueError, RecursionError):
        photos = None
    if not isinstance(photos, list):
        refusal(call.operation, "store_photos must be a list of media ids", "PARAM_ERROR")
    for media_id in (*filter(None, named), *photos):
        if book.records.get(MEDIA, call.account.mch_id, str(media_id)) is None:
            refusal(call.operation, "a picture was not uploaded: there is no such media id", "PARAM_ERROR")


def _verification(record: Record) -> dict[str, str]:
    h5 = {PENDING: "UNDER_REVIEW", OPERATING: "APPROVED", REJECTED: "REJECTED"}[record.state]
    return {
        "verification_status": "Approved" if record.state == OPERATING else "Under review",
        "h5_authorization_state": h5 if record.data["h5"] == "YES" else "UNAUTHORIZED",
    }


def modify_institution_sub(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Change a sub-merchant; it is looked at again, and goes on working meanwhile."""
    record = _of(call, book)
    _check_pictures(call, book)
    changed = book.records.transition(
        record, (PENDING, OPERATING, REJECTED), PENDING, due_at=book.now + REVIEW_SECONDS,
        told={**record.data["told"], **_told(call)}, h5=call.fields.get("apply_h5_payment", record.data["h5"]),
        reason="",
    )  # fmt: skip
    return {"sub_mch_id": changed.reference, **_verification(changed)}


def query_institution_sub(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell of a sub-merchant."""
    record = _of(call, book)
    rows = {row.name for row in call.operation.response}
    told = {name: text for name, text in record.data["told"].items() if name in rows}
    reason = record.data.get("reason", "")
    detail = json.dumps([{"field": "", "reason": reason}], ensure_ascii=False)
    return {
        **told,
        "sub_mch_id": record.reference,
        "h5_authorization_state": _verification(record)["h5_authorization_state"],
        "sub_mch_status": OPERATING if record.state == OPERATING else PENDING,
        "application_status": {PENDING: "UNDER_REVIEW", REJECTED: "REJECTED"}.get(record.state, ""),
        "application_reject_detail": detail if record.state == REJECTED else "",
    }


def _of(call: Call, book: Book) -> Record:
    """Return the sub-merchant of the call. Raises the refusal of one that was not taken on through the gateway."""
    record = book.records.referred(KIND, call.sub_mch_id, mch_id=call.account.mch_id)
    if record is None:
        refusal(call.operation, "nothing is known of this sub-merchant", "PARAM_ERROR")
    return record


# Banks


def sub_mch_manage(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Add a sub-merchant, by its name, or list those that merchant_name or sub_mch_id names."""
    fields = call.fields
    name = fields.get("merchant_name", "")
    if fields["action"] == "add":
        if not name:
            refusal(call.operation, "merchant_name is missing", "PARAM_ERROR")
        number = f"name:{name}"
        known = book.records.get(KIND, call.account.mch_id, number) or _take_on(call, book, number, 0.0)
        return _listed(call, [known], 1)
    made = [
        one
        for one in book.records.list(KIND, mch_id=call.account.mch_id)
        if one.data["told"].get("merchant_name") == (name or one.data["told"].get("merchant_name"))
        and call.sub_mch_id in ("", one.reference)
    ]
    page, size = _whole(call, "page_index", 1), _whole(call, "page_size", PER_PAGE)
    return _listed(call, made[(page - 1) * size : page * size], len(made))


def _whole(call: Call, name: str, default: int) -> int:
    text = call.fields.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text)):
        refusal(call.operation, f"{name} must be a whole number from 1", "PARAM_ERROR")
    return int(text)


def _listed(call: Call, made: list[Record], total: int) -> dict[str, Any]:
    infos = [
        {
            "appid": call.account.appid,
            "mch_id": one.reference,
            **_plain(one.data["told"], "merchant_name", "merchant_shortname", "service_phone", "business"),
            "channel_id": one.data.get("channel_id", ""),
        }
        for one in made
    ]
    return {"result_msg": "OK", "total": str(total), "mchinfo": infos}


def _plain(told: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: told[name] for name in names if name in told}


def modify_mch_info(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Change the short name or the telephone of a sub-merchant."""
    record = _of(call, book)
    book.records.change(record, told={**record.data["told"], **_told(call)})
    return {"result_msg": "OK"}


def channel_setting(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Set the channel through which a sub-merchant came."""
    book.records.change(_of(call, book), channel_id=call.fields["channel_id"])
    return {"result_msg": "OK", "channel_id": call.fields["channel_id"]}


# Settings for development


def add_sub_dev_config(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Add a payment directory and, if one is given, an appid of a sub-merchant."""
    paths, appids = _config(call, book)
    path, appid = call.fields["jsapi_path"], call.fields.get("sub_appid")
    if path not in paths:
        paths.append(path)
    if len(paths) > MOST_DIRECTORIES:
        refusal(call.operation, f"a sub-merchant has {MOST_DIRECTORIES} payment directories at most", "PARAM_ERROR")
    if appid:
        appids.setdefault(appid, "")
    _keep(call, book, paths, appids)
    return {}


def add_recommend_conf(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Set which account payers are recommended to follow, for an appid of a sub-merchant."""
    paths, appids = _config(call, book)
    appids[call.fields["sub_appid"]] = call.fields["subscribe_appid"]
    _keep(call, book, paths, appids)
    return {}


def query_sub_dev_config(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Tell the payment directories and appids of a sub-merchant."""
    paths, appids = _config(call, book)
    bound = [
        {"sub_appid": appid, **({"subscribe_appid": follow} if follow else {})} for appid, follow in appids.items()
    ]
    return {
        "jsapi_path_list": json.dumps({"jsapi_path_list": paths}),
        "appid_config_list": json.dumps({"appid_config_list": bound}),
    }


def _config(call: Call, book: Book) -> tuple[list[str], dict[str, str]]:
    record = book.records.get(CONFIG, call.account.mch_id, call.sub_mch_id)
    return ([], {}) if record is None else (list(record.data["paths"]), dict(record.data["appids"]))


def _keep(call: Call, book: Book, paths: list[str], appids: dict[str, str]) -> None:
    record = book.records.get(CONFIG, call.account.mch_id, call.sub_mch_id)
    if record is None:
        book.records.put(CONFIG, call.account.mch_id, call.sub_mch_id, "SET", {"paths": paths, "appids": appids})
    else:
        book.records.change(record, paths=paths, appids=appids)


# Pictures


def upload_media(call: Call, book: Book, setting: Setting) -> dict[str, str]:
    """Keep the hash of a picture and answer its media id, the same for the same picture."""
    picture = call.files.get("media", b"")
    if not picture.startswith(_PICTURES) or len(picture) > LARGEST_PICTURE:
        refusal(call.operation, "media must be a JPEG, BMP or PNG of 2 MiB at most", "PARAM_ERROR")
    media_id = hashlib.sha256(picture).hexdigest()
    if book.records.get(MEDIA, call.account.mch_id, media_id) is None:
        book.records.put(MEDIA, call.account.mch_id, media_id, "KEPT", {"size": len(picture)})
    return {"media_id": media_id}


# What people do


def reject_sub_merchant(book: Book, setting: Setting, *, sub_mch_id: str, reason: str = "rejected") -> dict[str, str]:
    """Reject what a sub-merchant that is looked at has applied for."""
    record = book.records.referred(KIND, sub_mch_id)
    if record is None or record.state != PENDING:
        raise NotPayable("there is no such sub-merchant under review")
    return {"state": book.records.transition(record, PENDING, REJECTED, due_at=None, reason=reason).state}


def _approve(record: Record, book: Book, setting: Setting) -> None:
    book.records.transition(record, PENDING, OPERATING, due_at=None)


DUE = {KIND: _approve}
ACTS = {"reject_sub_merchant": reject_sub_merchant}
