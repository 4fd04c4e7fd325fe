from __future__ import annotations

import inspect
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import responses

from tests.fixtures import APPID, AUTH_CODE, KEY, MCH_ID, failure, signed, success
from tests.migration.fixers.cases import becomes, each, fixed, stays
from wxpay_v2.migration.fixers.wechatpy_calls import FIXER, LIBRARY, METHODS
from wxpay_v2.migration.rewriting.code import Example
from wxpay_v2.v2 import catalogue

IMPORTED = "from wechatpy.pay import WeChatPay\n"
MADE = "pay = WeChatPay(APPID, KEY, MCH_ID)\n"
OURS = 'pay = Client(Merchant(appid=APPID, api_key=KEY, mch_id=MCH_ID), region="mainland")\n'
SELF = "class Shop:\n    def __init__(self):\n        self.pay = WeChatPay(APPID, KEY, MCH_ID)\n"
CLOSE = 'pay.order.close("T-1")\n'


# What it leaves alone.


@each(FIXER.stops)
def test_it_stops(example: Example) -> None:
    stays(FIXER, example.before, example.finding)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "from wechatpy import WeChatClient\n\nclient = WeChatClient(1, 2)\n",
        "from wxpay_v2.compat.weixin import WeixinPay\n\npay = WeixinPay(APPID, MCH_ID, KEY, URL)  # not wechatpy\n",
    ],
)
def test_what_is_not_wechatpys_payment_half_stays(source: str) -> None:
    stays(FIXER, source)


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        (f"import wechatpy.pay\n{MADE}{CLOSE}", "whole"),
        ("from wechatpy.pay import *\n", "star"),
        ("from wechatpy.pay import dict_to_xml\n", "no_twin"),
        (f"{MADE}pay = None\n{CLOSE}", "rebound"),
        (f"{MADE}def f():\n    global pay\n    pay = None\n", "rebound"),
        (f"if x:\n    {MADE}else:\n    {MADE}", "rebound"),
        (f"class Shop:\n    {MADE}", "rebound"),
        ("shop.pay = WeChatPay(APPID, KEY, MCH_ID)\n", "kept"),
        ("pays[0] = WeChatPay(APPID, KEY, MCH_ID)\n", "kept"),
        (f"{SELF}        use(self.pay)\n", "escapes"),
        (f"{SELF}        self.pay = None\n", "kept"),
        (f"{SELF}        getattr(self, 'pay')\n", "kept"),
        (f"{SELF}    pay = None\n", "kept"),
        (f"{SELF}    @property\n    def pay(self):\n        pass\n", "kept"),
        (f"{SELF}class Other(Shop):\n    def ask(self):\n        return self.pay.order.query('1')\n", "kept"),
        (f"{SELF}Shop().pay.order.query('1')\n", "kept"),
        (f"{SELF}        self.pay.mch_cert = CERT\n", "escapes"),
        ("pays = [WeChatPay(APPID, KEY, MCH_ID)]\n", "escapes"),
        (f"{MADE}close = pay.order.close\n", "escapes"),
        (f"{MADE}order = pay.order\norder.close('T-1')\n", "escapes"),
        (f"{MADE}pay.sandbox = True\n", "escapes"),
        (f"{MADE}with patch.object(pay, 'order'):\n    pass\n", "escapes"),
        ("def get():\n    if x:\n        return None\n    return WeChatPay(APPID, KEY, MCH_ID)\n", "kept"),
        ("def get():\n    return WeChatPay(APPID, KEY, MCH_ID)\nrun(get)\n", "kept"),
        ("async def get():\n    return WeChatPay(APPID, KEY, MCH_ID)\n", "kept"),
        ("get = lambda: WeChatPay(APPID, KEY, MCH_ID)\n", "escapes"),
        ("pay = WeChatPay(*KEYS)\n", "arguments"),
        ("pay = WeChatPay(**KEYS)\n", "arguments"),
        ("pay = WeChatPay(APPID, KEY, MCH_ID, sandbox=True)\n", "arguments"),
        ("pay = WeChatPay(APPID, KEY, MCH_ID, sandbox=settings.DEBUG)\n", "arguments"),
        ("pay = WeChatPay(APPID, KEY, MCH_ID, mch_cert=CERT)\n", "arguments"),
        ("pay = WeChatPay(\n    APPID, KEY, MCH_ID,\n    timeout=5,  # s\n)\n", "arguments"),
        (f"{MADE}pay.order.close(**fields)\n", "arguments"),
        (f"{MADE}pay.order.close('T-1', sub='1')\n", "arguments"),
        (f"{MADE}pay.refund.query(out_refund_no='R-1', device_info='1')\n", "arguments"),
        (f"{MADE}pay.order.create('NATIVE', 'Tea', 1, URL, IP, None, 'T-1', time_expire=soon)\n", "arguments"),
        (f"{MADE}pay.order.create('NATIVE', 'Tea', 1, URL, IP, None, 'T-1', sign_type='HMAC-SHA256')\n", "arguments"),
        (f"{MADE}pay.order.create('NATIVE', 'Tea', 1, URL, IP, None, 'T-1', tea='green')\n", "arguments"),
        (f"{MADE}pay.order.create('NATIVE', 'Tea', 1, URL, out_trade_no='T-1')\n", "made_up"),
        (f"{MADE}pay.order.create('NATIVE', 'Tea', 1, URL, IP, out_trade_no=None)\n", "made_up"),
        (f"{MADE}pay.micropay.create('Tea', 1, CODE, IP)\n", "made_up"),
        (f"{MADE}pay.redpack.send('o', 100, 'n', 'a', 'w', 'r')\n", "no_twin"),
        (f"{MADE}pay.post('pay/orderquery', data={{}})\n", "no_twin"),
        ("pay = WeChatPay(APPID, KEY, MCH_ID, sub_appid=SUB)\npay.jsapi.get_jsapi_params('wx1')\n", "no_twin"),
        ("pay = WeChatPay(APPID, KEY, MCH_ID, '1900000110')\npay.order.get_appapi_params('wx1')\n", "no_twin"),
        (f"{MADE}pay.parse_payment_result(request.text)['openid']\n", "notification"),
        (f"{MADE}x = pay.parse_payment_result(request.body)\nbook(x)\n", "notification"),
        (f"{MADE}x = pay.parse_payment_result(request.body)\nx.get(name)\n", "notification"),
        (f"{MADE}x = pay.parse_payment_result(request.body).get('cash_fee')\n", "notification"),
        (f"{MADE}def f():\n    return pay.parse_payment_result(request.body)\n", "notification"),
        (f"Client = 1\n{MADE}{CLOSE}", "taken"),
        (f"{MADE}{CLOSE}def f(Merchant):\n    pass\n", "taken"),
        (f"{MADE}try:\n    {CLOSE}except (ValueError, requests.exceptions.ConnectionError):\n    pass\n", "network"),
        (f"{MADE}try:\n    {CLOSE}except OSError:\n    pass\n", "network"),
    ],
)
def test_a_use_that_is_not_understood_leaves_the_file_alone(rest: str, why: str) -> None:
    stays(FIXER, IMPORTED + rest, f"upgrade-code.wechatpy.{why}")


