from __future__ import annotations

import textwrap

import pytest

from wxpay_v2.migration.scanner import scan
from wxpay_v2.migration.scanning.site import CASHIER, CLIENT, CONFIGURATION, CONSULTED, NOTIFICATION


@pytest.fixture
def found(tmp_path):
    """Scan files given by name and source; return (file, line, operation or kind) of what makes calls."""

    def of(source="", *, kinds=CONSULTED, **files):
        for name, text in {"shop": source, **files}.items():
            path = tmp_path / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return [
            (call.site.path[len(str(tmp_path)) + 1 : -3], call.site.line, call.site.operation or call.site.kind)
            for call in scan([tmp_path]).calls
            if call.site.kind in kinds
        ]

    return of


HEAD = "from wechatpy.pay import WeChatPay\n"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("stripe.Refund.create(amount=1)\nrefund(1)\nself.refund()", id="other_refunds"),
        pytest.param("Order.objects.create(total_fee=1)\nshop.order.create(name='x')", id="other_orders"),
        pytest.param("class WeChatPay:\n    def refund(self): pass\nWeChatPay().refund.apply(1)", id="own_class"),
        pytest.param(HEAD + "pay = make()\npay.order.create(name=1)", id="unknown_object"),
        pytest.param(HEAD + "WeChatPay = other.WeChatPay\n", id="never_made"),
        pytest.param(
            HEAD + "pay = WeChatPay('a')\npay.order\npay.orders.create()\npay.order.created", id="no_such_call"
        ),
        pytest.param("from wechatpayv3 import WeChatPay\nWeChatPay(mchid='1').refund(1)", id="another_library"),
        pytest.param("from wechatpy.pay.v3 import WeChatPay\nWeChatPay().order.query(1)", id="its_v3"),
        pytest.param(
            "from wechatpy.client.api import WeChatJSAPI\nWeChatJSAPI(c).get_jsapi_params(1, 2, 3)", id="its_other_half"
        ),
        pytest.param("from wechatpy import WeChatClient\nWeChatClient('a').user.get('b')", id="no_payment"),
        pytest.param("from wxpay_v2.compat.wechatpy.pay import WeChatPay\nWeChatPay('a').order.query()", id="moved"),
        pytest.param('"""Posts to https://api.mch.weixin.qq.com/pay/unifiedorder"""', id="docstring"),
        pytest.param("# https://api.mch.weixin.qq.com/pay/unifiedorder\nmch_id = 1", id="comment"),
        pytest.param("mch_id = 1\nURL = 'https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi'", id="v3_path"),
        pytest.param("mch_id = 1\nURL = 'https://api.example.com/pay/unifiedorder'", id="foreign_host"),
        pytest.param("mch_id = 1\nTEXT = 'call pay/unifiedorder first, then pay/orderquery'", id="prose"),
        pytest.param("mch_id = 1\npath('pay/unifiedorder', view)\nurl('pay/orderquery', view)", id="own_routes"),
        pytest.param("mch_id = 1\n@app.route('/pay/micropay')\ndef f(): pass", id="own_view"),
        pytest.param("mch_id = 1\nif name == '/pay/unifiedorder': pass", id="comparison"),
        pytest.param("bank = 1\nURL = '/deposit/refund'", id="nothing_of_wechat_pay"),
    ],
)
def test_what_only_looks_like_a_call_is_left_out(found, source):
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "operations"),
    [
        (HEAD + "WeChatPay('a').order.create(body='x')", ["unified_order"]),
        ("import wechatpy\nwechatpy.WeChatPay('a').refund.apply(1)", ["refund"]),
        ("import wechatpy.pay as p\nx = p.WeChatPay('a')\nx.redpack.send(1)", ["send_red_pack"]),
        ("from wechatpy import WeChatPay as W\na = b = W('a')\nb.transfer.query('1')", ["get_transfer_info"]),
        ("from wechatpy import *\nWeChatPay('a').order.close('1')", ["close_order"]),
        ("from wechatpy.pay.api import WeChatOrder\nWeChatOrder(c).query('1')", ["order_query"]),
        (HEAD + "class P(WeChatPay): pass\nclass Q(P): pass\nQ().micropay.create(1)", ["micropay"]),
        (HEAD + "class P(WeChatPay):\n    def go(self):\n        return self.order.query('1')", ["order_query"]),
        (HEAD + "class P(WeChatPay):\n    def go(self):\n        return super().order.query('1')", ["order_query"]),
        (HEAD + "class S:\n    def __init__(self):\n        self.pay = WeChatPay('a')\n"
                "    def buy(self):\n        self.pay.order.create()", ["unified_order"]),
        (HEAD + "class S:\n    pay = WeChatPay('a')\nS.pay.tools.short_url('u')\nS().pay.tools.download_bill('d')",
         ["short_url", "download_bill"]),
        (HEAD + "class S:\n    @property\n    def pay(self):\n        return WeChatPay('a')\nS().pay.refund.query()",
         ["refund_query"]),
        (HEAD + "def make():\n    return WeChatPay('a')\nmake().coupon.send(1)", ["send_coupon"]),
        (HEAD + "def f(pay: WeChatPay): pay.order.query()\ndef g(pay: 'WeChatPay | None'): pay.order.close()",
         ["order_query", "close_order"]),
        (HEAD + "from typing import Optional\ndef f(pay: Optional['WeChatPay'] = None): pay.order.query()",
         ["order_query"]),
        (HEAD + "def f(pay): pay.order.query()\nf(WeChatPay('a'))", ["order_query"]),
        (HEAD + "class S:\n    def __init__(self, pay):\n        self.pay = pay\n"
                "    def buy(self): self.pay.order.create()\nS(pay=WeChatPay('a'))", ["unified_order"]),
        (HEAD + "P = {'hk': WeChatPay('a')}\nP['hk'].order.query()\nP.get('hk').order.close()",
         ["order_query", "close_order"]),
        (HEAD + "P = {}\nP[1] = WeChatPay('a')\nP[1].order.query()", ["order_query"]),
        (HEAD + "for p in [WeChatPay('a'), WeChatPay('b')]: p.order.query()", ["order_query"]),
        (HEAD + "with WeChatPay('a') as p: p.order.query()", ["order_query"]),
        (HEAD + "from functools import partial\nP = partial(WeChatPay, 'a')\nP().order.query()", ["order_query"]),
        (HEAD + "p = LocalProxy(lambda: WeChatPay('a'))\np.order.query()", ["order_query"]),
        (HEAD + "p = x or WeChatPay('a')\n(p if p else None).order.query()", ["order_query"]),
        (HEAD + "if (p := WeChatPay('a')): p.order.query()", ["order_query"]),
        (HEAD + "p = WeChatPay('a')\ngo = p.order.query\ngo()", ["order_query"]),
        (HEAD + "p = WeChatPay('a')\nloop.run_in_executor(None, p.order.query, '1')", ["order_query"]),
        (HEAD + "getattr(WeChatPay('a'), 'order').query()", ["order_query"]),
        (HEAD + "WeChatPay('a') \\\n    .order \\\n    .query()", ["order_query"]),
        (HEAD + "class M(Model):\n    @property\n    def client(self): return WeChatPay('a')\n"
                "class O(Model):\n    pay = ForeignKey(M)\n    def q(self): self.pay.client.order.query()",
         ["order_query"]),
        ("from pywxpay import WXPay\nWXPay(1, 2, 3, 4, 5).unifiedorder({})", ["unified_order"]),
        ("from wxpay import WXPay\nWXPay().downloadbill({})", ["download_bill"]),
        ("from wxpay import QRWXpay\nQRWXpay().verify_order('1')", ["order_query"]),
        ("from weixin.pay import WeixinPay\nWeixinPay('a', 'b', 'c', 'd').refund()", ["refund"]),
        ("from weixin import WeixinPay\nWeixinPay('a', 'b', partner_key='c').refundquery()", ["refund_query"]),
        ("from wechatpay import WeChatPay\nWeChatPay('a', 'b', 'c', 'd').query_order()", ["order_query"]),
        ("from wechatpay.wechatpay import NativeOrderPay\nNativeOrderPay().post('b')", ["unified_order"]),
    ],
)  # fmt: skip
def test_a_client_is_followed_to_its_call(found, source, operations):
    assert [one[2] for one in found(source)] == operations


