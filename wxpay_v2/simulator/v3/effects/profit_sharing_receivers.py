"""Receivers of profit sharing. One is approved at once: API v3 Global says INIT when it is added, then EFFECTIVE."""

from __future__ import annotations

import json
from typing import Any

from wxpay_v2.operation import GLOBAL as ABROAD
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting
from wxpay_v2.simulator.effects.profit_sharing import RECEIVER
from wxpay_v2.simulator.records import Record
from wxpay_v2.simulator.v3.books import carry_out
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal, documented

__all__ = ["GLOBAL", "MAINLAND", "add", "query", "remove"]

_NUMBERS = ("type", "account")
_KEPT = (
    *_NUMBERS, "name", "relation_type", "custom_relation", "scene", "major_service", "expected_ratio",
    "application_file_id", "partnership_file_id",
)  # fmt: skip
_OF_QUERY = ("type", "account", "relation_type", "custom_relation", "scene", "major_service")


def add(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Add a receiver. Abroad one that is there cannot be added again; on the mainland it stays."""
    if call.region == ABROAD and _known(call, book) is not None:
        raise Refusal(documented(call.operation, "INVALID_REQUEST"), "the receiver was added before")
    given = {name: call.document[name] for name in _KEPT if name in call.document}
    _carry_out(call, book, setting, "profit_sharing_add_receiver", given)
    if "name" in given:
        given["name"] = call.encrypted(given["name"])
    return {"sub_mchid": call.sub_mch_id, **given, **({"state": "INIT"} if call.region == ABROAD else {})}


def query(call: Call, book: Book, setting: Setting) -> dict[str, Any]:
    """Tell of a receiver."""
    known = _known(call, book)
    if known is None:
        raise Refusal(documented(call.operation, "RESOURCE_NOT_EXISTS"), "there is no such receiver")
    told = known.data
    return {
        "sub_mchid": call.sub_mch_id,
        **{name: told.get(name) for name in _OF_QUERY},
        "name": call.encrypted(told["name"]) if told.get("name") else None,
        "expected_ratio": int(told["expected_ratio"]) if told.get("expected_ratio") else None,
        "file_id": told.get("application_file_id"),
        "state": "EFFECTIVE",
    }


def remove(call: Call, book: Book, setting: Setting) -> dict[str, Any] | None:
    """Remove a receiver. One that was never added is as good as removed."""
    given = {name: call.document[name] for name in _NUMBERS}
    _carry_out(call, book, setting, "profit_sharing_remove_receiver", given)
    return None if call.region == ABROAD else {"sub_mchid": call.sub_mch_id, **given}


def _known(call: Call, book: Book) -> Record | None:
    number = f"{call.sub_mch_id}:{call.text('type')}:{call.text('account')}"
    known = book.records.get(RECEIVER, call.mch_id, number)
    return known if known is not None and known.state == "ADDED" else None


def _carry_out(call: Call, book: Book, setting: Setting, name: str, given: dict[str, Any]) -> None:
    carry_out(call, book, setting, name, {"receiver": json.dumps(given, ensure_ascii=False)})


_BOTH = {"profit_sharing_receiver_add": add, "profit_sharing_receiver_delete": remove}
GLOBAL = {**_BOTH, "profit_sharing_receiver_query": query}
MAINLAND = _BOTH
