"""Report of a call's speed and outcome, short links."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, ENUM, INT, JSON, ONCE, READ, TIME, Field, Operation
from wxpay_v2.v2.catalogue.common import (
    APPID_MCHID_NOT_MATCH,
    BEIJING_TIME,
    DEVICE_INFO,
    ID_ERRORS,
    LACK_PARAMS,
    MCH_ID,
    MESSAGE_ERRORS,
    NONCE_STR,
    OUTCOMES,
    POST_DATA_EMPTY,
    REPLY_HEAD,
    REPLY_TRANSPORT,
    REQUEST_HEAD,
    SIGN,
    SIGN_TYPE,
    SUB_APPID,
    SUB_MCH_ID,
)

_OF_THE_CALL = "of the call reported on"

REPORT = Operation(
    name="report",
    title="Report Speed Testing",
    chinese="交易保障",
    path="/payitil/report",
    signed_response=False,
    repeat=ONCE,
    moves_money=False,
    request=(
        Field("appid", max=32, means="app id"),
        MCH_ID,
        SUB_APPID,
        SUB_MCH_ID,
        NONCE_STR,
        SIGN,
        SIGN_TYPE,
        DEVICE_INFO,
        Field("interface_url", max=127, required=ALWAYS, means="whole address of the call reported on"),
        Field(
            "execute_time_",
            INT,
            required=ALWAYS,
            unit="ms",
            means="duration of the call; the wire name ends in an underscore",
        ),
        Field("return_code", ENUM, max=16, required=ALWAYS, values=OUTCOMES, means=_OF_THE_CALL),
        Field("return_msg", max=128, means=_OF_THE_CALL),
        Field("result_code", ENUM, max=16, required=ALWAYS, values=OUTCOMES, means=_OF_THE_CALL),
        Field("err_code", max=32, means=_OF_THE_CALL),
        Field("err_code_des", max=128, means=_OF_THE_CALL),
        Field("out_trade_no", max=32, means=_OF_THE_CALL),
        Field("user_ip", max=64, required=ALWAYS, means="IP of the caller", rule="ip"),
        Field("time", TIME, max=14, format=BEIJING_TIME, means="time of the report, Beijing"),
        Field(
            "trades",
            JSON,
            cdata=True,
            means="several calls as a JSON list, in place of the single fields",
            doubt="mainland quick pay; the single fields come from public code and older pages",
            fields=(
                Field("out_trade_no", max=32, means="merchant's order number"),
                Field("begin_time", TIME, max=14, format=BEIJING_TIME, means="start of the call"),
                Field("end_time", TIME, max=14, format=BEIJING_TIME, means="end of the call"),
                Field("state", ENUM, values=("OK", "FAIL", "CANCLE"), means="outcome (so spelt on the wire)"),
                Field("err_msg", means="error in words"),
            ),
        ),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("result_code", ENUM, max=16, values=OUTCOMES, when="transport success", means="business outcome"),
    ),
    notes=(
        "the reply carries no signature: there is nothing to verify",
        "a report that fails must never break a payment",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter8_8.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter8_8.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013634924",
        "TheNorthMemory/wechatpay-openapi:docs/definitions/report.yaml",
    ),
    errors_confidence="none",
)

SHORT_URL = Operation(
    name="short_url",
    title="Convert to short link",
    chinese="转换短链接",
    path="/tools/shorturl",
    repeat=READ,
    moves_money=False,
    request=(
        *REQUEST_HEAD,
        Field(
            "long_url",
            max=512,
            required=ALWAYS,
            means="address to shorten",
            doubt="the page signs the raw address and sends it URL-encoded; public libraries send what they sign",
        ),
    ),
    response=(*REPLY_HEAD, Field("short_url", max=64, required=ALWAYS, when="success", means="short address")),
    errors=(
        *MESSAGE_ERRORS,
        LACK_PARAMS,
        POST_DATA_EMPTY,
        *ID_ERRORS,
        APPID_MCHID_NOT_MATCH,
    ),
    notes=("for the links of native mode 1: weixin://wxpay/bizpayurl?...",),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013634974",
        "TheNorthMemory/wechatpay-openapi:docs/v2/tools/shorturl.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
)
