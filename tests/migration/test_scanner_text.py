from __future__ import annotations

import time
from importlib.util import find_spec

import pytest

from wxpay_v2.migration.scanner import scan
from wxpay_v2.migration.scanning import endpoints
from wxpay_v2.migration.scanning.languages import LANGUAGES, language_of
from wxpay_v2.migration.scanning.libraries import CLASSES, FACES
from wxpay_v2.migration.scanning.sdks import SDKS
from wxpay_v2.migration.scanning.site import CONFIGURATION, CONSULTED, NOTIFICATION
from wxpay_v2.v2 import catalogue
from wxpay_v2.v2.catalogue import notifications

WXJAVA = "import com.github.binarywang.wxpay.service.WxPayService;\n"
GOPAY = 'import "github.com/go-pay/gopay/wechat"\n'
TENPAY = "const tenpay = require('tenpay');\n"


@pytest.fixture
def found(tmp_path):
    """Scan one file; return (line, operation or kind) of what makes calls."""

    def of(name, text, *, kinds=CONSULTED):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return [
            (call.site.line, call.site.operation or call.site.kind)
            for call in scan([tmp_path]).calls
            if call.site.kind in kinds
        ]

    return of


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("A.java", "// https://api.mch.weixin.qq.com/pay/unifiedorder\nclass A {}"),
        ("A.java", "/* mch_id\n * https://api.mch.weixin.qq.com/pay/unifiedorder\n */"),
        ("A.java", '@PostMapping("/pay/micropay") Object f(String mchId) {}'),
        ("A.java", 'String mchId; String u = "https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi";'),
        ("A.java", "WxPayService pay; pay.refund(request);"),  # one's own class of that name
        ("A.java", WXJAVA + "WxPayService pay; other.refund(r); pay.refundV3(r); pay.getConfig();"),
        ("A.java", WXJAVA + "Repository repository; repository.refund(r);"),
        ("a.php", "<?php # wechat\n$stripe->refund($order); $repo->order->close($id); $app->refund->all();"),
        ("a.php", "<?php use Yansongda\\Pay\\Pay;\nPay::alipay($c)->refund($order);"),
        ("a.go", GOPAY + 'c := alipay.NewClient("a")\nc.Refund(ctx, bm)'),
        ("a.go", 'import "github.com/go-pay/gopay/wechat/v3"\nc, _ := wechat.NewClientV3("a")\nc.Refund(ctx, bm)'),
        ("a.js", "const pay = new Stripe(key);\npay.refund({}); // wechat"),
        ("a.js", "// wxpay\nrouter.post('/pay/unifiedorder', handler)\nif (path === '/pay/unifiedorder') {}"),
        ("a.rb", "# WxPay::Service.invoke_unifiedorder\nStripe::Refund.create"),
        ("a.rb", "=begin\nWxPay::Service.invoke_unifiedorder(x)\n=end\n"),
        ("a.cs", "using SKIT.TenpayV3; client.ExecuteCreatePayTransactionJsapiAsync(r); // TenpayV3"),
        ("a.xml", "<!-- https://api.mch.weixin.qq.com/pay/unifiedorder --><a/>"),
        ("a.yml", "# https://api.mch.weixin.qq.com/pay/unifiedorder\nwechat: 1"),
        ("a.properties", "bank.url=/deposit/refund\nwechat=1"),
        ("a.md", "POST https://api.mch.weixin.qq.com/pay/unifiedorder"),
        ("a.txt", "https://api.mch.weixin.qq.com/pay/unifiedorder"),
    ],
)
def test_what_only_looks_like_a_call_is_left_out(found, name, text):
    assert found(name, text) == []


