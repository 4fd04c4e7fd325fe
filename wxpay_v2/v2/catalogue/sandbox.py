"""The sandbox: a key of its own, and copies of some operations under other paths. Mainland only, MD5 by habit.

`sandbox_get_sign_key` is signed with the real key and answers the sandbox key; a Merchant made with that key and
``sandbox=True`` serves the rest, and nothing else. The addresses under /sandboxnew are the older, retired ones.
"""

from __future__ import annotations

from wxpay_v2.operation import ALWAYS, DIRECT, HOSTS, MAINLAND, MD5, READ, SERVICE_PROVIDER, Field, Operation
from wxpay_v2.v2.catalogue import orders, quick_pay, refunds, statements
from wxpay_v2.v2.catalogue.common import MCH_ID, NONCE_STR, RETURN_CODE, RETURN_MSG

_SIGN_MD5 = Field("sign", max=32, required=ALWAYS, means="MD5, with the real key")
_COPY = {
    "hosts": HOSTS[MAINLAND][:1],
    "regions": (MAINLAND,),
    "modes": (DIRECT, SERVICE_PROVIDER),
    "sandbox": True,
    "moves_money": False,
    "limits": (),
    "confidence": "secondary",
    "errors_confidence": "secondary",
}
_CASES = ("the HTTP header Wechatpay-Negative-Test names the failure to play",)
_RETIRED = ("retired: sandbox_micropay and sandbox_order_query replace it",)

SANDBOX_GET_SIGN_KEY = Operation(
    name="sandbox_get_sign_key",
    title="Sandbox: get signing key",
    chinese="获取验签密钥API",
    path="/xdc/apiv2getsignkey/sign/getsignkey",
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    sign_type_field=False,
    signed_response=False,
    result_code=False,
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(MCH_ID, NONCE_STR, _SIGN_MD5),
    response=(
        RETURN_CODE,
        RETURN_MSG,
        Field("sandbox_signkey", max=32, when="success", means="key of the sandbox's calls"),
        Field("mch_id", max=32, when="success", means="as sent"),
        Field("retmsg", max=128, when="failure", means="why", doubt="seen in replies, on no page"),
        Field("retcode", max=16, when="failure", means="error code", doubt="seen in replies, on no page"),
    ),
    notes=(
        "the global site says that there is no test environment",
        "the sandbox's paths are /xdc/apiv2sandbox and the usual path",
    ),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2getsignkey/sign/getsignkey.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/faq/Others.shtml",
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV2/WechatTenpayEndpoints.cs",
    ),
    confidence="secondary",
    errors_confidence="none",
)

SANDBOXNEW_GET_SIGN_KEY = Operation(
    name="sandboxnew_get_sign_key",
    title="Sandbox (old): get signing key",
    chinese="获取验签密钥API",
    path="/sandboxnew/pay/getsignkey",
    hosts=HOSTS[MAINLAND][:1],
    regions=(MAINLAND,),
    modes=(DIRECT, SERVICE_PROVIDER),
    sign_types=(MD5,),
    sign_type_field=False,
    signed_response=False,
    result_code=False,
    ids={"mch_id": "mch_id"},
    repeat=READ,
    moves_money=False,
    request=(MCH_ID, NONCE_STR, _SIGN_MD5),
    response=(
        RETURN_CODE,
        Field("return_msg", max=128, required=ALWAYS, when="always", means="OK, or why it failed"),
        Field("mch_id", max=32, required=ALWAYS, when="transport success", means="as sent"),
        Field(
            "sandbox_signkey",
            max=32,
            required=ALWAYS,
            when="success",
            means="key of the sandbox's calls",
        ),
    ),
    notes=("retired: sandbox_get_sign_key replaces it",),
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/getsignkey.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php?chapter=23_1&index=2",
    ),
    confidence="secondary",
    errors_confidence="none",
)

SANDBOX_MICROPAY = quick_pay.MICROPAY.varied(
    "sandbox_micropay",
    **_COPY,
    title="Sandbox: quick pay",
    chinese="提交付款码支付",
    path="/xdc/apiv2sandbox/pay/micropay",
    query="sandbox_order_query",
    reverse_after=None,
    notes=_CASES,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2sandbox/pay/micropay.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php?chapter=23_1&index=2",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011984810",
    ),
)

