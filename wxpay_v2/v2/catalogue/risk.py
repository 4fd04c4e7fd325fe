"""Risk: what acquirers tell WeChat Pay about merchants and ask of it, and violations on record."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    INT,
    JSON,
    LIST,
    MAINLAND,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import (
    MCH_ID,
    NONCE_STR,
    REPLY_MCH_ID,
    REPLY_NONCE_STR,
    REPLY_RESULT,
    REPLY_SIGN,
    REPLY_TRANSPORT,
    RESULT_CODE,
    RETURN_CODE,
    SIGN,
)

_BUSINESS_LICENSE_NUMBER = Field("business_license_number", max=344, means="business licence number")
_REPLY_AUDIT_STATUS = Field("audit_status", max=32, required=ALWAYS, when="success", means="audit state")
_REPLY_CHANNEL_ID = Field("channel_id", max=32, required=ALWAYS, when="success", means="channel number")
_REPLY_AUDIT_COMMENT = Field("audit_comment", max=128, required=ALWAYS, when="success", means="audit remark")
_REPLY_SUB_MCH_ID = Field("sub_mch_id", max=32, required=ALWAYS, when="transport success", means="sub-merchant")
_CERTIFICATES_NUMBER = Field("certificates_number", max=344, encrypted="RSA", means="id number (encrypted)")
_REPLY_RETURN_MSG = Field(
    "return_msg", max=128, required=ALWAYS, when="always", means="OK, or why it was not understood"
)
_REPLY_SIGN_TYPE = Field(
    "sign_type", ENUM, max=32, values=("HMAC-SHA256",), when="success", means="signature algorithm"
)
_CERTIFICATES_NAME = Field("certificates_name", max=344, encrypted="RSA", means="holder's name (encrypted)")
_SIGN_TYPE = Field("sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm")
_SETTLEMENT_CARD_NO = Field("settlement_card_no", max=344, encrypted="RSA", means="settlement account (encrypted)")
_SETTLEMENT_CARD_NAME = Field(
    "settlement_card_name", max=344, encrypted="RSA", means="settlement account holder (encrypted)"
)
_VIOLATION_RECORDS = Field(
    "violation_records",
    LIST,
    required=ALWAYS,
    means="records",
    fields=(
        Field("company_name", required=ALWAYS, means="company name"),
        Field("handle_method", required=ALWAYS, means="how it was handled"),
        Field("handle_state", required=ALWAYS, means="state of handling"),
        Field("punish_time", required=ALWAYS, means="time of the measure"),
        Field("sub_mch_id", required=ALWAYS, means="sub-merchant"),
        Field("deadline", means="handle before this time"),
    ),
)

QUERY_MCH_RISK = Operation(
    name="query_mch_risk",
    title="Query merchant risk",
    chinese="事前-风险商户核查接口",
    path="/mchrisk/querymchrisk",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    certificate=True,
    signed_response=False,
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        Field("cert_serial_number", max=32, means="serial number of the platform certificate"),
        _CERTIFICATES_NUMBER,
        _CERTIFICATES_NAME,
        _SETTLEMENT_CARD_NO,
        _SETTLEMENT_CARD_NAME,
        Field("settlement_card_bank", max=128, means="settlement bank"),
        _BUSINESS_LICENSE_NUMBER,
        Field("company_name", max=128, means="company name"),
        Field("store_address", max=256, means="shop address"),
        Field("store_longitude", max=32, means="shop longitude"),
        Field("store_latitude", max=32, means="shop latitude"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(
        *REPLY_TRANSPORT,
        RESULT_CODE,
        REPLY_MCH_ID,
        Field("risk_level", max=32, required=ALWAYS, when="success", means="risk level"),
        Field("risk_level_desc", max=1024, required=ALWAYS, when="success", means="risk in words"),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/querymchrisk.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_291",
        "https://pay.weixin.qq.com/doc/v2/institution/4011985625",
    ),
    confidence="secondary",
    errors_confidence="none",
)

SYNC_MCH_RISK_RESULT = Operation(
    name="sync_mch_risk_result",
    title="Report risk handling result",
    chinese="事后-风险商户处理结果同步接口",
    path="/mchrisk/syncmchriskresult",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    certificate=True,
    signed_response=False,
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("event_code", max=32, required=ALWAYS, means="event number"),
        _CERTIFICATES_NUMBER,
        _CERTIFICATES_NAME,
        _SETTLEMENT_CARD_NO,
        _SETTLEMENT_CARD_NAME,
        Field("settlement_card_bank", max=128, means="settlement bank"),
        _BUSINESS_LICENSE_NUMBER,
        Field("company_name", max=128, means="company name"),
        Field("store_address", max=256, means="shop address"),
        Field("store_longitude", max=32, means="shop longitude"),
        Field("store_latitude", max=32, means="shop latitude"),
        Field("risk_type", max=32, required=ALWAYS, means="kind of risk"),
        Field("punish_type", max=32, required=ALWAYS, means="measure taken"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(*REPLY_TRANSPORT, *REPLY_RESULT),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/syncmchriskresult.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_293",
        "https://pay.weixin.qq.com/doc/v2/institution/4011986435",
    ),
    confidence="secondary",
    errors_confidence="none",
)

SET_MCH_RISK_CALLBACK = Operation(
    name="set_mch_risk_callback",
    title="Set risk callback address",
    chinese="设置风险通知回调链接",
    path="/mchrisk/setmchriskcallback",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    signed_response=False,
    ids={"mch_id": "mch_id"},
    moves_money=False,
    request=(
        MCH_ID,
        Field("callback_url", max=128, required=ALWAYS, means="where notifications go", rule="notify_url"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(*REPLY_TRANSPORT, REPLY_MCH_ID, *REPLY_RESULT),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/setmchriskcallback.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_294",
        "https://pay.weixin.qq.com/doc/v2/institution/4011986469",
    ),
    confidence="secondary",
    errors_confidence="none",
)

BANK_QUERY_MCH_AUDIT_INFO = Operation(
    name="bank_query_mch_audit_info",
    title="Query merchant audit (bank)",
    chinese="间联模式查询商户审核状态开放接口",
    path="/mchrisk/bankquerymchauditinfo",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("channel_id", max=32, required=ALWAYS, means="channel number"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(
        RETURN_CODE,
        _REPLY_RETURN_MSG,
        *REPLY_RESULT,
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        _REPLY_CHANNEL_ID,
        _REPLY_AUDIT_STATUS,
        _REPLY_AUDIT_COMMENT,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        _REPLY_SIGN_TYPE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/bankquerymchauditinfo.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_295",
        "https://pay.weixin.qq.com/doc/v2/institution/4011986497",
    ),
    confidence="secondary",
    errors_confidence="none",
)

CHANNEL_QUERY_MCH_AUDIT_INFO = Operation(
    name="channel_query_mch_audit_info",
    title="Query merchant audit (channel)",
    chinese="渠道商查询商户审核信息",
    path="/mchrisk/channelquerymchauditinfo",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("acquiring_bank_id", max=32, required=ALWAYS, means="service provider id"),
        NONCE_STR,
        SIGN,
        _SIGN_TYPE,
    ),
    response=(
        RETURN_CODE,
        _REPLY_RETURN_MSG,
        *REPLY_RESULT,
        REPLY_MCH_ID,
        _REPLY_SUB_MCH_ID,
        _REPLY_CHANNEL_ID,
        _REPLY_AUDIT_STATUS,
        _REPLY_AUDIT_COMMENT,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        _REPLY_SIGN_TYPE,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/mchrisk/channelquerymchauditinfo.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_296",
        "https://pay.weixin.qq.com/doc/v2/institution/4011986547",
    ),
    confidence="secondary",
    errors_confidence="none",
)

GET_VIOLATION = Operation(
    name="get_violation",
    title="Query violations",
    chinese="银行特约商户违规信息查询",
    path="/risk/getviolation",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    certificate=True,
    signed_response=False,
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        Field("mch_id", max=32, means="who calls: the merchant, institution or service provider"),
        Field("nonce_str", max=32, means="random text, new for every message"),
        Field("sign", max=64, means="over every other non-empty field"),
        _SIGN_TYPE,
        Field("begin_time", max=32, means="start time"),
        Field("end_time", max=32, means="end time"),
        Field("page_index", max=10, means="page number"),
        Field("page_size", max=10, means="page size"),
        Field("violation_records_format", ENUM, max=10, values=("csv", "json"), means="format of the records"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("error_code", max=32, when="success", means="error code"),
        Field("error_code_des", max=128, when="success", means="error, for people"),
        RESULT_CODE,
        Field("result_msg", max=128, required=ALWAYS, when="success", means="outcome in words"),
        Field(
            "violation_records",
            JSON,
            max=1024,
            cdata=True,
            when="success",
            means="records",
            fields=(Field("total_size", INT, required=ALWAYS, means="number of records"), _VIOLATION_RECORDS),
        ),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/risk/getviolation.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_28&index=1&p=902",
        "https://pay.weixin.qq.com/doc/v2/institution/4011985446",
    ),
    confidence="secondary",
    errors_confidence="none",
)
