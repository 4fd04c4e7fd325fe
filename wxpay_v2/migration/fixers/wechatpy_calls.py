"""wechatpy: calls of a WeChatPay that a file makes for itself become calls of our Client."""

from __future__ import annotations

from wxpay_v2.migration.fixers.wechatpy_imports import WECHATPY
from wxpay_v2.migration.rewriting.calls import rewrite_calls
from wxpay_v2.migration.rewriting.code import NATIVE, CodeBase, Example, Fixer
from wxpay_v2.migration.rewriting.library import Library, Method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from wxpay_v2.migration.finding import Finding

__all__ = ["FIXER", "LIBRARY"]

_ORDER = ("transaction_id", "out_trade_no")
_TIMES = frozenset(("time_start", "time_expire"))  # datetimes of no stated zone; we take only those with one
_IP = {"client_ip": "spbill_create_ip"}
_PAY_ERROR = ("WXPayError",)
_CALL_ERRORS = ("NotSent", "Refused", "OutcomeUnknown")

METHODS = {
    "order.create": Method(
        "unified_order",
        (
            "trade_type", "body", "total_fee", "notify_url", "client_ip", "user_id", "out_trade_no", "detail",
            "attach", "fee_type", "time_start", "time_expire", "goods_tag", "product_id", "device_info", "limit_pay",
            "scene_info", "sub_user_id",
        ),
        wire={**_IP, "user_id": "openid", "sub_user_id": "sub_openid"},
        needed=frozenset(("client_ip", "out_trade_no")),
        refused=_TIMES | {"sign_type"},
        supplied={"fee_type": '"CNY"'},
        any_field=True,
    ),
    "order.query": Method("order_query", _ORDER),
    "order.close": Method("close_order", ("out_trade_no",)),
    "order.reverse": Method("reverse", _ORDER),
    "order.get_appapi_params": Method(
        "cashier.app", ("prepay_id", "timestamp", "nonce_str"), wire={"prepay_id": "order"},
        refused=frozenset(("timestamp", "nonce_str")), without=frozenset(("sub_appid", "sub_mch_id")),
    ),
    "jsapi.get_jsapi_params": Method(
        "cashier.jsapi", ("prepay_id", "timestamp", "nonce_str", "jssdk"), wire={"prepay_id": "order"},
        refused=frozenset(("timestamp", "nonce_str")), without=frozenset(("sub_appid",)),
    ),
    "micropay.create": Method(
        "micropay",
        (
            "body", "total_fee", "auth_code", "client_ip", "out_trade_no", "detail", "attach", "fee_type",
            "goods_tag", "device_info", "limit_pay",
        ),
        wire=_IP,
        needed=frozenset(("client_ip", "out_trade_no")),
        supplied={"fee_type": '"CNY"'},
    ),
    "micropay.query": Method("order_query", _ORDER),
    "refund.apply": Method(
        "refund",
        (
            "total_fee", "refund_fee", "out_refund_no", "transaction_id", "out_trade_no", "fee_type", "op_user_id",
            "device_info", "refund_account", "refund_desc", "notify_url",
        ),
        wire={"fee_type": "refund_fee_type"},
        refused=frozenset(("device_info",)),
        supplied={"fee_type": '"CNY"', "refund_account": '"REFUND_SOURCE_UNSETTLED_FUNDS"'},
    ),
    "refund.query": Method(
        "refund_query", ("refund_id", "out_refund_no", *_ORDER, "device_info"), refused=frozenset(("device_info",))
    ),
    "parse_payment_result": Method("open_notification", ("xml",), wire={"xml": "body"}, body=True),
}  # fmt: skip