SANDBOX_ORDER_QUERY = orders.ORDER_QUERY.varied(
    "sandbox_order_query",
    **_COPY,
    title="Sandbox: query order",
    chinese="查询订单",
    path="/xdc/apiv2sandbox/pay/orderquery",
    response=tuple(field for field in orders.ORDER_QUERY.response if field.name != "detail"),
    notes=_CASES,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/xdc/apiv2sandbox/pay/orderquery.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php?chapter=23_1&index=2",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011984810",
    ),
)

SANDBOXNEW_UNIFIED_ORDER = orders.UNIFIED_ORDER.varied(
    "sandboxnew_unified_order",
    **_COPY,
    title="Sandbox (old): unified order",
    chinese="统一下单",
    path="/sandboxnew/pay/unifiedorder",
    query="sandboxnew_order_query",
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/unifiedorder.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_1",
        "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_1",
        "https://pay.weixin.qq.com/wiki/doc/api/app/app.php?chapter=9_1",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=9_20&index=1",
        "https://pay.weixin.qq.com/wiki/doc/api/wxa/wxa_api.php?chapter=9_1",
    ),
)

SANDBOXNEW_MICROPAY = quick_pay.MICROPAY.varied(
    "sandboxnew_micropay",
    **_COPY,
    title="Sandbox (old): quick pay",
    chinese="提交付款码支付",
    path="/sandboxnew/pay/micropay",
    query="sandboxnew_order_query",
    reverse_after=None,
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/micropay.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10&index=1",
    ),
)

SANDBOXNEW_ORDER_QUERY = orders.ORDER_QUERY.varied(
    "sandboxnew_order_query",
    **_COPY,
    title="Sandbox (old): query order",
    chinese="查询订单",
    path="/sandboxnew/pay/orderquery",
    response=tuple(field for field in orders.ORDER_QUERY.response if field.name != "detail"),
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/orderquery.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_2",
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_2",
        "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_2",
        "https://pay.weixin.qq.com/wiki/doc/api/app/app.php?chapter=9_2&index=4",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=9_2&index=2",
        "https://pay.weixin.qq.com/wiki/doc/api/wxa/wxa_api.php?chapter=9_2",
    ),
)

SANDBOXNEW_REFUND = refunds.REFUND.varied(
    "sandboxnew_refund",
    **_COPY,
    title="Sandbox (old): refund",
    chinese="申请退款",
    path="/sandboxnew/pay/refund",
    query="sandboxnew_refund_query",
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/refund.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_4",
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_4",
        "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_4",
        "https://pay.weixin.qq.com/wiki/doc/api/app/app.php?chapter=9_4&index=6",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=9_4&index=4",
        "https://pay.weixin.qq.com/wiki/doc/api/wxa/wxa_api.php?chapter=9_4",
    ),
)

SANDBOXNEW_REFUND_QUERY = refunds.REFUND_QUERY.varied(
    "sandboxnew_refund_query",
    **_COPY,
    title="Sandbox (old): query refund",
    chinese="查询退款",
    path="/sandboxnew/pay/refundquery",
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/refundquery.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_5",
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_5",
        "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_5",
        "https://pay.weixin.qq.com/wiki/doc/api/app/app.php?chapter=9_5&index=7",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=9_5&index=5",
        "https://pay.weixin.qq.com/wiki/doc/api/wxa/wxa_api.php?chapter=9_5",
    ),
)

SANDBOXNEW_DOWNLOAD_BILL = statements.DOWNLOAD_BILL.varied(
    "sandboxnew_download_bill",
    **_COPY,
    title="Sandbox (old): download bill",
    chinese="下载对账单",
    path="/sandboxnew/pay/downloadbill",
    sign_types=(MD5,),
    notes=_RETIRED,
    sources=(
        "TheNorthMemory/wechatpay-openapi:docs/v2/sandboxnew/pay/downloadbill.yaml",
        "https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_6",
        "https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=9_6",
        "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=9_6",
        "https://pay.weixin.qq.com/wiki/doc/api/app/app.php?chapter=9_6&index=8",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=9_6&index=6",
        "https://pay.weixin.qq.com/wiki/doc/api/wxa/wxa_api.php?chapter=9_6",
    ),
)
