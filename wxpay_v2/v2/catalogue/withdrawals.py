"""Automatic withdrawals of a day: their state, and a second attempt."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    MAINLAND,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import (
    ERR_CODE_DES,
    MCH_ID,
    NONCE_STR,
    REPLY_MCH_ID,
    REPLY_NONCE_STR,
    REPLY_TRANSPORT,
    RESULT_CODE,
    SIGN,
    SMALLEST,
)

_REPLY_ERR_CODE = Field("err_code", max=16, required=ALWAYS, when="transport success", means="error code")
_REPLY_SUB_MCH_ID = Field("sub_mch_id", max=32, required=ALWAYS, when="transport success", means="sub-merchant")
_REPLY_SIGN_TYPE = Field(
    "sign_type", ENUM, max=32, values=("HMAC-SHA256",), when="success", means="signature algorithm"
)
_SIGN_TYPE = Field("sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm")
_REPLY_SIGN = Field("sign", max=64, when="transport success", means="over every other non-empty field")

QUERY_AUTO_WITHDRAW_BY_DATE = Operation(
    name="query_auto_withdraw_by_date",
    title="Query automatic withdrawal",
    chinese="查询提现状态",
    path="/fund/queryautowithdrawbydate",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    certificate=True,
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        SIGN,
        _SIGN_TYPE,
        Field("date", max=32, required=ALWAYS, means="date"),
        NONCE_STR,
    ),
    response=(
        *REPLY_TRANSPORT,
        RESULT_CODE,
        _REPLY_ERR_CODE,
        ERR_CODE_DES,
        _REPLY_SIGN_TYPE,
        _REPLY_SIGN,
        Field("date", max=32, required=ALWAYS, when="success", means="date"),
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        REPLY_NONCE_STR,
        Field("withdraw_status", max=32, required=ALWAYS, when="success", means="withdrawal state"),
        Field("fail_reason", max=64, when="success", means="why it failed"),
        Field("withdraw_id", max=32, when="success", means="withdrawal id"),
        Field("amount", AMOUNT, unit=SMALLEST, when="success", means="amount"),
        Field("create_time", max=32, when="success", means="time of creation"),
        Field("success_time", max=32, when="success", means="time of success"),
        Field("refund_time", max=32, when="success", means="time of the return"),
    ),
    notes=("closed to new merchants or retired",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/fund/queryautowithdrawbydate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/xiaowei.php?chapter=21_1",
        "https://pay.weixin.qq.com/doc/v2/partner/4014115346",
    ),
    confidence="secondary",
    errors_confidence="none",
)

RE_AUTO_WITHDRAW_BY_DATE = Operation(
    name="re_auto_withdraw_by_date",
    title="Start automatic withdrawal again",
    chinese="重新发起提现",
    path="/fund/reautowithdrawbydate",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    certificate=True,
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    query="query_auto_withdraw_by_date",
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("date", max=32, required=ALWAYS, means="date"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(
        *REPLY_TRANSPORT,
        RESULT_CODE,
        _REPLY_ERR_CODE,
        ERR_CODE_DES,
        _REPLY_SIGN_TYPE,
        _REPLY_SIGN,
        Field("date", max=32, required=ALWAYS, when="success", means="date"),
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        Field("withdraw_id", max=64, required=ALWAYS, when="success", means="withdrawal id"),
        Field("amount", AMOUNT, required=ALWAYS, unit=SMALLEST, when="success", means="amount"),
        Field("create_time", max=32, required=ALWAYS, when="success", means="time of creation"),
        REPLY_NONCE_STR,
    ),
    notes=("closed to new merchants or retired",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/fund/reautowithdrawbydate.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/xiaowei.php?chapter=21_3",
    ),
    confidence="secondary",
    errors_confidence="none",
)
