"""Sub-merchants: onboarding by an institution, their settings, and the pictures both need."""

from __future__ import annotations

from wxpay_v2.operation import (
    ALWAYS,
    DIRECT,
    ENUM,
    FILE,
    GLOBAL,
    INSTITUTION,
    JSON,
    LIST,
    MAINLAND,
    MD5,
    READ,
    SERVICE_PROVIDER,
    Field,
    Operation,
    stated,
)
from wxpay_v2.v2.catalogue.common import (
    APPID,
    ERR_CODE,
    ERR_CODE_DES,
    MCH_ID,
    NONCE_STR,
    REPLY_APPID,
    REPLY_MCH_ID,
    REPLY_NONCE_STR,
    REPLY_RESULT,
    REPLY_SIGN,
    REPLY_TRANSPORT,
    RETURN_CODE,
    SIGN,
)

_CONTACT_EMAIL = Field("contact_email", max=30, means="contact e-mail")
_BUSINESS = Field("business", max=10, required=ALWAYS, means="business category id")
_JSAPI_PATH_LIST = Field("jsapi_path_list", LIST, item="text", means="payment directories")
_CONTACT_PHONE = Field("contact_phone", max=11, means="contact telephone")
_BUSINESS_CATEGORY = Field("business_category", max=3, required=ALWAYS, means="business category id")
_REPLY_ERR_CODE_DES = Field("err_code_des", when="transport success", means="error, for people")
_REPLY_RETURN_MSG = Field("return_msg", when="always", means="OK, or why it was not understood")
_MERCHANT_NAME = Field("merchant_name", max=50, required=ALWAYS, means="full registered name")
_MERCHANT_NAME_REQUIRED = Field("merchant_name", max=128, required=ALWAYS, means="full registered name")
_CONTACT_NAME = Field("contact_name", required=ALWAYS, means="contact person")
_CONTACT_EMAIL_REQUIRED = Field("contact_email", required=ALWAYS, means="contact e-mail")
_OFFICE_PHONE = Field("office_phone", required=ALWAYS, means="office telephone")
_APPLY_H5_PAYMENT = Field("apply_h5_payment", ENUM, values=("YES", "NO"), means="ask for H5 payment")
_CONTACT_PHONE_REQUIRED = Field("contact_phone", required=ALWAYS, means="contact telephone")
_SERVICE_PHONE = Field("service_phone", max=20, required=ALWAYS, means="customer service telephone")
_APP_ID = Field("app_id", max=32, required=ALWAYS, means="institution's official account id")
_REPLY_SUB_MCH_ID = Field("sub_mch_id", required=ALWAYS, when="transport success", means="sub-merchant")
_H5_DOMAINS = Field("h5_domains", JSON, cdata=True, item="text", means="H5 payment domains as JSON")
_MERCHANT_SHORTNAME = Field("merchant_shortname", max=64, required=ALWAYS, means="short name shown to payers")
_REGISTRATION_CERTIFICATE_COPY = Field(
    "registration_certificate_copy", max=128, means="media id of the registration certificate"
)
_REPLY_ERR_CODE = Field("err_code", max=32, required=ALWAYS, when="transport success", means="error code")
_MERCHANT_SHORTNAME_REQUIRED = Field("merchant_shortname", max=20, required=ALWAYS, means="short name shown to payers")
_CONTACT = Field("contact", max=10, encrypted="RSA", means="contact person (encrypted)")
_SIGN = Field("sign", max=32, required=ALWAYS, means="over every other non-empty field")
_REGISTRATION_CERTIFICATE_NUMBER = Field(
    "registration_certificate_number", max=50, required=ALWAYS, means="registration certificate number"
)
_REPLY_ERR_CODE_DES_REQUIRED = Field(
    "err_code_des", max=128, required=ALWAYS, when="transport success", means="error, for people"
)
_REPLY_RETURN_MSG_REQUIRED = Field(
    "return_msg", max=128, required=ALWAYS, when="always", means="OK, or why it was not understood"
)
_REGISTRATION_CERTIFICATE_DATE = Field(
    "registration_certificate_date",
    max=10,
    required=ALWAYS,
    means="expiry of the registration certificate: yyyy-MM-dd, PERMANENT or N/A",
)
_MERCHANT_COUNTRY_CODE = Field(
    "merchant_country_code", max=3, required=ALWAYS, means="country or region of registration, ISO 3166 numeric"
)
_REPLY_SIGN = Field("sign", required=ALWAYS, when="transport success", means="over every other non-empty field")
_REPLY_VERIFICATION_STATUS = Field(
    "verification_status", ENUM, values=("Under review", "Approved"), when="success", means="verification state"
)
_MERCHANT_TYPE = Field(
    "merchant_type",
    ENUM,
    max=10,
    required=ALWAYS,
    values=("ENTERPRISE", "INDIVIDUAL"),
    means="ENTERPRISE, or INDIVIDUAL for a person or a sole proprietor",
)
_BUSINESS_TYPE = Field(
    "business_type",
    ENUM,
    max=7,
    required=ALWAYS,
    values=("ONLINE", "OFFLINE", "BOTH"),
    means="where the business happens",
)
_MCC = Field("mcc", max=4, required=ALWAYS, means="merchant category code")
_APP_DOWNLOAD = Field(
    "app_download",
    max=128,
    required=stated("by the kind of business"),
    means="app download address",
    doubt="the page says yes or no for required; when, was not read",
)
_REPLY_SIGN_REQUIRED = Field(
    "sign", max=32, required=ALWAYS, when="transport success", means="over every other non-empty field"
)
_REPLY_RETURN_CODE = Field(
    "return_code",
    ENUM,
    required=ALWAYS,
    values=("SUCCESS", "FAIL"),
    when="always",
    means="whether the message was understood",
)
_REPLY_RESULT_CODE = Field(
    "result_code",
    ENUM,
    required=ALWAYS,
    values=("SUCCESS", "FAIL"),
    when="transport success",
    means="whether the call was done",
)
_REPLY_RESULT_CODE_REQUIRED = Field(
    "result_code",
    ENUM,
    max=32,
    required=ALWAYS,
    values=("SUCCESS", "FAIL"),
    when="transport success",
    means="whether the call was done",
)
_APPID_CONFIG_LIST = Field(
    "appid_config_list",
    LIST,
    means="bound appids",
    fields=(
        Field("subscribe_appid", means="appid recommended for following"),
        Field("sub_appid", means="sub-merchant's own app id"),
    ),
)
_REPLY_H5_AUTHORIZATION_STATE = Field(
    "h5_authorization_state",
    ENUM,
    values=("APPROVED", "UNAUTHORIZED", "UNDER_REVIEW", "REJECTED", "UNDER_PUNISHMENT", "APPLICATION_FAILED"),
    when="success",
    means="H5 permission state",
)

