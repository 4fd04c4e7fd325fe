"""Sub-merchant onboarding."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    BOOL,
    DECIDED,
    ENUM,
    INSTITUTION,
    INT,
    LIST,
    OBJECT,
    READ,
    SAME_NUMBER,
    TEXT,
    ErrorCode,
    Field,
)
from wxpay_v2.v3.catalogue.common import (
    ATTACH,
    CARRIED_OVER,
    GENERAL_ERRORS,
    INVALID_REQUEST_CARRIED_OVER,
    REPLY_AUDIT_REJECT_DETAIL,
    SP_APPID_REQUIRED,
    SP_MCHID_IN_QUERY_REQUIRED,
    SP_MCHID_REQUIRED,
    SUB_MCHID_IN_PATH,
    SUB_MCHID_REQUIRED,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.operation import V3Operation

_APPLY_H5_PAYMENT = Field("apply_h5_payment", BOOL, means="also ask for H5 payment permission")
_BUSINESS_CATEGORY = Field("business_category", INT, required=ALWAYS, means="business category code")
_CHANNEL_ID = Field("channel_id", max=20, means="channel partner number")
_MERCHANT_COUNTRY_CODE = Field("merchant_country_code", max=3, required=ALWAYS, means="ISO 3166 numeric country code")
_MERCHANT_TYPE = Field(
    "merchant_type", ENUM, max=10, required=ALWAYS, values=("ENTERPRISE", "INDIVIDUAL"), means="company or person"
)
_NAME = Field("name", max=128, required=ALWAYS, means="full name")
_OFFICE_PHONE = Field("office_phone", max=32, required=ALWAYS, means="office telephone")
_REGISTRATION_CERTIFICATE_COPY = Field("registration_certificate_copy", means="registration picture, media id")
_REGISTRATION_CERTIFICATE_DATE = Field("registration_certificate_date", means="registration expiry day")
_REGISTRATION_CERTIFICATE_NUMBER = Field("registration_certificate_number", means="registration number")
_SETTLEMENT_BANK_NUMBER = Field("settlement_bank_number", means="settlement bank account")
_SHORTNAME = Field("shortname", max=64, required=ALWAYS, means="short name shown to payers")
_REPLY_H5_AUTHORIZATION_STATE = Field(
    "h5_authorization_state",
    ENUM,
    values=("APPROVED", "UNAUTHORIZED", "UNDER_REVIEW", "REJECTED", "UNDER_PUNISHMENT", "APPLICATION_FAILED"),
    means="H5 permission state",
)
_BUSINESS = Field(
    "business",
    OBJECT,
    required=ALWAYS,
    means="how the sub-merchant does business",
    fields=(
        Field(
            "business_type",
            ENUM,
            required=ALWAYS,
            values=("ONLINE", "OFFLINE", "BOTH"),
            means="where the business takes place",
        ),
        Field("app_download", means="app download address"),
        Field("website", means="business site"),
        Field("office_account", means="official account appid"),
        Field("mini_program", means="mini program appid"),
        Field("store_address", means="shop address"),
        Field("store_photos", means="JSON list of picture ids, as text"),
        Field("mcc", means="merchant category code"),
    ),
)
_CONTACT = Field(
    "contact",
    OBJECT,
    required=ALWAYS,
    means="contact person",
    fields=(
        Field("name", max=64, required=ALWAYS, encrypted="RSA-OAEP", means="encrypted contact name"),
        Field("phone", max=32, required=ALWAYS, encrypted="RSA-OAEP", means="encrypted telephone"),
        Field("email", max=256, required=ALWAYS, encrypted="RSA-OAEP", means="encrypted e-mail"),
    ),
)
_DIRECTOR = Field(
    "director",
    OBJECT,
    means="a company director",
    fields=(Field("name", means="director name"), Field("number", means="document number")),
)
_PRINCIPAL = Field(
    "principal",
    OBJECT,
    means="person in charge",
    fields=(Field("name", means="name of the person in charge"), Field("number", means="document number")),
)
_MERCHANT = (
    _SHORTNAME,
    _OFFICE_PHONE,
    _CONTACT,
    _BUSINESS_CATEGORY,
    _CHANNEL_ID,
    _MERCHANT_COUNTRY_CODE,
    _MERCHANT_TYPE,
)
_BUSINESS_DATA = (
    _REGISTRATION_CERTIFICATE_COPY,
    _SETTLEMENT_BANK_NUMBER,
    _BUSINESS,
    _DIRECTOR,
    _PRINCIPAL,
    _APPLY_H5_PAYMENT,
)

MERCHANT_ADD = V3Operation(
    name="merchant_add",
    title="Add sub-merchant",
    chinese="子商户进件",
    path="/v3/global/merchants",
    modes=(INSTITUTION,),
    repeat=SAME_NUMBER,
    moves_money=False,
    numbers=("Idempotency-Key",),
    request=(
        Field(
            "Idempotency-Key",
            max=64,
            required=ALWAYS,
            pattern="[0-9A-Za-z]+",
            place="header",
            means="letters and digits, same key repeats safely",
        ),
        WECHATPAY_SERIAL_IN_HEADER,
        SP_APPID_REQUIRED,
        SP_MCHID_REQUIRED,
        _NAME,
        *_MERCHANT,
        _REGISTRATION_CERTIFICATE_NUMBER,
        _REGISTRATION_CERTIFICATE_DATE,
        *_BUSINESS_DATA,
        Field(
            "h5_payment_apply_info",
            OBJECT,
            means="H5 application data",
            fields=(
                Field("h5_website_url", required=ALWAYS, means="site that uses H5 payment"),
                Field(
                    "domains", LIST, max=5, required=ALWAYS, item=TEXT, means="web domains that will start H5 payment"
                ),
            ),
        ),
        ATTACH,
    ),
    response=(
        Field("sub_mchid", max=32, required=ALWAYS, means="new sub-merchant number"),
        Field("verification_status", ENUM, values=("Under Review", "Approved"), means="review state"),
        Field("description", max=127, means="the review in words"),
        _REPLY_H5_AUTHORIZATION_STATE,
    ),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    limits=("Idempotency-Key at most 64 letters and digits",),
    notes=(
        "a C# SDK sends website_url (HK generation) where the Global page has h5_website_url",
        "contact.* are encrypted with the platform certificate, RSA-OAEP, header Wechatpay-Serial "
        "required; max is of the plain text, RSA-2048 gives 344 base64 characters (not documented)",
        "registration_certificate_copy and store_photos hold ids from /v3/merchant/media/upload",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_1.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_2_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchants.yaml",
    ),
    errors_confidence="secondary",
)

MERCHANT_QUERY = V3Operation(
    name="merchant_query",
    title="Query sub-merchant",
    chinese="查询子商户",
    method="GET",
    path="/v3/global/merchants/{sub_mchid}",
    modes=(INSTITUTION,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    numbers=("sub_mchid",),
    request=(
        Field("sp_appid", max=32, required=ALWAYS, place="query", means="institution's or service provider's appid"),
        SP_MCHID_IN_QUERY_REQUIRED,
        SUB_MCHID_IN_PATH,
    ),
    response=(
        SUB_MCHID_REQUIRED,
        _NAME,
        Field("shortname", required=ALWAYS, means="short name shown to payers"),
        Field("office_phone", required=ALWAYS, means="office telephone"),
        Field("merchant_country_code", required=ALWAYS, means="ISO 3166 numeric country code"),
        _BUSINESS_CATEGORY,
        Field(
            "contact",
            OBJECT,
            means="contact person",
            fields=(
                Field("name", encrypted="RSA-OAEP", means="encrypted contact name"),
                Field("phone", encrypted="RSA-OAEP", means="encrypted telephone"),
                Field("email", encrypted="RSA-OAEP", means="encrypted e-mail"),
            ),
        ),
        Field("merchant_type", ENUM, values=("ENTERPRISE", "INDIVIDUAL"), means="company or person"),
        _REGISTRATION_CERTIFICATE_NUMBER,
        _REGISTRATION_CERTIFICATE_DATE,
        _SETTLEMENT_BANK_NUMBER,
        Field(
            "business",
            OBJECT,
            means="how the sub-merchant does business",
            fields=(
                Field(
                    "business_type", ENUM, values=("ONLINE", "OFFLINE", "BOTH"), means="where the business takes place"
                ),
                Field("app_download", means="app download address"),
                Field("website", means="business site"),
                Field("office_account", means="official account appid"),
                Field("mini_program", means="mini program appid"),
                Field("store_address", means="shop address"),
                Field("mcc", means="merchant category code"),
            ),
        ),
        Field(
            "director",
            OBJECT,
            means="a company director",
            fields=(Field("name", means="name"), Field("number", means="document number")),
        ),
        Field(
            "principal",
            OBJECT,
            means="person in charge",
            fields=(Field("name", means="name"), Field("number", means="document number")),
        ),
        Field(
            "h5_payment",
            OBJECT,
            means="H5 permission details",
            fields=(REPLY_AUDIT_REJECT_DETAIL, _REPLY_H5_AUTHORIZATION_STATE),
        ),
        Field(
            "sub_merchant_state",
            OBJECT,
            means="sub-merchant state details",
            fields=(
                Field(
                    "sub_merchant_status",
                    ENUM,
                    values=("OPERATING", "PENDING", "DEACTIVATED", "CLOSED", "INCOMPLETE_APPLICATION"),
                    means="sub-merchant state",
                ),
                Field(
                    "application_status",
                    ENUM,
                    values=("INCOMPLETE_APPLICATION", "UNDER_REVIEW", "REJECTED"),
                    means="onboarding review state",
                ),
                Field(
                    "application_reject_detail",
                    OBJECT,
                    means="why onboarding was rejected",
                    fields=(
                        Field("field", means="rejected field"),
                        Field("reason", means="why the field was rejected"),
                    ),
                ),
            ),
        ),
        ATTACH,
    ),
    errors=(
        *GENERAL_ERRORS,
        INVALID_REQUEST_CARRIED_OVER,
        ErrorCode(
            "RESOURCE_NOT_EXISTS",
            status=404,
            means="no such sub-merchant",
            remedy="check the number",
            outcome=DECIDED,
            doubt=CARRIED_OVER,
        ),
    ),
    notes=("encrypted values are for the merchant: decrypt with the merchant private key",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchants/{sub_mchid}.yaml",
    ),
    errors_confidence="secondary",
)

MERCHANT_MODIFY = V3Operation(
    name="merchant_modify",
    title="Modify sub-merchant",
    chinese="修改子商户",
    method="PATCH",
    path="/v3/global/merchants/{sub_mchid}",
    modes=(INSTITUTION,),
    moves_money=False,
    numbers=("sub_mchid",),
    query="merchant_query",
    request=(
        Field("sub_mchid", max=32, required=ALWAYS, place="path", means="sub-merchant number, in the path"),
        WECHATPAY_SERIAL_IN_HEADER,
        SP_APPID_REQUIRED,
        SP_MCHID_REQUIRED,
        _NAME,
        SUB_MCHID_REQUIRED,
        *_MERCHANT,
        Field("registration_certificate_number", required=ALWAYS, means="registration number"),
        Field("registration_certificate_date", required=ALWAYS, means="registration expiry day"),
        *_BUSINESS_DATA,
        Field(
            "h5_payment_apply_info",
            OBJECT,
            means="H5 application data",
            fields=(
                Field("website_url", means="site that uses H5 payment"),
                Field("domains", LIST, max=5, item=TEXT, means="web domains that will start H5 payment"),
            ),
        ),
    ),
    response=(SUB_MCHID_REQUIRED, _REPLY_H5_AUTHORIZATION_STATE),
    errors=(*GENERAL_ERRORS, INVALID_REQUEST_CARRIED_OVER),
    notes=(
        "PATCH here; the old HK form was PUT /hk/v3/merchants",
        "the JSON body repeats sub_mchid",
        "H5 site key is website_url here and h5_website_url when adding",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchants/{sub_mchid}.yaml",
    ),
    errors_confidence="secondary",
)
