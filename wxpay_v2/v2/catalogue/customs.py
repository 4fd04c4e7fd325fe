"""Customs declarations. Mainland XML, MD5 only, no nonce; outside the mainland the JSON interface replaces it."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    INT,
    MAINLAND,
    MD5,
    READ,
    SERVICE_PROVIDER,
    TIME,
    ErrorCode,
    Field,
    Operation,
    one_of,
    stated,
)
from wxpay_v2.v2.catalogue.common import (
    APPID,
    MCH_ID,
    NOAUTH,
    ORDERNOTEXIST,
    OUT_TRADE_NO,
    PARAM_ERROR,
    REPLY_APPID,
    REPLY_MCH_ID,
    REPLY_RESULT,
    REPLY_TRANSPORT,
    SMALLEST,
    SYSTEMERROR,
)

_SIGN = Field("sign", max=32, required=ALWAYS, means="MD5 signature")
_SIGN_TYPE = Field("sign_type", ENUM, max=32, values=("MD5",), default="MD5", means="only MD5")
_REPLY_SUB_ORDER_ID = Field("sub_order_id", max=32, when="split order", means="WeChat's sub-order number")
_REPLY_SUB_ORDER_NO = Field("sub_order_no", max=32, when="split order", means="merchant's sub-order number")
_REPLY_VERIFY_DEPARTMENT_TRADE_ID = Field(
    "verify_department_trade_id", max=64, when="success", means="trade number there"
)
_REPLY_SIGN_TYPE = Field("sign_type", ENUM, max=32, values=("MD5",), when="transport success", means="MD5")
_REPLY_OUT_TRADE_NO = Field("out_trade_no", max=32, required=ALWAYS, when="success", means="merchant's order number")
_REPLY_TRANSACTION_ID = Field(
    "transaction_id", max=28, required=ALWAYS, when="success", means="WeChat Pay order number"
)
_REPLY_MODIFY_TIME = Field(
    "modify_time",
    TIME,
    max=14,
    required=ALWAYS,
    format="yyyyMMddHHmmss",
    when="success",
    means="last change, Beijing time",
)
_REPLY_SIGN = Field("sign", max=32, required=ALWAYS, when="transport success", means="signature")
_MCH_CUSTOMS_NO = Field(
    "mch_customs_no", max=32, required=stated("customs is not NO"), means="merchant's customs registration number"
)
_REPLY_VERIFY_DEPARTMENT = Field(
    "verify_department",
    ENUM,
    max=16,
    values=("UNIONPAY", "NETSUNION", "OTHERS"),
    when="success",
    means="clearing house",
)
_REPLY_STATE = Field(
    "state",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("UNDECLARED", "SUBMITTED", "PROCESSING", "SUCCESS", "FAIL", "EXCEPT"),
    when="success",
    means="declaration state",
)
_CUSTOMS = Field(
    "customs",
    ENUM,
    max=32,
    required=ALWAYS,
    values=(
        "NO",
        "GUANGZHOU_ZS",
        "HANGZHOU_ZS",
        "NINGBO",
        "ZHENGZHOU_BS",
        "CHONGQING",
        "SHANGHAI_ZS",
        "SHENZHEN",
        "ZHENGZHOU_ZH_ZS",
        "TIANJIN",
        "ZONGSHU",
    ),
    means="customs office",
)

CUSTOMS_DECLARE = Operation(
    name="customs_declare",
    title="Declare order to customs",
    chinese="订单附加信息提交接口",
    path="/cgi-bin/mch/customs/customdeclareorder",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    nonce=False,
    sign_type_field=False,
    ids={"appid": "appid", "mch_id": "mch_id"},
    moves_money=False,
    numbers=("out_trade_no",),
    query="customs_declare_query",
    request=(
        _SIGN,
        APPID,
        MCH_ID,
        OUT_TRADE_NO,
        Field("transaction_id", max=28, required=ALWAYS, means="WeChat Pay order number"),
        _CUSTOMS,
        _MCH_CUSTOMS_NO,
        Field("duty", AMOUNT, unit=SMALLEST, means="customs duty, not sent on to customs"),
        Field("action_type", ENUM, max=256, values=("ADD", "MODIFY"), default="ADD", means="new or changed"),
        Field("sub_order_no", max=32, required=stated("order is split"), means="merchant's sub-order number"),
        Field(
            "fee_type",
            ENUM,
            max=3,
            required=stated("order is split"),
            values=("CNY",),
            rule="currency",
            means="only CNY",
        ),
        Field(
            "order_fee",
            AMOUNT,
            required=stated("order is split"),
            unit=SMALLEST,
            means="sub-order amount = transport_fee + product_fee",
        ),
        Field("transport_fee", AMOUNT, required=stated("order is split"), unit=SMALLEST, means="freight"),
        Field("product_fee", AMOUNT, required=stated("order is split"), unit=SMALLEST, means="price of the goods"),
        Field("cert_type", ENUM, max=32, values=("IDCARD",), means="identity document of the buyer"),
        Field("cert_id", max=64, means="its number"),
        Field("name", max=64, means="buyer's name"),
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_SIGN_TYPE,
        _REPLY_SIGN,
        REPLY_APPID,
        REPLY_MCH_ID,
        *REPLY_RESULT,
        _REPLY_STATE,
        _REPLY_TRANSACTION_ID,
        _REPLY_OUT_TRADE_NO,
        _REPLY_SUB_ORDER_NO,
        _REPLY_SUB_ORDER_ID,
        _REPLY_MODIFY_TIME,
        Field(
            "cert_check_result",
            ENUM,
            max=32,
            values=("UNCHECKED", "SAME", "DIFFERENT"),
            when="success",
            means="identity check",
        ),
        _REPLY_VERIFY_DEPARTMENT,
        _REPLY_VERIFY_DEPARTMENT_TRADE_ID,
    ),
    errors=(
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="check the key"),
        PARAM_ERROR,
        ORDERNOTEXIST,
        SYSTEMERROR,
        NOAUTH,
    ),
    notes=(
        "register every customs office on the merchant platform first",
        "unsplit: the amount is the paid CNY amount less refunds; do not send it",
        "Tenpay customs code 4403169D3W",
        "the global v2 site offers customs as the JSON API /global/v3/customs/orders instead (direct mode)",
        "an office that is not listed is declared as GUANGZHOU_ZS",
        "older pages also list GUANGZHOU_HP_GJ and GUANGZHOU_NS_GJ, declared in addition to GUANGZHOU_ZS",
        "state may be misspelt NDECLARED in transcriptions: accept unknown states",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985151",
        "https://pay.weixin.qq.com/doc/global/v2/en/4013666714",
        "https://pay.weixin.qq.com/wiki/doc/api/external/declarecustom.php?chapter=18_1",
        "TheNorthMemory/wechatpay-openapi:docs/v2/cgi-bin/mch/customs/customdeclareorder.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_DECLARE_QUERY = Operation(
    name="customs_declare_query",
    title="Query customs declaration",
    chinese="订单附加信息查询接口",
    path="/cgi-bin/mch/customs/customdeclarequery",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    nonce=False,
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        _SIGN_TYPE,
        _SIGN,
        APPID,
        MCH_ID,
        Field(
            "out_trade_no",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="merchant's order number",
        ),
        Field(
            "transaction_id",
            max=28,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="WeChat Pay order number",
        ),
        Field(
            "sub_order_no",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="merchant's sub-order number",
        ),
        Field(
            "sub_order_id",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="WeChat's sub-order number",
        ),
        _CUSTOMS,
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_SIGN_TYPE,
        _REPLY_SIGN,
        REPLY_APPID,
        REPLY_MCH_ID,
        *REPLY_RESULT,
        _REPLY_TRANSACTION_ID,
        Field("out_trade_no", max=32, when="success", means="merchant's order number"),
        _REPLY_VERIFY_DEPARTMENT,
        _REPLY_VERIFY_DEPARTMENT_TRADE_ID,
        Field("count", INT, required=ALWAYS, when="success", means="declarations in this reply"),
        Field("sub_order_no_$n", max=32, when="success", means="merchant's sub-order number"),
        Field("sub_order_id_$n", max=32, when="success", means="WeChat's sub-order number"),
        Field("mch_customs_no_$n", max=32, when="success", means="customs registration number"),
        Field("customs_$n", max=32, when="success", means="customs office"),
        Field("fee_type_$n", max=3, when="success", means="currency"),
        Field("order_fee_$n", when="success", means="sub-order amount"),
        Field("duty_$n", when="success", means="duty"),
        Field("transport_fee_$n", when="success", means="freight"),
        Field("product_fee_$n", when="success", means="price of the goods"),
        Field(
            "state_$n",
            max=32,
            when="success",
            means="declaration state: UNDECLARED SUBMITTED PROCESSING SUCCESS FAIL EXCEPT",
        ),
        Field("explanation_$n", max=128, when="success", means="result in words"),
        Field(
            "modify_time_$n", TIME, max=14, format="yyyyMMddHHmmss", when="success", means="last change, Beijing time"
        ),
        Field("cert_check_result_$n", max=32, when="success", means="UNCHECKED SAME DIFFERENT"),
    ),
    errors=(
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="check the key"),
        PARAM_ERROR,
        ORDERNOTEXIST,
        SYSTEMERROR,
        NOAUTH,
    ),
    notes=(
        "priority sub_order_id > sub_order_no > transaction_id > out_trade_no",
        "identity data collected by WeChat is not returned",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985273",
        "TheNorthMemory/wechatpay-openapi:docs/v2/cgi-bin/mch/customs/customdeclarequery.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_REDECLARE = Operation(
    name="customs_redeclare",
    title="Push customs declaration again",
    chinese="订单附加信息重推接口",
    path="/cgi-bin/mch/newcustoms/customdeclareredeclare",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    nonce=False,
    ids={"appid": "appid", "mch_id": "mch_id"},
    moves_money=False,
    query="customs_declare_query",
    request=(
        _SIGN_TYPE,
        _SIGN,
        APPID,
        MCH_ID,
        Field(
            "out_trade_no", max=32, required=one_of("out_trade_no", "transaction_id"), means="merchant's order number"
        ),
        Field(
            "transaction_id", max=28, required=one_of("out_trade_no", "transaction_id"), means="WeChat Pay order number"
        ),
        Field(
            "sub_order_no", max=32, required=stated("split order: one of the two"), means="merchant's sub-order number"
        ),
        Field(
            "sub_order_id", max=32, required=stated("split order: one of the two"), means="WeChat's sub-order number"
        ),
        _CUSTOMS,
        _MCH_CUSTOMS_NO,
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_SIGN_TYPE,
        _REPLY_SIGN,
        REPLY_APPID,
        REPLY_MCH_ID,
        *REPLY_RESULT,
        _REPLY_STATE,
        _REPLY_TRANSACTION_ID,
        _REPLY_OUT_TRADE_NO,
        _REPLY_SUB_ORDER_NO,
        _REPLY_SUB_ORDER_ID,
        _REPLY_MODIFY_TIME,
        Field("explanation", max=128, when="success", means="result in words"),
    ),
    errors=(
        ErrorCode("SIGN_ERROR", means="signature wrong", remedy="check the key"),
        PARAM_ERROR,
        ORDERNOTEXIST,
        SYSTEMERROR,
        NOAUTH,
    ),
    notes=("its path says newcustoms",),
    sources=(
        "https://pay.weixin.qq.com/doc/v2/merchant/4011985318",
        "TheNorthMemory/wechatpay-openapi:docs/v2/cgi-bin/mch/newcustoms/customdeclareredeclare.yaml",
    ),
    errors_confidence="secondary",
)
