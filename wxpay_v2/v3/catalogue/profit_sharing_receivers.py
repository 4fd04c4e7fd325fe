"""Receivers of profit sharing."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, ENUM, INSTITUTION, INT, READ, Field, when
from wxpay_v2.v3.catalogue.common import (
    AUTHORIZED,
    GENERAL_ERRORS,
    RECEIVER_ACCOUNT,
    RECEIVER_NAME,
    RECEIVER_TYPE,
    REPLY_NAME,
    SHARING_RULES,
    SUB_MCHID,
    SUB_MCHID_IN_QUERY,
)
from wxpay_v2.v3.operation import V3Operation

_APPID = Field("appid", max=32, required=when("type", "PERSONAL_OPENID"), means="merchant's own appid")
_APPLICATION_FILE_ID = Field("application_file_id", means="uploaded application letter, file id")
_EXPECTED_RATIO = Field("expected_ratio", INT, means="expected share of the receiver")
_MAJOR_SERVICE = Field("major_service", means="receiver's main business")
_PARTNERSHIP_FILE_ID = Field("partnership_file_id", means="uploaded partnership proof, file id")
_RELATION_TYPE = Field(
    "relation_type",
    ENUM,
    required=ALWAYS,
    values=("SUPPLIER", "DISTRIBUTOR", "TAX_SERVICE_PROVIDER", "IT_SERVICE_PROVIDER", "CUSTOM"),
    means="relation to the sharing merchant",
)
_SUB_APPID = Field(
    "sub_appid",
    max=32,
    required=when("type", "PERSONAL_SUB_OPENID"),
    modes=(INSTITUTION,),
    means="sub-merchant's appid",
)
_TYPE = Field(
    "type",
    ENUM,
    required=ALWAYS,
    values=("MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID"),
    means="merchant or person",
)
_REPLY_CUSTOM_RELATION = Field("custom_relation", means="own words for the relation")
_REPLY_FILE_ID = Field("file_id", max=64, means="id of the uploaded file")
_REPLY_STATE = Field("state", ENUM, values=("INIT", "EFFECTIVE"), means="INIT until approved; other words unseen")
_REPLY_RELATION = (
    _RELATION_TYPE,
    _REPLY_CUSTOM_RELATION,
    Field("scene", means="what the split is for"),
    _MAJOR_SERVICE,
    _EXPECTED_RATIO,
    _REPLY_FILE_ID,
    _REPLY_STATE,
    Field("fail_reason", means="why it failed"),
)

PROFIT_SHARING_RECEIVER_ADD = V3Operation(
    name="profit_sharing_receiver_add",
    title="Add receiver",
    chinese="添加分账接收方",
    path="/v3/global/profit-sharing/receivers",
    moves_money=False,
    numbers=("account",),
    query="profit_sharing_receiver_query",
    request=(
        SUB_MCHID,
        _APPID,
        _SUB_APPID,
        _TYPE,
        RECEIVER_ACCOUNT,
        RECEIVER_NAME,
        AUTHORIZED,
        _RELATION_TYPE,
        Field("custom_relation", required=when("relation_type", "CUSTOM"), means="own words for the relation"),
        Field("scene", means="what the split is for"),
        _MAJOR_SERVICE,
        _EXPECTED_RATIO,
        _APPLICATION_FILE_ID,
        _PARTNERSHIP_FILE_ID,
    ),
    response=(
        SUB_MCHID,
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        REPLY_NAME,
        *_REPLY_RELATION,
        _APPLICATION_FILE_ID,
        _PARTNERSHIP_FILE_ID,
    ),
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    notes=(
        "state is INIT until WeChat approves, then EFFECTIVE; only then may it receive",
        "an INIT or EFFECTIVE receiver cannot be added again",
        "needs two uploaded files; one current page names a single file_id instead of application_file_id "
        "and partnership_file_id",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_6.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_6.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/receivers.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_RECEIVER_QUERY = V3Operation(
    name="profit_sharing_receiver_query",
    title="Query receiver",
    chinese="查询分账接收方添加结果",
    method="GET",
    path="/v3/global/profit-sharing/receivers/{account}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("account",),
    request=(
        SUB_MCHID_IN_QUERY,
        Field("appid", max=32, required=when("type", "PERSONAL_OPENID"), place="query", means="merchant's own appid"),
        Field(
            "sub_appid",
            max=32,
            required=when("type", "PERSONAL_SUB_OPENID"),
            modes=(INSTITUTION,),
            place="query",
            means="sub-merchant's appid",
        ),
        Field(
            "type",
            ENUM,
            required=ALWAYS,
            values=("MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID"),
            place="query",
            means="merchant or person",
        ),
        Field("account", max=64, required=ALWAYS, place="path", means="receiver account: merchant number or openid"),
    ),
    response=(
        SUB_MCHID,
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        Field("name", means="encrypted receiver name"),
        *_REPLY_RELATION,
    ),
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    notes=("the page labels the query parameters as body; they belong in the query string",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_7.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_7.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/receivers/{account}.yaml",
    ),
    errors_confidence="secondary",
)

PROFIT_SHARING_RECEIVER_DELETE = V3Operation(
    name="profit_sharing_receiver_delete",
    title="Delete receiver",
    chinese="删除分账接收方",
    method="DELETE",
    path="/v3/global/profit-sharing/receivers",
    success=(204,),
    response_format="none",
    moves_money=False,
    numbers=("account",),
    query="profit_sharing_receiver_query",
    request=(SUB_MCHID, _APPID, _SUB_APPID, _TYPE, RECEIVER_ACCOUNT),
    errors=(*GENERAL_ERRORS, *SHARING_RULES),
    notes=("DELETE with a JSON body; 204 on success; the body is signed",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_8.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_8.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/profit-sharing/receivers.yaml",
    ),
    errors_confidence="secondary",
)
