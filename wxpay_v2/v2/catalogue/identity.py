"""Real names: whether a payer is who a document says, with the payer's consent."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    INT,
    MAINLAND,
    MD5,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import APPID, MCH_ID, NONCE_STR, REPLY_TRANSPORT, RESULT_CODE

_APPID = Field("appid", required=ALWAYS, means="app id the merchant is bound to")
_REPLY_ERROR_CODE_DES = Field("error_code_des", max=128, when="success", means="error, for people")
_REPLY_OPENID = Field("openid", max=128, when="success", means="payer's id under appid")
_REPLY_APPID = Field("appid", max=32, when="transport success", means="app id the merchant is bound to")
_ACCESS_TOKEN = Field("access_token", max=128, required=ALWAYS, means="short-lived token")
_SIGN = Field("sign", max=128, required=ALWAYS, means="over every other non-empty field")
_MCH_ID = Field("mch_id", required=ALWAYS, means="who calls: the merchant, institution or service provider")
_OPENID = Field("openid", max=128, required=ALWAYS, rule="openid", means="payer's id under appid")
_REPLY_SIGN = Field("sign", max=64, when="transport success", means="over every other non-empty field")
_REPLY_NONCE_STR = Field("nonce_str", max=32, when="transport success", means="random text, new for every message")
_REPLY_MCH_ID = Field(
    "mch_id", max=32, when="transport success", means="who calls: the merchant, institution or service provider"
)

AUTH_INDEX = Operation(
    name="auth_index",
    title="Authorise, get code",
    chinese="授权获取code",
    method="GET",
    path="/appauth/authindex",
    hosts=("https://payapp.weixin.qq.com",),
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    nonce=False,
    sign_name="",
    sign_type_field=False,
    request_format="query",
    response_format="page",
    result_code=False,
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        _MCH_ID,
        _APPID,
        Field("redirect_uri", required=ALWAYS, means="url-encoded page to return to, inside the payment domain"),
        Field("response_type", ENUM, required=ALWAYS, values=("code",), means="fixed value code"),
        Field(
            "scope",
            ENUM,
            required=ALWAYS,
            values=("pay_identity", "pay_realname"),
            means="authorisation or discount scope",
        ),
        Field("state", required=ALWAYS, means="state code"),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/appauth/authindex.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/realnameauth.php?chapter=60_1&index=2",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987607",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987273",
    ),
    confidence="secondary",
    errors_confidence="none",
)

GET_ACCESS_TOKEN = Operation(
    name="get_access_token",
    title="Exchange code for access token",
    chinese="通过code换取accesstoken",
    method="GET",
    path="/appauth/getaccesstoken",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    nonce=False,
    request_format="query",
    signed_response=False,
    response_format="json",
    result_code=False,
    ids={"appid": "appid", "mch_id": "mch_id"},
    moves_money=False,
    request=(
        _MCH_ID,
        _APPID,
        Field("openid", required=ALWAYS, rule="openid", means="payer's id under appid"),
        Field("code", required=ALWAYS, means="authorisation code of the first step"),
        Field(
            "grant_type", ENUM, required=ALWAYS, values=("authorization_code",), means="fixed value authorization_code"
        ),
        Field("scope", ENUM, required=ALWAYS, values=("pay_identity",), means="authorisation or discount scope"),
        Field("sign_type", ENUM, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm"),
        Field("sign", required=ALWAYS, means="over every other non-empty field"),
    ),
    response=(
        Field("retcode", ENUM, required=ALWAYS, values=("0", "-1"), when="success", means="0 when it succeeded"),
        Field("retmsg", required=ALWAYS, when="success", means="ok or the reason"),
        Field("access_token", required=ALWAYS, when="success", means="short-lived token"),
        Field("access_token_expire_in", INT, required=ALWAYS, when="success", means="token life in seconds"),
        Field("refresh_token", required=ALWAYS, when="success", means="token to renew with"),
        Field("refresh_token_expire_in", INT, required=ALWAYS, when="success", means="renewal token life in seconds"),
    ),
    notes=("the reply is JSON; retcode 0 is success",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/appauth/getaccesstoken.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/realnameauth.php?chapter=60_2&index=3",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987607",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987273",
    ),
    confidence="secondary",
    errors_confidence="none",
)

REAL_NAME_AUTH = Operation(
    name="real_name_auth",
    title="Verify real name",
    chinese="微信支付实名验证",
    path="/secsvc/realnameauth",
    hosts=("https://fraud.mch.weixin.qq.com",),
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256, MD5),
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        Field("version", ENUM, max=32, required=ALWAYS, values=("1.0", "1.1"), means="fixed by the interface"),
        MCH_ID,
        APPID,
        _OPENID,
        Field("real_name", max=64, required=ALWAYS, means="name"),
        Field(
            "cred_type", ENUM, required=ALWAYS, values=("1", "2", "5", "9", "12", "17", "18"), means="kind of document"
        ),
        Field("cred_id", max=32, required=ALWAYS, means="document number"),
        NONCE_STR,
        _ACCESS_TOKEN,
        _SIGN,
        Field("sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256", "MD5"), means="signature algorithm"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("error_code", max=32, when="success", means="error code"),
        _REPLY_ERROR_CODE_DES,
        _REPLY_SIGN,
        RESULT_CODE,
        _REPLY_APPID,
        _REPLY_MCH_ID,
        _REPLY_NONCE_STR,
        _REPLY_OPENID,
        Field("access_token", max=128, when="success", means="short-lived token"),
        Field(
            "verify_openid",
            ENUM,
            max=32,
            values=("V_OP_NA", "V_OP_NM_MA", "V_OP_NM_UM"),
            when="success",
            means="does the openid match the name",
        ),
        Field(
            "verify_real_name",
            ENUM,
            max=32,
            values=("V_NM_ID_MA", "V_NM_ID_UM", "V_NM_ID_TYPE_UM"),
            when="success",
            means="does the name match the document",
        ),
        Field("bind_bankcard", ENUM, max=32, values=("YES", "NO"), when="success", means="has bound a bank card"),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secsvc/realnameauth.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/realnameauth.php?chapter=60_2&index=3",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987263",
    ),
    confidence="secondary",
    errors_confidence="none",
)

GET_REAL_NAME_INFO = Operation(
    name="get_real_name_info",
    title="Get real name data",
    chinese="微信支付实名授权",
    path="/secsvc/getrealnameinfo",
    hosts=("https://fraud.mch.weixin.qq.com",),
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"appid": "appid", "mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        Field("version", ENUM, max=32, required=ALWAYS, values=("1.0", "2.0"), means="fixed by the interface"),
        MCH_ID,
        APPID,
        _OPENID,
        Field("cert_serialno", max=64, required=ALWAYS, means="serial number of the certificate used to encrypt"),
        _ACCESS_TOKEN,
        Field("timestamp", INT, means="seconds since 1970, 10 digits"),
        Field("cert_sign", max=128, means="RSA signature of serial number and time"),
        Field("charset", ENUM, values=("UTF-8", "GBK"), means="character set of the plain text"),
        NONCE_STR,
        _SIGN,
        Field("sign_type", ENUM, max=32, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("error_code", max=32, when="success", means="error code"),
        _REPLY_ERROR_CODE_DES,
        _REPLY_SIGN,
        RESULT_CODE,
        _REPLY_APPID,
        _REPLY_MCH_ID,
        _REPLY_NONCE_STR,
        _REPLY_OPENID,
        Field("encrypted_real_name", max=344, when="success", means="encrypted name"),
        Field("encrypted_credential_id", max=344, when="success", means="encrypted document number"),
        Field(
            "cre_type",
            ENUM,
            values=(
                "MAINLAND_ID",
                "PASSPOT",
                "MO",
                "SOLDIERS",
                "HVPS",
                "MAINLAND_TMP_ID",
                "ACCOUNT_THIN",
                "POLICE",
                "MTPS",
                "BL",
                "OTHER",
                "RPFF",
                "HK_MACAO",
                "TAIWAN",
            ),
            when="success",
            means="kind of document",
        ),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secsvc/getrealnameinfo.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/realnameauthorization.php?chapter=60_5&index=1",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987792",
    ),
    confidence="secondary",
    errors_confidence="none",
)