LIBRARY = Library(
    face=WECHATPY,
    makers=frozenset(("wechatpy.WeChatPay", "wechatpy.pay.WeChatPay")),
    parameters=(
        "appid", "api_key", "mch_id", "sub_mch_id", "mch_cert", "mch_key", "timeout", "sandbox", "sub_appid",
    ),
    merchant={
        "appid": "appid", "api_key": "api_key", "mch_id": "mch_id", "sub_mch_id": "sub_mch_id",
        "mch_cert": "certificate", "mch_key": "private_key", "sub_appid": "sub_appid",
    },
    client=frozenset(("timeout",)),
    off=frozenset(("sandbox",)),
    pair=frozenset(("mch_cert", "mch_key")),
    methods=METHODS,
    errors={
        "wechatpy.WeChatPayException": _PAY_ERROR,
        "wechatpy.WeChatException": _PAY_ERROR,
        "wechatpy.WeChatClientException": _PAY_ERROR,
        "wechatpy.pay.WeChatPayException": _PAY_ERROR,
        "wechatpy.pay.InvalidSignatureException": ("Rejected",),
        "wechatpy.exceptions.WeChatPayException": _PAY_ERROR,
        "wechatpy.exceptions.WeChatClientException": _PAY_ERROR,
        "wechatpy.exceptions.WeChatException": _PAY_ERROR,
        "wechatpy.exceptions.InvalidSignatureException": ("Rejected",),
    },
    with_notifications={
        "wechatpy.WeChatPayException": _CALL_ERRORS,
        "wechatpy.WeChatException": _PAY_ERROR,
        "wechatpy.WeChatClientException": _CALL_ERRORS,
        "wechatpy.pay.WeChatPayException": _CALL_ERRORS,
        "wechatpy.pay.InvalidSignatureException": ("Rejected",),
        "wechatpy.exceptions.WeChatPayException": _CALL_ERRORS,
        "wechatpy.exceptions.WeChatClientException": _CALL_ERRORS,
        "wechatpy.exceptions.WeChatException": _PAY_ERROR,
        "wechatpy.exceptions.InvalidSignatureException": ("Rejected",),
    },
    attributes={
        "errcode": ("err_code", "None"),
        "errmsg": ("err_code_des", "str({})"),
        "return_code": ("return_code", "None"),
        "return_msg": ("return_msg", "None"),
    },
)  # fmt: skip


def _fix(code: CodeBase) -> Iterator[Finding]:
    return rewrite_calls(code, LIBRARY)


_MADE = "pay = WeChatPay(APPID, API_KEY, MCH_ID)\n"
_IMPORTED = "from wechatpy.pay import WeChatPay\n\n" + _MADE

