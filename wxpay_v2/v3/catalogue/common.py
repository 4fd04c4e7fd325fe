"""Fields and error codes that several calls of API v3 share, so that a row says only what is its own.

An answer with a status of success has every field that is required; `when` names what an answer must tell to have the
field: "paid" (a payment), or a condition in words. Amounts are whole numbers of the currency's smallest unit.
"""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    BOOL,
    DATE,
    DECIDED,
    DIRECT,
    ENUM,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    TIME,
    UNKNOWN,
    ErrorCode,
    Field,
    in_modes,
    one_of,
    stated,
)

SMALLEST, FEN = "smallest currency unit", "fen"
RFC_3339 = "RFC 3339"
# Characters of the caller's numbers; an order placed with any other could not be asked for by its number.
NUMBER = r"[0-9A-Za-z_\-|*@]+"
LENGTH_DOUBT = "its length is known from API v3 of the mainland only"
CARRIED_OVER = "carried over from API v3 of the mainland"


# Fields of requests, and of both sides

RECEIVER_ACCOUNT = Field("account", max=64, required=ALWAYS, means="receiver account: merchant number or openid")
APPID = Field("appid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), means="merchant's own appid")
APPID_REQUIRED = Field("appid", max=32, required=ALWAYS, means="merchant's own appid")
ATTACH = Field("attach", max=127, means="caller's own data, returned unchanged")
AUTHORIZED = Field("authorized", BOOL, means="payer agreed to real-name lookup")
BILL_DATE_IN_QUERY = Field(
    "bill_date", DATE, required=ALWAYS, format="yyyy-MM-dd", place="query", means="day of the bill"
)
DESCRIPTION = Field("description", max=127, required=ALWAYS, means="what is sold, shown to the payer")
DEVICE_ID = Field("device_id", max=32, means="terminal number", doubt=LENGTH_DOUBT)
DEVICE_IP = Field("device_ip", max=45, means="terminal's IP address", doubt=LENGTH_DOUBT)
GOODS_ID = Field("goods_id", max=32, required=ALWAYS, means="goods code", doubt=LENGTH_DOUBT)
GOODS_PRICE = Field("price", AMOUNT, required=ALWAYS, unit=SMALLEST, means="unit price")
LIMIT_IN_QUERY = Field("limit", INT, place="query", means="rows wanted per page")
LIMIT_PAY = Field(
    "limit_pay", ENUM, max=32, values=("no_credit",), means="no_credit refuses credit cards (one string, not a list)"
)
MCHID = Field("mchid", max=32, required=ALWAYS, means="merchant number")
MCHID_IN_QUERY = Field(
    "mchid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), place="query", means="merchant number"
)
MCHID_IN_QUERY_REQUIRED = Field("mchid", max=32, required=ALWAYS, place="query", means="merchant number")
MCHID_OF_DIRECT = Field("mchid", max=32, required=in_modes(DIRECT), modes=(DIRECT,), means="merchant number")
MERCHANT_CATEGORY_CODE = Field("merchant_category_code", max=16, required=ALWAYS, means="merchant category code")
RECEIVER_NAME = Field("name", max=1024, encrypted="RSA-OAEP", means="encrypted receiver name")
NOTIFY_URL = Field("notify_url", max=256, required=ALWAYS, means="address for the notification")
OPTIONAL_NOTIFY_URL = Field("notify_url", max=256, means="address for the notification")
OFFSET_IN_QUERY = Field("offset", INT, place="query", means="first row wanted, from 0")
OFFSET_IN_QUERY_REQUIRED = Field("offset", INT, required=ALWAYS, place="query", means="first row wanted, from 0")
OPENID = Field("openid", max=128, means="payer's id under the merchant's appid", doubt=LENGTH_DOUBT)
ORDER_TOTAL = Field("total", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount")
OUT_ORDER_NO = Field("out_order_no", max=64, required=ALWAYS, pattern=NUMBER, means="caller's split order number")
OUT_ORDER_NO_IN_PATH = Field(
    "out_order_no", max=64, required=ALWAYS, pattern=NUMBER, place="path", means="caller's split order number"
)
OUT_REFUND_NO_IN_PATH = Field(
    "out_refund_no", max=64, required=ALWAYS, pattern=NUMBER, place="path", means="caller's refund number"
)
OUT_TRADE_NO = Field("out_trade_no", max=32, min=6, required=ALWAYS, pattern=NUMBER, means="caller's order number")
OUT_TRADE_NO_IN_PATH = Field(
    "out_trade_no", max=32, required=ALWAYS, pattern=NUMBER, place="path", means="caller's order number"
)
OUT_TRADE_NO_REQUIRED = Field("out_trade_no", max=32, required=ALWAYS, pattern=NUMBER, means="caller's order number")
PLAN_ID = Field("plan_id", INT, required=ALWAYS, means="contract template number")
QUANTITY = Field("quantity", INT, required=ALWAYS, means="how many")
REFUND_ID_IN_PATH = Field("refund_id", max=32, required=ALWAYS, place="path", means="WeChat's refund number")
SHA256 = Field("sha256", max=64, required=ALWAYS, means="SHA-256 of the file, hex")
SHARING_REASON = Field("description", max=80, required=ALWAYS, means="reason text")
SHARING_TEXT = Field("description", max=80, required=ALWAYS, means="split text")
SP_APPID = Field(
    "sp_appid",
    max=32,
    required=in_modes(INSTITUTION),
    modes=(INSTITUTION,),
    means="institution's or service provider's appid",
)
SP_APPID_REQUIRED = Field("sp_appid", max=32, required=ALWAYS, means="institution's or service provider's appid")
SP_MCHID = Field(
    "sp_mchid",
    max=32,
    required=in_modes(INSTITUTION),
    modes=(INSTITUTION,),
    means="institution's or service provider's merchant number",
)
SP_MCHID_IN_QUERY = Field(
    "sp_mchid",
    max=32,
    required=in_modes(INSTITUTION),
    modes=(INSTITUTION,),
    place="query",
    means="institution's or service provider's merchant number",
)
SP_MCHID_IN_QUERY_REQUIRED = Field(
    "sp_mchid", max=32, required=ALWAYS, place="query", means="institution's or service provider's merchant number"
)
SP_MCHID_REQUIRED = Field(
    "sp_mchid", max=32, required=ALWAYS, means="institution's or service provider's merchant number"
)
STORE_ADDRESS = Field("address", max=512, required=ALWAYS, means="full street address of the shop", doubt=LENGTH_DOUBT)
STORE_ID = Field("id", max=32, means="shop number", doubt=LENGTH_DOUBT)
STORE_NAME = Field("name", max=256, required=ALWAYS, means="shop name", doubt=LENGTH_DOUBT)
SUB_APPID = Field("sub_appid", max=32, modes=(INSTITUTION,), means="sub-merchant's appid")
SUB_MCHID = Field(
    "sub_mchid", max=32, required=in_modes(INSTITUTION), modes=(INSTITUTION,), means="sub-merchant number"
)
SUB_MCHID_IN_PATH = Field("sub_mchid", max=32, required=ALWAYS, place="path", means="sub-merchant number")
SUB_MCHID_IN_QUERY = Field(
    "sub_mchid",
    max=32,
    required=in_modes(INSTITUTION),
    modes=(INSTITUTION,),
    place="query",
    means="sub-merchant number",
)
SUB_MCHID_REQUIRED = Field("sub_mchid", max=32, required=ALWAYS, means="sub-merchant number")
TIME_EXPIRE = Field("time_expire", TIME, format=RFC_3339, means="last moment to pay")
TIME_START = Field("time_start", TIME, format=RFC_3339, means="order creation time")
TRANSACTION_ID = Field("transaction_id", max=32, required=ALWAYS, means="WeChat Pay order number")
EITHER_TRANSACTION_ID = Field(
    "transaction_id", max=32, required=one_of("transaction_id", "out_trade_no"), means="WeChat Pay order number"
)
TRANSACTION_ID_IN_PATH = Field("transaction_id", max=32, required=ALWAYS, place="path", means="WeChat Pay order number")
TRANSACTION_ID_IN_QUERY = Field(
    "transaction_id", max=32, required=ALWAYS, place="query", means="WeChat Pay order number"
)
RECEIVER_TYPE = Field(
    "type", ENUM, required=ALWAYS, values=("MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID"), means="kind"
)
UNFREEZE_UNSPLIT = Field("unfreeze_unsplit", BOOL, required=ALWAYS, means="release the rest of the money")
WECHATPAY_SERIAL_IN_HEADER = Field(
    "Wechatpay-Serial",
    required=stated("when a field is encrypted"),
    place="header",
    means="serial of the certificate or public key used to encrypt",
)
WXPAY_GOODS_ID = Field("wxpay_goods_id", max=32, means="WeChat's goods code", doubt=LENGTH_DOUBT)

# Fields of answers

REPLY_ASSOCIATED_DATA = Field("associated_data", means="usually the text certificate")
REPLY_AUDIT_REJECT_DETAIL = Field("audit_reject_detail", means="reason given by the reviewer")
REPLY_BANK_TYPE = Field("bank_type", max=32, when="paid", means="payer's bank code", doubt=LENGTH_DOUBT)
REPLY_CREATE_TIME = Field("create_time", TIME, required=ALWAYS, format=RFC_3339, means="when it was created")
REPLY_CURRENCY = Field("currency", required=ALWAYS, means="ISO 4217 currency code")
REPLY_DOWNLOAD_URL = Field("download_url", max=2048, required=ALWAYS, means="address of the file, short lived")
REPLY_EFFECTIVE_TIME = Field("effective_time", TIME, format=RFC_3339, means="when the certificate starts")
REPLY_EXPIRE_TIME = Field("expire_time", TIME, format=RFC_3339, means="when the certificate ends")
REPLY_FINISH_TIME = Field("finish_time", TIME, required=ALWAYS, format=RFC_3339, means="when it was finished")
REPLY_GOODS_REMARK = Field("goods_remark", max=128, means="remark configured with the coupon", doubt=LENGTH_DOUBT)
REPLY_ID = Field("id", max=32, required=ALWAYS, means="WeChat Pay order number")
REPLY_LIMIT = Field("limit", INT, required=ALWAYS, means="rows wanted per page")
REPLY_MEDIA_ID = Field("media_id", max=512, required=ALWAYS, means="id of the uploaded picture")
REPLY_MERCHANT_CONTRIBUTE_AMOUNT = Field(
    "merchant_contribute_amount", AMOUNT, unit=SMALLEST, means="part paid by the merchant"
)
REPLY_NAME = Field("name", encrypted="RSA-OAEP", means="encrypted receiver name")
REPLY_OFFSET = Field("offset", INT, required=ALWAYS, means="first row wanted, from 0")
REPLY_OTHER_CONTRIBUTE_AMOUNT = Field("other_contribute_amount", AMOUNT, unit=SMALLEST, means="part paid by others")
REPLY_OUT_ORDER_NO = Field("out_order_no", max=64, required=ALWAYS, means="caller's split order number")
REPLY_OUT_REFUND_NO = Field("out_refund_no", max=64, required=ALWAYS, means="caller's refund number")
REPLY_OUT_TRADE_NO = Field("out_trade_no", max=32, required=ALWAYS, means="caller's order number")
REPLY_PAYER_CURRENCY = Field("payer_currency", required=ALWAYS, means="currency the payer paid in")
REPLY_PAYER_CURRENCY_WHEN_PAID = Field("payer_currency", when="paid", means="currency the payer paid in")
REPLY_PAYER_TOTAL = Field("payer_total", AMOUNT, unit=SMALLEST, when="paid", means="amount the payer paid")
REPLY_PROMOTION_AMOUNT = Field("amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="discount the payer got")
REPLY_PROMOTION_ID = Field("promotion_id", required=ALWAYS, means="coupon or discount number")
REPLY_PROMOTION_TYPE = Field(
    "type", ENUM, values=("COUPON", "DISCOUNT"), means="COUPON is prepaid, DISCOUNT is not settled"
)
REPLY_RESULT = Field(
    "result", ENUM, required=ALWAYS, values=("PENDING", "SUCCESS", "CLOSED"), means="outcome for this receiver"
)
REPLY_SCOPE = Field("scope", ENUM, values=("GLOBAL", "SINGLE"), means="whole order or single goods")
REPLY_STATE = Field("state", ENUM, required=ALWAYS, values=("PROCESSING", "FINISHED"), means="split order state")
REPLY_SUCCESS_TIME = Field("success_time", TIME, format=RFC_3339, when="paid", means="when it succeeded")
OPTIONAL_REPLY_SUCCESS_TIME = Field("success_time", TIME, format=RFC_3339, means="when it succeeded")
REPLY_TOTAL_COUNT = Field("total_count", INT, required=ALWAYS, means="rows in all")
REPLY_TRADE_STATE = Field(
    "trade_state",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"),
    means="order state",
    doubt=LENGTH_DOUBT,
)
REPLY_TRADE_STATE_DESC = Field(
    "trade_state_desc", max=256, required=ALWAYS, means="order state in words", doubt=LENGTH_DOUBT
)

# Objects

DETAIL = Field(
    "detail",
    OBJECT,
    means="goods",
    fields=(
        Field("cost_price", AMOUNT, unit=SMALLEST, means="order price before discounts"),
        Field("receipt_id", max=32, means="shop receipt number", doubt=LENGTH_DOUBT),
        Field(
            "goods_detail",
            LIST,
            means="list of goods",
            fields=(
                GOODS_ID,
                WXPAY_GOODS_ID,
                Field("goods_name", max=256, means="goods name", doubt=LENGTH_DOUBT),
                QUANTITY,
                GOODS_PRICE,
            ),
        ),
    ),
)
ORDER_AMOUNT = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="money amounts of this item",
    fields=(
        Field("total", AMOUNT, min=1, required=ALWAYS, unit=SMALLEST, means="order amount"),
        Field("currency", max=16, means="settlement currency of the merchant or CNY", doubt=LENGTH_DOUBT),
    ),
)
REPLY_PAYER = Field(
    "payer",
    OBJECT,
    when="paid",
    means="who pays",
    fields=(
        Field("openid", max=128, modes=(DIRECT,), means="payer's id under the merchant's appid", doubt=LENGTH_DOUBT),
        Field("sp_openid", max=128, modes=(INSTITUTION,), means="payer's id under sp_appid", doubt=LENGTH_DOUBT),
        Field("sub_openid", max=128, modes=(INSTITUTION,), means="payer's id under sub_appid", doubt=LENGTH_DOUBT),
    ),
)
REPLY_PROMOTION_DETAIL = Field(
    "promotion_detail",
    LIST,
    means="discounts used",
    fields=(
        Field("promotion_id", max=32, required=ALWAYS, means="coupon or discount number", doubt=LENGTH_DOUBT),
        Field("name", max=64, means="discount name", doubt=LENGTH_DOUBT),
        REPLY_SCOPE,
        REPLY_PROMOTION_TYPE,
        REPLY_PROMOTION_AMOUNT,
        Field("currency", required=ALWAYS, means="currency of the discount"),
        Field("activity_id", means="marketing activity number"),
        Field(
            "wxpay_contribute_amount",
            AMOUNT,
            unit=SMALLEST,
            means="part paid by WeChat; also seen as wechatpay_contribute_amount",
        ),
        REPLY_MERCHANT_CONTRIBUTE_AMOUNT,
        REPLY_OTHER_CONTRIBUTE_AMOUNT,
        Field(
            "goods_detail",
            LIST,
            means="list of goods",
            fields=(
                GOODS_ID,
                REPLY_GOODS_REMARK,
                Field("discount_amount", AMOUNT, required=ALWAYS, unit=SMALLEST, means="discount on this good"),
                QUANTITY,
                GOODS_PRICE,
            ),
        ),
    ),
)
SCENE_INFO = Field(
    "scene_info",
    OBJECT,
    means="where the payment takes place",
    fields=(
        DEVICE_ID,
        DEVICE_IP,
        Field("payer_client_ip", max=45, means="payer's IP address", doubt=LENGTH_DOUBT),
        Field("operator_id", means="cashier number"),
        Field("store_info", OBJECT, means="the shop", fields=(STORE_ID, STORE_NAME, STORE_ADDRESS)),
    ),
)
UPLOAD_META = Field(
    "meta",
    OBJECT,
    required=ALWAYS,
    means="JSON part that is signed",
    fields=(Field("filename", required=ALWAYS, means="file name with extension"), SHA256),
)

# Error codes

ALREADY_CLOSED = ErrorCode(
    "ORDER_CLOSED", status=400, means="already closed", remedy="treat as done", outcome=DECIDED, doubt=CARRIED_OVER
)
INVALID_REQUEST = ErrorCode(
    "INVALID_REQUEST", status=400, means="well-formed, but against a business rule", remedy="read the message"
)
INVALID_REQUEST_CARRIED_OVER = ErrorCode(
    "INVALID_REQUEST",
    status=400,
    means="well-formed, but against a business rule",
    remedy="read the message",
    doubt=CARRIED_OVER,
)
NOT_ENOUGH = ErrorCode(
    "NOT_ENOUGH", status=403, means="amount above what is left to share", remedy="lower the amount", doubt=CARRIED_OVER
)
NO_AUTH = ErrorCode(
    "NO_AUTH",
    status=403,
    means="a permission or the relation of the merchants is missing",
    remedy="apply for it, check the merchant numbers",
)
ORDER_CLOSED = ErrorCode(
    "ORDER_CLOSED",
    status=400,
    means="order already closed",
    remedy="place a new order",
    outcome=DECIDED,
    doubt=CARRIED_OVER,
)
ORDER_NOT_EXIST = ErrorCode(
    "ORDER_NOT_EXIST", status=404, means="no such order", remedy="check the number", outcome=DECIDED
)
ORDER_NOT_EXIST_CARRIED_OVER = ErrorCode(
    "ORDER_NOT_EXIST", status=404, means="no such order", remedy="check the number", outcome=DECIDED, doubt=CARRIED_OVER
)
OUT_TRADE_NO_USED = ErrorCode(
    "OUT_TRADE_NO_USED",
    status=403,
    means="number used with other content",
    remedy="query the old order, or use a new number",
    doubt=CARRIED_OVER,
)
PARAM_ERROR = ErrorCode(
    "PARAM_ERROR", status=400, means="a parameter is wrong or missing", remedy="correct what detail.field names"
)
RATELIMIT_EXCEED = ErrorCode(
    "RATELIMIT_EXCEED",
    status=429,
    means="too many requests for one order",
    remedy="slow down",
    repeat=True,
    doubt=CARRIED_OVER,
)
RATE_LIMITED = ErrorCode("RATE_LIMITED", status=429, means="too many requests", remedy="slow down", repeat=True)
RATE_LIMITED_ONCE = ErrorCode("RATE_LIMITED", status=429, means="too many requests", remedy="slow down")
RESOURCE_NOT_EXISTS = ErrorCode(
    "RESOURCE_NOT_EXISTS",
    status=404,
    means="no such record",
    remedy="check the numbers",
    outcome=DECIDED,
    doubt=CARRIED_OVER,
)
RULE_LIMIT = ErrorCode(
    "RULE_LIMIT", status=403, means="refused by a rule or risk control", remedy="read the message", doubt=CARRIED_OVER
)
SERVICE_UNAVAILABLE = ErrorCode(
    "SERVICE_UNAVAILABLE",
    status=503,
    means="overloaded or down (also with 502)",
    remedy="wait and repeat",
    repeat=True,
    outcome=UNKNOWN,
)
SERVICE_UNAVAILABLE_ONCE = ErrorCode(
    "SERVICE_UNAVAILABLE",
    status=503,
    means="overloaded or down (also with 502)",
    remedy="query after 5 s; never charge again meanwhile",
    outcome=UNKNOWN,
)
SIGN_ERROR = ErrorCode(
    "SIGN_ERROR",
    status=401,
    means="signature, serial number or timestamp refused",
    remedy="check what was signed, the certificate and the clock",
)
SYSTEM_ERROR = ErrorCode(
    "SYSTEM_ERROR",
    status=500,
    means="fault inside WeChat Pay",
    remedy="repeat with the same parameters",
    repeat=True,
    outcome=UNKNOWN,
)
SYSTEM_ERROR_ONCE = ErrorCode(
    "SYSTEM_ERROR",
    status=500,
    means="fault inside WeChat Pay",
    remedy="query after 5 s; never charge again meanwhile",
    outcome=UNKNOWN,
)
TRADE_ERROR = ErrorCode(
    "TRADE_ERROR",
    status=403,
    means="payment failed for a business reason",
    remedy="read the message",
    doubt=CARRIED_OVER,
)

# Runs of them

GENERAL_ERRORS = (PARAM_ERROR, SIGN_ERROR, NO_AUTH, RATE_LIMITED, SYSTEM_ERROR, SERVICE_UNAVAILABLE)
IDS = (MCHID_OF_DIRECT, APPID, SP_MCHID, SUB_MCHID, SP_APPID, SUB_APPID)
SHARING_RULES = (INVALID_REQUEST_CARRIED_OVER, NOT_ENOUGH, RESOURCE_NOT_EXISTS, RATELIMIT_EXCEED)
IDS_IN_QUERY = (MCHID_IN_QUERY, SUB_MCHID_IN_QUERY, SP_MCHID_IN_QUERY)
MCHID_AFTER_SERIAL = (WECHATPAY_SERIAL_IN_HEADER, APPID_REQUIRED, MCHID)
PAYMENT_ATTEMPT_ERRORS = (
    PARAM_ERROR,
    SIGN_ERROR,
    NO_AUTH,
    RATE_LIMITED_ONCE,
    SYSTEM_ERROR_ONCE,
    SERVICE_UNAVAILABLE_ONCE,
    INVALID_REQUEST_CARRIED_OVER,
)
REQUEST_ERRORS_AND_SYSTEM_ERROR = (PARAM_ERROR, INVALID_REQUEST, SIGN_ERROR, SYSTEM_ERROR)

# Notes

NEVER_BOTH_SETS = (
    "direct merchants send mchid and appid; institutions send sp_mchid, sp_appid and sub_mchid; never both sets"
)
DETAIL_SHAPE = "detail: samples and public SDKs send an object, one official table says list"
PAYMENT_RATE = "exchange_rate: payments always say SETTLEMENT_RATE, price currency to settlement currency"
UNCHECKED = "lengths were not checked against the pages"
