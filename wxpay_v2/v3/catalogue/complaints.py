"""Complaints of payers."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, AMOUNT, BOOL, ENUM, FILE, INT, LIST, OBJECT, READ, TEXT, TIME, Field
from wxpay_v2.v3.catalogue.common import (
    GENERAL_ERRORS,
    INVALID_REQUEST_CARRIED_OVER,
    LIMIT_IN_QUERY,
    MCHID,
    OFFSET_IN_QUERY,
    REPLY_LIMIT,
    REPLY_OFFSET,
    REPLY_OUT_TRADE_NO,
    REPLY_PAYER_CURRENCY,
    RFC_3339,
    SMALLEST,
    TRANSACTION_ID,
    UPLOAD_META,
)
from wxpay_v2.v3.operation import V3Operation

_COMPLAINTED_MCHID = Field("complainted_mchid", required=ALWAYS, means="merchant complained of")
_COMPLAINT_ID_IN_PATH = Field("complaint_id", required=ALWAYS, place="path", means="complaint number")
_MCH_LANGUAGE_IN_QUERY = Field(
    "mch_language",
    ENUM,
    values=("ZH_CN", "ZH_TW", "ZH_HK", "EN", "JA", "KO", "TH", "VI", "RU", "DE", "FR", "AR", "ES"),
    place="query",
    means="language of the texts",
)
_URL = Field("url", required=ALWAYS, means="notification address")
_REPLY_COMPLAINT_DETAIL = Field("complaint_detail", required=ALWAYS, means="what the user complains of")
_REPLY_COMPLAINT_DETAIL_TRANS = Field("complaint_detail_trans", means="translated complaint text")
_REPLY_COMPLAINT_FULL_REFUNDED = Field(
    "complaint_full_refunded", BOOL, required=ALWAYS, means="whether the order is fully refunded"
)
_REPLY_COMPLAINT_ID = Field("complaint_id", required=ALWAYS, means="complaint number")
_REPLY_COMPLAINT_STATE = Field(
    "complaint_state", ENUM, required=ALWAYS, values=("PENDING", "PROCESSING", "PROCESSED"), means="complaint state"
)
_REPLY_COMPLAINT_TIME = Field(
    "complaint_time", TIME, required=ALWAYS, format=RFC_3339, means="when the complaint was made"
)
_REPLY_INCOMING_USER_RESPONSE = Field(
    "incoming_user_response", BOOL, required=ALWAYS, means="a user message waits for an answer"
)
_REPLY_IS_OVERDUE = Field("is_overdue", BOOL, means="whether the answer is late")
_REPLY_MEDIA_TYPE = Field(
    "media_type", ENUM, required=ALWAYS, values=("USER_COMPLAINT_IMAGE", "OPERATION_IMAGE"), means="kind of picture"
)
_REPLY_MEDIA_URL = Field("media_url", LIST, required=ALWAYS, item=TEXT, means="picture addresses")
_REPLY_PAYER_PHONE = Field("payer_phone", encrypted="RSA-OAEP", means="encrypted telephone of the complainer")
_REPLY_PRIORITY = Field("priority", ENUM, values=("PRIORITY", "GENERAL"), means="urgency")
_REPLY_PROBLEM_DESCRIPTION = Field("problem_description", means="short problem text")
_REPLY_USER_COMPLAINT_TIMES = Field("user_complaint_times", INT, required=ALWAYS, means="complaints by this user")
_REPLY_COMPLAINT_MEDIA_LIST = Field(
    "complaint_media_list", LIST, means="pictures attached", fields=(_REPLY_MEDIA_TYPE, _REPLY_MEDIA_URL)
)
_REPLY_COMPLAINT_ORDER_INFO = Field(
    "complaint_order_info",
    LIST,
    means="orders the complaint concerns",
    fields=(
        TRANSACTION_ID,
        REPLY_OUT_TRADE_NO,
        Field("settlement_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount in settlement currency"),
        Field("settlement_refunded_amount", required=ALWAYS, means="refunded so far, settlement currency"),
        Field("settlement_currency", required=ALWAYS, means="settlement currency"),
        Field("payer_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="amount the payer paid"),
        Field(
            "payer_refunded_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="refunded so far, payer's currency"
        ),
        REPLY_PAYER_CURRENCY,
        Field("trade_time", TIME, required=ALWAYS, format=RFC_3339, means="when it was paid"),
    ),
)
_REPLY_SERVICE_ORDER_INFO = Field(
    "service_order_info",
    LIST,
    means="score-pay orders concerned",
    fields=(
        Field("order_id", means="WeChat's split order number"),
        Field("out_order_no", max=64, means="caller's split order number"),
        Field("state", ENUM, values=("DOING", "REVOKED", "WAITPAY", "DONE"), means="state"),
    ),
)
_REPLY_COMPLAINT = (
    _REPLY_COMPLAINT_ID,
    _REPLY_COMPLAINT_TIME,
    _REPLY_COMPLAINT_DETAIL,
    _REPLY_COMPLAINT_STATE,
    _COMPLAINTED_MCHID,
    _REPLY_PAYER_PHONE,
    _REPLY_COMPLAINT_ORDER_INFO,
    _REPLY_COMPLAINT_FULL_REFUNDED,
    _REPLY_IS_OVERDUE,
    _REPLY_PRIORITY,
    _REPLY_INCOMING_USER_RESPONSE,
    _REPLY_USER_COMPLAINT_TIMES,
    _REPLY_COMPLAINT_MEDIA_LIST,
    _REPLY_PROBLEM_DESCRIPTION,
    _REPLY_COMPLAINT_DETAIL_TRANS,
    _REPLY_SERVICE_ORDER_INFO,
)
_TRANSCRIBED = "known from an OpenAPI transcription only"

COMPLAINT_LIST = V3Operation(
    name="complaint_list",
    title="List complaints",
    chinese="查询投诉单列表",
    method="GET",
    path="/v3/global/merchant-service/complaints",
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        LIMIT_IN_QUERY,
        OFFSET_IN_QUERY,
        Field("begin_date", required=ALWAYS, place="query", means="first day of the range"),
        Field("end_date", required=ALWAYS, place="query", means="last day of the range"),
        Field("complainted_mchid", place="query", means="merchant complained of"),
        _MCH_LANGUAGE_IN_QUERY,
    ),
    response=(
        Field("data", LIST, means="list of rows", fields=_REPLY_COMPLAINT),
        REPLY_LIMIT,
        REPLY_OFFSET,
        Field("total_count", INT, means="rows in all"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaints.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_GET = V3Operation(
    name="complaint_get",
    title="Query complaint",
    chinese="查询投诉单详情",
    method="GET",
    path="/v3/global/merchant-service/complaints/{complaint_id}",
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_COMPLAINT_ID_IN_PATH, _MCH_LANGUAGE_IN_QUERY),
    response=_REPLY_COMPLAINT,
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=(
        "https://pay.weixin.qq.com/docs/merchant/apis/consumer-complaint/complaints/query-complaint-v2.html",
        "https://pay.weixin.qq.com/docs/partner/apis/consumer-complaint/complaints/query-complaint-v2.html",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter10_2_13.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaints/{complaint_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_HISTORY = V3Operation(
    name="complaint_history",
    title="Query complaint history",
    chinese="查询投诉协商历史",
    method="GET",
    path="/v3/global/merchant-service/complaints/{complaint_id}/negotiation-historys",
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_COMPLAINT_ID_IN_PATH, LIMIT_IN_QUERY, OFFSET_IN_QUERY, _MCH_LANGUAGE_IN_QUERY),
    response=(
        Field(
            "data",
            LIST,
            means="list of rows",
            fields=(
                Field("log_id", required=ALWAYS, means="history entry number"),
                Field("operator", required=ALWAYS, means="who acted"),
                Field("operate_time", TIME, required=ALWAYS, format=RFC_3339, means="time of the entry"),
                Field(
                    "operate_type",
                    ENUM,
                    required=ALWAYS,
                    values=(
                        "USER_CREATE_COMPLAINT",
                        "USER_CONTINUE_COMPLAINT",
                        "USER_RESPONSE",
                        "PLATFORM_RESPONSE",
                        "MERCHANT_RESPONSE",
                        "MERCHANT_CONFIRM_COMPLETE",
                        "USER_CREATE_COMPLAINT_SYSTEM_MESSAGE",
                        "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE",
                        "USER_CONTINUE_COMPLAINT_SYSTEM_MESSAGE",
                        "USER_REVOKE_COMPLAINT",
                        "USER_COMFIRM_COMPLAINT",
                        "PLATFORM_HELP_APPLICATION",
                        "USER_APPLY_PLATFORM_HELP",
                        "MERCHANT_APPROVE_REFUND",
                        "MERCHANT_REFUSE_RERUND",
                        "USER_SUBMIT_SATISFACTION",
                        "SERVICE_ORDER_CANCEL",
                        "SERVICE_ORDER_COMPLETE",
                        "COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE",
                        "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE",
                        "COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE",
                    ),
                    means="kind of the entry",
                ),
                Field("operate_details", means="text of the entry"),
                Field("image_list", LIST, item=TEXT, means="pictures"),
                Field(
                    "complaint_media_list",
                    OBJECT,
                    means="pictures attached",
                    fields=(_REPLY_MEDIA_TYPE, _REPLY_MEDIA_URL),
                ),
            ),
        ),
        REPLY_LIMIT,
        REPLY_OFFSET,
        Field("total_count", INT, means="rows in all"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=(
        "https://pay.weixin.qq.com/docs/partner/apis/consumer-complaint/complaints/query-negotiation-history-v2.html",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter10_2_12.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaints/{complaint_id}/negotiation-historys.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_RESPONSE = V3Operation(
    name="complaint_response",
    title="Answer complaint",
    chinese="提交回复",
    path="/v3/global/merchant-service/complaints/{complaint_id}/response",
    success=(204,),
    response_format="none",
    moves_money=False,
    numbers=("complaint_id",),
    query="complaint_history",
    request=(
        _COMPLAINT_ID_IN_PATH,
        _COMPLAINTED_MCHID,
        Field("response_content", required=ALWAYS, means="text of the answer"),
        Field("response_images", LIST, item=TEXT, means="picture ids"),
        Field("jump_url", means="link shown under the answer"),
        Field("jump_url_text", means="text of the link"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaints/{complaint_id}/response.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_COMPLETE = V3Operation(
    name="complaint_complete",
    title="Complete complaint",
    chinese="反馈处理完成",
    path="/v3/global/merchant-service/complaints/{complaint_id}/complete",
    success=(204,),
    response_format="none",
    moves_money=False,
    numbers=("complaint_id",),
    query="complaint_get",
    request=(_COMPLAINT_ID_IN_PATH, _COMPLAINTED_MCHID),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaints/{complaint_id}/complete.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_NOTIFICATION_CREATE = V3Operation(
    name="complaint_notification_create",
    title="Create complaint callback",
    chinese="创建投诉通知回调",
    path="/v3/global/merchant-service/complaint-notifications",
    moves_money=False,
    query="complaint_notification_get",
    request=(_URL,),
    response=(MCHID, _URL),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaint-notifications.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_NOTIFICATION_GET = V3Operation(
    name="complaint_notification_get",
    title="Query complaint callback",
    chinese="查询投诉通知回调",
    method="GET",
    path="/v3/global/merchant-service/complaint-notifications",
    request_format="query",
    repeat=READ,
    moves_money=False,
    response=(MCHID, _URL),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaint-notifications.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_NOTIFICATION_UPDATE = V3Operation(
    name="complaint_notification_update",
    title="Update complaint callback",
    chinese="更新投诉通知回调",
    method="PUT",
    path="/v3/global/merchant-service/complaint-notifications",
    moves_money=False,
    query="complaint_notification_get",
    request=(_URL,),
    response=(MCHID, _URL),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaint-notifications.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_NOTIFICATION_DELETE = V3Operation(
    name="complaint_notification_delete",
    title="Delete complaint callback",
    chinese="删除投诉通知回调",
    method="DELETE",
    path="/v3/global/merchant-service/complaint-notifications",
    success=(204,),
    response_format="none",
    moves_money=False,
    query="complaint_notification_get",
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED,),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/complaint-notifications.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_IMAGE_UPLOAD = V3Operation(
    name="complaint_image_upload",
    title="Upload complaint picture",
    chinese="商户上传反馈图片",
    path="/v3/global/merchant-service/images/upload",
    request_format="multipart",
    moves_money=False,
    request=(Field("file", FILE, required=ALWAYS, means="binary of the file"), UPLOAD_META),
    response=(Field("media_id", required=ALWAYS, means="id of the uploaded picture"),),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED, "only the meta JSON is signed"),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/images/upload.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

COMPLAINT_IMAGE_GET = V3Operation(
    name="complaint_image_get",
    title="Download complaint picture",
    chinese="图片下载",
    method="GET",
    path="/v3/global/merchant-service/images/{media_id}",
    request_format="query",
    response_format="binary",
    signed_response=False,
    repeat=READ,
    moves_money=False,
    request=(
        Field(
            "media_id",
            required=ALWAYS,
            pattern="[0-9A-Za-z_\\-=.+|*@]+",
            place="path",
            means="id of the uploaded picture",
        ),
        Field("complaint_id", required=ALWAYS, place="query", means="complaint number"),
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(_TRANSCRIBED, "request signed, answer not signed"),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant-service/images/{media_id}.yaml",),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)