@pytest.mark.parametrize(
    "use",
    [
        "raise WeChatPayException('FAIL')",
        "x = isinstance(e, WeChatPayException)",
        "KNOWN = (WeChatPayException,)",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    f(e)",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    last = e",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    return_ = e.result_code",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    x = e.errcode is None",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    x = e.response.text",
        f"try:\n    {CLOSE}except WeChatPayException as e:\n    e.errcode = 'X'",
    ],
)
def test_an_error_that_is_used_for_more_than_to_be_told_leaves_the_file_alone(use: str) -> None:
    source = f"from wechatpy.exceptions import WeChatPayException\n{IMPORTED}{MADE}{use}\n"
    stays(FIXER, source, "upgrade-code.wechatpy.error")


@pytest.mark.parametrize("stranger", ["wechatpy/__init__.py", "from wechat_django.pay import views\n"])
def test_what_holds_the_imports_back_holds_the_calls_back(stranger: str) -> None:
    other = {stranger: ""} if stranger.endswith(".py") else {"shop/views.py": stranger}
    stays(FIXER, {"shop/pay.py": IMPORTED + MADE + CLOSE, **other})


@pytest.mark.parametrize(
    "other",
    [
        "from shop.pay import pay\n",
        "from .pay import *\n",
        "from shop import pay\npay.pay.order\n",
        "from shop import pay as p\np.pay.order\n",
        "import shop.pay as p\np.WeChatPay\n",
        "def test(mocker):\n    mocker.patch('shop.pay.WeChatPay')\n",
    ],
)
def test_another_file_that_touches_the_client_leaves_it_alone(other: str) -> None:
    files = {"shop/pay.py": IMPORTED + MADE + CLOSE, "shop/other.py": other}
    stays(FIXER, files, "upgrade-code.wechatpy.escapes")


