"""Transaction statements."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DATE, ENUM, READ, UNKNOWN, ErrorCode, Field, Operation
from wxpay_v2.v2.catalogue.common import REQUEST_HEAD, SUB_MCH_ID, SUB_MODES

NO_BILL_EXIST = ErrorCode(
    "No Bill Exist",
    means="no trade on that day; the pages write NO Bill Exist",
    remedy="treat it as an empty statement",
    number="20002",
)

DOWNLOAD_BILL = Operation(
    name="download_bill",
    title="Download Transaction Bill",
    chinese="下载对账单",
    path="/pay/downloadbill",
    signed_response=False,
    response_format="csv",
    result_code=False,
    repeat=READ,
    moves_money=False,
    request=(
        *(field for field in REQUEST_HEAD if field is not SUB_MCH_ID),
        Field("sub_mch_id", max=32, modes=SUB_MODES, means="only this sub-merchant; absent: all of them"),
        Field("device_info", max=32, means="only this terminal", doubt="on older pages only"),
        Field("bill_date", DATE, max=8, required=ALWAYS, format="yyyyMMdd", means="day of the statement, Beijing"),
        Field(
            "bill_type",
            ENUM,
            max=16,
            values=("ALL", "SUCCESS", "REFUND", "RECHARGE_REFUND"),
            default="ALL",
            means="which records; RECHARGE_REFUND in the mainland only",
            doubt="optional by the pages; public code met a gateway that demands it",
        ),
        Field("tar_type", ENUM, max=8, values=("GZIP",), means="GZIP compresses the reply"),
    ),
    response=(
        Field(
            "return_code",
            ENUM,
            max=16,
            required=ALWAYS,
            values=("FAIL",),
            when="failure",
            means="success is CSV, not XML",
        ),
        Field("return_msg", max=128, when="failure", means="why, by the name of the error"),
        Field("error_code", max=16, when="failure", means="number of the error (not err_code here)"),
    ),
    errors=(
        ErrorCode("SYSTEMERROR", means="the download failed", remedy="repeat later", repeat=True, outcome=UNKNOWN),
        NO_BILL_EXIST,
        ErrorCode("Bill Creating", means="not ready yet", remedy="repeat after 10:00 Beijing time", repeat=True),
        ErrorCode("CompressGZip Error", means="compression failed", remedy="repeat later", repeat=True),
        ErrorCode("UnCompressGZip Error", means="decompression failed", remedy="repeat later", repeat=True),
        ErrorCode("invalid bill_date", means="not a valid date", remedy="correct bill_date", number="20001"),
        ErrorCode("invalid bill_type", means="not a valid bill_type", remedy="correct bill_type"),
        ErrorCode("data format error", means="a field is malformed", remedy="correct the request"),
        ErrorCode("missing parameter", means="a field is missing", remedy="complete the request"),
        ErrorCode("SIGN ERROR", means="wrong signature", remedy="check key, sign_type and the fields signed"),
    ),
    limits=(
        "a day is 00:00 to 24:00 Beijing time; its statement is made from 9:00 of the next day: fetch it after 10:00",
        "the last 3 months",
    ),
    notes=(
        "the reply carries no signature: there is nothing to verify",
        "success is CSV that begins with a BOM, never with <xml>; failure is XML even when GZIP was asked for",
        "the error's name comes in return_msg; there is no result_code",
        "without sub_mch_id the statement covers all sub-merchants",
        "unpaid orders are absent; reversed ones stand under their original number",
        "any appid bound to the mch_id may ask; a row carries the appid of its trade",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013634911",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013634960",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/faq/Reconciliation.shtml",
        "https://github.com/binarywang/WxJava/pull/1241",
        "https://github.com/binarywang/WxJava/issues/2108",
        "https://github.com/yansongda/pay/issues/267",
        "https://github.com/jasl/wx_pay/pull/37",
        "TheNorthMemory/wechatpay-openapi:docs/definitions/downloadbill.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
)
