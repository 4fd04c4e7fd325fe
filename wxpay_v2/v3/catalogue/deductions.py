"""Entrusted deduction: charging under a contract."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DECIDED, ENUM, INT, OBJECT, READ, SAME_NUMBER, ErrorCode, Field
from wxpay_v2.v3.catalogue.common import (
    APPID,
    ATTACH,
    DESCRIPTION,
    DEVICE_IP,
    GENERAL_ERRORS,
    IDS,
    LENGTH_DOUBT,
    MERCHANT_CATEGORY_CODE,
    NO_AUTH,
    NOTIFY_URL,
    ORDER_NOT_EXIST,
    ORDER_TOTAL,
    OUT_TRADE_NO_IN_PATH,
    OUT_TRADE_NO_REQUIRED,
    PARAM_ERROR,
    PAYMENT_ATTEMPT_ERRORS,
    REPLY_BANK_TYPE,
    REPLY_CURRENCY,
    REPLY_OUT_TRADE_NO,
    REPLY_PAYER,
    REPLY_PAYER_CURRENCY_WHEN_PAID,
    REPLY_PAYER_TOTAL,
    REPLY_PROMOTION_DETAIL,
    REPLY_SUCCESS_TIME,
    REPLY_TRADE_STATE_DESC,
    SIGN_ERROR,
    SP_APPID,
    SUB_APPID,
    SUB_MCHID,
    SUB_MCHID_IN_QUERY,
    SYSTEM_ERROR,
    TRANSACTION_ID,
    TRANSACTION_ID_IN_PATH,
    UNCHECKED,
)
from wxpay_v2.v3.operation import V3Operation

_REPLY_TRADE_STATE = Field(
    "trade_state",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "PAYERROR", "USERPAYING"),
    means="order state",
    doubt=LENGTH_DOUBT,
)
_REPLY_TRADE_TYPE = Field("trade_type", ENUM, required=ALWAYS, values=("AUTH",), means="how the payer pays")
_REPLY_AMOUNT = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="money amounts of this item",
    fields=(
        ORDER_TOTAL,
        REPLY_PAYER_TOTAL,
        REPLY_CURRENCY,
        REPLY_PAYER_CURRENCY_WHEN_PAID,
        Field(
            "exchange_rate",
            OBJECT,
            means="rate applied",
            fields=(
                Field("type", ENUM, values=("SETTLEMENT_RATE", "USERPAYMENT_RATE"), means="kind of rate"),
                Field("rate", INT, means="rate times 10^8"),
            ),
        ),
    ),
)
_REPLY_DEDUCTION = (REPLY_OUT_TRADE_NO, TRANSACTION_ID, ATTACH, _REPLY_TRADE_TYPE, REPLY_BANK_TYPE, REPLY_SUCCESS_TIME)
_REPLY_STATE = (REPLY_TRADE_STATE_DESC, REPLY_PAYER, _REPLY_AMOUNT, REPLY_PROMOTION_DETAIL)

PAPAY_TRANSACTION = V3Operation(
    name="papay_transaction",
    title="Charge a contract",
    chinese="支付扣款",
    path="/v3/global/papay/transactions",
    numbers=("out_trade_no",),
    query="papay_query_by_out_trade_no",
    query_after=5.0,
    request=(
        APPID,
        SP_APPID,
        SUB_MCHID,
        SUB_APPID,
        DESCRIPTION,
        ATTACH,
        NOTIFY_URL,
        OUT_TRADE_NO_REQUIRED,
        Field("goods_tag", max=32, means="coupon tag"),
        MERCHANT_CATEGORY_CODE,
        Field("contract_id", required=ALWAYS, means="WeChat's contract number"),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="money amounts of this item",
            fields=(ORDER_TOTAL, Field("currency", means="settlement currency or CNY")),
        ),
        Field(
            "scene_info",
            OBJECT,
            means="where the payment takes place",
            fields=(
                Field("device_id", max=32, means="terminal number chosen by the merchant", doubt=LENGTH_DOUBT),
                DEVICE_IP,
            ),
        ),
    ),
    response=(
        *IDS,
        *_REPLY_DEDUCTION,
        Field(
            "trade_state",
            ENUM,
            required=ALWAYS,
            values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "PAYERROR", "USERPAYING"),
            means="order state",
        ),
        *_REPLY_STATE,
    ),
    errors=PAYMENT_ATTEMPT_ERRORS,
    notes=(
        "number comes back as transaction_id (other global orders use id)",
        "no callback for failures: query",
        UNCHECKED,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_6.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/transactions.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_QUERY_BY_ID = V3Operation(
    name="papay_query_by_id",
    title="Query charge by WeChat number",
    chinese="代扣查询订单",
    method="GET",
    path="/v3/global/papay/transactions/{transaction_id}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(SUB_MCHID_IN_QUERY, TRANSACTION_ID_IN_PATH),
    response=(*IDS, *_REPLY_DEDUCTION, _REPLY_TRADE_STATE, *_REPLY_STATE),
    errors=(*GENERAL_ERRORS, ORDER_NOT_EXIST),
    notes=("no id/ segment in the path", UNCHECKED),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_8.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/transactions/{transaction_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_QUERY_BY_OUT_TRADE_NO = V3Operation(
    name="papay_query_by_out_trade_no",
    title="Query charge by merchant number",
    chinese="代扣查询订单",
    method="GET",
    path="/v3/global/papay/transactions/out-trade-no/{out_trade_no}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_trade_no",),
    request=(OUT_TRADE_NO_IN_PATH, SUB_MCHID_IN_QUERY),
    response=(*IDS, *_REPLY_DEDUCTION, _REPLY_TRADE_STATE, *_REPLY_STATE),
    errors=(*GENERAL_ERRORS, ORDER_NOT_EXIST),
    notes=(UNCHECKED,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_8.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/transactions/out-trade-no/{out_trade_no}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_REVERSE = V3Operation(
    name="papay_reverse",
    title="Reverse charge",
    chinese="代扣撤销订单",
    path="/v3/global/papay/transactions/out-trade-no/{out_trade_no}/reverse",
    success=(204,),
    response_format="none",
    repeat=SAME_NUMBER,
    numbers=("out_trade_no",),
    query="papay_query_by_out_trade_no",
    request=(OUT_TRADE_NO_IN_PATH, SUB_MCHID_IN_QUERY),
    errors=(
        PARAM_ERROR,
        SIGN_ERROR,
        NO_AUTH,
        ErrorCode("ORDER_PAID", status=400, means="paid, cannot be reversed", remedy="refund", outcome=DECIDED),
        ErrorCode("ORDER_CLOSED", status=400, means="already closed", remedy="treat as done", outcome=DECIDED),
        ErrorCode("NOT_FOUND", status=404, means="no such order", remedy="check the number", outcome=DECIDED),
        SYSTEM_ERROR,
    ),
    notes=("204 on success", UNCHECKED),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_10.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/transactions/out-trade-no/{out_trade_no}/reverse.yaml",
    ),
)