@pytest.mark.parametrize(
    "other",
    [
        "from shop.pay import Shop\nShop().pay.order.query('1')\n",
        "from shop.pay import Shop\nclass Mall(Shop):\n    def ask(self):\n        return self.pay.order.query('1')\n",
        "from shop import pay as p\ngetattr(p.Shop(), 'pay')\n",
        "from shop.between import Shop\nShop().pay\n",
    ],
)
def test_another_file_that_touches_the_attribute_leaves_it_alone(other: str) -> None:
    files = {"shop/pay.py": IMPORTED + SELF, "shop/between.py": "from shop.pay import Shop\n", "shop/other.py": other}
    stays(FIXER, files, "upgrade-code.wechatpy.escapes")


def test_another_file_that_merely_has_the_word_holds_nothing_back() -> None:
    files = {"shop/pay.py": IMPORTED + SELF, "shop/other.py": "from shop.pay import Shop\npay = Shop().buy\n"}
    after, found = fixed(FIXER, {**files, "shop/far.py": "import alipay\nalipay.pay(1)\n"})
    assert found == []
    assert "Client(Merchant(" in after["shop/pay.py"]


def test_errors_that_a_file_which_stays_would_catch_leave_the_file_alone() -> None:
    files = {
        "shop/pay.py": f"{IMPORTED}{MADE}def close():\n    {CLOSE}",
        "shop/views.py": "from wechatpy.exceptions import WeChatPayException\nfrom shop.pay import close\n\ntry:\n"
        "    close()\nexcept WeChatPayException as e:\n    tell(e.result_code)\n",
    }
    stays(FIXER, files, "upgrade-code.wechatpy.error", "upgrade-code.wechatpy.caught_elsewhere")


def test_a_file_whose_clauses_would_miss_the_errors_of_one_that_stays_is_left_alone() -> None:
    files = {
        "shop/pay.py": f"{IMPORTED}{MADE}def close():\n    pay.redpack.query('1')\n",
        "shop/views.py": "from wechatpy.exceptions import WeChatPayException\nfrom shop.pay import close\n\ntry:\n"
        "    close()\nexcept WeChatPayException:\n    pass\n",
    }
    stays(FIXER, files, "upgrade-code.wechatpy.no_twin", "upgrade-code.wechatpy.caught_elsewhere")


def test_clauses_of_a_client_that_was_not_given_stay() -> None:
    stays(
        FIXER,
        "from wechatpy.exceptions import WeChatPayException\n\ntry:\n    f()\nexcept WeChatPayException:\n    pass\n",
    )


def test_clauses_stay_with_a_client_that_is_subclassed_elsewhere() -> None:
    files = {
        "shop/pay.py": f"{IMPORTED}class Pay(WeChatPay):\n    pass\npay = Pay(1, 2, 3)\n",
        "shop/base.py": "from wechatpy.pay.base import BaseWeChatPayAPI\nimport wechatpy.pay\n",
        "shop/views.py": "from wechatpy.exceptions import WeChatPayException\nfrom shop.pay import pay\n\ntry:\n"
        "    pay.order.close('1')\nexcept WeChatPayException:\n    pass\n",
    }
    for left_out in ("shop/pay.py", "shop/base.py", ""):
        kept = {name: text for name, text in files.items() if name != left_out}
        stays(FIXER, kept, "upgrade-code.wechatpy.caught_elsewhere")


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after) == []


def test_it_keeps_the_line_ends_of_the_file() -> None:
    source = (
        f"from wechatpy import WeChatClient, WeChatPay\n{MADE}pay.order.query(\n    out_trade_no='1'\n)\n"
    ).replace("\n", "\r\n")
    after, found = fixed(FIXER, source)
    assert found == []
    assert after.startswith("from wechatpy import WeChatClient\r\nfrom wxpay_v2 import Client, Merchant\r\n")
    assert after.endswith("pay.order_query(\r\n    out_trade_no='1'\r\n)\r\n")


