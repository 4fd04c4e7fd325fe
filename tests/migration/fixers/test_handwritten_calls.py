from __future__ import annotations

from typing import Any

import pytest
import responses
import xmltodict

from tests.fixtures import APPID, KEY, MCH_ID, failure, signed, success
from tests.migration.fixers.cases import becomes, each, fixed, stays
from wxpay_v2.migration.fixers.handwritten_calls import FIXER
from wxpay_v2.migration.rewriting.code import Example

HELPERS = '''import hashlib, requests, xmltodict
from xml.etree import ElementTree


def sign(params, key):
    """签名"""
    text = "&".join("{}={}".format(k, params[k]) for k in sorted(params) if params[k])
    return hashlib.md5("{}&key={}".format(text, key).encode("utf-8")).hexdigest().upper()


def to_xml(params):
    return "<xml>" + "".join("<%s>%s</%s>" % (k, v, k) for k, v in params.items()) + "</xml>"


def to_dict(content):
    return {child.tag: child.text for child in ElementTree.fromstring(content)}


'''
REFUND = """def refund(number, fee):
    params = dict(out_trade_no=number, out_refund_no="R-1", total_fee=fee, refund_fee=fee, nonce_str="n" * 32)
    params["appid"] = APPID
    params["mch_id"] = MCH_ID
    # 签名
    params["sign"] = sign(params, API_KEY)
    response = requests.post(
        "https://api.mch.weixin.qq.com/secapi/pay/refund",
        data=to_xml(params).encode("utf-8"),
        headers={"Content-Type": "text/xml"},
        cert=(CERT, CERT_KEY),
        timeout=8,
    )  # 证书
    response.encoding = "utf-8"
    return to_dict(response.text)
"""
QUERY = """def query(number):
    params = {"appid": APPID, "mch_id": MCH_ID, "out_trade_no": number, "nonce_str": "n" * 32}
    params["sign"] = sign(params, API_KEY)
    answer = urlopen("https://api.mch.weixin.qq.com/pay/orderquery", to_xml(params).encode()).read()
    result = to_dict(answer)
    if result["return_code"] != "SUCCESS":
        return None
    return result
"""


# What it leaves alone.


@each(FIXER.stops)
def test_it_stops(example: Example) -> None:
    stays(FIXER, example.before, example.finding)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# https://api.mch.weixin.qq.com/pay/orderquery\n",
        '"""Posts to https://api.mch.weixin.qq.com/pay/orderquery."""\n',
        'HOST = "https://api.mch.weixin.qq.com"\n',
        'URL = "https://api.mch.weixin.qq.com/pay/orderquery?x=1"\n',
        'URL = "https://pay.weixin.qq.com/pay/orderquery"\n',
    ],
)
def test_what_calls_nothing_is_not_spoken_of(source: str) -> None:
    stays(FIXER, source)


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ('"appid": APPID, ', ""),
        ('"mch_id": MCH_ID, ', ""),
        ('params["sign"] = sign(params, API_KEY)', 'params["sign"] = sign(params, keys())'),
        ('params["sign"] = sign(params, API_KEY)', 'params["sign"] = sign(other, API_KEY)'),
        ('params["sign"] = sign(params, API_KEY)', 'params["sign"] = sdk.sign(params, API_KEY)'),
        ('params["sign"] = sign(params, API_KEY)', 'params.update(sign=sign(params, API_KEY))'),
        ("to_xml(params).encode()", "to_xml(other).encode()"),
        ("to_xml(params).encode()", "body"),
        ("to_xml(params).encode()", "to_xml(params).encode(), CONTEXT"),
        ("to_xml(params).encode()", "data=to_xml(params).encode(), context=CONTEXT"),
        ("urlopen(", "session.send("),
        ("    result = to_dict(answer)", "    result = to_dict(answer or b'')"),
        ("    result = to_dict(answer)", "    result = json.loads(answer)"),
        ("    return result\n", "    return result, answer\n"),
        ("pay/orderquery", "pay/downloadbill"),
        ("pay/orderquery", "pay/nosuchcall"),
        ("def query(number):", "def query(number, client):"),
        ("def query", "async def query"),
        ("        return None", "        return refused"),
        ("    answer = ", "    if number:\n        answer = "),
        ("    answer = ", "    return "),
        ("    answer = ", "    prepare()\n    answer = "),
        ("    answer = ", "    a = b = 1\n    answer = "),
        ("    answer = ", "    answer = answer.x = "),
        (", to_xml(params).encode()", ""),
        ("to_xml(params).encode()", "json.dumps(params).encode()"),
        ("to_xml(params).encode()", "to_xml(params).encode(), cert=CERT"),
    ],
)  # fmt: skip
def test_another_shape_stays(line: str, instead: str) -> None:
    assert line in QUERY
    stays(FIXER, HELPERS + QUERY.replace(line, instead), "upgrade-code.handwritten")


