"""Customs declarations."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, AMOUNT, ENUM, LIST, READ, TIME, Field, one_of, stated
from wxpay_v2.v3.catalogue.common import (
    APPID_REQUIRED,
    FEN,
    GENERAL_ERRORS,
    INVALID_REQUEST_CARRIED_OVER,
    LIMIT_IN_QUERY,
    MCHID,
    MCHID_AFTER_SERIAL,
    MCHID_IN_QUERY_REQUIRED,
    NUMBER,
    OFFSET_IN_QUERY,
    OUT_TRADE_NO_REQUIRED,
    REPLY_LIMIT,
    REPLY_OFFSET,
    REPLY_OUT_TRADE_NO,
    REPLY_TOTAL_COUNT,
    RFC_3339,
    SMALLEST,
    TRANSACTION_ID,
)
from wxpay_v2.v3.operation import V3Operation

_CUSTOMS = Field(
    "customs",
    ENUM,
    required=ALWAYS,
    values=(
        "GUANGZHOU_ZS",
        "HANGZHOU_ZS",
        "NINGBO",
        "ZHENGZHOU_BS",
        "CHONGQING",
        "SHANGHAI_ZS",
        "SHENZHEN",
        "ZHENGZHOU_ZH_ZS",
        "TIANJIN",
    ),
    means="customs office code",
)
_MERCHANT_CUSTOMS_NO = Field(
    "merchant_customs_no", max=32, required=ALWAYS, means="merchant's customs registration number"
)
_ORDER_FEE = Field("order_fee", AMOUNT, required=stated("when split"), unit=FEN, means="transport_fee plus product_fee")
_PRODUCT_FEE = Field("product_fee", AMOUNT, required=stated("when split"), unit=FEN, means="goods part")
_SUB_ORDER_NO = Field(
    "sub_order_no", max=32, required=stated("when split, institution only"), means="caller's sub-order number"
)
_TRANSPORT_FEE = Field("transport_fee", AMOUNT, required=stated("when split"), unit=FEN, means="freight part")
_REPLY_EXPLANATION = Field("explanation", max=32, means="customs office's answer")
_REPLY_MODIFY_TIME = Field("modify_time", TIME, required=ALWAYS, format=RFC_3339, means="last change")
_REPLY_STATE = Field(
    "state",
    ENUM,
    required=ALWAYS,
    values=("PROCESSING", "UNDECLARED", "SUBMITTED", "SUCCESS", "FAIL", "EXCEPT"),
    means="customs state",
)
_REPLY_SUB_ORDER_ID = Field("sub_order_id", max=32, means="WeChat's sub-order number")
_REPLY_SUB_ORDER_NO = Field("sub_order_no", max=32, means="caller's sub-order number")
_REPLY_VERIFY_DEPARTMENT = Field(
    "verify_department",
    ENUM,
    required=ALWAYS,
    values=("UNIONPAY", "NETSUNION", "OTHERS"),
    means="clearing body that verified the payment",
)
_REPLY_VERIFY_DEPARTMENT_TRADE_ID = Field(
    "verify_department_trade_id", max=32, required=ALWAYS, means="that body's transaction number"
)
_REPLY_DECLARATION = (
    APPID_REQUIRED,
    MCHID,
    _REPLY_STATE,
    REPLY_OUT_TRADE_NO,
    TRANSACTION_ID,
    _REPLY_SUB_ORDER_NO,
    _REPLY_SUB_ORDER_ID,
)
_OLDER_PATH = "older path was /global/v3/customs/... on the same host"
_OWN_NUMBERS = (
    "mchid and appid are sent in every mode; in institution mode they are the institution's own (not documented)"
)

CUSTOMS_DECLARE = V3Operation(
    name="customs_declare",
    title="Declare order to customs",
    chinese="报关",
    path="/v3/global/customs/orders",
    moves_money=False,
    numbers=("out_trade_no",),
    query="customs_query",
    request=(
        APPID_REQUIRED,
        MCHID,
        OUT_TRADE_NO_REQUIRED,
        TRANSACTION_ID,
        _CUSTOMS,
        _MERCHANT_CUSTOMS_NO,
        Field("duty", AMOUNT, unit=FEN, means="customs duty"),
        _SUB_ORDER_NO,
        Field("fee_type", ENUM, required=stated("when split"), values=("CNY",), means="currency, CNY only"),
        _ORDER_FEE,
        _TRANSPORT_FEE,
        _PRODUCT_FEE,
    ),
    response=(*_REPLY_DECLARATION, _REPLY_VERIFY_DEPARTMENT, _REPLY_VERIFY_DEPARTMENT_TRADE_ID),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("only paid orders", "order_fee must equal transport_fee plus product_fee", _OLDER_PATH, _OWN_NUMBERS),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_1.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_3_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/customs/orders.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_MODIFY = V3Operation(
    name="customs_modify",
    title="Modify declaration",
    chinese="报关信息修改",
    method="PATCH",
    path="/v3/global/customs/orders",
    moves_money=False,
    numbers=("out_trade_no",),
    query="customs_query",
    request=(
        APPID_REQUIRED,
        MCHID,
        OUT_TRADE_NO_REQUIRED,
        TRANSACTION_ID,
        _SUB_ORDER_NO,
        _CUSTOMS,
        _MERCHANT_CUSTOMS_NO,
        Field("duty", AMOUNT, unit=FEN, means="customs duty"),
        _ORDER_FEE,
        _TRANSPORT_FEE,
        _PRODUCT_FEE,
    ),
    response=(*_REPLY_DECLARATION, _REPLY_MODIFY_TIME, _REPLY_VERIFY_DEPARTMENT, _REPLY_VERIFY_DEPARTMENT_TRADE_ID),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_OLDER_PATH, _OWN_NUMBERS),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_5.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_3_5.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/customs/orders.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_QUERY = V3Operation(
    name="customs_query",
    title="Query declaration",
    chinese="报关查询",
    method="GET",
    path="/v3/global/customs/orders",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("order_no",),
    request=(
        Field("appid", max=32, required=ALWAYS, place="query", means="merchant's own appid"),
        MCHID_IN_QUERY_REQUIRED,
        Field(
            "order_type",
            ENUM,
            required=ALWAYS,
            values=("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            place="query",
            means="which number order_no is",
        ),
        Field("order_no", max=32, required=ALWAYS, place="query", means="the order number itself"),
        Field(
            "customs",
            ENUM,
            required=ALWAYS,
            values=(
                "GUANGZHOU_ZS",
                "HANGZHOU_ZS",
                "NINGBO",
                "ZHENGZHOU_BS",
                "CHONGQING",
                "SHANGHAI_ZS",
                "SHENZHEN",
                "ZHENGZHOU_ZH_ZS",
                "TIANJIN",
            ),
            place="query",
            means="customs office code",
        ),
        OFFSET_IN_QUERY,
        LIMIT_IN_QUERY,
    ),
    response=(
        APPID_REQUIRED,
        MCHID,
        TRANSACTION_ID,
        _REPLY_VERIFY_DEPARTMENT,
        _REPLY_VERIFY_DEPARTMENT_TRADE_ID,
        REPLY_OFFSET,
        REPLY_LIMIT,
        REPLY_TOTAL_COUNT,
        Field(
            "data",
            LIST,
            required=ALWAYS,
            means="list of rows",
            fields=(
                _REPLY_SUB_ORDER_NO,
                _REPLY_SUB_ORDER_ID,
                Field("mch_customs_no", max=32, means="merchant's customs registration number"),
                _CUSTOMS,
                Field("fee_type", max=32, means="currency, CNY only"),
                Field("order_fee", AMOUNT, unit=SMALLEST, means="sub-order amount"),
                Field("duty", AMOUNT, unit=SMALLEST, means="customs duty"),
                Field("transport_fee", AMOUNT, unit=SMALLEST, means="freight part"),
                Field("product_fee", AMOUNT, unit=SMALLEST, means="goods part"),
                _REPLY_STATE,
                _REPLY_EXPLANATION,
                _REPLY_MODIFY_TIME,
            ),
        ),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("rows carry mch_customs_no while requests say merchant_customs_no", _OLDER_PATH, _OWN_NUMBERS),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_3.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_3_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/customs/orders.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_REDECLARE = V3Operation(
    name="customs_redeclare",
    title="Push declaration again",
    chinese="报关重推",
    path="/v3/global/customs/redeclare",
    moves_money=False,
    numbers=("out_trade_no",),
    query="customs_query",
    request=(
        APPID_REQUIRED,
        MCHID,
        Field(
            "out_trade_no",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            pattern=NUMBER,
            means="caller's order number",
        ),
        Field(
            "transaction_id",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="WeChat Pay order number",
        ),
        Field(
            "sub_order_no",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="caller's sub-order number",
        ),
        Field(
            "sub_order_id",
            max=32,
            required=one_of("out_trade_no", "transaction_id", "sub_order_no", "sub_order_id"),
            means="WeChat's sub-order number",
        ),
        _CUSTOMS,
        _MERCHANT_CUSTOMS_NO,
    ),
    response=(*_REPLY_DECLARATION, _REPLY_MODIFY_TIME, _REPLY_EXPLANATION),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("state must be SUCCESS or EXCEPT", _OLDER_PATH, _OWN_NUMBERS),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_4.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_3_4.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/customs/redeclare.yaml",
    ),
    errors_confidence="secondary",
)

CUSTOMS_VERIFY_CERTIFICATE = V3Operation(
    name="customs_verify_certificate",
    title="Check identity for customs",
    chinese="身份信息校验",
    path="/v3/global/customs/verify-certificate",
    moves_money=False,
    request=(
        *MCHID_AFTER_SERIAL,
        OUT_TRADE_NO_REQUIRED,
        TRANSACTION_ID,
        _SUB_ORDER_NO,
        _CUSTOMS,
        _MERCHANT_CUSTOMS_NO,
        Field("certificate_type", ENUM, max=16, required=ALWAYS, values=("IDCARD",), means="kind of identity document"),
        Field("certificate_id", required=ALWAYS, encrypted="RSA-PKCS1-v1_5", means="encrypted identity number"),
        Field("certificate_name", required=ALWAYS, encrypted="RSA-PKCS1-v1_5", means="encrypted holder name"),
    ),
    response=(
        APPID_REQUIRED,
        MCHID,
        REPLY_OUT_TRADE_NO,
        TRANSACTION_ID,
        Field(
            "certificate_check_result",
            ENUM,
            required=ALWAYS,
            values=("SAME", "DIFFERENT"),
            means="whether the identity matched the payer",
        ),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(
        "certificate_id and certificate_name use RSAES-PKCS1-v1_5 padding, not OAEP; header Wechatpay-Serial",
        "only orders already declared",
        _OLDER_PATH,
        _OWN_NUMBERS,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_3_2.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_3_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/customs/verify-certificate.yaml",
    ),
    errors_confidence="secondary",
)
