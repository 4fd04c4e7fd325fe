"""What merchants sent and heard, the last of it, and why a signature was right or wrong.

Keeping one costs an append. Everything else (reading, masking, signing again) is done for the one that is looked at.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from wxpay_v2.errors import Malformed, SignatureInvalid, WXPayError
from wxpay_v2.operation import HMAC_SHA256, MD5
from wxpay_v2.secret import SENSITIVE, redacted
from wxpay_v2.simulator import incoming
from wxpay_v2.simulator.v3 import views as v3_views
from wxpay_v2.simulator.views import ExchangeView, MessageView
from wxpay_v2.v2 import catalogue, doctor, forms, xml
from wxpay_v2.v2.signature import text_to_sign

if TYPE_CHECKING:
    from wxpay_v2.operation import Operation
    from wxpay_v2.simulator.accounts import Account
    from wxpay_v2.simulator.exchange import Answer, Exchange
    from wxpay_v2.simulator.v3.keys import Platform

    Accounts = Mapping[str, Account]

__all__ = ["Exchanges", "Kept", "Signing", "look", "message", "summary"]

COUNT = 500
BYTES = 8 << 20
"""Kept in all, bodies together; the oldest go first."""
BODY = 64 << 10
"""Bytes kept of one body."""
SHOWN = 4096
"""Characters shown of a body that is no message."""

_NUMBERS = ("out_trade_no", "out_refund_no", "transaction_id", "refund_id", "bill_date")
_NAMES = "|".join(sorted(map(re.escape, SENSITIVE), key=len, reverse=True))
# In what cannot be read field by field: values of sensitive names in XML, JSON and forms, and payment codes anywhere.
_VALUES = re.compile(
    rf"(?P<name>\b(?:{_NAMES})(?:_[0-9]+)?\b[\"'\]]*\s*(?:>|=|:|%3D)\s*(?:<!\[CDATA\[|[\"'])?)(?P<value>[^<&\"'\],]+)",
    re.IGNORECASE,
)
_PAYMENT_CODE = re.compile(r"(?<![0-9])(?:1[0-5]|2[5-9]|30)[0-9]{14,22}(?![0-9])", re.ASCII)


@dataclass(frozen=True)
class Kept:
    """An exchange as it was, seconds being what it took. whole: False when a body was longer than what is kept."""

    id: int
    at: float
    exchange: Exchange
    answer: Answer
    seconds: float
    whole: bool


class Exchanges:
    """The last exchanges: `COUNT` at most, and `BYTES`. Lives in one event loop."""

    def __init__(self, *, count: int = COUNT, size: int = BYTES) -> None:
        self._kept: deque[Kept] = deque()
        self._count = count
        self._size = size
        self._held = 0
        self._last = 0

    def add(self, exchange: Exchange, answer: Answer, *, at: float, seconds: float) -> None:
        """Keep one. at: Unix seconds; seconds: how long it took."""
        self._last += 1
        whole = len(exchange.body) <= BODY and len(answer.body) <= BODY
        if not whole:
            exchange = replace(exchange, body=exchange.body[:BODY])
            answer = replace(answer, body=answer.body[:BODY])
        kept = Kept(self._last, at, exchange, answer, seconds, whole)
        self._kept.append(kept)
        self._held += _size(kept)
        while len(self._kept) > self._count or self._held > self._size:
            self._held -= _size(self._kept.popleft())

    def newest(self, count: int) -> list[Kept]:
        """Return the last *count*, newest first."""
        return [kept for kept, _ in zip(reversed(self._kept), range(count), strict=False)]

    def find(self, number: int) -> Kept | None:
        """Return the one of that id, or None when it is gone."""
        return next((kept for kept in self._kept if kept.id == number), None)

    def __iter__(self) -> Iterator[Kept]:
        return iter(tuple(self._kept))

    def __len__(self) -> int:
        return len(self._kept)


def summary(kept: Kept, accounts: Accounts) -> ExchangeView:
    """Return *kept* in a line."""
    if kept.exchange.path.startswith(v3_views.PREFIXES):
        return v3_views.summary(kept, accounts)
    operation = catalogue.by_path(kept.exchange.path)
    sent, _ = _sent(kept.exchange, operation)
    fields = {**sent.unsigned, **sent.signed} if sent is not None else {}
    outcome, good = _outcome(kept.answer, _answered(kept.answer, operation))
    if kept.answer.canned:
        outcome += " (canned)"
    names = operation.numbers if operation is not None else ()
    return ExchangeView(
        id=kept.id,
        at=kept.at,
        operation=operation.name if operation is not None else kept.exchange.path,
        mch_id=fields.get(_mch_id(operation), ""),
        number=next((fields[name] for name in (*names, *_NUMBERS) if fields.get(name)), ""),
        status=kept.answer.status,
        outcome=outcome,
        good=good,
        verdict=look(kept, accounts, explain=False)[0].verdict,
        milliseconds=kept.seconds * 1e3,
        certificate=kept.exchange.peer_certificate is not None,
    )


def look(
    kept: Kept, accounts: Accounts, *, platform: Platform | None = None, explain: bool = True
) -> tuple[MessageView, MessageView]:
    """Return the request and the reply of *kept*, ready to be shown.

    platform: the keys that sign answers of API v3. explain: try why a wrong signature is wrong.
    """
    if kept.exchange.path.startswith(v3_views.PREFIXES):
        return v3_views.look(kept, accounts, platform)
    operation = catalogue.by_path(kept.exchange.path)
    sent, why = _sent(kept.exchange, operation)
    signing = Signing(None, MD5)
    if sent is None:
        request = _unreadable(kept.exchange.body or kept.exchange.query.encode(), why)
    else:
        account = accounts.get(sent.signed.get(_mch_id(operation), ""))
        default = MD5 if operation is None or MD5 in operation.sign_types else HMAC_SHA256
        sandbox = operation is not None and operation.sandbox
        signing = Signing(account, sent.signed.get("sign_type") or default, sandbox, explain)
        told = {**sent.unsigned, **sent.signed, **{name: f"({len(data)} bytes)" for name, data in sent.files.items()}}
        in_xml = operation is None or operation.request_format == "xml"
        request = _shown(told, sent.signed, signing, operation.sign_name if operation is not None else "sign", in_xml)
    answered = _answered(kept.answer, operation)
    if not answered:
        return request, _unreadable(kept.answer.body, "this is no message of fields")
    return request, _shown(answered, answered, signing)


@dataclass(frozen=True)
class Signing:
    """Whose key signs (None: nobody's here), by which algorithm. explain: try why a wrong signature is wrong."""

    account: Account | None
    sign_type: str
    sandbox: bool = False
    explain: bool = True


def message(body: bytes, signing: Signing) -> MessageView:
    """Return the message in *body*, ready to be shown: read, masked, and its signature computed again, where it is XML.

    One of API v3 is JSON, and signed outside of its body.
    """
    if v3_views.is_notification(body):
        return MessageView(v3_views.masked(body), verdict="encrypted", why=("readable with the API v3 key alone",))
    try:
        fields = xml.read(body)
    except Malformed as error:
        return _unreadable(body, error.message)
    return _shown(fields, fields, signing)


def _shown(
    told: Mapping[str, str], signed: Mapping[str, str], signing: Signing, sign_name: str = "sign", in_xml: bool = True
) -> MessageView:
    """Return the view of a message. told: all that it says; signed: what its signature covers, itself included."""
    lines = redacted(told).items()
    if in_xml:
        text = "\n".join(["<xml>", *(f"  <{name}>{_escaped(value)}</{name}>" for name, value in lines), "</xml>"])
    else:
        text = "\n".join(f"{name}={value}" for name, value in lines)
    received = signed.get(sign_name, "")
    if "req_info" in signed:
        return MessageView(text, verdict="encrypted", why=("req_info is readable with the API key alone",))
    if not received:
        return MessageView(text)
    plain = {name: value for name, value in signed.items() if name != sign_name}
    signed_text = text_to_sign(redacted(plain), doctor.MASK)
    shown = redacted({"sign": received})["sign"]
    if signing.account is None:
        return MessageView(text, signed_text, "", "", shown, "wrong", ("no merchant here has this mch_id",))
    if signing.sign_type not in (MD5, HMAC_SHA256):
        return MessageView(text, signed_text, "", "", shown, "wrong", ("there is no such sign_type",))
    verdict, computed, why = _judged(plain, received, signing.account, signing)
    return MessageView(text, signed_text, signing.sign_type, computed, shown, verdict, why)


def _judged(
    plain: dict[str, str], received: str, account: Account, signing: Signing
) -> tuple[str, str, tuple[str, ...]]:
    """Return the verdict, the first characters of the right signature, and the likely causes of a wrong one."""
    signer = account.signer(signing.sign_type, sandbox=signing.sandbox)
    verdict = "wrong"
    why: tuple[str, ...] = ()
    for fields in (plain, _decoded(plain)):
        try:
            signer.check({**fields, "sign": received})
        except SignatureInvalid:
            continue
        verdict = "right"
        break
    try:
        computed = signer.sign(plain)
        if verdict == "wrong" and signing.explain:
            key = account.sandbox_key if signing.sandbox else account.api_key
            why = tuple(map(str, doctor.causes({**plain, "sign": received}, key, signing.sign_type)))
    except WXPayError as error:
        computed, why = "", (error.message,)
    return verdict, redacted({"sign": computed})["sign"], why


def _decoded(plain: dict[str, str]) -> dict[str, str]:
    """Return *plain* as tools/shorturl is signed: the address as it was before it was encoded for sending."""
    return {name: unquote(value) if name == "long_url" else value for name, value in plain.items()}


def _mch_id(operation: Operation | None) -> str:
    return operation.ids["mch_id"] if operation is not None else "mch_id"


def _sent(exchange: Exchange, operation: Operation | None) -> tuple[incoming.Sent | None, str]:
    """Return what *exchange* says, in the form that its row has; or None, and why it cannot be read."""
    why = "there is no body"
    try:
        if operation is not None:
            return incoming.read(exchange, operation), ""
    except incoming.NotUnderstood as error:
        why = error.return_msg
    try:
        if exchange.body and (operation is None or operation.request_format == "xml"):
            fields = xml.read(exchange.body)
            return (incoming.Sent(fields, {}, {}), "") if operation is None else (None, why)
    except Malformed as error:
        why = error.message
    return None, why


def _answered(answer: Answer, operation: Operation | None) -> dict[str, str]:
    """Return the fields of *answer*, none when it has no fields."""
    try:
        if operation is not None and operation.response_format == "json":
            return forms.read_json(answer.body)
        return xml.read(answer.body, nested=operation.nested if operation is not None else ())
    except Malformed:
        return {}


def _outcome(answer: Answer, answered: Mapping[str, str]) -> tuple[str, bool]:
    if answer.action != "send":
        return {"reset": "connection broken", "hang": "never answered"}.get(answer.action, answer.action), False
    if not answered:
        page = answer.body.lstrip()[:1] == b"<"
        if answer.status == 200 and answer.body:
            return ("a page" if page else "a statement"), True
        return f"HTTP {answer.status}", False
    if "retcode" in answered:
        return answered.get("retmsg", ""), answered["retcode"] == "0"
    if answered.get("return_code") != "SUCCESS":
        return answered.get("return_msg", "FAIL"), False
    code = answered.get("err_code") or answered.get("result_code", "SUCCESS")
    return code, code == "SUCCESS"


def _unreadable(body: bytes, why: str) -> MessageView:
    """Return what may be said of bytes that are no message: they may hold anything, also what must not be shown."""
    if not body:
        return MessageView("(nothing)", verdict="unreadable", why=("there is no body",))
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return MessageView(f"({len(body)} bytes that are not UTF-8)", verdict="unreadable", why=(why,))
    if not text.lstrip("\ufeff \t\r\n").startswith(("<", "{")):  # a statement: its rows name payers
        lines = text.splitlines()
        first = _masked(lines[0]) if lines else ""
        return MessageView(f"{first}\n({len(lines)} lines, {len(body)} bytes)", verdict="unreadable", why=(why,))
    return MessageView(_masked(text), verdict="unreadable", why=(why,))


def _masked(text: str) -> str:
    return _PAYMENT_CODE.sub("***", _VALUES.sub(r"\g<name>***", text))[:SHOWN]


def _escaped(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _size(kept: Kept) -> int:
    return len(kept.exchange.body) + len(kept.exchange.query) + len(kept.answer.body)
