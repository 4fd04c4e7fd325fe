"""What the merchant's server signs for the payer's side: the cashier in a page, a mini program, an app; links."""

from __future__ import annotations

from wxpay_v2.operation import GLOBAL, HMAC_SHA256, MAINLAND, MD5
from wxpay_v2.requirement import Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Invocation(Row):
    """A call on the payer's side, with parameters that the merchant's server signs.

    call: what is called. signed: names of the signed parameters, in order; passed: those the call is given, by default
    the signed ones and the signature. signature: its name, "" where nothing is signed. sign_types: algorithms it may
    have. values: what a parameter holds, in words. limits: characters. results: what the call reports back.
    """

    __slots__ = (
        "call", "confidence", "limits", "name", "notes", "passed", "regions", "results", "sign_types", "signature",
        "signed", "sources", "template", "title", "values",
    )  # fmt: skip
    name: str
    title: str
    call: str
    regions: tuple[str, ...]
    signed: tuple[str, ...]
    passed: tuple[str, ...]
    signature: str
    sign_types: tuple[str, ...]
    template: str
    values: Mapping[str, str]
    limits: Mapping[str, int]
    results: Mapping[str, str]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str

    def __init__(
        self,
        name: str,
        *,
        title: str,
        call: str,
        regions: tuple[str, ...] = (GLOBAL, MAINLAND),
        signed: tuple[str, ...] = (),
        passed: tuple[str, ...] = (),
        signature: str = "",
        sign_types: tuple[str, ...] = (),
        template: str = "",
        values: Mapping[str, str] | None = None,
        limits: Mapping[str, int] | None = None,
        results: Mapping[str, str] | None = None,
        notes: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        confidence: str = "documented",
    ) -> None:
        self._fill(
            name=name, title=title, call=call, regions=regions, signed=signed,
            passed=passed or (*signed, *((signature,) if signature else ())), signature=signature,
            sign_types=sign_types, template=template, values=values or {}, limits=limits or {}, results=results or {},
            notes=notes, sources=sources, confidence=confidence,
        )  # fmt: skip


JSAPI = Invocation(
    "jsapi",
    title="Payment in a WeChat page",
    call="WeixinJSBridge getBrandWCPayRequest",
    signed=("appId", "nonceStr", "package", "signType", "timeStamp"),
    signature="paySign",
    sign_types=(MD5, HMAC_SHA256),
    values={
        "appId": "the order's appid; the sub_appid when the order has a sub_openid",
        "timeStamp": "seconds since 1970, as text",
        "nonceStr": "random text",
        "package": "prepay_id=<prepay_id>",
        "signType": "must equal the sign_type of unifiedorder",
    },
    limits={"appId": 16, "timeStamp": 32, "nonceStr": 32, "package": 128, "paySign": 64},
    results={
        "ok": "get_brand_wcpay_request:ok",
        "cancel": "get_brand_wcpay_request:cancel",
        "fail": "get_brand_wcpay_request:fail",
    },
    notes=(
        "the names are case sensitive",
        "the JS-SDK's wx.chooseWXPay takes the time as timestamp, signed as timeStamp all the same",
        "the page lies in a registered payment directory of a registered domain",
        "what the page is told is a hint: query the order",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/OfficialPayMent/chapter5_3.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013635197",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011935213",
    ),
)

MINI_PROGRAM = Invocation(
    "mini_program",
    title="Payment in a mini program",
    call="wx.requestPayment",
    signed=("appId", "nonceStr", "package", "signType", "timeStamp"),
    passed=("timeStamp", "nonceStr", "package", "signType", "paySign"),
    signature="paySign",
    sign_types=(MD5, HMAC_SHA256),
    values={
        "appId": "the mini program's id, the sub_appid in institution mode; signed, not passed",
        "package": "prepay_id=<prepay_id>",
    },
    results={
        "ok": "requestPayment:ok",
        "cancel": "requestPayment:fail cancel",
        "fail": "requestPayment:fail (detail message)",
    },
    notes=("its pages are https", "no payment directory"),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/MiniProgramPay/chapter7_2.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013634993",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011939566",
    ),
)

