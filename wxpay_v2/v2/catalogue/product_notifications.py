"""What the gateway tells of products beyond plain payments: contracts, deductions, vehicles, combined orders."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    AMOUNT,
    ENUM,
    HMAC_SHA256,
    INT,
    JSON,
    LIST,
    MAINLAND,
    MD5,
    SERVICE_PROVIDER,
    TIME,
    Field,
    Notification,
    when,
)
from wxpay_v2.v2.catalogue.common import (
    BEIJING_TIME,
    OUTCOMES,
    PAID_AMOUNTS,
    PAID_NUMBERS,
    PAYER,
    PAYMENT_PROOF,
    RATE,
    REPLY_DEVICE_INFO,
    REPLY_HEAD,
    SMALLEST,
    TRADE_TYPES,
    YES_NO,
)
from wxpay_v2.v2.catalogue.notifications import RETRY_SECONDS

_RETURN_CODE = Field(
    "return_code", ENUM, max=16, required=ALWAYS, values=OUTCOMES, means="whether it is a notification"
)
_RETURN_MSG = Field("return_msg", max=128, means="why not")
_RESULT_CODE = Field("result_code", ENUM, max=16, required=ALWAYS, values=OUTCOMES, means="business outcome")
_ERR_CODE = Field("err_code", max=32, means="error code")
_ERR_CODE_DES = Field("err_code_des", max=128, means="error in words")
_APPID = Field("appid", max=32, required=ALWAYS, means="app id")
_MCH_ID = Field("mch_id", max=32, required=ALWAYS, means="merchant")
_SUB_APPID = Field("sub_appid", max=32, modes=(SERVICE_PROVIDER,), means="sub-merchant's own app id")
_SUB_MCH_ID = Field("sub_mch_id", max=32, modes=(SERVICE_PROVIDER,), means="sub-merchant")
_NONCE_STR = Field("nonce_str", max=32, required=ALWAYS, means="random text of the gateway")
_SIGN = Field("sign", max=64, required=ALWAYS, means="over every other non-empty field")
_HMAC = Field("sign_type", ENUM, max=32, required=ALWAYS, values=(HMAC_SHA256,), means="signature algorithm")
_EITHER = Field("sign_type", ENUM, max=32, values=(MD5, HMAC_SHA256), means="as in the order")
_STATE = Field("trade_state", ENUM, max=16, required=ALWAYS, values=("SUCCESS", "PAY_FAIL"), means="how it went")
_SDK = "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV2/Events/"

NATIVE_SCAN = Notification(
    "native_scan",
    title="Native mode 1 callback",
    regions=(MAINLAND,),
    sign_types=(MD5,),
    marks=("product_id", "openid", "is_subscribe"),
    key=("openid", "product_id", "nonce_str"),
    fields=(
        Field("appid", max=32, required=ALWAYS, means="as in the QR code"),
        Field("openid", max=128, required=ALWAYS, means="payer's id"),
        Field("mch_id", max=32, required=ALWAYS, means="as in the QR code"),
        Field("is_subscribe", ENUM, max=1, required=ALWAYS, values=YES_NO, means="payer follows the official account"),
        _NONCE_STR,
        Field("product_id", max=32, required=ALWAYS, means="as in the QR code"),
        _SIGN,
    ),
    notes=(
        "sent once, when a payer scans a code of mode 1, to the callback address set on the platform",
        "place the order with trade_type NATIVE and this product_id, then answer with its prepay_id, signed",
    ),
    sources=("https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4",),
    confidence="secondary",
)

PAPAY_CONTRACT = Notification(
    "papay_contract",
    title="Contract signed or ended",
    regions=(MAINLAND,),
    sign_types=(MD5,),
    marks=("contract_id", "change_type", "plan_id"),
    key=("contract_id", "change_type"),
    retry=RETRY_SECONDS,
    fields=(
        _RETURN_CODE,
        _RETURN_MSG,
        _RESULT_CODE,
        Field("sign", max=32, required=ALWAYS, means="MD5; there is no nonce_str"),
        _MCH_ID,
        _SUB_MCH_ID,
        _SUB_APPID,
        Field("contract_code", max=32, required=ALWAYS, means="merchant's contract number"),
        Field("plan_id", max=28, required=ALWAYS, means="template of the deduction"),
        Field("openid", max=128, required=ALWAYS, means="payer's id"),
        Field("sub_openid", max=128, modes=(SERVICE_PROVIDER,), means="payer's id under sub_appid"),
        Field("change_type", ENUM, max=16, required=ALWAYS, values=("ADD", "DELETE"), means="signed or ended"),
        Field("operate_time", TIME, max=20, required=ALWAYS, format="yyyy-MM-dd HH:mm:ss", means="when, Beijing time"),
        Field("contract_id", max=32, required=ALWAYS, means="WeChat Pay contract number"),
        Field("contract_expired_time", max=20, required=when("change_type", "ADD"), means="end of validity"),
        Field(
            "contract_termination_mode",
            INT,
            required=when("change_type", "DELETE"),
            means="1 expired, 2 by the payer, 3 by the API, 4 by the platform, 5 account closed",
        ),
        Field("request_serial", max=64, required=when("change_type", "ADD"), means="as sent"),
    ),
    notes=("sent to the contract's notify_url; its end is told to the template's address",),
    sources=(f"{_SDK}PAPContractEvent.cs", "https://pay.weixin.qq.com/wiki/doc/api/pap.php?chapter=18_17"),
    confidence="secondary",
)

PAPAY_DEDUCTION = Notification(
    "papay_deduction",
    title="Deduction result",
    regions=(MAINLAND,),
    sign_types=(MD5,),
    marks=("contract_id", "trade_state"),
    key=("out_trade_no", "transaction_id", "trade_state"),
    proof=PAYMENT_PROOF,
    retry=RETRY_SECONDS,
    fields=(
        *REPLY_HEAD,
        REPLY_DEVICE_INFO,
        _EITHER,
        *PAYER,
        Field("trade_type", ENUM, max=16, required=ALWAYS, values=("PAP",), means="how the payer paid"),
        *PAID_AMOUNTS,
        RATE,
        *PAID_NUMBERS,
        _STATE,
        Field("contract_id", max=32, required=ALWAYS, means="WeChat Pay contract number"),
    ),
    notes=("told on success and on failure alike: trade_state says which",),
    sources=(f"{_SDK}PAPOrderEvent.cs",),
    confidence="secondary",
)

VEHICLE_STATE = Notification(
    "vehicle_state",
    title="Vehicle state changed",
    regions=(MAINLAND,),
    sign_types=(HMAC_SHA256,),
    marks=("plate_number", "vehicle_event_createtime"),
    key=("plate_number", "vehicle_event_createtime", "vehicle_event_type"),
    retry=RETRY_SECONDS,
    fields=(
        Field(
            "return_code", ENUM, max=16, values=OUTCOMES, means="whether it is a notification", doubt="in one SDK only"
        ),
        Field("result_code", ENUM, max=16, values=OUTCOMES, means="business outcome", doubt="in one SDK only"),
        _APPID,
        _MCH_ID,
        _SUB_APPID,
        _SUB_MCH_ID,
        Field("openid", max=128, means="payer's id", doubt="in one SDK only"),
        Field("plate_number", max=32, required=ALWAYS, means="plate"),
        Field("deduct_mode", ENUM, max=16, values=("PROACTIVE", "AUTOPAY"), means="how a deduction begins"),
        Field("vehicle_event_type", ENUM, max=32, values=("NORMAL", "BLOCKED"), means="what became of the vehicle"),
        Field("vehicle_event_des", ENUM, max=32, values=("OVERDUE", "REMOVE", "PAUSE"), means="why it is blocked"),
        Field(
            "vehicle_event_createtime", TIME, max=14, required=ALWAYS, format=BEIJING_TIME, means="when, Beijing time"
        ),
        _HMAC,
        _NONCE_STR,
        _SIGN,
    ),
    sources=(
        "wechatpay-im/website:webhook/v2/vehicle-state-changed-for-parking.md",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011987424",
        f"{_SDK}VehicleEvent.cs",
    ),
    confidence="secondary",
)

VEHICLE_DEDUCTION = Notification(
    "vehicle_deduction",
    title="Vehicle or transit deduction result",
    regions=(MAINLAND,),
    sign_types=(HMAC_SHA256,),
    marks=("trade_state", "transaction_id"),
    key=("out_trade_no", "transaction_id", "trade_state"),
    proof=PAYMENT_PROOF,
    retry=RETRY_SECONDS,
    fields=(
        *REPLY_HEAD,
        REPLY_DEVICE_INFO,
        _EITHER,
        *PAYER,
        Field(
            "trade_type",
            ENUM,
            max=16,
            required=ALWAYS,
            values=(*TRADE_TYPES, "MICROPAY"),
            means="how the payer paid",
        ),
        *PAID_AMOUNTS,
        RATE,
        *PAID_NUMBERS,
        _STATE,
    ),
    notes=("fields of the trade_scene may be added",),
    sources=("TheNorthMemory/wechatpay-openapi:docs/v2/vehicle/pay/payapply.yaml",),
    confidence="secondary",
)

COMBINED = Notification(
    "combined",
    title="Combined payment result",
    regions=(MAINLAND,),
    sign_types=(HMAC_SHA256,),
    marks=("combine_out_trade_no", "sub_order_list"),
    key=("combine_mch_id", "combine_out_trade_no"),
    retry=RETRY_SECONDS,
    fields=(
        _RETURN_CODE,
        _RETURN_MSG,
        Field("combine_appid", max=32, required=ALWAYS, means="app id of the merchant who combines"),
        Field("combine_mch_id", max=32, required=ALWAYS, means="merchant who combines"),
        _NONCE_STR,
        Field("device_info", max=32, means="as in the order"),
        Field("combine_openid", max=128, means="payer's id under combine_appid"),
        Field("combine_out_trade_no", max=32, required=ALWAYS, means="number of the combined order"),
        Field("trade_type", ENUM, max=16, required=ALWAYS, values=TRADE_TYPES, means="how the payer paid"),
        Field("bank_type", max=32, means="code of the paying bank"),
        _SIGN,
        _HMAC,
        _RESULT_CODE,
        Field("result_msg", max=32, means="outcome in words"),
        _ERR_CODE,
        _ERR_CODE_DES,
        Field(
            "sub_order_list",
            JSON,
            required=ALWAYS,
            means="orders of the merchants",
            fields=(
                Field("order_num", INT, required=ALWAYS, means="number of orders"),
                Field(
                    "order_list",
                    LIST,
                    required=ALWAYS,
                    means="orders",
                    fields=(
                        Field("appid", required=ALWAYS, means="app id of the order"),
                        Field("mch_id", required=ALWAYS, means="merchant of the order; mchid in the query's reply"),
                        Field("openid", required=ALWAYS, means="payer's id under that appid"),
                        Field("total_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="order amount"),
                        Field("cash_fee", AMOUNT, required=ALWAYS, unit=SMALLEST, means="what the payer paid"),
                        Field("transaction_id", required=ALWAYS, means="WeChat Pay order number"),
                        Field("out_trade_no", required=ALWAYS, means="merchant's order number"),
                        Field("attach", means="as sent"),
                        Field("time_end", required=ALWAYS, means="time of payment"),
                    ),
                ),
            ),
        ),
    ),
    notes=(
        "sent to the merchant who combines, and to no other",
        "closed to new merchants since 2021-09-01",
    ),
    sources=(
        "wechatpay-im/website:webhook/v2/combined-transactions-success.md",
        "TheNorthMemory/wechatpay-openapi:docs/v2/pay/querycombinedorder.yaml",
    ),
    confidence="secondary",
)

RENT_HOTEL = Notification(
    "rent_hotel",
    title="Deposit-free rent and hotel events",
    regions=(MAINLAND,),
    sign_types=(HMAC_SHA256,),
    marks=("event_ciphertext", "event_id"),
    key=("event_id",),
    encrypted="event_ciphertext",
    retry=RETRY_SECONDS,
    fields=(
        _MCH_ID,
        _APPID,
        Field("algorithm", ENUM, required=ALWAYS, values=(HMAC_SHA256,), means="signature algorithm, so called here"),
        _NONCE_STR,
        _SIGN,
        Field("event_id", required=ALWAYS, means="number of the notification"),
        Field("event_create_time", required=ALWAYS, means="when it was made"),
        Field(
            "event_type",
            ENUM,
            required=ALWAYS,
            values=("CHECK.SUCCESS", "CHECK.FAIL", "TRANSACTION.SUCCESS", "TRANSACTION.FAIL"),
            means="what happened",
        ),
        Field("event_algorithm", ENUM, required=ALWAYS, values=("AEAD_AES_256_GCM",), means="cipher"),
        Field("event_nonce", required=ALWAYS, means="nonce of the cipher"),
        Field("event_associated_data", means="additional data of the cipher"),
        Field("event_ciphertext", required=ALWAYS, means="encrypted JSON, in base64"),
    ),
    notes=(
        "signed with the API key, and inside encrypted with the API v3 key: Event.decrypted opens it",
        "inside: state, service_id, out_order_no, order_id, times, amounts, finish_ticket, finish_transaction_id",
    ),
    sources=(
        "wechatpay-im/website:webhook/v2/TRANSACTION.SUCCESS.md",
        "wechatpay-im/website:webhook/v2/CHECK.FAIL.md",
    ),
    confidence="secondary",
)

RISK_TRANSACTIONS = Notification(
    "risk_transactions",
    title="Risky transactions",
    regions=(MAINLAND,),
    sign_types=(HMAC_SHA256,),
    marks=("risk_level", "transaction_id_list"),
    key=("mch_id", "event_code"),
    retry=RETRY_SECONDS,
    fields=(
        _RETURN_CODE,
        _RETURN_MSG,
        _HMAC,
        _SIGN,
        _NONCE_STR,
        Field("event_code", required=ALWAYS, means="number of the event"),
        Field("risk_level", ENUM, required=ALWAYS, values=("LOW", "MEDIUM", "HIGH"), means="how risky"),
        Field("risk_level_desc", required=ALWAYS, means="risk in words"),
        Field("mch_id", max=32, required=ALWAYS, means="service provider"),
        Field("sub_mch_id", max=32, required=ALWAYS, means="merchant it is about, any of the provider's"),
        Field("transaction_id_list", JSON, required=ALWAYS, means='orders: {"data": {"transaction_id": [...]}}'),
    ),
    notes=("sent to bank service providers, to the address that set_mch_risk_callback gave",),
    sources=(
        "wechatpay-im/website:webhook/v2/transactions-risk-occurred.md",
        "https://pay.weixin.qq.com/doc/v2/institution/4011986354",
    ),
    confidence="secondary",
)
