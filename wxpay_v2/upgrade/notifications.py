"""A v3 notification as the v2 Event it stands for, answered in v3's own form.

Source: https://pay.weixin.qq.com/doc/global/v3/en (notifications), https://pay.weixin.qq.com/doc/v3/merchant/4012791861
"""

from __future__ import annotations

from wxpay_v2.errors import InvalidRequest, Malformed, Mismatch, quoted
from wxpay_v2.operation import DIRECT, MAINLAND
from wxpay_v2.upgrade.answer import UpgradedFields
from wxpay_v2.upgrade.case import Case
from wxpay_v2.upgrade.conversions import INTEGER, SPACED_TIME
from wxpay_v2.upgrade.identity import FOR_OTHERS
from wxpay_v2.upgrade.orders import PAID
from wxpay_v2.upgrade.plan import NOT_AS_DOCUMENTED, plan_of
from wxpay_v2.upgrade.refund_lists import status_of
from wxpay_v2.upgrade.rules import INFERRED, Conversion, Step, Target, convert, drop, move, supply
from wxpay_v2.v2 import catalogue, payment
from wxpay_v2.v2.catalogue import notifications
from wxpay_v2.v2.notification import Event, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxpay_v2.operation import Notification
    from wxpay_v2.upgrade.protocol import Protocol
    from wxpay_v2.v3.notification import Callback

__all__ = ["PAYMENT", "REFUND", "UpgradedEvent", "open_notification"]

_ONLY = "API v3 notifies of nothing but what was done"


def _status(value: object, case: Case) -> str:
    return status_of(value)


def _never(text: str, case: Case) -> None:
    raise AssertionError("notifications are never sent")


_STATUS = Conversion("status of a refund", _never, _status)

# Nothing is asked by a notification, so these rows have answers only.
PAYMENT = Step(
    Target("payment"),
    request=(),
    answer=(
        *PAID,
        drop("sign_type", "part of v2's own envelope"),
        drop("device_info", "API v3 Global does not tell the device", regions=("global",)),
        move("device_info", "scene_info.device_id", regions=(MAINLAND,)),
    ),
)

REFUND = Step(
    Target("refund"),
    request=(),
    answer=(
        supply("return_code", lambda case: "SUCCESS", _ONLY, basis=INFERRED),
        supply("appid", lambda case: case.merchant.appid, "API v3 names merchants, not apps", basis=INFERRED),
        supply("sub_appid", lambda case: case.merchant.sub_appid or None, "API v3 names merchants, not apps",
               basis=INFERRED),
        move("mch_id", "mchid", modes=(DIRECT,)),
        move("mch_id", "sp_mchid", modes=FOR_OTHERS),
        move("sub_mch_id", "sub_mchid", modes=FOR_OTHERS),
        move("transaction_id"),
        move("out_trade_no"),
        move("refund_id"),
        move("out_refund_no"),
        convert("total_fee", "amount.total", INTEGER),
        convert("refund_fee", "amount.refund", INTEGER),
        convert("settlement_refund_fee", "amount.settlement_refund", INTEGER, basis=INFERRED),
        drop("settlement_refund_fee", "not every notification of API v3 tells it; ask refund_query", basis=INFERRED),
        drop("settlement_total_fee", "API v3 does not tell the settlement amount of the order"),
        convert("cash_refund_fee", "amount.payer_refund", INTEGER),
        convert("refund_status", "refund_status", _STATUS),
        convert("success_time", "success_time", SPACED_TIME),
        move("refund_recv_accout", "recv_account|user_received_account"),
        move("refund_account", "fund_source", regions=("global",)),
        drop("refund_account", "mainland API v3 does not tell whose money it was", regions=(MAINLAND,)),
        drop("refund_request_source", "API v3 does not tell who asked for the refund"),
        drop("nonce_str", "part of v2's own envelope"),
    ),
)  # fmt: skip

# v3's kind -> v2's, and the rules.
_ROWS = {"transaction": ("payment", PAYMENT), "refund": ("refund", REFUND)}


class UpgradedEvent(Event):
    """An Event whose fields were told by API v3. reply() answers in JSON, as API v3 wants it."""

    __slots__ = ()

    def acknowledgement(self, failure: str = "") -> Reply:
        return _reply(not failure, failure or "OK")

    def reply(self, *, success: bool = True, message: str = "OK", prepay_id: str = "") -> Reply:
        """Return the answer as (body, content type, status): 200, or 500 to be notified again later."""
        if prepay_id:
            raise InvalidRequest("a scanned code of API v2 is answered over API v2")
        return _reply(success, message)


def _reply(success: bool, message: str) -> Reply:
    from wxpay_v2.v3.notification import reply  # a translation reads these rows and answers nothing

    return Reply(reply(success=success, message=message))


def open_notification(callback: Callback, raw: bytes, protocol: Protocol) -> UpgradedEvent:
    """Return the Event that the verified *callback* stands for. Raises Malformed, or Mismatch: another merchant's."""
    merchant, region = protocol.merchant, protocol.region
    kind, step = _ROWS.get(callback.kind, ("", None))
    if step is None:
        raise Malformed(
            f"API v2 has no notification like {quoted(callback.event_type)}", remedy="it is of API v3 alone"
        )
    row = notifications.find(kind)
    case = Case(catalogue.find("order_query"), {}, merchant, region, protocol.account, kind)
    _compare(callback.document, case)
    case.document = callback.document
    plan = plan_of(f"{kind} notification", step, region, case.mode, kind)
    try:
        fields = plan.fields(case)
    except (InvalidRequest, *NOT_AS_DOCUMENTED) as error:
        raise Malformed(f"the notification is not as documented: {quoted(error)}") from error
    _check(row, fields, callback)
    told = UpgradedFields(fields, protocol.losses(f"{kind} notification", plan.losses(case)))
    return UpgradedEvent(row, told, raw, merchant, hint=kind == "refund")


def _compare(document: Mapping[str, object], case: Case) -> None:
    """Raise Mismatch unless *document* is this merchant's; Malformed when it does not say whose it is."""
    names = ("mchid", "appid") if case.mode == DIRECT else ("sp_mchid", "sp_appid", "sub_mchid")
    theirs = ("sp_mchid", "sub_mchid") if case.mode == DIRECT else ("mchid",)
    if any(document.get(name) for name in theirs):
        raise Mismatch(
            "the notification is for another access mode than the merchant's",
            remedy="authentic but not ours: do not book it; raise an alarm",
        )
    told = {}
    for theirs_, ours in zip(names, ("mch_id", "appid", "sub_mch_id"), strict=False):
        value = document.get(theirs_)
        if value is not None and not isinstance(value, str):
            raise Malformed(f"{theirs_} in the notification is no text")
        told[ours] = value or ""
    if not told["mch_id"] or not told.get("sub_mch_id", "-"):
        raise Malformed("the notification lacks the merchant it is for")
    payment.compare(told, case.merchant)


def _check(row: Notification, fields: Mapping[str, str], callback: Callback) -> None:
    """Raise Malformed for a notification that says something else than its event type, or too little."""
    if row.kind == "payment" and callback.document.get("trade_state") != "SUCCESS":
        raise Malformed(f"a payment notification whose trade_state is {quoted(callback.document.get('trade_state'))}")
    if row.kind == "refund":
        for name in ("mch_id", *row.proof):
            if not fields.get(name):
                raise Malformed(f"the refund notification lacks {name}")
