"""Headers and bytes -> Callback -> reply: what API v3 tells the merchant, verified, then decrypted, then read.

Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791861; threats: 4.6 to 4.9
"""

from __future__ import annotations

import json

from wxpay_v2.errors import Malformed, SignatureInvalid, quoted
from wxpay_v2.json_reader import read_object
from wxpay_v2.secret import redacted, without_frames
from wxpay_v2.v3 import cipher, signature
from wxpay_v2.v3.catalogue.notifications import EVENT_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from wxpay_v2.v3.account import V3Account

__all__ = ["Callback", "open_notification", "reply", "unsigned"]

_ORIGINAL = ("transaction", "refund")


class Callback:
    """A verified notification. event_type: the gateway's word. kind: "transaction", "refund", or another of
    ``catalogue.notifications.KINDS``; "" for one nobody has heard of.

    document: what stood encrypted in it. id: of the notification; a repetition may have another. raw: the body.
    """

    __slots__ = ("document", "event_type", "id", "kind", "raw")

    def __init__(self, event_type: str, document: dict[str, Any], raw: bytes, number: str) -> None:
        self.event_type = event_type
        self.kind = EVENT_TYPES.get(event_type, "")
        self.document = document
        self.raw = raw
        self.id = number

    def __repr__(self) -> str:
        told = {name: value for name, value in self.document.items() if isinstance(value, (str, int))}
        return f"<Callback {self.event_type} {redacted(told)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Callback does not leave its process")


@without_frames
def open_notification(headers: Mapping[str, str], body: bytes, account: V3Account, now: float) -> Callback:
    """Return the Callback in *body*, the raw bytes. headers: names in any case. now: Unix seconds.

    Raises SignatureInvalid (UnknownSerial for a key that is not known) or Malformed.
    """
    if not isinstance(body, bytes):
        raise Malformed(f"a notification is bytes, got {type(body).__name__}")
    if not callable(getattr(headers, "items", None)):
        raise SignatureInvalid(
            f"the headers must be a mapping, got {type(headers).__name__}",
            remedy="hand over every header of the message: dict(request.headers)",
        )
    signature.check(headers, body, account.keys, now)
    return _read(body, account)


@without_frames
def unsigned(body: bytes, account: V3Account) -> Callback:
    """Return the Callback in *body* whose signature nobody looked at: a hint, to be confirmed by a query.

    Whoever has seen a genuine one can send it again. Raises SignatureInvalid when the API v3 key does not open it, or
    Malformed.
    """
    return _read(body, account)


def _read(body: bytes, account: V3Account) -> Callback:
    told = read_object(body)
    event_type, number, resource = told.get("event_type"), told.get("id"), told.get("resource")
    if not isinstance(event_type, str) or not isinstance(number, str) or not isinstance(resource, dict):
        raise Malformed("the notification lacks its id, its event_type or its resource")
    document = read_object(cipher.open_resource(resource, account.api_v3_key))
    callback = Callback(event_type, document, body, number)
    original = resource.get("original_type")
    if original is not None and original != callback.kind and callback.kind in _ORIGINAL:
        raise Malformed(f"a {callback.kind} notification about {quoted(original)}")
    return callback


def reply(*, success: bool = True, message: str = "OK") -> tuple[bytes, str, int]:
    """Return the answer to a notification: (body, content type, status), 200, or 500 to be notified again later."""
    code = "SUCCESS" if success else "FAIL"
    body = json.dumps({"code": code, "message": message[:64]}, ensure_ascii=False).encode()
    return body, "application/json", 200 if success else 500
