"""From a call's outcome to the bytes of its answer: XML, signed or not, JSON, a statement, or a page for the payer."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import urlsplit

from wxpay_v2.operation import INT, Field, Operation
from wxpay_v2.simulator.exchange import Answer
from wxpay_v2.simulator.protocol import Call, NotUnderstood, Refusal
from wxpay_v2.v2 import envelope, xml

__all__ = ["Outcome", "Page", "answer", "refused"]

_XML = {"Content-Type": "text/xml; charset=utf-8"}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_HTML = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_INDEX = re.compile(r"_[0-9]{1,4}$", re.ASCII)
_ALWAYS = ("return_code", "return_msg")
_IDS = ("appid", "mch_id", "sub_appid", "sub_mch_id")


@dataclass(frozen=True)
class Page:
    """What the payer's browser is shown. lines: its text. forward: where it goes on, "" for nowhere."""

    title: str
    lines: tuple[str, ...] = ()
    forward: str = ""


Outcome = Mapping[str, Any] | bytes | Page
"""What an effect returns: the answer's fields beside the head (text; an object or a list where the row nests), a
statement's bytes, or a page."""


def answer(call: Call, outcome: Outcome) -> Answer:
    """Return the answer to a call that was carried out."""
    if isinstance(outcome, bytes):
        return Answer(200, outcome, dict(_TEXT))
    if isinstance(outcome, Page):
        return Answer(200, _html(outcome), dict(_HTML))
    if call.operation.response_format == "json":
        return _json(call.operation, {"retcode": "0", "retmsg": "ok", **outcome})
    return _sealed(call, {**_head(call), **outcome})


def refused(call: Call | None, operation: Operation, error: NotUnderstood | Refusal) -> Answer:
    """Return the answer to what was refused: signed when it was a call, as far as the operation's answers are."""
    said = error.return_msg if isinstance(error, NotUnderstood) else error.code
    why = said if isinstance(error, NotUnderstood) else " ".join(filter(None, (error.code, error.des)))
    if operation.response_format == "page":
        return Answer(400, _html(Page("This cannot be opened", (why,))), dict(_HTML))
    if operation.response_format == "json":
        return _json(operation, {"retcode": "-1", "retmsg": why})
    silent = not operation.result_code or _row(operation, "err_code") is None
    if isinstance(error, NotUnderstood) or call is None or silent:
        csv = operation.response_format == "csv"  # where the message is the error's name, and nothing but that
        fields = {"return_code": "FAIL", "return_msg": said if csv else why[:128]}
        row = operation.error(said)
        if row is not None and row.number:
            fields["error_code"] = row.number
        return Answer(200, xml.write(fields), dict(_XML))
    row = operation.error(error.code)
    des = error.des or (row.means if row is not None else "")
    failure = {"result_code": "FAIL", "err_code": error.code, "err_code_des": des[:128]}
    if operation.response_format == "csv":
        failure = {name: text for name, text in failure.items() if _row(operation, name) is not None}
    return _sealed(call, {**_head(call), **failure, **error.more})


def _head(call: Call) -> dict[str, str]:
    """Return what every answer begins with, as far as the row lists it."""
    operation, account = call.operation, call.account
    ids = {name: call.id(name) for name in _IDS}
    ids.update(appid=account.appid, mch_id=account.mch_id)
    head = {**ids}
    head.update((operation.ids[name], text) for name, text in ids.items() if name in operation.ids)
    head.update(device_info=call.fields.get("device_info", ""), nonce_str=secrets.token_hex(16).upper())
    head["result_code"] = "SUCCESS"
    listed = {name: text for name, text in head.items() if _row(operation, name) is not None}
    return {"return_code": "SUCCESS", "return_msg": "OK", **listed}


@lru_cache(maxsize=8192)
def _row(operation: Operation, name: str) -> Field | None:
    """Return the row of the response field *name*: ``refund_id_0`` is of ``refund_id_$n``, ``a_0_1`` of ``a_$n_$m``."""
    family = _INDEX.sub("_$n", name)
    both = _INDEX.sub("_$n", _INDEX.sub("", name)) + "_$m"
    return next((row for row in operation.response if row.name in (name, family, both)), None)


def _sealed(call: Call, fields: Mapping[str, Any]) -> Answer:
    """Return *fields*, as far as they are for this account, as the body of an answer."""
    shown: dict[str, str] = {}
    nested: dict[str, Any] = {}
    account, operation = call.account, call.operation
    for name, value in fields.items():
        row = _row(operation, name)
        if row is None and name not in _ALWAYS:
            raise AssertionError(f"{operation.name} answers no {name}")
        here = row is None or (
            (not row.regions or account.region in row.regions) and (not row.modes or account.mode in row.modes)
        )
        if here and value:
            (shown if isinstance(value, str) else nested)[name] = value
    if nested:  # how elements inside elements would be signed is nowhere told
        inner = "".join(_element(name, value) for name, value in nested.items())
        return Answer(200, xml.write(shown).replace(b"</xml>", inner.encode() + b"</xml>"), dict(_XML))
    if not operation.signed_response:
        return Answer(200, xml.write(shown), dict(_XML))
    return Answer(200, envelope.seal(shown, call.signer), dict(_XML))


def _element(name: str, value: Any) -> str:
    """Return an element: a list is the element several times, an object its children."""
    if isinstance(value, (list, tuple)):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(child, one) for child, one in value.items())}</{name}>"
    return f"<{name}>{escape(str(value), quote=False)}</{name}>"


def _json(operation: Operation, fields: Mapping[str, str]) -> Answer:
    whole = {row.name for row in operation.response if row.kind == INT} | {"retcode"}
    told = {name: int(text) if name in whole else text for name, text in fields.items()}
    return Answer(200, json.dumps(told, ensure_ascii=False).encode(), dict(_JSON))


def _html(page: Page) -> bytes:
    way = ""
    if urlsplit(page.forward).scheme in ("http", "https"):
        way = f'<p><a rel="noreferrer" href="{escape(page.forward)}">Go on</a></p>'
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.lines)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title></head>"
        f"<body><h1>{escape(page.title)}</h1>{lines}{way}</body></html>\n"
    ).encode()
