"""Settlements."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DATE,
    DIRECT,
    ENUM,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    READ,
    SERVICE_PROVIDER,
    Field,
    when,
)
from wxpay_v2.v3.catalogue.common import (
    GENERAL_ERRORS,
    INVALID_REQUEST_CARRIED_OVER,
    OFFSET_IN_QUERY_REQUIRED,
    REPLY_CURRENCY,
    REPLY_LIMIT,
    REPLY_OFFSET,
    REPLY_TOTAL_COUNT,
    SMALLEST,
)
from wxpay_v2.v3.operation import V3Operation

_REPLY_PAY = Field("pay", AMOUNT, required=ALWAYS, unit=SMALLEST, means="payments in the period")
_REPLY_REFUND = Field("refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refunds in the period")
_REPLY_SETTLED = Field("settled", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount paid out")
_REPLY_UNSETTLE = Field("unsettle", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount not yet paid out")

SETTLEMENTS = V3Operation(
    name="settlements",
    title="Query settlements",
    chinese="查询结算资金明细",
    method="GET",
    path="/v3/global/settle/settlements",
    modes=(DIRECT, INSTITUTION, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        Field(
            "sub_mchid",
            max=32,
            modes=(SERVICE_PROVIDER,),
            place="query",
            means="only ordinary service providers send it",
        ),
        Field(
            "settle_state",
            ENUM,
            required=ALWAYS,
            values=("SETTLED", "UNSETTLE"),
            place="query",
            means="settled or not yet",
        ),
        Field(
            "settle_start_date",
            DATE,
            required=when("settle_state", "SETTLED"),
            format="yyyyMMdd",
            place="query",
            means="first settlement day",
        ),
        Field(
            "settle_end_date",
            DATE,
            required=when("settle_state", "SETTLED"),
            format="yyyyMMdd",
            place="query",
            means="last settlement day",
        ),
        Field("limit", INT, max=30, required=ALWAYS, place="query", means="rows wanted, 10 or fewer advised"),
        OFFSET_IN_QUERY_REQUIRED,
    ),
    response=(
        Field(
            "data",
            LIST,
            means="list of rows",
            fields=(
                Field("batch_id", max=32, required=ALWAYS, means="payout batch number"),
                Field("settlement_date", DATE, required=ALWAYS, format="yyyyMMdd", means="day of settlement"),
                Field("trade_start_date", DATE, required=ALWAYS, format="yyyyMMdd", means="first trading day covered"),
                Field("trade_end_date", DATE, required=ALWAYS, format="yyyyMMdd", means="last trading day covered"),
                Field(
                    "amount",
                    OBJECT,
                    required=ALWAYS,
                    means="money amounts of this item",
                    fields=(
                        _REPLY_SETTLED,
                        _REPLY_UNSETTLE,
                        REPLY_CURRENCY,
                        _REPLY_PAY,
                        _REPLY_REFUND,
                        Field("net", AMOUNT, required=ALWAYS, unit=SMALLEST, means="payments less refunds"),
                        Field("fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="fee charged"),
                    ),
                ),
                Field(
                    "wallet_region",
                    ENUM,
                    values=("CHINA_MAINLAND", "CHINA_HONGKONG"),
                    means="wallet region of the payers",
                ),
                Field(
                    "split_amount",
                    OBJECT,
                    means="amounts of profit-sharing orders",
                    fields=(_REPLY_SETTLED, _REPLY_UNSETTLE, REPLY_CURRENCY, _REPLY_PAY, _REPLY_REFUND),
                ),
            ),
        ),
        REPLY_TOTAL_COUNT,
        REPLY_OFFSET,
        REPLY_LIMIT,
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    limits=("limit at most 30",),
    notes=("no mchid parameter: the signing merchant is the subject", "dates are yyyyMMdd in GMT+8, not RFC 3339"),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_1_10.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_4_10.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/zh/4014096541",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter3_1_10.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/settle/settlements.yaml",
    ),
    errors_confidence="secondary",
)
