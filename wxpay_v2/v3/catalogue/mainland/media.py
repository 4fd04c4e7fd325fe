"""Uploads of pictures."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DIRECT, FILE, MAINLAND, SERVICE_PROVIDER, Field
from wxpay_v2.v3.catalogue.common import REPLY_MEDIA_ID, REQUEST_ERRORS_AND_SYSTEM_ERROR, UPLOAD_META
from wxpay_v2.v3.operation import V3Operation

MEDIA_UPLOAD = V3Operation(
    name="media_upload",
    title="Upload picture",
    chinese="图片上传",
    path="/v3/merchant/media/upload",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="multipart",
    moves_money=False,
    request=(Field("file", FILE, required=ALWAYS, means="picture, at most 2 MB (PDF newer)"), UPLOAD_META),
    response=(REPLY_MEDIA_ID,),
    errors=REQUEST_ERRORS_AND_SYSTEM_ERROR,
    limits=("2 MB",),
    notes=("only the meta JSON is signed",),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/merchant/media/upload.yaml",),
)
