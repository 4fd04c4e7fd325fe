"""Vehicle services: parking and tolls paid by the plate. HMAC-SHA256 only."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    JSON,
    LIST,
    MAINLAND,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import (
    APPID,
    BODY,
    ERR_CODE,
    FEE_TYPE,
    GOODS_TAG,
    MCH_ID,
    NONCE_STR,
    OUT_TRADE_NO,
    REPLY_APPID,
    REPLY_DEVICE_INFO,
    REPLY_MCH_ID,
    REPLY_NONCE_STR,
    REPLY_RESULT,
    REPLY_SIGN,
    REPLY_TRANSPORT,
    RESULT_CODE,
    RETURN_CODE,
    SIGN,
    SMALLEST,
)

_SUB_APPID = Field("sub_appid", max=32, required=ALWAYS, means="sub-merchant's own app id")
_TOTAL_FEE = Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount", rule="total_fee")
_REPLY_ERR_CODE_DES = Field("err_code_des", max=32, when="transport success", means="error, for people")
_OPENID = Field("openid", max=32, rule="openid", means="payer's id under appid")
_REPLY_SUB_APPID = Field("sub_appid", max=32, when="transport success", means="sub-merchant's own app id")
_REPLY_OPENID = Field("openid", max=32, when="success", means="payer's id under appid")
_SCENE_INFO = Field("scene_info", required=ALWAYS, rule="scene_info", means="where the payment happens")
_TRADE_TYPE = Field(
    "trade_type", ENUM, max=16, required=ALWAYS, values=("PAP",), means="way of payment", rule="trade_type"
)
_REPLY_SUB_MCH_ID = Field("sub_mch_id", max=32, required=ALWAYS, when="transport success", means="sub-merchant")
_COMMON_USE_FLAG = Field("common_use_flag", ENUM, max=16, values=("COMMON_USE",), means="is the usual vehicle")
_VERSION = Field("version", ENUM, max=16, required=ALWAYS, values=("3.0",), means="fixed by the interface")
_NOTIFY_URL = Field("notify_url", max=256, required=ALWAYS, rule="notify_url", means="where notifications go")
_PROFIT_SHARING = Field("profit_sharing", ENUM, max=16, values=("Y", "N"), means="Y keeps the money for profit sharing")
_OPENID_REQUIRED = Field("openid", max=32, required=ALWAYS, rule="openid", means="payer's id under appid")
_SIGN_TYPE = Field("sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm")
_SPBILL_CREATE_IP = Field(
    "spbill_create_ip", max=16, required=ALWAYS, rule="ip", means="address of the terminal or caller"
)
_TRADE_SCENE = Field(
    "trade_scene", ENUM, max=16, required=ALWAYS, values=("PARKING", "PARKING SPACE"), means="trade scene"
)
_REPLY_USER_STATE = Field(
    "user_state", ENUM, max=16, required=ALWAYS, values=("NORMAL", "BLOCK"), when="success", means="user state"
)
_REPLY_DEDUCT_MODE = Field(
    "deduct_mode", ENUM, max=16, values=("PROACTIVE", "AUTOPAY"), when="success", means="how the deduction starts"
)
_TRADE_SCENE_REQUIRED = Field(
    "trade_scene",
    ENUM,
    max=16,
    required=ALWAYS,
    values=("PARKING", "PARKING SPACE", "GAS", "HIGHWAY", "BRIDGE"),
    means="trade scene",
)
_REPLY_USER_STATE_REQUIRED = Field(
    "user_state",
    ENUM,
    max=16,
    required=ALWAYS,
    values=("NORMAL", "PAUSED", "OVERDUE", "UNAUTHORIZED"),
    when="success",
    means="user state",
)
_SCENE_INFO_REQUIRED = Field(
    "scene_info",
    JSON,
    max=1024,
    required=ALWAYS,
    cdata=True,
    rule="scene_info",
    means="where the payment happens",
    fields=(_SCENE_INFO,),
)
_PLATE_NUMBER_INFO = Field(
    "plate_number_info",
    LIST,
    means="vehicles",
    fields=(
        Field("plate_number", max=32, means="vehicle plate"),
        Field("channel_type", max=32, means="channel of the vehicle"),
        Field("common_use_flag", max=16, means="is the usual vehicle"),
    ),
)
_PLATE_NUMBER_INFO_2 = Field(
    "plate_number_info",
    LIST,
    means="vehicles",
    fields=(
        Field("plate_number", max=32, means="vehicle plate"),
        Field("channel_type", max=32, means="channel of the vehicle"),
        _COMMON_USE_FLAG,
    ),
)

VEHICLE_QUERY_STATE = Operation(
    name="vehicle_query_state",
    title="Query vehicle user",
    chinese="用户状态查询",
    path="/vehicle/pay/querystate",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        APPID,
        MCH_ID,
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        _TRADE_SCENE_REQUIRED,
        Field("jump_scene", max=16, means="where to jump"),
        _OPENID_REQUIRED,
        Field("plate_number", required=ALWAYS, means="vehicle plate"),
        _VERSION,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        _REPLY_USER_STATE_REQUIRED,
        _REPLY_OPENID,
        _REPLY_DEDUCT_MODE,
        Field("path", max=1024, when="success", means="path to open"),
        Field(
            "plate_number_info",
            JSON,
            max=512,
            cdata=True,
            when="success",
            means="vehicles",
            fields=(_PLATE_NUMBER_INFO_2,),
        ),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/querystate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2.php?chapter=20_93&index=9",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011986415",
    ),
    confidence="secondary",
    errors_confidence="none",
)

VEHICLE_NOTIFICATION = Operation(
    name="vehicle_notification",
    title="Vehicle entered",
    chinese="用户入场通知api",
    path="/vehicle/pay/notification",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    moves_money=False,
    request=(
        APPID,
        MCH_ID,
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        Field("version", max=16, required=ALWAYS, means="fixed by the interface"),
        _TRADE_SCENE,
        _SCENE_INFO_REQUIRED,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        RESULT_CODE,
        ERR_CODE,
        _REPLY_ERR_CODE_DES,
        _REPLY_USER_STATE,
        _REPLY_DEDUCT_MODE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/notification.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2.php?chapter=20_992&index=1",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985272",
    ),
    confidence="secondary",
    errors_confidence="none",
)

VEHICLE_PAY_APPLY = Operation(
    name="vehicle_pay_apply",
    title="Vehicle deduction",
    chinese="申请扣款",
    path="/vehicle/pay/payapply",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    numbers=("out_trade_no",),
    query="order_query",
    query_after=5.0,
    request=(
        APPID,
        MCH_ID,
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        BODY,
        Field("detail", max=6000, means="items"),
        Field("attach", max=127, means="comes back as sent"),
        OUT_TRADE_NO,
        _TOTAL_FEE,
        FEE_TYPE,
        _SPBILL_CREATE_IP,
        GOODS_TAG,
        _NOTIFY_URL,
        _TRADE_TYPE,
        _VERSION,
        _TRADE_SCENE_REQUIRED,
        _OPENID,
        _PROFIT_SHARING,
        _SCENE_INFO_REQUIRED,
    ),
    response=(
        Field(
            "return_code",
            ENUM,
            required=ALWAYS,
            values=("SUCCESS", "FAIL"),
            when="always",
            means="whether the message was understood",
        ),
        Field("return_msg", required=ALWAYS, when="always", means="OK, or why it was not understood"),
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_DEVICE_INFO,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        RESULT_CODE,
        ERR_CODE,
        _REPLY_ERR_CODE_DES,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/payapply.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2.php?chapter=20_982&index=1",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985331",
    ),
    confidence="secondary",
    errors_confidence="none",
)

VEHICLE_PARTNER_QUERY_STATE = Operation(
    name="vehicle_partner_query_state",
    title="Query vehicle user (service provider)",
    chinese="用户状态查询",
    path="/vehicle/partnerpay/querystate",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    repeat=READ,
    moves_money=False,
    request=(
        APPID,
        _SUB_APPID,
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        _TRADE_SCENE_REQUIRED,
        Field("jump_scene", ENUM, max=16, values=("APP", "H5"), means="where to jump"),
        _OPENID_REQUIRED,
        Field("sub_openid", required=ALWAYS, rule="sub_openid", means="payer's id under sub_appid"),
        Field("plate_number", required=ALWAYS, means="vehicle plate"),
        _VERSION,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        _REPLY_SUB_APPID,
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        _REPLY_USER_STATE_REQUIRED,
        _REPLY_OPENID,
        _REPLY_DEDUCT_MODE,
        Field("sub_openid", max=32, when="success", means="payer's id under sub_appid"),
        Field("path", max=1024, when="success", means="path to open"),
        Field(
            "plate_number_info",
            JSON,
            max=512,
            cdata=True,
            when="success",
            means="vehicles",
            fields=(_PLATE_NUMBER_INFO,),
        ),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/querystate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2_sl.php?chapter=20_93&index=9&p=202",
        "https://pay.weixin.qq.com/doc/v2/partner/4011988212",
    ),
    confidence="secondary",
    errors_confidence="none",
)

VEHICLE_PARTNER_NOTIFICATION = Operation(
    name="vehicle_partner_notification",
    title="Vehicle entered (service provider)",
    chinese="用户入场通知api",
    path="/vehicle/partnerpay/notification",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    moves_money=False,
    request=(
        APPID,
        MCH_ID,
        _SUB_APPID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        _VERSION,
        _TRADE_SCENE,
        _SCENE_INFO_REQUIRED,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        _REPLY_SUB_APPID,
        _REPLY_SUB_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        RESULT_CODE,
        ERR_CODE,
        _REPLY_ERR_CODE_DES,
        _REPLY_USER_STATE,
        _REPLY_DEDUCT_MODE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/notification.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2_sl.php?chapter=20_992&index=1&p=202",
        "https://pay.weixin.qq.com/doc/v2/partner/4011988204",
    ),
    confidence="secondary",
    errors_confidence="none",
)

VEHICLE_PARTNER_PAY_APPLY = Operation(
    name="vehicle_partner_pay_apply",
    title="Vehicle deduction (service provider)",
    chinese="申请扣款",
    path="/vehicle/partnerpay/payapply",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    numbers=("out_trade_no",),
    query="order_query",
    query_after=5.0,
    request=(
        APPID,
        _SUB_APPID,
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        NONCE_STR,
        _SIGN_TYPE,
        SIGN,
        BODY,
        Field("detail", max=6000, means="items"),
        Field("attach", max=127, means="comes back as sent"),
        OUT_TRADE_NO,
        _TOTAL_FEE,
        FEE_TYPE,
        _SPBILL_CREATE_IP,
        GOODS_TAG,
        _NOTIFY_URL,
        _TRADE_TYPE,
        _VERSION,
        _TRADE_SCENE,
        _OPENID,
        _PROFIT_SHARING,
        _SCENE_INFO_REQUIRED,
    ),
    response=(
        RETURN_CODE,
        Field("return_msg", max=128, required=ALWAYS, when="always", means="OK, or why it was not understood"),
        REPLY_APPID,
        _REPLY_SUB_APPID,
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        REPLY_DEVICE_INFO,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        RESULT_CODE,
        ERR_CODE,
        _REPLY_ERR_CODE_DES,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/partnerpay/payapply.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2_sl.php?chapter=20_982&index=2&p=202",
        "https://pay.weixin.qq.com/doc/v2/partner/4011988205",
    ),
    confidence="secondary",
    errors_confidence="none",
)