APP = Invocation(
    "app",
    title="Payment in an app",
    call="OpenSDK PayReq",
    signed=("appid", "noncestr", "package", "partnerid", "prepayid", "timestamp"),
    signature="sign",
    sign_types=(MD5, HMAC_SHA256),
    values={
        "appid": "the app's id; the order's sub_appid in institution mode",
        "partnerid": "mch_id; the order's sub_mch_id in institution mode",
        "prepayid": "prepay_id",
        "package": "Sign=WXPay, always",
        "noncestr": "random text",
        "timestamp": "seconds since 1970, 10 digits",
    },
    limits={"appid": 32, "partnerid": 32, "prepayid": 64, "package": 128, "noncestr": 32, "timestamp": 10, "sign": 64},
    results={"0": "success", "-1": "error: appid, package name or signature", "-2": "payer cancelled"},
    notes=(
        "all names are lower case",
        "the algorithm is that of the order, and is not named",
        "an institution signs with its own key",
        "Android sets packageValue",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/In-AppPay/chapter6_3.shtml",
        "https://pay.weixin.qq.com/doc/global/v2/zh/4013636475",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011937148",
    ),
)

NATIVE_MODE_1 = Invocation(
    "native_mode_1",
    title="Static product QR code",
    call="QR code",
    regions=(MAINLAND,),
    signed=("appid", "mch_id", "nonce_str", "product_id", "time_stamp"),
    signature="sign",
    sign_types=(MD5,),
    template="weixin://wxpay/bizpayurl?sign=<sign>&appid=<appid>&mch_id=<mch_id>&product_id=<product_id>&time_stamp=<time_stamp>&nonce_str=<nonce_str>",
    values={"time_stamp": "seconds since 1970", "product_id": "random text"},
    notes=("answered through the native_scan notification", "shorten with tools/shorturl"),
    sources=("https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4",),
    confidence="secondary",
)

NATIVE_MODE_2 = Invocation(
    "native_mode_2",
    title="QR code of one order",
    call="QR code",
    template="<code_url>",
    notes=("the QR code holds code_url as it is; 2 hours",),
    sources=("https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_5",),
    confidence="secondary",
)

H5 = Invocation(
    "h5",
    title="Payment in a browser outside WeChat",
    call="redirect",
    template="<mweb_url>&redirect_url=<url-encoded return address>",
    notes=(
        "mweb_url opens for 5 minutes",
        "the page that sends the payer there lies on the registered H5 domain",
        "without redirect_url the payer comes back to the page that called",
        "coming back does not mean paid: ask the payer, query the order",
        "the payer may be back after 5 seconds",
        "spbill_create_ip is the payer's own address",
    ),
    sources=(
        "https://pay.weixin.qq.com/wiki/doc/api/wxpay/en/pay/H5Payment/chapter8_1.shtml",
        "https://pay.weixin.qq.com/wiki/doc/api/H5.php?chapter=15_4",
    ),
    confidence="secondary",
)

MINI_PROGRAM_RED_PACK = Invocation(
    "mini_program_red_pack",
    title="Open a mini program red pack",
    call="wx.sendBizRedPacket",
    regions=(MAINLAND,),
    signed=("appId", "nonceStr", "package", "timeStamp"),
    passed=("timeStamp", "nonceStr", "package", "signType", "paySign"),
    signature="paySign",
    sign_types=(MD5,),
    values={"package": "signed as it came, passed url-encoded"},
    sources=(
        "fudiwei/DotNetCore.SKIT.FlurlHttpClient.Wechat:src/SKIT.FlurlHttpClient.Wechat.TenpayV2/Extensions/WechatTenpayClientParameterExtensions.cs",
        "https://pay.weixin.qq.com/doc/v2/merchant/4011937428",
    ),
    confidence="secondary",
)

CONTRACT_LINK = Invocation(
    "contract_link",
    title="Sign a deduction contract",
    call="redirect",
    regions=(MAINLAND,),
    signature="sign",
    sign_types=(MD5,),
    notes=(
        "client.entrust_web makes it: every non-empty field but sign is signed",
        "the raw values are signed and url-encoded afterwards",
    ),
    sources=("https://pay.weixin.qq.com/doc/v2/merchant/4011986768",),
    confidence="secondary",
)

INVOCATIONS = (JSAPI, MINI_PROGRAM, APP, NATIVE_MODE_1, NATIVE_MODE_2, H5, MINI_PROGRAM_RED_PACK, CONTRACT_LINK)