ADD_INSTITUTION_SUB = Operation(
    name="add_institution_sub",
    title="Onboard Sub-Merchant",
    chinese="进件子商户",
    path="/secapi/mch/addInstitutionsub",
    hosts=("https://apihk.mch.weixin.qq.com", "https://api.mch.weixin.qq.com"),
    regions=(GLOBAL,),
    modes=(INSTITUTION,),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"appid": "app_id", "mch_id": "mch_id"},
    moves_money=False,
    query="query_institution_sub",
    request=(
        _APP_ID,
        MCH_ID,
        _SIGN,
        Field("channel_id", max=20, means="channel number"),
        _MERCHANT_NAME_REQUIRED,
        _MERCHANT_SHORTNAME,
        Field("merchant_remark", max=20, required=ALWAYS, means="institution's own id of the sub-merchant"),
        _MERCHANT_COUNTRY_CODE,
        _MERCHANT_TYPE,
        _BUSINESS_CATEGORY,
        _MCC,
        _REGISTRATION_CERTIFICATE_NUMBER,
        _REGISTRATION_CERTIFICATE_DATE,
        _REGISTRATION_CERTIFICATE_COPY,
        _BUSINESS_TYPE,
        _APP_DOWNLOAD,
        Field("business_website", required=ALWAYS, means="business site"),
        Field("office_account", required=ALWAYS, means="official account"),
        Field("mini_program", required=ALWAYS, means="mini program"),
        Field("store_address", required=ALWAYS, means="shop address"),
        Field("store_photos", JSON, required=ALWAYS, cdata=True, item="text", means="media ids of the shop as JSON"),
        Field("director_name", required=ALWAYS, means="director's name"),
        Field("director_id_number", required=ALWAYS, means="director's id number"),
        Field("principal_name", required=ALWAYS, means="principal's name"),
        Field("principal_id_number", required=ALWAYS, means="principal's id number"),
        _OFFICE_PHONE,
        _CONTACT_NAME,
        _CONTACT_PHONE_REQUIRED,
        _CONTACT_EMAIL_REQUIRED,
        Field("settlement_bank_number", required=ALWAYS, means="settlement bank account"),
        _APPLY_H5_PAYMENT,
        Field("h5_website_url", means="H5 site"),
        _H5_DOMAINS,
        Field("attach", means="comes back as sent"),
    ),
    response=(
        _REPLY_RETURN_CODE,
        _REPLY_RETURN_MSG,
        _REPLY_RESULT_CODE,
        Field("err_code", when="transport success", means="error code"),
        _REPLY_ERR_CODE_DES,
        _REPLY_SUB_MCH_ID,
        _REPLY_SIGN,
        _REPLY_VERIFICATION_STATUS,
        Field("description", when="success", means="description"),
        _REPLY_H5_AUTHORIZATION_STATE,
    ),
    limits=("a sub-merchant works once verification_status says so",),
    notes=(
        "its app id is called app_id",
        "its path has a capital I",
        "lengths up to app_download read from the official pages, the rest not readable",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/addInstitutionsub.yaml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013636642",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/ch/sub_merchant_entry/chapter3_1.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013636644",
    ),
    errors_confidence="none",
)

