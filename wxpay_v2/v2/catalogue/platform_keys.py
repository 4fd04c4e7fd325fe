"""Keys of the platform that some requests must encrypt fields with."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DIRECT,
    ENUM,
    HMAC_SHA256,
    MAINLAND,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
)
from wxpay_v2.v2.catalogue.common import MCH_ID, NONCE_STR, REPLY_MCH_ID, REPLY_TRANSPORT, RESULT_CODE, SIGN

_REPLY_ERROR_CODE_DES = Field("error_code_des", max=128, when="success", means="error, for people")

GET_CERTIFICATES = Operation(
    name="get_certificates",
    title="Get platform certificates",
    chinese="获取平台证书",
    path="/risk/getcertficates",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(HMAC_SHA256,),
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        NONCE_STR,
        SIGN,
        Field("sign_type", ENUM, max=64, required=ALWAYS, values=("HMAC-SHA256",), means="signature algorithm"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("nonce_str", max=32, when="transport success", means="random text, new for every message"),
        Field("sign", max=64, when="transport success", means="over every other non-empty field"),
        Field("error_code", max=32, when="success", means="error code"),
        _REPLY_ERROR_CODE_DES,
        RESULT_CODE,
        REPLY_MCH_ID,
        Field(
            "certificates",
            max=6000,
            required=ALWAYS,
            cdata=True,
            when="success",
            means="platform certificates as JSON, encrypted with AEAD_AES_256_GCM",
        ),
    ),
    notes=("its path is spelt getcertficates", "certificates: JSON, AEAD_AES_256_GCM with the APIv3 key"),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/risk/getcertficates.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/xiaowei.php?chapter=19_11",
        "https://pay.weixin.qq.com/doc/v2/partner/4014116402",
    ),
    confidence="secondary",
    errors_confidence="none",
)

GET_PUBLIC_KEY = Operation(
    name="get_public_key",
    title="Get RSA public key",
    chinese="获取RSA加密公钥API",
    path="/risk/getpublickey",
    hosts=("https://fraud.mch.weixin.qq.com",),
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    certificate=True,
    signed_response=False,
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(
        MCH_ID,
        NONCE_STR,
        SIGN,
        Field("sign_type", ENUM, max=64, required=ALWAYS, values=("MD5", "HMAC-SHA256"), means="signature algorithm"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field("error_code", max=32, when="success", means="error code"),
        _REPLY_ERROR_CODE_DES,
        RESULT_CODE,
        Field(
            "mch_id", max=32, when="transport success", means="who calls: the merchant, institution or service provider"
        ),
        Field("pub_key", max=2048, when="success", means="RSA public key, PKCS#1 PEM"),
    ),
    notes=("pub_key is PKCS#1 PEM",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/risk/getpublickey.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/tools/mch_pay_yhk.php?chapter=24_7&index=4",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011941097",
    ),
    confidence="secondary",
    errors_confidence="none",
)