@pytest.mark.parametrize(
    "text",
    ['f"{text}&key={key}"', '"%s&key=%s" % (text, key)', 'text + "&key=" + key', '"{0}&key={1}".format(text, key)'],
)
def test_the_key_is_seen_however_the_text_to_sign_is_put_together(text: str) -> None:
    helpers = HELPERS.replace('"{}&key={}".format(text, key).encode', f"({text}).encode")
    assert text in helpers
    after, found = fixed(FIXER, helpers + QUERY)
    assert found == []
    assert "api_key=API_KEY)" in after


def test_a_function_that_ends_with_its_post_stays() -> None:
    source = HELPERS + QUERY.partition("    result = ")[0]
    stays(FIXER, source, "upgrade-code.handwritten")


@pytest.mark.parametrize(
    ("line", "instead"),
    [("md5", "sha1"), ('&key={}".format(text, key)', '{}".format(text, key)'), ("def sign(", "def sign_(")],
)
def test_a_signature_of_another_kind_stays(line: str, instead: str) -> None:
    stays(FIXER, HELPERS.replace(line, instead) + QUERY, "upgrade-code.handwritten")


def test_a_network_error_that_is_caught_stays() -> None:
    source = HELPERS + QUERY + "\n\ntry:\n    query(1)\nexcept urllib.error.URLError:\n    pass\n"
    stays(FIXER, source, "upgrade-code.handwritten")


# What it rewrites.


@each(FIXER.examples)
def test_it_rewrites(example: Example) -> None:
    assert becomes(FIXER, example.before, example.after) == []


def test_a_refund_keeps_its_certificate_timeout_and_comments() -> None:
    imported = HELPERS.replace("ElementTree\n", "ElementTree\nfrom wxpay_v2 import Client, Merchant, Refused\n", 1)
    becomes(
        FIXER,
        HELPERS + REFUND,
        imported + """def refund(number, fee):
    params = dict(out_trade_no=number, out_refund_no="R-1", total_fee=fee, refund_fee=fee, nonce_str="n" * 32)
    params["appid"] = APPID
    params["mch_id"] = MCH_ID
    # 签名
    # 证书
    with Client(Merchant(appid=params["appid"], mch_id=params["mch_id"], api_key=API_KEY, certificate=CERT, """
        """private_key=CERT_KEY), region="mainland", timeout=8) as client:
        try:
            return client.call("secapi/pay/refund", params)
        except Refused as refused:
            return dict(refused.fields)
""",
    )


METHODS = """import hashlib, requests, xmltodict


class Pay(object):
    KEY = "k"

    def sign(self, params):
        text = "&".join("%s=%s" % (k, params[k]) for k in sorted(params)) + "&key=" + self.KEY
        return hashlib.md5(text.encode("utf-8")).hexdigest().upper()

    def query(self, number):
        url = "https://api.mch.weixin.qq.com/pay/orderquery"  # 查询
        params = {"appid": self.APPID, "mch_id": self.MCH_ID, "out_trade_no": number}
        params["nonce_str"] = nonce()
        sign = self.sign(params)
        params["sign"] = sign
        resp = requests.post(url, data=xmltodict.unparse({"xml": params}))
        resp = xmltodict.parse(resp.content).get("xml")
        return resp
"""


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("requests.post(url, ", "log(url)\n        resp = requests.post(url, "),
        ("requests.post(url, ", "requests.post(base + url, "),
        ("        sign = self.sign(params)\n", "        sign = other.sign(params)\n"),
        ("return resp\n", "return resp, sign\n"),
        ("return resp\n", "return resp\n\nclass Other:\n    def sign(self, params):\n        pass\n"),
        ("self.KEY\n", "self.keys[0]\n"),
        ('        params["sign"] = sign\n', '        if sign:\n            params["sign"] = sign\n'),
        ("    def query", "    async def query"),
    ],
)
def test_another_shape_of_a_method_stays(line: str, instead: str) -> None:
    assert line in METHODS
    stays(FIXER, METHODS.replace(line, instead), "upgrade-code.handwritten")


