"""Receivers of profit sharing."""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DIRECT, ENUM, MAINLAND, SERVICE_PROVIDER, Field, when
from wxpay_v2.v3.catalogue.common import (
    APPID_REQUIRED,
    RECEIVER_ACCOUNT,
    RECEIVER_NAME,
    RECEIVER_TYPE,
    REPLY_NAME,
    WECHATPAY_SERIAL_IN_HEADER,
)
from wxpay_v2.v3.catalogue.mainland.common import SHARING_ERRORS, SUB_MCHID_OF_SERVICE_PROVIDER
from wxpay_v2.v3.operation import V3Operation

_CUSTOM_RELATION = Field("custom_relation", max=10, means="own words for the relation")
_RELATION_TYPE = Field(
    "relation_type",
    ENUM,
    required=ALWAYS,
    values=(
        "SERVICE_PROVIDER",
        "STORE",
        "STAFF",
        "STORE_OWNER",
        "PARTNER",
        "HEADQUARTER",
        "BRAND",
        "DISTRIBUTOR",
        "USER",
        "SUPPLIER",
        "CUSTOM",
    ),
    means="relation to the sharing merchant",
)
_SUB_APPID = Field(
    "sub_appid",
    max=32,
    required=when("type", "PERSONAL_SUB_OPENID"),
    modes=(SERVICE_PROVIDER,),
    means="sub-merchant's appid",
)

PROFIT_SHARING_RECEIVER_ADD = V3Operation(
    name="profit_sharing_receiver_add",
    title="Add receiver",
    chinese="添加分账接收方",
    path="/v3/profitsharing/receivers/add",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    moves_money=False,
    numbers=("account",),
    request=(
        WECHATPAY_SERIAL_IN_HEADER,
        SUB_MCHID_OF_SERVICE_PROVIDER,
        APPID_REQUIRED,
        _SUB_APPID,
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        RECEIVER_NAME,
        _RELATION_TYPE,
        _CUSTOM_RELATION,
    ),
    response=(
        Field("sub_mchid", max=32, means="sub-merchant number"),
        RECEIVER_TYPE,
        RECEIVER_ACCOUNT,
        REPLY_NAME,
        _RELATION_TYPE,
        _CUSTOM_RELATION,
    ),
    errors=SHARING_ERRORS,
    notes=("POST .../add here; global uses POST /receivers",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/receivers/add.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)

PROFIT_SHARING_RECEIVER_DELETE = V3Operation(
    name="profit_sharing_receiver_delete",
    title="Delete receiver",
    chinese="删除分账接收方",
    path="/v3/profitsharing/receivers/delete",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    moves_money=False,
    numbers=("account",),
    request=(SUB_MCHID_OF_SERVICE_PROVIDER, APPID_REQUIRED, _SUB_APPID, RECEIVER_TYPE, RECEIVER_ACCOUNT),
    response=(Field("sub_mchid", max=32, means="sub-merchant number"), RECEIVER_TYPE, RECEIVER_ACCOUNT),
    errors=SHARING_ERRORS,
    notes=("POST .../delete here; global uses DELETE",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v3/profitsharing/receivers/delete.yaml",
        "wechatpay-apiv3/wechatpay-go:services/profitsharing",
    ),
)
