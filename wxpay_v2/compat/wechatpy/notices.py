"""Notifications for wechatpy's users: verified, in the shapes they know."""

from __future__ import annotations

import hmac
import os

from wxpay_v2 import money
from wxpay_v2.compat import messages
from wxpay_v2.compat.settings import VARIABLE, settings_in
from wxpay_v2.compat.wechatpy.crypto import as_bytes, rejected
from wxpay_v2.compat.wechatpy.exceptions import WeChatException, both
from wxpay_v2.compat.wechatpy.shapes import shaped
from wxpay_v2.errors import (
    InvalidRequest,
    Malformed,
    Rejected,
    SignatureInvalid,
    WXPayError,
)
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.v2 import catalogue, xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from wxpay_v2.v2.notification import Event

__all__ = ["payment", "payment_data", "refund", "signed_as"]

_NUMBERS = ("total_fee", "settlement_total_fee", "cash_fee", "coupon_fee", "coupon_count")
_REFUND_NUMBERS = ("total_fee", "settlement_total_fee", "refund_fee", "settlement_refund_fee")
_OUTER = ("return_code", "return_msg", "appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str")
_NAMED = ("appid", "mch_id", "out_trade_no", "transaction_id")


def payment(pay: Any, message: Any) -> dict[str, Any]:
    """Return the verified fields of *message*, five amounts as int, ``sign`` last.

    Raises InvalidSignatureException, which is Rejected, or OutcomeUnknown where the message proves no payment.
    """
    try:
        body, _ = _as_v2(pay, message)
        event = _opened(pay, body)
        if event.kind == "refund":
            raise SignatureInvalid("this is a refund notification: parse_refund_notify_result opens it")
        if event.kind == "payment" or event.fields.get("trade_state") == "SUCCESS":
            _prove(event)
        return _with_numbers(event.fields, _NUMBERS)
    except WXPayError as error:
        raise _theirs(error) from None


def _prove(event: Event) -> None:
    """Raise unless *event* proves the payment it tells of; whether the shop knows that order is the shop's to ask."""
    fields = event.fields
    if "FAIL" in (fields.get("return_code"), fields.get("result_code")):
        return  # signed, and says itself that nothing was paid
    try:
        event.paid(
            out_trade_no=fields.get("out_trade_no", ""),
            total_fee=money.parse_amount(fields.get("total_fee", ""), "total_fee"),
            fee_type=fields.get("fee_type") or "CNY",
        )
    except InvalidRequest as error:
        raise Malformed(error.message) from None


def _opened(pay: Any, body: bytes) -> Event:
    fields = xml.read(body)
    sign_type = pay.sign_type
    if sign_type == MD5 and len(fields.get("sign", "")) == 64:
        sign_type = HMAC_SHA256  # the stronger one is believed whatever is configured, the weaker one is not
    sub_mch_id = fields.get("sub_mch_id", "")
    caller = pay._callers.of(pay, sign_type, sub_mch_id if sub_mch_id.isascii() and sub_mch_id.isdigit() else None)
    return messages.opened(caller.merchant, body, md5_too=pay._settings().allows("md5_notifications"))


def signed_as(pay: Any, message: Any, calculate: Callable[[dict[str, Any], str], str]) -> dict[str, Any]:
    """Return the fields of *message* if *calculate* makes their ``sign``: somebody's own, put in the place of ours."""
    try:
        told = shaped(xml.read(as_bytes(message)))
        sign = told.pop("sign", None) or ""
        right = calculate(told, pay.sandbox_api_key if pay.sandbox else pay.api_key)
        if not hmac.compare_digest(f"{right}".encode(), f"{sign}".encode()):
            raise SignatureInvalid("the signature is wrong")
        return _with_numbers({**{name: text or "" for name, text in told.items()}, "sign": sign}, _NUMBERS)
    except WXPayError as error:
        raise _theirs(error) from None


def refund(pay: Any, message: Any, crypto: Callable[[str], Any]) -> dict[str, Any]:
    """Return the fields inside *message*, four amounts as int.

    A refund notification carries no signature, so the gateway is asked whether it stands by it. *crypto* opens it.
    Raises InvalidSignatureException, InvalidAppIdException, InvalidMchIdException, and what the query raises.
    """
    try:
        body, translated = _as_v2(pay, message)
        told = crypto(pay.sandbox_api_key if pay.sandbox else pay.api_key).decrypt_message(body, pay.appid, pay.mch_id)
        if not translated and not pay._settings().allows("spliced_refunds"):
            event = _opened(pay, body)
            messages.confirm(event, lambda name, fields: _ask(pay, name, event, fields))
        return _with_numbers({name: text or "" for name, text in told.items()}, _REFUND_NUMBERS)
    except WXPayError as error:
        raise _theirs(error) from None


def _ask(pay: Any, name: str, event: Event, fields: Mapping[str, str]) -> Mapping[str, str]:
    data: dict[str, Any] = {"appid": pay.appid, **fields}
    if event.fields.get("sub_mch_id"):
        data["sub_mch_id"] = event.fields["sub_mch_id"]
    answer: Mapping[str, str] = pay.post(catalogue.find(name).path.lstrip("/"), data=data)
    return answer


def payment_data(message: Any) -> dict[str, Any]:
    """Return appid, mch_id, out_trade_no and transaction_id of *message*, of which nothing is verified.

    One of API v3 is opened by the account of WXPAY_V2_UPGRADE whose key does.
    Raises ValueError for what is no message, KeyError for one of them that is not there.
    """
    try:
        body = as_bytes(message)
        fields = _by_an_account(body) or shaped(xml.read(body))
    except Malformed as error:
        raise both(ValueError, error) from None
    return {name: fields[name] for name in _NAMED}


def _by_an_account(body: Any) -> dict[str, Any]:
    """Return what a notification of API v3 names, {} where *body* is none that an account in the environment opens."""
    if not isinstance(body, bytes) or not body.lstrip().startswith(b"{"):
        return {}
    from wxpay_v2.v3.notification import unsigned

    for path in filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)):
        upgrade: Any = settings_in(path)[1].upgrade
        try:
            told = unsigned(body, getattr(upgrade, "account", upgrade)).document
        except (Rejected, AttributeError):  # another account's, or a file without one
            continue
        ids = {"appid": told.get("appid") or told.get("sp_appid"), "mch_id": told.get("mchid") or told.get("sp_mchid")}
        return {**told, **ids}
    return {}


def _as_v2(pay: Any, message: Any) -> tuple[bytes, bool]:
    """Return *message* as v2's bytes, and whether it came by API v3."""
    body = as_bytes(message)
    bridge = pay._bridge()
    if bridge is None:
        return body, False
    return bridge.notification(body), not messages.is_xml(body)


def _with_numbers(fields: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    told = shaped(fields)
    for name in names:
        if name in told:
            told[name] = money.parse_amount(fields[name], name)
    if "sign" in told:
        told["sign"] = told.pop("sign")
    return told


def _theirs(error: WXPayError) -> Exception:
    return error if isinstance(error, WeChatException) else rejected(error)