def test_methods_names_for_the_address_and_signatures_in_two_lines_are_understood() -> None:
    head, _, _ = METHODS.partition("    def query")
    becomes(
        FIXER,
        METHODS,
        head.replace("xmltodict\n", "xmltodict\nfrom wxpay_v2 import Client, Merchant, Refused\n", 1)
        + """    def query(self, number):
        params = {"appid": self.APPID, "mch_id": self.MCH_ID, "out_trade_no": number}
        params["nonce_str"] = nonce()
        # 查询
        with Client(Merchant(appid=params["appid"], mch_id=params["mch_id"], api_key=self.KEY), """
        """region="mainland") as client:
            try:
                resp = client.call("pay/orderquery", params)
            except Refused as refused:
                resp = dict(refused.fields)
        return resp
""",
    )


def test_the_address_and_the_xml_may_have_lines_of_their_own_in_any_order() -> None:
    source = HELPERS + QUERY.replace(
        '    answer = urlopen("https://api.mch.weixin.qq.com/pay/orderquery", to_xml(params).encode()).read()\n',
        '    xml = to_xml(params)\n    url = "https://api.mch.weixin.qq.com/pay/orderquery"\n'
        "    answer = urlopen(url, data=xml.encode()).read()\n",
    )
    assert "urlopen(url" in source
    after, found = fixed(FIXER, source)
    assert found == []
    assert after.endswith(fixed(FIXER, HELPERS + QUERY)[0].partition("def query")[2])
    stays(FIXER, source.replace("    url = ", "    body = to_xml(params)\n    url = "), "upgrade-code.handwritten")


def test_it_is_laid_out_like_the_file_around_it() -> None:
    source = (HELPERS + QUERY).replace("    ", "\t").replace("\n", "\r\n")
    after, found = fixed(FIXER, source)
    assert found == []
    assert '\r\n\t\ttry:\r\n\t\t\tresult = client.call("pay/orderquery", params)\r\n\t\texcept' in after
    assert "\n" not in after.replace("\r\n", "")
    assert "    " not in after


# What it yields does the same.


@pytest.mark.parametrize("answer", [success(out_trade_no="T-1", trade_state="NOTPAY"), failure("ORDERNOTEXIST")])
def test_the_rewritten_call_sends_the_same_and_answers_the_same(
    answer: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []

    def gateway(body: bytes) -> bytes:
        seen.append({name: text for name, text in xmltodict.parse(body)["xml"].items() if name != "sign"})
        return signed(answer)

    class Opened:
        def __init__(self, url: str, body: bytes) -> None:
            self.body = body

        def read(self) -> bytes:
            return gateway(self.body)

    after, found = fixed(FIXER, HELPERS + QUERY)
    assert found == []
    names: dict[str, Any] = {"APPID": APPID, "MCH_ID": MCH_ID, "API_KEY": KEY, "urlopen": Opened}
    with responses.RequestsMock() as mocked:
        url = "https://api.mch.weixin.qq.com/pay/orderquery"
        mocked.add_callback("POST", url, lambda request: (200, {}, gateway(request.body)))
        results = []
        for source in (HELPERS + QUERY, after):
            exec(compile(source, "shop.py", "exec"), names)  # noqa: S102 - our own example
            results.append(names["query"]("T-1"))
    assert seen[0] == seen[1]
    assert results[0] == results[1]
