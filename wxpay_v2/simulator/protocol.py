"""From an HTTP request, in whatever form its operation's row has, to an authenticated and checked call.

The rows of the catalogue say what a request must hold. What is refused before it is a call (method, form, signature,
ids, formats, certificate) is answered with return_code FAIL, unsigned; what is refused as a call, with result_code FAIL
and a documented err_code. The answers are written by `wxpay_v2.simulator.replies`.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NoReturn
from urllib.parse import unquote

from wxpay_v2 import validation
from wxpay_v2.errors import SignatureInvalid
from wxpay_v2.operation import FILE, HMAC_SHA256, MD5, Operation
from wxpay_v2.simulator import incoming
from wxpay_v2.simulator.accounts import Account
from wxpay_v2.simulator.certificates import presented
from wxpay_v2.simulator.exchange import Answer, Exchange
from wxpay_v2.simulator.incoming import NotUnderstood
from wxpay_v2.v2.signature import Signer, second_sign

__all__ = ["Answer", "Call", "Exchange", "NotUnderstood", "Refusal", "authenticate", "check", "documented", "refusal"]

_MCH_ID = re.compile(r"[0-9]{1,32}", re.ASCII)

WRONG_SIGN = "签名错误"
WRONG_FORMAT = "参数格式校验错误"
NO_PERMISSION = "商户无此接口权限"
_WRONG_FIELD = {"mch_id": "mch_id参数格式错误", "spbill_create_ip": "invalid spbill_create_ip"}


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
    """An authenticated call. fields: verified and checked against the row, without empty ones.

    sign_type: of the request, and so of the answer. files: of a multipart form. referer: where a browser came from.
    """

    account: Account
    operation: Operation
    fields: Mapping[str, str] = field(repr=False)
    sign_type: str
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    referer: str = field(default="", repr=False)

    @property
    def sub_mch_id(self) -> str:
        return self.id("sub_mch_id")

    @property
    def signer(self) -> Signer:
        """What the answer is signed with."""
        return self.account.signer(self.sign_type, sandbox=self.operation.sandbox)

    def id(self, attribute: str) -> str:
        """Return the id that the request carries: "appid", "mch_id", "sub_appid" or "sub_mch_id", by any wire name."""
        return self.fields.get(self.operation.ids.get(attribute, attribute), "")


def documented(operation: Operation, *codes: str) -> str | None:
    """Return the first of *codes* that the row of *operation* lists."""
    return next((code for code in codes if operation.error(code) is not None), None)


def refusal(operation: Operation, des: str, *codes: str) -> NoReturn:
    """Raise the refusal with the first of *codes* that *operation* documents, or the one for a wrong format.

    An operation of which no code is known at all is answered with the first, which its like documents.
    """
    code = documented(operation, *codes) if operation.errors else codes[0]
    if code is None:
        raise NotUnderstood(_wrong(operation))
    raise Refusal(code, des)


def authenticate(exchange: Exchange, operation: Operation, accounts: Mapping[str, Account]) -> Call:
    """Return the call in *exchange*, whose signature holds. Raises NotUnderstood."""
    message = incoming.read(exchange, operation)
    account = _account(operation, message.signed, accounts)
    sign_type = _verify(operation, message.signed, account)
    return Call(
        account,
        operation,
        {name: value for name, value in {**message.signed, **message.unsigned}.items() if value},
        sign_type,
        message.files,
        exchange.header("Referer"),
    )


def check(
    call: Call,
    accounts: Mapping[str, Account],
    peer_certificate: bytes | None,
    acts_for: Callable[[Account, str], bool] = lambda account, sub_mch_id: False,
) -> None:
    """Raise NotUnderstood or Refusal unless ids, access, fields and certificate are what the row demands.

    acts_for: says whether the account acts for a sub-merchant that is not among those it was made with.
    """
    if any(map(validation.unwritable, call.fields.values())):  # no answer could repeat it either
        raise NotUnderstood(_wrong(call.operation))
    _check_access(call)
    _check_ids(call, accounts, acts_for)
    _check_second_sign(call)
    _check_fields(call)
    if call.operation.certificate:
        _check_certificate(peer_certificate, call.account)


def _account(operation: Operation, fields: Mapping[str, str], accounts: Mapping[str, Account]) -> Account:
    mch_id = fields.get(operation.ids["mch_id"], "")
    if not mch_id:
        raise NotUnderstood(_lacking(operation))
    if not _MCH_ID.fullmatch(mch_id):
        raise NotUnderstood(_WRONG_FIELD["mch_id"])
    if mch_id not in accounts:
        raise NotUnderstood("MCHID_NOT_EXIST")
    return accounts[mch_id]


def _verify(operation: Operation, fields: dict[str, str], account: Account) -> str:
    """Return the algorithm by which *fields* are signed: without sign_type MD5, unless the row admits HMAC only."""
    sign_type = fields.get("sign_type") or (MD5 if MD5 in operation.sign_types else HMAC_SHA256)
    wrong = documented(operation, "SIGN ERROR") or WRONG_SIGN
    if sign_type not in operation.sign_types:
        raise NotUnderstood(wrong)
    if not operation.sign_name:
        return sign_type
    signer = account.signer(sign_type, sandbox=operation.sandbox)
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


def _check_access(call: Call) -> None:
    """Raise unless the row offers the operation in the account's region and access mode."""
    operation, account = call.operation, call.account
    if account.region in operation.regions and account.mode in operation.modes:
        return
    if documented(operation, "NOAUTH") is None:
        raise NotUnderstood(NO_PERMISSION)
    raise Refusal("NOAUTH", f"not for {account.mode} merchants of the {account.region} region")


