"""Fields and error codes that several calls of the mainland's API v3 share."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    BOOL,
    DECIDED,
    ENUM,
    LIST,
    OBJECT,
    SERVICE_PROVIDER,
    TIME,
    UNKNOWN,
    ErrorCode,
    Field,
    in_modes,
)
from wxpay_v2.v3.catalogue.common import (
    DESCRIPTION,
    FEN,
    INVALID_REQUEST,
    NO_AUTH,
    NOTIFY_URL,
    NUMBER,
    ORDER_NOT_EXIST,
    OUT_TRADE_NO,
    PARAM_ERROR,
    QUANTITY,
    REPLY_OUT_TRADE_NO,
    REPLY_SCOPE,
    RFC_3339,
    SIGN_ERROR,
    SYSTEM_ERROR,
    TIME_EXPIRE,
)

# Fields of requests, and of both sides

ADDRESS = Field("address", max=512, means="full street address of the shop")
APP_NAME = Field("app_name", max=64, means="name of the app or site")
AREA_CODE = Field("area_code", max=32, means="administrative area code")
OPTIONAL_ATTACH = Field("attach", max=128, means="caller's own data, returned unchanged")
COST_PRICE = Field("cost_price", AMOUNT, unit=FEN, means="order price before discounts")
OPTIONAL_DEVICE_ID = Field("device_id", max=32, means="terminal number chosen by the merchant")
INVOICE_ID = Field("invoice_id", max=32, means="shop receipt number")
OPTIONAL_LIMIT_PAY = Field(
    "limit_pay",
    LIST,
    values=("no_balance", "no_credit", "no_debit", "balance_only"),
    item=ENUM,
    means="payment means to refuse, a list",
)
MERCHANT_GOODS_ID = Field("merchant_goods_id", max=32, required=ALWAYS, means="merchant's goods code")
OPTIONAL_OPENID = Field("openid", max=128, means="payer's id under the merchant's appid")
OPENID_REQUIRED = Field("openid", max=128, required=ALWAYS, means="payer's id under the merchant's appid")
OUT_TRADE_NO_IN_PATH_REQUIRED = Field(
    "out_trade_no", max=32, min=6, required=ALWAYS, pattern=NUMBER, place="path", means="caller's order number"
)
PACKAGE_NAME = Field("package_name", max=128, means="Android package name")
PAYER_CLIENT_IP = Field("payer_client_ip", max=45, required=ALWAYS, means="payer's IP address")
MAINLAND_STORE_ID = Field("id", max=32, required=ALWAYS, means="shop number")
OPTIONAL_SUB_APPID = Field("sub_appid", max=32, means="sub-merchant's appid")
SUB_MCHID_IN_QUERY_OF_SERVICE_PROVIDER = Field(
    "sub_mchid",
    max=32,
    required=in_modes(SERVICE_PROVIDER),
    modes=(SERVICE_PROVIDER,),
    place="query",
    means="sub-merchant number",
)
SUB_MCHID_IN_QUERY_REQUIRED = Field("sub_mchid", max=32, required=ALWAYS, place="query", means="sub-merchant number")
SUB_MCHID_OF_SERVICE_PROVIDER = Field(
    "sub_mchid", max=32, required=in_modes(SERVICE_PROVIDER), modes=(SERVICE_PROVIDER,), means="sub-merchant number"
)
SUB_OPENID = Field("sub_openid", max=128, means="payer's id under sub_appid")
SUPPORT_FAPIAO = Field("support_fapiao", BOOL, means="show the e-invoice entry")
UNIT_PRICE = Field("unit_price", AMOUNT, required=ALWAYS, unit=FEN, means="unit price")
WECHATPAY_GOODS_ID = Field("wechatpay_goods_id", max=32, means="WeChat's goods code")

# Fields of answers

REPLY_AMOUNT = Field("amount", AMOUNT, required=ALWAYS, unit=FEN, means="face value of the coupon")
REPLY_BANK_TYPE_WHEN_PAID = Field("bank_type", max=32, when="paid", means="payer's bank code")
REPLY_CODE_URL = Field("code_url", max=512, required=ALWAYS, means="text to show as a QR code")
REPLY_COUPON_ID = Field("coupon_id", max=32, required=ALWAYS, means="coupon number")
OPTIONAL_REPLY_CURRENCY = Field("currency", max=16, means="ISO 4217 currency code")
REPLY_DISCOUNT_AMOUNT = Field("discount_amount", AMOUNT, required=ALWAYS, unit=FEN, means="discount on this good")
REPLY_GOODS_ID = Field("goods_id", max=32, required=ALWAYS, means="goods code")
OPTIONAL_REPLY_GOODS_REMARK = Field("goods_remark", max=128, means="remark configured with the coupon")
REPLY_H5_URL = Field("h5_url", max=512, required=ALWAYS, means="address that starts the payment")
REPLY_HASH_VALUE = Field("hash_value", max=1024, required=ALWAYS, means="digest of the uncompressed file")
REPLY_MERCHANT_CONTRIBUTE = Field("merchant_contribute", AMOUNT, unit=FEN, means="part paid by the merchant")
REPLY_OTHER_CONTRIBUTE = Field("other_contribute", AMOUNT, unit=FEN, means="part paid by others")
OPTIONAL_REPLY_PAYER_CURRENCY = Field("payer_currency", means="currency the payer paid in")
REPLY_PREPAY_ID = Field("prepay_id", max=64, required=ALWAYS, means="prepayment session id")
REPLY_SUCCESS_TIME_WHEN_PAID = Field("success_time", TIME, format=RFC_3339, when="paid", means="when it was paid")
REPLY_TOTAL = Field("total", AMOUNT, required=ALWAYS, unit=FEN, means="order amount")
REPLY_TRADE_STATE_DESC_REQUIRED = Field("trade_state_desc", max=256, required=ALWAYS, means="order state in words")
REPLY_TRADE_STATE_REQUIRED = Field(
    "trade_state",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"),
    means="order state",
)
REPLY_TRADE_TYPE = Field(
    "trade_type",
    ENUM,
    max=16,
    values=("JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY", "FACEPAY"),
    when="paid",
    means="how the payer paid",
)
REPLY_TRANSACTION_ID = Field("transaction_id", max=32, when="paid", means="WeChat Pay order number")
OPTIONAL_REPLY_TRANSACTION_ID = Field("transaction_id", max=32, means="WeChat Pay order number")
REPLY_TYPE = Field("type", ENUM, values=("CASH", "NOCASH"), means="CASH is prepaid, NOCASH is not")
REPLY_WECHATPAY_CONTRIBUTE = Field("wechatpay_contribute", AMOUNT, unit=FEN, means="part paid by WeChat")

# Objects

MAINLAND_DETAIL = Field(
    "detail",
    OBJECT,
    means="goods and discount details",
    fields=(
        COST_PRICE,
        INVOICE_ID,
        Field(
            "goods_detail",
            LIST,
            means="list of goods",
            fields=(
                MERCHANT_GOODS_ID,
                WECHATPAY_GOODS_ID,
                Field("goods_name", max=256, means="goods name"),
                QUANTITY,
                UNIT_PRICE,
            ),
        ),
    ),
)
H5_SCENE_INFO = Field(
    "scene_info",
    OBJECT,
    required=ALWAYS,
    means="needed: payer IP and H5 scene",
    fields=(
        Field(
            "h5_info",
            OBJECT,
            required=ALWAYS,
            means="H5 scene",
            fields=(
                Field("type", max=32, required=ALWAYS, means="iOS, Android or Wap"),
                APP_NAME,
                Field("app_url", max=128, means="site address"),
                Field("bundle_id", max=128, means="iOS bundle id"),
                PACKAGE_NAME,
            ),
        ),
        PAYER_CLIENT_IP,
        Field("device_id", max=32, means="terminal number"),
    ),
)
IDENTITY = Field(
    "identity",
    OBJECT,
    means="real-name check, by permission",
    fields=(
        Field(
            "type",
            ENUM,
            required=ALWAYS,
            values=(
                "IDCARD",
                "HONGKONG_MACAO",
                "HONGKONG_MACAO_RESIDENT",
                "TAIWAN_RESIDENT",
                "FOREIGN_RESIDENT",
                "OVERSEA_PASSPORT",
                "PHONE_NUMBER",
            ),
            means="kind of identity document",
        ),
        Field("number", required=ALWAYS, encrypted="RSA-OAEP", means="encrypted document number"),
        Field("name", required=ALWAYS, encrypted="RSA-OAEP", means="encrypted holder name"),
    ),
)
MAINLAND_ORDER_AMOUNT = Field(
    "amount",
    OBJECT,
    required=ALWAYS,
    means="money amounts of this item",
    fields=(
        Field("total", AMOUNT, min=1, required=ALWAYS, unit=FEN, means="order amount"),
        Field("currency", ENUM, max=16, values=("CNY",), means="CNY only, default"),
    ),
)
REPLY_PAID_AMOUNT = Field(
    "amount",
    OBJECT,
    means="order amounts",
    fields=(
        Field("total", AMOUNT, unit=FEN, means="order amount"),
        Field("payer_total", AMOUNT, unit=FEN, when="paid", means="amount the payer paid"),
        Field("currency", max=16, means="CNY"),
        Field("payer_currency", max=16, when="paid", means="CNY"),
    ),
)
PAYER = Field("payer", OBJECT, means="who pays", fields=(IDENTITY,))
REPLY_SCENE_INFO = Field(
    "scene_info", OBJECT, means="where it was paid", fields=(Field("device_id", max=32, means="terminal number"),)
)
MAINLAND_SCENE_INFO = Field(
    "scene_info",
    OBJECT,
    means="where the payment takes place",
    fields=(
        PAYER_CLIENT_IP,
        OPTIONAL_DEVICE_ID,
        Field(
            "store_info",
            OBJECT,
            means="the shop",
            fields=(MAINLAND_STORE_ID, Field("name", max=256, means="shop name"), AREA_CODE, ADDRESS),
        ),
    ),
)
SETTLE_INFO = Field(
    "settle_info",
    OBJECT,
    means="settlement options",
    fields=(Field("profit_sharing", BOOL, means="freeze the money for profit sharing"),),
)
REPLY_COUPON = (
    REPLY_COUPON_ID,
    Field("name", max=64, means="coupon name"),
    REPLY_SCOPE,
    REPLY_TYPE,
    REPLY_AMOUNT,
    Field("stock_id", max=32, means="coupon batch number"),
    REPLY_WECHATPAY_CONTRIBUTE,
    REPLY_MERCHANT_CONTRIBUTE,
    REPLY_OTHER_CONTRIBUTE,
)
REPLY_PROMOTION_DETAIL_WHEN_PAID = Field(
    "promotion_detail",
    LIST,
    when="paid",
    means="discounts used",
    fields=(
        *REPLY_COUPON,
        Field("currency", max=16, means="currency, CNY"),
        Field(
            "goods_detail",
            LIST,
            means="goods discounted",
            fields=(
                REPLY_GOODS_ID,
                QUANTITY,
                UNIT_PRICE,
                REPLY_DISCOUNT_AMOUNT,
                Field("goods_remark", max=128, means="goods remark"),
            ),
        ),
    ),
)

# Error codes

ACCOUNT_ERROR = ErrorCode(
    "ACCOUNT_ERROR", status=403, means="the payer's account is abnormal", remedy="none for the merchant"
)
APPID_MCHID_NOT_MATCH = ErrorCode(
    "APPID_MCHID_NOT_MATCH", status=400, means="appid is not bound to the merchant", remedy="check the pair"
)
BANK_ERROR = ErrorCode(
    "BANK_ERROR",
    status=500,
    means="the bank's system failed",
    remedy="repeat with the same parameters",
    repeat=True,
    outcome=UNKNOWN,
)
FREQUENCY_LIMITED = ErrorCode(
    "FREQUENCY_LIMITED", status=429, means="too many requests", remedy="slow down", repeat=True
)
INVALID_TRANSACTIONID = ErrorCode(
    "INVALID_TRANSACTIONID", status=500, means="bad WeChat order number", remedy="check the number"
)
MCH_NOT_EXISTS = ErrorCode("MCH_NOT_EXISTS", status=400, means="unknown merchant number", remedy="check mchid")
MAINLAND_NOT_ENOUGH = ErrorCode(
    "NOT_ENOUGH",
    status=403,
    means="payer has too little money (old name NOTENOUGH)",
    remedy="payer changes card or tops up",
)
OPENID_MISMATCH = ErrorCode(
    "OPENID_MISMATCH", status=500, means="openid does not belong to the appid", remedy="get the openid with that appid"
)
MAINLAND_ORDER_CLOSED = ErrorCode(
    "ORDER_CLOSED", status=400, means="order already closed", remedy="place a new order", outcome=DECIDED
)
MAINLAND_OUT_TRADE_NO_USED = ErrorCode(
    "OUT_TRADE_NO_USED",
    status=403,
    means="number used with other content",
    remedy="query the old order, or use a new number",
)
MAINLAND_RATELIMIT_EXCEED = ErrorCode(
    "RATELIMIT_EXCEED", status=429, means="too many requests for one order", remedy="slow down", repeat=True
)
MAINLAND_RESOURCE_NOT_EXISTS = ErrorCode(
    "RESOURCE_NOT_EXISTS", status=404, means="no such record", remedy="check the numbers", outcome=DECIDED
)
MAINLAND_RULE_LIMIT = ErrorCode(
    "RULE_LIMIT", status=403, means="refused by a rule or risk control", remedy="read the message"
)
SHARING_NOT_ENOUGH = ErrorCode(
    "NOT_ENOUGH", status=403, means="amount above what is left to share", remedy="lower the amount"
)
MAINLAND_TRADE_ERROR = ErrorCode(
    "TRADE_ERROR", status=403, means="payment failed for a business reason", remedy="read the message"
)
USERPAYING = ErrorCode(
    "USERPAYING",
    status=202,
    means="the payer is entering the password",
    remedy="query every 5 s for at most 45 s, then reverse",
    outcome=UNKNOWN,
)

# Runs of them

PAYMENT_ERRORS = (
    APPID_MCHID_NOT_MATCH,
    INVALID_REQUEST,
    MCH_NOT_EXISTS,
    MAINLAND_ORDER_CLOSED,
    PARAM_ERROR,
    SIGN_ERROR,
    ACCOUNT_ERROR,
    NO_AUTH,
    MAINLAND_NOT_ENOUGH,
    MAINLAND_OUT_TRADE_NO_USED,
    MAINLAND_RULE_LIMIT,
    MAINLAND_TRADE_ERROR,
    ORDER_NOT_EXIST,
    FREQUENCY_LIMITED,
    BANK_ERROR,
    INVALID_TRANSACTIONID,
    OPENID_MISMATCH,
    SYSTEM_ERROR,
)
ORDER = (
    DESCRIPTION,
    OPTIONAL_ATTACH,
    OUT_TRADE_NO,
    MAINLAND_ORDER_AMOUNT,
    TIME_EXPIRE,
    NOTIFY_URL,
    Field("goods_tag", max=32, means="coupon tag"),
    OPTIONAL_LIMIT_PAY,
    SUPPORT_FAPIAO,
    MAINLAND_DETAIL,
)
SHARING_ERRORS = (
    PARAM_ERROR,
    INVALID_REQUEST,
    SIGN_ERROR,
    NO_AUTH,
    SHARING_NOT_ENOUGH,
    MAINLAND_RESOURCE_NOT_EXISTS,
    MAINLAND_RATELIMIT_EXCEED,
    SYSTEM_ERROR,
)
REPLY_ORDER = (
    REPLY_OUT_TRADE_NO,
    REPLY_TRANSACTION_ID,
    REPLY_TRADE_TYPE,
    REPLY_TRADE_STATE_REQUIRED,
    REPLY_TRADE_STATE_DESC_REQUIRED,
    REPLY_BANK_TYPE_WHEN_PAID,
    Field("attach", max=128, means="caller's own data"),
    REPLY_SUCCESS_TIME_WHEN_PAID,
)
REPLY_AMOUNTS = (REPLY_PAID_AMOUNT, REPLY_SCENE_INFO, REPLY_PROMOTION_DETAIL_WHEN_PAID)

# Notes

NO_TIME_START = "time_expire may be left out; time_start does not exist on mainland v3"
NUMBER_LENGTH = "out_trade_no 6 to 32 of letters, digits, _ - | *"
SEVEN_DAYS = "default life of an order 7 days"
FEN_ONLY = "amounts in fen, CNY only"
OTHER_ID = "WeChat number is transaction_id (global says id)"
FROM_SDK = (
    "the OpenAPI transcription echoes the order request here; the fields given are those of the official SDK models"
)
