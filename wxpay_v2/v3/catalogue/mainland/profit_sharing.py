"""Profit sharing: orders, returns, amounts, bills."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    INT,
    LIST,
    MAINLAND,
    READ,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    Field,
    one_of,
    stated,
)
from wxpay_v2.v3.catalogue.common import (
    FEN,
    NUMBER,
    OUT_ORDER_NO,
    OUT_ORDER_NO_IN_PATH,
    RECEIVER_ACCOUNT,
    RECEIVER_NAME,
    RECEIVER_TYPE,
    REPLY_CREATE_TIME,
    REPLY_DOWNLOAD_URL,
    REPLY_FINISH_TIME,
    REPLY_OUT_ORDER_NO,
    REPLY_RESULT,
    REPLY_STATE,
    SHARING_REASON,
    SHARING_TEXT,
    SUB_MCHID_REQUIRED,
    TRANSACTION_ID,
    TRANSACTION_ID_IN_PATH,
    TRANSACTION_ID_IN_QUERY,
    UNFREEZE_UNSPLIT,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.catalogue.mainland.common import (
    REPLY_HASH_VALUE,
    SHARING_ERRORS,
    SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER,
    SUB_MCHID_OF_SERVICE_PROVIDER,
)
from wxpay_v2.v3.operation import V3Operation

_AMOUNT = Field("amount", AMOUNT, required=ALWAYS, unit=FEN, means="amount")
_RETURN_MCHID = Field("return_mchid", max=32, required=ALWAYS, means="merchant that gives back")
_REPLY_FAIL_REASON = Field(
    "fail_reason",
    ENUM,
    values=("ACCOUNT_ABNORMAL", "BALANCE_NOT_ENOUGH", "TIME_OUT_CLOSED", "PAYER_ACCOUNT_ABNORMAL", "INVALID_REQUEST"),
    means="why it failed",
)
_REPLY_ORDER_ID = Field("order_id", max=64, required=ALWAYS, means="WeChat's split order number")
_REPLY_OUT_RETURN_NO = Field("out_return_no", max=64, required=ALWAYS, means="caller's return number")
_REPLY_RESULT = Field("result", ENUM, required=ALWAYS, values=("PROCESSING", "SUCCESS", "FAILED"), means="outcome")
_REPLY_RETURN_ID = Field("return_id", max=64, required=ALWAYS, means="WeChat's return number")
_REPLY_RECEIVERS = Field(
    "receivers",
    LIST,
    means="who receives",
    fields=(
        _AMOUNT,
        SHARING_TEXT,
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        REPLY_RESULT,
        Field(
            "fail_reason",
            ENUM,
            values=(
                "ACCOUNT_ABNORMAL",
                "NO_RELATION",
                "RECEIVER_HIGH_RISK",
                "RECEIVER_REAL_NAME_NOT_VERIFIED",
                "NO_AUTH",
                "RECEIVER_RECEIPT_LIMIT",
                "PAYER_ACCOUNT_ABNORMAL",
                "INVALID_REQUEST",
            ),
            means="why it failed",
        ),
        Field("detail_id", max=64, means="number of the split detail"),
        REPLY_CREATE_TIME,
        REPLY_FINISH_TIME,
    ),
)
_REPLY_RETURN = (
    Field("sub_mchid", max=32, means="sub-merchant number"),
    _REPLY_ORDER_ID,
    REPLY_OUT_ORDER_NO,
    _REPLY_OUT_RETURN_NO,
    _REPLY_RETURN_ID,
    _RETURN_MCHID,
    _AMOUNT,
    SHARING_REASON,
    _REPLY_RESULT,
    _REPLY_FAIL_REASON,
    REPLY_CREATE_TIME,
    REPLY_FINISH_TIME,
)
_REPLY_SHARING = (
    Field("sub_mchid", max=32, means="sub-merchant number"),
    TRANSACTION_ID,
    REPLY_OUT_ORDER_NO,
    _REPLY_ORDER_ID,
    REPLY_STATE,
    _REPLY_RECEIVERS,
)

PROFIT_SHARING_ORDER = V3Operation(
    name="profit_sharing_order",
    title="Request profit sharing",
    chinese="请求分账",
    path="/v3/profitsharing/orders",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    repeat=SAME_NUMBER,
    numbers=("out_order_no", "transaction_id"),
    query="profit_sharing_query",
    query_after=5.0,
    request=(
        WECHATPAY_SERIAL_IN_HEADER,
        SUB_MCHID_OF_SERVICE_PROVIDER,
        Field("appid", max=32, means="merchant's own appid"),
        Field(
            "sub_appid",
            max=32,
            required=stated("when a receiver is PERSONAL_SUB_OPENID"),
            modes=(SERVICE_PROVIDER,),
            means="sub-merchant's appid",
        ),
        TRANSACTION_ID,
        OUT_ORDER_NO,
        Field(
            "receivers",
            LIST,
            max=50,
            required=ALWAYS,
            means="who receives",
            fields=(RECEIVER_TYPE, RECEIVER_ACCOUNT, RECEIVER_NAME, _AMOUNT, SHARING_TEXT),
        ),
        UNFREEZE_UNSPLIT,
    ),
    response=_REPLY_SHARING,
    errors=SHARING_ERRORS,
    limits=("at most 50 receivers", "at most 50 requests per order"),
    notes=(
        "asynchronous: state PROCESSING, ask again",
        "order must have been placed with settle_info.profit_sharing true",
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/orders.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_UNFREEZE = V3Operation(
    name="profit_sharing_unfreeze",
    title="Release the rest",
    chinese="解冻剩余资金",
    path="/v3/profitsharing/orders/unfreeze",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    repeat=SAME_NUMBER,
    numbers=("out_order_no", "transaction_id"),
    query="profit_sharing_query",
    query_after=5.0,
    request=(SUB_MCHID_OF_SERVICE_PROVIDER, TRANSACTION_ID, OUT_ORDER_NO, SHARING_REASON),
    response=_REPLY_SHARING,
    errors=SHARING_ERRORS,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/orders/unfreeze.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_QUERY = V3Operation(
    name="profit_sharing_query",
    title="Query profit sharing",
    chinese="查询分账结果",
    method="GET",
    path="/v3/profitsharing/orders/{out_order_no}",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_order_no", "transaction_id"),
    request=(SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER, TRANSACTION_ID_IN_QUERY, OUT_ORDER_NO_IN_PATH),
    response=_REPLY_SHARING,
    errors=SHARING_ERRORS,
    notes=(
        "the OpenAPI transcription mixes up the values of state, result and fail_reason here; taken from "
        "the answer to the order instead",
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/orders/{out_order_no}.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_RETURN_ORDER = V3Operation(
    name="profit_sharing_return_order",
    title="Request return",
    chinese="请求分账回退",
    path="/v3/profitsharing/return-orders",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    repeat=SAME_NUMBER,
    numbers=("out_return_no",),
    query="profit_sharing_return_query",
    query_after=5.0,
    request=(
        SUB_MCHID_OF_SERVICE_PROVIDER,
        Field("order_id", max=64, required=one_of("order_id", "out_order_no"), means="WeChat's split order number"),
        Field(
            "out_order_no",
            max=64,
            required=one_of("order_id", "out_order_no"),
            pattern=NUMBER,
            means="caller's split order number",
        ),
        Field("out_return_no", max=64, required=ALWAYS, pattern=NUMBER, means="caller's return number"),
        _RETURN_MCHID,
        _AMOUNT,
        SHARING_REASON,
    ),
    response=_REPLY_RETURN,
    errors=SHARING_ERRORS,
    notes=("one of order_id and out_order_no",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/return-orders.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_RETURN_QUERY = V3Operation(
    name="profit_sharing_return_query",
    title="Query return",
    chinese="查询分账回退结果",
    method="GET",
    path="/v3/profitsharing/return-orders/{out_return_no}",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_return_no",),
    request=(
        SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER,
        Field("out_return_no", max=64, required=ALWAYS, pattern=NUMBER, place="path", means="caller's return number"),
        Field(
            "out_order_no", max=64, required=ALWAYS, pattern=NUMBER, place="query", means="caller's split order number"
        ),
    ),
    response=_REPLY_RETURN,
    errors=SHARING_ERRORS,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/return-orders/{out_return_no}.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_UNSPLIT_AMOUNT = V3Operation(
    name="profit_sharing_unsplit_amount",
    title="Query amount left to share",
    chinese="查询剩余待分金额",
    method="GET",
    path="/v3/profitsharing/transactions/{transaction_id}/amounts",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(TRANSACTION_ID_IN_PATH,),
    response=(
        TRANSACTION_ID,
        Field("unsplit_amount", AMOUNT, required=ALWAYS, unit=FEN, means="amount still to share"),
    ),
    errors=SHARING_ERRORS,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/transactions/{transaction_id}/amounts.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_MAX_RATIO = V3Operation(
    name="profit_sharing_max_ratio",
    title="Query largest share",
    chinese="查询最大分账比例",
    method="GET",
    path="/v3/profitsharing/merchant-configs/{sub_mchid}",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        Field(
            "sub_mchid", max=32, required=ALWAYS, modes=(SERVICE_PROVIDER,), place="path", means="sub-merchant number"
        ),
    ),
    response=(SUB_MCHID_REQUIRED, Field("max_ratio", INT, required=ALWAYS, means="largest share allowed, in 1/10000")),
    errors=SHARING_ERRORS,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/merchant-configs/{sub_mchid}.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_BILL = V3Operation(
    name="profit_sharing_bill",
    title="Apply for profit sharing bill",
    chinese="申请分账账单",
    method="GET",
    path="/v3/profitsharing/bills",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER,
        Field("bill_date", max=10, required=ALWAYS, place="query", means="day of the bill"),
        Field("tar_type", place="query", means="compression wanted"),
    ),
    response=(
        REPLY_DOWNLOAD_URL,
        Field("hash_type", ENUM, required=ALWAYS, values=("SHA1",), means="digest kind, SHA1"),
        REPLY_HASH_VALUE,
    ),
    errors=SHARING_ERRORS,
    limits=("download_url valid 30 seconds",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/bills.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)
