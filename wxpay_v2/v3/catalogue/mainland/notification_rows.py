"""The notifications of the mainland's API v3."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, AMOUNT, ENUM, LIST, MAINLAND, OBJECT, SERVICE_PROVIDER, Field, Notification
from wxpay_v2.v3.catalogue.common import FEN
from wxpay_v2.v3.catalogue.notification_fields import (
    DELIVERY,
    ENVELOPE,
    GOODS,
    OUTCOME,
    PROMOTION,
    REFUND_SOURCES,
    SOURCES,
    ids,
    payer,
    payment,
    refund_ids,
)
from wxpay_v2.v3.catalogue.notifications import RETRY_SECONDS

_AMOUNT = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="order amounts",
    fields=(
        Field("total", AMOUNT, required=ALWAYS, unit=FEN, means="order amount"),
        Field("currency", max=16, means="order currency, CNY"),
        Field("payer_total", AMOUNT, required=ALWAYS, unit=FEN, means="amount paid"),
        Field("payer_currency", max=16, means="currency paid, CNY"),
    ),
)
_PROMOTIONS = Field(
    "promotion_detail",
    LIST,
    means="discounts used",
    fields=(
        Field("coupon_id", max=32, required=ALWAYS, means="coupon number"),
        *PROMOTION,
        Field("type", ENUM, values=("CASH", "NOCASH"), means="prepaid or not"),
        Field("stock_id", max=32, means="coupon batch number"),
        Field("wechatpay_contribute", AMOUNT, unit=FEN, means="paid by WeChat"),
        Field("merchant_contribute", AMOUNT, unit=FEN, means="paid by the merchant"),
        Field("other_contribute", AMOUNT, unit=FEN, means="paid by others"),
        GOODS,
    ),
)
_SCENE = Field("scene_info", OBJECT, means="where", fields=(Field("device_id", max=32, means="terminal"),))

TRANSACTION = Notification(
    "transaction",
    title="Payment succeeded",
    regions=(MAINLAND,),
    signed=True,
    encrypted="resource",
    key=("out_trade_no", "transaction_id"),
    proof=("transaction_id", "out_trade_no", "trade_state", "amount"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        Field("transaction_id", max=32, required=ALWAYS, means="WeChat Pay order number"),
        *ids(SERVICE_PROVIDER),
        *payment(("JSAPI", "NATIVE", "APP", "MICROPAY", "MWEB", "FACEPAY")),
        payer(SERVICE_PROVIDER),
        _AMOUNT,
        _SCENE,
        _PROMOTIONS,
    ),
    notes=("sent for a successful payment only", *DELIVERY),
    sources=SOURCES,
)

COMBINED = Notification(
    "combined",
    title="Combined payment succeeded",
    regions=(MAINLAND,),
    signed=True,
    encrypted="resource",
    marks=("combine_out_trade_no",),
    key=("combine_out_trade_no",),
    proof=("combine_out_trade_no", "sub_orders"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        Field("combine_appid", max=32, required=ALWAYS, means="appid of who placed it"),
        Field("combine_mchid", max=32, required=ALWAYS, means="merchant number of who placed it"),
        Field("combine_out_trade_no", max=32, required=ALWAYS, means="number of the combined order"),
        _SCENE,
        Field(
            "combine_payer_info",
            OBJECT,
            means="who paid",
            fields=(Field("openid", max=128, means="id under combine_appid"),),
        ),
        Field("sub_orders", LIST, max=50, required=ALWAYS, means="the single orders, as in the query of the order"),
    ),
    notes=("its event_type is TRANSACTION.SUCCESS", *DELIVERY),
    sources=SOURCES,
    confidence="secondary",
)

REFUND = Notification(
    "refund",
    title="Refund changed state",
    regions=(MAINLAND,),
    signed=True,
    encrypted="resource",
    key=("out_refund_no", "refund_status"),
    proof=("refund_id", "out_refund_no", "refund_status"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        *refund_ids(SERVICE_PROVIDER),
        *OUTCOME,
        Field("user_received_account", max=64, required=ALWAYS, means="where it arrived"),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="refund amounts",
            fields=tuple(
                Field(name, AMOUNT, required=ALWAYS, unit=FEN, means=means)
                for name, means in (
                    ("total", "order amount"),
                    ("refund", "refund amount"),
                    ("payer_total", "amount paid"),
                    ("payer_refund", "amount returned"),
                )
            ),
        ),
    ),
    notes=("sent when a refund ends", *DELIVERY),
    sources=REFUND_SOURCES,
)
