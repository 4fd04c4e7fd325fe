"""Bills: asking for one, and the download."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DECIDED,
    DIRECT,
    ENUM,
    INT,
    LIST,
    MAINLAND,
    READ,
    SERVICE_PROVIDER,
    ErrorCode,
    Field,
)
from wxpay_v2.v3.catalogue.common import (
    BILL_DATE_IN_QUERY,
    INVALID_REQUEST,
    NO_AUTH,
    PARAM_ERROR,
    REPLY_DOWNLOAD_URL,
    SIGN_ERROR,
    SYSTEM_ERROR,
)
from wxpay_v2.v3.catalogue.mainland.common import FREQUENCY_LIMITED, REPLY_HASH_VALUE, SUB_MCHID_IN_QUERY_REQUIRED
from wxpay_v2.v3.operation import V3Operation

_SUB_MCHID_IN_QUERY = Field("sub_mchid", max=32, modes=(SERVICE_PROVIDER,), place="query", means="one sub-merchant")
_TAR_TYPE_IN_QUERY = Field("tar_type", ENUM, values=("GZIP",), place="query", means="GZIP for a compressed file")
_REPLY_HASH_TYPE = Field("hash_type", ENUM, max=32, required=ALWAYS, values=("SHA1",), means="digest kind, SHA1")
_NO_STATEMENT_EXIST = ErrorCode(
    "NO_STATEMENT_EXIST",
    status=400,
    means="no trade on that day, so no bill",
    remedy="none, this is a normal result",
    outcome=DECIDED,
)
_STATEMENT_CREATING = ErrorCode(
    "STATEMENT_CREATING",
    status=400,
    means="bill still being made",
    remedy="ask again after 10:00, then each half hour",
    repeat=True,
)
_ERRORS = (
    _NO_STATEMENT_EXIST,
    _STATEMENT_CREATING,
    INVALID_REQUEST,
    PARAM_ERROR,
    SIGN_ERROR,
    NO_AUTH,
    FREQUENCY_LIMITED,
    SYSTEM_ERROR,
)
_URL_LIFE = "download_url valid 5 minutes (an older page says 30 s)"

BILL_TRADE = V3Operation(
    name="bill_trade",
    title="Apply for trade bill",
    chinese="申请交易账单",
    method="GET",
    path="/v3/bill/tradebill",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        BILL_DATE_IN_QUERY,
        _SUB_MCHID_IN_QUERY,
        Field("bill_type", ENUM, values=("ALL", "SUCCESS", "REFUND"), place="query", means="which rows, default ALL"),
        _TAR_TYPE_IN_QUERY,
    ),
    response=(_REPLY_HASH_TYPE, REPLY_HASH_VALUE, REPLY_DOWNLOAD_URL),
    errors=_ERRORS,
    limits=(_URL_LIFE, "ready the next day after 10:00 Beijing time", "bills of the last three months"),
    notes=(
        "second step: GET the download_url with a normal signature; its answer carries no signature",
        "use download_url as given",
        "v2 and v3 orders of the merchant are both in it",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/merchant/4013071227",
        "https://pay.weixin.qq.com/docs/merchant/apis/bill-download/trade-bill/get-trade-bill.html",
        "https://pay.weixin.qq.com/docs/partner/apis/bill-download/trade-bill/get-trade-bill.html",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter7_9_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/bill/tradebill.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

BILL_FUND_FLOW = V3Operation(
    name="bill_fund_flow",
    title="Apply for fund flow bill",
    chinese="申请资金账单",
    method="GET",
    path="/v3/bill/fundflowbill",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        BILL_DATE_IN_QUERY,
        _SUB_MCHID_IN_QUERY,
        Field(
            "account_type",
            ENUM,
            values=("BASIC", "OPERATION", "FEES"),
            place="query",
            means="account, default BASIC (v2 Basic, Operation, Fees)",
        ),
        _TAR_TYPE_IN_QUERY,
    ),
    response=(_REPLY_HASH_TYPE, REPLY_HASH_VALUE, REPLY_DOWNLOAD_URL),
    errors=_ERRORS,
    limits=(
        _URL_LIFE,
        "ready the next day after 10:00 Beijing time",
        "bills of the last three months",
        "3 requests per second per merchant",
    ),
    notes=(
        "second step: GET the download_url with a normal signature; its answer carries no signature",
        "use download_url as given",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/merchant/4013071235",
        "https://pay.weixin.qq.com/docs/merchant/apis/bill-download/fund-bill/get-fund-bill.html",
        "https://pay.weixin.qq.com/docs/partner/apis/bill-download/fund-bill/get-fund-bill.html",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter7_9_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/bill/fundflowbill.yaml",
        "wechatpay-apiv3/wechatpay-skills:wechatpay-basic-payment",
    ),
)

BILL_SUB_MERCHANT_FUND_FLOW = V3Operation(
    name="bill_sub_merchant_fund_flow",
    title="Apply for fund flow bill of a sub-merchant",
    chinese="申请单个子商户资金账单",
    method="GET",
    path="/v3/bill/sub-merchant-fundflowbill",
    regions=(MAINLAND,),
    modes=(SERVICE_PROVIDER,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(
        SUB_MCHID_IN_QUERY_REQUIRED,
        BILL_DATE_IN_QUERY,
        _TAR_TYPE_IN_QUERY,
        Field(
            "algorithm",
            ENUM,
            required=ALWAYS,
            values=("AEAD_AES_256_GCM", "SM4_GCM"),
            place="query",
            means="cipher used",
        ),
        Field(
            "account_type",
            ENUM,
            required=ALWAYS,
            values=("BASIC", "OPERATION", "FEES", "DEPOSIT"),
            place="query",
            means="which merchant account the bill covers",
        ),
    ),
    response=(
        Field("download_bill_count", INT, required=ALWAYS, means="number of files"),
        Field(
            "download_bill_list",
            LIST,
            means="files to fetch",
            fields=(
                Field("bill_sequence", INT, required=ALWAYS, means="part number of the bill file"),
                REPLY_DOWNLOAD_URL,
                Field("encrypt_key", required=ALWAYS, means="encrypted key for this file"),
                Field("hash_type", max=32, required=ALWAYS, means="digest kind, SHA1"),
                REPLY_HASH_VALUE,
                Field("nonce", required=ALWAYS, means="nonce of the cipher"),
            ),
        ),
    ),
    errors=_ERRORS,
    limits=(_URL_LIFE, "ready the next day after 10:00 Beijing time", "bills of the last three months"),
    notes=("files are encrypted: encrypt_key is RSA-OAEP for the merchant, then AES-256-GCM with nonce",),
    sources=(
        "https://pay.weixin.qq.com/docs/partner/apis/bill-download/sub-mch-fund-flow-bill/get-sub-mch-fund-flow-bill.html",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/Offline/apis/chapter4_1_25.shtml",
        "https://pay.weixin.qq.com/wiki/doc/apiv3_partner/apis/chapter4_1_12.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/bill/sub-merchant-fundflowbill.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

BILL_DOWNLOAD = V3Operation(
    name="bill_download",
    title="Download bill file",
    chinese="下载账单",
    method="GET",
    path="/v3/billdownload/file",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    request_format="query",
    response_format="csv",
    signed_response=False,
    repeat=READ,
    moves_money=False,
    request=(
        Field("token", required=ALWAYS, place="query", means="one-time download token"),
        Field("tartype", place="query", means="compression wanted"),
    ),
    errors=(INVALID_REQUEST, NO_AUTH),
    limits=(_URL_LIFE,),
    notes=(
        "signed request (path and query of download_url), unsigned answer: skip verification, compare "
        "SHA-1 of the uncompressed file",
    ),
    sources=(
        "https://pay.weixin.qq.com/doc/v3/merchant/4013071238",
        "https://pay.weixin.qq.com/wiki/doc/apiv3/wxpay/pay/bill/chapter3_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/billdownload/file.yaml",
    ),
)
