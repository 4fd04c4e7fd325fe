"""Refunds, their queries, and the balance they are paid from."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    ENUM,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    READ,
    SAME_NUMBER,
    UNKNOWN,
    ErrorCode,
    Field,
    one_of,
)
from wxpay_v2.v3.catalogue.common import (
    CARRIED_OVER,
    EITHER_TRANSACTION_ID,
    GENERAL_ERRORS,
    IDS,
    IDS_IN_QUERY,
    INVALID_REQUEST_CARRIED_OVER,
    LENGTH_DOUBT,
    MCHID_OF_DIRECT,
    NUMBER,
    OFFSET_IN_QUERY_REQUIRED,
    OPTIONAL_NOTIFY_URL,
    OPTIONAL_REPLY_SUCCESS_TIME,
    ORDER_NOT_EXIST_CARRIED_OVER,
    ORDER_TOTAL,
    OUT_REFUND_NO_IN_PATH,
    REFUND_ID_IN_PATH,
    REPLY_CREATE_TIME,
    REPLY_CURRENCY,
    REPLY_OUT_REFUND_NO,
    REPLY_OUT_TRADE_NO,
    REPLY_PAYER_CURRENCY,
    REPLY_PROMOTION_ID,
    REPLY_SCOPE,
    REQUEST_ERRORS_AND_SYSTEM_ERROR,
    SMALLEST,
    SP_MCHID,
    SUB_MCHID,
    SUB_MCHID_IN_PATH,
    TRANSACTION_ID,
)
from wxpay_v2.v3.operation import V3Operation

_REPLY_AMOUNT = Field("amount", AMOUNT, unit=SMALLEST, means="face value of the discount")
_REPLY_CHANNEL = Field(
    "channel", ENUM, values=("ORIGINAL", "BALANCE", "OTHER_BALANCE", "OTHER_BANKCARD"), means="route of the refund"
)
_REPLY_CURRENCY = Field("currency", max=3, required=ALWAYS, means="ISO 4217 currency code")
_REPLY_FUND_SOURCE = Field(
    "fund_source",
    ENUM,
    max=30,
    values=("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"),
    means="money used: unsettled or recharged",
)
_REPLY_ID = Field("id", max=32, required=ALWAYS, means="WeChat refund number")
_REPLY_PAYER_REFUND = Field(
    "payer_refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount returned to the payer"
)
_REPLY_RECV_ACCOUNT = Field("recv_account", max=64, means="where the refund arrived")
_REPLY_REFUND = Field("refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refund amount")
_REPLY_REMAINING_AMOUNT = Field("remaining_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="balance available")
_REPLY_STATUS = Field(
    "status",
    ENUM,
    required=ALWAYS,
    values=("SUCCESS", "REFUNDCLOSE", "PROCESSING", "ABNORMAL"),
    means="refund state (the callback says CLOSED, not REFUNDCLOSE)",
)
_REPLY_TYPE = Field("type", ENUM, values=("COUPON", "DISCOUNT"), means="kind")
_REPLY_DETAIL = Field(
    "detail",
    OBJECT,
    means="discounts given back; samples name it promotion_detail",
    fields=(
        REPLY_PROMOTION_ID,
        REPLY_SCOPE,
        _REPLY_TYPE,
        _REPLY_AMOUNT,
        Field("refund_amount", AMOUNT, unit=SMALLEST, means="discount part given back"),
        REPLY_CURRENCY,
    ),
)
_REPLY_EXCHANGE_RATE = Field(
    "exchange_rate",
    OBJECT,
    means="rate applied",
    fields=(
        Field("type", ENUM, values=("USERPAYMENT_RATE", "SETTLEMENT_RATE"), means="kind of rate"),
        Field("rate", INT, means="rate times 10^8"),
    ),
)
_REPLY_AMOUNT_REQUIRED = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="money amounts of this item",
    fields=(
        _REPLY_REFUND,
        Field("currency", means="ISO 4217 currency code"),
        _REPLY_PAYER_REFUND,
        REPLY_PAYER_CURRENCY,
        _REPLY_EXCHANGE_RATE,
    ),
)
_RESOURCE_NOT_EXISTS = ErrorCode(
    "RESOURCE_NOT_EXISTS",
    status=404,
    means="no such refund",
    remedy="check the number",
    outcome=DECIDED,
    doubt=CARRIED_OVER,
)
_REFUND = (
    _REPLY_ID,
    REPLY_OUT_REFUND_NO,
    TRANSACTION_ID,
    REPLY_OUT_TRADE_NO,
    _REPLY_CHANNEL,
    _REPLY_RECV_ACCOUNT,
    _REPLY_FUND_SOURCE,
    OPTIONAL_REPLY_SUCCESS_TIME,
    REPLY_CREATE_TIME,
    _REPLY_STATUS,
    _REPLY_AMOUNT_REQUIRED,
    _REPLY_DETAIL,
)
_RATE_KINDS = (
    "exchange_rate.type: USERPAYMENT_RATE (price and payment currency) when price and settlement "
    "currency are equal, else SETTLEMENT_RATE (price and settlement currency)"
)

REFUND_CREATE = V3Operation(
    name="refund_create",
    title="Submit refund",
    chinese="申请退款",
    path="/v3/global/refunds",
    repeat=SAME_NUMBER,
    numbers=("out_refund_no",),
    query="refund_query_by_out_refund_no",
    request=(
        *IDS,
        EITHER_TRANSACTION_ID,
        Field(
            "out_trade_no",
            max=32,
            required=one_of("transaction_id", "out_trade_no"),
            pattern=NUMBER,
            means="caller's order number",
        ),
        Field(
            "out_refund_no",
            max=64,
            required=ALWAYS,
            pattern=NUMBER,
            means="caller refund number, same number is refunded once",
        ),
        Field("reason", max=80, means="shown to the payer, not for partial refunds up to 1 yuan"),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="money amounts of this item",
            fields=(
                Field("refund", AMOUNT, min=1, required=ALWAYS, unit=SMALLEST, means="amount to give back"),
                Field("total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount of the original order"),
                Field("currency", max=16, required=ALWAYS, means="currency of the original order", doubt=LENGTH_DOUBT),
                Field(
                    "from",
                    LIST,
                    means="accounts to take the refund from, profit-sharing orders",
                    fields=(
                        Field(
                            "fund_source",
                            ENUM,
                            required=ALWAYS,
                            values=("FUNDS_REFUNDABLE_BALANCE", "ORDER_REFUNDABLE_BALANCE"),
                            means="advance funds or order funds",
                        ),
                        Field("amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="part from this account"),
                    ),
                ),
            ),
        ),
        OPTIONAL_NOTIFY_URL,
        Field(
            "source",
            ENUM,
            max=30,
            values=("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"),
            means="money to use (v2 refund_account); default unsettled",
        ),
    ),
    response=(
        Field("id", max=32, required=ALWAYS, means="WeChat refund number (v2 refund_id)"),
        REPLY_OUT_REFUND_NO,
        REPLY_CREATE_TIME,
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="money amounts of this item",
            fields=(
                Field("refund", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refund amount accepted"),
                REPLY_CURRENCY,
                _REPLY_PAYER_REFUND,
                REPLY_PAYER_CURRENCY,
                _REPLY_EXCHANGE_RATE,
            ),
        ),
        _REPLY_DETAIL,
    ),
    errors=(
        *GENERAL_ERRORS,
        INVALID_REQUEST_CARRIED_OVER,
        ErrorCode(
            "NOT_ENOUGH",
            status=403,
            means="too little refundable money",
            remedy="top up or wait, repeat with the same out_refund_no",
            repeat=True,
            doubt="told by other public code only; its status is a guess",
        ),
        ErrorCode(
            "BIZERR_NEED_RETRY",
            status=400,
            means="clash of requests",
            remedy="repeat with the same out_refund_no",
            repeat=True,
            outcome=UNKNOWN,
            doubt="told by other public code only; its status is a guess",
        ),
        ErrorCode(
            "OUT_REFUND_NO_USED",
            status=400,
            means="refund number used with other content",
            remedy="check the earlier refund",
            doubt="told by other public code only; its status is a guess",
        ),
        ErrorCode(
            "MCH_NOT_EXISTS", status=404, means="unknown merchant number", remedy="check mchid", doubt=CARRIED_OVER
        ),
        ErrorCode(
            "USER_ACCOUNT_ABNORMAL",
            status=403,
            means="payer account closed or abnormal",
            remedy="refund by another way",
            doubt=CARRIED_OVER,
        ),
        ErrorCode(
            "RESOURCE_NOT_EXISTS",
            status=404,
            means="order not found or not paid",
            remedy="check the order number",
            outcome=DECIDED,
            doubt=CARRIED_OVER,
        ),
        ErrorCode(
            "TRADE_OVERDUE",
            status=403,
            means="older than one year",
            remedy="refund by another way",
            doubt="carried over from API v3 of the mainland; its status is a guess",
        ),
    ),
    limits=(
        "150 requests per second; bad requests 6 per second",
        "orders older than one month: 5000 per minute",
        "within one year of payment",
        "at most 50 partial refunds for one order",
        "refunds of one order at least 1 minute apart",
    ),
    notes=(
        "discount entries: the sample of a C# SDK is an array named promotion_detail; accept detail or "
        "promotion_detail, object or array",
        "amount.settlement_refund and amount.settlement_currency are read by one Go SDK for Global; the "
        "pages do not show them: optional",
        "NOT_ENOUGH, BIZERR_NEED_RETRY and OUT_REFUND_NO_USED are named by the official samples as codes "
        "of this page; their status was not readable",
        _RATE_KINDS,
        "a 200 means accepted only: there is no status field; query or wait for the callback",
        "source is on the official page and in a C# SDK but not in the OpenAPI transcription",
        "amount.from is known from another SDK (secondary)",
        "after any failure repeat with the same out_refund_no",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/en/4016999302",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_3.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter3_1_3.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter3_4_3.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/zh/4014096458",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refunds.yaml",
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV3 "
        "(ExtendedSDK/Global models)",
    ),
    errors_confidence="secondary",
)

REFUND_QUERY_BY_ID = V3Operation(
    name="refund_query_by_id",
    title="Query one refund by WeChat number",
    chinese="查询单笔退款",
    method="GET",
    path="/v3/global/refunds/id/{refund_id}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("refund_id",),
    request=(*IDS_IN_QUERY, REFUND_ID_IN_PATH),
    response=_REFUND,
    errors=(*GENERAL_ERRORS, _RESOURCE_NOT_EXISTS),
    limits=("150 requests per second", "balance refunds arrive within 20 minutes, card refunds after 3 working days"),
    notes=(
        _RATE_KINDS,
        "the status word for a closed refund is REFUNDCLOSE here, CLOSED in the callback",
        "the OpenAPI text misspells REFUND_SOURCE_RECHARGE_FUNDS as ...REchARGE...",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/en/4016999302",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_4.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/zh/4014096468",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refunds/id/{refund_id}.yaml",
    ),
    errors_confidence="secondary",
)

REFUND_QUERY_BY_OUT_REFUND_NO = V3Operation(
    name="refund_query_by_out_refund_no",
    title="Query one refund by merchant number",
    chinese="查询单笔退款",
    method="GET",
    path="/v3/global/refunds/out-refund-no/{out_refund_no}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_refund_no",),
    request=(*IDS_IN_QUERY, OUT_REFUND_NO_IN_PATH),
    response=_REFUND,
    errors=(*GENERAL_ERRORS, _RESOURCE_NOT_EXISTS),
    limits=("150 requests per second", "balance refunds arrive within 20 minutes, card refunds after 3 working days"),
    notes=(
        _RATE_KINDS,
        "the status word for a closed refund is REFUNDCLOSE here, CLOSED in the callback",
        "the OpenAPI text misspells REFUND_SOURCE_RECHARGE_FUNDS as ...REchARGE...",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/en/4016999302",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_4.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/zh/4014096468",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refunds/out-refund-no/{out_refund_no}.yaml",
    ),
    errors_confidence="secondary",
)

REFUND_QUERY_ALL = V3Operation(
    name="refund_query_all",
    title="Query all refunds of an order",
    chinese="查询所有退款",
    method="GET",
    path="/v3/global/refunds",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id", "out_trade_no"),
    request=(
        Field(
            "transaction_id",
            max=32,
            required=one_of("transaction_id", "out_trade_no"),
            place="query",
            means="WeChat Pay order number",
        ),
        Field(
            "out_trade_no",
            max=32,
            required=one_of("transaction_id", "out_trade_no"),
            pattern=NUMBER,
            place="query",
            means="caller's order number",
        ),
        *IDS_IN_QUERY,
        OFFSET_IN_QUERY_REQUIRED,
        Field("count", INT, required=ALWAYS, place="query", means="rows wanted"),
    ),
    response=(
        Field("id", max=32, required=ALWAYS, means="WeChat order number"),
        MCHID_OF_DIRECT,
        SUB_MCHID,
        SP_MCHID,
        REPLY_OUT_TRADE_NO,
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="money amounts of this item",
            fields=(
                ORDER_TOTAL,
                Field("currency", means="ISO 4217 currency code"),
                Field("payer_total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount the payer paid"),
                REPLY_PAYER_CURRENCY,
            ),
        ),
        Field(
            "data",
            LIST,
            required=ALWAYS,
            means="refunds, one object each",
            fields=(
                _REPLY_ID,
                REPLY_OUT_REFUND_NO,
                _REPLY_CHANNEL,
                _REPLY_RECV_ACCOUNT,
                _REPLY_FUND_SOURCE,
                OPTIONAL_REPLY_SUCCESS_TIME,
                REPLY_CREATE_TIME,
                _REPLY_STATUS,
                Field(
                    "amount",
                    OBJECT,
                    required=ALWAYS,
                    means="money amounts of this item",
                    fields=(
                        _REPLY_REFUND,
                        Field("currency", means="ISO 4217 currency code"),
                        _REPLY_PAYER_REFUND,
                        REPLY_PAYER_CURRENCY,
                        Field(
                            "exchange_rate",
                            OBJECT,
                            means="rate applied",
                            fields=(
                                Field("type", ENUM, values=("USERPAYMENT_RATE", "SETTLEMENT_RATE"), means="kind"),
                                Field("rate", INT, means="rate times 10^8"),
                            ),
                        ),
                    ),
                ),
                Field(
                    "refund_detail",
                    OBJECT,
                    means="discounts given back",
                    fields=(
                        REPLY_PROMOTION_ID,
                        REPLY_SCOPE,
                        _REPLY_TYPE,
                        _REPLY_AMOUNT,
                        Field("refund_amount", AMOUNT, unit=SMALLEST, means="amount given back"),
                        REPLY_CURRENCY,
                    ),
                ),
            ),
        ),
        Field("total_num", INT, required=ALWAYS, means="refunds of the order in all"),
        Field("current_total_num", INT, required=ALWAYS, means="rows in this page"),
    ),
    errors=(
        *GENERAL_ERRORS,
        ORDER_NOT_EXIST_CARRIED_OVER,
        ErrorCode(
            "RESOURCE_NOT_EXISTS",
            status=404,
            means="no refund for the order",
            remedy="check the number",
            outcome=DECIDED,
            doubt=CARRIED_OVER,
        ),
    ),
    notes=(_RATE_KINDS, "paging keys are offset and count (not limit); the answer has total_num and current_total_num"),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/en/4016999302",
        "https://pay.weixin.qq.com/doc/global/v3/en/4012356452",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refunds.yaml",
    ),
    errors_confidence="secondary",
)

RECHARGE_BALANCE = V3Operation(
    name="recharge_balance",
    title="Query recharge refund balance",
    chinese="商家充值退款余额查询",
    method="GET",
    path="/v3/global/refund/recharge-balance",
    request_format="query",
    repeat=READ,
    moves_money=False,
    response=(_REPLY_REMAINING_AMOUNT, _REPLY_CURRENCY),
    errors=REQUEST_ERRORS_AND_SYSTEM_ERROR,
    notes=("the signing merchant is the subject; no parameters", "path word is refund, not refunds"),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/zh/4013068934",
        "https://pay.weixin.qq.com/doc/global/v3/en/4013069233",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refund/recharge-balance.yaml",
    ),
)

RECHARGE_BALANCE_SUB_MERCHANT = V3Operation(
    name="recharge_balance_sub_merchant",
    title="Query recharge refund balance of a sub-merchant",
    chinese="商家充值退款余额查询(机构)",
    method="GET",
    path="/v3/global/refund/partner/recharge-balance/sub-mchid/{sub_mchid}",
    modes=(INSTITUTION,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(SUB_MCHID_IN_PATH,),
    response=(_REPLY_REMAINING_AMOUNT, _REPLY_CURRENCY),
    errors=REQUEST_ERRORS_AND_SYSTEM_ERROR,
    sources=(
        "https://pay.weixin.qq.com/doc/global/v3/zh/4013068962",
        "https://pay.weixin.qq.com/doc/global/v3/zh/4013068934",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/refund/partner/recharge-balance/sub-mchid/{sub_mchid}.yaml",
    ),
)