@pytest.mark.parametrize("row", catalogue.operations(), ids=lambda row: row.name)
def test_every_path_of_the_catalogue_is_found(row):
    host = row.hosts[0] if row.hosts else "https://api.mch.weixin.qq.com"
    for string in (host + row.path, row.path, row.path[1:], "{}" + row.path, f"v2{row.path}"):
        assert [one.operation for one in endpoints.find(string)] == [row.name]
    assert not list(endpoints.find(f"/v3{row.path}")) and not list(endpoints.find(f"{host}/v3{row.path}"))
    assert not list(endpoints.find(f"/api/orders{row.path}")) and not list(endpoints.find(f"see {row.path}"))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("A.java", 'String U = "https://api.mch.weixin.qq.com/pay/unifiedorder";', ["unified_order"]),
        ("A.kt", 'val mchId = 1\nval u = "$host/pay/orderquery"', ["order_query"]),
        ("a.php", "<?php $mch_id; $u = 'https://api.mch.weixin.qq.com/secapi/pay/refund';", ["refund"]),
        ("a.php", '<?php $mch_id; post("{$base}/pay/closeorder");', ["close_order"]),
        ("a.go", 'const mchID = 1; const u = "/mmpaymkttransfers/promotion/transfers"', ["transfers"]),
        ("a.ts", "const mch_id = 1; get(`${host}/pay/downloadbill?x=1`)", ["download_bill"]),
        ("a.rb", 'mch_id = 1; post("#{GATEWAY}/pay/refundquery")', ["refund_query"]),
        ("a.rb", "G = 'https://api.mch.weixin.qq.com/pay'\npost(\"#{G}/unifiedorder\")", ["unified_order"]),
        ("a.cs", 'var mchId; var u = $"{host}/pay/unifiedorder"; var v = @"/pay/micropay";',
         ["unified_order", "micropay"]),
        ("a.yml", "wechat:\n  url: https://api.mch.weixin.qq.com/pay/orderquery\n", ["order_query"]),
        ("a.json", '{"wxpay": "https:\\/\\/api.mch.weixin.qq.com\\/pay\\/orderquery"}', ["order_query"]),
        (".env", "WXPAY_URL=https://api.mch.weixin.qq.com/pay/orderquery", ["order_query"]),
        ("a.xml", '<wxpay url="https://api.mch.weixin.qq.com/pay/orderquery"/>', ["order_query"]),
        ("a.js", "wxpay.v2.pay.unifiedorder.post({})\nwxpay.chain('v2/pay/orderquery').post()",
         ["unified_order", "order_query"]),
        ("a.php", "<?php // wechat\n$i->v2->mmpaymkttransfers->sendredpack->post([]); $i->chain('v2/pay/micropay');",
         ["send_red_pack", "micropay"]),
        ("A.java", WXJAVA + "@Autowired private WxPayService wx;\nvoid f() { this.wx.createOrder(r); wx.refund(r); }",
         ["unified_order", "refund"]),
        ("A.java", WXJAVA + "WxPayService s() {}\nvoid f() { s().getEntPayService().entPay(r); }", ["transfers"]),
        ("A.java", WXJAVA + "class A { WxPayService p; void f() { p.parseOrderNotifyResult(x); } }", ["payment"]),
        ("A.kt", WXJAVA + "class A(private val pay: WxPayService) { fun f() = pay.closeOrder(n) }", ["close_order"]),
        ("A.java", "import com.github.wxpay.sdk.WXPay;\nWXPay w = new WXPay(c); w.unifiedOrder(d);", ["unified_order"]),
        ("a.php", "<?php use EasyWeChat\\Factory;\n$app = Factory::payment($c);\n$app->order->unify([]);\n"
                  "$app->handlePaidNotify(f); $app->order->close(1);", ["unified_order", "payment", "close_order"]),
        ("a.php", "<?php // wechat\n$this->app->refund->byOutTradeNumber(1, 2, 3, 4);", ["refund"]),
        ("a.php", "<?php use Yansongda\\Pay\\Pay;\nPay::wechat($c)->scan($o);\n$p = Pay::wechat(config('pay'));\n"
                  "$p->refund($o);", ["unified_order", "refund"]),
        ("a.php", "<?php WxPayApi::unifiedOrder($config, $input);", ["unified_order"]),
        ("a.go", GOPAY + 'c := wechat.NewClient("a", "b", "c", true)\nc.UnifiedOrder(ctx, bm)', ["unified_order"]),
        ("a.go", GOPAY + "func f(c *wechat.Client) { c.Refund(ctx, bm) }\nwechat.ParseRefundNotify(r)",
         ["refund", "refund"]),
        ("a.js", TENPAY + "const api = new tenpay(config);\nawait api.getPayParams({});\napi.sendRedpack({})",
         ["unified_order", "send_red_pack"]),
        ("a.ts", "import * as Tenpay from 'tenpay';\nclass A { api = new Tenpay(c); f() { this.api.refund({}) } }",
         ["refund"]),
        ("a.rb", "WxPay::Service.invoke_refund(params)\nWxPay::Sign.verify?(r)", ["refund", "payment"]),
        ("a.cs", "using SKIT.FlurlHttpClient.Wechat.TenpayV2;\nawait client.ExecuteCreatePayRefundAsync(r);",
         ["refund"]),
        ("a.cs", "using Senparc.Weixin.TenPay.V3;\nvar r = await TenPayV3.UnifiedorderAsync(d);", ["unified_order"]),
        ("a.cs", "using Essensoft.AspNetCore.Payment.WeChatPay;\nnew WeChatPayUnifiedOrderRequest {}",
         ["unified_order"]),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_paths_and_sdk_calls(found, name, text, told):
    assert [one[1] for one in found(name, text)] == told


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("a.py", "wechat = 1\nkey = settings.SECRET_KEY\nmch_key_path = 1\npublic_mch_key = 2", 0),
        ("a.yml", "wxpay:\n  api_v3_key: x\n  mchPrivateKey: y", 0),
        ("a.yml", "wxpay:\n  mchKey: x\n  other: y", 1),
        ("a.properties", "wx.pay.mchKey=1", 1),
        ("a.php", "<?php $mch_id; return ['mch_key' => env('K'), 'partner_key' => 1];", 2),
        (".env", "WECHAT_MCH_ID=1\nWECHAT_MCH_KEY=1\n", 1),
        ("a.js", TENPAY + "const c = {partnerKey: k, pfx: read('apiclient_cert.p12')}", 2),
        ("a.py", "BASE = 'https://api.mch.weixin.qq.com'", 1),
    ],
)
def test_settings_that_only_v2_has_are_told_once(found, name, text, number):
    assert len(found(name, text, kinds={CONFIGURATION})) == number


