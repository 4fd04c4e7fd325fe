"""What the faces have in common: an answer judged as `Client` judges it, a notification opened as it opens it."""

from __future__ import annotations

from functools import partial

from wxpay_v2 import call
from wxpay_v2.call import Request, Response
from wxpay_v2.clock import Clock
from wxpay_v2.errors import ConfigurationError, InvalidRequest, Mismatch, OutcomeUnknown, SignatureInvalid, quoted
from wxpay_v2.operation import HMAC_SHA256, MAINLAND, MD5
from wxpay_v2.secret import Secret, without_frames
from wxpay_v2.v2 import catalogue, notification, payment, verdict
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.protocol import Protocol
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.result import Result
    from wxpay_v2.v2.notification import Event

    Ask = Callable[[str, Mapping[str, str]], Mapping[str, str]]

__all__ = ["BLANK", "believable", "believed", "check_attach", "confirm", "is_xml", "judged", "opened", "sign"]

_SECURE = 32
BLANK = b"\xef\xbb\xbf \t\r\n"
"""What may stand before a message and is none of it."""
_OF_AN_ORDER = ("out_trade_no", "transaction_id", "total_fee")
_PAID = ("SUCCESS", "REFUND")  # a refunded order was paid first


def check_attach(fields: Mapping[str, str]) -> None:
    """Raise InvalidRequest for an order whose attach, coming back, would make each of its answers ambiguous."""
    fault = payment.spoilt(fields)
    if fault:
        raise InvalidRequest(fault, remedy="leave & out of attach, or = out of it: such an order is never proven paid")


@without_frames
def sign(fields: Mapping[str, str], key: str | Secret, sign_type: str = MD5) -> str:
    """Return the signature of *fields*: upper-case hex. Raises InvalidRequest, ConfigurationError for an empty key.

    The key's length is not looked at: this is arithmetic, and nothing is sent. `Merchant` checks the keys of calls.
    """
    secret = key if isinstance(key, Secret) else Secret(key)
    if not isinstance(secret.reveal(), str) or not secret.reveal().strip():
        raise ConfigurationError("the API key is empty")
    return Signer(secret, sign_type, wecom=len(secret.reveal()) != _SECURE).sign(fields)


def judged(merchant: Merchant, path: str, sent: Mapping[str, str], status: int, body: bytes) -> Result:
    """Return the Result of an answer to *sent* at *path* (``pay/orderquery``), verified as the operation's row says.

    Raises Refused, or OutcomeUnknown for what cannot be believed. The answer's algorithm is that of *sent*.
    """
    operation = catalogue.at(path)
    protocol = Protocol(merchant, MAINLAND, Clock().now)
    request = Request("POST", operation.path, b"", operation=operation, fields=dict(sent))
    return believed(protocol, request, Response(status, body, {}))


def believed(protocol: Protocol, request: Request, response: Response) -> Result:
    """Return the Result of *response*. Raises as `Protocol.open_reply`, and OutcomeUnknown for another amount.

    An old library's caller takes such a success for his money, and looks at its result_code alone.
    """
    told = protocol.open_reply(request, response)
    verdict.compare_amounts(request, told, partial(call.unknown, request, response=response))
    return told


@without_frames
def opened(merchant: Merchant, body: bytes, *, md5_too: bool = False) -> Event:
    """Return the verified Event in *body*, v2's XML. md5_too: take MD5 where the merchant signs with HMAC-SHA256.

    Raises Malformed, SignatureInvalid or Mismatch. A payment too is refused when its signed text could be that of other
    fields: an old library's caller has no `Event.paid`, and books what it is handed.
    """
    event = _event(merchant, body, md5_too)
    if not event.hint and payment.ambiguous(event.fields):
        raise SignatureInvalid("a value could be several fields of the signed text", remedy="call order_query")
    return event


def _event(merchant: Merchant, body: bytes, md5_too: bool) -> Event:
    if md5_too and merchant.sign_type == HMAC_SHA256:
        try:
            return notification.open_notification(body, merchant, Signer(merchant.api_key, MD5))
        except SignatureInvalid:
            pass
    return notification.open_notification(body, merchant, Signer(merchant.api_key, merchant.sign_type))


def believable(fields: Mapping[str, str], mch_id: object) -> bool:
    """Return False for a signed message that names an order, and is no proof that the order was paid.

    A refund's or a query's reply played back is one, and another merchant's notification. A failure proves itself.
    """
    if "FAIL" in (fields.get("return_code"), fields.get("result_code")):
        return True
    if fields.get("mch_id", mch_id) != mch_id:
        return False
    if not any(name in fields for name in _OF_AN_ORDER) or notifications.kind_of(fields) != "payment":
        return True
    if any(not fields.get(name) for name in (*notifications.PAYMENT.proof, "time_end")):
        return False
    return fields.get("result_code") == "SUCCESS" and fields.get("trade_state", "SUCCESS") == "SUCCESS"


def is_xml(body: object) -> bool:
    """Return True for v2's own message; what is none of bytes is neither v2's nor API v3's."""
    return isinstance(body, bytes) and body.lstrip(BLANK).startswith(b"<")


def confirm(event: Event, ask: Ask) -> None:
    """Ask the gateway whether it stands by *event*, a hint: a refund of v2, or anything whose signature was not seen.

    ask: makes the v2 call of that name and returns its fields. Raises Mismatch when the gateway tells otherwise, and
    whatever *ask* raises.
    """
    told = event.fields
    if event.kind == "refund":
        _compare_refund(told, ask("refund_query", {"out_refund_no": told["out_refund_no"]}))
        return
    if event.kind != "payment":
        raise OutcomeUnknown(f"nothing confirms a {event.kind} notification", remedy="look at the merchant platform")
    answer = ask("order_query", {"out_trade_no": told["out_trade_no"]})
    if answer.get("trade_state") not in _PAID:
        raise Mismatch(f"notified as paid, but the order is {quoted(answer.get('trade_state'))}")
    for name in ("transaction_id", "total_fee"):
        _same(name, told.get(name), answer.get(name))
    _same("fee_type", told.get("fee_type") or "CNY", answer.get("fee_type") or "CNY")


def _compare_refund(told: Mapping[str, str], answer: Mapping[str, str]) -> None:
    number = told["out_refund_no"]
    places = [name[len("out_refund_no_") :] for name, text in answer.items()
              if name.startswith("out_refund_no_") and text == number]  # fmt: skip
    if not places:
        raise Mismatch(f"notified of refund {quoted(number)}, which the gateway does not know")
    for name in ("refund_id", "refund_fee", "refund_status"):
        if told.get(name):
            _same(name, told[name], answer.get(f"{name}_{places[0]}"))
    for name in ("transaction_id", "out_trade_no", "total_fee"):
        if told.get(name):
            _same(name, told[name], answer.get(name))
    # Neither is told by every answer, v2's or API v3's.
    for name, place in (("settlement_refund_fee", f"_{places[0]}"), ("settlement_total_fee", "")):
        if told.get(name) and answer.get(name + place):
            _same(name, told[name], answer[name + place])


def _same(name: str, told: str | None, answer: str | None) -> None:
    if told != answer:
        raise Mismatch(f"notified of {name} {quoted(told)}, asked again it is {quoted(answer)}")
