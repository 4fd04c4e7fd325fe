"""Answers to operations of API v3 that have no effect of their own: plausible by the row, the same for the same call.

Nothing is kept and no money moves. A field that the request has too comes back as it was sent; of the others those
that a success must have are made up, by kind, values and format.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from wxpay_v2.clock import rfc3339
from wxpay_v2.operation import AMOUNT, BOOL, DATE, INT, LIST, OBJECT, TIME, Field
from wxpay_v2.simulator.book import Book
from wxpay_v2.simulator.effects.common import Setting, beijing, openid_of
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.replies import File, Outcome

__all__ = ["answer"]

_OWN = {"mchid": "mch_id", "sp_mchid": "mch_id", "appid": "appid", "sp_appid": "appid"}
_GOOD = ("SUCCESS", "FINISHED", "APPROVED", "EFFECTIVE", "NORMAL")
_NEEDED = ("always", "modes", "when", "one of")
_PIXEL = b"BM:\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0\0\0\0\0\4" + bytes(19) + b"\xff\xff\xff\0"
"""A picture: one white point."""


def answer(call: Call, book: Book, setting: Setting) -> Outcome:
    """Return what *call* is answered with."""
    operation = call.operation
    if operation.response_format == "none":
        return None
    if operation.response_format != "json":
        return File(_PIXEL, "image/bmp")
    return _Maker(call, book.now).told(operation.response, call.document)


class _Maker:
    """Makes values by their rows, each the same for the same request."""

    def __init__(self, call: Call, now: float) -> None:
        self._call = call
        self._moment = beijing(now)
        document = json.dumps(call.document, sort_keys=True, default=repr)
        self._seed = f"{call.operation.name} {document}"

    def told(self, rows: tuple[Field, ...], given: Any) -> dict[str, Any]:
        """Return the fields of *rows* that a success must have, and those that *given* has."""
        told: dict[str, Any] = {}
        for row in rows:
            if isinstance(given, dict) and row.name in given and row.kind not in (OBJECT, LIST):
                told[row.name] = self._call.encrypted(given[row.name]) if row.encrypted else given[row.name]
            elif row.required.kind in _NEEDED:
                told[row.name] = self._value(row)
        return told

    def _value(self, row: Field) -> Any:
        if row.kind == OBJECT:
            return self.told(row.fields, {})
        if row.kind == LIST:
            return [self.told(row.fields, {})] if row.fields else [self._text(row)]
        if row.kind in (INT, AMOUNT):
            return max(row.min or 0, 1)
        if row.kind == BOOL:
            return True
        text = self._text(row)[: row.max]
        return self._call.encrypted(text) if row.encrypted else text

    def _text(self, row: Field) -> str:
        if row.values:
            return next((good for good in _GOOD if good in row.values), row.values[0])
        if row.kind == DATE:
            return f"{self._moment:%Y%m%d}" if row.format == "yyyyMMdd" else f"{self._moment:%Y-%m-%d}"
        if row.kind == TIME:
            return rfc3339(self._moment)
        if row.name in _OWN:
            return str(getattr(self._call.account, _OWN[row.name]))
        return self._plain(row.name)

    def _plain(self, name: str) -> str:
        digest = hashlib.sha256(f"{self._seed} {name}".encode()).hexdigest()
        if "openid" in name:
            return openid_of("payer", self._call.account.appid)
        if name.endswith(("url", "uri")):
            return f"https://simulator.invalid/{digest[:16]}"
        if name.endswith(("id", "_no", "_number")):
            return f"{int(digest[:24], 16):028d}"[:28]
        return digest[:40] if name.endswith(("token", "hash_value", "session")) else "OK"
