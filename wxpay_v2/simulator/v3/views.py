"""Exchanges of API v3 as people may see them: masked, with the signed text, and whether the signature is right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wxpay_v2.errors import Malformed
from wxpay_v2.json_reader import read_object
from wxpay_v2.operation import GLOBAL
from wxpay_v2.secret import SENSITIVE, redacted
from wxpay_v2.simulator.exchange import Answer, Exchange
from wxpay_v2.simulator.v3 import incoming, keys, protocol
from wxpay_v2.simulator.v3.refusal import Refusal
from wxpay_v2.simulator.views import ExchangeView, MessageView

if TYPE_CHECKING:
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.exchanges import Kept

    Accounts = Mapping[str, Account]

__all__ = ["PREFIXES", "is_notification", "look", "masked", "summary"]

PREFIXES = ("/v3/", "/hk/v3/", "/global/v3/")
"""What paths of API v3 begin with."""

_SIGN_TYPE = protocol.SCHEME
_NUMBERS = ("out_trade_no", "out_refund_no", "transaction_id", "refund_id", "combine_out_trade_no", "out_order_no")
# Beside the names of `secret.SENSITIVE`: ids of payers, and what is encrypted on the way.
_ALSO = {"sp_openid": 4, "ciphertext": 6, "bank_account": 0, "recv_account": 0, "user_received_account": 0}
_SHOWN = 4096


def summary(kept: Kept, accounts: Accounts) -> ExchangeView:
    """Return *kept* in a line."""
    exchange, answer = kept.exchange, kept.answer
    claimed = _claimed(exchange)
    account = accounts.get(claimed.mch_id) if claimed is not None else None
    found = protocol.find(exchange, account.region if account is not None else GLOBAL)
    told = {**_object(exchange.body), **(found.parameters if found is not None else {})}
    outcome, good = _outcome(answer)
    return ExchangeView(
        id=kept.id,
        at=kept.at,
        operation=found.operation.name if found is not None else exchange.path,
        mch_id=claimed.mch_id if claimed is not None else "",
        number=next((str(told[name]) for name in _NUMBERS if told.get(name)), ""),
        status=answer.status,
        outcome=outcome,
        good=good,
        verdict=_verdict(exchange, accounts, kept.at)[0],
        milliseconds=kept.seconds * 1e3,
        certificate=exchange.peer_certificate is not None,
    )


def look(kept: Kept, accounts: Accounts, platform: keys.Platform | None) -> tuple[MessageView, MessageView]:
    """Return the request and the reply of *kept*, ready to be shown. platform: the keys that sign."""
    return _request(kept.exchange, accounts, kept.at), _reply(kept.answer, platform)


def masked(body: bytes, *, indent: int | None = 2) -> str:
    """Return the JSON object in *body* with its sensitive values covered, or what the bytes are that are none."""
    if not body:
        return ""
    told = _object(body)
    if not told:
        return f"({len(body)} bytes that are no JSON object)"
    separators = (",", ":") if indent is None else None
    text = json.dumps(_masked(told), ensure_ascii=False, indent=indent, separators=separators)[:_SHOWN]
    return text.encode("utf-8", "replace").decode()


def is_notification(body: bytes) -> bool:
    """Say whether *body* is a notification of API v3."""
    return body.startswith(b"{") and "resource" in _object(body)


def _request(exchange: Exchange, accounts: Accounts, at: float) -> MessageView:
    told, target = masked(exchange.body), exchange.target.encode("utf-8", "replace").decode()
    text = f"{exchange.method} {target}" + (f"\n\n{told}" if told else "")
    claimed = _claimed(exchange)
    if claimed is None:
        return MessageView(text, verdict="not signed")
    verdict, why = _verdict(exchange, accounts, at)
    lines = (exchange.method, target, str(claimed.timestamp), "***", masked(exchange.body, indent=None))
    return MessageView(
        text, "".join(f"{line}\n" for line in lines), _SIGN_TYPE, "", _sign(claimed.signature), verdict, why
    )


def _reply(answer: Answer, platform: keys.Platform | None) -> MessageView:
    headers = answer.headers
    text = masked(answer.body) or "(nothing)"
    signature = headers.get("Wechatpay-Signature", "")
    if not signature:
        return MessageView(text, verdict="not signed")
    told = headers.get("Wechatpay-Statement-Sha1")
    body = f'{{"sha1":"{told}"}}'.encode() if told else answer.body
    stamp, nonce, serial = (headers[f"Wechatpay-{name}"] for name in ("Timestamp", "Nonce", "Serial"))
    key = platform.find(serial) if platform is not None else None
    signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    right = key is not None and keys.verifies(key.private.public_key(), signature, signed)
    shown = f"{stamp}\n***\n{masked(answer.body, indent=None)}\n"
    why = () if key is not None else ("the platform has no key of this serial number",)
    return MessageView(text, shown, _SIGN_TYPE, "", _sign(signature), "right" if right else "wrong", why)


def _verdict(exchange: Exchange, accounts: Accounts, at: float) -> tuple[str, tuple[str, ...]]:
    """Return whether the signature of a request is right, and why it is not."""
    if not exchange.header("Authorization"):
        return "not signed", ()
    try:
        told = protocol.claim(exchange, _signed(exchange))
        account = accounts.get(told.mch_id)
        if account is None:
            return "wrong", ("no merchant here has this mchid",)
        protocol.authenticate(exchange, told, account, at)
    except Refusal as refused:
        return "wrong", (refused.message,)
    return "right", ()


def _signed(exchange: Exchange) -> bytes:
    """Return the part of the body that the signature covers: of a form its JSON part. Raises Refusal."""
    found = protocol.find(exchange, GLOBAL)
    return incoming.read(exchange, found.operation).signed if found is not None else exchange.body


def _claimed(exchange: Exchange) -> protocol.Claim | None:
    try:
        return protocol.claim(exchange, exchange.body)
    except Refusal:
        return None


def _outcome(answer: Answer) -> tuple[str, bool]:
    if answer.action != "send":
        return {"reset": "connection broken", "hang": "never answered"}.get(answer.action, answer.action), False
    told = _object(answer.body)
    if answer.status >= 400:
        return str(told.get("code") or f"HTTP {answer.status}"), False
    state = told.get("trade_state") or told.get("status") or told.get("code")
    if answer.body and not told:
        return "a file", True
    return (str(state) if state else "SUCCESS"), True


def _object(body: bytes) -> dict[str, Any]:
    try:
        return read_object(body)
    except Malformed:
        return {}


def _masked(told: Any) -> Any:
    if isinstance(told, list):
        return [_masked(one) for one in told]
    if not isinstance(told, dict):
        return told
    shown: dict[str, Any] = {}
    for name, value in told.items():
        visible = _ALSO.get(name, SENSITIVE.get(name))
        if visible is not None and not isinstance(value, (dict, list)):
            shown[name] = str(value)[:visible] + "***"
        else:
            shown[name] = _masked(value)
    return shown


def _sign(signature: str) -> str:
    return redacted({"sign": signature})["sign"]