MODIFY_INSTITUTION_SUB = Operation(
    name="modify_institution_sub",
    title="Modify Sub-Merchant",
    chinese="修改子商户API",
    path="/secapi/mch/modifyInstitutionsub",
    hosts=("https://apihk.mch.weixin.qq.com", "https://api.mch.weixin.qq.com"),
    regions=(GLOBAL,),
    modes=(INSTITUTION,),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"appid": "app_id", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    query="query_institution_sub",
    request=(
        _APP_ID,
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        _SIGN,
        _MERCHANT_NAME_REQUIRED,
        Field("channel_id", max=20, means="channel number"),
        _MERCHANT_SHORTNAME,
        _MERCHANT_COUNTRY_CODE,
        _MERCHANT_TYPE,
        _BUSINESS_CATEGORY,
        _MCC,
        _REGISTRATION_CERTIFICATE_NUMBER,
        _REGISTRATION_CERTIFICATE_DATE,
        _REGISTRATION_CERTIFICATE_COPY,
        _BUSINESS_TYPE,
        _APP_DOWNLOAD,
        Field("business_website", required=ALWAYS, means="business site"),
        Field("office_account", required=ALWAYS, means="official account"),
        Field("mini_program", required=ALWAYS, means="mini program"),
        Field("store_address", required=ALWAYS, means="shop address"),
        Field("store_photos", JSON, cdata=True, item="text", means="media ids of the shop as JSON"),
        Field("director_name", means="director's name"),
        Field("director_id_number", means="director's id number"),
        Field("principal_name", means="principal's name"),
        Field("principal_id_number", means="principal's id number"),
        _OFFICE_PHONE,
        _CONTACT_NAME,
        _CONTACT_PHONE_REQUIRED,
        _CONTACT_EMAIL_REQUIRED,
        Field("settlement_bank_number", means="settlement bank account"),
        _APPLY_H5_PAYMENT,
        Field("h5_website_url", means="H5 site"),
        _H5_DOMAINS,
    ),
    response=(
        _REPLY_RETURN_CODE,
        _REPLY_RETURN_MSG,
        _REPLY_RESULT_CODE,
        Field("err_code", when="transport success", means="error code"),
        _REPLY_ERR_CODE_DES,
        _REPLY_SUB_MCH_ID,
        _REPLY_SIGN,
        _REPLY_VERIFICATION_STATUS,
        _REPLY_H5_AUTHORIZATION_STATE,
    ),
    limits=("a sub-merchant works once verification_status says so",),
    notes=(
        "its app id is called app_id",
        "its path has a capital I",
        "lengths up to app_download read from the official pages, the rest not readable",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/modifyInstitutionsub.yaml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013636644",
    ),
    confidence="secondary",
    errors_confidence="none",
)

