"""From a call's outcome to the bytes of its answer: JSON or nothing, signed by the platform, or a file."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wxpay_v2.operation import Field
from wxpay_v2.simulator.accounts import CERTIFICATES, PUBLIC_KEY, Account
from wxpay_v2.simulator.exchange import Answer
from wxpay_v2.simulator.v3 import keys, refusal
from wxpay_v2.simulator.v3.protocol import Call
from wxpay_v2.simulator.v3.refusal import Refusal
from wxpay_v2.v3.operation import V3Operation

__all__ = ["File", "Outcome", "Pending", "Signer", "answer", "refused"]

SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
_JSON = "application/json; charset=utf-8"
_CHINESE = {
    "PARAM_ERROR": "参数错误", "SIGN_ERROR": "签名错误", "NO_AUTH": "商户无权限", "INVALID_REQUEST": "无效请求",
    "RESOURCE_NOT_EXISTS": "查询的资源不存在", "ORDER_NOT_EXIST": "订单不存在", "SYSTEM_ERROR": "系统错误",
    "SERVICE_UNAVAILABLE": "服务不可用", "RATE_LIMITED": "频率超限", "FREQUENCY_LIMITED": "频率超限",
    "ORDER_CLOSED": "订单已关闭", "ORDER_PAID": "订单已支付", "ORDERPAID": "订单已支付", "NOT_ENOUGH": "余额不足",
    "OUT_TRADE_NO_USED": "商户订单号重复", "USERPAYING": "用户支付中，需要输入密码", "TRADE_ERROR": "交易错误",
    "AUTH_CODE_INVALID": "付款码无效", "AUTH_CODE_EXPIRED": "付款码已过期", "MCH_NOT_EXISTS": "商户号不存在",
}  # fmt: skip


@dataclass(frozen=True)
class Pending:
    """An outcome that is not decided yet: status 202 and *document*, or *code* instead of one."""

    document: Mapping[str, Any]
    code: str = ""


@dataclass(frozen=True)
class File:
    """A file to download. data: as sent. kind: its content type. plain: what its digest is of, by default *data*.

    digest: send Wechatpay-Statement-Sha1 and sign that, as statements of API v3 Global are. headers: more of them.
    Without a digest nothing is signed.
    """

    data: bytes = field(repr=False)
    kind: str = "text/plain; charset=utf-8"
    plain: bytes | None = field(default=None, repr=False)
    digest: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


Outcome = Mapping[str, Any] | Pending | File | None
"""What an effect returns: the document of a 200, `Pending`, a `File`, or None for a 204."""


class Signer:
    """What signs for one account. asked: the Wechatpay-Serial of the request, which chooses during a change-over."""

    def __init__(self, platform: keys.Platform, account: Account, now: float, asked: str = "") -> None:
        self._now = int(now)
        if account.v3_keys == CERTIFICATES:
            self._key = platform.signing()
        elif account.v3_keys == PUBLIC_KEY or asked.startswith("PUB_KEY_ID_"):
            self._key = platform.public_key()
        else:
            self._key = platform.signing()

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers that sign *body*."""
        nonce = secrets.token_hex(16)
        text = f"{self._now}\n{nonce}\n".encode() + body + b"\n"
        return {
            "Wechatpay-Timestamp": str(self._now),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": keys.signature(self._key.private, text),
            "Wechatpay-Serial": self._key.serial,
            "Wechatpay-Signature-Type": SIGNATURE_TYPE,
        }


def answer(call: Call, outcome: Outcome, signer: Signer) -> Answer:
    """Return the answer to a call that was carried out."""
    head = {"Request-ID": _request_id("0")}
    if isinstance(outcome, File):
        return _file(outcome, head, signer)
    if isinstance(outcome, Pending) and outcome.code:
        return refused(call.operation, Refusal(outcome.code, status=202), signer)
    if outcome is None:
        return Answer(204, b"", {**head, **signer.headers(b"")})
    status, told = (202, outcome.document) if isinstance(outcome, Pending) else (200, outcome)
    body = _written(_shown(call.operation, told, call.operation.response, call.mode))
    return Answer(status, body, {"Content-Type": _JSON, **head, **signer.headers(body)})


def refused(operation: V3Operation | None, error: Refusal, signer: Signer | None, language: str = "") -> Answer:
    """Return the answer to what was refused. signer: None where nobody knows for whom to sign."""
    told: dict[str, Any] = {"code": error.code, "message": _message(operation, error, language)[:256]}
    if error.detail is not None:
        told["detail"] = error.detail
    body = _written(told)
    head = {"Content-Type": _JSON, "Request-ID": _request_id(error.number)}
    return Answer(refusal.status(operation, error), body, {**head, **(signer.headers(body) if signer else {})})


def _message(operation: V3Operation | None, error: Refusal, language: str) -> str:
    row = operation.error(error.code) if operation is not None else None
    english = error.message or (row.means if row is not None else error.code)
    if language.lower().startswith("en") or error.code not in _CHINESE:
        return english
    return f"{_CHINESE[error.code]}: {english}" if error.message else _CHINESE[error.code]


def _file(file: File, head: dict[str, str], signer: Signer) -> Answer:
    head = {"Content-Type": file.kind, **head, **file.headers}
    if not file.digest:
        return Answer(200, file.data, head)
    plain = file.data if file.plain is None else file.plain
    sha1 = hashlib.sha1(plain, usedforsecurity=False).hexdigest()
    signed = signer.headers(f'{{"sha1":"{sha1}"}}'.encode())
    return Answer(200, file.data, {**head, "Wechatpay-Statement-Sha1": sha1, **signed})


def _shown(operation: V3Operation, told: Mapping[str, Any], rows: tuple[Field, ...], mode: str) -> dict[str, Any]:
    """Return *told* without what is None and what is for other modes. A name that no row has is a mistake of ours."""
    by_name = {row.name: row for row in rows}
    shown: dict[str, Any] = {}
    for name, value in told.items():
        if value is None or value == "":
            continue
        row = by_name.get(name)
        if row is None:
            raise AssertionError(f"{operation.name} answers no {name}")
        if row.modes and mode not in row.modes:
            continue
        if row.fields and isinstance(value, Mapping):
            value = _shown(operation, value, row.fields, mode)
        elif row.fields and isinstance(value, list):
            value = [_shown(operation, one, row.fields, mode) for one in value]
        shown[name] = value
    return shown


def _written(told: Mapping[str, Any]) -> bytes:
    # What a refusal repeats of a request may hold half a surrogate pair.
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _request_id(number: str) -> str:
    return f"{secrets.token_hex(16).upper()}-{number}"