def test_python_2_is_searched_as_text_and_that_is_said(tmp_path):
    (tmp_path / "a.py").write_text(
        "from wechatpy.pay import WeChatPay\nfrom weixin.pay import WeixinPay\npay = WeixinPay('a')\n"
        "print pay.refund(out_trade_no='1')\nprint x.order.create('JSAPI')\n"
        "print 'https://api.mch.weixin.qq.com/pay/unifiedorder' # https://api.mch.weixin.qq.com/pay/refundquery\n"
    )
    result = scan([tmp_path])
    told = [(call.site.line, call.site.operation) for call in result.calls if call.site.kind in CONSULTED]
    assert told == [(4, "refund"), (5, "unified_order"), (6, "unified_order")]
    assert [(one.line, one.severe) for one in result.unread] == [(4, False)]
    assert "searched as text" in result.unread[0].reason


def test_the_tables_name_operations_of_the_catalogue():
    rows = [row for one in CLASSES for row in one.methods.values()]
    for sdk in SDKS:
        rows += [*sdk.calls.values(), *sdk.telling.values(), *sdk.patterns.values()]
    for kind, operation in rows:
        known = notifications.KINDS if kind == NOTIFICATION else catalogue.NAMES
        assert not operation or operation in known, operation
    parts = {name for one in CLASSES for name in one.parts.values()}
    assert parts <= {one.name for one in CLASSES}
    assert {name for sdk in SDKS for name in sdk.languages} <= {one.name for one in LANGUAGES.values()}


@pytest.mark.parametrize("library", FACES)
def test_a_library_of_small_effort_has_its_face(library):
    assert find_spec(f"wxpay_v2.compat.{FACES[library]}") is not None
    assert library in {one.library for one in CLASSES}


@pytest.mark.parametrize(
    "text", ["(" * 50_000, '"' * 100_001, "'\"" * 50_000, "/*" * 50_000, "mch_" * 50_000, "Pay::wechat(" * 20_000,
             "<<<A\n" * 20_000, "=begin\n" * 20_000, "a\\b" * 30_000, "a.v2.b" * 30_000, "/pay" * 50_000,
             "a" * 50_000 + "".join(f"\nWxPayService a{n};" for n in range(20_000)) + WXJAVA],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.php", "a.rb", "a.js", "A.java", "a.yml", "a.py"])
def test_hostile_texts_are_read_in_no_time(tmp_path, name, text):
    (tmp_path / name).write_text("wechat WxPay:: Yansongda\\Pay 'tenpay' EasyWeChat\n" + text.replace("(P", "(\nP"))
    began = time.process_time()
    scan([tmp_path])
    assert time.process_time() - began < 3
    assert language_of(name)
