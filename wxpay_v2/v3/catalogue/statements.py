"""Statements."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DATE, DECIDED, ENUM, INSTITUTION, READ, ErrorCode, Field
from wxpay_v2.v3.catalogue.common import CARRIED_OVER, GENERAL_ERRORS, MCHID_IN_QUERY, SP_MCHID_IN_QUERY
from wxpay_v2.v3.operation import V3Operation

STATEMENTS = V3Operation(
    name="statements",
    title="Download statements",
    chinese="下载对账单",
    method="GET",
    path="/v3/global/statements",
    request_format="query",
    response_format="csv",
    repeat=READ,
    moves_money=False,
    request=(
        Field("date", DATE, required=ALWAYS, format="yyyyMMdd", place="query", means="day of the statement"),
        MCHID_IN_QUERY,
        SP_MCHID_IN_QUERY,
        Field("sub_mchid", max=32, modes=(INSTITUTION,), place="query", means="one sub-merchant; all when absent"),
        Field(
            "Accept-Encoding",
            ENUM,
            values=("gzip",),
            place="header",
            means="compressed statement; named on the HK page",
        ),
    ),
    errors=(
        *GENERAL_ERRORS,
        ErrorCode("NO_STATEMENT_EXIST", status=400, means="no statement for that day", remedy="none", outcome=DECIDED),
        ErrorCode(
            "STATEMENT_CREATING",
            status=400,
            means="statement still being made",
            remedy="ask later",
            repeat=True,
            doubt=CARRIED_OVER,
        ),
    ),
    limits=("up to 180 days back", "ready the next day after about 10:00 Beijing time"),
    notes=(
        "no download_url step: the CSV is the answer itself (gzip when Accept-Encoding asks for it, per the HK text)",
        'verify with timestamp LF nonce LF {"sha1":"<Wechatpay-Statement-Sha1>"} LF instead of the body',
        "errors come as JSON",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_6.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_1_34.shtml",
        "https://pay.weixin.qq.com/doc/global/v3/en/4012356934",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/statements.yaml",
        "wechatpay-apiv3/wechatpay-php:src/ClientJsonTrait.php",
    ),
    errors_confidence="secondary",
)
