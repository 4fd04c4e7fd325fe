"""Combined orders: one payment for orders of several merchants. HMAC-SHA256 only, ids of their own."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    INT,
    JSON,
    LIST,
    MAINLAND,
    OBJECT,
    READ,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    TIME,
    ErrorCode,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import (
    DEVICE_INFO,
    INVALID_REQUEST,
    NOAUTH,
    NONCE_STR,
    PARAM_ERROR,
    REPLY_DEVICE_INFO,
    REPLY_NONCE_STR,
    REPLY_RESULT,
    REPLY_TRANSPORT,
    SMALLEST,
    SYSTEMERROR,
    TIME_START,
)

_ORDER_NUM = Field("order_num", INT, required=ALWAYS, means="number of sub-orders")
_OUT_TRADE_NO = Field("out_trade_no", required=ALWAYS, means="merchant's order number")
_APPID = Field("appid", required=ALWAYS, means="app id the merchant is bound to")
_PRICE = Field("price", AMOUNT, required=ALWAYS, unit=SMALLEST, means="item price")
_FEE_TYPE = Field("fee_type", required=ALWAYS, rule="currency", means="currency, ISO 4217")
_TOTAL_FEE = Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount", rule="total_fee")
_MCHID = Field("mchid", required=ALWAYS, means="merchant id (this operation's spelling)")
_TOTAL_AMOUNT = Field("total_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="total amount")
_TYPE = Field("type", ENUM, required=ALWAYS, values=("iOS", "Android", "Wap"), means="kind")
_COMBINE_OUT_TRADE_NO = Field("combine_out_trade_no", max=32, required=ALWAYS, means="combined order number")
_COMBINE_APPID = Field("combine_appid", max=32, required=ALWAYS, means="appid of the combining merchant")
_SCOPE = Field("scope", ENUM, values=("GLOBAL", "SINGLE"), means="authorisation or discount scope")
_COMBINE_MCH_ID = Field("combine_mch_id", max=32, required=ALWAYS, means="merchant id of the combining merchant")
_SIGN = Field("sign", max=128, required=ALWAYS, means="over every other non-empty field")
_MCH_ID = Field("mch_id", required=ALWAYS, means="who calls: the merchant, institution or service provider")
_SIGN_TYPE = Field("sign_type", ENUM, max=64, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm")
_REPLY_COMBINE_APPID = Field(
    "combine_appid", max=32, required=ALWAYS, when="success", means="appid of the combining merchant"
)
_TRADE_TYPE = Field(
    "trade_type",
    ENUM,
    required=ALWAYS,
    values=("NATIVE", "JSAPI", "APP", "MWEB"),
    means="way of payment",
    rule="trade_type",
)
_REPLY_COMBINE_MCH_ID = Field(
    "combine_mch_id", max=32, required=ALWAYS, when="success", means="merchant id of the combining merchant"
)
_REPLY_SIGN = Field(
    "sign", max=128, required=ALWAYS, when="transport success", means="over every other non-empty field"
)
_AMOUNT = Field(
    "amount", OBJECT, required=ALWAYS, means="amount", fields=(_TOTAL_AMOUNT, Field("currency", means="currency"))
)
_H5_INFO = Field(
    "h5_info",
    OBJECT,
    means="H5 scene",
    fields=(
        _TYPE,
        Field("app_name", means="application name"),
        Field("app_url", means="site address"),
        Field("bundle_id", means="iOS bundle id"),
        Field("package_name", means="Android package name"),
    ),
)
_GOODS_DETAIL = Field(
    "goods_detail",
    LIST,
    required=ALWAYS,
    means="items",
    fields=(
        Field("goods_id", means="merchant's item code"),
        Field("wxpay_goods_id", means="WeChat Pay item code"),
        Field("goods_name", means="item name"),
        Field("quantity", INT, required=ALWAYS, means="item count"),
        _PRICE,
    ),
)
_ORDER_LIST = Field(
    "order_list",
    LIST,
    required=ALWAYS,
    means="sub-orders",
    fields=(
        _APPID,
        _MCH_ID,
        Field("body", required=ALWAYS, means="what is bought"),
        Field("detail", means="items"),
        Field("attach", required=ALWAYS, means="comes back as sent"),
        _OUT_TRADE_NO,
        _FEE_TYPE,
        _TOTAL_FEE,
        Field("sub_appid", means="sub-merchant's own app id"),
        Field("sub_mch_id", means="sub-merchant"),
    ),
)
_PROMOTION_DETAIL = Field(
    "promotion_detail",
    OBJECT,
    means="promotions used",
    fields=(
        Field("promotion_id", required=ALWAYS, means="coupon id"),
        Field("name", means="name"),
        _SCOPE,
        Field("type", ENUM, values=("COUPON", "DISCOUNT"), means="kind"),
        Field("amount", required=ALWAYS, means="amount"),
        Field("activity_id", required=ALWAYS, means="campaign id"),
        Field("wxpay_contribute", means="part funded by WeChat"),
        Field("merchant_contribute", means="part funded by the merchant"),
        Field("other_contribute", means="part funded by others"),
        _GOODS_DETAIL,
    ),
)
_ORDER_LIST_REQUIRED = Field(
    "order_list",
    LIST,
    required=ALWAYS,
    means="sub-orders",
    fields=(
        _MCHID,
        _TRADE_TYPE,
        Field("attach", required=ALWAYS, means="comes back as sent"),
        _AMOUNT,
        Field("transaction_id", means="WeChat Pay order number"),
        _OUT_TRADE_NO,
        Field("goods_tag", means="promotion tag"),
        Field("description", required=ALWAYS, means="description"),
        _PROMOTION_DETAIL,
    ),
)

COMBINED_ORDER = Operation(
    name="combined_order",
    title="Place combined order",
    chinese="合单下单",
    path="/pay/combinedorder",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "combine_appid", "mch_id": "combine_mch_id"},
    repeat=SAME_NUMBER,
    numbers=("combine_out_trade_no",),
    query="query_combined_order",
    query_after=5.0,
    request=(
        _COMBINE_APPID,
        _COMBINE_MCH_ID,
        DEVICE_INFO,
        NONCE_STR,
        _SIGN,
        _SIGN_TYPE,
        _COMBINE_OUT_TRADE_NO,
        Field("spbill_create_ip", max=16, required=ALWAYS, rule="ip", means="address of the terminal or caller"),
        TIME_START,
        Field("time_expire", TIME, max=14, format="yyyyMMddHHmmss", rule="time_expire", means="order end"),
        Field("notify_url", max=256, required=ALWAYS, rule="notify_url", means="where notifications go"),
        Field("trade_type", required=ALWAYS, means="way of payment", rule="trade_type"),
        Field("product_id", max=32, means="merchant's product id, native payment"),
        Field("combine_openid", max=128, means="payer's openid under combine_appid", rule="openid"),
        Field(
            "scene_info",
            JSON,
            max=256,
            required=ALWAYS,
            cdata=True,
            rule="scene_info",
            means="where the payment happens",
            fields=(
                Field("device_id", means="merchant's terminal id"),
                Field("payer_client_ip", required=ALWAYS, means="payer's IP address"),
                _H5_INFO,
            ),
        ),
        Field(
            "sub_order_list",
            JSON,
            max=10240,
            required=ALWAYS,
            cdata=True,
            means="orders of the merchants",
            fields=(_ORDER_NUM, _ORDER_LIST),
        ),
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_COMBINE_APPID,
        _REPLY_COMBINE_MCH_ID,
        REPLY_DEVICE_INFO,
        REPLY_NONCE_STR,
        _REPLY_SIGN,
        *REPLY_RESULT,
        Field("trade_type", max=16, required=ALWAYS, when="success", means="way of payment"),
        Field("code_url", max=64, when="success", means="QR code content"),
        Field("prepay_id", max=64, required=ALWAYS, when="success", means="prepay session id, valid 2 hours"),
        Field("mweb_url", max=64, when="success", means="H5 page that opens WeChat, valid 5 minutes"),
    ),
    errors=(
        SYSTEMERROR,
        PARAM_ERROR,
        INVALID_REQUEST,
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="sign with HMAC-SHA256"),
        NOAUTH,
        ErrorCode("POST_CONTEN_ERROR", means="a field has the wrong type", remedy="correct the request"),
    ),
    notes=(
        "sub_order_list travels as JSON text",
        "NOAUTH and POST_CONTEN_ERROR (so spelt) came in real replies, with return_code FAIL; the rest is from memory",
    ),
    sources=(
        "https://developers.weixin.qq.com/community/personal/oCJUsw4WGKWaQIl5xlJMm5Ti-DZ4/follow",
        "TheNorthMemory/wechatpay-openapi:docs/v2/pay/combinedorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/combine.php?chapter=24_1&index=2",
    ),
    confidence="secondary",
    errors_confidence="recollection",
)

QUERY_COMBINED_ORDER = Operation(
    name="query_combined_order",
    title="Query combined order",
    chinese="合单查单",
    path="/pay/querycombinedorder",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "combine_appid", "mch_id": "combine_mch_id"},
    repeat=READ,
    moves_money=False,
    numbers=("combine_out_trade_no",),
    request=(_COMBINE_APPID, _COMBINE_MCH_ID, NONCE_STR, _SIGN, _SIGN_TYPE, _COMBINE_OUT_TRADE_NO),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_COMBINE_APPID,
        _REPLY_COMBINE_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_DEVICE_INFO,
        Field("combine_openid", max=128, when="success", means="payer's openid under combine_appid"),
        Field("combine_out_trade_no", max=32, required=ALWAYS, when="success", means="combined order number"),
        _REPLY_SIGN,
        *REPLY_RESULT,
        Field("result_msg", max=32, required=ALWAYS, when="success", means="outcome in words"),
        Field(
            "trade_state",
            ENUM,
            max=32,
            values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR", "ACCEPT"),
            when="success",
            means="order state",
        ),
        Field("trade_state_desc", max=256, when="success", means="state in words, and the next step"),
        Field(
            "sub_order_list",
            JSON,
            max=10240,
            required=ALWAYS,
            cdata=True,
            when="success",
            means="orders of the merchants",
            fields=(_ORDER_NUM, _ORDER_LIST_REQUIRED),
        ),
    ),
    errors=(
        SYSTEMERROR,
        PARAM_ERROR,
        INVALID_REQUEST,
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="sign with HMAC-SHA256"),
    ),
    notes=("sub_order_list travels as JSON text",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/pay/querycombinedorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/combine.php?chapter=24_3&index=4",
    ),
    confidence="secondary",
    errors_confidence="recollection",
)

CLOSE_COMBINED_ORDER = Operation(
    name="close_combined_order",
    title="Close combined order",
    chinese="合单关单",
    path="/pay/closecombinedorder",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "combine_appid", "mch_id": "combine_mch_id"},
    repeat=SAME_NUMBER,
    numbers=("combine_out_trade_no",),
    query="query_combined_order",
    request=(
        _COMBINE_APPID,
        _COMBINE_MCH_ID,
        NONCE_STR,
        _SIGN,
        _SIGN_TYPE,
        _COMBINE_OUT_TRADE_NO,
        Field(
            "sub_order_list",
            JSON,
            max=10240,
            required=ALWAYS,
            cdata=True,
            means="orders of the merchants",
            fields=(_MCHID, _OUT_TRADE_NO),
        ),
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_COMBINE_APPID,
        _REPLY_COMBINE_MCH_ID,
        REPLY_NONCE_STR,
        _REPLY_SIGN,
        *REPLY_RESULT,
    ),
    errors=(
        SYSTEMERROR,
        PARAM_ERROR,
        INVALID_REQUEST,
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="sign with HMAC-SHA256"),
    ),
    notes=("sub_order_list travels as JSON text",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/pay/closecombinedorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/combine.php?chapter=24_2&index=3",
    ),
    confidence="secondary",
    errors_confidence="recollection",
)
