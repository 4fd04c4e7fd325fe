"""The calls the gateway makes to the merchant, and how they are answered.

Payment result and refund result stand here; the kinds of other products in `product_notifications`, which is imported
when one of them arrives.
"""

from __future__ import annotations

from importlib import import_module

from wxpay_v2.errors import InvalidRequest, quoted
from wxpay_v2.operation import ALWAYS, AMOUNT, ENUM, GLOBAL, HMAC_SHA256, MD5, TIME, Field, Notification, when
from wxpay_v2.v2.catalogue.common import (
    PAID_AMOUNTS,
    PAID_NUMBERS,
    PAID_TRADE_TYPE,
    PAYER,
    PAYMENT_PROOF,
    REFUND_ACCOUNTS,
    REGIONAL_RATE,
    REPLY_DEVICE_INFO,
    REPLY_HEAD,
    REPLY_IDS,
    REPLY_NONCE_STR,
    REPLY_TRANSPORT,
    SMALLEST,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Seconds between two attempts, 24 h 4 min in all. Older pages: 15, 15, 30, 180, 4 times 1800, 3600.
RETRY_SECONDS = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)

# The pages only say "timeout"; WeChat Pay's staff name 5 s:
# https://developers.weixin.qq.com/community/pay/doc/000c0c8365c280f08f4b90ed75b400
ANSWER_SECONDS = 5.0

# The answer, with status 200 and nothing before it. A reason must not hold "]]>".
ACKNOWLEDGEMENT = "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
REFUSAL = "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[{reason}]]></return_msg></xml>"

# Which fields, all of them there, tell which kind; the first that fits. What fits none is a payment.
MARKS = {
    "refund": ("req_info",),
    "rent_hotel": ("event_ciphertext", "event_id"),
    "combined": ("combine_out_trade_no", "sub_order_list"),
    "papay_contract": ("contract_id", "change_type", "plan_id"),
    "papay_deduction": ("contract_id", "trade_state"),
    "vehicle_state": ("plate_number", "vehicle_event_createtime"),
    "risk_transactions": ("risk_level", "transaction_id_list"),
    "vehicle_deduction": ("trade_state", "transaction_id"),
    "native_scan": ("product_id", "openid", "is_subscribe"),
}
KINDS = ("payment", *MARKS)


def find(kind: str) -> Notification:
    """Return the row of *kind*, one of `KINDS`. Raises InvalidRequest for another."""
    if kind == "payment":
        return PAYMENT
    if kind == "refund":
        return REFUND
    if kind not in KINDS:
        raise InvalidRequest(f"there is no notification {quoted(kind)}", remedy=f"the kinds are {', '.join(KINDS)}")
    row: Notification = getattr(import_module("wxpay_v2.v2.catalogue.product_notifications"), kind.upper())
    return row


def kind_of(fields: Mapping[str, str]) -> str:
    """Return which kind of notification *fields* make: told by their names, for nothing else tells it."""
    kind = next((kind for kind, names in MARKS.items() if all(name in fields for name in names)), "payment")
    # These two differ from a payment by what a payment might come to have as well.
    if kind == "native_scan" and "transaction_id" in fields:
        return "payment"
    if kind == "vehicle_deduction" and fields.get("sign_type") != HMAC_SHA256:
        return "payment"
    return kind


_DELIVERY = (
    "sent again while the answer is not SUCCESS, malformed or late; several hosts may send within a few seconds",
    "delivery is never promised: query the order as well",
)

PAYMENT = Notification(
    "payment",
    key=("out_trade_no", "transaction_id"),
    title="Payment Result Notification",
    proof=PAYMENT_PROOF,
    retry=RETRY_SECONDS,
    fields=(
        *REPLY_HEAD,
        REPLY_DEVICE_INFO,
        Field(
            "sign_type",
            ENUM,
            max=32,
            values=(MD5, HMAC_SHA256),
            when="transport success",
            means="as in the order",
            doubt="often absent although the order was placed with HMAC-SHA256",
        ),
        *PAYER,
        PAID_TRADE_TYPE,
        *PAID_AMOUNTS,
        Field(
            "rate",
            max=16,
            regions=(GLOBAL,),
            when="paid",
            means=REGIONAL_RATE,
            doubt="one public library reads rate_value instead",
        ),
        *PAID_NUMBERS,
    ),
    notes=(
        "sent to the order's notify_url after a successful payment only, never for quick pay",
        "there is no trade_state: result_code SUCCESS means paid",
        "signed with the algorithm of the order; every non-empty field except sign is signed, unknown ones too",
        *_DELIVERY,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_7.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/H5Payment/chapter8_7.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013635250",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011937248",
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV2/Events/OrderEvent.cs",
    ),
)

REFUND = Notification(
    "refund",
    title="Refund Result Notification",
    signed=False,
    encrypted="req_info",
    marks=MARKS["refund"],
    key=("out_refund_no", "refund_status"),
    proof=("refund_id", "out_refund_no", "refund_status"),
    retry=RETRY_SECONDS,
    fields=(
        *REPLY_TRANSPORT,
        *REPLY_IDS,
        REPLY_NONCE_STR,
        Field(
            "req_info",
            max=1024,
            required=ALWAYS,
            when="transport success",
            means="the refund, encrypted, in base64",
        ),
    ),
    decrypted=(
        Field("transaction_id", max=32, required=ALWAYS, means="WeChat Pay order number"),
        Field("out_trade_no", max=32, required=ALWAYS, means="merchant's order number"),
        Field("refund_id", max=32, required=ALWAYS, means="WeChat Pay refund number"),
        Field("out_refund_no", max=64, required=ALWAYS, means="merchant's refund number"),
        Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount"),
        Field("settlement_total_fee", AMOUNT, unit=SMALLEST, means="order amount less coupons that were not prepaid"),
        Field("refund_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount asked for"),
        Field(
            "settlement_refund_fee",
            AMOUNT,
            required=ALWAYS,
            unit=SMALLEST,
            means="refund less coupons that were not prepaid",
        ),
        Field("cash_refund_fee", AMOUNT, unit=SMALLEST, means="cash part", doubt="seen on the wire, in no table"),
        Field(
            "refund_status", ENUM, max=16, required=ALWAYS, values=("SUCCESS", "CHANGE", "REFUNDCLOSE"), means="outcome"
        ),
        Field(
            "success_time",
            TIME,
            max=20,
            required=when("refund_status", "SUCCESS"),
            format="yyyy-MM-dd HH:mm:ss",
            means="time of the refund, Beijing",
        ),
        Field(
            "refund_recv_accout",
            max=64,
            required=ALWAYS,
            means="account credited (so spelt on the wire)",
        ),
        Field(
            "refund_account", ENUM, max=30, required=ALWAYS, values=REFUND_ACCOUNTS, means="where the money comes from"
        ),
        Field(
            "refund_request_source", ENUM, max=30, required=ALWAYS, values=("API", "VENDOR_PLATFORM"), means="who asked"
        ),
    ),
    notes=(
        "sent to the refund's notify_url, else to the platform's setting, at SUCCESS, CHANGE and REFUNDCLOSE",
        "there is no sign: trust comes from decrypting req_info with the API key, and a query decides",
        "return_code FAIL carries no req_info",
        "no currency and no rate was seen in it: take them from the refund query",
        *_DELIVERY,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_16",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013635000",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/ch/pay/NativePay/chapter8_8.shtml",
        "https://pay.weixin.qq.com/doc/v2/partner/4011989265",
        "wechatpay-im/website:webhook/v2/refund-processed.md",
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV2/Events/RefundEvent.cs",
    ),
)