QUERY_INSTITUTION_SUB = Operation(
    name="query_institution_sub",
    title="Query Sub-Merchant",
    chinese="查询子商户",
    path="/secapi/mch/queryInstitutionsub",
    hosts=("https://apihk.mch.weixin.qq.com", "https://api.mch.weixin.qq.com"),
    regions=(GLOBAL,),
    modes=(INSTITUTION,),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"appid": "app_id", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    repeat=READ,
    moves_money=False,
    request=(_APP_ID, MCH_ID, Field("sub_mch_id", required=ALWAYS, means="sub-merchant"), _SIGN),
    response=(
        _REPLY_RETURN_CODE,
        _REPLY_RETURN_MSG,
        _REPLY_RESULT_CODE,
        Field("err_code", when="transport success", means="error code"),
        _REPLY_ERR_CODE_DES,
        _REPLY_SIGN,
        _REPLY_SUB_MCH_ID,
        Field("merchant_name", required=ALWAYS, when="success", means="full registered name"),
        Field("merchant_shortname", required=ALWAYS, when="success", means="short name shown to payers"),
        Field("merchant_country_code", when="success", means="country or region of registration, ISO 3166 numeric"),
        Field("business_category", required=ALWAYS, when="success", means="business category id"),
        Field("mcc", when="success", means="merchant category code"),
        Field("office_phone", required=ALWAYS, when="success", means="office telephone"),
        Field("contact_name", when="success", means="contact person"),
        Field("contact_phone", when="success", means="contact telephone"),
        Field("contact_email", when="success", means="contact e-mail"),
        Field("merchant_remark", required=ALWAYS, when="success", means="institution's own id of the sub-merchant"),
        Field(
            "business_type",
            ENUM,
            values=("ONLINE", "OFFLINE", "BOTH"),
            when="success",
            means="where the business happens",
        ),
        Field(
            "merchant_type", ENUM, values=("ENTERPRISE", "INDIVIDUAL"), when="success", means="ENTERPRISE or INDIVIDUAL"
        ),
        Field("registration_certificate_number", when="success", means="registration certificate number"),
        Field("registration_certificate_date", when="success", means="expiry of the registration certificate"),
        Field("app_download", when="success", means="app download address"),
        Field("business_website", when="success", means="business site"),
        Field("office_account", when="success", means="official account"),
        Field("mini_program", when="success", means="mini program"),
        Field("store_address", when="success", means="shop address"),
        Field("director_name", when="success", means="director's name"),
        Field("director_id_number", when="success", means="director's id number"),
        Field("principal_name", when="success", means="principal's name"),
        Field("principal_id_number", when="success", means="principal's id number"),
        Field("settlement_bank_number", when="success", means="settlement bank account"),
        Field("channel_id", when="success", means="channel number"),
        _REPLY_H5_AUTHORIZATION_STATE,
        Field("h5_audit_reject_detail", when="success", means="why H5 was rejected, as JSON"),
        Field(
            "sub_mch_status",
            ENUM,
            values=("OPERATING", "PENDING", "DEACTIVATED", "CLOSED", "INCOMPLETE_APPLICATION"),
            when="success",
            means="sub-merchant state",
        ),
        Field(
            "application_status", ENUM, values=("UNDER_REVIEW", "REJECTED"), when="success", means="onboarding state"
        ),
        Field(
            "application_reject_detail",
            JSON,
            cdata=True,
            when="success",
            means="why onboarding was rejected, as JSON",
            fields=(Field("field", means="field name"), Field("reason", means="why")),
        ),
        Field("attach", when="success", means="comes back as sent"),
    ),
    limits=("a sub-merchant works once verification_status says so",),
    notes=(
        "its app id is called app_id",
        "its path has a capital I",
        "lengths of the first seven fields read from the official page, the rest not readable",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/sub_merchant_entry/chapter3_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/queryInstitutionsub.yaml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013636643",
    ),
    confidence="secondary",
    errors_confidence="none",
)