def test_the_library_of_a_shared_package_name_is_told_by_the_constructor(tmp_path):
    (tmp_path / "a.py").write_text("from weixin.pay import WeixinPay\nWeixinPay('a', 'b', partner_key='c').refund()")
    (tmp_path / "b.py").write_text("from weixin.pay import WeixinPay\nWeixinPay('a', 'b', mch_key='c').refund()")
    libraries = [call.site.library for call in scan([tmp_path]).calls if call.site.operation == "refund"]
    assert libraries == ["python-weixin", "weixin-python"]


def test_a_client_is_followed_through_the_imports_of_other_files(found):
    assert found(
        "from payments import gateway\nfrom payments.gateway import Service\n\n\n"
        "def buy():\n    gateway.pay.order.create()\n    return Service().pay.refund.apply(1)\n",
        payments____init__="",
        payments__gateway=HEAD
        + "pay = WeChatPay('a')\nclass Service:\n    def __init__(self):\n        self.pay = pay\n",
        payments__tasks="from .gateway import pay as till\ntill.order.query()\n"
        "from . import gateway as g\ng.pay.order.close()",
        third__deep="from shop import buy\nfrom payments.tasks import till\ntill.order.reverse()",
        unrelated="from elsewhere import pay\npay.order.query()\n",
    ) == [
        ("payments/tasks", 2, "order_query"),
        ("payments/tasks", 4, "close_order"),
        ("shop", 6, "unified_order"),
        ("shop", 7, "refund"),
        ("third/deep", 3, "reverse"),
    ]


