"""Permission of sub-merchants to take H5 payments."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, ENUM, INSTITUTION, INT, LIST, READ, TEXT, ErrorCode, Field
from wxpay_v2.v3.catalogue.common import (
    INVALID_REQUEST,
    NO_AUTH,
    OPTIONAL_NOTIFY_URL,
    PARAM_ERROR,
    REPLY_AUDIT_REJECT_DETAIL,
    SIGN_ERROR,
    SUB_MCHID_IN_PATH,
    SUB_MCHID_REQUIRED,
    SYSTEM_ERROR,
)
from wxpay_v2.v3.operation import V3Operation

_APPLYMENT_ID_IN_PATH = Field("applyment_id", INT, required=ALWAYS, place="path", means="number of the application")
_BUSINESS_DESCRIPTION = Field("business_description", means="what the company does")
_COMPANY_REGISTER_CERT = Field("company_register_cert", means="company registration picture, media id")
_DOMAINS = Field("domains", LIST, required=ALWAYS, item=TEXT, means="web domains that will start H5 payment")
_OUT_APPLYMENT_ID = Field("out_applyment_id", required=ALWAYS, means="caller's application number")
_WEBSITE_BUSINESS_PAGE_PICS = Field(
    "website_business_page_pics", LIST, item=TEXT, means="pictures of the business page, media ids"
)
_WEBSITE_HOMEPAGE_PICS = Field("website_homepage_pics", LIST, item=TEXT, means="pictures of the home page, media ids")
_WEBSITE_STATE = Field(
    "website_state", ENUM, values=("HAS_LAUNCHED", "UN_LAUNCHED"), means="whether the site is online"
)
_WEBSITE_URL = Field("website_url", required=ALWAYS, means="site that uses H5 payment")
_REPLY_APPLYMENT_ID = Field("applyment_id", INT, required=ALWAYS, means="number of the application")
_REPLY_APPLYMENT_STATE = Field(
    "applyment_state",
    ENUM,
    required=ALWAYS,
    values=("PENDING", "UNDER_REVIEW", "APPROVED", "REJECTED"),
    means="state of the application",
)
_OPTIONAL_REPLY_APPLYMENT_STATE = Field(
    "applyment_state",
    ENUM,
    values=("PENDING", "UNDER_REVIEW", "APPROVED", "REJECTED"),
    means="state of the application",
)
_REPLY_APPLYMENT_TYPE = Field(
    "applyment_type",
    ENUM,
    required=ALWAYS,
    values=("APPLY_FOR_PAYMENT_AUTHORITY", "APPLY_FOR_RELIEVE_LIMITED"),
    means="kind of application",
)
_REPLY_TRANSACTION_LIMIT_TYPE = Field(
    "transaction_limit_type",
    ENUM,
    required=ALWAYS,
    values=("UN_LAUNCHED_WEBSITE_LIMIT", "NORMAL_LIMIT", "NO_LIMIT"),
    means="amount limit wanted",
)
_REPLY_WEBISTE_URL = Field("webiste_url", required=ALWAYS, means="site (spelled so by the API)")
_REPLY_WEBSITE_STATE = Field(
    "website_state", ENUM, required=ALWAYS, values=("HAS_LAUNCHED", "UN_LAUNCHED"), means="whether the site is online"
)
_FREQUENCY_LIMIT_EXCEED = ErrorCode(
    "FREQUENCY_LIMIT_EXCEED", status=429, means="too many requests", remedy="slow down", repeat=True
)
_ERRORS = (PARAM_ERROR, INVALID_REQUEST, SIGN_ERROR, NO_AUTH, _FREQUENCY_LIMIT_EXCEED, SYSTEM_ERROR)
_REPLY_APPLICATION = (
    SUB_MCHID_REQUIRED,
    _DOMAINS,
    _BUSINESS_DESCRIPTION,
    _REPLY_TRANSACTION_LIMIT_TYPE,
    _COMPANY_REGISTER_CERT,
    _WEBSITE_BUSINESS_PAGE_PICS,
    _WEBSITE_HOMEPAGE_PICS,
    _REPLY_WEBSITE_STATE,
    _WEBSITE_URL,
    _REPLY_APPLYMENT_ID,
    REPLY_AUDIT_REJECT_DETAIL,
    _REPLY_APPLYMENT_STATE,
    _REPLY_APPLYMENT_TYPE,
    OPTIONAL_NOTIFY_URL,
)
_DOMAIN_DATA = (
    SUB_MCHID_REQUIRED,
    _REPLY_WEBSITE_STATE,
    _DOMAINS,
    _REPLY_WEBISTE_URL,
    _WEBSITE_BUSINESS_PAGE_PICS,
    _WEBSITE_HOMEPAGE_PICS,
    _REPLY_APPLYMENT_ID,
    REPLY_AUDIT_REJECT_DETAIL,
    _OPTIONAL_REPLY_APPLYMENT_STATE,
    OPTIONAL_NOTIFY_URL,
    _OUT_APPLYMENT_ID,
)
_FIVE_DOMAINS = "at most 5 domains"

H5_DOMAIN_APPLY = V3Operation(
    name="h5_domain_apply",
    title="Apply for H5 domain change",
    chinese="创建H5支付域名修改申请单",
    path="/v3/global/merchant/h5/permission/domain/applications",
    modes=(INSTITUTION,),
    moves_money=False,
    request=(
        SUB_MCHID_REQUIRED,
        _DOMAINS,
        _WEBSITE_URL,
        _WEBSITE_BUSINESS_PAGE_PICS,
        _WEBSITE_HOMEPAGE_PICS,
        _WEBSITE_STATE,
        OPTIONAL_NOTIFY_URL,
        _OUT_APPLYMENT_ID,
    ),
    response=_DOMAIN_DATA,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    notes=("answers spell one key webiste_url",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_4.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/domain/applications.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_DOMAIN_GET = V3Operation(
    name="h5_domain_get",
    title="Query H5 domain application",
    chinese="查询H5支付域名修改申请单",
    method="GET",
    path="/v3/global/merchant/h5/permission/domain/applications/{applyment_id}",
    modes=(INSTITUTION,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_APPLYMENT_ID_IN_PATH,),
    response=_DOMAIN_DATA,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    notes=("answers spell one key webiste_url",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_5.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/domain/applications/{applyment_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_DOMAIN_MODIFY = V3Operation(
    name="h5_domain_modify",
    title="Modify H5 domain application",
    chinese="修改H5支付域名修改申请单",
    method="PATCH",
    path="/v3/global/merchant/h5/permission/domain/applications/{applyment_id}",
    modes=(INSTITUTION,),
    moves_money=False,
    request=(
        _APPLYMENT_ID_IN_PATH,
        _DOMAINS,
        _WEBSITE_STATE,
        Field("website_url", means="site that uses H5 payment"),
        _WEBSITE_BUSINESS_PAGE_PICS,
        _WEBSITE_HOMEPAGE_PICS,
    ),
    response=_DOMAIN_DATA,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    notes=("answers spell one key webiste_url",),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_6.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/domain/applications/{applyment_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_PERMISSION_APPLY = V3Operation(
    name="h5_permission_apply",
    title="Apply for H5 payment",
    chinese="创建H5支付权限申请单",
    path="/v3/global/merchant/h5/permission/applications",
    modes=(INSTITUTION,),
    moves_money=False,
    request=(
        _BUSINESS_DESCRIPTION,
        SUB_MCHID_REQUIRED,
        _DOMAINS,
        _COMPANY_REGISTER_CERT,
        Field(
            "transaction_limit_type",
            ENUM,
            values=("UN_LAUNCHED_WEBSITE_LIMIT", "NORMAL_LIMIT", "NO_LIMIT"),
            means="amount limit wanted",
        ),
        _WEBSITE_BUSINESS_PAGE_PICS,
        _WEBSITE_HOMEPAGE_PICS,
        _WEBSITE_STATE,
        _WEBSITE_URL,
        OPTIONAL_NOTIFY_URL,
        Field(
            "applyment_type",
            ENUM,
            values=("APPLY_FOR_PAYMENT_AUTHORITY", "APPLY_FOR_RELIEVE_LIMITED"),
            means="kind of application",
        ),
    ),
    response=_REPLY_APPLICATION,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_1.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/applications.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_PERMISSION_GET = V3Operation(
    name="h5_permission_get",
    title="Query H5 application",
    chinese="查询H5支付权限申请单",
    method="GET",
    path="/v3/global/merchant/h5/permission/applications/{applyment_id}",
    modes=(INSTITUTION,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(_APPLYMENT_ID_IN_PATH,),
    response=_REPLY_APPLICATION,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_2.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/applications/{applyment_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_PERMISSION_MODIFY = V3Operation(
    name="h5_permission_modify",
    title="Modify H5 application",
    chinese="修改H5支付权限申请单",
    method="PATCH",
    path="/v3/global/merchant/h5/permission/applications/{applyment_id}",
    modes=(INSTITUTION,),
    moves_money=False,
    request=(
        _APPLYMENT_ID_IN_PATH,
        _DOMAINS,
        _BUSINESS_DESCRIPTION,
        _COMPANY_REGISTER_CERT,
        _WEBSITE_BUSINESS_PAGE_PICS,
        _WEBSITE_HOMEPAGE_PICS,
        _WEBSITE_STATE,
        Field("website_url", means="site that uses H5 payment"),
    ),
    response=_REPLY_APPLICATION,
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_3.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/applications/{applyment_id}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)

H5_PERMISSION_STATE = V3Operation(
    name="h5_permission_state",
    title="Query H5 permission",
    chinese="查询子商户H5支付权限状态",
    method="GET",
    path="/v3/global/merchant/h5/permission/{sub_mchid}",
    modes=(INSTITUTION,),
    request_format="query",
    repeat=READ,
    moves_money=False,
    request=(SUB_MCHID_IN_PATH,),
    response=(
        SUB_MCHID_REQUIRED,
        Field(
            "authorization_state",
            ENUM,
            required=ALWAYS,
            values=("AUTHORITY_TO_TEST", "FORMAL_AUTHORITY", "AUTHORIZED", "UNDER_PUNISHMENT", "UNAUTHORIZED"),
            means="H5 permission state",
        ),
    ),
    errors=_ERRORS,
    limits=(_FIVE_DOMAINS,),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api_external/ch/apis/chapter4_4_7.shtml",
        "TheNorthMemory/wechatpay-openapi:docs/v3/global/merchant/h5/permission/{sub_mchid}.yaml",
    ),
    confidence="secondary",
    errors_confidence="secondary",
    limits_confidence="secondary",
)