SUB_MCH_MANAGE = Operation(
    name="sub_mch_manage",
    title="Add or query bank sub-merchant",
    chinese="银行特约商户录入/银行特约商户资料查询",
    path="/secapi/mch/submchmanage",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    signed_response=False,
    ids={"appid": "appid", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    nested=("mchinfo[]",),
    request=(
        Field("action", ENUM, required=ALWAYS, values=("add", "query"), place="query", means="add or query"),
        APPID,
        MCH_ID,
        _SIGN,
        Field("merchant_name", max=50, means="full registered name"),
        Field("sub_mch_id", means="sub-merchant"),
        Field("page_index", max=10, required=ALWAYS, means="page number"),
        Field("page_size", max=10, means="page size"),
    ),
    response=(
        *REPLY_TRANSPORT,
        Field(
            "result_code",
            ENUM,
            max=16,
            values=("SUCCESS", "FAIL"),
            when="transport success",
            means="whether the call was done",
        ),
        Field("result_msg", max=16, when="success", means="outcome in words"),
        Field("total", max=32, required=ALWAYS, when="success", means="number of records"),
        Field(
            "mchinfo",
            LIST,
            required=ALWAYS,
            when="success",
            means="merchants",
            fields=(
                APPID,
                MCH_ID,
                _MERCHANT_NAME,
                _MERCHANT_SHORTNAME_REQUIRED,
                _SERVICE_PHONE,
                _CONTACT,
                _CONTACT_PHONE,
                _CONTACT_EMAIL,
                _BUSINESS,
                Field("channel_id", max=32, required=ALWAYS, means="channel number"),
                Field("channel_name", max=50, required=ALWAYS, means="channel name"),
            ),
        ),
    ),
    notes=("action travels in the query string",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/submchmanage.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_21&index=3&p=9",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_22&index=3&p=9",
        "https://pay.weixin.qq.com/doc/v2/institution/4012194260",
    ),
    confidence="secondary",
    errors_confidence="none",
)

MODIFY_MCH_INFO = Operation(
    name="modify_mch_info",
    title="Modify bank sub-merchant",
    chinese="银行特约商户信息修改",
    path="/secapi/mch/modifymchinfo",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        _SIGN,
        Field("merchant_shortname", max=20, means="short name shown to payers"),
        Field("service_phone", max=20, means="customer service telephone"),
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_RESULT_CODE_REQUIRED,
        Field("result_msg", max=32, required=ALWAYS, when="success", means="outcome in words"),
        _REPLY_SIGN_REQUIRED,
        ERR_CODE,
        ERR_CODE_DES,
        REPLY_NONCE_STR,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/modifymchinfo.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_27&index=2&p=9",
    ),
    confidence="secondary",
    errors_confidence="none",
)

ADD_SUB_DEV_CONFIG = Operation(
    name="add_sub_dev_config",
    title="Add sub-merchant development settings",
    chinese="服务商子商户开发配置新增支付目录/新增对应APPID关联",
    path="/secapi/mch/addsubdevconfig",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    moves_money=False,
    query="query_sub_dev_config",
    request=(
        APPID,
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("sub_appid", max=32, means="sub-merchant's own app id"),
        Field("jsapi_path", max=256, required=ALWAYS, means="payment directory", rule="payment_directory"),
        _SIGN,
    ),
    response=(
        RETURN_CODE,
        _REPLY_RETURN_MSG_REQUIRED,
        _REPLY_ERR_CODE,
        _REPLY_ERR_CODE_DES_REQUIRED,
        _REPLY_RESULT_CODE_REQUIRED,
        _REPLY_SIGN_REQUIRED,
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/addsubdevconfig.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_24_2&index=2&p=901",
        "https://pay.weixin.qq.com/doc/v2/partner/4014115404",
        "https://pay.weixin.qq.com/doc/v2/partner/4014115410",
        "https://pay.weixin.qq.com/doc/v2/institution/4011985201",
        "https://pay.weixin.qq.com/doc/v2/institution/4011985217",
    ),
    confidence="secondary",
    errors_confidence="none",
)

