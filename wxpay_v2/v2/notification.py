"""bytes -> Event -> reply bytes: what the gateway tells the merchant, verified before anything else.

A payment notification is signed. A refund notification is not: its content is encrypted under the API key, blocks of
it can be recombined by whoever saw others, so it is a hint to query by (threats: M6).
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_7.shtml
"""

from __future__ import annotations

from wxpay_v2.errors import Malformed, OutcomeUnknown
from wxpay_v2.secret import redacted
from wxpay_v2.v2 import cipher, payment, xml
from wxpay_v2.v2.catalogue.notifications import PAYMENT, REFUND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.v2.payment import Payment
    from wxpay_v2.v2.signature import Signer

__all__ = ["Event", "Reply", "open_notification", "reply"]

_OUTER = ("return_code", "return_msg", "appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str")
_CONTENT_TYPE = "text/xml; charset=utf-8"


class Reply(tuple[bytes, str, int]):
    """The answer to a notification: (body, content_type, status)."""

    __slots__ = ()

    @property
    def body(self) -> bytes:
        return self[0]

    @property
    def content_type(self) -> str:
        return self[1]

    @property
    def status(self) -> int:
        return self[2]


class Event:
    """A verified notification.

    kind: "payment" or "refund". fields: text as on the wire; of a refund the decrypted fields and the ids around
    them. hint: True when it must be confirmed by a query before money is booked (every refund notification).
    raw: the body. Prints with openid, sign and nonce masked.
    """

    __slots__ = ("_merchant", "fields", "hint", "kind", "raw")

    def __init__(self, kind: str, fields: dict[str, str], raw: bytes, merchant: Merchant, *, hint: bool) -> None:
        self.kind = kind
        self.fields = fields
        self.raw = raw
        self.hint = hint
        self._merchant = merchant

    def paid(self, *, out_trade_no: str, total_fee: int, fee_type: str = "CNY") -> Payment:
        """Return the Payment that this event proves for the order as you know it. The only way to "paid".

        total_fee: your own order's amount, smallest unit. fee_type: its currency (absent on the wire means CNY).
        Raises Mismatch (another merchant, order, amount or currency: alarm) or OutcomeUnknown (nothing is proven:
        query the order).
        """
        if self.kind != "payment":
            raise OutcomeUnknown(
                f"a {self.kind} notification proves no payment", query="order_query",
                numbers={"out_trade_no": out_trade_no}, remedy="call order_query",
            )  # fmt: skip
        return payment.proven(
            self.fields, self._merchant, PAYMENT, out_trade_no=out_trade_no, total_fee=total_fee, fee_type=fee_type
        )

    def reply(self, *, success: bool = True, message: str = "OK") -> Reply:
        """Return the answer as (body, content type, status). Send success only after the record is durable.

        success False asks the gateway to notify again later; message says why, without secrets.
        """
        return reply(success=success, message=message)

    def __repr__(self) -> str:
        return f"<Event {self.kind} {redacted(self.fields)}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an Event belongs to its process; store its fields")


def reply(*, success: bool = True, message: str = "OK") -> Reply:
    """Return the bytes that acknowledge a notification, their content type and the HTTP status (always 200)."""
    body = xml.write({"return_code": "SUCCESS" if success else "FAIL", "return_msg": message})
    return Reply((body, _CONTENT_TYPE, 200))


def open_notification(body: bytes, merchant: Merchant, signer: Signer) -> Event:
    """Return the verified Event in *body*, for *merchant*.

    Raises Malformed, SignatureInvalid or Mismatch (authentic, but another merchant's); answer these with
    ``reply(success=False)`` and book nothing.
    """
    fields = xml.read(body)
    if "req_info" in fields:
        return _refund(fields, body, merchant)
    signer.check(fields)
    payment.compare(fields, merchant)
    return Event("payment", fields, body, merchant, hint=False)


def _refund(fields: dict[str, str], body: bytes, merchant: Merchant) -> Event:
    inner = xml.read(cipher.decrypt(fields["req_info"], merchant.api_key), root="root")
    # The outer fields are not protected: only the documented ids are kept. They, and whatever stands inside, are ours.
    outer = {name: fields[name] for name in _OUTER if name in fields}
    opened = {**outer, **inner}
    for part in (outer, opened):
        payment.compare(part, merchant)
    for name in ("mch_id", *REFUND.proof):
        if not opened.get(name):
            raise Malformed(f"the refund notification lacks {name}")
    return Event("refund", opened, body, merchant, hint=True)
