"""WeChat Pay's own certificates."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, ENUM, LIST, OBJECT, READ, Field
from wxpay_v2.v3.catalogue.common import GENERAL_ERRORS, REPLY_ASSOCIATED_DATA, REPLY_EFFECTIVE_TIME, REPLY_EXPIRE_TIME
from wxpay_v2.v3.operation import V3Operation

CERTIFICATES = V3Operation(
    name="certificates",
    title="List platform certificates",
    chinese="获取平台证书列表",
    method="GET",
    path="/v3/global/certificates",
    request_format="query",
    repeat=READ,
    moves_money=False,
    response=(
        Field(
            "data",
            LIST,
            required=ALWAYS,
            means="list of rows",
            fields=(
                Field("serial_no", max=40, required=ALWAYS, means="certificate serial number"),
                REPLY_EFFECTIVE_TIME,
                REPLY_EXPIRE_TIME,
                Field(
                    "encrypt_certificate",
                    OBJECT,
                    means="the encrypted certificate",
                    fields=(
                        Field("algorithm", ENUM, required=ALWAYS, values=("AEAD_AES_256_GCM",), means="cipher used"),
                        Field("nonce", max=12, required=ALWAYS, means="nonce of the cipher"),
                        REPLY_ASSOCIATED_DATA,
                        Field("ciphertext", means="encrypted content, base64"),
                    ),
                ),
            ),
        ),
    ),
    errors=GENERAL_ERRORS,
    limits=("1000 requests per second", "poll at least every 12 hours"),
    notes=(
        "decrypt with the 32-byte API v3 key: AES-256-GCM, 16-byte tag at the end of the ciphertext",
        "more than one certificate may be listed; the newest is for encryption, all listed ones verify",
        "first download cannot be verified with a cached certificate: verify it with the one it carries",
        "mainland path is /v3/certificates",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_2_8.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter3_1_8.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/wechatpay/wechatpay5_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/certificates.yaml",
    ),
)