QUERY_SUB_DEV_CONFIG = Operation(
    name="query_sub_dev_config",
    title="Query sub-merchant development settings",
    chinese="配置查询",
    path="/secapi/mch/querysubdevconfig",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"appid": "appid", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    repeat=READ,
    moves_money=False,
    request=(APPID, MCH_ID, Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"), _SIGN),
    response=(
        RETURN_CODE,
        _REPLY_RETURN_MSG_REQUIRED,
        _REPLY_ERR_CODE,
        _REPLY_ERR_CODE_DES_REQUIRED,
        _REPLY_RESULT_CODE_REQUIRED,
        _REPLY_SIGN_REQUIRED,
        Field(
            "jsapi_path_list",
            JSON,
            max=2048,
            required=ALWAYS,
            cdata=True,
            when="success",
            means="payment directories",
            fields=(_JSAPI_PATH_LIST,),
        ),
        Field(
            "appid_config_list",
            JSON,
            max=1024,
            required=ALWAYS,
            cdata=True,
            when="success",
            means="bound appids",
            fields=(_APPID_CONFIG_LIST,),
        ),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/querysubdevconfig.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_25&index=4&p=901",
        "https://pay.weixin.qq.com/doc/v2/partner/4014115413",
        "https://pay.weixin.qq.com/doc/v2/institution/4011985252",
    ),
    confidence="secondary",
    errors_confidence="none",
)

ADD_RECOMMEND_CONF = Operation(
    name="add_recommend_conf",
    title="Set recommended following",
    chinese="服务商特约商户关注功能配置",
    path="/secapi/mkt/addrecommendconf",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    sign_type_field=False,
    ids={"mch_id": "mch_id", "sub_appid": "sub_appid", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    request=(
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("sub_appid", max=32, required=ALWAYS, means="sub-merchant's own app id"),
        Field("subscribe_appid", max=32, required=ALWAYS, means="appid recommended for following"),
        NONCE_STR,
        _SIGN,
    ),
    response=(
        RETURN_CODE,
        _REPLY_RETURN_MSG_REQUIRED,
        _REPLY_ERR_CODE,
        _REPLY_ERR_CODE_DES_REQUIRED,
        _REPLY_RESULT_CODE_REQUIRED,
        _REPLY_SIGN_REQUIRED,
    ),
    notes=("closed to new merchants or retired",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mkt/addrecommendconf.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_24_1&index=1&p=901",
        "https://pay.weixin.qq.com/doc/v2/partner/4014115399",
    ),
    confidence="secondary",
    errors_confidence="none",
)

CHANNEL_SETTING = Operation(
    name="channel_setting",
    title="Set channel of sub-merchant",
    chinese="银行服务商特约子商户指定渠道号API",
    path="/secapi/mch/channelsetting",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    certificate=True,
    nonce=False,
    sign_type_field=False,
    ids={"appid": "appid", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id"},
    moves_money=False,
    request=(
        APPID,
        MCH_ID,
        Field("sub_mch_id", max=32, required=ALWAYS, means="sub-merchant"),
        Field("channel_id", max=32, required=ALWAYS, means="channel number"),
        _SIGN,
    ),
    response=(
        *REPLY_TRANSPORT,
        _REPLY_RESULT_CODE_REQUIRED,
        _REPLY_SIGN_REQUIRED,
        ERR_CODE,
        ERR_CODE_DES,
        REPLY_MCH_ID,
        Field("result_msg", max=128, required=ALWAYS, when="success", means="outcome in words"),
        REPLY_APPID,
        Field("sub_mch_id", max=32, required=ALWAYS, when="transport success", means="sub-merchant"),
        Field("channel_id", max=32, required=ALWAYS, when="success", means="channel number"),
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/channelsetting.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/mch_bank.php?chapter=9_26",
    ),
    confidence="secondary",
    errors_confidence="none",
)

UPLOAD_MEDIA = Operation(
    name="upload_media",
    title="Upload picture",
    chinese="图片上传API",
    path="/secapi/mch/uploadmedia",
    hosts=("https://apihk.mch.weixin.qq.com", "https://api.mch.weixin.qq.com"),
    certificate=True,
    nonce=False,
    request_format="multipart",
    ids={"mch_id": "mch_id"},
    moves_money=False,
    request=(
        MCH_ID,
        Field("media", FILE, required=ALWAYS, means="file part"),
        Field("media_hash", max=32, required=ALWAYS, means="MD5 of the file, lower case"),
        SIGN,
        Field("sign_type", ENUM, max=11, required=ALWAYS, values=("HMAC-SHA256", "MD5"), means="signature algorithm"),
    ),
    response=(
        *REPLY_TRANSPORT,
        REPLY_APPID,
        REPLY_MCH_ID,
        REPLY_NONCE_STR,
        REPLY_SIGN,
        *REPLY_RESULT,
        Field("media_id", max=256, required=ALWAYS, when="success", means="media id"),
    ),
    limits=("pictures up to 2 MiB, jpeg jpg bmp png",),
    notes=(
        "the signature covers the fields, not the file",
        "global merchants use it for onboarding pictures",
        "the kinds are on its page, the size on the page of the JSON API's like",
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/secapi/mch/uploadmedia.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/xiaowei.php?chapter=19_9",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013641477",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/tool/chapter3_1.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter4_2_4.shtml",
    ),
    confidence="secondary",
    errors_confidence="none",
    limits_confidence="secondary",
)
