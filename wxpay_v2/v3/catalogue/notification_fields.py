"""What the notifications of API v3 have in common, in both regions. A field is required when it always comes."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, AMOUNT, DIRECT, ENUM, INT, LIST, OBJECT, TIME, Field, in_modes, when
from wxpay_v2.v3.catalogue.common import RFC_3339, SMALLEST

ENVELOPE = (
    Field("id", max=36, min=1, required=ALWAYS, means="id of the notification"),
    Field("create_time", TIME, required=ALWAYS, format=RFC_3339, means="when it was made"),
    Field("resource_type", ENUM, max=32, required=ALWAYS, values=("encrypt-resource",), means="always encrypted"),
    Field("event_type", max=32, required=ALWAYS, means="what happened"),
    Field("summary", max=16, required=ALWAYS, means="the event in words"),
    Field(
        "resource",
        OBJECT,
        required=ALWAYS,
        means="encrypted content",
        fields=(
            Field("algorithm", ENUM, max=32, required=ALWAYS, values=("AEAD_AES_256_GCM",), means="cipher"),
            Field("original_type", max=16, required=ALWAYS, means="kind of content"),
            Field("ciphertext", max=1048576, required=ALWAYS, means="base64 of ciphertext and tag"),
            Field("nonce", max=16, required=ALWAYS, means="12 bytes"),
            Field("associated_data", max=16, means="additional data, may be empty"),
        ),
    ),
)

DELIVERY = (
    "sent again while the answer is neither 200 nor 204, or late; a repeat may have another id: go by the order number",
    "without an API v3 key set at the gateway none is sent; delivery is never promised: query as well",
)
SOURCES = (
    "https://pay.weixin.qq.com/doc/global/v3/en",
    "wechatpay-im/website:webhook/v3/TRANSACTION.SUCCESS.md",
    "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat (EventSamples/Global)",
)
REFUND_SOURCES = (
    "wechatpay-im/website:webhook/v3/REFUND.SUCCESS.md",
    "https://pay.weixin.qq.com/doc/v3/merchant/4012791865",
    "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat (EventSamples/Global)",
)

EXCHANGE_RATE = Field(
    "exchange_rate",
    OBJECT,
    means="rate applied",
    fields=(
        Field("type", ENUM, values=("SETTLEMENT_RATE", "USERPAYMENT_RATE"), means="kind of rate"),
        Field("rate", INT, means="rate times 10^8"),
    ),
)
GOODS = Field(
    "goods_detail",
    LIST,
    means="goods discounted",
    fields=(
        Field("goods_id", required=ALWAYS, means="goods code"),
        Field("goods_remark", means="remark"),
        Field("discount_amount", AMOUNT, unit=SMALLEST, means="discount on this good"),
        Field("quantity", INT, required=ALWAYS, means="how many"),
        Field("price", AMOUNT, required=ALWAYS, unit=SMALLEST, means="unit price"),
    ),
)


def ids(others: str) -> tuple[Field, ...]:
    """Return who the payment is for: the merchant itself, or the *others* and their sub-merchant."""
    needed, modes = in_modes(others), (others,)
    return (
        Field("appid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), means="merchant's appid"),
        Field("mchid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), means="merchant number"),
        Field("sp_appid", max=32, required=needed, modes=modes, means="appid of the institution or service provider"),
        Field("sp_mchid", max=32, required=needed, modes=modes, means="institution or service provider"),
        Field("sub_mchid", max=32, required=needed, modes=modes, means="sub-merchant number"),
        Field("sub_appid", max=32, modes=modes, means="sub-merchant's appid"),
    )


def refund_ids(others: str) -> tuple[Field, ...]:
    return tuple(row for row in ids(others) if row.name.endswith("mchid"))


def payer(others: str) -> Field:
    return Field(
        "payer",
        OBJECT,
        required=ALWAYS,
        means="who paid",
        fields=(
            Field("openid", max=128, required=in_modes(DIRECT), modes=(DIRECT,), means="id under appid"),
            Field("sp_openid", max=128, required=in_modes(others), modes=(others,), means="id under sp_appid"),
            Field("sub_openid", max=128, modes=(others,), means="id under sub_appid"),
        ),
    )


def payment(trade_types: tuple[str, ...]) -> tuple[Field, ...]:
    """Return how a payment came about; the same in both regions."""
    return (
        Field("out_trade_no", max=32, required=ALWAYS, means="merchant's order number"),
        Field("trade_type", ENUM, max=16, required=ALWAYS, values=trade_types, means="how it was paid"),
        Field("trade_state", ENUM, max=32, required=ALWAYS, values=("SUCCESS",), means="order state"),
        Field("trade_state_desc", max=256, required=ALWAYS, means="order state in words"),
        Field("bank_type", max=32, required=ALWAYS, means="bank code"),
        Field("attach", max=128, means="merchant's own data"),
        Field("success_time", TIME, required=ALWAYS, format=RFC_3339, means="when it was paid"),
    )


PROMOTION = (
    Field("name", max=64, means="name"),
    Field("scope", ENUM, values=("GLOBAL", "SINGLE"), means="whole order or single goods"),
    Field("amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="discount"),
    Field("currency", means="currency of the discount"),
)

# A refund, in both regions.
OUTCOME = (
    Field("transaction_id", max=32, required=ALWAYS, means="WeChat Pay order number"),
    Field("out_trade_no", max=32, required=ALWAYS, means="merchant's order number"),
    Field("refund_id", max=32, required=ALWAYS, means="WeChat Pay refund number"),
    Field("out_refund_no", max=64, required=ALWAYS, means="merchant's refund number"),
    Field("refund_status", ENUM, max=16, required=ALWAYS, values=("SUCCESS", "CLOSED", "ABNORMAL"), means="outcome"),
    Field(
        "success_time",
        TIME,
        required=when("refund_status", "SUCCESS"),
        format=RFC_3339,
        means="when the refund succeeded",
    ),
)
