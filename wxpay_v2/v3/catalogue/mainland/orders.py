"""Orders of merchants: placing, query, closing."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DIRECT, MAINLAND, OBJECT, READ, SAME_NUMBER, Field
from wxpay_v2.v3.catalogue.common import MCHID, MCHID_AFTER_SERIAL, MCHID_IN_QUERY_REQUIRED, TRANSACTION_ID_IN_PATH
from wxpay_v2.v3.catalogue.mainland.common import (
    FEN_ONLY,
    FROM_SDK,
    H5_SCENE_INFO,
    IDENTITY,
    MAINLAND_SCENE_INFO,
    NO_TIME_START,
    NUMBER_LENGTH,
    OPENID_REQUIRED,
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
    USERPAYING,
)
from wxpay_v2.v3.operation import V3Operation

_REPLY_APPID = Field("appid", max=32, required=ALWAYS, means="merchant's appid")
_REPLY_PAYER = Field(
    "payer",
    OBJECT,
    when="paid",
    means="who paid",
    fields=(Field("openid", max=128, when="paid", means="payer id under appid"),),
)

TRANSACTIONS_JSAPI = V3Operation(
    name="transactions_jsapi",
    title="Order placement, official account and mini program",
    chinese="JSAPI下单",
    path="/v3/pay/transactions/jsapi",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(
        *MCHID_AFTER_SERIAL,
        *ORDER,
        MAINLAND_SCENE_INFO,
        Field("payer", OBJECT, required=ALWAYS, means="openid of the payer", fields=(OPENID_REQUIRED, IDENTITY)),
        SETTLE_INFO,
    ),
    response=(REPLY_PREPAY_ID,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "prepay_id valid 2 hours"),
    notes=("mini programs use the same path", NO_TIME_START),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/merchant/4012791856",
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter3_2.shtml",
        "https://pay.weixin.qq.com/doc/v3/merchant/4012525167",
        "https://pay.weixin.qq.com/doc/v3/merchant/4012525182",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/jsapi.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

TRANSACTIONS_NATIVE = V3Operation(
    name="transactions_native",
    title="Order placement, QR code",
    chinese="Native下单",
    path="/v3/pay/transactions/native",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(*MCHID_AFTER_SERIAL, *ORDER, MAINLAND_SCENE_INFO, PAYER, SETTLE_INFO),
    response=(REPLY_CODE_URL,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "code_url valid 2 hours"),
    notes=(NO_TIME_START,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter3_3.shtml",
        "https://pay.weixin.qq.com/doc/v3/merchant/4012525171",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/native.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

TRANSACTIONS_APP = V3Operation(
    name="transactions_app",
    title="Order placement, app",
    chinese="APP下单",
    path="/v3/pay/transactions/app",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(*MCHID_AFTER_SERIAL, *ORDER, MAINLAND_SCENE_INFO, PAYER, SETTLE_INFO),
    response=(REPLY_PREPAY_ID,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "prepay_id valid 2 hours"),
    notes=(NO_TIME_START,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter3_1.shtml",
        "https://pay.weixin.qq.com/doc/v3/merchant/4012525136",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/app.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

TRANSACTIONS_H5 = V3Operation(
    name="transactions_h5",
    title="Order placement, mobile web",
    chinese="H5下单",
    path="/v3/pay/transactions/h5",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(*MCHID_AFTER_SERIAL, *ORDER, H5_SCENE_INFO, PAYER, SETTLE_INFO),
    response=(REPLY_H5_URL,),
    errors=PAYMENT_ERRORS,
    limits=(NUMBER_LENGTH, SEVEN_DAYS, FEN_ONLY, "h5_url valid 5 minutes"),
    notes=(
        "answer key is h5_url; global says mweb_url. The transcription shows only h5_info; "
        "payer_client_ip, device_id and store_info are also taken",
        NO_TIME_START,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/transactions/chapter3_4.shtml",
        "https://pay.weixin.qq.com/doc/v3/merchant/4012525153",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/h5.yaml",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

ORDER_QUERY_BY_ID = V3Operation(
    name="order_query_by_id",
    title="Query order by WeChat number",
    chinese="查询订单",
    method="GET",
    path="/v3/pay/transactions/id/{transaction_id}",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("transaction_id",),
    request=(TRANSACTION_ID_IN_PATH, MCHID_IN_QUERY_REQUIRED),
    response=(_REPLY_APPID, MCHID, *REPLY_ORDER, _REPLY_PAYER, *REPLY_AMOUNTS),
    errors=PAYMENT_ERRORS,
    notes=(OTHER_ID, FROM_SDK),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/id/{transaction_id}.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment/references (QueryByWxTradeNo, "
        "PartnerQueryByWxTradeNo)",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)

ORDER_QUERY_BY_OUT_TRADE_NO = V3Operation(
    name="order_query_by_out_trade_no",
    title="Query order by merchant number",
    chinese="查询订单",
    method="GET",
    path="/v3/pay/transactions/out-trade-no/{out_trade_no}",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_trade_no",),
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, MCHID_IN_QUERY_REQUIRED),
    response=(_REPLY_APPID, MCHID, *REPLY_ORDER, _REPLY_PAYER, *REPLY_AMOUNTS),
    errors=PAYMENT_ERRORS,
    notes=(OTHER_ID, FROM_SDK),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/out-trade-no/{out_trade_no}.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment/references (QueryByWxTradeNo, "
        "PartnerQueryByWxTradeNo)",
        "binarywang/WxJava:weixin-java-pay (v3 beans, lengths)",
    ),
)

CLOSE_BY_OUT_TRADE_NO = V3Operation(
    name="close_by_out_trade_no",
    title="Close order",
    chinese="关闭订单",
    path="/v3/pay/transactions/out-trade-no/{out_trade_no}/close",
    regions=(MAINLAND,),
    modes=(DIRECT,),
    success=(204,),
    response_format="none",
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("out_trade_no",),
    query="order_query_by_out_trade_no",
    request=(OUT_TRADE_NO_IN_PATH_REQUIRED, MCHID),
    errors=(USERPAYING, *PAYMENT_ERRORS),
    limits=("some minutes after placing (5 advised)",),
    notes=("204 on success", "by merchant number only", "a user report says an unknown number may also give 204"),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter3_4_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/pay/transactions/out-trade-no/{out_trade_no}/close.yaml",
    ),
)
