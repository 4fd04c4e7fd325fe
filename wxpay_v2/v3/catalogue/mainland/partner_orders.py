"""Orders of service providers: placing, query, closing."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    MAINLAND,
    OBJECT,
    READ,
    SAME_NUMBER,
    SERVICE_PROVIDER,
    Field,
    one_of,
    stated,
)
from wxpay_v2.v3.catalogue.common import (
    SP_APPID_REQUIRED,
    SP_MCHID_IN_QUERY_REQUIRED,
    SP_MCHID_REQUIRED,
    SUB_MCHID_REQUIRED,
    TRANSACTION_ID_IN_PATH,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.catalogue.mainland.common import (
    FEN_ONLY,
    FROM_SDK,
    H5_SCENE_INFO,
    IDENTITY,
    MAINLAND_SCENE_INFO,
    NO_TIME_START,
    NUMBER_LENGTH,
    OPTIONAL_SUB_APPID,
    ORDER,
    OTHER_ID,
    OUT_TRADE_NO_IN_PATH_REQUIRED,
    PAYER,
    PAYMENT_ERRORS,
    REPLY_AMOUNTS,
    REPLY_CODE_URL,
    REPLY_H5_URL,
    REPLY_ORDER,
    REPLY_PREPAY_ID,
    SETTLE_INFO,
    SEVEN_DAYS,
    SUB_MCHID_IN_QUERY_REQUIRED,
    USERPAYING,
)
from wxpay_v2.v3.operation import V3Operation

_SUB_APPID = Field(
    "sub_appid", max=32, required=stated("when sub_openid or a sub-merchant app is used"), means="sub-merchant's appid"
)
_REPLY_SP_APPID = Field("sp_appid", max=32, required=ALWAYS, means="provider's appid")
_REPLY_SP_MCHID = Field("sp_mchid", max=32, required=ALWAYS, means="provider's merchant number")
_REPLY_PAYER = Field(
    "payer",
    OBJECT,
    when="paid",
    means="who paid",
    fields=(
        Field("sp_openid", max=128, when="paid", means="payer id under sp_appid"),
        Field("sub_openid", max=128, when="paid", means="payer id under sub_appid"),
    ),
)
_ORDER_HEAD = (
    WECHATPAY_SERIAL_IN_HEADER,
    SP_APPID_REQUIRED,
    SP_MCHID_REQUIRED,
    _SUB_APPID,
    SUB_MCHID_REQUIRED,
    SETTLE_INFO,
)

PARTNER_TRANSACTIONS_JSAPI = V3Operation(
    name="partner_transactions_jsapi",
    title="Order placement, official account and mini program (service provider)",
    chinese="JSAPI下单",
    path="/v3/pay/partner/transactions/jsapi",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(
        *_ORDER_HEAD,
        *ORDER,
        MAINLAND_SCENE_INFO,
        Field(
            "payer",
            OBJECT,
            required=ALWAYS,
            means="openid of the payer",
            fields=(
                Field(
                    "sp_openid", max=128, required=one_of("sp_openid", "sub_openid"), means="payer's id under sp_appid"
                ),
                Field(
                    "sub_openid",
                    max=128,
                    required=one_of("sp_openid", "sub_openid"),
                    means="payer's id under sub_appid",
                ),
                IDENTITY,
            ),
        ),
    ),
    response=(REPLY_PREPAY_ID,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "prepay_id valid 2 hours"),
    notes=("mini programs use the same path", NO_TIME_START),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/partner/4012738519",
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter5_2.shtml",
        "https://pay.weixin.qq.com/doc/v3/partner/4012523579",
        "https://pay.weixin.qq.com/doc/v3/partner/4012523593",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/jsapi.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

PARTNER_TRANSACTIONS_NATIVE = V3Operation(
    name="partner_transactions_native",
    title="Order placement, QR code (service provider)",
    chinese="Native下单",
    path="/v3/pay/partner/transactions/native",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(*_ORDER_HEAD, *ORDER, MAINLAND_SCENE_INFO, PAYER),
    response=(REPLY_CODE_URL,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "code_url valid 2 hours"),
    notes=(NO_TIME_START,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter5_3.shtml",
        "https://pay.weixin.qq.com/doc/v3/partner/4012523551",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/native.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

PARTNER_TRANSACTIONS_APP = V3Operation(
    name="partner_transactions_app",
    title="Order placement, app (service provider)",
    chinese="APP下单",
    path="/v3/pay/partner/transactions/app",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(*_ORDER_HEAD, *ORDER, MAINLAND_SCENE_INFO, PAYER),
    response=(REPLY_PREPAY_ID,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "prepay_id valid 2 hours"),
    notes=(NO_TIME_START,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter5_1.shtml",
        "https://pay.weixin.qq.com/doc/v3/partner/4012523526",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/app.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

PARTNER_TRANSACTIONS_H5 = V3Operation(
    name="partner_transactions_h5",
    title="Order placement, mobile web (service provider)",
    chinese="H5下单",
    path="/v3/pay/partner/transactions/h5",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(*_ORDER_HEAD, *ORDER, H5_SCENE_INFO, PAYER),
    response=(REPLY_H5_URL,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "h5_url valid 5 minutes"),
    notes=(
        "answer key is h5_url; global says mweb_url. The transcription shows only h5_info; "
        "payer_client_ip, device_id and store_info are also taken",
        NO_TIME_START,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter5_4.shtml",
        "https://pay.weixin.qq.com/doc/v3/partner/4012523544",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/h5.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

PARTNER_ORDER_QUERY_BY_ID = V3Operation(
    name="partner_order_query_by_id",
    title="Query order by WeChat number (service provider)",
    chinese="查询订单",
    method="GET",
    path="/v3/pay/partner/transactions/id/{transaction_id}",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(TRANSACTION_ID_IN_PATH, SP_MCHID_IN_QUERY_REQUIRED, SUB_MCHID_IN_QUERY_REQUIRED),
    response=(
        _REPLY_SP_APPID,
        _REPLY_SP_MCHID,
        OPTIONAL_SUB_APPID,
        SUB_MCHID_REQUIRED,
        *REPLY_ORDER,
        _REPLY_PAYER,
        *REPLY_AMOUNTS,
    ),
    errors=PAYMENT_ERRORS,
    notes=(OTHER_ID, FROM_SDK),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/id/{transaction_id}.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment/references (QueryByWxTradeNo, "
        "PartnerQueryByWxTradeNo)",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)

PARTNER_ORDER_QUERY_BY_OUT_TRADE_NO = V3Operation(
    name="partner_order_query_by_out_trade_no",
    title="Query order by merchant number (service provider)",
    chinese="查询订单",
    method="GET",
    path="/v3/pay/partner/transactions/out-trade-no/{out_trade_no}",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_trade_no",),
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, SP_MCHID_IN_QUERY_REQUIRED, SUB_MCHID_IN_QUERY_REQUIRED),
    response=(
        _REPLY_SP_APPID,
        _REPLY_SP_MCHID,
        OPTIONAL_SUB_APPID,
        SUB_MCHID_REQUIRED,
        *REPLY_ORDER,
        _REPLY_PAYER,
        *REPLY_AMOUNTS,
    ),
    errors=PAYMENT_ERRORS,
    notes=(OTHER_ID, FROM_SDK),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/out-trade-no/{out_trade_no}.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment/references (QueryByWxTradeNo, "
        "PartnerQueryByWxTradeNo)",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)

PARTNER_CLOSE_BY_OUT_TRADE_NO = V3Operation(
    name="partner_close_by_out_trade_no",
    title="Close order (service provider)",
    chinese="关闭订单",
    path="/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    success=(204,),
    response_format="none",
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="partner_order_query_by_out_trade_no",
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, SP_MCHID_REQUIRED, SUB_MCHID_REQUIRED),
    errors=(USERPAYING, *PAYMENT_ERRORS),
    limits=("some minutes after placing (5 advised)",),
    notes=("204 on success", "by merchant number only", "a user report says an unknown number may also give 204"),
    sources=(
        "https://pay.weixin.qq.com/docs/partner/apis/partner-miniprogram-payment/close-order.html",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close.yaml",
    ),
)
