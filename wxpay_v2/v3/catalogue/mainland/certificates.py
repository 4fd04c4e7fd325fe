"""WeChat Pay's own certificates, and an echo to try signatures with."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DECIDED,
    DIRECT,
    ENUM,
    LIST,
    MAINLAND,
    OBJECT,
    READ,
    SERVICE_PROVIDER,
    ErrorCode,
    Field,
)
from wxpay_v2.v3.catalogue.common import (
    OPTIONAL_NOTIFY_URL,
    PARAM_ERROR,
    REPLY_ASSOCIATED_DATA,
    REPLY_EFFECTIVE_TIME,
    REPLY_EXPIRE_TIME,
    SIGN_ERROR,
    SYSTEM_ERROR,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.operation import V3Operation

_ECHO_MESSAGE = Field("echo_message", required=ALWAYS, means="text to be echoed")
_ENCRYPTED_ECHO_MESSAGE = Field("encrypted_echo_message", encrypted="RSA-OAEP", means="encrypted text to be echoed")

CERTIFICATES = V3Operation(
    name="certificates",
    title="List platform certificates",
    chinese="获取平台证书列表",
    method="GET",
    path="/v3/certificates",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        Field("algorithm_type", ENUM, values=("SM2", "RSA", "ALL"), place="query", means="certificate family wanted"),
    ),
    response=(
        Field(
            "data",
            LIST,
            required=ALWAYS,
            means="list of rows",
            fields=(
                Field("serial_no", max=40, means="certificate serial number"),
                REPLY_EFFECTIVE_TIME,
                REPLY_EXPIRE_TIME,
                Field(
                    "encrypt_certificate",
                    OBJECT,
                    means="the encrypted certificate",
                    fields=(
                        Field("algorithm", means="cipher used"),
                        Field("nonce", means="nonce of the cipher"),
                        REPLY_ASSOCIATED_DATA,
                        Field("ciphertext", means="encrypted content, base64"),
                    ),
                ),
            ),
        ),
    ),
    errors=(
        ErrorCode(
            "PARAM_ERROR",
            status=400,
            means="a parameter is wrong or missing",
            remedy="correct what detail.field names",
            doubt="carried over from a similar call",
        ),
        SIGN_ERROR,
        SYSTEM_ERROR,
        ErrorCode(
            "RESOURCE_NOT_EXISTS",
            status=404,
            means="merchant uses the public key mode, no certificate",
            remedy="use the PUB_KEY_ID public key",
            outcome=DECIDED,
            doubt="told by other public code only",
        ),
    ),
    limits=("1000 requests per second",),
    notes=("new merchants get a WeChat Pay public key instead (serial PUB_KEY_ID_...) and need no certificate list",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/ecommerce/applyments/chapter3_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/certificates.yaml",
        "wechatpay-apiv3/wechatpay-go:services/certificates",
    ),
    errors_confidence="secondary",
)

SECURITY_ECHO = V3Operation(
    name="security_echo",
    title="Signature and encryption test",
    chinese="商户签名验签加解密测试",
    path="/v3/security/echo",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    moves_money=False,
    request=(WECHATPAY_SERIAL_IN_HEADER, OPTIONAL_NOTIFY_URL, _ECHO_MESSAGE, _ENCRYPTED_ECHO_MESSAGE),
    response=(_ECHO_MESSAGE, _ENCRYPTED_ECHO_MESSAGE),
    errors=(PARAM_ERROR, SIGN_ERROR, SYSTEM_ERROR),
    notes=("echoes the message; can also call notify_url. Mainland only",),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/security/echo.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)
