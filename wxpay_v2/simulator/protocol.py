"""From an HTTP request to an authenticated call, and from its outcome to the bytes of the answer.

The rows of the catalogue say what a request must hold and what an answer may. What is refused before it is a call
(method, XML, signature, ids, formats, certificate) is answered with return_code FAIL, unsigned; what is refused as a
call, with result_code FAIL and a documented err_code, signed by the algorithm of the request.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from typing import NoReturn
from urllib.parse import unquote

from wxpay_v2 import validation
from wxpay_v2.errors import Malformed, SignatureInvalid
from wxpay_v2.operation import MD5, Field, Operation
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.certificates import presented
from wxpay_v2.v2 import envelope, xml

__all__ = [
    "Answer", "Call", "Exchange", "NotUnderstood", "Refusal", "answer", "authenticate", "check", "refusal", "refused",
]  # fmt: skip

_XML = {"Content-Type": "text/xml; charset=utf-8"}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_MCH_ID = re.compile(r"[0-9]{1,32}", re.ASCII)
_INDEX = re.compile(r"_[0-9]{1,4}$", re.ASCII)

WRONG_SIGN = "签名错误"
WRONG_XML = "XML格式错误"
WRONG_FORMAT = "参数格式校验错误"
_WRONG_FIELD = {"mch_id": "mch_id参数格式错误", "spbill_create_ip": "invalid spbill_create_ip"}


@dataclass(frozen=True)
class Exchange:
    """One HTTP request as the gateway sees it. path: without the query. peer_certificate: of TLS, as DER, or None."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    peer_certificate: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answer:
    """What to send back. delay: seconds to wait before. action: "send", "reset" (break the connection) or "hang"."""

    status: int
    body: bytes = field(repr=False)
    headers: dict[str, str]
    delay: float = 0.0
    action: str = "send"


class NotUnderstood(Exception):
    """Refused before it was a call. return_msg: why, in the gateway's words."""

    def __init__(self, return_msg: str) -> None:
        super().__init__(return_msg)
        self.return_msg = return_msg


class Refusal(Exception):
    """A call that is refused. code: of the operation's row. des: err_code_des, the row's words by default.

    more: further fields of the answer.
    """

    def __init__(self, code: str, des: str = "", **more: str) -> None:
        super().__init__(code)
        self.code = code
        self.des = des
        self.more = more


@dataclass(frozen=True)
class Call:
    """An authenticated call. fields: verified and checked against the row, without empty ones."""

    account: Account
    operation: Operation
    fields: Mapping[str, str] = field(repr=False)
    sign_type: str

    @property
    def sub_mch_id(self) -> str:
        return self.fields.get("sub_mch_id", "")


def _documented(operation: Operation, *codes: str) -> str | None:
    """Return the first of *codes* that the row of *operation* lists."""
    return next((code for code in codes if operation.error(code) is not None), None)


def authenticate(exchange: Exchange, operation: Operation, accounts: Mapping[str, Account]) -> Call:
    """Return the call in *exchange*, whose signature holds. Raises NotUnderstood."""
    fields = _read(exchange)
    account = _account(operation, fields, accounts)
    sign_type = _verify(operation, fields, account)
    return Call(account, operation, {name: value for name, value in fields.items() if value}, sign_type)


def check(call: Call, accounts: Mapping[str, Account], peer_certificate: bytes | None) -> None:
    """Raise NotUnderstood or Refusal unless ids, fields and certificate are what the row demands."""
    if any(map(validation.unwritable, call.fields.values())):  # no answer could repeat it either
        raise NotUnderstood(_wrong(call.operation))
    _check_ids(call, accounts)
    _check_fields(call)
    if call.operation.certificate:
        _check_certificate(peer_certificate, call.account)


def _read(exchange: Exchange) -> dict[str, str]:
    if exchange.method != "POST":
        raise NotUnderstood("REQUIRE_POST_METHOD")
    if not exchange.body.strip():
        raise NotUnderstood("POST_DATA_EMPTY")
    try:
        exchange.body.decode()
    except UnicodeDecodeError:
        raise NotUnderstood("NOT_UTF8") from None
    try:
        return xml.read(exchange.body)
    except Malformed:
        raise NotUnderstood(WRONG_XML) from None


def _account(operation: Operation, fields: Mapping[str, str], accounts: Mapping[str, Account]) -> Account:
    name = operation.ids["mch_id"]
    mch_id = fields.get(name, "")
    if not mch_id:
        raise NotUnderstood(_lacking(operation))
    if not _MCH_ID.fullmatch(mch_id):
        raise NotUnderstood(_WRONG_FIELD["mch_id"])
    if mch_id not in accounts:
        raise NotUnderstood("MCHID_NOT_EXIST")
    return accounts[mch_id]


def _verify(operation: Operation, fields: dict[str, str], account: Account) -> str:
    """Return the algorithm by which *fields* are signed. An absent sign_type is MD5."""
    sign_type = fields.get("sign_type") or MD5
    wrong = _documented(operation, "SIGN ERROR") or WRONG_SIGN
    if sign_type not in operation.sign_types:
        raise NotUnderstood(wrong)
    signer = account.signer(sign_type)
    try:
        signer.check(fields)
    except SignatureInvalid:
        if "%" not in fields.get("long_url", ""):
            raise NotUnderstood(wrong) from None
        fields["long_url"] = unquote(fields["long_url"])  # the page signs the raw address and sends it encoded
        try:
            signer.check(fields)
        except SignatureInvalid:
            raise NotUnderstood(wrong) from None
    return sign_type


