"""Fields and error codes that several operations share, so that a row says only what is its own.

A response field's `when` names the replies it comes in: "always"; "transport success" (return_code is SUCCESS);
"success" (result_code too); "paid" (a success that tells of a payment: quick pay, an order query whose trade_state is
SUCCESS or REFUND, a payment notification); "business failure" (result_code is FAIL); or a condition in words.
Amounts are whole numbers of the currency's smallest unit: 1.99 HKD is 199, 199 JPY is 199.
"""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    DECIDED,
    ENUM,
    GLOBAL,
    HMAC_SHA256,
    INSTITUTION,
    INT,
    JSON,
    LIST,
    MAINLAND,
    MD5,
    OBJECT,
    SERVICE_PROVIDER,
    TIME,
    UNKNOWN,
    ErrorCode,
    Field,
    in_modes,
    one_of,
    stated,
    when,
)

SMALLEST = "smallest currency unit"
BEIJING_TIME = "yyyyMMddHHmmss"
SUB_MODES = (INSTITUTION, SERVICE_PROVIDER)
OUTCOMES = ("SUCCESS", "FAIL")
YES_NO = ("Y", "N")
CURRENCY = "[A-Z]{3}"
REGIONAL_RATE = "payer's currency per unit of fee_type, times 10^8: 6.5 CNY per USD is 650000000"

# Requests: who calls.

