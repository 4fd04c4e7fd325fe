"""Refunds of orders with item discounts: the refund and its query, with the items. Mainland only."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    DIRECT,
    ENUM,
    GLOBAL,
    INT,
    JSON,
    LIST,
    MAINLAND,
    READ,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    ErrorCode,
    Field,
    Operation,
    one_of,
)
from wxpay_v2.v2.catalogue.common import (
    ID_ERRORS,
    INVALID_REQUEST,
    INVALID_TRANSACTIONID,
    MESSAGE_ERRORS,
    NOAUTH,
    ORDER_NUMBERS,
    ORDERNOTEXIST,
    PARAM_ERROR,
    RATE,
    REPLY_HEAD,
    REQUEST_HEAD,
    SIGNERROR,
    SMALLEST,
    SYSTEMERROR,
    TOTAL_FEE,
)

_REFUND_QUANTITY = Field("refund_quantity", INT, required=ALWAYS, means="count refunded")
_GOODS_ID = Field("goods_id", max=32, required=ALWAYS, means="merchant's item code")
_PRICE = Field("price", AMOUNT, required=ALWAYS, unit=SMALLEST, means="item price")
_REFUND_AMOUNT = Field("refund_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refund of the item")
_REPLY_REFUND_ID = Field("refund_id", max=32, required=ALWAYS, when="success", means="WeChat Pay refund number")
_REPLY_OUT_TRADE_NO = Field("out_trade_no", max=32, required=ALWAYS, when="success", means="merchant's order number")
_REPLY_TRANSACTION_ID = Field(
    "transaction_id", max=32, required=ALWAYS, when="success", means="WeChat Pay order number"
)
_REPLY_OUT_REFUND_NO = Field("out_refund_no", max=64, required=ALWAYS, when="success", means="merchant's refund number")
_REPLY_PROMOTION_DETAIL = Field(
    "promotion_detail", JSON, max=6000, cdata=True, when="success", means="promotions returned"
)
_GOODS_DETAIL = Field(
    "goods_detail",
    LIST,
    required=ALWAYS,
    means="items",
    fields=(
        _GOODS_ID,
        Field("wxpay_goods_id", max=32, means="WeChat Pay item code"),
        Field("goods_name", max=256, means="item name"),
        _REFUND_AMOUNT,
        _REFUND_QUANTITY,
        _PRICE,
    ),
)

REFUND_V2 = Operation(
    name="refund_v2",
    title="Submit refund with items",
    chinese="申请退款（支持单品）",
    path="/secapi/pay/refundv2",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    certificate=True,
    repeat=SAME_NUMBER,
    numbers=("out_refund_no",),
    query="refund_query_v2",
    query_after=5.0,
    request=(
        *REQUEST_HEAD,
        *ORDER_NUMBERS,
        Field(
            "out_refund_no",
            max=64,
            required=ALWAYS,
            pattern="[0-9A-Za-z_\\-|*@]{1,64}",
            means="merchant's refund number; same number refunds once",
        ),
        TOTAL_FEE,
        Field("refund_fee", AMOUNT, min=1, required=ALWAYS, unit=SMALLEST, means="refund amount", rule="refund_fee"),
        Field("refund_fee_type", max=16, rule="currency", means="must equal the price currency"),
        Field("refund_desc", max=80, regions=(MAINLAND,), means="why; shown to the payer above 1 CNY"),
        Field(
            "refund_account",
            ENUM,
            max=30,
            values=("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"),
            means="fund source, old settlement merchants only",
        ),
        Field(
            "notify_url",
            max=256,
            regions=(MAINLAND,),
            rule="notify_url",
            means="refund callback; overrides the platform setting",
        ),
        Field(
            "op_user_id",
            max=32,
            means="operator; older pages require it, default mch_id",
            doubt="operator; older pages require it, default mch_id",
        ),
        Field("version", ENUM, max=32, required=ALWAYS, values=("1.0",), means="fixed 1.0"),
        Field(
            "detail", JSON, max=6000, cdata=True, means="items to refund, for item discounts", fields=(_GOODS_DETAIL,)
        ),
    ),
    response=(
        *REPLY_HEAD,
        _REPLY_TRANSACTION_ID,
        _REPLY_OUT_TRADE_NO,
        _REPLY_OUT_REFUND_NO,
        _REPLY_REFUND_ID,
        Field("refund_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="refund amount"),
        Field("refund_fee_type", max=16, regions=(GLOBAL,), when="success", means="refund currency"),
        Field(
            "settlement_refund_fee",
            AMOUNT,
            unit=SMALLEST,
            when="coupons not prepaid",
            means="refund less non-prepaid coupons",
        ),
        Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="order amount"),
        Field(
            "settlement_total_fee",
            AMOUNT,
            unit=SMALLEST,
            when="coupons not prepaid",
            means="order amount less coupons that were not prepaid",
        ),
        Field("fee_type", max=16, when="success", means="price currency"),
        Field("cash_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="cash part of the order"),
        Field("cash_fee_type", max=16, when="success", means="payer's currency"),
        Field("cash_refund_fee", AMOUNT, unit=SMALLEST, when="success", means="cash part of the refund"),
        Field("cash_refund_fee_type", max=16, regions=(GLOBAL,), when="success", means="currency of the cash refund"),
        RATE,
        Field(
            "coupon_type_$n",
            ENUM,
            max=8,
            values=("CASH", "NO_CASH"),
            when="coupons used",
            means="CASH prepaid, NO_CASH not",
        ),
        Field("coupon_refund_fee", AMOUNT, unit=SMALLEST, when="coupons used", means="coupon part of the refund"),
        Field("coupon_refund_fee_$n", AMOUNT, unit=SMALLEST, when="coupons used", means="part of coupon $n"),
        Field("coupon_refund_count", INT, when="coupons used", means="coupons returned"),
        Field("coupon_refund_id_$n", max=20, when="coupons used", means="returned coupon id"),
        _REPLY_PROMOTION_DETAIL,
    ),
    errors=(
        SYSTEMERROR,
        ErrorCode(
            "BIZERR_NEED_RETRY",
            means="refused because of concurrency",
            remedy="repeat with the same out_refund_no and parameters",
            repeat=True,
        ),
        ErrorCode("TRADE_OVERDUE", means="order older than one year", remedy="pay back another way"),
        ErrorCode("ERROR", means="business error, see err_code_des", remedy="depends on err_code_des"),
        ErrorCode("USER_ACCOUNT_ABNORMAL", means="payer's account is closed or abnormal", remedy="refund another way"),
        ErrorCode(
            "INVALID_REQ_TOO_MUCH",
            means="too many bad requests, blocked for a while",
            remedy="correct the requests, wait 1 minute",
            repeat=True,
        ),
        ErrorCode(
            "NOTENOUGH",
            means="not enough money",
            remedy="top up, then repeat with the same out_refund_no",
        ),
        INVALID_TRANSACTIONID,
        PARAM_ERROR,
        INVALID_REQUEST,
        *ID_ERRORS,
        ORDERNOTEXIST,
        *MESSAGE_ERRORS,
        ErrorCode(
            "FREQUENCY_LIMITED",
            means="too many requests",
            remedy="lower the rate; the refund was not accepted, repeat it unchanged",
            repeat=True,
        ),
        NOAUTH,
        ErrorCode("CERT_ERROR", means="client certificate missing or wrong", remedy="use the right certificate"),
        ErrorCode(
            "REFUND_FEE_MISMATCH",
            means="amounts differ from the earlier request with this out_refund_no",
            remedy="repeat with the same amounts",
        ),
        ErrorCode(
            "ORDER_NOT_READY", means="order still being processed", remedy="wait, then repeat unchanged", repeat=True
        ),
    ),
    limits=(
        "within one year of payment",
        "150 requests per second, 6 per second for failing ones",
        "50 part refunds per order",
        "same order: 1 minute between part refunds (mainland)",
        "orders older than one month: 5000 per minute (mainland)",
        "several refunds of one payer: not at the same time",
    ),
    notes=("refund with item discounts; otherwise like refund", "detail fields partly from recollection"),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/pay/refundv2.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/danpin.php?chapter=9_103",
    ),
    confidence="secondary",
    errors_confidence="secondary",
)

REFUND_QUERY_V2 = Operation(
    name="refund_query_v2",
    title="Query refund with items",
    chinese="查询退款（支持单品）",
    path="/pay/refundqueryv2",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    repeat=READ,
    moves_money=False,
    request=(
        *REQUEST_HEAD,
        Field("transaction_id", max=32, means="WeChat Pay order number; does not select the refund"),
        Field("out_trade_no", max=32, means="merchant's order number; does not select the refund"),
        Field("out_refund_no", max=64, required=one_of("out_refund_no", "refund_id"), means="merchant's refund number"),
        Field(
            "refund_id",
            max=32,
            required=one_of("out_refund_no", "refund_id"),
            means="WeChat Pay refund number; first choice",
        ),
        Field("version", ENUM, max=32, values=("1.0",), means="1.0 on some pages; SDKs and the sample leave it out"),
    ),
    response=(
        *REPLY_HEAD,
        _REPLY_TRANSACTION_ID,
        _REPLY_OUT_TRADE_NO,
        _REPLY_OUT_REFUND_NO,
        _REPLY_REFUND_ID,
        Field(
            "refund_channel",
            ENUM,
            max=16,
            values=("ORIGINAL", "BALANCE", "OTHER_BALANCE", "OTHER_BANKCARD"),
            when="success",
            means="way of the refund",
        ),
        Field("refund_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="amount asked for"),
        Field("cash_refund_fee", AMOUNT, unit=SMALLEST, when="success", means="cash part given back"),
        Field(
            "refund_status",
            ENUM,
            max=16,
            required=ALWAYS,
            values=("SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE"),
            when="success",
            means="refund state",
        ),
        Field(
            "refund_account",
            ENUM,
            max=30,
            values=("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"),
            when="success",
            means="fund source",
        ),
        Field(
            "refund_recv_accout",
            max=64,
            when="success",
            means="account credited (the misspelling is the API's)",
        ),
        _REPLY_PROMOTION_DETAIL,
    ),
    errors=(
        SYSTEMERROR,
        ErrorCode(
            "REFUNDNOTEXIST",
            means="no such refund",
            remedy="check the number and that a refund was made",
            outcome=DECIDED,
        ),
        INVALID_TRANSACTIONID,
        PARAM_ERROR,
        SIGNERROR,
    ),
    notes=(
        "the reply tells one refund under plain names; a transcription gives it refund_query's _$n names",
        "selected by refund_id or out_refund_no only",
        "query for refunds with item discounts",
        "detail fields partly from recollection",
    ),
    sources=(
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat (GetPayRefundV2 model and sample)",
        "TheNorthMemory/wechatpay-openapi:docs/v2/pay/refundqueryv2.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/danpin.php?chapter=9_104",
    ),
    confidence="secondary",
    errors_confidence="secondary",
)
