"""Answers to operations that have no effect of their own: plausible by the row, the same for the same request.

Nothing is kept and no money moves. A field that the request has too comes back as it was sent; of the others those
that a success must have are made up, by kind, values and format.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from wxpay_v2.operation import AMOUNT, BOOL, DATE, ENUM, INT, JSON, LIST, OBJECT, TIME, Field
from wxpay_v2.simulator.book import parameters
from wxpay_v2.simulator.effects import effects
from wxpay_v2.simulator.effects.common import beijing, openid_of
from wxpay_v2.simulator.protocol import Call, refusal
from wxpay_v2.simulator.replies import Outcome, Page
from wxpay_v2.v2 import catalogue

__all__ = ["answer", "names", "way_back"]

_HEAD = ("return_code", "return_msg", "result_code", "nonce_str", "sign", "retcode", "retmsg", "device_info")
_NEEDED = ("sandbox_signkey",)
_GOOD = ("SUCCESS", "FINISHED", "FINISH", "OK", "0")


def names() -> tuple[str, ...]:
    """Return the operations that are answered here, in the catalogue's order."""
    return tuple(name for name in catalogue.NAMES if name not in effects())


def answer(call: Call, now: float) -> Outcome:
    """Return what *call* is answered with. now: Unix seconds. Raises Refusal: nothing is kept, so no statement is."""
    operation = call.operation
    if operation.response_format == "page":
        return Page(operation.title, ("Agreed. Nothing is kept of it.",), way_back(call))
    if operation.response_format == "csv":
        refusal(operation, "there is no statement", "No Bill Exist", "NO_BILL_EXIST", "REPORTERROR")
    maker = _Maker(call, now)
    told: dict[str, Any] = {}
    for row in operation.response:
        if row.name in (*_HEAD, *operation.ids, *operation.ids.values()) or "failure" in row.when:
            continue
        if row.name.startswith(("err_code", "error_")):
            continue
        if row.name in call.fields:
            told[row.name] = call.fields[row.name]
        elif row.required.kind in ("always", "modes", "when") or row.name in (*operation.proof, *_NEEDED):
            told[_first(row.name)] = maker.value(row, inside=row.name in operation.nested)
    return told


def way_back(call: Call) -> str:
    """Return where the payer's browser goes on from a page, "" for nowhere.

    To redirect_uri with a code and the state, or, with return_web 1, to the page that it came from.
    """
    target = call.fields.get("redirect_uri", "")
    if target:
        code = hashlib.sha256(json.dumps(parameters(call.fields)).encode()).hexdigest()[:32]
        query = urlencode({"code": code, "state": call.fields.get("state", "")})
        return f"{target}{'&' if urlsplit(target).query else '?'}{query}"
    return call.referer if call.fields.get("return_web") == "1" else ""


def _first(name: str) -> str:
    return name.replace("$n", "0").replace("$m", "0")


class _Maker:
    """Makes values by their rows, each the same for the same request."""

    def __init__(self, call: Call, now: float) -> None:
        self._call = call
        self._moment = beijing(now)
        self._seed = f"{call.operation.name} {json.dumps(parameters(call.fields))}"

    def value(self, row: Field, *, inside: bool = False) -> Any:
        """Return text, or what nests where *inside* says so."""
        if row.name == "sandbox_signkey":
            return self._call.account.sandbox_key.reveal()
        if row.kind in (JSON, OBJECT, LIST):
            made = self._object(row.fields)
            if inside:
                return made
            whole: Any = [made] if row.kind == LIST else made
            return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        return self._text(row)[: row.max]

    def _object(self, rows: tuple[Field, ...]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for row in rows:
            if row.required.kind == "never":
                continue
            if row.kind in (OBJECT, LIST):
                inner = self._object(row.fields)
                told[row.name] = [inner] if row.kind == LIST else inner
            elif row.kind in (INT, AMOUNT):
                told[row.name] = int(self._text(row))
            else:
                told[row.name] = self._text(row)[: row.max]
        return told

    def _text(self, row: Field) -> str:
        if row.values:
            return next((good for good in _GOOD if good in row.values), row.values[0])
        if row.kind in (INT, AMOUNT):
            return str(max(row.min or 0, 1))
        if row.kind in (TIME, DATE) or "yyyy" in row.format:
            return f"{self._moment:{_strftime(row)}}"
        return {ENUM: "SUCCESS", BOOL: "true"}.get(row.kind) or self._plain(row.name)

    def _plain(self, name: str) -> str:
        digest = hashlib.sha256(f"{self._seed} {name}".encode()).hexdigest()
        if "openid" in name:
            return openid_of("payer", self._call.account.appid)
        if name.endswith(("_url", "_uri")):
            return f"https://simulator.invalid/{digest[:16]}"
        if name.endswith("time"):
            return f"{self._moment:%Y-%m-%d %H:%M:%S}"
        if name.endswith(("_id", "_no", "_billno", "_num", "_number", "listid")):
            return f"{int(digest[:24], 16):028d}"[:28]
        if name in ("total", "record_num", "max_ratio"):
            return "1"
        return digest[:32] if name.endswith(("token", "authinfo", "key")) else "OK"


def _strftime(row: Field) -> str:
    given = row.format or ("yyyyMMdd" if row.kind == DATE else "yyyyMMddHHmmss")
    for pattern, directive in (
        ("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("hh", "%H"), ("mm", "%M"), ("ss", "%S"),
    ):  # fmt: skip
        given = given.replace(pattern, directive)
    return given