def test_a_comment_between_the_arguments_stays_one() -> None:
    call = "pay.refund.apply(\n    100,  # 分\n    30,\n    'R-1',  # 退款单号\n    out_trade_no='T-1',  # 订单号\n)\n"
    after, found = fixed(FIXER, IMPORTED + MADE + call)
    assert found == []
    assert after.endswith(
        "pay.refund(\n    total_fee=100,  # 分\n    refund_fee=30,\n    out_refund_no='R-1',  # 退款单号\n"
        '    refund_fee_type="CNY",\n    refund_account="REFUND_SOURCE_UNSETTLED_FUNDS",\n'
        "    out_trade_no='T-1',  # 订单号\n)\n"
    )


def test_files_that_are_all_understood_move_together() -> None:
    files = {
        "shop/pay.py": f"{IMPORTED}\n{MADE}\n\ndef close():\n    {CLOSE}",
        "shop/views.py": "from wechatpy.exceptions import WeChatPayException\nfrom shop.pay import close\n\ntry:\n"
        "    close()\nexcept (KeyError, WeChatPayException) as e:\n    print(f'{e} {e.errmsg}', e.errcode == 'X')\n",
    }
    after, found = fixed(FIXER, files)
    assert found == []
    assert after == {
        "shop/pay.py": f"from wxpay_v2 import Client, Merchant\n\n{OURS}\n\ndef close():\n"
        '    pay.close_order(out_trade_no="T-1")\n',
        "shop/views.py": "from wxpay_v2 import WXPayError\nfrom shop.pay import close\n\ntry:\n    close()\n"
        "except (KeyError, WXPayError) as e:\n"
        "    print(f'{e} {getattr(e, \"err_code_des\", str(e))}', getattr(e, \"err_code\", None) == 'X')\n",
    }


def test_a_clause_for_calls_does_not_catch_a_rejected_notification() -> None:
    source = (
        "from wechatpy.pay import WeChatPay, WeChatPayException, InvalidSignatureException\n\n" + MADE
        + "try:\n    x = pay.parse_payment_result(request.body)['openid']\n    " + CLOSE
        + "except WeChatPayException:\n    a()\nexcept InvalidSignatureException:\n    b()\n"
    )  # fmt: skip
    after, found = fixed(FIXER, source)
    assert found == []
    assert "except (NotSent, Refused, OutcomeUnknown):\n    a()\nexcept Rejected:\n    b()\n" in after
    assert "from wxpay_v2 import Client, Merchant, NotSent, OutcomeUnknown, Refused, Rejected\n" in after


@pytest.mark.parametrize("library", ["wechatpy", "wxpay_v2.compat.wechatpy"])
def test_a_file_that_has_moved_to_the_face_before_goes_on(library: str) -> None:
    source = f"from {library}.pay import WeChatPay\nfrom {library}.exceptions import WeChatPayException\n\n{MADE}"
    after, found = fixed(FIXER, f"{source}try:\n    {CLOSE}except WeChatPayException:\n    pass\n")
    assert found == []
    close = 'pay.close_order(out_trade_no="T-1")'
    ours = f"from wxpay_v2 import Client, Merchant, WXPayError\n\n{OURS}"
    assert after == f"{ours}try:\n    {close}\nexcept WXPayError:\n    pass\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("err_code", ["NOTENOUGH", "USERPAYING", "SYSTEMERROR"])
def test_the_rewritten_clause_catches_the_same_and_tells_the_same_code(err_code: str) -> None:
    source = (
        f"{IMPORTED}from wechatpy.exceptions import WeChatPayException\n{MADE}"
        f"try:\n    {CALLS['micropay.create']}\n    result = {{}}\n"  # never repeated, so it need not wait
        "except WeChatPayException as e:\n    result = {'code': e.errcode, 'text': bool(e.errmsg)}\n"
    )
    after, _ = fixed(FIXER, source)
    answer = failure(err_code)
    assert (
        sent(source, dict(FACTS), answer)[2] == sent(after, dict(FACTS), answer)[2] == {"code": err_code, "text": True}
    )


# The rows.


@pytest.mark.parametrize("name", METHODS)
def test_every_twin_takes_what_the_method_takes(name: str) -> None:
    method = METHODS[name]
    if "." in method.target or method.body:
        return
    known = {row.name for row in catalogue.find(method.target).request}
    names = {method.name_of(word) for word in method.parameters} - {""}
    assert names <= known
    assert method.needed | method.supplied.keys() <= set(method.parameters)
    assert method.refused <= {*method.parameters, "time_start", "time_expire", "sign_type"}


