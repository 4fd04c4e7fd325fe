"""Refunds and their query."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    DIRECT,
    ENUM,
    INT,
    LIST,
    MAINLAND,
    OBJECT,
    READ,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    TIME,
    ErrorCode,
    Field,
    one_of,
    when,
)
from wxpay_v2.v3.catalogue.common import (
    EITHER_TRANSACTION_ID,
    FEN,
    INVALID_REQUEST,
    NUMBER,
    OPTIONAL_NOTIFY_URL,
    OUT_REFUND_NO_IN_PATH,
    PARAM_ERROR,
    REFUND_ID_IN_PATH,
    REPLY_CREATE_TIME,
    REPLY_OUT_REFUND_NO,
    REPLY_OUT_TRADE_NO,
    RFC_3339,
    SIGN_ERROR,
    SYSTEM_ERROR,
    SYSTEM_ERROR_ONCE,
    TRANSACTION_ID,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.catalogue.mainland.common import (
    MERCHANT_GOODS_ID,
    REPLY_AMOUNT,
    REPLY_TOTAL,
    SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER,
    SUB_MCHID_OF_SERVICE_PROVIDER,
    UNIT_PRICE,
    WECHATPAY_GOODS_ID,
)
from wxpay_v2.v3.operation import V3Operation

_CURRENCY = Field("currency", ENUM, max=16, required=ALWAYS, values=("CNY",), means="ISO 4217 currency code")
_OUT_REFUND_NO = Field("out_refund_no", max=64, required=ALWAYS, pattern=NUMBER, means="caller's refund number")
_REFUND_AMOUNT = Field("refund_amount", AMOUNT, required=ALWAYS, unit=FEN, means="amount given back")
_REPLY_CHANNEL = Field(
    "channel",
    ENUM,
    max=16,
    required=ALWAYS,
    values=("ORIGINAL", "BALANCE", "OTHER_BALANCE", "OTHER_BANKCARD"),
    means="route of the refund",
)
_REPLY_FUNDS_ACCOUNT = Field(
    "funds_account",
    ENUM,
    max=32,
    values=("UNSETTLED", "AVAILABLE", "UNAVAILABLE", "OPERATION", "BASIC", "ECNY_BASIC"),
    means="funds that paid",
)
_REPLY_REFUND_ID = Field("refund_id", max=32, required=ALWAYS, means="WeChat's refund number")
_REPLY_STATUS = Field(
    "status",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"),
    means="refund state",
)
_REPLY_SUCCESS_TIME = Field("success_time", TIME, format=RFC_3339, when="status is SUCCESS", means="when it succeeded")
_REPLY_USER_RECEIVED_ACCOUNT = Field("user_received_account", max=64, required=ALWAYS, means="where the refund arrived")
_FROM = Field(
    "from",
    LIST,
    means="accounts the refund is taken from",
    fields=(
        Field("account", ENUM, required=ALWAYS, values=("AVAILABLE", "UNAVAILABLE"), means="paying account"),
        Field("amount", AMOUNT, required=ALWAYS, unit=FEN, means="part from this account"),
    ),
)
_REPLY_AMOUNT = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="money amounts of this item",
    fields=(
        REPLY_TOTAL,
        Field("refund", AMOUNT, required=ALWAYS, unit=FEN, means="refund amount"),
        _FROM,
        Field("payer_total", AMOUNT, required=ALWAYS, unit=FEN, means="amount the payer paid"),
        Field("payer_refund", AMOUNT, required=ALWAYS, unit=FEN, means="amount returned to the payer"),
        Field("settlement_refund", AMOUNT, required=ALWAYS, unit=FEN, means="settled part given back"),
        Field("settlement_total", AMOUNT, required=ALWAYS, unit=FEN, means="order amount due for settlement"),
        Field("discount_refund", AMOUNT, required=ALWAYS, unit=FEN, means="discount part given back"),
        _CURRENCY,
        Field("refund_fee", AMOUNT, unit=FEN, means="fee given back"),
    ),
)
_GOODS_DETAIL = Field(
    "goods_detail",
    LIST,
    means="list of goods",
    fields=(
        MERCHANT_GOODS_ID,
        WECHATPAY_GOODS_ID,
        Field("goods_name", max=256, means="goods name"),
        UNIT_PRICE,
        _REFUND_AMOUNT,
        Field("refund_quantity", INT, required=ALWAYS, means="goods given back"),
    ),
)
_REPLY_PROMOTION_DETAIL = Field(
    "promotion_detail",
    LIST,
    means="discounts used",
    fields=(
        Field("promotion_id", max=32, required=ALWAYS, means="coupon or discount number"),
        Field("scope", ENUM, required=ALWAYS, values=("GLOBAL", "SINGLE"), means="whole order or single goods"),
        Field("type", ENUM, required=ALWAYS, values=("CASH", "NOCASH"), means="CASH is prepaid, NOCASH is not"),
        REPLY_AMOUNT,
        _REFUND_AMOUNT,
        _GOODS_DETAIL,
    ),
)
_MCH_NOT_EXISTS = ErrorCode(
    "MCH_NOT_EXISTS",
    status=404,
    means="unknown merchant number",
    remedy="check mchid",
    doubt="told by other public code only",
)
_NO_AUTH = ErrorCode(
    "NO_AUTH",
    status=403,
    means="a permission or the relation of the merchants is missing",
    remedy="apply for it, check the merchant numbers",
    doubt="told by other public code only",
)
_RESOURCE_NOT_EXISTS = ErrorCode(
    "RESOURCE_NOT_EXISTS",
    status=404,
    means="order not found or not paid",
    remedy="check the order number",
    outcome=DECIDED,
    doubt="told by other public code only",
)
_USER_ACCOUNT_ABNORMAL = ErrorCode(
    "USER_ACCOUNT_ABNORMAL",
    status=403,
    means="payer account closed or abnormal",
    remedy="refund by another way",
    doubt="told by other public code only",
)
_REFUND = (
    _REPLY_REFUND_ID,
    REPLY_OUT_REFUND_NO,
    TRANSACTION_ID,
    REPLY_OUT_TRADE_NO,
    _REPLY_CHANNEL,
    _REPLY_USER_RECEIVED_ACCOUNT,
    _REPLY_SUCCESS_TIME,
    REPLY_CREATE_TIME,
    _REPLY_STATUS,
    _REPLY_FUNDS_ACCOUNT,
    _REPLY_AMOUNT,
    _REPLY_PROMOTION_DETAIL,
)

REFUND_CREATE = V3Operation(
    name="refund_create",
    title="Submit refund",
    chinese="申请退款",
    path="/v3/refund/domestic/refunds",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    repeat=SAME_NUMBER,
    numbers=("out_refund_no",),
    query="refund_query_by_out_refund_no",
    request=(
        SUB_MCHID_OF_SERVICE_PROVIDER,
        EITHER_TRANSACTION_ID,
        Field(
            "out_trade_no",
            max=32,
            min=6,
            required=one_of("transaction_id", "out_trade_no"),
            pattern=NUMBER,
            means="caller's order number",
        ),
        _OUT_REFUND_NO,
        Field("reason", max=80, means="shown to the payer"),
        OPTIONAL_NOTIFY_URL,
        Field(
            "funds_account",
            ENUM,
            max=32,
            values=("AVAILABLE", "UNSETTLED"),
            means="AVAILABLE uses available balance, default unsettled",
        ),
        Field(
            "amount",
            OBJECT,
            required=ALWAYS,
            means="money amounts of this item",
            fields=(
                Field("refund", AMOUNT, min=1, required=ALWAYS, unit=FEN, means="amount to give back"),
                _FROM,
                Field("total", AMOUNT, required=ALWAYS, unit=FEN, means="original order amount"),
                _CURRENCY,
            ),
        ),
        _GOODS_DETAIL,
    ),
    response=_REFUND,
    errors=(
        PARAM_ERROR,
        INVALID_REQUEST,
        _MCH_NOT_EXISTS,
        SIGN_ERROR,
        _USER_ACCOUNT_ABNORMAL,
        ErrorCode(
            "NOT_ENOUGH",
            status=403,
            means="too little refundable balance",
            remedy="top up or wait, same out_refund_no",
            repeat=True,
            doubt="told by other public code only",
        ),
        _NO_AUTH,
        _RESOURCE_NOT_EXISTS,
        ErrorCode(
            "FREQUENCY_LIMITED",
            status=429,
            means="too many requests",
            remedy="slow down",
            repeat=True,
            doubt="told by other public code only",
        ),
        SYSTEM_ERROR,
    ),
    limits=("150 requests per second; bad requests 6 per second", "within one year", "at most 50 partial refunds"),
    notes=(
        "direct and service provider use the same path; the provider adds sub_mchid",
        "channel, user_received_account and amounts are known at once; status may be PROCESSING",
        "no appid or mchid in the body: the signer is the merchant",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_5_9.shtml",
        "https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/create.html",
        "https://pay.weixin.qq.com/docs/partner/apis/refund/refunds/create.html",
        "https://pay.weixin.qq.com/docs/merchant/apis/weixin-pay-score/refunds/create.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/refund/domestic/refunds.yaml",
        "wechatpay-apiv3/wechatpay-go:services/refunddomestic/api_refunds.go",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment/references (CreateRefund)",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
    errors_confidence="secondary",
)

REFUND_QUERY_BY_OUT_REFUND_NO = V3Operation(
    name="refund_query_by_out_refund_no",
    title="Query refund",
    chinese="查询单笔退款",
    method="GET",
    path="/v3/refund/domestic/refunds/{out_refund_no}",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_refund_no",),
    request=(OUT_REFUND_NO_IN_PATH, SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER),
    response=_REFUND,
    errors=(
        PARAM_ERROR,
        SIGN_ERROR,
        _MCH_NOT_EXISTS,
        ErrorCode(
            "RESOURCE_NOT_EXISTS", status=404, means="no such refund", remedy="check the refund number", outcome=DECIDED
        ),
        SYSTEM_ERROR,
    ),
    notes=(
        "by merchant refund number only: no query by refund_id, transaction_id or order number, no list of refunds",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_5_10.shtml",
        "https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/query-by-out-refund-no.html",
        "https://pay.weixin.qq.com/docs/partner/apis/refund/refunds/query-by-out-refund-no.html",
        "https://pay.weixin.qq.com/docs/merchant/apis/weixin-pay-score/refunds/query-by-out-refund-no.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/refund/domestic/refunds/{out_refund_no}.yaml",
        "wechatpay-apiv3/wechatpay-go:services/refunddomestic/api_refunds.go",
    ),
    errors_confidence="secondary",
)

REFUND_APPLY_ABNORMAL = V3Operation(
    name="refund_apply_abnormal",
    title="Settle an abnormal refund",
    chinese="发起异常退款",
    path="/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    numbers=("refund_id", "out_refund_no"),
    query="refund_query_by_out_refund_no",
    request=(
        WECHATPAY_SERIAL_IN_HEADER,
        REFUND_ID_IN_PATH,
        SUB_MCHID_OF_SERVICE_PROVIDER,
        _OUT_REFUND_NO,
        Field(
            "type",
            ENUM,
            required=ALWAYS,
            values=("USER_BANK_CARD", "MERCHANT_BANK_CARD"),
            means="to whom the money goes",
        ),
        Field(
            "bank_type",
            ENUM,
            max=16,
            required=when("type", "USER_BANK_CARD"),
            values=(
                "CMB_DEBIT",
                "COMM_DEBIT",
                "ABC_DEBIT",
                "CCB_DEBIT",
                "ICBC_DEBIT",
                "BOC_DEBIT",
                "PAB_DEBIT",
                "SPDB_DEBIT",
                "CITIC_DEBIT",
                "CEB_DEBIT",
                "CMBC_DEBIT",
                "CIB_DEBIT",
                "GDB_DEBIT",
                "PSBC_DEBIT",
                "NBCB_DEBIT",
            ),
            means="payer's bank code",
        ),
        Field(
            "bank_account",
            max=1024,
            required=when("type", "USER_BANK_CARD"),
            encrypted="RSA-OAEP",
            means="encrypted bank card number",
        ),
        Field(
            "real_name",
            max=1024,
            required=when("type", "USER_BANK_CARD"),
            encrypted="RSA-OAEP",
            means="encrypted card holder name",
        ),
    ),
    response=_REFUND,
    errors=(
        PARAM_ERROR,
        INVALID_REQUEST,
        _MCH_NOT_EXISTS,
        SIGN_ERROR,
        _USER_ACCOUNT_ABNORMAL,
        ErrorCode(
            "NOT_ENOUGH",
            status=403,
            means="too little refundable balance",
            remedy="top up or wait, same out_refund_no",
            doubt="told by other public code only",
        ),
        _NO_AUTH,
        _RESOURCE_NOT_EXISTS,
        ErrorCode(
            "FREQUENCY_LIMITED",
            status=429,
            means="too many requests",
            remedy="slow down",
            doubt="told by other public code only",
        ),
        SYSTEM_ERROR_ONCE,
    ),
    limits=("150 requests per second",),
    notes=("only for refunds in state ABNORMAL; global v3 has nothing like it",),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/partner/4017150905",
        "https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/create-abnormal-refund.html",
        "https://pay.weixin.qq.com/docs/partner/apis/refund/refunds/create-abnormal-refund.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund.yaml",
    ),
    errors_confidence="secondary",
)
