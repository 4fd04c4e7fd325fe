"""Profit sharing: orders, amounts, bills."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    ENUM,
    INSTITUTION,
    INT,
    LIST,
    READ,
    SAME_NUMBER,
    ErrorCode,
    Field,
    stated,
)
from wxpay_v2.v3.catalogue.common import (
    AUTHORIZED,
    BILL_DATE_IN_QUERY,
    CARRIED_OVER,
    GENERAL_ERRORS,
    INVALID_REQUEST,
    LENGTH_DOUBT,
    NUMBER,
    OUT_ORDER_NO,
    OUT_ORDER_NO_IN_PATH,
    OUT_TRADE_NO,
    RECEIVER_ACCOUNT,
    RECEIVER_NAME,
    RECEIVER_TYPE,
    REPLY_CREATE_TIME,
    REPLY_CURRENCY,
    REPLY_DOWNLOAD_URL,
    REPLY_FINISH_TIME,
    REPLY_OUT_ORDER_NO,
    REPLY_RESULT,
    REPLY_STATE,
    SHARING_REASON,
    SHARING_RULES,
    SHARING_TEXT,
    SMALLEST,
    SUB_MCHID,
    SUB_MCHID_IN_QUERY,
    TRANSACTION_ID,
    TRANSACTION_ID_IN_PATH,
    TRANSACTION_ID_IN_QUERY,
    UNFREEZE_UNSPLIT,
)
from wxpay_v2.v3.operation import V3Operation

_AMOUNT = Field("amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount")
_SUB_MCHID_IN_QUERY = Field("sub_mchid", max=32, modes=(INSTITUTION,), place="query", means="sub-merchant number")
_REPLY_ORDER_ID = Field("order_id", max=64, required=ALWAYS, means="WeChat's split order number", doubt=LENGTH_DOUBT)
_REPLY_RECEIVERS = Field(
    "receivers",
    LIST,
    means="who receives",
    fields=(
        REPLY_CURRENCY,
        _AMOUNT,
        SHARING_TEXT,
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        REPLY_RESULT,
        Field("fail_reason", means="why it failed"),
        REPLY_CREATE_TIME,
        REPLY_FINISH_TIME,
        Field("detail_id", means="number of the split detail"),
        Field("detail_type", means="kind of split detail"),
        Field("settlement_currency", means="settlement currency"),
        Field("settlement_amount", AMOUNT, unit=SMALLEST, means="amount in settlement currency"),
        Field("rate", INT, means="rate times 10^8"),
    ),
)
_REPLY_SHARING = (SUB_MCHID, TRANSACTION_ID, REPLY_OUT_ORDER_NO, _REPLY_ORDER_ID, REPLY_STATE, _REPLY_RECEIVERS)

PROFIT_SHARING_MARK = V3Operation(
    name="profit_sharing_mark",
    title="Mark order for profit sharing",
    chinese="分账标记",
    path="/v3/global/profit-sharing/transactions/mark",
    success=(204,),
    response_format="none",
    moves_money=False,
    numbers=("out_trade_no",),
    request=(
        SUB_MCHID,
        OUT_TRADE_NO,
        Field("currency", ENUM, required=ALWAYS, values=("CNY",), means="order currency, CNY only"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST),
    notes=("call before placing the order; 204 on success",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_1.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/transactions/mark.yaml",
    ),
)

PROFIT_SHARING_ORDER = V3Operation(
    name="profit_sharing_order",
    title="Request profit sharing",
    chinese="请求分账",
    path="/v3/global/profit-sharing/orders",
    repeat=SAME_NUMBER,
    numbers=("out_order_no", "transaction_id"),
    query="profit_sharing_query",
    query_after=5.0,
    request=(
        SUB_MCHID,
        Field("appid", max=32, required=stated("when a receiver is PERSONAL_OPENID"), means="merchant's own appid"),
        Field(
            "sub_appid",
            max=32,
            required=stated("when a receiver is PERSONAL_SUB_OPENID"),
            modes=(INSTITUTION,),
            means="sub-merchant's appid",
        ),
        TRANSACTION_ID,
        Field("out_order_no", max=64, required=ALWAYS, pattern=NUMBER, means="caller split number, repeat safe"),
        Field(
            "receivers",
            LIST,
            max=50,
            means="who receives",
            fields=(
                Field("currency", ENUM, required=ALWAYS, values=("CNY",), means="ISO 4217 currency code"),
                RECEIVER_TYPE,
                RECEIVER_ACCOUNT,
                RECEIVER_NAME,
                AUTHORIZED,
                _AMOUNT,
                Field("description", max=80, required=ALWAYS, means="split text shown on the bill"),
            ),
        ),
        UNFREEZE_UNSPLIT,
    ),
    response=_REPLY_SHARING,
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    limits=("at most 50 receivers", "at most 50 requests per order"),
    notes=(
        "asynchronous: state PROCESSING, ask again later",
        "receivers.name needs RSA-OAEP and header Wechatpay-Serial",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_2.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/orders.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_UNFREEZE = V3Operation(
    name="profit_sharing_unfreeze",
    title="Release the rest",
    chinese="解冻剩余资金",
    path="/v3/global/profit-sharing/orders/unfreeze",
    repeat=SAME_NUMBER,
    numbers=("out_order_no", "transaction_id"),
    query="profit_sharing_query",
    query_after=5.0,
    request=(SUB_MCHID, TRANSACTION_ID, OUT_ORDER_NO, SHARING_REASON),
    response=_REPLY_SHARING,
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_3.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/orders/unfreeze.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_QUERY = V3Operation(
    name="profit_sharing_query",
    title="Query profit sharing",
    chinese="查询分账结果",
    method="GET",
    path="/v3/global/profit-sharing/orders/{out_order_no}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_order_no", "transaction_id"),
    request=(SUB_MCHID_IN_QUERY, TRANSACTION_ID_IN_QUERY, OUT_ORDER_NO_IN_PATH),
    response=_REPLY_SHARING,
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_4.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_4.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/orders/{out_order_no}.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_UNSPLIT_AMOUNT = V3Operation(
    name="profit_sharing_unsplit_amount",
    title="Query amount left to share",
    chinese="查询剩余待分金额",
    method="GET",
    path="/v3/global/profit-sharing/transactions/{transaction_id}/amounts",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(SUB_MCHID_IN_QUERY, TRANSACTION_ID_IN_PATH),
    response=(
        TRANSACTION_ID,
        Field("unsplit_amount", AMOUNT, unit=SMALLEST, means="amount still to share"),
        Field("currency", means="ISO 4217 currency code"),
    ),
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_5.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_5.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/transactions/{transaction_id}/amounts.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_REFUNDABLE_AMOUNT = V3Operation(
    name="profit_sharing_refundable_amount",
    title="Query refundable amount of a shared order",
    chinese="查询订单剩余可退款金额",
    method="GET",
    path="/v3/global/profit-sharing/transactions/{transaction_id}/refundable-amounts",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(SUB_MCHID_IN_QUERY, TRANSACTION_ID_IN_PATH),
    response=(
        TRANSACTION_ID,
        Field("refundable_amount", AMOUNT, unit=SMALLEST, means="amount still refundable"),
        Field("currency", means="ISO 4217 currency code"),
        Field("funds_refundable_amount", AMOUNT, unit=SMALLEST, means="amount refundable with advance funds"),
    ),
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_12.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_12.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/transactions/{transaction_id}/refundable-amounts.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_REFUNDABLE_BALANCE = V3Operation(
    name="profit_sharing_refundable_balance",
    title="Query advance refund balance",
    chinese="查询可供垫付退款实时余额",
    method="GET",
    path="/v3/global/profit-sharing/refunds/refundable-balance",
    request_format="query",
    repeat=READ,
    moves_money=False,
    response=(
        Field("sponsor_mchid", means="merchant that pays in advance"),
        Field("balance", AMOUNT, unit=SMALLEST, means="amount available now"),
        Field("currency", ENUM, values=("CNY",), means="ISO 4217 currency code"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_13.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/en/4012356919",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_13.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/refunds/refundable-balance.yaml",
    ),
)

PROFIT_SHARING_BILL = V3Operation(
    name="profit_sharing_bill",
    title="Get profit sharing bill address",
    chinese="获取分账账单下载地址",
    method="GET",
    path="/v3/global/profit-sharing/bill-download-url",
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_SUB_MCHID_IN_QUERY, BILL_DATE_IN_QUERY),
    response=(REPLY_DOWNLOAD_URL,),
    errors=(
        *GENERAL_ERRORS,
        INVALID_REQUEST,
        ErrorCode(
            "NO_STATEMENT_EXIST",
            status=400,
            means="no bill for that day",
            remedy="none",
            outcome=DECIDED,
            doubt=CARRIED_OVER,
        ),
    ),
    limits=("up to 90 days back", "download_url valid 30 seconds"),
    notes=("the download itself is signed, its answer is not",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_9.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_9.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/bill-download-url.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_REFUND_BILL = V3Operation(
    name="profit_sharing_refund_bill",
    title="Get profit sharing refund bill address",
    chinese="获取分账退款账单下载地址",
    method="GET",
    path="/v3/global/profit-sharing/refunds/bill-download-url",
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_SUB_MCHID_IN_QUERY, BILL_DATE_IN_QUERY),
    response=(REPLY_DOWNLOAD_URL,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST),
    limits=("download_url valid 30 seconds",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_14.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_14.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/refunds/bill-download-url.yaml",
    ),
)