def _check_ids(call: Call, accounts: Mapping[str, Account]) -> None:
    account, fields = call.account, call.fields
    appid = fields.get(call.operation.ids["appid"])
    if appid and appid != account.appid:
        known = any(appid == other.appid or appid in other.sub_appids for other in accounts.values())
        raise NotUnderstood("商户号mch_id与appid不匹配" if known else "appid不存在")
    sub_appid = fields.get("sub_appid")
    if sub_appid and sub_appid not in account.sub_appids:
        known = any(sub_appid == other.appid or sub_appid in other.sub_appids for other in accounts.values())
        raise NotUnderstood("商户号mch_id与appid不匹配" if known else "appid不存在")
    if call.sub_mch_id and call.sub_mch_id not in account.sub_merchants:
        refusal(call.operation, "not a sub-merchant of mch_id", "NOAUTH", "PARAM_ERROR", "INVALID_REQUEST")


def refusal(operation: Operation, des: str, *codes: str) -> NoReturn:
    """Raise the refusal with the first of *codes* that *operation* documents, or the one for a wrong format."""
    code = _documented(operation, *codes)
    if code is None:
        raise NotUnderstood(_documented(operation, "data format error") or WRONG_FORMAT)
    raise Refusal(code, des)


def _check_fields(call: Call) -> None:
    """Raise the refusal of the first fault that the row finds."""
    operation = call.operation
    fields = {name: value for name, value in call.fields.items() if name != "sign"}
    for fault in validation.faults(operation, fields, mode=call.account.mode, region=call.account.region):
        name = fault.partition(" ")[0]
        if " is missing" in fault.partition(", got ")[0]:
            if operation.response_format != "xml":
                raise NotUnderstood(_lacking(operation))
            refusal(operation, fault, "LACK_PARAMS", "PARAM_ERROR")
        if name == "auth_code":
            code = "AUTH_CODE_INVALID" if _foreign(fields[name]) else "AUTH_CODE_ERROR"
            refusal(operation, "not a payment code", code)
        raise NotUnderstood(_WRONG_FIELD.get(name) or _documented(operation, f"invalid {name}") or _wrong(operation))
    address = fields.get("spbill_create_ip")
    if address:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise NotUnderstood(_WRONG_FIELD["spbill_create_ip"]) from None


def _foreign(auth_code: str) -> bool:
    return auth_code.isascii() and auth_code.isdigit() and 16 <= len(auth_code) <= 24


def _lacking(operation: Operation) -> str:
    return _documented(operation, "missing parameter") or "LACK_PARAMS"


def _wrong(operation: Operation) -> str:
    return _documented(operation, "data format error") or WRONG_FORMAT


def _check_certificate(peer: bytes | None, account: Account) -> None:
    """Raise unless *peer* is the merchant's certificate: of its serial number where that is known, else of its name."""
    if peer is None:
        raise NotUnderstood("请使用商户证书")
    try:
        names, serial_number, until = presented(peer)
    except ValueError:
        raise NotUnderstood("请使用商户证书") from None
    serial = account.certificate_serial
    if account.mch_id not in names or (serial is not None and int(serial, 16) != serial_number):
        raise NotUnderstood("请使用商户证书")
    # By the machine's time: TLS judges certificates by it too, and a virtual clock may stand in another year.
    if until < datetime.now(timezone.utc):
        raise NotUnderstood("证书已过期")


def answer(call: Call, outcome: Mapping[str, str] | bytes) -> Answer:
    """Return the answer to a call that was carried out. outcome: its fields beside the head, or a statement."""
    if isinstance(outcome, bytes):
        return Answer(200, outcome, dict(_TEXT))
    return _sealed(call, {**_head(call), **outcome})


def refused(call: Call | None, operation: Operation, error: NotUnderstood | Refusal) -> Answer:
    """Return the answer to what was refused: signed when it was a call, as far as the operation's answers are."""
    if isinstance(error, NotUnderstood) or call is None or not operation.result_code:
        said = error.return_msg if isinstance(error, NotUnderstood) else error.code
        fields = {"return_code": "FAIL", "return_msg": said}
        row = operation.error(said)
        if row is not None and row.number:
            fields["error_code"] = row.number
        return Answer(200, xml.write(fields), dict(_XML))
    row = operation.error(error.code)
    des = error.des or (row.means if row is not None else "")
    failure = {"result_code": "FAIL", "err_code": error.code, "err_code_des": des[:128]}
    return _sealed(call, {**_head(call), **failure, **error.more})


def _head(call: Call) -> dict[str, str]:
    """Return what every answer begins with, as far as the row lists it."""
    head = {"return_code": "SUCCESS", "return_msg": "OK"}
    for name in ("appid", "mch_id", "sub_appid", "sub_mch_id", "device_info"):
        head[name] = call.fields.get(name, "")
    head.update(nonce_str=secrets.token_hex(16).upper(), result_code="SUCCESS")
    return {name: value for name, value in head.items() if _row(call.operation, name) is not None}


@lru_cache(maxsize=4096)
def _row(operation: Operation, name: str) -> Field | None:
    """Return the row of the response field *name*; ``refund_id_0`` is of the family ``refund_id_$n``."""
    family = _INDEX.sub("_$n", name)
    return next((row for row in operation.response if row.name in (name, family)), None)


def _sealed(call: Call, fields: Mapping[str, str]) -> Answer:
    """Return *fields*, as far as they are for this account, as the body of an answer."""
    shown: dict[str, str] = {}
    account = call.account
    for name, value in fields.items():
        row = _row(call.operation, name)
        if row is None:
            raise AssertionError(f"{call.operation.name} answers no {name}")
        here = (not row.regions or account.region in row.regions) and (not row.modes or account.mode in row.modes)
        if value and here:
            shown[name] = value
    if not call.operation.signed_response:
        return Answer(200, xml.write(shown), dict(_XML))
    return Answer(200, envelope.seal(shown, account.signer(call.sign_type)), dict(_XML))
