"""The Python libraries that v2 integrations stand on: their classes, and what each method calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from wxpay_v2.migration.scanning.site import CALL, CASHIER, NOTIFICATION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CLASSES", "FACES", "PACKAGES", "LibraryClass", "classes_at", "part_of"]

# Libraries whose public face stands in wxpay_v2.compat -> the module there.
FACES = {"wechatpy": "wechatpy", "pywxpay": "wxpay", "weixin-python": "weixin", "wechat-pay-sdk": "wechat_pay_sdk"}

# Other halves of these packages, which have classes of the same names.
_OTHERS = (".client", ".work", ".enterprise", ".component", ".v3")


@dataclass(frozen=True)
class LibraryClass:
    """A class that calls v2, or a part of one.

    package: what it is imported from, at any depth. methods: name -> (kind of the Site, operation). parts: attribute
    -> the class of it. keywords: of its constructor, where another library has a class of the same name. telling:
    keywords of a method which, with the name of the part, show that it is this one even where nothing else does.
    """

    name: str
    library: str
    package: str
    methods: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    parts: Mapping[str, str] = field(default_factory=dict, hash=False)
    keywords: frozenset[str] = frozenset()
    telling: frozenset[str] = frozenset()
    is_client: bool = True


def _calls(text: str) -> dict[str, tuple[str, str]]:
    """Return methods from words ``method:operation``; ``!`` before the second is a notification, ``$`` a cashier."""
    kinds = {"!": NOTIFICATION, "$": CASHIER}
    found = {}
    for word in text.split():
        name, _, operation = word.partition(":")
        kind = kinds.get(operation[:1], CALL)
        found[name] = (kind, operation if kind == CALL else operation[1:])
    return found


def _part(name: str, methods: str, telling: str = "") -> LibraryClass:
    return LibraryClass(
        name, "wechatpy", "wechatpy", _calls(methods), telling=frozenset(telling.split()), is_client=False
    )


_WECHATPY = (
    LibraryClass(
        "WeChatPay",
        "wechatpy",
        "wechatpy",
        _calls("parse_payment_result:!payment parse_refund_notify_result:!refund check_signature:!payment"),
        {
            "order": "WeChatOrder",
            "refund": "WeChatRefund",
            "micropay": "WeChatMicroPay",
            "jsapi": "WeChatJSAPI",
            "redpack": "WeChatRedpack",
            "transfer": "WeChatTransfer",
            "coupon": "WeChatCoupon",
            "tools": "WeChatTools",
            "withhold": "WeChatWithhold",
            "app_auth": "WeChatAppAuth",
            "profit_sharing": "WechatProfitSharing",
        },
    ),
    _part(
        "WeChatOrder",
        "create:unified_order query:order_query close:close_order reverse:reverse get_appapi_params:$",
        "trade_type total_fee notify_url transaction_id out_trade_no user_id",
    ),
    _part("WeChatRefund", "apply:refund query:refund_query", "refund_fee out_refund_no refund_id transaction_id"),
    _part("WeChatMicroPay", "create:micropay query:order_query", "auth_code total_fee"),
    _part("WeChatJSAPI", "get_jsapi_signature:$ get_jsapi_params:$", "prepay_id"),
    _part(
        "WeChatRedpack",
        "send:send_red_pack send_group:send_group_red_pack query:get_red_pack_info",
        "total_amount send_name act_name wishing",
    ),
    _part(
        "WeChatTransfer",
        "transfer:transfers query:get_transfer_info transfer_bankcard:pay_bank query_bankcard:query_bank "
        "get_rsa_public_key:get_public_key",
        "check_name true_name bank_card_no user_id",
    ),
    _part("WeChatCoupon", "send:send_coupon query_stock:query_coupon_stock query_coupon:query_coupon_info", "stock_id"),
    _part(
        "WeChatTools",
        "short_url:short_url download_bill:download_bill download_fundflow:download_fund_flow "
        "auto_code_to_openid:auth_code_to_openid",
        "bill_date long_url auth_code",
    ),
    _part(
        "WeChatWithhold",
        "apply_signing:entrust_web query_signing:query_contract apply_deduct:pap_pay_apply "
        "query_order:pap_order_query apply_cancel_signing:delete_contract",
        "plan_id contract_id contract_code",
    ),
    _part("WeChatAppAuth", "get_auth_url:auth_index get_access_token:get_access_token real_name_auth:real_name_auth"),
    _part(
        "WechatProfitSharing",
        "profit_sharing:profit_sharing multi_profit_sharing:multi_profit_sharing query:profit_sharing_query "
        "add_receiver:profit_sharing_add_receiver remove_receiver:profit_sharing_remove_receiver "
        "finish:profit_sharing_finish order_amount_query:profit_sharing_order_amount_query "
        "profit_sharing_return:profit_sharing_return return_query:profit_sharing_return_query",
        "out_order_no receivers",
    ),
)

_OFFICIAL = _calls(
    "micropay:micropay unifiedorder:unified_order orderquery:order_query reverse:reverse closeorder:close_order "
    "refund:refund refundquery:refund_query downloadbill:download_bill report:report shorturl:short_url "
    "authcodetoopenid:auth_code_to_openid is_pay_result_notify_signature_valid:!payment"
)
_PYTHON_WEIXIN = _calls(
    "unifiedorder:unified_order order_query:order_query order_close:close_order refund:refund refundquery:refund_query"
)
_WXPAY_013 = _calls(
    "unifiedorder:unified_order refundorder:refund verify_order:order_query verify_notify:!payment "
    "verify_callback:!native_scan generate_jsapi:unified_order generate_product_qr:unified_order"
)


def _of_115(name: str, methods: str) -> LibraryClass:
    return LibraryClass(name, "wechatpay", "wechatpay", _calls(methods))


CLASSES: tuple[LibraryClass, ...] = (
    *_WECHATPY,
    LibraryClass("WXPay", "pywxpay", "pywxpay", _OFFICIAL),
    LibraryClass("WXPay", "pywxpay", "wxpay", _OFFICIAL),
    LibraryClass(
        "WeixinPay",
        "weixin-python",
        "weixin",
        _calls(
            "unified_order:unified_order jsapi:unified_order order_jsapi:unified_order order_h5:unified_order "
            "order_qr:unified_order order_query:order_query close_order:close_order refund:refund "
            "refund_query:refund_query download_bill:download_bill pay_individual:transfers "
            "pay_individual_to_card:pay_bank pay_individual_bank_query:query_bank "
            "pay_individual_query:get_transfer_info check:!payment qrcode_url_shorten:short_url"
        ),
        keywords=frozenset(("app_id", "mch_key", "key", "cert")),
    ),
    # Weixin of the same library is all of its parts in one.
    LibraryClass(
        "Weixin",
        "weixin-python",
        "weixin",
        _calls(
            "unified_order:unified_order jsapi:unified_order order_query:order_query close_order:close_order "
            "refund:refund refund_query:refund_query download_bill:download_bill pay_individual:transfers "
            "pay_individual_to_card:pay_bank pay_individual_bank_query:query_bank "
            "pay_individual_query:get_transfer_info"
        ),
    ),
    LibraryClass(
        "WeixinPay", "python-weixin", "weixin", _PYTHON_WEIXIN,
        keywords=frozenset(("appid", "mch_cert", "partner_key", "pfx")),
    ),
    LibraryClass("WeixinAppPay", "python-weixin", "weixin", _PYTHON_WEIXIN),
    LibraryClass("WXAppPay", "python-weixin", "weixin", _PYTHON_WEIXIN),
    LibraryClass("WeixinEnterprisePay", "python-weixin", "weixin", _calls("transfers:transfers")),
    LibraryClass(
        "WeixinEnterprisePayQuery", "python-weixin", "weixin", _calls("gettransferinfo:get_transfer_info")
    ),
    LibraryClass(
        "WeChatPay",
        "wechat-pay-sdk",
        "wechatpay",
        _calls(
            "unifiedorder:unified_order query_order:order_query close_order:close_order refund:refund "
            "refund_query:refund_query downloadbill:download_bill short_url:short_url "
            "sendbox_sign:sandboxnew_get_sign_key verify_notify:!payment"
        ),
    ),
    _of_115("UnifiedOrderPay", "post:unified_order"),
    _of_115("NativeOrderPay", "post:unified_order"),
    _of_115("JsAPIOrderPay", "post:unified_order"),
    _of_115("OrderQuery", "post:order_query"),
    _of_115("Refund", "post:refund"),
    _of_115("RefundQuery", "post:refund_query"),
    _of_115("DownloadBill", "get_bill:download_bill post_xml:download_bill"),
    LibraryClass("WXpay", "wxpay", "wxpay", _WXPAY_013),
    LibraryClass("QRWXpay", "wxpay", "wxpay", _WXPAY_013),
    LibraryClass("JSWXpay", "wxpay", "wxpay", _WXPAY_013),
)  # fmt: skip

PACKAGES = frozenset(one.package for one in CLASSES)
_BY_NAME: dict[tuple[str, str], tuple[LibraryClass, ...]] = {}
for _one in CLASSES:
    _BY_NAME[_one.package, _one.name] = (*_BY_NAME.get((_one.package, _one.name), ()), _one)

# Functions that stand alone.
FUNCTIONS: dict[tuple[str, str], tuple[str, str, str]] = {
    ("weixin", "wxpay_notify_verify"): ("python-weixin", NOTIFICATION, "payment"),
}


def classes_at(dotted: str) -> tuple[LibraryClass, ...]:
    """Return the classes that the dotted name can be; libraries that share a package name may each have one."""
    package = dotted.partition(".")[0]
    if package not in PACKAGES or any(part in dotted for part in _OTHERS):
        return ()
    return _BY_NAME.get((package, dotted.rpartition(".")[2]), ())


def part_of(one: LibraryClass, part: str) -> LibraryClass | None:
    """Return the class of the *part* of *one*, None where it has none."""
    name = one.parts.get(part)
    return next((found for found in CLASSES if found.name == name and found.library == one.library), None)
