"""Payment code payment and its reversal."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    DIRECT,
    LIST,
    MAINLAND,
    OBJECT,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    UNKNOWN,
    ErrorCode,
    Field,
    one_of,
)
from wxpay_v2.v3.catalogue.common import (
    APPID_REQUIRED,
    DESCRIPTION,
    FEN,
    INVALID_REQUEST,
    MCHID,
    NO_AUTH,
    OPTIONAL_REPLY_SUCCESS_TIME,
    ORDER_NOT_EXIST,
    OUT_TRADE_NO,
    PARAM_ERROR,
    QUANTITY,
    REPLY_OUT_TRADE_NO,
    SIGN_ERROR,
    SP_MCHID_REQUIRED,
    SUB_MCHID_REQUIRED,
    SYSTEM_ERROR_ONCE,
)
from wxpay_v2.v3.catalogue.mainland.common import (
    ACCOUNT_ERROR,
    APPID_MCHID_NOT_MATCH,
    COST_PRICE,
    FEN_ONLY,
    INVALID_TRANSACTIONID,
    INVOICE_ID,
    MAINLAND_NOT_ENOUGH,
    MAINLAND_ORDER_AMOUNT,
    MAINLAND_ORDER_CLOSED,
    MAINLAND_OUT_TRADE_NO_USED,
    MAINLAND_RULE_LIMIT,
    MAINLAND_TRADE_ERROR,
    MCH_NOT_EXISTS,
    MERCHANT_GOODS_ID,
    NUMBER_LENGTH,
    OPENID_MISMATCH,
    OPTIONAL_ATTACH,
    OPTIONAL_DEVICE_ID,
    OPTIONAL_OPENID,
    OPTIONAL_REPLY_CURRENCY,
    OPTIONAL_REPLY_GOODS_REMARK,
    OPTIONAL_REPLY_PAYER_CURRENCY,
    OPTIONAL_REPLY_TRANSACTION_ID,
    OPTIONAL_SUB_APPID,
    OUT_TRADE_NO_IN_PATH_REQUIRED,
    PAYMENT_ERRORS,
    REPLY_COUPON,
    REPLY_DISCOUNT_AMOUNT,
    REPLY_GOODS_ID,
    REPLY_TOTAL,
    REPLY_TRADE_STATE_REQUIRED,
    SETTLE_INFO,
    SUB_OPENID,
    SUPPORT_FAPIAO,
    UNIT_PRICE,
    USERPAYING,
)
from wxpay_v2.v3.operation import V3Operation

_SP_APPID = Field("sp_appid", max=32, means="institution's or service provider's appid")
_WXPAY_GOODS_ID = Field("wxpay_goods_id", max=32, means="WeChat's goods code")
_REPLY_TRADE_STATE_DESC = Field("trade_state_desc", max=256, means="order state in words")
_REPLY_AMOUNT = Field(
    "amount",
    OBJECT,
    means="money amounts of this item",
    fields=(
        REPLY_TOTAL,
        Field("payer_total", AMOUNT, unit=FEN, means="amount the payer paid"),
        OPTIONAL_REPLY_CURRENCY,
        OPTIONAL_REPLY_PAYER_CURRENCY,
    ),
)
_DETAIL = Field(
    "detail",
    OBJECT,
    means="goods and discount details",
    fields=(
        COST_PRICE,
        INVOICE_ID,
        Field(
            "goods_detail",
            LIST,
            means="list of goods",
            fields=(
                MERCHANT_GOODS_ID,
                _WXPAY_GOODS_ID,
                Field("goods_name", max=256, means="goods name"),
                QUANTITY,
                UNIT_PRICE,
            ),
        ),
    ),
)
_PAYER = Field(
    "payer",
    OBJECT,
    required=ALWAYS,
    means="who pays",
    fields=(Field("auth_code", max=32, required=ALWAYS, means="18 digits, prefix 10 to 15"),),
)
_REPLY_PROMOTION_DETAIL = Field(
    "promotion_detail",
    LIST,
    means="discounts used",
    fields=(
        *REPLY_COUPON,
        OPTIONAL_REPLY_CURRENCY,
        Field(
            "goods_detail",
            LIST,
            means="list of goods",
            fields=(REPLY_GOODS_ID, QUANTITY, UNIT_PRICE, REPLY_DISCOUNT_AMOUNT, OPTIONAL_REPLY_GOODS_REMARK),
        ),
    ),
)
_SCENE_INFO = Field(
    "scene_info",
    OBJECT,
    required=ALWAYS,
    means="where the payment takes place",
    fields=(
        OPTIONAL_DEVICE_ID,
        Field("device_ip", max=45, means="terminal's IP address"),
        Field(
            "store_info",
            OBJECT,
            required=ALWAYS,
            means="the shop",
            fields=(
                Field("id", max=32, required=one_of("id", "out_id"), means="WeChat shop number"),
                Field("out_id", max=256, means="merchant's own shop code"),
            ),
        ),
    ),
)
_AUTH_CODE_EXPIRED = ErrorCode(
    "AUTH_CODE_EXPIRED",
    status=400,
    means="code expired",
    remedy="scan a fresh code",
    doubt="carried over from a similar call; its status is a guess",
)
_AUTH_CODE_INVALID = ErrorCode(
    "AUTH_CODE_INVALID",
    status=400,
    means="code wrong or used",
    remedy="scan a fresh code",
    doubt="carried over from a similar call; its status is a guess",
)
_BANK_ERROR_ONCE = ErrorCode(
    "BANK_ERROR", status=500, means="the bank's system failed", remedy="query after 5 s", outcome=UNKNOWN
)
_FREQUENCY_LIMITED_ONCE = ErrorCode("FREQUENCY_LIMITED", status=429, means="too many requests", remedy="slow down")
_ORDER_PAID = ErrorCode(
    "ORDER_PAID",
    status=400,
    means="order number already paid",
    remedy="use a new number",
    outcome=DECIDED,
    doubt="carried over from a similar call; its status is a guess",
)
_CODE_ERRORS = (
    USERPAYING,
    APPID_MCHID_NOT_MATCH,
    INVALID_REQUEST,
    MCH_NOT_EXISTS,
    MAINLAND_ORDER_CLOSED,
    PARAM_ERROR,
    SIGN_ERROR,
    ACCOUNT_ERROR,
    NO_AUTH,
    MAINLAND_NOT_ENOUGH,
    MAINLAND_OUT_TRADE_NO_USED,
    MAINLAND_RULE_LIMIT,
    MAINLAND_TRADE_ERROR,
    ORDER_NOT_EXIST,
    _FREQUENCY_LIMITED_ONCE,
    _BANK_ERROR_ONCE,
    INVALID_TRANSACTIONID,
    OPENID_MISMATCH,
    SYSTEM_ERROR_ONCE,
    _AUTH_CODE_INVALID,
    _AUTH_CODE_EXPIRED,
    _ORDER_PAID,
)
_CODE_ORDER = (
    DESCRIPTION,
    OUT_TRADE_NO,
    OPTIONAL_ATTACH,
    Field("goods_tag", max=32, means="coupon tag"),
    SUPPORT_FAPIAO,
    _PAYER,
    MAINLAND_ORDER_AMOUNT,
    _SCENE_INFO,
    _DETAIL,
    SETTLE_INFO,
)
_PARTNER_IDS = (_SP_APPID, SP_MCHID_REQUIRED, OPTIONAL_SUB_APPID, SUB_MCHID_REQUIRED)
_REPLY_ORDER = (
    REPLY_OUT_TRADE_NO,
    OPTIONAL_REPLY_TRANSACTION_ID,
    Field("trade_type", max=16, means="how the payer pays"),
    Field("bank_type", max=32, means="payer's bank code"),
    OPTIONAL_REPLY_SUCCESS_TIME,
    REPLY_TRADE_STATE_REQUIRED,
    _REPLY_TRADE_STATE_DESC,
    OPTIONAL_ATTACH,
)

CODEPAY = V3Operation(
    name="codepay",
    title="Payment code",
    chinese="付款码支付",
    path="/v3/pay/transactions/codepay",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    success=(200, 202),
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    query_after=5.0,
    reverse_after=15.0,
    read_timeout=30.0,
    request=(APPID_REQUIRED, MCHID, *_CODE_ORDER),
    response=(
        Field("appid", max=32, means="merchant's own appid"),
        MCHID,
        *_REPLY_ORDER,
        Field("payer", OBJECT, means="who pays", fields=(OPTIONAL_OPENID,)),
        _REPLY_AMOUNT,
        _REPLY_PROMOTION_DETAIL,
    ),
    errors=_CODE_ERRORS,
    limits=(NUMBER_LENGTH, FEN_ONLY, "payment code lives 1 minute"),
    notes=(
        "store_info is needed, unlike v2 micropay",
        "no notify_url and no time_expire; nothing is called back",
        "outcome in trade_state; USERPAYING means ask again",
        "202 is reported from the field (2026) for the password wait: the ordinary answer with "
        "trade_state USERPAYING or an error with code USERPAYING; every 202 is pending",
        "v2 mainland micropay exists beside it; this v3 path is newer (2024)",
    ),
    sources=(
        "binarywang/WxJava issue 4050, pull request 4054",
        "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/code-pay.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/codepay.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
    errors_confidence="secondary",
)

CODEPAY_REVERSE = V3Operation(
    name="codepay_reverse",
    title="Reverse payment code order",
    chinese="撤销订单",
    path="/v3/pay/transactions/out-trade-no/{out_trade_no}/reverse",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    repeat=SAME_NUMBER,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, APPID_REQUIRED, MCHID),
    response=(Field("appid", max=32, means="merchant's own appid"), MCHID, REPLY_OUT_TRADE_NO),
    errors=PAYMENT_ERRORS,
    limits=("first try no sooner than 15 s after paying", "only payment-code orders"),
    notes=(
        "200 with a body naming the order, not 204",
        "appid is part of the body",
        "by merchant number only; there is no reverse by transaction_id",
        "no recall flag",
    ),
    sources=(
        "https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/reverse.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/out-trade-no/{out_trade_no}/reverse.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)

PARTNER_CODEPAY = V3Operation(
    name="partner_codepay",
    title="Payment code (service provider)",
    chinese="付款码支付",
    path="/v3/pay/partner/transactions/codepay",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    success=(200, 202),
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    query_after=5.0,
    reverse_after=15.0,
    read_timeout=30.0,
    request=(*_PARTNER_IDS, *_CODE_ORDER),
    response=(
        *_PARTNER_IDS,
        *_REPLY_ORDER,
        Field(
            "payer",
            OBJECT,
            means="who pays",
            fields=(Field("sp_openid", max=128, means="payer's id under sp_appid"), SUB_OPENID),
        ),
        _REPLY_AMOUNT,
        _REPLY_PROMOTION_DETAIL,
    ),
    errors=_CODE_ERRORS,
    limits=(NUMBER_LENGTH, FEN_ONLY, "payment code lives 1 minute"),
    notes=(
        "store_info is needed, unlike v2 micropay",
        "no notify_url and no time_expire; nothing is called back",
        "outcome in trade_state; USERPAYING means ask again",
        "202 is reported from the field (2026) for the password wait: the ordinary answer with "
        "trade_state USERPAYING or an error with code USERPAYING; every 202 is pending",
        "v2 mainland micropay exists beside it; this v3 path is newer (2024)",
    ),
    sources=(
        "binarywang/WxJava issue 4050, pull request 4054",
        "https://pay.weixin.qq.com/docs/partner/apis/partner-code-payment-v3/partner/partner-code-pay.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/codepay.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
    errors_confidence="secondary",
)

PARTNER_CODEPAY_REVERSE = V3Operation(
    name="partner_codepay_reverse",
    title="Reverse payment code order (service provider)",
    chinese="撤销订单",
    path="/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    repeat=SAME_NUMBER,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, *_PARTNER_IDS),
    response=(*_PARTNER_IDS, REPLY_OUT_TRADE_NO),
    errors=PAYMENT_ERRORS,
    limits=("first try no sooner than 15 s after paying", "only payment-code orders"),
    notes=(
        "200 with a body naming the order, not 204",
        "appid is part of the body",
        "by merchant number only; there is no reverse by transaction_id",
        "no recall flag",
    ),
    sources=(
        "https://pay.weixin.qq.com/docs/partner/apis/partner-code-payment-v3/partner/partner-reverse.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)