def test_a_module_of_the_same_name_hides_the_library(found):
    assert (
        found("from wxpay import WXPay\nWXPay().refund({})", wxpay="class WXPay:\n    def refund(self, x): pass") == []
    )


def test_names_that_lead_in_circles_end(found):
    assert (
        found(
            "from shop import *\nfrom other import a\na = b\nb = a\nclass C(C): pass\nC().x.order.query()\nwechat = 1\n"
            "def f(x): return f(x)\nf(f).order.query()",
            other="from shop import a\nfrom shop import *\nwechat = a",
        )
        == []
    )


def test_what_cannot_be_followed_is_told_by_its_names_and_said_to_be(tmp_path):
    (tmp_path / "app.py").write_text(HEAD + "app.till = WeChatPay('a')\n")
    (tmp_path / "view.py").write_text(
        "# wechat\ncurrent_app.till.order.query('1')\n"
        "x.order.create(trade_type='JSAPI', total_fee=1)\nx.order.create(total=1)\n"
        "x.client.parse_payment_result(body)\nx.jsapi.get_jsapi_params(order['prepay_id'])\nx.jsapi.get_jsapi_params(1)\n"
    )
    told = [(call.site.line, call.site.kind, call.site.certain) for call in scan([tmp_path / "view.py"]).calls]
    assert told == [(3, "call", False), (5, NOTIFICATION, False), (6, CASHIER, False)]
    both = [call.site.line for call in scan([tmp_path]).calls if call.site.path.endswith("view.py")]
    assert both == [2, 3, 5, 6]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("URL = 'https://api.mch.weixin.qq.com/pay/unifiedorder'", "unified_order"),
        ("URL = 'https://api.mch.weixin.qq.com/sandboxnew/pay/micropay'", "sandboxnew_micropay"),
        ("URL = 'https://api.mch.weixin.qq.com/sandboxnew/tools/shorturl'", "short_url"),
        ("URL = 'https://apihk.mch.weixin.qq.com/pay/orderquery'", "order_query"),
        ("mch_id = 1\nself._post('mmpaymkttransfers/sendredpack')", "send_red_pack"),
        ("mch_id = 1\nself.post(HOST + '/secapi/pay/refund')", "refund"),
        ("mch_id = 1\npost(f'{HOST}/pay/refundquery')", "refund_query"),
        ("mch_id = 1\npost('{}papay/querycontract'.format(HOST))", "query_contract"),
        ("mch_id = 1\npost('%s/pay/closeorder' % HOST)", "close_order"),
        ("BASE = 'https://api.mch.weixin.qq.com/pay'\npost(f'{BASE}/unifiedorder')", "unified_order"),
        ("H = 'https://api.mch.weixin.qq.com/'\npost(H + 'pay/getsignkey')", "sandboxnew_get_sign_key"),
        ("post('https://api.mch.weixin.qq.com/%spay/closeorder' % box)", "close_order"),
        ("post(f'https://api.mch.weixin.qq.com{box}/pay/orderquery')", "order_query"),
        ("urlopen(b'https://api.mch.weixin.qq.com/pay/downloadbill', body)", "download_bill"),
        ("post('https://payapp.weixin.qq.com/appauth/authindex?mch_id=')", "auth_index"),
        ("post('https://api.mch.weixin.qq.com/pay/somethingnew')", "endpoint"),
    ],
)
def test_a_hand_written_path_is_its_operation(found, source, told):
    assert [one[2] for one in found(source)] == [told]


def test_a_place_is_told_in_characters(tmp_path):
    (tmp_path / "a.py").write_text(HEAD + "茶 = WeChatPay('a'); 茶.order.create()\n", encoding="utf-8")
    site = next(call.site for call in scan([tmp_path]).calls if call.site.operation)
    assert (site.line, site.column, site.end, site.text) == (2, 29, 35, "create")


def test_clients_and_settings_are_told_without_their_values(found, tmp_path):
    secret = "192006250b4c09247ec02edce69f6a2d"
    source = HEAD + f"mch_key = '{secret}'\npay = WeChatPay('wx1', '{secret}', '1')\nclass P(WeChatPay): pass\n"
    assert found(source, kinds={CLIENT, CONFIGURATION}) == [
        ("shop", 2, "configuration"), ("shop", 3, "client"), ("shop", 4, "client"),
    ]  # fmt: skip
    assert secret not in repr(scan([tmp_path]).calls)
