"""bytes -> Event -> reply bytes: what the gateway tells the merchant, verified before anything else.

Notifications are signed, each kind by its own rule. A refund notification is not: its content is encrypted under the
API key, blocks of it can be recombined by whoever saw others, so it is a hint to query by (threats: M6).
Source: https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_7.shtml
"""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest, Malformed, OutcomeUnknown, SignatureInvalid
from wxpay_v2.secret import redacted
from wxpay_v2.v2 import cipher, envelope, payment, xml
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.signature import Signer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from wxpay_v2.merchant import Merchant
    from wxpay_v2.operation import Notification
    from wxpay_v2.secret import Secret
    from wxpay_v2.v2.payment import Payment

__all__ = ["Event", "Reply", "open_notification", "reply"]

_OUTER = ("return_code", "return_msg", "appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str")
_IDS = ("mch_id", "appid", "sub_mch_id", "combine_mch_id", "combine_appid")
_CONTENT_TYPE = "text/xml; charset=utf-8"
_SCAN = "native_scan"


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

    kind: "payment", "refund", or one of ``catalogue.notifications.KINDS``. row: of that kind. fields: text as on the
    wire; of a refund the decrypted fields and the ids around them. typed: the same as ints, aware datetimes, JSON.
    hint: True when it must be confirmed by a query before money is booked (every refund notification). raw: the body.
    Prints with openid, sign and nonce masked.
    """

    __slots__ = ("_merchant", "fields", "hint", "kind", "raw", "row")

    def __init__(
        self, row: Notification, fields: dict[str, str], raw: bytes, merchant: Merchant, *, hint: bool
    ) -> None:
        self.kind = row.kind
        self.row = row
        self.fields = fields
        self.raw = raw
        self.hint = hint
        self._merchant = merchant

    @property
    def typed(self) -> dict[str, Any]:
        """The fields converted by the row, as `Result.typed` does."""
        from wxpay_v2.result import typed

        return typed(self.fields, (*self.row.fields, *self.row.decrypted))

    def decrypted(self, api_v3_key: Secret) -> dict[str, Any]:
        """Return what a rent or hotel notification holds inside, opened with the API v3 key.

        Raises SignatureInvalid when the key does not open it, Malformed when the kind has nothing inside.
        """
        if self.row.encrypted not in self.fields or not self.row.signed:
            raise Malformed(f"a {self.kind} notification holds nothing for the API v3 key")
        return cipher.open_event(self.fields, api_v3_key)

    def paid(self, *, out_trade_no: str, total_fee: int, fee_type: str = "CNY") -> Payment:
        """Return the Payment that this event proves for the order as you know it. The only way to "paid".

        total_fee: your own order's amount, smallest unit. fee_type: its currency (absent on the wire means CNY).
        Raises Mismatch (another merchant, order, amount or currency: alarm) or OutcomeUnknown (nothing is proven:
        query the order).
        """
        if not self.row.proof or self.hint:
            raise OutcomeUnknown(
                f"a {self.kind} notification proves no payment", query="order_query",
                numbers={"out_trade_no": out_trade_no}, remedy="call order_query",
            )  # fmt: skip
        return payment.proven(
            self.fields, self._merchant, self.row, out_trade_no=out_trade_no, total_fee=total_fee, fee_type=fee_type
        )

    def acknowledgement(self, failure: str = "") -> Reply:
        """Return the plain answer of any kind: success, or *failure* in a word."""
        return reply(success=not failure, message=failure or "OK")

    def reply(self, *, success: bool = True, message: str = "OK", prepay_id: str = "") -> Reply:
        """Return the answer as (body, content type, status). Send success only after the record is durable.

        success False asks the gateway to notify again later; message says why, without secrets. prepay_id: of the
        order placed for a scanned code (kind "native_scan"), whose answer is signed and carries it.
        """
        if self.kind != _SCAN:
            return reply(success=success, message=message)
        if success and not prepay_id:
            raise InvalidRequest("a scanned code is answered with the prepay_id of the order placed for it")
        fields = {"return_code": "SUCCESS", "appid": self.fields["appid"], "mch_id": self.fields["mch_id"]}
        fields |= {"nonce_str": self.fields["nonce_str"], "prepay_id": prepay_id}
        fields["result_code"] = "SUCCESS" if success else "FAIL"
        told = {name: text for name, text in {**fields, "err_code_des": "" if success else message}.items() if text}
        body = envelope.seal(told, Signer(self._merchant.api_key, self.row.sign_types[0]))
        return Reply((body, _CONTENT_TYPE, 200))

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
    kind = notifications.kind_of(fields)
    if kind == "refund":
        return _refund(fields, body, merchant)
    row = notifications.find(kind)
    if row.sign_types and signer.sign_type not in row.sign_types:
        signer = Signer(merchant.api_key, row.sign_types[0])
    signer.check(fields)
    if row is not notifications.PAYMENT and payment.ambiguous(fields):  # a payment's `paid` asks by itself
        raise SignatureInvalid("a value could be several fields of the signed text")
    _compare(row, fields, merchant)
    return Event(row, fields, body, merchant, hint=False)


def _compare(row: Notification, fields: Mapping[str, str], merchant: Merchant) -> None:
    """Raise Mismatch unless *fields* are this merchant's; Malformed when they do not say whose they are."""
    ours = {"combine_mch_id": "mch_id", "combine_appid": "appid"}
    told = {ours.get(name, name): fields[name] for name in _IDS if name in fields}
    if row is not notifications.PAYMENT and not told.get("mch_id"):
        raise Malformed(f"the {row.kind} notification lacks the merchant it is for")
    lacking = [name for name in ("appid", "nonce_str") if row.kind == _SCAN and not fields.get(name)]
    if lacking:
        raise Malformed(f"the {row.kind} notification lacks {' and '.join(lacking)}, which its answer repeats")
    if row.kind == "risk_transactions":  # about any sub-merchant of the provider's
        told.pop("sub_mch_id", None)
    payment.compare(told, merchant)


def _refund(fields: dict[str, str], body: bytes, merchant: Merchant) -> Event:
    inner = xml.read(cipher.decrypt(fields["req_info"], merchant.api_key), root="root")
    # The outer fields are not protected: only the documented ids are kept. They, and whatever stands inside, are ours.
    outer = {name: fields[name] for name in _OUTER if name in fields}
    opened = {**outer, **inner}
    for part in (outer, opened):
        payment.compare(part, merchant)
    for name in ("mch_id", *notifications.REFUND.proof):
        if not opened.get(name):
            raise Malformed(f"the refund notification lacks {name}")
    return Event(notifications.REFUND, opened, body, merchant, hint=True)