def _check_ids(call: Call, accounts: Mapping[str, Account], acts_for: Callable[[Account, str], bool]) -> None:
    account = call.account
    for appid, own in ((call.id("appid"), (account.appid,)), (call.id("sub_appid"), account.sub_appids)):
        if appid and appid not in own:
            known = any(appid == other.appid or appid in other.sub_appids for other in accounts.values())
            raise NotUnderstood("商户号mch_id与appid不匹配" if known else "appid不存在")
    sub = call.sub_mch_id
    if sub and sub not in account.sub_merchants and not acts_for(account, sub):
        refusal(call.operation, "not a sub-merchant of mch_id", "NOAUTH", "PARAM_ERROR", "INVALID_REQUEST")


def _check_second_sign(call: Call) -> None:
    """Raise unless WeCom's own signature holds, where the row has one."""
    names, secret = call.operation.second_sign, call.account.wecom_secret
    if not names:
        return
    given = call.fields.get("workwx_sign", "")
    if not given:
        refusal(call.operation, "workwx_sign is missing", "LACK_PARAMS", "PARAM_ERROR")
    if secret is None:
        refusal(call.operation, "the merchant has no WeCom payment secret", "NOAUTH", "NO_AUTH", "PARAM_ERROR")
    if not hmac.compare_digest(second_sign(call.fields, names, secret).encode(), given.encode()):
        raise NotUnderstood(WRONG_SIGN)


def _check_fields(call: Call) -> None:
    """Raise the refusal of the first fault that the row finds."""
    operation = call.operation
    fields = {name: value for name, value in call.fields.items() if name != "sign"}
    for row in operation.request:
        if row.kind == FILE and not call.files.get(row.name):
            refusal(operation, f"{row.name} is missing", "LACK_PARAMS", "PARAM_ERROR")
    for fault in validation.faults(operation, fields, mode=call.account.mode, region=call.account.region):
        name = fault.field
        if fault.rule == validation.MISSING:
            if operation.response_format == "csv":
                raise NotUnderstood(_lacking(operation))
            refusal(operation, fault, "LACK_PARAMS", "PARAM_ERROR")
        if name == "auth_code":
            code = "AUTH_CODE_INVALID" if _foreign(fields[name]) else "AUTH_CODE_ERROR"
            refusal(operation, "not a payment code", code)
        raise NotUnderstood(_WRONG_FIELD.get(name) or documented(operation, f"invalid {name}") or _wrong(operation))
    address = fields.get("spbill_create_ip")
    if address:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise NotUnderstood(_WRONG_FIELD["spbill_create_ip"]) from None


def _foreign(auth_code: str) -> bool:
    return auth_code.isascii() and auth_code.isdigit() and 16 <= len(auth_code) <= 24


def _lacking(operation: Operation) -> str:
    return documented(operation, "missing parameter") or "LACK_PARAMS"


def _wrong(operation: Operation) -> str:
    return documented(operation, "data format error") or WRONG_FORMAT


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
