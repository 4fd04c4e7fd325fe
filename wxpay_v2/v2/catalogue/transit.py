"""Transit: rides paid by contract. HMAC-SHA256 only."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    INT,
    JSON,
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
    LOST_ORDER_NUMBERS,
    MCH_ID,
    NONCE_STR,
    OUT_TRADE_NO,
    PAID_NUMBERS,
    REPLY_APPID,
    REPLY_DEVICE_INFO,
    REPLY_MCH_ID,
    REPLY_NONCE_STR,
    REPLY_RESULT,
    REPLY_SIGN,
    REPLY_TRANSPORT,
    RESULT_CODE,
    SIGN,
    SMALLEST,
)

_OUT_TRADE_NO = Field("out_trade_no", required=ALWAYS, means="merchant's order number")
_APPID = Field("appid", required=ALWAYS, means="app id the merchant is bound to")
_REPLY_CONTRACT_CODE = Field("contract_code", when="success", means="merchant's contract number")
_OPENID = Field("openid", rule="openid", means="payer's id under appid")
_REPLY_SUB_APPID = Field("sub_appid", when="transport success", means="sub-merchant's own app id")
_TOTAL_FEE = Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount", rule="total_fee")
_TRANSACTION_ID = Field("transaction_id", max=32, required=ALWAYS, means="WeChat Pay order number")
_REPLY_ERR_CODE_DES = Field("err_code_des", max=32, when="transport success", means="error, for people")
_REPLY_CASH_FEE_TYPE = Field("cash_fee_type", max=16, when="success", means="currency the payer paid in")
_EMAIL = Field("email", encrypted="RSA", means="e-mail address (encrypted)")
_REPLY_COUPON_TYPE_N = Field("coupon_type_$n", max=8, when="success", means="CASH is prepaid, NO_CASH not")
_REPLY_PLAN_ID = Field("plan_id", when="success", means="template of the deduction, from the platform")
_REPLY_COUPON_FEE = Field("coupon_fee", AMOUNT, unit=SMALLEST, when="success", means="all coupons together")
_REPLY_CONTRACT_STATE = Field("contract_state", ENUM, values=("0", "1"), when="success", means="contract state")
_SIGN = Field("sign", required=ALWAYS, means="over every other non-empty field")
_SCENE_INFO = Field("scene_info", required=ALWAYS, rule="scene_info", means="where the payment happens")
_REPLY_COUPON_FEE_N = Field("coupon_fee_$n", AMOUNT, unit=SMALLEST, when="success", means="amount of coupon $n")
_TRADE_TYPE = Field(
    "trade_type", ENUM, max=16, required=ALWAYS, values=("PAP",), means="way of payment", rule="trade_type"
)
_REPLY_BANK_TYPE = Field("bank_type", max=32, required=ALWAYS, when="success", means="code of the paying bank")
_REPLY_RETURN_MSG = Field("return_msg", required=ALWAYS, when="always", means="OK, or why it was not understood")
_REPLY_TRADE_STATE_DESC = Field("trade_state_desc", max=256, when="success", means="state in words, and the next step")
_NONCE_STR = Field("nonce_str", required=ALWAYS, means="random text, new for every message")
_SIGN_TYPE = Field("sign_type", ENUM, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm")
_OPENID_REQUIRED = Field("openid", required=ALWAYS, rule="openid", means="payer's id under appid")
_REPLY_TOTAL_FEE = Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="order amount")
_NOTIFY_URL = Field("notify_url", max=256, required=ALWAYS, rule="notify_url", means="where notifications go")
_VERSION = Field("version", ENUM, max=16, required=ALWAYS, values=("2.0",), means="fixed by the interface")
_TRADE_SCENE = Field("trade_scene", ENUM, max=16, required=ALWAYS, values=("METRO", "BUS"), means="trade scene")
_MCH_ID = Field("mch_id", required=ALWAYS, means="who calls: the merchant, institution or service provider")
_SIGN_TYPE_REQUIRED = Field(
    "sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm"
)
_REPLY_OPENID = Field("openid", max=32, required=ALWAYS, when="success", means="payer's id under appid")
_SPBILL_CREATE_IP = Field(
    "spbill_create_ip", max=16, required=ALWAYS, rule="ip", means="address of the terminal or caller"
)
_REPLY_TRADE_TYPE = Field(
    "trade_type", ENUM, max=16, required=ALWAYS, values=("PAP",), when="success", means="way of payment"
)
_REPLY_IS_SUBSCRIBE = Field(
    "is_subscribe", ENUM, max=1, values=("Y", "N"), when="success", means="payer follows the official account"
)
_REPLY_CASH_FEE = Field(
    "cash_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="what the payer paid, in cash_fee_type"
)
_REPLY_SETTLEMENT_TOTAL_FEE = Field(
    "settlement_total_fee",
    AMOUNT,
    unit=SMALLEST,
    when="success",
    means="order amount less coupons that were not prepaid",
)
_REPLY_USER_STATE = Field(
    "user_state",
    ENUM,
    max=16,
    required=ALWAYS,
    values=("NORMAL", "BLOCKED", "OVERDUE"),
    when="success",
    means="user state",
)
_REPLY_RETURN_CODE = Field(
    "return_code",
    ENUM,
    required=ALWAYS,
    values=("SUCCESS", "FAIL"),
    when="always",
    means="whether the message was understood",
)
_REPLY_TRADE_STATE = Field(
    "trade_state",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR", "ACCEPT"),
    when="success",
    means="order state",
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

TRANSIT_QUERY_STATE = Operation(
    name="transit_query_state",
    title="Query transit user",
    chinese="查询用户状态接口",
    path="/transit/pay/querystate",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        _APPID,
        _MCH_ID,
        _NONCE_STR,
        Field("contract_id", required=ALWAYS, means="WeChat's contract id"),
        _SIGN_TYPE,
        _SIGN,
        _OPENID_REQUIRED,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        _REPLY_USER_STATE,
        Field("contract_id", when="success", means="WeChat's contract id"),
        _REPLY_PLAN_ID,
        _REPLY_CONTRACT_CODE,
        _REPLY_CONTRACT_STATE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/pay/querystate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/pap_jt_v2.php?chapter=19_96&index=12",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985234",
    ),
    confidence="secondary",
    errors_confidence="none",
)

TRANSIT_PAY_APPLY = Operation(
    name="transit_pay_apply",
    title="Transit deduction",
    chinese="申请扣款",
    path="/transit/pay/payapply",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    numbers=("out_trade_no",),
    query="transit_query_order",
    query_after=5.0,
    request=(
        APPID,
        MCH_ID,
        NONCE_STR,
        _SIGN_TYPE_REQUIRED,
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
        Field("contract_id", max=32, means="WeChat's contract id"),
        _TRADE_SCENE,
        _SCENE_INFO_REQUIRED,
        Field("clientip", means="user's IP address", rule="ip"),
        Field("deviceid", means="device id"),
        Field("mobile", means="mobile number"),
        _EMAIL,
        Field("qq", means="QQ number"),
        _OPENID,
        Field("creid", means="id card number"),
        Field("outerid", means="merchant's user id"),
        _VERSION,
    ),
    response=(
        _REPLY_RETURN_CODE,
        _REPLY_RETURN_MSG,
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
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/pay/payapply.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/pap_jt_v2.php?chapter=19_99&index=5",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011984781",
    ),
    confidence="secondary",
    errors_confidence="none",
)

TRANSIT_QUERY_ORDER = Operation(
    name="transit_query_order",
    title="Query transit order",
    chinese="查询订单",
    path="/transit/queryorder",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    numbers=("out_trade_no",),
    proof=("transaction_id", "out_trade_no", "total_fee"),
    request=(APPID, MCH_ID, *LOST_ORDER_NUMBERS, NONCE_STR, _SIGN_TYPE_REQUIRED, SIGN),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        REPLY_DEVICE_INFO,
        _REPLY_OPENID,
        _REPLY_IS_SUBSCRIBE,
        _REPLY_TRADE_TYPE,
        _REPLY_TRADE_STATE,
        _REPLY_BANK_TYPE,
        _REPLY_TOTAL_FEE,
        Field("fee_type", max=8, when="success", means="currency, ISO 4217"),
        _REPLY_CASH_FEE,
        _REPLY_CASH_FEE_TYPE,
        _REPLY_SETTLEMENT_TOTAL_FEE,
        _REPLY_COUPON_FEE,
        Field("coupon_count", INT, when="success", means="coupons used"),
        _REPLY_COUPON_TYPE_N,
        Field("coupon_id_$n", max=20, when="success", means="coupon id"),
        _REPLY_COUPON_FEE_N,
        *PAID_NUMBERS,
        _REPLY_TRADE_STATE_DESC,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/queryorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2.php?chapter=20_96&index=7",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011986341",
    ),
    confidence="secondary",
    errors_confidence="none",
)

TRANSIT_PARTNER_QUERY_STATE = Operation(
    name="transit_partner_query_state",
    title="Query transit user (service provider)",
    chinese="查询用户状态接口",
    path="/transit/partnerpay/querystate",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    repeat=READ,
    moves_money=False,
    request=(
        _APPID,
        Field("sub_appid", means="sub-merchant's own app id"),
        _MCH_ID,
        Field("sub_mch_id", required=ALWAYS, means="sub-merchant"),
        _NONCE_STR,
        Field("contract_id", required=ALWAYS, means="WeChat's contract id"),
        _SIGN_TYPE,
        _SIGN,
        _OPENID_REQUIRED,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        _REPLY_SUB_APPID,
        REPLY_MCH_ID,
        Field("sub_mch_id", when="transport success", means="sub-merchant"),
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        _REPLY_USER_STATE,
        Field("contract_id", when="success", means="WeChat's contract id"),
        _REPLY_PLAN_ID,
        _REPLY_CONTRACT_CODE,
        _REPLY_CONTRACT_STATE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/querystate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/pap_sl_jt_v2.php?chapter=19_96&index=5",
        "https://pay.weixin.qq.com/doc/v2/partner/4011989910",
    ),
    confidence="secondary",
    errors_confidence="none",
)

TRANSIT_PARTNER_PAY_APPLY = Operation(
    name="transit_partner_pay_apply",
    title="Transit deduction (service provider)",
    chinese="申请扣款",
    path="/transit/partnerpay/payapply",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    numbers=("out_trade_no",),
    query="transit_partner_query_order",
    query_after=5.0,
    request=(
        APPID,
        Field("sub_appid", max=32, means="sub-merchant's own app id"),
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        NONCE_STR,
        _SIGN_TYPE_REQUIRED,
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
        Field("contract_id", max=32, means="WeChat's contract id"),
        _TRADE_SCENE,
        _SCENE_INFO_REQUIRED,
        Field("clientip", means="user's IP address", rule="ip"),
        Field("deviceid", means="device id"),
        Field("mobile", means="mobile number"),
        _EMAIL,
        Field("qq", means="QQ number"),
        _OPENID,
        Field("creid", means="id card number"),
        Field("outerid", means="merchant's user id"),
        _VERSION,
    ),
    response=(
        _REPLY_RETURN_CODE,
        _REPLY_RETURN_MSG,
        REPLY_APPID,
        _REPLY_SUB_APPID,
        REPLY_MCH_ID,
        Field("sub_mch_id", required=ALWAYS, when="transport success", means="sub-merchant"),
        REPLY_DEVICE_INFO,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        RESULT_CODE,
        ERR_CODE,
        _REPLY_ERR_CODE_DES,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/payapply.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/pap_sl_jt_v2.php?chapter=19_99&index=5",
        "https://pay.weixin.qq.com/doc/v2/partner/4011989903",
    ),
    confidence="secondary",
    errors_confidence="none",
)

TRANSIT_PARTNER_QUERY_ORDER = Operation(
    name="transit_partner_query_order",
    title="Query transit order (service provider)",
    chinese="查询订单",
    path="/transit/partnerpay/queryorder",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    sign_types=(HMAC_SHA256,),
    repeat=READ,
    moves_money=False,
    numbers=("out_trade_no",),
    proof=("transaction_id", "out_trade_no", "total_fee"),
    request=(
        APPID,
        Field("sub_appid", max=32, means="sub-merchant's own app id"),
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        *LOST_ORDER_NUMBERS,
        NONCE_STR,
        _SIGN_TYPE_REQUIRED,
        SIGN,
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        Field("sub_appid", max=32, when="transport success", means="sub-merchant's own app id"),
        REPLY_MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, when="transport success", means="sub-merchant"),
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        REPLY_DEVICE_INFO,
        _REPLY_OPENID,
        Field("sub_openid", max=32, when="success", means="payer's id under sub_appid"),
        _REPLY_IS_SUBSCRIBE,
        _REPLY_TRADE_TYPE,
        _REPLY_TRADE_STATE,
        _REPLY_BANK_TYPE,
        _REPLY_TOTAL_FEE,
        Field("fee_type", max=8, when="success", means="currency, ISO 4217"),
        _REPLY_CASH_FEE,
        _REPLY_CASH_FEE_TYPE,
        _REPLY_SETTLEMENT_TOTAL_FEE,
        _REPLY_COUPON_FEE,
        Field("coupon_count", INT, when="success", means="coupons used"),
        _REPLY_COUPON_TYPE_N,
        Field("coupon_id_$n", max=20, when="success", means="coupon id"),
        _REPLY_COUPON_FEE_N,
        *PAID_NUMBERS,
        _REPLY_TRADE_STATE_DESC,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/transit/partnerpay/queryorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/vehicle_v2_sl.php?chapter=20_96&index=7&p=202",
        "https://pay.weixin.qq.com/doc/v2/partner/4011989909",
    ),
    confidence="secondary",
    errors_confidence="none",
)