APPID = Field("appid", max=32, required=ALWAYS, means="app id; in institution mode the institution's own")
MCH_ID = Field("mch_id", max=32, required=ALWAYS, means="merchant, or the institution or service provider that calls")
SUB_APPID = Field("sub_appid", max=32, modes=SUB_MODES, means="sub-merchant's own app id; needed to get sub_openid")
SUB_MCH_ID = Field("sub_mch_id", max=32, required=in_modes(*SUB_MODES), modes=SUB_MODES, means="sub-merchant")
NONCE_STR = Field("nonce_str", max=32, required=ALWAYS, means="random text, new for every message")
SIGN = Field("sign", max=64, required=ALWAYS, means="upper-case hex: 32 digits MD5, 64 HMAC-SHA256")
SIGN_TYPE = Field(
    "sign_type",
    ENUM,
    max=32,
    required=stated("when HMAC-SHA256 is used"),
    values=(MD5, HMAC_SHA256),
    default=MD5,
    means="signature algorithm; the reply follows it",
)
REQUEST_HEAD = (APPID, MCH_ID, SUB_APPID, SUB_MCH_ID, NONCE_STR, SIGN, SIGN_TYPE)
IDS_WITHOUT_SUB_APPID = {"appid": "appid", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"}

# Requests: which order.

OUT_TRADE_NO = Field(
    "out_trade_no",
    max=32,
    required=ALWAYS,
    pattern=r"[0-9A-Za-z_\-|*@]{1,32}",
    means="merchant's order number, unique per mch_id",
    doubt="the global order pages leave '@' out; the mainland pages and the global refund query page allow it",
)
EITHER_NUMBER = one_of("transaction_id", "out_trade_no")
ORDER_NUMBERS = (
    Field("transaction_id", max=32, required=EITHER_NUMBER, means="WeChat Pay order number; wins when both are sent"),
    Field("out_trade_no", max=32, required=EITHER_NUMBER, means="merchant's order number"),
)

# The pages of some queries ask for both numbers; before an outcome is known there is no transaction_id.
LOST_ORDER_NUMBERS = (
    Field(
        "transaction_id",
        max=32,
        required=EITHER_NUMBER,
        means="WeChat Pay order number",
        doubt="the page asks for both numbers; before the outcome is known there is no transaction_id",
    ),
    Field("out_trade_no", required=EITHER_NUMBER, means="merchant's order number"),
)

# Requests: a new order. Unified order and quick pay share these.

FIELD_TESTED = "the English global pages list it as required; code in use with the global gateway does not send it"
DEVICE_INFO = Field("device_info", max=32, means="merchant's terminal; WEB for a page on a PC or inside WeChat")
VERSION = Field(
    "version",
    ENUM,
    max=32,
    values=("1.0",),
    required=stated("mainland: with item discounts"),
    means="fixed",
    doubt=FIELD_TESTED,
)
BODY = Field(
    "body",
    max=128,
    required=ALWAYS,
    means="what is bought, as the payer reads it",
    doubt="127 on the Chinese global page; merchants report a limit in UTF-8 bytes, three for a Chinese character "
    "(https://developers.weixin.qq.com/community/pay/doc/000ac2f693c4e881fc38cd5795b400)",
)
DETAIL = Field(
    "detail",
    JSON,
    max=6000,
    required=stated("mainland: with item discounts"),
    cdata=True,
    means="items; global merchants put the MCC here",
    doubt=FIELD_TESTED,
    fields=(
        Field("cost_price", AMOUNT, unit=SMALLEST, regions=(MAINLAND,), means="price before discounts"),
        Field("receipt_id", max=32, regions=(MAINLAND,), means="merchant's receipt number"),
        Field(
            "mcc", max=4, regions=(GLOBAL,), means="merchant category", doubt="its place in the JSON is not confirmed"
        ),
        Field(
            "goods_detail",
            LIST,
            required=ALWAYS,
            means="items",
            fields=(
                Field("goods_id", max=32, required=stated("in the mainland"), means="merchant's item code"),
                Field("wxpay_goods_id", max=32, means="WeChat Pay's item code"),
                Field("goods_name", max=256, required=stated("outside the mainland"), means="item name"),
                Field("quantity", INT, required=ALWAYS, means="number of items"),
                Field("price", AMOUNT, required=stated("in the mainland"), unit=SMALLEST, means="price of one item"),
            ),
        ),
    ),
)
TOTAL_FEE = Field(
    "total_fee", AMOUNT, min=1, required=ALWAYS, unit=SMALLEST, means="order amount in fee_type", rule="total_fee"
)
FEE_TYPE = Field("fee_type", max=16, pattern=CURRENCY, default="CNY", means="price currency, ISO 4217", rule="currency")
TIME_START = Field(
    "time_start", TIME, max=14, format=BEIJING_TIME, means="start of the order, Beijing time", rule="time_start"
)
GOODS_TAG = Field("goods_tag", max=32, means="promotion tag")
LIMIT_PAY = Field("limit_pay", ENUM, max=32, values=("no_credit",), means="no_credit forbids credit cards")
PROFIT_SHARING = Field(
    "profit_sharing", ENUM, max=1, values=YES_NO, default="N", regions=(MAINLAND,), means="Y reserves money for sharing"
)
STORE_INFO = Field(
    "store_info",
    OBJECT,
    means="shop",
    fields=(
        Field("id", max=32, required=ALWAYS, means="shop id"),
        Field("name", max=64, means="shop name"),
        Field("area_code", max=6, means="area code"),
        Field("address", max=128, means="shop address"),
    ),
)
H5_INFO = Field(
    "h5_info",
    OBJECT,
    required=stated("when trade_type is MWEB"),
    means="where the H5 payment starts",
    fields=(
        Field("type", ENUM, required=ALWAYS, values=("IOS", "Android", "Wap"), means="kind of application or page"),
        Field("app_name", required=when("type", "IOS", "Android"), means="application name"),
        Field("bundle_id", required=when("type", "IOS"), means="bundle id"),
        Field("package_name", required=when("type", "Android"), means="package name"),
        Field("wap_url", required=when("type", "Wap"), means="site address"),
        Field("wap_name", required=when("type", "Wap"), means="site name"),
    ),
)

# Replies: who answers, and how it went.

RETURN_CODE = Field(
    "return_code",
    ENUM,
    max=16,
    required=ALWAYS,
    values=OUTCOMES,
    when="always",
    means="whether the message was understood; nothing about the trade",
)
RETURN_MSG = Field("return_msg", max=128, when="always", means="OK, or why it failed")
REPLY_APPID = Field("appid", max=32, required=ALWAYS, when="transport success", means="as sent")
REPLY_MCH_ID = Field("mch_id", max=32, required=ALWAYS, when="transport success", means="as sent")
REPLY_SUB_APPID = Field("sub_appid", max=32, modes=SUB_MODES, when="transport success", means="as sent")
REPLY_SUB_MCH_ID = Field(
    "sub_mch_id", max=32, required=in_modes(*SUB_MODES), modes=SUB_MODES, when="transport success", means="as sent"
)
REPLY_NONCE_STR = Field(
    "nonce_str", max=32, required=ALWAYS, when="transport success", means="random text of the gateway"
)
REPLY_SIGN = Field("sign", max=64, required=ALWAYS, when="transport success", means="over every other non-empty field")
RESULT_CODE = Field(
    "result_code", ENUM, max=16, required=ALWAYS, values=OUTCOMES, when="transport success", means="business outcome"
)
ERR_CODE = Field("err_code", max=32, when="business failure", means="error code")
ERR_CODE_DES = Field("err_code_des", max=128, when="business failure", means="error in words")
REPLY_TRANSPORT = (RETURN_CODE, RETURN_MSG)
REPLY_IDS = (REPLY_APPID, REPLY_MCH_ID, REPLY_SUB_APPID, REPLY_SUB_MCH_ID)
REPLY_RESULT = (RESULT_CODE, ERR_CODE, ERR_CODE_DES)
REPLY_HEAD = (*REPLY_TRANSPORT, *REPLY_IDS, REPLY_NONCE_STR, REPLY_SIGN, *REPLY_RESULT)
REPLY_DEVICE_INFO = Field("device_info", max=32, when="transport success", means="as sent")

# Replies: a payment. Quick pay, order query and payment notification share these.

UNREAD_TABLE = "from mainland pages and code in use; the global response table could be read only in part"
PAYER = (
    Field("openid", max=128, required=ALWAYS, when="paid", means="payer's id under appid"),
    Field("is_subscribe", ENUM, max=1, values=YES_NO, when="paid", means="payer follows the official account"),
    Field(
        "sub_openid",
        max=128,
        modes=SUB_MODES,
        when="paid, with sub_appid",
        means="payer's id under sub_appid",
    ),
    Field(
        "sub_is_subscribe",
        ENUM,
        max=1,
        values=YES_NO,
        modes=SUB_MODES,
        when="paid, with sub_appid",
        means="payer follows the sub-merchant's account",
    ),
)
TRADE_TYPES = ("JSAPI", "NATIVE", "APP", "MWEB")
PAID_TRADE_TYPE = Field(
    "trade_type",
    ENUM,
    max=16,
    required=ALWAYS,
    values=(*TRADE_TYPES, "MICROPAY"),
    when="paid",
    means="how the payer paid",
)
COUPON_KINDS = ("CASH", "NO_CASH")
COUPONS = (
    Field("coupon_fee", AMOUNT, unit=SMALLEST, when="coupons used", means="all coupons together"),
    Field("coupon_count", INT, when="coupons used", means="number of coupons"),
    Field(
        "coupon_type_$n", ENUM, max=8, values=COUPON_KINDS, when="coupons used", means="CASH is prepaid, NO_CASH not"
    ),
    Field("coupon_id_$n", max=20, when="coupons used", means="coupon id"),
    Field("coupon_fee_$n", AMOUNT, unit=SMALLEST, when="coupons used", means="amount of coupon $n"),
)
RATE = Field("rate", max=16, regions=(GLOBAL,), when="paid", means=REGIONAL_RATE, doubt=UNREAD_TABLE)
PAID_AMOUNTS = (
    Field("bank_type", max=32, required=ALWAYS, when="paid", means="code of the paying bank"),
    Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="paid", means="order amount in fee_type"),
    Field("fee_type", max=16, pattern=CURRENCY, default="CNY", when="paid", means="price currency"),
    Field(
        "settlement_total_fee",
        AMOUNT,
        unit=SMALLEST,
        when="coupons not prepaid",
        means="order amount less coupons that were not prepaid",
    ),
    *COUPONS,
    Field(
        "cash_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, when="paid", means="what the payer paid, in cash_fee_type"
    ),
    Field(
        "cash_fee_type", max=16, pattern=CURRENCY, when="paid", means="CNY for a mainland wallet, HKD for Hong Kong's"
    ),
)
PAID_NUMBERS = (
    Field("transaction_id", max=32, required=ALWAYS, when="paid", means="WeChat Pay order number"),
    Field("out_trade_no", max=32, required=ALWAYS, when="success", means="merchant's order number"),
    Field("attach", max=128, when="success", means="as sent"),
    Field(
        "time_end", TIME, max=14, required=ALWAYS, format=BEIJING_TIME, when="paid", means="time of payment, Beijing"
    ),
)
PAYMENT = (*PAYER, PAID_TRADE_TYPE, *PAID_AMOUNTS, RATE, *PAID_NUMBERS)
PROMOTION_DETAIL = Field(
    "promotion_detail",
    JSON,
    max=6000,
    regions=(MAINLAND,),
    cdata=True,
    when="paid, with version 1.0",
    means="promotions used",
)
# An amount is only believed together with the numbers it belongs to.
PAYMENT_PROOF = ("transaction_id", "out_trade_no", "total_fee")