FIXER = Fixer(
    name="wechatpy_calls",
    level=NATIVE,
    title="wechatpy: calls",
    fix=_fix,
    examples=(
        Example(
            "An order, the payer's cashier and the errors",
            "from wechatpy.pay import WeChatPay\n"
            "from wechatpy.exceptions import WeChatPayException\n"
            "\n"
            "pay = WeChatPay(\n"
            "    settings.WECHAT_APPID,\n"
            "    settings.WECHAT_API_KEY,  # 商户平台设置的密钥\n"
            "    settings.WECHAT_MCH_ID,\n"
            "    mch_cert=settings.WECHAT_CERT,\n"
            "    mch_key=settings.WECHAT_KEY,\n"
            "    timeout=5,\n"
            ")\n"
            "\n"
            "\n"
            "def place(order, request):\n"
            "    try:\n"
            "        placed = pay.order.create(\n"
            '            "JSAPI",\n'
            "            order.title,\n"
            "            order.total_fee,  # 分\n"
            "            settings.NOTIFY_URL,\n"
            '            client_ip=request.META["REMOTE_ADDR"],\n'
            "            user_id=order.openid,\n"
            "            out_trade_no=order.number,\n"
            "        )\n"
            "    except WeChatPayException as error:\n"
            '        logger.warning("refused: %s", error)\n'
            '        return {"error": error.errcode}\n'
            '    return pay.jsapi.get_jsapi_params(placed["prepay_id"])\n',
            "from wxpay_v2 import Client, Merchant, WXPayError\n"
            "\n"
            "pay = Client(Merchant(\n"
            "    appid=settings.WECHAT_APPID,\n"
            "    api_key=settings.WECHAT_API_KEY,  # 商户平台设置的密钥\n"
            "    mch_id=settings.WECHAT_MCH_ID,\n"
            "    certificate=settings.WECHAT_CERT,\n"
            "    private_key=settings.WECHAT_KEY,\n"
            '), region="mainland", timeout=5)\n'
            "\n"
            "\n"
            "def place(order, request):\n"
            "    try:\n"
            "        placed = pay.unified_order(\n"
            '            trade_type="JSAPI",\n'
            "            body=order.title,\n"
            "            total_fee=order.total_fee,  # 分\n"
            "            notify_url=settings.NOTIFY_URL,\n"
            '            spbill_create_ip=request.META["REMOTE_ADDR"],\n'
            "            openid=order.openid,\n"
            '            fee_type="CNY",\n'
            "            out_trade_no=order.number,\n"
            "        )\n"
            "    except WXPayError as error:\n"
            '        logger.warning("refused: %s", error)\n'
            '        return {"error": getattr(error, "err_code", None)}\n'
            '    return pay.cashier.jsapi(placed["prepay_id"])\n',
        ),
        Example(
            "A client that a function makes",
            "from wechatpy import WeChatPay\n"
            "\n"
            "\n"
            "def gateway():\n"
            "    return WeChatPay(APPID, API_KEY, MCH_ID, None, CERT, CERT_KEY)\n"
            "\n"
            "\n"
            "def give_back(order):\n"
            "    return gateway().refund.apply(order.fee, order.fee, order.refund_no, out_trade_no=order.number)\n",
            "from wxpay_v2 import Client, Merchant\n"
            "\n"
            "\n"
            "def gateway():\n"
            "    return Client(Merchant(appid=APPID, api_key=API_KEY, mch_id=MCH_ID, sub_mch_id=None, "
            'certificate=CERT, private_key=CERT_KEY), region="mainland")\n'
            "\n"
            "\n"
            "def give_back(order):\n"
            "    return gateway().refund(total_fee=order.fee, refund_fee=order.fee, out_refund_no=order.refund_no, "
            'refund_fee_type="CNY", refund_account="REFUND_SOURCE_UNSETTLED_FUNDS", out_trade_no=order.number)\n',
        ),
        Example(
            "A client that an object keeps",
            "from wechatpy.pay import WeChatPay\n"
            "\n"
            "\n"
            "class Payments:\n"
            "    def __init__(self, config):\n"
            '        self.pay = WeChatPay(config["APPID"], config["KEY"], config["MCH_ID"])\n'
            "\n"
            "    def ask(self, number):\n"
            "        return self.pay.order.query(out_trade_no=number)\n",
            "from wxpay_v2 import Client, Merchant\n"
            "\n"
            "\n"
            "class Payments:\n"
            "    def __init__(self, config):\n"
            '        self.pay = Client(Merchant(appid=config["APPID"], api_key=config["KEY"], '
            'mch_id=config["MCH_ID"]), region="mainland")\n'
            "\n"
            "    def ask(self, number):\n"
            "        return self.pay.order_query(out_trade_no=number)\n",
        ),
        Example(
            "A notification of which only text is read",
            "from wechatpy.pay import WeChatPay\n"
            "from wechatpy.exceptions import InvalidSignatureException\n"
            "\n" + _MADE + "\n"
            "\n"
            "def notified(request):\n"
            "    try:\n"
            "        data = pay.parse_payment_result(request.body)\n"
            "    except InvalidSignatureException:\n"
            '        return HttpResponse("FAIL")\n'
            '    book(data["out_trade_no"], data.get("transaction_id"))\n',
            "from wxpay_v2 import Client, Merchant, Rejected\n"
            "\n"
            'pay = Client(Merchant(appid=APPID, api_key=API_KEY, mch_id=MCH_ID), region="mainland")\n'
            "\n"
            "\n"
            "def notified(request):\n"
            "    try:\n"
            "        data = pay.open_notification(request.body).fields\n"
            "    except Rejected:\n"
            '        return HttpResponse("FAIL")\n'
            '    book(data["out_trade_no"], data.get("transaction_id"))\n',
        ),
    ),
    stops=(
        Example(
            "wechatpy makes up an order number: whoever repeats the call makes another order",
            _IMPORTED + 'pay.order.create("NATIVE", "Tea", 100, NOTIFY_URL, client_ip=IP)\n',
            "",
            "upgrade-code.wechatpy.made_up",
        ),
        Example(
            "A certificate that is assigned later",
            _IMPORTED + "pay.mch_cert = CERT\n",
            "",
            "upgrade-code.wechatpy.escapes",
        ),
        Example(
            "A subclass",
            "from wechatpy.pay import WeChatPay\n\n\nclass ShopPay(WeChatPay):\n    pass\n",
            "",
            "upgrade-code.wechatpy.class",
        ),
        Example("A client that is passed on", _IMPORTED + "shop.use(pay)\n", "", "upgrade-code.wechatpy.escapes"),
        Example(
            "A call whose answer has another shape",
            _IMPORTED + 'bill = pay.tools.download_bill("20260301")\n',
            "",
            "upgrade-code.wechatpy.no_twin",
        ),
        Example(
            "An amount of a notification, which wechatpy makes an int",
            _IMPORTED + 'paid = pay.parse_payment_result(request.body)["total_fee"]\n',
            "",
            "upgrade-code.wechatpy.notification",
        ),
        Example(
            "An error that is passed on",
            "from wechatpy.pay import WeChatPay, WeChatPayException\n\n"
            + _MADE
            + '\ntry:\n    pay.order.close("T-1")\nexcept WeChatPayException as error:\n    report(error)\n',
            "",
            "upgrade-code.wechatpy.error",
        ),
        Example(
            "A network error of requests",
            _IMPORTED + 'try:\n    pay.order.close("T-1")\nexcept requests.Timeout:\n    later()\n',
            "",
            "upgrade-code.wechatpy.network",
        ),
    ),
)