@pytest.mark.parametrize("name", METHODS)
def test_every_row_has_the_methods_own_parameters_in_their_order(name: str) -> None:
    wechatpy_pay = pytest.importorskip("wechatpy.pay")
    owner: Any = wechatpy_pay.WeChatPay("a", "b", "c")
    for part in name.split("."):
        owner = getattr(owner, part)
    told = [one.name for one in inspect.signature(owner).parameters.values() if one.kind is not one.VAR_KEYWORD]
    assert tuple(told) == METHODS[name].parameters


def test_the_client_is_made_of_the_classs_own_parameters() -> None:
    wechatpy_pay = pytest.importorskip("wechatpy.pay")
    told = inspect.signature(wechatpy_pay.WeChatPay.__init__).parameters
    assert tuple(told)[1:] == LIBRARY.parameters
    assert {*LIBRARY.merchant, *LIBRARY.client, *LIBRARY.off} == set(LIBRARY.parameters)


# What it yields does the same: the same fields on the wire, the same values.

FACTS = {
    "APPID": APPID, "KEY": KEY, "MCH_ID": MCH_ID, "CODE": AUTH_CODE, "IP": "203.0.113.7", "URL": "https://shop.example/x"
}  # fmt: skip
MADE_UP = ("nonce_str", "sign", "time_start", "time_expire", "op_user_id")  # two hours and mch_id: the gateway's own

CALLS = {
    "order.create": "pay.order.create('JSAPI', '茶 & <Tea>', 100, URL, client_ip=IP,"
    " user_id='oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',"
    " out_trade_no='T-1', attach=None, receipt='Y', scene_info={'id': '1'})",
    "order.query": "pay.order.query(out_trade_no='T-1')",
    "order.close": "pay.order.close('T-1')",
    "order.reverse": "pay.order.reverse(None, 'T-1')",
    "micropay.create": "pay.micropay.create('Tea', 100, CODE, IP, 'T-1', goods_tag='g')",
    "micropay.query": "pay.micropay.query('4200000000000000000000000001')",
    "refund.apply": "pay.refund.apply(100, 30, 'R-1', out_trade_no='T-1', refund_desc='cold')",
    "refund.query": "pay.refund.query(out_refund_no='R-1')",
}


ANSWER = success(
    out_trade_no="T-1", transaction_id="4200000000000000000000000001", total_fee="100", prepay_id="x"
)  # fmt: skip


def sent(
    source: str, names: dict[str, Any], answers: dict[str, str] = ANSWER
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Run *source* against a gateway that says yes; return path, fields, and what the call returned."""
    seen: list[Any] = []

    def answer(request: Any) -> tuple[int, dict[str, str], bytes]:
        seen.append(request)
        return 200, {}, signed(answers)

    with responses.RequestsMock() as gateway:
        gateway.add_callback("POST", re.compile(r"https://api\.mch\.weixin\.qq\.com/.*"), answer)
        exec(compile(source, "shop.py", "exec"), names)  # noqa: S102 - our own example
    (request,) = seen
    body = request.body.decode() if isinstance(request.body, bytes) else request.body
    found = re.findall(r"<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</\1>", body)
    fields = {name: data or unescape(text) for name, data, text in found if name not in MADE_UP}
    if "scene_info" in fields:
        fields["scene_info"] = json.loads(fields["scene_info"])  # one writes blanks in it
    return request.path_url, fields, dict(names["result"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("name", CALLS)
def test_the_rewritten_call_sends_the_same_and_answers_the_same(name: str, wxpay_certificates: Path) -> None:
    cert, key = (str(wxpay_certificates / f"apiclient_{part}.pem") for part in ("cert", "key"))
    source = f"{IMPORTED}pay = WeChatPay(APPID, KEY, MCH_ID, mch_cert=CERT, mch_key=CERT_KEY)\nresult = {CALLS[name]}\n"
    after, found = fixed(FIXER, source)
    assert found == []
    assert "wechatpy" not in after
    facts = {**FACTS, "CERT": cert, "CERT_KEY": key}
    theirs, ours = sent(source, dict(facts)), sent(after, dict(facts))
    assert ours == theirs
