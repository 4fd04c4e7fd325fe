"""The notifications of API v3 Global."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    ENUM,
    GLOBAL,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    TIME,
    Field,
    Notification,
)
from wxpay_v2.v3.catalogue.common import LENGTH_DOUBT, RFC_3339, SMALLEST
from wxpay_v2.v3.catalogue.notification_fields import (
    DELIVERY,
    ENVELOPE,
    EXCHANGE_RATE,
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

TRANSACTION = Notification(
    "transaction",
    title="Payment succeeded",
    regions=(GLOBAL,),
    signed=True,
    encrypted="resource",
    key=("out_trade_no", "id"),
    proof=("id", "out_trade_no", "trade_state", "amount"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        Field("id", max=32, required=ALWAYS, means="WeChat Pay order number", doubt="also seen as transaction_id"),
        *ids(INSTITUTION),
        *payment(("JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY", "AUTH")),
        payer(INSTITUTION),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="order amounts",
            fields=(
                Field("total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount"),
                Field("currency", max=16, required=ALWAYS, means="order currency"),
                Field("payer_total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount paid"),
                Field("payer_currency", max=16, required=ALWAYS, means="currency paid"),
                EXCHANGE_RATE,
            ),
        ),
        Field(
            "promotion_detail",
            LIST,
            means="discounts used",
            fields=(
                Field("promotion_id", max=32, required=ALWAYS, means="coupon or discount number"),
                *PROMOTION,
                Field("type", ENUM, values=("COUPON", "DISCOUNT"), means="prepaid or not settled"),
                Field("activity_id", means="activity number"),
                Field(
                    "wechatpay_contribute_amount",
                    AMOUNT,
                    unit=SMALLEST,
                    means="paid by WeChat",
                    doubt="also seen as wxpay_contribute_amount",
                ),
                Field("merchant_contribute_amount", AMOUNT, unit=SMALLEST, means="paid by the merchant"),
                Field("other_contribute_amount", AMOUNT, unit=SMALLEST, means="paid by others"),
                GOODS,
            ),
        ),
    ),
    notes=(
        "sent for a successful payment only, never for quick pay",
        "lengths of the resource's fields are those of the mainland's pages",
        *DELIVERY,
    ),
    sources=SOURCES,
)

REFUND = Notification(
    "refund",
    title="Refund changed state",
    regions=(GLOBAL,),
    signed=True,
    encrypted="resource",
    key=("out_refund_no", "refund_status"),
    proof=("refund_id", "out_refund_no", "refund_status"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        *refund_ids(INSTITUTION),
        *OUTCOME,
        Field("recv_account", max=64, required=ALWAYS, means="where it arrived"),
        Field(
            "fund_source",
            ENUM,
            max=30,
            values=("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"),
            means="money used",
        ),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="refund amounts",
            fields=(
                Field("total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount"),
                Field("currency", max=16, required=ALWAYS, means="order currency"),
                Field("refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refund amount"),
                Field("payer_total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount paid"),
                Field("payer_refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount returned"),
                Field("payer_currency", max=16, required=ALWAYS, means="currency paid"),
                Field("settlement_refund", AMOUNT, unit=SMALLEST, means="refund in settlement currency"),
                Field("settlement_currency", means="settlement currency"),
                EXCHANGE_RATE,
            ),
        ),
    ),
    notes=(
        "sent when a refund ends, to the refund's notify_url or the merchant's setting",
        "lengths of the resource's fields are those of the mainland's pages",
        *DELIVERY,
    ),
    sources=REFUND_SOURCES,
)

CONTRACT = Notification(
    "contract",
    title="Contract of entrusted deduction signed or ended",
    regions=(GLOBAL,),
    signed=True,
    encrypted="resource",
    key=("contract_id",),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        *ids(INSTITUTION),
        Field("out_contract_code", max=32, required=ALWAYS, means="merchant's contract number", doubt=LENGTH_DOUBT),
        Field("plan_id", INT, required=ALWAYS, means="contract template number"),
        Field("contract_id", required=ALWAYS, means="WeChat Pay contract number"),
        Field("openid", max=128, means="payer's id", doubt=LENGTH_DOUBT),
        Field("operate_time", TIME, format=RFC_3339, means="when it was signed or ended"),
        Field("contract_termination_mode", when="PAPAY.TERMINATE", means="who ended it"),
    ),
    notes=DELIVERY,
    sources=SOURCES,
    confidence="secondary",
)

APPLYMENT = Notification(
    "applyment",
    title="Onboarding or H5 permission approved",
    regions=(GLOBAL,),
    signed=True,
    encrypted="resource",
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    notes=("the fields of its resource are not known", *DELIVERY),
    sources=SOURCES,
    confidence="secondary",
)

COMPLAINT = Notification(
    "complaint",
    title="Complaint made or changed",
    regions=(GLOBAL,),
    signed=True,
    encrypted="resource",
    key=("complaint_id", "action_type"),
    retry=RETRY_SECONDS,
    fields=ENVELOPE,
    decrypted=(
        Field("complaint_id", required=ALWAYS, means="complaint number"),
        Field("action_type", required=ALWAYS, means="what happened to it"),
    ),
    notes=DELIVERY,
    sources=SOURCES,
    confidence="secondary",
)
