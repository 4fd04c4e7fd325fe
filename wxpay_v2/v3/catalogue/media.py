"""Uploads of pictures and files."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, FILE, OBJECT, Field
from wxpay_v2.v3.catalogue.common import GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER, REPLY_MEDIA_ID, SHA256
from wxpay_v2.v3.operation import V3Operation

MEDIA_UPLOAD = V3Operation(
    name="media_upload",
    title="Upload picture",
    chinese="图片上传",
    path="/v3/merchant/media/upload",
    request_format="multipart",
    moves_money=False,
    request=(
        Field("file", FILE, required=ALWAYS, means="JPG, BMP or PNG, at most 2 MB"),
        Field(
            "meta",
            OBJECT,
            required=ALWAYS,
            means="JSON part that is signed",
            fields=(Field("filename", required=ALWAYS, means="name ending in jpg, bmp or png"), SHA256),
        ),
    ),
    response=(REPLY_MEDIA_ID,),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    limits=("2 MB", "JPG, BMP, PNG"),
    notes=("path has no word global, host is still apihk", "only the meta JSON text is signed, not the multipart body"),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/merchant/media/upload.yaml",
    ),
    errors_confidence="secondary",
)

FILE_UPLOAD = V3Operation(
    name="file_upload",
    title="Upload file",
    chinese="上传文件",
    path="/v3/global/merchant-storage/file/upload",
    request_format="multipart",
    moves_money=False,
    request=(
        Field("file", FILE, required=ALWAYS, means="PDF, JPG, BMP or PNG, at most 5 MB"),
        Field(
            "meta",
            OBJECT,
            required=ALWAYS,
            means="JSON part that is signed",
            fields=(
                Field("filename", max=256, min=1, required=ALWAYS, means="file name with extension"),
                Field(
                    "sha256", max=64, required=ALWAYS, means="SHA-256 hex; the table calls it digest, the sample sha256"
                ),
            ),
        ),
    ),
    response=(Field("file_id", max=64, min=16, required=ALWAYS, means="id of the uploaded file"),),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    limits=("5 MB",),
    notes=(
        "official table names the digest field digest, its signing sample uses sha256",
        "only the meta JSON is signed",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_1_11.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_11.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-storage/file/upload.yaml",
    ),
    errors_confidence="secondary",
)