# Refunds, in replies and notifications.

REFUND_ACCOUNTS = ("REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS")

# Error codes.

SIGNERROR = ErrorCode("SIGNERROR", means="wrong signature", remedy="check key, sign_type and the fields signed")
XML_FORMAT_ERROR = ErrorCode("XML_FORMAT_ERROR", means="not well-formed XML", remedy="correct the XML")
REQUIRE_POST_METHOD = ErrorCode("REQUIRE_POST_METHOD", means="not sent with POST", remedy="use POST")
MESSAGE_ERRORS = (SIGNERROR, XML_FORMAT_ERROR, REQUIRE_POST_METHOD)
LACK_PARAMS = ErrorCode("LACK_PARAMS", means="a required field is missing", remedy="add the field")
POST_DATA_EMPTY = ErrorCode("POST_DATA_EMPTY", means="empty body", remedy="send the XML as body")
NOT_UTF8 = ErrorCode("NOT_UTF8", means="not UTF-8", remedy="send UTF-8")
APPID_NOT_EXIST = ErrorCode("APPID_NOT_EXIST", means="no such appid", remedy="check appid")
MCHID_NOT_EXIST = ErrorCode("MCHID_NOT_EXIST", means="no such mch_id", remedy="check mch_id")
ID_ERRORS = (APPID_NOT_EXIST, MCHID_NOT_EXIST)
APPID_MCHID_NOT_MATCH = ErrorCode(
    "APPID_MCHID_NOT_MATCH", means="appid and mch_id are not bound", remedy="bind them, or correct the pair"
)
PARAM_ERROR = ErrorCode("PARAM_ERROR", means="a field is wrong", remedy="correct the field that err_code_des names")
INVALID_REQUEST = ErrorCode(
    "INVALID_REQUEST",
    means="not valid, or repeated with other parameters",
    remedy="correct the request; a changed order needs a new number",
)
NOAUTH = ErrorCode("NOAUTH", means="the merchant lacks the permission", remedy="apply for the product")
SYSTEMERROR = ErrorCode(
    "SYSTEMERROR",
    means="system error or timeout",
    remedy="query, or repeat with exactly the same parameters",
    repeat=True,
    outcome=UNKNOWN,
)
SYSTEMERROR_OF_A_READ = ErrorCode(
    "SYSTEMERROR", means="system error or timeout", remedy="repeat later", repeat=True, outcome=UNKNOWN
)
ORDERPAID = ErrorCode(
    "ORDERPAID",
    means="the order is paid",
    remedy="do not place it again; to give the money back, refund",
    outcome=DECIDED,
)
ORDERCLOSED = ErrorCode(
    "ORDERCLOSED", means="the order is closed", remedy="place a new order with a new out_trade_no", outcome=DECIDED
)
ORDERNOTEXIST = ErrorCode(
    "ORDERNOTEXIST",
    means="no such order",
    remedy="check the number; a quick pay order exists only once its call was accepted",
    outcome=DECIDED,
)
OUT_TRADE_NO_USED = ErrorCode(
    "OUT_TRADE_NO_USED", means="number used with other parameters", remedy="query the old order, or use a new number"
)
INVALID_TRANSACTIONID = ErrorCode(
    "INVALID_TRANSACTIONID", means="transaction_id is not valid", remedy="check transaction_id"
)
MAINLAND_ERRORS = "error codes are from mainland pages and public code; the global error tables could not be read"
MAINLAND_RESPONSE = "response fields are from mainland pages and code in use with the global gateway"
