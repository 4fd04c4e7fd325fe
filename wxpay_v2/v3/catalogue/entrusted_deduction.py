"""Entrusted deduction: contracts."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DIRECT, INSTITUTION, INT, READ, TIME, Field, in_modes
from wxpay_v2.v3.catalogue.common import (
    APPID,
    GENERAL_ERRORS,
    IDS,
    INVALID_REQUEST_CARRIED_OVER,
    LENGTH_DOUBT,
    OPENID,
    PLAN_ID,
    RFC_3339,
    SP_APPID,
    SP_MCHID,
    SP_MCHID_IN_QUERY,
    SUB_APPID,
    SUB_MCHID,
    SUB_MCHID_IN_QUERY,
    UNCHECKED,
)
from wxpay_v2.v3.operation import V3Operation

_APPID_IN_QUERY = Field(
    "appid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), place="query", means="merchant's own appid"
)
_CONTRACT_ID_IN_PATH = Field("contract_id", required=ALWAYS, place="path", means="WeChat's contract number")
_EXPIRED_TIME = Field("expired_time", TIME, format=RFC_3339, means="when the signing session ends")
_OUT_CONTRACT_CODE = Field(
    "out_contract_code", max=32, required=ALWAYS, means="caller's contract number", doubt=LENGTH_DOUBT
)
_SP_APPID_IN_QUERY = Field(
    "sp_appid",
    max=32,
    required=in_modes(INSTITUTION),
    modes=(INSTITUTION,),
    place="query",
    means="institution's or service provider's appid",
)
_SUB_APPID_IN_QUERY = Field("sub_appid", max=32, modes=(INSTITUTION,), place="query", means="sub-merchant's appid")
_SUCCESS_NOTIFY_URL = Field("success_notify_url", required=ALWAYS, means="address for the signing notification")
_TERMINATION_NOTE = Field("termination_note", means="why the contract was ended")
_USER_DISPLAY_NAME = Field("user_display_name", required=ALWAYS, means="user name shown on the contract")
_REPLY_OUT_CONTRACT_CODE = Field("out_contract_code", means="caller's contract number")
_REPLY_SESSION_ID = Field("session_id", required=ALWAYS, means="signing session id")
_REPLY_SIGNED_TIME = Field("signed_time", TIME, format=RFC_3339, means="when the contract was signed")
_REPLY_SIGN_URL = Field("sign_url", required=ALWAYS, means="page where the user signs")
_REPLY_TERMINATED_TIME = Field("terminated_time", TIME, format=RFC_3339, means="when the contract ended")
_REPLY_TERMINATION_MODE = Field("termination_mode", means="who ended the contract")
_REPLY_USER_DISPLAY_NAME = Field("user_display_name", means="user name shown on the contract")
_CONTRACT = (
    APPID,
    SUB_MCHID,
    SP_APPID,
    SP_MCHID,
    SUB_APPID,
    PLAN_ID,
    _OUT_CONTRACT_CODE,
    _USER_DISPLAY_NAME,
    _SUCCESS_NOTIFY_URL,
)
_REPLY_CONTRACT = (
    Field("contract_id", means="WeChat's contract number"),
    Field("plan_id", INT, means="contract template number"),
    _REPLY_OUT_CONTRACT_CODE,
    _REPLY_USER_DISPLAY_NAME,
    Field("state", means="contract state"),
    _REPLY_SIGNED_TIME,
    _REPLY_TERMINATED_TIME,
    _REPLY_TERMINATION_MODE,
    _TERMINATION_NOTE,
    OPENID,
)

PAPAY_SIGN_JSAPI = V3Operation(
    name="papay_sign_jsapi",
    title="Pre-sign contract, JSAPI",
    chinese="JSAPI预签约",
    path="/v3/global/papay/contracts/jsapi-pre-entrust-sign",
    moves_money=False,
    numbers=("out_contract_code",),
    query="papay_contract_query_by_code",
    request=(*_CONTRACT, OPENID, Field("return_url", means="page to come back to"), _EXPIRED_TIME),
    response=(_REPLY_SIGN_URL,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(UNCHECKED,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_15.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/jsapi-pre-entrust-sign.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_SIGN_MINIPROGRAM = V3Operation(
    name="papay_sign_miniprogram",
    title="Pre-sign contract, mini program",
    chinese="小程序签约",
    path="/v3/global/papay/contracts/miniprogram-pre-entrust-sign",
    moves_money=False,
    numbers=("out_contract_code",),
    query="papay_contract_query_by_code",
    request=(*_CONTRACT, OPENID, Field("user_client_ip", means="user's IP address"), _EXPIRED_TIME),
    response=(_REPLY_SESSION_ID,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(UNCHECKED,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/miniprogram-pre-entrust-sign.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_SIGN_APP = V3Operation(
    name="papay_sign_app",
    title="Pre-sign contract, app",
    chinese="APP签约",
    path="/v3/global/papay/contracts/app-pre-entrust-sign",
    moves_money=False,
    numbers=("out_contract_code",),
    query="papay_contract_query_by_code",
    request=(*_CONTRACT, OPENID, Field("user_client_ip", means="user's IP address"), _EXPIRED_TIME),
    response=(_REPLY_SESSION_ID,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(UNCHECKED,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_18.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/app-pre-entrust-sign.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_SIGN_H5 = V3Operation(
    name="papay_sign_h5",
    title="Pre-sign contract, H5",
    chinese="H5预签约",
    path="/v3/global/papay/contracts/h5-pre-entrust-sign",
    moves_money=False,
    numbers=("out_contract_code",),
    query="papay_contract_query_by_code",
    request=(
        *_CONTRACT,
        Field("return_appid", means="appid to come back to"),
        Field("user_client_ip", means="user's IP address"),
        _EXPIRED_TIME,
        Field("return_url", means="page to come back to"),
    ),
    response=(_REPLY_SIGN_URL,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(UNCHECKED,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_14.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/h5-pre-entrust-sign.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_SIGN_WEB = V3Operation(
    name="papay_sign_web",
    title="Pre-sign contract, web",
    chinese="WEB预签约",
    path="/v3/global/papay/contracts/web-pre-entrust-sign",
    moves_money=False,
    numbers=("out_contract_code",),
    query="papay_contract_query_by_code",
    request=(*_CONTRACT, _EXPIRED_TIME, Field("return_url", means="page to come back to")),
    response=(Field("show_code_url", required=ALWAYS, means="page showing the code to scan"),),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("a C# SDK reads sign_url instead of show_code_url", UNCHECKED),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/web-pre-entrust-sign.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_CONTRACT_QUERY = V3Operation(
    name="papay_contract_query",
    title="Query contract by id",
    chinese="代扣协议ID查询签约",
    method="GET",
    path="/v3/global/papay/contracts/{contract_id}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("contract_id",),
    request=(
        _APPID_IN_QUERY,
        SUB_MCHID_IN_QUERY,
        _SP_APPID_IN_QUERY,
        SP_MCHID_IN_QUERY,
        _SUB_APPID_IN_QUERY,
        Field("plan_id", INT, place="query", means="contract template number"),
        _CONTRACT_ID_IN_PATH,
    ),
    response=(*IDS, *_REPLY_CONTRACT),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(
        "the transcription lists plan_id here and not on the merchant-code form, whose text asks for it: "
        "probably swapped",
        UNCHECKED,
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/{contract_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_CONTRACT_QUERY_BY_CODE = V3Operation(
    name="papay_contract_query_by_code",
    title="Query contract by merchant code",
    chinese="商户协议号查询签约",
    method="GET",
    path="/v3/global/papay/contracts/out-contract-code/{out_contract_code}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("out_contract_code",),
    request=(
        _APPID_IN_QUERY,
        SUB_MCHID_IN_QUERY,
        _SP_APPID_IN_QUERY,
        SP_MCHID_IN_QUERY,
        _SUB_APPID_IN_QUERY,
        Field(
            "out_contract_code",
            max=32,
            required=ALWAYS,
            place="path",
            means="caller's contract number",
            doubt=LENGTH_DOUBT,
        ),
    ),
    response=(*IDS, *_REPLY_CONTRACT),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("the text says plan_id goes with the code, the parameter list lacks it", UNCHECKED),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/out-contract-code/{out_contract_code}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

PAPAY_CONTRACT_TERMINATE = V3Operation(
    name="papay_contract_terminate",
    title="End contract",
    chinese="申请解约",
    path="/v3/global/papay/contracts/{contract_id}/terminate",
    success=(204,),
    response_format="none",
    moves_money=False,
    numbers=("contract_id",),
    query="papay_contract_query",
    request=(_CONTRACT_ID_IN_PATH, APPID, SP_APPID, SUB_MCHID, SUB_APPID, _TERMINATION_NOTE),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=("204 on success", UNCHECKED),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter5_1_4.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/papay/contracts/{contract_id}/terminate.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)
